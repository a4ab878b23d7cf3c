# The number of instructions that operations take, compared with figures.txt. It
# holds for the build in which they were counted, which is the default one.

find_program(VALGRIND valgrind)
find_package(Python3 COMPONENTS Interpreter)
if(NOT VALGRIND OR NOT Python3_FOUND OR GREENTHREAD_FOUND_SANITIZER OR GREENTHREAD_VALGRIND OR GREENTHREAD_COVERAGE
   OR GREENTHREAD_HOSTILE OR NOT GREENTHREAD_COMPAT_KIND STREQUAL "linux" OR GREENTHREAD_POLLER OR CMAKE_C_FLAGS
   OR CMAKE_CROSSCOMPILING)
  message(STATUS "greenthread: instructions are not counted in this build")
  return()
endif()

set(programs "")
set(count ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/instructions.py --valgrind ${VALGRIND}
    --figures ${CMAKE_CURRENT_LIST_DIR}/figures.txt
    --compiler "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}, ${CMAKE_BUILD_TYPE}")
foreach(backend IN ITEMS fcontext inline)
  if(NOT backend IN_LIST GREENTHREAD_BACKENDS)
    continue()
  endif()
  # Under Valgrind, slabs free at once what they get back, and that must not be
  # counted. So this one file is compiled here again without Valgrind's header, and
  # the library's is not linked.
  set(program greenthread-instructions-${backend})
  add_executable(${program} performance/instructions/instructions.c ${PROJECT_SOURCE_DIR}/core/base/slab.c)
  target_include_directories(${program} PRIVATE
    ${PROJECT_SOURCE_DIR}/backends/${backend} ${GREENTHREAD_INSIDE})
  target_link_libraries(${program} PRIVATE greenthread::${backend} greenthread-settings)
  add_test(NAME ${backend}.instructions COMMAND ${count} ${backend}=$<TARGET_FILE:${program}>)
  set_tests_properties(${backend}.instructions PROPERTIES LABELS instructions SKIP_RETURN_CODE 77)
  list(APPEND programs ${backend}=$<TARGET_FILE:${program}>)
endforeach()
if(programs)
  add_custom_target(instructions COMMAND ${count} --renew ${programs} USES_TERMINAL VERBATIM)
endif()

# The suite against greenthread in one file, and the README's program with nothing else.

if(NOT GREENTHREAD_AMALGAMATION OR GREENTHREAD_VALGRIND OR GREENTHREAD_COVERAGE)
  return()
endif()

# Neither the library's folders nor its own flags: only what the file's head says.
add_library(greenthread-amalgamated OBJECT ${GREENTHREAD_AMALGAMATION}/greenthread.c)
add_dependencies(greenthread-amalgamated amalgamation)
target_compile_options(greenthread-amalgamated PRIVATE ${GREENTHREAD_AMALGAMATION_OPTIONS})
target_compile_definitions(greenthread-amalgamated PRIVATE
  $<$<BOOL:${GREENTHREAD_HAVE_VALGRIND_H}>:GTI_HAVE_VALGRIND>)
set_target_properties(greenthread-amalgamated PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_link_libraries(greenthread-amalgamated PRIVATE greenthread-settings)
set(objects $<TARGET_OBJECTS:greenthread-amalgamated>)

set(program greenthread-conformance-amalgamated)
add_executable(${program} program/audit.c ${objects})
target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/core/include
  ${GREENTHREAD_PLATFORM_INCLUDE} ${PROJECT_SOURCE_DIR}/backends/${GREENTHREAD_CHOSEN} ${GREENTHREAD_INSIDE})
target_link_libraries(${program} PRIVATE
  greenthread-conformance greenthread-settings ${GREENTHREAD_AMALGAMATION_LIBRARIES})
target_link_options(${program} PRIVATE ${wraps})
add_test(NAME amalgamation.all-cases COMMAND ${program})
gt_watches_itself(amalgamation.all-cases)
if(GREENTHREAD_FOUND_SANITIZER)
  set_tests_properties(amalgamation.all-cases PROPERTIES LABELS slow)
endif()

# What it shows, if it is in a shared library, is what is public.
if(CMAKE_NM)
  add_library(greenthread-amalgamated-shared SHARED ${objects})
  set_target_properties(greenthread-amalgamated-shared PROPERTIES LINKER_LANGUAGE C)
  target_link_libraries(greenthread-amalgamated-shared PRIVATE ${GREENTHREAD_AMALGAMATION_LIBRARIES})
  target_link_options(greenthread-amalgamated-shared PRIVATE $<$<PLATFORM_ID:Linux>:-Wl,--exclude-libs,ALL>)
  add_test(NAME amalgamation.symbols
    COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM} -DROOT=${PROJECT_SOURCE_DIR}
            -DLIBRARY=$<TARGET_FILE:greenthread-amalgamated-shared>
            -P ${CMAKE_CURRENT_SOURCE_DIR}/checks/symbols.cmake)
endif()

set(readme ${CMAKE_CURRENT_BINARY_DIR}/readme/1)
add_executable(greenthread-amalgamated-readme ${readme}.c ${objects})
add_dependencies(greenthread-amalgamated-readme amalgamation)
target_include_directories(greenthread-amalgamated-readme PRIVATE ${GREENTHREAD_AMALGAMATION})
target_link_libraries(greenthread-amalgamated-readme PRIVATE
  greenthread-settings ${GREENTHREAD_AMALGAMATION_LIBRARIES})
gt_expect_exactly(amalgamation.readme ${readme}.txt greenthread-amalgamated-readme)

# Checks that no operation takes more steps for one when there are many, by counting
# instructions. It uses the default backend, because the others have the same core.

if(NOT VALGRIND OR NOT Python3_FOUND OR GREENTHREAD_FOUND_SANITIZER OR GREENTHREAD_VALGRIND OR GREENTHREAD_COVERAGE
   OR GREENTHREAD_HOSTILE OR GREENTHREAD_COMPAT_KIND STREQUAL "generic" OR CMAKE_CROSSCOMPILING)
  message(STATUS "greenthread: growth is not checked in this build")
  return()
endif()

# poll(2) is handed every descriptor, and looks at each, whenever it is asked.
if(GREENTHREAD_COMPAT_poller STREQUAL "posix")
  set(may_grow --may-grow readers_of_many_in_turn)
endif()
set(sources growth.c threads.c kills.c timeouts.c waits.c io.c)
list(TRANSFORM sources PREPEND performance/growth/)
foreach(backend IN ITEMS fcontext inline)
  if(NOT backend IN_LIST GREENTHREAD_BACKENDS)
    continue()
  endif()
  # Compiled without what the library does for Valgrind's other tools, as for the
  # instructions.
  set(program greenthread-growth-${backend})
  add_executable(${program} ${sources} ${PROJECT_SOURCE_DIR}/core/base/slab.c)
  target_include_directories(${program} PRIVATE
    ${PROJECT_SOURCE_DIR}/backends/${backend} ${GREENTHREAD_INSIDE})
  target_link_libraries(${program} PRIVATE greenthread::${backend} greenthread-settings)
  # Valgrind may not know the newest format, and needs only names.
  target_link_options(${program} PRIVATE -Wl,--strip-debug)
  if(backend STREQUAL GREENTHREAD_CHOSEN)
    add_test(NAME ${backend}.growth COMMAND ${Python3_EXECUTABLE}
      ${CMAKE_CURRENT_LIST_DIR}/growth.py --valgrind ${VALGRIND} ${may_grow} $<TARGET_FILE:${program}>)
    set_tests_properties(${backend}.growth PROPERTIES LABELS instructions)
  endif()
endforeach()

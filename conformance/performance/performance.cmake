# The benchmark: one program for each backend, static and shared. With
# GREENTHREAD_BENCH there are also the installed peers, and the target `bench`,
# which runs all of them in turns and writes docs/performance.md.

if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  return()
endif()

add_library(greenthread-bench OBJECT performance/bench.c performance/measure.c)
target_link_libraries(greenthread-bench PRIVATE greenthread-settings)

# What bench.py reads: a line for each program, with | between its words, or for
# each program that is missing.
define_property(GLOBAL PROPERTY GREENTHREAD_BENCH_PROGRAMS BRIEF_DOCS "lines" FULL_DOCS "lines")
define_property(GLOBAL PROPERTY GREENTHREAD_BENCH_TARGETS BRIEF_DOCS "targets" FULL_DOCS "targets")

# gt_bench_runs(TARGET MOST COMMAND...): `bench` builds the target and runs the
# command, for scenarios of up to MOST threads.
function(gt_bench_runs target most)
  list(JOIN ARGN "|" command)
  set_property(GLOBAL APPEND_STRING PROPERTY GREENTHREAD_BENCH_PROGRAMS "run|${most}|${command}\n")
  set_property(GLOBAL APPEND PROPERTY GREENTHREAD_BENCH_TARGETS ${target})
endfunction()

# gt_add_peer_program(RUNTIME TARGET): the same for a program that is a target.
# Crowds take seconds. So of our own backends only the fast ones meet them, and only
# the default one meets the largest.
function(gt_add_peer_program runtime target)
  set(most 1000000)
  if(runtime MATCHES "^greenthread (fcontext|inline)$")
    set(most 100000)
  elseif(runtime MATCHES "^greenthread ")
    set(most 1000)
  endif()
  if(runtime STREQUAL "greenthread ${GREENTHREAD_CHOSEN}")
    set(most 1000000)
  endif()
  gt_bench_runs(${target} ${most} $<TARGET_FILE:${target}>)
endfunction()

# gt_bench_misses(RUNTIME PACKAGE): names it, and leaves it out.
function(gt_bench_misses runtime package)
  message(STATUS "greenthread: benchmark: ${runtime} was not found (Debian: ${package}) and is left out")
  set_property(GLOBAL APPEND_STRING PROPERTY GREENTHREAD_BENCH_PROGRAMS "missing|${runtime}|${package}\n")
endfunction()

set(sources yield.c spawn.c semaphore.c exception.c blocked.c timers.c baton.c)
list(TRANSFORM sources PREPEND performance/greenthread/)
add_library(greenthread-performance OBJECT EXCLUDE_FROM_ALL ${sources})
target_link_libraries(greenthread-performance PRIVATE greenthread-api greenthread-settings)

foreach(backend IN LISTS GREENTHREAD_BACKENDS)
  set(scenarios scenarios.c)
  if(backend STREQUAL "threads")
    set(scenarios scenarios_threads.c)
  endif()
  foreach(shared "" "-shared")
    set(program greenthread-performance-${backend}${shared})
    if(shared AND NOT GREENTHREAD_BENCH)
      continue()
    endif()
    add_executable(${program} performance/greenthread/${scenarios}
      $<TARGET_OBJECTS:greenthread-performance>)
    target_compile_definitions(${program} PRIVATE BENCH_RUNTIME="greenthread ${backend}${shared}")
    target_link_libraries(${program} PRIVATE
      greenthread-bench greenthread::${backend}${shared} greenthread-settings)
    if(NOT shared OR backend MATCHES "^(fcontext|inline)$")
      gt_add_peer_program("greenthread ${backend}${shared}" ${program})
    endif()
  endforeach()
  # Every row runs and checks itself. This test does not care how long it takes.
  if(NOT GREENTHREAD_VALGRIND)
    add_test(NAME ${backend}.performance
      COMMAND greenthread-performance-${backend} --quick --repetitions 1)
    set_tests_properties(${backend}.performance PROPERTIES LABELS performance)
    if(backend IN_LIST slow_backends)
      set_property(TEST ${backend}.performance APPEND PROPERTY LABELS slow)
    endif()
  endif()
endforeach()

if(GREENTHREAD_BENCH)
  include(performance/peers/peers.cmake)
endif()
include(performance/io/io.cmake OPTIONAL)
include(performance/instructions/instructions.cmake)
include(performance/growth/growth.cmake)
if(GREENTHREAD_BENCH)
  include(performance/report/report.cmake)
endif()

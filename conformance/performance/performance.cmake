# The benchmark: one program for each backend, static and shared.

if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  return()
endif()

add_library(greenthread-bench OBJECT performance/bench.c performance/measure.c)
target_link_libraries(greenthread-bench PRIVATE greenthread-settings)

set(sources yield.c spawn.c semaphore.c exception.c blocked.c timers.c baton.c)
list(TRANSFORM sources PREPEND performance/greenthread/)

foreach(backend IN LISTS GREENTHREAD_BACKENDS)
  set(scenarios scenarios.c)
  if(backend STREQUAL "threads")
    set(scenarios scenarios_threads.c)
  endif()
  foreach(shared "" "-shared")
    set(program greenthread-performance-${backend}${shared})
    add_executable(${program} ${sources} performance/greenthread/${scenarios})
    target_compile_definitions(${program} PRIVATE BENCH_RUNTIME="greenthread ${backend}${shared}")
    target_link_libraries(${program} PRIVATE
      greenthread-bench greenthread::${backend}${shared} greenthread-settings)
  endforeach()
  # Every row runs and checks itself; how long it takes is nobody's business here.
  if(NOT GREENTHREAD_VALGRIND)
    add_test(NAME ${backend}.performance
      COMMAND greenthread-performance-${backend} --quick --repetitions 1)
  endif()
endforeach()

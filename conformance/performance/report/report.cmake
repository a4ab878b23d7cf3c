# The target `bench`: everything in turns, then docs/performance.md.

find_package(Python3 REQUIRED COMPONENTS Interpreter)
get_property(programs GLOBAL PROPERTY GREENTHREAD_BENCH_PROGRAMS)
get_property(targets GLOBAL PROPERTY GREENTHREAD_BENCH_TARGETS)
file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/bench-programs.txt CONTENT "${programs}")

set(bench ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/bench.py
    --programs ${CMAKE_CURRENT_BINARY_DIR}/bench-programs.txt
    --compiler "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}, ${CMAKE_BUILD_TYPE}"
    --chosen "greenthread ${GREENTHREAD_CHOSEN}")
add_custom_target(bench
  COMMAND ${bench} --docs ${PROJECT_SOURCE_DIR}/docs ${CMAKE_CURRENT_BINARY_DIR}/bench-measured.json
  DEPENDS ${targets}
  USES_TERMINAL VERBATIM COMMENT "Measuring everything in turns, which takes minutes")

# A test that it works, by every program that was built, with very little to do.
add_test(NAME checks.bench COMMAND ${bench} --quick --repetitions 1
  ${CMAKE_CURRENT_BINARY_DIR}/bench-quick.json)

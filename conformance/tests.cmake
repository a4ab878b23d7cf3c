# Functions that add tests.

# gt_expect(TEST REGEX TARGET [argument...]): the program prints what REGEX matches,
# and ends with status 0. gt_expect_exactly(TEST FILE TARGET [argument...]): it
# prints exactly what FILE says. It reads the file that the caller's `input` names.
function(gt_expect_by test what target)
  set(command ${GREENTHREAD_LAUNCHER} ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${target}> ${ARGN})
  add_test(NAME ${test} COMMAND ${CMAKE_COMMAND} "-DCOMMAND=${command}" ${what} "-DINPUT=${input}"
    -P ${PROJECT_SOURCE_DIR}/conformance/checks/expect.cmake)
endfunction()

function(gt_expect test regex)
  gt_expect_by(${test} "-DEXPECT=${regex}" ${ARGN})
endfunction()

function(gt_expect_exactly test file)
  gt_expect_by(${test} "-DEXACTLY=${file}" ${ARGN})
endfunction()

# Programs that notice a hang themselves may take a day. Others count as hung after
# half an hour, although they take seconds, because a limit does not measure speed.
function(gt_watches_itself)
  set_tests_properties(${ARGN} PROPERTIES TIMEOUT 86400)
endfunction()

function(gt_limit_the_others)
  get_property(tests DIRECTORY PROPERTY TESTS)
  foreach(test IN LISTS tests)
    get_property(limit TEST ${test} PROPERTY TIMEOUT)
    if(NOT limit)
      set_tests_properties(${test} PROPERTIES TIMEOUT 1800)
    endif()
  endforeach()
endfunction()

# gt_add_sweep(BACKEND NAME COMMAND... [CASES case...]): a test for each part of its
# cases. The chosen backend runs all parts. The others differ from it in the switch
# alone, so each runs half of the cases, unless `ctest -C long` asks for all. On OS
# threads that also asks for every place in a crowd.
function(gt_add_sweep backend name)
  cmake_parse_arguments(SWEEP "" "" "CASES" ${ARGN})
  set(command ${SWEEP_UNPARSED_ARGUMENTS})
  set(parts 2)
  if(backend STREQUAL "threads")
    set(parts 4)
  endif()
  set(others ${GREENTHREAD_BACKENDS})
  list(REMOVE_ITEM others ${GREENTHREAD_CHOSEN})
  list(FIND others ${backend} nth)
  foreach(part RANGE 1 ${parts})
    set(test ${backend}.${name}.${part})
    set(configurations "")
    math(EXPR other_part "(${part} + ${nth}) % 2")
    if(nth GREATER_EQUAL 0 AND other_part EQUAL 0)
      set(configurations CONFIGURATIONS long)
    endif()
    add_test(NAME ${test} COMMAND ${command} --part ${part}/${parts} ${SWEEP_CASES} ${configurations})
    list(APPEND tests ${test})
    if(backend STREQUAL "threads")
      add_test(NAME ${test}.thorough
        COMMAND ${command} --thorough --part ${part}/${parts} ${SWEEP_CASES} CONFIGURATIONS long)
      list(APPEND tests ${test}.thorough)
    endif()
  endforeach()
  # A disturbed case may leave memory of its own. The suite counts the library's
  # memory, so the leak checker is off.
  set_tests_properties(${tests} PROPERTIES LABELS sweep
    ENVIRONMENT "ASAN_OPTIONS=detect_stack_use_after_return=1:detect_leaks=0")
  gt_watches_itself(${tests})
  if(backend IN_LIST slow_backends OR (GREENTHREAD_FOUND_SANITIZER AND "${backend}.${name}" STREQUAL "threads.sweep.kill"))
    set_property(TEST ${tests} APPEND PROPERTY LABELS slow)
  endif()
endfunction()

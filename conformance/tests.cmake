# What tests are made with.

# gt_expect(TEST REGEX TARGET [argument...]): the program says it, and ends with
# status 0. gt_expect_exactly(TEST FILE TARGET [argument...]): it says that.
function(gt_expect_by test what target)
  add_test(NAME ${test} COMMAND ${CMAKE_COMMAND} ${what} -P ${PROJECT_SOURCE_DIR}/conformance/checks/expect.cmake --
    ${GREENTHREAD_LAUNCHER} ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${target}> ${ARGN})
endfunction()

function(gt_expect test regex)
  gt_expect_by(${test} "-DEXPECT=${regex}" ${ARGN})
endfunction()

function(gt_expect_exactly test file)
  gt_expect_by(${test} "-DEXACTLY=${file}" ${ARGN})
endfunction()

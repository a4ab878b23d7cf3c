cmake_minimum_required(VERSION 3.25)

# cmake -DCOMMAND=program;argument... -DEXPECT=regex -P expect.cmake: passes if the
# command prints what it has to and ends with status 0. CTest's
# PASS_REGULAR_EXPRESSION checks only one of the two. With EXACTLY, the command may
# print the text in that file, and nothing else. With INPUT, it reads that file.

set(input "")
if(INPUT)
  set(input INPUT_FILE ${INPUT})
endif()
execute_process(COMMAND ${COMMAND} ${input} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
# What QEMU says of a board whose timers have no clock at first.
string(REPLACE "Timer with period zero, disabling\n" "" output "${output}")
message("${output}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "it ended with ${status}")
endif()
if(EXACTLY)
  file(READ ${EXACTLY} expected)
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "it should have printed:\n${expected}")
  endif()
elseif(NOT output MATCHES "${EXPECT}")
  message(FATAL_ERROR "it should have printed: ${EXPECT}")
endif()

cmake_minimum_required(VERSION 3.25)

# cmake -DPROGRAM=... -DCOMMAND=emulator;... -DSIZE=size -P footprint.cmake: what the program
# takes of a board's memory, and fails if it is more than 40 KiB of code or 20 KiB of RAM.

execute_process(COMMAND ${COMMAND} ${PROGRAM} RESULT_VARIABLE status
                OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0 OR NOT output MATCHES
   "with one: ([0-9]+)\n.*with eight: ([0-9]+)\n.*deepest stack: ([0-9]+)\nall had turns\n$")
  message(FATAL_ERROR "it ended with ${status}: ${output}")
endif()
set(with_one ${CMAKE_MATCH_1})
set(pool ${CMAKE_MATCH_2})
set(deepest ${CMAKE_MATCH_3})
execute_process(COMMAND ${SIZE} ${PROGRAM} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "\n *([0-9]+)[ \t]+([0-9]+)[ \t]+([0-9]+)[ \t]")
  message(FATAL_ERROR "${SIZE} said: ${output}")
endif()
set(text ${CMAKE_MATCH_1})
set(data ${CMAKE_MATCH_2})
set(bss ${CMAKE_MATCH_3})
math(EXPR code "${text} + ${data}")
math(EXPR ram "${data} + ${bss}")
math(EXPR thread "(${pool} - ${with_one}) / 7")
message("code, constants and initial values: ${code} bytes
RAM in all, with the pool and a stack of 2 KiB for main: ${ram} bytes
  of the pool, used by the hub and eight threads: ${pool} bytes
  for each thread, with its stack of 1 KiB: ${thread} bytes
  deepest of these stacks: ${deepest} bytes")
if(code GREATER 40960 OR ram GREATER 20480)
  message(FATAL_ERROR "that is too much: 40960 bytes of code and 20480 of RAM are the limits")
endif()

cmake_minimum_required(VERSION 3.25)

# cmake -DREADME=... -DPROGRAM=... -DSAYS=... -P readme.cmake: takes out the first
# block of C, and the block after it, which is what the program says.

function(take_block opening file)
  string(FIND "${text}" "${opening}" begin)
  if(begin LESS 0)
    message(FATAL_ERROR "${README} has no block that opens with ${opening}")
  endif()
  string(LENGTH "${opening}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "```" end)
  string(SUBSTRING "${text}" 0 ${end} block)
  file(WRITE ${file} "${block}")
  math(EXPR end "${end} + 3")
  string(SUBSTRING "${text}" ${end} -1 text)
  set(text "${text}" PARENT_SCOPE)
endfunction()

file(READ ${README} text)
take_block("```c\n" ${PROGRAM})
take_block("```\n" ${SAYS})

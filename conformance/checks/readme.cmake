# cmake -DREADME=... -DOUTPUT=... -P readme.cmake: takes out the first block of C.
file(READ ${README} text)
string(FIND "${text}" "```c\n" begin)
math(EXPR begin "${begin} + 5")
string(SUBSTRING "${text}" ${begin} -1 text)
string(FIND "${text}" "```" end)
string(SUBSTRING "${text}" 0 ${end} text)
file(WRITE ${OUTPUT} "${text}")

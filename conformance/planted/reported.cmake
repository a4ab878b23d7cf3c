cmake_minimum_required(VERSION 3.25)

# cmake -DPROGRAM=... -DREPORT=... -DFUNCTION=... -P reported.cmake: runs a program,
# through LAUNCHER if there is one. It passes if the output contains REPORT and
# names FUNCTION after that. Without a REPORT the program has to succeed and print
# nothing.

foreach(tool IN ITEMS ASAN MSAN TSAN LSAN UBSAN)
  string(APPEND ENV{${tool}_OPTIONS} ":external_symbolizer_path=${SYMBOLIZER}")
endforeach()
execute_process(COMMAND ${LAUNCHER} ${PROGRAM} ${ARGUMENTS}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT 1200)

if(NOT REPORT)
  if(output OR NOT status EQUAL 0)
    message(FATAL_ERROR "status ${status}, and it said:\n${output}")
  endif()
  return()
endif()
string(FIND "${output}" "${REPORT}" at)
if(at LESS 0)
  message(FATAL_ERROR "no report of \"${REPORT}\"; status ${status}, it said:\n${output}")
endif()
string(SUBSTRING "${output}" ${at} -1 report)
if(NOT report MATCHES "[^a-z_]${FUNCTION}[^a-z_]")
  message(FATAL_ERROR "the report does not name ${FUNCTION}:\n${output}")
endif()
if(status EQUAL 0)
  message(FATAL_ERROR "it was reported, and the program ended with status 0:\n${output}")
endif()

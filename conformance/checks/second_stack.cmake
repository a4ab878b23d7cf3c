cmake_minimum_required(VERSION 3.25)

# cmake -DROOT=... -DWORK=... -DCC=... -DGENERATOR=... -P second_stack.cmake:
# configuring with a flag that gives OS threads a second stack fails, and says why.

foreach(flag IN ITEMS -fsanitize=safe-stack -fsanitize=undefined,safe-stack
        -fsanitize=shadow-call-stack -fsplit-stack)
  file(REMOVE_RECURSE ${WORK})
  execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${ROOT} -B ${WORK} -DCMAKE_C_COMPILER=${CC}
            -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN} -DCMAKE_C_COMPILER_WORKS=1 -DCMAKE_C_FLAGS=${flag}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status EQUAL 0 OR NOT output MATCHES "greenthread: -fs[a-z=-]+: green[ \n]+threads[ \n]+would[ \n]+share")
    message(SEND_ERROR "${flag} was not refused: ${output}")
  endif()
endforeach()

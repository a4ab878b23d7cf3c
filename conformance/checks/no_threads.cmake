cmake_minimum_required(VERSION 3.25)

# cmake -DROOT=... -DWORK=... -DCC=... -DGENERATOR=... -DREADELF=... -DEMULATOR=... -P no_threads.cmake:
# with GREENTHREAD_C11_THREADS=none a program of a user works, and neither it nor the
# library refers to OS threads. Configuring refuses what contradicts the setting, and says why.

set(tools -G ${GENERATOR} -DCMAKE_C_COMPILER=${CC} -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN}
    -DGREENTHREAD_C11_THREADS=none)
file(REMOVE_RECURSE ${WORK})

foreach(setting GREENTHREAD_BACKEND=threads GREENTHREAD_COMPAT=linux GREENTHREAD_COMPAT=posix
        GREENTHREAD_SANITIZE=thread BUILD_SHARED_LIBS=ON)
  execute_process(
    COMMAND ${CMAKE_COMMAND} ${tools} -S ${ROOT} -B ${WORK}/refused -D${setting}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "=ON$" "" named ${setting})
  if(status EQUAL 0 OR NOT output MATCHES "GREENTHREAD_C11_THREADS=none:[ \n]+${named}")
    message(SEND_ERROR "${setting} was not refused: ${output}")
  endif()
  file(REMOVE_RECURSE ${WORK}/refused)
endforeach()

set(consumer ${ROOT}/conformance/consumer)
execute_process(
  COMMAND ${CMAKE_COMMAND} ${tools} -S ${consumer} -B ${WORK}/program -DLANGUAGE=C
          -DTARGETS=greenthread -DSOURCE=${ROOT}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/program OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${EMULATOR} ${WORK}/program/consumer-greenthread
                OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "^42 on ")
  message(SEND_ERROR "the program said: ${output}")
endif()
file(GLOB archives ${WORK}/program/greenthread/libgreenthread-*.a)
if(NOT archives)
  message(SEND_ERROR "no library was built")
endif()
execute_process(COMMAND ${READELF} -sW ${archives} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL " (pthread|thrd|tss|mtx|cnd|dl|__tls|__emutls)_[a-z_]+| TLS [^\n]+" found "${symbols}")
if(found)
  message(SEND_ERROR "the library refers to:${found}")
endif()

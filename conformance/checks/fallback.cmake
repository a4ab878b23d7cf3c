cmake_minimum_required(VERSION 3.25)

# cmake -DROOT=... -DWORK=... -DCC=... -DGENERATOR=... -DEMULATOR=... -P fallback.cmake:
# a program of a user works, with and without OS threads, where the C library and the
# processor lack what compat/fallback replaces.

file(REMOVE_RECURSE ${WORK})
file(GLOB fallbacks RELATIVE ${ROOT} ${ROOT}/compat/fallback/*.c)
set(built "")
foreach(threads auto none)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${ROOT}/conformance/consumer -B ${WORK}/${threads}
            -DCMAKE_C_COMPILER=${CC} -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN} -DLANGUAGE=C
            -DTARGETS=greenthread -DSOURCE=${ROOT} -DGREENTHREAD_COMPAT=generic
            -DGREENTHREAD_C11_THREADS=${threads} -DGREENTHREAD_HAVE_ALIGNED_ALLOC=0
            -DGREENTHREAD_HAVE_TIMESPEC_GET=0 -DGREENTHREAD_HAVE_64_BIT_ATOMICS=0
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/${threads} --verbose
                  OUTPUT_VARIABLE commands COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND built "${commands}")
  execute_process(COMMAND ${EMULATOR} ${WORK}/${threads}/consumer-greenthread
                  OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  if(NOT output MATCHES "^42 on ")
    message(SEND_ERROR "the program said: ${output}")
  endif()
endforeach()
foreach(file IN LISTS fallbacks)
  if(NOT built MATCHES "${file}")
    message(SEND_ERROR "${file} was not built")
  endif()
endforeach()

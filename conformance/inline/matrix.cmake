cmake_minimum_required(VERSION 3.25)

# cmake -DROOT=... -DWORK=... [-DONLY=regex] -P matrix.cmake: builds the
# inline backend's suite with other compilers and flags, and runs it. A switch
# that is inlined depends on what the compiler does around it.
#
# It names the ones that the machine cannot run as skipped.

set(matrix
  "gcc -O0"
  "gcc -O1 -fno-omit-frame-pointer"
  "gcc -O2 -fno-omit-frame-pointer"
  "gcc -O3 -fomit-frame-pointer"
  "gcc -O3 -flto"
  "gcc -O2 -fno-pic -no-pie"
  "gcc -Os -fcf-protection=full"
  "gcc -O3 -mavx2"
  "gcc -O3 -mavx512f"
  "gcc -O2 -fstack-protector-all -D_FORTIFY_SOURCE=2"
  "clang -O0"
  "clang -O1 -fno-omit-frame-pointer"
  "clang -O3"
  "clang -O2 -flto"
  "clang -O3 -mavx512f"
  "clang -Os -fcf-protection=full")

foreach(row IN LISTS matrix)
  if(ONLY AND NOT row MATCHES "${ONLY}")
    continue()
  endif()
  string(REGEX MATCH "^[a-z]+" compiler "${row}")
  string(REGEX REPLACE "^[a-z]+ " "" flags "${row}")
  string(MAKE_C_IDENTIFIER "${row}" name)
  find_program(COMPILER_${compiler} ${compiler})
  if(NOT COMPILER_${compiler})
    message(STATUS "skipped, no ${compiler}: ${row}")
    continue()
  endif()
  if(flags MATCHES "-m(avx[a-z0-9]+)")
    execute_process(COMMAND grep -qw ${CMAKE_MATCH_1} /proc/cpuinfo RESULT_VARIABLE lacks)
    if(lacks)
      message(STATUS "skipped, not this processor's: ${row}")
      continue()
    endif()
  endif()
  set(tools "")
  if(flags MATCHES "-flto" AND compiler STREQUAL "gcc")
    set(tools -DCMAKE_AR=/usr/bin/gcc-ar -DCMAKE_RANLIB=/usr/bin/gcc-ranlib)
  elseif(flags MATCHES "-flto")
    find_program(LLVM_AR NAMES llvm-ar llvm-ar-14)
    find_program(LLVM_RANLIB NAMES llvm-ranlib llvm-ranlib-14)
    find_program(LLD NAMES ld.lld ld.lld-14)
    if(NOT LLVM_AR OR NOT LLVM_RANLIB OR NOT LLD)
      message(STATUS "skipped, no lld: ${row}")
      continue()
    endif()
    set(tools -DCMAKE_AR=${LLVM_AR} -DCMAKE_RANLIB=${LLVM_RANLIB}
        -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld)
  endif()
  foreach(step
      "-G;Ninja;-S;${ROOT};-B;${WORK}/${name};-DCMAKE_BUILD_TYPE=None;-DGREENTHREAD_BACKEND=inline;-DCMAKE_C_COMPILER=${COMPILER_${compiler}};-DCMAKE_C_FLAGS=${flags};${tools}"
      "--build;${WORK}/${name};--parallel;2;--target;greenthread-conformance-inline")
    execute_process(COMMAND ${CMAKE_COMMAND} ${step} RESULT_VARIABLE status
                    OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "${row}: ${output}")
    endif()
  endforeach()
  if(flags MATCHES "-fcf-protection")
    execute_process(COMMAND readelf -nW ${WORK}/${name}/libgreenthread-inline.a
                    OUTPUT_VARIABLE notes COMMAND_ERROR_IS_FATAL ANY)
    if(notes MATCHES "SHSTK" OR NOT notes MATCHES "IBT")
      message(SEND_ERROR "${row}: marked as fit for a shadow stack, or not for IBT")
    endif()
  endif()
  execute_process(COMMAND ${WORK}/${name}/conformance/greenthread-conformance-inline
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_QUIET TIMEOUT 1800)
  if(status EQUAL 0)
    message(STATUS "passed: ${row}")
  else()
    string(REGEX MATCHALL "not ok [^\n]*" wrong "${output}")
    message(SEND_ERROR "${row}: status ${status}, ${wrong}")
  endif()
endforeach()

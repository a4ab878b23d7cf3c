# What the toolchain files of boards share. Each sets `triplet` as the compiler does, `target`
# with the options for the processor, `layout` with the memory of GREENTHREAD_BOARD, and `emulator`.
#
# The C library is picolibc, whose start files and linker script are used as they are.

set(libraries /usr/lib/picolibc/${triplet})
if(NOT EXISTS ${libraries})
  message(FATAL_ERROR "conformance/cross/prepare has to install picolibc for ${triplet} first, as root")
endif()

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER CMAKE_CXX_COMPILER-NOTFOUND) # the host's compiler says nothing of the target
set(CMAKE_FIND_ROOT_PATH ${libraries})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_C_FLAGS_INIT "${target} --specs=picolibc.specs -ffunction-sections -fdata-sections")
set(CMAKE_EXE_LINKER_FLAGS_INIT "--oslib=semihost --crt0=semihost")
foreach(definition IN LISTS layout)
  string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -Wl,--defsym=__${definition}")
endforeach()
# Time goes on with the instructions, and jumps while the processor sleeps.
set(CMAKE_CROSSCOMPILING_EMULATOR ${emulator} -nographic -monitor none
    -semihosting-config enable=on,target=native,arg=--in-process -icount shift=0,sleep=off -kernel)

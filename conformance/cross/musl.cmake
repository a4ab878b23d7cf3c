# The host's processor and kernel with musl as the C library. Debian's musl-gcc
# selects musl. Libraries come from the sysroot that `prepare` unpacked, so that
# none is taken that needs the host's C library.

set(sysroot ${CMAKE_CURRENT_LIST_DIR}/../../build/sysroot/musl)
if(NOT EXISTS ${sysroot})
  message(FATAL_ERROR "conformance/cross/prepare musl has to run first, as root")
endif()

set(CMAKE_C_COMPILER musl-gcc)
set(CMAKE_CXX_COMPILER CMAKE_CXX_COMPILER-NOTFOUND) # there is no musl-g++
execute_process(COMMAND gcc -print-multiarch OUTPUT_VARIABLE CMAKE_LIBRARY_ARCHITECTURE
                OUTPUT_STRIP_TRAILING_WHITESPACE)
set(CMAKE_FIND_ROOT_PATH ${sysroot})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)

# OS threads of musl have 128 KiB of stack unless the program says otherwise. C11
# has no other way to say it.
set(CMAKE_EXE_LINKER_FLAGS_INIT -Wl,-z,stack-size=8388608)

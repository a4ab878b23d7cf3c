# What the toolchain files of Debian's cross compilers share. Each
# sets `architecture` as Debian names it, `triplet` as the compilers do, and
# `cpu` as the emulator does.
#
# Libraries come from the sysroot that `prepare` unpacked, the C library from
# the cross compiler's own folder, never from the host.

set(sysroot ${CMAKE_CURRENT_LIST_DIR}/../../build/sysroot/${architecture})
if(NOT EXISTS ${sysroot})
  message(FATAL_ERROR "conformance/cross/prepare ${architecture} has to run first, as root")
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${cpu})
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER CMAKE_CXX_COMPILER-NOTFOUND) # the host's compiler says nothing of the target
set(CMAKE_LIBRARY_ARCHITECTURE ${triplet})
set(CMAKE_FIND_ROOT_PATH ${sysroot} /usr/${triplet})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
if(NOT CMAKE_CROSSCOMPILING_EMULATOR)
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${cpu}-static -L /usr/${triplet})
endif()

set(architecture m68k)
set(triplet m68k-linux-gnu)
set(cpu m68k)
# A thousand OS threads have to fit into 32 bits. With stacks of 8 MiB they do not. qemu has to be
# told that main has such a stack, too.
set(CMAKE_CROSSCOMPILING_EMULATOR prlimit --stack=1048576 qemu-m68k-static -s 1048576 -L /usr/${triplet})
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

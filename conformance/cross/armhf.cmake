set(architecture armhf)
set(triplet arm-linux-gnueabihf)
set(cpu arm)
# A thousand OS threads have to fit into 32 bits. With stacks of 8 MiB they do not.
set(CMAKE_CROSSCOMPILING_EMULATOR prlimit --stack=1048576 qemu-arm-static -L /usr/${triplet})
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

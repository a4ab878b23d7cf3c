set(architecture i386)
set(triplet i686-linux-gnu)
set(cpu i386)
# The host's processor runs these programs itself, but the loader is not where they
# expect it. A thousand OS threads have to fit into 32 bits. With stacks of 8 MiB
# they do not.
set(CMAKE_CROSSCOMPILING_EMULATOR prlimit --stack=1048576
    /usr/${triplet}/lib/ld-linux.so.2 --library-path /usr/${triplet}/lib)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

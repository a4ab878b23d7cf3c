set(architecture ppc64el)
set(triplet powerpc64le-linux-gnu)
set(cpu ppc64le)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

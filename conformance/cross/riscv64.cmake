set(architecture riscv64)
set(triplet riscv64-linux-gnu)
set(cpu riscv64)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)

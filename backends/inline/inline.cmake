# The switch of our own: the processors that it is written for, and the options with
# which its objects must be compiled, whatever the user's flags say.

include(CheckCSourceCompiles)
check_c_source_compiles("
  #if !defined __GNUC__ || !defined __ELF__ || !defined __LP64__
  #error another calling convention
  #elif !defined __x86_64__ && !defined __aarch64__ && !(defined __riscv && __riscv_flen == 64)
  #error another processor
  #elif defined __AARCH64EB__ || defined __APX_F__ || defined __riscv_vector || defined __riscv_zicfiss
  #error never tried
  #endif
  int main(void) { return 0; }" GREENTHREAD_HAVE_INLINE)
if(NOT GREENTHREAD_HAVE_INLINE)
  set(GREENTHREAD_WHY_NOT_INLINE
      "inline is written for gcc and clang on x86_64, arm64 and riscv64, with ELF and 64-bit pointers")
  return()
endif()
set(GREENTHREAD_INLINE_OPTIONS "")

# The switch pushes nothing, so functions may have their red zone.
if(GREENTHREAD_HAVE_RED_ZONE)
  list(APPEND GREENTHREAD_INLINE_OPTIONS -mred-zone)
endif()

# gcc names the registers of an extension only in code that is compiled for it. If
# the linker inlined the switch into such code, the switch would forget some
# registers.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND GREENTHREAD_INLINE_OPTIONS -fno-lto)
endif()

# The objects must not be marked as fit for a shadow stack. Of -fcf-protection=full
# only the landing places for jumps remain.
check_c_source_compiles("
  #if !defined __CET__ || !(__CET__ & 2)
  #error no shadow stack
  #endif
  int main(void) { return 0; }" GREENTHREAD_WANTS_SHADOW_STACK)
if(GREENTHREAD_WANTS_SHADOW_STACK)
  message(STATUS "greenthread: inline: not for a shadow stack: -fcf-protection=branch")
  list(APPEND GREENTHREAD_INLINE_OPTIONS -fcf-protection=none -fcf-protection=branch)
  target_compile_options(greenthread-compat PRIVATE -fcf-protection=none -fcf-protection=branch)
endif()
gt_add_backend(inline SOURCES inline.c OPTIONS ${GREENTHREAD_INLINE_OPTIONS})

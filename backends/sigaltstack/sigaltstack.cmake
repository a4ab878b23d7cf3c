# The fallback where the C library has no <ucontext.h>. Where it has one, this backend
# would only lengthen the tests, so it is built if the user asks for it.

if(NOT has_system OR (GREENTHREAD_HAVE_UCONTEXT AND NOT GREENTHREAD_SIGALTSTACK
                                 AND NOT GREENTHREAD_BACKEND STREQUAL "sigaltstack"))
  return()
endif()
set(by_compiler 0)
if(GREENTHREAD_FOUND_SANITIZER MATCHES "address|thread")
  set(by_compiler 1) # see gti_switch.h
endif()
check_c_source_compiles("
  #define _XOPEN_SOURCE 700
  #include <setjmp.h>
  #include <signal.h>
  int main(void)
  {
      stack_t none = {.ss_flags = SS_DISABLE}, now;
      struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
  #if ${by_compiler}
      void *place[5];
      return __builtin_setjmp(place);
  #else
      sigset_t all;
      jmp_buf place;
      sigfillset(&all);
      return setjmp(place) || sigaltstack(&none, &now) || sigaction(SIGURG, &action, 0) ||
             pthread_sigmask(SIG_SETMASK, &all, 0) || raise(SIGURG);
  #endif
  }" GREENTHREAD_HAVE_SIGALTSTACK)
if(NOT GREENTHREAD_HAVE_SIGALTSTACK)
  return()
endif()
gt_add_backend(sigaltstack SOURCES sigaltstack.c)

# An unwinder must stop at the handler that a stack begins with.
if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
  set_source_files_properties(backends/sigaltstack/sigaltstack.c PROPERTIES COMPILE_OPTIONS
    "-fno-exceptions;-fno-asynchronous-unwind-tables;-fno-unwind-tables")
endif()

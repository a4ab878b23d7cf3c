# Which files fulfil the contracts of compat: for each part the most specific.

# Without OS threads nothing of POSIX is used, because all of it takes care of them. A
# program without an operating system has none.
if(GREENTHREAD_COMPAT STREQUAL "bare" AND GREENTHREAD_C11_THREADS STREQUAL "auto")
  set(GREENTHREAD_C11_THREADS none)
endif()
set(GREENTHREAD_OS_THREADS TRUE)
if(GREENTHREAD_COMPAT STREQUAL "bare" AND NOT GREENTHREAD_C11_THREADS STREQUAL "none")
  message(FATAL_ERROR "GREENTHREAD_COMPAT=bare: GREENTHREAD_C11_THREADS=${GREENTHREAD_C11_THREADS}: "
                      "without an operating system there are no OS threads; leave it out")
elseif(GREENTHREAD_C11_THREADS STREQUAL "none")
  set(GREENTHREAD_OS_THREADS FALSE)
  foreach(setting BACKEND=threads COMPAT=linux COMPAT=posix SANITIZE=thread)
    string(REGEX MATCH "(.+)=(.+)" pair ${setting})
    if(GREENTHREAD_${CMAKE_MATCH_1} STREQUAL CMAKE_MATCH_2)
      message(FATAL_ERROR "GREENTHREAD_C11_THREADS=none: GREENTHREAD_${setting} uses OS threads")
    endif()
  endforeach()
  if(BUILD_SHARED_LIBS)
    message(FATAL_ERROR "GREENTHREAD_C11_THREADS=none: BUILD_SHARED_LIBS: a shared library may be "
                        "called by several OS threads; build a static one")
  endif()
elseif(NOT GREENTHREAD_C11_THREADS MATCHES "^(auto|native|pthread)$")
  message(FATAL_ERROR "GREENTHREAD_C11_THREADS=${GREENTHREAD_C11_THREADS}: auto, native, pthread or none")
endif()

if(NOT GREENTHREAD_COMPAT)
  if(NOT GREENTHREAD_OS_THREADS)
    set(GREENTHREAD_COMPAT_KIND generic)
  elseif(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(GREENTHREAD_COMPAT_KIND linux)
  elseif(UNIX)
    set(GREENTHREAD_COMPAT_KIND posix)
  else()
    set(GREENTHREAD_COMPAT_KIND generic)
  endif()
elseif(GREENTHREAD_COMPAT MATCHES "^(linux|posix|generic|bare)$")
  set(GREENTHREAD_COMPAT_KIND ${GREENTHREAD_COMPAT})
else()
  message(FATAL_ERROR "GREENTHREAD_COMPAT=${GREENTHREAD_COMPAT}: linux, posix, generic or bare")
endif()
message(STATUS "greenthread: compat: ${GREENTHREAD_COMPAT_KIND}")

# The sanitizer that everything is compiled for, wherever the flag came from.
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
get_directory_property(options COMPILE_OPTIONS)
set(GREENTHREAD_FOUND_SANITIZER "")
if("${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}} ${options}" MATCHES
   "-fsanitize=([a-z-]+,)*(address|thread|memory)(,|[ ;]|$)")
  set(GREENTHREAD_FOUND_SANITIZER ${CMAKE_MATCH_2})
  message(STATUS "greenthread: sanitizer: ${GREENTHREAD_FOUND_SANITIZER}")
endif()

# Flags that give each OS thread a second stack, or tell functions where its only
# stack ends. A switch handles neither.
set(second_stack "")
if("${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}} ${options}" MATCHES
   "(-fsanitize=)([a-z-]+,)*(safe-stack|shadow-call-stack)(,|[ ;]|$)")
  set(second_stack "${CMAKE_MATCH_1}${CMAKE_MATCH_3}")
elseif("${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}} ${options}" MATCHES "-fsplit-stack( |;|$)")
  set(second_stack "-fsplit-stack")
endif()
if(second_stack)
  message(FATAL_ERROR "greenthread: ${second_stack}: green threads would share what it keeps for each "
                      "OS thread; see docs/backends.md")
endif()

# From the most specific folder to the least.
set(folders bare single linux posix generic fallback)
if(NOT GREENTHREAD_COMPAT_KIND STREQUAL "bare")
  list(REMOVE_ITEM folders bare)
endif()
if(GREENTHREAD_OS_THREADS)
  list(REMOVE_ITEM folders single)
endif()
set(has_system TRUE)
if(GREENTHREAD_COMPAT_KIND MATCHES "^(generic|bare)$")
  set(has_system FALSE)
endif()
if(NOT GREENTHREAD_COMPAT_KIND STREQUAL "linux")
  list(REMOVE_ITEM folders linux)
endif()
if(NOT has_system)
  list(REMOVE_ITEM folders posix)
endif()

# Files that are there, but not to be taken here.
set(refused "")
if(GREENTHREAD_POLLER AND NOT GREENTHREAD_POLLER STREQUAL "poll" AND has_system)
  message(FATAL_ERROR "GREENTHREAD_POLLER=${GREENTHREAD_POLLER}: poll, or empty")
elseif(GREENTHREAD_POLLER)
  list(APPEND refused linux/poller)
endif()
# A sanitizer has a handler and a report of its own, and sees no system call that
# is made by its number.
if(GREENTHREAD_FOUND_SANITIZER)
  list(APPEND refused posix/overflow linux/nowait)
endif()
include(CheckCSourceCompiles)
if(has_system)
  # An unwinder that was built for another C library does not link: musl-gcc on
  # a system of glibc's has no other.
  check_c_source_compiles("
    #include <unwind.h>
    static _Unwind_Reason_Code step(struct _Unwind_Context *c, void *a)
    { return c == a ? _URC_END_OF_STACK : _URC_NO_REASON; }
    int main(void) { return _Unwind_Backtrace(step, 0); }"
    GREENTHREAD_HAVE_UNWINDER)
  if(NOT GREENTHREAD_HAVE_UNWINDER)
    message(STATUS "greenthread: no unwinder that links: reports are without a stack")
    list(APPEND refused posix/backtrace)
  endif()
endif()
if(GREENTHREAD_COMPAT_KIND STREQUAL "linux")
  check_c_source_compiles("
    #define _GNU_SOURCE
    #include <signal.h>
    #include <time.h>
    #include <unistd.h>
    int main(void)
    {
        struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID};
        timer_t timer;
        return gettid() < 0 || timer_create(CLOCK_MONOTONIC, &event, &timer);
    }" GREENTHREAD_HAVE_ALARMS)
  if(NOT GREENTHREAD_HAVE_ALARMS)
    list(APPEND refused linux/attempt)
  endif()
endif()

# What C libraries of before C11 lack, and some processors.
if(GREENTHREAD_COMPAT_KIND STREQUAL "generic")
  check_c_source_compiles("
    #include <stdlib.h>
    int main(void) { return aligned_alloc(16, 16) == NULL; }" GREENTHREAD_HAVE_ALIGNED_ALLOC)
  check_c_source_compiles("
    #include <time.h>
    int main(void) { struct timespec t; return timespec_get(&t, TIME_UTC); }"
    GREENTHREAD_HAVE_TIMESPEC_GET)
  check_c_source_compiles("
    #include <stdatomic.h>
    static _Atomic long long latest;
    int main(void) { long long old = 0; return atomic_compare_exchange_weak(&latest, &old, 1); }"
    GREENTHREAD_HAVE_64_BIT_ATOMICS)
  foreach(pair ALIGNED_ALLOC/aligned TIMESPEC_GET/wall_clock 64_BIT_ATOMICS/clock)
    string(REGEX MATCH "(.+)/(.+)" pair ${pair})
    if(NOT GREENTHREAD_HAVE_${CMAKE_MATCH_1})
      list(APPEND refused generic/${CMAKE_MATCH_2})
    endif()
  endforeach()
endif()

# One part for each contract, compat/PART.h. inline.h and sanitizer.h need no file. The
# other parts serve these.
set(parts backtrace clock cxx errno fork io memory overflow own_stack poller process rounding signals
    text thread_exit canary)
if(GREENTHREAD_OS_THREADS)
  list(APPEND parts os_thread)
endif()
if(GREENTHREAD_COMPAT_KIND STREQUAL "generic")
  list(APPEND parts aligned sleep wall_clock)
elseif(has_system)
  list(APPEND parts attempt cxx_loaded nowait poll_now stack_pages)
endif()

# Each part is taken from the first folder that has it. GREENTHREAD_COMPAT_PART names
# the folder.
set(GREENTHREAD_COMPAT_SOURCES "")
foreach(part IN LISTS parts)
  set(GREENTHREAD_COMPAT_${part} "")
  foreach(folder IN LISTS folders)
    if(EXISTS ${PROJECT_SOURCE_DIR}/compat/${folder}/${part}.c AND NOT "${folder}/${part}" IN_LIST refused)
      set(GREENTHREAD_COMPAT_${part} ${folder})
      break()
    endif()
  endforeach()
  if(NOT GREENTHREAD_COMPAT_${part})
    message(FATAL_ERROR "greenthread: compat: none of ${folders} has ${part}.c")
  endif()
  list(APPEND GREENTHREAD_COMPAT_SOURCES compat/${GREENTHREAD_COMPAT_${part}}/${part}.c)
endforeach()
foreach(folder IN LISTS folders)
  if(EXISTS ${PROJECT_SOURCE_DIR}/compat/${folder}/include)
    set(GREENTHREAD_PLATFORM_INCLUDE ${PROJECT_SOURCE_DIR}/compat/${folder}/include)
    set(GREENTHREAD_PLATFORM_HEADERS ${GREENTHREAD_PLATFORM_INCLUDE}/greenthread/platform.h)
    if(folder STREQUAL "bare")
      list(APPEND GREENTHREAD_PLATFORM_HEADERS ${GREENTHREAD_PLATFORM_INCLUDE}/greenthread/board.h)
    endif()
    break()
  endif()
endforeach()

# A function that ends an OS thread there must unwind no further.
if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
  set_source_files_properties(compat/posix/os_thread.c PROPERTIES COMPILE_OPTIONS
    "-fno-exceptions;-fno-asynchronous-unwind-tables;-fno-unwind-tables")
endif()

if(GREENTHREAD_FOUND_SANITIZER MATCHES "address|thread")
  list(APPEND GREENTHREAD_COMPAT_SOURCES compat/sanitizer/${GREENTHREAD_FOUND_SANITIZER}.c)
endif()

# <threads.h>: the platform's, or ours by way of pthreads. Sanitizers know only
# pthreads.
include(CheckIncludeFile)
include(CheckSymbolExists)
check_symbol_exists(__GLIBC__ limits.h GREENTHREAD_GLIBC)
set(GREENTHREAD_LIKE_MUSL FALSE)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT GREENTHREAD_GLIBC)
  set(GREENTHREAD_LIKE_MUSL TRUE)
endif()
set(threads_by ${GREENTHREAD_C11_THREADS})
if(NOT GREENTHREAD_OS_THREADS)
  target_compile_definitions(greenthread-settings INTERFACE GTI_NO_OS_THREADS) # see compat/inline.h
else()
  find_package(Threads REQUIRED)
  check_include_file(threads.h GREENTHREAD_HAVE_THREADS_H)
endif()
if(threads_by STREQUAL "auto")
  set(threads_by native)
  # musl's thrd_create leaves all signals blocked in the new thread, those of its faults too.
  if(NOT GREENTHREAD_HAVE_THREADS_H OR GREENTHREAD_LIKE_MUSL OR GREENTHREAD_FOUND_SANITIZER)
    set(threads_by pthread)
  endif()
endif()
set(GREENTHREAD_THREADS_INCLUDE "")
if(threads_by STREQUAL "pthread")
  set(GREENTHREAD_THREADS_INCLUDE ${PROJECT_SOURCE_DIR}/compat/pthread)
endif()

check_include_file(valgrind/memcheck.h GREENTHREAD_HAVE_VALGRIND_H)
set(GREENTHREAD_LAUNCHER "")
if(GREENTHREAD_VALGRIND)
  find_program(VALGRIND valgrind)
  if(NOT VALGRIND OR NOT GREENTHREAD_HAVE_VALGRIND_H)
    message(FATAL_ERROR "GREENTHREAD_VALGRIND: valgrind and its headers are missing; "
                        "Debian has both in the package valgrind")
  endif()
  set(GREENTHREAD_LAUNCHER ${VALGRIND} --quiet --error-exitcode=120 --max-threads=4000
      --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite)
endif()

# What programs link with the static libraries. On some systems the rounding mode is in
# the library of mathematics.
find_library(GREENTHREAD_MATH_LIBRARY m)
mark_as_advanced(GREENTHREAD_MATH_LIBRARY)
check_c_source_compiles("
  #include <fenv.h>
  #ifndef FE_TONEAREST
  int main(void) { return 0; }
  #else
  int main(void) { return fegetround() != FE_TONEAREST && fesetround(FE_TONEAREST); }
  #endif" GREENTHREAD_ROUNDS_WITHOUT_LIBRARY)
set(GREENTHREAD_SYSTEM_LIBRARIES "")
if(GREENTHREAD_OS_THREADS)
  list(APPEND GREENTHREAD_SYSTEM_LIBRARIES Threads::Threads)
endif()
if(has_system)
  list(APPEND GREENTHREAD_SYSTEM_LIBRARIES ${CMAKE_DL_LIBS})
endif()
if(GREENTHREAD_MATH_LIBRARY AND NOT GREENTHREAD_ROUNDS_WITHOUT_LIBRARY)
  list(APPEND GREENTHREAD_SYSTEM_LIBRARIES m)
endif()

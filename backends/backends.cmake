# One static and, with OS threads, one shared library for each backend that is available. Core is
# compiled once for each backend, because it includes the backend's switch. Compat
# is compiled once for all of them. Both libraries have the same objects, because
# the archive is position-independent anyway, for plugins that link it.

set(GREENTHREAD_CORE_SOURCES
    core/base/allocate.c core/base/misuse.c core/base/slab.c core/base/stacks.c
    core/base/started.c core/base/timers.c
    core/hub/clock.c core/hub/current.c core/hub/link_tree.c core/hub/report.c core/hub/returns.c
    core/hub/run_queue.c core/hub/wake.c
    core/raise/exception.c core/raise/handle.c core/raise/pending.c core/raise/timeout.c
    core/sched/block.c core/sched/deadlock.c core/sched/descriptors.c core/sched/lifecycle.c
    core/sched/links.c core/sched/scheduler.c core/sched/stack_usage.c core/sched/testing.c
    core/api/hub.c core/api/kill.c core/api/link.c core/api/overflow.c core/api/run.c
    core/api/sleep.c core/api/thread.c
    core/sync/semaphore.c
    core/io/calls.c)

# Where the library finds its own headers. The folder of a backend comes before.
set(limits ${PROJECT_SOURCE_DIR}/core/limits)
if(GREENTHREAD_HOSTILE AND GREENTHREAD_LIMITS)
  message(FATAL_ERROR "GREENTHREAD_LIMITS=${GREENTHREAD_LIMITS}: GREENTHREAD_HOSTILE has limits of its own")
elseif(GREENTHREAD_HOSTILE)
  set(limits ${limits}/hostile)
elseif(GREENTHREAD_LIMITS STREQUAL "small")
  set(limits ${limits}/small)
elseif(GREENTHREAD_LIMITS)
  message(FATAL_ERROR "GREENTHREAD_LIMITS=${GREENTHREAD_LIMITS}: small, or empty")
endif()
if(GREENTHREAD_LIMITS STREQUAL "small" AND (NOT GREENTHREAD_STACK_SIZE OR GREENTHREAD_STACK_SIZE LESS 4096))
  target_compile_definitions(greenthread-settings INTERFACE GTI_SHORT_REPORTS)
endif()
if(GREENTHREAD_STACK_SIZE AND NOT GREENTHREAD_LIMITS STREQUAL "small")
  message(FATAL_ERROR "GREENTHREAD_STACK_SIZE=${GREENTHREAD_STACK_SIZE}: only with GREENTHREAD_LIMITS=small")
elseif(GREENTHREAD_STACK_SIZE)
  target_compile_definitions(greenthread-settings INTERFACE GREENTHREAD_STACK_SIZE=${GREENTHREAD_STACK_SIZE})
endif()
set(GREENTHREAD_INSIDE ${PROJECT_SOURCE_DIR} ${limits}
    ${GREENTHREAD_THREADS_INCLUDE})

# gt_add_library(TARGET NAME): the options with which the objects of a library are
# compiled. Compat has no name. It has no switch either, and no frame that is cleaned up.
function(gt_add_library target name)
  set_target_properties(${target} PROPERTIES
    C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PRIVATE
    ${PROJECT_SOURCE_DIR}/core/include ${GREENTHREAD_PLATFORM_INCLUDE}
    ${PROJECT_SOURCE_DIR}/backends/${name} ${GREENTHREAD_INSIDE})
  target_compile_definitions(${target} PRIVATE
    $<$<BOOL:${GREENTHREAD_HAVE_VALGRIND_H}>:GTI_HAVE_VALGRIND>)
  target_compile_options(${target} PRIVATE
    $<$<C_COMPILER_ID:GNU,Clang>:-ftls-model=initial-exec>
    $<$<STREQUAL:${GREENTHREAD_COMPAT_KIND},bare>:-ffunction-sections;-fdata-sections>)
  if(name)
    target_compile_options(${target} PRIVATE
      $<$<BOOL:${GREENTHREAD_HAVE_RED_ZONE}>:-mno-red-zone>
      $<$<BOOL:${GREENTHREAD_HAVE_UNWINDING}>:-fexceptions>)
  endif()
  target_link_libraries(${target} PRIVATE greenthread-settings)
endfunction()

# gt_publish(TARGET): programs that link it are compiled as greenthread-api says.
function(gt_publish target)
  target_link_libraries(${target} PUBLIC greenthread-api)
  if(NOT GREENTHREAD_INSTALL)
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL TRUE) # built if it is linked
  endif()
endfunction()

# The public headers. They are a target of their own, which is not exported: CMake
# 3.25 puts the prefix before an absolute CMAKE_INSTALL_INCLUDEDIR there.
set(headers greenthread.h greenthread.hpp)
foreach(name base exception io report semaphore testing thread time timeout)
  list(APPEND headers greenthread/${name}.h)
endforeach()
list(TRANSFORM headers PREPEND ${PROJECT_SOURCE_DIR}/core/include/)
add_library(greenthread-headers INTERFACE)
target_sources(greenthread-headers INTERFACE FILE_SET HEADERS
  BASE_DIRS ${PROJECT_SOURCE_DIR}/core/include ${GREENTHREAD_PLATFORM_INCLUDE}
  FILES ${headers} ${GREENTHREAD_PLATFORM_HEADERS})

# What programs are compiled with, whatever backend they are linked with.
add_library(greenthread-api INTERFACE)
target_include_directories(greenthread-api INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/core/include>
  $<BUILD_INTERFACE:${GREENTHREAD_PLATFORM_INCLUDE}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_options(greenthread-api INTERFACE ${GREENTHREAD_STACK_CLASH_OPTIONS})
set_target_properties(greenthread-api PROPERTIES EXPORT_NAME api)

add_library(greenthread-compat OBJECT EXCLUDE_FROM_ALL ${GREENTHREAD_COMPAT_SOURCES})
gt_add_library(greenthread-compat "")

# A switch may push below the stack pointer. There the ABI of x86_64 lets a function
# that calls none keep its variables.
include(CheckCCompilerFlag)
check_c_compiler_flag(-mno-red-zone GREENTHREAD_HAVE_RED_ZONE)

# A C++ exception may pass frames of the library, and so may the end of an OS
# thread. The code that then calls the cleanups of these frames belongs to the
# unwinder, which not every system links.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_FLAGS -fexceptions)
if(GREENTHREAD_COMPAT_KIND STREQUAL "bare")
  set(GREENTHREAD_HAVE_UNWINDING FALSE) # there is no room for it
endif()
check_c_source_compiles("
  static int left;
  static void leave(int *variable) { left = *variable; }
  int main(int n, char **arguments)
  {
    int variable __attribute__((cleanup(leave))) = n;
    void (*volatile function)(void) = 0;
    (void)arguments;
    if (n > 1)
      function();
    return left;
  }" GREENTHREAD_HAVE_UNWINDING)
unset(CMAKE_REQUIRED_FLAGS)

# OS threads call the library when they end, and so do signals. So the library stays
# in memory once it is loaded.
include(CheckLinkerFlag)
check_linker_flag(C -Wl,-z,nodelete GREENTHREAD_HAVE_NODELETE)

# A program loads the shared library of the interface that it was linked with. Before
# 1.0 each minor version may change that.
set(GREENTHREAD_SOVERSION ${PROJECT_VERSION_MAJOR})
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(GREENTHREAD_SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endif()

# gt_add_shared(NAME LIBRARIES library... OBJECTS object...)
function(gt_add_shared name)
  cmake_parse_arguments(SHARED "" "" "LIBRARIES;OBJECTS" ${ARGN})
  add_library(greenthread-${name}-shared SHARED ${SHARED_OBJECTS})
  gt_publish(greenthread-${name}-shared)
  target_link_libraries(greenthread-${name}-shared PRIVATE ${SHARED_LIBRARIES})
  target_link_options(greenthread-${name}-shared PRIVATE
    $<$<PLATFORM_ID:Linux>:-Wl,--exclude-libs,ALL>
    $<$<BOOL:${GREENTHREAD_HAVE_NODELETE}>:-Wl,-z,nodelete>)
  set_target_properties(greenthread-${name}-shared PROPERTIES
    LINKER_LANGUAGE C EXPORT_NAME ${name}-shared OUTPUT_NAME greenthread-${name}
    VERSION ${PROJECT_VERSION} SOVERSION ${GREENTHREAD_SOVERSION})
  add_library(greenthread::${name}-shared ALIAS greenthread-${name}-shared)
endfunction()

# gt_add_backend(NAME SOURCES file... LIBRARIES library... OPTIONS option...): OPTIONS are
# for the compiler, and come after all others.
function(gt_add_backend name)
  cmake_parse_arguments(BACKEND "" "" "SOURCES;LIBRARIES;OPTIONS" ${ARGN})
  list(TRANSFORM BACKEND_SOURCES PREPEND backends/${name}/)
  set(libraries ${BACKEND_LIBRARIES} ${GREENTHREAD_SYSTEM_LIBRARIES})

  add_library(greenthread-${name}-objects OBJECT EXCLUDE_FROM_ALL
    ${GREENTHREAD_CORE_SOURCES} ${BACKEND_SOURCES})
  gt_add_library(greenthread-${name}-objects ${name})
  target_compile_options(greenthread-${name}-objects PRIVATE ${BACKEND_OPTIONS})
  set(objects $<TARGET_OBJECTS:greenthread-${name}-objects> $<TARGET_OBJECTS:greenthread-compat>)

  add_library(greenthread-${name} STATIC ${objects})
  gt_publish(greenthread-${name})
  target_link_libraries(greenthread-${name} PUBLIC ${libraries})
  set_target_properties(greenthread-${name} PROPERTIES LINKER_LANGUAGE C EXPORT_NAME ${name})
  add_library(greenthread::${name} ALIAS greenthread-${name})
  if(GREENTHREAD_OS_THREADS)
    gt_add_shared(${name} LIBRARIES ${libraries} OBJECTS ${objects})
  endif()
  set(GREENTHREAD_BACKENDS ${GREENTHREAD_BACKENDS} ${name} PARENT_SCOPE)
endfunction()

# The best first. The first one that is available is chosen by default.
set(GREENTHREAD_BACKENDS "")
include(backends/inline/inline.cmake)

# Processors without an operating system.
check_c_source_compiles("
  #if !defined __GNUC__ || !defined __ELF__ || !defined __thumb2__ || __ARM_ARCH_PROFILE != 'M'
  #error another processor
  #endif
  int main(void) { return 0; }" GREENTHREAD_HAVE_CORTEXM)
if(GREENTHREAD_HAVE_CORTEXM)
  gt_add_backend(cortexm SOURCES cortexm.c)
endif()
check_c_source_compiles("
  #if !defined __GNUC__ || !defined __ELF__ || !defined __riscv || defined __riscv_32e || defined __linux__
  #error another processor
  #endif
  int main(void) { return 0; }" GREENTHREAD_HAVE_RISCV)
if(GREENTHREAD_HAVE_RISCV)
  gt_add_backend(riscv SOURCES riscv.c)
endif()

find_library(GREENTHREAD_BOOST_CONTEXT NAMES libboost_context.a)
mark_as_advanced(GREENTHREAD_BOOST_CONTEXT)
if(GREENTHREAD_BOOST_CONTEXT)
  gt_add_backend(fcontext SOURCES fcontext.c LIBRARIES ${GREENTHREAD_BOOST_CONTEXT})
endif()
include(CheckCSourceCompiles)
check_c_source_compiles("
  #include <ucontext.h>
  static ucontext_t a, b;
  static void enter(void) { setcontext(&b); }
  int main(void) { getcontext(&a); makecontext(&a, enter, 0); return swapcontext(&b, &a); }"
  GREENTHREAD_HAVE_UCONTEXT)
if(GREENTHREAD_HAVE_UCONTEXT)
  gt_add_backend(ucontext SOURCES ucontext.c)
endif()
include(backends/sigaltstack/sigaltstack.cmake)
if(GREENTHREAD_OS_THREADS)
  gt_add_backend(threads SOURCES threads.c)
endif()

# The blank port has to compile, but nothing links it.
add_library(greenthread-template OBJECT ${GREENTHREAD_CORE_SOURCES} backends/template/template.c)
gt_add_library(greenthread-template template)
target_compile_options(greenthread-template PRIVATE $<$<C_COMPILER_ID:GNU,Clang>:-O0;-g0>)
if(NOT GREENTHREAD_TESTS)
  set_target_properties(greenthread-template PROPERTIES EXCLUDE_FROM_ALL TRUE)
endif()

set(why "you chose it")
set(chosen "${GREENTHREAD_BACKEND}")
if(NOT chosen)
  list(GET GREENTHREAD_BACKENDS 0 chosen)
  set(why "the best of those that are built")
  if(NOT GREENTHREAD_HAVE_INLINE)
    string(APPEND why "; ${GREENTHREAD_WHY_NOT_INLINE}")
    if(NOT GREENTHREAD_BOOST_CONTEXT)
      string(APPEND why "; for fcontext libboost_context.a was not found, "
                        "which Debian has in libboost-context-dev")
    endif()
  endif()
endif()
if(NOT chosen IN_LIST GREENTHREAD_BACKENDS)
  if(chosen STREQUAL "inline")
    message(FATAL_ERROR "GREENTHREAD_BACKEND=inline: ${GREENTHREAD_WHY_NOT_INLINE}")
  elseif(chosen STREQUAL "fcontext")
    message(FATAL_ERROR "GREENTHREAD_BACKEND=fcontext: libboost_context.a is missing; "
                        "Debian has it in the package libboost-context-dev")
  elseif(chosen STREQUAL "ucontext")
    message(FATAL_ERROR "GREENTHREAD_BACKEND=ucontext: the C library has no <ucontext.h> that works")
  elseif(chosen STREQUAL "sigaltstack")
    message(FATAL_ERROR "GREENTHREAD_BACKEND=sigaltstack: the system has no sigaltstack(2), "
                        "or GREENTHREAD_COMPAT is generic")
  endif()
  message(FATAL_ERROR "GREENTHREAD_BACKEND=${chosen}: here there are ${GREENTHREAD_BACKENDS}")
endif()
message(STATUS "greenthread: backend: ${chosen} (${why}); built: ${GREENTHREAD_BACKENDS}")
set(GREENTHREAD_CHOSEN ${chosen})
set(GREENTHREAD_CHOSEN_KIND "")
if(BUILD_SHARED_LIBS)
  set(GREENTHREAD_CHOSEN_KIND -shared)
endif()
add_library(greenthread::greenthread ALIAS greenthread-${chosen}${GREENTHREAD_CHOSEN_KIND})

# What every target is compiled with.

add_library(greenthread-settings INTERFACE)
target_compile_options(greenthread-settings INTERFACE
  $<$<C_COMPILER_ID:GNU,Clang,AppleClang>:-Wall;-Wextra;-Wpedantic>)
# Reports show stacks: on 32-bit Arm C has no unwind tables unless asked to. A board has
# no room for them.
if(NOT GREENTHREAD_COMPAT STREQUAL "bare")
  target_compile_options(greenthread-settings INTERFACE
    $<$<C_COMPILER_ID:GNU,Clang,AppleClang>:-funwind-tables>)
endif()
# Files have 64-bit sizes and numbers also where a long has 32. Elsewhere it would
# only choose names that MemorySanitizer does not know.
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  target_compile_definitions(greenthread-settings INTERFACE _FILE_OFFSET_BITS=64)
endif()
if(GREENTHREAD_WERROR)
  target_compile_options(greenthread-settings INTERFACE -Werror)
endif()

# Every branch is one of the source, so nothing is optimized.
if(GREENTHREAD_COVERAGE)
  add_compile_options(--coverage -O0 -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

# The sanitizer's flags go to everything, so that consumers inside this tree
# agree with the library.
if(GREENTHREAD_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=address,undefined)
elseif(GREENTHREAD_SANITIZE STREQUAL "thread" OR GREENTHREAD_SANITIZE STREQUAL "memory")
  add_compile_options(-fsanitize=${GREENTHREAD_SANITIZE} -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${GREENTHREAD_SANITIZE})
elseif(GREENTHREAD_SANITIZE)
  message(FATAL_ERROR "GREENTHREAD_SANITIZE=${GREENTHREAD_SANITIZE}: address, thread or memory")
endif()

# A fuzzer is guided by instrumentation of the code that it tests.
if(GREENTHREAD_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "GREENTHREAD_FUZZ: only clang brings libFuzzer; Debian has it in clang and libclang-rt-14-dev")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# A frame that is larger than what is left of a stack and the guard below it
# would reach into another thread's stack. With this option the compiler touches
# each page in its turn, so the guard is met. Programs need it: what they put on a
# stack is theirs. An installed package has the option, too, so it asks which
# compiler it is.
set(GREENTHREAD_STACK_CLASH_OPTIONS "")
set(GREENTHREAD_PC_STACK_CLASH "")
include(CheckCCompilerFlag)
set(CMAKE_REQUIRED_FLAGS -Werror)
check_c_compiler_flag(-fstack-clash-protection GREENTHREAD_HAVE_STACK_CLASH)
unset(CMAKE_REQUIRED_FLAGS)
if(GREENTHREAD_STACK_CLASH AND GREENTHREAD_HAVE_STACK_CLASH AND NOT GREENTHREAD_COMPAT STREQUAL "bare")
  set(GREENTHREAD_PC_STACK_CLASH " -fstack-clash-protection")
  set(least_GNU 8)
  set(least_Clang 19) # on some processors earlier
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i.86|s390x|ppc64le)$")
    set(least_Clang 11)
  endif()
  foreach(language C CXX)
    foreach(compiler GNU Clang)
      string(CONCAT condition "$<AND:$<COMPILE_LANG_AND_ID:${language},${compiler}>,"
             "$<VERSION_GREATER_EQUAL:$<${language}_COMPILER_VERSION>,${least_${compiler}}>>")
      list(APPEND GREENTHREAD_STACK_CLASH_OPTIONS $<${condition}:-fstack-clash-protection>)
    endforeach()
  endforeach()
endif()

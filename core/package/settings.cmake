# What every target is compiled with.

add_library(greenthread-settings INTERFACE)
target_compile_options(greenthread-settings INTERFACE
  $<$<C_COMPILER_ID:GNU,Clang,AppleClang>:-Wall;-Wextra;-Wpedantic>)
# Reports show stacks: on 32-bit Arm C has no unwind tables unless asked to.
target_compile_options(greenthread-settings INTERFACE
  $<$<C_COMPILER_ID:GNU,Clang,AppleClang>:-funwind-tables>)
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

# What a fuzzer is to steer through is instrumented for it.
if(GREENTHREAD_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "GREENTHREAD_FUZZ: only clang brings libFuzzer; Debian has it in clang and libclang-rt-14-dev")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

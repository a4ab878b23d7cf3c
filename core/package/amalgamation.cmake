# The target amalgamation: greenthread.c and greenthread.h, for the chosen backend and
# this platform. The variables say with what they are compiled and linked.

find_package(Python3 COMPONENTS Interpreter)
set(GREENTHREAD_AMALGAMATION ${PROJECT_BINARY_DIR}/amalgamation)
set(why "")
if(NOT Python3_FOUND)
  set(why "it needs Python 3")
elseif(GREENTHREAD_CHOSEN STREQUAL "threads")
  # An OS thread's end is to unwind no frame above it: see compat/posix/os_thread.c.
  set(why "the backend threads has a file that is compiled without unwind tables")
elseif(GREENTHREAD_CHOSEN STREQUAL "sigaltstack")
  set(why "the backend sigaltstack is compiled without unwind tables")
endif()
if(why)
  set(GREENTHREAD_AMALGAMATION "")
  message(STATUS "greenthread: no amalgamation: ${why}")
  add_custom_target(amalgamation
    COMMAND ${CMAKE_COMMAND} -E echo "No amalgamation: ${why}"
    COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
  return()
endif()

set(GREENTHREAD_AMALGAMATION_OPTIONS "")
if(GREENTHREAD_HAVE_UNWINDING)
  list(APPEND GREENTHREAD_AMALGAMATION_OPTIONS -fexceptions)
endif()
if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
  list(APPEND GREENTHREAD_AMALGAMATION_OPTIONS -funwind-tables -ftls-model=initial-exec)
endif()
if(GREENTHREAD_CHOSEN STREQUAL "inline")
  list(APPEND GREENTHREAD_AMALGAMATION_OPTIONS ${GREENTHREAD_INLINE_OPTIONS})
elseif(GREENTHREAD_HAVE_RED_ZONE)
  list(APPEND GREENTHREAD_AMALGAMATION_OPTIONS -mno-red-zone)
endif()
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  list(APPEND GREENTHREAD_AMALGAMATION_OPTIONS -D_FILE_OFFSET_BITS=64)
endif()
if(NOT GREENTHREAD_OS_THREADS)
  list(APPEND GREENTHREAD_AMALGAMATION_OPTIONS -DGTI_NO_OS_THREADS)
endif()
list(REMOVE_DUPLICATES GREENTHREAD_AMALGAMATION_OPTIONS)
list(JOIN GREENTHREAD_AMALGAMATION_OPTIONS " " options)

# GREENTHREAD_PC_SYSTEM in install.cmake says the same to pkg-config.
get_target_property(libraries greenthread-${GREENTHREAD_CHOSEN} INTERFACE_LINK_LIBRARIES)
list(REMOVE_ITEM libraries greenthread-api)
set(GREENTHREAD_AMALGAMATION_LIBRARIES ${libraries})
list(TRANSFORM libraries REPLACE "^Threads::Threads$" "-pthread")
list(TRANSFORM libraries REPLACE "^([a-z]+)$" "-l\\1")
list(TRANSFORM libraries REPLACE "^.*/(lib[a-z_]+\\.a)$" "-l:\\1")
list(JOIN libraries " " libraries)

get_target_property(sources greenthread-${GREENTHREAD_CHOSEN}-objects SOURCES)
set(sources ${sources} ${GREENTHREAD_COMPAT_SOURCES})
list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE depends)
string(CONCAT about "Version ${PROJECT_VERSION}, backend ${GREENTHREAD_CHOSEN}, compat ${GREENTHREAD_COMPAT_KIND}.||"
       "cc -std=c11 -O2 ${options} -c greenthread.c|"
       "and link with ${libraries}")
set(script ${PROJECT_SOURCE_DIR}/core/package/amalgamate.py)
add_custom_command(
  OUTPUT ${GREENTHREAD_AMALGAMATION}/greenthread.c ${GREENTHREAD_AMALGAMATION}/greenthread.h
  COMMAND ${Python3_EXECUTABLE} ${script} --root ${PROJECT_SOURCE_DIR}
          --out ${GREENTHREAD_AMALGAMATION} --depfile ${GREENTHREAD_AMALGAMATION}.d --about ${about}
          --public ${PROJECT_SOURCE_DIR}/core/include ${GREENTHREAD_PLATFORM_INCLUDE}
          --include ${PROJECT_SOURCE_DIR}/backends/${GREENTHREAD_CHOSEN} ${GREENTHREAD_INSIDE}
          --sources ${sources}
  DEPENDS ${script} ${depends} DEPFILE ${GREENTHREAD_AMALGAMATION}.d
  COMMENT "Making greenthread.c and greenthread.h" VERBATIM)
add_custom_target(amalgamation
  DEPENDS ${GREENTHREAD_AMALGAMATION}/greenthread.c ${GREENTHREAD_AMALGAMATION}/greenthread.h)

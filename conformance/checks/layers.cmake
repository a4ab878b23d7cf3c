cmake_minimum_required(VERSION 3.25)

# cmake -DROOT=... -P layers.cmake: fails if a layer is crossed.
#
#   core      includes freestanding C headers, <string.h>, <setjmp.h>, its own
#             and the contracts of compat; knows no backend by name
#   backends  include core's contract, their own files, freestanding headers,
#             <string.h>, <setjmp.h>, and what a switch has to keep: <errno.h>
#             and <fenv.h>; and the one header that they are named after
#   core      formats its text itself: the formatted output of a small C library may
#             print the letters of %zu or %lld, and take the number for the next argument
#   no file   has an #if inside a function body

set(free float iso646 limits stdalign stdarg stdatomic stdbool stddef stdint stdnoreturn
    string setjmp)
set(threads_may "^(<(threads|stdatomic).h>|\"compat/(signals|os_thread|process).h\")$") # the baton passes the OS thread's state on
set(template_may "^<(stdio|stdlib).h>$")
set(ucontext_may "^(<ucontext.h>|\"(saved|compat/sanitizer|backends/fcontext/saved/(nothing|rounding)).h\")$")
set(sigaltstack_may "^(<(signal|sched|greenthread/platform).h>|\"compat/(process|sanitizer).h\")$") # a lock for the disposition
set(fcontext_may "^\"(saved|jump)(/[a-z0-9_]+)?.h\"$")
set(inline_may "^\"(processor(/[a-z0-9_]+)?|compat/process).h\"$")
set(broken "")

macro(complain file what)
  list(APPEND broken "${file}: ${what}")
endmacro()

function(includes_of file result)
  file(STRINGS ${file} lines REGEX "^ *# *include ")
  list(TRANSFORM lines REPLACE "^ *# *include +([<\"][^>\"]+[>\"]).*" "\\1")
  set(${result} ${lines} PARENT_SCOPE)
endfunction()

list(JOIN free "|" free_names)
set(is_free "^<(${free_names})\\.h>$")

file(GLOB_RECURSE core_files ${ROOT}/core/*.[ch])
file(GLOB_RECURSE own RELATIVE ${ROOT} ${ROOT}/core/*.h)
file(GLOB contracts RELATIVE ${ROOT} ${ROOT}/compat/*.h)
foreach(file IN LISTS core_files)
  includes_of(${file} headers)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "[<>\"]" "" name ${header})
    if(header MATCHES "${is_free}" OR header MATCHES "^<greenthread" OR name IN_LIST own
       OR name IN_LIST contracts OR header STREQUAL "<gti_limits.h>" OR (header STREQUAL "<gti_switch.h>" AND file MATCHES "/backend.h$"))
      continue()
    endif()
    complain(${file} "core may not include ${header}")
  endforeach()
  file(READ ${file} text)
  string(REGEX MATCHALL "%[^sd \"]" conversions "${text}")
  if(conversions AND NOT file MATCHES "/include/")
    complain(${file} "a pattern may have %s and %d alone, not ${conversions}")
  endif()
  if(text MATCHES "fcontext|[Bb]oost|thrd_|pthread|ucontext")
    if(NOT file MATCHES "/testing.h$")
      complain(${file} "core names a backend: ${CMAKE_MATCH_0}")
    endif()
  endif()
endforeach()

file(GLOB backends RELATIVE ${ROOT}/backends ${ROOT}/backends/*)
foreach(backend IN LISTS backends)
  file(GLOB_RECURSE files ${ROOT}/backends/${backend}/*.[ch])
  foreach(file IN LISTS files)
    includes_of(${file} headers)
    foreach(header IN LISTS headers)
      if(NOT header MATCHES "${is_free}" AND NOT header MATCHES "^<(errno|fenv).h>$"
         AND NOT header STREQUAL "\"core/backend.h\"" AND NOT header MATCHES "${${backend}_may}")
        complain(${file} "a backend may not include ${header}")
      endif()
    endforeach()
  endforeach()
endforeach()

# An #if is inside a body if the last line that began in the first column
# before it was an opening brace.
file(GLOB_RECURSE sources ${ROOT}/core/*.c ${ROOT}/backends/*.c ${ROOT}/compat/*.c)
foreach(file IN LISTS sources)
  file(STRINGS ${file} lines REGEX "^([{}]|# *if)")
  set(inside FALSE)
  foreach(line IN LISTS lines)
    if(line MATCHES "^{")
      set(inside TRUE)
    elseif(line MATCHES "^}")
      set(inside FALSE)
    elseif(inside)
      complain(${file} "an #if inside of a function body")
    endif()
  endforeach()
endforeach()

if(broken)
  list(JOIN broken "\n  " text)
  message(FATAL_ERROR "layers are crossed:\n  ${text}")
endif()

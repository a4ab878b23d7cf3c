cmake_minimum_required(VERSION 3.25)

# cmake -DNM=nm -DLIBRARY=... -DROOT=... -P symbols.cmake: the shared library
# defines exactly what the public headers declare with GTI_PUBLIC.

execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY}
                OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[A-Za-z_0-9]+(\n|$)" visible "${output}")
list(TRANSFORM visible STRIP)

set(declared "")
file(GLOB headers ${ROOT}/core/include/greenthread/*.h)
foreach(header IN LISTS headers)
  file(READ ${header} text)
  string(REPLACE ";" "\n" text "${text}")
  string(REGEX MATCHALL "GTI_PUBLIC[^\n]*(\n[^\n]*)?" places "${text}")
  foreach(place IN LISTS places)
    if(place MATCHES "extern const gt_kind ([A-Z_]+)")
      list(APPEND declared ${CMAKE_MATCH_1})
    elseif(place MATCHES "[ *\n](gti?_[a-z_]+)\\(")
      list(APPEND declared ${CMAKE_MATCH_1})
    endif()
  endforeach()
endforeach()

# The start files of some C libraries export their names in every shared library.
list(REMOVE_ITEM visible _init _fini)

foreach(name IN LISTS visible)
  if(NOT name IN_LIST declared)
    message(SEND_ERROR "visible, but in no public header: ${name}")
  endif()
endforeach()
foreach(name IN LISTS declared)
  if(NOT name IN_LIST visible)
    message(SEND_ERROR "declared, but not in the library: ${name}")
  endif()
endforeach()
list(LENGTH declared n)
if(n LESS 40)
  message(SEND_ERROR "only ${n} declarations were found")
endif()

# For checks that build and run the project of a user in ../consumer. They set:
#
#   work       the folder for what is built
#   tools      options of CMake that choose generator and compilers
#   CONSUMER   the project
#   CC, CXX    the compilers
#   EMULATOR   runs programs for another processor; may be empty

set(suffix_C c)
set(suffix_CXX cpp)

function(try)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(status "${status}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(run)
  try(${ARGN})
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(fail_to what)
  try(${ARGN})
  if(status EQUAL 0 OR NOT output MATCHES "${what}")
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command} should have failed with: ${what}\n${output}")
  endif()
endfunction()

function(expect_result program)
  run(${EMULATOR} ${program})
  if(NOT output MATCHES "^42 on ")
    message(FATAL_ERROR "${program} said: ${output}")
  endif()
endfunction()

# by_cmake(NAME LANGUAGE TARGETS [option...])
function(by_cmake name language targets)
  set(build ${work}/${name}-${language})
  list(JOIN targets "," joined)
  run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${build} ${tools}
      -DLANGUAGE=${language} -DTARGETS=${joined} ${ARGN})
  run(${CMAKE_COMMAND} --build ${build} --parallel 2)
  file(GLOB programs ${build}/consumer-*)
  list(LENGTH targets wanted)
  list(LENGTH programs found)
  if(found LESS wanted)
    message(FATAL_ERROR "of ${targets} there are ${programs}")
  endif()
  foreach(program IN LISTS programs)
    expect_result(${program})
  endforeach()
endfunction()

find_program(PKG_CONFIG pkg-config)

# by_pkg_config(LIBDIR LANGUAGE MODULE [option...])
function(by_pkg_config libdir language module)
  if(NOT PKG_CONFIG)
    return()
  endif()
  set(ENV{PKG_CONFIG_PATH} ${libdir}/pkgconfig)
  run(${PKG_CONFIG} ${ARGN} --cflags --libs ${module})
  string(STRIP "${output}" flags)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  set(compiler_C ${CC} -std=c11)
  set(compiler_CXX ${CXX} -std=c++11)
  run(${compiler_${language}} ${CONSUMER}/consumer.${suffix_${language}} ${flags} -o ${work}/by-pkg-config)
  expect_result(${work}/by-pkg-config)
endfunction()

cmake_minimum_required(VERSION 3.25)

# Builds and runs a project of somebody else's with greenthread as its users may
# have it. WHAT says how:
#
#   installed     the whole build tree, in a folder that is moved afterwards, and
#                 the build tree itself: each backend, static and shared, in C
#                 and in C++, and in a plugin, by find_package and by pkg-config
#   partial       a tree with one backend built, as after the demo, in other folders
#   subdirectory  the sources, as with FetchContent
#
# Nothing tells compiler or loader where a library is, except for a shared one
# by pkg-config: its user has to.

set(work ${BUILD}/consumer/${WHAT})
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})
set(tools -G ${GENERATOR} -DCMAKE_C_COMPILER=${CC} -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN})
set(languages C)
if(CXX)
  list(APPEND tools -DCMAKE_CXX_COMPILER=${CXX})
  list(APPEND languages CXX)
endif()
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
    message(FATAL_ERROR "${command} was to fail with: ${what}\n${output}")
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

# The option that has programs meet the guard: where it can be looked up.
function(expect_stack_clash build wanted)
  if(NOT GENERATOR STREQUAL "Ninja")
    return()
  endif()
  file(READ ${build}/build.ninja rules)
  string(FIND "${rules}" "-fstack-clash-protection" at)
  if((wanted AND at LESS 0) OR (NOT wanted AND at GREATER_EQUAL 0))
    message(FATAL_ERROR "${build}: -fstack-clash-protection is missing, or was not wanted")
  endif()
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

function(check_installed)
  set(ENV{DESTDIR} ${work}/stage)
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix /opt/greenthread)
  unset(ENV{DESTDIR})
  file(RENAME ${work}/stage/opt/greenthread ${work}/staged)
  by_pkg_config(${work}/staged/${LIBDIR} C greenthread)

  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${work}/first)
  file(RENAME ${work}/first ${work}/moved)
  set(libdir ${work}/moved/${LIBDIR})
  list(TRANSFORM BACKENDS APPEND "-shared" OUTPUT_VARIABLE shared)
  list(JOIN BACKENDS "," components)
  foreach(language IN LISTS languages)
    set(targets greenthread)
    set(plugin "")
    if(language STREQUAL "C")
      list(APPEND targets ${BACKENDS} ${shared})
      set(plugin -DPLUGIN=ON)
    endif()
    by_cmake(moved ${language} "${targets}" ${plugin} -DCOMPONENTS=${components} -DCMAKE_PREFIX_PATH=${work}/moved)
    foreach(mode "" --static)
      by_pkg_config(${libdir} ${language} greenthread ${mode})
    endforeach()
  endforeach()
  expect_stack_clash(${work}/moved-C "${STACK_CLASH}")
  by_cmake(uninstalled C greenthread -Dgreenthread_DIR=${BUILD} -DGREENTHREAD_STACK_CLASH=OFF)
  expect_stack_clash(${work}/uninstalled-C FALSE)

  set(ENV{LD_LIBRARY_PATH} ${libdir})
  foreach(backend IN LISTS BACKENDS)
    by_pkg_config(${libdir} C greenthread-${backend})
    by_pkg_config(${libdir} C greenthread-${backend}-shared)
  endforeach()
  by_pkg_config(${libdir} C greenthread-shared)
endfunction()

function(check_partial)
  list(GET BACKENDS 0 chosen)
  set(build ${work}/build)
  set(configure ${CMAKE_COMMAND} -S ${ROOT} -B ${build} ${tools} -DCMAKE_BUILD_TYPE=Release
      -DGREENTHREAD_TESTS=OFF -DGREENTHREAD_BACKEND=${chosen})
  run(${configure} -DCMAKE_INSTALL_LIBDIR=lib/somewhere/else)
  fail_to("Nothing has been built yet" ${CMAKE_COMMAND} --install ${build} --prefix ${work}/nothing)
  run(${CMAKE_COMMAND} --build ${build} --parallel 2 --target greenthread-${chosen})
  run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/relative)
  set(package ${work}/relative/lib/somewhere/else/cmake/greenthread)
  by_cmake(relative C greenthread -DCOMPONENTS=${chosen} -Dgreenthread_DIR=${package})
  by_pkg_config(${work}/relative/lib/somewhere/else C greenthread)
  fail_to("NOT[ \n]+FOUND" ${CMAKE_COMMAND} -S ${CONSUMER} -B ${work}/missing ${tools}
          -DLANGUAGE=C -DTARGETS=threads -DCOMPONENTS=threads
          -Dgreenthread_DIR=${package})

  run(${configure} -DCMAKE_INSTALL_PREFIX=${work}/absolute
      -DCMAKE_INSTALL_LIBDIR=${work}/absolute/libraries
      -DCMAKE_INSTALL_INCLUDEDIR=${work}/absolute/headers)
  run(${CMAKE_COMMAND} --build ${build} --parallel 2 --target greenthread-${chosen})
  run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/absolute)
  by_cmake(absolute C greenthread -Dgreenthread_DIR=${work}/absolute/libraries/cmake/greenthread)
  by_pkg_config(${work}/absolute/libraries C greenthread)
endfunction()

function(check_subdirectory)
  list(GET languages -1 language)
  by_cmake(sources ${language} greenthread -DSOURCE=${ROOT})
  file(GLOB libraries ${work}/sources-${language}/greenthread/libgreenthread-*)
  list(LENGTH libraries n)
  if(n GREATER 1)
    message(FATAL_ERROR "what nothing links was built, too: ${libraries}")
  endif()
endfunction()

cmake_language(CALL check_${WHAT})

cmake_minimum_required(VERSION 3.25)

# Builds and runs a project of a user, with greenthread as a user may have it.
# WHAT says how:
#
#   installed     the whole build tree, in a folder that is moved afterwards, and
#                 the build tree itself: each backend, static and shared, in C
#                 and in C++, and in a plugin, by find_package and by pkg-config
#   partial       a tree with one backend built, as after the demo, in other folders
#   subdirectory  the sources, as with FetchContent
#
# Nothing tells compiler or loader where a library is, except for a shared
# library by pkg-config. There the user has to.

set(work ${BUILD}/consumer/${WHAT})
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})
set(tools -G ${GENERATOR} -DCMAKE_C_COMPILER=${CC} -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN})
set(languages C)
if(CXX)
  list(APPEND tools -DCMAKE_CXX_COMPILER=${CXX})
  list(APPEND languages CXX)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/consumer.cmake)

# Where to find the option that makes programs meet the guard.
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

# A program names the shared library by major and minor number, before 1.0.
function(expect_soversion libdir)
  string(REGEX MATCH "^0\\.[0-9]+|^[0-9]+" number ${VERSION})
  foreach(backend IN LISTS BACKENDS)
    set(library ${libdir}/libgreenthread-${backend}.so)
    if(EXISTS ${library})
      file(READ_SYMLINK ${library} name)
      if(NOT name STREQUAL "libgreenthread-${backend}.so.${number}")
        message(FATAL_ERROR "${library} is ${name}, not of version ${number}")
      endif()
    endif()
  endforeach()
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
  expect_soversion(${libdir})
  file(GLOB_RECURSE headers RELATIVE ${ROOT}/core/include ${ROOT}/core/include/*)
  foreach(header IN LISTS headers ITEMS greenthread/platform.h)
    if(NOT EXISTS ${work}/moved/${INCLUDEDIR}/${header})
      message(FATAL_ERROR "${header} is not installed")
    endif()
  endforeach()
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

# A program that has the archive in it runs without the shared library.
function(expect_shared program libdir)
  file(RENAME ${libdir} ${libdir}-hidden)
  try(${EMULATOR} ${program})
  file(RENAME ${libdir}-hidden ${libdir})
  if(status EQUAL 0)
    message(FATAL_ERROR "${program} is not linked with the shared library")
  endif()
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

  run(${configure} -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=ON)
  run(${CMAKE_COMMAND} --build ${build} --parallel 2 --target greenthread-${chosen}-shared)
  run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/shared)
  by_cmake(shared C greenthread -DCMAKE_PREFIX_PATH=${work}/shared)
  expect_shared(${work}/shared-C/consumer-greenthread ${work}/shared/lib)
  set(ENV{LD_LIBRARY_PATH} ${work}/shared/lib)
  by_pkg_config(${work}/shared/lib C greenthread)
  if(PKG_CONFIG)
    expect_shared(${work}/by-pkg-config ${work}/shared/lib)
  endif()
  unset(ENV{LD_LIBRARY_PATH})
  run(${configure} -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_PREFIX=${work}/absolute
      -DCMAKE_INSTALL_LIBDIR=${work}/absolute/libraries
      -DCMAKE_INSTALL_INCLUDEDIR=${work}/absolute/headers)
  run(${CMAKE_COMMAND} --build ${build} --parallel 2 --target greenthread-${chosen})
  run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/absolute)
  by_cmake(absolute C greenthread -Dgreenthread_DIR=${work}/absolute/libraries/cmake/greenthread)
  by_pkg_config(${work}/absolute/libraries C greenthread)
endfunction()

# Only the chosen backend is built, as the library that BUILD_SHARED_LIBS asks for;
# no test, example or document is, and nothing of greenthread is installed. Each kind has
# a folder of its own: from 3.27 on CMake has the linker write down what it read, and what
# an earlier link has read is built again.
function(subdirectory name shared library)
  list(GET languages -1 language)
  by_cmake(${name} ${language} greenthread -DSOURCE=${ROOT} -DBUILD_SHARED_LIBS=${shared})
  set(build ${work}/${name}-${language})
  file(GLOB built ${build}/greenthread/libgreenthread-*)
  if(NOT built MATCHES "/${library}(;|$)")
    message(FATAL_ERROR "${library} is not among what was built: ${built}")
  endif()
  foreach(file IN LISTS built)
    if(NOT file MATCHES "/${library}(\\.[0-9.]+)?$")
      message(FATAL_ERROR "what nothing links was built, too: ${file}")
    endif()
  endforeach()
  foreach(folder conformance docs package)
    if(EXISTS ${build}/greenthread/${folder})
      message(FATAL_ERROR "a subproject has ${folder}")
    endif()
  endforeach()
  run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/prefix)
  if(EXISTS ${work}/prefix)
    message(FATAL_ERROR "a subproject was installed: ${output}")
  endif()
endfunction()

function(check_subdirectory)
  list(GET BACKENDS 0 chosen)
  subdirectory(static OFF libgreenthread-${chosen}${STATIC_SUFFIX})
  subdirectory(shared ON libgreenthread-${chosen}${SHARED_SUFFIX})
endfunction()

cmake_language(CALL check_${WHAT})

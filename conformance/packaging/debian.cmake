cmake_minimum_required(VERSION 3.25)

# Builds the Debian packages, looks at what is in them, unpacks them into one folder, and
# builds and runs a user's project with what is there. A name too many or too few in the
# symbols file has to fail the build.

set(work ${BUILD}/packaging/debian)
set(CONSUMER ${ROOT}/conformance/consumer)
set(tools -G ${GENERATOR} -DCMAKE_C_COMPILER=${CC})
set(languages C)
if(CXX)
  list(APPEND tools -DCMAKE_CXX_COMPILER=${CXX})
  list(APPEND languages CXX)
endif()
include(${ROOT}/conformance/checks/consumer.cmake)

run(${CMAKE_COMMAND} -DWORK=${work} -P ${ROOT}/docs/packaging/debian.cmake)
set(root ${work}/root)
set(libdir usr/lib/${TRIPLET})
string(REPLACE "." "\\." so "${SOVERSION}")
string(REPLACE "." "\\." full "${VERSION}")
list(JOIN BACKENDS "|" backends)

# expect_files(PACKAGE MAY regex... MUST file...): each file of the package matches one
# of the expressions, and each of MUST is a file of the package.
function(expect_files package)
  cmake_parse_arguments(FILES "" "" "MAY;MUST" ${ARGN})
  file(GLOB archive ${work}/${package}_*.deb)
  run(dpkg-deb -x ${archive} ${work}/${package})
  run(dpkg-deb -x ${archive} ${root})
  file(GLOB_RECURSE files LIST_DIRECTORIES FALSE RELATIVE ${work}/${package} ${work}/${package}/*)
  list(JOIN FILES_MAY "|" may)
  foreach(file IN LISTS files)
    if(NOT file MATCHES "^(${may}|usr/share/doc/${package}/(copyright|changelog(\\.Debian)?\\.gz))$")
      message(FATAL_ERROR "${package} must not have ${file}")
    endif()
  endforeach()
  foreach(file IN LISTS FILES_MUST ITEMS usr/share/doc/${package}/copyright)
    if(NOT file IN_LIST files)
      message(FATAL_ERROR "${package} must have ${file}")
    endif()
  endforeach()
endfunction()

# expect_field(PACKAGE FIELD REGEX)
function(expect_field package field regex)
  file(GLOB archive ${work}/${package}_*.deb)
  run(dpkg-deb -f ${archive} ${field})
  if(NOT output MATCHES "${regex}")
    message(FATAL_ERROR "${field} of ${package} is ${output}")
  endif()
endfunction()

function(check_lists)
  list(TRANSFORM BACKENDS REPLACE "(.+)" "${libdir}/libgreenthread-\\1.so.${SOVERSION}" OUTPUT_VARIABLE shared)
  expect_files(libgreenthread${SOVERSION}
    MAY "${libdir}/libgreenthread-(${backends})\\.so\\.(${so}|${full})" usr/share/lintian/overrides/.*
    MUST ${shared})

  file(GLOB_RECURSE headers RELATIVE ${ROOT}/core/include ${ROOT}/core/include/*)
  list(TRANSFORM headers PREPEND usr/include/)
  foreach(backend IN LISTS BACKENDS)
    foreach(suffix a so)
      list(APPEND libraries ${libdir}/libgreenthread-${backend}.${suffix})
    endforeach()
    list(APPEND libraries ${libdir}/pkgconfig/greenthread-${backend}.pc
         ${libdir}/cmake/greenthread/greenthread-${backend}.cmake)
  endforeach()
  expect_files(libgreenthread-dev
    MAY "usr/include/greenthread\\.hp?p?" "usr/include/greenthread/[a-z]+\\.h"
        "${libdir}/libgreenthread-(${backends})\\.(a|so)" "${libdir}/pkgconfig/greenthread[a-z-]*\\.pc"
        "${libdir}/cmake/greenthread/greenthread[a-z-]*\\.cmake"
    MUST ${headers} usr/include/greenthread/platform.h ${libraries} ${libdir}/pkgconfig/greenthread.pc
         ${libdir}/cmake/greenthread/greenthread-config.cmake)

  expect_files(libgreenthread-doc
    MAY "usr/share/man/man[37]/[A-Za-z_-]+\\.[37]\\.gz" "usr/share/doc-base/.*"
        "usr/share/doc/libgreenthread-dev/(html|examples)/.*"
        "usr/share/doc/libgreenthread-dev/[a-z]+\\.md(\\.gz)?"
    MUST usr/share/man/man3/gt_kill.3.gz usr/share/man/man3/gt_unref.3.gz usr/share/man/man7/greenthread.7.gz
         usr/share/doc/libgreenthread-dev/html/index.html usr/share/doc/libgreenthread-dev/html/gt_kill.html
         usr/share/doc/libgreenthread-dev/examples/hello.c)

  foreach(package libgreenthread${SOVERSION} libgreenthread-dev)
    expect_field(${package} Multi-Arch "^same")
  endforeach()
  expect_field(libgreenthread-dev Depends "libgreenthread${so} \\(= ${full}-1\\)")
  expect_field(libgreenthread-doc Architecture "^all")
endfunction()

# No file that a user's build reads names the folder in which the packages were built.
function(check_paths)
  file(GLOB_RECURSE files ${root}/${libdir}/*.cmake ${root}/${libdir}/*.pc)
  foreach(file IN LISTS files)
    file(READ ${file} text)
    string(FIND "${text}" ${work} at)
    if(at GREATER_EQUAL 0)
      message(FATAL_ERROR "${file} names ${work}")
    endif()
  endforeach()
endfunction()

# By default a program is linked with the shared library, which the loader finds in an
# installed system and has to be told here. CMake writes the folder into the program.
function(check_programs)
  list(GET BACKENDS 0 chosen)
  foreach(language IN LISTS languages)
    set(ENV{LD_LIBRARY_PATH} ${root}/${libdir})
    by_pkg_config(${root}/${libdir} ${language} greenthread)
    unset(ENV{LD_LIBRARY_PATH})
    if(PKG_CONFIG)
      fail_to("libgreenthread-${chosen}\\.so\\.${so}" ${work}/by-pkg-config)
    endif()
    by_pkg_config(${root}/${libdir} ${language} greenthread-${chosen})
    list(TRANSFORM BACKENDS APPEND "-shared" OUTPUT_VARIABLE shared)
    by_cmake(cmake ${language} "greenthread;${BACKENDS};${shared}" -DCMAKE_PREFIX_PATH=${root}/usr)
  endforeach()
  run(${work}/cmake-C/consumer-greenthread)
  if(NOT output MATCHES "^42 on ${chosen}\n")
    message(FATAL_ERROR "greenthread is not ${chosen}: ${output}")
  endif()
endfunction()

function(check_man)
  find_program(MAN man)
  if(NOT MAN)
    return()
  endif()
  foreach(page gt_kill gt_unref)
    run(${CMAKE_COMMAND} -E env LC_ALL=C MANPAGER=cat ${MAN} -l ${root}/usr/share/man/man3/${page}.3.gz)
    if(NOT output MATCHES "${page}.* - .*SYNOPSIS.*#include <greenthread.h>.*${page}\\(")
      message(FATAL_ERROR "man shows of ${page}:\n${output}")
    endif()
  endforeach()
endfunction()

function(check_lintian)
  find_program(LINTIAN lintian)
  if(LINTIAN)
    file(GLOB changes ${work}/*.changes)
    run(${LINTIAN} --allow-root --fail-on error ${changes})
    message(STATUS "lintian: ${output}")
  endif()
endfunction()

function(check_symbols)
  set(tree ${work}/greenthread-${VERSION})
  set(names ${tree}/debian/public.symbols)
  file(READ ${names} text)
  set(build ${CMAKE_COMMAND} -E chdir ${tree} debian/rules override_dh_makeshlibs)
  run(${build})
  file(WRITE ${names} " gt_gone@Base ${VERSION}\n${text}")
  fail_to("gt_gone@Base" ${build})
  string(REPLACE " gt_kill@Base ${VERSION}\n" "" fewer "${text}")
  file(WRITE ${names} "${fewer}")
  fail_to("gt_kill@Base" ${build})
endfunction()

check_lists()
check_paths()
check_programs()
check_man()
check_lintian()
check_symbols()

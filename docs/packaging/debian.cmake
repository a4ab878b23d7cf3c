cmake_minimum_required(VERSION 3.25)

# cmake -DWORK=folder [-DOPTIONS="option..."] -P docs/packaging/debian.cmake
#
# Makes a Debian source tree in the folder, with docs/packaging/debian as its debian/,
# and builds binary packages there. OPTIONS are of dpkg-buildpackage; without them it
# builds unsigned binary packages. The environment's DEBFULLNAME and DEBEMAIL name the
# maintainer, and DEB_BUILD_OPTIONS is Debian's.

if(NOT WORK)
  message(FATAL_ERROR "cmake -DWORK=folder [-DOPTIONS=\"option...\"] -P docs/packaging/debian.cmake")
endif()
if(NOT OPTIONS)
  set(OPTIONS "-us -uc -b")
endif()
separate_arguments(OPTIONS UNIX_COMMAND "${OPTIONS}")
get_filename_component(WORK ${WORK} ABSOLUTE)
get_filename_component(ROOT ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)

file(READ ${ROOT}/CMakeLists.txt text)
if(NOT text MATCHES "project\\(greenthread VERSION (([0-9]+)\\.([0-9]+)[0-9.]*)")
  message(FATAL_ERROR "CMakeLists.txt does not say the version")
endif()
set(VERSION ${CMAKE_MATCH_1})
set(soversion ${CMAKE_MATCH_2})
if(soversion EQUAL 0)
  string(APPEND soversion .${CMAKE_MATCH_3})
endif()
if(NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/debian/libgreenthread${soversion}.install)
  message(FATAL_ERROR "Version ${VERSION} belongs in the package libgreenthread${soversion}: "
                      "rename it in docs/packaging/debian, and begin its symbols files again")
endif()

set(tree ${WORK}/greenthread-${VERSION})
file(REMOVE_RECURSE ${WORK})
include(${CMAKE_CURRENT_LIST_DIR}/sources.cmake)
gt_copy_sources(${tree})
set(original ${WORK}/greenthread_${VERSION}.orig.tar.gz)
execute_process(COMMAND ${CMAKE_COMMAND} -E tar czf ${original} greenthread-${VERSION}
                WORKING_DIRECTORY ${WORK} COMMAND_ERROR_IS_FATAL ANY)

file(COPY ${CMAKE_CURRENT_LIST_DIR}/debian DESTINATION ${tree})
set(name "$ENV{DEBFULLNAME}")
set(address "$ENV{DEBEMAIL}")
if(NOT name)
  set(name "The greenthread authors")
endif()
if(NOT address)
  set(address "greenthread@example.org")
endif()
set(MAINTAINER "${name} <${address}>")
string(TIMESTAMP DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
foreach(name changelog control)
  configure_file(${tree}/debian/${name}.in ${tree}/debian/${name} @ONLY NO_SOURCE_PERMISSIONS)
  file(REMOVE ${tree}/debian/${name}.in)
endforeach()

execute_process(COMMAND dpkg-buildpackage ${OPTIONS} WORKING_DIRECTORY ${tree}
                COMMAND_ERROR_IS_FATAL ANY)
file(GLOB packages ${WORK}/*.deb)
list(JOIN packages "\n  " packages)
message(STATUS "Made\n  ${packages}")

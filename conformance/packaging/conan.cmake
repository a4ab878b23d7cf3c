cmake_minimum_required(VERSION 3.25)

# Conan makes the package and runs the program of its test_package, for each kind of library.

set(work ${BUILD}/packaging/conan)
include(${ROOT}/conformance/checks/consumer.cmake)
file(REMOVE_RECURSE ${work})
set(ENV{CONAN_HOME} ${work}/home)
run(${CONAN} profile detect)
foreach(shared False True)
  run(${CONAN} create ${ROOT}/docs/packaging/conan -o "greenthread/*:shared=${shared}"
      -c tools.cmake.cmake_layout:test_folder=${work}/test)
  if(NOT output MATCHES "a green thread has run" OR NOT output MATCHES "greenthread/${VERSION}")
    message(FATAL_ERROR "no program has run, or with another version than ${VERSION}:\n${output}")
  endif()
endforeach()

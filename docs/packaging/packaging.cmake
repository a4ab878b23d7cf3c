# The target debian-package. docs/packaging/README.md says more.

find_program(GREENTHREAD_DPKG_BUILDPACKAGE dpkg-buildpackage)
find_program(GREENTHREAD_DEBHELPER dh)
mark_as_advanced(GREENTHREAD_DPKG_BUILDPACKAGE GREENTHREAD_DEBHELPER)
set(package ${CMAKE_COMMAND} -DWORK=${PROJECT_BINARY_DIR}/debian
    -P ${PROJECT_SOURCE_DIR}/docs/packaging/debian.cmake)
if(NOT GREENTHREAD_DPKG_BUILDPACKAGE OR NOT GREENTHREAD_DEBHELPER)
  set(package ${CMAKE_COMMAND} -E echo "debian-package needs dpkg-buildpackage and debhelper"
      COMMAND ${CMAKE_COMMAND} -E false)
endif()
add_custom_target(debian-package COMMAND ${package} USES_TERMINAL VERBATIM)

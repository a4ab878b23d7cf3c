# Headers, libraries, a CMake package with a component for each backend, and a
# pkg-config file for each and one for the chosen backend.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/greenthread)

install(DIRECTORY core/include/ ${GREENTHREAD_PLATFORM_INCLUDE}/
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

foreach(name IN LISTS GREENTHREAD_BACKENDS)
  install(TARGETS greenthread-${name} greenthread-${name}-shared
          EXPORT greenthread-${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT greenthread-${name} NAMESPACE greenthread:: DESTINATION ${package_dir})
  set(GREENTHREAD_PC_NAME greenthread-${name})
  set(GREENTHREAD_PC_BACKEND ${name})
  set(GREENTHREAD_PC_PRIVATE "")
  if(name STREQUAL "fcontext")
    set(GREENTHREAD_PC_PRIVATE ${GREENTHREAD_BOOST_CONTEXT})
  endif()
  configure_file(core/package/greenthread.pc.in greenthread-${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/greenthread-${name}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  if(name STREQUAL GREENTHREAD_CHOSEN)
    set(GREENTHREAD_PC_NAME greenthread)
    configure_file(core/package/greenthread.pc.in greenthread.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/greenthread.pc
            DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  endif()
endforeach()

configure_package_config_file(core/package/greenthread-config.cmake.in greenthread-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(greenthread-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/greenthread-config.cmake
              ${PROJECT_BINARY_DIR}/greenthread-config-version.cmake
        DESTINATION ${package_dir})

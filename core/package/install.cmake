# Headers, the libraries that have been built, a CMake package with a component
# for each backend, and pkg-config files: greenthread for the chosen backend,
# greenthread-NAME for each, and with -shared at their end the same by the
# shared library. With BUILD_SHARED_LIBS greenthread is the shared one, too. A build of the demo makes one backend only, so nothing that
# was not built is missed; the package finds out which libraries are there.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/greenthread)
set(generated ${PROJECT_BINARY_DIR}/package)

install(TARGETS greenthread-headers FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS greenthread-api EXPORT greenthread-api)
install(EXPORT greenthread-api NAMESPACE greenthread:: DESTINATION ${package_dir})
export(EXPORT greenthread-api NAMESPACE greenthread:: FILE ${PROJECT_BINARY_DIR}/greenthread-api.cmake)

# Files of pkg-config move with the prefix, unless a folder was given in full.
set(GREENTHREAD_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up "${up}")
  set(GREENTHREAD_PC_PREFIX "\${pcfiledir}/${up}")
endif()
foreach(folder LIBDIR INCLUDEDIR)
  set(GREENTHREAD_PC_${folder} "\${prefix}/${CMAKE_INSTALL_${folder}}")
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${folder}}")
    set(GREENTHREAD_PC_${folder} "${CMAKE_INSTALL_${folder}}")
  endif()
endforeach()

# What the archives need of the system, as the CMake targets say it.
set(GREENTHREAD_PC_SYSTEM "${CMAKE_THREAD_LIBS_INIT}")
set(libraries ${GREENTHREAD_SYSTEM_LIBRARIES})
list(REMOVE_ITEM libraries Threads::Threads)
foreach(library IN LISTS libraries)
  string(APPEND GREENTHREAD_PC_SYSTEM " -l${library}")
endforeach()

set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(NOT IS_ABSOLUTE "${pc_dir}")
  set(pc_dir "\${CMAKE_INSTALL_PREFIX}/${pc_dir}")
endif()

# gt_write_pc(TARGET NAME LIBS): installed if the target was built. Rejected: a copy that
# building makes. After another configuration, which may choose other folders, nothing is
# built again.
function(gt_write_pc target GREENTHREAD_PC_NAME GREENTHREAD_PC_LIBS)
  configure_file(core/package/greenthread.pc.in ${generated}/${GREENTHREAD_PC_NAME}.pc @ONLY)
  install(CODE "
    if(EXISTS \"$<TARGET_FILE:${target}>\")
      file(INSTALL \"${generated}/${GREENTHREAD_PC_NAME}.pc\" DESTINATION \"${pc_dir}\")
    endif()")
endfunction()

foreach(name IN LISTS GREENTHREAD_BACKENDS)
  # A static library takes along what it needs. Its file is named, because the
  # linker would prefer the shared one of that name, which no loader finds in a
  # folder of the user's own.
  set(GREENTHREAD_PC_BACKEND ${name})
  set(archive "-L\${libdir} -l:${CMAKE_STATIC_LIBRARY_PREFIX}greenthread-${name}${CMAKE_STATIC_LIBRARY_SUFFIX}")
  if(NOT CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF")
    set(archive "\${libdir}/${CMAKE_STATIC_LIBRARY_PREFIX}greenthread-${name}${CMAKE_STATIC_LIBRARY_SUFFIX}")
  endif()
  if(name STREQUAL "fcontext")
    string(APPEND archive " ${GREENTHREAD_BOOST_CONTEXT}")
  endif()
  string(APPEND archive " ${GREENTHREAD_PC_SYSTEM}")
  set(shared "-L\${libdir} -lgreenthread-${name}")
  gt_write_pc(greenthread-${name} greenthread-${name} "${archive}")
  if(TARGET greenthread-${name}-shared)
    gt_write_pc(greenthread-${name}-shared greenthread-${name}-shared "${shared}")
  endif()
  if(name STREQUAL GREENTHREAD_CHOSEN)
    if(TARGET greenthread-${name}-shared)
      gt_write_pc(greenthread-${name}-shared greenthread-shared "${shared}")
    endif()
    if(BUILD_SHARED_LIBS)
      gt_write_pc(greenthread-${name}-shared greenthread "${shared}")
    else()
      gt_write_pc(greenthread-${name} greenthread "${archive}")
    endif()
  endif()

  # A file of exports reads all files whose names go on as its own does.
  foreach(kind "" "-shared")
    if(NOT TARGET greenthread-${name}${kind})
      continue() # without OS threads there is no shared library
    endif()
    set(export greenthread${kind}-${name})
    install(TARGETS greenthread-${name}${kind} EXPORT ${export} OPTIONAL
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
            RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(EXPORT ${export} NAMESPACE greenthread:: DESTINATION ${package_dir})
    export(EXPORT ${export} NAMESPACE greenthread:: FILE ${PROJECT_BINARY_DIR}/${export}.cmake)
  endforeach()
endforeach()

# Says what is missing; nothing at all is an error.
install(CODE "
  set(missing ${GREENTHREAD_BACKENDS})
  foreach(name ${GREENTHREAD_BACKENDS})
    if(EXISTS ${PROJECT_BINARY_DIR}/${CMAKE_STATIC_LIBRARY_PREFIX}greenthread-\${name}${CMAKE_STATIC_LIBRARY_SUFFIX}
       OR EXISTS ${PROJECT_BINARY_DIR}/${CMAKE_SHARED_LIBRARY_PREFIX}greenthread-\${name}${CMAKE_SHARED_LIBRARY_SUFFIX})
      list(REMOVE_ITEM missing \${name})
    endif()
  endforeach()
  if(missing STREQUAL \"${GREENTHREAD_BACKENDS}\")
    message(FATAL_ERROR \"Nothing has been built yet: cmake --build ${PROJECT_BINARY_DIR}\")
  elseif(missing)
    message(STATUS \"Not built, so not installed: \${missing}\")
  endif()")

set(GREENTHREAD_FIND_DEPENDENCY "")
if(GREENTHREAD_OS_THREADS)
  set(GREENTHREAD_FIND_DEPENDENCY "include(CMakeFindDependencyMacro)\nfind_dependency(Threads)\n")
endif()

# One package for the prefix, one for a build tree that was not installed.
configure_package_config_file(core/package/greenthread-config.cmake.in ${generated}/greenthread-config.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_LIBDIR)
set(installed_libdir ${CMAKE_INSTALL_LIBDIR})
set(CMAKE_INSTALL_LIBDIR ${PROJECT_BINARY_DIR})
configure_package_config_file(core/package/greenthread-config.cmake.in greenthread-config.cmake
  INSTALL_DESTINATION ${PROJECT_BINARY_DIR} PATH_VARS CMAKE_INSTALL_LIBDIR)
set(CMAKE_INSTALL_LIBDIR ${installed_libdir})
write_basic_package_version_file(greenthread-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${generated}/greenthread-config.cmake
              ${PROJECT_BINARY_DIR}/greenthread-config-version.cmake
        DESTINATION ${package_dir})

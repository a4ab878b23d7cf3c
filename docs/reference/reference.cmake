# Man pages and a site with a search, made from the comments of the public headers
# by Sphinx, if it is there: the target docs. What has been made is installed.

find_package(Python3 COMPONENTS Interpreter)
find_program(GREENTHREAD_SPHINX sphinx-build)
set(reference ${PROJECT_SOURCE_DIR}/docs/reference)
set(made ${PROJECT_BINARY_DIR}/docs/reference)

if(NOT GREENTHREAD_SPHINX OR NOT Python3_FOUND)
  message(STATUS "greenthread: sphinx-build was not found (Debian: python3-sphinx): "
                 "the man pages and the site are left out, and so is their test")
  add_custom_target(docs
    COMMAND ${CMAKE_COMMAND} -E echo "docs needs sphinx-build (Debian: python3-sphinx); install it, and configure again"
    COMMAND ${CMAKE_COMMAND} -E false
    COMMENT "Looking for Sphinx" VERBATIM)
  return()
endif()

file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/include/greenthread/*.h)
set(read ${headers} ${PROJECT_SOURCE_DIR}/docs/semantics.md ${PROJECT_SOURCE_DIR}/docs/examples/hello.c
         ${PROJECT_SOURCE_DIR}/docs/examples/cpp/fetch.cpp ${reference}/cpp.rst
         ${reference}/conf.py ${reference}/reference.py ${reference}/sources.py)
foreach(name exception io report semaphore testing thread time)
  list(APPEND read ${PROJECT_SOURCE_DIR}/docs/examples/reference/${name}.c)
endforeach()
set(strict "")
if(GREENTHREAD_WERROR)
  set(strict -W --keep-going)
endif()
foreach(kind man html)
  add_custom_command(
    OUTPUT ${made}/${kind}.stamp
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${made}/${kind} ${made}/${kind}-sources
    COMMAND ${CMAKE_COMMAND} -E make_directory ${made}/${kind}-sources
    COMMAND ${CMAKE_COMMAND} -E env PYTHONDONTWRITEBYTECODE=1
            ${GREENTHREAD_SPHINX} -q ${strict} -t ${kind} -b ${kind} -c ${reference}
            -d ${made}/${kind}-trees ${made}/${kind}-sources ${made}/${kind}
    COMMAND ${CMAKE_COMMAND} -E touch ${made}/${kind}.stamp
    DEPENDS ${read}
    COMMENT "Making the reference: ${kind}" VERBATIM)
endforeach()
set(all "")
if(GREENTHREAD_INSTALL)
  set(all ALL)
endif()
add_custom_target(docs ${all} DEPENDS ${made}/man.stamp ${made}/html.stamp)

if(GREENTHREAD_INSTALL)
  install(DIRECTORY ${made}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT docs OPTIONAL
          FILES_MATCHING PATTERN "*.3" PATTERN "*.7")
  install(DIRECTORY ${made}/html DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT docs OPTIONAL
          PATTERN ".buildinfo" EXCLUDE PATTERN "objects.inv" EXCLUDE)
endif()

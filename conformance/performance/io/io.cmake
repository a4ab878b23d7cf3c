# The echo servers under load, and httpd beside nginx. For each server there is a
# program that starts it and measures it, as for the rest of the benchmark.

include(CheckIncludeFile)
check_include_file(linux/perf_event.h GREENTHREAD_HAVE_PERF_EVENT) # musl-gcc has none
if(GREENTHREAD_COMPAT_KIND STREQUAL "generic" OR NOT GREENTHREAD_HAVE_PERF_EVENT)
  return() # generic has no descriptors
endif()

set(io ${CMAKE_CURRENT_SOURCE_DIR}/performance/io)
add_library(greenthread-load OBJECT ${io}/server.c ${io}/load.c)
target_link_libraries(greenthread-load PRIVATE greenthread-settings)
add_library(greenthread-listen OBJECT ${io}/servers/listen.c)
target_link_libraries(greenthread-listen PRIVATE greenthread-settings)

# gt_add_io_program(TARGET SOURCE RUNTIME GUARDED SERVER DEFINITIONS...)
function(gt_add_io_program program source runtime guarded server)
  add_executable(${program} ${io}/${source})
  target_compile_definitions(${program} PRIVATE
    BENCH_RUNTIME="${runtime}" BENCH_GUARDED="${guarded}" BENCH_SERVER="${server}" ${ARGN})
  target_link_libraries(${program} PRIVATE greenthread-bench greenthread-load greenthread-settings)
  gt_add_peer_program("${runtime}" ${program})
endfunction()

# gt_add_echo_bench(NAME RUNTIME GUARDED SERVER): of the server that the target greenthread-echo-NAME builds
function(gt_add_echo_bench name runtime guarded server)
  set(program greenthread-performance-echo-${name})
  gt_add_io_program(${program} echo.c "${runtime}" ${guarded} ${server})
  add_dependencies(${program} greenthread-echo-${name})
  if(NOT GREENTHREAD_VALGRIND AND NOT CMAKE_CROSSCOMPILING) # it starts its server itself
    add_test(NAME ${name}.performance.echo COMMAND ${program} --quick --repetitions 1)
    set_tests_properties(${name}.performance.echo PROPERTIES LABELS performance)
  endif()
endfunction()

# gt_add_echo(NAME RUNTIME GUARDED SOURCE LIBRARIES...)
function(gt_add_echo name runtime guarded source)
  add_executable(greenthread-echo-${name} ${io}/servers/${source})
  target_link_libraries(greenthread-echo-${name} PRIVATE greenthread-listen ${ARGN} greenthread-settings)
  gt_add_echo_bench(${name} "${runtime}" ${guarded} $<TARGET_FILE:greenthread-echo-${name}>)
endfunction()

foreach(backend IN LISTS GREENTHREAD_BACKENDS)
  gt_add_echo(${backend} "greenthread ${backend}" yes greenthread.c greenthread::${backend})
endforeach()
gt_add_echo(epoll epoll none epoll.c)
if(NOT GREENTHREAD_BENCH)
  return()
endif()

find_path(LIBUV_INCLUDE uv.h)
find_library(LIBUV_LIBRARY uv)
mark_as_advanced(LIBUV_INCLUDE LIBUV_LIBRARY)
if(LIBUV_INCLUDE AND LIBUV_LIBRARY)
  gt_add_echo(libuv libuv none libuv.c ${LIBUV_LIBRARY})
  target_include_directories(greenthread-echo-libuv SYSTEM PRIVATE ${LIBUV_INCLUDE})
else()
  gt_bench_misses(libuv libuv1-dev)
endif()

find_program(GO go)
mark_as_advanced(GO)
if(GO)
  set(server ${CMAKE_CURRENT_BINARY_DIR}/go/greenthread-echo)
  add_custom_command(
    OUTPUT ${server}
    COMMAND ${CMAKE_COMMAND} -E env GO111MODULE=off GOCACHE=${CMAKE_CURRENT_BINARY_DIR}/go
            ${GO} build -o ${server} ${io}/servers/echo.go
    DEPENDS ${io}/servers/echo.go
    COMMENT "Building the echo server in Go")
  add_custom_target(greenthread-echo-go DEPENDS ${server})
  gt_add_echo_bench(go Go grows ${server})
else()
  gt_bench_misses("Go, echo" golang-go)
endif()

find_program(WRK wrk)
find_program(NGINX nginx PATHS /usr/sbin)
find_library(HTTP_PARSER_LIBRARY http_parser)
mark_as_advanced(WRK NGINX)
if(NOT WRK)
  gt_bench_misses(wrk wrk)
elseif(HTTP_PARSER_LIBRARY)
  gt_add_io_program(greenthread-performance-httpd http.c "greenthread ${GREENTHREAD_CHOSEN}" yes
    $<TARGET_FILE:greenthread-httpd> BENCH_WRK="${WRK}")
  add_dependencies(greenthread-performance-httpd greenthread-httpd)
endif()
if(WRK AND NGINX)
  gt_add_io_program(greenthread-performance-nginx http.c nginx none ${NGINX} BENCH_WRK="${WRK}")
elseif(WRK)
  gt_bench_misses(nginx nginx-light)
endif()

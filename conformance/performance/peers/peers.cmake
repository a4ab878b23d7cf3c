# The peers that are installed, each as its users would build it.

enable_language(CXX)
set(CMAKE_CXX_STANDARD 17)

# gt_add_peer(NAME RUNTIME PACKAGE SOURCES file... LIBRARIES library...): adds the
# peer if its libraries are found.
function(gt_add_peer name runtime package)
  cmake_parse_arguments(PEER "" "" "SOURCES;LIBRARIES" ${ARGN})
  set(found "")
  foreach(library IN LISTS PEER_LIBRARIES)
    find_library(GREENTHREAD_PEER_${library} ${library})
    mark_as_advanced(GREENTHREAD_PEER_${library})
    if(NOT GREENTHREAD_PEER_${library})
      gt_bench_misses("${runtime}" ${package})
      return()
    endif()
    list(APPEND found ${GREENTHREAD_PEER_${library}})
  endforeach()
  list(TRANSFORM PEER_SOURCES PREPEND performance/peers/)
  add_executable(greenthread-peer-${name} ${PEER_SOURCES})
  target_link_libraries(greenthread-peer-${name} PRIVATE
    greenthread-bench ${found} Threads::Threads greenthread-settings)
  gt_add_peer_program("${runtime}" greenthread-peer-${name})
endfunction()

gt_add_peer(state_threads "State Threads" libst-dev SOURCES state_threads.c LIBRARIES st)
gt_add_peer(boost_fiber "Boost.Fiber" libboost-fiber-dev
            SOURCES boost_fiber.cpp LIBRARIES boost_fiber boost_context)
gt_add_peer(pth "GNU Pth" libpth-dev SOURCES pth.c LIBRARIES pth)
gt_add_peer(handoff "bare hand-off" libc6-dev SOURCES bare_handoff.c)
foreach(prefetch 0 1)
  gt_add_peer(switch_${prefetch} "bare switch" libboost-context-dev
              SOURCES bare_switch.c LIBRARIES boost_context)
  if(TARGET greenthread-peer-switch_${prefetch})
    target_compile_definitions(greenthread-peer-switch_${prefetch} PRIVATE BENCH_PREFETCH=${prefetch})
  endif()
endforeach()

# Without modules there is nothing to download.
find_program(GREENTHREAD_GO go)
mark_as_advanced(GREENTHREAD_GO)
if(GREENTHREAD_GO)
  set(go_program ${CMAKE_CURRENT_BINARY_DIR}/peer-go)
  add_custom_command(OUTPUT ${go_program}
    COMMAND ${CMAKE_COMMAND} -E env GO111MODULE=off GOCACHE=${CMAKE_CURRENT_BINARY_DIR}/go-cache
            ${GREENTHREAD_GO} build -o ${go_program} ${CMAKE_CURRENT_LIST_DIR}/peer.go
    DEPENDS ${CMAKE_CURRENT_LIST_DIR}/peer.go VERBATIM)
  add_custom_target(greenthread-peer-go DEPENDS ${go_program})
  gt_bench_runs(greenthread-peer-go 1000000 ${go_program})
else()
  gt_bench_misses("Go" golang-go)
endif()

# Debian's packages belong to Debian's interpreter, which need not be the first on
# the PATH.
find_package(Python3 COMPONENTS Interpreter)
set(gevent_python "")
foreach(python IN ITEMS ${Python3_EXECUTABLE} /usr/bin/python3)
  execute_process(COMMAND ${python} -c "import gevent" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(NOT failed AND NOT gevent_python)
    set(gevent_python ${python})
  endif()
endforeach()
if(gevent_python)
  add_custom_target(greenthread-peer-gevent)
  gt_bench_runs(greenthread-peer-gevent 1000000 ${gevent_python} ${CMAKE_CURRENT_LIST_DIR}/gevent_peer.py)
else()
  gt_bench_misses("gevent" python3-gevent)
endif()

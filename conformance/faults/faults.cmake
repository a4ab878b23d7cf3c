# The suite against a library whose system calls misbehave. It does not run under
# sanitizers, because they know the calls by their names.

if(NOT CMAKE_OBJCOPY OR NOT GREENTHREAD_COMPAT_KIND STREQUAL "linux" OR GREENTHREAD_FOUND_SANITIZER)
  return()
endif()

set(calls recv send read write syscall accept4 connect poll epoll_wait epoll_create1 epoll_ctl close
    open pipe2 sigaction timer_create mmap madvise mprotect thrd_create pthread_create nanosleep)
list(TRANSFORM calls REPLACE "(.+)" "--redefine-sym=\\1=faulty_\\1" OUTPUT_VARIABLE renamings)

foreach(backend IN LISTS GREENTHREAD_BACKENDS)
  set(program greenthread-faults-${backend})
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/faulty-${backend}.a)
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_OBJCOPY} ${renamings} $<TARGET_FILE:greenthread-${backend}> ${archive}
    DEPENDS greenthread-${backend})
  add_executable(${program} program/audit.c faults/faults.c ${archive})
  target_include_directories(${program} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/program
    ${PROJECT_SOURCE_DIR}/backends/${backend} ${GREENTHREAD_INSIDE})
  # The archive comes first, so the linker takes from the library only what the
  # archive needs.
  target_link_libraries(${program} PRIVATE
    greenthread-conformance ${archive} greenthread::${backend} greenthread-settings)
  target_link_options(${program} PRIVATE ${wraps})

  set(io IO-1 IO-2 IO-3 IO-4 IO-6 IO-7 IO-8 IO-10 IO-11 IO-12 IO-13
    SCHED-3 SCHED-4 SCHED-8 SCHED-10 KILL-10 FORK-1)
  set(as ${CMAKE_COMMAND} -E env GREENTHREAD_FAULTS)
  foreach(fault interrupt older stolen count)
    set(rules "")
    if(fault STREQUAL "older")
      set(rules IO-5 ${io})
    elseif(fault STREQUAL "stolen")
      set(rules IO-4 IO-6)
    endif()
    add_test(NAME ${backend}.faults.${fault}
      COMMAND ${as}=${fault} ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${program}> ${rules})
    set_tests_properties(${backend}.faults.${fault} PROPERTIES LABELS sweep)
    gt_watches_itself(${backend}.faults.${fault})
  endforeach()
  # Not IO-5: a descriptor whose calls are always refused never becomes ready.
  foreach(fault refuse shorten)
    gt_add_sweep(${backend} faults.${fault} ${as}=${fault}
      ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${program}> --kill-sweep CASES ${io})
  endforeach()
  gt_add_sweep(${backend} faults.fail ${program} --system-call-sweep)
endforeach()

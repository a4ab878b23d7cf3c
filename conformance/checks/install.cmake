cmake_minimum_required(VERSION 3.25)

# Installs a build tree into a directory of its own, then builds and runs the
# consumer with each backend, static and shared, by find_package and, where
# pkg-config is there, by pkg-config.

set(prefix ${BUILD}/installed)
set(work ${BUILD}/consumer)
file(REMOVE_RECURSE ${prefix} ${work})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_result program)
  run(${EMULATOR} ${program})
  if(NOT output MATCHES "^42 on ")
    message(FATAL_ERROR "${program} said: ${output}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
list(TRANSFORM BACKENDS APPEND "-shared" OUTPUT_VARIABLE shared)
foreach(target greenthread ${BACKENDS} ${shared})
  run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER} -B ${work}/${target}
      -DCMAKE_C_COMPILER=${CC} -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN}
      -DCMAKE_PREFIX_PATH=${prefix} -DTARGET=${target})
  run(${CMAKE_COMMAND} --build ${work}/${target})
  expect_result(${work}/${target}/consumer)
endforeach()

find_program(PKG_CONFIG pkg-config)
if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
  foreach(mode "" "--static")
    run(${PKG_CONFIG} --define-variable=prefix=${prefix} ${mode} --cflags --libs greenthread)
    string(STRIP "${output}" flags)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    run(${CC} -std=c11 ${CONSUMER}/consumer.c ${flags} -Wl,-rpath,${prefix}/${LIBDIR}
        -o ${work}/by-pkg-config)
    expect_result(${work}/by-pkg-config)
  endforeach()
endif()

cmake_minimum_required(VERSION 3.25)

# Writes down the public interface of LIBRARY: into FOUND, which is compared with the dump
# KEPT, or without FOUND into KEPT itself. Interfaces may be added. Everything else that a
# compiled program could see is an error.

set(out ${KEPT})
if(FOUND)
  set(out ${FOUND})
endif()
execute_process(
  COMMAND ${ABIDW} --headers-dir ${ROOT}/core/include --drop-private-types --exported-interfaces-only
          --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --no-parameter-names
          --no-write-default-sizes --out-file ${out} ${LIBRARY}
  COMMAND_ERROR_IS_FATAL ANY)
file(READ ${out} text)
string(REPLACE "${ROOT}/" "" text "${text}")
file(WRITE ${out} "${text}")

# Without debug information abidiff would compare names alone, and say nothing.
if(NOT text MATCHES "name='gt_semaphore' size-in-bits")
  message(FATAL_ERROR "${LIBRARY} has no debug information")
endif()
if(NOT FOUND)
  return()
endif()

execute_process(COMMAND ${ABIDIFF} --no-added-syms ${KEPT} ${FOUND} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "Compiled programs would break. CONTRIBUTING.md says when that may be.")
endif()

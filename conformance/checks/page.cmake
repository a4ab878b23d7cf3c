# The programs of a page of documentation: each is compiled, and prints on every backend
# what the page says.
#
# gt_add_page(NAME FILE COUNT [IO number...]): the page has COUNT programs. A program is a
# block of C with a main; the next block without a language is its output. A block of C
# without a main is a header that later programs include; a comment at its top says
# under which name. IO: the numbers of the programs that need descriptors.
#
# The page is read when configuring, because it says how many programs there are.

# Takes the text from the front of `text`, up to and including `mark`.
macro(gt_take_until mark result)
  string(FIND "${text}" "${mark}" end)
  if(end LESS 0)
    message(FATAL_ERROR "${page}: ${mark} is missing after program ${number}")
  endif()
  string(SUBSTRING "${text}" 0 ${end} ${result})
  string(LENGTH "${mark}" length)
  math(EXPR end "${end} + ${length}")
  string(SUBSTRING "${text}" ${end} -1 text)
endmacro()

# Writes a file only if that changes it, so that nothing is compiled again needlessly.
function(gt_write_changed file content)
  set(old "")
  if(EXISTS ${file})
    file(READ ${file} old)
  endif()
  if(NOT EXISTS ${file} OR NOT old STREQUAL content)
    file(WRITE ${file} "${content}")
  endif()
endfunction()

function(gt_add_page_program name folder number)
  set(target greenthread-${name}-${number})
  add_library(${target}-objects OBJECT EXCLUDE_FROM_ALL ${folder}/${number}.c)
  target_link_libraries(${target}-objects PRIVATE greenthread-api greenthread-settings)
  foreach(backend IN LISTS GREENTHREAD_BACKENDS)
    add_executable(${target}-${backend} $<TARGET_OBJECTS:${target}-objects>)
    set_target_properties(${target}-${backend} PROPERTIES LINKER_LANGUAGE C)
    target_link_libraries(${target}-${backend} PRIVATE greenthread::${backend})
    gt_expect_exactly(${backend}.page.${name}.${number} ${folder}/${number}.txt ${target}-${backend})
  endforeach()
endfunction()

function(gt_add_page name page count)
  cmake_parse_arguments(PAGE "" "" "IO" ${ARGN})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name})
  file(READ ${page} text)
  set(number 0)
  while(text MATCHES "```c\n")
    gt_take_until("```c\n" before)
    gt_take_until("```" program)
    if(NOT program MATCHES "int main\\(")
      if(NOT program MATCHES "^/\\* ([a-z_]+\\.h):")
        message(FATAL_ERROR "${page}: a block after program ${number} has neither a main nor a name")
      endif()
      gt_write_changed(${folder}/${CMAKE_MATCH_1} "${program}")
      continue()
    endif()
    math(EXPR number "${number} + 1")
    gt_take_until("```\n" before)
    gt_take_until("```" output)
    gt_write_changed(${folder}/${number}.c "${program}")
    gt_write_changed(${folder}/${number}.txt "${output}")
    if(NOT (GREENTHREAD_COMPAT_KIND STREQUAL "generic" AND number IN_LIST PAGE_IO))
      gt_add_page_program(${name} ${folder} ${number})
    endif()
  endwhile()
  if(NOT number EQUAL count)
    message(FATAL_ERROR "${page} has ${number} programs, and should have ${count}")
  endif()
endfunction()

# gt_copy_sources(FOLDER): copies what the project consists of, and no build folder.
function(gt_copy_sources folder)
  get_filename_component(root ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../.. ABSOLUTE)
  file(MAKE_DIRECTORY ${folder})
  foreach(name core backends compat conformance docs CMakeLists.txt CMakePresets.json README.md
          CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE)
    file(COPY ${root}/${name} DESTINATION ${folder} PATTERN __pycache__ EXCLUDE)
  endforeach()
endfunction()

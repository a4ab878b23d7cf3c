# An overlay port: it builds the copy of greenthread that it is in.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

# Nothing of the system that vcpkg does not know of is used.
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DGREENTHREAD_TESTS=OFF
        -DGREENTHREAD_BOOST_CONTEXT=OFF
        -DGREENTHREAD_SPHINX=OFF
)
vcpkg_cmake_install()

# greenthread installs libraries of both kinds. Those of VCPKG_LIBRARY_LINKAGE stay.
set(unwanted .so* -shared.pc)
if(VCPKG_LIBRARY_LINKAGE STREQUAL "dynamic")
    set(unwanted .a -inline.pc -ucontext.pc -threads.pc)
endif()
foreach(folder IN ITEMS lib debug/lib)
    foreach(end IN LISTS unwanted)
        file(GLOB files
            "${CURRENT_PACKAGES_DIR}/${folder}/libgreenthread-*${end}"
            "${CURRENT_PACKAGES_DIR}/${folder}/pkgconfig/greenthread*${end}"
        )
        if(files)
            file(REMOVE ${files})
        endif()
    endforeach()
endforeach()

vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/greenthread)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")

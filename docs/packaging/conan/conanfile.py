"""Builds the copy of greenthread that this file is in, with the backend that the option
names, as a static or a shared library."""

import os

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy

SOURCES = ("CMakeLists.txt", "LICENSE", "core/*", "backends/*", "compat/*", "docs/packaging/*",
           "docs/reference/*")


class Greenthread(ConanFile):
    name = "greenthread"
    version = "0.1.0"
    description = "Cooperative threads for C, portable to any platform"
    license = "MIT"
    topics = ("coroutines", "concurrency", "green-threads")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "backend": ["inline", "ucontext", "threads"]}
    default_options = {"shared": False}

    def config_options(self):
        own_switch = self.settings.arch in ("x86_64", "armv8")
        self.options.backend = "inline" if own_switch else "threads"

    def configure(self):
        self.settings.rm_safe("compiler.cppstd")
        self.settings.rm_safe("compiler.libcxx")

    def validate(self):
        if self.settings.os == "Windows":
            raise ConanInvalidConfiguration("greenthread needs POSIX, or a port to the system")

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..", "..")
        for pattern in SOURCES:
            copy(self, pattern, root, self.export_sources_folder, excludes="*/__pycache__/*")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["GREENTHREAD_BACKEND"] = str(self.options.backend)
        toolchain.cache_variables["GREENTHREAD_TESTS"] = "OFF"
        toolchain.cache_variables["GREENTHREAD_BOOST_CONTEXT"] = "OFF"
        toolchain.cache_variables["GREENTHREAD_SPHINX"] = "OFF"
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        kind = "-shared" if self.options.shared else ""
        cmake.build(target=f"greenthread-{self.options.backend}{kind}")

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        # find_package finds greenthread's own files, with all that they say.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "greenthread")]
        # For the other generators:
        self.cpp_info.libs = [f"greenthread-{self.options.backend}"]
        if not self.options.shared:
            self.cpp_info.system_libs = ["pthread", "dl", "m"]
        if self.settings.compiler == "gcc":
            self.cpp_info.cflags = self.cpp_info.cxxflags = ["-fstack-clash-protection"]

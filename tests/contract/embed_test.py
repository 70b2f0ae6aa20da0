#!/usr/bin/env python3
"""Installs Sluice to a fresh prefix, and builds and runs the hosts of tools/examples against what is there.

usage: embed_test.py BUILD_FOLDER SOURCE_ROOT CMAKE [unittest arguments]
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = ROOT = CMAKE = ""
PARCELS = "20000"
STATIC_HOST = """cmake_minimum_required(VERSION 3.20)
project(static_host LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(sluice REQUIRED COMPONENTS static)
add_executable(static_host EXAMPLES/cpp_host/main.cc)
target_include_directories(static_host PRIVATE EXAMPLES)
target_link_libraries(static_host PRIVATE sluice::static)
"""


def run(*arguments, **options):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Prefix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="sluice-embed-")
        cls.prefix = os.path.join(cls.folder, "prefix")
        run(CMAKE, "--install", BUILD, "--prefix", cls.prefix)
        cls.day, cls.bundle = os.path.join(cls.folder, "day.parcels"), os.path.join(cls.folder, "cbec.bundle")
        sluice, book = os.path.join(cls.prefix, "bin", "sluice"), cls.installed("packs/cbec_import")
        run(sluice, "generate", "--parcels", PARCELS, "--seed", "1", "-o", cls.day)
        run(sluice, "rules", "compile", book, "-o", cls.bundle)
        cls.summary = json.loads(run(sluice, "screen", cls.day, "--rules", cls.bundle, "--summary", "json"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def installed(cls, path):
        return os.path.join(cls.prefix, "share", "sluice", path)

    def configured(self, source, *options):
        build = os.path.join(self.folder, "build", os.path.basename(source))
        run(CMAKE, "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", *options)
        return build

    def built(self, host):
        """The host's program, built by its own CMakeLists.txt, which finds Sluice in the prefix."""
        build = self.configured(os.path.join(ROOT, "tools", "examples", host), "-DCMAKE_PREFIX_PATH=" + self.prefix)
        run(CMAKE, "--build", build)
        return os.path.join(build, host)

    def check_lanes(self, output):
        """What the host counted is what `sluice screen` says of the same day."""
        for lane, count in self.summary["lanes"].items():
            if count > 0:
                self.assertRegex(output, rf"(?m)^{lane} +{count}$")
        self.assertIn(f"accepted {PARCELS}, decided {PARCELS}", output)


class Embedded(Prefix):
    def test_a_host_in_cpp_screens_a_day_and_exchanges_rules(self):
        output = run(self.built("cpp_host"), self.bundle, self.bundle, self.day)
        self.check_lanes(output)
        decided = [int(count) for count in re.findall(r"generation [12] decided (\d+)", output)]
        self.assertEqual(len(decided), 2, output)
        self.assertEqual(sum(decided), int(PARCELS))

    def test_a_host_in_c_screens_a_day(self):
        self.check_lanes(run(self.built("c_host"), self.bundle, self.day))

    def test_a_host_in_c_is_built_with_pkg_config_alone(self):
        paths = [os.path.join(folder, "pkgconfig") for folder, names, _ in os.walk(self.prefix) if "pkgconfig" in names]
        environment = dict(os.environ, PKG_CONFIG_PATH=":".join(paths))
        flags = run("pkg-config", "--cflags", "--libs", "sluice", env=environment).split()
        library = run("pkg-config", "--variable=libdir", "sluice", env=environment).strip()
        examples, program = os.path.join(ROOT, "tools", "examples"), os.path.join(self.folder, "by_pkg_config")
        run("cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", examples,
            os.path.join(examples, "c_host", "main.c"), "-o", program, *flags, "-Wl,-rpath," + library)
        self.check_lanes(run(program, self.bundle, self.day))

    def test_a_host_links_the_static_library(self):
        source = os.path.join(self.folder, "static_host")
        os.mkdir(source)
        with open(os.path.join(source, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write(STATIC_HOST.replace("EXAMPLES", os.path.join(ROOT, "tools", "examples")))
        build = self.configured(source, "-DCMAKE_PREFIX_PATH=" + self.prefix)
        run(CMAKE, "--build", build)
        program = os.path.join(build, "static_host")
        self.assertNotIn("libsluice", run("ldd", program))
        self.check_lanes(run(program, self.bundle, self.bundle, self.day))

    def test_another_minor_version_is_not_taken_for_this_one(self):
        source = os.path.join(self.folder, "other_version")
        os.mkdir(source)
        with open(os.path.join(source, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write("cmake_minimum_required(VERSION 3.20)\nproject(other_version LANGUAGES CXX)\n"
                       "find_package(sluice 0.999 REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "0.999"):
            self.configured(source, "-DCMAKE_PREFIX_PATH=" + self.prefix)

    def test_a_build_takes_sluice_in_as_a_subproject(self):
        self.configured(os.path.join(ROOT, "tools", "examples", "subproject"))

    def test_a_host_that_is_wrongly_used_says_why(self):
        done = subprocess.run([self.built("c_host"), self.day, self.day], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"c_host: CORRUPT: .*day\.parcels: not a bundle")

    def test_the_library_shows_the_names_that_it_promises_and_no_other(self):
        library = next(os.path.join(folder, "libsluice.so") for folder, _, names in os.walk(self.prefix)
                       if "libsluice.so" in names)
        lines = run("nm", "-D", "--defined-only", "--demangle", library).splitlines()
        shown = {line.split(" ", 2)[2].split("@@")[0] for line in lines if " A " not in line}
        with open(os.path.join(ROOT, "tests", "contract", "abi_symbols.txt"), encoding="utf-8") as file:
            promised = {line.strip() for line in file if line.strip() and not line.startswith("#")}
        self.assertEqual({name for name in shown if name.startswith("sluice_")}, promised)
        classes = "Control|Engine|Producer|Consumer|RuleSet|Screener|ScoredRules|TextList"
        public = re.compile(rf"sluice::(({classes})::(~?\w+|operator=)|SteadyNowNs|ParseDecision|ReadStoredRules)(\[abi:cxx11\])?\(")
        others = [name for name in shown - promised if not public.match(name) or "Impl::" in name]
        self.assertEqual(others, [])


class EmbeddedLong(Prefix):
    """What compiles the engine anew, and packages."""

    def test_a_subproject_with_a_record_of_its_own_gets_lanes(self):
        source = os.path.join(ROOT, "tools", "examples", "subproject")
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        build = self.configured(source, *launcher)
        run(CMAKE, "--build", build)
        bundle = os.path.join(self.folder, "shop.bundle")
        run(os.path.join(self.prefix, "bin", "sluice"), "rules", "compile", os.path.join(source, "book"), "-o", bundle)
        program = os.path.join(build, "subproject")
        self.assertEqual(run(program, bundle, "A1", "6000", "90"), "A1: hold, score 60\n  DEAR 40\n  LIGHT 20\n")
        self.assertEqual(run(program, bundle, "A2", "100", "90"), "A2: pass, score 0\n")
        self.assertFalse(os.path.exists(os.path.join(build, "sluice", "tools")), "nothing but the engine is configured")

    def test_packages_hold_what_a_host_needs_and_name_what_they_need(self):
        packages, root = os.path.join(self.folder, "packages"), os.path.join(self.folder, "root")
        cpack = os.path.join(os.path.dirname(CMAKE), "cpack")
        run(cpack, "--config", os.path.join(BUILD, "CPackConfig.cmake"), "-B", packages)
        files = [name for name in os.listdir(packages) if name.endswith(".deb")]
        found = {name.split("_")[0]: os.path.join(packages, name) for name in files}
        self.assertEqual(set(found), {"libsluice0", "libsluice-dev", "sluice"})
        needs = {name: run("dpkg-deb", "-f", path, "Depends") for name, path in found.items()}
        for library in ("libc6", "libflatbuffers2", "libhwy1", "libicu72", "libisal2", "libre2-9", "libsodium23",
                        "libtbb12"):
            self.assertIn(library, needs["libsluice0"])
        self.assertRegex(needs["libsluice-dev"], r"libsluice0 \(= ")
        self.assertIn("tzdata", needs["sluice"])
        run("apt-get", "install", "--simulate", *found.values())
        for path in found.values():
            run("dpkg-deb", "-x", path, root)
        usr = os.path.join(root, "usr")
        library = next(folder for folder, _, names in os.walk(usr) if "libsluice.so" in names)
        environment = dict(os.environ, LD_LIBRARY_PATH=library)
        self.assertIn("sluice 0.", run(os.path.join(usr, "bin", "sluice"), "--version"))
        build = self.configured(os.path.join(ROOT, "tools", "examples", "c_host"), "-DCMAKE_PREFIX_PATH=" + usr)
        run(CMAKE, "--build", build)
        self.check_lanes(run(os.path.join(build, "c_host"), self.bundle, self.day, env=environment))


if __name__ == "__main__":
    BUILD, ROOT, CMAKE = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])

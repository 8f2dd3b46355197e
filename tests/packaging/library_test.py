"""The installed library: `cmake --install --component dev`, and a connector that is built with only that."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import ROOT

BUILD = pathlib.Path(os.environ["BUILD_DIR"])
AUTHOR = ROOT / "tests" / "packaging" / "author"
SAID = "found example.org identity--"
VERSION = re.search(r"(?m)^project\(.* VERSION (\d+)\.(\d+)\.\d+", (ROOT / "CMakeLists.txt").read_text())
SOVERSION = f"0.{VERSION[2]}" if VERSION[1] == "0" else VERSION[1]
# Headers whose types an author fills in or reads, without calling a function.
BARE = {"configuration/files.hpp", "net/error.hpp", "source/check_result.hpp", "source/enrichment.hpp", "source/purpose.hpp", "source/ratings.hpp",
        "source/state.hpp", "source/tone.hpp", "stix/observable.hpp", "storage/migrations.hpp"}
# Headers of other libraries, which an author does not need.
FOREIGN = re.compile(r"/(boost|curl|rabbitmq-c|amqp\w*|sqlite3\w*|openssl|prometheus|simdjson|yaml-cpp|CLI|CLI11)[./]")


def run(*command, **options):
    ended = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


def public_headers():
    """→ the paths of the public headers, in the form in which they include each other"""
    return {line.removeprefix("src/") for line in run(ROOT / "tools" / "walls", "--public").splitlines()}


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.prefix = cls.folder / "prefix"
        ended = subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.prefix, "--component", "dev"], capture_output=True, text=True,
                               check=False)
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + ended.stderr
        [cls.library] = cls.prefix.rglob("libopencti-connector.so")
        cls.headers = cls.prefix / "include" / "opencti-connector"

    def pkg_config(self, *words):
        return run("pkg-config", *words, "opencti-connector",
                   env={**os.environ, "PKG_CONFIG_PATH": str(self.library.parent / "pkgconfig")}).split()

    def compile(self, *words):
        return run("g++", "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror", *self.pkg_config("--cflags"), *words)

    def test_has_the_public_headers_and_no_other(self):
        found = {path.relative_to(self.headers).as_posix() for path in self.headers.rglob("*.hpp")}
        self.assertEqual(found, public_headers() | {"export.hpp", "opencti_connector.hpp"})
        self.assertGreater(len(found), 10)

    def test_has_nothing_of_the_program(self):
        self.assertEqual({path.name for path in self.prefix.iterdir()}, {"include", "lib", "share"})
        self.assertEqual([path for path in self.prefix.rglob("*kaspersky*")], [])

    def test_its_headers_need_no_library_that_an_author_has_not(self):
        used = run("g++", "-std=c++20", "-M", *self.pkg_config("--cflags"), self.headers / "opencti_connector.hpp")
        self.assertIn("nlohmann/json.hpp", used)
        self.assertEqual([path for path in used.split() if FOREIGN.search(path)], [])

    def test_each_header_can_be_included_alone(self):
        def check(header):
            return self.compile("-fsyntax-only", "-x", "c++", "-include", header, "/dev/null")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for _ in pool.map(check, sorted(self.headers.rglob("*.hpp"))):
                pass

    def test_each_header_has_an_example_that_compiles_unless_it_is_bare_values(self):
        """The code of the ```cpp blocks in comments, without the comment signs."""
        lines, headers = ["#include <opencti_connector.hpp>"], set()
        for header in sorted(public_headers()):
            for block in re.findall(r"(?ms)^ *///? ```cpp\n(.*?)^ *///? ```$", (self.headers / header).read_text()):
                example = re.sub(r"(?m)^ *///? ?", "", block)
                includes = re.findall(r"(?m)^#include .*\n", example)
                lines += [*includes, f"namespace example_{len(lines)} {{", f'#line 1 "example in {header}"',
                          re.sub(r"(?m)^#include .*\n", "", example), "}"]
                headers.add(header)
        self.assertEqual(headers, public_headers() - BARE)
        file = self.folder / "examples.cpp"
        file.write_text("\n".join(lines) + "\n")
        self.compile("-fsyntax-only", file)

    def test_is_found_by_cmake(self):
        build = self.folder / "author"
        run("cmake", "-G", "Ninja", "-S", AUTHOR, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DWANTED={VERSION[1]}.{VERSION[2]}")
        run("cmake", "--build", build)
        self.assertTrue(run(build / "author").startswith(SAID))

    def test_of_another_version_is_not_found(self):
        other = f"{VERSION[1]}.{int(VERSION[2]) + 1}"
        ended = subprocess.run(["cmake", "-S", AUTHOR, "-B", self.folder / "other", f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DWANTED={other}"],
                               capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(f'compatible with requested version "{other}"', ended.stderr)

    def test_is_found_by_pkg_config_also_where_a_reader_has_folders_of_the_same_names(self):
        own = self.folder / "own"
        for name in ("net/deadline.hpp", "stix/observable.hpp", "export.hpp"):
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            (own / name).write_text("#error another one\n")
        program = self.folder / "by_pkg_config"
        self.compile("-I", own, AUTHOR / "main.cpp", "-o", program, *self.pkg_config("--libs"))
        self.assertTrue(run(program, env={**os.environ, "LD_LIBRARY_PATH": str(self.library.parent)}).startswith(SAID))

    def test_may_lie_elsewhere_later(self):
        moved = self.folder / "moved"
        shutil.copytree(self.prefix, moved, symlinks=True)
        [file] = moved.rglob("opencti-connector.pc")
        flags = run("pkg-config", "--cflags", "--libs", "opencti-connector", env={**os.environ, "PKG_CONFIG_PATH": str(file.parent)})
        folders = [pathlib.Path(word[2:]).resolve() for word in flags.split() if word.startswith(("-I", "-L"))]
        self.assertTrue(all(folder.is_relative_to(moved) and folder.is_dir() for folder in folders), flags)
        self.assertGreaterEqual(len(folders), 2)

    def test_its_name_has_the_compatible_version(self):
        self.assertIn(f"Library soname: [libopencti-connector.so.{SOVERSION}]", run("readelf", "-dW", self.library))

    def test_exports_the_declarations_of_public_headers_and_nothing_else(self):
        declared = set()
        for header in public_headers():
            room, text = header.partition("/")[0], (ROOT / "src" / header).read_text()
            declared.update((room, name) for name in re.findall(r"(?m)^(?:class|struct) (\w+)", text))
            declared.update((room, name) for name in re.findall(r"(?m)^(?:\S.*[ &*])?(\w+)\(", text))
            declared.update((room, name) for name in re.findall(r"(?m)^inline constexpr .*?(\w+) =", text))
        shown = run("nm", "-DC", "--defined-only", "--without-symbol-versions", self.library)
        names = set()
        # A is the name of the symbol version.
        for symbol in re.findall(r"(?m)^\w+ [^A] (.*)$", shown):
            found = re.match(r"(?:(?:vtable|typeinfo|typeinfo name) for )?(\w+)::(\w+)", symbol)
            with self.subTest(symbol):
                self.assertTrue(found and found.groups() in declared)
            names.add(found and found.groups())
        self.assertLess({("net", "Deadline"), ("source", "row_of"), ("stix", "organization")}, names)


if __name__ == "__main__":
    unittest.main()

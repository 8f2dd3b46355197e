"""`./dev`: the Debian packages that it requires on each release of Debian, and the build without it on other systems."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support import ROOT

# Replacements for commands: no package is installed, and nothing can be installed, so `./dev` prints what it would install.
COMMANDS = {
    "dpkg-query": "exit 1",
    "apt-get": "exit 1",
    "id": "echo 1000",
    "sudo": "exit 1",
    # The output is larger than a pipe: a reader that stops after the candidate ends apt-cache with a signal.
    "apt-cache": """[ "$1" = policy ] || exec echo something
for known in $KNOWN; do
  if [ "$2" = "$known" ]; then
    # In the language of the user, unless that is set otherwise.
    word=Installationskandidat; [ "$LC_ALL" != C ] || word=Candidate
    printf '%s:\\n  Installed: (none)\\n  %s: 1\\n%200000s\\n' "$2" "$word" " "
    exit
  fi
done
""",
}


class Packages(unittest.TestCase):
    def missing(self, *known):
        """→ the packages that `./dev format` requires if Debian has only the `known` ones"""
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, body in COMMANDS.items():
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)
        ended = subprocess.run([ROOT / "dev", "format", "--check"], capture_output=True, text=True, timeout=60, check=False,
                               env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "KNOWN": " ".join(known)})
        self.assertEqual(ended.returncode, 69, ended.stderr)
        return ended.stderr.rsplit("tools/install-without-services ", 1)[1].split()

    def test_are_those_of_debian_12_there(self):
        self.assertEqual(self.missing("clang-tidy-16", "clang-format-16", "shellcheck"), ["clang-tidy-16", "clang-format-16", "shellcheck"])

    def test_are_those_of_debian_13_there(self):
        self.assertEqual(self.missing("clang-tidy-19", "clang-format-19", "shellcheck"), ["clang-tidy-19", "clang-format-19", "shellcheck"])

    def test_are_the_first_ones_where_a_release_has_both(self):
        self.assertEqual(self.missing("clang-tidy-16", "clang-tidy-19", "clang-format-16", "clang-format-19", "shellcheck"),
                         ["clang-tidy-16", "clang-format-16", "shellcheck"])


class OtherSystems(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_where_there_is_no_apt_it_says_how_to_build(self):
        for name in ("bash", "dirname"):
            (self.folder / name).symlink_to(shutil.which(name))
        ended = subprocess.run([ROOT / "dev", "build"], env={"PATH": str(self.folder)}, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(ended.returncode, 69, ended.stderr)
        self.assertIn('"On other systems"', ended.stderr)
        command = ended.stderr.splitlines()[-1].strip()
        self.assertIn(f"```sh\n{command}\n```", (ROOT / "docs/install.md").read_text())

    def compiled(self, *options):
        """→ {file: command} of a build with these options"""
        folder = self.folder / str(len(list(self.folder.iterdir())))
        subprocess.run(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DCMAKE_UNITY_BUILD=OFF", *options],
                       capture_output=True, check=True, timeout=60)
        return {pathlib.Path(each["file"]): each["command"] for each in json.loads((folder / "compile_commands.json").read_text())}

    def test_the_program_is_built_without_tests_and_warnings_end_nothing(self):
        commands = self.compiled("-DBUILD_TESTING=OFF")
        self.assertIn(ROOT / "src/commands/command_line.cpp", commands)
        self.assertEqual([path for path in commands if ROOT / "tests" in path.parents], [])
        self.assertEqual([path for path, command in commands.items() if "-Werror" in command or "gtest" in command], [])

    def test_warnings_are_errors_on_request(self):
        commands = self.compiled("-DBUILD_TESTING=OFF", "-DWARNINGS_ARE_ERRORS=ON")
        self.assertIn("-Werror", commands[ROOT / "src/commands/command_line.cpp"])


if __name__ == "__main__":
    unittest.main()

"""`./dev elsewhere`: the environment of commands in the clean root. The root, and the programs that create it, are simulated."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support import ROOT

COMMANDS = {
    "id": "echo 0",
    "mount": "exit 0",
    "cp": "exit 0",
    # Without a command, it only reports that namespaces are available.
    "unshare": 'while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done\n[ $# -gt 0 ] || exit 0\nshift\nexec "$@"',
    "git": 'mkdir -p build-elsewhere\necho abc',
}
# Instead of running a command in the root, prints the command and its environment.
CHROOT = 'root=$1\nshift\necho "in ${root##*/}: $*"\n/usr/bin/env | grep -E "^(CXX|WARNINGS_ARE_ERRORS|HOME|SECRET)=" | sort\n'


class Elsewhere(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "tools/elsewhere").mkdir(parents=True)
        shutil.copy(ROOT / "tools/elsewhere/try", self.folder / "tools/elsewhere/try")
        self.commands = self.folder / "commands"
        for name, body in COMMANDS.items():
            self.script(self.commands / name, body)

    def script(self, path, body):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def root(self, name):
        root = self.folder / "build-elsewhere" / name
        (root / "etc").mkdir(parents=True)
        (root / "etc/os-release").write_text("")
        (root / "etc/debian_version").write_text("12.0\n")
        self.script(root / "usr/bin/git", "exit 0")

    def ran(self, *words, **environment):
        # `env -i` finds chroot in the PATH that the script itself sets.
        text = (self.folder / "tools/elsewhere/try").read_text()
        self.script(self.commands / "chroot", CHROOT)
        (self.folder / "tools/elsewhere/try").write_text(text.replace('chroot "$root"', f'{self.commands}/chroot "$root"'))
        ended = subprocess.run([self.folder / "tools/elsewhere/try", *words], capture_output=True, text=True, timeout=60, check=False,
                               env={"PATH": f"{self.commands}:{os.environ['PATH']}", "SECRET": "s", **environment})
        self.assertEqual(ended.returncode, 0, ended.stderr + ended.stdout)
        return ended.stdout

    def test_a_newcomer_has_nothing_of_this_machine(self):
        self.root("bookworm")
        output = self.ran("12", "build")
        self.assertIn("in bookworm: ./dev build\nHOME=/root\n", output)
        self.assertNotIn("SECRET", output)
        self.assertNotIn("apt-get install", output)

    def test_warnings_are_errors_there_too_and_a_compiler_can_be_named(self):
        self.root("trixie")
        output = self.ran("13", "build", WARNINGS_ARE_ERRORS="ON", CXX="g++-13")
        self.assertIn("in trixie: ./dev build\nCXX=g++-13\nHOME=/root\nWARNINGS_ARE_ERRORS=ON\n", output)

    def test_other_packages_are_there_before_in_a_root_of_their_own(self):
        self.root("bookworm-libboost-dev")
        self.assertIn("in bookworm-libboost-dev: ./dev build\n", self.ran("12", "--with", "libboost-dev", "build"))
        # The output of apt goes to a file.
        log = (self.folder / "build-elsewhere/bookworm.log").read_text()
        self.assertIn("in bookworm-libboost-dev: apt-get install -y -qq --no-install-recommends libboost-dev\n", log)

    def test_at_the_end_it_names_the_compilers_and_libraries(self):
        self.root("bookworm")
        self.assertIn("== built with clang++-16, of:\n", self.ran("12", "build", CXX="clang++-16"))


if __name__ == "__main__":
    unittest.main()

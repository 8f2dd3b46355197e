"""Every command in the documents works.

Commands of the connector are run, with the simulators if they need a platform or Kaspersky; so are commands that work in any shell.
Commands in KNOWN_ELSEWHERE need something that the test does not have: for them, the test checks that what they name exists. Any
other command fails the test.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from blocks import commands  # noqa: E402
from support import OPENCTI_TOKEN, PROGRAM, TIP_TOKEN, free_port, new_stack, wait_until  # noqa: E402

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
NAME = "kaspersky-enrichment"
# Ordinary programs that the test can run.
SHELL = {"cp", "rm", "mkdir", "printf", "cat", "umask", "export", "uuidgen", "python3", "cd", "ls", "chmod", "cmp"}
# Other programs that the connector's documents may use; each has a check below.
KNOWN_ELSEWHERE = {"./dev", "docker", "kubectl", "helm", "systemctl", "journalctl", "systemd-creds", "apt", "apt-get", "apt-cache", "dpkg",
                   "dpkg-deb", "git", "buildah", "podman", "cmake", "openssl", "promtool", "sudo", "sudoedit", "install", "man", "ninja", "ctest", "gpg", "skopeo", "sha256sum"}
# The program's commands that documents name.
COMMANDS = {"run", "lookup", "check", "healthcheck", "config", "schema", "version", "completion", "man", "store"}
# Paths of the system, which the test replaces by paths in its own folder.
SYSTEM_PATH = re.compile(r"(?<![\w.:/$}-])/(?:etc|home|opt|run|srv|tmp|usr|var)/[\w./-]*")


def help_text(*words):
    return subprocess.run([PROGRAM, *words, "--help"], capture_output=True, text=True, timeout=20, check=False).stdout


def subcommands():
    listed = help_text().lower().partition("subcommands:\n")[2].partition("\n\n")[0]
    return set(re.findall(r"(?m)^  ([a-z]+)\b", listed))


def sections_of_compose():
    return {name for path in ("docker-compose.yml", "docker-compose.replicas.yml")
            for name in re.findall(r"(?m)^  ([\w-]+):$", (ROOT / path).read_text())}


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.blocks = [block for path in DOCUMENTS for block in commands(path, ROOT) if block]

    def elsewhere(self):
        return [command for block in self.blocks for command in block if command.program in KNOWN_ELSEWHERE]

    def test_every_command_is_of_a_known_kind(self):
        self.assertGreater(sum(map(len, self.blocks)), 15)
        known = SHELL | KNOWN_ELSEWHERE | {NAME, f"build/{NAME}", "curl", ""}
        for block in self.blocks:
            for command in block:
                for words in command.simple:
                    with self.subTest(command.where, command=command.text):
                        self.assertIn(words[0], known)

    def test_dev_knows_its_commands(self):
        usage = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout
        known = set(re.findall(r"(?m)^  ([a-z]+)", usage))
        texts = [(path.relative_to(ROOT), name) for path in DOCUMENTS
                 for name in re.findall(r"`\./dev ([a-z]+)", path.read_text())]
        texts += [(command.where, words[1]) for command in self.elsewhere() for words in command.simple if words[0] == "./dev"]
        self.assertGreater(len(texts), 8)
        for where, name in texts:
            with self.subTest(where, command=name):
                self.assertIn(name, known | {"help"})

    def test_the_program_knows_its_commands(self):
        known = subcommands()
        self.assertEqual(COMMANDS - known, set())
        for path in DOCUMENTS:
            for name in re.findall(r"`kaspersky-enrichment ([a-z]+)", path.read_text()):
                with self.subTest(path.relative_to(ROOT), command=name):
                    self.assertIn(name, known)

    # The system test of the commands runs the blocks of docs/commands.md, and writing_test.py those of docs/writing-a-connector.md.
    def test_no_block_is_of_a_language_that_nobody_runs(self):
        for path in DOCUMENTS:
            languages = set(re.findall(r"(?m)^ *```(bash|shell|console|zsh)$", path.read_text()))
            with self.subTest(path.relative_to(ROOT)):
                self.assertEqual(languages - ({"bash"} if path.name in ("commands.md", "writing-a-connector.md") else set()), set())

    def test_images_and_services_are_the_connectors(self):
        image = re.search(r"(?m)^    image: (.*):latest$", (ROOT / "docker-compose.yml").read_text()).group(1)
        services = sections_of_compose()
        for command in self.elsewhere():
            with self.subTest(command.where, command=command.text):
                for named in re.findall(r"\bopencti/connector-[\w-]+", command.text):
                    self.assertEqual(named, image)
                for named in re.findall(r"(?<!/)\bconnector-kaspersky[\w-]*", command.text):
                    self.assertIn(named, services)
                if command.program in {"systemctl", "journalctl"}:
                    self.assertIn(NAME, command.text)

    # A registry has another connector under the image's name.
    def test_no_command_pulls_the_image(self):
        runs = [words for command in self.elsewhere() for words in command.simple if words[:2] in (["docker", "run"], ["docker", "create"])]
        self.assertTrue(runs)
        for words in runs:
            with self.subTest(" ".join(words)):
                self.assertIn("--pull never", " ".join(words))
        for path in DOCUMENTS:
            with self.subTest(path.relative_to(ROOT)):
                self.assertNotRegex(path.read_text(), r"\b(docker|podman|compose|buildah) pull\b")

    def test_files_that_are_named_exist(self):
        for command in self.elsewhere():
            for word in (word for words in command.simple for word in words[1:]):
                # Names of our files are relative, and have a folder or an extension. Others are addresses, images, options or paths on
                # other machines.
                if not re.fullmatch(r"(?:\./)?[\w.-]+(?:/[\w.-]+)*\.(?:ya?ml|json|sh|py|md|sample|service|env)", word):
                    continue
                with self.subTest(command.where, file=word):
                    self.assertTrue((ROOT / word).exists() or "kaspersky-enrichment_" in word)


class Run(unittest.TestCase):
    """Runs the commands that can be run, block by block, in a folder like that of a checkout."""

    @classmethod
    def setUpClass(cls):
        cls.cleanup = contextlib.ExitStack()
        cls.addClassCleanup(cls.cleanup.close)
        cls.stack = cls.cleanup.enter_context(new_stack())
        cls.known = subcommands()
        cls.port = free_port()
        # For probes and other commands that use the status port.
        cls.connector = cls.stack.start_connector(CONNECTOR_HTTP_PORT=str(cls.port), CONNECTOR_HTTP_TOKEN="status-token")

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for path in ("build", "bin", "run/secrets", "var/lib/kaspersky-enrichment", "var/backups"):
            (self.folder / path).mkdir(parents=True)
        for path in ("build", "bin"):
            (self.folder / path / NAME).symlink_to(PROGRAM)
        for path in (".env.sample", "samples", "docs", "__metadata__", "tools"):
            copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
            copy(ROOT / path, self.folder / path)
        # In the sample, the user has to fill in the tokens and the id.
        sample = (ROOT / "config.yml.sample").read_text()
        (self.folder / "config.yml.sample").write_text(sample.replace("'ChangeMe'", "'a-token'"))
        shutil.copy(self.folder / "config.yml.sample", self.folder / "config.yml")
        (self.folder / "run" / "secrets" / "opencti_token").write_text(OPENCTI_TOKEN)
        (self.folder / "run" / "secrets" / "kaspersky_api_key").write_text(TIP_TOKEN)
        (self.folder / "var" / "lib" / NAME / "cache.db").write_text("")

    def here(self, text):
        """The command with the addresses and folders of this test."""
        for there, ours in (("https://opencti.example", self.stack.opencti.url), ("http://proxy.example:3128", ""),
                            ("127.0.0.1:8080", f"127.0.0.1:{self.port}")):
            text = text.replace(there, ours)
        return SYSTEM_PATH.sub(self.own_path, text)

    def own_path(self, found):
        """The path in the test's folder that stands for a path of the system."""
        path = self.folder / found[0].lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name == NAME and path.parent.name == "bin" and not path.exists():
            path.symlink_to(PROGRAM)
        return str(path)

    def environment(self):
        environment = self.stack.environment(CONNECTOR_ID=f"{self.stack.connector_id}-documents", CONNECTOR_HTTP_TOKEN="status-token",
                                             CONNECTOR_HTTP_PORT="0")
        return {**environment, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}

    def runs_until_stopped(self, command):
        words = command.words
        return words[0].endswith(NAME) and not [word for word in words[1:] if word in self.known - {"run"} or word.startswith("--help")]

    def run_block(self, block):
        script = "set -eu\n" + "\n".join(self.here(command.text) for command in block)
        # No command may touch this machine outside the test's folder.
        outside = [path for path in re.findall(r"(?:^|[\s=>\"'])(/[\w./-]+)", script) if not path.startswith((str(self.folder), "/dev/null"))]
        self.assertEqual(outside, [], script)
        environment = self.environment()
        # A setting that the command gives as a file must not be given as a value, too.
        for name in re.findall(r"\b([A-Z_]+)_FILE=", script):
            environment.pop(name, None)
        if "$OPENCTI_TOKEN" in script:
            environment["OPENCTI_TOKEN"] = OPENCTI_TOKEN
        if "healthcheck" in script:
            environment["CONNECTOR_HTTP_PORT"] = str(self.port)
        if any(self.runs_until_stopped(command) for command in block):
            self.run_connector(script, environment)
            return
        with self.started(script, environment) as (process, log):
            self.assertEqual(process.wait(60), 0, f"{script}\n{log.read_text()}")

    @contextlib.contextmanager
    def started(self, script, environment):
        log = self.folder / "output.log"
        with open(log, "wb") as output:
            process = subprocess.Popen(["sh", "-c", script], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=output, start_new_session=True)
        try:
            yield process, log
        finally:
            # Also ends the processes that it has started.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)

    def run_connector(self, script, environment):
        before = self.stack.opencti.get("/control/state")["registrations"]
        with self.started(script, environment) as (process, log):
            def registered():
                self.assertIsNone(process.poll(), log.read_text())
                return self.stack.opencti.get("/control/state")["registrations"] > before
            wait_until(registered, "the connector of the document registers")

    def test_each_block_that_can_be_run_here_succeeds(self):
        tried = 0
        for block in (block for path in DOCUMENTS for block in commands(path, ROOT) if block):
            # A block may have commands of both kinds.
            here = [command for command in block if command.program not in KNOWN_ELSEWHERE]
            # A block that only changes the folder does this for a command in KNOWN_ELSEWHERE.
            if {command.program for command in here} <= {"cd"}:
                continue
            tried += 1
            with self.subTest(block[0].where):
                self.run_block(here)
        self.assertGreater(tried, 3)


if __name__ == "__main__":
    unittest.main()

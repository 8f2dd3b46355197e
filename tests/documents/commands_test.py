"""Every command in the documents is one that works.

Those of the connector are run, against the simulators where they need a platform or Kaspersky; so is what works in any shell.
For the rest there is KNOWN_ELSEWHERE: they need something that is not here, so it is checked that what they name exists. A
command that is in neither class fails.
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
# Ordinary programs that do their work anywhere.
SHELL = {"cp", "rm", "mkdir", "printf", "cat", "umask", "export", "uuidgen", "python3", "cd", "ls", "chmod", "cmp"}
# Of these the connector's documents may tell; each has a check below.
KNOWN_ELSEWHERE = {"./dev", "docker", "kubectl", "helm", "systemctl", "journalctl", "systemd-creds", "apt", "apt-get", "apt-cache", "dpkg",
                   "dpkg-deb", "git", "buildah", "podman", "cmake", "openssl", "promtool", "sudo", "sudoedit", "install", "man", "ninja", "ctest", "gpg", "skopeo", "sha256sum"}
# Of the program, as documents name them.
COMMANDS = {"run", "lookup", "check", "healthcheck", "config", "schema", "version", "completion", "man", "store"}
# Folders of the system: those of a folder of the test's own are meant.
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

    # Those of docs/commands.md the system test of the commands runs, and those of the other writing_test.py.
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
                # Of ours: relative, with a folder or an ending. What is not: addresses, images, options, other machines' paths.
                if not re.fullmatch(r"(?:\./)?[\w.-]+(?:/[\w.-]+)*\.(?:ya?ml|json|sh|py|md|sample|service|env)", word):
                    continue
                with self.subTest(command.where, file=word):
                    self.assertTrue((ROOT / word).exists() or "kaspersky-enrichment_" in word)


class Run(unittest.TestCase):
    """Runs what can be run, block by block, in a folder like the checkout's."""

    @classmethod
    def setUpClass(cls):
        cls.cleanup = contextlib.ExitStack()
        cls.addClassCleanup(cls.cleanup.close)
        cls.stack = cls.cleanup.enter_context(new_stack())
        cls.known = subcommands()
        cls.port = free_port()
        # For probes, and for whoever looks at the status port.
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
        # The sample waits for tokens and an id.
        sample = (ROOT / "config.yml.sample").read_text()
        (self.folder / "config.yml.sample").write_text(sample.replace("'ChangeMe'", "'a-token'"))
        shutil.copy(self.folder / "config.yml.sample", self.folder / "config.yml")
        (self.folder / "run" / "secrets" / "opencti_token").write_text(OPENCTI_TOKEN)
        (self.folder / "run" / "secrets" / "kaspersky_api_key").write_text(TIP_TOKEN)
        (self.folder / "var" / "lib" / NAME / "cache.db").write_text("")

    def here(self, text):
        """The command with this machine's addresses and folders."""
        for there, ours in (("https://opencti.example", self.stack.opencti.url), ("http://proxy.example:3128", ""),
                            ("127.0.0.1:8080", f"127.0.0.1:{self.port}")):
            text = text.replace(there, ours)
        return SYSTEM_PATH.sub(self.own_path, text)

    def own_path(self, found):
        """A path of the system in the test's folder."""
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
        # Nothing of this machine is touched, whatever a document says.
        outside = [path for path in re.findall(r"(?:^|[\s=>\"'])(/[\w./-]+)", script) if not path.startswith((str(self.folder), "/dev/null"))]
        self.assertEqual(outside, [], script)
        environment = self.environment()
        # What the command itself gives as a file is not also given as a value.
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
            # Whatever it has started too.
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

    def test_each_block_that_can_be_run_here_does_what_it_says(self):
        tried = 0
        for block in (block for path in DOCUMENTS for block in commands(path, ROOT) if block):
            # A block may have both kinds.
            here = [command for command in block if command.program not in KNOWN_ELSEWHERE]
            # A block that only goes into a folder does that for a command of elsewhere.
            if {command.program for command in here} <= {"cd"}:
                continue
            tried += 1
            with self.subTest(block[0].where):
                self.run_block(here)
        self.assertGreater(tried, 3)


if __name__ == "__main__":
    unittest.main()

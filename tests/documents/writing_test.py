"""Follows docs/writing-a-connector.md with only the installed library: its files, its commands, its pieces of code."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["BUILD_DIR"])
sys.path.insert(0, str(ROOT / "tests" / "system"))

from abuseipdb_test import KEY, AbuseIpdbStack  # noqa: E402
from support import free_port, shared_broker, wait_until  # noqa: E402

DOCUMENT = (ROOT / "docs" / "writing-a-connector.md").read_text()
BLOCK = r"```{}\n(.*?)```"
# The code around each piece of code of the document.
AROUND = """
#include <fmt/format.h>
#include <opencti_connector.hpp>
source::Verdict piece_{}(source::HttpApi& api_, tl::expected<stix::CanonicalValue, std::string> address, const net::Deadline& deadline,
                         std::string url, std::string token) {{
{}
  return {{}};
}}
"""


class Writing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.stack = cls.enterClassContext(AbuseIpdbStack(cls.home / "reputation/build/reputation", broker=shared_broker(),
                                                         connector_id="system-writing"))
        cls.stack.port = free_port()
        environment = cls.stack.environment(ABUSEIPDB_API_KEY=None, ABUSEIPDB_API_BASE_URL=None, CONNECTOR_HTTP_PORT=None, REPUTATION_API_KEY=KEY,
                                            REPUTATION_API_BASE_URL=cls.stack.tip.url, HOME=str(cls.home))
        cls.environment = {**os.environ, **environment}
        cls.commands = [line for block in re.findall(BLOCK.format("bash"), DOCUMENT, re.DOTALL) for line in block.splitlines()]
        cls.install()

    @classmethod
    def install(cls):
        folder = cls.home / "reputation"
        for command in cls.commands:
            if command.startswith(("mkdir", "cmake", "cd ")):
                cls.shell(command, folder if command.startswith(("cmake -S", "cmake --build")) else BUILD.parent)
            if command.startswith("mkdir"):
                for name, block in re.findall(r"`([\w.]+)`:\n\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL):
                    (folder / name).write_text(block)

    @classmethod
    def shell(cls, command, folder, environment=None):
        done = subprocess.run(["bash", "-ec", command], cwd=folder, env=environment or cls.environment, capture_output=True, text=True,
                              timeout=500, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def test_each_command_is_one_that_this_test_runs(self):
        kinds = ("mkdir ", "cd ", "cmake ", "build/reputation", "./dev conform ")
        self.assertEqual([command for command in self.commands if not command.startswith(kinds)], [])

    def test_its_commands_show_the_answers_of_the_service(self):
        said = {command: self.shell(command, self.home / "reputation") for command in self.commands if command.startswith("build/reputation ")}
        self.assertGreaterEqual(len(said), 4)
        self.assertIn("REPUTATION_API_BASE_URL", said["build/reputation config"])
        self.assertIn("87", said["build/reputation lookup 118.25.6.39"])
        self.assertIn('"China"', said["build/reputation lookup --bundle 118.25.6.39"])

    def test_it_runs(self):
        self.assertIn("build/reputation", self.commands)
        process = subprocess.Popen(["build/reputation"], cwd=self.home / "reputation", env=self.environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        wait_until(lambda: self.stack.opencti.get("/control/state")["registrations"] > 0, "it registers")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=30), 0)

    def test_it_keeps_to_the_protocol(self):
        [command] = [command for command in self.commands if command.startswith("./dev conform")]
        environment = {name: value for name, value in self.environment.items() if name not in ("OPENCTI_URL", "OPENCTI_TOKEN", "CONNECTOR_ID")}
        self.shell(command.replace("conform", f"conform --amqp {shared_broker().url}"), ROOT, environment)

    def test_its_pieces_of_code_compile(self):
        pieces = [block for block in re.findall(BLOCK.format("cpp"), DOCUMENT, re.DOTALL) if "#include" not in block]
        self.assertGreaterEqual(len(pieces), 3)
        file = self.home / "pieces.cpp"
        file.write_text("".join(AROUND.format(number, piece) for number, piece in enumerate(pieces)))
        self.shell(f"g++ -std=c++20 -fsyntax-only -I '{self.home}/opencti-connector/include/opencti-connector' '{file}'", self.home)

    def test_each_call_in_its_tables_is_there(self):
        headers = "".join(path.read_text() for path in (self.home / "opencti-connector" / "include").rglob("*.hpp"))
        calls = set(re.findall(r"`(\w+)\(\)`", DOCUMENT)) | set(re.findall(r"`(?:source|net|configuration)::(\w+)", DOCUMENT))
        self.assertGreater(len(calls), 20)
        self.assertEqual({name for name in calls if not re.search(rf"\b{name}\b", headers)}, set())


if __name__ == "__main__":
    unittest.main()

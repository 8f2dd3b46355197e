"""Runs of all commands except `run`, as users and probes start them."""

import http.server
import json
import os
import pathlib
import pty
import subprocess
import tempfile
import termios

from support import PROGRAM, ROOT, SystemTest, new_stack

OK, FAILED, USAGE, BAD_VALUE, UNAVAILABLE, CONFIGURATION = 0, 1, 64, 65, 69, 78
INTERRUPTED, TERMINATED = 130, 143
MD5 = "bad0bad1bad2bad3bad4bad5bad6bad7"
UNKNOWN = "0123456789abcdef0123456789abcdef"
DOMAIN = json.loads((ROOT / "samples/domain/full/answer.json").read_text())["DomainGeneralInfo"]["Domain"]
SECRET = "s3cr3t-that-nobody-may-see"


def run_program(*arguments, env=None, **options):
    options.setdefault("text", True)
    return subprocess.run([PROGRAM, *map(str, arguments)], env={"PATH": os.environ["PATH"], **(env or {})}, capture_output=True,
                          timeout=60, check=False, **options)


def on_a_terminal(*arguments, env=None, columns=0):
    """→ (exit code, what the terminal shows). A terminal of 0 columns has an unknown width."""
    here, there = pty.openpty()
    termios.tcsetwinsize(there, (50, columns))
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **(env or {})}
    process = subprocess.Popen([PROGRAM, *arguments], stdin=there, stdout=there, stderr=there, env=environment)
    os.close(there)
    shown = b""
    try:
        while part := os.read(here, 65536):
            shown += part
    except OSError:
        pass
    os.close(here)
    return process.wait(60), shown.decode()


class CommandTest(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(new_stack())

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.addCleanup(self.stack.tip.delete, "/control/faults")
        self.addCleanup(self.stack.opencti.delete, "/control/faults")

    def run_command(self, *arguments, code=OK, stdin="", **settings):
        env = self.stack.environment(**{"CONNECTOR_LOG_LEVEL": None, **settings})
        binary = isinstance(stdin, bytes)
        ended = run_program(*arguments, env=env, cwd=self.folder, input=stdin, text=not binary)
        output, errors = (text.decode() if binary else text for text in (ended.stdout, ended.stderr))
        self.assertEqual(ended.returncode, code, output + errors)
        return output, errors


class Probe(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = self.server.answers.get(self.path, (404, ""))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass

"""Settings as users see them: all errors are reported together, before the program contacts anything."""

import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import unittest

from support import FOUND_MALICIOUS, PROGRAM, SystemTest, new_stack

USAGE, CONFIGURATION = 64, 78
SECRET = "s3cr3t-that-nobody-may-see"


class Listener:
    """Counts connections."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.visitors = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self._socket.accept()
                self.visitors += 1
                visitor.close()

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Settings(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.listener = self.enterContext(contextlib.closing(Listener()))
        self.good = {"OPENCTI_URL": self.listener.url, "OPENCTI_TOKEN": SECRET, "KASPERSKY_API_KEY": SECRET,
                     "KASPERSKY_API_BASE_URL": self.listener.url, "CONNECTOR_ID": "settings-test"}

    def run_program(self, *arguments, **settings):
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, env={"PATH": os.environ.get("PATH", ""), **settings},
                              capture_output=True, text=True, timeout=20, check=False)

    def problems(self, **settings):
        """→ the lines with the errors. Also checks that the program ended at once, contacted nothing, and printed no
        secret."""
        ended = self.run_program(**settings)
        self.assertEqual(ended.returncode, CONFIGURATION, ended.stderr)
        self.assertEqual(ended.stdout, "")
        self.assertNotIn(SECRET, ended.stderr)
        self.assertEqual(self.listener.visitors, 0)
        first, *lines, last = ended.stderr.splitlines()
        self.assertEqual(first, f"Invalid configuration ({len(lines)} error{'s' * (len(lines) != 1)}):")
        self.assertEqual(last, "docs/configuration.md describes every setting.")
        return [line.strip() for line in lines]

    def assert_problem(self, pattern, **settings):
        [problem] = self.problems(**{**self.good, **settings})
        self.assertRegex(problem, pattern)

    def test_without_any_each_that_is_needed_is_named(self):
        problems = self.problems()
        self.assertEqual([problem.split()[0] for problem in problems], ["OPENCTI_URL", "OPENCTI_TOKEN", "KASPERSKY_API_KEY"])

    def test_misspelled_settings_are_reported_and_not_counted(self):
        ended = self.run_program(**{**self.good, "CONNECTOR_WORKERS": "0", "OPENCTI_TOKN": SECRET})
        self.assertEqual(ended.returncode, CONFIGURATION, ended.stderr)
        first, problem, besides, slip, _ = ended.stderr.splitlines()
        self.assertEqual((first, besides), ("Invalid configuration (1 error):", "Warnings:"))
        self.assertTrue(problem.startswith("  CONNECTOR_WORKERS"))
        self.assertTrue(slip.endswith("did you mean OPENCTI_TOKEN?"))

    def test_all_problems_come_at_once(self):
        problems = self.problems(OPENCTI_URL="ftp://example.com", OPENCTI_TOKEN=SECRET, CONNECTOR_LOG_LEVEL="loud",
                                 CONNECTOR_WORKERS="0", CONNECTOR_MAX_TLP="TLP:PINK", KASPERSKY_ZONE_OCTI_SCORE_MAPPING="red:101")
        self.assertEqual(sorted(problem.split()[0] for problem in problems), [
            "CONNECTOR_LOG_LEVEL", "CONNECTOR_MAX_TLP", "CONNECTOR_WORKERS", "KASPERSKY_API_KEY",
            "KASPERSKY_ZONE_OCTI_SCORE_MAPPING", "OPENCTI_URL"])

    def test_a_problem_names_the_value_and_the_allowed_ones(self):
        self.assert_problem("CONNECTOR_LOG_LEVEL.*loud.*debug, info, warn, warning, error", CONNECTOR_LOG_LEVEL="loud")
        self.assert_problem("CONNECTOR_AUTO.*perhaps.*true or false", CONNECTOR_AUTO="perhaps")
        self.assert_problem("CONNECTOR_SCOPE.*Mailbox.*StixFile", CONNECTOR_SCOPE="StixFile,Mailbox")
        self.assert_problem("KASPERSKY_FILE_SECTIONS.*Horoscope.*FileGeneralInfo", KASPERSKY_FILE_SECTIONS="Zone,Horoscope")
        self.assert_problem("CONNECTOR_MAX_TLP.*TLP:PINK.*TLP:AMBER", CONNECTOR_MAX_TLP="TLP:PINK")

    def test_a_limit_that_is_not_known_stops_the_start(self):
        self.assert_problem("^'CONNECTOR_MAX_CLASSIFICATION' looks like a limit on what may be sent to Kaspersky.*CONNECTOR_MAX_TLP",
                            CONNECTOR_MAX_CLASSIFICATION="internal")
        (self.folder / "config.yml").write_text("connector:\n  allowed_markings: [TLP:GREEN]\n")
        self.assert_problem("^config.yml, line 2: 'connector.allowed_markings' looks like a limit")

    def test_sections_of_others_in_a_file_are_a_warning(self):
        (self.folder / "config.yml").write_text("virustotal: {token: !x y, lists: [[1], {a: 2}]}\nconnector:\n  schedule: {every: {days: 1}}\n")
        ended = self.run_program("check", "--offline", **self.good)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for name in ("virustotal", "connector.schedule"):
            self.assertIn(f"'{name}' is not a setting of this connector", ended.stderr)

    def test_secrets_given_wrongly_are_not_shown(self):
        self.assert_problem("^OPENCTI_TOKEN ", OPENCTI_TOKEN=SECRET + " and more")
        self.assert_problem("^KASPERSKY_API_KEY ", KASPERSKY_API_KEY=SECRET + "\n" + SECRET)
        self.assert_problem("^MQ_USE_SSL_KEY ", MQ_USE_SSL_KEY=SECRET)
        self.assert_problem("^OPENCTI_URL ", OPENCTI_URL=f"https://admin:{SECRET}@example.com")

    def test_a_secret_file_that_is_not_there(self):
        self.good.pop("OPENCTI_TOKEN")
        self.assert_problem("^OPENCTI_TOKEN_FILE: the file cannot be read", OPENCTI_TOKEN_FILE="/nowhere/token")

    def test_a_secret_is_read_from_a_regular_file_alone(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.good.pop("OPENCTI_TOKEN")
        for path in (pipe, "/dev/zero"):
            self.assert_problem("^OPENCTI_TOKEN_FILE: the file is not a regular file", OPENCTI_TOKEN_FILE=str(path))

    def test_a_secret_given_twice(self):
        (self.folder / "token").write_text(SECRET)
        self.assert_problem("^OPENCTI_TOKEN_FILE must not be given together with OPENCTI_TOKEN",
                            OPENCTI_TOKEN_FILE=str(self.folder / "token"))

    def test_a_file_that_is_not_yaml(self):
        (self.folder / "config.yml").write_text("opencti:\n  token: \"" + SECRET)
        for problem in self.problems(**self.good):
            self.assertRegex(problem, "^config.yml, line ")

    def test_a_named_file_that_is_not_there(self):
        ended = self.run_program("--config", "/nowhere/config.yml", **self.good)
        self.assertEqual(ended.returncode, CONFIGURATION)
        self.assertIn("/nowhere/config.yml", ended.stderr)

    def test_help_names_the_exit_codes(self):
        ended = self.run_program("--help")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        for word in ("OpenCTI", "Kaspersky", "--config", "version", "Exit codes", "64", "78", "130", "143"):
            self.assertIn(word, ended.stdout)

    def test_version(self):
        ended = self.run_program("--version")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r"^\d+\.\d+\.\d+\n$")

    def test_a_wrong_command_line(self):
        for arguments in (["--nonsense"], ["nonsense"], ["--config"]):
            with self.subTest(arguments):
                ended = self.run_program(*arguments, **self.good)
                self.assertEqual(ended.returncode, USAGE)
                self.assertNotEqual(ended.stderr, "")
                self.assertEqual(self.listener.visitors, 0)

    def test_a_command_that_is_nearly_right(self):
        for word in ("chekc", "Check"):
            ended = self.run_program(word, **self.good)
            self.assertEqual(ended.returncode, USAGE)
            self.assertIn(f"{word}; did you mean check?\n", ended.stderr)


class SettingsInUse(SystemTest):
    def setUp(self):
        self.use(new_stack(tip_options=("--base-path", "/gateway/tip")))
        self.kaspersky = self.stack.tip.url + "/gateway/tip/"

    def start(self, **settings):
        self.stack.start_connector(**{"KASPERSKY_API_BASE_URL": self.kaspersky, **settings})

    def write(self, name, text):
        path = self.stack.folder / name
        path.write_text(text)
        return str(path)

    def test_config_yml_in_the_working_directory(self):
        env = self.stack.environment()
        self.write("config.yml", f"""
opencti:
  url: {env['OPENCTI_URL']}
  token: {env['OPENCTI_TOKEN']}
connector:
  id: {env['CONNECTOR_ID']}
  name: From the file
  log_level: debug
kaspersky:
  api_key: {env['KASPERSKY_API_KEY']}
  api_base_url: {self.kaspersky}
""")
        self.stack.start_connector(**{name: None for name in env if name not in ("PATH", "NO_PROXY")})
        self.assertEqual(self.log()[0]["name"], "From the file")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_the_environment_overrides_config_yml(self):
        self.write("config.yml", "connector:\n  name: From the file\n  auto: false\n")
        self.start(CONNECTOR_NAME="From the environment", CONNECTOR_AUTO=None)
        [connector] = self.stack.opencti.get("/control/state")["connectors"]
        self.assertEqual((connector["name"], connector["auto"]), ("From the environment", False))

    def test_secrets_from_files(self):
        env = self.stack.environment()
        self.start(
            OPENCTI_TOKEN=None, OPENCTI_TOKEN_FILE=self.write("token", env["OPENCTI_TOKEN"] + "\n"),
            KASPERSKY_API_KEY=None, KASPERSKY_API_KEY_FILE=self.write("key", env["KASPERSKY_API_KEY"]))
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_by_default_nothing_is_enriched_automatically(self):
        self.start(CONNECTOR_AUTO=None)
        [connector] = self.stack.opencti.get("/control/state")["connectors"]
        self.assertEqual((connector["auto"], connector["connector_scope"]), (
            False, ["StixFile", "IPv4-Addr", "Domain-Name", "Hostname", "Url"]))

    def test_the_broker_over_tls(self):
        about = self.stack.broker.about
        self.start(MQ_HOST=about["host"], MQ_USE_SSL="true", MQ_PORT=str(about["tls_port"]), MQ_USE_SSL_CA=about["ca_file"],
                   MQ_PASS_FILE=self.write("password", about["password"]))
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        [line] = self.lines("Consuming")
        self.assertEqual(line["attributes"]["broker"], f"{about['host']}:{about['tls_port']}")

    def test_credentials_of_the_settings_do_not_go_to_a_host_that_the_platform_names(self):
        self.start(MQ_USER="nobody", MQ_PASS="for another host")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertTrue(self.lines("MQ_USER and MQ_PASS are not used"))

    def test_other_scores_and_sections(self):
        self.start(KASPERSKY_ZONE_OCTI_SCORE_MAPPING="RED:73", KASPERSKY_FILE_SECTIONS="DetectionsInfo",
                   KASPERSKY_RECORDS_COUNT="3")
        file = self.new_file()
        self.enrich(file)
        self.assertEqual(self.known(file)["score"], 73)
        self.assertEqual(self.stack.tip.get("/control/requests")[-1]["query"],
                         "sections=LicenseInfo,Zone,FileGeneralInfo,DetectionsInfo&count=3&format=json")


if __name__ == "__main__":
    unittest.main()

"""The image: its configuration, its content, and the program in it, which runs as another user with a read-only root.

`./dev image` runs this, with IMAGE_ROOT, the image's file system, and IMAGE_JSON, a file with its settings.
"""

import json
import os
import pathlib
import re
import ssl
import stat
import subprocess
import unittest

from name_server import NameServer
from support import PROGRAM, OneConnectorTest, free_port, wait_until

IMAGE = pathlib.Path(os.environ["IMAGE_ROOT"])
SETTINGS = json.loads(pathlib.Path(os.environ["IMAGE_JSON"]).read_text())["Docker"]["config"]
USER = 10001
EXECUTABLE = "/usr/bin/kaspersky-enrichment"
STATE = "/var/lib/kaspersky-enrichment"


class Settings(unittest.TestCase):
    def test_the_program_is_run_without_a_shell_as_its_own_user(self):
        self.assertEqual(SETTINGS["Entrypoint"], [EXECUTABLE])
        self.assertEqual(SETTINGS["Cmd"], ["run"])
        self.assertEqual(SETTINGS["User"], f"{USER}:{USER}")
        self.assertEqual(SETTINGS["StopSignal"], "SIGTERM")

    def test_the_state_is_on_a_volume(self):
        self.assertEqual(list(SETTINGS["Volumes"]), [STATE])
        self.assertIn(f"KASPERSKY_CACHE_PATH={STATE}/cache.db", SETTINGS["Env"])

    def test_docker_sees_whether_it_is_well(self):
        self.assertIn("CONNECTOR_HTTP_PORT=8080", SETTINGS["Env"])
        self.assertEqual(SETTINGS["Healthcheck"]["Test"], ["CMD", EXECUTABLE, "healthcheck", "--live"])

    def test_labels_name_the_program(self):
        version = subprocess.run([PROGRAM, "--version"], cwd="/", capture_output=True, text=True, check=True).stdout.split()[-1]
        labels = {name.removeprefix("org.opencontainers.image."): value for name, value in SETTINGS["Labels"].items()}
        self.assertEqual((labels["version"], labels["licenses"]), (version, "Apache-2.0"))
        self.assertRegex(labels["revision"], "^[0-9a-f]{40}$")
        self.assertTrue(labels["title"] and labels["description"])


class Files(unittest.TestCase):
    def entries(self):
        for folder, folders, files in os.walk(IMAGE):
            for name in folders + files:
                path = pathlib.Path(folder, name)
                yield "/" + str(path.relative_to(IMAGE)), path.lstat()

    def test_nothing_can_be_run_except_the_program(self):
        # Shared libraries can be executable, too; the loader must be.
        executable = {path for path, about in self.entries()
                      if stat.S_ISREG(about.st_mode) and about.st_mode & 0o111 and not re.search(r"\.so(\.|$)", path)}
        self.assertEqual(executable, {EXECUTABLE})

    def test_the_user_can_change_nothing_but_its_state(self):
        changeable = {path for path, about in self.entries()
                      if not stat.S_ISLNK(about.st_mode) and (about.st_uid != 0 or about.st_gid != 0 or about.st_mode & 0o022)}
        self.assertEqual(changeable, {STATE, "/tmp"})
        state = (IMAGE / STATE[1:]).stat()
        self.assertEqual((state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)), (USER, USER, 0o700))
        self.assertEqual(stat.S_IMODE((IMAGE / "tmp").stat().st_mode), 0o1777)

    def test_nothing_gives_privileges(self):
        self.assertEqual([path for path, about in self.entries()
                          if stat.S_ISREG(about.st_mode) and about.st_mode & (stat.S_ISUID | stat.S_ISGID)], [])

    def test_certificate_authorities_are_known(self):
        trusted = ssl.create_default_context(cafile=IMAGE / "etc/ssl/certs/ca-certificates.crt")
        self.assertGreater(len(trusted.get_ca_certs()), 50)
        # OpenSSL looks here by default.
        self.assertEqual(os.readlink(IMAGE / "usr/lib/ssl/cert.pem"), "/etc/ssl/certs/ca-certificates.crt")

    def test_each_package_is_named_with_its_version_and_licence(self):
        packages = {path.name: path.read_text() for path in (IMAGE / "var/lib/dpkg/status.d").iterdir()}
        for package, about in packages.items():
            self.assertRegex(about, f"(?ms)^Package: {re.escape(package)}$.*^Version: ")
            self.assertTrue((IMAGE / "usr/share/doc" / package / "copyright").stat().st_size)
        libraries = subprocess.run(["find", IMAGE / "usr/lib", "-name", "*.so*", "-type", "f"],
                                   capture_output=True, text=True, check=True).stdout.split()
        self.assertGreater(len(libraries), 20)
        self.assertGreaterEqual(len(packages), 25)
        # Names of packages of Debian 13, on which the image is based.
        self.assertLessEqual({"libc6", "libssl3t64", "libcurl4t64", "ca-certificates"}, packages.keys())
        # These have no files in the image, because they are compiled into the program.
        self.assertLessEqual({"libboost1.83-dev", "nlohmann-json3-dev", "libcli11-dev", "libexpected-dev", "iso-codes"}, packages.keys())


class Running(OneConnectorTest):
    """The program with the image's own environment, except for the port, which must be free on this machine."""

    settings = {**dict(entry.split("=", 1) for entry in SETTINGS["Env"] if not entry.startswith("PATH=")),
                "CONNECTOR_HTTP_PORT": str(free_port())}

    def status(self):
        lines = pathlib.Path(f"/proc/{self.stack.connector.pid}/status").read_text().splitlines()
        return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}

    def test_it_is_the_image_s_program(self):
        self.assertTrue(os.path.samefile(f"/proc/{self.stack.connector.pid}/exe", IMAGE / EXECUTABLE[1:]))

    def test_it_is_another_user_without_privileges(self):
        status = self.status()
        self.assertEqual((status["Uid"], status["Gid"]), ([str(USER)] * 4, [str(USER)] * 4))
        self.assertEqual(status["Groups"], [])
        self.assertEqual((status["CapEff"], status["CapPrm"], status["CapAmb"]), (["0" * 16],) * 3)
        self.assertEqual(status["NoNewPrivs"], ["1"])

    def test_it_can_write_to_its_state_alone(self):
        mounts = [line.split() for line in pathlib.Path(f"/proc/{self.stack.connector.pid}/mountinfo").read_text().splitlines()]
        # The test's folder is where the connector's log is written.
        writable = {mount[4] for mount in mounts if "rw" in mount[5].split(",")}
        self.assertEqual(writable - {"/dev", "/proc", str(self.stack.folder)}, {STATE})
        self.assertIn("/", {mount[4] for mount in mounts})

    def test_it_enriches_and_caches(self):
        file = self.new_file()
        self.assertEqual(self.errors(self.enrich(file)), [])
        self.assert_enriched_as_malicious(file)
        cache = IMAGE / STATE[1:] / "cache.db"
        wait_until(cache.exists, "the cache is in the volume")
        about = cache.stat()
        self.assertEqual((about.st_uid, stat.S_IMODE(about.st_mode)), (USER, 0o600))

    def test_the_health_check_reports_its_state(self):
        environment = self.stack.environment(**self.settings)

        def well():
            return subprocess.run([PROGRAM, *SETTINGS["Healthcheck"]["Test"][2:]], cwd=self.stack.folder, env=environment,
                                  capture_output=True, timeout=60, check=False).returncode == 0

        wait_until(well, "it is well")
        self.stack.connector.stop()
        self.assertFalse(well())
        self.stack.start_connector(**self.settings)

    def test_names_are_resolved(self):
        self.stack.connector.stop()
        self.stack.start_connector(**self.settings, OPENCTI_URL=self.stack.opencti.url.replace("127.0.0.1", "localhost"),
                                   NO_PROXY="localhost,127.0.0.1")

    def test_names_are_asked_of_a_name_server(self):
        server = NameServer("127.53.53.53", "opencti.example", "127.0.0.1")
        self.addCleanup(server.close)
        resolver = self.stack.folder / "resolv.conf"
        resolver.write_text("nameserver 127.53.53.53\n")
        self.stack.connector.stop()
        self.stack.start_connector(**self.settings, OPENCTI_URL=self.stack.opencti.url.replace("127.0.0.1", "opencti.example"),
                                   NO_PROXY="opencti.example,127.0.0.1", RESOLV_CONF=str(resolver))
        self.assertIn("opencti.example", server.asked)


if __name__ == "__main__":
    unittest.main()

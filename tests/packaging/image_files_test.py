"""Dockerfile, systemd unit and `./dev` agree with each other and with the settings. `./dev image` and `./dev package` test the
image and the package themselves."""

import json
import re
import unittest

from support import ROOT, sampled_settings

DOCKERFILE = (ROOT / "Dockerfile").read_text()
UNIT = (ROOT / "packaging" / "kaspersky-enrichment.service.in").read_text()


def instruction(name):
    """The arguments of the last instruction with this name."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE.replace("\\\n", ""), re.MULTILINE)[-1]


def build_packages():
    """The packages that `./dev` builds with; of alternatives the last one, which is that of Debian 13."""
    words = re.search(r"^build_packages=\(([^)]*)\)", (ROOT / "dev").read_text(), re.MULTILINE)[1].split()
    return [word.strip("'").split("|")[-1] for word in words]


class Dockerfile(unittest.TestCase):
    def test_builds_with_the_packages_that_dev_builds_with(self):
        dev = build_packages()
        image = re.search(r"install -y --no-install-recommends (.*?)\n(?=[A-Z])", DOCKERFILE, re.DOTALL)[1].replace("\\", "").split()
        self.assertEqual(sorted(image), sorted([*dev, "ca-certificates"]))

    def test_starts_the_program_without_a_shell(self):
        self.assertEqual((json.loads(instruction("ENTRYPOINT")), json.loads(instruction("CMD"))), (["/usr/bin/kaspersky-enrichment"], ["run"]))
        self.assertEqual(instruction("FROM"), "scratch")

    # Linked packages are found automatically; those that are compiled in must be listed. Each package of the build is one or the other.
    def test_lists_packages_that_are_compiled_in(self):
        compiled_in = {"libcli11-dev": "/usr/include/CLI/", "libboost-dev": "/usr/include/boost/", "nlohmann-json3-dev": "/usr/include/nlohmann/",
                       "libexpected-dev": "/usr/include/tl/", "iso-codes": "/usr/share/iso-codes/"}
        self.assertLess(compiled_in.keys(), set(build_packages()))
        named = (ROOT / "tools/release/compiled-in").read_text().split()
        self.assertEqual([path for path in named if not path.startswith(tuple(compiled_in.values()))], [])
        self.assertEqual(len(named), len(compiled_in))

    def test_lets_the_base_be_pinned(self):
        self.assertRegex(DOCKERFILE, r"(?m)^ARG BASE=debian:trixie$\n^FROM \$BASE AS build$")

    # If readiness decided, an unreachable OpenCTI would make Docker restart the connector.
    def test_docker_asks_whether_it_is_there_not_whether_it_is_ready(self):
        self.assertRegex(instruction("HEALTHCHECK"), r'"healthcheck", "--live"\]$')

    def test_names_no_architecture(self):
        for file in (ROOT / "Dockerfile", ROOT / "tools" / "image" / "collect"):
            self.assertNotRegex(file.read_text(), "x86|amd64|aarch64|arm64")

    def test_sets_settings_that_there_are(self):
        for name in re.findall(r"([A-Z_]+)=", instruction("ENV")):
            self.assertIn(name, sampled_settings())

    def test_secrets_of_a_checkout_stay_out_of_the_build(self):
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        self.assertLessEqual({".git", "build*", "dist", "**/config.yml", "**/.env"}, set(ignored))


class Unit(unittest.TestCase):
    def test_is_given_more_time_to_stop_than_it_takes(self):
        grace = int(sampled_settings()["CONNECTOR_SHUTDOWN_GRACE"][0])
        self.assertGreater(int(re.search(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)[1]), grace + 10)

    def test_a_purge_removes_the_links_of_enabling(self):
        target = re.search(r"^WantedBy=(.+)$", UNIT, re.MULTILINE)[1]
        self.assertIn(f"/etc/systemd/system/{target}.wants/kaspersky-enrichment.service\n",
                      (ROOT / "packaging" / "debian" / "postrm").read_text())

    def test_leaves_no_core_dump_and_starts_a_bounded_number_of_threads(self):
        self.assertIn("LimitCORE=0\n", UNIT)
        self.assertLessEqual(int(re.search(r"^TasksMax=(\d+)$", UNIT, re.MULTILINE)[1]), 512)

    def test_an_orderly_stop_is_not_a_failure(self):
        self.assertIn("Restart=on-failure\n", UNIT)
        self.assertNotIn("SuccessExitStatus", UNIT)

    def test_wrong_settings_are_not_retried(self):
        self.assertIn("RestartPreventExitStatus=64 78\n", UNIT)

    def test_sets_settings_that_there_are(self):
        environment = sampled_settings((ROOT / "packaging" / "environment").read_text())
        for name in [*environment, *re.findall(r"^Environment=([A-Z_]+)=", UNIT, re.MULTILINE)]:
            self.assertIn(name.removesuffix("_FILE"), sampled_settings())


if __name__ == "__main__":
    unittest.main()

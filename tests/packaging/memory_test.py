"""Wherever the connector runs, its container gets the memory that it may use: CONNECTOR_MEMORY_LIMIT and 128 MiB."""

import re
import unittest

import yaml

from support import ROOT, objects, sampled_settings

# From src/app/memory_limit.hpp.
OUTSIDE = 128
WANTED = int(sampled_settings()["CONNECTOR_MEMORY_LIMIT"][0]) + OUTSIDE


class Memory(unittest.TestCase):
    def test_the_program_leaves_as_much_outside_of_its_limit(self):
        text = (ROOT / "src/app/memory_limit.hpp").read_text()
        self.assertEqual(int(re.search(r"outside_of_limit = std::size_t\{(\d+)\} \* 1024 \* 1024", text)[1]), OUTSIDE)

    def test_systemd(self):
        unit = (ROOT / "packaging/kaspersky-enrichment.service.in").read_text()
        self.assertEqual(re.findall(r"^MemoryMax=(.*)$", unit, re.MULTILINE), [f"{WANTED}M"])

    def test_compose(self):
        services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
        self.assertEqual([service["mem_limit"] for service in services.values()], [f"{WANTED}m"])

    # chart_test.py compares the chart's sum with this manifest.
    def test_kubernetes(self):
        for path in ("kubernetes/kaspersky-enrichment.yaml", "kubernetes/kaspersky-enrichment-replicas.yaml"):
            [container] = objects(path)["Deployment"]["spec"]["template"]["spec"]["containers"]
            self.assertEqual(container["resources"]["limits"]["memory"], f"{WANTED}Mi")

    def test_the_documents(self):
        self.assertIn(f"{WANTED} MiB", (ROOT / "docs/operations.md").read_text())


if __name__ == "__main__":
    unittest.main()

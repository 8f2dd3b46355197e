"""Two replicas with a store: their manifest and their docker compose file differ from those of one instance only where they must."""

import copy
import re
import unittest

import yaml

from support import ROOT, objects

ONE = objects("kubernetes/kaspersky-enrichment.yaml")
TWO = objects("kubernetes/kaspersky-enrichment-replicas.yaml")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.replicas.yml").read_text())
SERVICE = "connector-kaspersky-enrichment"


def setting(name):
    return {**TWO["ConfigMap"]["data"], **TWO["Secret"]["stringData"]}[name]


class Manifest(unittest.TestCase):
    def test_has_the_store_and_no_file(self):
        self.assertRegex(TWO["Secret"]["stringData"]["CONNECTOR_STORE"], r"^redis://redis:6379/[1-9]$")
        # The image sets a path; the empty value overrides it.
        self.assertEqual(TWO["ConfigMap"]["data"]["KASPERSKY_CACHE_PATH"], "")
        self.assertNotIn("PersistentVolumeClaim", TWO)

    def test_says_how_an_id_is_made(self):
        self.assertRegex((ROOT / "kubernetes/kaspersky-enrichment-replicas.yaml").read_text(), r"uuidgen[^\n]*\n +CONNECTOR_ID: ChangeMe")

    def test_other_settings_are_those_of_one_instance(self):
        for kind, values in (("ConfigMap", "data"), ("Secret", "stringData")):
            left, right = ({**which[kind][values]} for which in (ONE, TWO))
            for changed in ("KASPERSKY_CACHE_PATH", "CONNECTOR_STORE"):
                left.pop(changed, None)
                right.pop(changed, None)
            self.assertEqual(left, right)

    def test_there_is_always_one_that_is_ready(self):
        spec = TWO["Deployment"]["spec"]
        self.assertEqual((spec["replicas"], spec["strategy"]),
                         (2, {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}))
        budget = TWO["PodDisruptionBudget"]["spec"]
        self.assertEqual((budget["maxUnavailable"], budget["selector"]), (1, spec["selector"]))

    def test_a_cluster_of_one_node_can_run_both(self):
        affinity = TWO["Deployment"]["spec"]["template"]["spec"]["affinity"]
        [preferred] = affinity["podAntiAffinity"].pop("preferredDuringSchedulingIgnoredDuringExecution")
        self.assertEqual(affinity, {"podAntiAffinity": {}})
        self.assertEqual(preferred["podAffinityTerm"], {"topologyKey": "kubernetes.io/hostname",
                                                        "labelSelector": TWO["Deployment"]["spec"]["selector"]})

    def test_the_rest_is_that_of_one_instance(self):
        one, two = copy.deepcopy(ONE), copy.deepcopy(TWO)
        for which in (one, two):
            for each in ("replicas", "strategy"):
                del which["Deployment"]["spec"][each]
        pod = two["Deployment"]["spec"]["template"]["spec"]
        del pod["affinity"]
        pod["volumes"] = one["Deployment"]["spec"]["template"]["spec"]["volumes"]
        pod["containers"][0]["volumeMounts"] = one["Deployment"]["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
        for kind in ("Deployment", "NetworkPolicy"):
            self.assertEqual(one[kind], two[kind])


class Job(unittest.TestCase):
    """kubernetes/store-job.yaml uses the file of the single instance, and the settings of both manifests."""

    POD = objects("kubernetes/store-job.yaml")["Job"]["spec"]["template"]["spec"]
    ONE = ONE["Deployment"]["spec"]["template"]["spec"]

    def test_is_a_pod_like_that_of_one_instance(self):
        for name in ("automountServiceAccountToken", "enableServiceLinks", "securityContext", "volumes"):
            self.assertEqual(self.POD[name], self.ONE[name])
        for name in ("image", "envFrom", "securityContext", "volumeMounts"):
            self.assertEqual(self.POD["containers"][0][name], self.ONE["containers"][0][name])

    def test_has_file_and_store(self):
        self.assertEqual({each["name"]: each["value"] for each in self.POD["containers"][0]["env"]},
                         {"KASPERSKY_CACHE_PATH": ONE["ConfigMap"]["data"]["KASPERSKY_CACHE_PATH"], "CONNECTOR_STORE": setting("CONNECTOR_STORE")})

    # Otherwise the PodDisruptionBudget would count it, and the NetworkPolicy block it.
    def test_is_not_taken_for_a_replica(self):
        labels = objects("kubernetes/store-job.yaml")["Job"]["spec"]["template"]["metadata"]["labels"]
        self.assertNotEqual(labels, TWO["Deployment"]["spec"]["selector"]["matchLabels"])


class Compose(unittest.TestCase):
    def test_both_services_share_the_settings_that_the_manifest_shares(self):
        for service in COMPOSE["services"].values():
            self.assertEqual(service["environment"], {name: setting(name) for name in ("CONNECTOR_STORE", "KASPERSKY_CACHE_PATH")})

    def test_the_second_is_the_first_with_another_name(self):
        first, second = COMPOSE["services"]
        self.assertEqual((first, second), (SERVICE, f"{SERVICE}-2"))
        self.assertEqual(COMPOSE["services"][first].keys(), {"environment"})
        self.assertEqual(COMPOSE["services"][second]["extends"], {"file": "docker-compose.yml", "service": SERVICE})
        self.assertEqual(COMPOSE["services"][second].keys(), {"environment", "extends"})

    # Two containers of the service can have neither the same name nor the same port of the host.
    def test_nothing_of_the_first_can_be_had_only_once(self):
        service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][SERVICE]
        self.assertEqual(service.keys() & {"container_name", "hostname", "ports"}, set())

    def test_how_it_is_started_is_said_in_it(self):
        text = (ROOT / "docker-compose.replicas.yml").read_text()
        self.assertEqual(re.findall(r"--file (\S+)", text.partition("x-shared")[0]), ["docker-compose.yml", "docker-compose.replicas.yml"])


if __name__ == "__main__":
    unittest.main()

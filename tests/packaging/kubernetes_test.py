"""kubernetes/kaspersky-enrichment.yaml: it names existing settings and objects, and needs few rights. replicas_test.py checks the manifest
of two replicas."""

import re
import unittest

from support import ROOT, objects, sampled_settings

OBJECTS = objects("kubernetes/kaspersky-enrichment.yaml")
POD = OBJECTS["Deployment"]["spec"]["template"]["spec"]
CONTAINER = POD["containers"][0]
CONFIG, SECRET = OBJECTS["ConfigMap"]["data"], OBJECTS["Secret"]["stringData"]
# The settings that configuration.md calls secret.
SECRETS = {line.split("`")[3] for line in (ROOT / "docs" / "configuration.md").read_text().splitlines() if " Secret; `" in line}


class Settings(unittest.TestCase):
    def test_are_text_and_in_the_table(self):
        for name, value in {**CONFIG, **SECRET}.items():
            self.assertIn(name, sampled_settings())
            self.assertIsInstance(value, str, name)

    def test_nothing_that_has_to_be_given_is_missing(self):
        wanted = {name for name, (_, waits) in sampled_settings().items() if waits} | {"CONNECTOR_ID"}
        self.assertLessEqual(wanted, CONFIG.keys() | SECRET.keys())

    def test_secrets_are_in_the_secret_alone(self):
        self.assertLess({"OPENCTI_TOKEN", "KASPERSKY_API_KEY"}, SECRETS)
        self.assertLessEqual(set(SECRET), SECRETS)
        self.assertEqual(SECRETS.intersection(CONFIG), set())

    def test_both_are_given_to_the_container(self):
        self.assertEqual(CONTAINER["envFrom"], [{"configMapRef": {"name": OBJECTS["ConfigMap"]["metadata"]["name"]}},
                                                {"secretRef": {"name": OBJECTS["Secret"]["metadata"]["name"]}}])


class Network(unittest.TestCase):
    POLICY = OBJECTS["NetworkPolicy"]["spec"]

    def test_is_that_of_the_pod_and_closed_in_both_directions(self):
        self.assertEqual(self.POLICY["podSelector"], OBJECTS["Deployment"]["spec"]["selector"])
        self.assertEqual(self.POLICY["policyTypes"], ["Ingress", "Egress"])

    def test_nobody_comes_in_but_to_the_port_and_from_where_prometheus_is(self):
        for rule in self.POLICY["ingress"]:
            self.assertTrue(rule["from"])
            self.assertEqual([port["port"] for port in rule["ports"]], [CONTAINER["ports"][0]["name"]])

    def test_everywhere_it_reaches_https_alone(self):
        outside = [rule for rule in self.POLICY["egress"] if any("ipBlock" in peer for peer in rule.get("to", []))]
        self.assertEqual([rule["ports"] for rule in outside], [[{"protocol": "TCP", "port": 443}]])
        anywhere = [rule for rule in self.POLICY["egress"] if "to" not in rule]
        self.assertEqual([sorted({port["port"] for port in rule["ports"]}) for rule in anywhere], [[53]])


class Pod(unittest.TestCase):
    # The registries of OpenCTI and others may have the Python connector under the image's name.
    def test_its_image_is_of_a_registry_of_one_s_own(self):
        self.assertRegex(CONTAINER["image"], r"^registry\.example/kaspersky-enrichment:")

    def test_there_is_only_one_at_a_time(self):
        self.assertEqual((OBJECTS["Deployment"]["spec"]["replicas"], OBJECTS["Deployment"]["spec"]["strategy"]), (1, {"type": "Recreate"}))

    def test_the_deployment_finds_it(self):
        labels = OBJECTS["Deployment"]["spec"]["selector"]["matchLabels"]
        self.assertEqual(OBJECTS["Deployment"]["spec"]["template"]["metadata"]["labels"], labels)

    def test_probes_reach_the_port(self):
        port = {port["name"]: port["containerPort"] for port in CONTAINER["ports"]}["http"]
        self.assertEqual((CONFIG["CONNECTOR_HTTP_PORT"], CONFIG["CONNECTOR_HTTP_ADDRESS"]), (str(port), "0.0.0.0"))
        # The port is open to the cluster, so it needs a token.
        self.assertIn("CONNECTOR_HTTP_TOKEN", SECRET)
        self.assertEqual({probe: CONTAINER[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}, {
            "startupProbe": {"path": "/livez", "port": "http"}, "livenessProbe": {"path": "/livez", "port": "http"},
            "readinessProbe": {"path": "/readyz", "port": "http"}})

    def test_it_is_the_image_s_user_and_can_write_to_its_state_alone(self):
        user = int(re.search(r"^USER (\d+):\1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1])
        security = POD["securityContext"]
        self.assertEqual((security["runAsNonRoot"], security["runAsUser"], security["runAsGroup"], security["fsGroup"]), (True, user, user, user))
        self.assertEqual(security["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertEqual(CONTAINER["securityContext"], {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                                        "capabilities": {"drop": ["ALL"]}})
        self.assertTrue(CONFIG["KASPERSKY_CACHE_PATH"].startswith(CONTAINER["volumeMounts"][0]["mountPath"] + "/"))

    def test_the_volume_is_the_claim(self):
        volume = {"name": CONTAINER["volumeMounts"][0]["name"],
                  "persistentVolumeClaim": {"claimName": OBJECTS["PersistentVolumeClaim"]["metadata"]["name"]}}
        self.assertEqual(POD["volumes"], [volume])

    def test_its_resources_are_bounded(self):
        self.assertEqual({kind: set(amounts) for kind, amounts in CONTAINER["resources"].items()},
                         {"requests": {"cpu", "memory"}, "limits": {"cpu", "memory"}})

    def test_it_is_given_more_time_to_stop_than_it_takes(self):
        self.assertGreater(POD["terminationGracePeriodSeconds"], int(sampled_settings()["CONNECTOR_SHUTDOWN_GRACE"][0]) + 10)


if __name__ == "__main__":
    unittest.main()

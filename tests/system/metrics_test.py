"""The metrics of a running connector: their documented names, and the right values."""

import http.client
import re
import signal
import socket
import unittest

from support import OBJECTS, ROOT, SystemTest, free_port, new_stack, wait_until

CONFIGURATION = 78
SERIES = re.compile(r'^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_][a-z0-9_]*)="((?:[^"\\]|\\.)*)"')


def golden():
    """→ name: (type, labels), as documented."""
    lines = (ROOT / "tests" / "unit" / "app" / "metrics.golden").read_text().splitlines()
    return {name: (kind, {label for entry in labels for label in entry.split(",")})
            for name, kind, *labels in map(str.split, lines)}


class Metrics(SystemTest):
    def start(self, **settings):
        self.use(new_stack())
        self.port = free_port()
        self.stack.start_connector(CONNECTOR_EXPOSE_METRICS="true", CONNECTOR_METRICS_ADDRESS="127.0.0.1",
                                   CONNECTOR_METRICS_PORT=str(self.port), **settings)

    def request(self, path="/metrics", method="GET", body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def text(self):
        status, headers, text = self.request()
        self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        return text

    def figures(self):
        """→ (name, labels): value. Also checks the format of each line."""
        out = {}
        for line in self.text().splitlines():
            if not line.startswith("#"):
                name, labels, value = SERIES.match(line).groups()
                out[name, frozenset(LABEL.findall(labels or ""))] = float(value)
        return out

    def figure(self, name, **labels):
        return self.figures().get((name, frozenset(labels.items())))

    def wait_for_figure(self, value, name, **labels):
        wait_until(lambda: self.figure(name, **labels) == value, f"{name} {labels} is {value}; it is {self.figure(name, **labels)}")

    def test_after_some_enrichments_the_figures_are_right(self):
        self.start()
        file = self.new_file()
        self.enrich(file)
        self.enrich(file, mode="auto")
        self.enrich(self.unknown_file())
        self.wait_for_figure(3, "runs_total")
        self.assertEqual(self.figure("bundles_sent_total"), 2)
        self.assertEqual(self.figure("records_sent_total"), 2 * OBJECTS)
        self.assertEqual(self.figure("errors_total"), 0)
        self.assertEqual(self.figure("enrichments_total", mode="manual", outcome="found"), 1)
        self.assertEqual(self.figure("enrichments_total", mode="automatic", outcome="found"), 1)
        self.assertEqual(self.figure("enrichments_total", mode="manual", outcome="not_found"), 1)
        self.assertEqual(self.figure("kaspersky_lookups_total", kind="hash", zone="red", outcome="found"), 2)
        self.assertEqual(self.figure("kaspersky_requests_total", result="found"), 1)
        self.assertEqual(self.figure("kaspersky_requests_total", result="not_found"), 1)
        self.assertEqual(self.figure("kaspersky_request_duration_seconds_count"), 2)
        self.assertEqual(self.figure("answer_cache_hits_total"), 1)
        self.assertEqual(self.figure("answer_cache_misses_total"), 2)
        self.assertGreater(self.figure("answer_cache_bytes"), 0)
        self.assertEqual(self.figure("kaspersky_quota_used", by="here"), 2)
        self.assertEqual(self.figure("kaspersky_breaker_state", state="closed"), 1)
        self.assertGreaterEqual(self.figure("ping_api_total"), 1)
        for step in ("waiting", "reading", "lookup", "reporting"):
            self.assertEqual(self.figure("step_duration_seconds_count", step=step), 3, step)
        for step in ("conversion", "announcing", "turn", "publishing"):
            self.assertEqual(self.figure("step_duration_seconds_count", step=step), 2, step)
        self.assertGreater(self.figure("process_resident_memory_bytes"), 1e6)

    def test_tries_after_the_first_are_counted(self):
        self.start()
        self.stack.tip.post("/control/faults", kind="status", status=503, times=2)
        self.enrich(self.new_file())
        self.wait_for_figure(1, "enrichments_total", mode="manual", outcome="found")
        self.assertEqual(self.figure("kaspersky_retries_total"), 2)
        self.assertEqual(self.figure("kaspersky_requests_total", result="unavailable"), 2)
        self.assertEqual(self.figure("client_errors_total"), 2)
        self.assertEqual(self.figure("errors_total"), 0)

    def test_failures_are_counted(self):
        self.start()
        with self.fault(self.stack.tip, kind="status", status=401):
            self.enrich(self.new_file())
        self.wait_for_figure(1, "errors_total")
        # A rejection counts after a second request has confirmed it.
        self.assertEqual(self.figure("client_errors_total"), 2)
        self.assertEqual(self.figure("kaspersky_requests_total", result="refused"), 2)
        self.assertEqual(self.figure("enrichments_total", mode="manual", outcome="refused"), 1)
        self.assertEqual(self.figure("kaspersky_breaker_state", state="open"), 1)

    def test_the_waiting_messages_of_the_queue_are_counted(self):
        self.start(CONNECTOR_WORKERS="1")
        self.wait_for_figure(0, "queue_messages")
        self.stack.tip.post("/control/faults", kind="hold")
        for _ in range(5):
            self.stack.enrich(self.new_file())
        self.wait_for_figure(3, "queue_messages")

    def test_the_names_are_those_that_are_promised(self):
        self.start()
        self.enrich(self.new_file())
        self.wait_for_figure(1, "runs_total")
        promised = golden()
        for name, labels in self.figures():
            histogram = re.sub("_(bucket|sum|count)$", "", name)
            kind, promised_labels = promised.get(name) or promised[histogram]
            self.assertEqual({label for label, _ in labels} - {"le"},
                             {name} if promised_labels == {"(own-name)"} else promised_labels, name)
            self.assertIn(f"# TYPE {name if name in promised else histogram} {kind}\n", self.text())

    def test_namespace_and_subsystem_go_before_the_names(self):
        self.start(CONNECTOR_METRICS_NAMESPACE="opencti", CONNECTOR_METRICS_SUBSYSTEM="connector")
        names = {name for name, _ in self.figures()}
        self.assertEqual({name for name in names if not name.startswith(("opencti_connector_", "process_"))}, set())
        self.assertIsNotNone(self.figure("opencti_connector_state", opencti_connector_state="idle"))

    def test_every_path_has_them_and_nobody_can_write(self):
        self.start()
        for path in ("/", "/metrics", "/any/path?with=query"):
            status, _, text = self.request(path)
            self.assertEqual(status, 200, path)
            self.assertIn("\nbundles_sent_total 0\n", text)
        status, _, text = self.request(method="HEAD")
        self.assertEqual((status, text), (200, ""))
        for method in ("POST", "DELETE"):
            self.assertEqual(self.request(method=method)[0], 405, method)

    def test_the_status_port_has_them_for_those_with_the_token(self):
        self.use(new_stack())
        self.port = free_port()
        self.stack.start_connector(CONNECTOR_HTTP_PORT=str(self.port), CONNECTOR_HTTP_TOKEN="a-token")
        self.assertEqual(self.request()[0], 401)
        status, _, text = self.request(headers={"Authorization": "Bearer a-token"})
        self.assertEqual(status, 200)
        self.assertIn("\nbundles_sent_total 0\n", text)

    def test_states_are_those_of_the_moment(self):
        self.start()
        for link in ("platform", "broker_in", "kaspersky"):
            self.wait_for_figure(1, "link_up", link=link)
        self.wait_for_figure(1, "state", state="idle")
        self.assertIsNone(self.figure("link_up", link="broker_out"), "the state is unknown before the first result")
        with self.fault(self.stack.tip, kind="hold"):
            self.stack.enrich(self.new_file())
            self.wait_for_figure(1, "state", state="running")
            self.assertEqual(self.figure("messages_under_way"), 1)
        self.stack.tip.post("/control/release")
        self.wait_for_figure(1, "state", state="idle")

    def test_a_port_that_is_taken_is_a_matter_of_settings(self):
        self.use(new_stack())
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.stack.start_connector(wait=False, CONNECTOR_EXPOSE_METRICS="true", CONNECTOR_METRICS_ADDRESS="127.0.0.1",
                                       CONNECTOR_METRICS_PORT=str(taken.getsockname()[1]))
            self.assertEqual(self.stack.connector.wait(), CONFIGURATION)
        self.assertIn("CONNECTOR_METRICS_PORT: cannot listen on 127.0.0.1", self.stack.connector.output())

    def test_the_port_is_closed_unless_it_is_wanted(self):
        self.use(new_stack())
        self.port = free_port()
        self.stack.start_connector(CONNECTOR_METRICS_ADDRESS="127.0.0.1", CONNECTOR_METRICS_PORT=str(self.port))
        self.enrich(self.new_file())
        with self.assertRaises(ConnectionRefusedError):
            self.request()

    def test_the_port_is_served_until_the_end(self):
        self.start()
        self.stack.tip.post("/control/faults", kind="hold")
        self.stack.enrich(self.new_file())
        self.wait_until_held(self.stack.tip)
        self.stack.connector.kill(signal.SIGTERM)
        self.wait_for_figure(1, "state", state="stopped")
        self.stack.tip.delete("/control/faults")
        self.stack.tip.post("/control/release")
        self.assertEqual(self.stack.connector.wait(), 0)


if __name__ == "__main__":
    unittest.main()

"""The status port: what `/livez`, `/readyz` and `/status` return, also during each fault."""

import http.client
import json
import signal
import socket
import tempfile
import unittest

from support import FOUND_MALICIOUS, OPENCTI_TOKEN, TIP_TOKEN, Broker, SystemTest, free_port, new_stack, wait_until

CONFIGURATION = 78
# A ping is sent every 40 s.
NOTICED_WITHIN = 90


class Port:
    """The connector's status port, as a client sees it."""

    def __init__(self, number):
        self.number = number

    def get(self, path, method="GET", **headers):
        """→ status, headers, body"""
        connection = http.client.HTTPConnection("127.0.0.1", self.number, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def answers(self):
        try:
            return self.get("/livez")[0] == 200
        except OSError:
            return False

    def ready(self):
        """→ status, {part: (state, detail)}"""
        status, _, body = self.get("/readyz")
        return status, {part["name"]: (part["state"], part["detail"]) for part in json.loads(body)["parts"]}

    def status(self, **headers):
        return json.loads(self.get("/status", **headers)[2])

    def wait_until_ready(self, timeout=60):
        wait_until(lambda: self.ready()[0] == 200, "the connector is ready", timeout)

    def wait_for(self, part, state, timeout=60):
        """Waits until the part is in this state. → the status code of /readyz, the detail of the part"""
        wait_until(lambda: self.ready()[1].get(part, ("",))[0] == state, f"{part} is {state}", timeout)
        status, parts = self.ready()
        return status, parts[part][1]


class StatusTest(SystemTest):
    def start(self, stack=None, wait=True, **settings):
        self.use(stack or new_stack())
        self.port = Port(free_port())
        self.stack.start_connector(wait, CONNECTOR_HTTP_PORT=str(self.port.number), **settings)
        wait_until(self.port.answers, "the status port answers")


class Ready(StatusTest):
    def test_it_is_ready_once_messages_come_in_and_reports_them(self):
        self.start()
        self.port.wait_until_ready()
        _, parts = self.port.ready()
        self.assertEqual({name: state for name, (state, _) in parts.items()},
                         {"platform": "up", "broker_in": "up", "broker_out": "starting", "kaspersky": "up", "store": "off"})
        file = self.new_file()
        self.assert_result(self.enrich(file), FOUND_MALICIOUS)
        self.assertEqual(self.port.ready()[1]["broker_out"], ("up", ""))

        status = wait_until(lambda: (found := self.port.status())["enrichments"] and found, "/status has the enrichment")
        [told] = status["enrichments"]
        self.assertEqual((told["zone"], told["outcome"], told["text"], told["in_error"]), ("red", "found", FOUND_MALICIOUS, False))
        self.assertEqual(told["opencti_page"], f"{self.stack.opencti.url}/dashboard/id/{told['entity_id']}")
        self.assertTrue(told["kaspersky_page"].endswith(told["value"]))
        self.assertEqual((status["zones"], status["outcomes"]), ({"red": 1}, {"found": 1}))
        self.assertEqual(sum(minute["done"] for minute in status["minutes"]), 1)
        self.assertEqual(status["quota"]["used_here"], 1)
        self.assertEqual(status["latency"]["count"], 1)
        self.assertNotIn(TIP_TOKEN, json.dumps(status))
        self.assertNotIn(OPENCTI_TOKEN, json.dumps(status))

    def test_it_answers_before_the_platform_does(self):
        """/readyz also says what to do."""
        self.start(wait=False, OPENCTI_URL=f"http://127.0.0.1:{free_port()}")
        self.assertEqual(self.port.ready()[0], 503)
        status, detail = self.port.wait_for("platform", "down")
        self.assertEqual(status, 503)
        self.assertIn("check OPENCTI_URL", detail)
        self.assertEqual(self.port.ready()[1]["broker_in"], ("starting", "not connected yet"))
        troubles = self.port.status()["troubles"]
        self.assertIn("Cannot register with the platform, retrying", [trouble["message"] for trouble in troubles])
        self.assertIn("check OPENCTI_URL", troubles[0]["advice"])

    def test_a_token_that_the_platform_does_not_know(self):
        self.start(wait=False, OPENCTI_TOKEN="00000000-0000-4000-8000-000000000000")
        status, detail = self.port.wait_for("platform", "down")
        self.assertEqual(status, 503)
        self.assertIn("check OPENCTI_TOKEN", detail)

    def test_the_platform_goes_away_and_revokes_the_token_when_it_is_back(self):
        self.start()
        self.port.wait_until_ready()
        address = self.stack.opencti.url.rpartition(":")[2]
        self.stack.opencti_process.stop()
        status, detail = self.port.wait_for("platform", "down", NOTICED_WITHIN)
        self.assertEqual(status, 503)
        self.assertIn("the platform may still be starting", detail)
        self.stack.start_opencti("--port", address, "--token", "another")
        wait_until(lambda: "check OPENCTI_TOKEN" in self.port.ready()[1]["platform"][1], "the token is rejected", NOTICED_WITHIN)
        self.assertEqual(self.port.ready()[0], 503)

    def test_messages_that_are_posted_need_no_broker(self):
        self.start(CONNECTOR_LISTEN_PROTOCOL="API", CONNECTOR_LISTEN_PROTOCOL_API_PORT=str(free_port()),
                   CONNECTOR_QUEUE_PROTOCOL="api", KASPERSKY_CACHE_PATH="cache.db")
        self.port.wait_until_ready()
        parts = self.port.ready()[1]
        self.assertEqual([parts[name][0] for name in ("broker_in", "broker_out", "store")], ["off", "off", "up"])


class Kaspersky(StatusTest):
    def test_it_rejects_the_key(self):
        self.start(KASPERSKY_API_KEY="wrong")
        self.port.wait_until_ready()
        self.stack.enrich(self.new_file())
        status, detail = self.port.wait_for("kaspersky", "down")
        self.assertEqual(status, 503)
        self.assertRegex(detail, "status 401.*No requests have been sent since .*the next one is sent at .*KASPERSKY_API_KEY")
        self.assertEqual(self.port.status()["breaker"], "open")

    def test_it_does_not_answer_and_does_again(self):
        self.start()
        self.port.wait_until_ready()
        with self.fault(self.stack.tip, kind="status", status=503):
            # One after the other: the breaker opens only if lookups fail for some time.
            wait_until(lambda: self.errors(self.enrich(self.new_file())) and self.port.ready()[1]["kaspersky"][0] == "down",
                       "the breaker is open")
            status, detail = self.port.wait_for("kaspersky", "down")
            self.assertEqual(status, 503)
            self.assertRegex(detail, "status 503.*No requests have been sent since .*KASPERSKY_API_BASE_URL")
            wait_until(lambda: "with the next lookup" in self.port.ready()[1]["kaspersky"][1], "the pause is over")
            self.assertEqual((self.port.ready()[0], self.port.ready()[1]["kaspersky"][0]), (200, "starting"),
                             "otherwise a gate that sends only to a ready connector would never send the next lookup")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.port.wait_until_ready()

    def test_it_asks_for_a_rest(self):
        self.start()
        self.port.wait_until_ready()
        with self.fault(self.stack.tip, kind="status", status=429, retry_after=3000):
            self.stack.enrich(self.new_file())
            status, detail = self.port.wait_for("kaspersky", "down")
        self.assertEqual(status, 503)
        self.assertRegex(detail, "status 429.*the next request is sent at .* UTC.*KASPERSKY_REQUESTS_PER_SECOND")
        self.assertEqual(self.port.status()["breaker"], "closed")


class Away(StatusTest):
    """These tests start their own broker, because they stop it."""

    def test_the_broker_goes_while_messages_are_posted(self):
        """Nothing is published meanwhile, so no failed publish shows the loss."""
        broker = Broker(self.enterContext(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-broker-")), start=False)
        self.addCleanup(broker.stop)
        broker.start()
        self.start(new_stack(broker=broker, opencti_options=("--callback-poll-ms", "50", "--callback-retry-ms", "100")),
                   CONNECTOR_LISTEN_PROTOCOL="API", CONNECTOR_LISTEN_PROTOCOL_API_PORT=str(free_port()))
        self.port.wait_until_ready()
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        broker.kill()
        status, detail = self.port.wait_for("broker_out", "down")
        self.assertEqual(status, 503)
        self.assertIn("check that the broker runs", detail)
        broker.start()
        self.port.wait_until_ready(NOTICED_WITHIN)

    def test_the_broker_goes_and_comes_back(self):
        broker = Broker(self.enterContext(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-broker-")), start=False)
        self.addCleanup(broker.stop)
        broker.start()
        self.start(new_stack(broker=broker))
        self.port.wait_until_ready()
        broker.kill()
        status, detail = self.port.wait_for("broker_in", "down")
        self.assertEqual(status, 503)
        self.assertIn("check that the broker runs", detail)
        broker.start()
        self.port.wait_until_ready(NOTICED_WITHIN)


class Stopping(StatusTest):
    def test_it_lives_but_is_not_ready_while_it_finishes(self):
        self.start()
        self.port.wait_until_ready()
        with self.fault(self.stack.tip, kind="hold"):
            self.stack.enrich(self.new_file())
            self.wait_until_held(self.stack.tip)
            self.stack.connector.kill(signal.SIGTERM)
            status, detail = self.port.wait_for("connector", "stopping")
            self.assertEqual(status, 503)
            self.assertIn("finishing begun messages", detail)
            self.assertTrue(self.port.answers())
            self.stack.tip.post("/control/release")
        self.assertEqual(self.stack.connector.wait(), 0)


class Doors(StatusTest):
    def test_only_clients_with_the_token_are_let_in(self):
        self.start(CONNECTOR_HTTP_TOKEN="the-token-of-the-port")
        for path in ("/livez", "/"):
            self.assertEqual(self.port.get(path)[0], 200, path)
        self.assertEqual(self.port.get("/status")[0], 401)
        self.assertEqual(self.port.get("/status", Authorization="Bearer another")[0], 401)
        self.assertEqual(self.port.get("/status", Authorization="Bearer the-token-of-the-port")[0], 200)
        self.assertEqual(self.port.get("/livez", Host="evil.example")[0], 403)
        self.assertEqual(self.port.get("/status", "POST")[0], 405)
        self.assertEqual(self.port.get("/status", "DELETE")[0], 405)
        status, headers, _ = self.port.get("/livez", "POST")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
        self.assertEqual(self.port.get("/other")[0], 404)
        for path, method in (("/livez", "GET"), ("/", "GET"), ("/status", "GET"), ("/status", "DELETE"), ("/other", "GET")):
            headers = self.port.get(path, method)[1]
            self.assertRegex(headers["Content-Security-Policy"], "default-src 'none'.*frame-ancestors 'none'", f"{method} {path}")
            self.assertEqual((headers["X-Content-Type-Options"], headers["Referrer-Policy"], headers["X-Frame-Options"],
                              headers["Cache-Control"]), ("nosniff", "no-referrer", "DENY", "no-store"), f"{method} {path}")
            self.assertEqual(len(headers.get_all("Content-Security-Policy")), 1)
        self.assertNotIn("the-token-of-the-port", self.stack.connector.output())

    def test_a_client_that_announces_a_body_and_sends_none_delays_no_other(self):
        self.start()
        for _ in range(300):
            client = self.enterContext(socket.create_connection(("127.0.0.1", self.port.number)))
            client.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n")
        self.assertEqual(self.port.get("/livez")[0], 200)
        self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 405 "))

    def test_a_port_that_is_taken_ends_it_at_once(self):
        self.use(new_stack())
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            connector = self.stack.start_connector(wait=False, CONNECTOR_HTTP_PORT=str(taken))
            self.assertEqual(connector.wait(), CONFIGURATION)
        self.assertRegex(connector.output(), f"CONNECTOR_HTTP_PORT: cannot listen on 127.0.0.1 port {taken} .*that is free")

    def test_without_a_port_nobody_listens(self):
        self.use(new_stack())
        self.stack.start_connector()
        self.assertEqual(self.lines("Status page"), [])


if __name__ == "__main__":
    unittest.main()

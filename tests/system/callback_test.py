"""Messages posted by the platform's workers instead of consumed from the queue (CONNECTOR_LISTEN_PROTOCOL=api)."""

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import threading
import time
import types
import unittest

from support import FOUND_MALICIOUS, OBJECTS, TO_ADD_MALICIOUS, OneConnectorTest, SystemTest, free_port, new_stack, wait_until

OPTIONS = ("--callback-poll-ms", "50", "--callback-retry-ms", "100")
MEBIBYTE = 1024 * 1024


class Listening:
    """Common methods of these tests, for a subclass of SystemTest."""

    @classmethod
    def settings_for(cls, stack, port, **more):
        return {"CONNECTOR_LISTEN_PROTOCOL": "API", "CONNECTOR_LISTEN_PROTOCOL_API_PORT": str(port),
                "KASPERSKY_CACHE_PATH": str(stack.folder / "cache.db"), **more}

    def start(self, **more):
        self.use(new_stack(opencti_options=OPTIONS))
        self.port = free_port()
        self.settings = self.settings_for(self.stack, self.port, **more)
        self.start_again()

    def start_again(self):
        self.stack.start_connector(**self.settings)

    def posts(self, *statuses):
        """The worker's requests to the connector; with `statuses`, only those with one of these."""
        return [post for post in self.stack.opencti.get("/control/callbacks") if not statuses or post["status"] in statuses]

    def wait_for_posts(self, count, *statuses):
        return wait_until(lambda: len(self.posts(*statuses)) >= count and self.posts(*statuses), f"{count} posts {statuses}")

    def token(self, **how):
        return self.stack.opencti.post("/control/token", **how)["token"]

    def post(self, body, token=None, path="/api/callback", **headers):
        """Sends a request as a worker does. → status, answer"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
        connection.request("POST", path, body, {"Content-Type": "application/json", **authorization, **headers})
        response = connection.getresponse()
        answer = response.read().decode()
        connection.close()
        return response.status, json.loads(answer)

    def hold_lookups(self, count=None):
        self.stack.tip.post("/control/faults", kind="hold", times=count)

    def release_lookups(self):
        self.stack.tip.delete("/control/faults")
        self.stack.tip.post("/control/release")

    def held_lookups(self):
        return len(self.stack.tip.get("/control/state")["held"])


class Loop(Listening, SystemTest):
    def assert_loop(self):
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual(len(self.ask_playbook(entity_id=self.new_file())["bundle"]["objects"]), OBJECTS)
        self.assertEqual(self.lines("Consuming"), [], "the connector consumes from no queue")
        self.assertEqual(self.stack.opencti.get("/control/state")["listen_queue"]["consumers"], 1, "the worker is the only consumer")
        wait_until(lambda: all(post["status"] or post["error"] for post in self.posts()), "each request has its answer")
        self.assertEqual({(post["status"], post["error"]) for post in self.posts()}, {(202, None)})
        self.assertEqual(json.loads(self.posts()[0]["answer"]), {"message": "Message successfully received"})

    def test_a_message_that_is_too_large_is_answered(self):
        """The work or the playbook of a message that is too large gets an answer: with and without an announced length, and after a crash."""
        self.start(CONNECTOR_MEMORY_LIMIT="64")
        padding = "x" * 8 * MEBIBYTE
        works = [self.enrich(self.new_file())["id"] for _ in range(3)]
        message, chunked, crashed = (
            json.dumps({"internal": {"work_id": work}, "event": {"entity_id": "file--1", "padding": padding}}) for work in works)
        step = self.stack.opencti.post("/control/playbook_step", entity_id=self.new_file())
        bundle = {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000001", "objects": [], "padding": padding}
        posted = json.dumps({"internal": {"playbook": step}, "event": {"entity_id": "file--1", "bundle": bundle}})
        self.assertEqual([self.post(body, self.token())[0] for body in (message, posted, (chunked.encode(),))], [202] * 3)
        answer = self.answer_to(step["execution_id"])
        self.assertEqual(answer["bundle"]["objects"], [])
        for work in works[:2]:
            wait_until(lambda: self.errors(self.stack.work(work)), "the work has an error")
            self.assertEqual(self.errors(self.stack.work(work)), ["The request cannot be read: it is too large."])
        with self.fault(self.stack.opencti, operation="toProcessed", kind="hold", before=True):
            self.assertEqual(self.post(crashed, self.token())[0], 202)
            self.wait_until_held(self.stack.opencti)
            self.stack.connector.kill(signal.SIGKILL)
            self.stack.connector.wait()
        self.stack.opencti.post("/control/release")
        self.start_again()
        wait_until(lambda: self.errors(self.stack.work(works[2])), "the work has an error")
        self.assertEqual(self.errors(self.stack.work(works[2])), ["The request cannot be read: it is too large."])

    def test_without_tls(self):
        self.start()
        self.assert_loop()

    def test_probes_are_answered_without_a_token(self):
        self.start()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/health")
        answer = connection.getresponse()
        self.assertEqual((answer.status, json.loads(answer.read())), (200, {"status": "ok"}))
        connection.close()

    def test_with_tls(self):
        stack = self.use(new_stack(opencti_options=OPTIONS))
        certificate, key = stack.folder / "connector.pem", stack.folder / "connector.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "1",
                        "-subj", "/CN=connector", "-addext", "subjectAltName=IP:127.0.0.1", "-passout", "pass:between us",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        stack.opencti_process.stop()
        stack.start_opencti("--callback-ca", certificate)
        self.port = free_port()
        stack.start_connector(**self.settings_for(
            stack, self.port, CONNECTOR_LISTEN_PROTOCOL_API_SSL="true", LISTEN_PROTOCOL_API_SSL_CERT=str(certificate),
            LISTEN_PROTOCOL_API_SSL_KEY=key.read_text(), LISTEN_PROTOCOL_API_SSL_PASSPHRASE="between us"))
        self.assert_loop()
        self.assertTrue(self.posts()[0]["url"].startswith(f"https://127.0.0.1:{self.port}/"))
        with self.assertRaises((http.client.HTTPException, OSError)):
            self.post("{}")

    def test_a_port_that_is_taken_is_reported_at_once(self):
        stack = self.use(new_stack(opencti_options=OPTIONS))
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            stack.start_connector(wait=False, **self.settings_for(stack, port))
            self.assertEqual(stack.connector.wait(), 78)
        self.assertIn(f"cannot listen on 127.0.0.1 port {port}", stack.connector.output())

    def test_when_the_platform_gets_another_key(self):
        self.start()
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.stack.opencti.post("/control/keys")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertTrue(self.posts(401))
        self.assertTrue(self.lines("A token names an unknown key"))


class WithoutBroker(Listening, SystemTest):
    def test_messages_and_results_by_http_need_no_broker(self):
        with socket.create_server(("127.0.0.1", 0)) as broker:
            self.use(new_stack(broker=types.SimpleNamespace(url=""), opencti_options=OPTIONS))
            self.stack.start_connector(**self.settings_for(
                self.stack, free_port(), CONNECTOR_QUEUE_PROTOCOL="api", MQ_HOST="127.0.0.1",
                MQ_PORT=str(broker.getsockname()[1])))
            file = self.new_file()
            work = self.enrich(file)
            self.assert_result(work, TO_ADD_MALICIOUS)
            wait_until(lambda: self.known(file)["score"], "the result is imported")
            self.assert_enriched_as_malicious(file)
            answer = self.ask_playbook(entity_id=self.new_file())
            self.assertEqual(len(answer["bundle"]["objects"]), OBJECTS)
            self.stack.connector.kill(signal.SIGTERM)
            self.assertEqual(self.stack.connector.wait(), 0)
            broker.setblocking(False)
            with self.assertRaises(BlockingIOError):
                broker.accept()
        self.assertEqual([line for line in self.log() if "onsuming" in line["message"] or line["level"] == "ERROR"], [])


class Rejections(Listening, OneConnectorTest):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(new_stack(opencti_options=OPTIONS))
        cls.port = free_port()
        cls.stack.start_connector(**cls.settings_for(cls.stack, cls.port))
        cls.known_message = json.dumps({"internal": {}, "event": {"entity_id": "file--none"}})

    def test_tokens_that_are_not_the_platforms(self):
        past = int(time.time()) - 2 * 3600
        bad = {
            "none": None, "empty": "", "no token": "Bearer", "the platform's own token": "d0c0ffee-0000-4000-8000-opencti-token",
            "expired": self.token(claims={"iat": past, "exp": past + 3600}),
            "without an end": self.token(claims={"exp": None}),
            "of another key": self.token(key="other"),
            "of an unknown key": self.token(header={"kid": "0" * 16}),
            "unsigned": self.token(header={"alg": "none"}, key="none"),
            "unsigned, and not saying so": self.token(key="none"),
            "signed with the public key": self.token(header={"alg": "HS256"}, key="public"),
            "from elsewhere": self.token(claims={"iss": "somebody"}),
            "for something else": self.token(claims={"sub": "xtm"}),
            "for another connector": self.token(claims={"aud": "6b1f0c2e-0000-4000-8000-another00000"}),
        }
        before = len(self.lines("Message received"))
        for name, token in bad.items():
            with self.subTest(name):
                self.assertEqual(self.post(self.known_message, token), (401, {"error": "Invalid credentials"}))
        self.assertEqual(len(self.lines("Message received")), before)
        self.assertNotIn(bad["expired"], self.stack.connector.output())
        self.assertEqual(self.post(self.known_message, self.token())[0], 202)

    def test_a_body_that_is_not_a_message(self):
        self.assertEqual(self.post("{}", self.token(), path="/elsewhere")[0], 404)
        self.assertEqual(self.post("[]", self.token())[0], 202)
        self.wait_for_line("A message from the platform cannot be read, dropping it")

    def test_a_body_that_can_never_be_a_message_is_accepted_once_and_dropped(self):
        received = (202, {"message": "Message successfully received"})
        before = len(self.lines("Message received"))
        dropped = len(self.lines("A message from the platform cannot be read, dropping it"))
        self.assertEqual(self.post("no JSON", self.token()), received)
        wait_until(lambda: [line for line in self.lines("A message from the platform cannot be read, dropping it")
                            if "not JSON" in line["attributes"]["reason"]], "it is dropped")
        large = b"a" * 65 * MEBIBYTE
        self.assertEqual(self.post(large, self.token()), received)
        [line] = self.wait_for_line("A message is too large: only its beginning is read")
        self.assertEqual(line["attributes"], {"bytes": str(len(large)), "limit": 64 * MEBIBYTE})
        wait_until(lambda: len(self.lines("A message from the platform cannot be read, dropping it")) == dropped + 2, "this message is dropped, too")
        for body in ("no JSON", large):
            with contextlib.suppress(OSError):
                self.assertEqual(self.post(body, "no token")[0], 401)
        self.assertEqual(len(self.lines("Message received")), before)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_a_large_body_holds_up_nobody(self):
        large = json.dumps({"internal": {}, "event": {"entity_id": "file--large", "padding": "x" * 60 * MEBIBYTE}})
        token = self.token()
        answered = {}

        def post_large():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", "/api/callback", large, {"Authorization": f"Bearer {token}"})
            answered["sent"] = time.monotonic()
            answered["status"] = connection.getresponse().status
            answered["at"] = time.monotonic()
            connection.close()

        thread = threading.Thread(target=post_large)
        thread.start()
        others = []
        while thread.is_alive():
            begun = time.monotonic()
            self.assertEqual(self.post("{}", token)[0], 202)
            others.append((begun, time.monotonic()))
        thread.join()
        self.assertEqual(answered["status"], 202)
        meanwhile = [end - begin for begin, end in others if answered["sent"] < begin and end < answered["at"]]
        self.assertGreater(len(meanwhile), 2, "other requests are answered while the large one is stored")
        # Does not compare single times, which depend on how busy the machine is. A request that waited for the large one would
        # take as long as it.
        kept = answered["at"] - answered["sent"]
        print(f"{self.id()}: kept in {kept * 1000:.0f} ms, {len(meanwhile)} others meanwhile, the slowest in {max(meanwhile) * 1000:.0f} ms")
        self.assertLess(max(meanwhile), kept / 2)
        wait_until(lambda: any(line["attributes"].get("entity_id") == "file--large" and "outcome" in line["attributes"]
                               for line in self.log() if "attributes" in line), "the large message is handled", timeout=60)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_slow_or_large_clients_do_not_delay_others(self):
        with contextlib.ExitStack() as clients:
            def connect(text):
                client = clients.enter_context(socket.create_connection(("127.0.0.1", self.port)))
                client.sendall(text.encode())
                return client

            for _ in range(300):
                connect("POST /api/callback HTTP/1.1\r\nHost")
            connect(f"POST /api/callback HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token()}\r\n"
                    "Content-Length: 60000000\r\n\r\n{")
            flood = connect("POST /api/callback HTTP/1.1\r\nHost: x\r\n")
            with contextlib.suppress(OSError):
                for _ in range(1000):
                    flood.sendall(b"a" * 65536)
            self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual(self.post("a" * 20 * MEBIBYTE, "no token")[0], 401)

    def test_a_message_that_is_posted_twice_is_done_once(self):
        body = json.dumps({"internal": {}, "event": {"entity_id": "file--twice"}})
        before = len(self.lines("Message received"))
        for _ in range(3):
            self.assertEqual(self.post(body, self.token())[0], 202)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assertEqual(len(self.lines("Message received")) - before, 2)


class InTheClear(Listening, SystemTest):
    def test_without_tls_it_listens_to_this_host_alone_by_default(self):
        self.use(new_stack(opencti_options=OPTIONS))
        self.port = free_port()
        open_to_all = self.settings_for(self.stack, self.port, CONNECTOR_LISTEN_PROTOCOL_API_URI=f"http://127.0.0.1:{self.port}")
        ended = self.stack.start_connector(wait=False, **open_to_all)
        self.assertEqual(ended.wait(), 78)
        self.assertIn("CONNECTOR_LISTEN_PROTOCOL_API_PLAIN=true", ended.output())
        self.stack.start_connector(**open_to_all, CONNECTOR_LISTEN_PROTOCOL_API_PLAIN="true")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)


class Interruptions(Listening, SystemTest):
    def test_kill_after_202_loses_nothing(self):
        self.start(CONNECTOR_WORKERS="2")
        self.hold_lookups()
        works = [self.stack.enrich(self.new_file()) for _ in range(9)]
        self.wait_for_posts(9, 202)
        wait_until(lambda: self.held_lookups() == 2, "two lookups are in progress")
        self.stack.connector.kill()
        self.stack.connector.wait()
        self.release_lookups()
        self.start_again()
        for work in works:
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)
        self.assertEqual(len(self.posts()), 9, "the platform sent no message again")
        self.assertEqual(self.lines("Continuing with messages")[0]["attributes"]["messages"], 9)

    def test_accepted_messages_are_kept_when_it_no_longer_listens(self):
        self.start()
        self.hold_lookups()
        works = [self.stack.enrich(self.new_file()) for _ in range(3)]
        self.wait_for_posts(3, 202)
        self.stack.connector.kill()
        self.stack.connector.wait()
        self.release_lookups()
        self.stack.start_connector(**{**self.settings, "CONNECTOR_LISTEN_PROTOCOL": "amqp"})
        [told] = self.wait_for_line("Messages that were accepted earlier are not finished")
        self.assertEqual(told["attributes"]["messages"], 3)
        self.stack.connector.kill(signal.SIGTERM)
        self.assertEqual(self.stack.connector.wait(), 0)
        self.start_again()
        for work in works:
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    def test_sigterm_finishes_messages_in_progress_and_keeps_the_rest(self):
        self.start(CONNECTOR_WORKERS="2")
        self.hold_lookups()
        works = [self.stack.enrich(self.new_file()) for _ in range(5)]
        self.wait_for_posts(5, 202)
        wait_until(lambda: self.held_lookups() == 2, "two lookups are in progress")
        self.stack.connector.kill(signal.SIGTERM)
        self.wait_for_line("Stopping")
        late = self.stack.enrich(self.new_file())
        self.wait_for_posts(1, 503)
        self.release_lookups()
        self.assertEqual(self.stack.connector.wait(), 0)
        self.assertEqual([self.stack.work(work)["status"] for work in works].count("complete"), 2)
        self.start_again()
        for work in (*works, late):
            self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)

    def test_without_a_file_accepted_messages_are_finished_first(self):
        self.start(CONNECTOR_WORKERS="2", KASPERSKY_CACHE_PATH=None)
        self.assertTrue(self.lines("CONNECTOR_LISTEN_PROTOCOL is api without KASPERSKY_CACHE_PATH"))
        self.hold_lookups()
        works = [self.stack.enrich(self.new_file()) for _ in range(7)]
        self.wait_for_posts(7, 202)
        self.stack.connector.kill(signal.SIGTERM)
        self.wait_for_line("Stopping")
        self.release_lookups()
        self.assertEqual(self.stack.connector.wait(), 0)
        wait_until(lambda: all(self.stack.work(work)["status"] == "complete" for work in works), "all results are imported")
        for work in works:
            self.assert_result(self.stack.work(work), FOUND_MALICIOUS)

    def test_without_a_file_it_counts_the_lost_messages(self):
        self.start(CONNECTOR_WORKERS="1", KASPERSKY_CACHE_PATH=None, CONNECTOR_SHUTDOWN_GRACE="1")
        self.hold_lookups()
        for _ in range(3):
            self.stack.enrich(self.new_file())
        self.wait_for_posts(3, 202)
        self.stack.connector.kill(signal.SIGTERM)
        self.assertEqual(self.stack.connector.wait(), 1)
        [lost] = self.lines("Accepted messages are lost")
        self.assertEqual(lost["attributes"]["messages"], 3)

    def test_when_it_holds_enough_the_platform_keeps_the_rest(self):
        self.start()
        self.stack.opencti.post("/control/faults", operation="stixCoreObject", kind="hold", before=True)
        for number in range(4):
            message = {"internal": {}, "event": {"entity_id": f"file--{number}", "padding": ""}}
            message["event"]["padding"] = "a" * (16 * MEBIBYTE - len(json.dumps(message)) - 50)
            self.assertEqual(self.post(json.dumps(message), self.token())[0], 202)
        work = self.stack.enrich(self.new_file())
        self.assertEqual(json.loads(self.wait_for_posts(2, 503)[0]["answer"]), {"error": "Not now, retry later"})
        self.stack.opencti.delete("/control/faults")
        self.stack.opencti.post("/control/release")
        self.assert_result(self.stack.wait_for_work(work), FOUND_MALICIOUS)


if __name__ == "__main__":
    unittest.main()

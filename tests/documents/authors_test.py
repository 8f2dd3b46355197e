"""Connectors for two other kinds of service, written according to docs/writing-a-connector.md, with only the installed library: one service
takes its token in the query, the other answers 202 and is polled."""

import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["BUILD_DIR"])
SECRET = "d0c0ffee-author"
ADDRESS, UNKNOWN = "118.25.6.39", "8.8.4.4"
URL = "http://bad.example.org/path"
SCAN = "a/1"


class Service(http.server.BaseHTTPRequestHandler):
    """A server for both services."""
    requests = []
    not_ready = 2

    def answer(self, status, body=None):
        self.send_response(status)
        text = b"" if body is None else json.dumps(body).encode()
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        Service.requests.append(("GET", path))
        if path.startswith("/v1/"):
            if urllib.parse.parse_qs(query) != {"token": [SECRET]}:
                return self.answer(401)
            if path != f"/v1/{ADDRESS}":
                return self.answer(404)
            return self.answer(200, {"country": "CN", "asn": {"number": 45090, "name": "Example Cloud"}})
        if self.headers["Authorization"] != f"Bearer {SECRET}":
            return self.answer(401)
        if path != "/scans/" + urllib.parse.quote(SCAN, safe=""):
            return self.answer(404)
        if sum(request == ("GET", path) for request in Service.requests) <= Service.not_ready:
            return self.answer(202)
        return self.answer(200, {"score": 93, "categories": ["Phishing"], "server": ADDRESS})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Service.requests.append(("POST", self.path))
        if self.headers["Authorization"] != f"Bearer {SECRET}":
            return self.answer(401)
        return self.answer(202, {"id": SCAN}) if asked == {"url": URL} else self.answer(400)

    def log_message(self, *_):
        pass


class Authors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.build = folder / "build"
        for command in (["cmake", "--install", BUILD, "--prefix", folder / "prefix", "--component", "dev"],
                        ["cmake", "-G", "Ninja", "-S", ROOT / "tests/documents/authors", "-B", cls.build, f"-DCMAKE_PREFIX_PATH={folder}/prefix"],
                        ["cmake", "--build", cls.build]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.url = f"http://127.0.0.1:{server.server_port}"

    def setUp(self):
        Service.requests.clear()

    def look_up(self, program, *arguments, secret=SECRET):
        names = {"query": ("PLACES_TOKEN", "PLACES_URL"), "polling": ("SCANNER_KEY", "SCANNER_URL")}[program]
        environment = {"PATH": os.environ["PATH"], "no_proxy": "127.0.0.1", **dict(zip(names, (secret, self.url)))}
        return subprocess.run([self.build / program, "lookup", *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False)

    def bundle(self, program, value):
        done = self.look_up(program, "--bundle", value)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)["objects"]

    def test_a_token_in_the_query_is_sent_and_not_shown(self):
        objects = self.bundle("query", ADDRESS)
        self.assertTrue({"China", "Example Cloud"} <= {thing.get("name") for thing in objects})
        self.assertEqual({thing["relationship_type"] for thing in objects if thing["type"] == "relationship"}, {"located-at", "belongs-to"})
        wrong = self.look_up("query", ADDRESS, secret="another-secret")
        self.assertNotEqual(wrong.returncode, 0)
        self.assertIn("Places rejected the request: status 401.", wrong.stdout + wrong.stderr)
        self.assertNotIn("another-secret", wrong.stdout + wrong.stderr)

    def test_an_unknown_object_is_reported(self):
        done = self.look_up("query", UNKNOWN)
        self.assertIn("Places knows nothing about it.", done.stdout + done.stderr)

    def test_a_scan_is_polled_until_it_is_done(self):
        objects = self.bundle("polling", URL)
        [scanned] = [thing for thing in objects if thing["type"] == "url"]
        self.assertEqual((scanned["x_opencti_score"], scanned["labels"]), (93, ["phishing"]))
        self.assertIn(ADDRESS, [thing.get("value") for thing in objects])
        self.assertEqual(Service.requests, [("POST", "/scans")] + 3 * [("GET", "/scans/a%2F1")])


if __name__ == "__main__":
    unittest.main()

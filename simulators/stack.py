"""Runs the connector with everything that it needs, on this machine and without a licence: a private RabbitMQ, the two
simulators and the built program. The demo, the system tests and the benchmarks use it.

All processes listen on the loopback interface, have their files in one folder, and end with close().
"""

import contextlib
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPENCTI_TOKEN = "d0c0ffee-0000-4000-8000-opencti-token"
TIP_TOKEN = "d0c0ffee.kaspersky.token"


class Failure(Exception):
    """A process did not start, or a condition did not become true in time."""


def wait_until(condition, what, timeout=30.0, every=0.02):
    """Returns the first true value of condition(); raises Failure after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"not within {timeout:.0f} s: {what}")
        time.sleep(every)


def free_port():
    """A port on which no process listens, below the range from which the system assigns ports, so that no connection takes it either."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextlib.contextmanager
def uninterrupted():
    """Delays signals that would end this program until the end of the block, when a child that was started in it is recorded."""
    caught = []
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda number, _: caught.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in caught:
            signal.raise_signal(number)


class Process:
    """A child process in its own session, with its output in a file."""

    def __init__(self, name, command, folder, env=None):
        self.name = name
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        self._log = open(self.log_path, "ab")
        self._start = self._log.tell()
        self._process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
            env=env, cwd=folder, start_new_session=True)

    @property
    def pid(self):
        return self._process.pid

    def output(self):
        with open(self.log_path, "rb") as log:
            log.seek(self._start)
            return log.read().decode(errors="replace")

    def running(self):
        return self._process.poll() is None

    def first_line(self, timeout=30.0):
        """The first line of output, which simulators print when they listen."""
        def look():
            if not self.running():
                raise Failure(f"{self.name} ended with {self._process.returncode}:\n{self.output()[-2000:]}")
            text = self.output()
            return text.partition("\n")[0] if "\n" in text else None
        return wait_until(look, f"{self.name} prints its address", timeout)

    def kill(self, number=signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def wait(self, timeout=30.0):
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired as slow:
            raise Failure(f"{self.name} did not end within {timeout:.0f} s") from slow

    def stop(self, timeout=10.0):
        """Ends the process with SIGTERM, then with SIGKILL. Returns the exit code."""
        if self.running():
            self.kill(signal.SIGTERM)
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
                self._process.wait()
        self._log.close()
        return self._process.returncode


class Http:
    """A client of a simulator's control API."""

    def __init__(self, url):
        self.url = url
        # Simulators are reached directly, whatever proxies the environment names.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def _ask(self, method, path, body=None, headers=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **(headers or {})})
        try:
            with self._opener.open(request, timeout=30) as response:
                text = response.read()
        except urllib.error.HTTPError as refused:
            raise Failure(f"{method} {path}: {refused.code} {refused.read().decode(errors='replace')}") from refused
        return json.loads(text) if text else None

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **body):
        return self._ask("POST", path, body)

    def post_list(self, path, entries):
        return self._ask("POST", path, entries)

    def delete(self, path):
        return self._ask("DELETE", path)

    def push_as(self, token, connector_id, bundle):
        """Lets the simulated platform import a bundle in the name of the user with this token."""
        query = "mutation P($id: String!, $bundle: String!) { stixBundlePush(connectorId: $id, bundle: $bundle) }"
        body = {"query": query, "variables": {"id": connector_id, "bundle": bundle}}
        return self._ask("POST", "/graphql", body, {"Authorization": f"Bearer {token}"})


class Broker:
    """A private RabbitMQ; see rabbitmq/private-rabbitmq."""

    script = ROOT / "simulators" / "rabbitmq" / "private-rabbitmq"

    def __init__(self, folder, tls=False, start=True):
        self.folder = pathlib.Path(folder)
        self._tls = tls
        if start:
            self.start()

    @classmethod
    def running_in(cls, folder):
        """A broker that another process has started in this folder, and will stop."""
        broker = cls.__new__(cls)
        broker.folder = pathlib.Path(folder)
        broker.about = json.loads((broker.folder / "broker.json").read_text())
        return broker

    def _run(self, *arguments):
        done = subprocess.run([str(self.script), *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"private-rabbitmq {' '.join(map(str, arguments))}:\n{done.stderr[-2000:]}")
        return done.stdout

    def start(self):
        self._run("start", self.folder, *(["--tls"] if self._tls else []))
        self.about = json.loads((self.folder / "broker.json").read_text())

    def stop(self):
        self._run("stop", self.folder)

    def kill(self):
        """Ends the broker as a crash or a power failure does. start() starts it again."""
        os.kill(self.about["pid"], signal.SIGKILL)

    def ctl(self, *arguments):
        """Returns the output of rabbitmqctl for this broker."""
        return self._run("ctl", self.folder, *arguments)

    def alarm(self, on):
        self._run("alarm", self.folder, "on" if on else "off")

    @property
    def url(self):
        about = self.about
        return f"amqp://{about['user']}:{about['password']}@{about['host']}:{about['port']}/%2F"


class Redis:
    """A private Redis on a free port, which keeps all writes that it has confirmed."""

    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self._options = options
        self.start()

    def start(self):
        """Starts the server, also after stop() and kill(), with its data."""
        with uninterrupted():
            self.process = Process("redis", [
                "redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", self.folder, "--save", "", "--appendonly", "yes",
                "--appendfsync", "always", *self._options], self.folder)
        try:
            wait_until(self._answers, "Redis answers", timeout=60)
        except BaseException:
            self.stop()
            raise

    def _answers(self):
        if not self.process.running():
            raise Failure(f"Redis ended:\n{self.process.output()[-2000:]}")
        try:
            return self.command("PING").startswith(("+PONG", "-NOAUTH"))
        except OSError:
            return False

    def command(self, text):
        """Returns the beginning of the answer, in Redis' own form."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.sendall(text.encode() + b"\r\n")
            return connection.recv(65_536).decode(errors="replace")

    def url(self, user="", database=0):
        """The URL. `user` is a name and a password in the form of a URL."""
        return f"redis://{user}{'@' if user else ''}127.0.0.1:{self.port}/{database}"

    def pause(self):
        """Pauses the server: it answers nothing, and its connections stay open."""
        self.process.kill(signal.SIGSTOP)

    def resume(self):
        self.process.kill(signal.SIGCONT)

    def kill(self):
        """Ends the server as a crash does."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.resume()
        self.process.stop()


class Stack:
    """A broker, simulators and a connector. Use as a context manager, or call close()."""

    def __init__(self, program, broker=None, folder=None, opencti_options=(), tip_options=(), connector_id="demo-connector"):
        self.program = pathlib.Path(program).resolve()
        self.connector_id = connector_id
        self._cleanup = contextlib.ExitStack()
        self._connectors = 0
        try:
            if folder is None:
                folder = self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-"))
            self.folder = pathlib.Path(folder)
            self.broker = broker or self._own_broker()
            self._options = {
                "tip": ("--token", TIP_TOKEN, *tip_options),
                "opencti": ("--token", OPENCTI_TOKEN, "--amqp", self.broker.url, *opencti_options),
            }
            self.start_tip()
            self.start_opencti()
            self.connector = None
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._cleanup.close()

    def _own_broker(self):
        broker = Broker(self.folder / "rabbitmq", start=False)
        # Registered before the start, so that an interrupted start is also cleaned up.
        self._cleanup.callback(broker.stop)
        broker.start()
        return broker

    def start_tip(self, *options):
        """Starts the simulator, also again after stop() of its process. If an option is given twice, the last value counts."""
        self.tip_process, self.tip = self._simulator("tip", *options)

    def start_opencti(self, *options):
        self.opencti_process, self.opencti = self._simulator("opencti", *options)

    def _simulator(self, name, *options):
        script = ROOT / "simulators" / name / f"{name}.mjs"
        process = self._start(name, ["node", script, *self._options[name], *options])
        return process, Http(json.loads(process.first_line())["listening"])

    def _start(self, name, command, env=None):
        with uninterrupted():
            process = Process(name, command, self.folder, env)
            self._cleanup.callback(process.stop)
        return process

    def environment(self, **settings):
        """The connector's environment; settings override values, and None removes a variable."""
        env = {
            "OPENCTI_URL": self.opencti.url, "OPENCTI_TOKEN": OPENCTI_TOKEN,
            "CONNECTOR_ID": self.connector_id, "CONNECTOR_LOG_LEVEL": "debug", "CONNECTOR_AUTO": "true",
            "KASPERSKY_API_BASE_URL": self.tip.url, "KASPERSKY_API_KEY": TIP_TOKEN,
            "PATH": os.environ.get("PATH", ""), "NO_PROXY": "127.0.0.1,localhost",
        }
        for runtime in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
            if runtime in os.environ:
                env[runtime] = os.environ[runtime]
        env.update(settings)
        return {name: value for name, value in env.items() if value is not None}

    def start_connector(self, wait=True, **settings):
        """Starts the connector; with `wait`, waits until it is registered."""
        if not self.program.exists():
            raise Failure(f"{self.program} is not built")
        before = self.opencti.get("/control/state")["registrations"] if wait else None
        self._connectors += 1
        self.connector = self._start(f"connector-{self._connectors}", [self.program], self.environment(**settings))
        if wait:
            wait_until(lambda: self.opencti.get("/control/state")["registrations"] > before or self._check_alive(),
                       "the connector registers")
        return self.connector

    def _check_alive(self):
        if not self.connector.running():
            raise Failure(f"the connector ended:\n{self.connector.output()[-3000:]}")
        return False

    def add_file(self, hashes, tlp=None, **properties):
        """Adds a file observable to the platform. Returns its id there."""
        file = {"type": "file", "spec_version": "2.1", "id": f"file--{os.urandom(4).hex()}-0000-4000-8000-000000000000",
                "hashes": hashes, **properties}
        if tlp:
            file["object_marking_refs"] = [TLP[tlp]]
        return self.add(file)

    def add(self, thing):
        """Adds a STIX object to the platform, unchanged. Returns its id there."""
        return self.opencti.post("/control/entities", object=thing)["id"]

    def enrich(self, entity_id, **how):
        return self.opencti.post("/control/enrich", entity_id=entity_id, **how)["work_id"]

    def work(self, work_id):
        return self.opencti.get(f"/control/works/{urllib.request.quote(work_id, safe='')}")

    def wait_for_work(self, work_id, timeout=30.0):
        """Waits until the work is complete and the connector has reported the result, in any order. Returns the work."""
        def look():
            self._check_alive()
            work = self.work(work_id)
            # If the platform counts the objects itself, the connector reports at the beginning of the work.
            said = work["processed_time"] or any(not one["message"].startswith("Connector ready") for one in work["messages"])
            return work if work["status"] == "complete" and said else None
        return wait_until(look, f"{work_id} is complete", timeout)

    def bundles(self, work_id=None):
        query = "" if work_id is None else "?work_id=" + urllib.request.quote(work_id, safe="")
        return self.opencti.get("/control/bundles" + query)


# The fixed ids of the TLP markings.
TLP = {
    "TLP:CLEAR": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "TLP:GREEN": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "TLP:AMBER": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "TLP:AMBER+STRICT": "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37",
    "TLP:RED": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
PAP = {
    "PAP:CLEAR": "marking-definition--4cdff7eb-acb8-543f-8573-829eb9fe8b34",
    "PAP:GREEN": "marking-definition--89484dde-e3d2-547f-a6c6-d14824429eb1",
    "PAP:AMBER": "marking-definition--a6f20d4d-0360-59b6-ba22-3b48707828b1",
    "PAP:RED": "marking-definition--4e4e3b84-de45-53df-9d9b-b21207699fd8",
}


def sample_hashes(case):
    """The hashes of a sample, by STIX's names: samples/file/<case>/answer.json."""
    info = json.loads((ROOT / "samples" / "file" / case / "answer.json").read_text())["FileGeneralInfo"]
    names = {"MD5": "Md5", "SHA-1": "Sha1", "SHA-256": "Sha256"}
    return {stix: info[name].lower() for stix, name in names.items() if info.get(name)}


def sample_observable(kind, case):
    """The observable of a sample before the enrichment, in OpenCTI's form: samples/<kind>/<case>/observable.platform.json."""
    return json.loads((ROOT / "samples" / kind / case / "observable.platform.json").read_text())

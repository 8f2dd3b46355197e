"""All processes of a run: a broker, Redis, the simulators, the replicas of the connector, and a proxy for each connection of each replica."""

import contextlib
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE.parent, HERE.parent.parent / "simulators"):
    sys.path.insert(0, str(folder))

from every_file import know_every_file  # noqa: E402
from fault_proxy import FaultProxy  # noqa: E402
from measuring import resident_mib  # noqa: E402
from stack import Broker, Failure, Process, Redis, Stack, wait_until  # noqa: E402

# The setting for the store that replicas share.
STORE_SETTING = "CONNECTOR_STORE"
CONNECTOR = "torture"
TO_STOP = 40


def port_of(http):
    return int(http.url.rpartition(":")[2])


class Line(FaultProxy):
    """Records the ports from which it connected: by these, the simulator of TIP identifies the replica."""

    def __init__(self, target_port):
        self.sources = []
        super().__init__(target_port)

    def _connect(self):
        server = super()._connect()
        if server:
            self.sources.append((time.time(), server.getsockname()[1]))
        return server


class Replica:
    """One replica: a process of the connector, which is restarted when it ends. Thread-safe."""

    def __init__(self, name, program, environment, folder, history, clock_library):
        self.name = name
        self._program, self._environment, self._folder, self._history = program, environment, folder, history
        self._lock = threading.Lock()
        self._process = None
        self._clock = pathlib.Path(folder) / f"{name.replace(' ', '-')}.clock"
        self.set_clock(0)
        if clock_library:
            self._environment = {**environment, "LD_PRELOAD": str(clock_library), "CLOCK_JUMP_FILE": str(self._clock)}

    def set_clock(self, ahead):
        new = self._clock.with_suffix(".new")
        new.write_text(str(ahead))
        new.rename(self._clock)

    def start(self):
        with self._lock:
            self._process = Process(self.name.replace(" ", "-"), [self._program], self._folder, self._environment)

    @property
    def log_path(self):
        return self._process.log_path

    def kill(self):
        with self._lock:
            self._note_end()
            if self._process:
                self._process.kill()
                self._process.wait()
            self._process = None

    def pause(self):
        with self._lock:
            if self._process:
                self._process.kill(signal.SIGSTOP)

    def resume(self):
        with self._lock:
            if self._process:
                self._process.kill(signal.SIGCONT)

    def look(self):
        """Restarts the process if it ended without being killed, and adds this to the history."""
        with self._lock:
            ended = self._note_end()
        if ended:
            self.start()

    def _note_end(self):
        if self._process is None or self._process.running():
            return False
        self._history.add("ended", replica=self.name, status=self._process.wait())
        self._process = None
        return True

    def memory(self):
        with self._lock:
            return resident_mib(self._process.pid) if self._process and self._process.running() else None

    def ask_to_stop(self):
        with self._lock:
            if self._process:
                self._process.kill(signal.SIGTERM)

    def stop(self):
        """Call after ask_to_stop(). Adds the end of the process to the history."""
        with self._lock:
            if self._process:
                with contextlib.suppress(Failure):
                    self._process.wait(TO_STOP)
                if self._process.running():
                    self._history.add("ended", replica=self.name, status="did not stop")
                self._note_end()

    def end(self):
        with self._lock:
            if self._process:
                self._process.kill(signal.SIGCONT)
                self._process.kill()
                self._process.wait()
            self._process = None


class Stage:
    """Use as a context manager. nemesis.py causes the faults."""

    def __init__(self, plan, program, history, clock_library=None):
        self.plan, self.history = plan, history
        self._cleanup = contextlib.ExitStack()
        try:
            self._build(program, clock_library)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._cleanup.close()

    def _build(self, program, clock_library):
        enter, plan = self._cleanup.enter_context, self.plan
        self.folder = pathlib.Path(enter(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-torture-")))
        self.broker = Broker(self.folder / "rabbitmq", start=False)
        self._cleanup.callback(self.broker.stop)
        self._cleanup.callback(self.signal_broker, signal.SIGCONT)
        self.broker.start()
        self.workers_line = enter(Line(self.broker.about["port"]))
        self.stack = enter(Stack(
            program, broker=self.broker, folder=self.folder, connector_id=CONNECTOR,
            opencti_options=("--amqp", self.broker_url(), "--no-echo", "--queue-type", plan["queues"], "--tick-ms", plan["tick_ms"],
                             "--workers", plan["workers_of_the_platform"])))
        self._cleanup.callback(self.stack.opencti_process.kill, signal.SIGCONT)
        know_every_file(self.stack, changing=True)
        self.slow_tip()
        self.stack.opencti.post("/control/worker", object_ms=plan["object_ms"])
        self.redis = None
        if plan["store"] == "redis":
            self.redis = Redis(self.folder / "redis")
            self._cleanup.callback(self.redis.stop)
        # The connections of all replicas go through this proxy, so that a restart of the platform affects all of them.
        self.entrance = enter(Line(port_of(self.stack.opencti)))
        self.lines = {}
        self.replicas = []
        for number in range(plan["replicas"]):
            lines = self._lines_of(enter)
            self.lines.update({f"line {number} {to}": line for to, line in lines.items()})
            self.replicas.append(self._replica(number, program, lines, clock_library))

    def _lines_of(self, enter):
        ports = {"platform": self.entrance.port, "tip": port_of(self.stack.tip), "broker": self.broker.about["port"]}
        if self.redis:
            ports["store"] = self.redis.port
        return {to: enter(Line(port)) for to, port in ports.items()}

    def _replica(self, number, program, lines, clock_library):
        plan = self.plan
        store = {STORE_SETTING: f"redis://127.0.0.1:{lines['store'].port}/0"} if self.redis else {
            "KASPERSKY_CACHE_PATH": str(self.folder / f"replica-{number}.db")}
        environment = self.stack.environment(
            OPENCTI_URL=f"http://127.0.0.1:{lines['platform'].port}", MQ_HOST="127.0.0.1", MQ_PORT=str(lines["broker"].port),
            # All replicas have the same address of TIP, which is part of the cache's keys; each reaches it through its own HTTP proxy.
            KASPERSKY_API_BASE_URL="http://tip.example", http_proxy=f"http://127.0.0.1:{lines['tip'].port}", CONNECTOR_LOG_LEVEL="info",
            CONNECTOR_WORKERS=str(plan["connector_workers"]), KASPERSKY_CACHE_TTL=f"default:{plan['lifetime'] // 60}m,red:{plan['lifetime'] // 60}m,"
            f"not_found:{plan['lifetime'] // 60}m", KASPERSKY_DAILY_QUOTA=plan["quota"] and str(plan["quota"]), **store)
        replica = Replica(f"replica {number}", pathlib.Path(program).resolve(), environment, self.folder, self.history, clock_library)
        self._cleanup.callback(replica.end)
        return replica

    def start_replicas(self):
        for replica in self.replicas:
            replica.start()
        self._wait_until_all_consume()
        if self.plan["queues"] == "quorum":
            # RabbitMQ writes the names of new quorum queues to the disk minutes later; a crash before that loses the queue.
            self.broker.stop()
            self.broker.start()
            self._wait_until_all_consume()

    def _wait_until_all_consume(self):
        wait_until(lambda: self.stack.opencti.get("/control/state")["registrations"] >= len(self.replicas) or self._look(),
                   "the replicas register", timeout=90)
        wait_until(lambda: (self.stack.opencti.get("/control/state")["listen_queue"] or {}).get("consumers") == len(self.replicas),
                   "the replicas consume", timeout=60)

    def _look(self):
        for replica in self.replicas:
            if replica.memory() is None:
                raise Failure(f"{replica.name} ended:\n{replica.log_path.read_text()[-2000:]}")

    def broker_url(self, password=None):
        """Through the connection of the platform's workers."""
        about = self.broker.about
        return f"amqp://{about['user']}:{password or about['password']}@127.0.0.1:{self.workers_line.port}/%2F"

    def signal_broker(self, number):
        with contextlib.suppress(ProcessLookupError, AttributeError):
            os.kill(self.broker.about["pid"], number)

    def slow_tip(self):
        self.stack.tip.post("/control/faults", kind="latency", ms=self.plan["tip_ms"])

    def who_asked(self, port, at):
        """The replica whose connection had this port at that time."""
        known = [(since, target) for target, line in self.lines.items() if target.endswith(" tip")
                 for since, source in line.sources if source == port and since <= at + 1]
        return f"replica {max(known)[1].split()[1]}" if known else None

"""Carries out the faults of a plan, and adds them to the history."""

import collections
import contextlib
import signal
import threading

from stack import wait_until  # stage.py has added its folder to the path

PASSWORD = "changed-on-the-broker"
PATIENCE = 120
REPLIES = ("stixCoreObject", "isWorkAlive", "addExpectations", "toProcessed", "playbookStepExecution", "*")


class Nemesis:
    """Carries out the faults of each target one after another, in a thread per target. Use as a context manager: at its end all threads have ended."""

    def __init__(self, stage, history, faults):
        self._stage, self._history = stage, history
        self._problems = []
        self._over = threading.Event()
        by_target = collections.defaultdict(list)
        for fault in faults:
            by_target[fault["target"]].append(fault)
        self._threads = [threading.Thread(target=self._run, args=item, daemon=True) for item in by_target.items()]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def finish(self):
        """Returns when all faults have ended; raises the exception of a thread that failed."""
        for thread in self._threads:
            thread.join()
        if self._problems:
            raise self._problems[0]

    def _run(self, target, faults):
        try:
            for fault in faults:
                if self._over.wait(max(0.0, fault["at"] - self._history.now())):
                    return
                self._carry_out(target, fault)
        except Exception as problem:  # noqa: BLE001 - join() raises it
            self._problems.append(problem)

    def _carry_out(self, target, fault):
        begun = self._history.now()
        with self._fault(target, fault) as more:
            self._over.wait(fault["lasts"])
        about = {key: value for key, value in fault.items() if key not in ("at", "lasts")}
        self._history.add("nemesis", at=begun, until=round(self._history.now(), 3), **about, **(more or {}))

    def _fault(self, target, fault):
        kind = target.split()[0]
        return getattr(self, f"{kind}_{fault['fault']}" if kind != "line" else "line")(target, fault)

    # --- replicas ---

    def _replica(self, target):
        return self._stage.replicas[int(target.split()[1])]

    @contextlib.contextmanager
    def replica_kill(self, target, _):
        self._replica(target).kill()
        yield
        self._replica(target).start()

    @contextlib.contextmanager
    def replica_pause(self, target, _):
        self._replica(target).pause()
        yield
        self._replica(target).resume()

    @contextlib.contextmanager
    def replica_clock(self, target, fault):
        self._replica(target).set_clock(fault["by"])
        yield
        self._replica(target).set_clock(0)

    # --- connections ---

    @contextlib.contextmanager
    def line(self, target, fault):
        line = self._stage.lines[target]
        kind = fault["fault"]
        if kind == "reject_connections":
            line.reject_connections()
            line.cut()
        elif kind.startswith("stall"):
            line.stall(kind.partition("_")[2] or "both")
        elif kind == "delay":
            line.delay(fault["seconds"])
        elif kind == "drip":
            line.drip(fault["bytes_per_second"])
        elif kind == "cut":
            line.cut()
        yield
        line.restore()

    # --- the broker ---

    @contextlib.contextmanager
    def broker_restart(self, *_):
        self._stage.broker.kill()
        yield
        self._stage.broker.start()
        self._until_the_platform_has_its_broker()

    @contextlib.contextmanager
    def broker_pause(self, *_):
        self._stage.signal_broker(signal.SIGSTOP)
        yield
        self._stage.signal_broker(signal.SIGCONT)

    @contextlib.contextmanager
    def broker_alarm(self, *_):
        self._stage.broker.alarm(True)
        yield
        self._stage.broker.alarm(False)

    @contextlib.contextmanager
    def broker_drop_connections(self, *_):
        self._stage.broker.ctl("close_all_connections", "somebody closed them")
        yield

    @contextlib.contextmanager
    def broker_password(self, *_):
        self._change_password(PASSWORD)
        yield
        self._change_password(self._stage.broker.about["password"])

    def _change_password(self, password):
        broker = self._stage.broker
        broker.ctl("change_password", broker.about["user"], password)
        self._stage.stack.opencti.post("/control/broker", amqp=self._stage.broker_url(password))
        broker.ctl("close_all_connections", "the password was changed")
        self._until_the_platform_has_its_broker()

    def _until_the_platform_has_its_broker(self):
        wait_until(lambda: self._stage.stack.opencti.get("/control/state")["broker"]["connected"], "the platform has its broker", PATIENCE)

    # --- the store that replicas share ---

    @contextlib.contextmanager
    def store_restart(self, *_):
        self._stage.redis.kill()
        yield
        self._stage.redis.start()

    @contextlib.contextmanager
    def store_pause(self, *_):
        self._stage.redis.pause()
        yield
        self._stage.redis.resume()

    @contextlib.contextmanager
    def store_drop_connections(self, *_):
        self._stage.redis.command("CLIENT KILL TYPE normal")
        yield

    # --- the platform ---

    @contextlib.contextmanager
    def platform_restart(self, *_):
        """Simulates a restart of the platform: its port is closed for a while, and workers get a new connection. Its state stays in its databases."""
        self._stage.entrance.reject_connections()
        self._stage.entrance.cut()
        self._stage.stack.opencti_process.kill(signal.SIGSTOP)
        yield
        self._stage.stack.opencti_process.kill(signal.SIGCONT)
        self._stage.workers_line.cut()
        self._until_the_platform_has_its_broker()
        self._stage.entrance.restore()

    @contextlib.contextmanager
    def platform_cut_workers(self, *_):
        self._stage.workers_line.cut()
        yield

    @contextlib.contextmanager
    def _platform_faults(self, times, **fault):
        for number in range(times):
            self._stage.stack.opencti.post("/control/faults", operation=REPLIES[number % len(REPLIES)], times=1, **fault)
        yield
        self._stage.stack.opencti.delete("/control/faults")

    def platform_lost_replies(self, _, fault):
        return self._platform_faults(fault["times"], kind="reset", when="headers", before=False)

    def platform_errors(self, _, fault):
        return self._platform_faults(fault["times"], kind="status", status=502)

    @contextlib.contextmanager
    def platform_close(self, _, fault):
        """Closes one of the open works."""
        platform = self._stage.stack.opencti
        works = [work for work in platform.get("/control/works?last=200") if work["status"] != "complete"]
        if not works:
            yield {"request": None}
            return
        work = works[fault["choice"] % len(works)]["id"]
        platform.post(f"/control/works/{work}/close")
        yield {"request": work}

    # --- TIP ---

    @contextlib.contextmanager
    def _tip_faults(self, times=None, **fault):
        tip = self._stage.stack.tip
        tip.post("/control/faults", **fault, **({"times": times} if times else {}))
        yield
        tip.delete("/control/faults")
        self._stage.slow_tip()

    def tip_errors(self, _, fault):
        return self._tip_faults(fault["times"], kind="status", status=503)

    def tip_outage(self, *_):
        return self._tip_faults(kind="reset")

    def tip_slow(self, *_):
        return self._tip_faults(kind="latency", ms=2_000)

    def tip_reject_token(self, *_):
        return self._tip_faults(kind="status", status=401)

"""Replicas that share their state through Redis: they look a value up only once, keep the common quota and order, and lose nothing when
one of them or Redis ends."""

import collections
import datetime
import json
import pathlib
import re
import sys
import time
import unittest
import urllib.error
import urllib.request

from command_runs import CONFIGURATION, FAILED, OK, on_a_terminal, run_program
from support import MALICIOUS, OBJECTS, ROOT, FaultProxy, Redis, SystemTest, free_port, new_stack, wait_until

# A replica that has not reported for this many seconds counts as gone.
LEASE = 10
SPENT = "Not looked up: Kaspersky daily quota exhausted"
AWAY = "Redis cannot be used"
PASSWORD = "s3cr3t-that-nobody-may-see"


class Replica:
    """A connector and its status port."""

    def __init__(self, process, port):
        self.process = process
        self._url = f"http://127.0.0.1:{port}"

    def get(self, path):
        """→ status, body"""
        try:
            with urllib.request.urlopen(self._url + path, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def status(self):
        return json.loads(self.get("/status")[1])

    def name(self):
        return self.status()["replicas"]["name"]

    def others(self):
        return [other["name"] for other in self.status()["replicas"]["others"]]

    def used(self):
        return self.status()["quota"]["used_here"]

    def store(self):
        """→ the status code of /readyz, and the state and the detail of the shared store there"""
        status, body = self.get("/readyz")
        [part] = [part for part in json.loads(body)["parts"] if part["name"] == "shared_store"]
        return status, part["state"], part["detail"]

    def figure(self, name, label):
        found = re.search(rf"(?m)^\w*{name}{{{label}}} (\S+)$", self.get("/metrics")[1])
        return float(found[1]) if found else None

    def kill(self):
        self.process.kill()
        self.process.wait()


class ReplicasTest(SystemTest):
    stack_options = {}

    def setUp(self):
        self.use(new_stack(**self.stack_options))
        self.redis = self.start_redis()
        self.replicas = []
        self.addCleanup(self.show_logs_of_failure)

    def start_redis(self, *options):
        redis = Redis(pathlib.Path(self.stack.folder) / "redis", *options)
        self.addCleanup(redis.stop)
        return redis

    def start(self, **settings):
        port = free_port()
        shared = {"CONNECTOR_STORE": self.redis.url(), "CONNECTOR_HTTP_PORT": str(port), **settings}
        replica = Replica(self.stack.start_connector(**shared), port)
        self.replicas.append(replica)
        self.wait_for_line("Consuming", replica.process)
        return replica

    def start_two(self, **settings):
        pair = self.start(**settings), self.start(**settings)
        for replica in pair:
            wait_until(lambda one=replica: len(one.others()) == 1, "each replica sees the other")
        return pair

    def kill(self, replica):
        """Kills a replica; stack.connector must be one that still runs."""
        replica.kill()
        self.stack.connector = next(one.process for one in self.replicas if one.process.running())

    def run_command(self, *arguments, code=OK, **settings):
        """→ all output of the command"""
        env = self.stack.environment(CONNECTOR_LOG_LEVEL=None, **{"CONNECTOR_STORE": self.redis.url(), **settings})
        ended = run_program(*arguments, env=env, cwd=self.stack.folder)
        self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)
        return ended.stdout + ended.stderr

    def ask(self, files, **how):
        """→ the works of these files, in order"""
        return self.stack.opencti.post("/control/enrich", entity_ids=files, **how)["work_ids"]

    def finish(self, works, timeout=60):
        return [self.stack.wait_for_work(work, timeout) for work in works]

    def assert_enriched(self, files, works=()):
        for work in self.finish(works):
            self.assertEqual(self.errors(work), [])
        for file in set(files):
            wait_until(lambda one=file: self.known(one) == MALICIOUS, "the file is enriched")

    def taken_by(self, replica):
        """The works whose messages this replica received."""
        return {line["attributes"].get("work_id") for line in self.lines("Message received", replica.process)}

    def show_logs_of_failure(self):
        if self._problems() > self._problems_before:
            for number, replica in enumerate(self.replicas, 1):
                print(f"--- {self.id()}: the log of replica {number} ends with\n{replica.process.output()[-4000:]}", file=sys.stderr)


class Together(ReplicasTest):
    def test_many_requests_for_one_file_cost_one_lookup(self):
        pair = self.start_two()
        file = self.new_file()
        self.stack.tip.post("/control/faults", kind="hold", times=1)
        works = self.ask([file] * 30)
        self.wait_until_held(self.stack.tip)
        wait_until(lambda: all(self.taken_by(one) for one in pair), "both replicas have some of the messages")
        self.stack.tip.post("/control/release")
        self.assert_enriched([file], works)
        self.assertEqual(len(self.lookups()), 1)
        self.assertEqual(set().union(*map(self.taken_by, pair)), set(works))

    def test_both_keep_to_one_quota(self):
        pair = self.start_two(KASPERSKY_DAILY_QUOTA="20", KASPERSKY_QUOTA_RESERVE="0")
        works = self.ask([self.new_file() for _ in range(40)])
        said = collections.Counter(" ".join(self.errors(work)).partition(".")[0] for work in self.finish(works))
        self.assertEqual(said, {"": 20, SPENT: 20})
        self.assertEqual(len(self.lookups()), 20)
        for replica in pair:
            wait_until(lambda one=replica: one.used() == 20, "each replica knows how many requests both have used")

    def test_the_last_requests_of_the_day_are_reserved_for_manual_requests_in_every_replica(self):
        self.start_two(KASPERSKY_DAILY_QUOTA="10", KASPERSKY_QUOTA_RESERVE="50")
        for mode, made in (("auto", 5), ("manual", 10)):
            self.finish(self.ask([self.new_file() for _ in range(12)], mode=mode))
            self.assertEqual(len(self.lookups()), made)

    def test_both_keep_to_one_pace(self):
        pair = self.start_two(KASPERSKY_REQUESTS_PER_SECOND="5")
        works = self.ask([self.new_file() for _ in range(16)])
        self.finish(works)
        times = sorted(datetime.datetime.fromisoformat(request["time"]) for request in self.stack.tip.get("/control/requests"))
        self.assertEqual(len(times), 16)
        self.assertGreater((times[-1] - times[0]).total_seconds(), 15 / 5 - 0.2)
        self.assertTrue(all(self.taken_by(one) for one in pair))

    def test_a_rest_that_kaspersky_asks_one_for_is_kept_by_both(self):
        pair = self.start_two()
        self.stack.tip.post("/control/faults", kind="status", status=429, retry_after="4", times=1)
        self.enrich(self.new_file())
        works = self.ask([self.new_file() for _ in range(6)])
        self.finish(works)
        first, *later = [datetime.datetime.fromisoformat(request["time"]) for request in self.stack.tip.get("/control/requests")]
        self.assertGreater((min(later) - first).total_seconds(), 3.9)
        self.assertTrue(all(self.taken_by(one) for one in pair))

    def test_where_one_is_rejected_the_other_finds_out_with_one_request(self):
        pair = self.start_two()
        with self.fault(self.stack.tip, kind="status", status=401):
            self.enrich(self.new_file())
            wait_until(lambda: all(one.status()["breaker"] == "open" for one in pair), "the breaker is open in both replicas")
            asked = len(self.lookups())
            self.finish(self.ask([self.new_file() for _ in range(6)], mode="manual"))
            # A rejection is confirmed by a second request before it counts.
            self.assertLessEqual(len(self.lookups()), asked + 2)


class ComingAndGoing(ReplicasTest):
    def test_each_shows_the_other_for_as_long_as_it_lives(self):
        first, second = self.start_two()
        self.assertEqual(([first.name()], [second.name()]), (second.others(), first.others()))
        [line] = self.lines("Replica joined", first.process)
        self.assertEqual(line["attributes"]["replica"], second.name())
        second.process.stop()
        self.stack.connector = first.process
        wait_until(lambda: first.others() == [], "the second replica has signed off", LEASE / 2)
        self.assertEqual(len(self.lines("Replica left", first.process)), 1)
        third = self.start()
        wait_until(lambda: first.others() == [third.name()], "the first replica sees the third one")

    def test_one_that_was_killed_is_gone_after_its_lease(self):
        first, second = self.start_two()
        name = first.name()
        first.kill()
        killed = time.monotonic()
        self.assertEqual(second.others(), [name])
        wait_until(lambda: second.others() == [], "the killed replica is gone", LEASE + 5)
        self.assertGreater(time.monotonic() - killed, LEASE - 2)
        [line] = self.lines("Replica left", second.process)
        self.assertEqual(line["attributes"]["replica"], name)

    def test_one_that_is_killed_in_the_middle_of_lookups_leaves_nothing_undone(self):
        workers = 2
        first, second = self.start_two(CONNECTOR_WORKERS=str(workers))
        files = [self.new_file() for _ in range(12)]
        with self.fault(self.stack.tip, kind="latency", ms=1500):
            works = self.ask(files)
            wait_until(lambda: len(self.lookups()) == 2 * workers, "both replicas have lookups in progress")
            self.assertTrue(self.taken_by(first))
            self.kill(first)
            self.assert_enriched(files, works)
        asked = collections.Counter(self.lookups())
        self.assertEqual(len(asked), len(files))
        self.assertLessEqual(len(self.lookups()), len(files) + workers, "only the lookups of the killed replica are repeated")
        self.assertTrue(self.lines("Replica left", second.process))

    def test_a_result_that_the_killed_one_had_sent_is_not_sent_again(self):
        line = self.enterContext(FaultProxy(self.stack.broker.about["port"]))
        first = self.start(MQ_HOST="127.0.0.1", MQ_PORT=str(line.port))
        self.stack.opencti.post("/control/faults", operation="toProcessed", kind="hold", times=1)
        file = self.new_file()
        [work] = self.ask([file])
        self.wait_until_held(self.stack.opencti)
        self.start()
        self.kill(first)
        self.assert_enriched([file], [work])
        self.assertEqual((len(self.lookups()), len(self.stack.bundles())), (1, 1))

    def test_a_playbook_step_that_the_killed_one_answered_is_not_answered_again(self):
        line = self.enterContext(FaultProxy(self.stack.broker.about["port"]))
        first = self.start(MQ_HOST="127.0.0.1", MQ_PORT=str(line.port))
        self.stack.opencti.post("/control/faults", operation="playbookStepExecution", kind="hold", times=1)
        execution = self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"]
        self.wait_until_held(self.stack.opencti)
        second = self.start()
        line.stall("up")
        self.stack.opencti.post("/control/release")
        wait_until(lambda: any(one.get("attributes", {}).get("outcome") for one in self.log(first.process)), "the first replica has answered")
        self.kill(first)
        line.cut()
        self.wait_for_line("The step was answered before", second.process)
        answers = [one for one in self.stack.opencti.get("/control/playbook_answers") if one["execution_id"] == execution]
        self.assertEqual((len(answers), len(self.lookups())), (1, 1))
        second.process.stop()
        self.assertEqual(self.ready(), 0, "the message is acknowledged")


class WithoutRedis(ReplicasTest):
    def enrich_new(self, count):
        files = [self.new_file() for _ in range(count)]
        self.assert_enriched(files, self.ask(files))
        return files

    def wait_for_store(self, state):
        for replica in self.replicas:
            wait_until(lambda one=replica: one.store()[1] == state, f"the shared store is {state}")

    def assert_counts_meet(self):
        day = f"opencti-connector:{{{self.stack.connector_id}}}:requests:{int(time.time() // 86_400)}"
        wait_until(lambda: self.redis.command(f"HGET {day} ours").split("\r\n")[1:2] == [str(len(self.lookups()))], "the store has the count of both replicas")
        for replica in self.replicas:
            wait_until(lambda one=replica: one.used() == len(self.lookups()), "all requests are counted")

    def test_enrichments_go_on_and_it_is_said(self):
        self.start_two(KASPERSKY_DAILY_QUOTA="100")
        self.enrich_new(4)
        self.redis.stop()
        self.wait_for_store("down")
        self.enrich_new(6)
        for replica in self.replicas:
            status, _, detail = replica.store()
            self.assertEqual(status, 200)
            self.assertIn(f"Redis at 127.0.0.1:{self.redis.port} cannot be reached (Connection refused): check that it runs", detail)
            self.assertIn("each replica goes on with its own cache", detail)
            self.assertEqual(replica.figure("link_up", 'link="shared_store"'), 0)
            self.assertEqual(len(replica.others()), 1)
        self.redis.start()
        self.wait_for_store("up")
        self.assert_counts_meet()
        for replica in self.replicas:
            self.assertEqual(replica.figure("link_up", 'link="shared_store"'), 1)
            for message in (AWAY, "Redis can be used again"):
                self.assertEqual(len(self.lines(message, replica.process)), 1)
        self.enrich_new(2)
        self.assert_counts_meet()
        self.assertEqual(len(self.lookups()), 12)

    def test_one_that_hangs_costs_seconds_not_results(self):
        self.start_two(KASPERSKY_DAILY_QUOTA="100")
        self.redis.pause()
        self.enrich_new(4)
        self.redis.resume()
        self.wait_for_store("up")
        self.enrich_new(4)
        self.assertEqual(len(self.lookups()), 8)
        self.assert_counts_meet()

    def test_all_together_stay_within_the_quota(self):
        self.start_two(KASPERSKY_DAILY_QUOTA="20", KASPERSKY_QUOTA_RESERVE="0")
        self.enrich_new(4)
        self.assert_counts_meet()
        self.redis.stop()
        self.wait_for_store("down")
        self.finish(self.ask([self.new_file() for _ in range(40)]))
        self.assertLessEqual(len(self.lookups()), 20)
        self.assertGreaterEqual(len(self.lookups()), 12)
        self.redis.start()
        self.assert_counts_meet()
        self.finish(self.ask([self.new_file() for _ in range(12)]))
        self.assertEqual(len(self.lookups()), 20, "the rest of the quota can be used now")

    def test_replicas_that_start_without_it_use_it_once_it_is_there(self):
        self.redis.stop()
        first = self.start()
        file = self.new_file()
        self.assert_enriched([file], self.ask([file]))
        self.redis.start()
        second = self.start()
        wait_until(lambda: first.others() == [second.name()], "the replicas know each other")
        self.assert_counts_meet()

    def test_lost_answers_are_looked_up_again_and_nothing_else_changes(self):
        pair = self.start_two()
        files = self.enrich_new(4)
        self.redis.command("FLUSHALL")
        self.assert_enriched(files, self.ask(files))
        self.enrich_new(4)
        for replica in pair:
            wait_until(lambda one=replica: len(one.others()) == 1, "the replicas know each other")
        self.assertLessEqual(len(self.lookups()), 12)

    def test_a_playbook_step_whose_answer_was_rejected_meanwhile_gets_no_second_content(self):
        def reject(**how):
            self.stack.opencti.post("/control/faults", operation="playbookStepExecution", kind="graphql_error", message="no", **how)

        first = self.start()
        reject(code="FORBIDDEN_ACCESS")
        execution = self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"]
        self.wait_for_line("Cannot answer the playbook, retrying")
        self.redis.pause()
        self.stack.opencti.delete("/control/faults")
        reject(code="VALIDATION_ERROR", times=1)
        self.wait_for_line("Cannot check whether the playbook was answered, waiting for the store")
        first.kill()
        self.redis.resume()
        second = self.start()
        wait_until(lambda: any(one.get("attributes", {}).get("outcome") for one in self.log(second.process)), "the step is answered")
        answers = [one["bundle"] for one in self.stack.opencti.get("/control/playbook_answers") if one["execution_id"] == execution]
        self.assertEqual([len(answer["objects"]) for answer in answers], [OBJECTS])


class Order(ReplicasTest):
    like = ()

    def setUp(self):
        self.stack_options = {"opencti_options": ("--tick-ms", "50", *self.like)}
        super().setUp()

    def ask_with_the_oldest_slow(self):
        """Enriches six files, the oldest slowly, on both replicas. → all works, the published works, those of the oldest one's replica"""
        pair = self.start_two()
        hashes = self.new_hashes()["SHA-256"]
        files = [self.stack.add_file({"SHA-256": hashes}), *(self.new_file() for _ in range(5))]
        self.stack.tip.post("/control/faults", kind="latency", match=hashes, ms=3000)
        works = self.ask(files)
        for file in files:
            wait_until(lambda one=file: self.known(one) == MALICIOUS, "the file is enriched")
        self.assertTrue(all(self.taken_by(one) for one in pair))
        [with_oldest] = [one for one in pair if works[0] in self.taken_by(one)]
        return works, [bundle["work_id"] for bundle in self.stack.bundles()], self.taken_by(with_oldest)

    def test_results_go_out_in_the_order_of_their_works(self):
        works, published, _ = self.ask_with_the_oldest_slow()
        self.assertEqual(published, works)
        self.assert_enriched([], works)
        self.assertEqual(self.stack.opencti.get("/control/state")["dropped"], 0)

    def test_no_result_waits_for_one_that_died(self):
        first, _ = self.start_two()
        with self.fault(self.stack.tip, kind="latency", ms=500):
            works = self.ask([self.new_file() for _ in range(8)])
            wait_until(lambda: self.taken_by(first), "the first replica has some messages")
            self.kill(first)
            self.finish(works, 3 * LEASE)


class OrderThatNobodyNeeds(Order):
    like = ("--like", "autumn-2026")

    def test_results_go_out_in_the_order_of_their_works(self):
        works, published, beside = self.ask_with_the_oldest_slow()
        others = [work for work in works if work not in beside]
        self.assertEqual(published[:len(others)], others, "the other replica does not wait")

    test_no_result_waits_for_one_that_died = None


class FromAFile(ReplicasTest):
    def enrich_from_file(self, path, files):
        """Enriches with one instance that uses this file as its store. → the number of requests used"""
        instance = self.start(CONNECTOR_STORE=None, KASPERSKY_CACHE_PATH=str(path), KASPERSKY_DAILY_QUOTA="20")
        self.assert_enriched(files, self.ask(files))
        used = instance.used()
        instance.process.stop()
        return used

    def test_the_answers_of_one_instance_reach_two_replicas_and_one_instance_again(self):
        folder = pathlib.Path(self.stack.folder)
        files = [self.new_file() for _ in range(3)]
        self.assertEqual(self.enrich_from_file(folder / "before.db", files), 3)
        said = self.run_command("store", "import", KASPERSKY_CACHE_PATH=str(folder / "before.db"))
        self.assertRegex(said, r"(?m)^ +3  answers$")
        self.assertRegex(said, r"(?m)^ +1  days of requests$")
        pair = self.start_two(KASPERSKY_DAILY_QUOTA="20")
        self.assertEqual([one.used() for one in pair], [3, 3])
        self.assert_enriched(files, self.ask(files))
        self.assertEqual(len(self.lookups()), 3)
        files.append(self.new_file())
        self.assert_enriched(files, self.ask(files))
        for replica in pair:
            replica.process.stop()
        said = self.run_command("store", "export", KASPERSKY_CACHE_PATH=str(folder / "after.db"))
        self.assertRegex(said, r"(?m)^ +4  answers$")
        self.assertEqual(self.enrich_from_file(folder / "after.db", files), 4)
        self.assertEqual(len(self.lookups()), 4)

    def test_missing_values_are_reported(self):
        path = str(pathlib.Path(self.stack.folder) / "cache.db")
        self.assertIn("CONNECTOR_STORE must name the shared store",
                      self.run_command("store", "import", code=CONFIGURATION, CONNECTOR_STORE=None, KASPERSKY_CACHE_PATH=path))
        self.assertIn("KASPERSKY_CACHE_PATH must name the file", self.run_command("store", "export", code=CONFIGURATION))
        self.assertIn(path, self.run_command("store", "import", code=CONFIGURATION, KASPERSKY_CACHE_PATH=path))
        self.redis.stop()
        said = self.run_command("store", "export", code=FAILED, KASPERSKY_CACHE_PATH=path)
        self.assertIn(f"127.0.0.1:{self.redis.port}, database 0: Redis at", said)
        self.assertIn("data copied so far stays; run the command again", said)


class Commands(ReplicasTest):
    def look_up(self, value):
        """→ what a terminal shows of the command"""
        env = self.stack.environment(CONNECTOR_LOG_LEVEL=None, CONNECTOR_STORE=self.redis.url(), KASPERSKY_DAILY_QUOTA="10")
        code, shown = on_a_terminal("lookup", value, env=env)
        self.assertEqual(code, OK, shown)
        return shown

    def test_lookup_uses_the_answers_and_the_count_of_the_replicas(self):
        replica = self.start(KASPERSKY_DAILY_QUOTA="10")
        hashes = [self.new_hashes()["SHA-256"] for _ in range(2)]
        file, other = (self.stack.add_file({"SHA-256": one}) for one in hashes)
        self.assert_enriched([file], self.ask([file]))
        self.assertIn("9 of 10 requests left today", self.look_up(hashes[0]))
        self.assertEqual(len(self.lookups()), 1)
        self.assertIn("8 of 10 requests left today", self.look_up(hashes[1]))
        self.assertEqual(len(self.lookups()), 2)
        self.assert_enriched([other], self.ask([other]))
        self.assertEqual(len(self.lookups()), 2)
        wait_until(lambda: replica.used() == 2, "the replica knows both requests")
        self.assertEqual(replica.others(), [], "a command is not a replica")
        self.redis.stop()
        said = self.look_up(hashes[0])
        self.assertIn("Continuing without the shared store: requests are not counted in it", said)
        self.assertNotIn("of 10 requests left", said)

    def test_lookup_needs_no_id_without_a_shared_store(self):
        self.run_command("lookup", "0" * 32, CONNECTOR_STORE=None, CONNECTOR_ID="ChangeMe")

    def test_check_names_the_server_and_says_what_to_do(self):
        server = f"127.0.0.1:{self.redis.port}, database 0"
        self.assertRegex(self.run_command("check", "--register"), rf"(?m)^ok +store +{server} can be written$")
        self.redis.stop()
        said = self.run_command("check", code=FAILED)
        self.assertRegex(said, rf"(?m)^FAILED +store +{server}: Redis at 127.0.0.1:\d+ cannot be reached[^\n]*: check that it runs")

    def test_a_wrong_password_is_said_and_not_shown(self):
        self.redis.command("CONFIG SET requirepass another")
        url = self.redis.url(f":{PASSWORD}")
        said = self.run_command("check", "--register", code=FAILED, CONNECTOR_STORE=url)
        self.assertRegex(said, r"(?m)^FAILED +store +[^\n]*: Redis rejected the user or the password: check both in the URL$")
        replica = self.start(CONNECTOR_STORE=url)
        _, state, detail = replica.store()
        self.assertEqual(state, "down")
        self.assertIn("Redis rejected the user or the password", detail)
        file = self.new_file()
        self.assert_enriched([file], self.ask([file]))
        self.assertNotIn(PASSWORD, said + replica.process.output() + replica.get("/status")[1])


class UserWithFewRights(ReplicasTest):
    def start_redis(self, *options):
        """With the Redis user of docs/replicas.md."""
        [line] = re.findall(r"(?m)^user .*$", (ROOT / "docs" / "replicas.md").read_text())
        name = line.split()[1]
        line = re.sub(r"\{[0-9a-f-]{36}\}", f"{{{self.stack.connector_id}}}", line).replace(">a-long-password", f">{PASSWORD}")
        path = pathlib.Path(self.stack.folder) / "users.acl"
        path.write_text(f"{line}\nuser default on >root ~* &* +@all\n")
        redis = super().start_redis("--aclfile", path, *options)
        self.url = redis.url(f"{name}:{PASSWORD}", database=1)
        return redis

    def test_is_enough_for_all_that_replicas_and_commands_do(self):
        shared = {"CONNECTOR_STORE": self.url, "KASPERSKY_DAILY_QUOTA": "20", "KASPERSKY_REQUESTS_PER_SECOND": "50"}
        first, second = self.start_two(**shared)
        files = [self.new_file() for _ in range(6)]
        self.assert_enriched(files, self.ask(files))
        self.ask_playbook(entity_id=files[0])
        with self.fault(self.stack.tip, kind="status", status=429, retry_after="1"):
            self.enrich(self.unknown_file())
        self.kill(first)
        wait_until(lambda: second.others() == [], "the other replica is gone", LEASE + 5)
        second.process.stop()
        path = str(pathlib.Path(self.stack.folder) / "cache.db")
        for direction in ("export", "import"):
            self.run_command("store", direction, CONNECTOR_STORE=self.url, KASPERSKY_CACHE_PATH=path)
        self.assertIn("can be written", self.run_command("check", CONNECTOR_STORE=self.url))
        self.run_command("lookup", "0" * 32, CONNECTOR_STORE=self.url)
        for replica in (first, second):
            self.assertEqual(self.lines(AWAY, replica.process) + self.lines("The store cannot be written", replica.process), [])
        denied = self.redis.command("AUTH root\r\nACL LOG")
        self.assertTrue(denied.endswith("*0\r\n"), denied)


if __name__ == "__main__":
    unittest.main()

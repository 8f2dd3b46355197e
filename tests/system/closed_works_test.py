"""The platform closes works before their results are imported, and its workers drop the rest: the connector sends it again."""

import re
import tempfile
import unittest
import urllib.request

from support import FOUND_MALICIOUS, MALICIOUS, OBJECTS, SystemTest, free_port, new_stack, wait_until

# The connector checks a result for the first time one minute after it sent it, then every 20 seconds.
LOOKED_AT = 150.0
SENT_AGAIN = "A result was not imported, so it was sent again"
TOLD = "OpenCTI closed this work before all of its result was imported. The result was sent again."


class ClosedWorks(SystemTest):
    def cut_short(self, *options, **settings):
        """Starts an enrichment whose result stays in the workers' queue. → the file, the work"""
        self.use(new_stack(opencti_options=options))
        self.stack.start_connector(CONNECTOR_LOG_LEVEL="info", **settings)
        self.stack.opencti.post("/control/worker", paused=True)
        file = self.new_file()
        work = self.stack.enrich(file)
        wait_until(lambda: self.stack.work(work)["processed_time"], "the work is reported as processed")
        return file, work

    def import_too_late(self, work):
        self.stack.opencti.post(f"/control/works/{work}/close")
        self.stack.opencti.post("/control/worker", paused=False)
        wait_until(lambda: self.stack.opencti.get("/control/state")["dropped"] == OBJECTS, "all objects are dropped")

    def assert_sent_again_once(self, file, work):
        wait_until(lambda: self.known(file) == MALICIOUS, "the file is enriched", LOOKED_AT)
        wait_until(lambda: TOLD in self.messages(self.stack.work(work)), "the work says so")
        self.assertEqual([bundle["work_id"] for bundle in self.stack.bundles()], [work, None])

    def test_one_that_is_closed_before_its_import(self):
        file, work = self.cut_short()
        self.import_too_late(work)
        self.assert_sent_again_once(file, work)
        self.assertEqual([line["attributes"]["work_id"] for line in self.lines(SENT_AGAIN)], [work])

    def test_one_that_is_closed_after_a_crash(self):
        """The message is acknowledged: only the store knows of the result."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        file, work = self.cut_short(KASPERSKY_CACHE_PATH=f"{folder}/cache.db")
        wait_until(lambda: self.stack.opencti.get("/control/state")["listen_queue"]["ready"] == 0, "the message is acknowledged")
        self.stack.connector.kill()
        self.stack.connector.wait()
        self.import_too_late(work)
        self.stack.start_connector(KASPERSKY_CACHE_PATH=f"{folder}/cache.db", CONNECTOR_LOG_LEVEL="info")
        self.assert_sent_again_once(file, work)

    def test_one_that_is_imported_nevertheless(self):
        """Newer platforms import the rest of a work that they closed."""
        port = free_port()
        file, work = self.cut_short("--like", "autumn-2026", CONNECTOR_EXPOSE_METRICS="true", CONNECTOR_METRICS_ADDRESS="127.0.0.1",
                                    CONNECTOR_METRICS_PORT=str(port))
        def figure(name):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                return float(re.search(rf"(?m)^\w*{name} (\S+)$", answer.read().decode())[1])
        self.stack.opencti.post(f"/control/works/{work}/close")
        self.assertEqual(figure("results_not_seen_imported"), 1)
        self.stack.opencti.post("/control/worker", paused=False)
        wait_until(lambda: self.known(file) == MALICIOUS, "the file is enriched")
        wait_until(lambda: figure("results_not_seen_imported") == 0, "the connector has checked the work", LOOKED_AT)
        self.assertEqual(figure("results_sent_again_total"), 0)
        self.assertEqual([bundle["work_id"] for bundle in self.stack.bundles()], [work])
        self.assert_result(self.stack.work(work), FOUND_MALICIOUS)


class OneWork(SystemTest):
    def ask_at_once(self):
        """Requests five enrichments at once, which share a work. → the files, their work"""
        files = [self.new_file() for _ in range(5)]
        works = self.stack.opencti.post("/control/enrich", entity_ids=files, same_millisecond=True)["work_ids"]
        self.assertEqual(len(set(works)), 1)
        wait_until(lambda: len(self.messages(self.stack.work(works[0]))) == 5, "each enrichment is reported")
        return files, works[0]

    def assert_enriched(self, files):
        wait_until(lambda: all(self.known(file) == MALICIOUS for file in files), "all files are enriched")

    def setUp(self):
        self.use(new_stack())
        self.stack.start_connector()

    def test_a_result_after_the_completion_of_its_work_loses_nothing(self):
        files, work = self.ask_at_once()
        self.assert_enriched(files)
        self.assertEqual(self.stack.work(work)["status"], "complete")

    def test_requests_of_one_millisecond_add_up_on_their_work(self):
        self.stack.opencti.post("/control/worker", paused=True)
        files, work = self.ask_at_once()
        self.stack.opencti.post("/control/worker", paused=False)
        self.assert_enriched(files)
        self.assert_counts(self.stack.wait_for_work(work), 5 * OBJECTS)
        enriched = [thing["id"] for bundle in self.stack.bundles() for thing in bundle["objects"] if thing["type"] == "file"]
        self.assertEqual(enriched, files, "each file is sent once, in order")


class WithoutTheRightToSeeWorks(SystemTest):
    def setUp(self):
        rights = "APIACCESS_USETOKEN,CONNECTORAPI,KNOWLEDGE_KNUPDATE,SETTINGS_SETLABELS"
        self.use(new_stack(opencti_options=("--capabilities", rights)))
        self.stack.start_connector(CONNECTOR_LOG_LEVEL="warning", CONNECTOR_AUTO="true")

    def test_results_go_out_without_their_work_and_none_waits(self):
        for mode in ("manual", "auto", "manual"):
            file = self.new_file()
            work = self.enrich(file, mode=mode)
            self.assert_result(work, FOUND_MALICIOUS)
            wait_until(lambda: self.known(file) == MALICIOUS, "the file is enriched")
        self.assertEqual([bundle["work_id"] for bundle in self.stack.bundles()], [None] * 3)
        [line] = [line for line in self.log() if line["attributes"].get("right") == "MODULES"]
        self.assertIn("role Connector", line["attributes"]["advice"])
        self.assertEqual(self.stack.opencti.get("/control/state")["requests"]["isWorkAlive"], 1, "the connector does not try to read each work")


if __name__ == "__main__":
    unittest.main()

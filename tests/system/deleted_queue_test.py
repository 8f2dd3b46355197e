"""A queue that is deleted takes its messages with it: what is in hand then is finished, since nobody will deliver it again."""

import unittest

import pika

from support import FOUND_MALICIOUS, OBJECTS, FaultProxy, SystemTest, new_stack, wait_until

WORKS = 4


class DeletedQueue(SystemTest):
    def setUp(self):
        self.use(new_stack())

    def delete_queue(self):
        connection = pika.BlockingConnection(pika.URLParameters(self.stack.broker.url))
        connection.channel().queue_delete(f"listen_{self.stack.connector_id}")
        connection.close()

    def begin(self, **settings):
        """→ works whose lookups run"""
        self.stack.start_connector(CONNECTOR_WORKERS="4", **settings)
        self.wait_for_line("Consuming")
        self.stack.tip.post("/control/faults", kind="hold")
        works = [self.stack.enrich(self.new_file()) for _ in range(WORKS)]
        wait_until(lambda: len(self.stack.tip.get("/control/state")["held"]) == WORKS, "all are asked about")
        self.stack.tip.delete("/control/faults")
        return works

    def assert_finished(self, works):
        for work in works:
            done = self.stack.wait_for_work(work, 60)
            self.assert_result(done, FOUND_MALICIOUS)
            self.assert_counts(done, OBJECTS)
            self.assertEqual(len(self.stack.bundles(work)), 1)
        answered = [request for request in self.stack.tip.get("/control/requests") if request["status"] == 200]
        self.assertEqual(len(answered), WORKS, "none was paid for twice")
        self.assertEqual(self.lines("Not finished"), [])

    def test_while_lookups_run(self):
        works = self.begin()
        self.delete_queue()
        self.wait_for_line("Not consuming")
        self.stack.tip.post("/control/release")
        self.assert_finished(works)
        wait_until(lambda: len(self.lines("Consuming")) == 2, "it consumes again", 60)
        self.assertEqual(len(self.stack.wait_for_work(self.stack.enrich(self.new_file()))["errors"]), 0)
        self.assertEqual(self.stack.connector.stop(), 0)

    def test_while_disconnected(self):
        proxy = self.enterContext(FaultProxy(self.stack.broker.about["port"]))
        works = self.begin(MQ_HOST="127.0.0.1", MQ_PORT=str(proxy.port))
        proxy.refuse()
        proxy.cut()
        self.wait_for_line("Not consuming")
        self.delete_queue()
        proxy.mend()
        wait_until(lambda: any("404" in line["message"] for line in self.lines("Not consuming")), "it notices", 60)
        self.stack.tip.post("/control/release")
        self.assert_finished(works)


if __name__ == "__main__":
    unittest.main()

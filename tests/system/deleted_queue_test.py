"""A deleted queue takes its messages with it: the connector finishes those that it has, because the broker will not deliver them again."""

import signal
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

    def delete_and_declare_queue(self):
        """As another replica does that registers."""
        connection = pika.BlockingConnection(pika.URLParameters(self.stack.broker.url))
        channel, queue = connection.channel(), f"listen_{self.stack.connector_id}"
        channel.queue_delete(queue)
        channel.queue_declare(queue, durable=True)
        channel.queue_bind(queue, "amqp.connector.exchange", f"listen_routing_{self.stack.connector_id}")
        connection.close()

    def begin(self, **settings):
        """→ works whose lookups are in progress"""
        self.stack.start_connector(CONNECTOR_WORKERS="4", **settings)
        self.wait_for_line("Consuming")
        self.stack.tip.post("/control/faults", kind="hold")
        works = [self.stack.enrich(self.new_file()) for _ in range(WORKS)]
        wait_until(lambda: len(self.stack.tip.get("/control/state")["held"]) == WORKS, "all lookups are in progress")
        self.stack.tip.delete("/control/faults")
        return works

    def assert_finished(self, works, lookups=WORKS):
        for work in works:
            # The connector may have stopped.
            wait_until(lambda: self.stack.work(work)["status"] == "complete", "the work is complete", 60)
            done = self.stack.work(work)
            self.assert_result(done, FOUND_MALICIOUS)
            self.assert_counts(done, OBJECTS)
            self.assertEqual(len(self.stack.bundles(work)), 1)
        answered = [request for request in self.stack.tip.get("/control/requests") if request["status"] == 200]
        self.assertEqual(len(answered), lookups, "no value was looked up twice")
        self.assertEqual(self.lines("Not finished"), [])

    def test_while_lookups_run(self):
        works = self.begin()
        self.delete_queue()
        self.wait_for_line("Not consuming")
        self.stack.tip.post("/control/release")
        self.assert_finished(works)
        wait_until(lambda: len(self.lines("Consuming")) == 2, "the connector consumes again", 60)
        self.assertEqual(len(self.stack.wait_for_work(self.stack.enrich(self.new_file()))["errors"]), 0)
        self.assertEqual(self.stack.connector.stop(), 0)

    def test_while_disconnected(self):
        proxy = self.enterContext(FaultProxy(self.stack.broker.about["port"]))
        works = self.begin(MQ_HOST="127.0.0.1", MQ_PORT=str(proxy.port))
        proxy.reject_connections()
        proxy.cut()
        self.wait_for_line("Not consuming")
        self.delete_queue()
        proxy.restore()
        wait_until(lambda: any("404" in line["message"] for line in self.lines("Not consuming")), "the connector notices that the queue is gone", 60)
        self.stack.tip.post("/control/release")
        self.assert_finished(works)

    def test_declared_again_while_disconnected(self):
        proxy = self.enterContext(FaultProxy(self.stack.broker.about["port"]))
        works = self.begin(MQ_HOST="127.0.0.1", MQ_PORT=str(proxy.port))
        waiting = self.stack.enrich(self.new_file())
        step = self.stack.opencti.post("/control/playbook", entity_id=self.new_file())["execution_id"]
        wait_until(lambda: len(self.lines("Message received")) == WORKS + 2, "all messages are in hand")
        proxy.reject_connections()
        proxy.cut()
        self.wait_for_line("Not consuming")
        self.delete_and_declare_queue()
        proxy.restore()
        wait_until(lambda: len(self.lines("Consuming")) == 2, "the connector consumes again", 60)
        # It is delivered on the new connection, and ends what waits of the earlier one no more.
        after = self.stack.enrich(self.new_file())
        wait_until(lambda: len(self.lines("Message received")) == WORKS + 3, "a message comes on the new connection")
        self.stack.tip.post("/control/release")
        self.assert_finished(works + [waiting, after], lookups=WORKS + 3)
        wait_until(lambda: self.answers(step), "the step is answered")
        self.assertEqual(self.stack.connector.stop(), 0)
        self.assertEqual(len(self.answers(step)), 1)

    def answers(self, step):
        return [answer for answer in self.stack.opencti.get("/control/playbook_answers") if answer["execution_id"] == step]

    def test_a_stop_finishes_what_waits(self):
        works = self.begin()
        waiting = self.stack.enrich(self.new_file())
        wait_until(lambda: len(self.lines("Message received")) == WORKS + 1, "all messages are in hand")
        self.delete_queue()
        self.wait_for_line("Not consuming")
        self.stack.connector.kill(signal.SIGTERM)
        self.wait_for_line("Stopping")
        self.stack.tip.post("/control/release")
        self.assertEqual(self.stack.connector.wait(), 0)
        self.assert_finished([*works, waiting], lookups=WORKS + 1)
        self.wait_for_line("Stopped")

    def test_a_stop_counts_the_lost_messages(self):
        works = self.begin(CONNECTOR_SHUTDOWN_GRACE="1")
        self.stack.enrich(self.new_file())
        wait_until(lambda: len(self.lines("Message received")) == WORKS + 1, "all messages are in hand")
        self.delete_queue()
        self.wait_for_line("Not consuming")
        self.stack.connector.kill(signal.SIGTERM)
        self.assertEqual(self.stack.connector.wait(), 1)
        [told] = self.lines("Messages are lost")
        self.assertEqual((told["level"], told["attributes"]["messages"]), ("ERROR", WORKS + 1))
        self.assertEqual(len(self.lines("Not finished, and lost")), WORKS + 1)
        self.assertEqual(self.lines("Stopped before"), [])
        self.assertNotIn("complete", [self.stack.work(work)["status"] for work in works])


if __name__ == "__main__":
    unittest.main()

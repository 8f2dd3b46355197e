"""For each wrong answer of Kaspersky the work has a text, and the next enrichment succeeds."""

import unittest

from support import FOUND_MALICIOUS, SANITIZED, OneConnectorTest, port_of

MIB = 1024 * 1024


def resident_peak(pid):
    """The peak memory of a process, in bytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


class TipFailures(OneConnectorTest):
    def assert_fails(self, text, fault, entity=None):
        """Checks that the work ends in error with a text that matches, and that the next enrichment succeeds."""
        with self.fault(self.stack.tip, **fault):
            file = entity or self.new_file()
            before = self.object(file)
            work = self.enrich(file)
        self.assertEqual(self.messages(work), [])
        [said] = self.errors(work)
        self.assertRegex(said, text)
        self.assert_nothing_sent(work)
        self.assertEqual(self.object(file), before)
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_400(self):
        self.assert_fails("^Kaspersky reported an invalid request: status 400", {"kind": "status", "status": 400})

    def test_404_is_a_result(self):
        with self.fault(self.stack.tip, kind="status", status=404):
            work = self.enrich(self.new_file())
        self.assert_result(work, "Kaspersky knows nothing about this object. Nothing was changed.")

    def test_a_proxys_404_is_not_a_result(self):
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
        self.assert_fails("^Kaspersky lookup failed: status 404, .*something else answers in Kaspersky's place",
                          {"kind": "proxy_page", "status": 404, "body": "<html><h1>404 Not Found</h1></html>"})

    def test_414(self):
        self.assert_fails("^Kaspersky reported an invalid request: status 414", {"kind": "status", "status": 414})

    def test_a_single_rejection_is_confirmed_first(self):
        for status in (401, 403):
            with self.subTest(status):
                before = len(self.lookups())
                with self.fault(self.stack.tip, kind="status", status=status, times=1):
                    self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
                self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)
                self.assertEqual(len(self.lookups()) - before, 3, "the first value is looked up twice")
        self.assertEqual(self.lines("Kaspersky rejects requests"), [])

    def test_429_without_it(self):
        self.assert_fails(r"^Kaspersky rate limit reached\. Retry later\.$",
                          {"kind": "status", "status": 429})

    def test_500(self):
        self.assert_fails(r"^Kaspersky lookup failed: status 500\. Retry later\.$", {"kind": "status", "status": 500})

    def test_503(self):
        self.assert_fails(r"^Kaspersky lookup failed: status 503\. Retry later\.$", {"kind": "status", "status": 503})

    def test_a_redirect_is_not_followed(self):
        self.assert_fails("^Kaspersky reported an invalid request: status 302", {"kind": "status", "status": 302})

    def test_a_reset_connection(self):
        self.assert_fails(r"^Kaspersky lookup failed: 127\.0\.0\.1: .+\. Retry later\.$", {"kind": "reset"})

    def test_a_connection_reset_after_the_headers(self):
        self.assert_fails(r"^Kaspersky lookup failed: 127\.0\.0\.1: .+\. Retry later\.$",
                          {"kind": "reset", "when": "headers"})

    def test_a_body_that_ends_before_its_announced_length(self):
        self.assert_fails(r"^Kaspersky lookup failed: 127\.0\.0\.1: .+\. Retry later\.$",
                          {"kind": "cut", "length": "long"})

    def test_half_an_answer(self):
        self.assert_fails("^Kaspersky's answer could not be used: not JSON, at byte", {"kind": "cut"})

    def test_a_login_page(self):
        self.assert_fails("^Kaspersky's answer could not be used: not JSON", {"kind": "not_json"})

    def test_json_of_another_shape(self):
        self.assert_fails("^Kaspersky's answer could not be used: ", {"kind": "wrong_shape"})
        self.assert_fails("^Kaspersky's answer could not be used: ", {"kind": "wrong_shape", "body": "text"})

    def test_json_nested_too_deep_costs_itself(self):
        nested = "[" * 10_000 + "]" * 10_000
        for body in ('{"Zone":%s}' % nested, '{"Zone":' * 10_000 + "1" + "}" * 10_000):
            with self.fault(self.stack.tip, kind="not_json", body=body):
                work = self.enrich(self.new_file())
            self.assert_result(work, "Kaspersky knows nothing about this object. Nothing was changed.")

    @unittest.skipIf(SANITIZED, "memory tells nothing")
    def test_a_huge_body_costs_little_memory(self):
        self.stack.connector.stop()
        self.stack.start_connector()
        for fault in ({"kind": "huge"}, {"kind": "huge", "chunked": True}):
            with self.subTest(**fault):
                self.assert_fails("^Kaspersky's answer could not be used: .*more than 12524657 bytes", fault)
        self.assertLess(resident_peak(self.stack.connector.pid), 80 * MIB)

    @unittest.skipIf(SANITIZED, "memory tells nothing")
    def test_many_huge_bodies_at_once_cost_no_more_than_their_limit(self):
        with self.fault(self.stack.tip, kind="huge", chunked=True):
            files = [self.new_file() for _ in range(16)]
            for work in self.stack.opencti.post("/control/enrich", entity_ids=files)["work_ids"]:
                self.assertRegex(self.errors(self.stack.wait_for_work(work))[0], "more than 12524657 bytes")
        # Eight workers have an answer of up to 12 MiB each, in a buffer that grows by doubling.
        self.assertLess(resident_peak(self.stack.connector.pid), (80 + 8 * 32) * MIB)

    def test_a_slow_body_is_waited_for(self):
        with self.fault(self.stack.tip, kind="slow_body", ms=2000):
            file = self.new_file()
            work = self.enrich(file)
        self.assert_result(work, FOUND_MALICIOUS)
        self.assert_enriched_as_malicious(file)

    def test_nobody_there(self):
        file = self.new_file()
        port = port_of(self.stack.tip)
        self.stack.tip_process.stop()
        work = self.enrich(file)
        self.stack.start_tip("--port", port)
        self.assert_result(work, self.errors(work)[0], in_error=True)
        self.assertRegex(self.errors(work)[0], r"^Kaspersky lookup failed: 127\.0\.0\.1: .+\. Retry later\.$")
        self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)

    def test_odd_fields_cost_only_themselves(self):
        for case, text in (("wrong-types", "^Kaspersky (zone: |reports no zone)"), ("hostile", "^Kaspersky (zone: |reports no zone)"), ("all-null", "^Kaspersky"),
                           ("minimal", "^Kaspersky (zone: |reports no zone)"), ("unknown-zone-and-sections", "^Kaspersky reports no zone")):
            with self.subTest(case):
                work = self.enrich(self.new_file(case))
                self.assertRegex((self.messages(work) + self.errors(work))[0], text)
                self.assert_result(self.enrich(self.new_file()), FOUND_MALICIOUS)


if __name__ == "__main__":
    unittest.main()

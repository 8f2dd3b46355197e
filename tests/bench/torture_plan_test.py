"""The plan of ./dev torture depends only on its seed, and a plan that fails is shrunk."""

import itertools
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench" / "torture"))
import plan  # noqa: E402
from shrink import shrink  # noqa: E402


class Plan(unittest.TestCase):
    def test_a_seed_makes_the_same_plan_each_time(self):
        self.assertEqual(plan.make(7, 60), plan.make(7, 60))
        self.assertNotEqual(plan.make(7, 60), plan.make(8, 60))

    def test_it_makes_as_many_requests_as_it_should(self):
        self.assertEqual(len(plan.make(7, 60, 123)["requests"]), 123)
        self.assertEqual(len(plan.make(7, 60)["requests"]), 300)

    def test_faults_are_over_at_the_end_and_those_of_one_target_do_not_overlap(self):
        for seed in range(20):
            faults = plan.make(seed, 120)["nemesis"]
            self.assertGreater(len(faults), 20)
            self.assertTrue(all(0 <= fault["at"] and fault["at"] + fault["lasts"] <= 120.01 for fault in faults))
            for target in {fault["target"] for fault in faults}:
                own = [fault for fault in faults if fault["target"] == target]
                for first, second in itertools.pairwise(own):
                    self.assertLess(first["at"] + first["lasts"], second["at"])

    def test_without_redis_nothing_of_it_fails(self):
        for seed in range(20):
            self.assertEqual([fault for fault in plan.make(seed, 120, replicas=1, store="file")["nemesis"] if "store" in fault["target"]], [])


class Shrink(unittest.TestCase):
    def shrunk(self, faults, fails, tries=1_000):
        ticks = itertools.count()
        return shrink(list(faults), fails, tries, lambda: next(ticks))

    def test_to_the_one_fault_that_matters(self):
        self.assertEqual(self.shrunk(range(40), lambda faults: 17 in faults), [17])

    def test_to_the_two_that_matter_together(self):
        self.assertEqual(self.shrunk(range(40), lambda faults: {3, 31} <= set(faults)), [3, 31])

    def test_to_nothing_where_it_fails_without_faults(self):
        self.assertEqual(self.shrunk(range(5), lambda faults: True), [])

    def test_stops_when_its_time_is_over(self):
        tried = []
        self.assertEqual(self.shrunk(range(40), lambda faults: tried.append(faults) or 17 in faults, tries=3), list(range(20)))
        self.assertEqual(len(tried), 2)


if __name__ == "__main__":
    unittest.main()

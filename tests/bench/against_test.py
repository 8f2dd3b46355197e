"""./dev bench --against compares each round with the other round of its pair."""

import math
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import against  # noqa: E402


class Against(unittest.TestCase):
    def test_each_round_is_compared_with_the_other_of_its_pair(self):
        # The machine became four times slower with the second pair; the ratios do not change.
        self.assertEqual(against.ratios([10, 40, 20], [5, 20, 20]), [0.5, 0.5, 1.0])

    def test_a_round_without_its_pair_is_an_error(self):
        with self.assertRaises(ValueError):
            against.ratios([1, 2], [1])

    def test_nothing_is_equal_to_nothing_and_less_than_anything(self):
        self.assertEqual(against.ratios([0, 0], [0, 3]), [1.0, math.inf])

    def test_the_median_of_ratios_is_not_the_ratio_of_medians(self):
        before = [{"cpu, ms": value} for value in (1.0, 2.0, 8.0)]
        after = [{"cpu, ms": value} for value in (2.0, 1.0, 4.0)]
        self.assertEqual(against.table("v1", before, after), [
            "| minimum, median, maximum | v1 | here | here / v1, of pairs |",
            "| --- | --- | --- | --- |",
            "| cpu, ms | 1.00, 2.00, 8.00 | 1.00, 2.00, 4.00 | 0.500, 0.500, 2.000 |"])


if __name__ == "__main__":
    unittest.main()

"""Checks of the benchmark's own arithmetic: python3 -m unittest discover benches/speed"""

import unittest

from peers import cases, stats


class Stats(unittest.TestCase):
    def test_a_spread_is_median_least_and_largest(self) -> None:
        self.assertEqual(stats.spread([3.0, 1.0, 2.0, 10.0]), stats.Spread(2.5, 1.0, 10.0))
        self.assertEqual(stats.spread([4.0]).scaled(0.5), stats.Spread(2.0, 2.0, 2.0))

    def test_ratios_pair_rounds(self) -> None:
        # The second round ran on a machine three times as slow; the ratio does not notice.
        self.assertEqual(stats.ratios([2.0, 6.0], [1.0, 3.0]), stats.Spread(2.0, 2.0, 2.0))
        with self.assertRaises(ValueError):
            stats.ratios([1.0], [1.0, 2.0])

    def test_rotation_keeps_everybody(self) -> None:
        self.assertEqual(stats.rotated("abc", 4), ["b", "c", "a"])
        self.assertEqual(stats.rotated([], 3), [])

    def test_repeats_are_bounded(self) -> None:
        self.assertEqual(stats.repeats_for(0.001, 0.02), 20)
        self.assertEqual(stats.repeats_for(1.0, 0.02), 1)
        self.assertEqual(stats.repeats_for(0.0, 1.0, most=500), 500)


class Cases(unittest.TestCase):
    def test_names_are_unique(self) -> None:
        names = [case.name for case in cases.all_cases()]
        self.assertEqual(len(names), len(set(names)))

    def test_cases_survive_a_message(self) -> None:
        for case in cases.all_cases():
            self.assertEqual(cases.from_json(cases.as_json(case)), case)

    def test_traffic_counts_every_array_once(self) -> None:
        dataset = cases.Dataset("mse", 32, 1_000)
        self.assertEqual(cases.Case(dataset, "value", "large").traffic, (8_000, 0))
        self.assertEqual(cases.Case(dataset, "hessian", "large").traffic, (8_000, 8_000))
        self.assertEqual(cases.Case(dataset, "boosting", "large").traffic, (8_000, 8_000))

    def test_quick_cases_are_cases(self) -> None:
        self.assertLessEqual(set(cases.quick_cases()), set(cases.all_cases()))


if __name__ == "__main__":
    unittest.main()

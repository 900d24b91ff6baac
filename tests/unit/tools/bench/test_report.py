# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks' report makes of measurements."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "tools/bench"))

import peer  # noqa: E402
import report  # noqa: E402
import spiking_report  # noqa: E402
from row import Row  # noqa: E402


def event(x, y, polarity, microseconds):
    return bytes([x, y, polarity << 7 | microseconds >> 16, microseconds >> 8 & 0xFF, microseconds & 0xFF])


class Recordings(unittest.TestCase):
    def test_an_event_belongs_to_the_nearest_millisecond_and_a_half_to_the_even_one(self):
        steps = [peer.events_of(event(0, 0, 0, t))[0][0] for t in (499, 500, 501, 1500, 2500)]
        self.assertEqual(steps, [0, 0, 1, 2, 2])

    def test_inputs_are_ordered_by_polarity_then_row_then_column(self):
        self.assertEqual(peer.events_of(event(1, 2, 1, 0)), [(0, (34 + 2) * 34 + 1)])

    def test_an_input_spikes_once_a_step_and_nothing_after_the_last(self):
        data = event(3, 4, 0, 1000) + event(3, 4, 0, 1100) + event(3, 4, 0, 299_600)
        self.assertEqual(peer.events_of(data), [(1, 4 * 34 + 3)])


class Rows(unittest.TestCase):
    def test_a_goal_is_a_bound_from_above_unless_it_says_at_least(self):
        self.assertTrue(Row("a", 4, "us", goal=5).met)
        self.assertFalse(Row("a", 4, "times", goal=5, at_least=True).met)
        self.assertIsNone(Row("a", 4, "us").met)

    def test_the_table_names_goals_missed_and_what_was_left_out(self):
        text = report.text_of([Row("speed", 4, "times", goal=5, at_least=True)], {"peer": "not there"})
        self.assertIn("MISSED", text)
        self.assertIn("Goals missed: speed", text)
        self.assertIn("skipped: peer: not there", text)

    def test_targets_that_took_different_cycles_are_not_compared(self):
        results = report.Results([{"name": n, "run_name": n, "aggregate_name": "median", "cycles": c, "cycles/s": 2.0}
                                  for n, c in (("a", 1), ("b", 1), ("c", 2))])
        self.assertEqual(spiking_report.same_work(results, ["a", "b"]), [2.0, 2.0])
        with self.assertRaises(RuntimeError):
            spiking_report.same_work(results, ["a", "c"])

    def test_a_simulators_answer_is_the_class_with_most_spikes_the_lowest_on_a_tie(self):
        counts = [0] * peer.CLASSES
        counts[3] = counts[7] = 2
        self.assertEqual(peer.result("any", 1.0, 5, [counts])["answers"], [3])


if __name__ == "__main__":
    unittest.main()

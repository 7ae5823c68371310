import math
import tempfile
import unittest
from pathlib import Path

from conebench import results, summary
from conebench.page import page


def row(instance, solver, cpu, verdict="verified", **fields):
    values = {name: "" if kind is str else None for name, kind in results.TYPES.items()}
    values |= dict(
        suite="set", instance=instance, solver=solver, cpu=cpu, wall=cpu, verdict=verdict, time_limit=100.0, threads=1, level=1e-6,
        tolerance=1e-7, accuracy=1e-6, timed="process", largest_block=0, scs_form=1e-9, published=1.0, objective=1.5)
    return results.Result(**(values | fields))


class Summary(unittest.TestCase):
    def setUp(self):
        self.rows = [
            row("a", "cone", 2.0), row("a", "cone", 1.0), row("a", "cone", 0.5, "inaccurate"), row("a", "csdp", 3.0),
            row("b", "cone", 8.0, "time limit"), row("b", "csdp", 4.0),
            row("c", "cone", 6.0), row("c", "csdp", 4.0), row("c", "sdpa", 2.0, "unclaimed"), row("c", "qics", None, "unsupported"),
        ]
        self.table = summary.best(self.rows, "cpu")

    def test_fastest_run_that_passed_counts(self):
        self.assertEqual(self.table["set", "a"]["cone"].cpu, 1.0)
        self.assertEqual(self.table["set", "b"]["cone"].verdict, "time limit")

    def test_means(self):
        self.assertAlmostEqual(summary.shifted_geometric_mean([1, 3], 1), math.sqrt(8) - 1)
        self.assertAlmostEqual(summary.mean_with_failures(self.table, "cone", "cpu", 1), (2 * 101 * 7) ** (1 / 3) - 1)
        self.assertTrue(math.isnan(summary.mean_with_failures(self.table, "qics", "cpu")))

    def test_ratios_take_the_faster_and_only_what_both_passed(self):
        pairs = summary.ratios(self.table, "cone", ["csdp", "sdpa"], "cpu")
        self.assertEqual(pairs, {("set", "a"): (1.0, 3.0), ("set", "c"): (6.0, 2.0)})
        self.assertAlmostEqual(summary.ratio_of_means(list(pairs.values()), 0), 1.0)

    def test_profile(self):
        curves = summary.profile(self.table, ["cone", "csdp", "sdpa"], "cpu")
        self.assertEqual(curves["cone"], [(1.0, 1 / 3), (3.0, 2 / 3)])
        self.assertEqual(curves["csdp"], [(1.0, 1 / 3), (2.0, 2 / 3), (3.0, 1.0)])

    def test_disputes_are_settled_by_an_answer_that_agrees(self):
        rows = [row("e", "cone", 1.0, "disputed"), row("e", "csdp", 1.0, objective_error=1e-9), row("f", "cone", 1.0, "disputed")]
        self.assertEqual([one.verdict for one in summary.settled(rows)], ["inaccurate", "verified", "disputed"])

    def test_round_trip(self):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "results.csv"
            writer = results.Writer(path)
            for one in self.rows:
                writer.write(one)
            writer.handle.close()
            self.assertEqual(results.read(path), self.rows)

    def test_own_failures_come_first(self):
        text = page(self.rows + [row("d", "csdp", 1.0, "disputed")], "cpu", {})
        self.assertIn("| 1e-06 | set | b | time limit |", text)
        self.assertLess(text.index("Where `cone` does not answer"), text.index("## set at"))
        self.assertIn("| 1e-06 | set | d | 1 | csdp 1.5 |", text)

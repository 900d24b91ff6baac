# SPDX-License-Identifier: Apache-2.0
"""How tools/mutate-rtl puts mutations into one copy of the RTL, and what it refuses."""

import importlib.machinery
import importlib.util
import pathlib
import tempfile
import tomllib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[4]


def load():
    loader = importlib.machinery.SourceFileLoader("mutate_rtl", str(ROOT / "tools/mutate-rtl"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutate_rtl", loader))
    loader.exec_module(module)
    return module


mutate_rtl = load()
TEXT = "assign a = b + c;\nassign d = b + c - e;\n"


def mutation(old, new, at="@", **more):
    return {"file": "unit.sv", "from": old, "to": new, "at": at, **more}


class Mutations(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.rtl = pathlib.Path(folder.name)
        (self.rtl / "unit.sv").write_text(TEXT, encoding="utf-8")

    def sites(self, **mutations):
        return mutate_rtl.locate(self.rtl, mutations)

    def models(self, **mutations):
        return [[site.name for site in model] for model in mutate_rtl.share(self.sites(**mutations))]

    def refusal(self, **mutations):
        with self.assertRaises(mutate_rtl.MutationError) as caught:
            self.sites(**mutations)
        return str(caught.exception)

    def mutated(self, **mutations):
        mutate_rtl.insert_choices(self.rtl, self.sites(**mutations))
        return (self.rtl / "unit.sv").read_text(encoding="utf-8").replace("photic_mutant_pkg::selected", "n")

    def test_a_mutation_acts_on_its_number_only(self):
        self.assertEqual(self.mutated(one=mutation("b + c", "b", "a = @;")),
                         "assign a = ((n == 1) ? (b) : (b + c));\nassign d = b + c - e;\n")

    def test_mutations_of_one_file_stand_side_by_side_in_any_order(self):
        self.assertEqual(self.mutated(one=mutation("e", "0", "- @;"), two=mutation("b", "0", "d = @ +"),
                                      three=mutation("b + c", "b", "a = @;")),
                         "assign a = ((n == 3) ? (b) : (b + c));\nassign d = ((n == 2) ? (0) : (b)) + c - ((n == 1) ? (0) : (e));\n")

    def test_mutations_of_one_expression_share_its_place(self):
        both = {"one": mutation("b + c", "b", "a = @;"), "two": mutation("b + c", "c", "a = @;")}
        self.assertEqual(self.models(**both), [["one", "two"]])
        self.assertEqual(self.mutated(**both),
                         "assign a = ((n == 2) ? (c) : ((n == 1) ? (b) : (b + c)));\nassign d = b + c - e;\n")

    def test_only_a_mutation_that_overlaps_another_needs_a_further_model(self):
        self.assertEqual(self.models(one=mutation("b + c", "b", "d = @ -"), two=mutation("c - e", "c"),
                                     three=mutation("b + c", "c", "a = @;")),
                         [["one", "three"], ["two"]])

    def test_every_text_that_does_not_stand_once_is_named(self):
        said = self.refusal(one=mutation("b + c", "b"), two=mutation("x", "b"), three=mutation("e", "b"))
        self.assertEqual(said.splitlines(), ["one: its text stands 2 times in rtl/unit.sv, not once; adapt the mutation",
                                             "two: its text stands 0 times in rtl/unit.sv, not once; adapt the mutation"])

    def test_a_missing_file_and_a_surplus_hole_and_an_unknown_kind_are_refused(self):
        self.assertIn("one: rtl/none.sv: No such file", self.refusal(one={"file": "none.sv", "from": "b", "to": "c"}))
        self.assertIn("one: its `at` holds 2 @", self.refusal(one=mutation("b", "c", "@ + @")))
        self.assertIn("one: its `at` holds 0 @", self.refusal(one=mutation("b", "c", "a = b")))
        self.assertIn("one: there is no kind of device 'tpu'", self.refusal(one=mutation("e", "c", kind="tpu")))

    def test_every_listed_mutation_stands_in_the_rtl_and_one_model_holds_all_of_a_kind(self):
        listed = tomllib.loads((ROOT / "tests/lockstep/mutations.toml").read_text(encoding="utf-8"))["mutation"]
        sites = mutate_rtl.locate(ROOT / "rtl", listed)
        for kind in mutate_rtl.KINDS:
            self.assertEqual(len(mutate_rtl.share([site for site in sites if site.kind == kind])), 1, kind)


if __name__ == "__main__":
    unittest.main()

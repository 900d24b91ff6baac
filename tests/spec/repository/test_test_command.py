# SPDX-License-Identifier: Apache-2.0
"""tools/test, with cmake and ctest replaced by scripts: its options, its verdict and its last words."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from tree import ROOT

CTEST = '''#!/bin/sh
echo "ctest $*" >>"$LOG"
echo "1/1 Test #1: unit.a ....   Passed    0.01 sec"
echo "100% tests passed, 0 tests failed out of 1"
echo "Total Test time (real) =   0.01 sec"
exit "$CTEST_STATUS"
'''
CMAKE = '''#!/bin/sh
echo "cmake $*" >>"$LOG"
case "$*" in *"--target help"*) echo "photic_tests_unit: phony"; echo "photic_tests_spec: phony" ;; esac
exit "$CMAKE_STATUS"
'''


class TestCommand(unittest.TestCase):
    def run_test(self, *arguments, ctest=0, cmake=0):
        """(result, calls of cmake and ctest)"""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name, text in (("ctest", CTEST), ("cmake", CMAKE)):
                (folder / name).write_text(text)
                (folder / name).chmod(0o755)
            environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "LOG": str(folder / "log"),
                                        "CTEST_STATUS": str(ctest), "CMAKE_STATUS": str(cmake)}
            result = subprocess.run([ROOT / "tools/test", "--no-setup", "--build", folder / "build", *arguments], capture_output=True,
                                    text=True, timeout=60, env=environment)
            log = folder / "log"
            return result, log.read_text() if log.exists() else ""

    def test_builds_and_runs_everything_when_nothing_is_asked_for(self):
        result, log = self.run_test()
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertIn("--target all", log)
        self.assertNotIn(" -L ", log)

    def test_ends_with_the_closing_lines_of_ctest(self):
        result, _ = self.run_test()
        self.assertEqual(["100% tests passed, 0 tests failed out of 1", "Total Test time (real) =   0.01 sec"],
                         result.stdout.rstrip().split("\n")[-2:])

    def test_says_how_long_each_part_took(self):
        self.assertEqual(3, len(re.findall(r"^ +\d+ s  \w+$", self.run_test()[0].stdout, re.MULTILINE)))

    def test_fails_when_a_test_fails_and_when_the_build_fails(self):
        self.assertEqual(8, self.run_test(ctest=8)[0].returncode)
        result, log = self.run_test(cmake=1)
        self.assertNotEqual(0, result.returncode)
        self.assertNotIn("ctest", log)

    def test_one_tier_builds_and_runs_that_tier_only(self):
        _, log = self.run_test("--tier", "unit")
        self.assertIn("--target photic_tests_unit\n", log)
        self.assertIn("-L ^(unit)$", log)

    def test_fast_leaves_slow_tests_out(self):
        self.assertIn("-L ^(spec|unit)$ -LE ^slow$", self.run_test("--fast")[1])

    def test_sanitizers_builds_nothing_itself(self):
        _, log = self.run_test("--sanitizers")
        self.assertNotIn("photic_tests_", log)
        self.assertIn("-L ^(sanitize|fuzz)$", log)

    def test_rejects_unknown_options_tiers_and_missing_values(self):
        for arguments in (["--quick"], ["--tier", "units"], ["--tier"], ["--jobs", "many"]):
            result, log = self.run_test(*arguments)
            self.assertEqual((1, ""), (result.returncode, log), arguments)
            self.assertIn("test: ", result.stderr)

    def test_knows_the_tiers_there_are(self):
        help_text = subprocess.run([ROOT / "tools/test", "--help"], capture_output=True, text=True, check=True).stdout
        tiers = re.search(r"foreach\(tier ([\w ]+)\)", (ROOT / "tests/CMakeLists.txt").read_text())[1].split() + ["fuzz"]
        self.assertIn("Tiers: " + " ".join(tiers) + ".", help_text)


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""clang-tidy finds nothing in the models, the driver and the host runtime."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tree import ROOT

TIDY = shutil.which("clang-tidy-14")
BUILD = os.environ.get("PHOTIC_BUILD_DIR", str(ROOT / "build/release"))
# Two to eight seconds a file. What includes SystemC, a Verilated model, CLI11 or GoogleTest costs several times that.
CHECKED = ("models/", "drivers/", "host/")
UNCHECKED = ("/simd/",)  # gcc's vector types and processor names


def complaints(source, *arguments):
    """clang-tidy's findings in one file, with the settings of .clang-tidy."""
    result = subprocess.run([TIDY, "--quiet", f"--config-file={ROOT}/.clang-tidy", "--extra-arg=-Wno-unknown-warning-option", source,
                             *arguments], cwd=ROOT, capture_output=True, text=True)
    return [line for line in result.stdout.split("\n") if ": error:" in line or ": warning:" in line] or (
        [result.stderr] if result.returncode else [])


class Tidy(unittest.TestCase):
    maxDiff = None

    def test_the_libraries_are_clean(self):
        database = json.loads((pathlib.Path(BUILD) / "compile_commands.json").read_text())
        sources = sorted({entry["file"] for entry in database
                          if os.path.relpath(entry["file"], ROOT).startswith(CHECKED) and not any(part in entry["file"] for part in UNCHECKED)})
        self.assertTrue(sources)
        with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            found = pool.map(lambda source: complaints(source, "-p", BUILD), sources)
        self.assertEqual([], sorted({line for lines in found for line in lines}))

    def test_catches_a_missing_brace_and_a_copy_in_a_loop(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "a.cpp"
            source.write_text("#include <string>\n#include <vector>\nint f(const std::vector<std::string>& v) {\n  int n = 0;\n"
                              "  for (const std::string s : v)\n    n +=\n        static_cast<int>(s.size());\n  return n;\n}\n")
            found = "\n".join(complaints(str(source), "--", "-std=c++20"))
        self.assertIn("readability-braces-around-statements", found)
        self.assertIn("performance-for-range-copy", found)


if __name__ == "__main__":
    unittest.main()

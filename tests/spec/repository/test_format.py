# SPDX-License-Identifier: Apache-2.0
"""C++ is laid out by clang-format 14 and .clang-format, not by taste."""

import re
import shutil
import subprocess
import unittest

from tree import ROOT, repository

FORMATTER = shutil.which("clang-format-14")


def misformatted(arguments, text=None):
    """Files (or <stdin>) that clang-format would change."""
    result = subprocess.run([FORMATTER, "--dry-run", "-Werror", "--ferror-limit=1", "--style=file", *arguments], cwd=ROOT, input=text,
                            capture_output=True, text=True)
    files = sorted(set(re.findall(r"^(.*?):\d+:\d+: error:", result.stderr, re.MULTILINE)))
    if result.returncode and not files:
        raise RuntimeError(result.stderr)
    return files


class Format(unittest.TestCase):
    def test_every_file_is_as_the_formatter_leaves_it(self):
        files = repository().paths((".h", ".hpp", ".inl", ".cpp", ".cc"))
        self.assertEqual([], misformatted(files), "run: clang-format-14 -i on these")

    def test_catches_another_layout(self):
        self.assertEqual(1, len(misformatted(["--assume-filename=a.cpp"], "int  f( ) {return 1 ;}\n")))
        self.assertEqual([], misformatted(["--assume-filename=a.cpp"], "int f() {\n  return 1;\n}\n"))


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""Holds every #include to tests/spec/include_table.toml."""

import fnmatch
import re
import tomllib
import unittest

from tree import CPP, ROOT, Tree, repository

TABLE = tomllib.loads((ROOT / "tests/spec/include_table.toml").read_text())
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
C_LIBRARY = {f"{name}.h" for name in ("assert", "complex", "ctype", "errno", "fenv", "float", "inttypes", "limits", "locale", "math",
                                      "setjmp", "signal", "stdarg", "stdbool", "stddef", "stdint", "stdio", "stdlib", "string",
                                      "time", "uchar", "wchar")}


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def folder_of(path):
    """The row of the table that decides for a file; None if there is none."""
    return max((f for f in TABLE["folder"] if within(path, f)), key=len, default=None)


def family_of(header):
    for family, patterns in TABLE["families"].items():
        if any(fnmatch.fnmatch(header, pattern) for pattern in patterns):
            return family
    return None


def problem_with(folder, quoted, angled):
    """Why a file of `folder` may not include this; None if it may."""
    row = TABLE["folder"][folder]
    may, libraries = row["may"], row.get("libraries", [])
    header = quoted or angled
    if quoted and folder_of(quoted):
        if within(quoted, folder) or "*" in may or any(within(quoted, f) for f in may):
            return None
        return f"{folder} may include {', '.join(may) or 'no other folder'}, not {folder_of(quoted)}"
    if header in C_LIBRARY or (angled and re.fullmatch(r"[a-z_0-9]+", angled) and angled not in ("systemc", "tlm")):
        return None
    family = family_of(header)
    if family is None:
        return "neither a path from the repository's root nor of a library family in the table"
    if family in libraries or "*" in libraries:
        return None
    return f"{folder} may not use the {family} library"


def violations(tree):
    found = []
    for path in tree.paths(CPP):
        folder = folder_of(path)
        if folder is None:
            found.append(f"{path}: its folder has no row in the table")
            continue
        for number, line in tree.lines(path):
            match = INCLUDE.match(line)
            problem = match and problem_with(folder, *match.groups())
            if problem:
                found.append(f"{path}:{number}: {match[1] or match[2]}: {problem}")
    return found


class Includes(unittest.TestCase):
    def test_every_include_obeys_the_table(self):
        self.assertEqual([], violations(repository()))

    def test_every_row_of_the_table_names_folders_that_exist_or_are_planned_by_another_row(self):
        rows = set(TABLE["folder"])
        for folder, row in TABLE["folder"].items():
            for other in row["may"]:
                self.assertTrue(other == "*" or any(within(r, other) for r in rows), f"{folder}: {other}")

    def test_allows_own_folder_lower_folder_standard_library_and_listed_family(self):
        tree = Tree({"hw/top/a.cpp": '#include "hw/opu/b.h"\n#include <vector>\n#include <systemc>\n#include "hw/top/c.h"\n'})
        self.assertEqual([], violations(tree))

    def test_catches_a_model_that_reaches_up_to_the_driver(self):
        self.assertEqual(1, len(violations(Tree({"models/kernels/a.h": '#include "drivers/api/photic.h"\n'}))))

    def test_catches_one_block_that_sees_another(self):
        self.assertEqual(1, len(violations(Tree({"hw/opu/a.h": '  #  include "hw/shell/ring.h"\n'}))))

    def test_catches_systemc_outside_the_hardware_models(self):
        self.assertEqual(2, len(violations(Tree({"host/a.cpp": "#include <systemc>\n#include <tlm.h>\n"}))))

    def test_catches_an_include_not_rooted_at_the_repository(self):
        self.assertEqual(1, len(violations(Tree({"host/nn/a.cpp": '#include "layer.h"\n'}))))

    def test_catches_a_library_nobody_listed(self):
        self.assertEqual(1, len(violations(Tree({"host/nn/a.cpp": "#include <boost/any.hpp>\n"}))))

    def test_catches_a_folder_without_a_row(self):
        self.assertEqual(1, len(violations(Tree({"extras/a.cpp": ""}))))


if __name__ == "__main__":
    unittest.main()

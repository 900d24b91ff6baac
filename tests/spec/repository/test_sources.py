# SPDX-License-Identifier: Apache-2.0
"""What every file owes its reader: a licence, a purpose, a bearable length, clean lines, and no word about somebody's machine."""

import re
import tomllib
import unittest

from tree import CPP, ROOT, SYSTEMVERILOG, TEXT, Tree, repository

LICENCE = "SPDX-License-Identifier: Apache-2.0"
LONGEST = 500
LONG_FILES = tomllib.loads((ROOT / "tests/spec/long_files.toml").read_text())["file"]
# Where people keep their things. A path below one of these means something on one machine only.
HOMES = re.compile(r"(?<![\w/.:~-])/(?:home|root|mnt|media|srv|Users|work|workspace|farm|data|shared|tmp/\w)/[\w.]")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b|^\s*#\s*if\s+0\b")


def body(tree, path):
    """Lines of a source without its #! line."""
    lines = tree.text(path).split("\n")
    return lines[1:] if lines[0].startswith("#!") else lines


def without_licence(tree):
    return [path for path in tree.sources() if LICENCE not in body(tree, path)[0]]


def without_purpose(tree):
    """C++, SystemVerilog and Python files whose second line does not say what the file is for."""
    said = re.compile(r'\s*(?://+|/\*|\*|#(?=\s)|""")\s*\S.{8,}')
    return [path for path in tree.paths(CPP + SYSTEMVERILOG + (".py",)) if not said.match((body(tree, path) + [""])[1])]


def too_long(tree, allowed):
    found = []
    for path in tree.sources():
        length = tree.text(path).count("\n")
        if length > LONGEST and path not in allowed:
            found.append(f"{path}: {length} lines; split it, or list it in tests/spec/long_files.toml with the reason")
    return found


def unclean_lines(tree):
    found = []
    for path in [p for p in tree.paths() if p.endswith(TEXT) or p in set(tree.sources())]:
        text = tree.text(path)
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            found.append(f"{path}: does not end with one line end")
        for number, line in tree.lines(path):
            if line != line.rstrip():
                found.append(f"{path}:{number}: white space at the end of the line")
            if "\t" in line:
                found.append(f"{path}:{number}: tab")
    return found


def matches(tree, pattern):
    return [f"{path}:{number}: {line.strip()}" for path in tree.paths() for number, line in tree.lines(path) if pattern.search(line)]


class Licence(unittest.TestCase):
    def test_every_source_names_its_licence_first(self):
        self.assertEqual([], without_licence(repository()))

    def test_catches_a_source_without_one(self):
        tree = Tree({"a.cpp": "// A thing.\n", "b.py": f"# {LICENCE}\n", "c": f"#!/bin/sh\n# {LICENCE}\n", "d": "#!/bin/sh\n"})
        self.assertEqual(["a.cpp", "d"], without_licence(tree))


class Purpose(unittest.TestCase):
    def test_every_source_says_what_it_is_for(self):
        self.assertEqual([], without_purpose(repository()))

    def test_catches_a_source_that_does_not(self):
        tree = Tree({"a.cpp": f"// {LICENCE}\n#pragma once\n", "b.sv": f"// {LICENCE}\n/// Counts beats.\n"})
        self.assertEqual(["a.cpp"], without_purpose(tree))


class Length(unittest.TestCase):
    def test_no_source_is_longer_than_a_reader_bears(self):
        self.assertEqual([], too_long(repository(), LONG_FILES))

    def test_every_exception_is_needed_and_has_a_reason(self):
        for path, reason in LONG_FILES.items():
            self.assertIn(path, repository())
            self.assertGreater(repository().text(path).count("\n"), LONGEST, f"{path} no longer needs its exception")
            self.assertGreater(len(reason), 20, path)

    def test_catches_a_long_file(self):
        tree = Tree({"a.cpp": "x\n" * 501, "b.cpp": "x\n" * 500})
        self.assertEqual(["a.cpp"], [v.split(":")[0] for v in too_long(tree, {})])


class Lines(unittest.TestCase):
    def test_no_stray_white_space(self):
        self.assertEqual([], unclean_lines(repository()))

    def test_catches_stray_white_space(self):
        tree = Tree({"a.md": "x \n", "b.cpp": "\tx\n", "c.py": "x", "d.py": "x\n\n", "e.py": "x\n"})
        self.assertEqual(["a.md", "b.cpp", "c.py", "d.py"], [v.split(":")[0] for v in unclean_lines(tree)])


class Machine(unittest.TestCase):
    def test_no_path_of_somebodys_machine(self):
        self.assertEqual([], matches(repository(), HOMES))

    def test_catches_such_a_path_and_leaves_relative_and_system_paths_alone(self):
        text = "see /{}/x\nsee /usr/share/y\nsee and/or/data/x\nhttps://example.org/data/x\n$HOME/data/x\n"
        for folder in ("home", "work", "root"):
            self.assertEqual(1, len(matches(Tree({"a.md": text.format(folder)}), HOMES)))


class Unfinished(unittest.TestCase):
    def test_nothing_is_marked_as_unfinished_or_switched_off(self):
        self.assertEqual([], matches(repository(), UNFINISHED))

    def test_catches_such_marks(self):
        marks = ["// TO" + "DO: later\n", "// FIX" + "ME\n", "#if " + "0\n"]
        for mark in marks:
            self.assertEqual(1, len(matches(Tree({"a.cpp": mark}), UNFINISHED)), mark)


if __name__ == "__main__":
    unittest.main()

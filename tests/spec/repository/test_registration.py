# SPDX-License-Identifier: Apache-2.0
"""Every test that was written is run, and every test that is run keeps a promise of tests/testplan.toml."""

import fnmatch
import functools
import json
import os
import re
import subprocess
import tomllib
import unittest

from tree import ROOT, Tree, repository

BUILD = os.environ.get("PHOTIC_BUILD_DIR")
WHOLE = os.environ.get("PHOTIC_WHOLE_BUILD") == "1"  # hardware models included
TEST_SOURCE = re.compile(r"(?:^|/)(?:\w*_test\.cpp|test_\w+\.(?:cpp|py)|tb_\w+\.cpp|fuzz_\w+\.cpp)$")


@functools.cache
def registered():
    """What ctest would run: {name: CMakeLists.txt files that led to it, relative to the root}."""
    listing = json.loads(subprocess.run(["ctest", "--test-dir", BUILD, "--show-only=json-v1"], check=True, capture_output=True,
                                        text=True).stdout)
    graph = listing["backtraceGraph"]

    def files(node):
        while node is not None:
            node = graph["nodes"][node]
            yield os.path.relpath(graph["files"][node["file"]], ROOT)
            node = node.get("parent")

    return {test["name"]: set(files(test.get("backtrace"))) for test in listing["tests"]}


def unnamed_sources(tree):
    """C++ and Python tests that no CMakeLists.txt of their folder, or of one above, names."""
    found = []
    for path in tree.paths((".cpp", ".py"), under="tests/"):
        folder, name = path.rsplit("/", 1)
        if path.endswith(".py") and not TEST_SOURCE.search(path):
            continue
        parts = folder.split("/")
        lists = ["/".join(parts[:n]) + "/CMakeLists.txt" for n in range(1, len(parts) + 1)]
        # Python tests go by their name without test_ and .py, or are discovered by folder.
        word = re.escape(name) if path.endswith(".cpp") else f"(?:test_)?{re.escape(name[5:-3])}(?:\\.py)?|unittest discover"
        named = re.compile(rf"(?<![\w.])(?:{word})(?![\w.])")
        if not any(listing in tree and named.search(tree.text(listing)) for listing in lists):
            found.append(path)
    return found


def plan_problems(plan, tests, whole):
    """What is wrong between a test plan and the tests there are; names in a plan may use * and ?."""
    found, promised = [], set()
    for promise in plan["promise"]:
        if not promise.get("text", "").strip() or not promise.get("tests"):
            found.append(f"a promise needs a text and tests: {promise}")
        for pattern in promise.get("tests", []):
            hits = fnmatch.filter(tests, pattern)
            promised.update(hits)
            if not hits and whole:
                found.append(f"'{promise['text']}' names {pattern}, which ctest does not know")
    return found + [f"{name} keeps no promise of the plan" for name in sorted(set(tests) - promised)]


class Registration(unittest.TestCase):
    def test_every_test_source_is_named_by_a_cmakelists(self):
        self.assertEqual([], unnamed_sources(repository()))

    def test_every_folder_of_tests_leads_to_a_test(self):
        used = set().union(*registered().values())
        folders = [p for p in repository().paths(("/CMakeLists.txt",), under="tests/") if p != "tests/CMakeLists.txt"]
        skipped = {} if WHOLE else {p for p in folders if p.split("/")[1] in ("rtl", "timing", "lockstep", "conformance", "fuzz")}
        inner = {p for p in folders if p.startswith("tests/fuzz/") and p != "tests/fuzz/CMakeLists.txt"}  # built by fuzz.every_target
        leading = {p for p in folders if any(q.startswith(p.removesuffix("CMakeLists.txt")) for q in folders if q != p)}
        self.assertEqual([], [p for p in folders if p not in used and p not in skipped and p not in inner and p not in leading])

    def test_catches_a_source_nobody_builds(self):
        tree = Tree({"tests/unit/a/CMakeLists.txt": "photic_add_test(unit a SOURCES one.cpp)\n", "tests/unit/a/one.cpp": "",
                     "tests/unit/a/two.cpp": "", "tests/unit/b/deep/three.cpp": "", "tests/unit/a/test_four.py": ""})
        self.assertEqual(["tests/unit/a/test_four.py", "tests/unit/a/two.cpp", "tests/unit/b/deep/three.cpp"], unnamed_sources(tree))


class Plan(unittest.TestCase):
    def test_every_promise_is_tested_and_every_test_is_promised(self):
        plan = tomllib.loads((ROOT / "tests/testplan.toml").read_text())
        self.assertEqual([], plan_problems(plan, list(registered()), WHOLE))

    def test_catches_an_unknown_test_an_unpromised_test_and_an_untested_promise(self):
        def plan(*tests):
            return {"promise": [{"text": "It works.", "tests": list(tests)}]}
        self.assertEqual([], plan_problems(plan("unit.a", "unit.b*"), ["unit.a", "unit.bc"], True))
        self.assertEqual(1, len(plan_problems(plan("unit.a", "unit.b"), ["unit.a"], True)))
        self.assertEqual(0, len(plan_problems(plan("unit.a", "rtl.b"), ["unit.a"], False)))
        self.assertEqual(1, len(plan_problems(plan("unit.a"), ["unit.a", "unit.c"], True)))
        self.assertEqual(1, len(plan_problems(plan(), [], True)))


if __name__ == "__main__":
    unittest.main()

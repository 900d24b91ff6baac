# SPDX-License-Identifier: Apache-2.0
"""Commands in the documents are commands of the project: the programs exist and know the options shown."""

import functools
import itertools
import os
import pathlib
import re
import shlex
import subprocess
import unittest

from tree import ROOT, Tree, repository

FENCE = re.compile(r"^\s*```(\w*)\s*$")
ASSIGNMENT = re.compile(r"^[A-Z_][A-Z0-9_]*=")


def code_lines(text):
    """Lines of fenced blocks, a trailing backslash joining the next, and everything in `back quotes`."""
    inside, pending = False, ""
    for line in text.split("\n"):
        if FENCE.match(line):
            inside = not inside
        elif inside:
            pending += line.strip()
            if pending.endswith("\\"):
                pending = pending[:-1]
                continue
            yield pending
            pending = ""
        else:
            yield from re.findall(r"`([^`]+)`", line)


def commands(text):
    """The project's own commands in a document, as lists of words."""
    for line in code_lines(text):
        line = line.removeprefix("$ ").split("  #")[0]
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        while words and ASSIGNMENT.match(words[0]):
            words = words[1:]
        if words and (is_tool(words[0]) or words[0] in ("photic", "photic-device")) and (len(words) > 1 or is_tool(words[0])):
            yield words


def is_tool(word):
    return re.fullmatch(r"(?:\./)?(?:tools|\.ci)/[\w-]+", word) is not None


@functools.cache
def program(name):
    """A program of the build, wherever its folder put it; None if the build has none of that name."""
    build = os.environ.get("PHOTIC_BUILD_DIR", ROOT / "build/release")
    for folder, children, files in os.walk(build):
        children[:] = [c for c in children if c not in ("CMakeFiles", "nested", "gen", "Testing")]
        if name in files and os.access(pathlib.Path(folder) / name, os.X_OK):
            return str(pathlib.Path(folder) / name)
    return None


@functools.cache
def help_of(*words):
    """What a command prints with --help; None if it fails or does not exist."""
    executable = str(ROOT / words[0]) if is_tool(words[0]) else program(words[0])
    if executable is None or not os.path.isfile(executable) or not os.access(executable, os.X_OK):
        return None
    result = subprocess.run([executable, *words[1:], "--help"], capture_output=True, text=True, timeout=60, cwd=ROOT)
    return result.stdout + result.stderr if result.returncode == 0 else None


def problems_of(words, help_for):
    """What is wrong with one command: the longest run of leading words that has a help text must know every option."""
    options = [w.split("=")[0] for w in words[1:] if re.match(r"--?[a-zA-Z]", w)]
    leading = list(itertools.takewhile(lambda w: w == words[0] or re.fullmatch(r"[a-z][a-z-]*", w), words))
    texts = (help_for(*leading[:n]) for n in range(len(leading), 0, -1))
    text = next((t for t in texts if t is not None), None)
    if text is None:
        return ["no such command"]
    return [f"--help does not know {option}" for option in options
            if option not in ("-h", "--help") and not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text)]


def problems(tree, help_for=help_of):
    return [f"{path}: `{' '.join(words)}`: {problem}" for path in tree.paths((".md",))
            for words in commands(tree.text(path)) if not tree.paths(under=words[0] + "/")  # a folder is no command
            for problem in problems_of(words, help_for)]


class Documents(unittest.TestCase):
    def test_every_command_shown_exists_and_knows_its_options(self):
        self.assertEqual([], problems(repository()))

    def made_up(self, *words):
        return {("tools/test",): "--fast  --tier", ("photic",): "", ("photic", "train"): "--device"}.get(words)

    def test_catches_a_command_that_is_gone(self):
        tree = Tree({"a.md": "```\ntools/tset\n```\n", "b.md": "see `tools/test`\n"})
        self.assertEqual(1, len(problems(tree, self.made_up)))

    def test_catches_an_option_that_is_gone(self):
        tree = Tree({"a.md": "`tools/test --quick`\n```sh\n$ tools/test --fast  # quick\nX=1 photic train --devise=golden:opu\n```\n"})
        self.assertEqual(2, len(problems(tree, self.made_up)))


class Readme(unittest.TestCase):
    def shown(self):
        return [" ".join(words) for words in commands(repository().text("README.md"))]

    def test_shows_the_test_command_and_the_demo(self):
        self.assertIn("tools/test", self.shown())
        self.assertIn("tools/demo", self.shown())

    def test_continuous_integration_runs_the_test_command_shown(self):
        lines = [line for line in repository().text(".ci/run").split("\n") if line and not line.startswith("#")]
        self.assertEqual(['set -euo pipefail', 'cd "$(dirname "${BASH_SOURCE[0]}")/.."', 'exec tools/test "$@"'], lines)


class Links(unittest.TestCase):
    LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")

    def dangling(self, tree):
        found = []
        for path in tree.paths((".md",)):
            folder = pathlib.PurePosixPath(path).parent
            for target in self.LINK.findall(tree.text(path)):
                resolved = os.path.normpath(folder / target)
                if not target.startswith(("http:", "https:", "mailto:")) and not (
                        resolved in tree or any(p.startswith(resolved + "/") for p in tree.paths())):
                    found.append(f"{path}: {target}")
        return found

    def test_every_link_between_documents_leads_somewhere(self):
        self.assertEqual([], self.dangling(repository()))

    def test_catches_a_dangling_link(self):
        self.assertEqual(1, len(self.dangling(Tree({"docs/a.md": "[b](b.md) [c](../c.md) [d](https://x.org/)", "c.md": ""}))))


if __name__ == "__main__":
    unittest.main()

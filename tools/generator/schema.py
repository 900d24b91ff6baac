# SPDX-License-Identifier: Apache-2.0
"""Typed access to TOML tables. Every failure names the file, the key and the remedy."""
import re

NAME = re.compile(r"[A-Z][A-Z0-9_]*\Z")
KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


class SpecError(Exception):
    """A specification that cannot be built from: where, what is wrong and what to do about it."""

    def __init__(self, file, key, problem, remedy):
        super().__init__(f"{file}: {key}: {problem}; {remedy}")


class Node:
    """One table of a specification file and its place in it."""

    def __init__(self, file, path, data):
        self.file, self.path, self.data = file, path, data

    def key(self, name=""):
        return f"{self.path}.{name}" if self.path and name else name or self.path or "top level"

    def fail(self, problem, remedy, name=""):
        raise SpecError(self.file, self.key(name), problem, remedy)

    def only(self, *names):
        """Rejects keys other than `names`."""
        for name in self.data:
            if name not in names:
                self.fail("unknown key", f"remove it or use one of: {', '.join(names)}", name)

    def _get(self, name, kind, example):
        if name not in self.data:
            self.fail("missing", f"add `{name} = {example}`", name)
        value = self.data[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(f"{value!r} has the wrong type", f"write it as `{name} = {example}`", name)
        return value

    def text(self, name):
        value = self._get(name, str, '"..."')
        if not value.strip():
            self.fail("empty", "say it in a few words", name)
        if "\n" in value or "\\" in value:
            self.fail("holds a line break or a backslash", "write plain text in one line", name)
        return value

    def number(self, name, low=0, high=0xFFFFFFFF):
        value = self._get(name, int, "<integer>")
        if not low <= value <= high:
            self.fail(f"{value} is out of range", f"choose a value from {low} to {high}", name)
        return value

    def flag(self, name, default=None):
        if default is not None and name not in self.data:
            return default
        return self._get(name, bool, "true or false")

    def choice(self, name, allowed):
        value = self._get(name, str, '"..."')
        if value not in allowed:
            self.fail(f"{value!r} is not known", f"use one of: {', '.join(allowed)}", name)
        return value

    def table(self, name):
        return Node(self.file, self.key(name), self._get(name, dict, "{ ... }"))

    def tables(self, name):
        """A non-empty array of tables."""
        items = self._get(name, list, "[{ ... }]")
        if not items or not all(isinstance(item, dict) for item in items):
            self.fail("not a list of tables", f"write it as `{name} = [{{ ... }}]`", name)
        return [Node(self.file, f"{self.key(name)}[{i}]", item) for i, item in enumerate(items)]

    def children(self, pattern=KEY, skip=()):
        """The tables in this one as (name, node), their names checked against `pattern`."""
        result = []
        for name in self.data:
            if name in skip:
                continue
            if not pattern.match(name):
                style = "ALL_CAPS" if pattern is NAME else "lower_case"
                self.fail("badly spelt name", f"use {style} letters, digits and underscores", name)
            result.append((name, self.table(name)))
        if not result:
            self.fail("empty", "add an entry or remove the table")
        return result

    def bits(self, name, top):
        """A "msb:lsb" range inside bits `top`:0, as (lsb, width)."""
        value = self._get(name, str, '"msb:lsb"')
        match = re.fullmatch(r"(\d+):(\d+)", value)
        if not match or int(match[1]) < int(match[2]) or int(match[1]) > top:
            self.fail(f"{value!r} is no bit range", f'write it as "msb:lsb" with {top} >= msb >= lsb', name)
        return int(match[2]), int(match[1]) - int(match[2]) + 1


def reject_duplicates(entries, what):
    """`entries` are (value, node, name); two with one value are an error at the second."""
    seen = {}
    for value, node, name in entries:
        if value in seen:
            node.fail(f"{what} {value} is already taken by {seen[value]}", f"choose another {what}", name)
        seen[value] = node.key(name)

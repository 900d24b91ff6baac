# SPDX-License-Identifier: Apache-2.0
"""The files a rule looks at: the repository's own, or a handful made up to break the rule."""

import functools
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]

CPP = (".h", ".hpp", ".inl", ".cpp", ".cc", ".c")
SYSTEMVERILOG = (".sv", ".svh", ".v", ".vlt")
SCRIPTS = (".py", ".sh", ".cmake", ".toml")
TEXT = CPP + SYSTEMVERILOG + SCRIPTS + (".md", ".txt", ".json", ".yml", ".yaml")


class Tree:
    """Files by path, relative to the root with forward slashes."""

    def __init__(self, files):
        """`files` maps a path to its text, or to a function that reads it."""
        self._files = dict(files)

    def paths(self, suffixes=None, under=""):
        """Sorted paths, of those suffixes, in that folder."""
        return [p for p in sorted(self._files) if (not suffixes or p.endswith(suffixes)) and p.startswith(under)]

    def text(self, path):
        content = self._files[path]
        return content() if callable(content) else content

    def lines(self, path):
        """(line number, line without its end), from 1."""
        return enumerate(self.text(path).split("\n"), start=1)

    def __contains__(self, path):
        return path in self._files

    def sources(self):
        """Paths of everything somebody wrote in a programming language: by suffix, by name, or by a #! line."""
        for path in self.paths():
            name = path.rsplit("/", 1)[-1]
            if path.endswith(CPP + SYSTEMVERILOG + SCRIPTS) or name == "CMakeLists.txt" or self.text(path).startswith("#!"):
                yield path


def _read(path):
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


@functools.cache
def repository():
    """Every file git tracks or would track; without git, every file outside a build folder."""
    if (ROOT / ".git").exists():
        listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                                 check=True, capture_output=True, text=True).stdout
        paths = [p for p in listing.split("\0") if p]
    else:
        paths = []
        for folder, children, files in os.walk(ROOT):
            children[:] = [c for c in children if c not in ("build", "runs", "__pycache__")]
            paths += [(pathlib.Path(folder) / f).relative_to(ROOT).as_posix() for f in files]
    return Tree({p: functools.cache(functools.partial(_read, ROOT / p)) for p in paths if (ROOT / p).is_file()})

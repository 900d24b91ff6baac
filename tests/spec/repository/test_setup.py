# SPDX-License-Identifier: Apache-2.0
"""tools/setup, run against a machine made of small scripts: what it installs, as whom, and how it fails."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tree import ROOT

SETUP = ROOT / "tools/setup"
PACKAGES = subprocess.run([SETUP, "--list"], check=True, capture_output=True, text=True).stdout.split()
BORROWED = ("bash", "env", "sed", "wc", "find", "awk", "basename", "dirname", "nproc")


class Machine:
    """A folder of programs, and nothing else on the path."""

    def __init__(self, folder, installed=(), root=True, sudo=True, failures=0, fresh_lists=True):
        self.folder = pathlib.Path(folder)
        self.lists = self.folder / "lists"
        self.lists.mkdir()
        if fresh_lists:
            (self.lists / "mirror_main_Packages").touch()
        (self.folder / "installed").write_text("".join(f"{p}\n" for p in installed))
        (self.folder / "failures").write_text(str(failures))
        (self.folder / "log").touch()
        for name in BORROWED:
            (self.folder / name).symlink_to(shutil.which(name))
        for name in ("grep", "cat"):
            (self.folder / ("real-" + name)).symlink_to(shutil.which(name))
        self.script("id", f"echo {0 if root else 1000}")
        self.script("dpkg-query", f'"{folder}/real-grep" -qx -- "${{@: -1}}" "{folder}/installed" && printf installed')
        if sudo:
            self.script("sudo", f'echo sudo >>"{folder}/log"; exec "$@"')
        self.script("apt-get", f'''
            echo "apt-get $*" >>"{folder}/log"
            left=$("{folder}/real-cat" "{folder}/failures")
            if ((left > 0)); then echo $((left - 1)) >"{folder}/failures"; exit 100; fi
            for word; do case $word in -*|*=*|install|update) ;; *) echo "$word" >>"{folder}/installed" ;; esac; done
            exit 0''')

    def script(self, name, body):
        path = self.folder / name
        path.write_text(f"#!{shutil.which('bash')}\n{body}\n")
        path.chmod(0o755)

    def setup(self, *arguments):
        return subprocess.run([SETUP, *arguments], capture_output=True, text=True, timeout=60,
                              env={"PATH": str(self.folder), "PHOTIC_APT_LISTS": str(self.lists)})

    def log(self):
        return (self.folder / "log").read_text()


class Setup(unittest.TestCase):
    def machine(self, **description):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Machine(folder.name, **description)

    def test_calls_nothing_when_everything_is_there(self):
        machine = self.machine(installed=PACKAGES)
        self.assertEqual(0, machine.setup().returncode)
        self.assertEqual("", machine.log())

    def test_installs_exactly_what_is_missing(self):
        machine = self.machine(installed=PACKAGES[2:])
        self.assertEqual(0, machine.setup().returncode)
        self.assertTrue(machine.log().rstrip().endswith("install --no-install-recommends " + " ".join(PACKAGES[:2])))
        self.assertNotIn("sudo", machine.log())
        self.assertNotIn("update", machine.log())

    def test_fetches_the_package_lists_first_where_there_are_none(self):
        machine = self.machine(fresh_lists=False)
        self.assertEqual(0, machine.setup().returncode)
        self.assertIn("update", machine.log().split("\n")[0])

    def test_tries_again_after_a_mirror_failed(self):
        machine = self.machine(failures=2)
        self.assertEqual(0, machine.setup().returncode)

    def test_asks_sudo_only_when_not_root(self):
        machine = self.machine(root=False)
        self.assertEqual(0, machine.setup().returncode)
        self.assertIn("sudo", machine.log())

    def test_without_root_and_sudo_says_what_an_administrator_must_run(self):
        result = self.machine(root=False, sudo=False, installed=PACKAGES[1:]).setup()
        self.assertEqual(1, result.returncode)
        self.assertIn(f"apt-get install {PACKAGES[0]}", result.stderr)

    def test_gives_up_with_a_message_when_no_mirror_answers(self):
        result = self.machine(failures=100).setup()
        self.assertEqual(1, result.returncode)
        self.assertIn("network", result.stderr)

    def test_check_reports_and_installs_nothing(self):
        machine = self.machine(installed=PACKAGES[1:])
        result = machine.setup("--check")
        self.assertEqual(1, result.returncode)
        self.assertIn(PACKAGES[0], result.stdout)
        self.assertEqual("", machine.log())

    def test_rejects_an_unknown_option(self):
        self.assertEqual(1, self.machine().setup("--chek").returncode)

    def test_every_package_is_listed_once_with_its_reason(self):
        lines = [line for line in (ROOT / "tools/packages.txt").read_text().split("\n") if line and not line.startswith("#")]
        self.assertEqual(len(PACKAGES), len(set(PACKAGES)))
        for line in lines:
            self.assertRegex(line, r"^[a-z0-9.+-]+ +# \S.{4,}$")


if __name__ == "__main__":
    unittest.main()

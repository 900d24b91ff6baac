# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` places: everything a program needs, and an OpenCL loader finds the platform there."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop())
DEVICES = "golden:opu?geometry=tiny golden:spu?geometry=tiny"


def install(prefix, destdir=None):
    environment = {**os.environ, **({"DESTDIR": str(destdir)} if destdir else {})}
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], env=environment, check=True, capture_output=True)


def clinfo(vendors, *arguments):
    environment = {**os.environ, "OCL_ICD_VENDORS": str(vendors), "PHOTIC_OPENCL_DEVICES": DEVICES}
    return subprocess.run(["clinfo", *arguments], env=environment, check=True, capture_output=True, text=True)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.prefix = pathlib.Path(folder.name)
        install(cls.prefix)

    def only(self, pattern):
        found = list(self.prefix.glob(pattern))
        self.assertEqual(1, len(found), f"{pattern}: {found}")
        return found[0]

    def test_every_part_is_there(self):
        for pattern in ("lib/**/libphotic.so", "lib/**/libphotic_opencl.so", "include/CL/cl_photic.h", "etc/OpenCL/vendors/photic.icd"):
            self.only(pattern)
        headers = self.prefix / "include/photic/drivers/api"
        self.assertEqual({"photic.h", "photic_spu.h", "photic.hpp"}, {path.name for path in headers.iterdir()})

    def test_the_device_program_lies_where_the_library_looks(self):
        library = self.only("lib/**/libphotic.so")
        self.assertTrue(os.access(library.parent.parent / "libexec/photic/photic-device", os.X_OK))

    def test_the_vendor_file_names_the_installed_library(self):
        named = pathlib.Path((self.prefix / "etc/OpenCL/vendors/photic.icd").read_text().strip())
        self.assertEqual(self.prefix, pathlib.Path(os.path.commonpath([self.prefix, named])))
        self.assertTrue(named.is_file())

    def test_the_installed_platform_uses_the_installed_driver(self):
        platform = self.only("lib/**/libphotic_opencl.so")
        needed = subprocess.run(["ldd", platform], check=True, capture_output=True, text=True).stdout
        self.assertIn(f"{platform.parent}/libphotic.so", needed)

    def test_clinfo_prints_both_devices_without_a_complaint(self):
        run = clinfo(self.prefix / "etc/OpenCL/vendors")
        self.assertEqual("", run.stderr)
        for text in ("Photic OPU (tiny)", "Photic SPU (tiny)"):
            self.assertIn(text, run.stdout)
        for line in run.stdout.splitlines():
            self.assertNotRegex(line.replace("Error Correction", ""), r"(?i)error|warning|<.*>")

    def test_a_program_is_built_and_linked_against_it(self):
        source = self.prefix / "program.c"
        source.write_text('#include <drivers/api/photic_spu.h>\n'
                          'int main(void) { photic_device d; return photic_open("golden:spu?geometry=tiny", &d) || photic_device_release(d); }\n')
        folder = self.only("lib/**/libphotic.so").parent
        subprocess.run(["cc", source, f"-I{self.prefix}/include/photic", f"-L{folder}", f"-Wl,-rpath,{folder}", "-lphotic", "-o",
                        self.prefix / "program"], check=True)
        subprocess.run([self.prefix / "program"], check=True)


class Staged(unittest.TestCase):
    def test_destdir_comes_before_every_path_but_into_no_file(self):
        with tempfile.TemporaryDirectory() as stage:
            install("/usr", stage)
            named = (pathlib.Path(stage) / "etc/OpenCL/vendors/photic.icd").read_text().strip()
            self.assertTrue(named.startswith("/usr/lib"), named)
            self.assertTrue((pathlib.Path(stage) / named[1:]).exists())
            # Loaders read /etc, whatever the prefix is.
            self.assertFalse((pathlib.Path(stage) / "usr/etc").exists())


if __name__ == "__main__":
    unittest.main()

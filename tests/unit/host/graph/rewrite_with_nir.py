#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a NIR file with the Python package `nir` and writes it again: rewrite_with_nir.py <from> <to>. Without arguments it only
tells by its exit status whether the package is there."""

import sys

try:
    import nir
except ImportError:
    sys.exit(1)

if len(sys.argv) == 3:
    nir.write(sys.argv[2], nir.read(sys.argv[1]))

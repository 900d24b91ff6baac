# SPDX-License-Identifier: Apache-2.0
"""The contract generator: reads and validates hw/spec/*.toml, writes one view per language."""

# SPDX-License-Identifier: Apache-2.0
"""A line of the benchmarks' table."""

from typing import NamedTuple


class Row(NamedTuple):
    """A measured number, or a ratio; `goal` is the most it may be, or with `at_least` the least."""
    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self):
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

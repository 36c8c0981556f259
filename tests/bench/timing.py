"""One row of the table, and how a duration becomes words."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement: what, how long (seconds unless a unit is given), beside what."""

    what: str
    runs: list[float]
    target: str = ""
    beside: str = ""
    unit: str = "s"

    @property
    def median(self):
        return statistics.median(self.runs)

    @property
    def p95(self):
        return sorted(self.runs)[min(len(self.runs) - 1, round(0.95 * (len(self.runs) - 1)))]

    def cells(self):
        worst = words(self.p95, self.unit) if len(self.runs) > 4 else ""
        median = words(self.median, self.unit)
        return (self.what, median, worst, str(len(self.runs)), self.target, self.beside)


def words(value, unit="s"):
    if unit != "s":
        return f"{value:,.1f} {unit}"
    if value < 1e-3:
        return f"{1e6 * value:.0f} us"
    if value < 1:
        return f"{1e3 * value:.1f} ms"
    return f"{value:.2f} s"


def timed(function, runs):
    """Call a function and return how long each call took; it gets the number of the run."""
    seconds = []
    for run in range(runs):
        start = time.perf_counter()
        function(run)
        seconds.append(time.perf_counter() - start)
    return seconds

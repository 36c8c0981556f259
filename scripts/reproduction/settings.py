"""What one run of the reproduction measures, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.reproduction.rules import QUICK, RULES

if TYPE_CHECKING:
    from pathlib import Path

# Where recall falls late it falls between the last two of the even steps.
EVERY_5 = (*(step / 20 for step in range(20)), 0.975, 0.99, 1.0)


@dataclass(frozen=True)
class Settings:
    """Sizes of a run.

    Attributes
    ----------
    seeds : int
        Samples of made-up data, or splits of real data.
    gaussian_rows : tuple of int
        Forget and retained rows of the samples whose divergence is followed.
    class_rows : int
        Rows of each class, to train on and to test on, of the samples that are classified.
    budgets : tuple of float
        Shares of the forget rows.
    rules : tuple of str
        Names in `RULES`.
    sms : bool
        Whether the text messages are measured.
    limit : int
        The most rows of a data set from a file.
    n_jobs : int
        Processes.
    fashion_mnist, jigsaw, cifar10 : Path or None
        Where the user has them.

    """

    seeds: int = 10
    gaussian_rows: tuple[int, int] = (1000, 2000)
    class_rows: int = 1000
    budgets: tuple[float, ...] = EVERY_5
    rules: tuple[str, ...] = tuple(RULES)
    sms: bool = True
    limit: int = 4000
    n_jobs: int = 2
    fashion_mnist: Path | None = None
    jigsaw: Path | None = None
    cifar10: Path | None = None


def quick_settings(n_jobs: int = 1) -> Settings:
    """Return a run of seconds, which shows that everything works and measures nothing well."""
    return Settings(
        seeds=2,
        gaussian_rows=(100, 200),
        class_rows=100,
        budgets=(0.0, 0.3, 0.6, 0.9, 1.0),
        rules=QUICK,
        sms=False,
        n_jobs=n_jobs,
    )

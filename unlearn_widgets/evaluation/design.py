"""The design of a measurement: what is compared, on which splits, without the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.evaluation.splits import Split

Key: TypeAlias = tuple[str, int, str]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Rules, budgets and splits of a curve.

    Attributes
    ----------
    rules : tuple of str
        Names.
    levels : tuple of int or float
        Budgets as asked for, ascending.
    sizes : tuple of tuple of int
        Rows that each budget stands for, by split.
    n_forget_trained : tuple of int
        Forget rows trained on, by split.
    splits : tuple of Split
        Training and held-out rows.
    seed : int
        Seed of all that is random.
    closed_form : bool
        Whether the closed form applies: the model tells the domains apart, by the rows that the
        rules see.
    n_forget, n_retain : int
        Rows of both domains.
    model : str
        The estimator in one line.
    fingerprint : str
        Digest of rows, domains, labels and estimator.

    """

    rules: tuple[str, ...]
    levels: tuple[float, ...]
    sizes: tuple[tuple[int, ...], ...]
    n_forget_trained: tuple[int, ...]
    splits: tuple[Split, ...]
    seed: int
    closed_form: bool
    n_forget: int
    n_retain: int
    model: str
    fingerprint: str

    def cell_keys(self) -> Iterator[Key]:
        """Yield what names each cell: rule, split and budget as asked for."""
        for split in range(len(self.splits)):
            for level in self.levels:
                for rule in self.rules:
                    yield rule, split, repr(level)

    def fraction(self, split: int, step: int) -> float:
        """Return a budget as a share of the forget rows trained on."""
        level = self.levels[step]
        return level if isinstance(level, float) else level / self.n_forget_trained[split]

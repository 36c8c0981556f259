"""The order in which an influence rule removes rows: down to one half, exchanged, in steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.selection.progress import steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.selection.logistic_influence import LogisticSurrogate
    from unlearn_widgets.validation import Floats, Mask, Positions

# Share of the forget rows that is exchanged, or put back, at once.
BLOCK = 0.05
# A block that gains nothing is halved, down to this part of it.
FINEST = 2
ROUNDS = 8
RETURNS = 4
# A fall of the mean probability that is worth another round of exchanges.
WORTHWHILE = 1e-3


@dataclass(frozen=True)
class State:
    """A model without some units of rows.

    Attributes
    ----------
    kept : (n_units,) ndarray of bool
        Units that the model is fitted to.
    value : (n_units,) ndarray
        Mean influence of the rows of each unit.
    probability : float
        Mean left-out probability of the forget rows.

    """

    kept: Mask
    value: Floats
    probability: float


class InfluenceSearch:
    """Removes units, which are single rows or groups, by their influence on a logistic model.

    Parameters
    ----------
    model : LogisticSurrogate
        The model that is refitted.
    is_forget : (n,) ndarray of bool
        The rows of the forget domain.
    units : (n_forget,) ndarray of int64
        Number of the unit of each forget row, from 0.
    ties : (n_units,) ndarray of int64
        Order of units of equal influence.
    batch : int
        Rows removed between two fits.
    shown : bool
        Whether a bar tells how far the work is.

    Notes
    -----
    Section 8 of docs/theory.md.

    """

    def __init__(
        self,
        model: LogisticSurrogate,
        is_forget: Mask,
        units: Positions,
        ties: Positions,
        batch: int,
        *,
        shown: bool,
    ) -> None:
        self._model = model
        self._forget = np.flatnonzero(is_forget)
        self._is_forget = is_forget
        self._units = units
        self._sizes = np.bincount(units)
        self._ties = ties
        self._batch = batch
        self._shown = shown
        self._n_steps = -(-len(units) // batch)
        self._block = max(1, int(BLOCK * len(units)))

    def state(self, kept: Mask) -> State:
        """Fit the model to the kept units and all retained rows."""
        rows = ~self._is_forget
        rows[self._forget] = kept[self._units]
        self._model.fit(rows)
        value = np.bincount(self._units, weights=self._model.influence) / self._sizes
        return State(kept, value, self._model.probability)

    def halve(self, full: State) -> Mask:
        """Return the units to remove so that the mean left-out probability falls to one half."""
        target, state = 0.5 * full.probability, full
        for _ in self._steps(self._n_steps, "removing rows by influence"):
            if state.probability <= target or np.count_nonzero(state.kept) < 2:
                break
            gone = self._first(state.kept, -state.value, self._batch)
            kept = state.kept.copy()
            # The model needs a row of the forget domain.
            kept[gone[: np.count_nonzero(kept) - 1]] = False
            state = self.state(kept)
        for _ in self._steps(RETURNS, "exchanging rows"):
            state = self._exchange(state)
            back = self._first(~state.kept, state.value, self._block)
            rise = np.cumsum(np.maximum(state.value[back] * self._sizes[back], 0.0))
            back = back[: np.searchsorted(rise, target - state.probability)]
            if not len(back):
                break
            kept = state.kept.copy()
            kept[back] = True
            state = self.state(kept)
        else:
            state = self._exchange(state)
        return ~state.kept

    def order(self, removed: Mask) -> Positions:
        """Return all units, those of `removed` first, in the order of stepwise removal."""
        kept = np.ones_like(removed)
        found: list[Positions] = []
        for _ in self._steps(self._n_steps + 1, "ordering rows"):
            candidates = kept & removed
            if not candidates.any():
                candidates = kept
            if not candidates.any():
                break
            gone = self._first(candidates, -self.state(kept.copy()).value, self._batch)
            kept[gone] = False
            found.append(gone)
        return np.concatenate(found)

    def _exchange(self, best: State) -> State:
        """Swap kept for removed units for as long as the mean probability falls."""
        block, smallest = self._block, max(1, self._block // FINEST)
        for _ in range(ROUNDS):
            gone = self._first(best.kept, -best.value, block)
            back = self._first(~best.kept, best.value, block)
            pairs = min(len(gone), len(back))
            gone = gone[:pairs][best.value[gone[:pairs]] > best.value[back[:pairs]]]
            if not len(gone):
                break
            returned = np.cumsum(self._sizes[back])
            back = back[: np.searchsorted(returned, self._sizes[gone].sum()) + 1]
            kept = best.kept.copy()
            kept[gone], kept[back] = False, True
            state = self.state(kept)
            if state.probability < best.probability - WORTHWHILE:
                best = state
            elif block > smallest:
                block //= 2
            else:
                break
        return best

    def _steps(self, most: int, what: str) -> Iterable[int]:
        return steps(range(most), what, shown=self._shown)

    def _first(self, among: Mask, value: Floats, rows: int) -> Positions:
        """Return the units with the smallest values, up to a number of rows, at least one unit."""
        peak = float(np.abs(value).max()) or 1.0
        # Rounding errors must not decide between equal rows.
        rounded = np.round(value / peak, 9)
        candidates = self._ties[among[self._ties]]
        candidates = candidates[np.argsort(rounded[candidates], kind="stable")]
        enough = np.searchsorted(np.cumsum(self._sizes[candidates]), rows)
        return candidates[: enough + 1]

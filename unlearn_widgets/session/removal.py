"""The rows chosen for removal: who may change them, how choices combine, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.maps.geometry import MODES
from unlearn_widgets.session.history import History, Step, describe, subject_of
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.problem.effect import Effect
    from unlearn_widgets.session.history import HistoryState

    Mask = NDArray[np.bool_]


class Removal:
    """The rows of a problem chosen for removal, with the effect of removing them.

    Only rows of the forget domain can be chosen while `retain_locked`, rows of both domains
    otherwise, and never a row of neither. With groups in the problem, choices grow to whole groups.

    Parameters
    ----------
    problem : UnlearningProblem
        What the rows belong to.
    retain_locked : bool, default True
        Whether rows of the retained domain are kept as they are.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> removal = Removal(problem)
    >>> removal.commit(removal.propose([True, True, False, True], "add"), "select", "add")
    1
    >>> removal.positions.tolist(), removal.effect.n_removed, removal.rev
    ([3], 1, 1)
    """

    def __init__(self, problem: UnlearningProblem, *, retain_locked: bool = True) -> None:
        self.problem = problem
        self.retain_locked = retain_locked
        self.rev = 0
        self.source = "python"
        self._forget = problem.domain_codes == FORGET
        self._domains = problem.domain_codes != 0
        nothing = np.zeros(problem.n_rows, dtype=np.bool_)
        start = Step(
            rev=0,
            source="python",
            kind="start",
            mode=None,
            removed=_packed(nothing),
            effect=problem.effect(nothing),
            label="Start",
        )
        self.history = History(start)
        self._show(start)

    @property
    def mask(self) -> Mask:
        """The chosen rows as a read-only mask of shape (n_rows,)."""
        return self._mask

    @property
    def positions(self) -> NDArray[np.int64]:
        """The chosen rows as read-only sorted positions."""
        return self._positions

    @property
    def bits(self) -> bytes:
        """The chosen rows as bits: row i is bit ``i & 7`` of byte ``i >> 3``."""
        return self.history.current.removed

    @property
    def effect(self) -> Effect:
        """The effect of removing the chosen rows."""
        return self.effect_of(self.history.current)

    def effect_of(self, step: Step) -> Effect:
        """Return the effect of a step of the history, computed now if it was not known."""
        effect = step.effect
        if effect is None:
            effect = self.problem.effect(step.removed_mask(self.problem.n_rows))
            step.learn(effect)
        return effect

    @property
    def eligible(self) -> Mask:
        """The rows that may be chosen or given back now, as a mask of shape (n_rows,)."""
        eligible: Mask = self._forget if self.retain_locked else self._domains
        return eligible

    def count(self, inside: Mask) -> tuple[int, int]:
        """Return how many forget and how many retained rows lie inside a mask."""
        forget = int(np.count_nonzero(inside & self._forget))
        return forget, int(np.count_nonzero(inside & self._domains)) - forget

    def propose(self, inside: Any, mode: str) -> Mask:
        """Combine rows with those already chosen, without choosing them.

        Parameters
        ----------
        inside : array-like of shape (n_rows,), bool
            The rows to combine.
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them.

        Returns
        -------
        ndarray of shape (n_rows,), bool
            The rows that would be chosen.

        Raises
        ------
        ValueError
            If the mode is unknown.
        """
        choice("mode", mode, MODES)
        eligible = self.eligible
        rows = self._whole_groups(np.asarray(inside, dtype=np.bool_))
        old = self._mask
        if mode == "replace":
            new = rows
        elif mode == "add":
            new = old | rows
        elif mode == "subtract":
            new = old & ~rows
        else:
            new = old & rows
        return np.asarray((old & ~eligible) | (new & eligible))

    def inverted(self) -> Mask:
        """Return the complement of the chosen rows among those that may change."""
        return np.asarray(self._mask ^ self.eligible)

    def commit(self, new: Mask, kind: str, mode: str | None = None, **detail: Any) -> int:
        """Choose rows, as one step that can be undone.

        Choosing the same rows again is no step: `rev` stays as it is.

        Parameters
        ----------
        new : ndarray of shape (n_rows,), bool
            The rows chosen from now on, as `propose` or `inverted` return them.
        kind, mode, **detail
            What was done, see `unlearn_widgets.session.history.Step`; ``source`` is who did it.

        Returns
        -------
        int
            Number of rows that changed.

        Raises
        ------
        ValueError
            If nothing of either domain would be left. The chosen rows stay as they were.
        """
        source = detail.pop("source", "python")
        n_changed = int(np.count_nonzero(new != self._mask))
        if not n_changed:
            return 0
        effect = self.problem.effect(new)
        step = Step(
            rev=self.rev + 1,
            source=source,
            kind=kind,
            mode=mode,
            removed=_packed(new),
            effect=effect,
            label=describe(kind, mode, n_changed, subject_of(detail)),
            detail=detail,
        )
        self.history.push(step)
        self._advance(step, source)
        return n_changed

    def take(self, step: Step) -> None:
        """Choose the rows of a step that was made elsewhere."""
        self.history.push(step)
        self._advance(step, step.source)

    def distrust_effects(self) -> None:
        """Have the effect of every step computed when it is asked for."""
        self.history.distrust_effects()

    def snapshot(self) -> tuple[HistoryState, int, str]:
        """Return what `restore` needs to come back here."""
        return self.history.state, self.rev, self.source

    def restore(self, snapshot: tuple[HistoryState, int, str]) -> None:
        """Choose what was chosen at a snapshot, with the way back as it was then."""
        steps, self.rev, self.source = snapshot
        self.history.go_back(steps)
        self._show(self.history.current)

    def undo(self, source: str = "python") -> None:
        """Take the last step back, with the numbers as they were.

        Raises
        ------
        IndexError
            If there is nothing to undo.
        """
        self._advance(self.history.undo(), source)

    def redo(self, source: str = "python") -> None:
        """Do the step that was last undone again.

        Raises
        ------
        IndexError
            If there is nothing to redo.
        """
        self._advance(self.history.redo(), source)

    def _advance(self, step: Step, source: str) -> None:
        self.rev += 1
        self.source = source
        self._show(step)

    def _show(self, step: Step) -> None:
        self._mask = step.removed_mask(self.problem.n_rows)
        self._positions = np.flatnonzero(self._mask).astype(np.int64, copy=False)
        self._mask.flags.writeable = False
        self._positions.flags.writeable = False

    def _whole_groups(self, inside: Mask) -> Mask:
        if self.problem.groups is None:
            return inside
        grown = np.zeros_like(inside)
        grown[self.problem.whole_groups(np.flatnonzero(inside))] = True
        return grown


def _packed(mask: Mask) -> bytes:
    return np.packbits(mask, bitorder="little").tobytes()

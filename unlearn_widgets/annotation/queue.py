"""Which record comes next to the person who labels."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.annotation.order_choice import ORDERS, make_order
from unlearn_widgets.randomness import RandomState, generator
from unlearn_widgets.validation import (
    choice,
    count,
    row_mask,
    row_positions,
    strict_keywords,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.annotation.learner import Learner
    from unlearn_widgets.annotation.order_choice import Disagreement
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Mask, Positions

# A new queue waits this long for its first order, in seconds; small data is done by then.
PATIENCE = 0.3
_FIRST_LOOK, _LONGEST_LOOK = 64, 4096


class AnnotationQueue:
    """The rows to annotate, in an order that is stable while labels come in.

    Rows that were shown keep their place. The others may be ordered anew, by a newer model or for
    what is removed now; that happens in the background, and no call waits for it. Who is labelled
    is told to each call and never kept.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows and their domains.
    positions : (n, 2) array-like, optional
        Where the rows lie on the map. Needed for the order "coverage" alone.
    order : {"random", "score", "uncertainty", "effect", "coverage", "disagreement"}
        "random": shuffled. "score": highest log-likelihood ratio first. "uncertainty": smallest
        margin of the learner first. "effect": greatest change of alpha by removing that row beside
        what is removed. "coverage": farthest on the map from all before. "disagreement": most
        disputed first.
    rows : (n,) bool mask or row positions, optional
        The rows to annotate. Default: the forget domain.
    random_state : int, numpy Generator, numpy RandomState or None
        Seed of "random", and of the order in which rows stand in that "coverage" has not come to.
    learner : Learner, optional
        Needed for "uncertainty".
    removed : (n,) bool mask or row positions, optional
        The rows removed now, for "effect". Default: none.
    disagreement : (n,) array-like, or callable that returns one, optional
        Needed for "disagreement": the more, the earlier.

    Attributes
    ----------
    order : str
        Name of the order.
    n_total : int
        Rows to annotate.

    Raises
    ------
    ValueError
        For an unknown order, an order without what it needs, rows out of range, and map positions
        or disagreements that are not one for each row.

    Notes
    -----
    Not safe to call from several threads at once: the owner of the labels has a lock.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> queue = AnnotationQueue(problem, order="score")
    >>> queue.next(labelled=set())
    2
    >>> queue.skip(2)
    >>> queue.next(labelled=set(), after=2)
    1
    >>> queue.upcoming(5, labelled={1}, after=1), queue.n_left({1})
    ([0, 2], 2)

    """

    @strict_keywords
    def __init__(
        self,
        problem: UnlearningProblem,
        positions: Any = None,
        *,
        order: str = "random",
        rows: Any = None,
        random_state: RandomState = 0,
        learner: Learner | None = None,
        removed: Any = None,
        disagreement: Disagreement | None = None,
    ) -> None:
        self.order = choice("order", order, ORDERS)
        n = problem.n_rows
        wanted = problem.forget_rows if rows is None else row_positions("rows", rows, n)
        self._n_rows = n
        self._outside = np.ones(n, dtype=np.bool_)
        self._outside[wanted] = False
        self.n_total = len(wanted)
        self._shuffled = generator(random_state).permutation(wanted)
        self._shown: list[int] = []
        # Where in _shown a row stands, -1: was never shown.
        self._place = np.full(n, -1, dtype=np.int64)
        self._skipped: dict[int, None] = {}
        self._passed = np.zeros(n, dtype=np.bool_)
        # Whether the last row shown, or foretold, is one that the order has not come to.
        self._beyond = self._foretold_beyond = False
        self._order = make_order(
            self.order,
            problem,
            wanted,
            shuffled=self._shuffled,
            positions=positions,
            learner=learner,
            removed=removed,
            disagreement=disagreement,
        )
        self._order.wait(PATIENCE)

    @property
    def note(self) -> str | None:
        """What the person should know about the order now, None when it is what its name says."""
        if self._beyond:
            return "The map is still being covered; until then further records come in any order."
        return self._order.note

    @strict_keywords
    def next(self, labelled: Any, after: int | None = None) -> int | None:
        """Show the next row that is not labelled.

        Parameters
        ----------
        labelled : (n,) bool mask, set or list of row positions
            The rows that need no label.
        after : int, optional
            The row shown now. Rows shown after it come first, then new ones, skipped ones, those
            shown before it, and at last itself. For a row that this queue has not shown, new rows
            come first. Default: from the first row shown.

        Returns
        -------
        int or None
            A row, None when all are labelled.

        Raises
        ------
        ValueError, TypeError
            For rows out of range.

        """
        found = self.upcoming(1, labelled, after)
        if not found:
            return None
        row = found[0]
        self._beyond = self._foretold_beyond
        if self._place[row] < 0 or row in self._skipped:
            self._show(row)
        return row

    @strict_keywords
    def upcoming(self, n: int, labelled: Any, after: int | None = None) -> list[int]:
        """Tell which rows `next` would show one after the other, without showing them.

        Parameters
        ----------
        n : int
            How many; fewer come when fewer are left.
        labelled : (n,) bool mask, set or list of row positions
            The rows that need no label.
        after : int, optional
            The row shown now, as for `next`.

        Returns
        -------
        list of int
            A newer order may still change it.

        Raises
        ------
        ValueError, TypeError
            For rows out of range, and a negative number of rows.

        """
        wanted = count("n", n, low=0)
        closed = row_mask("labelled", labelled, self._n_rows) | self._outside
        done = closed | self._passed
        self._order.look_ahead(int(np.count_nonzero(done)) - self._n_rows + self.n_total)
        if after is not None:
            self._row("after", after)
        return list(islice(self._following(closed, done, after), wanted))

    @strict_keywords
    def skip(self, row: int) -> None:
        """Put a row to the end of the queue.

        Parameters
        ----------
        row : int
            The row; it comes again when no other is left.

        Raises
        ------
        ValueError
            For a row that is not in this queue.

        """
        at = self._row("row", row)
        if self._outside[at]:
            raise ValueError(
                f"row: must be one of the {self.n_total} rows of this queue, got {at}. "
                f"Pass a row that next() gave."
            )
        self._skipped.pop(at, None)
        self._skipped[at] = None
        self._passed[at] = True

    @strict_keywords
    def n_left(self, labelled: Any) -> int:
        """Return how many rows of the queue are not labelled, skipped ones included.

        Parameters
        ----------
        labelled : (n,) bool mask, set or list of row positions
            The rows that need no label.

        """
        closed = row_mask("labelled", labelled, self._n_rows) | self._outside
        return self._n_rows - int(np.count_nonzero(closed))

    @strict_keywords
    def refresh(self, removed: Any = None) -> None:
        """Take up what changed outside, in the background.

        Parameters
        ----------
        removed : (n,) bool mask or row positions, optional
            The rows removed now; counts for the order "effect". Another learner's model needs no
            call, a callable `disagreement` is asked again.

        Raises
        ------
        ValueError, TypeError
            For rows out of range.

        """
        gone = None if removed is None else row_mask("removed", removed, self._n_rows)
        self._order.refresh(gone)

    @strict_keywords
    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the order is up to date, and tell whether it is; a person never needs to.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        """
        return self._order.wait(timeout)

    def _show(self, row: int) -> None:
        # A skipped row that comes again is a row shown anew, at the end.
        self._skipped.pop(row, None)
        self._place[row] = len(self._shown)
        self._passed[row] = True
        self._shown.append(row)

    def _following(self, closed: Mask, done: Mask, after: int | None) -> Iterator[int]:
        start, own_turn = 0, False
        if after is not None:
            start = int(self._place[after]) + 1 if self._place[after] >= 0 else len(self._shown)
            own_turn = not closed[after]
            closed[after] = done[after] = True
        self._foretold_beyond = False
        yield from self._shown_between(start, len(self._shown), closed)
        for row in _open(self._order.ranking, done):
            done[row] = True
            yield row
        for row in _open(self._shuffled, done):
            self._foretold_beyond = True
            yield row
            self._foretold_beyond = False
        yield from (row for row in list(self._skipped) if not closed[row])
        yield from self._shown_between(0, start, closed)
        if own_turn and after is not None:
            yield after

    def _shown_between(self, start: int, stop: int, closed: Mask) -> Iterator[int]:
        for place in range(start, stop):
            row = self._shown[place]
            if self._place[row] == place and not closed[row] and row not in self._skipped:
                yield row

    def _row(self, name: str, value: object) -> int:
        row = count(name, value, low=0)
        if row >= self._n_rows:
            raise ValueError(f"{name}: must lie in 0..{self._n_rows - 1}, got {row}.")
        return row


def _open(sequence: Positions, closed: Mask) -> Iterator[int]:
    """Yield the rows of a sequence that are not closed; looks at few at first."""
    start, step = 0, _FIRST_LOOK
    while start < len(sequence):
        part = sequence[start : start + step]
        yield from part[~closed[part]].tolist()
        start += step
        step = min(2 * step, _LONGEST_LOOK)

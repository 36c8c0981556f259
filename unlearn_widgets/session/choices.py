"""How rows are chosen in a session: by number, rule or likeness, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.planning import Plan
from unlearn_widgets.problem.ranking import describe_rule
from unlearn_widgets.session.gestures import SessionGestures
from unlearn_widgets.session.neighbors import Neighbors
from unlearn_widgets.session.row_set import as_mask
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import budget as as_budget
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from unlearn_widgets.records import Records
    from unlearn_widgets.session.history import Step
    from unlearn_widgets.session.recorder import Recorder
    from unlearn_widgets.session.removal import Removal

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]


class SessionChoices(SessionGestures):
    """The ways to choose rows for removal; `Session` adds what is known about the rows.

    Parameters
    ----------
    removal : Removal
        The rows chosen for removal.
    records : Records
        What the rows stand for.
    positions : ndarray of shape (n_rows, 2)
        Map coordinates.
    info : dict
        What does not change while the session lives, ready for JSON.
    recorder : Recorder
        Where every change is recorded.
    """

    def __init__(
        self,
        removal: Removal,
        records: Records,
        positions: NDArray[np.float32],
        info: dict[str, Any],
        recorder: Recorder,
    ) -> None:
        self.records = records
        self._neighbors = Neighbors(removal.problem)
        self._found: tuple[str, Rows] | None = None
        self._plan = Plan(removal.problem)
        super().__init__(removal, positions, info, recorder)

    @property
    def plan(self) -> Plan:
        """Rules compared over budgets and for targets.

        Planners show it, and `select_rule` takes its rules by name.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
        >>> uw.Session(problem).plan.need("likelihood_ratio", alpha=3.0).n
        2
        """
        return self._plan

    @strict_keywords
    def select(self, rows: ArrayLike, mode: str = "replace") -> None:
        """Choose rows for removal.

        Parameters
        ----------
        rows : array-like
            Positions, a mask of shape (n_rows,), or one of the named sets. Rows that may not be
            chosen (retained rows while `retain_locked`, rows of neither domain) are left out.
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.

        Raises
        ------
        ValueError
            For positions out of range or repeated, a set of another problem, an unknown mode, or
            when no row of either domain would be left. What was chosen stays.
        TypeError
            For values that are neither booleans nor integers.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([0, 3])
        >>> session.select([2], mode="add")
        >>> session.removed
        array([2, 3])
        """
        inside = as_mask(rows, self.problem.n_rows)
        self._choose(inside, mode, "select", rows=np.flatnonzero(inside))

    @strict_keywords
    def select_rule(self, selector_or_name: Any, budget: float, mode: str = "replace") -> None:
        """Choose the first rows of a removal order.

        Parameters
        ----------
        selector_or_name : {"random", "distance", "likelihood_ratio"}, name or selector
            The rule: one of the three, another one that is in `plan`, or a selector.
        budget : int or float
            Rows, or a share of the forget domain in [0, 1]. With groups in the problem the rest of
            their groups is chosen as well.
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.

        Raises
        ------
        ValueError
            For an unknown name, a budget out of range, or an unknown mode.
        TypeError
            For an object that is no rule, or a budget that is no number.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select_rule("likelihood_ratio", 0.5)
        >>> session.removed
        array([3])
        """
        rule, rows = self._first_of_rule(selector_or_name, budget)
        self._choose_rows(rows, mode, "rule", rule=rule, budget=len(rows))

    def add_rules(self, rules: Iterable[Any]) -> list[str]:
        """Let planners compare more rules, and `select_rule` take them by name.

        Parameters
        ----------
        rules : list of str or selector
            Rules by name, or selectors of `unlearn_widgets.selection`.

        Returns
        -------
        list of str
            The names they go by.

        Raises
        ------
        ValueError, TypeError
            For what is no rule.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.add_rules([uw.selection.DistanceSelector(metric="euclidean")])
        ["DistanceSelector(metric='euclidean')"]
        """
        names = self._plan.add(rules)
        with self._lock:
            self.set_trait("_info", {**self._info, "rules": list(self._plan.rules)})
        return names

    @strict_keywords
    def grow(self, k: int, mode: str = "add") -> None:
        """Choose the k forget rows nearest to the chosen ones in the embedding space.

        Parameters
        ----------
        k : int
            Number of rows.
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.

        Raises
        ------
        ValueError
            If nothing is chosen yet, `k` is no positive integer, or the mode is unknown.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> session.grow(1)
        >>> session.removed
        array([2, 3])
        """
        with self._lock:
            kept = self._removal.mask < (self.problem.domain_codes == FORGET)
            rows = self._neighbors.grow(self.removed, k, np.flatnonzero(kept))
            self._choose_rows(rows, mode, "grow", k=k)

    def duplicates(self) -> Rows:
        """Return rows that could be chosen, are not, and nearly equal a chosen row.

        Returns
        -------
        ndarray of int64
            Sorted positions.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [9.0], [2.0], [2.1], [5.0]], forget=[2, 3, 4])
        >>> session = uw.Session(problem)
        >>> session.select([2])
        >>> session.duplicates()
        array([3])
        """
        with self._lock:
            kept = self._removal.mask < self._removal.eligible
            return self._neighbors.near_duplicates(self.removed, np.flatnonzero(kept))

    @strict_keywords
    def search(self, text: str) -> Rows:
        """Return the rows whose key or text columns contain `text`, in any case. Chooses nothing.

        Parameters
        ----------
        text : str
            What to look for; the empty text is in no row.

        Returns
        -------
        ndarray of int64
            Sorted positions.

        Raises
        ------
        TypeError
            If `text` is no string.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, records={"text": ["hi", "WIN", "win!", "bye"]})
        >>> session.search("win")
        array([1, 2])
        """
        with self._lock:
            # A list of hits is fetched page by page.
            if self._found is None or self._found[0] != text:
                self._found = text, self.records.search(text)
            return self._found[1].copy()

    def invert(self) -> None:
        """Choose the rows that are not chosen, among those that may be.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> session.invert()
        >>> session.removed
        array([2])
        """
        self._commit_only(self._removal.inverted, "invert")

    def clear(self) -> None:
        """Choose nothing, retained rows included.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> session.clear()
        >>> len(session.removed)
        0
        """
        self._commit_only(lambda: np.zeros(self.problem.n_rows, dtype=np.bool_), "clear")

    def undo(self) -> None:
        """Take the last change back; rows and numbers are those before it.

        Raises
        ------
        IndexError
            If there is nothing to undo.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> session.undo()
        >>> len(session.removed), session.rev
        (0, 2)
        """
        self._walk(kinds.UNDO)

    def redo(self) -> None:
        """Do the change that was last undone again.

        Raises
        ------
        IndexError
            If there is nothing to redo.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> session.undo()
        >>> session.redo()
        >>> session.removed
        array([3])
        """
        self._walk(kinds.REDO)

    def _walk(self, way: str) -> None:
        """Go one step back or forth, and record which step is meant."""
        meant: list[Step | None] = []

        def record(old: Mask) -> None:
            self._recorder.record_walk(way, meant[0], old)

        with self._committing(record):
            history = self._removal.history
            meant.append(history.current if way == kinds.UNDO else history.undone)
            (self._removal.undo if way == kinds.UNDO else self._removal.redo)(self._acting)
            self._gesture = None

    def _first_of_rule(self, selector_or_name: Any, budget: float) -> tuple[str, Rows]:
        """Return the name of a rule and its first rows."""
        n_rows = as_budget(budget, self.problem.n_forget)
        named = isinstance(selector_or_name, str) and selector_or_name in self._plan.rules
        rule = self._plan.rules[selector_or_name] if named else selector_or_name
        rows = self.problem.rank(rule)[:n_rows]
        return selector_or_name if named else describe_rule(rule), rows

    def _choose_rows(self, rows: Rows, mode: str, kind: str, **detail: Any) -> None:
        self._choose(self._mask_of(rows), mode, kind, **detail)

    def _commit_only(self, proposal: Any, kind: str) -> None:
        with self._committing():
            self._removal.commit(proposal(), kind, source=self._acting)
            self._gesture = None

    def _mask_of(self, rows: Rows) -> Mask:
        mask = np.zeros(self.problem.n_rows, dtype=np.bool_)
        mask[rows] = True
        return mask

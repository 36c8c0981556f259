"""How rows are chosen in a session: by number, gesture, rule or likeness, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.maps.geometry import PointIndex
from unlearn_widgets.problem.ranking import describe_rule
from unlearn_widgets.session.neighbors import Neighbors
from unlearn_widgets.session.state import SessionState
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import budget as as_budget
from unlearn_widgets.validation import row_mask
from unlearn_widgets.wire.codecs import encode_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from unlearn_widgets.records import Records
    from unlearn_widgets.session.removal import Removal

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]


class SessionChoices(SessionState):
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
    """

    def __init__(
        self,
        removal: Removal,
        records: Records,
        positions: NDArray[np.float32],
        info: dict[str, Any],
    ) -> None:
        self.problem = removal.problem
        self.records = records
        self._index = PointIndex(positions)
        self._neighbors = Neighbors(self.problem)
        self._found: tuple[str, Rows] | None = None
        self._last_gesture: dict[str, Any] | None = None
        super().__init__(removal, positions, info)

    @property
    def last_gesture(self) -> dict[str, Any] | None:
        """The last gesture, or None before the first.

        It holds ``tool``, ``mode``, ``path`` ((m, 2) float64 map coordinates), ``inside_forget``
        and ``inside_retain`` (rows that lay inside), and ``radius`` of a brush or ``row`` of a
        click.
        """
        return None if self._last_gesture is None else dict(self._last_gesture)

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
            For positions out of range or repeated, an unknown mode, or when no row of either
            domain would be left. What was chosen stays.
        """
        inside = row_mask("rows", rows, self.problem.n_rows)
        self._choose(inside, mode, "select", rows=np.flatnonzero(inside))

    def select_lasso(self, polygon: ArrayLike, mode: str = "replace") -> None:
        """Choose the rows inside a polygon on the map.

        Parameters
        ----------
        polygon : array-like of shape (m, 2)
            Vertices in map coordinates; the last is joined to the first (even-odd rule).
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.

        Raises
        ------
        ValueError
            For fewer than 3 vertices or coordinates that are not finite.
        """
        self._gesture_by("lasso", polygon, mode)

    def select_rectangle(self, corners: ArrayLike, mode: str = "replace") -> None:
        """Choose the rows in a rectangle on the map, its border included.

        Parameters
        ----------
        corners : array-like of shape (2, 2)
            Two opposite corners in map coordinates.
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.
        """
        self._gesture_by("rectangle", corners, mode)

    def select_disc(
        self, centers: ArrayLike, radius: float | tuple[float, float], mode: str = "replace"
    ) -> None:
        """Choose the rows within a radius of any of the centres on the map.

        Parameters
        ----------
        centers : array-like of shape (2,) or (m, 2)
            Map coordinates.
        radius : float or pair of float
            Radius, or half axes along x and y, in map units.
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.
        """
        axes = (radius, radius) if np.ndim(radius) == 0 else radius
        self._gesture_by("brush", np.atleast_2d(np.asarray(centers)), mode, radius=axes)

    def select_rule(self, selector_or_name: Any, budget: float, mode: str = "replace") -> None:
        """Choose the first rows of a removal order.

        Parameters
        ----------
        selector_or_name : {"random", "distance", "likelihood_ratio"} or selector
            The rule.
        budget : int or float
            Rows, or a share of the forget domain in [0, 1].
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.
        """
        n_rows = as_budget(budget, len(self.problem.forget_rows))
        rows = self.problem.rank(selector_or_name)[:n_rows]
        rule = describe_rule(selector_or_name)
        self._choose_rows(rows, mode, "rule", rule=rule, budget=n_rows)

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
            If nothing is chosen yet.
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
        """
        with self._lock:
            kept = self._removal.mask < self._removal.eligible
            return self._neighbors.near_duplicates(self.removed, np.flatnonzero(kept))

    def search(self, text: str) -> Rows:
        """Return the rows whose key or text columns contain `text`, in any case. Chooses nothing.

        Returns
        -------
        ndarray of int64
            Sorted positions.
        """
        with self._lock:
            # A list of hits is fetched page by page.
            if self._found is None or self._found[0] != text:
                self._found = text, self.records.search(text)
            return self._found[1].copy()

    def invert(self) -> None:
        """Choose the rows that are not chosen, among those that may be."""
        self._commit_only(self._removal.inverted, "invert")

    def clear(self) -> None:
        """Choose nothing, retained rows included."""
        self._commit_only(lambda: np.zeros(self.problem.n_rows, dtype=np.bool_), "clear")

    def undo(self) -> None:
        """Take the last change back; rows and numbers are those before it.

        Raises
        ------
        IndexError
            If there is nothing to undo.
        """
        with self._committing():
            self._removal.undo(self._acting)
            self._gesture = None

    def redo(self) -> None:
        """Do the change that was last undone again.

        Raises
        ------
        IndexError
            If there is nothing to redo.
        """
        with self._committing():
            self._removal.redo(self._acting)
            self._gesture = None

    def _gesture_by(
        self, tool: str, path: ArrayLike, mode: str, radius: Any = None, row: int | None = None
    ) -> dict[str, int]:
        inside = self._index.gesture(tool, path, radius, row)
        vertices = np.array(path, dtype=np.float64)
        vertices.flags.writeable = False
        shape = {"path": vertices, "radius": radius, "row": row}
        detail = {name: value for name, value in shape.items() if value is not None}
        return self._choose(inside, mode, tool, **detail)

    def _choose_rows(self, rows: Rows, mode: str, kind: str, **detail: Any) -> None:
        self._choose(self._mask_of(rows), mode, kind, **detail)

    def _choose(self, inside: Mask, mode: str, kind: str, **detail: Any) -> dict[str, int]:
        with self._committing():
            new = self._removal.propose(inside, mode)
            n_changed = self._removal.commit(new, kind, mode, source=self._acting, **detail)
            forget, retain = self._removal.count(inside)
            counts = {"inside_forget": forget, "inside_retain": retain}
            named = {"tool": kind, "mode": mode, **counts}
            self._gesture = {**named, "locked": self._removal.retain_locked}
            if "path" in detail:
                self._last_gesture = {**named, **detail}
        return {**counts, "n_changed": n_changed}

    def _preview(
        self, tool: str, path: ArrayLike, mode: str, radius: Any = None, row: int | None = None
    ) -> dict[str, Any]:
        inside = self._index.gesture(tool, path, radius, row)
        with self._lock:
            effect = self.problem.effect(self._removal.propose(inside, mode))
            forget, retain = self._removal.count(inside)
            return {
                "rev": self.rev,
                "values": encode_values(effect.to_dict()),
                "inside_forget": forget,
                "inside_retain": retain,
            }

    def _commit_only(self, proposal: Any, kind: str) -> None:
        with self._committing():
            self._removal.commit(proposal(), kind, source=self._acting)
            self._gesture = None

    def _mask_of(self, rows: Rows) -> Mask:
        mask = np.zeros(self.problem.n_rows, dtype=np.bool_)
        mask[rows] = True
        return mask

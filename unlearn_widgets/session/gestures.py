"""Rows chosen by drawing on the map, and how any choice becomes a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.maps.geometry import PointIndex
from unlearn_widgets.session.state import SessionState
from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.wire.codecs import encode_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from unlearn_widgets.session.recorder import Recorder
    from unlearn_widgets.session.removal import Removal

    Mask = NDArray[np.bool_]


class SessionGestures(SessionState):
    """The gestures; `SessionChoices` adds choices by number, rule and likeness.

    Parameters
    ----------
    removal : Removal
        The rows chosen for removal.
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
        positions: NDArray[np.float32],
        info: dict[str, Any],
        recorder: Recorder,
    ) -> None:
        self.problem = removal.problem
        self._index = PointIndex(positions)
        self._last_gesture: dict[str, Any] | None = None
        # The rows inside it, of both domains and none.
        self._last_inside: Mask | None = None
        super().__init__(removal, positions, info, recorder)

    @property
    def last_gesture(self) -> dict[str, Any] | None:
        """The last gesture, or None before the first.

        It holds ``tool``, ``mode``, ``path`` ((m, 2) float64 map coordinates), ``inside_forget``
        and ``inside_retain`` (rows that lay inside), and ``radius`` of a brush or ``row`` of a
        click.
        """
        return None if self._last_gesture is None else dict(self._last_gesture)

    @strict_keywords
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

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, map=[[0, 0], [1, 0], [2, 0], [4, 0]])
        >>> session.select_lasso([[1.5, -1], [9, 0], [1.5, 1]])
        >>> session.removed, session.last_gesture["inside_forget"]
        (array([2, 3]), 2)
        """
        self._gesture_by("lasso", polygon, mode)

    @strict_keywords
    def select_rectangle(self, corners: ArrayLike, mode: str = "replace") -> None:
        """Choose the rows in a rectangle on the map, its border included.

        Parameters
        ----------
        corners : array-like of shape (2, 2)
            Two opposite corners in map coordinates.
        mode : {"replace", "add", "subtract", "intersect"}
            How to combine them with the rows chosen so far.

        Raises
        ------
        ValueError
            For another shape, or coordinates that are not finite.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, map=[[0, 0], [1, 0], [2, 0], [4, 0]])
        >>> session.select_rectangle([[2, 0], [3, 1]])
        >>> session.removed
        array([2])
        """
        self._gesture_by("rectangle", corners, mode)

    @strict_keywords
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

        Raises
        ------
        ValueError
            For another shape, coordinates that are not finite, or a radius that is not positive.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, map=[[0, 0], [1, 0], [2, 0], [4, 0]])
        >>> session.select_disc([4.5, 0], radius=0.5)
        >>> session.removed
        array([3])
        """
        axes = (radius, radius) if np.ndim(radius) == 0 else radius
        self._gesture_by("brush", np.atleast_2d(np.asarray(centers)), mode, radius=axes)

    def _gesture_by(
        self, tool: str, path: ArrayLike, mode: str, radius: Any = None, row: int | None = None
    ) -> dict[str, int]:
        inside = self._index.gesture(tool, path, radius, row)
        vertices = np.array(path, dtype=np.float64)
        vertices.flags.writeable = False
        shape = {"path": vertices, "radius": radius, "row": row}
        detail = {name: value for name, value in shape.items() if value is not None}
        return self._choose(inside, mode, tool, **detail)

    def _preview(
        self, tool: str, path: ArrayLike, mode: str, radius: Any = None, row: int | None = None
    ) -> dict[str, Any]:
        return self._preview_of(self._index.gesture(tool, path, radius, row), mode)

    def _preview_of(self, inside: Mask, mode: str) -> dict[str, Any]:
        with self._lock:
            effect = self.problem.effect(self._removal.propose(inside, mode))
            forget, retain = self._removal.count(inside)
            return {
                "rev": self.rev,
                "values": encode_values(effect.to_dict()),
                "inside_forget": forget,
                "inside_retain": retain,
            }

    def _choose(self, inside: Mask, mode: str, kind: str, **detail: Any) -> dict[str, int]:
        with self._committing():
            new = self._removal.propose(inside, mode)
            n_changed = self._removal.commit(new, kind, mode, source=self._acting, **detail)
            forget, retain = self._removal.count(inside)
            counts = {"inside_forget": forget, "inside_retain": retain}
            named = {"tool": kind, "mode": mode, **counts}
            self._gesture = {**named, "locked": self._removal.retain_locked}
            if "path" in detail:
                self._last_gesture, self._last_inside = {**named, **detail}, inside
        return {**counts, "n_changed": n_changed}

"""Whitened rows of a problem, a few megabytes at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.statistics import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats, Positions


def parts(problem: UnlearningProblem, rows: Positions) -> Iterator[tuple[slice, Floats]]:
    """Yield some rows in whitened coordinates, with their places among `rows`.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows.
    rows : (m,) ndarray of int64
        Which of them, in the order wanted.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> list(parts(problem, np.array([2, 4])))
    [(slice(0, 2, None), array([[4.], [0.]]))]

    """
    for part in chunks(len(rows), problem.dim_effective):
        yield part, problem.whitened(rows[part])


def total(problem: UnlearningProblem, rows: Positions) -> Floats:
    """Return the (dim_effective,) sum of some whitened rows.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows.
    rows : (m,) ndarray of int64
        Which of them.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> total(problem, np.array([2, 3]))
    array([3.])

    """
    result = np.zeros(problem.dim_effective)
    for _, values in parts(problem, rows):
        result += values.sum(axis=0)
    return result


def scatter(problem: UnlearningProblem, rows: Positions) -> Floats:
    """Return the (dim_effective, dim_effective) sum of x x' over some whitened rows.

    Parameters
    ----------
    problem : UnlearningProblem
        The rows.
    rows : (m,) ndarray of int64
        Which of them.

    Examples
    --------
    >>> from unlearn_widgets import UnlearningProblem
    >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> scatter(problem, np.array([2, 3]))
    array([[17.]])

    """
    result = np.zeros((problem.dim_effective,) * 2)
    for _, values in parts(problem, rows):
        result += values.T @ values
    return result

"""Two domains of embeddings, and the effect of removing any set of their rows."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.blas import single_thread
from unlearn_widgets.problem.facts import ProblemFacts
from unlearn_widgets.problem.groups import Groups
from unlearn_widgets.problem.live import CovarianceRefit, MeanRefit
from unlearn_widgets.problem.matrix import matrix
from unlearn_widgets.problem.orders import RemovalOrders
from unlearn_widgets.problem.prediction import Prediction
from unlearn_widgets.problem.rows import KeptSums, WhitenedRows
from unlearn_widgets.problem.whitening import covariance_mode, fit
from unlearn_widgets.statistics import domain_codes
from unlearn_widgets.validation import probability, row_mask, strict_keywords

if TYPE_CHECKING:
    import numpy.typing as npt

    from unlearn_widgets.problem.effect import Effect
    from unlearn_widgets.validation import Floats, Positions


class UnlearningProblem(RemovalOrders, ProblemFacts):
    """Rows of an unwanted (forget) and a retained domain, and what removing some of them does.

    Parameters
    ----------
    X : (n, d) array-like, data frame of numeric columns, or sparse matrix
        Embeddings. NumPy arrays and memory maps are kept by reference and read in chunks; sparse
        matrices are densified up to 256 MB.
    forget : (n,) bool mask or row positions
        Sample of the unwanted domain p1, at least 2 rows.
    retain : (n,) bool mask or row positions, optional
        Sample of the retained domain p2, at least 2 rows. Default: all other rows. Rows in
        neither domain can be shown but count in no number.
    covariance : "shared", "refit" or (d, d) array
        "shared": the pooled within-domain covariance, frozen. "refit": the maximum-likelihood
        covariance of each domain and of every edit. An array: the known covariance.
    shrinkage : None, "auto", "ledoit-wolf" or "oas"
        Shrinkage of the shared covariance. "auto" acts, as Ledoit-Wolf, only when
        n1 + n2 - 2 <= dim_effective + 1; see `shrinkage_used`.
    groups : (n,) array-like, optional
        Labels (user, thread) of rows that are removed together, within each domain.

    Raises
    ------
    ValueError
        For rows that are not finite, domains that overlap or have fewer than 2 rows, positions
        out of range or repeated, a covariance of the wrong shape or not positive definite.
    TypeError
        For entries that are not numbers, and for unknown keywords.

    Notes
    -----
    Sections 0, 1, 3 and 4 of docs/theory.md. p1 and p2 are always fitted to the full samples;
    only the edited p^ changes with a removal. Where the means of the domains differ outside the
    span of the covariance, alpha and epsilon are inf, never a clipped number.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]])
    >>> problem = UnlearningProblem(X, forget=[0, 1, 2])
    >>> problem.divergence
    4.5
    >>> effect = problem.effect([0, 1, 2])
    >>> effect.alpha, effect.epsilon
    (4.5, 0.0)

    """

    @strict_keywords
    def __init__(
        self,
        X: Any,
        forget: Any,
        retain: Any = None,
        covariance: Any = "shared",
        shrinkage: str | None = "auto",
        groups: Any = None,
    ) -> None:
        self.X = X
        self.forget = forget
        self.retain = retain
        self.covariance = covariance
        self.shrinkage = shrinkage
        self.groups = groups
        self._X = matrix("X", X)
        self._codes = domain_codes(len(self._X), forget, retain)
        self._groups = None if groups is None else Groups(groups, self._codes)
        self._mode = covariance_mode(covariance, shrinkage)
        self._lock = threading.RLock()
        with single_thread():
            self._whitening = fit(self._X, self._codes, covariance, shrinkage)
            self._rows = WhitenedRows(self._X, self._codes, self._whitening)
            refit = self._mode == "refit"
            live = (CovarianceRefit if refit else MeanRefit)(self._rows, self._whitening)
            self._kept = KeptSums(self._rows, second_moments=refit)
            self._prediction = Prediction(
                mode=self._mode,
                rows=self._rows,
                whitening=self._whitening,
                live=live,
                before=live.numbers(self._kept),
            )
        RemovalOrders.__init__(self)
        self._codes.setflags(write=False)
        self._rows.scores.setflags(write=False)

    @strict_keywords
    def whitened(self, rows: Any) -> Floats:
        """Return rows in coordinates where the covariance is the identity, centred at m2.

        Parameters
        ----------
        rows : (n,) bool mask or row positions
            The rows, in the order wanted.

        Returns
        -------
        (len(rows), dim_effective) float64 ndarray

        Examples
        --------
        >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
        >>> problem.whitened([2, 4])
        array([[4.],
               [0.]])

        """
        mask = row_mask("rows", rows, self.n_rows)
        given = np.asarray(rows)
        ordered = given.dtype.kind in "iu" and given.ndim == 1
        return self._rows.take(given if ordered else np.flatnonzero(mask))

    @strict_keywords
    def effect(self, removed: Any, delta: float = 0.05) -> Effect:
        """Compute what removing some rows does.

        Successive calls only touch the rows that changed. Safe to call from several threads.

        Parameters
        ----------
        removed : (n,) bool mask or row positions
            Rows to remove, of the forget or the retained domain; rows in neither are ignored.
            With `groups` the rest of their groups goes too.
        delta : float
            Chance, in (0, 1), that the certificate fails.

        Returns
        -------
        Effect

        Raises
        ------
        ValueError
            When no row would be kept, a position is out of range or repeated, or delta is not in
            (0, 1).

        Examples
        --------
        >>> problem = UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
        >>> problem.effect([2])
        Effect of removing 1 of 3 forget rows and 0 of 3 retained rows
          alpha                       1.125 ->            2  at least 0 with 95 % confidence
          epsilon                     1.125 ->          0.5  at most 9.778 with 95 % confidence
          forget_log_loss           2.54394 ->      3.41894
          retain_log_loss           2.54394 ->      1.91894

        """
        risk = probability("delta", delta)
        with self._lock:
            return self._prediction.effect(self._kept, self._removal("removed", removed), risk)

    @strict_keywords
    def whole_groups(self, rows: Any) -> Positions:
        """Return the sorted positions of rows and the rest of their groups in the same domain.

        Parameters
        ----------
        rows : (n,) bool mask or row positions
            Rows of X.

        Examples
        --------
        >>> X, users = [[2.0], [3.0], [4.0], [-1.0], [0.0]], ["ann", "bob", "ann", "ann", "bob"]
        >>> UnlearningProblem(X, [0, 1, 2], groups=users).whole_groups([0])
        array([0, 2])

        """
        return np.flatnonzero(self._removal("rows", rows))

    @strict_keywords
    def arrange(self, positions: npt.ArrayLike) -> None:
        """Prepare sums of rows that lie together on a map, so that brushing it is faster.

        Parameters
        ----------
        positions : (n, 2) array-like
            Coordinates of each row on the map; the numbers do not depend on them.

        Raises
        ------
        ValueError
            For another shape, or coordinates that are not finite.

        """
        points = np.asarray(positions, dtype=np.float64)
        if points.shape != (self.n_rows, 2) or not np.isfinite(points).all():
            message = (
                f"positions: must be finite and of shape ({self.n_rows}, 2), one point for each "
                f"row of X, got shape {points.shape}."
            )
            raise ValueError(message)
        with self._lock:
            self._rows.arrange(points)

    def __repr__(self) -> str:
        return (
            f"UnlearningProblem({self.n_forget} forget rows, {self.n_retain} retained rows, "
            f"d = {self.dim}, dim_effective = {self.dim_effective}, covariance {self._mode!r}, "
            f"divergence {self.divergence:.4g} nats)"
        )

"""What is known of a problem before any row is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.problem.diagnosis import diagnose
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.theory.gaussian import unbias

if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    from unlearn_widgets.problem.diagnosis import Diagnosis
    from unlearn_widgets.problem.prediction import Prediction
    from unlearn_widgets.problem.rows import WhitenedRows
    from unlearn_widgets.problem.whitening import Whitening
    from unlearn_widgets.statistics import Codes
    from unlearn_widgets.validation import Floats, Positions


class ProblemFacts:
    """Counts, dimensions, divergence and scores of an `UnlearningProblem`."""

    _X: npt.NDArray[Any]
    _codes: Codes
    _mode: str
    _rows: WhitenedRows
    _whitening: Whitening
    _prediction: Prediction
    _diagnosis: Diagnosis | None = None

    @property
    def n_rows(self) -> int:
        """Number of rows n of X."""
        return len(self._codes)

    @property
    def n_forget(self) -> int:
        """Rows in the forget domain."""
        return self._rows.counts[FORGET]

    @property
    def n_retain(self) -> int:
        """Rows in the retained domain."""
        return self._rows.counts[RETAIN]

    @property
    def dim(self) -> int:
        """Number of columns d of X."""
        return int(self._X.shape[1])

    @property
    def dim_effective(self) -> int:
        """Dimension of the span of the covariance (docs/theory.md, section 4)."""
        return self._rows.dim

    @property
    def domain_codes(self) -> Codes:
        """(n,) uint8 domain of each row: 0 neither, 1 retain, 2 forget."""
        return self._codes

    @property
    def forget_rows(self) -> Positions:
        """Sorted positions of the forget rows."""
        return np.flatnonzero(self._codes == FORGET)

    @property
    def retain_rows(self) -> Positions:
        """Sorted positions of the retained rows."""
        return np.flatnonzero(self._codes == RETAIN)

    @property
    def shrinkage_used(self) -> str | None:
        """Shrinkage that acted on the covariance, None when it was not shrunk."""
        return self._whitening.shrinkage_used

    @property
    def precision(self) -> str:
        """How whitened rows are stored: "float64", or "float32" for more than 256 MB."""
        return self._rows.precision

    @property
    def divergence(self) -> float:
        """Plug-in k = KL(p1 || p2) in nats; inf where the means differ outside the span."""
        return self._prediction.live.divergence

    @property
    def divergence_unbiased(self) -> float:
        """Unbiased estimate of k in nats (docs/theory.md, section 3); NaN where none is known.

        That is: with a refitted or shrunk covariance, or too few rows for the dimension.
        """
        d, n1, n2 = self.dim_effective, self.n_forget, self.n_retain
        if self._mode == "known":
            return self.divergence - 0.5 * d * (1.0 / n1 + 1.0 / n2)
        if self._mode == "refit" or self.shrinkage_used or n1 + n2 - 2 <= d + 1:
            return float("nan")
        return unbias(2.0 * self.divergence, d, n1, n2)

    @property
    def covariance_mode(self) -> str:
        """How the covariance is had: "shared", "refit" or "known"."""
        return self._mode

    @property
    def entropies(self) -> dict[int, float]:
        """Entropy of each domain in nats, by domain code; its log-loss is this plus the KL."""
        return dict(self._prediction.live.entropies)

    @property
    def scores(self) -> Floats:
        """(n,) log-likelihood ratio log p1(x)/p2(x) of every row in nats, equal covariances.

        Higher means more like the forget domain. Rows in neither domain have one as well.
        """
        return self._rows.scores

    def diagnose(self) -> Diagnosis:
        """Tell how far the Gaussian predictions can be trusted, and why.

        Computed at the first call and kept; its cost does not grow with the number of rows. The
        same rows always get the same answer. Safe to call from several threads.

        Returns
        -------
        Diagnosis
            With the verdict "good", "indicative" or "do not rely", and reasons.

        Notes
        -----
        Section 6 of docs/theory.md.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> domains = uw.datasets.make_gaussians(200, 400, shift=0.0, dim=40, random_state=2)
        >>> uw.UnlearningProblem(domains.X, domains.forget).diagnose()
        Gaussian predictions: do not rely
        - ... % of the plug-in divergence of ... nats is sampling noise ...
        """
        # Two threads may both compute it: it is the same, and no lock keeps a brush waiting.
        if self._diagnosis is None:
            self._diagnosis = diagnose(
                self._rows,
                self._whitening,
                self._mode,
                self.divergence,
                self.divergence_unbiased,
            )
        return self._diagnosis

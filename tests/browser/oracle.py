"""The numbers of a removal, computed from the embeddings alone with NumPy and SciPy.

Nothing here imports ``unlearn_widgets``, and the route differs from it on purpose: whitening comes
from a singular value decomposition of the residuals, every mean and every count is taken afresh
from the rows that are kept, and membership is the published formula, edge by edge.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2


def load_sms(data):
    """Return the embeddings and the two masks straight from the bundled files."""
    X = np.load(data / "sms_spam_minilm_l6_v2.npy").astype(np.float64)
    with (data / "sms_spam.csv").open(encoding="utf-8", newline="") as file:
        spam = np.array([row["label"] == "spam" for row in csv.DictReader(file)])
    return X, spam, ~spam


def inside_lasso(positions, path):
    """Even-odd membership by the formula of the contract, one edge after the other."""
    x, y = np.asarray(positions, dtype=np.float64).T
    path = np.asarray(path, dtype=np.float64)
    inside = np.zeros(len(x), dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        for (xi, yi), (xj, yj) in zip(path, np.roll(path, -1, axis=0), strict=True):
            crosses = (yi > y) != (yj > y)
            inside ^= crosses & (x < (xj - xi) * (y - yi) / (yj - yi) + xi)
    return inside


@dataclass
class Domains:
    """Two domain samples under their pooled covariance, whitened where it has any spread."""

    X: np.ndarray
    forget: np.ndarray
    retain: np.ndarray

    def __post_init__(self):
        X1, X2 = self.X[self.forget], self.X[self.retain]
        residuals = np.vstack([X1 - X1.mean(axis=0), X2 - X2.mean(axis=0)])
        self.nu = len(residuals) - 2
        scale = np.sqrt((residuals**2).sum(axis=0) / self.nu)
        varies = scale > 0
        scaled = residuals[:, varies] / scale[varies]
        _, singular, directions = np.linalg.svd(scaled / np.sqrt(self.nu), full_matrices=False)
        kept = singular**2 > 1e-10 * singular[0] ** 2
        self.d = int(kept.sum())
        self.white = (self.X[:, varies] - X2.mean(axis=0)[varies]) / scale[varies]
        self.white = self.white @ (directions[kept].T / singular[kept])
        # The determinant of S within the span: scales of all varying columns, then eigenvalues.
        log_det = 2 * np.log(scale[varies]).sum() + 2 * np.log(singular[kept]).sum()
        self.entropy = 0.5 * (self.d * np.log(2 * np.pi * np.e) + log_det)

    def distance(self, removed, domain):
        """Whitened distance between the edited mean and the mean of a whole domain."""
        kept = (self.forget | self.retain) & ~removed
        gap = self.white[kept].mean(axis=0) - self.white[domain].mean(axis=0)
        return float(np.linalg.norm(gap))

    def numbers(self, removed, delta=0.05):
        """Every number the read-out shows for one set of removed rows, by its hook."""
        n1, n2 = int(self.forget.sum()), int(self.retain.sum())
        n1k = int((self.forget & ~removed).sum())
        n2k = int((self.retain & ~removed).sum())
        N = n1k + n2k
        w = n1k / N
        nothing = np.zeros_like(removed)
        far, near = self.distance(removed, self.forget), self.distance(removed, self.retain)
        far0, near0 = self.distance(nothing, self.forget), self.distance(nothing, self.retain)
        tau = np.sqrt(self.d / self.nu) + np.sqrt(2 * np.log(4 / delta) / self.nu)
        radius = np.sqrt(chi2.ppf(1 - delta / 4, self.d) / np.array([n1, n2]))
        after = {
            "alpha": far**2 / 2,
            "epsilon": near**2 / 2,
            "forget-log-loss": self.entropy + far**2 / 2,
            "retain-log-loss": self.entropy + near**2 / 2,
        }
        before = {
            "alpha": far0**2 / 2,
            "epsilon": near0**2 / 2,
            "forget-log-loss": self.entropy + far0**2 / 2,
            "retain-log-loss": self.entropy + near0**2 / 2,
        }
        values = {
            "uw-n-removed": int(removed.sum()),
            "uw-removed-share": (n1 - n1k) / n1,
            "uw-n-retained-touched": n2 - n2k,
            "uw-alpha-certified": max(0.0, far * max(0.0, 1 - tau) - radius[0]) ** 2 / 2,
            "uw-epsilon-certified": (near * (1 + tau) + radius[1]) ** 2 / 2,
            "uw-alpha-floor": self.d / 2 * (1 / N + (1 - 2 * w) / n1),
            "uw-epsilon-floor": self.d / 2 * (1 / N + (2 * w - 1) / n2),
        }
        for name, value in after.items():
            values[f"uw-{name}"] = value
            values[f"uw-{name}-before"] = before[name]
            values[f"uw-{name}-change"] = value - before[name]
        return values

    def random_equivalent(self, removed):
        """Smallest number of random removals that reach the same alpha, or None."""
        n1, n2 = int(self.forget.sum()), int(self.retain.sum())
        alpha = self.distance(removed, self.forget) ** 2 / 2
        means = self.white[self.forget].mean(axis=0) - self.white[self.retain].mean(axis=0)
        k = float(means @ means) / 2
        f = np.arange(n1 + 1)
        reached = (1 - (n1 - f) / (n1 - f + n2)) ** 2 * k >= alpha * (1 - 1e-12)
        return int(f[reached][0]) if reached.any() else None

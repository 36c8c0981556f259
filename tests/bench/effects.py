"""How long one effect takes, beside the same numbers computed from scratch.

Runs in a process of its own: ``python -m tests.bench.effects ROWS`` prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.bench.timing import timed
from unlearn_widgets import UnlearningProblem

DIM = 384
CHUNK = 50_000


def embeddings(path, n_rows, n_forget):
    """Write two Gaussian domains as a float32 memory map, chunk by chunk."""
    rng = np.random.default_rng(0)
    X = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(n_rows, DIM))
    for start in range(0, n_rows, CHUNK):
        X[start : start + CHUNK] = rng.standard_normal(
            (min(CHUNK, n_rows - start), DIM), np.float32
        )
    X[:n_forget, 0] += 2
    X.flush()
    return np.load(path, mmap_mode="r")


def from_scratch(X, kept):
    """Mean, covariance and log-determinant of the kept rows, the way one would write it first."""
    count, total, square = 0, np.zeros(DIM), np.zeros((DIM, DIM))
    for start in range(0, len(X), CHUNK):
        rows = X[start : start + CHUNK][kept[start : start + CHUNK]].astype(np.float64)
        count += len(rows)
        total += rows.sum(axis=0)
        square += rows.T @ rows
    mean = total / count
    return mean, np.linalg.slogdet(square / count - np.outer(mean, mean))


def lasso_masks(positions, n_forget, share):
    """Three compact regions of the map, each with this share of the forget rows."""
    masks = []
    for angle in (0.0, 2.1, 4.2):
        center = positions[:n_forget].mean(axis=0) + 0.7 * np.array([np.cos(angle), np.sin(angle)])
        distance = np.linalg.norm(positions - center, axis=1)
        distance[n_forget:] = np.inf
        mask = np.zeros(len(positions), dtype=bool)
        mask[np.argsort(distance)[: round(share * n_forget)]] = True
        masks.append(mask)
    return masks


def measure(n_rows, folder):
    n_forget = n_rows // 5
    X = embeddings(Path(folder) / "embeddings.npy", n_rows, n_forget)
    forget = np.zeros(n_rows, dtype=bool)
    forget[:n_forget] = True
    start = time.perf_counter()
    problem = UnlearningProblem(X, forget)
    built = time.perf_counter() - start
    positions = np.column_stack([problem.scores, np.asarray(X[:, 1])]).astype(np.float32)
    positions /= positions.std(axis=0)
    problem.arrange(positions)

    brushes = lasso_masks(positions, n_forget, 0.1)
    problem.effect(brushes[-1])
    brush = timed(lambda run: problem.effect(brushes[run % 3]), 30)

    rng = np.random.default_rng(1)
    scattered = []
    for _ in range(3):
        mask = np.zeros(n_rows, dtype=bool)
        mask[rng.choice(n_forget, round(0.1 * n_forget), replace=False)] = True
        scattered.append(mask)
    anywhere = timed(lambda run: problem.effect(scattered[run % 3]), 10)

    step = max(1, round(0.005 * n_forget))
    rows = np.flatnonzero(forget & ~brushes[0])[: 30 * step]
    growing = []
    mask = brushes[0].copy()
    for run in range(30):
        mask[rows[run * step : (run + 1) * step]] = True
        growing.append(mask.copy())
    problem.effect(brushes[0])
    change = timed(lambda run: problem.effect(growing[run]), 30)

    naive = timed(lambda run: from_scratch(X, ~brushes[run % 3]), 3 if n_rows <= 100_000 else 1)
    return {
        "built": [built],
        "brush": brush,
        "scattered": anywhere,
        "change": change,
        "naive": naive,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measure(int(sys.argv[1]), scratch)))  # noqa: T201 - the answer

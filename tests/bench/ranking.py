"""How long each rule takes to rank 20,000 forget rows among 100,000 x 384.

Runs in a process of its own: ``python -m tests.bench.ranking ROWS`` prints one line of JSON.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from tests.bench.timing import timed
from unlearn_widgets import selection

DIM = 384
SELECTORS = {
    "distance": selection.DistanceSelector(),
    "likelihood ratio": selection.LikelihoodRatioSelector(),
    "classifier": selection.ClassifierSelector(),
    "neighbor": selection.NeighborSelector(),
    "herding": selection.HerdingSelector(),
    "coreset, k-center": selection.CoresetSelector(),
    "coreset, facility location": selection.CoresetSelector("facility-location"),
    "influence": selection.InfluenceSelector(),
}


def measure(n_rows):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_rows, DIM), np.float32)
    y = np.arange(n_rows) < n_rows // 5
    X[y, 0] += 2
    return {
        name: timed(lambda _run, one=selector: one.fit(X, y).rank(), 1)
        for name, selector in SELECTORS.items()
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))  # noqa: T201 - the answer

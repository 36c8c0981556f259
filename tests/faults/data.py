"""The small data that programs annotate before they are killed."""

from __future__ import annotations

import unlearn_widgets as uw

N_FORGET, N_RETAIN = 100, 120
KEYS = [f"r{row}" for row in range(N_FORGET + N_RETAIN)]


def open_session(path):
    """Open the session that every program of a test shares."""
    domains = uw.datasets.make_gaussians(N_FORGET, N_RETAIN, shift=2.0, dim=4, random_state=0)
    problem = uw.UnlearningProblem(domains.X, domains.forget)
    return uw.Session(problem, {"id": KEYS}, key="id", map="pca", store=path, who="ana")

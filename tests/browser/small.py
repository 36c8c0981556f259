"""A small session for the tests that are about the interface and not about the data."""

from __future__ import annotations

SMALL = """
import unlearn_widgets as uw

domains = uw.datasets.make_gaussians(60, 140, shift=2.0, dim=3, random_state=0)
problem = uw.UnlearningProblem(domains.X, domains.forget, domains.retain)
session = uw.Session(problem, records={"text": [f"message {i}" for i in range(200)]})
uw.Workbench(session)
"""

# A triangle around everything on the map.
EVERYTHING = "[edge for edge in [*session.positions.min(0), *session.positions.max(0)]]"


def around_everything(notebook):
    """Return a quadrilateral with some room around all points of the map."""
    xmin, ymin, xmax, ymax = notebook.value(f"[float(edge) for edge in {EVERYTHING}]")
    dx, dy = (xmax - xmin) / 100, (ymax - ymin) / 100
    return [
        (xmin - dx, ymin - dy),
        (xmax + dx, ymin - dy),
        (xmax + dx, ymax + dy),
        (xmin - dx, ymax + dy),
    ]

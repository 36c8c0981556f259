"""What an output holds beside a widget, so that a saved notebook shows something true anywhere."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.manifest.keys import encode_rows, to_text
from unlearn_widgets.records.images import encode_png
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.wire.codecs import encode_float32, encode_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from unlearn_widgets.maps.layout import MapLayout
    from unlearn_widgets.problem import Effect, UnlearningProblem

__all__ = ["MIME", "card_bundle", "draw_map"]

MIME = "application/vnd.unlearn.forget+json"
FORMAT = "unlearn-widgets/forget-card"
# 107 kB of positions in a notebook; larger maps stand in the picture only.
MOST_POINTS = 10_000
_SIZE = (340, 480)  # pixels, height and width
_MARGIN = 8
_COLORS = {0: (211, 215, 220), RETAIN: (154, 163, 173), FORGET: (213, 94, 0)}
_RING = (177, 0, 58)
_NUMBERS = (
    ("Removal (alpha), nats", "alpha"),
    ("Preservation (epsilon), nats", "epsilon"),
    ("Log-loss on {forget}, nats", "forget_log_loss"),
    ("Log-loss on {retain}, nats", "retain_log_loss"),
)


def card_bundle(
    *,
    title: str,
    problem: UnlearningProblem,
    layout: MapLayout,
    names: Mapping[str, str],
    removed: NDArray[np.bool_],
    effect: Effect,
    method: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a forget set as data by MIME type: a card, an HTML table and a PNG.

    Parameters
    ----------
    title : str
        The title of the session.
    problem : UnlearningProblem
        The rows and their domains.
    layout : MapLayout
        Where the rows lie.
    names : mapping of str to str
        What the domains "forget" and "retain" are called.
    removed : ndarray of shape (n_rows,), bool
        The rows removed.
    effect : Effect
        What removing them is predicted to do.
    method : mapping
        How they were chosen, as in a manifest.

    Returns
    -------
    dict
        By MIME type. Neither fingerprints nor keys are in it, which would take long on many rows:
        it is a picture of the moment, and no evidence.
    """
    return {
        MIME: _card(title, problem, layout, names, removed, effect, method),
        "text/html": _table(title, names, effect),
        "image/png": to_text(encode_png(draw_map(layout, problem.domain_codes, removed))),
    }


def draw_map(
    layout: MapLayout, codes: NDArray[np.uint8], removed: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Return the map as pixels of shape (340, 480, 3), removed rows ringed.

    Parameters
    ----------
    layout : MapLayout
        Where the rows lie.
    codes : ndarray of shape (n_rows,), uint8
        Domain of each row: 0 neither, 1 retain, 2 forget.
    removed : ndarray of shape (n_rows,), bool
        The rows removed.
    """
    pixels = np.full((*_SIZE, 3), 255, dtype=np.uint8)
    if len(layout.positions) == 0:
        return pixels
    rows, columns = _pixels_of(layout)
    for code, color in _COLORS.items():
        chosen = codes == code
        _stamp(pixels, rows[chosen], columns[chosen], _DOT, color)
    _stamp(pixels, rows[removed], columns[removed], _CIRCLE, _RING)
    return pixels


def _pixels_of(layout: MapLayout) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    # Column by column: NumPy reduces the short axis of an array slowly.
    across, upwards = np.ascontiguousarray(layout.positions.T)
    low = np.array([across.min(), upwards.min()], dtype=np.float64)
    high = np.array([across.max(), upwards.max()], dtype=np.float64)
    span = np.where(high > low, high - low, 1.0)
    room = np.array(_SIZE[::-1]) - 2 * _MARGIN - 1
    scale = room / span
    if layout.aspect == "equal":
        scale[:] = scale.min()
    start = _MARGIN + (room - scale * (high - low)) / 2
    x = np.rint(start[0] + scale[0] * (across - low[0])).astype(np.intp)
    y = np.rint(start[1] + scale[1] * (upwards - low[1])).astype(np.intp)
    return _SIZE[0] - 1 - y, x


_DOT = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy == 0 or dx == 0]
_CIRCLE = [(dy, dx) for dy in range(-4, 5) for dx in range(-4, 5) if 10 <= dy * dy + dx * dx <= 17]


def _stamp(
    pixels: NDArray[np.uint8],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    shape: list[tuple[int, int]],
    color: tuple[int, int, int],
) -> None:
    # Many points share a pixel: each is painted once.
    hit = np.zeros(_SIZE, dtype=np.bool_)
    hit[rows, columns] = True
    rows, columns = np.nonzero(hit)
    for dy, dx in shape:
        pixels[rows + dy, columns + dx] = color


def _card(
    title: str,
    problem: UnlearningProblem,
    layout: MapLayout,
    names: Mapping[str, str],
    removed: NDArray[np.bool_],
    effect: Effect,
    method: Mapping[str, Any],
) -> dict[str, Any]:
    codes = problem.domain_codes
    small = len(codes) <= MOST_POINTS

    def domain(name: str, code: int) -> dict[str, Any]:
        rows = encode_rows(codes == code) if small else None
        return {"name": names[name], "rows": rows}

    positions = to_text(encode_float32(layout.positions)) if small else None
    return {
        "format": FORMAT,
        "format_version": 1,
        "title": title,
        "counts": {"n_rows": len(codes)},
        "domains": {"forget": domain("forget", FORGET), "retain": domain("retain", RETAIN)},
        "removed": {"rows": encode_rows(removed) if small else None},
        "method": dict(method),
        "effect": encode_values(effect.to_dict()),
        "diagnosis": _diagnosis(problem),
        "problem": encode_values({"divergence": problem.divergence}),
        "map": {
            "name": layout.name,
            "x_label": layout.x_label,
            "y_label": layout.y_label,
            "x_ends": list(layout.x_ends) if layout.x_ends else None,
            "aspect": layout.aspect,
            "positions": positions,
        },
    }


def _diagnosis(problem: UnlearningProblem) -> dict[str, Any] | None:
    # Computing it takes seconds on many rows; a view asks for it once it is on screen.
    found = problem._diagnosis  # noqa: SLF001
    return None if found is None else {"verdict": found.verdict, "reasons": list(found.reasons)}


def _table(title: str, names: Mapping[str, str], effect: Effect) -> str:
    values = effect.to_dict()
    heads = "".join(f"<th>{head}</th>" for head in ("", "before", "after"))
    lines = "".join(
        f"<tr><th>{html.escape(label.format(**names))}</th>"
        f"<td>{values[f'{name}_before']:.4g}</td><td>{values[name]:.4g}</td></tr>"
        for label, name in _NUMBERS
    )
    retained = (
        f", {effect.n_removed_retain:,} of {effect.n_retain:,} {names['retain']} rows"
        if effect.n_removed_retain
        else ""
    )
    removed = (
        f"{effect.n_removed_forget:,} of {effect.n_forget:,} {names['forget']} rows{retained} "
        "removed when this cell was run; predicted, not measured."
    )
    return (
        f"<p><strong>{html.escape(title)}</strong>: {html.escape(removed)}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    )

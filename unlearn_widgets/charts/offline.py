"""Charts that are shown and saved without a network.

Altair's own display and its saved pages load Vega from a server. JupyterLab carries Vega-Lite, but
version 5 (JupyterLab 4.6), while Altair 6 names its output version 6, which no front end draws. The
charts here use nothing that version 5 lacks, and say so.
"""

from __future__ import annotations

import importlib.util
import io
import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt

from unlearn_widgets.validation import at_least, strict_keywords

if TYPE_CHECKING:
    import os

FORMATS = ("html", "json", "pdf", "png", "svg")
MIME_TYPE = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# Of what Vega offers beside a chart, the editor is a page elsewhere.
_EMBED = {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}
_PIXELS = 2.0


class _ScriptSafe(json.JSONEncoder):
    """JSON that a script element holds whatever its texts say."""

    def encode(self, o: Any) -> str:
        return super().encode(o).replace("<", "\\u003c")


_OFFLINE_PAGE = {"inline": True, "embed_options": _EMBED, "json_kwds": {"cls": _ScriptSafe}}


class OfflineChart(alt.TopLevelMixin):
    """What every chart of this package does on its own: show and save itself without a network."""

    def save(self, fp: Any, format: Any = None, *args: Any, **kwargs: Any) -> None:  # noqa: A002
        """Save as Altair does, with everything inside that an .html page needs."""
        kind: Any = format or Path(getattr(fp, "name", fp)).suffix.lstrip(".").lower()
        if kind == "html":
            kwargs = {**_OFFLINE_PAGE, **kwargs}
        if kind in FORMATS and kind != "json":
            _require_converter(kind)
        super().save(fp, kind, *args, **kwargs)

    def _repr_mimebundle_(self, *args: Any, **kwargs: Any) -> Any:
        if alt.renderers.active != "default":
            return super()._repr_mimebundle_(*args, **kwargs)
        spec = self.to_dict(context={"pre_transform": False})
        title = spec["title"]
        bundle: dict[str, Any] = {
            MIME_TYPE: {**spec, "$schema": SCHEMA},
            "text/plain": "\n".join([title["text"], *title["subtitle"]]),
        }
        if importlib.util.find_spec("vl_convert") is not None:
            bundle["image/png"] = _content(self, "png", 1.0)
        return bundle, {MIME_TYPE: {"embed_options": _EMBED}}


class OfflineLayers(OfflineChart, alt.LayerChart):
    """One plot."""


class OfflinePanels(OfflineChart, alt.VConcatChart):
    """Plots one below the other."""


@strict_keywords
def save(chart: alt.TopLevelMixin, path: str | os.PathLike[str], scale: float = _PIXELS) -> None:
    """Write an Altair chart to a file that needs no network.

    Parameters
    ----------
    chart : altair chart
        One of this module's, or made of them.
    path : path-like
        Ends in .html, .json, .pdf, .png or .svg; its folder must exist. The file is replaced as a
        whole, or not at all.
    scale : float, default 2
        Pixels of a .png for each pixel of the chart.

    Raises
    ------
    TypeError
        For what is no Altair chart.
    ValueError
        For another suffix, or a scale that is not above zero.
    FileNotFoundError
        If the folder does not exist.
    IsADirectoryError
        If the path is a folder.
    ImportError
        Without vl-convert, which the extra "report" installs; .json does not need it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(50, 100, shift=2.0, dim=2, random_state=0)
    >>> chart = uw.charts.frontier(uw.UnlearningProblem(domains.X, domains.forget))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "frontier.png")
    ...     save(chart, path)
    ...     path.read_bytes()[1:4]
    b'PNG'

    """
    given: object = chart
    if not isinstance(given, alt.TopLevelMixin):
        message = (
            f"chart: must be an Altair chart, got {type(given).__name__}. Make one with "
            "uw.charts.frontier(problem)."
        )
        raise TypeError(message)
    target = Path(path).expanduser()
    kind = target.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        expected = ", ".join(f".{name}" for name in FORMATS)
        message = (
            f"path: the suffix chooses the format and must be one of {expected}, got "
            f"{target.suffix!r} in {str(target)!r}."
        )
        raise ValueError(message)
    size = float(at_least("scale", scale, 0.0, finite=True))
    if size == 0.0:
        message = f"scale: must be above 0, got {scale!r}. 2 suits most screens."
        raise ValueError(message)
    if target.is_dir():
        message = f"path: expected a file name, but {str(target)!r} is a folder."
        raise IsADirectoryError(message)
    if not target.parent.is_dir():
        message = f"path: the folder {str(target.parent)!r} does not exist. Create it first."
        raise FileNotFoundError(message)
    content = _content(chart, kind, size)
    # A link keeps pointing at the file.
    place = target.resolve()
    part = place.with_name(f".{place.name}.{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(content)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _content(chart: alt.TopLevelMixin, kind: str, scale: float) -> bytes:
    if kind != "json":
        _require_converter(kind)
    options: dict[str, Any] = {"format": kind}
    if kind in {"pdf", "png"}:
        raw = io.BytesIO()
        alt.TopLevelMixin.save(chart, raw, scale_factor=scale, **options)
        return raw.getvalue()
    if kind == "html":
        options |= _OFFLINE_PAGE
    text = io.StringIO()
    alt.TopLevelMixin.save(chart, text, **options)
    return text.getvalue().encode()


def _require_converter(kind: str) -> None:
    if importlib.util.find_spec("vl_convert") is None:
        message = (
            f'Saving a chart as .{kind} needs vl-convert: pip install "unlearn-widgets[report]". '
            "Without it, save it as .json."
        )
        raise ImportError(message, name="vl_convert")

"""One HTML file around a script, a style sheet and data, which no browser loads anything for."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

# The browser's parser must find no tag in the data, and no reader a line that ends early.
_ESCAPES = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>unlearn-widgets</title>
<style>{style}</style>
</head>
<body>
<noscript><p>This page draws its map and numbers with the script it carries: allow scripts.</p>
</noscript>
<script type="application/json" id="uw-page-state">{state}</script>
<script type="application/json" id="uw-page-licences">{licences}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def data_block(value: Any) -> str:
    r"""Return JSON that stands safely inside a script element, in ASCII.

    Raises
    ------
    ValueError
        For NaN or infinite numbers, which JSON cannot hold.

    Examples
    --------
    >>> data_block({"title": "</script><!-- \u2028 é"})
    '{"title":"\\u003c/script\\u003e\\u003c!-- \\u2028 \\u00e9"}'
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def source_hash(text: str) -> str:
    """Return how a content security policy names an inline script or style sheet.

    Examples
    --------
    >>> source_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def fill(state: Any, *, script: str, style: str, licences: str) -> str:
    """Return the page.

    Nothing but this script and this style sheet takes effect in it: the policy names both by their
    hash and allows no connection at all. Every text of a person is data, never markup.

    Parameters
    ----------
    state : dict
        What the script reads, ready for JSON.
    script, style : str
        The bundle.
    licences : str
        Of the packages inside the bundle.

    Raises
    ------
    ValueError
        If the bundle would end its own element.

    Examples
    --------
    >>> page = fill({}, script="1;", style="", licences="")
    >>> "default-src 'none'" in page, page.count("</script>")
    (True, 3)
    """
    for name, text, end in (("script", script, "</script"), ("style", style, "</style")):
        if end in text.lower() or "<!--" in text:
            raise ValueError(f"{name}: the bundle holds {end!r} or '<!--' and cannot be inlined.")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {source_hash(script)}",
            f"style-src {source_hash(style)}",
            "img-src blob: data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return _PAGE.format(
        policy=policy,
        style=style,
        state=data_block(state),
        licences=data_block(licences),
        script=script,
    )

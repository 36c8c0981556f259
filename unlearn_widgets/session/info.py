"""What does not change while a session lives, as the views are told it once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from unlearn_widgets.problem.ranking import RULES
from unlearn_widgets.validation import reject_unknown, valid_text
from unlearn_widgets.wire.codecs import encode_values

if TYPE_CHECKING:
    from unlearn_widgets.maps.layout import MapLayout
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.records import Records

_DOMAINS = ("forget", "retain")


def domain_names(names: Any, records: Records) -> dict[str, str]:
    """Return what the two domains are called.

    Parameters
    ----------
    names : pair of str, mapping with "forget" and "retain", or None
        None takes the names that the records suggest.
    records : Records
        The records of the session.

    Raises
    ------
    TypeError
        For an unknown domain in the mapping, or names that are no strings.
    ValueError
        For a number of names other than two.

    Examples
    --------
    >>> domain_names(("spam", "ham"), None)
    {'forget': 'spam', 'retain': 'ham'}
    """
    given = records.domain_names if names is None else names
    if isinstance(given, Mapping):
        reject_unknown(given, _DOMAINS, "names")
        given = [given.get(domain, domain) for domain in _DOMAINS]
    if isinstance(given, str) or len(given) != len(_DOMAINS):
        raise ValueError(
            f"names: expected the names of the forget and of the retained domain, got {given!r}. "
            "Pass a pair such as ('spam', 'ham')."
        )
    for name in given:
        if not isinstance(name, str) or not name.strip():
            raise TypeError(f"names: expected two strings that are not empty, got {given!r}.")
        valid_text("names", name)
    return dict(zip(_DOMAINS, given, strict=True))


def describe_session(
    problem: UnlearningProblem,
    records: Records,
    layout: MapLayout,
    names: dict[str, str],
    title: str | None,
) -> dict[str, Any]:
    """Return the ``_info`` trait of a session.

    Raises
    ------
    TypeError
        If the title is no string.
    ValueError
        If it is not valid Unicode.
    """
    if title is not None and not isinstance(title, str):
        raise TypeError(f"title: expected a string, got {type(title).__name__}.")
    numbers = {
        "n_rows": problem.n_rows,
        "n_forget": problem.n_forget,
        "n_retain": problem.n_retain,
        "dim": problem.dim,
        "dim_effective": problem.dim_effective,
        "divergence": problem.divergence,
    }
    return {
        **encode_values(numbers),
        "title": valid_text("title", title or ""),
        "names": names,
        "map": {
            "name": layout.name,
            "x_label": layout.x_label,
            "y_label": layout.y_label,
            "x_ends": list(layout.x_ends) if layout.x_ends else None,
            "aspect": layout.aspect,
        },
        "columns": [dict(column) for column in records.columns],
        "key": records.key_name or "position",
        "has_text": records.text_column is not None,
        "text_column": records.text_column,
        "rules": list(RULES),
        "covariance": problem.covariance if isinstance(problem.covariance, str) else "known",
        "shrinkage_used": problem.shrinkage_used,
        "precision": problem.precision,
        "grouped": problem.groups is not None,
    }

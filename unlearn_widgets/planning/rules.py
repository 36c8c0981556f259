"""The rules that a plan compares, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.problem.ranking import RULES, describe_rule

if TYPE_CHECKING:
    from collections.abc import Iterable


def default_rules() -> dict[str, Any]:
    """Return the named rules.

    >>> list(default_rules())
    ['random', 'distance', 'likelihood_ratio']
    """
    return {name: name for name in RULES}


def named(rules: Iterable[Any]) -> dict[str, Any]:
    """Return rules by name, each once and in the order given.

    Raises
    ------
    ValueError
        For an unknown name, or when there is no rule.
    TypeError
        For what is neither a name nor a selector.

    """
    given: object = rules
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        message = f"rules: must be a list of names and selectors, got {given!r}. Pass [{given!r}]."
        raise TypeError(message)
    found = {name_of(rule): rule for rule in rules}
    if not found:
        message = f"rules: must hold at least one rule, got none. Names are {', '.join(RULES)}."
        raise ValueError(message)
    return found


def name_of(rule: Any) -> str:
    """Return the name that a rule goes by: its own, or its class with what differs from default.

    >>> from unlearn_widgets.selection import DistanceSelector
    >>> name_of("random"), name_of(DistanceSelector(metric="cosine"))
    ('random', "DistanceSelector(metric='cosine')")
    """
    full = describe_rule(rule)
    if isinstance(rule, str) or not hasattr(rule, "get_params"):
        return full
    return " ".join(repr(rule).split())


def label_of(name: str) -> str:
    """Return what a person reads for the name of a rule.

    >>> label_of("likelihood_ratio"), label_of("DistanceSelector(metric='cosine')")
    ('likelihood ratio', "distance (metric='cosine')")
    """
    kind, _, rest = name.partition("(")
    words = kind.removesuffix("Selector")
    if words != kind:
        words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in words)
    parameters = rest.removesuffix(")")
    return words.replace("_", " ").strip() + (f" ({parameters})" if parameters else "")

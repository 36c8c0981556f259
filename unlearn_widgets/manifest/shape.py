"""Whether a manifest has the form that its schema asks for.

Reads ``schema.json``, the one description of the form, as far as it goes: only the keywords that
stand in it are known here.
"""

from __future__ import annotations

import functools
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["schema", "shape_problems"]

MOST_PROBLEMS = 5

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    ),
}


@functools.cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a manifest.

    Returns
    -------
    dict
        What ``schema.json`` in this package holds.

    Examples
    --------
    >>> schema()["$schema"]
    'https://json-schema.org/draft/2020-12/schema'
    """
    text = files("unlearn_widgets.manifest").joinpath("schema.json").read_text(encoding="utf-8")
    held: dict[str, Any] = json.loads(text)
    return held


def shape_problems(manifest: Any) -> list[str]:
    """Return what does not have the form of a manifest, in sentences.

    Parameters
    ----------
    manifest : object
        What was read from a file.

    Returns
    -------
    list of str
        At most five; none where the form is right.

    Examples
    --------
    >>> shape_problems({"format": "another"})[0]
    "format: expected 'unlearn-widgets/forget-manifest', got 'another'."
    """
    found = []
    for problem in _problems("", manifest, schema()):
        found.append(problem)
        if len(found) == MOST_PROBLEMS:
            break
    return found


def _problems(name: str, value: Any, rule: dict[str, Any]) -> Iterator[str]:
    if "$ref" in rule:
        yield from _problems(name, value, schema()["$defs"][rule["$ref"].rpartition("/")[2]])
    if "anyOf" in rule and all(any(_problems(name, value, one)) for one in rule["anyOf"]):
        yield _sentence(name, "a number, 'inf', '-inf' or 'nan'", value)
        return
    problem = _own_problem(name, value, rule)
    if problem is not None:
        yield problem
        return
    if isinstance(value, dict):
        yield from _inner_problems(name, value, rule)
    elif isinstance(value, list) and "items" in rule:
        for index, held in enumerate(value):
            yield from _problems(f"{name}[{index}]", held, rule["items"])


def _own_problem(name: str, value: Any, rule: dict[str, Any]) -> str | None:
    if "type" in rule:
        types = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
        if not any(_TYPES[one](value) for one in types):
            return _sentence(name, " or ".join(types), value)
    options = [rule["const"]] if "const" in rule else rule.get("enum")
    if options is not None and not any(_same(value, option) for option in options):
        return _sentence(name, " or ".join(map(repr, options)), value)
    if isinstance(value, str) and "pattern" in rule and not re.search(rule["pattern"], value):
        return _sentence(name, f"a text like {rule['pattern']}", value)
    if "minimum" in rule and _TYPES["number"](value) and value < rule["minimum"]:
        return _sentence(name, f"at least {rule['minimum']}", value)
    if isinstance(value, list):
        low, high = rule.get("minItems", 0), rule.get("maxItems", len(value))
        if not low <= len(value) <= high:
            return _sentence(name, f"{low} items", value)
    return None


def _inner_problems(name: str, value: dict[str, Any], rule: dict[str, Any]) -> Iterator[str]:
    known = rule.get("properties", {})
    for inner, held in value.items():
        if inner in known:
            yield from _problems(_join(name, inner), held, known[inner])
        elif "additionalProperties" in rule:
            yield from _problems(_join(name, inner), held, rule["additionalProperties"])
    for inner in rule.get("required", ()):
        if inner not in value:
            yield f"{_join(name, inner)}: it is missing."


def _same(value: Any, option: Any) -> bool:
    return bool(value == option) and isinstance(value, bool) == isinstance(option, bool)


def _join(name: str, inner: str) -> str:
    return f"{name}.{inner}" if name else inner


def _sentence(name: str, expected: str, value: Any) -> str:
    return f"{name or 'manifest'}: expected {expected}, got {value!r:.80}."

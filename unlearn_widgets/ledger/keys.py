"""Record keys and actors as texts that tell each from every other."""

from __future__ import annotations

from typing import Any

from unlearn_widgets.ledger.canonical import LARGEST_INT, canonical_json, read_json

__all__ = ["key_text", "key_value"]


def key_text(value: object, name: str = "keys") -> str:
    """Write a record key or an actor as the text that tells it from every other one.

    Parameters
    ----------
    value : str, int, float or bool
        The key, also as a NumPy scalar. ``5`` and ``"5"`` are different keys, ``5`` and ``5.0``
        the same.
    name : str, default "keys"
        What the value is called in messages.

    Returns
    -------
    str
        Canonical JSON.

    Raises
    ------
    TypeError
        For other types.
    ValueError
        For infinite numbers, NaN and half characters.

    Examples
    --------
    >>> key_text("5"), key_text(5), key_text(2**60)
    ('"5"', '5', '{"int":"1152921504606846976"}')
    """
    if type(value) is str and value.isascii() and value.isprintable() and not {*value} & {*'"\\'}:
        return f'"{value}"'
    if hasattr(value, "dtype") and hasattr(value, "item") and not isinstance(value, str | float):
        value = value.item()
    if isinstance(value, int) and abs(value) > LARGEST_INT:
        # Readers of JSON would round it.
        value = {"int": str(int(value))}
    elif not isinstance(value, str | int | float):
        raise TypeError(
            f"{name}: a key is a text, a number or a boolean, got {type(value).__name__}. Use such "
            "a column, or turn the keys into texts."
        )
    return canonical_json(value, name).decode()


def key_value(text: str) -> Any:
    """Read the key or actor that `key_text` wrote.

    Parameters
    ----------
    text : str
        Canonical JSON.

    Returns
    -------
    str, int, float or bool
        The value in Python's own type.

    Examples
    --------
    >>> key_value('"5"'), key_value("5"), key_value('{"int":"1152921504606846976"}')
    ('5', 5, 1152921504606846976)
    """
    if text.startswith('"') and "\\" not in text:
        return text[1:-1]
    held = read_json(text)
    return int(held["int"]) if isinstance(held, dict) else held

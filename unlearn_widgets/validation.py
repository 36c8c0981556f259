"""Argument checks with one message form: what, of whom, expected, got, next step."""

from __future__ import annotations

import difflib
import functools
import inspect
import math
import numbers
import types
from collections.abc import Callable, Collection, Iterable, Sized
from typing import Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

P = ParamSpec("P")
R = TypeVar("R")

Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def hint(name: object, options: Collection[str]) -> str:
    """Return " Did you mean 'x'?" for the closest option, or nothing when none is close.

    >>> hint("forgte", ["forget", "retain"])
    " Did you mean 'forget'?"
    """
    close = difflib.get_close_matches(str(name), list(options), n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else ""


def reject_unknown(keywords: Iterable[str], known: Collection[str], owner: str) -> None:
    """Raise ``TypeError`` for the first keyword that `owner` does not take.

    >>> reject_unknown({"covarianse": 1}, ["covariance", "groups"], "UnlearningProblem")
    Traceback (most recent call last):
        ...
    TypeError: UnlearningProblem takes no keyword 'covarianse'. Did you mean 'covariance'?
    """
    for keyword in keywords:
        if keyword not in known:
            suggestion = hint(keyword, known) or f" It takes: {', '.join(known)}."
            message = f"{owner} takes no keyword {keyword!r}.{suggestion}"
            raise TypeError(message)


def strict_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function name the closest keyword when it is called with an unknown one."""
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]
    known = frozenset(parameters)
    reject = reject_unknown
    owner = functools.partial(_owner, function)

    def checked(*args: Any, **kwargs: Any) -> Any:
        if kwargs and not known.issuperset(kwargs):
            reject(kwargs, parameters, owner(args))
        return function(*args, **kwargs)

    # doctest only collects functions whose globals are those of the module it looks at.
    wrapper = types.FunctionType(
        checked.__code__, function.__globals__, closure=checked.__closure__
    )
    functools.update_wrapper(wrapper, function)
    return wrapper


def choice(name: str, value: object, options: Collection[str], *, optional: bool = False) -> str:
    """Return `value` if it is one of the options, else raise with the closest of them.

    An `optional` argument may be None as well; the caller lets None pass.

    >>> choice("rule", "distanse", ["random", "distance"])
    Traceback (most recent call last):
        ...
    ValueError: rule: must be one of 'random', 'distance', got 'distanse'. Did you mean 'distance'?
    """
    if isinstance(value, str) and value in options:
        return value
    expected = ", ".join(repr(option) for option in options)
    nothing = "None or " if optional else ""
    message = f"{name}: must be {nothing}one of {expected}, got {value!r}.{hint(value, options)}"
    raise ValueError(message)


def budget(value: object, n: int, name: str = "budget") -> int:
    """Turn a budget into a number of rows: an int, or a float in [0, 1] as a share of `n`.

    >>> budget(12, 567), budget(0.5, 567)
    (12, 284)
    """
    rows, share = _whole(value), _real(value)
    if rows is not None:
        if 0 <= rows <= n:
            return rows
        message = f"{name}: must lie in 0..{n} rows of the forget domain, got {rows}."
        raise ValueError(message)
    if share is None:
        message = f"{name}: must be an int (rows) or a float in [0, 1], got {value!r}."
        raise TypeError(message)
    if 0.0 <= share <= 1.0:
        return math.floor(share * n + 0.5)
    message = (
        f"{name}: a float is a share of the forget domain and must lie in [0, 1], "
        f"got {share!r}. Pass an int to give a number of rows."
    )
    raise ValueError(message)


def array(name: str, value: npt.ArrayLike) -> Floats:
    """Return `value` as a float64 array of finite or infinite numbers, never NaN."""
    try:
        result = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = f"{name}: must hold real numbers, got {type(value).__name__} ({error})."
        raise ValueError(message) from error
    if np.isnan(result).any():
        message = f"{name}: must not be NaN, got {value!r}."
        raise ValueError(message)
    return result


def at_least(name: str, value: npt.ArrayLike, low: float, *, finite: bool = False) -> Floats:
    """Return `value` as float64 after checking that every entry is at least `low`.

    >>> at_least("epsilon", -0.1, 0.0)
    Traceback (most recent call last):
        ...
    ValueError: epsilon: must be at least 0, got -0.1.
    """
    scalar: object = value
    if isinstance(scalar, float | int) and low <= scalar < math.inf:
        return np.asarray(scalar, dtype=np.float64)
    result = array(name, value)
    bad = (result < low) | (np.isinf(result) if finite else False)
    if np.any(bad):
        kind = "finite and " if finite else ""
        got = float(result[bad].flat[0])
        message = f"{name}: must be {kind}at least {low:g}, got {got!r}."
        raise ValueError(message)
    return result


def count(name: str, value: object, low: int = 1) -> int:
    """Return `value` as an int of at least `low`.

    >>> count("n_forget", 0)
    Traceback (most recent call last):
        ...
    ValueError: n_forget: must be an integer of at least 1, got 0.
    """
    whole = _whole(value)
    if whole is not None and whole >= low:
        return whole
    message = f"{name}: must be an integer of at least {low}, got {value!r}."
    raise ValueError(message)


def probability(name: str, value: object) -> float:
    """Return `value` as a float strictly between 0 and 1.

    >>> probability("delta", 1.5)
    Traceback (most recent call last):
        ...
    ValueError: delta: must lie strictly between 0 and 1, got 1.5.
    """
    real = _real(value)
    if real is not None and 0.0 < real < 1.0:
        return real
    message = f"{name}: must lie strictly between 0 and 1, got {value!r}."
    raise ValueError(message)


def row_mask(name: str, value: object, n: int, domain: str = "X") -> Mask:
    """Turn a mask or positions over the `n` rows of `domain` into a new (n,) bool mask.

    Raises
    ------
    ValueError
        For a mask of another length, positions out of range or repeated.
    TypeError
        When the value holds neither booleans nor integers.

    """
    rows = _row_array(value)
    if rows.dtype == np.bool_:
        if rows.shape != (n,):
            message = (
                f"{name}: a mask must hold one entry for each of the {n} rows of {domain}, "
                f"got shape {rows.shape}."
            )
            raise ValueError(message)
        return rows.copy()
    if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
        message = (
            f"{name}: must be a ({n},) bool mask or a list of row positions, "
            f"got {_describe(value, rows)}. Positions are 0-based row numbers of {domain}."
        )
        raise TypeError(message)
    mask = np.zeros(n, dtype=np.bool_)
    if not rows.size:
        return mask
    if rows.min() < 0 or rows.max() >= n:
        index = int(np.argmax((rows < 0) | (rows >= n)))
        message = (
            f"{name}: row positions must lie in 0..{n - 1}, got {int(rows[index])} "
            f"(at index {index}). Positions are 0-based row numbers of {domain}."
        )
        raise ValueError(message)
    mask[rows] = True
    if np.count_nonzero(mask) != rows.size:
        if rows.size == n and rows.max() <= 1:
            message = (
                f"{name}: {n} zeros and ones, one for each row of {domain}, are no row positions. "
                "Pass a bool mask, for example labels == 1."
            )
            raise ValueError(message)
        values, counts = np.unique(rows, return_counts=True)
        message = (
            f"{name}: row positions must not repeat, but row {int(values[counts > 1][0])} "
            f"of {domain} is given {int(counts[counts > 1][0])} times. Pass each row once."
        )
        raise ValueError(message)
    return mask


def row_positions(name: str, value: object, n: int, domain: str = "X") -> Positions:
    """Turn a mask or positions into sorted int64 positions; see `row_mask`.

    >>> row_positions("removed", [4, 0], 5)
    array([0, 4])
    """
    return np.flatnonzero(row_mask(name, value, n, domain)).astype(np.int64, copy=False)


def listed(rows: Positions, limit: int = 5) -> str:
    """Name rows in a message.

    >>> listed(np.arange(7)), listed(np.array([3]))
    ('rows 0, 1, 2, 3, 4 and 2 more', 'row 3')
    """
    shown = ", ".join(str(int(row)) for row in rows[:limit])
    more = f" and {rows.size - limit} more" if rows.size > limit else ""
    return f"row{'s' if rows.size > 1 else ''} {shown}{more}"


def _owner(function: Callable[..., Any], args: tuple[Any, ...]) -> str:
    """Name a function as its caller knows it: a method by the class of the object."""
    if "." not in function.__qualname__ or not args:
        return function.__qualname__
    owner = type(args[0]).__name__
    return owner if function.__name__ == "__init__" else f"{owner}.{function.__name__}"


def _whole(value: object) -> int | None:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        return None
    return int(value)


def _real(value: object) -> float | None:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        return None
    return float(value)


def valid_text(name: str, value: str) -> str:
    r"""Return a text that can be sent and stored, else raise.

    >>> valid_text("title", "\ud800")
    Traceback (most recent call last):
        ...
    ValueError: title: must be valid Unicode, got '\ud800', which holds half a character.
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        message = f"{name}: must be valid Unicode, got {value!r:.80}, which holds half a character."
        raise ValueError(message) from error
    return value


def _row_array(value: object) -> npt.NDArray[Any]:
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value
    if isinstance(value, Iterable) and not isinstance(value, str) and not _is_array_like(value):
        return np.asarray(list(value))
    rows = np.asarray(value)
    if (
        rows.dtype == object
        and rows.size
        and all(isinstance(entry, bool | np.bool_) for entry in rows.flat)
    ):
        # What data frames make of a nullable boolean column.
        return rows.astype(np.bool_)
    return rows


def _is_array_like(value: object) -> bool:
    return hasattr(value, "__array__") or (
        hasattr(value, "__getitem__") and isinstance(value, Sized)
    )


def _describe(value: object, rows: npt.NDArray[Any]) -> str:
    return f"{type(value).__name__} of dtype {rows.dtype} and shape {rows.shape}"

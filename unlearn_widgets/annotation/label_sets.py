"""The labels a person chooses from, what they mean, and the domains they make."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.ledger.vocabulary import JOBS
from unlearn_widgets.validation import choice, count, hint, row_mask, valid_text

if TYPE_CHECKING:
    from unlearn_widgets.validation import Mask

FEWEST, MOST = 2, 9
LONGEST = 100


@dataclass(frozen=True, slots=True, init=False)
class LabelSet:
    """The labels of a job.

    Parameters
    ----------
    job : {"removal", "domain"}
        What is decided: whether to remove a row, or which domain it belongs to.
    labels : iterable of str, optional
        2 to 9 texts, one for each of the keys 1 to 9. Default: those of the job.

    Attributes
    ----------
    job : str
        The job.
    labels : tuple of str
        The labels, in the order of their keys.

    Raises
    ------
    ValueError
        For an unknown job; fewer than 2 or more than 9 labels; a label that is empty, longer than
        100 characters, not valid Unicode, or looks like another one.
    TypeError
        For labels that are no texts.

    Examples
    --------
    >>> LabelSet("removal")
    LabelSet(job='removal', labels=('remove', 'keep', 'unsure'))
    >>> mine = LabelSet("domain", ["toxic", "fine", "other language"])
    >>> mine.unwanted, mine.opposite, mine.open
    ('toxic', 'fine', ('other language',))

    """

    job: str
    labels: tuple[str, ...]

    def __init__(self, job: str, labels: Iterable[str] | None = None) -> None:
        chosen = choice("job", job, JOBS)
        object.__setattr__(self, "job", chosen)
        object.__setattr__(self, "labels", JOBS[chosen] if labels is None else _checked(labels))

    @property
    def unwanted(self) -> str:
        """The label that means "remove" or "unwanted": the first."""
        return self.labels[0]

    @property
    def opposite(self) -> str:
        """The label that means "keep" or "retained": the second."""
        return self.labels[1]

    @property
    def open(self) -> tuple[str, ...]:
        """The labels that leave the question open: all others."""
        return self.labels[2:]

    def check(self, label: object) -> str:
        """Return a label of this set, or raise with the closest one.

        Parameters
        ----------
        label : object
            What was chosen.

        Raises
        ------
        ValueError
            For anything but a label of this set.

        Examples
        --------
        >>> LabelSet("removal").check("kep")
        Traceback (most recent call last):
            ...
        ValueError: label: must be one of 'remove', 'keep', 'unsure', got 'kep'. \
Did you mean 'keep'?

        """
        return choice("label", label, self.labels)


def domains_from_labels(
    labels: Mapping[int, str], n_rows: int, label_set: LabelSet | None = None
) -> tuple[Mask, Mask]:
    """Turn labelled rows into samples of both domains, for `UnlearningProblem`.

    Parameters
    ----------
    labels : mapping of int to str
        Label of each labelled row. Rows whose label leaves the question open are in neither domain.
    n_rows : int
        Number of rows of X.
    label_set : LabelSet, optional
        What the labels mean. Default: "unwanted", "retained", "unsure".

    Returns
    -------
    forget, retain : (n_rows,) bool ndarray
        Rows labelled as unwanted, and as the opposite.

    Raises
    ------
    ValueError
        When a domain has fewer than 2 rows, a label is not in the set, or a row is out of range.
    TypeError
        When `labels` is no mapping of rows.

    Examples
    --------
    >>> kinds = {0: "unwanted", 4: "unwanted", 1: "retained", 2: "retained", 3: "unsure"}
    >>> forget, retain = domains_from_labels(kinds, 5)
    >>> np.flatnonzero(forget), np.flatnonzero(retain)
    (array([0, 4]), array([1, 2]))
    >>> domains_from_labels({0: "unwanted", 4: "unwanted", 1: "retained"}, 5)
    Traceback (most recent call last):
        ...
    ValueError: labels: a domain needs at least 2 rows, but 2 are labelled 'unwanted' and 1 \
'retained'. Label 1 more row as 'retained'.

    """
    meaning = LabelSet("domain") if label_set is None else label_set
    n = count("n_rows", n_rows)
    given: object = labels
    if not isinstance(given, Mapping):
        raise TypeError(
            f"labels: must map rows to labels, got {type(given).__name__}. "
            f"Pass for example {{0: {meaning.unwanted!r}}}."
        )
    row_mask("labels", list(labels), n)
    for row, label in labels.items():
        if label not in meaning.labels:
            raise ValueError(
                f"labels: must be one of {_listed(meaning.labels)}, got {label!r:.80} for row "
                f"{row}.{hint(label, meaning.labels)}"
            )
    forget, retain = (
        row_mask("labels", [row for row, label in labels.items() if label == wanted], n)
        for wanted in (meaning.unwanted, meaning.opposite)
    )
    sizes = {
        meaning.unwanted: int(np.count_nonzero(forget)),
        meaning.opposite: int(np.count_nonzero(retain)),
    }
    missing = [_more(2 - size, label) for label, size in sizes.items() if size < 2]
    if missing:
        first, second = sizes.items()
        raise ValueError(
            f"labels: a domain needs at least 2 rows, but {first[1]} "
            f"{'is' if first[1] == 1 else 'are'} labelled {first[0]!r} and {second[1]} "
            f"{second[0]!r}. Label {' and '.join(missing)}."
        )
    return forget, retain


def _checked(labels: Iterable[str]) -> tuple[str, ...]:
    given: object = labels
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"labels: must be a list of texts, got {given!r:.80}. Pass a list.")
    texts = tuple(_text(label, place) for place, label in enumerate(given, start=1))
    if not FEWEST <= len(texts) <= MOST:
        raise ValueError(
            f"labels: must hold {FEWEST} to {MOST} labels, one for each of the keys 1 to {MOST}, "
            f"got {len(texts)}."
        )
    seen: dict[str, str] = {}
    for text in texts:
        # Two labels that a person cannot tell apart would be two answers that mean the same.
        looks = unicodedata.normalize("NFC", text).strip()
        if looks in seen:
            raise ValueError(
                f"labels: must differ from each other, got {seen[looks]!r} and {text!r}. "
                f"Give each key a label of its own."
            )
        seen[looks] = text
    return texts


def _text(label: object, place: int) -> str:
    if not isinstance(label, str):
        raise TypeError(f"labels: label {place} must be a text, got {type(label).__name__}.")
    valid_text("labels", label)
    if not label.strip():
        raise ValueError(f"labels: label {place} must not be empty, got {label!r:.80}.")
    if len(label) > LONGEST:
        raise ValueError(
            f"labels: label {place} must have at most {LONGEST} characters, got {len(label)}. "
            f"Put the details into a note."
        )
    return label


def _more(n: int, label: str) -> str:
    return f"{n} more row{'s' if n > 1 else ''} as {label!r}"


def _listed(labels: tuple[str, ...]) -> str:
    return ", ".join(repr(label) for label in labels)

"""How far several annotators agree on the same records."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.frames import Frame
from unlearn_widgets.ledger.kappa import bootstrap, cohen, fleiss, percent_agreement
from unlearn_widgets.ledger.labels import checked_job, current_labels, spelled
from unlearn_widgets.ledger.snapshot import snapshot
from unlearn_widgets.randomness import generator
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    from unlearn_widgets.ledger.labels import Actor
    from unlearn_widgets.ledger.log import EventLog
    from unlearn_widgets.randomness import RandomState

__all__ = ["Agreement", "agreement"]

_PAIR_COLUMNS = ("first", "second", "n_records", "raw", "kappa")
_NO_OVERLAP = "No record is labelled by two annotators, so that there is nothing to compare."
_ONE_LABEL = (
    "Every label is {label!r}: with one label only, agreement cannot be told from chance, and "
    "kappa is undefined."
)
_ONE_RECORD = "An interval needs at least two records that are labelled by two annotators."
_FEW_DEFINED = (
    "Most samples of so few records hold one label only, so that there is no interval of kappa."
)


@dataclass(frozen=True)
class Agreement:
    """What `agreement` found.

    Parameters
    ----------
    raw : float
        Share of pairs of annotators that agree, averaged over records; nan without such a pair.
    kappa : float
        Agreement corrected for chance: 1 is perfect, 0 what chance gives; nan where undefined.
    interval : tuple of float
        Ends of the 95 % interval of kappa; nan where there is none.
    n_records : int
        Records labelled by at least two annotators; no others are looked at.
    n_annotators : int
        Who labelled them.
    method : str
        "Cohen's kappa" for two annotators, "Fleiss' kappa" for more, "none" for no such record.
    labels : tuple of str
        That were given, in alphabetical order.
    n_resamples : int
        Samples that the interval rests on: those drawn in which kappa is defined.
    reason : str or None
        Why kappa or the interval is nan, in a sentence.

    Examples
    --------
    >>> print(Agreement(0.9, 0.8, (0.6, 0.95), 40, 2, "Cohen's kappa", ("keep", "remove"), 2000))
    2 annotators agree on 90 % of 40 records. Cohen's kappa is 0.80 (95 % interval 0.60 to 0.95,
    from 2,000 samples of the records). Labels: keep, remove.
    """

    raw: float
    kappa: float
    interval: tuple[float, float]
    n_records: int
    n_annotators: int
    method: str
    labels: tuple[str, ...]
    n_resamples: int = 0
    reason: str | None = None
    _pairs: Frame = field(
        default_factory=lambda: Frame({name: [] for name in _PAIR_COLUMNS}),
        repr=False,
        compare=False,
    )

    def pairs(self) -> Frame:
        """Return one row for each pair of annotators, by what both labelled.

        Returns
        -------
        Frame
            ``first``, ``second``, ``n_records``, ``raw`` and ``kappa`` (Cohen's, nan where it is
            undefined).

        Examples
        --------
        >>> Agreement(1.0, 1.0, (1.0, 1.0), 9, 2, "Cohen's kappa", ("a", "b")).pairs().columns
        ('first', 'second', 'n_records', 'raw', 'kappa')
        """
        return self._pairs

    def __str__(self) -> str:
        if not self.n_records:
            return str(self.reason)
        text = (
            f"{self.n_annotators} annotators agree on {100 * self.raw:.0f} % of {self.n_records:,} "
            f"record{'s' * (self.n_records > 1)}"
        )
        if self.n_annotators > 2:
            text += ", averaged over pairs"
        if math.isfinite(self.kappa):
            text += f". {self.method} is {self.kappa:.2f}"
        if math.isfinite(self.interval[0]):
            low, high = self.interval
            text += (
                f" (95 % interval {low:.2f} to {high:.2f}, from {self.n_resamples:,} samples of "
                "the records)"
            )
        reason = f" {self.reason}" if self.reason else ""
        return f"{text}.{reason} Labels: {', '.join(self.labels)}."


@strict_keywords
def agreement(
    store: EventLog | str | os.PathLike[str],
    job: str = "removal",
    *,
    ignore: Iterable[str] = (),
    n_resamples: int = 2000,
    random_state: RandomState = 0,
) -> Agreement:
    """Measure how far annotators agree, over the records that at least two of them labelled.

    The last label of an annotator for a record counts, except labels that settle a conflict: these
    were given in sight of the others. With two annotators kappa is Cohen's; with more it is
    Fleiss', generalised to records with different numbers of annotators (Gwet 2014). The 95 %
    interval is the range between the 2.5th and the 97.5th percentile of kappa over samples of the
    records drawn with replacement (bootstrap); it speaks of other records like these, not of other
    annotators, and is a single point if all agree.

    Parameters
    ----------
    store : EventLog or path-like
        The store, for example a merged one.
    job : str, default "removal"
        "removal", "domain", or another that labels in the store name.
    ignore : iterable of str, optional
        Labels that do not count, for example ``("unsure",)``; they are labels like others else.
    n_resamples : int, default 2000
        Samples for the interval.
    random_state : int, numpy Generator, numpy RandomState or None, default 0
        What draws them.

    Returns
    -------
    Agreement
        Kappa is nan, with the `reason`, where it is undefined: if no record has two annotators, or
        only one label was given.

    Raises
    ------
    DamagedLedgerError, LedgerError
        If the store cannot be read.
    ValueError, TypeError
        If an argument is not what it should be.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from unlearn_widgets.ledger import EventLog
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
    ...         for who, removed in (("ana", [0, 1]), ("ben", [0, 1, 3])):
    ...             for key in range(4):
    ...                 label = "remove" if key in removed else "keep"
    ...                 _ = log.append(
    ...                     "label", actor=who, payload={"job": "removal", "label": label},
    ...                     keys={"rows": [key]},
    ...                 )
    ...         found = agreement(log)
    >>> found.raw, found.kappa, found.method
    (0.75, 0.5, "Cohen's kappa")
    """
    ignored = _labels(ignore)
    count("n_resamples", n_resamples)
    random = generator(random_state)
    events = snapshot(store).events
    job = checked_job(events, job)
    alone = (event for event in events if event.payload.get("settles") is not True)
    votes = [
        {who: decision.label for who, decision in held.items() if decision.label not in ignored}
        for held in current_labels(alone, job).values()
    ]
    votes = [held for held in votes if len(held) > 1]
    annotators = sorted({who for held in votes for who in held}, key=spelled)
    labels = tuple(sorted({label for held in votes for label in held.values()}))
    if not votes:
        nothing = (math.nan, math.nan)
        return Agreement(math.nan, math.nan, nothing, 0, 0, "none", (), reason=_NO_OVERLAP)
    code = {label: number for number, label in enumerate(labels)}
    table = np.full((len(votes), len(annotators)), -1)
    column = {who: number for number, who in enumerate(annotators)}
    for row, held in enumerate(votes):
        for who, label in held.items():
            table[row, column[who]] = code[label]
    return _measured(table, annotators, labels, n_resamples, random)


def _labels(ignore: Iterable[str]) -> frozenset[str]:
    if isinstance(ignore, str):
        raise TypeError(f'ignore: expected a list of labels, got a text. Write ("{ignore}",).')
    return frozenset(ignore)


def _measured(
    table: NDArray[Any],
    annotators: Collection[Actor],
    labels: tuple[str, ...],
    n_resamples: int,
    random: np.random.Generator,
) -> Agreement:
    """Measure agreement in an (n, a) table of numbers of labels, -1 for none."""
    n_records, n_annotators = table.shape
    counts = np.stack([(table == label).sum(axis=1) for label in range(len(labels))], axis=1)
    two = n_annotators == 2
    rows, multiplicity = np.unique(table if two else counts, axis=0, return_counts=True)
    statistic = (
        functools.partial(cohen, rows, len(labels)) if two else functools.partial(fleiss, rows)
    )
    interval, n_used = (math.nan, math.nan), 0
    kappa, reason = math.nan, None
    if len(labels) == 1:
        reason = _ONE_LABEL.format(label=labels[0])
    else:
        kappa = _cohen_kappa(table) if two else float(statistic(multiplicity[None])[0])
        if n_records == 1:
            reason = _ONE_RECORD
        else:
            drawn = bootstrap(statistic, multiplicity, n_resamples, random)
            drawn = drawn[np.isfinite(drawn)]
            if 2 * len(drawn) < n_resamples:
                reason = _FEW_DEFINED
            else:
                low, high = np.percentile(drawn, (2.5, 97.5))
                interval, n_used = (float(low), float(high)), len(drawn)
    return Agreement(
        raw=percent_agreement(counts),
        kappa=kappa,
        interval=interval,
        n_records=n_records,
        n_annotators=n_annotators,
        method="Cohen's kappa" if two else "Fleiss' kappa",
        labels=labels,
        n_resamples=n_used,
        reason=reason,
        _pairs=_by_pair(table, list(map(spelled, annotators))),
    )


def _by_pair(table: NDArray[Any], names: list[str]) -> Frame:
    rows = []
    for first, second in itertools.combinations(range(len(names)), 2):
        both = table[:, [first, second]]
        both = both[(both >= 0).all(axis=1)]
        raw = float((both[:, 0] == both[:, 1]).mean()) if len(both) else math.nan
        rows.append((names[first], names[second], len(both), raw, _cohen_kappa(both)))
    columns = zip(*rows, strict=True)
    return Frame(dict(zip(_PAIR_COLUMNS, map(list, columns), strict=True)))


def _cohen_kappa(pairs: NDArray[Any]) -> float:
    if len(np.unique(pairs)) < 2:
        return math.nan
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(pairs[:, 0], pairs[:, 1]))

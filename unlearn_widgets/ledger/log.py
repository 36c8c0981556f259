"""The event log: one file, events added at the end, durable when `append` returns."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Self

from unlearn_widgets.ledger.chain import NO_HASH, Page
from unlearn_widgets.ledger.damage import ChainReport, Head, examine
from unlearn_widgets.ledger.opening import open_store
from unlearn_widgets.ledger.recording import Draft, draft, record
from unlearn_widgets.ledger.transactions import Transactions
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from unlearn_widgets.ledger.event import Event

__all__ = ["EventLog"]

_PAGE = 1000
_RESERVED = ("created", "erased")


class EventLog:
    """An append-only store of events in one file.

    Safe for threads, and for several programs at once: each sees the events of the others, and
    none overwrites them. Every event is checked against its hash whenever it is read.

    Parameters
    ----------
    path : path-like
        The file, by custom ``*.forgetset``. A new one is made with mode 0600.
    created : mapping, optional
        What the first event of a new store says beside the store's id: fingerprints of the data,
        for example. An existing store keeps its own.
    timeout : float, default 10
        Seconds to wait for another program that is writing.

    Raises
    ------
    LedgerError
        If the file is no store, of a newer version or cannot be read, or a new one cannot be made.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with EventLog(pathlib.Path(folder, "day.forgetset"), created={"X": "sha256:…"}) as log:
    ...         event = log.append(
    ...             "label", actor="ana", payload={"label": "remove"}, keys={"rows": ["r7"]},
    ...             words={"reason": "spam"},
    ...         )
    ...         kinds = [event.kind for event in log.events()]
    >>> event.seq, dict(event.keys), dict(event.words), kinds
    (2, {'rows': ('r7',)}, {'reason': 'spam'}, ['created', 'label'])
    """

    @strict_keywords
    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        created: Mapping[str, Any] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._store = Transactions(open_store(path, created, timeout))
        self._data_version = self._read_data_version()

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.opened.place

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about how the store was opened, in sentences."""
        return tuple(self._store.opened.notices)

    @property
    def damage(self) -> ChainReport | None:
        """What was found wrong and how far the events are good; None while nothing was."""
        return self._store.opened.report

    @property
    def writable(self) -> bool:
        """Whether events can be appended."""
        return self._store.opened.read_only is None

    @property
    def head(self) -> Head:
        """The last event by number and hash; kept elsewhere, it vouches for all before it."""
        with self._store.reading() as chain:
            if self.damage is not None:
                return self.damage.last_good or Head(0, NO_HASH)
            seq, digest, _ = chain.head()
            return Head(seq, digest)

    @property
    def store_id(self) -> str:
        """The id that the store was given when it was made (a UUID)."""
        for event in self.events():
            return str(event.payload["store"])
        raise self._store.damaged("no event can be read.")

    def __len__(self) -> int:
        return self.head.seq

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"EventLog({str(self.path)!r})"

    def close(self) -> None:
        """Close the file; the log cannot be used afterwards."""
        self._store.close()

    def events(self, since: int = 0) -> Iterator[Event]:
        """Read events in order, each checked.

        Parameters
        ----------
        since : int, default 0
            Give only events with a greater number.

        Yields
        ------
        Event
            Also those that other programs append meanwhile. In a damaged store the good ones.

        Raises
        ------
        DamagedLedgerError
            If damage shows only now, after the good events were given.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
        ...         _ = log.append("label", actor="ana")
        ...         [event.actor for event in log.events(since=1)]
        ['ana']
        """
        since = count("since", since, 0)
        while True:
            with self._store.reading() as chain:
                end = self.damage.n_events - since if self.damage else _PAGE
                page = chain.page(since, min(end, _PAGE)) if end > 0 else Page()
            yield from page.events
            if page.problem:
                raise self._store.damaged(page.problem)
            if len(page.events) < _PAGE:
                return
            since = page.events[-1].seq

    def append(
        self,
        kind: str,
        *,
        actor: str | None,
        payload: Mapping[str, Any] | None = None,
        keys: Mapping[str, Iterable[Any]] | None = None,
        words: Mapping[str, str | None] | None = None,
        effect: Mapping[str, Any] | None = None,
    ) -> Event:
        """Record an event; it is on the disk when this returns.

        Within `writing` it is when the block ends.

        Parameters
        ----------
        kind : str
            What was done. "created" and "erased" are the store's own.
        actor : str or None
            Who did it; erasable.
        payload : mapping of str to JSON, optional
            What the kind needs. It is public and can never be erased: put no record key, name or
            free text into it.
        keys : mapping of str to list, optional
            Lists of record keys, in which neither order nor repetition matters; erasable. 5 and
            "5" are different keys.
        words : mapping of str to str or None, optional
            Notes, reasons, texts searched for; erasable. None is left out.
        effect : mapping of str to JSON, optional
            The numbers after the event, infinite ones as text.

        Returns
        -------
        Event
            As it was recorded.

        Raises
        ------
        TypeError, ValueError
            If JSON cannot hold something; nothing is recorded.
        LedgerError
            If it was not recorded: the store is read-only or damaged, has vanished, another program
            is writing for too long, or the disk is full.
        """
        if kind in _RESERVED:
            raise ValueError(f"kind: {kind!r} is the store's own, choose another word.")
        wanted = draft(kind, actor=actor, payload=payload, keys=keys, words=words, effect=effect)
        return self._record(wanted)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Self]:
        """Hold the store, so that what is read and appended in the block is one step for others.

        Nothing of it is recorded if the block ends with an exception, and everything if it does
        not. Blocks may be nested; an inner one that fails takes back its own part only.

        Yields
        ------
        EventLog
            The log itself.

        Raises
        ------
        LedgerError
            See `append`.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with EventLog(pathlib.Path(folder, "day.forgetset")) as log:
        ...         with log.writing():
        ...             if not any(event.kind == "opened" for event in log.events()):
        ...                 _ = log.append("opened", actor="ana")
        ...         len(log)
        2
        """
        with self._store.writing():
            yield self

    def changed(self) -> bool:
        """Whether another program or another log has written since this was last asked.

        Returns
        -------
        bool
            False for events of one's own. Asking costs some microseconds.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "day.forgetset")
        ...     with EventLog(path) as mine, EventLog(path) as other:
        ...         _ = mine.changed(), other.append("label", actor="ana")
        ...         print(mine.changed(), mine.changed())
        True False
        """
        version = self._read_data_version()
        changed = version != self._data_version
        self._data_version = version
        return changed

    def check(self) -> ChainReport:
        """Check the whole store, see `check_chain`.

        Returns
        -------
        ChainReport
            What was found; a problem makes the log read-only.
        """
        with self._store.using() as connection:
            report = self.damage or examine(connection)
            if not report.ok:
                self._store.mark_damaged(report)
            return report

    def _record(self, wanted: Draft) -> Event:
        with self._store.writing() as connection:
            return record(connection, self._store.chain, wanted)

    def _read_data_version(self) -> int:
        with self._store.using() as connection:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            return int(version)

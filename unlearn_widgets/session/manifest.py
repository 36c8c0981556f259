"""A session as a manifest, and a session from one."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from unlearn_widgets.ledger import EventLog, Head
from unlearn_widgets.ledger import vocabulary as kinds
from unlearn_widgets.ledger.recording import now
from unlearn_widgets.manifest import ManifestError, Parts, build, place_of, write_manifest
from unlearn_widgets.manifest.digest import secret
from unlearn_widgets.manifest.history import labels_of, standing_signatures
from unlearn_widgets.manifest.loading import Loaded, loaded
from unlearn_widgets.manifest.reading import read_manifest
from unlearn_widgets.session.following import SessionStore
from unlearn_widgets.session.live import LIVE
from unlearn_widgets.session.telling import tell_event
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from pathlib import Path

    from numpy.typing import NDArray

    from unlearn_widgets.ledger import Event
    from unlearn_widgets.maps.layout import MapLayout
    from unlearn_widgets.problem import UnlearningProblem

_OWN = ("decision", "who", "at", "note", "event")


class ManifestMismatchWarning(UserWarning):
    """A manifest was loaded with other data than it was saved with, or after it was edited."""


class Saved(NamedTuple):
    """The manifest that a session saved last, and the last event that is in it."""

    path: Path
    seq: int


class SessionManifest(SessionStore):
    """Saving what was removed and why as a file that others can check."""

    map: MapLayout
    names: dict[str, str]
    _saved: Saved | None = None

    @strict_keywords
    def save(
        self,
        path: str | PathLike[str],
        include_map: bool = True,
        include_text: bool = False,
        hmac_key: bytes | str | None = None,
    ) -> None:
        """Write a manifest: what was removed, why, by whom, and what it is predicted to do.

        Parameters
        ----------
        path : path-like
            Ends in ``.forget.json``; its folder must exist. The file is replaced as a whole, or
            not at all.
        include_map : bool, default True
            Whether the map positions of all rows go with it, so that a reviewer sees the map.
        include_text : bool, default False
            Whether the texts of the removed records go with it.
        hmac_key : bytes or str, optional
            Keeps the keys of the records out of the file: HMAC-SHA256 of each stands instead. The
            whole is sealed with an HMAC too, which nobody without the key can renew.

        Raises
        ------
        ValueError
            For another suffix, an empty key, or `include_text` without a column of texts.
        TypeError
            For record keys that JSON cannot hold, such as dates.
        FileExistsError
            If the file holds sign-offs that this session does not know.
        OSError
            If it cannot be written; what stood there is untouched.

        Examples
        --------
        >>> import pathlib, tempfile, unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, title="Spam")
        >>> session.select([3])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "spam.forget.json")
        ...     session.save(path)
        ...     again = uw.Session.load(path, problem)
        >>> again.title, again.removed
        ('Spam', array([3]))
        """
        key = secret(hmac_key)
        place = place_of(path)
        parts = self._manifest_parts()
        _refuse_to_lose_signoffs(place, parts.events)
        manifest = build(parts, include_map=include_map, include_text=include_text, key=key)
        write_manifest(place, manifest)
        self._saved = Saved(place.resolve(), parts.events[-1].seq if parts.events else 0)
        LIVE.changed(self, self.comm_id)

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        problem: UnlearningProblem,
        *,
        hmac_key: bytes | str | None = None,
        **keywords: Any,
    ) -> Self:
        """Return a session with the selection, the names and the reasons of a manifest.

        Parameters
        ----------
        path : path-like
            A ``*.forget.json``.
        problem : UnlearningProblem
            The same rows. Where records with keys are passed, rows are found by key; else by
            position.
        hmac_key : bytes or str, optional
            The key of a manifest that holds keyed hashes.
        **keywords
            As `Session` takes them: ``records``, ``store``, ``who``, ... What is left out is taken
            from the manifest: ``key``, ``title``, ``names``, ``map``, ``retain_locked``.

        Returns
        -------
        Session
            With the selection as one step, and the decisions that stand with it as they were made:
            by whom, with their reasons and notes.

        Raises
        ------
        ManifestError
            If the file is no manifest, or holds another number of rows and no keys to find them.
        TypeError
            For an unknown keyword.

        Warns
        -----
        ManifestMismatchWarning
            If the data differ from those it was saved with, or it was edited: each is named.
        """
        held = loaded(read_manifest(path), problem, keywords, secret(hmac_key))
        session = cls(problem, **held.keywords)
        notices = [*held.notices, *session._take_manifest(held)]
        if notices:
            text = f"{str(path)!r}: {' '.join(notices)}"
            warnings.warn(text, ManifestMismatchWarning, stacklevel=2)
        return session

    def _manifest_parts(self) -> Parts:
        with self._lock:
            self._take_in()
            log, seq = self._recorder.log, self._recorder.seq
            events = [event for event in log.events() if event.seq <= seq]
            store = None
            if isinstance(log, EventLog):
                identity = str(events[0].payload["store"])
                store = identity, Head(events[-1].seq, events[-1].hash)
            return Parts(
                problem=self.problem,
                records=self.records,
                layout=self.map,
                names=self.names,
                title=str(self._info["title"]),
                retain_locked=self._removal.retain_locked,
                removed=self._removal.mask.copy(),
                effect=self._removal.effect,
                method=self._method(),
                events=events,
                tell=tell_event,
                store=store,
                saved_at=now(),
                saved_by=self.who,
            )

    def _method(self) -> dict[str, Any]:
        """Return the steps that still show in the selection, and whether rules made them."""
        shown: list[Any] = []
        for step in self._removal.history.steps:
            if step.mode == "replace" or step.kind in {"start", "clear"}:
                shown.clear()
            if step.kind not in {"start", "clear"}:
                shown.append(step)
        if not len(self._removal.positions):
            shown.clear()
        by = {step.kind == "rule" for step in shown}
        word = "hand and rule" if len(by) > 1 else "rule" if True in by else "hand"
        return {
            "by": word if shown else "nothing",
            "steps": [
                {
                    "event": self._recorder.number_of(step),
                    "kind": step.kind,
                    "mode": step.mode,
                    "what": step.label,
                    **{
                        name: step.detail[name]
                        for name in ("rule", "budget")
                        if name in step.detail
                    },
                }
                for step in shown
            ],
        }

    def _take_manifest(self, held: Loaded) -> list[str]:
        """Choose the rows of a manifest, and record the decisions that stand with them."""
        log = self._recorder.log
        # A step says where it came from.
        self._choose(held.rows, "replace", "select", manifest=held.digest)
        with self._committing(lambda _mask: None):
            for said in held.decisions:
                job, label, actor = said["job"], said["label"], said["actor"]
                known = self._recorder.decisions
                keys = [key for key in said["keys"] if known.label(job, key, actor) != label]
                if keys:
                    log.append(
                        kinds.LABEL,
                        actor=actor,
                        payload={
                            "job": job,
                            "label": label,
                            "manifest": {"digest": held.digest, "at": said["at"]},
                        },
                        keys={kinds.ROWS: keys},
                        words={name: said[name] for name in ("reason", "note")},
                    )
            self._recorder.catch_up(self._sets)
        differing = int(np.count_nonzero(self._removal.mask ^ held.rows))
        if not differing:
            return []
        return [
            (
                f"rows: {differing:,} rows are chosen otherwise than in the manifest, because this "
                "problem has other groups or domains, or its retained rows are locked."
            )
        ]

    def _label_columns(self, rows: NDArray[np.int64]) -> dict[str, list[Any]]:
        """Return the last label of each row and its reason, if any row has one."""
        wanted = {self._recorder.key(row) for row in rows.tolist()}
        last: dict[Any, Event] = {}
        for (job, key, _), event in labels_of(self._events()).items():
            if key in wanted and job == "removal" and event.seq >= _seq(last.get(key)):
                last[key] = event
        if not last:
            return {}
        events = [last.get(self._recorder.key(row)) for row in rows.tolist()]
        return {
            "label": [event and event.payload["label"] for event in events],
            "reason": [event and tell_event(event)["reason"] for event in events],
        }


def _seq(event: Event | None) -> int:
    return -1 if event is None else event.seq


def _refuse_to_lose_signoffs(place: Path, events: Sequence[Event]) -> None:
    """Refuse to replace a manifest that somebody has signed since."""
    if not place.exists():
        return
    try:
        signoffs = read_manifest(place).get("signoffs")
    except ManifestError:
        # What cannot be read holds no sign-off that could be lost.
        return
    own = [{name: said[name] for name in _OWN} for said in standing_signatures(events)]
    for said in signoffs if isinstance(signoffs, list) else ():
        if not isinstance(said, dict) or {name: said.get(name) for name in _OWN} not in own:
            who = said.get("who") if isinstance(said, dict) else None
            raise FileExistsError(
                f"path: {str(place)!r} holds a sign-off by {who!r} that this session does not "
                "know, and saving would lose it. Save under another name, or move the file first."
            )

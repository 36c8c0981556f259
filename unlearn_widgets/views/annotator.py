"""The annotator: record by record by keyboard, every decision durable the moment it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from unlearn_widgets.annotation import ORDERS, LabelSet, domains_from_labels
from unlearn_widgets.bundle import bundle_file
from unlearn_widgets.records.images import Images
from unlearn_widgets.session.annotating import Annotation
from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.views.base import View, require_session
from unlearn_widgets.wire.annotation_messages import ANNOTATION_KINDS
from unlearn_widgets.wire.messages import error_reply, ok_reply, parse_request, readable_id
from unlearn_widgets.wire.subshells import answer_on_requested_subshell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import numpy as np
    from numpy.typing import NDArray

    from unlearn_widgets.session import Session
    from unlearn_widgets.wire.messages import Request

    Mask = NDArray[np.bool_]
    Answer = tuple[dict[str, Any], list[bytes]]


class Annotator(View):
    """A queue of records, decided about one after the other by keyboard.

    Labels go to the session: with a store they are on disk before they are shown as saved, and the
    next session goes on where this one left off. Labels of the job "removal" choose rows, which
    every map and read-out of the session shows at once.

    Parameters
    ----------
    session : Session
        Owner of rows, records and labels.
    labels : list of str, optional
        2 to 9 labels, for the keys 1 to 9. The first means "remove" (or "unwanted"), the second the
        opposite, any other leaves the question open. Default: those of the job.
    job : {"removal", "domain"}, default "removal"
        What is decided: which rows to remove, or which rows belong to the unwanted domain.
    order : str, default "random"
        "random", "score", "uncertainty", "effect", "coverage" or "disagreement".
    rows : array-like, optional
        Positions or a mask: the records to go through. Default: the forget domain for the job
        "removal", all for "domain".
    images : array, or list of arrays, bytes or paths, optional
        A picture for each row.
    image_folder : path-like, optional
        Where the files of paths lie.
    estimator : scikit-learn classifier, optional
        The model that learns from the labels and suggests. Default: logistic regression.
    random_state : int, default 0
        Seed of the order and of the model.
    settles : bool, default False
        Whether labels given here end conflicts between annotators: pass the rows in conflict, or
        order="disagreement".
    blur : bool, default False
        Whether content is hidden until it is held, for harmful material.
    title : str, optional
        Shown above. Default: the title of the session.

    Raises
    ------
    TypeError
        For an unknown keyword, or a `session` that is no Session.
    ValueError
        For an unknown job or order, labels that cannot be told apart, images that do not fit.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> annotator = uw.Annotator(uw.Session(problem), order="score")
    >>> annotator.session.annotate(3, "remove")
    >>> annotator.decisions
    {3: 'remove'}
    """

    # A bundle of its own: it needs neither the map nor the charts.
    _esm = bundle_file("annotator.js")
    _css = bundle_file("annotator.css")
    _view = t.Unicode("annotator", read_only=True).tag(sync=True)
    labels = t.List(t.Unicode(), read_only=True).tag(sync=True)
    job = t.Unicode(read_only=True).tag(sync=True)
    title = t.Unicode().tag(sync=True, browser=True)
    order = t.Enum(ORDERS, "random").tag(sync=True, browser=True)
    blur = t.Bool(default_value=False).tag(sync=True, browser=True)
    _orders = t.List(t.Unicode(), list(ORDERS)).tag(sync=True)
    _state = t.Dict().tag(sync=True)

    @strict_keywords
    def __init__(
        self,
        session: Session,
        labels: Iterable[str] | None = None,
        job: str = "removal",
        order: str = "random",
        rows: Any = None,
        images: Any = None,
        image_folder: str | PathLike[str] | None = None,
        estimator: Any = None,
        random_state: int = 0,
        settles: bool = False,
        blur: bool = False,
        title: str | None = None,
    ) -> None:
        known = require_session(type(self), session)
        self._label_set = LabelSet(job, labels)
        pictures = None
        if images is not None:
            pictures = Images(images, known.problem.n_rows, image_folder)
        super().__init__(
            session, title=known.title if title is None else title, order=order, blur=blur
        )
        self.set_trait("labels", list(self._label_set.labels))
        self.set_trait("job", job)
        with known._lock:  # noqa: SLF001 - labels are the session's, so is their lock
            self._work = Annotation(
                known,
                self._label_set,
                order=order,
                rows=rows,
                images=pictures,
                estimator=estimator,
                random_state=random_state,
                settles=settles,
                on_change=self._refresh,
            )
        self._refresh()
        self.observe(self._reorder, names=["order"])
        known.follow_events(self._refresh)

    @property
    def decisions(self) -> dict[Any, str]:
        """The label of each record that was labelled under this name, by key."""
        keys = self.session.records.keys
        return {keys[row]: label for row, label in sorted(self._work.mine.items())}

    def domains(self) -> tuple[Mask, Mask]:
        """Return the forget and the retained domain as the labels of the job "domain" have them.

        Returns
        -------
        forget, retain : (n_rows,) bool ndarray
            Pass them to `UnlearningProblem`.

        Raises
        ------
        ValueError
            If fewer than 2 rows of either are labelled; it says how many more are needed.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> annotator = uw.Annotator(session, job="domain")
        >>> session.annotate([2, 3], "unwanted")
        >>> session.annotate([0, 1], "retained")
        >>> annotator.domains()[0]
        array([False, False,  True,  True])
        """
        n = self.session.problem.n_rows
        return domains_from_labels(self._work.mine, n, self._label_set)

    def open(self) -> None:
        """Open the comm to the browser."""
        super().open()
        answer_on_requested_subshell(self.comm)

    def close(self) -> None:
        """Close the widget; labels and session stay."""
        if "_work" in self.__dict__:
            self.session.unfollow_events(self._refresh)
        super().close()

    def _reorder(self, _change: t.Bunch) -> None:
        with self.session._lock:  # noqa: SLF001
            self._work.reorder(self.order)
        self._refresh()

    def _refresh(self) -> None:
        """Show what has changed: labels given elsewhere, a new model, another region."""
        # A model may be there before the work is.
        if "_work" not in self.__dict__:
            return
        # Set in the lock as well: the thread of a model could put back what it read before a label.
        with self.session._lock:  # noqa: SLF001
            self.set_trait("_state", self._work.state())

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        try:
            request = parse_request(content, buffers, ANNOTATION_KINDS)
            if request.kind == "nudge":
                return
            with self.session._acting_as(request.source):  # noqa: SLF001
                payload, binary = self._answer(request)
            self._refresh()
            self.send(ok_reply(request, payload), binary)
        except Exception as error:  # noqa: BLE001 - a view must hear of every failure
            identity = readable_id(content)
            if identity is not None:
                self.send(error_reply(identity, content.get("kind"), error, ANNOTATION_KINDS))

    def _answer(self, request: Request) -> Answer:
        given, work = request.payload, self._work
        match request.kind:
            case "queue":
                return self._records(work.upcoming(given["shown"], given["have"], given["n"]))
            case "record":
                return self._records([given["row"]])
            case "label":
                work.label(given["row"], given["label"], given["reason"], given["note"])
            case "skip":
                work.skip(given["row"])
            case "undo":
                return {"row": work.undo()}, []
            case "redo":
                return {"row": work.redo()}, []
            case "region":
                return {"n": work.label_region(given["label"])}, []
        return {}, []

    def _records(self, rows: list[int]) -> Answer:
        shown: list[dict[str, Any]] = []
        pictures: list[bytes] = []
        for row in rows:
            record, picture = self._work.record(row)
            if picture is not None:
                record["image"]["buffer"] = len(pictures)
                pictures.append(picture)
            shown.append(record)
        return {"records": shown}, pictures

"""The session: owner of the embeddings' map, the rows chosen for removal and their effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.frames import Frame
from unlearn_widgets.maps.layout import layout
from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.records import Records
from unlearn_widgets.session.exporting import write_export
from unlearn_widgets.session.info import describe_session, domain_names
from unlearn_widgets.session.opening import open_recorder
from unlearn_widgets.session.output import SessionCard
from unlearn_widgets.session.removal import Removal
from unlearn_widgets.session.replay_code import as_code
from unlearn_widgets.session.requests import respond
from unlearn_widgets.session.state import flag
from unlearn_widgets.statistics import FORGET
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    import numpy as np
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]


class Session(SessionCard):
    """Owner of what is known and chosen about the rows of one unlearning problem.

    Views, code in cells and the browser all act on a session; none of them holds state of its own
    that another needs. Every committed change raises `rev` by one, can be undone, and reaches all
    views at once. Choosing the rows that are already chosen is no change: `rev` stays.

    Sessions may be used from several threads: requests of the browser are answered on a kernel
    subshell while a cell is still running.

    Parameters
    ----------
    problem : UnlearningProblem
        Embeddings and domains.
    records : dataframe or mapping of str to columns of shape (n_rows,), optional
        What the rows stand for: shown in tooltips and tables, searched, exported.
    key : str, optional
        Column of `records` that names a row in everything exported. Default: its position.
    map : {"discriminant", "pca"}, array-like of shape (n_rows, 2), or object with fit_transform
        Where the points lie. On the discriminant map x is the whitened log-likelihood-ratio
        direction, so that a vertical cut is the best rule of Section 2 of docs/theory.md.
    title : str, optional
        Shown above the views.
    names : pair of str or mapping with "forget" and "retain", optional
        What the domains are called, for example ``("spam", "ham")``. Default: the values of a
        column of `records` that is constant on each domain, else "forget" and "retain".
    retain_locked : bool, default True
        Whether rows of the retained domain are kept out of every selection.
    store : path-like, optional
        A ``*.forgetset`` file that every change is recorded in, at once and for good; a session
        with the same store goes on where the last one left off, in this kernel or another. Several
        sessions may share one store. Default: the memory of this kernel.
    who : str, optional
        Who acts, recorded with every change. Default: the user of this machine when there is a
        store, else nobody.

    Attributes
    ----------
    removed : ndarray of shape (n_removed,), int64
        Sorted positions of the rows chosen for removal. Assign positions or a mask to choose.
    effect : Effect
        The predicted effect of removing them, in nats.
    rev : int
        Number of committed changes so far.
    retain_locked : bool
        Assign False to let gestures and selections reach retained rows.
    sets : NamedSets
        Selections kept by name; the values have ``| & - ^``.

    Raises
    ------
    TypeError
        For an unknown keyword, or a `problem` that is no UnlearningProblem.
    ValueError
        If records, keys or the map do not fit the problem.
    LedgerError
        If the store cannot be opened or made.

    Warns
    -----
    StoreMismatchWarning
        If the store was begun with other embeddings, domains, keys or records: each is named.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> session = uw.Session(problem, records={"text": ["a", "b", "win", "win!"]})
    >>> session.observe(lambda change: print(change.new), names=["removed"])
    >>> session.select([3])
    [3]
    >>> session.effect.n_removed, session.rev
    (1, 1)
    >>> session.undo()
    []
    """

    @strict_keywords
    def __init__(
        self,
        problem: UnlearningProblem,
        records: Any = None,
        key: str | None = None,
        map: Any = "discriminant",  # noqa: A002
        title: str | None = None,
        names: tuple[str, str] | Mapping[str, str] | None = None,
        retain_locked: bool = True,
        store: str | PathLike[str] | None = None,
        who: str | None = None,
    ) -> None:
        if not isinstance(problem, UnlearningProblem):
            raise TypeError(
                f"problem: expected an UnlearningProblem, got {type(problem).__name__}. "
                "Make one with UnlearningProblem(X, forget)."
            )
        removal = Removal(problem, retain_locked=flag("retain_locked", retain_locked))
        table = Records(records, key, problem.n_rows, problem.domain_codes)
        self.names = domain_names(names, table)
        self.map = layout(problem, map, (self.names["forget"], self.names["retain"]))
        problem.arrange(self.map.positions)
        info = describe_session(problem, table, self.map, self.names, title)
        opened = open_recorder(removal, table, store, who)
        super().__init__(removal, table, self.map.positions, info, opened=opened)

    @property
    def title(self) -> str:
        """What is shown above the views."""
        return str(self._info["title"])

    @property
    def positions(self) -> NDArray[np.float32]:
        """Map coordinates of the rows, shape (n_rows, 2)."""
        return self.map.positions

    @property
    def removed_mask(self) -> Mask:
        """The rows chosen for removal as a mask of shape (n_rows,)."""
        return self._removal.mask.copy()

    @property
    def removed_keys(self) -> list[Any]:
        """The keys of the rows chosen for removal, in order of position."""
        return [self.records.keys[row] for row in self.removed]

    def to_frame(self) -> Frame:
        """Return one row per chosen row: position, key, domain, score and the record columns.

        Returns
        -------
        Frame
            Sorted by position; the score is the log-likelihood ratio in nats. ``label`` and
            ``reason`` follow if any row was labelled. A column of the records with one of these
            names is called ``record_<name>``.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem, {"text": ["hi", "yes", "win", "win!"]})
        >>> session.select([3])
        >>> session.to_frame()
        position  key  domain  score  text
        3         3    forget  4.5    win!
        """
        with self._lock:
            rows = self.removed
        codes = self.problem.domain_codes[rows]
        columns: dict[str, Any] = {
            "position": rows,
            "key": [self.records.keys[row] for row in rows],
            "domain": [self.names["forget" if code == FORGET else "retain"] for code in codes],
            "score": self.problem.scores[rows],
            **self._label_columns(rows),
        }
        for name, values in self.records.take(rows).items():
            columns[_free_name(name, columns)] = values
        return Frame(columns)

    @strict_keywords
    def export(self, path: str | PathLike[str]) -> None:
        """Write the rows chosen for removal to a file, the format chosen by its suffix.

        ================  ====================================================================
        .csv .jsonl       `to_frame`; .parquet as well
        .npy              the positions of the removed rows, int64, sorted
        .json             ``{"forget": keys, "retain": keys}``: of the removed rows, and of all
                          rows of the two domains that are kept; rows of neither domain are in
                          none of them
        .croissant.json   Croissant 1.0 metadata, and the .csv beside it that they describe
        ================  ====================================================================

        Parameters
        ----------
        path : path-like
            Where to write. The file is replaced as a whole, or not at all. Texts that a
            spreadsheet would run as a formula get a leading apostrophe in .csv.

        Raises
        ------
        ValueError
            For another suffix.
        FileNotFoundError
            If the folder does not exist.
        IsADirectoryError
            If the path is a folder.
        ImportError
            For .parquet without pyarrow.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([3])
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     session.export(pathlib.Path(folder, "removed.csv"))
        ...     print(pathlib.Path(folder, "removed.csv").read_text())
        position,key,domain,score
        3,3,forget,4.5
        <BLANKLINE>
        """
        write_export(self, path)

    def as_code(self) -> str:
        """Return Python that chooses the same rows in a session of the same problem and map.

        Returns
        -------
        str
            Code to run with such a session as ``session``; it leaves the positions in ``removed``.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> session = uw.Session(problem)
        >>> session.select([2])
        >>> session.grow(1)
        >>> print(session.as_code())
        # 2 forget rows and 0 retained rows are removed.
        import numpy as np
        <BLANKLINE>
        session.select(np.r_[2])
        session.grow(1)
        removed = session.removed
        <BLANKLINE>
        """
        with self._lock:
            return as_code(self._removal.history.steps, self.problem)

    def __repr__(self) -> str:
        effect = self.effect
        retained = f", {effect.n_removed_retain:,} retained" if effect.n_removed_retain else ""
        return f"<Session: {effect.n_removed_forget:,} of {effect.n_forget:,} removed{retained}>"

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        respond(self, content, buffers)
        super()._handle_custom_msg(content, buffers)


def _free_name(name: str, taken: dict[str, Any]) -> str:
    while name in taken:
        name = f"record_{name}"
    return name

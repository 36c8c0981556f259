"""A session as one HTML file that needs neither kernel nor network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from unlearn_widgets.bundle import read_bundle
from unlearn_widgets.exports import replace_file
from unlearn_widgets.session.manifest import SessionManifest
from unlearn_widgets.session.page_state import page_state
from unlearn_widgets.session.page_template import fill
from unlearn_widgets.session.state import flag
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from os import PathLike

SUFFIX = ".html"


class SessionPage(SessionManifest):
    """A session that can be written to a page for others to read and try out."""

    @strict_keywords
    def to_html(self, path: str | PathLike[str], include_text: bool = False) -> None:
        """Write map, read-out and planner to one file that any browser opens, without a network.

        Brushing stays live in the page when it can carry all whitened rows, up to 320,000 numbers
        (5,000 rows in 64 dimensions), and the covariance is not refitted: the page then computes
        the same numbers as `effect`. Otherwise the selection and the numbers are those of now, and
        the page says so and why. Nothing is kept when it is closed.

        The file holds the map, domains, scores, named sets and the removed rows; a live page also
        holds the whitened rows, from which something of the embedded texts may be learned. Record
        texts and keys are left out unless asked for.

        Parameters
        ----------
        path : path-like
            Where to write, ending in .html. The file is replaced as a whole, or not at all.
        include_text : bool, default False
            Whether the page carries the records of the rows removed now, all fields and the key.

        Raises
        ------
        ValueError
            For another suffix.
        FileNotFoundError
            If the folder does not exist.
        IsADirectoryError
            If the path is a folder.
        BundleError
            If the front end is not built.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import unlearn_widgets as uw
        >>> domains = uw.datasets.make_gaussians(40, 80, shift=2.0, dim=2, random_state=0)
        >>> problem = uw.UnlearningProblem(domains.X, domains.forget)
        >>> session = uw.Session(problem, title="Two clouds")
        >>> session.select_rule("likelihood_ratio", 10)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     session.to_html(pathlib.Path(folder, "clouds.html"))
        ...     page = pathlib.Path(folder, "clouds.html").read_text(encoding="utf-8")
        >>> page.splitlines()[0], "default-src 'none'" in page
        ('<!doctype html>', True)
        """
        with_text = flag("include_text", include_text)
        target = Path(path).expanduser()
        if target.suffix.lower() != SUFFIX:
            raise ValueError(
                f"path: a page ends in {SUFFIX}, got {target.suffix!r} in {str(target)!r}."
            )

        def write(part: Path) -> None:
            page = fill(
                page_state(self, include_text=with_text),
                script=read_bundle("page.js"),
                style=read_bundle("page.css"),
                licences=read_bundle("LICENSES.txt"),
            )
            part.write_text(page, encoding="utf-8", newline="\n")

        replace_file(target, write)

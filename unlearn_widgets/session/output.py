"""A session as the output of a cell."""

from __future__ import annotations

from typing import Any

from unlearn_widgets.session.card import card_bundle
from unlearn_widgets.session.page import SessionPage


class SessionCard(SessionPage):
    """Showing what is removed where no widget is drawn."""

    def card(self) -> dict[str, Any]:
        """Return the forget set as it stands by MIME type, for outputs without a kernel.

        Returns
        -------
        dict
            A card for JupyterLab, a table as HTML and the map as PNG.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
        >>> list(uw.Session(problem).card())
        ['application/vnd.unlearn.forget+json', 'text/html', 'image/png']
        """
        with self._lock:
            return card_bundle(
                title=str(self._info["title"]),
                problem=self.problem,
                layout=self.map,
                names=self.names,
                removed=self._removal.mask,
                effect=self._removal.effect,
                method=self._method(),
            )

    def _repr_mimebundle_(self, **_kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"text/plain": repr(self), **self.card()}, {}

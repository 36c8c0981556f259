"""The session: owner of the map, the rows chosen for removal and their effect."""

from unlearn_widgets.session.session import Session

__all__ = ["Session"]

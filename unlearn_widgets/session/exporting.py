"""What a session writes for other programs, by the suffix of the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets import croissant, exports
from unlearn_widgets.manifest.write import SUFFIX

if TYPE_CHECKING:
    from os import PathLike

    from unlearn_widgets.session.session import Session

SUFFIXES = (*exports.SUFFIXES, ".npy", ".json", croissant.SUFFIX)


def write_export(session: Session, path: str | PathLike[str]) -> None:
    """Write the rows chosen for removal, see `Session.export`.

    Parameters
    ----------
    session : Session
        Whose rows.
    path : path-like
        Its suffix chooses the format.

    Raises
    ------
    ValueError
        For another suffix.
    """
    target = Path(path).expanduser()
    name = target.name.lower()
    if name.endswith(SUFFIX):
        raise ValueError(
            f"path: {target.name!r} names a manifest. Write it with session.save(path)."
        )
    if name.endswith(croissant.SUFFIX):
        croissant.write(target, session.to_frame().to_dict(), session.title)
    elif name.endswith(".npy"):
        exports.write_positions(target, session.removed)
    elif name.endswith(".json"):
        exports.write_keys(target, _index(session))
    elif target.suffix.lower() in exports.SUFFIXES:
        exports.write(target, session.to_frame().to_dict())
    else:
        raise ValueError(
            f"path: the suffix chooses the format and must be {', '.join(SUFFIXES)}, got "
            f"{target.suffix!r} in {str(target)!r}."
        )


def _index(session: Session) -> dict[str, list[Any]]:
    removed, keys = session.removed_mask, session.records.keys
    kept = (session.problem.domain_codes != 0) & ~removed
    return {
        name: [keys[row] for row in np.flatnonzero(mask).tolist()]
        for name, mask in (("forget", removed), ("retain", kept))
    }

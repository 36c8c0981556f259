"""Croissant metadata of an exported forget set, so that tools for data sets can load it.

Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html): one file object,
the .csv beside the metadata, and one record set that names its columns.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets import exports
from unlearn_widgets.ledger.recording import now

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

__all__ = ["SUFFIX", "metadata", "write"]

SUFFIX = ".croissant.json"

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_DESCRIPTIONS = {
    "position": "Row of the data set, counted from 0.",
    "key": "Key of the record.",
    "domain": "The domain that the row belongs to.",
    "score": "Log-likelihood ratio of the row in nats; higher is more like the forget domain.",
    "label": "What was decided about the record.",
    "reason": "Why.",
}


def write(path: str | os.PathLike[str], columns: Mapping[str, Any], title: str = "") -> None:
    """Write columns to a .csv, and the metadata that describe it beside it.

    Parameters
    ----------
    path : path-like
        Ends in ``.croissant.json``; the .csv has the same name before that.
    columns : mapping of str to sequence of length n
        The columns in order.
    title : str, optional
        What the set is called. Default: the name of the file.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder, "spam.croissant.json"), {"position": np.array([3]), "key": ["a"]})
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['spam.croissant.json', 'spam.csv']
    """
    target = Path(path).expanduser()
    table = target.with_name(f"{target.name[: -len(SUFFIX)]}.csv")
    exports.write(table, columns)
    held = metadata(table.name, table.read_bytes(), columns, title)
    text = json.dumps(held, indent=2, ensure_ascii=False) + "\n"
    exports.replace_file(target, lambda part: _write_text(part, text))


def metadata(
    file_name: str, data: bytes, columns: Mapping[str, Any], title: str = ""
) -> dict[str, Any]:
    r"""Return the metadata of a .csv file as JSON-LD.

    Parameters
    ----------
    file_name : str
        The name of the file.
    data : bytes
        What stands in it.
    columns : mapping of str to sequence of length n
        The columns in order.
    title : str, optional
        What the set is called.

    Returns
    -------
    dict
        A Croissant 1.0 data set.

    Examples
    --------
    >>> held = metadata("spam.csv", b"position\n3\n", {"position": np.array([3])})
    >>> held["recordSet"][0]["field"][0]["dataType"]
    'sc:Integer'
    """
    n = len(next(iter(columns.values()), ()))
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": title.strip() or Path(file_name).stem,
        "description": (
            f"{n:,} rows chosen for removal from a data set with unlearn-widgets "
            f"{version('unlearn-widgets')}."
        ),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "datePublished": now()[:10],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": "rows.csv",
                "name": "rows.csv",
                "contentUrl": file_name,
                "contentSize": f"{len(data)} B",
                "encodingFormat": "text/csv",
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "rows",
                "name": "rows",
                "description": "One record for each removed row.",
                "field": [
                    _field(number, name, values)
                    for number, (name, values) in enumerate(columns.items())
                ],
            }
        ],
    }


def _field(number: int, name: str, values: Any) -> dict[str, Any]:
    # Any text can name a column, but not every text is an identifier.
    identity = name if name in _DESCRIPTIONS else f"column_{number}"
    described = _DESCRIPTIONS.get(name, f"Column {name!r} of the records.")
    return {
        "@type": "cr:Field",
        "@id": f"rows/{identity}",
        "name": identity,
        "description": described,
        "dataType": _data_type(values),
        "source": {"fileObject": {"@id": "rows.csv"}, "extract": {"column": exports.header(name)}},
    }


def _data_type(values: Any) -> str:
    if isinstance(values, np.ndarray):
        kinds = {"b": "sc:Boolean", "i": "sc:Integer", "u": "sc:Integer", "f": "sc:Float"}
        return kinds.get(values.dtype.kind, "sc:Text")
    types = set(map(type, values))
    if types == {int}:
        return "sc:Integer"
    return "sc:Float" if types == {float} else "sc:Text"


def _write_text(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)

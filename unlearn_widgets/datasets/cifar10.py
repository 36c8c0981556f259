"""CIFAR-10: small photographs, one kind unwanted; read from the user's files, binary version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.datasets.labels import label_numbers
from unlearn_widgets.datasets.paths import PathLike, file_in, given_path
from unlearn_widgets.datasets.pictures import SPLITS, Options, Pictures, picture_domains
from unlearn_widgets.datasets.progress import progress
from unlearn_widgets.validation import choice, strict_keywords

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from unlearn_widgets.datasets.domains import Domains
    from unlearn_widgets.datasets.labels import Labels
    from unlearn_widgets.randomness import RandomState

_NAMES = [
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
]
_SHAPE = (3, 32, 32)
_RECORD = 1 + 3 * 32 * 32
_TRAIN = tuple(f"data_batch_{number}" for number in range(1, 6))
_BATCHES = {"train": _TRAIN, "test": ("test_batch",), "all": (*_TRAIN, "test_batch")}
_FOLDER = "cifar-10-batches-bin"
_GET_BINARY = (
    "The Python version is a pickle, which can run any code when it is opened, so it is never "
    "opened here. Unpack cifar-10-binary.tar.gz and pass its folder, cifar-10-batches-bin."
)
# What a pickle of protocol 2 and later begins with; as a label it would be 128.
_PICKLE = 0x80
_SOURCE = (
    "CIFAR-10 (Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images), split "
    "{split}, read from {folder}."
)


@strict_keywords
def load_cifar10(
    path: PathLike,
    forget: Labels,
    *,
    split: str = "train",
    n_components: int | None = 64,
    embedding: Any = None,
    limit: int | None = None,
    random_state: RandomState = 0,
) -> Domains:
    """Read the binary version of CIFAR-10 from a folder, one kind of picture unwanted.

    Nothing is downloaded, and the Python version, which is a pickle, is refused unopened.

    Parameters
    ----------
    path : path-like
        The folder ``cifar-10-batches-bin`` that ``cifar-10-binary.tar.gz`` unpacks to, or the
        folder it lies in. It holds ``data_batch_1.bin`` to ``data_batch_5.bin`` and
        ``test_batch.bin``; only the files of the split are needed. Where ``batches.meta.txt`` is
        there too, it must name the labels in their order.
    forget : int, str, or sequence of them
        Label, or labels, of the forget domain: 0 to 9, or "airplane", "automobile", "bird", "cat",
        "deer", "dog", "frog", "horse", "ship", "truck". All others are retained.
    split : {"train", "test", "all"}, default "train"
        50,000 images, 10,000 images, or the former and then the latter.
    n_components : int or None, default 64
        The most principal components; None keeps the pixels, scaled to 0..1.
    embedding : object with ``fit_transform``, optional
        Embeds the (n, 3072) float32 pixels, scaled to 0..1, in place of principal components.
    limit : int of at least 4, optional
        The most rows, drawn at random in the proportion of the domains, before anything is
        embedded.
    random_state : int, numpy Generator, numpy RandomState or None, default 0
        Seed of that draw.

    Returns
    -------
    Domains
        X is (n, n_components) float32; `X_model` are the (n, 3072) uint8 pixels: 1,024 red, then
        green, then blue. Records have the columns "id" (file and 0-based record), "label",
        "domain" and "image" (the 0-based record in its file).

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If the folder or a file is not there.
    ValueError
        If the files are pickles, cut short or others, or an argument is out of range; the message
        names file, record and byte.
    TypeError
        For a path, label or embedding of the wrong type.

    Notes
    -----
    Section 4 of docs/theory.md says how constant columns are left out, section 6 how far the
    predictions can be trusted. The embedding is fitted to all rows, without their labels.

    Examples
    --------
    A test batch of four images, in the format of the real one:

    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> batch = b"".join(bytes([label]) + bytes([40 * label]) * 3072 for label in (3, 3, 0, 5))
    >>> size = pathlib.Path(folder.name, "test_batch.bin").write_bytes(batch)
    >>> animals = load_cifar10(folder.name, forget="cat", split="test")
    >>> animals
    Domains(X: 4 x 1, forget: 2 rows, retain: 2 rows, records: id, label, domain, image)
    >>> animals.records["id"][3], animals.records["label"][3], animals.X_model[3, 0]
    ('test_batch-00003', 'dog', np.uint8(200))
    >>> folder.cleanup()
    """
    batches = _BATCHES[choice("split", split, SPLITS)]
    chosen = label_numbers(forget, _NAMES)
    options = Options(chosen, n_components, embedding, limit, random_state)
    folder = _folder(path)
    _check_names(folder)
    files = [_batch_file(folder, batch) for batch in batches]
    read = [_read_batch(file) for file in progress(files, "reading CIFAR-10")]
    numbers = [np.arange(len(batch)) for batch in read]
    records = read[0] if len(read) == 1 else np.concatenate(read)
    pictures = Pictures(
        pixels=np.ascontiguousarray(records[:, 1:]),
        labels=records[:, 0].copy(),
        ids=[
            f"{file.stem}-{row:05d}"
            for file, rows in zip(files, numbers, strict=True)
            for row in rows.tolist()
        ],
        numbers=np.concatenate(numbers),
        shape=_SHAPE,
        scale=255.0,
    )
    source = _SOURCE.format(split=split, folder=folder)
    return picture_domains(pictures, _NAMES, options, source=source, rest="other pictures")


def _folder(path: PathLike) -> Path:
    expected = "the folder of the binary version of CIFAR-10"
    place = given_path("path", path, expected)
    if place.is_dir():
        return place / _FOLDER if (place / _FOLDER).is_dir() else place
    if place.name in {*_TRAIN, "test_batch", "batches.meta"}:
        raise ValueError(f"path: {str(place)!r} belongs to the pickled version. {_GET_BINARY}")
    raise NotADirectoryError(
        f"path: must be {expected}, but {str(place)!r} is a file. Unpack it if it is an archive, "
        "and pass the folder."
    )


def _batch_file(folder: Path, batch: str) -> Path:
    pickled = [folder, folder / "cifar-10-batches-py"]
    if not (folder / f"{batch}.bin").is_file():
        for place in pickled:
            if (place / batch).is_file():
                raise ValueError(
                    f"path: the folder {str(place)!r} holds the pickled version of CIFAR-10 "
                    f"({batch!r}). {_GET_BINARY}"
                )
    return file_in(folder, f"{batch}.bin")


def _read_batch(file: Path) -> NDArray[np.uint8]:
    data = np.fromfile(file, dtype=np.uint8)
    first = int(data[0]) if data.size else 0
    if first == _PICKLE:
        raise ValueError(f"{file}: byte 0 is 80, with which a pickle begins. {_GET_BINARY}")
    if not data.size or data.size % _RECORD:
        raise ValueError(
            f"{file}: must hold whole records of {_RECORD:,} bytes (a label and 3 x 32 x 32 "
            f"pixels), got {data.size:,} bytes: {data.size // _RECORD:,} records and "
            f"{data.size % _RECORD:,} bytes more. The file is cut short or another one: copy it "
            "again."
        )
    records = data.reshape(-1, _RECORD)
    wrong = records[:, 0] >= len(_NAMES)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"{file}: the first byte of a record must be a label in 0..{len(_NAMES) - 1}, got "
            f"{int(records[row, 0])} at byte {row * _RECORD:,} (record {row:,}, counted from 0). "
            "The file is damaged, or not of the binary version of CIFAR-10."
        )
    return records


def _check_names(folder: Path) -> None:
    file = folder / "batches.meta.txt"
    if not file.is_file():
        return
    text = file.read_bytes().decode("utf-8", "backslashreplace")
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if names != _NAMES:
        line = next(
            (
                row
                for row, pair in enumerate(zip(names, _NAMES, strict=False))
                if len(set(pair)) > 1
            ),
            min(len(names), len(_NAMES)),
        )
        got = repr(names[line]) if line < len(names) else "nothing"
        want = repr(_NAMES[line]) if line < len(_NAMES) else "nothing"
        raise ValueError(
            f"{file}: label {line} must be {want}, got {got:.80}. This is not CIFAR-10, or its "
            "labels stand in another order."
        )

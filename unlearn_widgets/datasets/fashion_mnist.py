"""Fashion-MNIST: pictures of clothes, some of them unwanted; read from the user's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.datasets.idx import read_idx
from unlearn_widgets.datasets.labels import label_numbers
from unlearn_widgets.datasets.paths import PathLike, file_in, given_folder
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
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
]
_PREFIXES = {"train": ("train",), "test": ("t10k",), "all": ("train", "t10k")}
_SOURCE = (
    "Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747, MIT licence), split {split}, "
    "read from {folder}."
)


@strict_keywords
def load_fashion_mnist(
    path: PathLike,
    forget: Labels,
    *,
    split: str = "train",
    n_components: int | None = 64,
    embedding: Any = None,
    limit: int | None = None,
    random_state: RandomState = 0,
) -> Domains:
    """Read Fashion-MNIST from a folder, one kind of clothes unwanted.

    Nothing is downloaded. Debian's package ``dataset-fashion-mnist`` puts the files into
    ``/usr/share/datasets/fashion-mnist``.

    Parameters
    ----------
    path : path-like
        Folder with ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``,
        ``t10k-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``, each with or without ``.gz``;
        of two, the one without is read. Only the files of the split are needed.
    forget : int, str, or sequence of them
        Label, or labels, of the forget domain: 0 to 9, or "T-shirt/top", "Trouser", "Pullover",
        "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot". All others are retained.
    split : {"train", "test", "all"}, default "train"
        60,000 images, 10,000 images, or the former and then the latter.
    n_components : int or None, default 64
        The most principal components; None keeps the pixels, scaled to 0..1.
    embedding : object with ``fit_transform``, optional
        Embeds the (n, p) float32 pixels, scaled to 0..1, in place of principal components.
    limit : int of at least 4, optional
        The most rows, drawn at random in the proportion of the domains, before anything is
        embedded.
    random_state : int, numpy Generator, numpy RandomState or None, default 0
        Seed of that draw.

    Returns
    -------
    Domains
        X is (n, n_components) float32; `X_model` are the (n, p) uint8 pixels, p = height x width.
        Records have the columns "id", "label", "domain" and "image", the 0-based place in the
        file.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If the folder or a file is not there.
    ValueError
        If a file is another one, cut short or damaged, images and labels differ in number, or an
        argument is out of range; the message names file and byte.
    TypeError
        For a path, label or embedding of the wrong type.

    Notes
    -----
    Section 4 of docs/theory.md says how constant columns are left out, section 6 how far the
    predictions can be trusted. The embedding is fitted to all rows, without their labels.

    Examples
    --------
    Two files of four images of 2 x 2 pixels, in the format of the real ones:

    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> here = pathlib.Path(folder.name)
    >>> head = bytes([0, 0, 8, 3]) + bytes([0, 0, 0, 4]) + bytes([0, 0, 0, 2]) * 2
    >>> size = (here / "train-images-idx3-ubyte").write_bytes(head + bytes(range(16)))
    >>> head = bytes([0, 0, 8, 1]) + bytes([0, 0, 0, 4])
    >>> size = (here / "train-labels-idx1-ubyte").write_bytes(head + bytes([5, 5, 1, 2]))
    >>> clothes = load_fashion_mnist(folder.name, forget="Sandal", n_components=None)
    >>> clothes
    Domains(X: 4 x 4, forget: 2 rows, retain: 2 rows, records: id, label, domain, image)
    >>> clothes.records["id"][2], clothes.records["label"][2], clothes.X_model[2].tolist()
    ('train-00002', 'Trouser', [8, 9, 10, 11])
    >>> folder.cleanup()
    """
    parts = _PREFIXES[choice("split", split, SPLITS)]
    chosen = label_numbers(forget, _NAMES)
    options = Options(chosen, n_components, embedding, limit, random_state)
    folder = given_folder("path", path, "the folder of the Fashion-MNIST files")
    read = [_read_part(folder, part) for part in progress(parts, "reading Fashion-MNIST")]
    pictures = read[0] if len(read) == 1 else _joined(folder, read)
    source = _SOURCE.format(split=split, folder=folder)
    return picture_domains(pictures, _NAMES, options, source=source, rest="other clothes")


def _read_part(folder: Path, part: str) -> Pictures:
    names = {kind: f"{part}-{kind}-ubyte" for kind in ("images-idx3", "labels-idx1")}
    files = [file_in(folder, name, f"{name}.gz") for name in names.values()]
    images, labels = read_idx(files[0], 3), read_idx(files[1], 1)
    if len(images) != len(labels):
        raise ValueError(
            f"{files[1]}: must hold one label for each of the {len(images):,} images of "
            f"{files[0].name}, got {len(labels):,}. The two files belong to different sets."
        )
    if labels.max() >= len(_NAMES):
        row = int(np.argmax(labels >= len(_NAMES)))
        raise ValueError(
            f"{files[1]}: labels must lie in 0..{len(_NAMES) - 1}, got {int(labels[row])} at byte "
            f"{row + 8:,} (image {row:,}). Check that these are the labels of Fashion-MNIST."
        )
    n, height, width = images.shape
    name = {"t10k": "test"}.get(part, part)
    ids = [f"{name}-{row:05d}" for row in range(n)]
    pixels: NDArray[np.uint8] = images.reshape(n, -1)
    return Pictures(pixels, labels, ids, np.arange(n), (height, width), 255.0)


def _joined(folder: Path, read: list[Pictures]) -> Pictures:
    first, second = read
    if first.shape != second.shape:
        raise ValueError(
            f"{folder}: images of both splits must have one size, got {first.shape} in train and "
            f"{second.shape} in t10k. Load one split."
        )
    return Pictures(
        np.concatenate([first.pixels, second.pixels]),
        np.concatenate([first.labels, second.labels]),
        first.ids + second.ids,
        np.concatenate([first.numbers, second.numbers]),
        first.shape,
        first.scale,
    )

"""From labelled pixels to two domains, whatever file they came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.datasets.components import principal_components
from unlearn_widgets.datasets.domains import Domains
from unlearn_widgets.datasets.embedding import check_embedding, embed
from unlearn_widgets.datasets.labels import two_domains
from unlearn_widgets.datasets.sampling import sample_rows
from unlearn_widgets.validation import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from unlearn_widgets.columns import Column
    from unlearn_widgets.randomness import RandomState

SPLITS = ("train", "test", "all")


@dataclass(frozen=True, eq=False)
class Pictures:
    """Labelled images as they stand in a file.

    Parameters
    ----------
    pixels : (n, p) ndarray of uint8
        One image a row.
    labels : (n,) ndarray of uint8
        Index into the names of the labels.
    ids : list of str
        A stable key for each image.
    numbers : (n,) ndarray of int64
        0-based place of each image in its file.
    shape : tuple of int
        How a row of `pixels` is laid out.
    scale : float
        The value of the brightest pixel.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    ids: list[str]
    numbers: NDArray[np.int64]
    shape: tuple[int, ...]
    scale: float


@dataclass(frozen=True)
class Options:
    """What a caller of a loader chose; refused at once where it cannot be meant.

    Parameters
    ----------
    chosen : list of int
        Labels of the forget domain, ascending.
    n_components : int or None
        Principal components; None keeps the pixels.
    embedding : object with ``fit_transform``, or None
        In place of principal components.
    limit : int or None
        The most rows.
    random_state : int, numpy Generator, numpy RandomState or None
        Seed of the sample.
    """

    chosen: list[int]
    n_components: int | None
    embedding: Any
    limit: int | None
    random_state: RandomState

    def __post_init__(self) -> None:
        if self.n_components is not None:
            count("n_components", self.n_components)
        if self.embedding is not None:
            check_embedding(self.embedding)
        if self.limit is not None:
            count("limit", self.limit, 4)


def picture_domains(
    pictures: Pictures,
    names: Sequence[str],
    options: Options,
    *,
    source: str,
    rest: str,
) -> Domains:
    """Split images by label, sample and embed them.

    Parameters
    ----------
    pictures : Pictures
        The images.
    names : sequence of str
        What each label is called.
    options : Options
        What the caller chose.
    source : str
        The first sentence of the description.
    rest : str
        What the retained domain is called.

    Returns
    -------
    Domains
        Records have the columns "id", "label", "domain" and "image"; `X_model` holds the pixels.

    Raises
    ------
    ValueError
        For labels that no image has, or that all have.
    """
    chosen = options.chosen
    what = " or ".join(repr(names[label]) for label in chosen)
    mask = two_domains(np.isin(pictures.labels, chosen), what, "the images")
    rows = sample_rows(mask, options.limit, options.random_state)
    everything = len(rows) == len(mask)
    mask = mask[rows]
    pixels = pictures.pixels if everything else pictures.pixels[rows]
    X, how = _embedded(pixels, pictures.scale, options)
    domain = ", ".join(names[label] for label in chosen)
    records: dict[str, Column] = {
        "id": [pictures.ids[row] for row in rows.tolist()],
        "label": [names[label] for label in pictures.labels[rows].tolist()],
        "domain": [domain if wanted else rest for wanted in mask.tolist()],
        "image": pictures.numbers[rows],
    }
    drawn = "" if everything else f", a sample of {len(pictures.labels):,}"
    layout = ", ".join(map(str, pictures.shape))
    description = (
        f"{source}\n{len(rows):,} images{drawn}: {int(mask.sum()):,} labelled {what} (forget) and "
        f"{int((~mask).sum()):,} others (retain). X: {how}. X_model: the pixels, 0 to "
        f"{pictures.scale:g}; X_model.reshape(-1, {layout}) gives the images."
    )
    return Domains(
        X=X,
        forget=np.flatnonzero(mask),
        retain=np.flatnonzero(~mask),
        records=records,
        description=description,
        X_model=pixels,
    )


def _embedded(
    pixels: NDArray[np.uint8], scale: float, options: Options
) -> tuple[NDArray[np.floating[Any]], str]:
    if options.embedding is not None:
        name = type(options.embedding).__name__
        X = embed(options.embedding, _scaled(pixels, scale), len(pixels))
        return X, f"what {name} makes of the pixels, {X.shape[1]} numbers an image"
    if options.n_components is None:
        return _scaled(pixels, scale), "the pixels, as shares of the brightest"
    components = principal_components(pixels, options.n_components, scale)
    m, kept = components.X.shape[1], components.variance_kept
    return components.X, f"{m} principal components with {kept:.1%} of the variance"


def _scaled(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.float32]:
    scaled = pixels.astype(np.float32)
    scaled /= scale
    return scaled

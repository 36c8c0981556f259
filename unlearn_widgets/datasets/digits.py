"""Handwritten digits, one of them unwanted; they come with scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.datasets.labels import label_numbers
from unlearn_widgets.datasets.pictures import Options, Pictures, picture_domains
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from unlearn_widgets.datasets.domains import Domains
    from unlearn_widgets.datasets.labels import Labels
    from unlearn_widgets.randomness import RandomState

_NAMES = [str(digit) for digit in range(10)]
_SOURCE = (
    "Handwritten digits of 8 x 8 pixels, the test part of the Optical Recognition of Handwritten "
    "Digits (Alpaydin and Kaynak 1998, UCI Machine Learning Repository, doi 10.24432/C50P49, "
    "licence CC BY 4.0), as shipped with scikit-learn."
)


@strict_keywords
def load_digits_domain(
    forget: Labels = 3,
    *,
    n_components: int | None = None,
    embedding: Any = None,
    limit: int | None = None,
    random_state: RandomState = 0,
) -> Domains:
    """Load 1,797 handwritten digits, one of them unwanted; no download.

    Parameters
    ----------
    forget : int, str, or sequence of them, default 3
        The digit, or digits, of the forget domain.
    n_components : int or None
        The most principal components; None, the default, keeps the 64 pixels.
    embedding : object with ``fit_transform``, optional
        Embeds the (n, 64) float32 pixels, scaled to 0..1, in place of `n_components`.
    limit : int of at least 4, optional
        The most rows, drawn at random in the proportion of the domains.
    random_state : int, numpy Generator, numpy RandomState or None, default 0
        Seed of that draw.

    Returns
    -------
    Domains
        X is (1797, 64) float32 unless `n_components`, `embedding` or `limit` say otherwise;
        `X_model` are the (n, 64) uint8 pixels, 0 to 16. Records have the columns "id", "label",
        "domain" and "image".

    Raises
    ------
    ValueError
        For a digit that does not exist, or a count that is too small.
    TypeError
        For an embedding without ``fit_transform``.

    Notes
    -----
    Three pixels are 0 in every image; section 4 of docs/theory.md says how such columns are left
    out. Pixels are no Gaussians; section 6 says how far the predictions can be trusted.

    Examples
    --------
    >>> digits = load_digits_domain(forget=3)
    >>> digits
    Domains(X: 1,797 x 64, forget: 183 rows, retain: 1,614 rows, records: id, label, domain, image)
    >>> digits.records["label"][3], digits.X_model[3].reshape(8, 8)[0].tolist()
    ('3', [0, 0, 7, 15, 13, 1, 0, 0])
    """
    options = Options(label_numbers(forget, _NAMES), n_components, embedding, limit, random_state)
    from sklearn.datasets import load_digits

    bunch = load_digits()
    pixels = bunch.data.astype(np.uint8)
    pictures = Pictures(
        pixels=pixels,
        labels=bunch.target.astype(np.uint8),
        ids=[f"digit-{row:04d}" for row in range(len(pixels))],
        numbers=np.arange(len(pixels)),
        shape=(8, 8),
        scale=16.0,
    )
    return picture_domains(pictures, _NAMES, options, source=_SOURCE, rest="other digits")

"""Embeddings of texts from their words alone: TF-IDF weights and a truncated decomposition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.datasets.progress import DELAY, progress
from unlearn_widgets.datasets.texts import text_list
from unlearn_widgets.randomness import RandomState, generator
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_MOST_WORDS = 50_000
# Weights times dimensions that take seconds to project.
_LONG = 1e8


def tfidf_matrix(texts: Iterable[str]) -> Any:
    """Weigh the words of texts by TF-IDF, with scikit-learn's `TfidfVectorizer`.

    Parameters
    ----------
    texts : iterable of str, of length n
        The texts; words are folded to lower case.

    Returns
    -------
    (n, n_words) sparse matrix of float32
        Rows of unit length (zero for a text without words), term frequencies as 1 + log, at most
        the 50,000 most frequent words. Fits `X_model` of a retraining.

    Raises
    ------
    ValueError
        If no text holds a word.
    TypeError
        If `texts` holds anything but strings.

    Examples
    --------
    >>> weights = tfidf_matrix(["win a prize", "win now", ""])
    >>> weights.shape, weights.nnz
    ((3, 3), 4)
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    given = text_list(texts)
    model = TfidfVectorizer(sublinear_tf=True, max_features=_MOST_WORDS, dtype=np.float32)
    try:
        return model.fit_transform(progress(given, "TF-IDF", len(given)))
    except ValueError as error:
        if "vocabulary" not in str(error):
            raise
        raise ValueError(
            f"texts: must hold words of two letters or digits at least, got none in {len(given):,} "
            "texts. Check that the texts are in the right column, or pass an embedding."
        ) from error


@strict_keywords
def embed_tfidf(
    texts: Iterable[str], n_components: int = 100, *, random_state: RandomState = 0
) -> NDArray[np.float32]:
    """Embed texts by the words they hold: latent semantic analysis, without any model.

    Parameters
    ----------
    texts : iterable of str, of length n
        The texts.
    n_components : int, default 100
        The most dimensions; there are never more than texts or words.
    random_state : int, numpy Generator, numpy RandomState or None, default 0
        Seed of the randomised decomposition.

    Returns
    -------
    (n, d) ndarray of float32
        The TF-IDF weights of `tfidf_matrix`, projected by a truncated singular value
        decomposition.

    Raises
    ------
    ValueError
        If no text holds a word, or `n_components` is below 1.
    TypeError
        If `texts` holds anything but strings.

    Notes
    -----
    The predictions need rows that are near Gaussian in each domain; ``UnlearningProblem.diagnose``
    tells how near they are, see section 6 of docs/theory.md.

    Examples
    --------
    >>> from unlearn_widgets.datasets import load_sms_spam
    >>> embed_tfidf(load_sms_spam().records["text"][:200], 20).shape
    (200, 20)
    """
    count("n_components", n_components)
    return project_tfidf(tfidf_matrix(texts), n_components, random_state)


def project_tfidf(
    weights: Any, n_components: int, random_state: RandomState
) -> NDArray[np.float32]:
    """Project sparse (n, n_words) weights onto at most `n_components` dimensions.

    Examples
    --------
    >>> project_tfidf(tfidf_matrix(["win a prize", "win now"]), 100, 0).shape
    (2, 2)
    """
    from sklearn.decomposition import TruncatedSVD

    seed = int(generator(random_state).integers(2**31 - 1))
    model = TruncatedSVD(min(n_components, *weights.shape), random_state=seed)
    # Equal texts leave no variance to take shares of.
    with np.errstate(invalid="ignore"):
        # One long step has no end to wait for: a bar that came late would never come.
        delay = 0.0 if weights.nnz * model.n_components > _LONG else DELAY
        for _ in progress(["projecting"], "truncated SVD", delay=delay):
            X = model.fit_transform(weights)
    return np.ascontiguousarray(X, dtype=np.float32)

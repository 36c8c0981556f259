"""Comments from Wikipedia's talk pages, the toxic ones unwanted; read from the user's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.datasets.domains import Domains
from unlearn_widgets.datasets.embedding import check_embedding, embed
from unlearn_widgets.datasets.jigsaw_file import LABELS, read_comments
from unlearn_widgets.datasets.labels import label_numbers, two_domains
from unlearn_widgets.datasets.paths import PathLike, file_in, given_path
from unlearn_widgets.datasets.sampling import sample_rows
from unlearn_widgets.datasets.sentences import embed_texts
from unlearn_widgets.datasets.tfidf import project_tfidf, tfidf_matrix
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.columns import Column
    from unlearn_widgets.datasets.labels import Labels
    from unlearn_widgets.randomness import RandomState

_SOURCE = (
    "Comments from the talk pages of Wikipedia with labels of toxicity (Jigsaw and Conversation "
    "AI, Toxic Comment Classification Challenge 2018; labels CC0, texts CC BY-SA 3.0), read from "
    "{file}. Comments are as people wrote them: many are offensive."
)


@strict_keywords
def load_jigsaw(
    path: PathLike,
    forget: Labels = "toxic",
    *,
    n_components: int = 100,
    embedding: Any = None,
    limit: int | None = None,
    random_state: RandomState = 0,
) -> Domains:
    """Read the Jigsaw comments from ``train.csv``, the toxic ones unwanted.

    Nothing is downloaded.

    Parameters
    ----------
    path : path-like
        The file ``train.csv``, or the folder it lies in: UTF-8, with the columns id, comment_text,
        toxic, severe_toxic, obscene, threat, insult and identity_hate.
    forget : str or sequence of them, default "toxic"
        Label of the forget domain; of several, any one is enough. All other comments are retained,
        also those with other labels.
    n_components : int, default 100
        The most dimensions of the default embedding: TF-IDF weights, projected by a truncated
        singular value decomposition.
    embedding : path-like or object with ``fit_transform``, optional
        In place of the default: the folder of a sentence-transformers model, see `embed_texts`,
        or an object that embeds the list of n texts.
    limit : int of at least 4, optional
        The most rows, drawn at random in the proportion of the domains, before anything is
        embedded.
    random_state : int, numpy Generator, numpy RandomState or None, default 0
        Seed of that draw and of the decomposition.

    Returns
    -------
    Domains
        X is (n, d) float; `X_model` the sparse (n, terms) TF-IDF matrix of the default embedding,
        else None. Records have the columns "id", "domain", "text" and the six labels as booleans.

    Raises
    ------
    FileNotFoundError
        If the file or folder is not there.
    ValueError
        If the file is another one, cut short or damaged, or an argument is out of range; the
        message names file, line and column.
    TypeError
        For a path, label or embedding of the wrong type.

    Notes
    -----
    Section 5 of docs/theory.md says what a predicted effect means for a model. The embedding and
    the TF-IDF weights are fitted to all rows, without their labels.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> table = '''id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate
    ... 0a,"You are a ""hero"",
    ... thank you",0,0,0,0,0,0
    ... 0b,you fool,1,0,0,0,1,0
    ... 0c,please cite a source,0,0,0,0,0,0
    ... 0d,such a fool,1,0,0,0,1,0
    ... '''
    >>> size = pathlib.Path(folder.name, "train.csv").write_text(table, encoding="utf-8")
    >>> comments = load_jigsaw(folder.name, n_components=2)
    >>> comments.X.shape, comments.forget, comments.records["text"][1]
    ((4, 2), array([1, 3]), 'you fool')
    >>> comments.X_model.shape
    (4, 9)
    >>> folder.cleanup()
    """
    chosen = label_numbers(forget, LABELS, numbered=False)
    count("n_components", n_components)
    if limit is not None:
        count("limit", limit, 4)
    folder_of_model = isinstance(embedding, str) or hasattr(embedding, "__fspath__")
    if folder_of_model:
        given_path("embedding", embedding, "the folder of a sentence-transformers model")
    elif embedding is not None:
        check_embedding(embedding, folders=True)
    file = given_path("path", path, "train.csv of the Jigsaw comments")
    file = file_in(file, "train.csv") if file.is_dir() else file
    comments = read_comments(file)
    what = " or ".join(repr(LABELS[label]) for label in chosen)
    mask = two_domains(np.asarray(comments.labels[:, chosen].any(axis=1)), what, file)
    rows = sample_rows(mask, limit, random_state)
    n_all, mask, labels = len(mask), mask[rows], comments.labels[rows]
    texts = [comments.texts[row] for row in rows.tolist()]
    X, X_model, how = _embedded(texts, embedding, folder_of_model, n_components, random_state)
    domain = ", ".join(LABELS[label] for label in chosen)
    records: dict[str, Column] = {
        "id": [comments.ids[row] for row in rows.tolist()],
        "domain": [domain if wanted else "other comments" for wanted in mask.tolist()],
        "text": texts,
        **{name: labels[:, number] for number, name in enumerate(LABELS)},
    }
    drawn = f", a sample of {n_all:,}" if len(rows) < n_all else ""
    description = (
        f"{_SOURCE.format(file=file)}\n{len(rows):,} comments{drawn}: {int(mask.sum()):,} labelled "
        f"{what} (forget) and {int((~mask).sum()):,} others (retain). X: {how}"
    )
    forget_rows, retain_rows = np.flatnonzero(mask), np.flatnonzero(~mask)
    return Domains(X, forget_rows, retain_rows, records, description, X_model)


def _embedded(
    texts: list[str],
    embedding: Any,
    folder_of_model: bool,
    n_components: int,
    random_state: RandomState,
) -> tuple[NDArray[np.floating[Any]], Any, str]:
    if folder_of_model:
        X = embed_texts(texts, embedding)
        return X, None, f"{X.shape[1]} numbers a comment by the model in {embedding}."
    if embedding is not None:
        made = embed(embedding, texts, len(texts))
        name = type(embedding).__name__
        return made, None, f"what {name} makes of the texts, {made.shape[1]} numbers a comment."
    weights = tfidf_matrix(texts)
    X = project_tfidf(weights, n_components, random_state)
    how = (
        f"{X.shape[1]} numbers a comment, a truncated singular value decomposition of the TF-IDF "
        f"weights of {weights.shape[1]:,} words. X_model: these weights."
    )
    return X, weights, how

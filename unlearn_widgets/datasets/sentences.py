"""Embeddings of texts by a sentence-transformers model from a folder of this machine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.datasets.paths import PathLike, given_folder
from unlearn_widgets.datasets.progress import progress
from unlearn_widgets.datasets.texts import text_list
from unlearn_widgets.validation import count, strict_keywords

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

_BATCHES_A_STEP = 8


@strict_keywords
def embed_texts(
    texts: Iterable[str],
    model_folder: PathLike,
    *,
    batch_size: int = 64,
    normalize: bool = True,
) -> NDArray[np.float32]:
    """Embed texts with a sentence-transformers model from a local folder.

    Nothing is downloaded, no code of the model is run, and weights are read from
    ``.safetensors`` only, never from a pickle.

    Parameters
    ----------
    texts : iterable of str, of length n
        The texts.
    model_folder : path-like
        Folder of the model, with ``modules.json`` or ``config.json`` and ``.safetensors`` weights:
        what ``SentenceTransformer(...).save(folder)`` writes.
    batch_size : int, default 64
        Texts that go through the model together.
    normalize : bool, default True
        Whether to scale each row to unit length.

    Returns
    -------
    (n, d) ndarray of float32
        One row a text.

    Raises
    ------
    ImportError
        If sentence-transformers is not installed: pip install "unlearn-widgets[embed]".
    FileNotFoundError, NotADirectoryError
        If there is no such folder, or it holds no model.
    ValueError
        If the weights are pickled, or the model returns numbers that are not finite.
    TypeError
        If `texts` holds anything but strings.

    Notes
    -----
    Section 6 of docs/theory.md says how far the predictions for such rows can be trusted. Without a
    model, `embed_tfidf` embeds texts by their words.

    Examples
    --------
    >>> embed_texts(["Hello"], "no-such-folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: model_folder: must be the folder of a sentence-transformers model, but there
    is nothing at 'no-such-folder'. Nothing is downloaded: give the place where the data lie.
    """
    given = text_list(texts)
    size = count("batch_size", batch_size)
    folder = given_folder(
        "model_folder", model_folder, "the folder of a sentence-transformers model"
    )
    model = _load(folder)
    step = size * _BATCHES_A_STEP
    parts = [
        np.asarray(
            model.encode(
                given[start : start + step],
                batch_size=size,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=bool(normalize),
            ),
            dtype=np.float32,
        )
        for start in progress(range(0, len(given), step), "embedding the texts")
    ]
    X = np.concatenate(parts)
    finite = np.isfinite(X).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"model_folder: the model in {str(folder)!r} must return finite numbers, but does not "
            f"for the text in row {int(np.argmin(finite)):,}. Use another model."
        )
    return X


def _load(folder: Path) -> Any:
    try:
        library = import_module("sentence_transformers")
    except ImportError as error:
        raise ImportError(
            'embed_texts needs sentence-transformers: pip install "unlearn-widgets[embed]". '
            "Without it, embed texts with embed_tfidf.",
            name="sentence_transformers",
        ) from error
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise FileNotFoundError(
            f"model_folder: the folder {str(folder)!r} must hold modules.json or config.json of a "
            "model. Pass the folder that SentenceTransformer(...).save(folder) wrote."
        )
    if not any(folder.rglob("*.safetensors")):
        raise ValueError(
            f"model_folder: the folder {str(folder)!r} must hold weights as .safetensors; weights "
            "as .bin are pickles and are not opened. Save the model anew with "
            "safe_serialization=True."
        )
    return library.SentenceTransformer(
        str(folder),
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )

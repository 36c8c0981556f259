"""Embeddings of texts: by their words, and by a model in a folder."""

from __future__ import annotations

import sys
import types
from typing import ClassVar

import numpy as np
import pytest

from unlearn_widgets.datasets import (
    embed_texts,
    embed_tfidf,
    load_jigsaw,
    load_sms_spam,
    tfidf_matrix,
)


def test_tfidf_embedding_keeps_the_angles_of_the_weights():
    texts = load_sms_spam().records["text"][:60]
    weights = tfidf_matrix(texts)
    X = embed_tfidf(texts, 1000)
    assert X.shape == (60, 60)
    assert X.dtype == np.float32
    np.testing.assert_allclose(X @ X.T, (weights @ weights.T).toarray(), atol=2e-5)


def test_tfidf_embedding_separates_spam_and_follows_the_seed():
    from sklearn.linear_model import LogisticRegression

    sms = load_sms_spam()
    texts = sms.records["text"][:1500]
    X = embed_tfidf(texts, 30)
    np.testing.assert_array_equal(X, embed_tfidf(texts, 30))
    y = np.isin(np.arange(len(X)), sms.forget)
    model = LogisticRegression(C=100.0, max_iter=1000).fit(X[::2], y[::2])
    assert model.score(X[1::2], y[1::2]) > 0.95


@pytest.mark.parametrize("embed", [tfidf_matrix, embed_tfidf, lambda t: embed_texts(t, ".")])
@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        ("one text", TypeError, "must be a list of strings, got str"),
        (7, TypeError, "must be a list of strings, got int"),
        (["a", 1.5], TypeError, "strings only, got float in row 1"),
        ([], ValueError, "at least one text"),
    ],
)
def test_texts_are_checked(embed, texts, error, message):
    with pytest.raises(error, match=message):
        embed(texts)


# sentence-transformers: a stand-in for the package, which is not installed here


class FakeModel:
    calls: ClassVar[list[tuple]] = []

    def __init__(self, folder, **keywords):
        self.calls.append((folder, keywords))
        self.batches = []

    def encode(self, texts, *, batch_size, normalize_embeddings, **keywords):
        assert keywords == {"show_progress_bar": False, "convert_to_numpy": True}
        assert len(texts) <= 8 * batch_size
        rows = np.array([[len(text), 1.0 if text != "bad" else np.nan] for text in texts])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if normalize_embeddings else rows


@pytest.fixture
def model_folder(tmp_path, monkeypatch):
    FakeModel.calls.clear()
    module = types.SimpleNamespace(SentenceTransformer=FakeModel)
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "modules.json").write_text("[]")
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def test_embed_texts_keeps_order_and_loads_from_the_folder_only(model_folder):
    texts = ["x" * length for length in range(1, 100)]
    X = embed_texts(texts, model_folder, batch_size=4, normalize=False)
    np.testing.assert_array_equal(X[:, 0], np.arange(1, 100))
    assert X.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embed_texts(texts, model_folder), axis=1), 1.0)
    folder, keywords = FakeModel.calls[0]
    assert folder == str(model_folder)
    assert keywords == {
        "local_files_only": True,
        "trust_remote_code": False,
        "model_kwargs": {"use_safetensors": True},
    }


def test_load_jigsaw_takes_the_folder_of_a_model(model_folder):
    train = model_folder.parent / "train.csv"
    labels = "toxic,severe_toxic,obscene,threat,insult,identity_hate"
    train.write_text(f"id,comment_text,{labels}\na,fool,1,0,0,0,0,0\nb,hello,0,0,0,0,0,0\n")
    for folder in (model_folder, str(model_folder)):
        comments = load_jigsaw(train, embedding=folder)
        assert comments.X.shape == (2, 2)
        assert comments.X_model is None
        assert str(model_folder) in comments.description


def test_embed_texts_refuses_what_is_no_model(model_folder):
    with pytest.raises(ValueError, match="finite numbers, but does not for the text in row 2"):
        embed_texts(["good", "fine", "bad"], model_folder)
    with pytest.raises(ValueError, match="batch_size"):
        embed_texts(["good"], model_folder, batch_size=0)
    with pytest.raises(TypeError, match=r"Did you mean 'batch_size'\?"):
        embed_texts(["good"], model_folder, batchsize=3)
    (model_folder / "model.safetensors").rename(model_folder / "pytorch_model.bin")
    with pytest.raises(ValueError, match=r"\.bin are pickles and are not opened"):
        embed_texts(["good"], model_folder)
    (model_folder / "modules.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"must hold modules.json or config.json"):
        embed_texts(["good"], model_folder)
    with pytest.raises(NotADirectoryError, match=r"model_folder: .*is a file"):
        embed_texts(["good"], model_folder / "pytorch_model.bin")


def test_a_model_is_not_looked_for_by_name(model_folder):
    with pytest.raises(FileNotFoundError, match=r"nothing at 'all-MiniLM-L6-v2'. Nothing is down"):
        embed_texts(["good"], "all-MiniLM-L6-v2")
    assert FakeModel.calls == []


def test_the_missing_package_is_named_with_its_install_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ImportError, match=r'pip install "unlearn-widgets\[embed\]"'):
        embed_texts(["good"], tmp_path)

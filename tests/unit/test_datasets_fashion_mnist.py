"""The reader of Fashion-MNIST, on small files in exactly its format."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

from unlearn_widgets.datasets import load_fashion_mnist
from unlearn_widgets.datasets.idx import read_idx

SIZE = 7, 5


def idx(array):
    shape = array.shape
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + array.tobytes()


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(10, dtype=np.uint8), 4)
    shade = 20 * labels[:, None, None] + rng.integers(0, 56, size=(40, *SIZE))
    return shade.astype(np.uint8), labels


@pytest.fixture
def fashion(tmp_path, images):
    pixels, labels = images
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pixels)))
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(pixels[::2]))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(labels[::2]))
    return tmp_path


def test_fashion_is_read_pixel_by_pixel(fashion, images):
    pixels, labels = images
    clothes = load_fashion_mnist(fashion, "Sandal", n_components=None)
    np.testing.assert_array_equal(clothes.X_model.reshape(-1, *SIZE), pixels)
    np.testing.assert_allclose(clothes.X, pixels.reshape(40, -1) / 255, rtol=1e-6)
    np.testing.assert_array_equal(clothes.forget, np.flatnonzero(labels == 5))
    assert clothes.records["label"][20:22] == ["Sandal", "Sandal"]
    assert clothes.records["id"][39] == "train-00039"
    assert "X_model.reshape(-1, 7, 5)" in clothes.description


def test_fashion_components_are_as_many_as_there_can_be(fashion):
    assert load_fashion_mnist(fashion, 5).X.shape == (40, 35)
    assert load_fashion_mnist(fashion, 5, n_components=4).X.shape == (40, 4)


def test_fashion_splits(fashion, images):
    pixels, _ = images
    test = load_fashion_mnist(fashion, 5, split="test")
    both = load_fashion_mnist(fashion, 5, split="all")
    np.testing.assert_array_equal(test.X_model, pixels[::2].reshape(20, -1))
    np.testing.assert_array_equal(both.X_model[40:], test.X_model)
    assert both.records["id"][39:41] == ["train-00039", "test-00000"]
    assert len(set(both.records["id"])) == 60
    assert both.records["image"][40] == 0


def test_the_unpacked_file_goes_before_the_packed_one(fashion, images):
    pixels, _ = images
    (fashion / "train-images-idx3-ubyte").write_bytes(idx(255 - pixels))
    clothes = load_fashion_mnist(fashion, 5)
    np.testing.assert_array_equal(clothes.X_model[0], 255 - pixels[0].ravel())


def test_a_packed_file_is_known_by_its_bytes(fashion, images):
    packed = fashion / "train-images-idx3-ubyte.gz"
    packed.rename(fashion / "train-images-idx3-ubyte")
    np.testing.assert_array_equal(load_fashion_mnist(fashion, 5).X_model, images[0].reshape(40, -1))


def test_a_sample_keeps_the_share_of_the_domains_and_follows_the_seed(fashion):
    some = load_fashion_mnist(fashion, 5, split="all", limit=20)
    assert (len(some.X), len(some.forget), len(some.retain)) == (20, 2, 18)
    again = load_fashion_mnist(fashion, 5, split="all", limit=20)
    other = load_fashion_mnist(fashion, 5, split="all", limit=20, random_state=1)
    np.testing.assert_array_equal(some.X, again.X)
    assert some.records["id"] == again.records["id"] != other.records["id"]
    assert "a sample of 60" in some.description
    few = load_fashion_mnist(fashion, 5, limit=4)
    assert (len(few.forget), len(few.retain)) == (2, 2)
    assert len(load_fashion_mnist(fashion, 5, limit=1000).X) == 40


def test_any_object_with_fit_transform_embeds(fashion, images):
    class Mean:
        def fit_transform(self, X):
            assert X.dtype == np.float32
            assert 0 <= X.min() <= X.max() <= 1
            return X.mean(axis=1, keepdims=True)

    clothes = load_fashion_mnist(fashion, 5, embedding=Mean())
    np.testing.assert_allclose(
        clothes.X[:, 0], images[0].reshape(40, -1).mean(axis=1) / 255, rtol=1e-5
    )
    assert "what Mean makes of the pixels" in clothes.description


class Returning:
    def __init__(self, result):
        self.result = result

    def fit_transform(self, _rows):
        return self.result


@pytest.mark.parametrize(
    ("embedding", "error", "message"),
    [
        ("pca", TypeError, "embedding: must be None or an object with fit_transform, got str"),
        (Returning, TypeError, r"got the class Returning. Pass Returning\(\)"),
        (Returning(np.zeros((3, 2))), ValueError, r"one row for each of the 40 records"),
        (Returning(np.zeros(40)), ValueError, r"got shape \(40,\)"),
        (Returning(np.zeros((40, 0))), ValueError, r"got shape \(40, 0\)"),
        (Returning(np.full((40, 2), np.nan)), ValueError, "finite numbers, got .* in row 0"),
        (Returning([["a"]] * 40), TypeError, "must return numbers"),
    ],
    ids=["text", "class", "rows", "flat", "no column", "nan", "strings"],
)
def test_embeddings_that_do_not_fit_are_refused(fashion, embedding, error, message):
    with pytest.raises(error, match=message):
        load_fashion_mnist(fashion, 5, embedding=embedding)


def test_a_sparse_embedding_is_refused_with_the_way_out(fashion):
    from scipy.sparse import csr_matrix

    with pytest.raises(ValueError, match=r"sparse one of shape .*TruncatedSVD"):
        load_fashion_mnist(fashion, 5, embedding=Returning(csr_matrix((40, 2))))


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"forget": "Sandle"}, ValueError, "forget: .*got 'Sandle'. Did you mean 'Sandal'?"),
        ({"forget": 10}, ValueError, r"forget: .*number in 0..9, got 10"),
        ({"forget": -1}, ValueError, "forget: .*got -1"),
        ({"forget": True}, TypeError, "forget: .*got bool"),
        ({"forget": 3.0}, TypeError, "forget: .*got float"),
        ({"forget": None}, TypeError, "forget: .*got NoneType"),
        ({"forget": []}, ValueError, "forget: must hold at least one label"),
        ({"forget": list(range(10))}, ValueError, "leaves none to retain"),
        ({"split": "tests"}, ValueError, "split: .*Did you mean 'test'?"),
        ({"n_components": 0}, ValueError, "n_components: .*at least 1, got 0"),
        ({"limit": 3}, ValueError, "limit: .*at least 4, got 3"),
        ({"limit": 0.5}, ValueError, "limit"),
        ({"random_state": "seed"}, ValueError, "random_state"),
        ({"n_component": 3}, TypeError, "Did you mean 'n_components'?"),
    ],
    ids=str,
)
def test_arguments_are_checked(fashion, keywords, error, message):
    with pytest.raises(error, match=message):
        load_fashion_mnist(**{"path": fashion, "forget": 5, **keywords})


def test_a_label_that_no_image_has(fashion, images):
    labels = images[1]
    (fashion / "train-labels-idx1-ubyte.gz").write_bytes(idx(np.where(labels == 5, 6, labels)))
    with pytest.raises(ValueError, match="none of the 40 rows of the images is labelled 'Sandal'"):
        load_fashion_mnist(fashion, 5)


NOISE = np.random.default_rng(0).integers(256, size=(40, *SIZE), dtype=np.uint8)
PACKED = gzip.compress(idx(NOISE))
DAMAGE = {
    "empty": (b"", "bytes 0 to 3 must be 00 00 08 03.*got an empty file"),
    "labels": (idx(np.zeros(3, dtype=np.uint8)), "got 00 00 08 01. That is a file of labels"),
    "text": (b"<html>not found</html>", "bytes 0 to 3 must be 00 00 08 03.* got 3c 68 74 6d"),
    "floats": (b"\0\0\x0d\x03" + bytes(12), "got 00 00 0d 03"),
    "no header": (b"\0\0\x08\x03\0\0", "header of 16 bytes, but ends at byte 6"),
    "no images": (b"\0\0\x08\x03" + struct.pack(">3I", 0, 7, 5), "got 0 x 7 x 5"),
    "short": (
        idx(np.zeros((40, 7, 5), dtype=np.uint8))[:-50],
        r"must hold 1,416 bytes, .*40 images of 7 x 5, but ends at byte 1,366, in image 38",
    ),
    "long": (idx(np.zeros((40, 7, 5), dtype=np.uint8)) + b"\0", "goes on after byte 1,416"),
    "gzip cut": (PACKED[:900], "gzip stream is cut short or damaged after .* unpacked bytes"),
    "gzip rot": (
        PACKED[:700] + bytes([PACKED[700] ^ 255]) + PACKED[701:],
        "gzip stream is cut short or damaged",
    ),
    "gzip head": (b"\x1f\x8b\x09", "gzip stream"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_images_are_named_with_their_byte(fashion, name):
    content, message = DAMAGE[name]
    file = fashion / "train-images-idx3-ubyte"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        load_fashion_mnist(fashion, 5)
    assert str(file) in str(caught.value)


def test_a_header_that_promises_terabytes_costs_no_memory(tmp_path):
    file = tmp_path / "images"
    file.write_bytes(b"\0\0\x08\x03" + b"\xff" * 12 + b"ab")
    with pytest.raises(ValueError, match=r"4,294,967,295 images .* ends at byte 18, in image 0"):
        read_idx(file, 3)


def test_labels_must_match_the_images(fashion, images):
    file = fashion / "train-labels-idx1-ubyte"
    file.write_bytes(idx(images[1][:39]))
    with pytest.raises(ValueError, match=r"one label for each of the 40 images .* got 39"):
        load_fashion_mnist(fashion, 5)
    wrong = images[1].copy()
    wrong[7] = 10
    file.write_bytes(idx(wrong))
    with pytest.raises(ValueError, match=r"labels must lie in 0..9, got 10 at byte 15 \(image 7\)"):
        load_fashion_mnist(fashion, 5)


def test_both_splits_must_have_one_size(fashion):
    (fashion / "t10k-images-idx3-ubyte").write_bytes(idx(np.zeros((20, 5, 7), dtype=np.uint8)))
    with pytest.raises(ValueError, match=r"one size, got \(7, 5\) in train and \(5, 7\) in t10k"):
        load_fashion_mnist(fashion, 5, split="all")


def test_paths_that_lead_nowhere(fashion, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"path: .*nothing at .*Nothing is downloaded"):
        load_fashion_mnist(tmp_path / "no", 5)
    with pytest.raises(NotADirectoryError, match=r"path: .*is a file.*pass the folder"):
        load_fashion_mnist(fashion / "t10k-images-idx3-ubyte", 5)
    for path in (3, None, "", b"bytes", "a\0b"):
        with pytest.raises(TypeError, match="path: must be the folder of the Fashion-MNIST files"):
            load_fashion_mnist(path, 5)
    (fashion / "train-labels-idx1-ubyte.gz").unlink()
    (fashion / "train-labels-idx1-ubyte").mkdir()
    with pytest.raises(FileNotFoundError, match=r"'train-labels-idx1-ubyte' or .*\.gz'; it holds"):
        load_fashion_mnist(fashion, 5)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match="it holds nothing"):
        load_fashion_mnist(empty, 5)


def test_the_home_folder_may_be_written_as_a_tilde(fashion, monkeypatch):
    monkeypatch.setenv("HOME", str(fashion.parent))
    monkeypatch.setenv("USERPROFILE", str(fashion.parent))
    assert len(load_fashion_mnist(f"~/{fashion.name}", 5).X) == 40

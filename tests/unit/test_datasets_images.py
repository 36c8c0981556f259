"""Readers of image sets, on small files in exactly the formats of the real ones."""

from __future__ import annotations

import gzip
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

import unlearn_widgets as uw
from unlearn_widgets.datasets import load_cifar10, load_digits_domain, load_fashion_mnist
from unlearn_widgets.datasets.components import principal_components
from unlearn_widgets.datasets.idx import read_idx

SIZE = 7, 5
CIFAR_NAMES = [
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
]


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


@pytest.fixture
def cifar(tmp_path):
    rng = np.random.default_rng(1)
    records = rng.integers(0, 256, size=(6, 10, 3073)).astype(np.uint8)
    records[:, :, 0] = np.arange(10)
    files = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]
    for file, batch in zip(files, records, strict=True):
        (tmp_path / file).write_bytes(batch.tobytes())
    (tmp_path / "batches.meta.txt").write_text("\n".join(CIFAR_NAMES) + "\n\n")
    return tmp_path, records


# digits, the real ones


def test_digits_are_the_real_ones():
    from sklearn.datasets import load_digits

    digits, bunch = load_digits_domain(forget=3), load_digits()
    assert digits.X.shape == (1797, 64)
    assert (len(digits.forget), len(digits.retain)) == (183, 1614)
    np.testing.assert_array_equal(digits.X * 16, bunch.data)
    np.testing.assert_array_equal(digits.X_model, bunch.data)
    np.testing.assert_array_equal(digits.forget, np.flatnonzero(bunch.target == 3))
    assert digits.records["label"] == [str(label) for label in bunch.target]
    assert len(set(digits.records["id"])) == 1797
    np.testing.assert_array_equal(digits.records["image"], np.arange(1797))


def test_digits_make_a_problem_and_a_session_that_name_their_domains():
    digits = load_digits_domain(forget=3)
    problem = uw.UnlearningProblem(digits.X, digits.forget)
    assert problem.dim_effective == 61
    rows = [digits.X[part].astype(float) for part in (digits.forget, digits.retain)]
    pooled = sum(np.cov(part.T) * (len(part) - 1) for part in rows) / (1797 - 2)
    gap = rows[0].mean(axis=0) - rows[1].mean(axis=0)
    divergence = gap @ np.linalg.pinv(pooled, hermitian=True) @ gap / 2
    assert problem.divergence == pytest.approx(divergence, rel=1e-9)
    session = uw.Session(problem, digits.records, key="id")
    session.select(digits.forget[:2])
    assert session.removed_keys == [digits.records["id"][row] for row in digits.forget[:2]]


def test_several_digits_can_be_forgotten_by_number_or_name():
    both = load_digits_domain(forget=[8, "3"])
    assert len(both.forget) == 183 + 174
    assert set(both.records["domain"]) == {"3, 8", "other digits"}


def test_components_of_the_digits_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    digits = load_digits_domain(forget=3, n_components=10)
    model = PCA(10, svd_solver="full").fit(digits.X_model / 16)
    theirs = model.transform(digits.X_model / 16)
    signs = np.sign((theirs * digits.X).sum(axis=0))
    np.testing.assert_allclose(digits.X * signs, theirs, atol=1e-5)
    assert f"{model.explained_variance_ratio_.sum():.1%}" in digits.description


# components


@pytest.mark.parametrize(("n", "p"), [(300, 60), (40, 60), (2000, 20)])
@pytest.mark.parametrize("m", [3, 15])
def test_components_agree_with_scikit_learn_whatever_the_shape(n, p, m):
    from sklearn.decomposition import PCA

    rng = np.random.default_rng(n)
    strengths = 40 * 0.7 ** np.arange(p)
    pixels = rng.normal(128, strengths, size=(n, p)).round().clip(0, 255).astype(np.uint8)
    model = PCA(m, svd_solver="full").fit(pixels / 255)
    got = principal_components(pixels, m, 255.0)
    theirs = model.transform(pixels / 255)
    signs = np.sign((theirs * got.X).sum(axis=0))
    np.testing.assert_allclose(got.X * signs, theirs, atol=2e-6)
    assert got.variance_kept == pytest.approx(model.explained_variance_ratio_.sum())


@pytest.mark.parametrize("n", [50, 400])
def test_components_without_variance_are_left_out(n):
    rng = np.random.default_rng(0)
    pixels = np.zeros((n, 100), dtype=np.uint8)
    pixels[:, :3] = rng.integers(0, 256, size=(n, 3))
    pixels[:, 50] = 255
    got = principal_components(pixels, 8, 255.0)
    assert got.X.shape == (n, 3)
    assert got.variance_kept == pytest.approx(1.0)


@pytest.mark.parametrize("n", [2, 50, 400])
def test_equal_images_have_one_component_of_zeros(n):
    got = principal_components(np.full((n, 100), 200, dtype=np.uint8), 8, 255.0)
    assert got.X.shape == (n, 1)
    assert not got.X.any()


def test_the_brightest_images_keep_their_sums_exact():
    pixels = np.full((3000, 4), 255, dtype=np.uint8)
    pixels[::2, 1] = 0
    got = principal_components(pixels, 4, 255.0)
    np.testing.assert_allclose(got.X, np.where(np.arange(3000) % 2, 0.5, -0.5)[:, None], atol=1e-7)


# Fashion-MNIST


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


# CIFAR-10


def test_cifar_is_read_record_by_record(cifar):
    folder, records = cifar
    pictures = load_cifar10(folder, "cat", n_components=None)
    flat = records[:5].reshape(50, 3073)
    np.testing.assert_array_equal(pictures.X_model, flat[:, 1:])
    np.testing.assert_array_equal(pictures.forget, np.arange(3, 50, 10))
    assert pictures.records["id"][10] == "data_batch_2-00000"
    assert pictures.records["label"][:10] == CIFAR_NAMES
    assert set(pictures.records["domain"]) == {"cat", "other pictures"}
    assert pictures.X.shape == (50, 3072)
    assert "X_model.reshape(-1, 3, 32, 32)" in pictures.description


def test_cifar_splits_and_the_folder_above(cifar, tmp_path_factory):
    folder, records = cifar
    test = load_cifar10(folder, 3, split="test")
    np.testing.assert_array_equal(test.X_model, records[5, :, 1:])
    assert len(load_cifar10(folder, 3, split="all", limit=30).X) == 30
    above = tmp_path_factory.mktemp("above")
    folder.rename(above / "cifar-10-batches-bin")
    assert load_cifar10(above, 3, split="test").records["id"] == test.records["id"]


def test_cifar_needs_only_the_files_of_its_split(cifar):
    folder, _ = cifar
    for file in (*folder.glob("data_batch_*"), folder / "batches.meta.txt"):
        file.unlink()
    assert len(load_cifar10(folder, 3, split="test").X) == 10
    with pytest.raises(
        FileNotFoundError, match=r"must hold 'data_batch_1.bin'; it holds 'test_bat"
    ):
        load_cifar10(folder, 3)


class Bomb:
    def __reduce__(self):
        return Path.touch, (Path("opened"),)


@pytest.mark.parametrize("where", ["folder", "below", "file", "renamed"])
def test_the_pickled_version_is_refused_unopened(tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    bomb = pickle.dumps(Bomb(), protocol=2)
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for number in range(1, 6):
        name = f"data_batch_{number}" + (".bin" if where == "renamed" else "")
        (folder / name).write_bytes(bomb)
    path = {"below": tmp_path, "file": folder / "data_batch_1"}.get(where, folder)
    with pytest.raises(ValueError, match=r"never opened here.*cifar-10-binary.tar.gz"):
        load_cifar10(path, 3)
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-1], r"whole records of 3,073 bytes .*9 records and 3,072 bytes more"),
        (lambda _: b"", "got 0 bytes"),
        (lambda _: b"\x1f\x8b" * 3073, r"got 31 at byte 0 \(record 0"),
        (lambda data: data[:6146] + b"\x0b" + data[6147:], r"got 11 at byte 6,146 \(record 2"),
    ],
    ids=["short", "empty", "other", "label"],
)
def test_damaged_batches_are_named_with_their_record(cifar, damage, message):
    folder, _ = cifar
    file = folder / "data_batch_4.bin"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ValueError, match=message) as caught:
        load_cifar10(folder, 3)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("apple\nbaby\n", "label 0 must be 'airplane', got 'apple'"),
        ("\n".join(CIFAR_NAMES[:4]), "label 4 must be 'deer', got nothing"),
        ("\n".join([*CIFAR_NAMES, "whale"]), "label 10 must be nothing, got 'whale'"),
    ],
    ids=["other", "short", "long"],
)
def test_names_of_another_set_are_refused(cifar, text, message):
    folder, _ = cifar
    (folder / "batches.meta.txt").write_text(text)
    with pytest.raises(ValueError, match=message):
        load_cifar10(folder, 3)


def test_cifar_paths_that_lead_nowhere(cifar):
    folder, _ = cifar
    with pytest.raises(NotADirectoryError, match="Unpack it if it is an archive"):
        load_cifar10(folder / "test_batch.bin", 3)
    with pytest.raises(FileNotFoundError, match="binary version of CIFAR-10"):
        load_cifar10(folder / "no", 3)

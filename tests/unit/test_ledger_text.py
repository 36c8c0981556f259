"""No text is code to the store: sixty that try to be survive as notes, keys, names and paths."""

from __future__ import annotations

import pytest

from tests.injections import TEXTS
from unlearn_widgets.ledger import EventLog, check_chain, erase


def test_there_are_sixty_different_ones():
    assert len(TEXTS) == len(set(TEXTS)) == 60


def test_all_survive_unchanged_in_every_place(tmp_path):
    path = tmp_path / "day.forgetset"
    with EventLog(path, created={text: text for text in TEXTS}) as log:
        for text in TEXTS:
            log.append(
                text,
                actor=text,
                payload={"label": text, text: [text]},
                keys={"rows": [text], text: [text, "other"]},
                words={"note": text, "reason": text, text: text},
                effect={text: text},
            )
    with EventLog(path) as log:
        first, *events = log.events()
        assert {name: first.payload[name] for name in TEXTS} == dict(zip(TEXTS, TEXTS, strict=True))
        for text, event in zip(TEXTS, events, strict=True):
            assert (event.kind, event.actor) == (text, text)
            assert dict(event.payload) == {"label": text, text: [text]}
            assert event.keys["rows"] == (text,)
            assert set(event.keys[text]) == {text, "other"}
            assert dict(event.words) == {"note": text, "reason": text, text: text}
            assert dict(event.effect) == {text: text}
    assert check_chain(path).ok


def test_all_can_be_erased(tmp_path):
    path = tmp_path / "day.forgetset"
    with EventLog(path) as log:
        log.append("label", actor="ana", keys={"rows": TEXTS})
        for text in TEXTS[::6]:
            erase(log, text)
        (event,) = [event for event in log.events() if event.kind == "label"]
        assert [key for key in event.keys["rows"] if isinstance(key, str)] == [
            text for number, text in enumerate(TEXTS) if number % 6
        ]
        assert check_chain(log).ok


@pytest.mark.parametrize("text", TEXTS)
def test_all_can_name_a_file(tmp_path, text):
    name = text.replace("/", "∕").replace("\0", "␀")[:60]  # noqa: RUF001
    path = tmp_path / f"{name}.forgetset"
    with EventLog(path) as log:
        log.append("label", actor="ana")
        assert log.path == path
    assert check_chain(path).n_events == 2
    assert [file.name for file in tmp_path.iterdir()] == [path.name]

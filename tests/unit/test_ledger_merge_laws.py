"""Which store comes first, how often and in which order several are merged makes no difference."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.labelling import Bench, content_of, label, meaning_of
from unlearn_widgets.ledger import EventLog, erase

rows = st.lists(st.integers(0, 3), max_size=2, unique=True)
step = st.one_of(
    st.tuples(
        st.just("label"),
        st.sampled_from(["ana", "ben", None]),
        rows,
        st.sampled_from(["remove", "keep", None]),
        st.booleans(),
    ),
    st.tuples(st.just("choose"), st.sampled_from(["ana", "ben"]), rows, rows),
    st.tuples(st.just("undo"), st.sampled_from(["ana", "ben"]), st.integers(1, 4)),
)
erasure = st.tuples(st.just("erase"), st.sampled_from(["ana", 0, 1]))
steps = st.lists(step, max_size=4)
decisions = st.lists(step | erasure, max_size=4)


def decide(path, taken):
    with EventLog(path) as log:
        for kind, *rest in taken:
            if kind == "label":
                who, keys, said, settles = rest
                label(log, who, keys, said, settles=settles, reason=f"{who} of {keys}")
            elif kind == "choose":
                log.append(
                    "selection", actor=rest[0], keys={"chosen": rest[1], "released": rest[2]}
                )
            elif kind == "undo":
                log.append("undo", actor=rest[0], payload={"of": rest[1]})
            elif any(rest[0] in held for held in _names(log)):
                erase(log, rest[0])


def _names(log):
    for event in log.events():
        yield (event.actor,)
        yield from event.keys.values()


@settings(max_examples=25)
@given(decisions, decisions, decisions, st.booleans())
def test_the_laws_of_merging(beginning, mine, theirs, copied):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        a, b = bench.store("a"), bench.folder / "b.forgetset"
        decide(a, beginning)
        if copied:
            shutil.copyfile(a, b)
        else:
            bench.store("b")
        decide(a, mine)
        decide(b, theirs)
        ab, ba = bench.merged(a, b), bench.merged(b, a)
        held = content_of(ab)
        assert content_of(ba) == held
        for again in ((ab, ab), (ab, a), (b, ab), (ab, ba)):
            assert content_of(bench.merged(*again)) == held
        assert meaning_of(bench.merged(a, a)) == meaning_of(a)


@settings(max_examples=15)
@given(steps, st.tuples(steps, steps, steps, steps))
def test_merging_several_needs_no_order(beginning, lists):
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        a, b, c = (bench.folder / f"{name}.forgetset" for name in "abc")
        bench.store("a")
        decide(a, beginning)
        shutil.copyfile(a, b)
        bench.store("c")
        for path, taken in zip((a, b, c), lists, strict=False):
            decide(path, taken)
        left = bench.merged(bench.merged(a, b), c)
        right = bench.merged(a, bench.merged(c, b))
        assert content_of(left) == content_of(right)
        # What is decided in a merged store is an event of its own, and meets the others later.
        decide(right, lists[3])
        on = bench.merged(left, right)
        assert content_of(on) == content_of(bench.merged(right, bench.merged(b, c)))
        assert meaning_of(on) == meaning_of(right)

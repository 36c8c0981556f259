"""A kernel is killed while somebody annotates; the next one shows what was last acknowledged."""

from __future__ import annotations

import ast
import random
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.data import open_session
from unlearn_widgets.ledger import check_chain
from unlearn_widgets.session.decisions import Decisions

ROOT = Path(__file__).resolve().parents[2]


def annotate_until_killed(path, seed):
    """Start a program that annotates, kill it at a moment that the seed chooses."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.annotating", str(path), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as program:
        said = program.stdout.readline()
        end = time.monotonic() + random.Random(seed).uniform(0.0, 0.4)
        while (left := end - time.monotonic()) > 0:
            if select.select([program.stdout], [], [], left)[0]:
                said += program.stdout.read1()
        assert program.poll() is None, program.stderr.read().decode()
        program.kill()
        said += program.stdout.read()
    first, *lines = said.decode().split("\n")[:-1]
    assert first == "ready"
    return [line.split(" ", 1) for line in lines]


def decided_until(session, seq):
    """Return labels and removed keys as the events up to a number have them."""
    decisions, removed = Decisions(), set()
    for event in session._recorder.log.events():
        if event.seq > seq:
            break
        decisions.take(event)
        removed |= set(event.keys.get("chosen", ()))
        removed -= set(event.keys.get("released", ()))
    return [sorted(decisions.of("removal", "ana").items()), sorted(removed)]


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.slow)])
def test_the_next_kernel_goes_on_from_what_was_acknowledged(tmp_path, kills):
    path = tmp_path / "day.forgetset"
    acknowledged = 0
    for seed in range(kills):
        said = annotate_until_killed(path, seed)
        acknowledged += len(said)
        assert check_chain(path).ok
        session = open_session(path)
        try:
            for seq, state in said:
                assert decided_until(session, int(seq)) == ast.literal_eval(state), (seed, seq)
            last = session._recorder.seq
            now = [
                sorted(session._recorder.decisions.of("removal", "ana").items()),
                sorted(session.removed_keys),
            ]
            assert decided_until(session, last) == now
            # The last digit depends on which removal was computed before.
            anew = session.problem.effect(session.removed)
            assert session.effect.alpha == pytest.approx(anew.alpha, rel=1e-12)
            assert session.effect.n_removed == anew.n_removed
        finally:
            session.close()
    assert acknowledged > kills
    print(f"\n{kills} kernels killed: {acknowledged:,} decisions acknowledged, none lost.")

"""Writers are killed at random moments; whatever they had said is recorded is recorded.

Ten killed writers in a row share a store, so that each opens what the one before left behind, by
turns with a write-ahead file and with a rollback journal.
"""

from __future__ import annotations

import random
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from unlearn_widgets.ledger import EventLog, check_chain

WRITER = Path(__file__).with_name("writer.py")
ROOT = WRITER.parents[2]
PER_STORE = 10


def run_until_killed(path: Path, seed: int, mode: str) -> list[tuple[int, str]]:
    """Start a writer, kill it at a moment that the seed chooses, and return what it had said."""
    dice = random.Random(seed)
    # One in ten is killed while it starts and opens the store, the others while they write.
    wait = dice.uniform(0.0, 0.5) if dice.random() < 0.1 else None
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path), str(seed), mode],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        said = b""
        if wait is None:
            said = writer.stdout.readline()
            wait = dice.uniform(0.0, 0.25)
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            if select.select([writer.stdout], [], [], left)[0]:
                said += writer.stdout.read1()
        assert writer.poll() is None, writer.stderr.read().decode()
        writer.kill()
        said += writer.stdout.read()
    # The last line may be cut off.
    lines = said.decode().split("\n")[:-1]
    assert not lines or lines[0] == "ready"
    return [(int(seq), digest) for seq, digest in map(str.split, lines[1:])]


def kill_writers(path: Path, seeds: range) -> int:
    """Kill one writer of a store for each seed; return how many events they had acknowledged."""
    acknowledged: dict[int, str] = {}
    for seed in seeds:
        said = run_until_killed(path, seed, "delete" if seed % 3 == 2 else "wal")
        assert [seq for seq, _ in said] == sorted({seq for seq, _ in said})
        assert not acknowledged.keys() & dict(said).keys()
        acknowledged |= dict(said)
        if not path.exists():
            assert not acknowledged
            continue
        report = check_chain(path)
        assert report.ok, (seed, report.problem)
        with EventLog(path) as log:
            assert log.damage is None
            hashes = {event.seq: event.hash for event in log.events()}
        assert list(hashes) == list(range(1, report.n_events + 1)), seed
        lost = {seq for seq, digest in acknowledged.items() if hashes.get(seq) != digest}
        assert not lost, (seed, lost)
    return len(acknowledged)


@pytest.mark.parametrize("runs", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_nothing_acknowledged_is_lost(tmp_path, runs):
    acknowledged = 0
    for first in range(0, runs, PER_STORE):
        seeds = range(first, first + PER_STORE)
        acknowledged += kill_writers(tmp_path / f"{first}.forgetset", seeds)
    assert acknowledged > runs
    print(
        f"\n{runs} writers killed: {acknowledged:,} events acknowledged, all of them recorded in "
        "order, every chain intact."
    )

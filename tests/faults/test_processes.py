"""Several programs and threads write to one store at once, and none loses an event."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from unlearn_widgets.ledger import EventLog, check_chain

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from unlearn_widgets.ledger import EventLog
path, name, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
with EventLog(path, timeout=300) as log:
    for number in range(n):
        log.append("label", actor=name, payload={"number": number}, keys={"rows": [number % 50]})
"""


@pytest.mark.parametrize("each", [250, pytest.param(2500, marks=pytest.mark.slow)])
def test_four_programs_write_at_once(tmp_path, each):
    path = tmp_path / "day.forgetset"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), f"writer-{number}", str(each)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]
    failures = [writer.communicate()[1].decode() for writer in writers]
    assert failures == [""] * 4
    with EventLog(path) as log:
        _, *events = log.events()
    assert [event.seq for event in events] == list(range(2, 4 * each + 2))
    found = Counter((event.actor, event.payload["number"]) for event in events)
    wanted = [(f"writer-{number}", one) for number in range(4) for one in range(each)]
    assert found == Counter(wanted)
    for name in {event.actor for event in events}:
        assert [event.payload["number"] for event in events if event.actor == name] == list(
            range(each)
        )
    report = check_chain(path)
    assert (report.ok, report.n_events) == (True, 4 * each + 1)
    print(f"\n{len(events):,} events from 4 programs: all present, no duplicate, chain intact.")


def test_threads_share_a_log(tmp_path):
    with EventLog(tmp_path / "day.forgetset") as log:

        def count_up():
            for _ in range(25):
                with log.writing():
                    last = max((event.payload.get("n", 0) for event in log.events()), default=0)
                    log.append(
                        "count", actor=threading.current_thread().name, payload={"n": last + 1}
                    )

        threads = [threading.Thread(target=count_up) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [event.payload["n"] for event in log.events(since=1)] == list(range(1, 101))
        assert check_chain(log).ok


def test_programs_count_up_together(tmp_path):
    path = tmp_path / "day.forgetset"
    code = """
import sys
from unlearn_widgets.ledger import EventLog
with EventLog(sys.argv[1], timeout=300) as log:
    for _ in range(25):
        with log.writing():
            n = sum(1 for event in log.events(since=1))
            log.append("count", actor=None, payload={"n": n + 1})
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT) for _ in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    with EventLog(path) as log:
        assert [event.payload["n"] for event in log.events(since=1)] == list(range(1, 76))

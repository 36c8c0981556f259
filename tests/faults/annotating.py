"""A program that annotates as a person does, until it is killed.

Each line that it prints acknowledges one act: what the reply to the browser said was done.
"""

from __future__ import annotations

import random
import sys

import unlearn_widgets as uw
from tests.comms import RecordingComm
from tests.faults.data import KEYS, open_session


def annotate(path: str, seed: int) -> None:
    """Label, skip, undo and draw, and say what was acknowledged."""
    dice = random.Random(seed)
    session = open_session(path)
    annotator = uw.Annotator(session, order=dice.choice(["random", "uncertainty", "effect"]))
    comm = RecordingComm(annotator)
    print("ready", flush=True)
    shown = None
    while True:
        reply, _ = comm.request("queue", shown=shown, have=[], n=3)
        records = reply["records"] or [{"row": dice.randrange(100)}]
        shown = records[0]["row"]
        what = dice.random()
        if what < 0.75:
            label = dice.choice(["remove", "keep", "unsure"])
            note = "n" * dice.randrange(200)
            reply, _ = comm.request("label", row=shown, label=label, reason="", note=note)
        elif what < 0.9:
            reply, _ = comm.request("undo")
        else:
            session.select(session.problem.forget_rows[: dice.randrange(40)])
            reply = {"ok": True}
        assert reply["ok"], reply
        comm.sent.clear()
        state = [sorted(annotator.decisions.items()), sorted(session.removed_keys)]
        assert all(key in KEYS for key, _ in state[0])
        print(session._recorder.seq, repr(state), flush=True)


if __name__ == "__main__":
    annotate(sys.argv[1], int(sys.argv[2]))

"""The kinds of event that a session records, and what each carries.

===========  ================================  ==========================  ===================
kind         payload                           keys                        words
===========  ================================  ==========================  ===================
selection    kind, mode, n_changed, detail     chosen, released            text, name
undo, redo   of (number of the event meant)    chosen, released
label        job, label (None: withdrawn)      rows, chosen, released      reason, note
set          op ("save" or "delete")           rows                        name
sign         decision                                                      note
fingerprints X, domains, keys, records
mismatch     fields
merged       stores
===========  ================================  ==========================  ===================

``chosen`` are the rows chosen for removal by the event and ``released`` those no longer chosen, so
that the selection after any event is found by adding and taking away in order. Every kind that
changes the selection carries the effect after it. The store's own first event, ``created``, holds
``fingerprints`` where they were known at once; else the kind of that name follows. A label that
takes a step of the selection back or does it again names that step as ``undo_of`` or ``redo_of``. A
merged store adds ``origin`` to each payload: store, number and hash of the event that it repeats,
and the effect that it had there.
"""

from __future__ import annotations

from typing import Final

SELECTION: Final = "selection"
UNDO: Final = "undo"
REDO: Final = "redo"
LABEL: Final = "label"
SET: Final = "set"
SIGN: Final = "sign"
FINGERPRINTS: Final = "fingerprints"
MISMATCH: Final = "mismatch"
MERGED: Final = "merged"

CHOSEN: Final = "chosen"
RELEASED: Final = "released"
ROWS: Final = "rows"

# What a person decides, and the labels offered unless told otherwise: the first one means
# "unwanted" or "remove", the second its opposite, any other leaves the question open.
JOBS: Final = {
    "removal": ("remove", "keep", "unsure"),
    "domain": ("unwanted", "retained", "unsure"),
}

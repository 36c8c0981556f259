"""The durable record of decisions: one file, events that are added and never changed.

`EventLog` appends events that survive a killed program, several writers and a full disk, each
chained to the one before by SHA-256. `check_chain` proves that nothing was altered, `erase` takes
a person out without breaking that proof, `salvage` saves the good part of a damaged file. `merge`
makes one store of two people's, `agreement` and `conflicts` say how far they decided alike.
"""

from unlearn_widgets.ledger.agreement import Agreement, agreement
from unlearn_widgets.ledger.canonical import canonical_json, sha256_hex
from unlearn_widgets.ledger.conflicts import conflicts
from unlearn_widgets.ledger.damage import ChainReport, Head, check_chain
from unlearn_widgets.ledger.erase import Erasure, erase, scrub
from unlearn_widgets.ledger.errors import DamagedLedgerError, LedgerError, UnknownSubjectError
from unlearn_widgets.ledger.event import ERASED, Erased, Event
from unlearn_widgets.ledger.labels import Decision, current_labels, selection_of, settled_labels
from unlearn_widgets.ledger.log import EventLog
from unlearn_widgets.ledger.merge import Merge, merge
from unlearn_widgets.ledger.origin import annotator, recorded_at, words_of
from unlearn_widgets.ledger.salvage import salvage

__all__ = [
    "ERASED",
    "Agreement",
    "ChainReport",
    "DamagedLedgerError",
    "Decision",
    "Erased",
    "Erasure",
    "Event",
    "EventLog",
    "Head",
    "LedgerError",
    "Merge",
    "UnknownSubjectError",
    "agreement",
    "annotator",
    "canonical_json",
    "check_chain",
    "conflicts",
    "current_labels",
    "erase",
    "merge",
    "recorded_at",
    "salvage",
    "scrub",
    "selection_of",
    "settled_labels",
    "sha256_hex",
    "words_of",
]

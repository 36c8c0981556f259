"""The durable record of decisions: one file, events that are added and never changed.

`EventLog` appends events that survive a killed program, several writers and a full disk, each
chained to the one before by SHA-256. `check_chain` proves that nothing was altered, `erase` takes
a person out without breaking that proof, `salvage` saves the good part of a damaged file.
"""

from unlearn_widgets.ledger.canonical import canonical_json, sha256_hex
from unlearn_widgets.ledger.damage import ChainReport, Head, check_chain
from unlearn_widgets.ledger.erase import Erasure, erase, scrub
from unlearn_widgets.ledger.errors import DamagedLedgerError, LedgerError, UnknownSubjectError
from unlearn_widgets.ledger.event import ERASED, Erased, Event
from unlearn_widgets.ledger.log import EventLog
from unlearn_widgets.ledger.salvage import salvage

__all__ = [
    "ERASED",
    "ChainReport",
    "DamagedLedgerError",
    "Erased",
    "Erasure",
    "Event",
    "EventLog",
    "Head",
    "LedgerError",
    "UnknownSubjectError",
    "canonical_json",
    "check_chain",
    "erase",
    "salvage",
    "scrub",
    "sha256_hex",
]

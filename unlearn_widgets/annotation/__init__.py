"""What annotation needs and no widget: label sets, and the pace of a person."""

from __future__ import annotations

from unlearn_widgets.annotation.label_sets import LabelSet, domains_from_labels
from unlearn_widgets.annotation.pace import Pace, pace

__all__ = [
    "LabelSet",
    "Pace",
    "domains_from_labels",
    "pace",
]

"""What annotation needs and no widget: a model of the labels, the pace."""

from __future__ import annotations

from unlearn_widgets.annotation.label_sets import LabelSet, domains_from_labels
from unlearn_widgets.annotation.learner import Learner, Lesson
from unlearn_widgets.annotation.pace import Pace, pace

__all__ = [
    "LabelSet",
    "Learner",
    "Lesson",
    "Pace",
    "domains_from_labels",
    "pace",
]

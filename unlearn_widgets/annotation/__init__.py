"""What annotation needs and no widget: the next record, a model of the labels, the pace."""

from __future__ import annotations

from unlearn_widgets.annotation.label_sets import LabelSet, domains_from_labels
from unlearn_widgets.annotation.learner import Learner, Lesson
from unlearn_widgets.annotation.order_choice import ORDERS
from unlearn_widgets.annotation.pace import Pace, pace
from unlearn_widgets.annotation.queue import AnnotationQueue

__all__ = [
    "ORDERS",
    "AnnotationQueue",
    "LabelSet",
    "Learner",
    "Lesson",
    "Pace",
    "domains_from_labels",
    "pace",
]

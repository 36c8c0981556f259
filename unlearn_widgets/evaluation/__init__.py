"""Measured forgetting beside the prediction: retraining, calibration, recommendation."""

from __future__ import annotations

from unlearn_widgets.evaluation.calibration import Calibration, calibration
from unlearn_widgets.evaluation.check import RetrainCheck, retrain_check
from unlearn_widgets.evaluation.class_scores import predicted_log_loss, predicted_recall
from unlearn_widgets.evaluation.recommendation import Recommendation, recommend
from unlearn_widgets.evaluation.result import RetrainCurve
from unlearn_widgets.evaluation.retrain import retrain_curve

__all__ = [
    "Calibration",
    "Recommendation",
    "RetrainCheck",
    "RetrainCurve",
    "calibration",
    "predicted_log_loss",
    "predicted_recall",
    "recommend",
    "retrain_check",
    "retrain_curve",
]

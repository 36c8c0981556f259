"""Measured forgetting beside the prediction: retraining, calibration, recommendation."""

from __future__ import annotations

from unlearn_widgets.evaluation.class_scores import predicted_log_loss, predicted_recall
from unlearn_widgets.evaluation.result import RetrainCurve
from unlearn_widgets.evaluation.retrain import retrain_curve

__all__ = ["RetrainCurve", "predicted_log_loss", "predicted_recall", "retrain_curve"]

"""The unlearning problem: embeddings and domains in, the effect of removing rows out."""

from unlearn_widgets.problem.diagnosis import Diagnosis
from unlearn_widgets.problem.effect import Effect
from unlearn_widgets.problem.problem import UnlearningProblem

__all__ = ["Diagnosis", "Effect", "UnlearningProblem"]

"""Which rows to remove first: scikit-learn estimators, one rule a file.

Every selector is fitted to rows of both domains, `fit(X, y)`, and then ranks the rows of the
forget domain: `rank()` gives all of them, `select(budget)` the first ones.
"""

from __future__ import annotations

from unlearn_widgets.selection.base import Selector
from unlearn_widgets.selection.classifier import ClassifierSelector
from unlearn_widgets.selection.coreset import CoresetSelector
from unlearn_widgets.selection.distance import DistanceSelector
from unlearn_widgets.selection.herding import HerdingSelector
from unlearn_widgets.selection.influence import InfluenceSelector
from unlearn_widgets.selection.likelihood_ratio import LikelihoodRatioSelector
from unlearn_widgets.selection.neighbor import NeighborSelector
from unlearn_widgets.selection.random import RandomSelector

__all__ = [
    "ClassifierSelector",
    "CoresetSelector",
    "DistanceSelector",
    "HerdingSelector",
    "InfluenceSelector",
    "LikelihoodRatioSelector",
    "NeighborSelector",
    "RandomSelector",
    "Selector",
]

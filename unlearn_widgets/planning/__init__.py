"""Planning a removal: which rule, how many rows, and what it will do, before anything is chosen."""

from unlearn_widgets.planning.curves import RuleCurves
from unlearn_widgets.planning.plan import Plan
from unlearn_widgets.planning.rules import default_rules, label_of, name_of
from unlearn_widgets.planning.targets import Need, RuleRow

__all__ = ["Need", "Plan", "RuleCurves", "RuleRow", "default_rules", "label_of", "name_of"]

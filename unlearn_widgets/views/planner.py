"""The budget planner: which rule, how many rows, and what it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.views.base import PlanView, take_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.session import Session


class BudgetPlanner(PlanView):
    """Rules compared over budgets and for targets, and a slider that selects by one of them.

    Parameters
    ----------
    session : Session
        What is planned; what the planner selects is chosen in the session.
    rule : str or selector, default "likelihood_ratio"
        The rule that the slider selects by.
    rules : list of str or selector, optional
        Rules to compare besides "random", "distance" and "likelihood_ratio".
    alpha_target : float, optional
        Removal wanted, in nats. Default: half-way between removing nothing and everything.
    epsilon_target : float, optional
        Preservation cost tolerated, in nats. Default: half of that of removing nothing.
    refit : {"mean", "covariance"}, default "mean"
        Whether predictions and frontier refit the mean alone or the covariance as well.
    plan_view : {"budget", "frontier"}, default "budget"
        Curves over the rows removed, or the plane of removal and preservation.

    Raises
    ------
    TypeError
        For an unknown keyword, a `session` that is no Session, or what is no rule.
    ValueError
        For an unknown rule, a negative target, or a value outside of those listed.

    Notes
    -----
    Measured curves are plug-in values of the actual rows, predictions rest on the plug-in
    divergence, a-priori certificates on the unbiased one (docs/theory.md, sections 2 and 3).

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> uw.BudgetPlanner(uw.Session(problem), rule="distance", alpha_target=1.5)
    <BudgetPlanner of Session: 0 of 2 removed>
    """

    _view = t.Unicode("planner", read_only=True).tag(sync=True)

    @strict_keywords
    def __init__(
        self,
        session: Session,
        rule: Any = "likelihood_ratio",
        rules: Iterable[Any] | None = None,
        alpha_target: float | None = None,
        epsilon_target: float | None = None,
        refit: str = "mean",
        plan_view: str = "budget",
    ) -> None:
        super().__init__(
            session,
            rule=take_rules(type(self), session, rules, rule),
            alpha_target=alpha_target,
            epsilon_target=epsilon_target,
            refit=refit,
            plan_view=plan_view,
        )

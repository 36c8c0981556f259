"""What a removal does: the record that every read-out shows."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Effect:
    """Predicted effect of removing some rows, against removing none.

    Attributes
    ----------
    n_forget, n_retain : int
        Rows of the two domains before the removal.
    n_removed, n_removed_forget, n_removed_retain : int
        Rows removed, in both domains and in each.
    removed_fraction : float
        n_removed_forget / n_forget.
    alpha : float
        Removal KL(p1 || p^) in nats, plug-in (docs/theory.md, sections 1 and 4); inf where the
        domains or the edit have no common span.
    epsilon : float
        Preservation cost KL(p2 || p^) in nats, plug-in; inf likewise.
    forget_log_loss, retain_log_loss : float
        Mean negative log-likelihood of all rows of each domain under p^, nats per row.
    alpha_before, epsilon_before, forget_log_loss_before, retain_log_loss_before : float
        The same four numbers with nothing removed.
    alpha_noise_floor, epsilon_noise_floor : float
        Part of the mean term of alpha and epsilon that noise alone shows when as many rows are
        removed without looking, in nats (section 3).
    alpha_certified, epsilon_certified : float or None
        Bounds of the mean part, in nats, that hold with probability 1 - delta for every removal
        at once (section 3, post-hoc): alpha at least, epsilon at most.
    certificate_reason : str or None
        Why there is no certificate, None when there is one.
    delta : float
        Chance that the certificate fails.
    covariance : str
        "shared", "refit" or "known".
    shrinkage_used : str or None
        "ledoit-wolf" or "oas" when the covariance was shrunk.
    dim_effective : int
        Dimension of the span that the covariance covers (section 4).
    precision : str
        How rows are stored: "float64", or "float32" for more than 256 MB; sums are float64.
    frontier_alpha : float or None
        Most removal that any edit with this epsilon allows, in nats (section 1); None when the
        covariance is refitted or shrunk.
    random_equivalent : int or None
        Random removals that would reach this alpha: the smallest f with (1-w)^2 k >= alpha at the
        plug-in k. None when alpha exceeds k, retained rows were removed or the covariance is
        refitted.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> effect = problem.effect([1, 2])
    >>> effect.alpha, effect.epsilon, effect.random_equivalent
    (3.125, 0.125, 3)

    """

    n_forget: int
    n_retain: int
    n_removed: int
    n_removed_forget: int
    n_removed_retain: int
    removed_fraction: float
    alpha: float
    epsilon: float
    forget_log_loss: float
    retain_log_loss: float
    alpha_before: float
    epsilon_before: float
    forget_log_loss_before: float
    retain_log_loss_before: float
    alpha_noise_floor: float
    epsilon_noise_floor: float
    alpha_certified: float | None
    epsilon_certified: float | None
    certificate_reason: str | None
    delta: float
    covariance: str
    shrinkage_used: str | None
    dim_effective: int
    precision: str
    frontier_alpha: float | None
    random_equivalent: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name, as plain numbers, strings and None.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> problem = uw.UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
        >>> problem.effect([2]).to_dict()["n_removed"]
        1
        """
        return {name: getattr(self, name) for name in FIELDS}

    def __repr__(self) -> str:
        lines = [f"Effect of removing {self._counts()}"]
        lines += [
            f"  {name:<20} {before:>12} -> {after:>12}  {note}".rstrip()
            for name, before, after, note in self._lines()
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>"
            for line in self._lines()
        )
        head = "<tr><th>nats</th><th>before</th><th>after</th><th></th></tr>"
        caption = html.escape(f"Removing {self._counts()}")
        return f"<table><caption>{caption}</caption>{head}{rows}</table>"

    def _counts(self) -> str:
        return (
            f"{self.n_removed_forget} of {self.n_forget} forget rows "
            f"and {self.n_removed_retain} of {self.n_retain} retained rows"
        )

    def _lines(self) -> list[tuple[str, str, str, str]]:
        sure = f"with {100 * (1 - self.delta):.6g} % confidence"
        notes = ("", "", "", "")
        if self.alpha_certified is not None and self.epsilon_certified is not None:
            least, most = f"{self.alpha_certified:.4g}", f"{self.epsilon_certified:.4g}"
            notes = (f"at least {least} {sure}", f"at most {most} {sure}", "", "")
        names = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")
        return [
            (name, f"{getattr(self, f'{name}_before'):.6g}", f"{getattr(self, name):.6g}", note)
            for name, note in zip(names, notes, strict=True)
        ]


FIELDS = tuple(field.name for field in fields(Effect))


def random_equivalent(alpha: float, divergence: float, n_forget: int, n_retain: int) -> int | None:
    """Return the smallest number of random removals whose (1 - w)^2 k reaches `alpha`, if any.

    >>> random_equivalent(1.0, 2.0, 1000, 1000)
    586
    """
    goal = alpha * (1.0 - 1e-12)
    if not math.isfinite(alpha) or goal > divergence:
        return None

    def reached(removed: int) -> bool:
        others = n_retain / (n_forget - removed + n_retain)
        return others * others * divergence >= goal

    if reached(0):
        return 0
    left = n_retain * math.sqrt(divergence / goal)
    guess = min(n_forget, max(0, math.ceil(n_forget + n_retain - left) - 1))
    return next(f for f in range(guess, n_forget + 1) if reached(f))

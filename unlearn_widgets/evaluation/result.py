"""What was measured by retraining, beside what was predicted."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.evaluation.halving import crossing_interval
from unlearn_widgets.evaluation.scores import FAILED, METRICS
from unlearn_widgets.evaluation.spread import mean_known
from unlearn_widgets.evaluation.words import describe
from unlearn_widgets.frames import Frame
from unlearn_widgets.validation import choice, strict_keywords

if TYPE_CHECKING:
    from unlearn_widgets.evaluation.cell import Cell
    from unlearn_widgets.evaluation.design import Design, Key
    from unlearn_widgets.validation import Floats

PREDICTIONS = ("alpha", "epsilon", "forget_log_loss", "retain_log_loss")
SUMMARY = (
    *("rule", "fraction", "metric", "mean", "std", "lowest", "highest", "splits"),
    *("predicted_alpha", "predicted_epsilon"),
)
SHARES = ("forget_recall", "retain_accuracy", "balanced_accuracy")


class RetrainCurve:
    """Measured forgetting of several rules over budgets and splits.

    Made by `retrain_curve`. A result of a run that was stopped holds the cells that were done, and
    can be continued with ``retrain_curve(..., resume=result)``, also after it was pickled.

    Attributes
    ----------
    design : Design
        Rules, budgets, splits and seed.
    cells : tuple of Cell
        What was measured, by split, budget and rule.
    reason : str
        Why cells are missing, empty when none is.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> from unlearn_widgets.evaluation import retrain_curve
    >>> domains = uw.datasets.make_gaussians(60, 120, shift=2.0, dim=2, random_state=0)
    >>> problem = uw.UnlearningProblem(domains.X, domains.forget)
    >>> options = dict(selectors=["random"], random_state=0, progress=False)
    >>> retrain_curve(problem, **options)
    Retraining LogisticRegression(C=10, max_iter=2000) on 5 splits
    complete: 110 of 110 cells
      5 cells: single class
    share of forget rows removed until forget_recall is halved
      random  ... (... to ...)

    """

    def __init__(self, design: Design, cells: dict[Key, Cell], reason: str = "") -> None:
        self.design = design
        self._cells = {key: cells[key] for key in design.cell_keys() if key in cells}
        self._total = sum(1 for _ in design.cell_keys())
        self.reason = "" if self.complete else reason

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What was measured, by split, budget and rule."""
        return tuple(self._cells.values())

    @property
    def complete(self) -> bool:
        """Whether every cell was measured or has failed."""
        return len(self._cells) == self._total

    @property
    def status(self) -> str:
        """Say how many cells there are, and why others are missing."""
        count = f"{len(self._cells)} of {self._total} cells"
        return f"complete: {count}" if self.complete else f"partial: {count}, {self.reason}"

    def usable_cells(self) -> dict[Key, Cell]:
        """Return the cells that need not be measured again: all but failed ones."""
        return {
            key: cell
            for key, cell in self._cells.items()
            if not any(status.startswith(FAILED) for status in cell.status.values())
        }

    def to_frame(self) -> Frame:
        """Return one row for each cell and metric.

        Returns
        -------
        Frame
            rule, budget (rows of the training fold), fraction, split, metric, measured,
            predicted_alpha, predicted_epsilon, predicted_forget_log_loss,
            predicted_retain_log_loss (nats, plug-in on the training fold) and status ("ok",
            "single class", "not converged", "unseen class", "no probabilities: ...",
            "NaN score", "failed: ...").

        """
        rows = [(cell, metric) for cell in self.cells for metric in METRICS]
        columns: dict[str, list[Any]] = {
            "rule": [cell.key[0] for cell, _ in rows],
            "budget": [cell.budget for cell, _ in rows],
            "fraction": [cell.fraction for cell, _ in rows],
            "split": [cell.key[1] for cell, _ in rows],
            "metric": [metric for _, metric in rows],
            "measured": [cell.measured[metric] for cell, metric in rows],
        }
        for name in PREDICTIONS:
            columns[f"predicted_{name}"] = [cell.predicted.get(name, math.nan) for cell, _ in rows]
        columns["status"] = [cell.status[metric] for cell, metric in rows]
        return Frame(columns)

    def to_pandas(self) -> Any:
        """Return `to_frame` as a `pandas.DataFrame`."""
        return self.to_frame().to_pandas()

    def to_polars(self) -> Any:
        """Return `to_frame` as a `polars.DataFrame`."""
        return self.to_frame().to_polars()

    def to_arrow(self) -> Any:
        """Return `to_frame` as a `pyarrow.Table`."""
        return self.to_frame().to_arrow()

    def measured(self, rule: str, metric: str) -> tuple[Floats, Floats]:
        """Return the curve of a rule on each split.

        Parameters
        ----------
        rule : str
            A rule of the design.
        metric : str
            One of `METRICS`.

        Returns
        -------
        fractions : (steps,) ndarray
            Budgets, ascending; the mean over splits where an int stands for different shares.
        values : (splits, steps) ndarray
            NaN where nothing was measured.

        """
        choice("metric", metric, METRICS)
        return self._table(rule, lambda cell: cell.measured[metric])

    def predicted(self, rule: str, name: str) -> tuple[Floats, Floats]:
        """Return what was predicted along a rule, as `measured` does.

        `name` is "alpha", "epsilon", "forget_log_loss", "retain_log_loss", a noise floor, or
        "class_..." for the closed form of a linear classifier (docs/theory.md, section 7), which
        there is when the model tells the domains apart by the rows of the problem; NaN elsewhere.
        """
        return self._table(rule, lambda cell: cell.predicted.get(name, math.nan))

    def summary(self) -> Frame:
        """Return mean and spread over splits for each rule, budget and metric.

        Returns
        -------
        Frame
            rule, fraction, metric, mean, std (over splits, ddof 1; NaN for one), lowest, highest,
            splits (how many), predicted_alpha, predicted_epsilon (means, nats).

        """
        rows = []
        for rule in self.design.rules:
            predictions = [mean_known(self.predicted(rule, name)[1]) for name in PREDICTIONS[:2]]
            for metric in METRICS:
                fractions, values = self.measured(rule, metric)
                for step, fraction in enumerate(fractions):
                    known = values[:, step][~np.isnan(values[:, step])]
                    if not known.size:
                        continue
                    spread = known.size > 1 and bool(np.isfinite(known).all())
                    rows.append(
                        {
                            "rule": rule,
                            "fraction": float(fraction),
                            "metric": metric,
                            "mean": float(known.mean()),
                            "std": float(known.std(ddof=1)) if spread else math.nan,
                            "lowest": float(known.min()),
                            "highest": float(known.max()),
                            "splits": known.size,
                            "predicted_alpha": float(predictions[0][step]),
                            "predicted_epsilon": float(predictions[1][step]),
                        }
                    )
        return Frame({name: [row[name] for row in rows] for name in SUMMARY})

    @strict_keywords
    def halving_budget(self, metric: str = "forget_recall") -> Frame:
        """Return the share of forget rows to remove until a metric is half of what it was.

        Parameters
        ----------
        metric : {"forget_recall", "retain_accuracy", "balanced_accuracy"}
            A share; a log-loss has no half that means anything.

        Returns
        -------
        Frame
            rule, fraction (first crossing of the mean curve over splits, linear between budgets),
            low and high: a 95 % percentile bootstrap interval over splits. All NaN when the mean
            curve never gets there; `high` is NaN when over 2.5 % of the resamples do not, both
            are with a single split.

        Raises
        ------
        ValueError
            For a metric that is no share.

        Notes
        -----
        The interval says how much splits of these rows differ. Random splits overlap, so it is not
        a confidence interval for new rows, and with five splits it is narrow.

        """
        choice("metric", metric, SHARES)
        found = [crossing_interval(*self.measured(rule, metric)) for rule in self.design.rules]
        columns: dict[str, list[Any]] = {"rule": list(self.design.rules)}
        for place, name in enumerate(("fraction", "low", "high")):
            columns[name] = [interval[place] for interval in found]
        return Frame(columns)

    @strict_keywords
    def plot(self, metric: str | None = None, theme: str = "light") -> Any:
        """Draw measured points beside what was predicted, for each rule.

        Parameters
        ----------
        metric : str, optional
            One of `METRICS`. Default: forget recall and the changes of both log-losses.
        theme : {"light", "dark"}
            Colours.

        Returns
        -------
        altair chart
            Points and bars: mean, lowest and highest over splits, measured. Bands: for a log-loss
            what `calibration` compares its change with; for the rest the closed form of a linear
            classifier, lowest to highest over splits, where the forget domain is the class.

        Raises
        ------
        ValueError
            For an unknown metric or theme, or when nothing was measured.

        """
        from unlearn_widgets.evaluation.chart import draw

        return draw(self, metric, theme)

    def _table(self, rule: str, value: Any) -> tuple[Floats, Floats]:
        choice("rule", rule, self.design.rules)
        shape = len(self.design.splits), len(self.design.levels)
        fractions, values = np.empty(shape), np.full(shape, np.nan)
        for split in range(shape[0]):
            for step, level in enumerate(self.design.levels):
                fractions[split, step] = self.design.fraction(split, step)
                cell = self._cells.get((rule, split, repr(level)))
                if cell is not None:
                    values[split, step] = value(cell)
        return fractions.mean(axis=0), values

    def __repr__(self) -> str:
        return describe(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(describe(self))}</pre>"

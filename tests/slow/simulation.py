"""Rows drawn, chosen and fitted, to compare with what `unlearn_widgets.theory` says of them.

The domains are N(D e, I) and N(0, I), which any two Gaussians with one covariance are after
whitening. Rows are real rows here, or, where a test says so, the two numbers of a row on which the
rules and the symmetric parts of the fits depend: its place along e and its squared distance from
that line, which is chi-square with d - 1 degrees of freedom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unlearn_widgets import theory

BATCHES = 25


@dataclass(frozen=True)
class Kept:
    """Moments of kept forget rows: mean and variance along e, mean square of a place across it."""

    mean: np.ndarray
    along: np.ndarray
    across: np.ndarray


def scores(rule, place, square, rng):
    """What a rule sorts by, first to remove first; `square` is the squared distance from e."""
    if rule == "random":
        return rng.random(place.shape)
    return place if rule == "likelihood_ratio" else np.square(place) + square


def keep(rule, kept, place, square, dim, rng):
    """Remove what the rule removes of each batch (row of `place`) and fit the rest."""
    order = np.argpartition(scores(rule, place, square, rng), kept - 1, axis=1)[:, :kept]
    place, square = (np.take_along_axis(x, order, axis=1) for x in (place, square))
    across = square.mean(axis=1) / (dim - 1) if dim > 1 else np.ones(len(place))
    return Kept(place.mean(axis=1), place.var(axis=1), across)


def draw(n, dim, divergence, rng, *, rows):
    """Batches of rows as places along e and squared distances from it."""
    distance = math.sqrt(2.0 * divergence)
    if not rows or dim == 1:
        square = rng.chisquare(dim - 1, (BATCHES, n)) if dim > 1 else np.zeros((BATCHES, n))
        return rng.standard_normal((BATCHES, n)) + distance, square
    direction = np.linalg.qr(rng.standard_normal((dim, 1)))[0][:, 0]
    places, squares = np.empty((BATCHES, n)), np.empty((BATCHES, n))
    for batch in range(BATCHES):
        x = rng.standard_normal((n, dim)) + distance * direction
        places[batch] = x @ direction
        squares[batch] = np.square(x).sum(axis=1) - np.square(places[batch])
    return places, squares


def edited(kept, weight, dim, divergence, refit):
    """Alpha and epsilon of the Gaussian fitted to kept rows and a whole retained domain.

    Its covariance is diagonal beside e, so that its divergences are sums over directions.
    """
    mean, along, across = kept
    beside = weight * across + 1.0 - weight
    within = weight * along + 1.0 - weight + weight * (1.0 - weight) * mean**2
    if refit == "mean":
        beside = within = 1.0
    others = (dim - 1) * theory.gaussian_kl([0.0], [[1.0]], [0.0], [[beside]])
    return np.array(
        [
            others + theory.gaussian_kl([center], [[1.0]], [weight * mean], [[within]])
            for center in (math.sqrt(2.0 * divergence), 0.0)
        ]
    )


def curve_error(rule, share, dim, divergence, refit, *, n, rng, rows=False):
    """Prediction less simulation, of alpha and of epsilon, and their standard errors.

    Moments are pooled over batches; the errors are those of the jackknife over them.
    """
    kept = round(share * n)
    n_retain = 2 * n
    moments = keep(rule, kept, *draw(n, dim, divergence, rng, rows=rows), dim, rng)
    table = np.stack([moments.mean, moments.along, moments.across])
    weight = kept / (kept + n_retain)
    values = np.array(
        [
            edited(np.delete(table, left, axis=1).mean(axis=1), weight, dim, divergence, refit)
            for left in range(BATCHES)
        ]
    )
    whole = edited(table.mean(axis=1), weight, dim, divergence, refit)
    error = math.sqrt((BATCHES - 1) / BATCHES) * np.sqrt(
        np.square(values - values.mean(axis=0)).sum(axis=0)
    )
    predicted = theory.removal_tradeoff(
        rule,
        n_forget=n,
        n_retain=n_retain,
        n_removed=n - kept,
        divergence=divergence,
        dim=dim,
        refit=refit,
    )
    return np.array(predicted) - whole, error


@dataclass(frozen=True)
class Cell:
    """Setting of a certificate."""

    n_forget: int
    n_retain: int
    n_removed: int
    dim: int
    divergence: float

    @property
    def names(self):
        return vars(self)


def truths(rule, cell, runs, rng, cos=1.0):
    """Alpha and epsilon of edited means in the true covariance, from real forget rows; (runs, 2).

    Retained rows enter by their mean alone, which is drawn from its own exact law. `cos` turns the
    direction of the likelihood ratio away from e.
    """
    distance = math.sqrt(2.0 * cell.divergence)
    kept = cell.n_forget - cell.n_removed
    total = kept + cell.n_retain
    found = np.empty((runs, 2))
    for run in range(runs):
        x = rng.standard_normal((cell.n_forget, cell.dim))
        x[:, 0] += distance
        if rule == "likelihood_ratio":
            score = cos * x[:, 0]
            if cos < 1.0:
                score += math.sqrt(1.0 - cos * cos) * x[:, 1]
        elif rule == "distance":
            score = np.square(x).sum(axis=1)
        else:
            score = rng.random(cell.n_forget)
        rest = math.sqrt(cell.n_retain) * rng.standard_normal(cell.dim)
        mean = (x[np.argsort(score)[:kept]].sum(axis=0) + rest) / total
        found[run, 1] = 0.5 * mean @ mean
        mean[0] -= distance
        found[run, 0] = 0.5 * mean @ mean
    return found


def misses(rule, cell, runs, delta, rng, cos=1.0):
    """Runs in which alpha lies below its certificate, and epsilon above; (runs, 2)."""
    turned = {"cos": cos} if rule == "likelihood_ratio" else {}
    low, high = theory.certificate(rule, **cell.names, delta=delta, **turned)
    found = truths(rule, cell, runs, rng, cos)
    return np.stack([found[:, 0] < low, found[:, 1] > high], axis=1)


def posthoc_misses(cell, runs, delta, covariance, rng):
    """The same of the post-hoc certificate, against a choice of rows that knows the truth.

    Rows are kept on the side away from where the sample mean has strayed, which makes the edited
    mean look farther from the forget domain than it is. All rows are real, covariances are fitted.
    """
    distance = math.sqrt(2.0 * cell.divergence)
    kept = cell.n_forget - cell.n_removed
    center = distance * np.eye(cell.dim)[0]
    found = np.empty((runs, 2), dtype=bool)
    for run in range(runs):
        x = rng.standard_normal((cell.n_forget, cell.dim)) + center
        y = rng.standard_normal((cell.n_retain, cell.dim))
        means = x.mean(axis=0), y.mean(axis=0)
        order = np.argsort(x @ (means[0] - center))[:kept]
        mean = (x[order].sum(axis=0) + y.sum(axis=0)) / (kept + cell.n_retain)
        gaps = np.stack([mean - means[0], mean - means[1]])
        if covariance == "pooled":
            left = np.vstack([x - means[0], y - means[1]])
            pooled = left.T @ left / (len(left) - 2)
            gaps = np.linalg.solve(np.linalg.cholesky(pooled), gaps.T).T
        low, high = theory.posthoc_certificate(
            *np.linalg.norm(gaps, axis=1),
            n_forget=cell.n_forget,
            n_retain=cell.n_retain,
            dim=cell.dim,
            delta=delta,
            covariance=covariance,
        )
        found[run] = 0.5 * np.square(mean - center).sum() < low, 0.5 * mean @ mean > high
    return found


def most(delta, runs, errors=3.0):
    """Share of misses that a certificate may show: its risk and some standard errors."""
    return delta + errors * math.sqrt(delta * (1.0 - delta) / runs)

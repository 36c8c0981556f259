"""Write tests/vectors/theory_corners.json: the theory where float64 is hardest pressed.

Run ``python tests/vectors/make_theory_corners.py`` after changing a case; it needs mpmath, which is
no dependency of the package. Every value is computed with 60 digits, straight from the published
formulas, as sums over a Poisson mixture and binomial sums, by code that shares nothing with the
package (which integrates along a path in the complex plane).
"""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).with_name("theory_corners.json")
NOTE = (
    "Written by make_theory_corners.py with mpmath at 60 digits, from the formulas of "
    "docs/theory.md as Poisson mixtures and binomial sums. 'call' names the public function, "
    "'kwargs' its arguments. Tolerance: relative 1e-9 (1e-7 for certificates), absolute 1e-15."
)
DIMS, DIVERGENCES, SHARES = (1, 2, 10, 384, 4096), (1e-6, 0.02, 2.0, 300.0, 5000.0), (1e-6, 0.3)
# Exact in binary, as is what is left of it.
NEARLY_ALL = 1.0 - 2.0**-20


def mp() -> Any:
    """Return the arithmetic, at 60 digits."""
    import mpmath

    mpmath.mp.dps = 60
    return mpmath.mp


def law(c: Any, dim: int, power: Any) -> tuple[list[Any], list[Any]]:
    """P_m(c) and 2 f_m(c) for m = d, d + 2, d + 4 of noncentrality `power`, term by term."""
    m = mp()
    x, k, a = c / 2, m.mpf(power) / 2, m.mpf(dim) / 2
    reach = 16 * m.sqrt(k) + 90
    low, high = max(0, int(k - reach)), int(k + reach) if k else 0
    pois = m.exp((low * m.log(k) if low else 0) - k - m.loggamma(low + 1))
    gamma = m.exp((a + low - 1) * m.log(x) - x - m.loggamma(a + low))
    weights, terms = [], []
    j, size = low, high + 1 - low
    # P(a + j, x) is the sum of all terms from j on, which fall once a + j has passed x.
    while j < high + 4 or a + j < x or gamma > terms[size] * m.mpf(10) ** -45:
        weights.append(pois)
        terms.append(gamma)
        pois, gamma = pois * k / (j + 1), gamma * x / (a + j)
        j += 1
    central = list(itertools.accumulate(reversed(terms[1:])))
    central.reverse()
    cdf = [m.fsum(weights[j] * central[j + i] for j in range(size)) for i in range(3)]
    density = [m.fsum(weights[j] * terms[j + i] for j in range(size)) for i in range(3)]
    return cdf, density


def quantile(lower: Any, dim: int, power: Any) -> Any:
    """Return the point with mass `lower` below it, by Newton on the smaller tail's logarithm."""
    m = mp()
    mean, spread = dim + power, m.sqrt(2 * dim + 4 * power)
    z = m.sqrt(2) * m.erfinv(2 * lower - 1)
    c = max(mean + z * spread, mean / 100)
    small = lower < m.mpf(1) / 2
    goal = lower if small else 1 - lower
    for _ in range(200):
        cdf, density = law(c, dim, power)
        tail = cdf[0] if small else 1 - cdf[0]
        step = (1 if small else -1) * m.log(goal / tail) * tail / (density[0] / 2) / c
        c *= m.exp(max(-2, min(2, step)))
        if abs(step) < m.mpf(10) ** -25:
            break
    return c


def kept(rule: str, q: Any, k: Any, dim: int) -> tuple[Any, Any, Any]:
    """Kept mean along e, and the kept variances across e and along it."""
    m = mp()
    distance = m.sqrt(2 * k)
    if rule == "random" or q == 1:
        return distance, m.mpf(1), m.mpf(1)
    if rule == "likelihood_ratio":
        z = m.sqrt(2) * m.erfinv(2 * q - 1)
        h = m.npdf(z) / q
        return distance - h, m.mpf(1), 1 - z * h - h**2
    cdf, _ = law(quantile(q, dim, 2 * k), dim, 2 * k)
    second, fourth = cdf[1] / cdf[0], cdf[2] / cdf[0]
    return second * distance, second, second + (fourth - second**2) * distance**2


def factor(rule: str, q: float, k: float, dim: int) -> Any:
    """Return rho."""
    m = mp()
    k = m.mpf(k)
    return kept(rule, m.mpf(q), k, dim)[0] / m.sqrt(2 * k)


def tradeoff(rule: str, n1: int, n2: int, f: int, k: float, dim: int, refit: str) -> list[Any]:
    """Alpha and epsilon of the population."""
    m = mp()
    k = m.mpf(k)
    w, distance = m.mpf(n1 - f) / (n1 - f + n2), m.sqrt(2 * k)
    mean, across, along = kept(rule, m.mpf(n1 - f) / n1, k, dim)
    shifts = (distance - w * mean, w * mean)
    if refit == "mean":
        return [shift**2 / 2 for shift in shifts]
    a = w * across + 1 - w
    b = w * along + 1 - w + w * (1 - w) * mean**2
    spread = (dim - 1) / a + 1 / b - dim + (dim - 1) * m.log(a) + m.log(b)
    return [(spread + shift**2 / b) / 2 for shift in shifts]


def kept_mass(n1: int, f: int, level: Any) -> Any:
    """Quantile of Beta(n1 - f + 1, f): the q with P(Bin(n1, q) > n1 - f) = level, by bisection."""
    m = mp()
    if f == 0:
        return m.mpf(1)
    low, high = m.mpf(0), m.mpf(1)
    # The mass above n1 - f, as the f terms from the top.
    for _ in range(180):
        q = (low + high) / 2
        term, total = q**n1, q**n1
        for i in range(1, f):
            term *= (n1 - i + 1) * (1 - q) / (i * q)
            total += term
        low, high = (q, high) if total < level else (low, q)
    return (low + high) / 2


def bounds(
    rule: str, n1: int, n2: int, f: int, k: float, dim: int, delta: float, cos: float = 1.0
) -> list[Any]:
    """Return the certificate."""
    m = mp()
    k, delta, cos = m.mpf(k), m.mpf(delta), m.mpf(cos)
    total, distance = m.mpf(n1 - f + n2), m.sqrt(2 * k)
    w = (n1 - f) / total
    if rule == "random":
        alpha = quantile(delta / 2, dim, 2 * total * (1 - w) ** 2 * k)
        epsilon = quantile(1 - delta / 2, dim, 2 * total * w**2 * k)
        return [alpha / (2 * total), epsilon / (2 * total)]
    part = delta / 4
    t = m.sqrt(2 * m.log(1 / part) / total)
    low, high = kept_mass(n1, f, part), kept_mass(n1, f, 1 - part)
    if rule == "distance":
        (least, _, _), (most, across, along) = (kept(rule, q, k, dim) for q in (low, high))
        square = (dim - 1) * across + along + most**2
        trace = w * min(dim, square - least**2) + (1 - w) * dim
        alpha, epsilon = distance - w * most - t, m.sqrt((w * most) ** 2 + trace / total) + t
    else:
        hs = [distance - kept(rule, q, k, dim)[0] for q in (low, high)]
        alpha = (1 - w) * distance * cos + w * hs[1] - t
        largest = max(distance**2 - 2 * h * distance * cos + h**2 for h in hs)
        epsilon = m.sqrt(w**2 * largest + dim / total) + t
    return [max(0, alpha) ** 2 / 2, epsilon**2 / 2]


def stop(k: float) -> Any:
    """Return the removed share 1 - q with h(q) = D."""
    m = mp()
    goal = m.log(m.sqrt(2 * m.mpf(k)))
    z = m.findroot(
        lambda z: m.log(m.npdf(z)) - m.log(m.ncdf(z)) - goal,
        (-m.mpf(15), m.mpf(6)),
        solver="anderson",
        tol=1e-80,
    )
    return m.ncdf(-z)


def folded(u: float, k: float) -> Any:
    """Return g(u; k)."""
    m = mp()
    distance = m.sqrt(2 * m.mpf(k))
    return m.ncdf(u - distance) - m.ncdf(-u - distance)


Case = tuple[str, dict[str, Any], Any]


def factors() -> Iterator[Case]:
    """What the rules do to the kept mean."""
    for dim, k, q in itertools.product(DIMS, DIVERGENCES, SHARES):
        arguments = {"rule": "distance", "kept": q, "divergence": k, "dim": dim}
        yield "kept_mean_factor", arguments, factor("distance", q, k, dim)
    for k, q in itertools.product(DIVERGENCES, (*SHARES, NEARLY_ALL)):
        arguments = {"rule": "likelihood_ratio", "kept": q, "divergence": k}
        yield "kept_mean_factor", arguments, factor("likelihood_ratio", q, k, 1)


def tradeoffs() -> Iterator[Case]:
    """One row removed, one row kept, half of them kept."""
    counts = ((1_000_000, 10, 1), (1_000_000, 3, 999_999), (1000, 2000, 500))
    for (n1, n2, f), k, dim in itertools.product(counts, (1e-6, 2.0, 5000.0), (1, 384, 4096)):
        names = {"n_forget": n1, "n_retain": n2, "n_removed": f, "divergence": k, "dim": dim}
        # What does not depend on the dimension is looked at in one of them.
        rules = ("distance",) if dim > 1 else ("random", "distance", "likelihood_ratio")
        for rule, refit in itertools.product(rules, ("mean", "covariance")):
            value = tradeoff(rule, n1, n2, f, k, dim, refit)
            yield "removal_tradeoff", {"rule": rule, **names, "refit": refit}, value


def certificates() -> Iterator[Case]:
    """Few rows and many, few dimensions and many, risks small and large."""
    settings = itertools.product(
        ((50, 20, 49), (2000, 1000, 3), (400, 9000, 200)),
        ((1, 2.0), (384, 0.02), (4096, 50.0)),
        (1e-9, 0.5),
    )
    for (n1, n2, f), (dim, k), delta in settings:
        names = {"n_forget": n1, "n_retain": n2, "n_removed": f, "divergence": k, "dim": dim}
        for rule in ("random", "distance", "likelihood_ratio"):
            turn = {"cos": 0.9} if rule == "likelihood_ratio" else {}
            value = bounds(rule, n1, n2, f, k, dim, delta, **turn)
            yield "certificate", {"rule": rule, **names, "delta": delta, **turn}, value


def folded_normals() -> Iterator[Case]:
    """One dimension: the paper's folded normal, and the stop point."""
    for k in DIVERGENCES[:3]:
        yield "stop_point", {"divergence": k}, stop(k)
    for k, u in itertools.product(DIVERGENCES[:3], (1e-9, 0.1, 3.0)):
        yield "folded_normal_cdf", {"u": u, "divergence": k}, folded(u, k)
    for k, q in itertools.product(DIVERGENCES, (*SHARES, NEARLY_ALL)):
        value = mp().sqrt(quantile(mp().mpf(q), 1, 2 * mp().mpf(k)))
        yield "folded_normal_ppf", {"q": q, "divergence": k}, value


def main() -> None:
    """Write the file."""
    vectors = []
    cases = itertools.chain(factors(), tradeoffs(), certificates(), folded_normals())
    for number, (name, arguments, value) in enumerate(cases):
        values = [float(v) for v in value] if isinstance(value, list) else float(value)
        entry = {"id": f"c{number:03}", "call": f"theory.{name}", "kwargs": arguments}
        vectors.append(json.dumps({**entry, "value": values}))
        if not all(math.isfinite(v) for v in (values if isinstance(values, list) else [values])):
            message = f"{name}({arguments}) is not finite."
            raise ValueError(message)
    rows = ",\n  ".join(vectors)
    text = f'{{\n "note": {json.dumps(NOTE)},\n "vectors": [\n  {rows}\n ]\n}}\n'
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

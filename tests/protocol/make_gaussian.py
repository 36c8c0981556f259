"""Write gaussian.json: effects that Python and TypeScript must compute alike.

python -m tests.protocol.make_gaussian
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import unlearn_widgets as uw
from unlearn_widgets.problem.portable import portable
from unlearn_widgets.wire.codecs import encode_number

TARGET = Path(__file__).with_name("gaussian.json")


def spelled(value):
    """Return a value for JSON, infinite numbers as words."""
    if isinstance(value, dict):
        return {name: spelled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [spelled(one) for one in value]
    return encode_number(value) if isinstance(value, float) else value


def domains(random, n_forget, n_retain, dim, neither=0):
    """Draw two Gaussian domains in mixed order, some rows in neither, and return X and both."""
    n = n_forget + n_retain + neither
    X = random.normal(size=(n, dim)) * np.linspace(0.5, 3.0, dim)
    order = random.permutation(n)
    forget, retain = np.sort(order[:n_forget]), np.sort(order[n_forget : n_forget + n_retain])
    X[forget] += 1.3
    return X.round(6), forget, retain


def removals(random, forget, retain):
    """Return the sets of rows that each case removes."""
    both = np.union1d(forget, retain)
    return {
        "nothing": [],
        "one forget row": forget[:1],
        "half of the forget rows": random.choice(forget, len(forget) // 2, replace=False),
        "all forget rows but one": forget[1:],
        "all forget rows": forget,
        "one retained row": retain[-1:],
        "all retained rows": retain,
        "all retained rows and one forget row": [*retain, forget[0]],
        "some of both": random.choice(both, len(both) // 3, replace=False),
        "all rows but one": both[:-1],
    }


def case(random, name, X, forget, retain, **keywords):
    """Return one problem with its constants, its whitened rows and the effects of removals."""
    problem = uw.UnlearningProblem(X, forget, retain, **keywords)
    constants, rows = portable(problem)
    taken = {
        what: sorted(map(int, rows)) for what, rows in removals(random, forget, retain).items()
    }
    return {
        "name": name,
        "X": np.asarray(X).tolist(),
        "forget": [int(row) for row in forget],
        "retain": [int(row) for row in retain],
        "keywords": {key: np.asarray(value).tolist() for key, value in keywords.items()},
        "constants": spelled(constants),
        "rows": rows.ravel().tolist(),
        "removals": [
            {"name": what, "removed": rows, "effect": spelled(problem.effect(rows).to_dict())}
            for what, rows in taken.items()
        ],
    }


def cases(random):
    """Return all cases."""
    X, forget, retain = domains(random, 9, 16, 3, neither=3)
    yield case(random, "shared covariance, rows of neither domain", X, forget, retain)
    known = np.diag([0.3, 2.0, 7.5]) + 0.1
    yield case(random, "known covariance", X, forget, retain, covariance=known)
    X, forget, retain = domains(random, 6, 40, 1)
    yield case(random, "one dimension, few forget rows", X, forget, retain)
    X, forget, retain = domains(random, 4, 5, 12)
    yield case(random, "fewer rows than dimensions, shrunk", X, forget, retain)
    X, forget, retain = domains(random, 8, 12, 3)
    X[:, 2] = np.isin(np.arange(20), forget)
    yield case(random, "means differ outside the span", X, forget, retain)
    X, forget, retain = domains(random, 10, 30, 4)
    X[:, 3] = X[:, 0] - X[:, 1]
    yield case(random, "a dependent column", X, forget, retain)


def main() -> None:
    """Write the file."""
    about = (
        "Made by make_gaussian.py. rows are the whitened coordinates of all rows, one after "
        "another; inf is spelled. The numbers agree to 1e-9 of their size."
    )
    lines = ",\n".join(
        json.dumps(one, separators=(",", ":")) for one in cases(np.random.default_rng(20261))
    )
    TARGET.write_text(f'{{"about":{json.dumps(about)},\n"cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()

"""Real data: splits that every rule and every model share, models retrained on what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit

import unlearn_widgets as uw
from scripts.reproduction.rules import RANDOM, known_orders
from scripts.reproduction.study import RECALL, Paper, Study
from unlearn_widgets.evaluation import retrain_curve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scripts.reproduction.settings import Settings
    from unlearn_widgets.datasets import Domains
    from unlearn_widgets.validation import Floats

TEST_SIZE = 0.3
CLOSED = ("class_forget_recall", "class_forget_log_loss")
SMS = "SMS, embeddings, C = 10"
SMS_C1 = "SMS, embeddings, C = 1"
SMS_TFIDF = "SMS, TF-IDF, C = 10"
FILES = ("Fashion-MNIST", "Jigsaw", "CIFAR-10")
PAPER = {"SMS": Paper(90, 75), "Jigsaw": Paper(100, 85), "CIFAR-10": Paper(80, 50)}


class Model(NamedTuple):
    """A classifier that is retrained.

    Attributes
    ----------
    name : str
        Data set and model, as the tables call it.
    C : float
        Of the logistic regression; smaller is more regularised.
    labels : array of n labels, or None
        What it learns; None for forget or not.
    features : matrix of n rows, or None
        What it sees; None for what the rules see.

    """

    name: str
    C: float = 10.0
    labels: Any = None
    features: Any = None


def sms_studies(settings: Settings) -> Iterator[Study]:
    """Text messages: two regularisations on the embeddings, and the words themselves."""
    sms = uw.datasets.load_sms_spam()
    words = uw.datasets.tfidf_matrix(sms.records["text"])
    # Features that are the embeddings spare the closed form, which knows nothing of C.
    models = [Model(SMS), Model(SMS_C1, 1.0, features=sms.X), Model(SMS_TFIDF, features=words)]
    yield from measure(sms, models, settings, PAPER["SMS"])


def digit_studies(settings: Settings) -> Iterator[Study]:
    """Handwritten digits, the threes unwanted: told from all others, and as one of ten classes."""
    digits = uw.datasets.load_digits_domain(forget=3)
    models = [
        Model("digits, 3 or not"),
        Model("digits, ten classes", labels=np.asarray(digits.records["label"]), features=digits.X),
    ]
    yield from measure(digits, models, settings, None)


def file_studies(name: str, settings: Settings) -> Iterator[Study]:
    """Measure a data set that the user has; nothing where no path is given."""
    datasets, options = uw.datasets, {"limit": settings.limit, "random_state": 0}
    known: dict[str, tuple[Any, Callable[[Any], Domains]]] = {
        "Fashion-MNIST": (
            settings.fashion_mnist,
            lambda path: datasets.load_fashion_mnist(path, "Shirt", **options),
        ),
        "Jigsaw": (settings.jigsaw, lambda path: datasets.load_jigsaw(path, **options)),
        "CIFAR-10": (
            settings.cifar10,
            lambda path: datasets.load_cifar10(path, "cat", **options),
        ),
    }
    path, load = known[name]
    if path is None:
        return
    domains = load(path)
    if name == "Jigsaw":
        models = [
            Model("Jigsaw, embeddings, C = 10", features=domains.X),
            Model("Jigsaw, TF-IDF, C = 10", features=domains.X_model),
        ]
    else:
        labels = np.asarray(domains.records["label"])
        models = [
            Model(f"{name}, forget or not", features=domains.X),
            Model(f"{name}, ten classes", labels=labels, features=domains.X),
        ]
    yield from measure(domains, models, settings, PAPER.get(name))


def measure(
    domains: Domains, models: list[Model], settings: Settings, paper: Paper | None
) -> Iterator[Study]:
    """Retrain every model along every rule, on the same splits and the same rankings."""
    forget = np.zeros(len(domains.X), dtype=bool)
    forget[domains.forget] = True
    problem = uw.UnlearningProblem(domains.X, domains.forget)
    splitter = StratifiedShuffleSplit(settings.seeds, test_size=TEST_SIZE, random_state=0)
    # Sorted, as retraining has them: digests are those of the rows in order.
    splits = [(np.sort(train), test) for train, test in splitter.split(domains.X, forget)]
    others = [name for name in settings.rules if name != RANDOM]
    rows = np.asarray(problem.X)
    orders = known_orders(rows, forget, [train for train, _ in splits], others, settings.n_jobs)
    for model in models:
        curve = retrain_curve(
            problem,
            y=model.labels,
            X_model=model.features,
            estimator=LogisticRegression(C=model.C, max_iter=2000),
            selectors=[RANDOM, *orders],
            budgets=settings.budgets,
            cv=splits,
            n_jobs=settings.n_jobs,
            random_state=0,
            progress=False,
        )
        if not curve.complete:
            raise RuntimeError(f"{model.name}: {curve.status}, where all cells were expected.")
        names = dict(zip([RANDOM, *others], curve.design.rules, strict=True))
        yield Study(
            name=model.name,
            n_forget=problem.n_forget,
            n_retain=problem.n_retain,
            dim=problem.dim_effective,
            divergence=problem.divergence_unbiased,
            metric=RECALL,
            fractions=curve.measured(RANDOM, "forget_recall")[0],
            values=_along(names, lambda rule, curve=curve: curve.measured(rule, "forget_recall")),
            alphas=_along(names, lambda rule, curve=curve: curve.predicted(rule, "alpha")),
            losses=_along(names, lambda rule, curve=curve: curve.measured(rule, "forget_log_loss")),
            closed_recalls=_along(
                names, lambda rule, curve=curve: curve.predicted(rule, CLOSED[0])
            ),
            closed_losses=_along(names, lambda rule, curve=curve: curve.predicted(rule, CLOSED[1])),
            paper=paper,
            curve=curve,
        )


def _along(names: dict[str, str], table: Callable[[str], tuple[Floats, Floats]]) -> Any:
    """Return what was measured or predicted along each rule, by the names of this report."""
    return {name: table(rule)[1] for name, rule in names.items()}

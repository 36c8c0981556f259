"""Example data, loaders of well-known sets, and embeddings: two domains for `UnlearningProblem`."""

from __future__ import annotations

from unlearn_widgets.datasets.cifar10 import load_cifar10
from unlearn_widgets.datasets.digits import load_digits_domain
from unlearn_widgets.datasets.domains import Domains
from unlearn_widgets.datasets.fashion_mnist import load_fashion_mnist
from unlearn_widgets.datasets.gaussians import make_gaussians
from unlearn_widgets.datasets.jigsaw import load_jigsaw
from unlearn_widgets.datasets.sentences import embed_texts
from unlearn_widgets.datasets.sms_spam import load_sms_spam
from unlearn_widgets.datasets.tfidf import embed_tfidf, tfidf_matrix

__all__ = [
    "Domains",
    "embed_texts",
    "embed_tfidf",
    "load_cifar10",
    "load_digits_domain",
    "load_fashion_mnist",
    "load_jigsaw",
    "load_sms_spam",
    "make_gaussians",
    "tfidf_matrix",
]

"""Check a selection by retraining in JupyterLab, while brushing goes on."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit

from tests.browser.workbench import ellipse, number

# A model that waits before each fit until a cell lets it through.
GATED = """
import threading
from sklearn.linear_model import LogisticRegression
gate, begun = threading.Event(), threading.Event()
class Gated(LogisticRegression):
    def fit(self, X, y):
        begun.set()
        gate.wait()
        return super().fit(X, y)
session._checked_with = {"estimator": Gated(C=10, max_iter=2000)}
"""


@pytest.fixture
def chosen(workbench):
    """Show the first tutorial with 480 rows chosen by rule."""
    notebook, bench = workbench("01_brush.ipynb")
    notebook.execute("session.clear()\nsession.select_rule('likelihood_ratio', 480)")
    bench.settle(notebook.value("session.rev"))
    return notebook, bench


def recalls(sms, removed):
    """Recall of spam before and after on five splits, with scikit-learn alone."""
    splits = StratifiedShuffleSplit(5, test_size=0.3, random_state=0)
    found = []
    for train, test in splits.split(sms.X, sms.forget):
        for rows in (train, np.setdiff1d(train, removed)):
            model = LogisticRegression(C=10, max_iter=2000).fit(sms.X[rows], sms.forget[rows])
            found.append(model.predict(sms.X[test[sms.forget[test]]]).mean())
    return np.mean(found[::2]), np.mean(found[1::2])


def shown(bench, hook):
    return number(bench.get(hook).get_attribute("data-value"))


def test_one_press_measures_and_what_it_shows_is_true(chosen, sms):
    notebook, bench = chosen
    bench.get("uw-retrain").click()
    bench.get("uw-measured-forget-recall").wait_for(timeout=180_000)
    rev, removed = notebook.value("[session.rev, session.removed.tolist()]")
    before, after = recalls(sms, removed)
    assert shown(bench, "uw-measured-forget-recall-before") == pytest.approx(before, rel=1e-12)
    assert shown(bench, "uw-measured-forget-recall") == pytest.approx(after, rel=1e-12)
    assert after < before
    recall = bench.get("uw-measured-forget-recall")
    assert recall.get_attribute("data-rev") == str(rev)
    assert recall.get_attribute("data-state") == "current"
    table = notebook.value("session.last_check.to_frame().to_dict()")
    for at, name in enumerate(table["metric"]):
        hook = f"uw-measured-{name.replace('_', '-')}"
        assert shown(bench, hook) == table["after"][at]
    bench.get("uw-live").filter(has_text="Retraining measured recall on spam").wait_for(
        state="attached"
    )

    bench.get("uw-undo").click()
    bench.root.locator(
        f"[data-testid=uw-alpha][data-rev='{rev + 1}'][data-state=current]"
    ).wait_for()
    assert recall.get_attribute("data-state") == "stale"
    assert bench.get("uw-retrain-stale").is_visible()
    bench.get("uw-retrain-close").click()
    bench.get("uw-search").wait_for()


def test_brushing_goes_on_while_it_retrains_and_it_can_be_cancelled(chosen):
    notebook, bench = chosen
    notebook.execute(GATED)
    rev = bench.rev()
    bench.get("uw-retrain").click()
    bench.get("uw-retrain").filter(has_text="Retraining 0 of 10").wait_for()
    assert notebook.value("begun.wait(30)")
    notebook.execute("import numpy as np")
    x, y = np.array(notebook.value("session.positions[problem.forget_rows].tolist()")).T
    bench.choose("lasso", "replace")
    bench.drag(ellipse((np.median(x), np.median(y)), (np.std(x), np.std(y))))
    assert bench.rev() == rev + 1
    assert bench.get("uw-alpha").get_attribute("data-state") == "current"
    assert bench.root.get_by_text("for an earlier selection").is_visible()
    bench.get("uw-retrain-cancel").click()
    notebook.execute("gate.set()\nsession._background.wait()")
    bench.get("uw-retrain").filter(has_text="Check by retraining").wait_for()
    assert notebook.value("session._check") == {"running": None, "result": None, "error": None}
    bench.get("uw-retrain-start").click()
    bench.get("uw-measured-forget-recall").wait_for(timeout=180_000)
    assert bench.get("uw-measured-forget-recall").get_attribute("data-rev") == str(rev + 1)

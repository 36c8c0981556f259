"""JupyterLab and Notebook 7 from an environment that holds the wheel, and not the source tree."""

from __future__ import annotations

import pytest

from tests.browser.fixtures import browser, open_notebook, page, workbench
from tests.browser.lab import Lab
from tests.installed import build_archives, make_environment

__all__ = ["browser", "open_notebook", "page", "workbench"]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/extension" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def python(root, tmp_path_factory):
    wheel = build_archives(root, tmp_path_factory.mktemp("dist"))
    home = tmp_path_factory.mktemp("installed")
    return make_environment(home, f"{wheel}[lab]", "notebook>=7.4")


@pytest.fixture(scope="session")
def lab(python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    server = Lab(folder, tmp_path_factory.mktemp("jupyter"), python=python)
    yield server
    server.stop()

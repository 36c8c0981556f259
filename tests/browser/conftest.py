from __future__ import annotations

import shutil

import pytest

from tests.browser.fixtures import browser, open_notebook, page, workbench
from tests.browser.lab import Lab
from tests.browser.oracle import Domains, load_sms

__all__ = ["browser", "open_notebook", "page", "workbench"]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def sms(root):
    return Domains(*load_sms(root / "unlearn_widgets" / "datasets" / "data"))


@pytest.fixture(scope="session")
def lab(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, folder)
    server = Lab(folder, tmp_path_factory.mktemp("jupyter"))
    yield server
    server.stop()

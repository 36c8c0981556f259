"""What every test with a browser is given: a page that is watched, and notebooks opened in it."""

from __future__ import annotations

import shutil
from urllib.parse import urlsplit

import pytest

from tests.browser.chromium import chromium
from tests.browser.notebook import Notebook, write_notebook
from tests.browser.workbench import Workbench


@pytest.fixture(scope="session")
def browser():
    with chromium() as launched:
        yield launched


def own(error):
    """Return what an error says unless only JupyterLab's scripts had a part in it.

    Widgets are loaded from blobs. Notebook 7 stumbles over settings whenever it is opened, with and
    without the extension; JupyterLab itself complains of requests that a kernel restart
    cuts off, its own for a subshell without any trace, and, now and then, of style sheets of two
    themes in quick succession.
    """
    trace = error.stack or str(error)
    cut_off = "Canceled future for create_subshell_request" in trace
    labs = "/static/lab/" in trace or "/static/notebook/" in trace
    ours = "blob:" in trace or "extensions/unlearn-widgets/" in trace
    return [] if cut_off or (labs and not ours) else [trace]


def answer(dialog, failures):
    """Let JupyterLab leave a page with changes; any other dialog is an injected one."""
    if dialog.type == "beforeunload":
        dialog.accept()
    else:
        failures.append(dialog.message)
        dialog.dismiss()


@pytest.fixture
def page(browser):
    """Open a page of 1280 x 800 whose every request must stay on this machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    abroad, failures = [], []

    def check(address):
        parts = urlsplit(address)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != "127.0.0.1":
            abroad.append(address)

    context.on("request", lambda request: check(request.url))
    page = context.new_page()
    page.on("websocket", lambda socket: check(socket.url))
    page.on("pageerror", lambda error: failures.extend(own(error)))
    page.on("dialog", lambda dialog: answer(dialog, failures))
    yield page
    context.close()
    assert abroad == [], f"requests left the machine: {abroad}"
    assert failures == [], f"errors in the page: {failures}"


@pytest.fixture
def open_notebook(page, lab, request):
    """Return a function that opens a notebook of the folder, or one made of code cells."""
    opened = []

    def open_(source):
        name = f"{request.node.name.split('[')[0]}.ipynb"
        if isinstance(source, str):
            shutil.copy(lab.folder / source, lab.folder / name)
        else:
            write_notebook(lab.folder / name, source)
        notebook = Notebook(page, lab, name).open()
        opened.append(notebook)
        return notebook

    yield open_
    for notebook in opened:
        notebook.shutdown()


@pytest.fixture
def workbench(open_notebook):
    """Open the first tutorial, run it, and bring its workbench into view."""

    def show(source="01_brush.ipynb"):
        """Run a notebook, or the one made of these cells, and return it with its first view."""
        notebook = open_notebook(source).run_all()
        return notebook, Workbench(notebook.page).show().settle()

    return show

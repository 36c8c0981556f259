"""What these tests drive is the installed wheel: server, kernel and extension alike."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.installed import EXTENSION


def test_kernel_server_and_extension_are_those_of_the_wheel(open_notebook, lab, python, root):
    home = python.parent.parent
    notebook = open_notebook(["import sys\n\nimport unlearn_widgets as uw"]).run_all()
    assert Path(notebook.value("uw.__file__")).is_relative_to(home)
    assert Path(notebook.value("sys.prefix")) == home
    assert [place for place in notebook.value("sys.path") if Path(place).is_relative_to(root)] == []

    found = subprocess.run(
        [str(python), "-m", "jupyterlab.labextensions", "list"],
        env=lab.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = re.sub(r"\x1b\[\d+m", "", found.stdout + found.stderr)
    folder, listed = told.split(str((home / EXTENSION).parent), 1)[1].split("\n", 1)
    assert folder == ""
    assert re.search(
        r"^\s+unlearn-widgets v\S+ enabled OK \(python, unlearn_widgets\)$", listed, re.MULTILINE
    )
    # No other folder that the server looks into holds one.
    assert told.count("unlearn-widgets v") == 1

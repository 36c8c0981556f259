"""Print one table: how fast it is, beside the naive computation and jupyter-scatter.

Run as ``python -m scripts.bench``; ``make bench`` does. ``--rows`` and ``--million-rows`` make the
data smaller for a quick look; the table says which sizes it holds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import annotating, peer
from tests.bench import page as own_page
from tests.bench.timing import Row, words
from tests.browser.chromium import chromium
from tests.browser.lab import Lab
from tests.browser.notebook import Notebook, write_notebook

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
HEADINGS = ("what", "median", "95 %", "runs", "target", "beside")
IMPORT = (
    "import time; t = time.perf_counter(); import unlearn_widgets; print(time.perf_counter()-t)"
)


def say(text: str) -> None:
    """Tell the person who waits what is being measured."""
    print(f"... {text}", file=sys.stderr, flush=True)


def answer(*command: str) -> str:
    """Return what a Python process of its own prints."""
    finished = subprocess.run(
        [sys.executable, *command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return finished.stdout


def package_rows() -> list[Row]:
    """Import time and bundle size."""
    say("import time, bundle size")
    imports = [float(answer("-c", IMPORT)) for _ in range(7)]
    static = ROOT / "unlearn_widgets" / "static"
    size = sum(
        len(gzip.compress((static / f"index.{kind}").read_bytes(), 9)) for kind in ("js", "css")
    )
    return [
        Row("import unlearn_widgets", imports, "0.5 s"),
        Row("bundle, gzip", [size / 1000], "80 kB", unit="kB"),
    ]


def effect_rows(n_rows: int, brush_target: str, change_target: str) -> list[Row]:
    """One effect, beside mean + covariance + slogdet from scratch."""
    say(f"effects at {n_rows:,} x 384")
    got = json.loads(answer("-m", "tests.bench.effects", str(n_rows)))
    naive = Row("", got["naive"]).median
    size = f"{n_rows:,} x 384"

    def beside(name: str) -> str:
        return (
            f"from scratch {words(naive)}, {naive / Row('', got[name]).median:,.0f} times as long"
        )

    return [
        Row(f"effect, 10 % in a brush, {size}", got["brush"], brush_target, beside("brush")),
        Row(f"effect, 10 % anywhere, {size}", got["scattered"], brush_target, beside("scattered")),
        Row(f"effect, 0.5 % change, {size}", got["change"], change_target, beside("change")),
        Row(f"building the problem, {size}", got["built"]),
    ]


def planning_rows(n_rows: int) -> list[Row]:
    """Curves of a plan beside effects one by one, and how long each rule takes to rank."""
    say(f"plans and rankings at {n_rows:,} x 384")
    got = json.loads(answer("-m", "tests.bench.planning", str(n_rows)))
    ranked = json.loads(answer("-m", "tests.bench.ranking", str(n_rows)))
    size = f"{n_rows:,} x 384"
    one_by_one = 600 * Row("", got["naive"]).median
    return [
        Row("theory: 200 budgets x 3 rules, both refits, certificates", got["theory"], "300 ms"),
        Row(
            f"a whole plan, ranked and measured, {size}",
            got["plan"],
            beside=f"600 means from scratch {words(one_by_one)}",
        ),
        *(
            Row(f"ranking by {name}, {size}", seconds, "seconds")
            for name, seconds in ranked.items()
        ),
    ]


def in_lab(folder: Path, lab: Lab, module: ModuleType, setup: str) -> dict[str, list[float]]:
    """Measure one module's two cells in a fresh page of JupyterLab."""
    name = f"{module.__name__.rpartition('.')[2]}.ipynb"
    write_notebook(folder / name, [setup, module.SHOW])
    with chromium() as browser:
        notebook = Notebook(browser.new_page(viewport={"width": 1280, "height": 800}), lab, name)
        measured: dict[str, list[float]] = module.measure(notebook.open())
        notebook.shutdown()
    return measured


def page_rows(n_rows: int) -> list[Row]:
    """Measure what a person waits for in JupyterLab, beside jupyter-scatter in the same run."""
    packages = peer.install(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "notebooks"
        folder.mkdir()
        lab = Lab(folder, Path(scratch) / "jupyter")
        try:
            say(f"jupyter-scatter at {n_rows:,} points")
            setup = peer.SETUP.format(n_rows=n_rows, packages=packages)
            other = in_lab(folder, lab, peer, setup)
            say(f"the workbench at {n_rows:,} x 384")
            own = in_lab(folder, lab, own_page, own_page.SETUP.format(n_rows=n_rows))
            say(f"the annotator at {n_rows:,} x 384")
            keys = in_lab(folder, lab, annotating, annotating.SETUP.format(n_rows=n_rows))
        finally:
            lab.stop()
    share = sorted(own["chosen"])[len(own["chosen"]) // 2] / (n_rows // 5)
    handed, first = Row("", other["handed"]), Row("", other["first_paint"])
    size = f"{n_rows:,} x 384"
    return [
        Row(
            f"pointer-up to new numbers painted, {size}, {share:.0%} of the forget rows",
            own["answers"],
            "80 ms, 160 ms",
            f"jupyter-scatter to Python: {words(handed.median)} ({len(handed.runs)} runs)",
        ),
        Row(
            f"first paint after running the cell, {size}",
            own["first_paint"],
            "0.8 s",
            f"jupyter-scatter {words(first.median)} ({len(first.runs)} runs)",
        ),
        Row(f"label key to next record painted, {size}, with a store", keys["answers"], "60 ms"),
        Row("frames per second while dragging", own["frames"], "20 /s", unit="/s"),
        Row(
            "counted changes of the highlight per second",
            own["updates"],
            beside=f"{Row('', own['moves']).median:.0f} mouse moves per second came in",
            unit="/s",
        ),
        Row("longest gap between frames of a drag", own["gaps"]),
        Row(f"building the problem, {size}, in the notebook", own["problem"]),
        Row(f"building the session, {size}, in the notebook", own["session"]),
    ]


def table(rows: list[Row]) -> str:
    """Set the rows under their headings, in aligned columns."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([text[0], "-" * len(text[0]), *text[1:]])


def load() -> str:
    """Describe how busy the machine is."""
    return ", ".join(f"{average:.2f}" for average in os.getloadavg())


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--million-rows", type=int, default=1_000_000)
    options = parser.parse_args()
    before = load()
    rows = package_rows()
    rows += effect_rows(options.rows, "10 ms", "1 ms")
    rows += effect_rows(options.million_rows, "60 ms", "")
    rows += planning_rows(options.rows)
    rows += page_rows(options.rows)
    print(
        f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, "
        f"load average {before} before and {load()} after; software rendering"
    )
    print(table(rows))


if __name__ == "__main__":
    main()

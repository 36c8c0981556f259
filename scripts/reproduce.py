"""Measure the paper's table anew, beside the paper's figures, and write docs/results.md.

Run as ``python -m scripts.reproduce``; ``make reproduce`` does. ``--quick`` measures little in a
few seconds and writes nothing unless told where.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.reproduction.gaussians import (
    CLASS_DIVERGENCES,
    DIVERGENCES,
    class_study,
    divergence_study,
)
from scripts.reproduction.real import FILES, digit_studies, file_studies, sms_studies
from scripts.reproduction.report import render
from scripts.reproduction.settings import Settings, quick_settings
from scripts.reproduction.tables import paper_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scripts.reproduction.study import Study

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results.md"


def measure(settings: Settings) -> list[Study]:
    """Measure every data set in turn, and tell the person who waits."""
    tasks: list[tuple[str, Callable[[], Iterable[Study]]]] = [
        *((name, partial(alone, divergence_study, name, settings)) for name in DIVERGENCES),
        *((name, partial(alone, class_study, name, settings)) for name in CLASS_DIVERGENCES),
        ("digits", partial(digit_studies, settings)),
    ]
    if settings.sms:
        tasks.append(("text messages", partial(sms_studies, settings)))
    tasks += [(name, partial(file_studies, name, settings)) for name in FILES]
    studies: list[Study] = []
    for number, (name, work) in enumerate(tasks, 1):
        say(f"{number}/{len(tasks)} {name}")
        began, before = time.monotonic(), len(studies)
        for study in work():
            studies.append(study)
            say(f"    {study.name}: {time.monotonic() - began:.1f} s")
            began = time.monotonic()
        if len(studies) == before:
            say("    not run: files not given")
    return studies


def alone(work: Callable[[str, Settings], Study], name: str, settings: Settings) -> list[Study]:
    """Return the one study that this work makes."""
    return [work(name, settings)]


def say(text: str) -> None:
    """Tell the person who waits what is being measured."""
    print(text, file=sys.stderr, flush=True)


def options_of(arguments: Sequence[str] | None) -> tuple[Settings, Path | None, str]:
    """Return settings, where to write, and the command to quote."""
    parser = argparse.ArgumentParser(prog="python -m scripts.reproduce", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little data, few rules, no file")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--output", type=Path, help="the report, in place of docs/results.md")
    parser.add_argument("--fashion-mnist", type=Path, help="folder of Fashion-MNIST")
    parser.add_argument("--jigsaw", type=Path, help="train.csv of Jigsaw, or its folder")
    parser.add_argument("--cifar10", type=Path, help="folder of CIFAR-10, binary version")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"--jobs: must be at least 1, got {options.jobs}")
    paths = {name: getattr(options, name) for name in ("fashion_mnist", "jigsaw", "cifar10")}
    for name, path in paths.items():
        if path is not None and not path.exists():
            flag = name.replace("_", "-")
            parser.error(f"--{flag}: no file or folder {str(path)!r}; expected the data set there")
    settings = quick_settings(options.jobs) if options.quick else Settings(n_jobs=options.jobs)
    flags = ["--quick"] * options.quick
    flags += [f"--{name.replace('_', '-')} PATH" for name, path in paths.items() if path]
    quoted = f' ARGS="{" ".join(flags)}"' if flags else ""
    written = options.output or (None if options.quick else RESULTS)
    return replace(settings, **paths), written, f"make reproduce{quoted}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table in the paper's form, and write the report."""
    settings, path, command = options_of(arguments)
    began = time.monotonic()
    studies = measure(settings)
    seconds = time.monotonic() - began
    print(paper_table(studies))
    if path is not None:
        path.write_text(render(studies, settings, command, seconds), encoding="utf-8")
        say(f"written: {path}")
    say(f"total: {seconds:.0f} s")


if __name__ == "__main__":
    main()

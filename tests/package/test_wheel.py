"""The built wheel, installed into an environment that holds nothing else."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter

import pytest

from tests.installed import EXTENSION, build_archives, make_environment

pytestmark = pytest.mark.package

BUNDLE_LIMIT = 80_000
EXTENSION_LIMIT = 120_000
PROBE = """
import json, sys, time
start = time.perf_counter()
import unlearn_widgets as uw
seconds = time.perf_counter() - start
eager = sorted({"sklearn", "pandas", "altair", "scipy.stats"} & set(sys.modules))
domains = uw.datasets.make_gaussians(30, 60, shift=2.0, dim=3, random_state=0)
workbench = uw.explore(domains.X, domains.forget)
sms = uw.datasets.load_sms_spam()
from unlearn_widgets.manifest import schema
print(json.dumps({
    "file": uw.__file__,
    "version": uw.__version__,
    "schema": schema()["$id"],
    "seconds": seconds,
    "eager": eager,
    "esm": str(workbench._esm),
    "css": str(workbench._css),
    "alpha": uw.UnlearningProblem(sms.X, sms.forget).effect([0]).alpha,
}))
"""


@pytest.fixture(scope="session")
def wheel(root, tmp_path_factory):
    return build_archives(root, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def archives(wheel):
    return wheel.parent


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """Install the wheel with its declared dependencies, so that a missing one is noticed."""
    home = tmp_path_factory.mktemp("empty")
    python = make_environment(home, str(wheel))
    finished = subprocess.run(
        [str(python), "-W", "error", "-c", PROBE],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return home, json.loads(finished.stdout)


def test_archive_holds_the_package_once(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name, times in Counter(names).items() if times > 1] == []
    basenames = Counter(name.rsplit("/", 1)[1] for name in names if "/static/" in name)
    for entry in ("index", "annotator", "page"):
        assert basenames[f"{entry}.js"] == basenames[f"{entry}.css"] == 1
    assert {name.split("/")[0].split("-")[0] for name in names} == {"unlearn_widgets"}
    assert "unlearn_widgets/py.typed" in names
    assert any(name.startswith("unlearn_widgets/datasets/data/") for name in names)
    assert not [name for name in names if name.endswith((".ts", ".tsx", ".map", ".pyc"))]


def test_source_archive_builds_without_node(archives, tmp_path):
    (archive,) = archives.glob("*.tar.gz")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(tmp_path)], check=True)
    (source,) = tmp_path.iterdir()
    finished = subprocess.run(
        [*command, str(tmp_path), str(source)],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (rebuilt,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(rebuilt) as new, zipfile.ZipFile(next(archives.glob("*.whl"))) as old:
        assert sorted(new.namelist()) == sorted(old.namelist())


def test_without_node_a_clone_says_what_to_install(root, tmp_path):
    for name in ("pyproject.toml", "package.json", "package-lock.json", "tsconfig.json"):
        (tmp_path / name).write_bytes((root / name).read_bytes())
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "hatch_bundle.py"
    script.write_bytes((root / "scripts" / "hatch_bundle.py").read_bytes())
    finished = subprocess.run(
        [sys.executable, str(script)],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1
    assert "install Node.js 20.19 or newer" in finished.stderr


def test_widgets_carry_the_bundle(root, installed):
    home, probe = installed
    assert probe["file"].startswith(str(home))
    static = root / "unlearn_widgets" / "static"
    assert probe["esm"] == (static / "index.js").read_text(encoding="utf-8")
    assert probe["css"] == (static / "index.css").read_text(encoding="utf-8")
    assert "export" in probe["esm"]
    assert probe["schema"] == "urn:unlearn-widgets:forget-manifest:1"
    assert ".uw-root" in probe["css"]


def test_extension_is_small_and_in_the_archive_once(wheel):
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if "labext" in name}
    assert all(f".data/data/{EXTENSION}/" in name for name in files)
    basenames = Counter(name.rsplit("/", 1)[1] for name in files)
    assert {*basenames.values()} == {1}
    assert {"package.json", "install.json"} < basenames.keys()
    scripts = [data for name, data in files.items() if name.endswith(".js")]
    assert sum(len(gzip.compress(data, 9)) for data in scripts) < EXTENSION_LIMIT


def test_jupyterlab_finds_the_extension(installed):
    home, _ = installed
    found = subprocess.run(
        [sys.executable, "-m", "jupyterlab.labextensions", "list"],
        env=os.environ | {"JUPYTER_PATH": str(home / "share" / "jupyter")},
        capture_output=True,
        text=True,
        check=True,
    )
    told = re.sub(r"\x1b\[\d+m", "", found.stdout + found.stderr)
    folder, listed = told.split(str(home / EXTENSION.rsplit("/", 1)[0]))[1].split("\n", 1)
    assert folder == ""
    assert re.match(r"\s+unlearn-widgets v\S+ enabled OK \(python, unlearn_widgets\)", listed)


def test_bundled_data_and_numbers_work(installed):
    assert installed[1]["alpha"] > 0


def test_bundle_stays_small(installed):
    size = len(gzip.compress(installed[1]["esm"].encode(), 9))
    assert size < BUNDLE_LIMIT


def test_import_leaves_heavy_libraries_alone(installed):
    assert installed[1]["eager"] == []


def test_versions_agree(root, wheel, installed):
    version = json.loads((root / "package.json").read_text())["version"]
    assert installed[1]["version"] == version
    assert wheel.name.split("-")[1] == version


def test_lock_file_names_no_registry(root):
    lock = json.loads((root / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []

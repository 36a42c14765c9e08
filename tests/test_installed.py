"""The package as it is installed, away from the checkout: whatever the commands need came along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def plg(tmp_path_factory: pytest.TempPathFactory):
    """Return a function that runs a command of the wheel built from this checkout, in a folder far from it."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([*build, "-w", str(folder / "wheel"), str(ROOT)], check=True, capture_output=True)
    [wheel] = (folder / "wheel").glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([*install, "--target", str(folder / "site"), str(wheel)], check=True, capture_output=True)
    before = list_files(folder / "site")
    work = folder / "work"
    work.mkdir()

    def run(*arguments: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(folder / "site")}
        ran = subprocess.run([sys.executable, *arguments], cwd=work, env=environment, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    assert run("-c", "import toolkit; print(toolkit.__file__)").startswith(str(folder / "site"))
    yield lambda *arguments: run("-m", "toolkit", *arguments)
    assert list_files(folder / "site") == before, "something was written into the package"


def list_files(folder: Path) -> list[str]:
    """Return every file below a folder."""
    return sorted(str(path) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def test_it_is_whole(plg) -> None:
    assert "missing shipped" not in plg("doctor").replace("  ", " ")
    assert "energie_own9" in plg("instruments") and "Licence:" in plg("instruments", "plg12")


def test_a_study_is_begun_checked_run_and_asked_further(plg) -> None:
    source = ROOT / "datasets" / "zes_scholen" / "exports" / "s3_het_houten_kompas.csv"
    assert "mine/study.toml" in plg("new", "mine", "--from", str(source), "--language", "en")
    assert "data_check.html" in plg("check", "mine")
    assert "2 reports: reports/mine/index.html" in plg("run", "mine")
    assert plg("notebook", "copy", "summary", "mine") == "mine/summary.ipynb\n"
    assert "1 report: " in plg("report", "mine", "--page", "summary", "--template", "summary=mine/summary.ipynb")


@pytest.mark.slow
def test_the_demo_makes_its_pages_where_the_person_stands(plg) -> None:
    assert "26 rapporten: reports/zes_scholen/index.html" in plg("demo", "zes_scholen")


@pytest.mark.slow
def test_the_whole_demo_makes_its_pages_where_the_person_stands(plg) -> None:
    assert "174 rapporten: reports/univbct/index.html" in plg("demo")

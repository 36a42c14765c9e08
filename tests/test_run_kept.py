"""Nothing is made twice: a run makes the pages that would become another, and what stands then is what a fresh run would make."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

from tests.command import ROOT
from tests.kills import seed_key
from tests.test_run import make, read_files
from toolkit import load_study, run_study
from toolkit.languages import load_text, set_language
from toolkit.notebook import open_view
from toolkit.records.reading import read_all
from toolkit.report.publishing import reports
from toolkit.report.publishing.standing import Standing
from toolkit.report.rendering import page_maker, rendering
from toolkit.report.rendering.page_maker import make_page
from toolkit.results import estimation
from toolkit.results.results import TABLES
from toolkit.results.stored import find_stored, read_columns, sign_inputs, write_columns
from toolkit.run import Run, _check_data

PAGES = 2 * 3 + 1
AGAIN = """
import sys
from toolkit.run import run_study
made = run_study(sys.argv[1], sys.argv[2])
print(len(made.kept), *sys.modules, sep="\\n")
"""
#: What estimates, draws, and runs notebooks: each takes longer to import than a small study to read.
HEAVY = {"matplotlib", "seaborn", "statsmodels", "pingouin", "IPython", "jupyter_client", "nbconvert", "nbformat"}
HEAVY |= {"scipy.optimize", "scipy.sparse", "scipy.stats"}


@pytest.fixture(scope="module", autouse=True)
def in_this_process() -> Iterator[None]:
    """Make pages here, one after the other; the process does not become one that makes pages for sharing."""
    with mpl.rc_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "work", lambda tasks, forks, **settings: enumerate(map(make_page, tasks)))
        patch.setattr(rendering, "KernelServer", nullcontext)
        patch.setattr("toolkit.run.KernelServer", nullcontext)
        patch.setattr(page_maker, "_enter_once", lambda guard: None)
        yield
    set_language(None)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a study of three schools, a file each, and its reports."""
    folder = tmp_path_factory.mktemp("first")
    study = make(folder / "study")
    rows = pd.read_csv(study.folder / "answers.csv")
    (study.folder / "answers.csv").unlink()
    for school, answers in rows.groupby("school"):
        answers.to_csv(study.folder / f"{school}.csv", index=False)
    named = "".join(f'{{ file = "{school}.csv", layout = "own" }}, ' for school in ("s1", "s2", "s3"))
    file = study.folder / "study.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('{ file = "answers.csv", layout = "own" }', named), encoding="utf-8")
    seed_key(folder / "out")
    made = run(folder)
    assert (len(made.pages), made.kept, made.errors) == (PAGES, (), {})
    return folder


@pytest.fixture
def folder(first: Path, tmp_path: Path) -> Path:
    """Give a copy of that."""
    return Path(shutil.copytree(first, tmp_path / "copy"))


def run(folder: Path, **settings: object) -> Run:
    return run_study(load_study(folder / "study"), folder / "out", data_check=False, **settings)  # type: ignore[arg-type]


def test_a_second_run_estimates_and_makes_nothing_and_leaves_the_same_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_files(folder / "out")
    with monkeypatch.context() as patch:
        patch.setattr("toolkit.run.estimate_study", None)
        patch.setattr(reports, "render_pages", lambda asked, *_, **__: iter(asked))
        made = run(folder)
    assert made.kept == made.pages and len(made.kept) == PAGES
    assert read_files(folder / "out") == before
    again = run(folder, fresh=True)
    assert (again.kept, len(again.pages)) == ((), PAGES)
    assert read_files(folder / "out") == before


def test_a_second_run_waits_for_nothing_that_estimates_or_draws(folder: Path) -> None:
    run_study(load_study(folder / "study"), folder / "out")  # with the data check, which the first run left out
    before = read_files(folder / "out")
    command = [sys.executable, "-c", AGAIN, str(folder / "study"), str(folder / "out")]
    kept, *imported = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert int(kept) == PAGES and HEAVY & set(imported) == set() and "pandas" in imported
    assert read_files(folder / "out") == before


def test_the_data_check_is_made_again_when_it_would_become_another(folder: Path) -> None:
    def check() -> tuple[str, int]:
        study = load_study(folder / "study")
        _check_data(study, read_all(study)[0], folder / "out", ["en"], Standing(folder / "out"), "the same")
        return page.read_text(encoding="utf-8"), page.stat().st_ino

    page = folder / "out" / "internal" / "data_check.html"
    first = check()
    assert check() == first
    page.write_text("changed", encoding="utf-8")
    words, _ = again = check()
    assert words == first[0]
    (folder / "study" / "more.csv").write_text("a file that the study does not name", encoding="utf-8")
    told = check()
    assert "more.csv" in told[0] and told != again


def test_what_somebody_changed_took_away_or_damaged_is_made_again(folder: Path) -> None:
    before = read_files(folder / "out")
    first, second, third, *_ = sorted((folder / "out").glob("s*.html"))
    first.write_text(first.read_text(encoding="utf-8") + " ", encoding="utf-8")
    second.unlink()
    (folder / "out" / "internal" / third.with_suffix(".ipynb").name).write_text("{}", encoding="utf-8")
    made = run(folder)
    assert set(made.pages) - set(made.kept) == {first, second, third}
    assert read_files(folder / "out") == before


def test_a_late_form_in_one_school_makes_its_pages_and_those_across_schools(folder: Path) -> None:
    late = pd.read_csv(folder / "study" / "s2.csv")
    late.loc[len(late)] = ["s2p99", "s2", "after", *[3] * 9]
    late.to_csv(folder / "study" / "s2.csv", index=False)
    other = Path(shutil.copytree(folder, folder.parent / "other"))
    made = run(folder, confirm=True)
    kept = {path.name for path in made.kept}
    assert {name.split("-")[1] for name in kept if name.startswith("summary")} == {"first", "third"}
    assert not {name for name in kept if "second" in name or name.startswith("schools")}
    run(other, confirm=True, fresh=True)
    assert read_files(folder / "out") == read_files(other / "out")


def test_a_note_makes_the_page_that_it_stands_on(folder: Path) -> None:
    (folder / "study" / "notes").mkdir()
    (folder / "study" / "notes" / "s3.md").write_text("Our own words.", encoding="utf-8")
    made = run(folder)
    assert {path.name.split("-")[1] for path in set(made.pages) - set(made.kept)} == {"third"}
    assert any(b"Our own words." in path.read_bytes() for path in made.pages)


def test_a_run_that_was_ended_goes_on_where_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read_files(folder / "out")
    shutil.rmtree(folder / "out")
    seed_key(folder / "out")
    written: list[Path] = []

    def end(path: Path, content: str | bytes, *, private: bool = False) -> None:
        if path.suffix == ".html":
            written.append(path)
            if len(written) == 4:
                raise KeyboardInterrupt
        real(path, content, private=private)

    real = reports.replace_file
    with monkeypatch.context() as patch:
        patch.setattr(reports, "replace_file", end)
        with pytest.raises(KeyboardInterrupt):
            run(folder)
        patch.setattr(reports, "replace_file", real)
        patch.setattr("toolkit.run.estimate_study", None)
        with (folder / "out" / "internal" / "pages.jsonl").open("a", encoding="utf-8") as file:
            file.write('{"name": "half')
        made = run(folder)
    assert sorted(made.kept) == sorted(written[:3])
    assert read_files(folder / "out") == before


def test_results_that_were_kept_hold_only_as_long_as_nothing_else_decides_them(folder: Path) -> None:
    study, internal = load_study(folder / "study"), folder / "out" / "internal"
    sign = sign_inputs(study, confirm=False, strict=False)
    kept = find_stored(internal, sign, published=True)
    assert kept
    again = read_columns(write_columns(kept))
    assert all(getattr(kept, name).equals(getattr(again, name)) for name in TABLES) and kept.provenance == again.provenance
    assert find_stored(internal, sign_inputs(study, confirm=True, strict=False)) is None
    with (internal / "register.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert find_stored(internal, sign) is None


def test_results_follow_from_which_file_holds_what_and_from_every_file_of_definitions(folder: Path) -> None:
    study = folder / "study"
    one, two, toml, dictionary = (study / name for name in ("s1.csv", "s2.csv", "study.toml", "dictionary.csv"))
    dictionary.write_text("Variable / Field Name", encoding="utf-8")
    words = toml.read_text(encoding="utf-8").replace("[layouts.own]", '[layouts.own]\ndictionary = "dictionary.csv"')
    signs = []
    for path, content in (
        (toml, words),
        (toml, words + "# a remark"),
        (dictionary, "other"),
        (one, two.read_text()),
        (two, one.read_text()),
    ):
        path.write_text(content, encoding="utf-8")
        signs.append(sign_inputs(load_study(study)))
    assert len(set(signs)) == 5


def test_files_put_the_right_way_round_and_a_remark_make_what_a_fresh_run_makes(folder: Path) -> None:
    one, two, toml = (folder / "study" / name for name in ("s1.csv", "s2.csv", "study.toml"))
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)
    toml.write_text(toml.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    other = Path(shutil.copytree(folder, folder.parent / "other"))
    run(folder)
    run(other, fresh=True)
    assert read_files(folder / "out") == read_files(other / "out")


def test_results_noted_for_one_school_are_not_taken_for_noted_for_all(folder: Path) -> None:
    shutil.rmtree(folder / "out")
    seed_key(folder / "out")
    one = run(folder, schools=["s1"], kinds=["summary"])
    assert (len(one.pages), one.kept) == (1, ())
    sign = sign_inputs(load_study(folder / "study"), confirm=False, strict=False)
    internal = folder / "out" / "internal"
    assert find_stored(internal, sign, ["s1"], published=True) and not find_stored(internal, sign, published=True)
    assert len(run(folder, kinds=["summary"]).kept) == 1


def test_a_notebook_opens_what_a_run_kept_until_it_holds_no_longer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(folder / "out", folder / "reports" / "gate")
    known = open_view(folder / "study", school="s1", language="en").results
    asked: list[str] = []
    real = estimation.estimate_study
    monkeypatch.setattr(estimation, "estimate_study", lambda study: asked.append(study.id) or real(study))
    monkeypatch.chdir(folder / "study")
    assert open_view("study.toml", school="s1", language="en").results.change.equals(known.change)
    assert asked == []
    answers = folder / "study" / "s1.csv"
    answers.write_text(answers.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")[0] + "\n", encoding="utf-8")
    open_view("study.toml", school="s1", language="en")
    assert asked == ["gate"]


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("nl", "1 bestand klopte nog en bleef zoals het was.", "7 bestanden klopten nog en bleven zoals ze waren."),
        ("en", "1 file was still right and stayed as it was.", "7 files were still right and stayed as they were."),
    ],
)
def test_how_many_were_still_right_is_told(language: str, one: str, many: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    assert [text.say_count("check.kept", count) for count in (1, 7)] == [one, many]


def test_copies_are_made_again_only_where_their_page_or_what_makes_them_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of a page say here only what stands in it, and which browser made them."""
    browser = ["first"]
    monkeypatch.setattr("toolkit.run.check_browser", str)
    monkeypatch.setattr(reports, "sign_browser", lambda: browser[0])
    monkeypatch.setattr("toolkit.report.formats.copies.Browser", nullcontext)
    formats = dict.fromkeys((".pdf", ".docx"), lambda page, *_: browser[0].encode() + page.read_bytes())
    monkeypatch.setattr("toolkit.report.formats.copies.FORMATS", formats)

    def copy(*further: str) -> tuple[set[str], set[str]]:
        made = run(folder, schools=["s1"], kinds=["summary"], formats=[".pdf", *further])
        stand = {path.suffix for path in made.copies}
        assert all(path.read_bytes() == browser[0].encode() + path.with_suffix(".html").read_bytes() for path in made.copies)
        return stand, {path.suffix for path in made.kept}

    assert copy() == ({".pdf"}, {".html"})
    assert copy(".docx") == ({".pdf", ".docx"}, {".html", ".pdf"})
    assert copy(".docx") == ({".pdf", ".docx"}, {".html", ".pdf", ".docx"})
    browser[0] = "second"
    assert copy() == ({".pdf"}, {".html"})
    answers = folder / "study" / "s1.csv"
    rows = pd.read_csv(answers)
    rows.iloc[:-1].to_csv(answers, index=False)
    assert copy() == ({".pdf"}, set())

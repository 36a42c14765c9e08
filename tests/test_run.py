"""The gate: every road from answers to something published goes through it, and none goes around the checks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from toolkit import (
    check_study,
    estimate_results,
    estimate_study,
    export_study,
    load_answers,
    load_study,
    read_exports,
    run_notebook,
    run_study,
    verify_report,
)
from toolkit.check import Watch
from toolkit.errors import DefinitionError, ExportError, ReportError
from toolkit.languages import load_text
from toolkit.notebook import open_view
from toolkit.report.publishing import slides
from toolkit.report.publishing.pages import name_file
from toolkit.report.publishing.slides import list_slides
from toolkit.results.disclosure.register import KEY
from toolkit.results.disclosure.register_lines import read_lines
from toolkit.study.study import Study

STUDY = """
id = "gate"
title = { nl = "De poort", en = "The gate" }
languages = ["en"]
report_date = 2026-07-01
state = "final"
instruments = ["energie_own9"]
outcomes = { primary = "energie_own9.total" }
waves = [
  { id = "before", date = 2025-09-15, label = { nl = "voor", en = "before" } },
  { id = "after", date = 2026-06-22, label = { nl = "na", en = "after" } },
]
schools = [{ id = "s1", name = "First" }, { id = "s2", name = "Second" }, { id = "s3", name = "Third" }]
sources = [{ file = "answers.csv" }]
[layouts.own]
respondent = "code"
school = "school"
wave = "wave"
"""


def make(folder: Path, lowest: int = 0) -> Study:
    """Return a study of three schools of fourteen people, whose answers run from `lowest` to `lowest` + 6."""
    folder.mkdir(exist_ok=True)
    columns = [f"energie_own9_i{number}" for number in range(1, 10)]
    rows = [
        [f"{school}p{person}", school, wave, *((person * 5 + place) % 6 + (person + item) % 2 + lowest for item in range(9))]
        for school in ("s1", "s2", "s3")
        for place, wave in enumerate(("before", "after"))
        for person in range(14)
    ]
    pd.DataFrame(rows, columns=["code", "school", "wave", *columns]).to_csv(folder / "answers.csv", index=False)
    (folder / "study.toml").write_text(STUDY.replace('"answers.csv" }', '"answers.csv", layout = "own" }'), encoding="utf-8")
    return load_study(folder)


ROADS: dict[str, Callable[[Study, Path], object]] = {
    "estimate_results": lambda study, folder: estimate_results(study, read_exports(study)),
    "estimate_study": lambda study, folder: estimate_study(study),
    "run_study": run_study,
    "export_study": export_study,
    "run_notebook": lambda study, folder: run_notebook("change", study, folder),
    "open_view": lambda study, folder: open_view(study.folder),
    "load_answers": lambda study, folder: load_answers(study),
}


@pytest.mark.parametrize("road", ROADS)
def test_a_scale_that_is_coded_otherwise_stops_every_road_and_nothing_is_written(road: str, tmp_path: Path) -> None:
    study, folder = make(tmp_path / "study", lowest=1), tmp_path / "reports"
    with pytest.raises(ExportError, match="run from 1-7"):
        ROADS[road](study, folder)
    assert [path.name for path in folder.rglob("*") if path.suffix in (".html", ".csv", ".xlsx", ".jsonl")] == []


def read_files(folder: Path) -> dict[str, bytes]:
    """Return what was published."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def read_numbers(internal: Path) -> list[object]:
    """Return what the register says was published, apart from the marks of people, which rest on a key of chance."""
    (line,) = read_lines(internal, load_text("en"))
    parts = [(part.measure, part.wave, part.weight, len(part.people)) for number in line.published for part in number.people]
    return [line.date, [(number.table, number.key) for number in line.published], parts]


def test_the_command_and_the_function_write_the_same_bytes_and_the_same_register(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    made = run_study(study, tmp_path / "ours")
    assert not made.errors and {page.name for page in made.pages} >= {"schools-en.html"}
    command = [sys.executable, "-m", "toolkit", "run", str(study.folder), "--output", str(tmp_path / "theirs")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    ours, theirs = read_files(tmp_path / "ours"), read_files(tmp_path / "theirs")
    registers = {"manifest.json", "ro-crate-metadata.json"}  # they hold the hash of the register, whose key is of chance
    assert set(ours) == set(theirs) and [name for name in ours if ours[name] != theirs[name]] in ([], sorted(registers & set(ours)))
    assert read_numbers(tmp_path / "ours" / "internal") == read_numbers(tmp_path / "theirs" / "internal")
    assert (tmp_path / "ours" / "internal" / KEY).read_text() != (tmp_path / "theirs" / "internal" / KEY).read_text()


def test_a_run_says_how_far_it_is_in_the_order_of_the_road(tmp_path: Path) -> None:
    told: list[str] = []
    watch = Watch(
        reading=lambda file, share: told.append("reading"),
        found=lambda findings: told.append(f"found {len(findings)}"),
        planned=lambda count: told.append(f"planned {count}"),
        made=lambda title: told.append("made"),
    )
    made = run_study(make(tmp_path), tmp_path / "reports", schools=["s2"], kinds=["school", "summary"], watch=watch)
    assert list(dict.fromkeys(told)) == ["reading", "found 0", "planned 2", "made"] and told.count("made") == 2
    assert [page.name.split("-")[0] for page in made.pages] == ["school", "summary"]
    assert not (tmp_path / "reports" / "internal" / "data_check.html").exists()


def test_a_folder_is_opened_a_wrong_one_and_an_unknown_school_are_told(tmp_path: Path) -> None:
    make(tmp_path / "study")
    assert check_study(tmp_path / "study", tmp_path / "out").findings.empty
    assert (tmp_path / "out" / "internal" / "data_check.html").is_file()
    with pytest.raises(DefinitionError, match="no file"):
        run_study(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(DefinitionError, match="Is ‘s1’ meant"):
        run_study(tmp_path / "study", tmp_path / "out", schools=["s11"])


def test_what_is_exported_was_held_against_what_was_published(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    written = export_study(study, tmp_path / "out", scores=True)
    assert [path.name for path in written] == ["results.xlsx", "results.csv", "codebook.csv", "scores_PERSONAL_DATA_persoonsgegevens.sav"]
    table = pd.read_csv(study.folder / "answers.csv")
    table[~table["code"].isin(["s1p3", "s1p4"])].to_csv(study.folder / "answers.csv", index=False)
    told: list[pd.DataFrame] = []
    export_study(study, tmp_path / "out", watch=Watch(found=told.append))
    assert set(told[-1]["code"]) == {"group_changed", "group_changed_over_all"}
    shown = pd.read_csv(tmp_path / "out" / "results.csv").query("table == 'levels' and school == 's1' and quantity == 'mean'")
    assert set(shown["state"]) == {"hidden"}


def test_figures_are_exported_from_what_may_be_shown_and_accounted_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slides, "list_slides", lambda view: islice(list_slides(view), 1))
    study = make(tmp_path / "study")
    written = export_study(study, tmp_path / "out", languages=["en"], figures=True)
    pictures = [path.relative_to(tmp_path / "out").as_posix() for path in written if path.suffix in (".png", ".svg")]
    assert len(pictures) == 2 * len(study.schools) and all(name.startswith("figures/school-") for name in pictures)
    (run,) = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert run["command"].endswith("--figures") and set(pictures) < {file["name"] for file in run["files"]}
    export_study(study, tmp_path / "out", languages=["en"])
    runs = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert {file["name"] for run in runs for file in run["files"]} > set(pictures), "they still stand as they were written"


#: What a template of somebody's own might try, and what is told; each in a cell that goes on with whatever it got.
TRIED = {
    "answers": "plg.read_exports(plg.load_study(study_file)).responses",
    "raw": "pd.read_csv('answers.csv')",
    "own estimates": "open_view(study_file, '', school, language)",
    "another school": "plg.load_results(results_file.replace('first', 'second').replace(mark, other))",
    "by hand": "json.loads(Path(results_file.replace('first', 'second').replace(mark, other)).read_text())",
    "plain frame": "plg.load_answers(plg.load_study(study_file))",
    "a program": "subprocess.run(['cat', 'answers.csv'], capture_output=True).stdout",
}
TRY = """
try:
    told = {road}
except (plg_errors.ReportError, FileNotFoundError) as error:
    told = "nothing"
display(Markdown(f'{name}: {{told}}'))
"""
CELLS = (
    "import json, os, subprocess\nfrom pathlib import Path\nimport pandas as pd\n"
    "import toolkit as plg\nimport toolkit.errors as plg_errors\n"
    "from IPython.display import Markdown\nfrom toolkit.notebook import describe_figure, open_view, show_title",
    "view = open_view(study_file, results_file, school, language)",
    "show_title(view)",
    "Markdown('## What we saw')",
    "view.results.levels.query(\"quantity == 'mean'\")[['school', 'wave', 'scale', 'estimate', 'low', 'high', 'n']]",
    "ax = view.results.levels.query(\"quantity == 'mean'\").plot.scatter('wave', 'estimate')\ndescribe_figure(ax, f'Means of {school}')",
    "os.environ.pop('PLG_PAGE')\n" + "\n".join(TRY.format(name=name, road=road) for name, road in TRIED.items()),
)  # fmt: skip


def write_notebook(path: Path, *cells: str, parameters: str = 'study_file = school = language = results_file = ""') -> Path:
    """Write a notebook of these code cells, below one with parameters."""
    first = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[first, *map(nbformat.v4.new_code_cell, cells)]), path)
    return path


def test_pages_from_a_template_of_ones_own_show_protected_results_and_nothing_else_leads_further(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    marks = [name_file("en", "school", name, code).split("-")[2] for name, code in (("First", "s1"), ("Second", "s2"))]
    cells = [cell.replace("(mark, other)", str(tuple(marks))) for cell in CELLS]
    template = write_notebook(tmp_path / "study" / "mine.ipynb", *cells)
    made = run_study(study, tmp_path / "out", schools=["s1", "s2"], kinds=["school"], templates={"school": template})
    assert made.errors == {}
    pages = {page.name.split("-")[1]: page.read_text(encoding="utf-8") for page in made.pages}
    for name, code in (("first", "s1"), ("second", "s2")):
        page = pages[name]
        assert f"School report {name.capitalize()}" in page and "What we saw</h2>" in page and f'alt="Means of {code}"' in page
        assert "Table 1</caption>" in page and f'<th scope="row">{code}</th>' in page
        assert [f"<p>{road}: nothing</p>" in page for road in TRIED] == [True] * len(TRIED) or name == "second"
        assert str(tmp_path) not in page
    assert "<td>s2</td>" not in pages["first"] and '<th scope="row">s2</th>' not in pages["first"]
    (run,) = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert run["command"].endswith("--template school=mine.ipynb")
    assert [entry["name"] for entry in run["templates"]] == ["mine.ipynb"]

    report = next(page for page in made.pages if "first" in page.name)
    with pytest.raises(ReportError, match=r"template of somebody's own, mine.ipynb \(\w{12}\). .*--template school=FILE"):
        verify_report(report, study)
    assert verify_report(report, study, templates={"school": template}).same


def test_a_template_that_is_not_right_is_told_before_anything_is_made(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    with pytest.raises(ReportError, match=r"There is no notebook ‘gone\.ipynb’"):
        run_study(study, tmp_path / "out", templates={"school": tmp_path / "gone.ipynb"})
    assert not (tmp_path / "out").exists()


def test_any_notebook_runs_on_a_study_and_becomes_an_internal_page(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "extra.txt").write_text("beside", encoding="utf-8")
    notebook = write_notebook(
        tmp_path / "beside" / "02 my look.ipynb",
        "import toolkit as plg\nprint(open('extra.txt').read())",
        "plg.read_responses(plg.load_study(study_file))[['respondent', 'wave']].head(2)",
        "school",
        parameters='study_file = ""\nschool = "s3"',
    )
    (page,) = run_notebook(notebook, study, tmp_path / "out")
    words = page.read_text(encoding="utf-8")
    assert page == tmp_path / "out" / "internal" / "02-my-look-en.html"
    assert "<title>02 my look – The gate</title>" in words and "Internal: do not share" in words and "s1p0" in words
    assert "<pre>&#39;s3&#39;</pre>" in words
    executed = nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    assert "study_file = '../../study/study.toml'" in executed.cells[2].source and "Internal" in executed.cells[0].source
    with pytest.raises(ReportError, match=r"notebook of somebody's own, 02 my look.ipynb .* plg notebook FILE STUDY"):
        verify_report(page, study)

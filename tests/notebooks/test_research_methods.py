"""The notebooks on methods, to be read: they run on a study and on a plain table, show frames and figures, and say it all in Dutch too."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import toolkit as plg

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
ROWS = Path(__file__).parent.parent / "data" / "rows"
NAMES = ("05_reliability", "06_course", "07_comparison_schools", "08_planning", "09_cohorts", "10_trajectory")
#: What each runs with here: little to draw or to simulate, and for a plain table what its study would have told.
QUICK: dict[str, dict[str, Any]] = {
    "05_reliability": {"resamples": 20},
    "06_course": {},
    "07_comparison_schools": {},
    "08_planning": {"numbers": (4, 30), "simulations": 10},
    "09_cohorts": {},
    "10_trajectory": {},
}
#: The study that stands in each.
SHIPPED = {
    "05_reliability": "zes_scholen",
    "06_course": "gespreide_start",
    "07_comparison_schools": "vergelijking",
    "08_planning": "zes_scholen",
    "09_cohorts": "twee_cohorten",
    "10_trajectory": "zes_scholen",
}
#: Those that run on a plain table whenever tests run, and the one about records, which no table has.
OFTEN = ("07_comparison_schools",)
NEVER = ("10_trajectory",)
LONGEST_CELL = 15
#: What the cells of code of each run show, by their ids.
Shown = dict[str, dict[str, list[Any]]]


def load(name: str) -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


def list_cells(name: str, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in load(name).cells if cell.cell_type == kind]


def find_parameters(notebook: nbformat.NotebookNode) -> int:
    (place,) = [place for place, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
    return place


def list_run(name: str, folder: Path, **given: Any) -> list[nbformat.NotebookNode]:
    """Return the cells of a notebook with `given` parameters under its own, to be run in `folder` as if nothing had run before."""
    cells = load(name).cells
    place = find_parameters(load(name))
    said = "\n".join(f"{key} = {value!r}" for key, value in given.items())
    forget = nbformat.v4.new_code_cell(f"%reset -f\n%cd -q {folder}", id="forget")
    return [forget, *cells[: place + 1], nbformat.v4.new_code_cell(said, id="given"), *cells[place + 1 :]]


def run(folder: Path, runs: dict[str, dict[str, Any]]) -> Shown:
    """Return for each of the `runs` what each cell of code shows; one kernel runs all, as most of the time goes to its imports."""
    cells = {key: list_run(key.partition(" ")[0], folder, **given) for key, given in runs.items()}
    names = {key: [cell.id for cell in own] for key, own in cells.items()}
    together = [cell for own in cells.values() for cell in own]
    for number, cell in enumerate(together):
        cell.id = f"cell-{number}"
    NotebookClient(nbformat.v4.new_notebook(cells=together), kernel_name="python3", timeout=120, allow_errors=True).execute()
    return {
        key: {name: cell.outputs for name, cell in zip(names[key], own, strict=True) if cell.cell_type == "code"}
        for key, own in cells.items()
    }


def list_kinds(outputs: list[Any]) -> list[str]:
    """Return the kinds of what a cell shows: frames, figures, and else what was said or went wrong."""
    return [_name_kind(output) for output in outputs]


def _name_kind(output: Any) -> str:
    if "data" not in output:
        return str(output.get("text") or f"{output.ename}: {output.evalue}")
    return "figure" if "image/png" in output.data else "frame" if "text/html" in output.data else str(output.data)


def list_tables(folder: Path) -> dict[str, dict[str, Any]]:
    """Return for each notebook a plain table, with what the cell of parameters must hold that the study of these data would have told."""
    made: dict[str, dict[str, Any]] = {name: {"study_file": "teams.csv"} for name in ("05_reliability", "08_planning")}
    for name in ("06_course", "07_comparison_schools"):
        study = plg.open_study(SHIPPED[name])
        path = folder / f"{SHIPPED[name]}.csv"
        plg.load_answers(study).drop(columns=["role", "group"]).to_csv(path, index=False)
        made[name] = {"study_file": str(path), "dates": {wave.id: str(wave.date) for wave in study.waves}}
    last = plg.open_study("gespreide_start").waves[-1].date
    schools = {name: plg.open_study(SHIPPED[name]).schools for name in ("06_course", "07_comparison_schools")}
    made["06_course"]["starts"] = {place.name: str(place.start) for place in schools["06_course"] if place.start and place.start < last}
    made["07_comparison_schools"]["trajectory"] = [place.name for place in schools["07_comparison_schools"] if place.group == "trajectory"]
    split = {place.name: "2025" if place.group == "trajectory" else "2024" for place in schools["07_comparison_schools"]}
    made["09_cohorts"] = {**made["07_comparison_schools"], "cohorts": split, "before": "w2", "after": "w3"}
    return made


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """What the cells of every notebook show on its own study in English, and of some on a plain table in Dutch."""
    folder = tmp_path_factory.mktemp("elsewhere")
    tables = list_tables(folder)
    runs = {f"{name} study": QUICK[name] for name in NAMES}
    runs["10_trajectory listed"] = {"study_file": str(ROWS / "A1"), "language": "nl"}
    return run(folder, runs | {f"{name} table": QUICK[name] | tables[name] | {"language": "nl"} for name in OFTEN})


def check_shown(cells: dict[str, list[Any]]) -> None:
    """See that cells show frames and figures, and nothing else, such as words of libraries or an error."""
    kinds = {id: list_kinds(outputs) for id, outputs in cells.items()}
    assert {id: found for id, found in kinds.items() if set(found) - {"figure", "frame"}} == {}
    figures = [id for id in kinds if id.endswith("figure") or id == "flow"]
    assert [id for id, found in kinds.items() if "figure" in found] == figures and len(figures) >= 3
    assert sum("frame" in found for found in kinds.values()) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_on_its_study_from_another_folder(name: str, shown: Shown) -> None:
    assert f'study_file = "{SHIPPED[name]}"' in load(name).cells[find_parameters(load(name))].source
    check_shown(shown[f"{name} study"])


@pytest.mark.parametrize("name", OFTEN)
def test_by_its_parameters_alone_a_notebook_runs_on_a_plain_table_in_dutch(name: str, shown: Shown) -> None:
    check_shown(shown[f"{name} table"])


@pytest.mark.slow
def test_by_its_parameters_alone_every_other_notebook_runs_on_a_plain_table_in_dutch(tmp_path: Path) -> None:
    tables = list_tables(tmp_path)
    found = run(tmp_path, {name: QUICK[name] | tables[name] | {"language": "nl"} for name in NAMES if name not in (*OFTEN, *NEVER)})
    for cells in found.values():
        check_shown(cells)


def test_a_plain_table_gives_the_numbers_of_its_study(shown: Shown) -> None:
    own, plain = (shown[f"07_comparison_schools {data}"]["difference"][0].data["text/plain"] for data in ("study", "table"))
    assert own == plain and "pooled t over schools" in own


def test_cohorts_by_hand_are_those_of_the_table(shown: Shown) -> None:
    cells = shown["09_cohorts study"]
    compared, hand, slopes = (
        pd.read_html(io.StringIO(cells[id][0].data["text/html"]), index_col=0)[0] for id in ("compare", "one-sample", "regression")
    )
    numbers = ["low", "high", "p_value"]
    pd.testing.assert_frame_equal(
        compared[compared["what"] == "cohort"][numbers].reset_index(drop=True), hand[numbers].reset_index(drop=True)
    )
    (difference,) = compared[compared["what"] == "difference"][["estimate", *numbers]].values.tolist()
    assert slopes.iloc[1].tolist() == difference


def test_meetings_stand_beside_the_change_with_a_hidden_school_hidden_and_no_sure_words(shown: Shown) -> None:
    dose, together = (
        pd.read_html(io.StringIO(shown["10_trajectory study"][id][0].data["text/html"]), index_col=0)[0] for id in ("dose", "together")
    )
    assert dose.set_index("school")["meetings"].to_dict() == {
        "De Papieren Brug": 16,
        "Sint-Fantasius Nergensbeke": 14,
        "Het Houten Kompas": 15,
        "De Wolkenplukker": 17,
        "De Stille Trom": 13,
        "De Zevende Kraanvogel": 15,
    }
    assert dose.loc[dose["estimate"].isna(), "school"].tolist() == ["De Zevende Kraanvogel"]
    shared = dose.dropna(subset="estimate")
    (found,) = together.to_dict("records")
    assert found["schools"] == 5 and found["low"] < 0 < found["high"]
    assert round(shared["meetings"].corr(shared["estimate"]), 2) == round(found["r"], 2)


def test_who_came_stands_beside_the_change_where_people_were_listed(shown: Shown) -> None:
    cells = shown["10_trajectory listed"]
    assert {id: kinds for id in cells if set(kinds := list_kinds(cells[id])) - {"figure", "frame"}} == {}
    assert list_kinds(cells["got-drawn"]) == ["figure"] and list_kinds(shown["10_trajectory study"]["got-drawn"]) == []
    got, together = (pd.read_html(io.StringIO(cells[id][0].data["text/html"]), index_col=0)[0] for id in ("got", "got-together"))
    assert got["school"].tolist() == [f"School {name}" for name in "ABCDE"]
    assert together.loc[0, "schools"] == 5 and together["estimate"].isna().all()  # six are asked


@pytest.mark.slow
def test_a_notebook_runs_where_the_ladder_is_climbed_and_where_there_is_no_trend(tmp_path: Path) -> None:
    given = {"study_file": "vergelijking"}
    found = run(tmp_path, {"05_reliability": QUICK["05_reliability"] | given, "06_course": given})
    assert "strict" in found["05_reliability"]["steps"][0].data["text/plain"]
    assert found["06_course"]["slopes-figure"] == [] and list_kinds(found["06_course"]["starts-figure"]) == ["figure"]


@pytest.mark.parametrize("name", NAMES)
def test_every_word_beside_the_code_is_there_in_dutch(name: str) -> None:
    cells = list_cells(name, "markdown")
    assert cells and [cell.id for cell in cells if not cell.metadata.get("nl", "").strip()] == []
    for cell in cells:
        english, dutch = cell.source.splitlines(), cell.metadata["nl"].splitlines()
        assert [line.partition(" ")[0] for line in english if line.startswith("#")] == [
            line.partition(" ")[0] for line in dutch if line.startswith("#")
        ], cell.id
        assert sorted(cell.source.split("`")[1::2]) == sorted(cell.metadata["nl"].split("`")[1::2]), cell.id


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_valid_without_outputs_and_has_short_cells(name: str) -> None:
    notebook = load(name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    code = list_cells(name, "code")
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert {cell.id: lines for cell in code if (lines := len(cell.source.splitlines())) > LONGEST_CELL} == {}
    assert list_cells(name, "markdown")[0].source.startswith("# ") and code[0].metadata["tags"] == ["parameters"]
    assert [line.partition(" = ")[0] for line in code[0].source.splitlines()[:4]] == ["study_file", "school", "language", "results_file"]

"""What is hidden leaves no trace in any finished file: not a number, not a coordinate, not a byte.

Hidden answers are changed and the files are made again; whatever differs would tell of them. No reading is needed for this, so nothing can
be overlooked: words, descriptions, coordinates, ids, comments, names of files and exported data are all bytes.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.drawn_study import Drawn, draw_everybody, execute, list_sources, make_study, write_pages
from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.responses.exports import read_exports
from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.estimates.answers import estimate_answers
from toolkit.results.estimation import estimate_results
from toolkit.schemas import FINDINGS
from toolkit.scoring import compute_scores
from toolkit.simulation.__main__ import COMMENTS
from toolkit.study.loading import load_study

WHO = ("respondent", "school", "wave", "role", "date", "source", "row")


def draw(folder: Path, sizes: list[int]) -> Drawn:
    study = make_study(folder, ("w1", "w2"), len(sizes))
    responses = draw_everybody(study, sizes, 7)
    return Drawn(study, responses, FINDINGS.empty(), list_sources(study, responses, FINDINGS.empty()))


def turn(drawn: Drawn, chosen: pd.Series) -> Drawn:
    """Return the study with other answers of the chosen people, who keep their places."""
    items = [column for column in drawn.responses if column not in WHO]
    turned = drawn.responses.copy()
    turned.loc[chosen, items] = 6 - turned.loc[chosen, items]
    return Drawn(drawn.study, turned, drawn.findings, drawn.sources)


def write_files(drawn: Drawn, folder: Path) -> dict[str, str]:
    """Return all pages and the exported data; without the reliabilities, which are about everybody in the study."""
    results = estimate_results(drawn.study, drawn)
    pages = write_pages(drawn, folder / "out", ("en",), summaries=True, results=results)
    plain = {name: re.sub(r"<table id=\"method-[^\"]*-reliability\".*?</table>", "", page, flags=re.DOTALL) for name, page in pages.items()}
    data = combine_results(results, drawn.study)
    return plain | {"results.csv": data[data["table"] != "reliability"].to_csv()}


def list_different(one: dict[str, str], other: dict[str, str]) -> list[str]:
    assert list(one) == list(other)
    return [name for name in one if one[name] != other[name]]


def test_the_answers_of_a_hidden_school_change_no_byte_of_any_file(tmp_path: Path) -> None:
    drawn = draw(tmp_path, [14, 12, 11, 10, 4])
    hidden = drawn.responses["school"] == "s5"
    assert list_different(write_files(drawn, tmp_path), write_files(turn(drawn, hidden), tmp_path)) == []


def test_those_of_a_school_of_five_do(tmp_path: Path) -> None:
    drawn = draw(tmp_path, [14, 12, 11, 10, 5])
    shown = drawn.responses["school"] == "s5"
    assert {"results.csv", "schools-en.html"} <= set(
        list_different(write_files(drawn, tmp_path), write_files(turn(drawn, shown), tmp_path))
    )


@pytest.mark.slow
def test_two_hidden_schools_of_four_are_seen_together_and_not_apart(tmp_path: Path) -> None:
    """They join the means over schools, so the files may know their sum and nothing else: who is in which of them stays unseen."""
    drawn = draw(tmp_path, [14, 12, 11, 10, 4, 4])
    items = [column for column in drawn.responses if column not in WHO]
    exchanged = drawn.responses.copy()
    first, second = (exchanged.index[exchanged["school"] == school] for school in ("s5", "s6"))
    answers = exchanged[items].to_numpy()
    exchanged.loc[first, items], exchanged.loc[second, items] = answers[second], answers[first]
    other = Drawn(drawn.study, exchanged, drawn.findings, drawn.sources)
    assert list_different(write_files(drawn, tmp_path), write_files(other, tmp_path)) == []
    assert "schools-en.html" in list_different(
        write_files(drawn, tmp_path), write_files(turn(drawn, drawn.responses["school"] == "s5"), tmp_path)
    )


@pytest.mark.parametrize(("people", "seen"), [(9, False), (10, True)])
def test_how_answers_are_spread_over_nine_people_is_seen_in_no_page_and_over_ten_it_is(tmp_path: Path, people: int, seen: bool) -> None:
    """Two people exchange one answer each way on two statements, so that every score stays and only the spread of the answers differs."""
    drawn = draw(tmp_path, [people])
    responses = drawn.responses.copy()
    last = responses.index[responses["wave"] == "w2"]
    responses.loc[last[0], ["energy_i1", "energy_i2", "energy_i3", "energy_i4"]] = [2.0, 4.0, 3.0, 3.0]
    before = Drawn(drawn.study, responses, drawn.findings, drawn.sources)
    turned = responses.copy()
    turned.loc[last[0], ["energy_i1", "energy_i2"]] = [4.0, 2.0]
    after = Drawn(drawn.study, turned, drawn.findings, drawn.sources)
    pages, others = (
        {name: page for name, page in write_files(each, tmp_path).items() if name.startswith("school")} for each in (before, after)
    )
    assert bool(list_different(pages, others)) is seen


@pytest.mark.parametrize("same", [11, 12])
def test_what_everybody_answered_has_no_number_and_what_all_but_one_did_has(tmp_path: Path, same: int) -> None:
    drawn = draw(tmp_path, [12])
    responses = drawn.responses.assign(energy_i1=np.where(drawn.responses["respondent"].isin([f"s1-p{n}" for n in range(same)]), 4.0, 5.0))
    table = estimate_answers(responses, compute_scores(responses, drawn.study), drawn.study)
    own = table[(table["item"] == "i1") & (table["instrument"] == "energy") & (table["wave"] == "w2")].set_index("answer")
    assert (own.loc[4.0, "state"] == "shown") is (same == 11)
    assert (own.loc[4.0, "method"] == "nearly_all") is (same == 12)


def test_what_people_wrote_themselves_stands_in_no_file(tmp_path: Path) -> None:
    study = load_study(Path(__file__).parents[2] / "datasets" / "zes_scholen")
    exports = read_exports(study)
    results = estimate_results(study, exports)
    view = View(study, results.for_school("s1"), load_text("nl"), "s1")
    pages = [execute("school_report", view), combine_results(results, study).to_csv()]
    assert all(comment.split(".")[0] not in page for comment in COMMENTS for page in pages)
    assert "De Papieren Brug" in pages[0]

"""Codes that a spreadsheet program took for numbers or dates."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import FOLDER, open_study
from toolkit.findings import Notes
from toolkit.responses.damage import find_changed, list_results, pair_changed
from toolkit.responses.exports import Exports, read_exports
from toolkit.responses.people import read_codes
from toolkit.responses.rows import tell_unplaced
from toolkit.scoring import compute_scores
from toolkit.study.matches import load_matches, write_matches

BEFORE = frozenset({"before"})
AFTER = frozenset({"after"})


def pair(before: list[str], after: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what explains codes of two waves, one school."""
    return pair_changed(dict.fromkeys(before, BEFORE) | dict.fromkeys(after, AFTER))


@pytest.mark.parametrize(
    ("code", "results"),
    [
        ("0017", {"17"}),
        ("12e3", {"12000"}),
        ("1e20", {"1" + "0" * 20}),
        ("mrt05", {"03-05"}),
        ("may31", {"05-31"}),
        ("5maart", {"03-05"}),
        ("dec99", {"12-01"}),
        ("34", {"03-04", "04-03"}),
        ("1231", {"12-31"}),
        ("000", set()),
        ("kb12", set()),
        ("4711", set()),
    ],
)
def test_what_a_spreadsheet_makes_of_a_code(code: str, results: set[str]) -> None:
    assert {result for result, _ in list_results(code)} == results


def test_all_codes_that_lost_their_zeros_are_paired() -> None:
    before = [f"{number:04}" for number in range(17, 300, 10)]
    assert pair(before, [code.lstrip("0") for code in before]) == {"zeros": [(code, code.lstrip("0")) for code in before]}
    assert pair([code.lstrip("0") for code in before], before)["zeros"][0] == ("0017", "17")  # the later file may be the whole one


def test_one_code_with_a_zero_may_be_a_slip() -> None:
    assert pair(["0017", "ab"], ["17", "ab"]) == {}


def test_codes_that_may_be_of_two_people_are_not_paired() -> None:
    assert pair(["0017", "017", "0018", "0019"], ["17", "18", "19"]) == {"zeros": [("0018", "18"), ("0019", "19")]}
    both = {"0018": BEFORE, "18": BEFORE | AFTER, "0019": BEFORE, "19": AFTER}
    assert pair_changed(both) == {}  # 18 is there in both waves, and one pair is a slip


def test_dates_are_paired_whatever_made_them() -> None:
    assert pair(["jan03", "mrt05", "x"], ["20260103", "20250305", "y"]) == {"dated": [("jan03", "20260103"), ("mrt05", "20250305")]}
    assert pair(["34"], ["20260403"]) == {"dated": [("34", "20260403")]}
    assert pair(["mei07"], ["7mei"]) == {"dated": [("mei07", "7mei")]}  # as a text file writes it
    assert pair(["34"], ["43"]) == pair(["jan03"], ["20260104"]) == pair(["jan03"], ["20261301"]) == {}


def test_the_only_known_word_that_may_have_become_a_text_is_found() -> None:
    assert find_changed("2026-03-05", ["mrt05", "apr05"]) == "mrt05"
    assert find_changed("12", ["0012", "13"]) == "0012"
    assert find_changed("12", ["0012", "012"]) == find_changed("x", ["y"]) == ""


def test_an_unknown_school_is_told_beside_the_one_that_it_was() -> None:
    notes = Notes()
    rows = pd.DataFrame({"school": [""], "school_text": ["2026-03-04"], "row": [2]})
    tell_unplaced("school", "a.xlsx", "School", rows, {"3-4": "s34", "2026": "s2026"}, notes)
    assert [(note["code"], note["expected"]) for note in notes.rows] == [("school_unknown", "s34")]


def read(codes: list[str], **more: Any) -> tuple[list[str], list[tuple[str, str, int, int]]]:
    """Return the codes that are read from a column, and what is noted."""
    notes = Notes()
    sheet = make_sheet([["code"], *([code] for code in codes)])
    found = read_codes(sheet, (0,), False, False, notes)
    return found.tolist(), [(note["code"], note["value"], note["row"], note["count"]) for note in notes.rows]


def test_long_codes_that_were_cut_off_are_no_codes() -> None:
    long = ["8712345678901230000", "8712345678901230000", "kb1"]
    assert read(long) == (["", "", "kb1"], [("code_long", "8712345678901230000", 2, 2)])
    assert read(["a", "1,23457E+18", "8.7E+15"]) == (["a", "", ""], [("code_long", "1,23457E+18, 8.7E+15", 3, 2)])


def test_long_codes_that_are_whole_stay() -> None:
    whole = ["8712345678901230000", "8712345678901230001", "8712345678901230002"]
    assert read(whole) == (whole, [])
    assert read(["8712345678901230000", "x"]) == (["8712345678901230000", "x"], [])  # one may be so by itself


def test_codes_that_are_dates_are_told_with_their_rows() -> None:
    found, told = read(["kb1", "2026-03-05", "2026-01-03 10:00:00", "2026-03-05"])
    assert found[1] == "20260305"
    assert told == [("code_date", "2026-03-05, 2026-01-03 10:00:00", 3, 3)]


def test_days_of_birth_as_codes_are_no_damage() -> None:
    births = ["1979-05-12", "1984-01-30", "1990-11-02", "1966-08-08"]
    assert read(births)[1] == read([*births, ""])[1] == []
    assert [code for code, *_ in read([*births, "kb1"])[1]] == ["code_date"]  # by design all would be
    assert [code for code, *_ in read(["2026-05-12", "2026-01-30", "1999-12-01"])[1]] == ["code_date"]


def test_days_of_birth_that_one_file_holds_as_dates_are_paired() -> None:
    assert pair(["12051979", "30011984"], ["19790512", "19840130"]) == {"dated": [("12051979", "19790512"), ("30011984", "19840130")]}
    assert pair(["120579", "013084"], ["19790512", "19840130"]) == {"dated": [("013084", "19840130"), ("120579", "19790512")]}
    assert pair(["31021979"], ["19790231"]) == pair(["12051979"], ["19790513"]) == {}


def test_a_date_in_a_code_of_several_parts_may_be_meant() -> None:
    notes = Notes()
    sheet = make_sheet([["day", "letters"], ["2026-03-05", "AB"]])
    assert read_codes(sheet, (0, 1), False, False, notes).tolist() == ["20260305-ab"]
    assert notes.rows == []


def test_nobody_is_left_out_for_digits_that_were_lost(cases: dict[str, Exports]) -> None:
    exports = cases["codes_that_lost_digits"]
    study = open_study(tomllib.loads((FOLDER / "codes_that_lost_digits" / "study.toml").read_text(encoding="utf-8")), FOLDER)
    scores = compute_scores(exports.responses, study)
    total = scores[scores["scale"] == "total"].groupby("wave")["score"].agg(["mean", "size"])
    np.testing.assert_allclose(total["mean"], [2.9762, 3.4603], atol=5e-5)
    assert total["size"].tolist() == [14, 14]


@pytest.mark.parametrize(
    ("case", "pairs"), [("codes_without_their_zeros", 14), ("codes_that_became_dates", 14), ("codes_that_became_powers_of_ten", 4)]
)
def test_pairs_that_one_cause_explains_are_proposed_and_followed_once_accepted(case: str, pairs: int, tmp_path: Path) -> None:
    for path in (FOLDER / case).rglob("*.*"):
        if path.is_file():
            (tmp_path / path.relative_to(FOLDER / case)).parent.mkdir(exist_ok=True)
            (tmp_path / path.relative_to(FOLDER / case)).write_bytes(path.read_bytes())
    study = open_study(tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8")), tmp_path)
    path = write_matches(read_exports(study).findings, study, "en")
    assert path is not None and all(match.accepted is None for match in load_matches(study))
    path.write_text(path.read_text(encoding="utf-8").replace("# accepted", "accepted"), encoding="utf-8")
    exports = read_exports(study)
    assert (exports.responses.groupby("respondent")["wave"].nunique() == 2).sum() == pairs
    assert not exports.findings["code"].isin(["codes_zeros", "codes_dated", "codes_powers", "codes_alike", "nobody_matched"]).any()


def test_pairs_that_were_refused_are_not_proposed_again(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("c,uwes3_i1,uwes3_i2,uwes3_i3\n0017,1,2,3\n0018,1,2,4\n0019,1,2,5\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("c,uwes3_i1,uwes3_i2,uwes3_i3\n17,1,2,3\n18,1,2,4\n19,1,2,5\n", encoding="utf-8")
    (tmp_path / "matches.toml").write_text('[[matches]]\nschool = "s1"\ncodes = ["0017", "17"]\naccepted = false\n', encoding="utf-8")
    sources = [{"file": f"{wave[0]}.csv", "layout": "l", "wave": wave, "school": "s1"} for wave in ("before", "after")]
    findings = read_exports(open_study({"sources": sources, "layouts": {"l": {"respondent": "c"}}}, tmp_path)).findings
    assert findings.loc[findings["code"] == "codes_zeros", "value"].tolist() == ["0018, 0019"]
    assert not (findings["code"] == "codes_alike").any()

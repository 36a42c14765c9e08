"""Items that a questionnaire left out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.responses.cases import FOLDER, open_study
from toolkit.errors import DefinitionError
from toolkit.findings import describe_finding
from toolkit.responses.exports import Exports, read_exports
from toolkit.responses.not_asked import find_by_rows, find_not_asked, list_columns
from toolkit.scoring import compute_scores
from toolkit.study.layouts import Source
from toolkit.study.loading import load_study

CASE = FOLDER / "questions_not_asked_after"
HEADERS = [f"energie_own9_i{number}" for number in range(1, 10)]


def open_case(**last: Any) -> Any:
    """Return the study of the case with its second file declared otherwise."""
    document = tomllib.loads((CASE / "study.toml").read_text(encoding="utf-8"))
    document["sources"][1] = {"file": "data/after.csv", "layout": "a", "wave": "after"} | last
    return open_study(document, CASE)


def list_codes(exports: Exports, *severities: str) -> list[str]:
    """Return the codes of what stops, asks or tells."""
    return exports.findings.loc[exports.findings["severity"].isin(severities), "code"].tolist()


def test_without_a_word_a_missing_item_stops_and_the_line_to_write_is_offered() -> None:
    exports = read_exports(open_case())
    assert list_codes(exports, "stops") == ["items_missing"]
    for language, words in (("en", "Not asked? Then write"), ("nl", "Niet gevraagd? Zet")):
        said = str(describe_finding(exports.findings.iloc[0].to_dict(), language))  # type: ignore[arg-type]
        assert words in said and said.endswith('not_asked = ["energie_own9_i8", "energie_own9_i9"].')


def test_scales_with_enough_items_left_are_scored_and_the_others_told() -> None:
    study = open_case(not_asked=["energie_own9_i8", "energie_own9_i9"])
    exports = read_exports(study)
    assert list_codes(exports, "stops", "asks") == []
    scores = compute_scores(exports.responses, study)
    after = scores[scores["wave"] == "after"].groupby("scale")["score"].agg(["size", "count"])
    assert after.loc["total"].tolist() == [16, 16]
    assert after.loc["focus"].tolist() == [16, 0]


def test_what_the_items_give_elsewhere_stands_beside_all_of_them() -> None:
    exports = read_exports(open_case(not_asked=["energie_own9_i8", "energie_own9_i9"]))
    before = exports.responses[exports.responses["wave"] == "before"]
    (told,) = exports.findings[exports.findings["code"] == "scale_shorter"].to_dict("records")
    assert told["column"] == "energie_own9.total" and told["value"] == "7/9"
    assert told["expected"] == f"{before[HEADERS[:7]].to_numpy().mean():.2f}/{before[HEADERS].to_numpy().mean():.2f}"


def test_a_missing_item_that_is_not_declared_still_stops() -> None:
    exports = read_exports(open_case(not_asked=["energie_own9_i8"]))
    assert exports.findings.loc[exports.findings["code"] == "items_missing", "column"].tolist() == ["energie_own9_i9"]


def test_a_wave_may_say_it_for_all_of_its_files() -> None:
    document = tomllib.loads((CASE / "study.toml").read_text(encoding="utf-8"))
    del document["sources"][1]["not_asked"]
    document["waves"][1]["not_asked"] = ["energie_own9_i8", "energie_own9_i9"]
    assert list_codes(read_exports(open_study(document, CASE)), "stops", "asks") == []
    document["waves"][0]["not_asked"] = document["waves"][1].pop("not_asked")
    assert "items_missing" in list_codes(read_exports(open_study(document, CASE)), "stops")  # of the other wave
    assert "not_asked_answered" in list_codes(read_exports(open_study(document, CASE)), "asks")


def test_a_wide_file_may_leave_items_out_of_one_wave(tmp_path: Path) -> None:
    items = ["uwes3_i1", "uwes3_i2", "uwes3_i3"]
    (tmp_path / "a.csv").write_text("id,a1,a2,a3,b1,b2\np,1,2,3,4,5\nq,2,2,3,4,4\n", encoding="utf-8")
    columns = {"before": dict(zip(["a1", "a2", "a3"], items, strict=True)), "after": dict(zip(["b1", "b2"], items, strict=False))}
    source = {"file": "a.csv", "layout": "l", "school": "s1"}
    document: dict[str, Any] = {"sources": [source], "layouts": {"l": {"respondent": "id", "wave_columns": columns}}}
    assert "items_missing" in list_codes(read_exports(open_study(document, tmp_path)), "stops")
    document["waves"] = [
        {"id": "before", "date": "2025-09-15", "label": {"nl": "v", "en": "b"}},
        {"id": "after", "date": "2026-06-15", "label": {"nl": "n", "en": "a"}, "not_asked": ["uwes3_i3"]},
    ]
    exports = read_exports(open_study(document, tmp_path))
    assert list_codes(exports, "stops") == []
    assert "scale_unscored" in list_codes(exports, "tells")  # a scale of three needs three


def test_a_whole_instrument_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,uwes3_i1,uwes3_i2,uwes3_i3\np,1,2,3\n", encoding="utf-8")
    for names, told in (([], True), (["energie_own9"], False)):
        source = {"file": "a.csv", "layout": "l", "school": "s1", "wave": "before", "not_asked": names}
        document = {"sources": [source], "layouts": {"l": {"respondent": "code"}}, "instruments": ["uwes3", "energie_own9"]}
        assert ("instrument_absent" in list_codes(read_exports(open_study(document, tmp_path)), "tells")) is told


def test_an_item_in_all_of_its_ratings_and_a_single_column_are_understood() -> None:
    study = open_study({"sources": [{"file": "a.csv"}], "instruments": ["plg12", "uwes3"]}, Path())
    assert list_columns(["plg12_e1"], study) == {"plg12_e1_now", "plg12_e1_wanted"}
    assert list_columns(["plg12_e1_now", "uwes3_i2"], study) == {"plg12_e1_now", "uwes3_i2"}
    assert len(list_columns(["uwes3"], study)) == 3
    source = Source(file="a.csv", not_asked=("uwes3_i1",))
    assert find_not_asked(source, study) == dict.fromkeys(("before", "after", ""), frozenset({"uwes3_i1"}))


def test_a_sheet_has_its_own_items(tmp_path: Path) -> None:
    sources = [
        {"file": "a.xlsx", "layout": name, "wave": name, "not_asked": left} for name, left in (("before", []), ("after", ["uwes3_i2"]))
    ]
    study = open_study({"sources": sources, "layouts": {"before": {"sheet": "A"}, "after": {"sheet": "B"}}}, tmp_path)
    assert find_by_rows(study, "a.xlsx [B]", "after") == {"uwes3_i2"}
    assert find_by_rows(study, "a.xlsx [A]", "before") == find_by_rows(study, "a.xlsx [B]", "before") == frozenset()


@pytest.mark.parametrize(("table", "at"), [("sources", 'wave = "after"'), ("waves", "date = 2025-06-10")])
def test_a_name_that_is_no_item_is_an_error_with_the_nearest(table: str, at: str, tmp_path: Path) -> None:
    source = (CASE / "study.toml").read_text(encoding="utf-8").replace('not_asked = ["energie_own9_i8", "energie_own9_i9"]\n', "")
    place = source.index(f"[[{table}]]")
    start = source.index(at, place)
    (tmp_path / "study.toml").write_text(f'{source[:start]}not_asked = ["energie_own9_j8"]\n{source[start:]}', encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"energie_own9_j8.*energie_own9_i8") as caught:
        load_study(tmp_path)
    assert caught.value.problems[0].line

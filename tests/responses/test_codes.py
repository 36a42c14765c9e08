"""Codes: words for none, signs that nobody sees, and two people of one wave who are never joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.responses.exports import Exports, read_exports
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study

SITUATIONS = Path(__file__).parent.parent / "data" / "situations"
ITEMS = "code,uwes3_i1,uwes3_i2,uwes3_i3"


def read(folder: Path, before: str, after: str, **matching: object) -> Exports:
    """Return what is read of two waves of one school."""
    for name, text in (("before", before), ("after", after)):
        (folder / f"{name}.csv").write_text(f"{ITEMS}\n{text}", encoding="utf-8")
    sources = [{"file": f"{wave}.csv", "wave": wave, "school": "s1", "layout": "l"} for wave in ("before", "after")]
    document = {"sources": sources, "layouts": {"l": {"respondent": "code"}}, "schools": [{"id": "s1", "name": "A"}]}
    return read_exports(open_study(document | {"matching": matching}, folder))


def list_pairs(exports: Exports) -> list[str]:
    """Return who is there in both waves."""
    waves = exports.responses.groupby("respondent")["wave"].nunique()
    return sorted(waves[waves > 1].index)


def list_codes(exports: Exports) -> list[str]:
    """Return the codes of the findings."""
    return exports.findings["code"].tolist()


def test_words_for_no_code_join_nobody_and_leave_nobody_out() -> None:
    study = load_study(SITUATIONS / "junk_codes")
    exports = read_exports(study)
    means = compute_scores(exports.responses, study).query("scale == 'total'").groupby("wave")["score"].agg(["mean", "count"])
    assert means.to_dict("index")["w1"] == pytest.approx({"mean": 3.0625, "count": 16}, abs=5e-5)
    assert means.to_dict("index")["w2"] == pytest.approx({"mean": 3.6875, "count": 16}, abs=5e-5)
    assert len(list_pairs(exports)) == 5
    assert list_codes(exports) == ["code_words", "code_empty", "code_empty"]
    assert exports.findings["value"][0] == "‘geen’ (4), ‘weet ik niet meer’ (4), ‘x’ (4)"


def test_of_a_code_in_parts_every_part_must_be_a_word_for_none(tmp_path: Path) -> None:
    rows = ["x,x,1,2,3", "geen,Weet ik niet,2,3,4", "x,12,3,4,5", "AB,x,4,5,6", "x,x,5,6,1", ",x,1,1,2"]
    (tmp_path / "a.csv").write_text("\n".join(["letters,day,uwes3_i1,uwes3_i2,uwes3_i3", *rows]), encoding="utf-8")
    source = {"file": "a.csv", "wave": "before", "school": "s1", "layout": "l"}
    document = {"sources": [source], "layouts": {"l": {"respondent": ["letters", "day"]}}, "schools": [{"id": "s1", "name": "A"}]}
    exports = read_exports(open_study(document, tmp_path))
    assert [code for code in exports.responses["respondent"] if "#" not in code] == ["x-12", "ab-x"]
    assert len(exports.responses) == 6
    told = exports.findings.set_index("code")
    assert sorted(told.index) == ["code_empty", "code_incomplete", "code_words"]
    assert told.loc["code_words", ["column", "value", "count"]].tolist() == ["letters, day", "‘x-x’ (2), ‘geen-Weet ik niet’ (1)", 3]


def test_codes_that_fold_to_one_stay_apart_where_both_are_there_in_a_wave(tmp_path: Path) -> None:
    exports = read(tmp_path, "NA,1,2,3\nN/A,4,5,6\n#N/A,2,2,6\nb,1,1,1\n", "N/A,1,2,3\nNA,4,5,5\nb,2,2,2\n")
    assert list_pairs(exports) == ["N/A", "NA", "b"]
    assert len(exports.responses) == 7
    assert [code for code in list_codes(exports) if code.startswith("code")] == ["codes_apart"]
    assert "‘NA’, ‘N/A’, ‘#N/A’" in exports.findings.set_index("code")["value"]["codes_apart"]


def test_a_spelling_that_no_form_of_the_wave_has_is_paired_with_neither(tmp_path: Path) -> None:
    exports = read(tmp_path, "ab1,1,2,3\nAB-1,4,5,6\n", "Ab 1,1,2,3\n")
    assert list_pairs(exports) == []
    assert len(exports.responses) == 3


def test_spellings_of_two_waves_are_still_one_person(tmp_path: Path) -> None:
    exports = read(tmp_path, "ab-1,1,2,3\n", "AB 1,4,5,6\n")
    assert list_pairs(exports) == ["ab1"]
    assert list_codes(exports) == []


def test_two_forms_under_one_code_that_contradict_each_other_are_paired_with_nobody(tmp_path: Path) -> None:
    exports = read(tmp_path, "ab1,1,2,3\nab1,4,5,6\nb2,1,1,1\n", "ab1,1,2,4\nb2,1,1,2\n")
    assert list_pairs(exports) == ["b2"]
    assert list_codes(exports) == ["respondent_contradicts", "left_out_double"]
    complete = read(tmp_path, "ab1,1,2,3\nab1,4,5,6\nb2,1,1,1\n", "ab1,1,2,4\nb2,1,1,2\n", twice="complete")
    assert list_pairs(complete) == ["ab1", "b2"]
    assert list_codes(complete) == ["respondent_double_first", "left_out_double"]


def test_a_form_sent_twice_or_finished_later_is_one_person(tmp_path: Path) -> None:
    exports = read(tmp_path, "ab1,1,2,3\nab1,1,2,3\nb2,1,,\nB2,1,5,5\n", "ab1,1,2,4\nb2,1,1,2\n")
    assert list_pairs(exports) == ["ab1", "b2"]


@pytest.mark.parametrize("exact", [False, True])
def test_signs_that_nobody_sees_make_no_other_code_and_are_told_by_row(tmp_path: Path, exact: bool) -> None:
    exports = read(tmp_path, "ab1,1,2,3\n", "a\u200bb1\u200e,4,5,6\n", exact=exact)
    assert list_pairs(exports) == ["ab1"]
    (found,) = exports.findings.to_dict("records")
    assert (found["code"], found["file"], found["row"], found["count"]) == ("code_signs", "after.csv", 2, 1)


def test_a_nul_is_told_with_its_row(tmp_path: Path) -> None:
    exports = read(tmp_path, 'ab1,1,2,3\n"c\nd",1,2,3\ne\0f,1,2,3\n', "ab1,1,2,2\n")
    found = exports.findings.set_index("code").loc["signs_removed"]
    assert (found["row"], found["count"]) == (4, 1)

"""Rules and mappings that meet nothing in the files of a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.findings import describe_finding
from toolkit.responses.exports import Exports, read_exports
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study

SITUATIONS = Path(__file__).parent.parent / "data" / "situations"
ITEMS = "uwes3_i1,uwes3_i2,uwes3_i3"
CONSENT = {"column": "akkoord", "values": ["nee"], "reason": "no_consent"}


def read(folder: Path, files: dict[str, str], **more: object) -> Exports:
    """Return what is read of files of school s1 before."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    sources = [{"file": name, "school": "s1", "wave": "before", "layout": "l"} for name in files]
    return read_exports(open_study({"sources": sources, "layouts": {"l": {"respondent": "code"}}} | more, folder))


def told(exports: Exports, start: str) -> list[tuple[object, ...]]:
    """Return the findings whose code starts so."""
    found = exports.findings[exports.findings["code"].str.startswith(start)]
    return list(found[["code", "file", "column", "value", "count"]].itertuples(index=False, name=None))


def test_a_refusal_in_other_words_than_the_rule_stops_and_names_them() -> None:
    exports = read_exports(load_study(SITUATIONS / "consent_words"))
    found = exports.findings.iloc[0].to_dict()
    assert (found["code"], found["severity"], found["column"], found["expected"]) == ("rule_unmet_consent", "stops", "toestemming", "nee")
    assert found["value"] == "‘Nee, liever niet’, ‘Ja’"


def test_with_the_word_that_was_named_the_numbers_are_right() -> None:
    study = load_study(SITUATIONS / "consent_words")
    rule = study.leave_out[0].model_copy(update={"values": ("nee", "Nee, liever niet"), "keep": ("ja",)})
    study = study.model_copy(update={"leave_out": (rule,)})
    exports = read_exports(study)
    means = compute_scores(exports.responses, study).query("scale == 'total'").groupby("wave")["score"].agg(["mean", "count"])
    assert means.to_dict("index")["w1"] == pytest.approx({"mean": 2.9206, "count": 14}, abs=5e-5)
    assert means.to_dict("index")["w2"] == pytest.approx({"mean": 3.5635, "count": 14}, abs=5e-5)
    assert told(exports, "rule_") == []


def test_trial_codes_that_a_rule_misses_are_asked_about_nearest_first() -> None:
    exports = read_exports(load_study(SITUATIONS / "test_rows"))
    found = exports.findings.iloc[0].to_dict()
    assert (found["code"], found["severity"], found["count"]) == ("rule_unmet", "asks", 30)
    assert str(found["value"]).startswith("‘TEST1’, ‘test jan’, ")
    assert "‘TEST1’" in describe_finding(found, "nl").message


def test_a_file_in_which_nobody_refused_is_not_asked_about(tmp_path: Path) -> None:
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,ja,1,2,3\nb,nee,1,2,3\n", "b.csv": f"code,akkoord,{ITEMS}\nc,JA,1,2,3\nd,ja,1,2,3\n"}
    assert told(read(tmp_path, files, leave_out=[CONSENT]), "rule_") == []


def test_a_file_with_words_of_its_own_is_named_though_the_rule_is_met_elsewhere(tmp_path: Path) -> None:
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,ja,1,2,3\nb,nee,1,2,3\n", "b.csv": f"code,akkoord,{ITEMS}\nc,ja,1,2,3\nd,no,1,2,3\n"}
    assert told(read(tmp_path, files, leave_out=[CONSENT]), "rule_") == [("rule_unmet_consent", "b.csv", "akkoord", "‘no’", 1)]


def test_a_word_that_begins_like_a_refusal_is_told_beside_rows_that_the_rule_meets(tmp_path: Path) -> None:
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,nee,1,2,3\nb,nee hoor,1,2,3\nc,neem maar,1,2,3\n"}
    assert told(read(tmp_path, files, leave_out=[CONSENT]), "rule_") == [("rule_near_consent", "a.csv", "akkoord", "‘nee hoor’", 1)]


def test_words_that_may_stay_make_every_other_word_a_question(tmp_path: Path) -> None:
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,ja,1,2,3\nb,ja,1,2,3\n"}
    kept = [CONSENT | {"keep": ["Ja"]}]
    assert told(read(tmp_path, files, leave_out=kept), "rule_") == []
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,ja,1,2,3\nb,nee,1,2,3\nc,liever niet,1,2,3\n"}
    assert told(read(tmp_path, files, leave_out=kept), "rule_") == [("rule_unmet_consent", "a.csv", "akkoord", "‘liever niet’", 1)]


def test_words_that_tell_who_somebody_is_are_not_shown(tmp_path: Path) -> None:
    files = {"a.csv": f"code,mail,{ITEMS}\na,test@x.nl,1,2,3\nb,jan@school.nl,1,2,3\n"}
    rule = {"column": "mail", "values": ["proef"], "reason": "test"}
    assert told(read(tmp_path, files, leave_out=[rule]), "rule_") == [("rule_unmet", "a.csv", "mail", "–", 2)]


@pytest.mark.parametrize("keep", [[], ["ja"]])
def test_a_file_in_which_nobody_said_whether_they_consent_stops(keep: list[str], tmp_path: Path) -> None:
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,ja,1,2,3\nb,nee,1,2,3\n", "b.csv": f"code,akkoord,{ITEMS}\nc,,1,2,3\nd,,1,2,4\n,,,,\n"}
    told_of = told(read(tmp_path, files, leave_out=[CONSENT | {"keep": keep}]), "rule_")
    assert told_of == [("rule_unmet_consent", "b.csv", "akkoord", "‘’", 2)]
    assert told(read(tmp_path, files, leave_out=[CONSENT | {"keep": ["ja", ""]}]), "rule_") == []
    left_out = read(tmp_path, files, leave_out=[CONSENT | {"values": ["nee", ""]}])
    assert (told(left_out, "rule_"), len(left_out.responses)) == ([], 1)


def test_words_of_a_layout_that_stand_nowhere_are_told(tmp_path: Path) -> None:
    layout = {"respondent": "code", "wave": "meting", "waves": {"start": "before", "eind": "after"}, "answers": {"heel vaak": 5}}
    sources = [{"file": "a.csv", "school": "s1", "layout": "l"}]
    files = {"a.csv": f"code,meting,{ITEMS}\na,start,1,2,heel vaak (5)\n"}
    exports = read(tmp_path, files, sources=sources, layouts={"l": layout})
    assert told(exports, "words_") == [("words_unmet", "", "waves", "eind", 1)]


def test_a_word_for_a_wave_that_another_word_meets_is_only_told(tmp_path: Path) -> None:
    layout = {"respondent": "code", "wave": "meting", "waves": {"start": "before", "begin": "before"}}
    files = {"a.csv": f"code,meting,{ITEMS}\na,start,1,2,3\n"}
    exports = read(tmp_path, files, sources=[{"file": "a.csv", "school": "s1", "layout": "l"}], layouts={"l": layout})
    assert told(exports, "words_") == [("words_unmet_some", "", "waves", "begin", 1)]


def test_one_word_with_two_meanings_stops(tmp_path: Path) -> None:
    layout = {"respondent": "code", "answers": {"Vaak": 4, "vaak ": 5, "soms": 3, "SOMS": 3}}
    exports = read(tmp_path, {"a.csv": f"code,{ITEMS}\na,soms,2,vaak\n"}, layouts={"l": layout})
    assert told(exports, "words_contradict") == [("words_contradict", "", "answers", "Vaak = 4 / vaak = 5", 1)]


def test_where_everybody_plainly_agreed_it_is_only_told(tmp_path: Path) -> None:
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,Ja,1,2,3\nb,ja,1,2,3\n"}
    exports = read(tmp_path, files, leave_out=[CONSENT])
    assert told(exports, "rule_") == [("rule_agreed", "a.csv", "akkoord", "‘Ja’", 2)]
    assert (exports.findings["severity"] == "stops").sum() == 0
    files = {"a.csv": f"code,akkoord,{ITEMS}\na,1,1,2,3\nb,2,1,2,3\n"}
    assert [code for code, *_ in told(read(tmp_path, files, leave_out=[CONSENT]), "rule_")] == ["rule_unmet_consent"]

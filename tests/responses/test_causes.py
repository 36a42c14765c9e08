"""One cause gives one finding, with its places together and without what only follows from it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.responses.cases import open_study
from toolkit.findings import Notes, describe_finding, list_sentences
from toolkit.responses.causes import fold_causes
from toolkit.responses.exports import Exports, read_exports
from toolkit.study.loading import load_study

SITUATIONS = Path(__file__).parent.parent / "data" / "situations"
ITEMS = "uwes3_i1,uwes3_i2,uwes3_i3"


def list_told(exports: Exports) -> list[tuple[str, str, int]]:
    """Return the code, the value and the count of every finding."""
    return list(exports.findings[["code", "value", "count"]].itertuples(index=False, name=None))


def test_unknown_schools_are_one_finding_with_lines_that_can_be_pasted() -> None:
    study = load_study(SITUATIONS / "unknown_school_cascade")
    exports = read_exports(study)
    assert list_told(exports) == [("schools_unknown", "‘Beta’ (16), ‘Gamma’ (16)", 32)]
    found = exports.findings.iloc[0].to_dict()
    pasted = tomllib.loads(str(found["expected"]))
    assert [school["id"] for school in pasted["schools"]] == ["Beta", "Gamma"]
    assert "data/before.csv, data/after.csv" in str(describe_finding(found, "nl"))


def test_words_for_the_wave_are_one_finding_with_a_guess_where_a_name_stands_in_them() -> None:
    exports = read_exports(load_study(SITUATIONS / "wave_words"))
    assert [code for code, _, _ in list_told(exports)] == ["waves_unknown"]
    waves = tomllib.loads(str(exports.findings["expected"][0]))["waves"]
    assert waves == {"Voor de start van het traject": "w1", "Na afloop van het traject": "w2"}


def test_forty_six_unknown_schools_give_one_finding(tmp_path: Path) -> None:
    rows = [f"p{person},School {school},1,2,3" for school in range(46) for person in range(5)]
    for name, more in (("a.csv", ""), ("b.csv", "\n")):
        (tmp_path / name).write_text("\n".join([f"code,school,{ITEMS}", *rows]) + more, encoding="utf-8")
    sources = [{"file": name, "layout": "l", "wave": wave} for name, wave in (("a.csv", "before"), ("b.csv", "after"))]
    exports = read_exports(open_study({"sources": sources, "layouts": {"l": {"respondent": "code", "school": "school"}}}, tmp_path))
    assert len(exports.findings) == 1
    assert len(tomllib.loads(str(exports.findings["expected"][0]))["schools"]) == 46
    assert exports.responses.empty


def test_a_slip_in_a_known_name_is_mapped_and_not_added(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"code,school,{ITEMS}\na,De Klavr,1,2,3\nb,Het Anker,1,2,3\n", encoding="utf-8")
    layouts = {"l": {"respondent": "code", "school": "school"}}
    exports = read_exports(open_study({"sources": [{"file": "a.csv", "layout": "l", "wave": "before"}], "layouts": layouts}, tmp_path))
    block = str(exports.findings["expected"][0])
    assert 'id = "Het Anker"' in block
    assert 'schools = { "De Klavr" = "s1" }' in block


def test_rows_with_a_place_are_read_beside_rows_without(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"code,school,{ITEMS}\na,s1,1,2,3\na,Elders,4,5,6\na,Elders,4,4,6\n", encoding="utf-8")
    layouts = {"l": {"respondent": "code", "school": "school"}}
    exports = read_exports(open_study({"sources": [{"file": "a.csv", "layout": "l", "wave": "before"}], "layouts": layouts}, tmp_path))
    assert list_told(exports) == [("school_unknown", "Elders", 2)]
    assert exports.responses["row"].tolist() == [2]


def test_a_header_that_is_missing_explains_the_item_and_the_code_that_it_was_mapped_to(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Persoon,uwes3_i1,uwes3_i2\na,1,2\nb,1,2\n", encoding="utf-8")
    layouts = {"l": {"respondent": "Code van de respondent", "items": {"vraag drie": "uwes3_i3"}}}
    sources = [{"file": "a.csv", "layout": "l", "wave": "before", "school": "s1"}]
    exports = read_exports(open_study({"sources": sources, "layouts": layouts, "schools": [{"id": "s1", "name": "A"}]}, tmp_path))
    assert [code for code, _, _ in list_told(exports)] == ["header_missing", "header_missing", "columns_unknown"]


def test_a_file_that_is_not_there_explains_the_school_without_answers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"code,{ITEMS}\na,1,2,3\n", encoding="utf-8")
    sources = [{"file": f"{name}.csv", "layout": "l", "wave": "before", "school": school} for name, school in (("a", "s1"), ("b", "s2"))]
    exports = read_exports(open_study({"sources": sources, "layouts": {"l": {"respondent": "code"}}}, tmp_path))
    assert [code for code, _, _ in list_told(exports)] == ["file_missing"]


def test_many_of_a_kind_in_a_file_are_told_as_one_and_few_one_by_one() -> None:
    notes = Notes()
    for row in range(2, 6):
        notes.add("answer_unknown", file="a.csv", row=row, column=f"q{row}", value=f"woord{row}", expected="0-6", count=row)
    for row in range(2, 4):
        notes.add("answer_unknown", file="b.csv", row=row, column=f"q{row}", value="iets", expected="0-6")
    fold_causes(notes, open_study({"sources": [{"file": "a.csv"}]}, Path()))
    assert [(note["file"], note["row"], note["column"], note["count"]) for note in notes.rows] == [
        ("a.csv", 2, "q2, q3, q4, q5", 14),
        ("b.csv", 2, "q2", 1),
        ("b.csv", 3, "q3", 1),
    ]


def test_what_is_of_a_layout_is_told_once_with_its_files(tmp_path: Path) -> None:
    for name, more in (("a", ""), ("b", ""), ("c", ",opmerking")):
        (tmp_path / f"{name}.csv").write_text(f"wie,reden{more},{ITEMS}\np{name},x{more and ',y'},1,2,{len(more) % 5}\n", encoding="utf-8")
    sources = [{"file": f"{name}.csv", "layout": "l", "wave": "before", "school": "s1"} for name in "abc"]
    document = {"sources": sources, "layouts": {"l": {"respondent": "code"}}, "schools": [{"id": "s1", "name": "A"}]}
    findings = read_exports(open_study(document, tmp_path)).findings
    assert list(findings[["code", "file", "column", "count"]].itertuples(index=False, name=None)) == [
        ("header_missing", "a.csv, b.csv, c.csv", "code", 1),
        ("columns_unknown", "a.csv, b.csv", "wie, reden", 2),
        ("columns_unknown", "c.csv", "wie, reden, opmerking", 3),
    ]


def test_people_twice_are_one_finding_per_file_and_those_left_out_one_in_all() -> None:
    notes = Notes()
    for file in ("a.csv", "b.csv"):
        for row in (3, 5):
            notes.add("respondent_contradicts", file=file, row=row, value=f"p{row}", expected=f"{file}, {row - 1}")
            notes.add("left_out_double", file=file, row=row, school="s1", wave="before")
    fold_causes(notes, open_study({"sources": [{"file": "a.csv"}]}, Path()))
    assert [(note["code"], note["file"], note["value"]) for note in notes.rows if note["value"]] == [
        ("respondent_contradicts", "a.csv", "p3, p5"),
        ("respondent_contradicts", "b.csv", "p3, p5"),
    ]
    assert len([note for note in notes.rows if note["code"] == "left_out_double"]) == 4  # the flow of people counts them
    said = [sentence for _, sentence in list_sentences(notes.tabulate(), "en")]
    assert len(said) == 3
    assert said[-1].startswith("Tells · a.csv, b.csv: Left out: the same person in the same wave. School s1, wave before, number: 4.")


def test_what_is_counted_per_school_and_wave_stays_apart_and_is_shown_together() -> None:
    notes = Notes()
    for school in range(9):
        notes.add("left_out_test", file="a.csv", row=school + 2, school=f"s{school}", wave="before", count=2)
    fold_causes(notes, open_study({"sources": [{"file": "a.csv"}]}, Path()))
    assert len(notes.rows) == 9
    assert [sentence for _, sentence in list_sentences(notes.tabulate(), "en")] == [
        "Tells · a.csv, row 2: Left out: test entry. School s0, s1, s2, s3, s4, s5, s6, s7, … (+1), wave before, number: 18. "
        "Nothing has to change."
    ]

"""Records read: files in either language, joined with the study file, each kind in its shape."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

import toolkit as plg
from tests.records.record_cases import read
from tests.responses.cases import write_workbook
from toolkit.records.reading import read_all
from toolkit.schemas import RECORDS
from toolkit.study.records import KINDS

GOOD = {
    "contacts": ["Datum;Soort;Titel;Uren", "8-10-2025;intervisie;Ronde 1;2,5", "", "2025-11-20;peer consultation;Ronde 2;"],
    "goals": ["Doel;School;Streefwaarde;Nu bereikt;Voortgang;Datum;Klaar op;Factor",
              "Elke les een doel;De Klaver;80;64;3;2026-01-10;2027-01-01;uwes3.total"],
    "indicators": ["school;indicator;date;numerator;denominator;target", "s2;ouders betrokken;2025-10-01;42;60;100%"],
    "notes": ["Datum;Thema;Lading;Toestemming;Citeren;Tekst", "2025-10-01;Calm;plus;ja;nee;We nemen tijd."],
    "links": ["Meting;Van;Naar", "Nameting;leraar;leiding"],
}  # fmt: skip


def test_every_kind_has_one_shape_and_one_declaration() -> None:
    assert list(KINDS) == list(RECORDS)
    types = {"number": "float64", "date": "datetime64[us]"}
    for kind, columns in KINDS.items():
        shape = {column.name: types.get(column.holds, "str") for column in columns}
        assert dict(RECORDS[kind].columns) == shape | {"file": "str", "row": "int64"}, kind


def test_files_in_dutch_and_english_are_read_and_joined_with_the_study_file(tmp_path: Path) -> None:
    records = read(tmp_path, GOOD)
    assert set(records.findings["code"]) <= {"date_order"}
    assert records.contacts["type"].tolist() == ["training", "intervisie", "intervisie"]
    assert records.contacts["row"].tolist() == [0, 2, 4] and records.contacts["hours"].tolist()[1] == 2.5
    goal = records.goals.iloc[0]
    assert (goal["school"], goal["owner_kind"], goal["factor"], goal["progress"]) == ("s1", "school", "uwes3.total", 3)
    assert goal["due"].date() == dt.date(2027, 1, 1)
    assert records.indicators[["school", "numerator", "target"]].to_numpy().tolist() == [["s2", 42, 1]]
    assert records.notes[["theme", "consent", "quote"]].to_numpy().tolist() == [["calm", "yes", "no"]]
    assert records.links["wave"].tolist() == ["after"]
    assert records.ratings.empty and "goals 1" in repr(records).replace("doelen", "goals")
    assert "<p>" in records._repr_html_()


def test_a_workbook_is_read_below_its_title_from_the_sheet_that_is_named(tmp_path: Path) -> None:
    rows = [["Doelen van de school"], ["Wat", "school"], ["Rust in de klas", "s1"]]
    write_workbook(tmp_path / "book.xlsx", {"Doelen": rows, "Oud": rows}, {})
    entry = {"file": "book.xlsx", "columns": {"goal": "Wat"}}
    (unclear,) = read(tmp_path, {"goals": []}, goals=entry).findings.to_dict("records")
    assert unclear["code"] == "sheet_unclear"
    records = read(tmp_path, {"goals": []}, goals=entry | {"sheet": "Doelen"})
    assert records.findings.empty and records.goals[["goal", "row"]].to_numpy().tolist() == [["Rust in de klas", 3]]
    (missing,) = read(tmp_path, {"goals": []}, goals=entry | {"sheet": "Nieuw"}).findings.to_dict("records")
    assert (missing["code"], missing["expected"]) == ("sheet_missing", "Doelen, Oud")


def test_the_findings_of_records_stand_with_those_of_the_answers(tmp_path: Path) -> None:
    source = Path("tests/data/rows/A2")
    (tmp_path / "answers.csv").write_bytes((source / "answers.csv").read_bytes())
    text = (source / "study.toml").read_text(encoding="utf-8") + '\n[[records]]\nkind = "notes"\nfile = "notes.csv"\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    study = plg.load_study(tmp_path)
    code = str(plg.read_responses(plg.load_study(source))["respondent"].iloc[0])
    (tmp_path / "notes.csv").write_text(f"datum;thema;tekst\n2025-10-01;Bezieling;Dit zei {code} erover.\n", encoding="utf-8")
    exports, records = read_all(study)
    found = exports.findings[exports.findings["file"] == "notes.csv"]
    assert set(found["code"]) == {"record_code", "record_unknown"}
    assert "file_unnamed" not in set(exports.findings["code"])
    assert exports.findings["severity"].iloc[0] == "stops"
    pd.testing.assert_frame_equal(records.notes[["text"]], pd.DataFrame({"text": [f"Dit zei {code} erover."]}, dtype="str"))


@pytest.mark.parametrize("what", ["folder", "missing"])
def test_a_file_that_cannot_be_read_is_told_and_nothing_comes_of_it(tmp_path: Path, what: str) -> None:
    (tmp_path / "folder").mkdir()
    records = read(tmp_path, {"ratings": []}, ratings={"file": what})
    assert records.findings["code"].tolist() == [f"file_{what}"] and records.ratings.empty

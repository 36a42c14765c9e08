"""What an export holds, before there is a study that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import write_workbook
from tests.responses.survey_tools.published import PUBLISHED
from toolkit.errors import ExportError
from toolkit.new_study.recognition import Recognised, recognise_file
from toolkit.simulation.population import Invention, invent_population, invent_responses
from toolkit.simulation.survey_files import (
    Dress,
    dress_items,
    name_by_id,
    name_by_number,
    name_by_wording,
    write_delimited,
    write_label,
    write_number,
)
from toolkit.study.instruments import load_instrument

SEED = 7
ASKED = ["energie_own9", "plg12", "profcultuur8", "cijfer1"]


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Give the answers of one invented school at one wave."""
    responses = invent_responses(invent_population(Invention(), SEED), SEED)
    return responses[(responses["school"] == "s2") & (responses["wave"] == "w1")].reset_index(drop=True)


def recognise(path: Path, folder: Path | None = None) -> Recognised:
    found = recognise_file(path, folder or path.parent / "study", "en")
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("name", "by", "word"),
    [(name_by_id, "id", write_number), (name_by_number, "number", write_number), (name_by_wording, "wording", write_label)],
)
def test_items_are_found_by_id_number_and_wording(name: Any, by: str, word: Any, people: pd.DataFrame, tmp_path: Path) -> None:
    rng = np.random.default_rng(SEED)
    table = pd.DataFrame({"Datum": people["date"].dt.strftime("%d-%m-%Y"), "Code": people["respondent"], "Functie": people["role"]})
    table = pd.concat([table, dress_items(people, Dress(name, word), rng)], axis=1)
    write_delimited(tmp_path / "a.csv", table, separator=";", encoding="cp1252", decimal=",")
    found = recognise(tmp_path / "a.csv")
    assert [instrument.id for instrument in found.instruments] == ASKED
    assert len(found.items) == sum(len(load_instrument(id).columns) for id in ASKED)
    assert found.layout == {"separator": ";", "items_by": by, "respondent": "Code", "role": "Functie", "date": "Datum"}
    assert found.dates[""].date() == people["date"].sort_values().iloc[(len(people) - 1) // 2].date()
    assert found.doubts == ()


PLG = load_instrument("plg12")


def test_ratings_that_headers_do_not_name_are_taken_in_order_and_doubted(tmp_path: Path) -> None:
    headers = [item.text["nl"] for item in PLG.items for _ in PLG.asked_ratings]
    write_workbook(tmp_path / "a.xlsx", {"Blad1": [headers, ["3"] * len(headers)]}, {})
    found = recognise(tmp_path / "a.xlsx")
    assert found.layout["ratings"] == list(PLG.asked_ratings)
    assert len(found.items) == len(headers)
    assert "ratings_order" in [doubt.code for doubt in found.doubts]


def test_every_sheet_with_answers_counts_below_its_title(tmp_path: Path) -> None:
    rows = [["Vragenlijst"], [], ["Code", *PLG.columns], ["a1", *["3"] * len(PLG.columns)]]
    write_workbook(tmp_path / "a.xlsx", {"Voor": rows, "Na": rows, "Uitleg": [["Dit is een toelichting"]]}, {})
    found = recognise_file(tmp_path / "a.xlsx", tmp_path, "en")
    assert [(entry.layout["sheet"], entry.layout["header_row"]) for entry in found] == [("Voor", 3), ("Na", 3)]
    assert [doubt.says["expected"] for entry in found for doubt in entry.doubts if doubt.code == "sheet_chosen"] == ["‘Uitleg’"] * 2


def test_columns_with_parts_of_a_code_are_one_code_and_other_candidates_are_named(tmp_path: Path) -> None:
    headers = [*PLG.columns]
    (tmp_path / "a.csv").write_text(",".join(["code_letters", "code_dag", "Functie", "rol", *headers]) + "\nab,1,x,y," + "3," * 23 + "3\n")
    found = recognise(tmp_path / "a.csv")
    assert found.layout["respondent"] == ["code_letters", "code_dag"]
    said = {doubt.code: doubt.says for doubt in found.doubts}
    assert said["code_parts"] == {"value": "code_letters, code_dag"}
    assert said["candidates"] == {"value": "rol", "expected": "Functie"}


def test_published_exports_of_tools_are_recognised_with_what_the_tool_knows(tmp_path: Path, subtests: pytest.Subtests) -> None:
    for file, tool, columns in (
        ("qualtrics_metadata/qualtrics_raw.csv", "qualtrics", {"date": "RecordedDate", "duration": "Duration (in seconds)"}),
        ("qualtrics_small/sample_legacy.csv", "qualtrics", {"date": "EndDate", "start": "StartDate"}),
        ("limesurvey_multilingual/survey_998192_R_data_file.csv", "limesurvey", {"date": "Date submitted"}),
        ("limesurvey_rse_uk_waves/rse_uk_2017.csv", "limesurvey", {}),
        ("googleforms_licensing/survey-responses-raw.csv", "google_forms", {"date": "Timestamp"}),
        ("surveymonkey_starwars/StarWars.csv", "surveymonkey", {}),
        ("redcap_longitudinal/data.csv", "redcap", {"respondent": "study_id", "wave": "redcap_event_name"}),
    ):
        with subtests.test(file):
            found = recognise(PUBLISHED / file, tmp_path)
            assert found.layout["tool"] == tool
            assert {name: found.layout.get(name) for name in columns} == columns
            assert found.items == {}
            assert "items_none" in [doubt.code for doubt in found.doubts]


def test_an_instrument_of_the_study_itself_is_found_by_the_ids_of_its_items(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    words = 'nl = "x", en = "x"'
    items = "\n".join(f'[[items]]\nid = "{id}"\nnumber = {number}' for number, id in enumerate(("calm", "tense", "secure"), 1))
    text = f'id = "mood"\nversion = "1"\nname = {{ {words} }}\nabout = {{ {words} }}\nsource = ""\n'
    text += f'[licence]\nkind = "open"\ntext_shipped = false\nnotice = {{ {words} }}\n[answers]\nmin = 1\nmax = 4\n{items}\n'
    text += f'[[scales]]\nid = "total"\nlabel = {{ {words} }}\nitems = ["calm", "tense", "secure"]\n'
    (tmp_path / "instruments" / "mood.toml").write_text(text, encoding="utf-8")
    (tmp_path / "a.csv").write_text("id,Calm,tense,secure\n1,1,2,3\n")
    found = recognise(tmp_path / "a.csv", tmp_path)
    assert found.layout == {"separator": ",", "pattern": "{item}", "respondent": "id"}
    assert found.items == {"mood_calm": 1, "mood_tense": 2, "mood_secure": 3}


@pytest.mark.parametrize(("content", "said"), [(b"", "This file is empty."), (b"PK\x03\x04 no", "This file can't be read")])
def test_a_file_that_can_not_be_read_is_told(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(ExportError, match=said):
        recognise_file(tmp_path / "a.xlsx", tmp_path, "en")
    with pytest.raises(ExportError, match=r"b\.csv: Dit bestand is er niet"):
        recognise_file(tmp_path / "b.csv", tmp_path, "nl")

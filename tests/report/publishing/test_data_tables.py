import io
from pathlib import Path

import openpyxl
import pandas as pd

from tests.report.made_results import MadeResults, make_cohort, make_study
from toolkit.report.publishing.data_tables import publish_data
from toolkit.results.disclosure.released_data import NUMBERS
from toolkit.results.results import Results
from toolkit.study.study import Study


def make_data(folder: Path, schools: int = 5) -> tuple[Study, Results]:
    made = MadeResults()
    make_cohort(made, schools)
    return make_study(folder, schools), made.finish()


def read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, dtype=str)


def test_the_spreadsheet_the_text_and_the_codebook_say_the_same(tmp_path: Path) -> None:
    study, results = make_data(tmp_path)
    workbook, table, codebook = publish_data(study, results, tmp_path / "out")
    book = pd.read_excel(workbook, sheet_name=None, engine="calamine")
    read = pd.read_csv(table)
    assert list(book) == ["results", "codebook"] and len(read) > 300
    pd.testing.assert_frame_equal(book["results"][list(NUMBERS)].astype(float), read[list(NUMBERS)].astype(float))
    assert book["results"]["school_name"].fillna("").tolist() == read["school_name"].fillna("").tolist()
    assert set(read_csv(codebook)["column"]) == set(read)


def test_numbers_are_those_of_the_results_and_words_stand_beside_codes(tmp_path: Path) -> None:
    study, results = make_data(tmp_path)
    table = read_csv(publish_data(study, results, tmp_path / "out", language="en")[1])
    row = table[(table["school"] == "s1") & (table["quantity"] == "change") & (table["scale"] == "total")].iloc[0]
    assert (row["estimate"], row["low"], row["high"], row["verdict_label"]) == ("0.9", "0.6", "1.2", "rose")
    assert (row["school_name"], row["instrument_label"]) == ("School 1", study.find_instrument("uwes9").name["en"])


def test_hidden_stays_hidden_in_every_file(tmp_path: Path) -> None:
    study, results = make_data(tmp_path)
    for row in read_csv(publish_data(study, results, tmp_path / "out")[1]).itertuples():
        numbers = [getattr(row, name) for name in (*NUMBERS, "n", "pairs", "schools")]
        assert row.state == "shown" or not any(numbers)
        assert row.state == "shown" or row.reason_label


def test_a_hostile_school_does_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    study, results = make_data(tmp_path)
    renamed = type(study).model_validate(
        study.model_dump(by_alias=True)
        | {"schools": [school.model_dump() | ({"name": '=HYPERLINK("http://x")'} if school.id == "s1" else {}) for school in study.schools]}
    )
    workbook = publish_data(renamed, results, tmp_path / "out")[0]
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(workbook.read_bytes()))["results"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.value == '\'=HYPERLINK("http://x")' for cell in cells)


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    study, results = make_data(tmp_path)
    first, second = ([path.read_bytes() for path in publish_data(study, results, tmp_path / name)] for name in ("a", "b"))
    assert first == second

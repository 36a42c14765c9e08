"""Exports of survey tools and SPSS files, each through a study file: what their READMEs say must come out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.published.road import PUBLISHED, Road, near, walk
from toolkit.files.cells import File, take_sheet
from toolkit.files.reading import read_file
from toolkit.findings import Notes
from toolkit.responses.sheets import TOOLS
from toolkit.responses.survey_tools.databases import apply_dictionary
from toolkit.responses.survey_tools.tool import mark_own
from toolkit.study.layouts import Layout, Limits


def list_columns(road: Road, code: str, file: str = "") -> set[str]:
    """Return the columns that a finding names, in one file or in all."""
    rows = road.exports.findings
    rows = rows[(rows["code"] == code) & ((rows["file"] == file) | (file == ""))]
    return set(rows["column"])


def open_file(path: Path) -> File:
    """Return a file as it is read before anything is known of the study."""
    file = read_file(path, Layout(), Limits(), path.name, Notes())
    assert file is not None
    return file


def open_table(path: Path, tool: str = "") -> pd.DataFrame:
    """Return the only sheet of a file as text, below the headers that `tool` writes."""
    (grid,) = open_file(path).grids
    sheet = TOOLS[tool].take(grid, path.name) if tool else take_sheet(grid, path.name, 0)
    return pd.DataFrame(sheet.cells.tolist(), columns=list(sheet.headers))


def test_one_answer_in_two_formats_of_qualtrics_is_the_same_answer() -> None:
    road = walk("qualtrics_small")
    assert road.take_rows()["small_q1"].tolist() == [2, 2]
    assert road.scores["score"].tolist() == [2, 2]
    assert road.exports.sources["rows_read"].tolist() == [1, 1]
    assert list_columns(road, "columns_unknown") == {"Q2, Q2 - Topics", "Q2"}
    assert {"IPAddress", "LocationLatitude", "LocationLongitude"} <= list_columns(road, "personal_data", "sample.csv")
    assert {"IPAddress", "LocationLatitude", "LocationLongitude"} <= list_columns(road, "personal_data", "sample_legacy.csv")
    assert not (road.exports.findings["severity"] == "stops").any()


@pytest.mark.parametrize("file", ["sample.csv", "sample_legacy.csv"])
def test_the_open_answer_and_the_tools_own_columns_stand_where_they_should(file: str) -> None:
    (grid,) = open_file(PUBLISHED / "qualtrics_small" / file).grids
    sheet = mark_own(TOOLS["qualtrics"].take(grid, file), TOOLS["qualtrics"])
    assert open_table(PUBLISHED / "qualtrics_small" / file, "qualtrics")["Q2"].tolist() == ["Hello World!"]
    own = {sheet.headers[position] for position in sheet.own}
    assert {"StartDate", "EndDate", "Status", "Finished"} <= own and not own & {"Q1", "Q2"}


def test_a_hundred_forms_of_qualtrics_hold_the_published_numbers() -> None:
    road = walk("qualtrics_metadata")
    assert road.exports.sources["rows_read"].tolist() == [100]
    told = {code: count for (code, _), count in road.findings.items()}
    assert (told["left_out_test"], len(road.take_rows())) == (2, 98)
    assert int((road.take_rows()["form_progress"] < 100).sum()) == 6  # its layout includes those that were not finished
    assert list_columns(road, "personal_data") == {"IPAddress", "LocationLatitude", "LocationLongitude"}


def test_a_hundred_forms_of_qualtrics_share_addresses_as_published() -> None:
    frame = open_table(PUBLISHED / "qualtrics_metadata" / "qualtrics_raw.csv", "qualtrics").replace({"": None, "NA": None})
    assert int((frame["Duration (in seconds)"].astype(float) < 200).sum()) == 23
    assert int(frame["IPAddress"].isna().sum()) == 2
    assert int(frame["LocationLatitude"].isna().sum()) == 1
    assert int(frame["IPAddress"].dropna().duplicated(keep=False).sum()) == 7
    places = frame[["LocationLatitude", "LocationLongitude"]].dropna()
    assert int(places.duplicated(keep=False).sum()) == 10


def test_trial_answers_in_two_languages_are_read() -> None:
    road = walk("limesurvey_multilingual")
    source = road.exports.sources.iloc[0]
    assert (source["rows_read"], source["encoding"]) == (7, "utf-8-sig")
    assert road.take_rows().set_index("row")["age_years"][3] == 66  # the second row of answers
    frame = open_table(PUBLISHED / "limesurvey_multilingual" / "survey_998192_R_data_file.csv", "limesurvey")
    frame = frame[(frame != "").any(axis=1)]  # one line of the file is empty
    assert frame.shape == (7, 71)
    assert {"en", "nl-informal"} <= set(frame["Start language"])
    assert int((frame["Date submitted"] == "").sum()) == 5  # included by its layout


def test_both_grids_of_google_forms_are_read_from_the_export_and_from_the_workbook() -> None:
    road = walk("googleforms_licensing")
    assert road.exports.sources["rows_read"].tolist() == [169, 169]
    assert road.exports.sources["sheet"].tolist() == ["", "Raw"]
    rows = road.take_rows()
    assert rows["school"].value_counts().to_dict() == {"export": 117, "workbook": 117}
    columns = [name for name in rows if name.startswith(("preprint_", "paper_"))]
    export, workbook = (rows.loc[rows["school"] == school, columns].to_numpy() for school in ("export", "workbook"))
    np.testing.assert_array_equal(export, workbook)
    headers = road.exports.origins[road.exports.origins["source"] == "survey-responses-raw.csv"]["header"]
    assert len(headers) == 16 and all(" [" in header for header in headers)
    assert set(road.exports.findings.query("severity != 'tells'")["code"]) == {"answers_shared"}  # one survey in two files


def test_of_169_people_150_answered_beyond_the_filter() -> None:
    frame = open_table(PUBLISHED / "googleforms_licensing" / "survey-responses-raw.csv")
    assert frame.shape == (169, 33)
    assert int((frame.iloc[:, 2:] != "").any(axis=1).sum()) == 150
    assert list(frame.columns[frame.columns.duplicated()]) == ["If factors not listed above were important to you, please explain below."]
    sheets = {sheet.sheet: len(sheet.cells) - 1 for sheet in open_file(PUBLISHED / "googleforms_licensing" / "survey-responses.xlsx").grids}
    assert sorted(sheets.values()) == [17, 126, 134, 169] and sheets["Raw"] == 169


def test_a_poll_of_surveymonkey_is_counted_as_published() -> None:
    road = walk("surveymonkey_starwars")
    rows = road.take_rows()
    assert (len(rows), int(road.exports.sources["rows_read"].iloc[0]), road.exports.sources["encoding"].iloc[0]) == (1186, 1186, "cp1252")
    assert rows["seen_any"].value_counts().to_dict() == {1: 936, 0: 250}
    headers = road.exports.origins.set_index("item")["header"]
    assert headers["views_i4"].startswith("Please state whether you view") and headers["views_i4"].endswith("[Jar Jar Binks]")
    unfamiliar = road.exports.findings.set_index("code").loc["no_answer"]
    assert (unfamiliar["value"], unfamiliar["count"]) == ("Unfamiliar (N/A)", 148)
    frame = open_table(PUBLISHED / "surveymonkey_starwars" / "StarWars.csv", "surveymonkey")
    assert frame.shape == (1186, 38) and frame["RespondentID"].is_unique


def test_events_of_redcap_are_waves() -> None:
    road = walk("redcap_longitudinal")
    assert road.exports.sources["rows_read"].tolist() == [18]
    table = road.take_rows().pivot(index="respondent", columns="wave", values="morale_pmq4")
    assert table.to_dict() == {"dose": {"100": 1, "220": 2, "304": 0}, "visit": {"100": 0, "220": 0, "304": 0}}
    assert road.findings["rows_elsewhere", "data.csv"] + road.findings["rows_unasked", "data.csv"] + len(road.take_rows()) == 18
    assert {"first_name", "last_name", "email", "dob"} <= list_columns(road, "personal_data")
    assert not (road.exports.findings["severity"] == "stops").any()


def test_the_project_of_redcap_has_the_published_shape() -> None:
    (grid,) = open_file(PUBLISHED / "redcap_longitudinal" / "data.csv").grids
    sheet = TOOLS["redcap"].take(grid, "data.csv")
    frame = open_table(PUBLISHED / "redcap_longitudinal" / "data.csv", "redcap")
    assert frame.shape == (18, 125)
    arm = frame["redcap_event_name"].str.extract(r"arm_(\d)")[0]
    people = frame.groupby(arm)["study_id"].agg(["nunique", "size"])
    assert people.to_dict("index") == {"1": {"nunique": 2, "size": 12}, "2": {"nunique": 1, "size": 6}}
    assert frame["redcap_event_name"].nunique() == 12
    assert len(open_table(PUBLISHED / "redcap_longitudinal" / "dictionary.csv")) == 95
    labelled = apply_dictionary(sheet, PUBLISHED / "redcap_longitudinal" / "dictionary.csv", Limits(), Notes())
    assert labelled.labels[sheet.headers.index("sex")] == {"0": "Female", "1": "Male"}


def test_spss_files_of_all_kinds_go_through_one_study() -> None:
    road = walk("spss_fixtures")
    rows = road.take_rows()
    assert rows["school"].value_counts().to_dict() == {"electric": 240, "hebrew": 99, "missing": 5, "sample": 5, "ordered": 4, "test": 1}
    assert not (road.exports.findings["severity"] == "stops").any()
    assert rows.loc[rows["school"] == "ordered", "order_col1"].tolist() == [1, 2, 3, 2]
    of = rows.set_index("school")
    kept = pd.read_csv(PUBLISHED / "spss_fixtures" / "sample_missing.csv", na_values="#NULL!")
    for item in ("mynum", "mylabl", "myord"):
        column = f"sample_{item}" if item == "mynum" else f"coded_{item}"
        np.testing.assert_array_equal(of.loc["missing", column], kept[item].iloc[:5])


def test_codes_that_spss_calls_missing_are_no_answers_and_are_told() -> None:
    road = walk("spss_fixtures")
    rows = road.exports.findings[road.exports.findings["code"] == "no_answer"]
    told = {(file, column): value for file, column, value in zip(rows["file"], rows["column"], rows["value"], strict=True)}
    assert told["sample_missing.sav", "mynum"] == "-1, 2500"
    assert told["sample_missing.sav", "mylabl"] == "-1"
    assert told["sample_missing.sav", "myord"] == "-1, -3"
    assert told["electric.sav", "DAYOFWK"] == "9"
    assert told["missing_test.sav", "var1"] == "1"
    electric = road.take_rows().set_index("school").loc["electric"]
    assert (int(electric["day_dayofwk"].isna().sum()), int(electric["day_dayofwk"].max())) == (130, 7)


@pytest.mark.parametrize(
    ("item", "n", "mean"),
    [("dbp58", 239, "88.790795"), ("eduyr", 212, "11.660377"), ("chol58", 240, "264.087500"), ("wt58", 240, "173.425")],
)
def test_a_native_file_gives_the_means_that_another_reader_gives(item: str, n: int, mean: str) -> None:
    """Means by pandas on what pyreadstat reads."""
    values = walk("spss_fixtures").take_rows()[f"health_{item}"].dropna()
    assert (len(values), values.mean()) == (n, near(mean))


def test_the_three_published_readings_of_a_user_missing_code_agree_with_ours() -> None:
    folder = PUBLISHED / "spss_fixtures"
    (grid,) = open_file(folder / "missing_test.sav").grids
    unformatted = pd.read_csv(folder / "missing_sav_unformatted.csv")["var1"]
    np.testing.assert_array_equal(pd.to_numeric(open_table(folder / "missing_test.sav")["var1"]), unformatted)
    assert grid.labels[0] == {"1": "missing"}
    assert pd.read_csv(folder / "missing_sav_labeled.csv")["var1"].tolist() == ["missing", "2"]

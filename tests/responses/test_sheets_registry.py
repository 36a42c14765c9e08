"""Which tool made a file."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from tests.responses.cases import write_workbook
from tests.responses.survey_tools.published import PUBLISHED
from toolkit.files.reading import read_file
from toolkit.findings import Notes
from toolkit.responses.sheets import TOOLS, find_tool
from toolkit.study.layouts import Layout, Limits

MADE_BY = {
    "qualtrics_small/sample.csv": "qualtrics",
    "qualtrics_small/sample_legacy.csv": "qualtrics",
    "qualtrics_metadata/qualtrics_raw.csv": "qualtrics",
    "limesurvey_multilingual/survey_998192_R_data_file.csv": "limesurvey",
    "limesurvey_rse_uk_waves/rse_uk_2016.csv": "limesurvey",
    "limesurvey_rse_uk_waves/rse_uk_2017.csv": "limesurvey",
    "surveymonkey_starwars/StarWars.csv": "surveymonkey",
    "googleforms_licensing/survey-responses-raw.csv": "google_forms",
    "googleforms_licensing/survey-responses.xlsx": "google_forms",
    "redcap_longitudinal/data.csv": "redcap",
}
OTHERS = ["pisa2015_teachers_us/pisa2015_us_teachers_general.csv", "online_science_motivation/pre_survey.csv"]
OTHERS += ["redcap_longitudinal/event.csv", "spss_fixtures/electric.sav", "redcap_longitudinal/README.md"]


def recognise_tool(path: Path) -> str:
    """Return the id of the survey tool that made the file at `path`, "" where none that is known did."""
    file = read_file(path, Layout(), Limits(), path.name, Notes())
    grids = [grid for grid in file.grids if grid.cells.size] if file else []
    return next((tool.id for tool in TOOLS.values() if any(tool.recognise(grid) for grid in grids)), "")


def test_published_exports_are_recognised_and_nothing_else_is() -> None:
    assert {file: recognise_tool(PUBLISHED / file) for file in [*MADE_BY, *OTHERS]} == MADE_BY | dict.fromkeys(OTHERS, "")


def test_a_workbook_of_microsoft_forms_is_recognised(tmp_path: Path) -> None:
    rows = [["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Ik leer"], ["1", "x", "y", "anonymous", "", "Vaak"]]
    write_workbook(tmp_path / "a.xlsx", {"Sheet1": rows}, {})
    assert recognise_tool(tmp_path / "a.xlsx") == "microsoft_forms"


def test_every_tool_of_a_layout_is_known() -> None:
    named = set(get_args(Layout.model_fields["tool"].annotation)) - {""}
    assert set(TOOLS) == named
    assert find_tool(Layout()) is None
    assert find_tool(Layout(tool="redcap")) is TOOLS["redcap"]

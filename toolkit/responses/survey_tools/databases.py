"""REDCap and Castor: a row for every person and event, with the events as waves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.files.cells import Grid, Sheet
from toolkit.files.reading import read_file
from toolkit.findings import Notes
from toolkit.responses.survey_tools.tool import Tool, list_headers
from toolkit.study.layouts import Layout, Limits

EVENT = ("redcap_event_name", "Event Name")
PERSON = ("Castor Participant ID", "Castor Record Id", "Participant Id", "Record Id", "Record ID")
SURVEY = ("Survey Package Name", "Survey Name", "Repeating data Name Custom", "Report Name Custom")
FIELD = "Variable / Field Name"
LABEL = "Field Label"
CHOICES = "Choices, Calculations, OR Slider Labels"


def recognise_redcap(grid: Grid) -> bool:
    """Return whether a column names the event, or the columns that say of each form whether it is complete are there."""
    headers = list_headers(grid)
    forms = headers[:1] == ["record_id"] and any(text.endswith("_complete") for text in headers)
    return forms or any(name.casefold() in headers for name in EVENT)


def recognise_castor(grid: Grid) -> bool:
    """Return whether the participant and the survey package or site stand in the header."""
    headers = set(list_headers(grid))
    beside = {*SURVEY, "Site Abbreviation", "Institute Abbreviation", "Participant Status", "Survey Completed On"}
    return bool({name.casefold() for name in PERSON} & headers) and bool({name.casefold() for name in beside} & headers)


def apply_dictionary(sheet: Sheet, path: Path, limits: Limits, notes: Notes) -> Sheet:
    """Return `sheet` with the texts and labels that the data dictionary at `path` gives its columns."""
    read = read_file(path, Layout(format="csv", separator=","), limits, path.name, Notes())
    header, *rows = read.grids[0].cells.tolist() if read and len(read.grids[0].cells) else [[]]
    if FIELD not in header:
        notes.add("dictionary_unreadable", file=sheet.file, value=path.name, expected=FIELD if read else "UTF-8")
        return sheet
    fields = {row[header.index(FIELD)]: dict(zip(header, row, strict=False)) for row in rows}
    said = [fields.get(name, {}) for name in sheet.headers]
    wordings = tuple(entry.get(LABEL) or "" for entry in said)
    labels = {position: read_choices(entry.get(CHOICES) or "") for position, entry in enumerate(said)}
    return replace(sheet, wordings=wordings, labels=labels)


def read_choices(text: str) -> dict[str, str]:
    """Return the label of each code.

    >>> read_choices("0, Female | 1, Male, or other")
    {'0': 'Female', '1': 'Male, or other'}
    """
    pairs = [choice.partition(",") for choice in text.split("|")]
    return {code.strip(): label.strip() for code, comma, label in pairs if comma}


REDCAP = Tool(
    id="redcap",
    recognise=recognise_redcap,
    respondent=("record_id", "Record ID", "study_id"),
    wave=EVENT,
    system=r"redcap_.*|.*_complete|complete\?|survey identifier|repeat instrument|repeat instance|event name|.*_timestamp",
    by_event=True,
)
CASTOR = Tool(
    id="castor",
    recognise=recognise_castor,
    respondent=PERSON,
    wave=SURVEY,
    date=("Survey Completed On", "Participant Creation Date", "Record Creation Date"),
    system=r"(castor )?survey .*|(castor )?(participant|record) .*|site .*|institute .*|randomi[sz].*|.*_calculation",
    missing=("-95", "-96", "-97", "-98", "-99"),
    unfinished={"Survey Completed On": ("",)},
    by_event=True,
)

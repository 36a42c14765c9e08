"""Qualtrics: names, texts and identifiers above the answers; in the old format names and texts only."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from toolkit.files.cells import Grid, Sheet, take_sheet
from toolkit.responses.survey_tools.tool import Tool, list_headers

#: the identifiers of the tool's own columns, in whatever language their headers are.
OWN = {
    "startDate": "StartDate",
    "endDate": "EndDate",
    "status": "Status",
    "ipAddress": "IPAddress",
    "progress": "Progress",
    "duration": "Duration (in seconds)",
    "finished": "Finished",
    "recordedDate": "RecordedDate",
    "_recordId": "ResponseId",
    "recipientLastName": "RecipientLastName",
    "recipientFirstName": "RecipientFirstName",
    "recipientEmail": "RecipientEmail",
    "externalDataReference": "ExternalReference",
    "locationLatitude": "LocationLatitude",
    "locationLongitude": "LocationLongitude",
    "distributionChannel": "DistributionChannel",
    "userLanguage": "UserLanguage",
}


def recognise(grid: Grid) -> bool:
    """Return whether identifiers stand in the third row, or the names of the old format in the second."""
    return _has_identifiers(grid) or _is_old(grid)


def take(grid: Grid, file: str) -> Sheet:
    """Return the sheet below the headers; the tool's own columns have their English names, questions have their text beside their name."""
    if _has_identifiers(grid):
        sheet = take_sheet(grid, file, 0, skip=2)
        names = [OWN.get(_read_identifier(text), name) for text, name in zip(grid.cells[2], sheet.headers, strict=True)]
        return replace(sheet, headers=tuple(names), wordings=_clean(grid, 1))
    if _is_old(grid):
        sheet = take_sheet(grid, file, 0, skip=1)
        texts = _clean(grid, 1)
        names = [text if re.fullmatch(r"V\d+", name) else name for name, text in zip(sheet.headers, texts, strict=True)]
        return replace(sheet, headers=tuple(names), wordings=texts)
    return take_sheet(grid, file, 0)


def _has_identifiers(grid: Grid) -> bool:
    return len(grid.cells) > 2 and any('"ImportId"' in text for text in grid.cells[2])


def _is_old(grid: Grid) -> bool:
    return {"responseid", "responseset", "finished"} <= set(list_headers(grid, 1))


def _read_identifier(text: str) -> str:
    try:
        said = json.loads(text)
    except json.JSONDecodeError:
        return ""
    return str(said.get("ImportId", "")) if isinstance(said, dict) else ""


def _clean(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(" ".join(str(text).split()) for text in grid.cells[row])


TOOL = Tool(
    id="qualtrics",
    recognise=recognise,
    take=take,
    date=("RecordedDate", "EndDate"),
    start=("StartDate",),
    duration=("Duration (in seconds)",),
    system=r"startdate|enddate|status|progress|duration \(in seconds\)|finished|recordeddate|responseid|responseset|externalreference"
    r"|externaldatareference|distributionchannel|userlanguage|locationaccuracy|browser|version|operating system|resolution|.*_do(_\d+)?",
    previews={
        "Status": ("1", "2", "8", "9", "12", "17", "Survey Preview", "Survey Test", "Preview", "Spam", "Spam Preview", "Imported Spam"),
        "DistributionChannel": ("preview", "test"),
    },
    unfinished={"Finished": ("0", "FALSE", "Onwaar", "No", "Nee")},
)

"""LimeSurvey: one header that holds codes, texts, or both."""

from __future__ import annotations

import re
from dataclasses import replace

from toolkit.files.cells import Grid, Sheet, take_sheet
from toolkit.responses.survey_tools.tool import Tool, list_headers

OWN = [{"submitdate", "lastpage", "startlanguage"}, {"date submitted", "last page", "start language"}]
#: "affSat1. I find ..." and "agree[affSat1]. Please rate ... [I find ...]".
BOTH = re.compile(r"([A-Za-z]\w*(?:\[[^\]]*\])*)\.\s+(.*)", re.DOTALL)


def recognise(grid: Grid) -> bool:
    """Return whether the tool's own columns are there, or most headers hold a code and a text."""
    headers = list_headers(grid)
    both = sum(BOTH.fullmatch(str(text)) is not None for text in grid.cells[0]) if len(grid.cells) else 0
    return any(len(own & set(headers)) >= 2 for own in OWN) or (both >= 3 and 2 * both > len([text for text in headers if text]))


def take(grid: Grid, file: str) -> Sheet:
    """Return the sheet below the header; a header of code and text becomes a name and a second name."""
    sheet = take_sheet(grid, file, 0)
    parts = [BOTH.fullmatch(header) for header in sheet.headers]
    names = [match[1] if match else header for match, header in zip(parts, sheet.headers, strict=True)]
    texts = [match[2] if match else text for match, text in zip(parts, sheet.wordings, strict=True)]
    return replace(sheet, headers=tuple(names), wordings=tuple(texts))


TOOL = Tool(
    id="limesurvey",
    recognise=recognise,
    take=take,
    date=("submitdate", "Date submitted"),
    start=("startdate", "Date started"),
    duration=("interviewtime", "Total time"),
    system=r"id|response id|submitdate|date submitted|lastpage|last page|startlanguage|start language|seed|startdate|date started|datestamp"
    r"|date last action|refurl|referrer url|interviewtime|total time|(group|question|groep|vraag).*time.*|.*time",
    missing=("N/A", "-oth-"),
    # a survey without dates marks what was finished with 1980-01-01
    unfinished={"submitdate": ("", "NULL", "NA"), "Date submitted": ("", "NULL", "NA")},
)

"""SurveyMonkey: a header of questions, and one of answers or rows below it."""

from __future__ import annotations

from dataclasses import replace

from toolkit.files.cells import Grid, Sheet, take_sheet
from toolkit.responses.survey_tools.tool import Tool, list_headers
from toolkit.spelling import fold

PLAIN = {"", "response", "open-ended response", "antwoord", "reactie", "open antwoord", "reactie met open einde"}


def recognise(grid: Grid) -> bool:
    """Return whether the first column is the respondent's number and the second row says what kind of answer follows."""
    first = list_headers(grid)[:1]
    return first in (["respondent id"], ["respondentid"]) and bool(PLAIN.difference([""]) & set(list_headers(grid, 1)))


def take(grid: Grid, file: str) -> Sheet:
    """Return the sheet below both headers; a column of a matrix is named by its question and its row."""
    sheet = take_sheet(grid, file, 0, skip=1)
    below = [" ".join(str(text).split()) for text in grid.cells[1]] if len(grid.cells) > 1 else [""] * len(sheet.headers)
    names = []
    wordings = []
    question = ""
    for header, label in zip(sheet.headers, below, strict=True):
        question = header or question
        plain = fold(label) in PLAIN
        names.append(question if plain else f"{question} [{label}]")
        wordings.append("" if plain else label)
    return replace(sheet, headers=tuple(names), wordings=tuple(wordings))


TOOL = Tool(
    id="surveymonkey",
    recognise=recognise,
    take=take,
    date=("End Date", "EndDate", "Date Modified", "Date Created"),
    start=("Start Date", "StartDate"),
    system=r"respondent ?id|collector ?id|start ?date|end ?date|date created|date modified|custom data \d+",
)

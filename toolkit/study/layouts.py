"""Layouts: how an export is laid out, so that its cells can be read without guessing."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from toolkit.study.definitions import Definition

PLACES = ("instrument", "number", "item", "rating")


def _wrap(value: object) -> object:
    return ((value,) if value else ()) if isinstance(value, str) else value


#: one header, or several whose cells are joined by a hyphen.
Headers = Annotated[tuple[str, ...], BeforeValidator(_wrap)]


def _check_pattern(value: str) -> str:
    places = re.findall(r"\{(\w*)\}", value)
    if unknown := [place for place in places if place not in PLACES]:
        raise PydanticCustomError("pattern_place", "no place", {"place": unknown[0]})
    if len(places) != len(set(places)):
        raise PydanticCustomError("pattern_twice", "twice")
    if value and not {"number", "item"} & set(places):
        raise PydanticCustomError("pattern_needs", "no place")
    return value


#: a pattern for headers, such as `Q{number}_{rating}`.
Pattern = Annotated[str, AfterValidator(_check_pattern)]


class Source(Definition):
    """One file with answers; `school` and `wave` where the whole file is of one."""

    file: str
    layout: str = ""
    school: str = ""
    wave: str = ""
    role: str = ""


class Limits(Definition):
    """How much of one file is read at most, so that a broken or hostile file can't take all time and memory."""

    megabytes: Annotated[int, Field(ge=1)] = 300
    cells: Annotated[int, Field(ge=1)] = 100_000_000
    seconds: Annotated[int, Field(ge=1)] = 120
    #: how many rows of a text or Parquet file are held as they were written, before they are put away column by column.
    rows_at_once: Annotated[int, Field(ge=1)] = 20_000


class Layout(Definition):
    """Where things stand in a file. What is left out is found: the format by the ending, the separator and encoding by looking."""

    #: the survey tool that made the export: it says how many headers there are and which columns are its own.
    tool: Literal["", "qualtrics", "limesurvey", "microsoft_forms", "google_forms", "surveymonkey", "redcap", "castor"] = ""
    format: Literal["", "csv", "excel", "spss", "parquet"] = ""
    sheet: str = ""
    header_row: Annotated[int, Field(ge=1)] = 1
    #: rows right below the header that hold no answers.
    skip_rows: Annotated[int, Field(ge=0)] = 0
    separator: str = ""
    decimal: Literal["", ",", "."] = ""
    encoding: str = ""
    #: headers of the columns that say who, where, when; a code in several parts is a list of headers.
    respondent: Headers = ()
    school: Headers = ()
    wave: str = ""
    role: str = ""
    date: str = ""
    #: the moment of starting, and how many seconds it took: for looking at forms that were filled in too fast.
    start: str = ""
    duration: str = ""
    #: words of the file -> codes of the study; "" for rows that are of no school or wave of this study.
    schools: dict[str, str] = {}
    waves: dict[str, str] = {}
    roles: dict[str, str] = {}
    #: how headers name items: by column name (`plg12_e1_now`), by instrument and number (`plg12 1 now`), or by wording.
    items_by: Literal["id", "number", "wording"] = "id"
    #: a pattern for headers with {instrument}, {number}, {item} and {rating}, where the file has a system of its own.
    pattern: Pattern = ""
    #: where headers name an item that is rated in several ways without saying how: the ratings in the order of its columns.
    ratings: tuple[str, ...] = ()
    #: one header after another mapped on an item column; goes before all else.
    items: dict[str, str] = {}
    #: wide files with all waves side by side: per wave, header -> item column.
    wave_columns: dict[str, dict[str, str]] = {}
    #: words of the file -> the answer's number; goes before the instrument's own labels.
    answers: dict[str, float] = {}
    #: the data dictionary of a REDCap project, beside the file: it labels the columns and their codes.
    dictionary: str = ""
    #: codes that mean "no answer" in this file, for instance "99".
    missing: tuple[str, ...] = ()
    #: columns that are known and not needed.
    ignore: tuple[str, ...] = ()

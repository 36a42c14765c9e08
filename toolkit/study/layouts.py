"""Layouts: how an export is laid out, so that its cells can be read without guessing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from toolkit.study.definitions import MOST, Definition

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


def _check_dates(value: object) -> object:
    """Return `value` if it is "nearest", or two dates per wave."""
    if value in ("", "nearest"):
        return value
    if not isinstance(value, Mapping) or not value:
        raise PydanticCustomError("wave_dates", "no dates")
    try:
        return {str(wave): tuple(_read_day(day) for day in days) for wave, days in value.items() if _is_pair(days)}
    except (TypeError, ValueError):
        raise PydanticCustomError("wave_dates", "no dates") from None


def _is_pair(days: object) -> bool:
    if not isinstance(days, list | tuple) or len(days) != 2:
        raise ValueError(days)
    return True


def _read_day(day: object) -> dt.date:
    return day if isinstance(day, dt.date) and not isinstance(day, dt.datetime) else dt.date.fromisoformat(str(day))


#: how the date of a row tells its wave: "nearest" (to the date of a wave), or per wave the first and the last day.
WaveByDate = Annotated[Literal["", "nearest"] | dict[str, tuple[dt.date, dt.date]], BeforeValidator(_check_dates)]


class Source(Definition):
    """One file with answers; `school` and `wave` if all of it is about one."""

    file: str
    layout: str = ""
    school: str = ""
    wave: str = ""
    role: str = ""
    subgroup: str = ""
    #: items that this file did not ask: item columns, items in all of their ratings, or instruments.
    not_asked: tuple[str, ...] = ()


class Limits(Definition):
    """Limits on reading one file, so that a broken or hostile one can't use up all time and memory.

    `megabytes` is how large the file may be, also unpacked. `memory` (MB) and `seconds` are for a file of up to 100 MB, and grow with a
    larger one.
    """

    megabytes: Annotated[int, Field(ge=1, le=1_000_000)] = 300
    memory: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    seconds: Annotated[int, Field(ge=1, le=1_000_000)] = 45
    #: how many rows of a text or Parquet file are held as written, before they are stored column by column.
    rows_at_once: Annotated[int, Field(ge=1, le=MOST)] = 20_000


class Layout(Definition):
    """Where things are in a file. Anything left out is detected: the format from the extension, separator and encoding from the content."""

    #: the survey tool that made the export: it says how many headers there are and which columns are its own.
    tool: Literal["", "qualtrics", "limesurvey", "microsoft_forms", "google_forms", "surveymonkey", "redcap", "castor"] = ""
    format: Literal["", "csv", "excel", "spss", "parquet"] = ""
    sheet: str = ""
    header_row: Annotated[int, Field(ge=1, le=MOST)] = 1
    #: rows right below the header that hold no answers.
    skip_rows: Annotated[int, Field(ge=0, le=MOST)] = 0
    separator: str = ""
    decimal: Literal["", ",", "."] = ""
    encoding: str = ""
    #: headers of the columns that say who, where, when; a code in several parts is a list of headers.
    respondent: Headers = ()
    school: Headers = ()
    wave: str = ""
    role: str = ""
    #: the header of the column with the group of persons that somebody belongs to.
    subgroup: str = ""
    date: str = ""
    #: the moment of starting, and how many seconds it took: for looking at forms that were filled in too fast.
    start: str = ""
    duration: str = ""
    #: words in the file -> codes of the study; "" for rows of no school or wave in this study.
    schools: dict[str, str] = {}
    waves: dict[str, str] = {}
    roles: dict[str, str] = {}
    subgroups: dict[str, str] = {}
    #: how headers name items: by column name (`plg12_e1_now`), by instrument and number (`plg12 1 now`), or by wording.
    items_by: Literal["id", "number", "code", "wording"] = "id"
    #: a pattern for headers with {instrument}, {number}, {item} and {rating}, if the file has its own system.
    pattern: Pattern = ""
    #: the ratings in the order of their columns, if headers name an item rated in several ways without saying how.
    ratings: tuple[str, ...] = ()
    #: single headers, each mapped to an item column; overrides everything else.
    items: dict[str, str] = {}
    #: where the date of a row tells its wave.
    wave_by_date: WaveByDate = ""
    #: wide files with all waves side by side: per wave, header -> item column.
    wave_columns: dict[str, dict[str, str]] = {}
    #: words in the file -> the answer's number; overrides the instrument's own labels.
    answers: dict[str, float] = {}
    #: the data dictionary of a REDCap project, beside the file: it labels the columns and their codes.
    dictionary: str = ""
    #: codes that mean "no answer" in this file, for instance "99".
    missing: tuple[str, ...] = ()
    #: kinds of forms that the tool marks and that count all the same.
    include: tuple[Literal["trials", "unfinished"], ...] = ()
    #: columns that are known but not needed.
    ignore: tuple[str, ...] = ()

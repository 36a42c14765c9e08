"""Sections on records, of the small studies in tests/data/rows or of made-up counts on one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from tests.report.reading import read_words
from tests.results.estimates.test_occasions import estimate_row
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html
from toolkit.results.disclosure.audiences import take_audience
from toolkit.schemas import RECORDED

LANGUAGES: list[Language] = ["nl", "en"]
Show = Callable[[View], Html]


def show_row(show: Show, row: str, language: Language, school: str = "s1", recorded: pd.DataFrame | None = None) -> Html:
    """Return a section of a page on a row, with other records where they are given."""
    found = estimate_row(row)
    results = found.results if recorded is None else replace(found.results, recorded=recorded)
    page = show(View(found.study, take_audience(results, found.study, school=school), load_text(language), school))
    assert "GEHEIM" not in read_words(page)
    return page


def record(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return RECORDED with these rows, of school s1 where they do not say otherwise."""
    blank = {"school": "s1", "moment": "", "first": "", "second": "", "words": "", "state": "shown", "n": 0, "method": "count"}
    nothing = dict.fromkeys(("std_error", "low", "high", "p_value"), float("nan"))
    return RECORDED.collect([blank | nothing | row for row in rows])


def make_say(table: str) -> Callable[..., str]:
    """Return what says a phrase of a table as a page would."""

    def say(language: Language, key: str, **places: object) -> str:
        return load_text(language).say(f"{table}.{key}", **places).replace("\u00a0", " ")

    return say

"""Every number on a page, in a sentence, a description, a picture or a table, is a number of the results."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from tests.report.reading import read_pictures, read_words
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, join
from toolkit.report.sections.answers import show_answers
from toolkit.report.sections.beside_others import show_beside_others
from toolkit.report.sections.discussion import show_discussion
from toolkit.report.sections.key_factors import show_key_factors
from toolkit.report.sections.key_factors_by_school import show_key_factors_by_school
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.outcomes import show_engagement, show_further
from toolkit.report.sections.over_waves import show_before_and_after
from toolkit.report.sections.participation import show_participation
from toolkit.report.sections.schools import show_schools

SCHOOL = (
    show_main_findings,
    show_participation,
    show_engagement,
    show_key_factors,
    show_answers,
    show_beside_others,
    show_discussion,
    show_further,
)
COHORT = (show_main_findings, show_participation, show_schools, show_key_factors, show_key_factors_by_school, show_before_and_after)
MINUS = "\N{MINUS SIGN}"


def round_to(value: float, decimals: int) -> str:
    """Return `value` as the page writes it, worked out without the toolkit."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return str(abs(rounded) if rounded == 0 else rounded)


def list_allowed(view: View) -> set[str]:
    """Return every number with decimals that the results hold, as it may be written with one to four decimals."""
    values: set[float] = set()
    for table in (
        view.results.levels,
        view.results.change,
        view.results.band,
        view.results.pairs,
        view.results.comparison,
        view.results.sensitivity,
        view.results.attrition,
    ):
        shown = table[table["state"] == "shown"]
        values |= {float(value) for name in ("estimate", "low", "high") for value in shown[name] if pd.notna(value)}
    gaps = view.results.change[(view.results.change["rating"] == "gap") & (view.results.change["state"] == "shown")]
    values |= {-float(value) for name in ("estimate", "low", "high") for value in gaps[name] if pd.notna(value)}  # how far a gap closed
    return {round_to(value, decimals) for value in values for decimals in (1, 2, 3, 4)} | list_sums(view)


def list_sums(view: View) -> set[str]:
    """Return what displayed parts add up to: rounded before plus rounded change, and rounded now plus rounded gap."""
    change, levels = view.results.change, view.results.levels
    key = ["school", "instrument", "scale", "rating"]
    pairs = [(change, "quantity", "before", part) for part in ("change", "average_change")] + [(levels, "rating", "now", "gap")]
    sums: set[str] = set()
    for table, column, first, second in pairs:
        on = [name for name in [*key, "wave"] if name in table and name != column]
        joined = table[table[column] == first].merge(table[table[column] == second], on=on)
        for low, high in zip(joined["estimate_x"], joined["estimate_y"], strict=True):
            if pd.notna(low) and pd.notna(high):
                sums |= {str(Decimal(round_to(low, decimals)) + Decimal(round_to(high, decimals))) for decimals in (1, 2)}
    return sums


def find_numbers(page: Html, language: str) -> set[str]:
    """Return all numbers with decimals on the page, read as in `language`; the 0.6 of the sentence on chance is left out."""
    words = [read_words(page), *(picture.description for picture in read_pictures(page).values())]
    words += [word for picture in read_pictures(page).values() for word in picture.words if not re.fullmatch(r"[+−]?\d[.,]5", word)]
    sign = "," if language == "nl" else "."
    text = re.sub(r"gemiddeld 0,6 interval|0\.6 of \d+ intervals", "", " ; ".join(words))
    found = re.findall(rf"{MINUS}?\d+{re.escape(sign)}\d+", text)
    return {number.replace(MINUS, "-").replace(",", ".") for number in found}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_number_on_a_school_page_is_a_number_of_the_results(open_school, language: str):
    view = open_school(language)
    found = find_numbers(join(show(view) for show in SCHOOL), language)
    assert len(found) > 50
    assert found <= list_allowed(view)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_number_across_schools_is_a_number_of_the_results(open_cohort, language: str):
    view = open_cohort(language)
    found = find_numbers(join(show(view) for show in COHORT), language)
    assert len(found) > 20
    assert found <= list_allowed(view)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_shows_what_is_no_number(open_school, open_cohort, language: str):
    def empty(made) -> None:
        made.hide("change", {"instrument": "uwes9", "quantity": "g_av"}, "not_computable", "no_spread")
        made.hide("change", {"scale": "vigour"})
        made.hide("levels", {"scale": "e1"}, "not_measured", "no_answers")

    for page in (join(show(open_school(language, empty)) for show in SCHOOL), join(show(open_cohort(language)) for show in COHORT)):
        assert not re.search(r"\b(nan|NaN|None(?! of)|inf|null|NaT)\b", read_words(page))
        assert not re.search(r"\d-\d|(?<!\d)-\d", re.sub(r"\d{4}-\d{2}-\d{2}", "", read_words(page)))

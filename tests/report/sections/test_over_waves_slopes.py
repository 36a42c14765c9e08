"""Section 5 across schools: three schools or more side by side, or two that agreed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from tests.report.reading import read_pictures, read_tables, read_words
from toolkit.report.sections.over_waves import show_before_and_after
from toolkit.study.study import Pair

FIGURE = "slopes-schools"


def spread(made: MadeResults) -> None:
    """Let schools lie apart, the first where it was: lines that run over each other are not drawn."""
    for row in made.rows["change"]:
        if row["scale"] == "total" and row["quantity"] in ("before", "after") and row["school"]:
            row["estimate"] += 0.15 * (int(row["school"][1:]) - 1)


def test_the_table_holds_the_displayed_means_and_hidden_schools_stand_last(open_cohort):
    picture = read_pictures(show_before_and_after(open_cohort(alter=spread)))[FIGURE]
    assert picture.table[1] == ["School 1", "3,41", "4,31"]
    assert picture.table[-1] == ["School 6", *["niet gemeten"] * 2]
    assert "School 6" not in picture.words and "School 1 van 3,41 naar 4,31" in picture.description


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nl", "Bij 4 van de 5 scholen ligt ‘Bevlogenheid’ achteraf hoger dan vooraf, bij 1 lager"),
        ("en", "In 4 of the 5 schools ‘Work engagement’ is higher after than before, in 1 lower"),
    ],
)
def test_the_title_counts_what_is_seen(open_cohort, language: str, title: str):
    assert read_pictures(show_before_and_after(open_cohort(language, alter=spread)))[FIGURE].title == title


@pytest.mark.parametrize(
    ("change", "language", "title"),
    [
        (1.0, "nl", "Bij alle 5 scholen ligt ‘Bevlogenheid’ achteraf hoger dan vooraf"),
        (1.0, "en", "In all 5 schools ‘Work engagement’ is higher after than before"),
        (-1.0, "nl", "Bij alle 5 scholen ligt ‘Bevlogenheid’ achteraf lager dan vooraf"),
        (-1.0, "en", "In all 5 schools ‘Work engagement’ is lower after than before"),
    ],
)
def test_all_schools_and_none_are_said_so(open_cohort, change: float, language: str, title: str):
    def alter(made: MadeResults) -> None:
        made.alter("change", {"scale": "total", "quantity": "change"}, estimate=change)
        made.alter("change", {"scale": "total", "quantity": "after"}, estimate=3.414 + change)
        spread(made)

    assert read_pictures(show_before_and_after(open_cohort(language, alter=alter)))[FIGURE].title == title


@pytest.mark.parametrize(("schools", "listed"), [(13, True), (14, False)])  # one of them is hidden
@pytest.mark.parametrize(("language", "one"), [("nl", "School 3 van"), ("en", "School 3 from")])
def test_lines_that_cannot_be_told_apart_are_left_to_the_table(open_cohort, language: str, one: str, schools: int, listed: bool):
    page = show_before_and_after(open_cohort(language, schools=schools, alter=spread))
    assert (FIGURE in read_pictures(page)) == listed and f"{FIGURE}-table" in read_tables(page)
    assert not listed or one in read_pictures(page)[FIGURE].description


@pytest.mark.parametrize(("agreed", "shown"), [(False, False), (True, True)])
def test_two_schools_stand_side_by_side_only_when_both_agreed(open_cohort, agreed: bool, shown: bool):
    view = open_cohort(schools=3)
    pairs = (Pair(first="s2", second="s1", agreed=agreed),)
    page = show_before_and_after(replace(view, study=view.study.model_copy(update={"pairs": pairs})))
    assert bool(read_pictures(page)) == shown
    assert ("als twee scholen daarmee instemden" in read_words(page)) != shown


def test_three_schools_need_no_consent(open_cohort):
    assert read_pictures(show_before_and_after(open_cohort(schools=4)))


def test_with_one_wave_there_is_no_such_section(open_cohort):
    view = open_cohort()
    assert not show_before_and_after(replace(view, study=keep_first_wave(view.study))).markup


def test_one_hidden_end_hides_the_line(open_cohort):
    def hide(made: MadeResults) -> None:
        made.hide("levels", {"school": "s2", "wave": "before"})
        made.hide("change", {"school": "s2"})
        spread(made)

    picture = read_pictures(show_before_and_after(open_cohort(alter=hide)))[FIGURE]
    assert "School 2" not in picture.words and picture.table[-2][:2] == ["School 2", "verborgen (minder dan 5)"]

"""Two schools stand beside each other on a page of several only where both agreed; one, or three and more, always do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.drawn_study import Drawn, draw_everybody, list_sources, make_study
from tests.report.reading import read_tables, read_words
from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.report.sections.key_factors_by_school import show_key_factors_by_school
from toolkit.report.sections.over_waves import show_before_and_after
from toolkit.report.sections.schools import show_schools
from toolkit.results.disclosure.audiences import hide_two_without_agreement
from toolkit.results.estimation import estimate_results
from toolkit.results.results import Results
from toolkit.schemas import FINDINGS

AGREED = '[[pairs]]\nfirst = "s1"\nsecond = "s2"\nagreed = true'


def estimate(folder: Path, sizes: list[int], extra: str = "") -> View:
    """Return the view across schools of the given sizes."""
    study = make_study(folder, ("w1", "w2"), len(sizes), extra=extra)
    responses = draw_everybody(study, sizes, 1)
    drawn = Drawn(study, responses, FINDINGS.empty(), list_sources(study, responses, FINDINGS.empty()))
    return View(study, hide_two_without_agreement(estimate_results(study, drawn), study), load_text("en"))


def list_shown(results: Results) -> set[str]:
    shown = [table[(table["state"] == "shown")]["school"] for table in (results.levels, results.change)]
    return set().union(*shown)


@pytest.mark.parametrize(
    ("sizes", "extra", "shown"),
    [
        ([12], "", {"s1"}),
        ([12, 12], "", set()),
        ([12, 12], AGREED, {"s1", "s2"}),
        ([12, 12], AGREED.replace("true", "false"), set()),
        ([12, 12, 4], AGREED, {"s1", "s2"}),
        ([12, 12, 4], "", set()),
        ([12, 4, 12], AGREED, set()),
        ([12, 12, 12], "", {"s1", "s2", "s3"}),
    ],
)
def test_two_schools_are_shown_only_where_they_agreed(tmp_path: Path, sizes: list[int], extra: str, shown: set[str]) -> None:
    found = list_shown(estimate(tmp_path, sizes, extra).results)
    assert found - {""} == shown
    assert ("" in found) is bool(shown)  # a mean over just two would give the one away to the other


def test_beside_two_hidden_schools_there_is_no_mean_over_the_two_others(tmp_path: Path) -> None:
    """Small schools are in no average, and one over just two would give the one away to the other."""
    assert list_shown(estimate(tmp_path, [12, 12, 4, 4]).results) == set()


def test_no_page_across_schools_compares_two_that_did_not_agree(tmp_path: Path) -> None:
    for extra, told in (("", False), (AGREED, True)):
        view = estimate(tmp_path, [12, 12], extra)
        page = show_schools(view) + show_key_factors_by_school(view) + show_before_and_after(view)
        rows = read_tables(page).get("schools-change-table", [])[1:]
        assert len(rows) == (2 if told else 0) and all(row[1].lstrip("−")[0].isdigit() for row in rows)
        assert ("hidden (not agreed)" in read_words(page)) is not told
        assert ("<svg" in page.markup) is told
        assert told or "No school shows a clear change" not in read_words(page)

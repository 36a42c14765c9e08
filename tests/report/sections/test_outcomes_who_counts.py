"""Averages in one table are over the same schools, and where one is over fewer that is told."""

from __future__ import annotations

import pytest

from tests.report.made_results import MadeResults
from toolkit.report.sections.tables import note_schools
from toolkit.study.study import Outcome

SCALES = [Outcome(instrument="uwes9", scale=scale) for scale in ("total", "vigour")]


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("nl", "De gemiddelden gaan over 5 scholen, maar bij ‘Vitaliteit’ (4) over minder scholen."),
        ("en", "The averages are over 5 schools, but over fewer schools for ‘Vigour’ (4)."),
    ],
)
def test_a_row_over_fewer_schools_is_told(open_cohort, language: str, note: str):
    def alter(made: MadeResults) -> None:
        made.change("", "uwes9.vigour", 0.1, quantity="average_change", low=-0.1, high=0.3, n=120, pairs=60, schools=4)

    assert note_schools(open_cohort(language, alter=alter), SCALES) == [note]


def test_rows_over_the_same_schools_and_a_page_of_one_school_need_no_note(open_cohort, open_school):
    def alter(made: MadeResults) -> None:
        made.change("", "uwes9.vigour", 0.1, quantity="average_change", low=-0.1, high=0.3, n=120, pairs=60, schools=5)

    assert note_schools(open_cohort(alter=alter), SCALES) == []
    assert note_schools(open_cohort(), SCALES) == []
    assert note_schools(open_school(), SCALES) == []

"""The figures of cohorts: what is drawn stands where its number says, and names don't cover each other."""

from __future__ import annotations

import math

import pytest
from matplotlib.figure import Figure

from tests.report.figures.made_rows import list_lines, list_words
from tests.two_studies import SHIPPED
from toolkit.languages import load_text
from toolkit.report.content.estimate import Estimate
from toolkit.report.figures.cohorts import Course, Grown, draw_cohort_course, draw_cohorts
from toolkit.study.answers import Answers
from toolkit.study.loading import load_study


def make(estimate: float, reach: float = 0.2) -> Estimate:
    return Estimate("shown", estimate, low=estimate - reach, high=estimate + reach, n=20, verdict="unclear")


def list_marks(figure: Figure) -> list[float]:
    """Return where single marks stand."""
    return [float(line.get_xdata()[0]) for line in list_lines(figure) if len(line.get_xdata()) == 1]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_row_of_the_forest_has_its_mark_and_a_cohort_of_few_schools_no_line(language: str) -> None:
    rows = [Grown("Cohort 2024", make(0.3), whole=True), Grown("De Linde", make(0.5), whole=False)]
    rows += [Grown("Cohort 2025", Estimate("shown", -0.1, n=20), whole=True)]
    figure = draw_cohorts(rows, 6, load_study(SHIPPED), load_text(language))  # type: ignore[arg-type]
    assert list_marks(figure)[-3:] == [0.3, 0.5, -0.1]
    drawn = [tuple(line.get_xdata()) for line in list_lines(figure) if len(line.get_xdata()) == 2]
    assert (pytest.approx(0.1), pytest.approx(0.5)) in drawn and not any(math.isnan(end) for ends in drawn for end in ends)
    words = [text.get_text() for text in list_words(figure)]
    assert "Cohort 2024" in words and "De Linde" in words


def test_the_course_runs_over_months_on_the_part_of_the_scale_where_it_lies() -> None:
    courses = [Course("2024", (0.0, 9.0, 17.0), (make(3.1), make(3.4), make(3.3))), Course("2025", (0.0, 9.0), (make(3.2), make(3.3)))]
    figure = draw_cohort_course(courses, Answers(min=0, max=6), load_text("en"))
    words = {text.get_text(): text.get_position()[1] for text in list_words(figure)}
    assert {"2.5", "3.0", "3.5", "4.0", "0", "6", "12"} >= {word for word in words if word.replace(".", "").isdigit()} - {"2024", "2025"}
    assert abs(words["2024"] - words["2025"]) >= 12
    assert (figure.low, figure.high) == (0, 17)

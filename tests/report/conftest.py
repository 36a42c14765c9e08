"""A school and six schools whose results were chosen by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.made_results import MadeResults, make_cohort, make_school, make_study
from toolkit.languages import load_text
from toolkit.report.content.view import View

SMALLEST = "[smallest_change]\nuwes9 = 0.25\nplg12 = 0.25"


@pytest.fixture
def open_school(tmp_path: Path) -> Callable[..., View]:
    """Return a function that makes the view of one school, whose rows `change` may alter first."""

    def make(language: str = "nl", alter: Callable[[MadeResults], None] = lambda made: None, **study: str) -> View:
        made = MadeResults()
        make_school(made)
        alter(made)
        return View(make_study(tmp_path, **({"extra": SMALLEST} | study)), made.finish(), load_text(language), "s1")  # type: ignore[arg-type]

    return make


@pytest.fixture
def open_cohort(tmp_path: Path) -> Callable[..., View]:
    """Return a function that makes the view across so many schools."""

    def make(language: str = "nl", schools: int = 6, alter: Callable[[MadeResults], None] = lambda made: None) -> View:
        made = MadeResults()
        make_cohort(made, schools)
        alter(made)
        return View(make_study(tmp_path, schools, SMALLEST), made.finish(), load_text(language))  # type: ignore[arg-type]

    return make

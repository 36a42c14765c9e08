"""A school, six schools and research whose results were chosen by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.report.made_research import make_table
from tests.report.made_results import MadeResults, make_cohort, make_school, make_study
from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.report.research.view import TABLES, Research

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


@pytest.fixture
def open_made(tmp_path: Path) -> Callable[..., Research]:
    """Return a function that makes the research view of six schools with these tables; those not given are empty."""

    def make(
        language: str = "en", notebook: str = "change", extra: str = "", further: tuple[str, ...] = (), **rows: list[dict[str, Any]]
    ) -> Research:
        made = MadeResults()
        make_cohort(made, 6)
        tables = {name: make_table(name, *rows.get(name, [])) for name in TABLES}
        study = make_study(tmp_path, 6, extra or "[smallest_change]\nuwes9 = 0.25")
        outcomes = study.outcomes.model_copy(update={"further": further})
        study = study.model_copy(update={"outcomes": outcomes})
        return Research(study, made.finish(), load_text(language), "", notebook=notebook, tables=tables)  # type: ignore[arg-type]

    return make

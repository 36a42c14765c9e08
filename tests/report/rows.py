"""The small studies of tests/data/rows, one per row of the systems that the toolkit serves, estimated once and opened as pages see them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.estimation import estimate_study
from toolkit.results.results import Results
from toolkit.study.loading import load_study
from toolkit.study.study import Study

ROWS = Path(__file__).parent.parent / "data" / "rows"
LANGUAGES: list[Language] = ["nl", "en"]
Change = Callable[[Results], Results]


@cache
def estimate(row: str) -> tuple[Study, Results]:
    study = load_study(ROWS / row)
    return study, estimate_study(study).results


def open_row(row: str, language: Language, school: str = "", change: Change | None = None) -> View:
    """Return what the page of `school` sees, or that on all schools, of results that `change` alters."""
    study, results = estimate(row)
    safe = take_audience(results, study, school=school)
    return View(study, change(safe) if change else safe, load_text(language), school)

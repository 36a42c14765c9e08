"""Research with tables made by hand: every number is chosen here, so that a page can be held to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.report.made_results import MadeResults, make_cohort, make_study
from toolkit.languages import load_text
from toolkit.report.research.view import Research
from toolkit.report.research.view__questions import TABLES

NAN = math.nan
EVERYWHERE = {"school": "", "comparison": "before_after", "instrument": "uwes9", "scale": "total", "rating": "", "wave": ""}
BLANK = {"state": "shown", "estimate": NAN, "std_error": NAN, "low": NAN, "high": NAN, "p_value": NAN, "n": 100, "method": ""}
REST = {"df": NAN, "pairs": 60, "schools": 6, "verdict": "", "time": NAN, "level": "", "item": "", "p_adjusted": NAN}


def make_table(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return the table `name` with these rows; what they leave open is that of a shown result over six schools."""
    columns = TABLES[name].columns
    whole = [EVERYWHERE | BLANK | REST | row for row in rows]
    return TABLES[name].collect([{column: row[column] for column in columns} for row in whole])


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

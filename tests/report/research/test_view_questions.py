from __future__ import annotations

from types import SimpleNamespace

import pytest

from toolkit.report.research import view as questions
from toolkit.report.research.view import ESTIMATORS, TABLES, estimate_research


def test_only_the_tables_that_are_asked_are_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def answer(name: str):
        return TABLES[name], lambda run: made.append(name) or TABLES[name].empty()

    monkeypatch.setattr(questions, "ESTIMATORS", {name: answer(name) for name in ESTIMATORS})
    monkeypatch.setattr(questions, "estimate_study", lambda study: SimpleNamespace(results="results"))
    results, found = estimate_research(SimpleNamespace(), "growth", "comparison_schools")  # type: ignore[arg-type]
    assert made == list(found) == ["growth", "staggered", "comparison"] and results == "results"


def test_each_name_is_that_of_its_table_but_for_precision_which_is_one_of_reliability() -> None:
    assert {name: table.name for name, table in TABLES.items() if table.name != name} == {"precision": "reliability"}

from __future__ import annotations

from types import SimpleNamespace

import pytest

from toolkit.report.research import view as questions
from toolkit.report.research.view import ESTIMATORS, TABLES, estimate_tables


def test_only_the_tables_that_are_asked_are_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def answer(name: str):
        return TABLES[name], lambda run: made.append(name) or TABLES[name].empty()

    monkeypatch.setattr(questions, "ESTIMATORS", {name: answer(name) for name in ESTIMATORS})
    monkeypatch.setattr(questions, "compute_scores", lambda responses, study: responses)
    empty = SimpleNamespace()
    found = estimate_tables(empty, empty, empty, ["team", "growth"])  # type: ignore[arg-type]
    assert made == ["team", "growth"]
    assert list(found) == ["team", "growth"]


def test_each_name_is_that_of_its_table_but_for_precision_which_is_one_of_reliability() -> None:
    assert {name: table.name for name, table in TABLES.items() if table.name != name} == {"precision": "reliability"}

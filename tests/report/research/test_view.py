from __future__ import annotations

import pandas as pd

from toolkit.report.content.view import NOT_MEASURED
from toolkit.report.research.view import ESTIMATORS, QUESTIONS, load_research, open_research, save_research
from toolkit.results.results import load_results

ROWS = [
    {"quantity": "average_change", "estimate": 0.1 + 0.2, "low": 0.1, "high": 0.5},
    {"school": "s1", "quantity": "hodges_lehmann", "estimate": 0.3},
    {"school": "s2", "quantity": "hodges_lehmann", "estimate": 0.4},
]


def test_every_question_of_a_notebook_has_an_answer():
    assert {name for names in QUESTIONS.values() for name in names} == set(ESTIMATORS)


def test_what_was_saved_comes_back_the_same_and_the_results_can_be_read_alone(open_made, tmp_path):
    research = open_made(sensitivity=ROWS)
    save_research(research.results, research.tables, tmp_path / "saved.json")
    results, tables = load_research(tmp_path / "saved.json")
    assert tables.keys() == research.tables.keys()
    for name, table in research.tables.items():
        pd.testing.assert_frame_equal(tables[name], table)
    pd.testing.assert_frame_equal(results.change, load_results(tmp_path / "saved.json").change)


def test_the_page_of_one_school_knows_no_other_school(open_made, tmp_path):
    research = open_made(sensitivity=ROWS)
    save_research(research.results, research.tables, tmp_path / "saved.json")
    opened = open_research(tmp_path / "study.toml", tmp_path / "saved.json", "s1", "en", "change")
    assert set(opened.tables["sensitivity"]["school"]) == {"", "s1"}
    assert set(opened.results.change["school"]) <= {"", "s1"}
    assert opened.results.provenance["command"] == "plg notebook change made"


def test_asking_finds_the_leading_comparison_over_the_schools_or_else_what_was_not_measured(open_made):
    research = open_made(sensitivity=ROWS)
    assert research.ask("sensitivity", "average_change", research.study.primary).estimate == 0.1 + 0.2
    assert research.ask("sensitivity", "hodges_lehmann", research.study.primary, school="s2").estimate == 0.4
    assert research.ask("sensitivity", "hodges_lehmann", research.study.primary) == NOT_MEASURED

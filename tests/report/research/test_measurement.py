from __future__ import annotations

import pytest

from tests.report.reading import read_words
from toolkit.report.research.measurement import show_precision, show_team

TEAM = [
    {"wave": "after", "quantity": "icc1", "estimate": 0.12, "low": 0.02, "high": 0.4, "p_value": 0.01, "verdict": "team_property"},
    {"wave": "after", "quantity": "icc2", "estimate": 0.75, "low": 0.3, "high": 0.9, "verdict": "comparable"},
]


def test_omega_within_schools_stands_beside_omega(open_made):
    rows = [
        {"wave": "before", "quantity": "omega", "estimate": 0.91, "low": 0.88, "high": 0.93},
        {"wave": "before", "quantity": "omega_within", "estimate": 0.62, "low": 0.55, "high": 0.7},
    ]
    page = show_precision(open_made(precision=rows)).markup
    assert "omega within schools, first measurement" in page and "0.62" in page and "0.55 to 0.70" in page


@pytest.mark.parametrize(
    ("language", "differ", "compared", "nothing"),
    [
        ("nl", "verschillen scholen van elkaar: ICC(1) is 0,12.", "ICC(2) is 0,75, dus 0,70 of meer", "is niets te zeggen: niet gemeten."),
        ("en", "schools differ from each other: ICC(1) is 0.12.", "ICC(2) is 0.75, so 0.70 or more", "Nothing can be said about the"),
    ],
)
def test_teams_that_differ_and_can_be_compared_are_said_to(open_made, language, differ, compared, nothing):
    words = read_words(show_team(open_made(language, team=TEAM)))
    assert differ in words and compared in words
    assert nothing in words  # about the first measurement


def test_agreement_without_differences_is_not_said_to_be_of_the_team(open_made):
    rows = [TEAM[0] | {"low": -0.02, "verdict": "not_shown"}, TEAM[1] | {"estimate": 0.4, "verdict": "not_comparable"}]
    page = show_team(open_made(team=rows)).markup
    assert "then says nothing about the team" in page and "do not compare means of schools two by two" in page


@pytest.mark.parametrize(("language", "sentence"), [("nl", "Elke uitkomst is één vraag."), ("en", "Each outcome is one question.")])
def test_what_can_not_be_measured_is_told_in_one_sentence(open_made, monkeypatch, language, sentence):
    monkeypatch.setattr("toolkit.report.research.measurement._list_measured", lambda research: [])
    page = show_precision(open_made(language)).markup
    assert sentence in page and "Nunnally" not in page and "<table" not in page


@pytest.mark.parametrize(
    ("language", "folded", "table", "row"),
    [
        ("nl", "De andere uitkomsten</summary>", "De andere uitkomsten: betrouwbaarheid per meting", "Vitaliteit: alfa, voormeting"),
        ("en", "The other outcomes</summary>", "The other outcomes: reliability per measurement", "Vigour: alpha, first measurement"),
    ],
)
def test_every_other_outcome_is_named_also_where_it_is_the_only_one(open_made, language, folded, table, row):
    page = show_precision(open_made(language, further=("uwes9.vigour",))).markup
    assert folded in page and table in page and row in page


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("nl", "Overeenstemming binnen teams is niet te berekenen, want de antwoorden zijn geen vaste keuzes."),
        ("en", "Agreement within teams can't be computed, because the answers are not fixed options."),
    ],
)
def test_agreement_that_is_not_known_leaves_its_reason_and_no_empty_rows(open_made, language, reason):
    names = ("rwgj", "rwgj_skewed", "average_deviation", "percentile")
    blank = [{"wave": "after", "quantity": name, "state": "not_computable", "method": "no_answer_options", "n": 0} for name in names]
    page = show_team(open_made(language, team=[*TEAM, *blank]))
    assert reason in read_words(page)
    assert "rwg(j)" not in page.markup and "team-schools" not in page.markup
    assert "rwg(j)" in show_team(open_made(language, team=[*TEAM, {"wave": "after", "quantity": "rwgj", "estimate": 0.9}])).markup

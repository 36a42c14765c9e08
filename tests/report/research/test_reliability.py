from __future__ import annotations

from toolkit.report.research.reliability import show_precision, show_team

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


def test_teams_that_differ_and_can_be_compared_are_said_to(open_made):
    page = show_team(open_made(team=TEAM)).markup
    assert "schools differ from each other: ICC(1) is 0.12" in page and "can be compared two by two" in page


def test_agreement_without_differences_is_not_said_to_be_of_the_team(open_made):
    rows = [TEAM[0] | {"low": -0.02, "verdict": "not_shown"}, TEAM[1] | {"estimate": 0.4, "verdict": "not_comparable"}]
    page = show_team(open_made(team=rows)).markup
    assert "then says nothing about the team" in page and "do not compare means of schools two by two" in page


def test_what_can_not_be_measured_is_told_in_one_sentence(open_made, monkeypatch):
    monkeypatch.setattr("toolkit.report.research.reliability._list_measured", lambda research: [])
    page = show_precision(open_made()).markup
    assert "Each outcome is one question." in page and "rule of thumb" not in page and "<table" not in page


def test_every_other_outcome_is_named_also_where_it_is_the_only_one(open_made, monkeypatch):
    research = open_made()
    other = research.study.find_outcome("uwes9.vigour")
    monkeypatch.setattr("toolkit.report.research.reliability._list_measured", lambda research: [research.study.primary, other])
    page = show_precision(research).markup
    assert "The other outcomes</summary>" in page and "Vigour: alpha, first measurement" in page


def test_agreement_that_is_not_known_leaves_its_reason_and_no_empty_rows(open_made):
    names = ("rwgj", "rwgj_skewed", "average_deviation", "percentile")
    blank = [{"wave": "after", "quantity": name, "state": "not_computable", "method": "no_answer_options", "n": 0} for name in names]
    page = show_team(open_made(team=[*TEAM, *blank])).markup
    assert "Agreement within teams can&#39;t be computed, because the answers are not fixed options." in page
    assert "rwg(j), median" not in page and "The numbers per school" not in page
    assert "rwg(j), median" in show_team(open_made(team=[*TEAM, {"wave": "after", "quantity": "rwgj", "estimate": 0.9}])).markup

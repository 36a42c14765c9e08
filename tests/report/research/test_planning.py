from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.report.research.planning import make_plans, read_assumptions, show_assumptions, show_power
from toolkit.schemas import PLANNING


def test_assumptions_come_from_the_data_or_are_named_as_supposed(open_made):
    research = open_made(notebook="planning")
    found = read_assumptions(research)
    assert found.change == 0.25
    assert found.spreads == pytest.approx({"little": 0.15 * found.sd, "much": 0.30 * found.sd})
    page = show_assumptions(replace(found, supposed=("sd", "correlation", "matched", "people")), research).markup
    assert page.count("<td>supposed</td>") == 6 and page.count("<td>the study: smallest change that matters</td>") == 1


def test_the_spread_within_schools_is_pooled_over_those_that_are_shown(open_made):
    research = open_made(notebook="planning")
    levels = research.results.levels.copy()
    spread = (levels["quantity"] == "sd") & (levels["wave"] == "before") & (levels["instrument"] == "uwes9") & (levels["scale"] == "total")
    levels.loc[spread, ["state", "estimate", "n"]] = ["hidden", float("nan"), 0]
    for school, sd, n in (("s1", 1.0, 11), ("s2", 2.0, 31)):
        levels.loc[spread & (levels["school"] == school), ["state", "estimate", "n"]] = ["shown", sd, n]
    found = read_assumptions(replace(research, results=replace(research.results, levels=levels)))
    assert found.sd == pytest.approx(((10 * 1.0**2 + 30 * 2.0**2) / 40) ** 0.5)
    assert "sd" not in found.supposed and 0 <= found.correlation <= 0.95


def make_plan(*powers: tuple[int, float]):
    tail = {"std_error": 0.0, "low": 0.1, "high": 0.9, "p_value": 0.0, "n": 50, "method": ""}
    rows = [
        {"schools": schools, "people": 20.0, "pairs": 12.0, "state": "shown", "quantity": "power", "estimate": power} | tail
        for schools, power in powers
    ]
    return PLANNING.collect(rows)


@pytest.mark.parametrize(
    ("language", "reached", "none"),
    [
        ("nl", "Scholen verschillen weinig: met 8 scholen is de kans 80%.", "met 14 scholen is de kans 79%, en dus geen 80%."),
        ("en", "Schools differ little: with 8 schools the chance is 80%.", "with 14 schools the chance is 79%, so it does not reach 80%."),
    ],
)
def test_the_smallest_number_that_reaches_80_percent_is_named_and_else_that_none_does(open_made, language, reached, none):
    research = open_made(language, notebook="planning")
    plans = {"little": make_plan((4, 0.5), (8, 0.80), (14, 0.95)), "much": make_plan((4, 0.2), (8, 0.4), (14, 0.79))}
    page = show_power(plans, read_assumptions(research), research).markup
    assert reached in page and none in page


@pytest.mark.parametrize(
    ("language", "reached", "smaller"),
    [
        ("nl", "met 4 scholen is de kans al 90%.", "Kleinere aantallen"),
        ("en", "with 4 schools the chance is 90% already.", "Smaller numbers"),
    ],
)
def test_where_the_first_number_is_enough_nothing_is_said_of_smaller_ones(open_made, language, reached, smaller):
    research = open_made(language, notebook="planning")
    page, other = (
        show_power({"little": make_plan(*powers)}, read_assumptions(research), research).markup
        for powers in (((4, 0.9), (8, 0.99)), ((4, 0.7), (8, 0.99)))
    )
    assert reached in page and smaller not in page and ".. " not in page
    assert smaller in other


def test_a_plan_depends_on_the_seed_of_the_study_alone(open_made):
    research = open_made(notebook="planning")
    assumptions = replace(read_assumptions(research), people=(10,))
    one, other = (make_plans(assumptions, research, schools=(4,), simulations=3) for _ in range(2))
    assert list(one) == ["little", "much"] and all(one[name].equals(other[name]) for name in one)

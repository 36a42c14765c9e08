from __future__ import annotations

import math
from dataclasses import replace

import pytest

from toolkit.languages import load_text
from toolkit.report.content.estimate import Estimate, write_p
from toolkit.report.research.tables import (
    WHOLE,
    list_cells,
    list_fallbacks,
    list_reasons,
    make_line,
    name_outcome,
    show_research_title,
    write_estimate,
    write_lines,
)

NL, EN = load_text("nl"), load_text("en")
SHOWN = Estimate("shown", 0.314, 0.1, 0.05, 0.57, 0.0234, 100, "", 5.0, 60, 6)


@pytest.mark.parametrize(
    ("p", "nl", "en"),
    [(0.0234, "0,023", "0.023"), (0.0009, "< 0,001", "< 0.001"), (0.001, "0,001", "0.001"), (math.nan, "geen toets", "no test")],
)
def test_p_values_have_three_decimals_and_are_never_zero(p, nl, en):
    assert (write_p(p, NL), write_p(p, EN)) == (nl, en)


def test_a_row_tells_the_estimate_and_its_interval_before_p(open_made):
    assert list_cells(SHOWN, open_made(), *WHOLE) == ["0.31", "0.05 to 0.57", "0.023", "5.0", "100", "6"]


def test_small_groups_have_one_decimal(open_made):
    few = Estimate("shown", 0.314, low=0.05, high=0.57, n=9)
    assert list_cells(few, open_made(), "estimate", "interval") == ["0.3", "0.1 to 0.6"]
    assert write_lines([make_line("few", few), make_line("more", SHOWN)], EN) == "few 0.3 (0.1 to 0.6); more 0.31 (0.05 to 0.57)"


@pytest.mark.parametrize(
    ("state", "says"), [("hidden", "hidden (fewer than"), ("not_measured", "not measured"), ("not_computable", "can't be computed")]
)
def test_what_is_not_shown_says_so_in_every_cell(open_made, state, says):
    cells = list_cells(Estimate(state), open_made(), *WHOLE)
    assert len(cells) == len(WHOLE) and all(cell.replace("\xa0", " ").startswith(says) for cell in cells)


def test_a_sentence_holds_interval_schools_and_people_and_p_never_alone(open_made):
    assert write_estimate(SHOWN, open_made()) == "0.31 (95% interval 0.05 to 0.57; p = 0.023; 6 schools; 100 people)"
    assert "p < 0.001" in write_estimate(Estimate("shown", 1, 0.1, 0.8, 1.2, 1e-9, 50), open_made())


def test_one_person_and_one_school_are_counted_as_one(open_made):
    alone = Estimate("shown", 0.3, low=0.1, high=0.5, n=1, schools=1)
    assert write_estimate(alone, open_made("nl")).endswith("; 1 persoon)") and write_estimate(alone, open_made()).endswith("; 1 person)")


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("nl", "Waarom iets niet te berekenen is: daarvoor zijn er te weinig scholen."),
        ("en", "Why something can't be computed: there are too few schools for it."),
    ],
)
def test_each_reason_and_fallback_is_told_once(open_made, language, reason):
    blank = Estimate("not_computable", method="too_few_schools")
    assert list_reasons([blank, blank, SHOWN], open_made(language)) == [reason]
    assert len(list_fallbacks([Estimate("shown", 1, method="mixed model, singular")], open_made())) == 1
    assert list_fallbacks([SHOWN], open_made()) == []


@pytest.mark.parametrize(("language", "name"), [("nl", "nu"), ("en", "now")])
def test_an_outcome_is_named_with_its_rating_where_there_are_two(open_made, language, name):
    research = open_made(language)
    assert name_outcome(research, research.study.find_outcome("plg12.e1.now")).endswith(f" ({name})")
    assert "(" not in name_outcome(research, research.study.primary)


@pytest.mark.parametrize(("language", "title"), [("nl", "gevoeligheid, School 1"), ("en", "sensitivity, School 1")])
def test_the_page_of_one_school_is_titled_with_its_name(open_made, language, title):
    assert f"{title}</h1>" in show_research_title(replace(open_made(language), school="s1")).markup


@pytest.mark.parametrize("notebook", ["change", "reliability", "comparison_schools", "growth", "planning"])
def test_every_notebook_has_a_title(open_made, notebook):
    assert "<h1" in show_research_title(open_made(notebook=notebook)).markup

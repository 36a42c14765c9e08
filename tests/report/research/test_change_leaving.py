from __future__ import annotations

import math

import pytest

from tests.report.reading import read_tables, read_words
from toolkit.report.research.change import show_attrition, show_low_start, show_meaning


def test_leavers_are_told_beside_stayers_with_interval_and_the_tipping_point(open_made):
    rows = [
        {"quantity": "stayers", "estimate": 3.5, "low": 3.3, "high": 3.7},
        {"quantity": "leavers", "estimate": 3.1, "low": 2.8, "high": 3.4},
        {"quantity": "leavers_minus_stayers", "estimate": -0.4, "low": -0.7, "high": -0.1, "p_value": 0.01},
        {"quantity": "tipping_point", "estimate": -0.8},
    ]
    page = show_attrition(open_made(attrition=rows)).markup
    assert "those who left scored 3.10 on average; those who stayed 3.50. The difference is −0.40 (95% interval −0.70 to −0.10" in page
    assert "if the change of those who left was 0.80 points lower than expected" in page


@pytest.mark.parametrize(
    ("language", "higher", "none"),
    [
        (
            "nl",
            "als de verandering van wie uitviel 0,80 punt hoger was dan verwacht.",
            "Er is geen kantelpunt te berekenen, want het interval van de standaard bevat 0 al.",
        ),
        (
            "en",
            "if the change of those who left was 0.80 points higher than expected.",
            "No tipping point can be computed, because the interval of the default holds 0 already.",
        ),
    ],
)
def test_a_tipping_point_lies_above_or_below_or_is_said_not_to_be(open_made, language, higher, none):
    point = {"quantity": "tipping_point", "estimate": 0.8}
    assert higher in read_words(show_attrition(open_made(language, attrition=[point])))
    hopeless = point | {"state": "not_computable", "method": "interval_holds_0", "estimate": math.nan, "n": 0}
    assert none in read_words(show_attrition(open_made(language, attrition=[hopeless])))


def test_low_starters_stand_beside_what_regression_alone_would_bring(open_made):
    rows = [
        {"quantity": "low_start_change", "estimate": 0.9, "low": 0.7, "high": 1.1, "p_value": 0.001, "n": 30},
        {"quantity": "low_start_expected", "estimate": 0.5, "n": 30},
    ]
    page = show_low_start(open_made(low_start=rows)).markup
    assert "the change is 0.90 (95% interval 0.70 to 1.10" in page and "From regression to the mean alone 0.50 is to be expected" in page


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("nl", "Over wie laag begon is niets te tonen: verborgen (minder dan 10)."),
        ("en", "Nothing can be shown about those who began low: hidden (fewer than 10)."),
    ],
)
def test_low_starters_that_are_too_few_are_said_to_be_hidden(open_made, language, says):
    rows = [{"quantity": "low_start_change", "state": "hidden", "method": "too_few_for_spread", "n": 0}]
    assert says in read_words(show_low_start(open_made(language, low_start=rows)))


@pytest.mark.parametrize(
    ("verdict", "en", "nl"),
    [
        ("meaningful", "meaningful: the whole interval lies beyond", "van belang: het hele interval ligt voorbij"),
        ("change_size_uncertain", "changed, by how much is uncertain", "veranderd, hoeveel is onzeker"),
        ("no_meaningful_change", "no meaningful change", "geen verandering van belang"),
        ("inconclusive", "can't tell", "niet te zeggen"),
    ],
)
def test_each_verdict_on_meaning_has_its_words(open_made, verdict, en, nl):
    rows = [{"quantity": "equivalence", "estimate": 0.1, "low": 0.0, "high": 0.2, "p_value": 0.01, "verdict": verdict}]
    english, dutch = (read_tables(show_meaning(open_made(language, meaning=rows)))["meaning-primary"][1] for language in ("en", "nl"))
    assert english[-1].startswith(en) and english[1] == "0.25"
    assert dutch[-1].startswith(nl) and dutch[1] == "0,25"


@pytest.mark.parametrize(("language", "words"), [("nl", "niet gekozen"), ("en", "not chosen")])
def test_a_study_that_chose_no_smallest_change_says_so(open_made, language, words):
    assert read_tables(show_meaning(open_made(language, extra="[smallest_change]")))["meaning-primary"][1][1] == words


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("nl", "is niet te berekenen, want de schaal heeft maar één vraag."),
        ("en", "can't be computed, because the scale has one question only."),
    ],
)
def test_people_who_can_not_be_counted_are_told_of_in_one_sentence(open_made, language, says):
    blank = {"state": "not_computable", "method": "one_item", "n": 0}
    rows = [{"quantity": name} | blank for name in ("rci_improved", "rci_deteriorated", "rci_by_chance", "rci_threshold")]
    page = show_meaning(open_made(language, meaning=rows))
    assert says in read_words(page) and "meaning-people" not in page.markup

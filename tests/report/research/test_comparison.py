from __future__ import annotations

import pytest

from tests.report.reading import read_words
from toolkit.report.research.comparison import show_difference, show_groups

LANGUAGES = ("en", "nl")
DIFFERENCE = {"quantity": "difference", "estimate": 0.4, "low": 0.1, "high": 0.7, "p_value": 0.02, "df": 4.0}


@pytest.mark.parametrize(
    ("verdict", "en", "nl"),
    [
        ("rose_clearly", "moved up more, or down less, in schools with", "ging op scholen met traject meer omhoog, of minder omlaag"),
        ("rose", "moved up more, or down less, in schools with", "ging op scholen met traject meer omhoog, of minder omlaag"),
        ("fell_probably", "moved up less, or down more, in schools with", "ging op scholen met traject minder omhoog, of meer omlaag"),
        ("rose_slightly", "by less than matters", "iets verschillend, minder dan ertoe doet"),
        ("same", "changed about as much in both groups", "veranderde in beide groepen ongeveer evenveel"),
        ("unclear", "We can't tell whether the two groups changed", "We kunnen niet zeggen of de twee groepen verschillend veranderden"),
    ],
)
def test_each_verdict_has_its_sentence_and_none_claims_a_cause(open_made, verdict, en, nl):
    words, dutch = (
        read_words(show_difference(open_made(language, comparison=[DIFFERENCE | {"verdict": verdict}]))) for language in LANGUAGES
    )
    assert en in words and nl in dutch
    assert ("This is what to expect if the trajectory works" in words) == (verdict in ("rose", "rose_clearly"))
    assert "Which schools took part was not drawn by lot" in words and "Er is niet geloot welke scholen meededen" in dutch
    assert "no two measurements before the start" in words and "Van vóór de start zijn er geen twee metingen" in dutch


def test_the_difference_before_the_start_is_an_estimate_with_its_interval(open_made):
    before = {"quantity": "pre_trend", "estimate": -0.06, "low": -0.3, "high": 0.2, "p_value": 0.6}
    page = show_difference(open_made(comparison=[DIFFERENCE | {"verdict": "rose"}, before])).markup
    assert "differed in their change by −0.06 (95% interval −0.30 to 0.20; p = 0.600" in page


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("nl", "Er is geen vergelijking te maken, want er zijn geen scholen om mee te vergelijken."),
        ("en", "No comparison can be made, because there are no schools to compare with."),
    ],
)
def test_without_comparison_schools_the_reason_is_told(open_made, language, reason):
    rows = [{"quantity": "difference", "state": "not_measured", "method": "no_comparison_schools", "n": 0}]
    page = show_difference(open_made(language, comparison=rows))
    assert reason in read_words(page) and "<svg" not in page.markup
    groups = [{"quantity": group} | rows[0] | {"quantity": group} for group in ("trajectory", "comparison")]
    assert show_groups(open_made(comparison=[*rows, *groups])).markup == ""

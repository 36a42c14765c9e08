from __future__ import annotations

import pytest

from toolkit.report.research.comparison import show_difference, show_groups

DIFFERENCE = {"quantity": "difference", "estimate": 0.4, "low": 0.1, "high": 0.7, "p_value": 0.02, "df": 4.0}


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("rose_clearly", "moved up more, or down less, in schools with the trajectory"),
        ("rose", "moved up more, or down less, in schools with the trajectory"),
        ("fell_probably", "moved up less, or down more, in schools with the trajectory"),
        ("rose_slightly", "by less than matters"),
        ("same", "changed about as much in both groups"),
        ("unclear", "We can&#39;t tell whether the two groups changed differently"),
    ],
)
def test_each_verdict_has_its_sentence_and_none_claims_a_cause(open_made, verdict, says):
    page = show_difference(open_made(comparison=[DIFFERENCE | {"verdict": verdict}])).markup
    assert says in page
    assert ("This is what to expect if the trajectory works" in page) == (verdict.split("_")[0] in ("rose", "fell"))
    assert "Which schools took part was not drawn by lot" in page
    assert "no two measurements before the start" in page


def test_the_difference_before_the_start_is_an_estimate_with_its_interval(open_made):
    before = {"quantity": "pre_trend", "estimate": -0.06, "low": -0.3, "high": 0.2, "p_value": 0.6}
    page = show_difference(open_made(comparison=[DIFFERENCE | {"verdict": "rose"}, before])).markup
    assert "differed in their change by −0.06 (95% interval −0.30 to 0.20; p = 0.600" in page


def test_without_comparison_schools_the_reason_is_told(open_made):
    rows = [{"quantity": "difference", "state": "not_measured", "method": "no_comparison_schools", "n": 0}]
    page = show_difference(open_made(comparison=rows)).markup
    assert "there are no schools to compare with" in page and "<svg" not in page
    groups = [{"quantity": group} | rows[0] | {"quantity": group} for group in ("trajectory", "comparison")]
    assert show_groups(open_made(comparison=[*rows, *groups])).markup == ""

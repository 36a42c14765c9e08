from __future__ import annotations

from toolkit.report.research.growth import show_course, show_staggered, show_trend


def test_a_trend_asks_for_four_measurements(open_made):
    assert "needs four measurements" in show_trend(open_made()).markup


def test_a_trend_whose_interval_holds_0_is_not_clear(open_made):
    clear = {"quantity": "slope", "estimate": 0.2, "low": 0.1, "high": 0.3, "p_value": 0.01}
    assert "over the schools: per year 0.20 (95% interval 0.10 to 0.30" in show_trend(open_made(growth=[clear])).markup
    assert "No clear trend can be seen" in show_trend(open_made(growth=[clear | {"low": -0.1}])).markup


def test_starts_that_are_not_known_and_too_few_schools_are_told(open_made):
    assert "It is not known of any school" in show_staggered(open_made()).markup
    few = [{"quantity": name, "state": "not_computable", "method": "too_few_schools", "n": 0} for name in ("average_effect", "permutation")]
    assert "there are too few schools for it" in show_staggered(open_made(staggered=few)).markup


def test_times_since_the_start_stand_in_a_figure_without_a_causal_verb(open_made):
    rows = [
        {"quantity": "average_effect", "estimate": 0.3, "low": 0.1, "high": 0.5, "p_value": 0.01},
        {"quantity": "event_effect", "time": 0.0, "estimate": 0.2, "low": 0.0, "high": 0.4},
        {"quantity": "event_effect", "time": 0.75, "estimate": 0.4, "low": 0.1, "high": 0.7},
    ]
    page = show_staggered(open_made(staggered=rows)).markup
    assert "changed differently from schools that had not started yet: difference 0.30" in page
    assert "0.75 years after that first measurement" in page and "<svg" in page
    assert "At the first measurement after the start" in page and "Since the start: from 0.20 to 0.40 points" in page
    assert "One year after that first measurement" in show_staggered(open_made(staggered=[rows[0], rows[2] | {"time": 1.0}])).markup
    once = show_staggered(open_made(staggered=[rows[0], rows[1] | {"estimate": 0.3}])).markup
    assert "Since the start: 0.30 points" in once
    assert "caused" not in page and "was not drawn by lot" in page
    unclear = [rows[0] | {"low": -0.1}, *rows[1:]]
    assert "We can&#39;t tell whether schools changed differently" in show_staggered(open_made(staggered=unclear)).markup


def test_the_course_shows_the_levels_and_what_was_not_measured(open_made):
    page = show_course(open_made()).markup
    assert "not measured" in page  # change since the first measurement, in a study of two

from __future__ import annotations

import pytest

from tests.report.reading import read_words
from toolkit.report.research.growth import show_means_over_time, show_staggered, show_trend


def test_a_trend_asks_for_four_measurements(open_made):
    assert "needs four measurements" in show_trend(open_made()).markup


def test_a_trend_whose_interval_holds_0_is_not_clear(open_made):
    clear = {"quantity": "slope", "estimate": 0.2, "low": 0.1, "high": 0.3, "p_value": 0.01}
    assert "over the schools: per year 0.20 (95% interval 0.10 to 0.30" in show_trend(open_made(growth=[clear])).markup
    assert "No clear trend can be seen" in show_trend(open_made(growth=[clear | {"low": -0.1}])).markup
    assert "Er is geen duidelijke trend te zien." in show_trend(open_made("nl", growth=[clear | {"low": -0.1}])).markup


@pytest.mark.parametrize(
    ("language", "trend", "starts"),
    [
        (
            "nl",
            "Over de trend is niets te zeggen, want daarvoor zijn er te weinig scholen.",
            "Een vergelijking met scholen die nog niet begonnen waren is niet te maken, want daarvoor zijn er te weinig scholen.",
        ),
        (
            "en",
            "Nothing can be said about the trend, because there are too few schools for it.",
            "A comparison with schools that had not started yet can't be made, because there are too few schools for it.",
        ),
    ],
)
def test_too_few_schools_are_told_instead_of_a_trend_or_a_comparison(open_made, language, trend, starts):
    few = {"state": "not_computable", "method": "too_few_schools", "n": 0}
    assert trend in read_words(show_trend(open_made(language, growth=[few | {"quantity": "slope"}])))
    page = show_staggered(open_made(language, staggered=[few | {"quantity": name} for name in ("average_effect", "permutation")]))
    assert starts in read_words(page) and "<svg" not in page.markup


@pytest.mark.parametrize(
    ("language", "names", "clear", "once"),
    [
        (
            "nl",
            [
                "Bij de eerste meting na de start, zonder vergelijking",
                "Eén jaar na die eerste meting, zonder vergelijking",
                "2 jaar na die eerste meting, zonder vergelijking",
            ],
            "Na de start veranderden scholen anders dan scholen die nog niet begonnen waren: verschil 0,30",
            "Sinds de start: 0,30 punt",
        ),
        (
            "en",
            [
                "At the first measurement after the start, without comparison",
                "One year after that first measurement, without comparison",
                "2 years after that first measurement, without comparison",
            ],
            "After their start schools changed differently from schools that had not started yet: difference 0.30",
            "Since the start: 0.30 points",
        ),
    ],
)
def test_a_change_without_schools_to_compare_with_is_named_so(open_made, language, names, clear, once):
    average = {"quantity": "average_effect", "estimate": 0.3, "low": 0.1, "high": 0.5, "p_value": 0.01}
    rows = [{"quantity": "event_change", "time": time, "estimate": 0.3, "low": 0.1, "high": 0.5} for time in (0.0, 1.0, 2.0)]
    words = read_words(show_staggered(open_made(language, staggered=[average, *rows])))
    assert clear in words and once in words and all(name in words for name in names)


def test_starts_that_are_not_known_are_told(open_made):
    assert "It is not known of any school" in show_staggered(open_made()).markup


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
    page = show_means_over_time(open_made()).markup
    assert "not measured" in page  # change since the first measurement, in a study of two

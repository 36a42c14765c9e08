from __future__ import annotations

import math

import pytest

from tests.report.figures.made_rows import frame_levels, level, make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.parts import list_shown
from toolkit.report.figures.profiles import draw_gap, list_ratings, order_by_gap
from toolkit.study.instruments import load_instrument

TEXT = load_text("nl")
STUDY = make_study()
PLG = load_instrument("plg12")


def pair(scale: str, now: float, wanted: float) -> list[dict[str, object]]:
    return [level(scale, value, instrument="plg12", rating=rating) for rating, value in (("now", now), ("wanted", wanted))]


ROWS = [*pair("e1", 3, 4), *pair("e2", 2, 4.5), *pair("e3", 4, 3)]


def test_the_widest_gap_is_on_top() -> None:
    words = see(draw_gap(frame_levels(*ROWS), STUDY, TEXT)).read()
    labels = ["Externe professionalisering", "Leren van en met elkaar", "Delen van kennis en ervaring"]
    assert [word for word in words if word in labels] == labels
    assert [scale.id for scale in order_by_gap(list_shown(frame_levels(*ROWS), "mean"), PLG)] == ["e2", "e1", "e3"]


def test_the_gap_that_was_computed_goes_before_the_difference_of_the_means() -> None:
    gaps = [level("e1", 2.6, instrument="plg12", rating="gap"), level("e2", 2.5, instrument="plg12", rating="gap")]
    assert [scale.id for scale in order_by_gap(list_shown(frame_levels(*ROWS, *gaps), "mean"), PLG)][:2] == ["e1", "e2"]


def test_equal_gaps_keep_the_order_of_the_instrument() -> None:
    rows = [*pair("c2", 3, 4), *pair("e4", 2, 3), *pair("e1", 4, 5)]
    assert [scale.id for scale in order_by_gap(list_shown(frame_levels(*rows), "mean"), PLG)] == ["e1", "e4", "c2"]


def test_now_is_round_and_wanted_a_diamond_also_when_wanted_is_lower() -> None:
    seen = see(draw_gap(frame_levels(*ROWS), STUDY, TEXT))
    now, wanted = seen.list_marks(seen.find("Leren van en met elkaar").y)
    assert (now.what, wanted.what) == ("round", "diamond")
    assert now.x == pytest.approx(seen.find("3").x, abs=0.11)
    assert wanted.x == pytest.approx(seen.find("4").x, abs=0.11)
    wanted, now = seen.list_marks(seen.find("Delen van kennis en ervaring").y)
    assert (wanted.what, now.what) == ("diamond", "round")


def test_values_stand_outside_the_pair_so_that_they_never_cover_each_other() -> None:
    seen = see(draw_gap(frame_levels(*pair("e1", 3, 3.04)), STUDY, TEXT))
    assert seen.find("3,00").x < seen.find("3").x < seen.find("3,04").x


def test_a_factor_with_one_of_the_two_shows_that_one_and_comes_last() -> None:
    hidden = level("e5", math.nan, instrument="plg12", rating="wanted", state="hidden", low=math.nan, high=math.nan)
    rows = [level("e5", 2, instrument="plg12", rating="now"), hidden, *pair("e3", 4, 3)]
    seen = see(draw_gap(frame_levels(*rows), STUDY, TEXT))
    assert [mark.what for mark in seen.list_marks(seen.find("Onderzoeksmatig werken").y)] == ["round"]
    assert seen.find("Onderzoeksmatig werken").y > seen.find("Delen van kennis en ervaring").y


def test_the_ratings_of_a_gap_are_those_it_is_computed_from() -> None:
    assert list_ratings(PLG) == ("now", "wanted")
    assert list_ratings(load_instrument("energie_own9")) == ("",)


def test_the_ends_of_the_scale_leave_room_for_their_values() -> None:
    seen = see(draw_gap(frame_levels(*pair("e1", 1, 5)), STUDY, TEXT))
    assert seen.find("1,00").x - 40 > 0 - 5
    assert seen.find("5,00").x + 40 < seen.width + 5

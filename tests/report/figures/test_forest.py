from __future__ import annotations

import math

import pytest

from tests.report.figures.made_rows import change, frame_changes, list_lines, make_study, see
from toolkit.languages import Language, load_text
from toolkit.report.figures.forest import draw_factor_change
from toolkit.report.figures.levels import say_interval

TEXT = load_text("nl")
STUDY = make_study()
CLEAR = change("e1", 0.5, low=0.1, high=0.9)
FALL = change("e2", -0.5, low=-0.8, high=-0.2, verdict="fell_probably")
OPEN = change("e3", 0.25, low=-0.01, high=0.6, verdict="unclear")


def test_a_dot_is_filled_where_the_words_say_a_rise_or_a_fall() -> None:
    seen = see(draw_factor_change(frame_changes(CLEAR, FALL, OPEN), STUDY, TEXT))
    labels = ["Leren van en met elkaar", "Externe professionalisering", "Delen van kennis en ervaring"]
    marks = [seen.list_marks(seen.find(label).y)[0] for label in labels]
    assert [mark.fill for mark in marks] == ["--now", "--now", "--paper"]
    assert [mark.what for mark in marks] == ["round"] * 3


def test_an_indication_is_half_filled_and_the_key_says_so_where_there_is_one() -> None:
    weak = change("e4", 0.4, low=0.02, high=0.8, verdict="indication_rose")
    for language in ("nl", "en"):
        text = load_text(language)
        words = text.say("figures.indication")
        drawn = draw_factor_change(frame_changes(CLEAR, OPEN, weak), STUDY, text)
        dots = [line for line in list_lines(drawn) if line.get_marker() == "o" and line.get_fillstyle() == "left"]
        assert len(dots) == 2  # in its row and in the key
        assert all(dot.get_markerfacecolor() == dot.get_markeredgecolor() != dot.get_markerfacecoloralt() for dot in dots)
        assert words in see(drawn).read()
        assert words not in see(draw_factor_change(frame_changes(CLEAR, OPEN), STUDY, text)).read()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_key_names_an_interval_where_one_is_drawn(language: Language) -> None:
    text = load_text(language)
    _, words = say_interval(STUDY, text)
    bare = change("e1", 0.5, low=math.nan, high=math.nan)
    assert words in see(draw_factor_change(frame_changes(bare, OPEN), STUDY, text)).read()
    assert words not in see(draw_factor_change(frame_changes(bare), STUDY, text)).read()


def test_a_change_lies_at_its_value_beside_the_line_at_zero() -> None:
    seen = see(draw_factor_change(frame_changes(CLEAR, FALL), STUDY, TEXT))
    rise, fall = (seen.list_marks(seen.find(label).y)[0].x for label in ("Leren van en met elkaar", "Externe professionalisering"))
    assert rise == pytest.approx(seen.find("+0,5").x, abs=0.11)
    assert fall == pytest.approx(seen.find("−0,5").x, abs=0.11)
    assert rise - seen.find("0").x == pytest.approx(seen.find("0").x - fall, abs=0.2)


def test_changes_are_written_with_their_sign() -> None:
    rows = [CLEAR, FALL, change("e3", 0.001), change("e4", -0.001)]
    words = see(draw_factor_change(frame_changes(*rows), STUDY, TEXT)).read()
    assert {"+0,50", "−0,50"} <= set(words)
    assert words.count("0,00") == 2


def test_factors_stand_in_the_order_that_is_asked_for() -> None:
    frame = frame_changes(CLEAR, FALL, OPEN)
    places = [see(draw_factor_change(frame, STUDY, TEXT, order=order)) for order in ((), ("e3", "e1"))]
    tops = [[seen.find(label).y for label in ("Leren van en met elkaar", "Delen van kennis en ervaring")] for seen in places]
    assert tops[0][0] < tops[0][1]
    assert tops[1][0] > tops[1][1]


def test_the_smallest_change_that_matters_is_a_band_around_zero() -> None:
    study = make_study(smallest_change={"plg12": 0.5})
    seen = see(draw_factor_change(frame_changes(CLEAR, FALL), study, TEXT))
    widest = max(seen.bands, key=lambda band: band.y - band.x)
    assert (widest.x, widest.y) == pytest.approx((seen.find("−0,5").x, seen.find("+0,5").x), abs=0.11)
    assert TEXT.say("figures.small") in seen.read()
    assert see(draw_factor_change(frame_changes(CLEAR), STUDY, TEXT)).bands == []


def test_a_change_without_an_interval_is_an_open_dot() -> None:
    row = change("e1", 0.5, low=math.nan, high=math.nan, verdict="not_computable")
    seen = see(draw_factor_change(frame_changes(row), STUDY, TEXT))
    assert seen.list_marks(seen.find("Leren van en met elkaar").y)[0].fill == "--paper"


def test_a_hidden_change_leaves_no_trace_nor_stretches_the_axis() -> None:
    hidden = change("e2", math.nan, low=math.nan, high=math.nan, state="hidden")
    assert see(draw_factor_change(frame_changes(CLEAR, hidden), STUDY, TEXT)) == see(draw_factor_change(frame_changes(CLEAR), STUDY, TEXT))


def test_an_interval_beyond_the_scale_stays_within_the_picture() -> None:
    seen = see(draw_factor_change(frame_changes(change("e1", 3, low=-9, high=15)), STUDY, TEXT))
    assert all(0 <= sign.x <= seen.width for sign in [*seen.words, *seen.marks])

"""Figure F: waves on their dates, a gap where a wave is missing, and the contacts of the trajectory."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.report.figures.made_rows import frame_levels, level, make_study, see
from toolkit.languages import Language, load_text
from toolkit.report.figures.over_waves import choose_window, draw_course
from toolkit.study.instruments import load_instrument

WAVES = [
    {"id": id, "date": dt.date(2025, month, 1), "label": {"nl": label}}
    for id, month, label in (("a", 1, "eerste"), ("b", 4, "tweede"), ("c", 10, "derde"))
]
CONTACTS = [{"date": dt.date(2025, 7, 1), "type": "training"}]


def draw(*waves: str, language: Language = "nl", **settings: object):
    rows = [level("total", 2.0 + number, wave=wave, low=1.5 + number, high=2.5 + number) for number, wave in enumerate(waves)]
    return see(draw_course(frame_levels(*rows), make_study(waves=WAVES, **settings), load_text(language)))


def list_marks(seen) -> list:
    key = seen.find("gemiddelde").y
    return sorted((mark for mark in seen.marks if mark.y > key + 10), key=lambda mark: mark.x)


def test_waves_stand_on_their_dates():
    first, second, third = (mark.x for mark in list_marks(draw("a", "b", "c")))
    days = [wave["date"].toordinal() for wave in WAVES]
    assert (second - first) / (third - first) == pytest.approx((days[1] - days[0]) / (days[2] - days[0]), abs=0.01)


def test_higher_means_stand_higher_and_carry_their_numbers():
    seen = draw("a", "b", "c")
    heights = [mark.y for mark in list_marks(seen)]
    assert heights == sorted(heights, reverse=True)
    assert {"2,00", "3,00", "4,00"} <= set(seen.read())


def test_a_missing_wave_has_no_mark():
    assert len(list_marks(draw("a", "c"))) == 2


@pytest.mark.parametrize(("contacts", "told"), [([], False), (CONTACTS, True)])
@pytest.mark.parametrize(("language", "words"), [("nl", "bijeenkomst van het traject"), ("en", "meeting of the trajectory")])
def test_contacts_are_marked_where_there_are_any(language: Language, words: str, contacts: list, told: bool):
    assert (words in draw("a", "b", "c", language=language, contacts=contacts).read()) == told


def test_the_axis_is_where_the_means_lie_and_a_guide_shows_the_whole_answer_scale():
    words = draw("a", "b", "c").read()
    assert {"1,5", "4,5"} <= set(words) and {"0", "6"} <= set(words)


@pytest.mark.parametrize(
    ("values", "window"), [([3.3, 3.4], (3.0, 4.0)), ([1.0, 5.0], (1.0, 5.0)), ([4.9, 5.0], (4.0, 5.0)), ([1.0], (1.0, 2.0))]
)
def test_the_drawn_part_holds_the_values_and_stays_on_the_scale(values: list[float], window: tuple[float, float]):
    assert choose_window(values, load_instrument("plg12").answers) == window

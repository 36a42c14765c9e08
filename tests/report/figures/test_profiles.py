from __future__ import annotations

import math

import pytest

from tests.report.figures.made_rows import HOSTILE, Picture, frame_levels, level, make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.profiles import draw_radar
from toolkit.report.html.elements import Column, TableView, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.study.instruments import load_instrument

TEXT = load_text("nl")
STUDY = make_study()
SCALES = [scale.id for scale in load_instrument("plg12").scales]
NUMBERS = [str(number) for number in range(1, 13)]
TABLE = publish_table(TableView("Tabel", [Column("a"), Column("b")], [["c", "d"]]), "t")


def profile(value: float, rating: str = "now", scales: list[str] = SCALES) -> list[dict[str, object]]:
    return [level(scale, value, instrument="plg12", rating=rating) for scale in scales]


def find_centre(seen: Picture) -> tuple[float, float]:
    """Return the middle of the picture: that of the marks of a level profile."""
    return sum(mark.x for mark in seen.marks[-12:]) / 12, sum(mark.y for mark in seen.marks[-12:]) / 12


def list_radii(seen: Picture, count: int = 12) -> list[float]:
    x, y = find_centre(seen)
    return [math.hypot(mark.x - x, mark.y - y) for mark in seen.marks[-count:]]


def test_a_level_profile_is_a_ring_whose_radius_starts_at_the_lowest_answer() -> None:
    highest, middle = (list_radii(see(draw_radar(frame_levels(*profile(value)), STUDY, TEXT))) for value in (5, 3))
    assert highest == pytest.approx([highest[0]] * 12, abs=0.3)
    assert middle == pytest.approx([highest[0] / 2] * 12, abs=0.3)
    assert list_radii(see(draw_radar(frame_levels(*profile(1)), STUDY, TEXT))) == pytest.approx([0] * 12, abs=0.2)


def test_spokes_go_round_with_the_clock_in_the_order_of_the_instrument() -> None:
    seen = see(draw_radar(frame_levels(*reversed(profile(5))), STUDY, TEXT))
    x, y = find_centre(seen)
    outer = [(seen.find(n).x, seen.find(n).y) for n in NUMBERS[5:]]
    angles = [math.degrees(math.atan2(place[0] - x, y - place[1] + 4)) % 360 for place in outer]
    assert angles == pytest.approx([30 * number for number in range(5, 12)], abs=3)
    top = min((sign for sign in seen.words if sign.what == "Leren van en met elkaar"), key=lambda sign: sign.y)
    assert top.x == pytest.approx(x, abs=0.3)


def test_now_and_wanted_differ_in_shape() -> None:
    seen = see(draw_radar(frame_levels(*profile(2), *profile(4, "wanted")), STUDY, TEXT))
    assert {(mark.what, mark.fill) for mark in seen.marks} == {("round", "--now"), ("diamond", "--paper")}


def test_a_hidden_value_is_a_gap_in_the_line_and_not_a_zero() -> None:
    hidden = level("e1", math.nan, instrument="plg12", rating="wanted", state="hidden", low=math.nan, high=math.nan)
    seen = see(draw_radar(frame_levels(*profile(2), *profile(4, "wanted", SCALES[1:]), hidden), STUDY, TEXT))
    assert sum(mark.what == "diamond" for mark in seen.marks) == 11 + 1  # and the one in the key


def test_a_hidden_factor_has_no_spoke() -> None:
    words = see(draw_radar(frame_levels(*profile(2, scales=SCALES[2:])), STUDY, TEXT)).read()
    assert "12" not in words
    assert "Leren van en met elkaar" not in words


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_spokes_are_drawn_without_a_fault(count: int) -> None:
    seen = see(draw_radar(frame_levels(*profile(2, scales=SCALES[:count])), STUDY, TEXT))
    assert sum(mark.what == "round" for mark in seen.marks) >= count


def test_where_the_page_is_narrow_the_names_stand_in_a_list() -> None:
    markup = publish_figure(draw_radar(frame_levels(*profile(2)), STUDY, TEXT), "r", "Titel", "b", "c", TABLE, TEXT).markup
    listed = markup[markup.index('<ol class="listed">') : markup.index("</ol>")]
    assert listed.count("<li>") == 12
    assert listed.index("Leren van en met elkaar") < listed.index("Externe professionalisering")
    assert markup.count('<g class="narrow" display="none">') == 12


def test_a_factor_of_any_name_is_shown_as_it_was_typed(monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests) -> None:
    own = load_instrument("plg12")
    for name in HOSTILE:
        scales = tuple(scale.model_copy(update={"label": {"nl": name}}) for scale in own.scales)
        monkeypatch.setitem(STUDY.__dict__, "scored_instruments", (own.model_copy(update={"scales": scales}),))
        with subtests.test(name):
            seen = see(draw_radar(frame_levels(*profile(2)), STUDY, TEXT))
            assert sum(sign.what in name for sign in seen.words) >= 12

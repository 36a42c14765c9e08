"""Figure I: a value in each box, tones over the whole answer scale and around 0."""

from __future__ import annotations

import pytest

from tests.report.figures.made_rows import HOSTILE, see
from toolkit.plots.style import TINTS
from toolkit.report.figures.profiles import Cell, draw_heat
from toolkit.study.instruments import load_instrument

ANSWERS = load_instrument("plg12").answers
SIGNS = [(TINTS[0], "laag"), (TINTS[-1], "hoog")]


def test_every_value_stands_in_its_box_below_the_number_of_its_factor():
    rows = [
        ("Een", [Cell(f"1,{number}", TINTS[0]) for number in range(7)]),
        ("Twee", [Cell(f"2,{number}", TINTS[4]) for number in range(7)]),
    ]
    seen = see(draw_heat(rows, [f"Factor {number}" for number in range(1, 8)], SIGNS))
    for number in range(7):
        assert seen.find(f"1,{number}").x == pytest.approx(seen.find(f"2,{number}").x)
        assert seen.find(f"1,{number}").x == pytest.approx(seen.find(str(number + 1)).x)
    assert seen.find("1,0").y < seen.find("2,0").y


@pytest.mark.parametrize(("factors", "blocks"), [(1, [1]), (5, [5]), (6, [3, 3]), (7, [4, 3]), (12, [4, 4, 4])])
def test_factors_stand_in_even_blocks_of_five_at_most(factors: int, blocks: list[int]):
    rows = [("Een", [Cell(f"1,{number}", TINTS[0]) for number in range(factors)])]
    seen = see(draw_heat(rows, ["F"] * factors, SIGNS))
    heights = [seen.find(f"1,{number}").y for number in range(factors)]
    assert [heights.count(height) for height in dict.fromkeys(heights)] == blocks


def test_an_indication_has_a_mark_of_its_own_in_its_box():
    signs = [*SIGNS, ("indication", "aanwijzing")]
    seen = see(draw_heat([("Een", [Cell("0,4", TINTS[0], indicated=True), Cell("0,9", TINTS[0], bold=True)])], ["A", "B"], signs))
    boxes = [mark for mark in seen.marks if mark.y > seen.find("0,4").y - 12]
    assert boxes and {mark.what for mark in boxes} == {"round"}
    assert all(seen.find("0,4").x < mark.x < seen.find("0,9").x for mark in boxes)


def test_a_hidden_cell_has_no_words():
    seen = see(draw_heat([("Een", [Cell("3,4", TINTS[0]), None])], ["A", "B"], SIGNS))
    assert [word for word in seen.read() if "," in word] == ["3,4"]


def test_names_of_any_kind_are_shown_as_typed():
    rows = [(name, [Cell("3,4", TINTS[0])]) for name in HOSTILE]
    seen = see(draw_heat(rows, ["A"], SIGNS))
    shown = "".join(sign.what for sign in seen.words if sign.x == 0).replace(" ", "")
    assert all(name.replace(" ", "") in shown for name in HOSTILE)

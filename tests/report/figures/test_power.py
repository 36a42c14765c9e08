from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from tests.report.figures.made_rows import make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.power import draw_power
from toolkit.schemas import PLANNING

TEXT = load_text("nl")


def plan(*powers: tuple[int, float]) -> pd.DataFrame:
    rows = [
        {"schools": schools, "people": 20.0, "pairs": 12.0, "state": "shown", "quantity": "power", "estimate": power, "std_error": 0.0}
        | {"low": max(power - 0.1, 0), "high": min(power + 0.1, 1), "p_value": 0.0, "n": 100, "method": ""}
        for schools, power in powers
    ]
    return PLANNING.collect(rows)


def test_marks_stand_at_their_number_of_schools_and_their_chance():
    seen = see(draw_power({"weinig": plan((4, 0.2), (10, 0.8), (20, 1.0))}, make_study(), TEXT))
    marks = sorted((mark for mark in seen.marks if mark.x > 57), key=lambda mark: mark.x)
    assert [mark.x for mark in marks] == pytest.approx([seen.find(number).x for number in ("4", "10", "20")], abs=0.11)
    assert [mark.y + 4 for mark in marks] == pytest.approx([seen.find(share).y for share in ("20%", "80%", "100%")], abs=0.3)


def test_two_curves_differ_by_shape_and_both_are_named():
    seen = see(draw_power({"weinig": plan((4, 0.4)), "veel": plan((4, 0.2))}, make_study(), TEXT))
    assert {mark.what for mark in seen.marks} == {"round", "diamond"}
    assert {"weinig", "veel"} <= set(seen.read())


def test_the_axis_of_chances_is_whole_and_the_numbers_below_do_not_touch():
    seen = see(draw_power({"weinig": plan(*((number, 0.5) for number in range(4, 31)))}, make_study(), TEXT))
    assert {"0%", "100%"} <= set(seen.read())
    numbers = sorted(sign.x for sign in seen.words if sign.what.isdigit())
    assert min(later - earlier for earlier, later in pairwise(numbers)) >= 29

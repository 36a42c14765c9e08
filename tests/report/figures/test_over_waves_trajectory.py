"""The strip of the trajectory: a dot per meeting in the lane of its kind, and the measurements as lines."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.report.figures.made_rows import make_study, see
from toolkit.languages import Language, load_text
from toolkit.report.figures.over_waves import draw_trajectory

MEETINGS = {"training": [dt.date(2025, 10, 1), dt.date(2026, 1, 15)], "mt": [dt.date(2025, 11, 1)]}


@pytest.mark.parametrize(("language", "words"), [("nl", ["meting", "nameting"]), ("en", ["measurement", "second wave"])])
def test_every_meeting_stands_in_the_lane_of_its_kind_between_the_measurements(language: Language, words: list[str]) -> None:
    seen = see(draw_trajectory(MEETINGS, make_study().waves, load_text(language)))
    lanes = [[mark.x for mark in seen.marks if mark.what == "round" and 0 < mark.y - seen.find(kind).y < 30] for kind in MEETINGS]
    assert [len(lane) for lane in lanes] == [2, 1]
    assert lanes[0][0] < lanes[1][0] < lanes[0][1]
    assert {*words, *MEETINGS} <= set(seen.read())


def test_a_meeting_before_the_first_or_after_the_last_measurement_stays_in_the_picture() -> None:
    early = {"training": [dt.date(2025, 1, 1), dt.date(2027, 1, 1)]}
    seen = see(draw_trajectory(early, make_study().waves, load_text("nl")))
    assert all(0 <= mark.x <= 480 for mark in seen.marks)

"""Seven measurements close to each other: the drawn words of the course do not overlap, in either language."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest

from tests.report.figures.made_rows import frame_levels, level, list_words, make_study
from toolkit.languages import Language, load_text
from toolkit.report.figures.over_waves import draw_course

NAMES = {
    "nl": [
        "voor dagdeel 1",
        "na dagdeel 1",
        "na dagdeel 2",
        "halverwege het traject",
        "na 12 weken",
        "na een half jaar",
        "follow-up na een jaar",
    ],
    "en": [
        "before session 1",
        "after session 1",
        "after session 2",
        "halfway through",
        "after 12 weeks",
        "after six months",
        "follow-up a year later",
    ],
}
DAYS = [dt.date(2025, 9, 1) + dt.timedelta(days=days) for days in (0, 10, 24, 40, 60, 181, 365)]
WAVES = [
    {"id": f"w{number}", "date": day, "label": {language: NAMES[language][number] for language in NAMES}} for number, day in enumerate(DAYS)
]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_of_seven_measurements_do_not_overlap(language: Language) -> None:
    rows = [level("total", 2 + number / 10, wave=wave["id"]) for number, wave in enumerate(WAVES)]
    figure = draw_course(frame_levels(*rows), make_study(waves=WAVES, report_date=dt.date(2027, 1, 1)), load_text(language))
    figure.draw_without_rendering()
    boxes = {words.get_text(): words.get_window_extent() for words in list_words(figure)}
    assert set(NAMES[language]) <= set(boxes)
    assert [(one, other) for one, other in combinations(boxes, 2) if boxes[one].overlaps(boxes[other])] == []
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes.values())

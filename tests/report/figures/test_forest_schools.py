from __future__ import annotations

from typing import Any

import pytest

from tests.report.figures.made_rows import HOSTILE, change, frame_changes, make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.forest import draw_schools

TEXT = load_text("nl")
NAMES = ["De Wilgen", "Het Kompas", "De Klimop"]


def row(school: str, quantity: str, estimate: float, **fields: Any) -> dict[str, Any]:
    return change("total", estimate, school=school, quantity=quantity, instrument="energie_own9", rating="", **fields)


ALL = [row("", "average_change", 0.5), row("", "new_school", 0.5, low=-0.5, high=1.5)]


def school(number: int, estimate: float = 0.5, n: int = 20) -> list[dict[str, Any]]:
    code = f"s{number:02d}"
    return [row(code, "shrunken", estimate, n=n), row(code, "change", estimate * 0.5, n=n)]


def test_schools_stand_in_the_order_of_their_rows_below_the_average() -> None:
    rows = [*school(2, -0.5), *school(0, 1), *school(1), *ALL]
    words = see(draw_schools(frame_changes(*rows), make_study(NAMES), TEXT)).read()
    assert [word for word in words if word in NAMES] == ["De Klimop", "De Wilgen", "Het Kompas"]
    assert words.index("Nieuwe school,") < words.index("De Wilgen")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_dot_is_the_own_change_and_the_pale_mark_what_was_drawn_in(language: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    rows = [row("s00", "change", 1.0), row("s00", "shrunken", 0.5)]
    seen = see(draw_schools(frame_changes(*ALL, *rows), make_study(NAMES), text))
    marks = {mark.what: mark for mark in seen.marks if abs(mark.y - seen.find("De Wilgen").y) < 10}
    assert marks["round"].x == pytest.approx(seen.find(f"+{text.number(1, 0)}").x, abs=0.11)
    assert marks["diamond"].x == pytest.approx(seen.find(f"+{text.number(0.5, 1)}").x, abs=0.11)
    assert (marks["round"].fill, marks["diamond"].fill) == ("--now", "--paper")
    assert text.say("figures.drawn_in") in seen.read()
    without = see(draw_schools(frame_changes(row("s00", "change", 1.0)), make_study(NAMES), text))
    assert text.say("figures.drawn_in") not in without.read()


def test_a_dot_is_filled_by_the_verdict_on_the_own_interval() -> None:
    rows = [
        row(code, quantity, 0.5, verdict=verdict if quantity == "change" else other)
        for code, verdict, other in (("s00", "rose", "same"), ("s01", "same", "rose"))
        for quantity in ("change", "shrunken")
    ]
    seen = see(draw_schools(frame_changes(*ALL, *rows), make_study(NAMES), TEXT))
    own = [mark for mark in seen.marks if mark.what == "round"]
    fills = [mark.fill for name in NAMES[:2] for mark in own if abs(mark.y - seen.find(name).y) < 10]
    assert fills == ["--now", "--paper"]


def test_no_school_has_a_rank_or_a_word_of_judgement() -> None:
    words = see(draw_schools(frame_changes(*ALL, *school(0), *school(1)), make_study(NAMES), TEXT)).read()
    assert not {"1", "2", "beste", "slechtste"} & set(words)


def test_after_forty_schools_the_axis_comes_again() -> None:
    def count_axes(schools: int) -> int:
        rows = [cell for number in range(schools) for cell in school(number)]
        study = make_study([f"School {number}" for number in range(schools)])
        return see(draw_schools(frame_changes(*ALL, *rows), study, TEXT)).read().count(TEXT.say("figures.rose"))

    assert (count_axes(40), count_axes(41)) == (1, 2)


def test_a_study_without_an_average_still_shows_its_schools() -> None:
    seen = see(draw_schools(frame_changes(*school(0), *school(1)), make_study(NAMES), TEXT))
    assert {"De Wilgen", "Het Kompas"} <= set(seen.read())


def test_names_of_any_kind_are_shown_as_typed_and_stay_in_their_own_column() -> None:
    rows = [cell for number in range(len(HOSTILE)) for cell in school(number)]
    seen = see(draw_schools(frame_changes(*ALL, *rows), make_study(HOSTILE), TEXT))
    shown = "".join(sign.what for sign in seen.words if sign.x == 0).replace(" ", "")
    for name in HOSTILE:
        assert name.replace(" ", "") in shown
    assert all(0 <= sign.y <= seen.height for sign in seen.words)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_with_comparison_schools_the_groups_stand_apart_under_their_difference(language: str) -> None:
    text, study = load_text(language), make_study(NAMES)  # type: ignore[arg-type]
    groups = ("trajectory", "comparison", "trajectory")
    schools = tuple(entry.model_copy(update={"group": group}) for entry, group in zip(study.schools, groups, strict=True))
    contrast = [row("", name, value) for name, value in (("difference", 0.4), ("trajectory", 0.5), ("comparison", 0.1))]
    rows = [*ALL, *contrast, *school(0), *school(1), *school(2)]
    words = " ".join(see(draw_schools(frame_changes(*rows), study.model_copy(update={"schools": schools}), text)).read())
    order = [text.say("figures.difference"), text.say("figures.trajectory"), *NAMES[::2], text.say("figures.comparison"), NAMES[1]]
    places = [words.index(name) for name in order]
    assert places == sorted(places)
    assert text.say("figures.average_of_group") in words
    assert text.say("figures.average_change") not in words and text.say("figures.new_school") not in words

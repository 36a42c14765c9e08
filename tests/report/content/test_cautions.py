"""What to keep in mind at a school's change: on both sides of each cut, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.languages import Language
from toolkit.report.content.cautions import list_cautions
from toolkit.report.content.view import View
from toolkit.report.sections.outcomes import show_engagement
from toolkit.report.sections.schools import show_schools
from toolkit.study.rules import load_rules

LANGUAGES: list[Language] = ["nl", "en"]
TOTAL = {"instrument": "uwes9", "scale": "total"}
Alter = Callable[[MadeResults], None]


def leave(made: MadeResults, matched: int, used: int = 100) -> None:
    for quantity, count in (("used", used), ("matched", matched)):
        made.alter("participation", {"wave": "before", "quantity": quantity, "school": "s1"}, estimate=float(count))


def answer(made: MadeResults, shares: list[float]) -> None:
    for number, share in enumerate(shares, 1):
        made.answer("s1", "before", ("uwes9", f"i{number}", ""), 6.0, share, n=20)


def begin(made: MadeResults, average: float) -> None:
    if not any(row["school"] == "" and row["wave"] == "before" and row["scale"] == "total" for row in made.rows["levels"]):
        made.level("", "before", "uwes9.total", average, n=120)
    made.alter("levels", {**TOTAL, "school": "", "wave": "before", "quantity": "mean"}, estimate=average)


def tell(view: View) -> dict[str, str]:
    return {kind: words.replace("\u00a0", " ") for kind, words in list_cautions(view, view.study.primary, "s1").items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("matched", "told"), [(68, False), (67, True)])
def test_who_left_is_told_from_a_third_on(open_school, language: Language, matched: int, told: bool) -> None:
    view = open_school(language, lambda made: leave(made, matched))
    assert ("left" in tell(view)) == told
    words = view.text.say("cautions.left", first=100, again=67).replace("\u00a0", " ")
    assert (words in read_words(show_engagement(view))) == told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("share", "told"), [(0.299, False), (0.301, True)])
def test_a_ceiling_is_told_where_the_answers_before_were_the_highest(open_school, language: Language, share: float, told: bool) -> None:
    view = open_school(language, lambda made: answer(made, [share] * 9))
    assert tell(view).get("ceiling") == (view.text.say("cautions.ceiling", share="30%") if told else None)


def test_a_ceiling_rests_on_all_statements_and_on_the_highest_answer_of_each(open_school) -> None:
    def miss_one(made: MadeResults) -> None:
        answer(made, [0.9] * 8)

    def nearly(made: MadeResults) -> None:
        answer(made, [0.0] * 9)
        made.hide("answers", {"instrument": "uwes9", "wave": "before"}, method="nearly_none")
        made.alter("answers", {"instrument": "uwes9", "wave": "before", "item": "i1"}, method="nearly_all")

    assert "ceiling" not in tell(open_school("en", miss_one))
    assert "ceiling" not in tell(open_school("en", nearly))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("below", "told"), [(0.499, False), (0.501, True)])
def test_a_low_start_is_told_from_half_a_standard_deviation_on(open_school, language: Language, below: float, told: bool) -> None:
    view = open_school(language, lambda made: begin(made, 3.414 + below * 0.8))  # the spread before is 0.8
    assert ("low_start" in tell(view)) == told
    ends = {"own": view.text.number(3.4, 1), "all": view.text.number(3.8, 1)}
    assert not told or tell(view)["low_start"] == view.text.say("cautions.low_start", **ends).replace("\u00a0", " ")


def test_a_school_that_fell_or_has_no_change_has_no_low_start(open_school) -> None:
    def fall(made: MadeResults) -> None:
        begin(made, 5.0)
        made.alter("change", {**TOTAL, "quantity": "change"}, estimate=-0.3)

    def hide(made: MadeResults) -> None:
        begin(made, 5.0)
        made.hide("change", {**TOTAL, "quantity": "change"})

    assert not tell(open_school("en", fall))
    assert not tell(open_school("en", hide))


@pytest.mark.parametrize("language", LANGUAGES)
def test_across_schools_they_stand_beside_each_change(open_cohort, language: Language) -> None:
    def alter(made: MadeResults) -> None:
        leave(made, 60)
        answer(made, [0.5] * 9)
        begin(made, 5.0)

    view = open_cohort(language, 6, alter)
    table = read_tables(show_schools(view))["schools-change-table"]
    say = view.text.say
    assert table[0][-1] == say("cautions.column")
    assert table[1][-1] == view.text.join([say(f"cautions.{kind}_short") for kind in ("left", "ceiling", "low_start")])
    assert table[-1][-1] == say("cautions.none")  # a school that is hidden
    plain = read_tables(show_schools(open_cohort(language)))["schools-change-table"]
    assert plain[0][-1] == say("column.verdict")


def test_every_limit_says_where_it_comes_from() -> None:
    assert all(len(limit.reference) > 20 for limit in load_rules().limits.values())

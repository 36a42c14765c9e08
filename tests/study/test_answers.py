"""Kinds of answers: what each admits, which have a mean, and that an item may have a kind of its own."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, list_instruments, load_instrument

OPTIONS = [{"value": value, "nl": [word], "en": [word]} for value, word in ((1, "L"), (2, "M"), (4, "B"))]
HEAD = """
id = "mixed"
version = "1"
name = { nl = "Gemengd", en = "Mixed" }
about = { nl = "Van alles.", en = "All sorts." }
source = "Our own."
licence = { kind = "own", text_shipped = true, notice = { nl = "Vrij.", en = "Free." } }
"""


def make(answers: dict[str, Any], items: list[dict[str, Any]], **more: Any) -> Instrument:
    numbered = [{"number": number, "label": {"nl": "a", "en": "a"}, **item} for number, item in enumerate(items, 1)]
    return Instrument.model_validate(tomllib.loads(HEAD) | {"answers": answers, "items": numbered} | more)


def scale(*items: str, **more: Any) -> dict[str, Any]:
    return {"scales": [{"id": "total", "label": {"nl": "t", "en": "t"}, "items": items, **more}]}


@pytest.mark.parametrize(
    ("answers", "right", "wrong"),
    [
        ({"kind": "choice", "options": OPTIONS}, (1, 2, 4), (3, 0, 5, 1.5)),
        ({"kind": "choice", "labels": OPTIONS}, (1, 2, 4), (3,)),  # as it could be written before
        ({"kind": "yes_no"}, (0, 1), (2, 0.5)),
        ({"kind": "several", "options": OPTIONS}, (0, 1, 5, 7), (8, -1, 1.5)),
        ({"kind": "share"}, (0, 0.25, 1), (1.1, -0.1)),
        ({"kind": "count", "min": 0, "max": 40}, (0, 40), (41, 0.5)),
        ({"kind": "words"}, (1,), (2,)),
        ({"kind": "open"}, (1,), (2,)),
        ({"min": 1, "max": 5}, (1, 5), (0, 6)),
    ],
)
def test_a_kind_admits_its_own_answers(answers: dict[str, Any], right: tuple[float, ...], wrong: tuple[float, ...]) -> None:
    known = Answers.model_validate(answers)
    assert [value for value in (*right, *wrong) if known.admits(value)] == list(right)


def test_several_holds_each_set_of_options_as_one_number() -> None:
    answers = Answers.model_validate({"kind": "several", "options": OPTIONS})
    assert [answers.list_picked(answers.join_picked(values)) for values in ([], [4], [1, 4])] == [[], [4], [1, 4]]


def test_yes_and_no_have_words_by_themselves() -> None:
    words = {label.value: (label.nl[0], label.en[0]) for label in Answers.model_validate({"kind": "yes_no"}).words}
    assert words == {0: ("nee", "no"), 1: ("ja", "yes")}


def test_only_numbers_have_a_mean() -> None:
    for answers in ({"kind": "choice", "options": OPTIONS}, {"kind": "yes_no"}, {"kind": "several", "options": OPTIONS}, {"kind": "open"}):
        with pytest.raises(ValidationError, match="no mean"):
            make(answers, [{"id": "i1"}], **scale("i1"))
        with pytest.raises(ValidationError, match="no mean"):
            make({"min": 1, "max": 5}, [{"id": "i1"}, {"id": "i2", "answers": answers}], **scale("i1", "i2"))
    assert make({"kind": "count", "min": 0, "max": 9}, [{"id": "i1"}], **scale("i1")).scored_items
    assert make({"kind": "share"}, [{"id": "i1"}], **scale("i1")).scored_items


def test_a_scale_holds_one_range_of_answers() -> None:
    items = [{"id": "i1"}, {"id": "i2", "answers": {"min": 1, "max": 10}}]
    with pytest.raises(ValidationError, match="other answers"):
        make({"min": 1, "max": 5}, items, **scale("i1", "i2"))
    assert make({"min": 1, "max": 5}, items, **scale("i1", "i2", score="share"))  # a part and a whole are divided, not averaged


def test_a_questionnaire_mixes_kinds() -> None:
    items = [{"id": "i1"}, {"id": "who", "answers": {"kind": "choice", "options": OPTIONS}}, {"id": "why", "answers": {"kind": "open"}}]
    mixed = make({"min": 1, "max": 5}, items, **scale("i1"))
    assert [item.id for item in mixed.scored_items] == ["i1"]
    assert [item.id for item, _, _ in mixed.picked] == ["who"]
    assert [item.id for item, _, _ in mixed.worded] == ["why"]
    assert list(mixed.columns) == ["mixed_i1", "mixed_who", "mixed_why"]


def test_a_statement_may_be_rated_and_picked_at_once() -> None:
    label = {"nl": "l", "en": "l"}
    ratings = [{"id": "present", "label": label}, {"id": "who", "label": label, "answers": {"kind": "choice", "options": OPTIONS}}]
    roles = make({"min": 1, "max": 5}, [{"id": "i1"}], ratings=ratings, **scale("i1"))
    assert (roles.asked_ratings, roles.scored_ratings) == (("present", "who"), ("present",))
    assert [(item.id, rating) for item, rating, _ in roles.picked] == [("i1", "who")]


def test_what_is_shipped_has_scales_where_it_asks_for_numbers_and_only_there() -> None:
    for instrument in map(load_instrument, list_instruments()):
        assert bool(instrument.scales) == any(answers.is_measured for answers in map(instrument.find_answers, instrument.scored_ratings))

"""What texts say as answers."""

from __future__ import annotations

import pytest

from toolkit.new_study.answer_words import Seen, order_words, read_answer, read_column
from toolkit.spelling import fold_words


def read(*texts: str, labels: dict[str, str] | None = None) -> Seen:
    return read_column([(text, 1) for text in texts], labels or {})


def order(*words: str) -> tuple[list[list[str]], bool]:
    """The words per answer, and whether a known scale has them."""
    ordered, scale = order_words({fold_words(word): word for word in words})
    return ordered, bool(scale)


def test_numbers_words_and_both_together_are_read() -> None:
    assert read("1", "5", "3").kind == "number"
    assert read("Mee eens", "Oneens").kind == "words"
    both = read("1 (helemaal oneens)", "2", "3", "4", "5 (helemaal eens)")
    assert (both.kind, both.labels) == ("number", {1: "helemaal oneens", 5: "helemaal eens"})
    assert read_answer("4.0") == (4, "")


def test_what_cannot_be_answers_on_a_scale_is_none() -> None:
    assert read("1.5", "2.25", "3").kind == ""
    assert read("2024-01-01", "3").kind == ""
    assert read("1", "vaak").kind == ""
    assert read("1", "40").kind == ""
    assert read("Omdat ik dat al heel lang en vaak gedaan heb, en het bij ons op school zo hoort").kind == ""
    assert read().kind == ""


def test_codes_and_words_for_no_answer_do_not_stretch_the_scale() -> None:
    for code in ("99", "-9", "999"):
        seen = read("1", "2", "3", code)
        assert (sorted(seen.numbers), list(seen.missing)) == ([1, 2, 3], [code])
    assert list(read("1", "2", "3", "4", "5", "9").missing) == ["9"]
    assert sorted(read("-2", "-1", "0", "1", "2").numbers) == [-2, -1, 0, 1, 2]
    assert list(read("Soms", "Vaak", "Weet niet").missing) == ["Weet niet"]
    labelled = read("1", "2", "6", labels={"1": "never", "2": "often", "6": "not applicable"})
    assert (labelled.labels, list(labelled.missing)) == ({1: "never", 2: "often"}, ["6"])


def test_words_of_a_known_scale_take_their_place_in_it_and_others_stay_as_they_came() -> None:
    assert order("Strongly Agree", "Disagree", "Neither agree or disagree", "Agree") == (
        [[], ["Disagree"], ["Neither agree or disagree"], ["Agree"], ["Strongly Agree"]],
        True,
    )
    assert order("altijd", "nooit", "soms", "vaak", "zelden") == ([["nooit"], ["zelden"], ["soms"], ["vaak"], ["altijd"]], True)
    assert order("veel ruimte", "geen ruimte", "wat ruimte") == ([["veel ruimte"], ["geen ruimte"], ["wat ruimte"]], False)


def test_two_words_that_differ_are_not_put_at_one_number_where_a_scale_tells_them_apart() -> None:
    ordered, known = order("never", "rarely", "sometimes", "often", "very often", "always")
    assert known and [len(words) for words in ordered] == [1] * 6


@pytest.mark.parametrize(
    "scale",
    [
        "Helemaal mee oneens/Mee oneens/Neutraal/Mee eens/Helemaal mee eens",
        "Helemaal oneens/Oneens/Eens/Helemaal eens",
        "Nooit/Bijna nooit/Zelden/Soms/Vaak/Heel vaak/Altijd",
        "Nooit/Soms/Vaak/Altijd",
        "Strongly disagree/Disagree/Agree/Strongly agree",
        "Strongly disagree/Disagree/Somewhat disagree/Neutral/Somewhat agree/Agree/Strongly agree",
        "Not at all important/Somewhat important/Very important",
    ],
)
def test_a_scale_that_is_there_whole_is_numbered_from_one_without_holes(scale: str) -> None:
    words = scale.split("/")
    assert order(*reversed(words)) == ([[word] for word in words], True)


def test_an_answer_that_nobody_gave_keeps_its_number_in_the_scale_that_is_used_most() -> None:
    assert order("never", "often", "sometimes") == ([["never"], [], ["sometimes"], ["often"], []], True)

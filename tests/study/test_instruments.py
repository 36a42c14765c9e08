import os
import re
from collections import Counter
from pathlib import Path

import pytest

from toolkit.errors import DefinitionError
from toolkit.shipped import INSTRUMENTS
from toolkit.spelling import fold, fold_words
from toolkit.study.answers import Answers
from toolkit.study.instruments import Scale, list_instruments, load_instrument

UWES9 = {"vigour": (1, 2, 5), "dedication": (3, 4, 7), "absorption": (6, 8, 9)}
UWES15 = {"vigour": (1, 4, 8, 12, 15), "dedication": (2, 5, 7, 10, 13), "absorption": (3, 6, 9, 11, 14)}
UWES17 = {"vigour": (1, 4, 8, 12, 15, 17), "dedication": (2, 5, 7, 10, 13), "absorption": (3, 6, 9, 11, 14, 16)}
UWES = {"uwes3", "uwes9", "uwes15", "uwes17"}
#: per instrument of our own its ends and its number of items; each item is a factor of its own, but for those with blocks.
SIZES = {
    "bigideas3": (1, 5, 3),
    "bouwstenen7": (1, 5, 7),
    "cursus12": (1, 4, 12),
    "elementen7": (1, 5, 7),
    "leider10": (1, 4, 10),
    "samen3": (1, 5, 3),
    "succes9": (1, 5, 9),
    "teamfase7": (1, 5, 7),
    "trainingscijfer1": (1, 10, 1),
    "trainingseval": (1, 5, 4),
    "verbiest4": (1, 5, 4),
}
BLOCKS = {"cursus12": {"structuring": 4, "change": 3, "leadership": 5}}


@pytest.mark.parametrize("id", list_instruments())
def test_every_shipped_instrument_is_whole_in_both_languages(id: str) -> None:
    instrument = load_instrument(id)
    for words in (instrument.name, instrument.about, instrument.licence.notice, *(scale.label for scale in instrument.scales)):
        assert set(words) == {"nl", "en"}
    if not instrument.licence.text_shipped:
        assert not any(item.text for item in instrument.items)


@pytest.mark.parametrize(("id", "scales"), [("uwes9", UWES9), ("uwes15", UWES15), ("uwes17", UWES17)])
def test_the_uwes_has_the_published_items_per_subscale(id: str, scales: dict[str, tuple[int, ...]]) -> None:
    """Item numbers: Schaufeli & Bakker 2004; the 9-item version as in the manual."""
    instrument = load_instrument(id)
    numbers = {item.id: item.number for item in instrument.items}
    for name, expected in scales.items():
        assert tuple(numbers[item] for item in instrument.find_scale(name).items) == expected


def test_the_shorter_uwes_nests_in_the_longer() -> None:
    whole = load_instrument("uwes17")
    numbers = {item.id: item.number for item in whole.items}
    nested = {version.id: [numbers[item] for item in version.items.values()] for version in whole.nested}
    assert nested == {"uwes15": [*range(1, 16)], "uwes9": [1, 4, 5, 7, 8, 9, 10, 11, 14], "uwes3": [1, 5, 11]}
    shorter = {version.id: version.items for version in load_instrument("uwes15").nested}
    assert shorter == {version.id: version.items for version in whole.nested if version.id != "uwes15"}


def test_the_uwes_15_needs_as_many_answers_as_was_settled() -> None:
    """Cut points of this version were not found; those of another version do not hold for it."""
    instrument = load_instrument("uwes15")
    assert {scale.id: scale.count_needed() for scale in instrument.scales} == {"total": 12, "vigour": 4, "dedication": 4, "absorption": 4}
    assert (instrument.answers.min, instrument.answers.max) == (0, 6)


@pytest.mark.parametrize("id", SIZES)
def test_an_instrument_of_our_own_has_its_questions_with_words_for_every_answer(id: str) -> None:
    instrument = load_instrument(id)
    low, high, count = SIZES[id]
    assert (instrument.answers.min, instrument.answers.max) == (low, high)
    assert [item.number for item in instrument.items] == [*range(1, count + 1)]
    assert instrument.licence.kind == "own" and all(set(item.text) == set(item.label) == {"nl", "en"} for item in instrument.items)
    assert instrument.answers.step != 1 or [label.value for label in instrument.answers.labels] == [*range(low, high + 1)]
    sizes = {scale.id: len(scale.items) for scale in instrument.scales}
    assert sizes == BLOCKS.get(id, {item.id: 1 for item in instrument.items})
    assert not any(item.reverse for item in instrument.items)


def test_groups_have_the_size_of_their_source() -> None:
    """Conditions about people and the organisation; elements of values, relations and practice; learning goals and end objectives."""
    sizes = {id: Counter(scale.group for scale in load_instrument(id).scales) for id in ("succes9", "elementen7", "leider10")}
    assert sizes["succes9"] == {"people": 4, "organisation": 5}
    assert sizes["elementen7"] == {"values": 4, "relations": 1, "practice": 2}
    assert sizes["leider10"] == {"goals": 7, "objectives": 3}


def test_what_is_about_one_person_is_marked_so() -> None:
    marked = {(id, scale.id) for id in [*SIZES, "plg12"] for scale in load_instrument(id).scales if scale.about_person}
    assert marked == {("bouwstenen7", "b5"), ("succes9", "s2"), ("trainingseval", "e3"), ("plg12", "c4"), ("plg12", "c5")}


def test_psychological_safety_is_one_mean_of_seven_with_three_reversed() -> None:
    """Reversed items 1, 3 and 5, answers 1 to 7: Edmondson 1999."""
    instrument = load_instrument("edmondson7")
    assert [item.number for item in instrument.items] == [*range(1, 8)]
    assert [item.number for item in instrument.items if item.reverse] == [1, 3, 5]
    assert (instrument.answers.min, instrument.answers.max) == (1, 7)
    assert [(scale.kind, len(scale.items)) for scale in instrument.scales] == [("total", 7)]


def test_job_crafting_has_four_dimensions_never_one_sum_and_numbers_that_no_header_binds_to() -> None:
    """Five, six, five and five items: Tims, Bakker & Derks 2012. Their order is not verified, so no item claims a number of 1 to 21."""
    instrument = load_instrument("jcs21")
    assert {scale.id: len(scale.items) for scale in instrument.scales} == {"structural": 5, "hindering": 6, "social": 5, "challenging": 5}
    assert [item for scale in instrument.scales for item in scale.items] == [item.id for item in instrument.items]
    assert all(item.id.startswith(scale.id) for scale in instrument.scales for item in instrument.items if item.id in scale.items)
    assert not {item.number for item in instrument.items} & set(range(1, 22))
    assert "not verified" in instrument.source["en"] and "niet nagekeken" in instrument.source["nl"]


def test_a_source_is_told_in_the_language_of_the_page() -> None:
    told = {id: load_instrument(id).source for id in list_instruments()}
    assert {id for id, source in told.items() if set(source) != {"nl", "en"}} == set()
    assert {id for id, source in told.items() if re.search(r"\b(the|after|our own|claim|manual|rule)\b", source["nl"])} == set()


def test_the_page_about_the_instruments_has_all_of_them() -> None:
    page = (INSTRUMENTS.parent.parent / "docs" / "instruments.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(\w+)` \| .* \| (\d+) \| ([\w ]+) \| ([\w ]+) \|$", page, re.MULTILINE))
    known = [load_instrument(id) for id in list_instruments()]
    answers = {
        i.id: f"{i.answers.min:g} to {i.answers.max:g}" if i.answers.is_measured else i.answers.kind.replace("_", " ") for i in known
    }
    assert told == {(i.id, str(len(i.items)), answers[i.id], i.licence.kind.replace("_", " ")) for i in known}


def test_those_for_research_only_have_labels_and_no_text() -> None:
    closed = {id for id in list_instruments() if load_instrument(id).licence.kind == "research_only"}
    assert closed == {*UWES, "edmondson7", "jcs21"}
    for id in closed:
        instrument = load_instrument(id)
        assert not instrument.licence.text_shipped and not any(item.text or item.also for item in instrument.items)
        assert all(set(item.label) == {"nl", "en"} for item in instrument.items)


def test_no_two_instruments_ask_the_same_words() -> None:
    """A header by its wording belongs to one instrument; versions of one questionnaire share theirs."""
    asked: dict[str, set[str]] = {}
    for id in list_instruments():
        for item in load_instrument(id).items:
            for words in (*item.text.values(), *item.label.values(), *item.also):
                asked.setdefault(fold_words(words), set()).add("uwes" if id in UWES else id)
    assert {words: ids for words, ids in asked.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("id", list_instruments())
def test_every_word_for_an_answer_means_one_answer(id: str) -> None:
    for rating in load_instrument(id).asked_ratings:
        answers = load_instrument(id).find_answers(rating)
        words = Counter(word for label in answers.labels for word in {fold(text) for text in (*label.nl, *label.en)})
        assert {word for word, count in words.items() if count > 1} | (set(words) & {fold(text) for text in answers.missing}) == set()


@pytest.mark.parametrize(
    ("value", "step", "admitted"),
    [(3, 1, True), (3.5, 1, False), (3.5, 0.5, True), (3.14, 0, True), (5.1, 0, False), (0.9, 1, False)],
)
def test_answers_lie_between_the_ends_on_a_step(value: float, step: float, admitted: bool) -> None:
    assert Answers(min=1, max=5, step=step).admits(value) is admitted


@pytest.mark.parametrize(("items", "needed"), [(1, 1), (3, 3), (4, 3), (9, 7), (12, 9)])
def test_three_quarters_of_the_items_are_enough_where_nothing_else_is_said(items: int, needed: int) -> None:
    assert Scale(id="s", label={}, items=tuple("abcdefghijkl"[:items])).count_needed() == needed


def test_an_own_instrument_goes_before_a_shipped_one_and_must_be_called_as_its_file(tmp_path: Path) -> None:
    shipped = INSTRUMENTS / "cijfer1.toml"
    text = shipped.read_text(encoding="utf-8")
    (tmp_path / "cijfer1.toml").write_text(text.replace("max = 10", "max = 9"), encoding="utf-8")
    assert load_instrument("cijfer1", tmp_path).answers.max == 9
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="The id ‘cijfer1’ is not the name of the file"):
        load_instrument("other", tmp_path)


def test_a_scale_with_unknown_items_is_refused(tmp_path: Path) -> None:
    shipped = INSTRUMENTS / "cijfer1.toml"
    text = shipped.read_text(encoding="utf-8").replace('items = ["grade"]', 'items = ["mark"]')
    (tmp_path / "cijfer1.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"The scale ‘grade’ names items"):
        load_instrument("cijfer1", tmp_path)


def test_a_scale_that_names_an_unknown_key_factor_is_refused(tmp_path: Path) -> None:
    own = (INSTRUMENTS / "plg12.toml").read_text(encoding="utf-8")
    assert load_instrument("plg12").find_scale("c4").key_factor == "leadership"
    (tmp_path / "plg12.toml").write_text(own.replace('key_factor = "personnel"', 'key_factor = "staff"'), encoding="utf-8")
    with pytest.raises(DefinitionError, match="The scale ‘c6’ names the key factor ‘staff’"):
        load_instrument("plg12", tmp_path)


def test_an_instrument_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    file, text = tmp_path / "cijfer1.toml", (INSTRUMENTS / "cijfer1.toml").read_text(encoding="utf-8")
    for number, highest in enumerate((10, 9), 1):
        file.write_text(text.replace("max = 10", f"max = {highest}"), encoding="utf-8")
        os.utime(file, (number, number))
        assert load_instrument("cijfer1", tmp_path).answers.max == highest


def test_an_instrument_on_factors_without_a_factor_is_refused(tmp_path: Path) -> None:
    text = (INSTRUMENTS / "cijfer1.toml").read_text(encoding="utf-8").replace('topic = "grade"', 'topic = "factors"')
    (tmp_path / "cijfer1.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="has no scale of the kind factor"):
        load_instrument("cijfer1", tmp_path)


def test_an_instrument_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(DefinitionError, match=r"There is no instrument ‘uwes-9’\. Is ‘uwes9’ meant\?$"):
        load_instrument("uwes-9")

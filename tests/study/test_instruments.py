import os
from pathlib import Path

import pytest

from toolkit.errors import DefinitionError
from toolkit.study.instruments import SHIPPED, Answers, Scale, list_instruments, load_instrument, load_norms

UWES9 = {"vigour": (1, 2, 5), "dedication": (3, 4, 7), "absorption": (6, 8, 9)}
UWES17 = {"vigour": (1, 4, 8, 12, 15, 17), "dedication": (2, 5, 7, 10, 13), "absorption": (3, 6, 9, 11, 14, 16)}


@pytest.mark.parametrize("id", list_instruments())
def test_every_shipped_instrument_is_whole_in_both_languages(id: str) -> None:
    instrument = load_instrument(id)
    for words in (instrument.name, instrument.about, instrument.licence.notice, *(scale.label for scale in instrument.scales)):
        assert set(words) == {"nl", "en"}
    if not instrument.licence.text_shipped:
        assert not any(item.text for item in instrument.items)


@pytest.mark.parametrize(("id", "scales"), [("uwes9", UWES9), ("uwes17", UWES17)])
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
    assert nested == {"uwes9": [1, 4, 5, 7, 8, 9, 10, 11, 14], "uwes3": [1, 5, 11]}


def test_norms_are_apart_and_marked_as_not_verified() -> None:
    norms = load_norms(load_instrument("uwes9"))
    assert norms is not None and norms.n == 9679 and norms.verified is False
    assert load_norms(load_instrument("energie_own9")) is None


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
    shipped = SHIPPED / "cijfer1.toml"
    text = shipped.read_text(encoding="utf-8")
    (tmp_path / "cijfer1.toml").write_text(text.replace("max = 10", "max = 5"), encoding="utf-8")
    assert load_instrument("cijfer1", tmp_path).answers.max == 5
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="The id 'cijfer1' differs from the file's name"):
        load_instrument("other", tmp_path)


def test_a_scale_with_unknown_items_is_refused(tmp_path: Path) -> None:
    shipped = SHIPPED / "cijfer1.toml"
    text = shipped.read_text(encoding="utf-8").replace('items = ["grade"]', 'items = ["mark"]')
    (tmp_path / "cijfer1.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"Scale 'grade' names the items"):
        load_instrument("cijfer1", tmp_path)


def test_a_scale_that_names_an_unknown_key_factor_is_refused(tmp_path: Path) -> None:
    own = (SHIPPED / "plg12.toml").read_text(encoding="utf-8")
    assert load_instrument("plg12").find_scale("c4").key_factor == "leadership"
    (tmp_path / "plg12.toml").write_text(own.replace('key_factor = "personnel"', 'key_factor = "staff"'), encoding="utf-8")
    with pytest.raises(DefinitionError, match="Scale 'c6' names the key factor 'staff'"):
        load_instrument("plg12", tmp_path)


def test_an_instrument_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    file, text = tmp_path / "cijfer1.toml", (SHIPPED / "cijfer1.toml").read_text(encoding="utf-8")
    for number, highest in enumerate((10, 5), 1):
        file.write_text(text.replace("max = 10", f"max = {highest}"), encoding="utf-8")
        os.utime(file, (number, number))
        assert load_instrument("cijfer1", tmp_path).answers.max == highest


def test_an_instrument_on_factors_without_a_factor_is_refused(tmp_path: Path) -> None:
    text = (SHIPPED / "cijfer1.toml").read_text(encoding="utf-8").replace('topic = "grade"', 'topic = "factors"')
    (tmp_path / "cijfer1.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match='needs at least one scale of the kind "factor"'):
        load_instrument("cijfer1", tmp_path)

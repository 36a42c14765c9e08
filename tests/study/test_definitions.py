"""Definition files: strict, and helpful where they are wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from toolkit.errors import DefinitionError
from toolkit.study.definitions import Definition, Identifier, find_line, list_keys, load_definition
from toolkit.study.instruments import Instrument
from toolkit.study.study import Study


class Leg(Definition):
    """A part of a thing."""

    id: Identifier
    length: float = 1


class Thing(Definition):
    """A thing with parts of every kind."""

    legs: Annotated[tuple[Leg, ...], Field(min_length=1)] = ()
    best: Leg | None = None
    named: dict[str, Leg] = {}
    day: dt.date | None = None
    short_name: Annotated[str, Field(alias="name")] = ""


@pytest.mark.parametrize("location", [("legs", 0), ("best",), ("named", "any")])
def test_the_keys_inside_lists_choices_and_tables_are_known(location: tuple[int | str, ...]) -> None:
    assert list_keys(Thing, location) == ["id", "length"]


def test_a_key_is_known_by_the_name_that_is_written() -> None:
    assert list_keys(Thing, ()) == ["best", "day", "legs", "name", "named"]
    assert list_keys(Thing, ("name",)) == list_keys(Thing, ("nothing", 3)) == []


KNOWN = {
    (Study, ("waves", 1)): "label",
    (Study, ("leave_out", 0)): "reason",
    (Study, ("layouts", "x")): "items_by",
    (Study, ()): "instruments",
    (Instrument, ("answers", "labels", 0)): "nl",
    (Instrument, ("ratings", 2, "answers")): "step",
}


@pytest.mark.parametrize(("model", "location", "key"), [(*place, key) for place, key in KNOWN.items()])
def test_every_table_of_a_study_and_an_instrument_knows_its_keys(
    model: type[Definition], location: tuple[int | str, ...], key: str
) -> None:
    assert key in list_keys(model, location)


SOURCE = """first = 1

[[legs]]
id = "a"
[[legs]]
id = "b"
"length" = 2

[named.one]
id = "c"
[named."two words"]
id = "d"
"""


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("first",), 1),
        (("legs", 0, "id"), 4),
        (("legs", 1, "id"), 6),
        (("legs", 1, "length"), 7),
        (("legs", 1), 5),
        (("named", "one", "id"), 10),
        (("named", "two words", "id"), 12),
        (("legs", 1, "colour"), 5),
        (("nowhere",), None),
    ],
)
def test_a_fault_has_the_line_of_its_key_or_its_table(location: tuple[int | str, ...], line: int | None) -> None:
    assert find_line(SOURCE, location) == line


def load(folder: Path, text: str) -> Thing:
    """Return the thing that a text describes."""
    (folder / "thing.toml").write_text(text, encoding="utf-8")
    return load_definition(folder / "thing.toml", Thing)


def test_every_fault_is_told_in_the_order_of_the_lines(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, 'naem = "x"\n[[legs]]\nid = "A b"\nlenght = 2\n[[legs]]\nlength = "long"\n')
    assert [str(problem) for problem in caught.value.problems] == [
        "thing.toml, line 1, [naem]: Unknown key ‘naem’. Is ‘name’ meant?",
        "thing.toml, line 3, [legs.1.id]: An id consists of lower-case letters, digits and underscores, and starts with a letter. "
        "Found: ‘A b’. "
        "Write it differently; what something is called goes in title, label or name.",
        "thing.toml, line 4, [legs.1.lenght]: Unknown key ‘lenght’. Is ‘length’ meant?",
        "thing.toml, line 5, [legs.2.id]: The key ‘id’ is missing. Add it.",
        "thing.toml, line 6, [legs.2.length]: This is not a number. Found: ‘long’. Write it without quotes, with a decimal point: 0.95.",
    ]


def test_a_key_that_is_like_nothing_gets_the_list_of_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"Unknown key ‘zzz’\. Known: id, length\."):
        load(tmp_path, '[[legs]]\nid = "a"\nzzz = 1\n')


def test_a_definition_is_frozen(tmp_path: Path) -> None:
    thing = load(tmp_path, 'name = "x"')
    with pytest.raises(ValueError, match="frozen"):
        thing.short_name = "y"


def test_a_date_as_people_write_it_is_told_how_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"Found: ‘15-09-2025’\. Write year, month and day, without quotes: 2025-09-15"):
        load(tmp_path, 'day = "15-09-2025"\n')


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("name = 2025-09-01", "This is not text. Found: 2025-09-01. Write it between double quotes"),
        ("name = true", "This is not text. Found: true."),
        ('legs = "x"', "This is not a list. Found: ‘x’. Write it between square brackets"),
        ('named = "x"', "This is not a table of words. Found: ‘x’."),
        ('best = { id = "a", length = "1,5" }', "This is not a number. Found: ‘1,5’. Write it without quotes, with a decimal point"),
    ],
)
def test_a_value_of_another_kind_is_told_how_it_is_written(written: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, written)
    assert said in str(caught.value)

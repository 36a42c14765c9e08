"""Every fault of a definition in both languages, each told in the words that the text files have for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

import toolkit
from tests.responses.cases import open_study
from tests.study.test_definitions_reading import SLIPS
from toolkit.errors import DefinitionError
from toolkit.languages import Language, load_text
from toolkit.study.definitions import Definition, load_definition, parse_definition, read_definition
from toolkit.study.instruments import load_instrument
from toolkit.study.loading import check_study, load_study
from toolkit.study.matches import load_matches

SHIPPED = Path(toolkit.__file__).parent / "instruments"
LANGUAGES: tuple[Language, ...] = ("nl", "en")
PAIR = '[[matches]]\nschool = "s1"\ncodes = ["a", "{}"]\n'


class Thing(Definition):
    """A definition with a limit above, a limit to its length and a pattern."""

    share: Annotated[float, Field(le=1)] = 1
    few: Annotated[tuple[int, ...], Field(max_length=2)] = ()
    code: Annotated[str, Field(pattern="^[a-z]$")] = "a"


def collect(read: Callable[[], object]) -> str:
    """Return what a definition that is refused is told."""
    with pytest.raises(DefinitionError) as caught:
        read()
    return str(caught.value)


def assert_told(code: str, language: Language, told: str) -> None:
    """Hold what is told to both phrases of a fault, whatever stands in their places."""
    phrases = load_text(language).phrases
    for part in ("says", "mend"):
        spread = re.sub(r"\\\{\w+\\\}", ".+", re.escape(phrases[f"faults.{code}.{part}"].replace("{{", "\0").replace("}}", "\1")))
        assert re.search(spread.replace("\0", re.escape("{")).replace("\1", re.escape("}")), told), (code, part, told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_beyond_its_limits_is_told(language: Language, tmp_path: Path) -> None:
    faults = {"less_than_equal": "share = 2", "too_long": "few = [1, 2, 3]", "other": 'code = "7"'}
    for code, line in faults.items():
        (tmp_path / "thing.toml").write_text(line, encoding="utf-8")
        assert_told(code, language, collect(lambda: load_definition(tmp_path / "thing.toml", Thing, language)))


#: the fault of an instrument -> what makes it of a sound one: text to find and to put in its place.
INSTRUMENTS = {
    "scale_items": ('items = ["i1", "i2", "i3"]', 'items = ["i1", "i7"]'),
    "scale_share": ('kind = "total"', 'kind = "total"\nscore = "share"'),
    "scale_difference": ('kind = "total"', 'kind = "total"\ndifference = ["total", "trust"]'),
    "figure_quadrant": ("version = ", 'figure = "quadrant"\nversion = '),
    "answers_classes": ("[answers]", "[answers]\nclasses = [4, 3]"),
    "scale_kind": ("[[scales]]", '[items.answers]\nkind = "yes_no"\n\n[[scales]]'),
    "scale_answers": ("[[scales]]", "[items.answers]\nmin = 1\nmax = 10\n\n[[scales]]"),
    "rating_difference": (
        "[[items]]",
        '[[ratings]]\nid = "now"\nlabel = { nl = "nu", en = "now" }\n\n'
        '[[ratings]]\nid = "gap"\nlabel = { nl = "kloof", en = "gap" }\ndifference = ["now", "later"]\n\n[[items]]',
    ),
    "item_key": ("number = 1", 'number = 1\nkey = "both"'),
    "answers_options": ("[answers]", '[answers]\nkind = "choice"\noptions = [{ value = 1, nl = ["a"] }]'),
    "answers_no_options": ("[answers]", '[answers]\noptions = [{ value = 1, nl = ["a"] }, { value = 2, nl = ["b"] }]'),
    "answers_most": ("[answers]", "[answers]\nmost = 3"),
    "scale_key_factor": ('kind = "total"', 'kind = "total"\nkey_factor = "trust"'),
    "ids_twice": ("[[scales]]", '[[items]]\nid = "i1"\nnumber = 4\n\n[[scales]]'),
    "factors_none": ('topic = "engagement"', 'topic = "factors"'),
    "rating_aim": (
        "[[items]]",
        '[[ratings]]\nid = "now"\nlabel = { nl = "nu", en = "now" }\n\n[[ratings]]\nid = "target"\nlabel = { nl = "doel", en = "target" }\n'
        'aim = true\n\n[[ratings]]\nid = "gap"\nlabel = { nl = "kloof", en = "gap" }\ndifference = ["now", "target"]\n\n[[items]]',
    ),
    "id_of_file": ('id = "uwes3"', 'id = "uwes4"'),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_instrument_that_contradicts_itself_is_told(language: Language, tmp_path: Path) -> None:
    sound = (SHIPPED / "uwes3.toml").read_text(encoding="utf-8")
    for code, (found, put) in INSTRUMENTS.items():
        folder = tmp_path / code
        folder.mkdir()
        (folder / "uwes3.toml").write_text(sound.replace(found, put, 1), encoding="utf-8")
        assert_told(code, language, collect(lambda folder=folder: load_instrument("uwes3", folder, language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_that_contradicts_itself_is_told(language: Language, tmp_path: Path) -> None:
    text = f'languages = ["{language}"]\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    waves = [{"id": f"w{day}", "date": f"2025-09-{day}", "label": {"nl": "meting", "en": "wave"}} for day in (15, 12)]
    study = open_study({"sources": [{"file": "a.csv", "wave": "w12", "school": "s1"}], "waves": waves}, tmp_path)
    assert_told("waves_order", language, " ".join(map(str, check_study(study, tmp_path / "study.toml"))))
    (instrument,) = study.instruments
    twice = open_study({"sources": [{"file": "a.csv", "wave": "before", "school": "s1"}]}, tmp_path, instrument, instrument)
    assert_told("column_twice", language, " ".join(map(str, check_study(twice, tmp_path / "study.toml"))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_a_language_of_the_study_lacks_are_told(language: Language, tmp_path: Path) -> None:
    other = {"en": "nl", "nl": "en"}[language]
    for code, lines in (
        ("title_missing", f'title = {{ {other} = "x" }}\n'),
        ("unit_missing", f'title.{language} = "x"\nunit.singular.{language} = "team"\nunit.plural.{other} = "teams"\n'),
    ):
        (tmp_path / "study.toml").write_text(
            f'languages = ["{language}"]\nid = "x"\n{lines}report_date = 2026-01-01\ninstruments = ["uwes3"]\n'
            '[[waves]]\nid = "a"\ndate = 2025-01-01\nlabel = { nl = "a", en = "a" }\n[[schools]]\nid = "s"\nname = "S"\n'
            '[[sources]]\nfile = "a.csv"\n[outcomes]\nprimary = "uwes3.total"\n',
            encoding="utf-8",
        )
        assert_told(code, language, collect(lambda: load_study(tmp_path)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pair_of_codes_that_says_nothing_is_told(language: Language, tmp_path: Path) -> None:
    study = open_study({"sources": [{"file": "x.csv"}], "languages": [language]}, tmp_path)
    for code, pairs in (("pair_itself", PAIR.format("a")), ("pair_twice", PAIR.format("b") * 2)):
        (tmp_path / "matches.toml").write_text(pairs, encoding="utf-8")
        assert_told(code, language, collect(lambda: load_matches(study)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_is_no_toml_is_mended_in_the_language_of_the_study(language: Language) -> None:
    text = load_text(language)
    mends = {phrase for key, phrase in text.phrases.items() if key.startswith("faults.toml.slip_") or key == "faults.toml.mend"}
    starts = {re.split(r"\{\w+\}", phrase)[0].replace("{{", "{").replace("}}", "}") for phrase in mends}
    found = set()
    for line in [*SLIPS, "by = [1"]:
        told = collect(lambda line=line: parse_definition(f"id = 1\n{line}\n", Path("study.toml"), text))
        found |= {start for start in starts if start in told}
    assert found == starts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_cannot_be_read_is_told_in_the_language_of_the_machine(
    language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_BE.UTF-8")
    asked = tmp_path / "below" / "study.toml"
    asked.parent.mkdir()
    assert_told("file_missing", language, collect(lambda: read_definition(asked)))
    contents = {"file_document": b"PK\x03\x04", "file_utf16": "id".encode("utf-16"), "file_encoding": "één".encode("cp1252")}
    for code, data in contents.items():
        asked.write_bytes(data)
        assert_told(code, language, collect(lambda: read_definition(asked)))
    assert_told("file_unreadable", language, collect(lambda: read_definition(asked.parent)))
    asked.rename(asked.with_suffix(".toml.txt"))
    assert load_text(language).say("faults.file_missing.longer", other="study.toml.txt", file="study.toml") in collect(
        lambda: read_definition(asked)
    )
    (tmp_path / "study.toml").write_text("", encoding="utf-8")
    assert load_text(language).say("faults.file_missing.above", folder=tmp_path) in collect(lambda: read_definition(asked))

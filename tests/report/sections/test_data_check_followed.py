"""The table of who was followed, on the data check."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.report.reading import read_tables, read_words
from tests.responses.cases import open_study, read_case
from toolkit.languages import Language, load_text
from toolkit.report.sections.data_check import Check, show_followed


def open_case(folder: Path, language: Language, **more: object) -> Check:
    """Return the check of the case with codes that look alike."""
    exports = read_case("codes_alike", folder)
    study = open_study(tomllib.loads((folder / "study.toml").read_text(encoding="utf-8")) | more, folder)
    return Check(study, exports, load_text(language))


@pytest.mark.parametrize(
    ("language", "header", "waves"),
    [
        ("nl", ["School", "Metingen", "In beide", "Alleen in de eerste", "Alleen in de tweede"], "Voormeting naar Nameting"),
        ("en", ["School", "Measurements", "In both", "Only in the first", "Only in the second"], "Before to After"),
    ],
)
def test_everybody_is_counted_per_school_in_the_language_of_the_page(
    language: Language, header: list[str], waves: str, tmp_path: Path
) -> None:
    table = read_tables(show_followed(open_case(tmp_path, language)))["followed-counts"]
    assert table[0][:5] == header
    assert table[1:] == [["De Klaver", waves, "3", "3", "2", "0", "0"], ["De Roos", waves, "1", "0", "1", "0", "0"]]


@pytest.mark.parametrize(("language", "words"), [("nl", "Deze studie volgt niemand"), ("en", "This study follows nobody")])
def test_a_study_that_follows_nobody_is_said_to(language: Language, words: str, tmp_path: Path) -> None:
    found = show_followed(open_case(tmp_path, language, matching={"by": "none"}))
    assert words in read_words(found)
    assert read_tables(found) == {}

"""A column that says who consents and that no rule names: without a rule those who refused would count in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.column_names import tells_consent
from toolkit.responses.exports import read_exports

ITEMS = "uwes3_i1,uwes3_i2,uwes3_i3"
HEADER = "Mijn antwoorden mogen worden gebruikt voor dit onderzoek"
RULE = {"column": HEADER, "values": ["nee, liever niet"], "keep": ["ja, dat mag"], "reason": "no_consent"}


def read(folder: Path, words: dict[str, list[str]], header: str = HEADER, **more: object) -> list[tuple[str, str, str]]:
    """Return what asks of a column with these words per wave: the code, the files and the words."""
    layout = {"respondent": "code"} | ({"ignore": [header]} if more.pop("ignored", False) else {})
    for wave, told in words.items():
        rows = [f'p{number},"{word}",{number % 7},{(number + 1) % 7},{(number + 2) % 7}' for number, word in enumerate(told)]
        (folder / f"{wave}.csv").write_text("\n".join([f'code,"{header}",{ITEMS}', *rows]), encoding="utf-8")
    sources = [{"file": f"{wave}.csv", "layout": "l", "wave": wave, "school": "s1"} for wave in words]
    findings = read_exports(open_study({"sources": sources, "layouts": {"l": layout}} | more, folder)).findings
    asked = findings[findings["column"].str.contains(header[:20], regex=False) & (findings["severity"] != "tells")]
    return list(zip(asked["code"], asked["file"], asked["value"], strict=True))


YES, NO = "ja, dat mag", "nee, liever niet"


def test_a_column_that_no_rule_names_is_asked_about_once_with_its_words(tmp_path: Path) -> None:
    told = read(tmp_path, {"before": [YES] * 8 + [NO], "after": [YES] * 9})
    assert told == [("consent_unruled", "before.csv, after.csv", f"‘{YES}’, ‘{NO}’")]


def test_a_rule_or_ignore_or_all_that_said_a_plain_yes_answer_it(tmp_path: Path) -> None:
    words = {"before": [YES] * 8 + [NO]}
    assert read(tmp_path, words, leave_out=[RULE]) == []
    assert read(tmp_path, words, ignored=True) == []
    assert read(tmp_path, {"before": ["Ja"] * 9}) == []
    assert read(tmp_path, {"before": ["Ja"] * 8 + ["Nee"]}) != []


def test_free_text_is_no_consent(tmp_path: Path) -> None:
    assert read(tmp_path, {"before": [f"reden {number}" for number in range(20)]}) == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Geeft u toestemming?", True),
        ("Ik doe mee aan dit onderzoek", True),
        ("I agree that my answers are used", True),
        ("I want to take part in this study", True),
        ("Gebruik van mijn gegevens", True),
        ("Wij gebruiken gegevens over leerlingen om ons onderwijs te verbeteren", False),
        ("Ik kan mijn antwoorden toelichten", False),
        ("Gegevens over leerlingen worden bij ons gebruikt", False),
        ("We take part in decisions", False),
    ],
)
def test_which_headers_tell_of_consent(header: str, *, expected: bool) -> None:
    assert tells_consent(header) is expected

"""Faults in how a study file says that dates tell the wave."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import DefinitionError, Problem
from toolkit.study.loading import load_study

SITUATION = Path(__file__).parent.parent / "data" / "situations" / "one_form" / "study.toml"
RULE = 'wave_by_date = "nearest"'


def list_faults(folder: Path, old: str, new: str, language: str = "en") -> list[Problem]:
    """Return the faults of the study in which `new` stands for `old`."""
    text = SITUATION.read_text(encoding="utf-8").replace('languages = ["en"]', f'languages = ["{language}"]')
    assert old in text
    (folder / "study.toml").write_text(text.replace(old, new), encoding="utf-8")
    try:
        load_study(folder)
    except DefinitionError as error:
        return list(error.problems)
    return []


def test_nearest_and_ranges_are_read(tmp_path: Path) -> None:
    assert list_faults(tmp_path, RULE, RULE) == []
    assert list_faults(tmp_path, RULE, 'wave_by_date = { w1 = ["2025-09-01", "2025-12-31"], w2 = [2026-01-01, 2026-07-01] }') == []
    ranges = load_study(tmp_path).layouts["form"].wave_by_date
    assert not isinstance(ranges, str)
    assert {wave: [str(day) for day in days] for wave, days in ranges.items()} == {
        "w1": ["2025-09-01", "2025-12-31"],
        "w2": ["2026-01-01", "2026-07-01"],
    }


@pytest.mark.parametrize(
    ("old", "new", "english", "dutch"),
    [
        (RULE, 'wave_by_date = "near"', "how dates tell", "hoe datums"),
        (RULE, "wave_by_date = { w1 = [2025-09-01] }", "how dates tell", "hoe datums"),
        (RULE, 'wave_by_date = { w1 = ["september", "juni"] }', "how dates tell", "hoe datums"),
        (RULE, 'wave_by_date = { w1 = "2025-09-01" }', "how dates tell", "hoe datums"),
        (RULE, "wave_by_date = { w1 = [2025-12-31, 2025-09-01] }", "end (2025-09-01) before", "eindigen (2025-09-01) voordat"),
        (RULE, "wave_by_date = { w1 = [2025-09-01, 2026-01-01], w2 = [2026-01-01, 2026-07-01] }", "‘w1’ and ‘w2’ overlap", "overlappen"),
        (RULE, "wave_by_date = { w3 = [2025-09-01, 2026-01-01] }", "‘w3’", "‘w3’"),
        (RULE, f'{RULE}\nwave = "Meting"', "‘form’", "‘form’"),
        (RULE, f'{RULE}\nwaves = {{ "1" = "w1" }}', "and so does waves", "waves doet dat"),
        ('layout = "form"', 'layout = "form"\nwave = "w1"', "and so does wave", "wave doet dat"),
        ('date = "Tijdstempel"\n', "", "no column with dates", "geen kolom met datums"),
    ],
)
def test_what_contradicts_it_is_one_fault_in_the_language_of_the_study(
    tmp_path: Path, old: str, new: str, english: str, dutch: str
) -> None:
    for language, words in (("en", english), ("nl", dutch)):
        (fault,) = list_faults(tmp_path, old, new, language)
        assert words in fault.message
        assert fault.line
        assert fault.mend

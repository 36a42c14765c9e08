"""Occasions of an instrument: what is wrong with them is told with its place, and what is right has no problem."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.study.test_loading import check
from toolkit.languages import load_text

OCCASION = {"id": "d1", "date": dt.date(2025, 10, 1), "label": {"nl": "dagdeel 1"}, "instruments": ["trainingseval"]}
ASKED = ["uwes3", "trainingseval"]


def tell(folder: Path, *occasions: dict[str, object], **document: object) -> list[str]:
    sources = [{"file": "a.csv", "wave": "before", "school": "s1"}, {"file": "b.csv", "wave": "d1", "school": "s1"}]
    return check(folder, **{"instruments": ASKED, "occasions": list(occasions), "sources": sources} | document)


def test_an_occasion_is_named_by_a_source_as_a_wave_is(tmp_path: Path) -> None:
    assert tell(tmp_path, OCCASION) == []
    (told,) = tell(tmp_path)
    assert told.startswith("sources.2.wave: There is no wave ‘d1’.")


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"instruments": ["trainingsevall"]}, "occasions.1.instruments.1", "There is no instrument ‘trainingsevall’. Is ‘trainingseval’"),
        ({"id": "before"}, "occasions.1.id", "An occasion and a wave both have the id ‘before’."),
        ({"date": dt.date(2020, 1, 1)}, "occasions.1.date", "lies outside the study"),
        ({"date": dt.date(2999, 1, 1)}, "occasions.1.date", "Correct its date, or else report_date."),
        ({"instruments": ["uwes3"]}, "outcomes.primary", "is asked at occasions of its own, so it has no change."),
    ],
)
def test_a_wrong_occasion_is_told(tmp_path: Path, change: dict[str, object], key: str, words: str) -> None:
    told = tell(tmp_path, OCCASION | change, sources=[{"file": "a.csv", "wave": "before", "school": "s1"}])
    assert len(told) == 1
    assert told[0].startswith(key)
    assert words in told[0]


def test_two_occasions_have_two_ids(tmp_path: Path) -> None:
    (told,) = tell(tmp_path, OCCASION, OCCASION)
    assert told.startswith("occasions.2.id: The id ‘d1’ is used twice.")


def test_occasions_are_not_compared(tmp_path: Path) -> None:
    (told,) = tell(tmp_path, OCCASION, comparisons=[{"id": "c", "before": "before", "after": "d1"}])
    assert told.startswith("comparisons.1.after: There is no wave ‘d1’.")


@pytest.mark.parametrize(("language", "words"), [("nl", "valt buiten de studie"), ("en", "lies outside the study")])
def test_every_fault_has_its_words_in_both_languages(language: str, words: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    places = {"date": {"id": "d1", "date": "2020-01-01", "first": "2024-09-01", "last": "2026-07-01"}, "wave": {"id": "d1"}}
    said = [text.find_fault(f"occasion_{code}", "study.toml", **named).message for code, named in places.items()]
    said.append(text.find_fault("occasion_outcome", "study.toml", name="uwes3.total").message)
    assert words in said[0] and all(said)

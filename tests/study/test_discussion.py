"""Questions to talk about and what was agreed on, as a study file states them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from toolkit.study.discussion import Agreement, Question
from toolkit.study.loading import load_study

E8 = Path(__file__).parent.parent / "data" / "rows" / "E8"


@pytest.mark.parametrize("entry", [{}, {"school": "s1"}, {"ready": "expected", "text": {"nl": "Wat nu?"}}, {"ready": "other"}])
def test_a_question_is_ready_or_has_words_of_its_own(entry: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Question.model_validate(entry)


def test_questions_are_for_all_schools_or_for_one_in_the_order_of_the_file() -> None:
    study = load_study(E8)
    assert [each.ready for each in study.list_questions("s1")] == ["expected", "improve", ""]
    assert [each.ready for each in study.list_questions("s2")] == ["expected", "improve"]


def test_an_agreement_is_about_one_question_at_least() -> None:
    with pytest.raises(ValidationError):
        Agreement.model_validate({"instrument": "rollen28", "date": "2026-01-15", "items": {}})

"""How an export is laid out."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from toolkit.study.layouts import Layout, Limits


def test_one_header_and_several_are_both_a_list() -> None:
    assert Layout.model_validate({"respondent": "Code", "school": ["Bestuur", "School"]}).respondent == ("Code",)
    assert Layout.model_validate({"school": ["Bestuur", "School"]}).school == ("Bestuur", "School")
    assert Layout.model_validate({"respondent": ""}).respondent == ()


@pytest.mark.parametrize("wrong", [{"header_row": 0}, {"skip_rows": -1}, {"items_by": "name"}, {"decimal": ";"}, {"format": "pdf"}])
def test_what_can_not_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Layout.model_validate(wrong)


def test_limits_are_at_least_one() -> None:
    with pytest.raises(ValidationError):
        Limits(megabytes=0)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("Q{nummer}", "pattern_place"),
        ("{number}_{number}", "pattern_twice"),
        ("Q_{rating}", "pattern_needs"),
    ],
)
def test_a_pattern_that_can_match_nothing_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Layout(pattern=pattern)

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

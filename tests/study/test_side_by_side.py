"""Ratings that an instrument does not compare itself are compared for it."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.study.answers import MEASURED
from toolkit.study.side_by_side import set_side_by_side


def make(*ratings: dict[str, Any]) -> dict[str, Any]:
    return {"answers": {"min": 1, "max": 5}, "ratings": [{"label": {"nl": f"n{r['id']}", "en": f"e{r['id']}"}} | r for r in ratings]}


@pytest.mark.parametrize(
    ("ratings", "added"),
    [
        (({"id": "a"}, {"id": "b"}), {"id": "b_less_a", "label": {"nl": "nb − na", "en": "eb − ea"}, "difference": ["b", "a"]}),
        (
            ({"id": "a", "aim": True}, {"id": "b"}),
            {"id": "a_less_b", "label": {"nl": "na − nb", "en": "ea − eb"}, "difference": ["a", "b"]},
        ),
        (
            ({"id": "a", "asked": "first"}, {"id": "b", "asked": "later"}),
            {"id": "b_less_a", "label": {"nl": "nb − na", "en": "eb − ea"}, "change": ["a", "b"]},
        ),
    ],
)
def test_two_ratings_get_their_difference(ratings: tuple[dict[str, Any], ...], added: dict[str, Any]) -> None:
    assert set_side_by_side(make(*ratings), MEASURED)["ratings"][2:] == [added]


def test_what_is_compared_already_or_is_no_number_stays_as_it_is() -> None:
    for given in (
        make({"id": "a"}),
        make({"id": "a"}, {"id": "b"}, {"id": "c", "difference": ["b", "a"]}),
        make({"id": "a"}, {"id": "b", "answers": {"kind": "choice"}}),
        {"ratings": "two"},
        {"ratings": [{"id": "a", "label": "a"}, {"id": "b"}]},
        "nothing",
    ):
        assert set_side_by_side(given, MEASURED) == given

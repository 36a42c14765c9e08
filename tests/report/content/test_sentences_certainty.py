"""How certain a measurement is called: both sides of every cut, what is unknown, and that the lowest part decides."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from toolkit.report.content.sentences import Reason, find_lowest, list_reasons, write_cuts


def rate(open_school, part: str, alter, **study) -> Reason:
    return next(reason for reason in list_reasons(open_school(alter=alter, **study)) if reason.part == part)


def test_response_follows_its_cuts_in_the_lower_wave(open_school):
    def alter(made: MadeResults, share: float) -> None:
        made.alter("participation", {"wave": "after", "quantity": "response"}, estimate=0.95)
        made.alter("participation", {"wave": "before", "quantity": "response"}, estimate=share)

    words = {0.70: "high", 0.699: "fair", 0.50: "fair", 0.499: "moderate", 0.30: "moderate", 0.299: "low", 0.0: "low"}
    assert {share: rate(open_school, "response", partial(alter, share=share)).word for share in words} == words


def test_number_follows_its_cuts_in_the_smaller_wave(open_school):
    def alter(made: MadeResults, n: int) -> None:
        made.alter("participation", {"wave": "before", "quantity": "used"}, estimate=40)
        made.alter("participation", {"wave": "after", "quantity": "used"}, estimate=n)

    words = {30: "high", 29: "fair", 15: "fair", 14: "moderate", 10: "moderate", 9: "low", 5: "low"}
    assert {n: rate(open_school, "number", partial(alter, n=n)).word for n in words} == words


def test_same_people_is_a_share_of_the_smaller_wave(open_school):
    def alter(made: MadeResults, matched: int) -> None:
        made.alter("participation", {"wave": "before", "quantity": "used"}, estimate=100)
        made.alter("participation", {"wave": "after", "quantity": "used"}, estimate=200)
        made.alter("participation", {"quantity": "matched"}, estimate=matched)

    words = {70: "high", 69: "fair", 50: "fair", 49: "moderate", 30: "moderate", 29: "low"}
    assert {matched: rate(open_school, "same_people", partial(alter, matched=matched)).word for matched in words} == words


@pytest.mark.parametrize(("language", "words"), [("nl", "dat telt als matig"), ("en", "that counts as moderate")])
def test_an_unknown_response_counts_as_moderate_and_says_so(open_school, language: str, words: str):
    def alter(made: MadeResults) -> None:
        made.hide("participation", {"wave": "before", "quantity": "response"}, "not_measured", "not_told")

    reason = rate(open_school, "response", alter, language=language)
    assert reason.word == "moderate" and words in reason.seen


def test_an_unknown_response_does_not_lift_a_low_one(open_school):
    def alter(made: MadeResults) -> None:
        made.hide("participation", {"wave": "before", "quantity": "response"}, "not_measured", "not_told")
        made.alter("participation", {"wave": "after", "quantity": "response"}, estimate=0.1)

    assert rate(open_school, "response", alter).word == "low"


@pytest.mark.parametrize(("language", "words"), [("nl", "niet gekoppeld"), ("en", "the measurements are not linked")])
def test_people_who_cannot_be_followed_count_as_moderate_and_the_page_says_so(open_school, language: str, words: str):
    reason = rate(open_school, "same_people", lambda made: None, language=language, extra='[matching]\nby = "none"')
    assert reason.word == "moderate" and words in reason.seen


@pytest.mark.parametrize("quantity", ["used", "matched"])
def test_a_hidden_count_is_low_and_stays_hidden(open_school, quantity: str):
    part = "number" if quantity == "used" else "same_people"
    reason = rate(open_school, part, lambda made: made.hide("participation", {"quantity": quantity}))
    assert (reason.word, reason.seen) == ("low", "minder dan\u00a05")


def test_one_wave_has_no_part_on_the_same_people(open_school):
    view = open_school()
    reasons = list_reasons(replace(view, study=keep_first_wave(view.study)))
    assert [reason.part for reason in reasons] == ["response", "number"]


@pytest.mark.parametrize(
    ("words", "lowest"),
    [(["high", "high"], "high"), (["high", "fair", "moderate"], "moderate"), (["low", "high"], "low"), (["fair"], "fair")],
)
def test_the_lowest_part_is_the_whole(words: list[str], lowest: str):
    assert find_lowest([Reason("number", "", word) for word in words]) == lowest


def test_the_page_prints_the_cuts(open_school):
    assert write_cuts(open_school(), "response") == "Respons: hoog vanaf 70%, redelijk vanaf 50%, matig vanaf 30%, daaronder laag."
    assert write_cuts(open_school("en"), "number") == "Number of people: high from 30, fair from 15, moderate from 10, low below that."

"""What the data check promises to look at, line by line: each has a finding that says where, what, and what to do, in both languages.

The sentences themselves stand in `tests/data/messages/`; the folders of `tests/data/responses/` hold the files that give them.
"""

from __future__ import annotations

from typing import get_args

import pytest

from tests.responses.test_exports import MESSAGES
from toolkit.findings import describe_finding
from toolkit.languages import Language
from toolkit.responses.exports import Exports

#: what is looked at -> the findings that tell it, each with the places that its sentence must hold.
PROMISES = {
    "unknown columns": {"columns_unknown": "file column"},
    "missing and similar columns": {"items_missing": "file column value expected", "header_missing": "file column expected"},
    "repeated and unclear columns": {"header_twice": "file column", "header_unclear": "file column value"},
    "values out of range": {"answer_out_of_range": "file row column value expected"},
    "impossible values": {"answer_unknown": "file row column value expected", "answer_date": "file row column value expected"},
    "undeclared missing codes": {"answer_undeclared": "file row column value expected"},
    "an unknown school, and spellings of a known one": {"school_unknown": "file row column value expected"},
    "an unknown wave": {"wave_unknown": "file row column value expected"},
    "an unknown role, and spellings of a known one": {"role_unknown": "file row column value expected"},
    "an unknown group of persons": {"subgroup_unknown": "file row column value expected"},
    "the same person twice in a wave": {"respondent_double": "file row value expected", "left_out_double": "file row school wave"},
    "whole rows copied, whole files copied": {"rows_copied": "file row expected count", "file_same": "file expected"},
    "waves that look exchanged by their dates": {"wave_dates": "file wave value expected"},
    "waves that look exchanged by mirrored changes": {"waves_mirrored": "school wave value expected"},
    "an item reversed wrongly or twice": {"item_against": "file column value expected count"},
    "an item that is all empty": {"item_empty": "file column value count"},
    "a school without pairs": {"nobody_matched": "school"},
    "a school with all answers equal": {"school_equal": "file school wave value count"},
    "straight-lining": {"answers_same": "file row value count"},
    "speed": {"forms_fast": "file row value count"},
    "partial answers": {"answers_partial": "file row value count", "forms_unfinished": "file row column value count"},
    "tests and previews": {"forms_trial": "file row column value count", "left_out_test": "file row school wave"},
    "personal data": {"personal_data": "file column", "code_personal": "file column"},
    "fewer people than were invited": {"fewer_than_invited": "school wave value expected", "school_absent": "school value"},
    "more people than were invited": {"more_than_invited": "school wave value expected"},
}
CODES = [(line, code, places) for line, found in PROMISES.items() for code, places in found.items()]


@pytest.mark.parametrize("language", get_args(Language))
def test_what_is_promised_is_told_with_its_places_and_its_mend(
    language: Language, cases: dict[str, Exports], subtests: pytest.Subtests
) -> None:
    findings = [finding for exports in cases.values() for finding in exports.findings.to_dict("records")]
    for line, code, places in CODES:
        with subtests.test(line, code=code):
            told = [(finding, describe_finding(finding, language)) for finding in findings if finding["code"] == code]
            for finding, problem in told:
                assert [place for place in places.split() if str(finding[place]) not in str(problem)] == []
                assert problem.mend.endswith((".", "?")) and len(problem.mend.split()) >= 3
            assert MESSAGES[language][code] in [str(problem) for _, problem in told]


def test_the_two_languages_say_it_in_words_of_their_own() -> None:
    assert [code for _, code, _ in CODES if MESSAGES["nl"][code] == MESSAGES["en"][code]] == []

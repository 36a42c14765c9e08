"""Phrases of rare cases take what they are given, in both languages, and leave no place open."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from toolkit.languages import Language, load_text

RARE = (
    "occasions.differences_none",
    "others.scales",
    "data.method.change_gap_before_fieller",
    "faults.what.column",
    "faults.themes_no_notes.says",
    "faults.themes_no_notes.mend",
    "faults.show_no_profiles.says",
    "faults.show_no_profiles.mend",
    "page.folded",
    "board.too_few",
    "data.method.matched_used",
    "data.method.too_few_schools",
    "data.quantity.again",
    "data.quantity.comparison",
    "data.quantity.level",
    "data.quantity.permutation",
    "data.quantity.permutation_smallest",
    "data.quantity.pre_trend",
    "data.quantity.trajectory",
    "data.table.comparison",
    "factors.title_no_gap",
    "moments.after",
    "moments.before",
    "moments.follow_up",
    "numbers.n",
    "origin.column_encoding",
    "origin.column_format",
    "origin.files",
    "questions.open",
    "questions.refused",
    "schools.one_wave",
    "talking.ahead",
    "talking.change_one",
    "talking.lowest",
    "talking.one_wave",
    "who.left.unclear",
    "terms.fold",
    "check.kept.many",
    *(f"faults.occasion_{kind}.{part}" for kind in ("wave", "date", "outcome") for part in ("says", "mend")),
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("key", RARE)
def test_a_rare_phrase_holds_what_it_is_given(key: str, language: Language) -> None:
    text = load_text(language)
    places = defaultdict(str, {name: f"<{name}>" for name in re.findall(r"\{(\w+)\}", text.phrases[key])})
    said = text.say(key, **places)
    assert said and all(value in said for value in places.values()) and "{" not in said

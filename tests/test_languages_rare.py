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
    "page.folded",
    "terms.fold",
    *(f"faults.occasion_{kind}.{part}" for kind in ("wave", "date", "outcome") for part in ("says", "mend")),
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("key", RARE)
def test_a_rare_phrase_holds_what_it_is_given(key: str, language: Language) -> None:
    text = load_text(language)
    places = defaultdict(str, {name: f"<{name}>" for name in re.findall(r"\{(\w+)\}", text.phrases[key])})
    said = text.say(key, **places)
    assert said and all(value in said for value in places.values()) and "{" not in said

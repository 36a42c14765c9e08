"""What the name of a column or of a measurement tells."""

from __future__ import annotations

from toolkit.column_names import HEADERS, is_named, place_wave


def test_a_name_is_of_a_kind_as_a_whole_whatever_its_case_and_accents() -> None:
    assert is_named("Schoolnaam", HEADERS["school"]) and is_named("MEETMOMENT", HEADERS["wave"])
    assert not is_named("Hoe lang werkt u op deze school?", HEADERS["school"])


def test_a_word_tells_its_place_in_the_order_of_measurements() -> None:
    places = {"Voormeting": 0, "T0": 0, "t1": 1, "Meting 2": 2, "3": 3, "post": 90, "2025": None}
    assert {word: place_wave(word) for word in places} == places

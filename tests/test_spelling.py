"""What counts as the same text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.spelling import clean_code, find_nearest, find_nearest_of, fold, fold_words


def test_case_accents_spaces_quotes_and_unseen_signs_do_not_count() -> None:
    alike = {
        "Eén": "EEN",
        "één": "e\u0301e\u0301n",
        "don’t": "Don't",
        "‘ja’": "'JA'",
        "a\u00a0 b": "A b",
        "co\u00adoperation": "cooperation",
        "1–5": "1-5",
        "\ufeffcode": "code",
        "straße": "STRASSE",
    }
    assert {one: fold(one) for one in alike} == {one: fold(other) for one, other in alike.items()}


def test_letters_words_and_signs_do_count() -> None:
    assert len({fold(text) for text in ("eens", "oneens", "een s", "eens?", "een")}) == 5


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_words(fold_words(text)) == fold_words(text)
    assert clean_code(clean_code(text)) == clean_code(text)


def test_the_nearest_text_is_given_as_it_is_written() -> None:
    assert find_nearest("De klaaver", ["De Klaver", "Het Roer"]) == "De Klaver"
    assert find_nearest("zzz", ["De Klaver", "Het Roer"], cutoff=0.5) == ""
    assert find_nearest("x", []) == ""
    assert find_nearest_of(["vraag drie", "question three"], ["Vraag 2", "Question  Three!"]) == "Question  Three!"

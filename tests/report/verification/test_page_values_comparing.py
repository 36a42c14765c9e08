from tests.report.verification.test_page_values_parts import PAGE
from toolkit.report.verification.page_values import Difference, compare_pages, read_page, shorten


def compare(old: str, new: str) -> list[Difference]:
    assert old in PAGE
    return compare_pages(read_page(PAGE), read_page(PAGE.replace(old, new, 1)))


def test_the_same_page_has_no_difference() -> None:
    assert compare_pages(read_page(PAGE), read_page(PAGE)) == []


def test_a_cell_is_named_by_table_row_and_column() -> None:
    assert compare("<td>3,6</td>", "<td>3,9</td>") == [Difference("De kern", ("Scholen", "De Wilg (2)", "Na"), "3,6", "3,9")]


def test_a_sentence_is_named_by_its_section() -> None:
    [found] = compare("3,5.</p>", "3,9.</p>")
    assert found == Difference("De kern", (), "Gestegen: 3,1 naar 3,5.", "Gestegen: 3,1 naar 3,9.")


def test_a_fact_and_the_description_of_a_figure_are_named_by_what_they_are_of() -> None:
    assert [entry.place for entry in compare("1 juli", "2 juli")] == [("Datum",)]
    assert [entry.place for entry in compare("naar 3,5.</desc>", "naar 3,9.</desc>")] == [("Het steeg",)]


def test_what_is_drawn_otherwise_under_the_same_words_is_found() -> None:
    assert compare("M0 1", "M0 2") == [Difference("De kern", ("Het steeg",), "", "", drawing=True)]


def test_what_came_and_what_went_is_told_with_nothing_on_the_other_side() -> None:
    assert compare("<li>een</li>", "") == [Difference("De kern", (), "een", "")]
    assert compare("<li>een</li>", "<li>een</li><li>twee</li>") == [Difference("De kern", (), "", "twee")]


def test_a_long_sentence_is_shortened_to_what_differs() -> None:
    words = " ".join(f"woord{number}" for number in range(40))
    assert shorten(words, words.replace("woord20 ", "3,9 ")) == (
        "… woord15 woord16 woord17 woord18 woord19 woord20 woord21 woord22 woord23 woord24 woord25 …",
        "… woord15 woord16 woord17 woord18 woord19 3,9 woord21 woord22 woord23 woord24 woord25 …",
    )

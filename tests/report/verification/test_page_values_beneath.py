"""What a forger changes where no word does: every change is a difference, or is said to lie in what is not compared word by word."""

import re

import pytest

from tests.report.verification.test_page_values_parts import PAGE
from toolkit.report.verification.page_values import Difference, compare_pages, list_beneath, read_page

ROWS = ("<tr><th>De Wilg</th><td>3,5</td></tr>", "<tr><th>De Es</th><td>3,6</td></tr>")
TABLE = f"<table><caption>Leden</caption><tr><th>School</th><th>Na</th></tr>{''.join(ROWS)}</table>"
IMAGE = '<img alt="Gestegen van 3,1 naar 3,5" src="a.png">'
WHOLE = PAGE.replace("<ul>", f"{TABLE}{IMAGE}<button aria-label='Meer over 3,5' title='Tip 3,5'>+</button><ul>").replace(
    "</main>", "<h2>Verder</h2><p>Nog iets.</p></main>"
)
SWAPPED_SECTIONS = re.sub(r"(<h2 id=\"kern\">.*?</figure>\n)(<h2>Verder</h2><p>Nog iets.</p>)", r"\2\1", WHOLE, flags=re.DOTALL)
SECOND = "<table><caption>Scholen</caption><tr><th>School</th></tr><tr><th>De Wilg</th></tr></table>"


def compare(page: str) -> tuple[list[Difference], tuple[str, ...]]:
    """Return in what a page differs from the whole one."""
    assert page != WHOLE
    return compare_pages(read_page(WHOLE), read_page(page)), list_beneath(read_page(WHOLE), read_page(page))


def test_the_same_page_has_nothing_beneath_that_differs() -> None:
    assert list_beneath(read_page(WHOLE), read_page(WHOLE)) == ()


def test_swapped_rows_are_found_though_every_cell_has_its_place() -> None:
    found, _ = compare(WHOLE.replace("".join(ROWS), "".join(reversed(ROWS))))
    assert found == [Difference("De kern", ("Leden",), "", "", order="rows")]


def test_swapped_tables_and_sections_are_found() -> None:
    found, _ = compare(WHOLE.replace(TABLE, "").replace(SECOND, SECOND + TABLE))
    assert found[-1] == Difference("De kern", (), "", "", order="tables")
    found, _ = compare(SWAPPED_SECTIONS)
    assert found[-1] == Difference("", (), "", "", order="sections")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('alt="Gestegen van 3,1', 'alt="Gestegen van 2,1', "alt"),
        ("aria-label='Meer over 3,5'", "aria-label='Meer over 4,5'", "aria-label"),
        ("title='Tip 3,5'", "title='Tip 4,5'", "title"),
        ("<ul>", "<ul aria-description='nieuw'>", "aria-description"),
    ],
)
def test_what_a_screen_reader_reads_is_compared_like_words(old: str, new: str, place: str) -> None:
    found, _ = compare(WHOLE.replace(old, new))
    assert [entry.place for entry in found] == [(place,)] and found[0].before != found[0].after


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("<tr><th>De Es", '<tr style="display:none"><th>De Es', "style"),
        ("<tr><th>De Es", "<tr hidden><th>De Es", "style"),
        ("<tr><th>De Es", '<tr class="away"><th>De Es', "style"),
        ("h2{color:red}", "h2{color:red} tr:nth-child(2){visibility:hidden}", "style"),
        ("h2{color:red}", 'td::after{content:"9"}', "style"),
        ("</main>", "<script>document.querySelector('td').textContent = '9'</script></main>", "script"),
        ("<button", "<button onclick='x()'", "script"),
        ('src="a.png"', 'src="b.png"', "link"),
        ("</head>", '<link rel="stylesheet" href="x.css"></head>', "link"),
        ("</head>", '<meta http-equiv="refresh" content="0;url=x"></head>', "link"),
        ("<p>Nog iets.</p>", "<p aria-hidden='true'>Nog iets.</p>", "markup"),
        ("<p>Nog iets.</p>", "<p><del>Nog iets.</del></p>", "markup"),
        ("<p>Nog iets.</p>", "<p>Nog iets.</p><!-- 9 -->", "markup"),
        ("<td>3,6</td>", "<td colspan=2>3,6</td>", "markup"),
    ],
)
def test_what_no_word_tells_is_said_not_to_be_compared(old: str, new: str, kind: str) -> None:
    assert old in WHOLE
    found, beneath = compare(WHOLE.replace(old, new))
    assert found == [] and kind in beneath


def test_spaces_are_named_where_nothing_else_differs() -> None:
    assert compare(WHOLE.replace("</h1>", " </h1>")) == ([], ("space",))


def test_words_of_a_script_are_no_words_of_the_page() -> None:
    page = read_page(WHOLE.replace("</main>", "<script>var x = 'Geheim 9'</script></main>"))
    assert not any("Geheim" in part.words for part in page.parts)


def test_two_figures_of_one_name_are_both_compared() -> None:
    figure = '<figure><figcaption><h3>Zelfde</h3></figcaption><svg><path d="M0 7"/></svg></figure>'
    twice = read_page(WHOLE.replace("</main>", figure + figure.replace("M0 7", "M0 8") + "</main>"))
    forged = read_page(WHOLE.replace("</main>", figure.replace("M0 7", "M0 9") + figure.replace("M0 7", "M0 8") + "</main>"))
    assert [entry.drawing for entry in compare_pages(twice, forged)] == [True]

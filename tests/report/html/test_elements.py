from __future__ import annotations

from html.parser import HTMLParser

import pytest

from toolkit.languages import load_text
from toolkit.report.html.elements import (
    Html,
    box,
    bullets,
    escape,
    facts,
    fold,
    heading,
    join,
    paragraph,
    render_template,
    strong,
    write_style,
)

HOSTILE = [
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "{{7*7}}",
    "{% raw %}",
    r"$\alpha$",
    "a & b &amp; c",
    "المدرسة 🙂",
    "</style>",
]


class Reader(HTMLParser):
    """Collects the elements and the words of a piece of markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.words = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def make_pieces(words: str) -> dict[tuple[str, ...], Html]:
    """Return a piece of each kind that holds the words, by its tags."""
    return {
        ("p",): paragraph(words),
        ("h2",): heading(words, "id"),
        ("strong",): strong(words),
        ("ul", "li"): bullets([words]),
        ("ol", "li"): bullets([words], ordered=True),
        ("div",): box(words),
        ("details", "summary"): fold(words, ""),
        (): escape(words),
    }


def test_every_piece_shows_words_as_they_were_typed(subtests: pytest.Subtests) -> None:
    for words in HOSTILE:
        with subtests.test(words):
            for tags, piece in make_pieces(words).items():
                reader = Reader(piece.markup)
                assert reader.tags == list(tags)
                assert reader.words.strip() == words.strip()
            assert Reader(facts([(words, words)]).markup).words.count(words) == 2


def test_an_id_can_not_leave_its_place() -> None:
    readers = {words: Reader(heading("Kop", words).markup) for words in HOSTILE}
    assert {words: reader.attributes for words, reader in readers.items()} == {words: {"id": words} for words in HOSTILE}
    assert {words: reader.words.strip() for words, reader in readers.items()} == dict.fromkeys(HOSTILE, "Kop")


def test_markup_that_was_made_here_is_not_escaped_again() -> None:
    assert paragraph(strong("a") + Html(" & b")).markup == "<p><strong>a</strong> & b</p>\n"
    assert box(paragraph("<i>")).markup == '<div class="box">\n<p>&lt;i&gt;</p>\n</div>\n'
    assert join(["<", Html("<br>")], " & ").markup == "&lt; &amp; <br>"


def test_a_notebook_and_a_template_take_the_markup_as_it_is() -> None:
    piece = paragraph("a")
    assert piece._repr_html_() == piece.__html__() == str(piece) == piece.markup


def test_a_fold_is_closed_unless_it_is_opened() -> None:
    assert "open" not in Reader(fold("a", "b").markup).attributes
    assert "open" in Reader(fold("a", "b", opened=True).markup).attributes


def test_a_kind_becomes_a_class() -> None:
    assert Reader(paragraph("a", "lead").markup).attributes == {"class": "lead"}
    assert Reader(box("a", "key").markup).attributes == {"class": "box key"}


def test_a_title_in_the_print_margin_can_not_end_the_style_sheet() -> None:
    before = write_style("").markup.split('content:""')[0]
    margins = {title: write_style(title).markup.removeprefix(before) for title in HOSTILE}
    typed = {title: margin.split('content:"')[1].split('"')[0] for title, margin in margins.items()}
    assert {title: signs for title, words in typed.items() if (signs := set(words) & set("<>&{}'()"))} == {}


def test_the_index_links_every_page_under_the_heading_of_its_language() -> None:
    pages = [({"name": "a b.html", "label": "<School>"}, [("a b.pdf", "PDF")])]
    parts = [{"language": "nl", "heading": "Rapporten", "pages": pages, "schools": [], "text": load_text("nl")}]
    markup = render_template(
        "index.html.j2", language="nl", title="T & T", text=load_text("nl"), parts=parts, data=[], invented=True, draft=""
    )
    assert '<section lang="nl">' in markup
    assert '<a href="a b.html">&lt;School&gt;</a>' in markup
    assert '<a class="copy" href="a b.pdf" aria-label="&lt;School&gt;, PDF">PDF</a>' in markup
    assert "verzonnen" in markup
    assert "<title>T &amp; T</title>" in markup


def test_the_style_sheet_is_small_and_asks_for_nothing() -> None:
    style = write_style("").markup
    assert len(style.encode()) < 12_600
    assert "url(" not in style
    assert "@import" not in style

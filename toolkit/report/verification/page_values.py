"""What a page says, part by part: its sentences, the cells of its tables, the words and the drawing of its figures, each with its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Tags of which the words are one part.
BLOCKS = ("p", "li", "dd", "h1", "h2", "h3", "h4", "summary", "title", "desc", "text", "a")
VOID = ("meta", "link", "br", "img", "hr", "input", "wbr", "col")
HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a page says: in which section and where in it, and the words. `place` is that of a cell, a fact or a figure, or ""."""

    section: str
    place: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class PageParts:
    """All parts of a page in their order, and the drawing of each figure by section and title."""

    language: str
    title: str
    parts: tuple[Part, ...]
    drawings: dict[tuple[str, str], str]


@dataclass
class _Table:
    caption: str = ""
    header: list[str] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)


def read_page(page: str) -> PageParts:
    """Return the parts of a page that this toolkit made."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return PageParts(reader.language, reader.title, tuple(reader.parts), reader.drawings)


class _Reader(HTMLParser):
    """Goes through a page and collects its parts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language, self.title = "", ""
        self.parts: list[Part] = []
        self.drawings: dict[tuple[str, str], str] = {}
        self._open: list[str] = []
        self._words: list[str] = []
        self._section = self._figure = self._name = ""
        self._cells: list[tuple[bool, str]] = []
        self._captions: Counter[tuple[str, str]] = Counter()
        self._table: _Table | None = None
        self._drawing: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        if tag == "svg":
            self._drawing = []
        if self._drawing is not None:
            self._drawing.append(self.get_starttag_text() or "")
        if tag == "table":
            self._table = _Table()
        if tag == "tr":
            self._cells = []
        if tag in (*BLOCKS, "td", "th", "caption", "dt", "figcaption", "tr"):
            self._flush()
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._drawing is not None:
            self._drawing.append(self.get_starttag_text() or "")

    def handle_data(self, data: str) -> None:
        if self._drawing is not None:
            self._drawing.append(data)
        if self._open and self._open[-1] != "style":
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._drawing is not None:
            self._drawing.append(f"</{tag}>")
        if tag in (*BLOCKS, "td", "th", "caption", "dt", "figcaption"):
            self._take(tag)
        if tag == "tr" and self._table:
            self._take_row(self._table)
        if tag == "table":
            self._table = None
        if tag == "svg" and self._drawing is not None:
            self.drawings[self._section, self._figure] = "".join(self._drawing)
            self._drawing = None
        if tag == "figure":
            self._figure = ""
        while self._open and self._open.pop() != tag:
            pass

    def _take(self, tag: str) -> None:
        """Take the words since the last part as what they are."""
        words = " ".join("".join(self._words).split())
        self._words = []
        if tag in ("td", "th"):
            self._cells.append((tag == "th", words))
        elif tag == "caption" and self._table:
            self._captions[self._section, words] += 1
            self._table.caption = _number(words, self._captions[self._section, words])
        elif tag == "dt":
            self._name = words
        elif tag == "title" and "svg" not in self._open:
            self.title = words
        elif words:
            if tag == "h2" or (tag == "h1" and not self._section):
                self._section = words
            if tag in HEADINGS and "figure" in self._open:
                self._figure = words
            place = (self._name,) if tag == "dd" else (self._figure,) if "svg" in self._open else ()
            self.parts.append(Part(self._section, place, words))

    def _take_row(self, table: _Table) -> None:
        cells = [words for _, words in self._cells]
        if not table.header:
            table.header = cells
            self.parts += [Part(self._section, (table.caption,), words) for words in cells]
            return
        head = next((words for is_head, words in self._cells if is_head), cells[0] if cells else "")
        table.rows[head] += 1
        row = _number(head, table.rows[head])
        for column, words in zip(table.header, cells, strict=False):
            self.parts.append(Part(self._section, (table.caption, row, column), words))

    def _flush(self) -> None:
        """Take words that stand before a part of their own as one."""
        words = " ".join("".join(self._words).split())
        self._words = []
        if words and "body" in self._open and not {"script", "style"} & set(self._open):
            self.parts.append(Part(self._section, (), words))


def _number(words: str, count: int) -> str:
    """Return words that stand at more than one place with their number, from the second on."""
    return words if count == 1 else f"{words} ({count})"

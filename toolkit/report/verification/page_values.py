"""What a page says, part by part (sentences, cells, figures, each with its place), and how two pages differ in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Literal

#: Tags of which the words are one part.
BLOCKS = ("p", "li", "dd", "h1", "h2", "h3", "h4", "summary", "title", "desc", "text", "a")
VOID = ("meta", "link", "br", "img", "hr", "input", "wbr", "col")
HEADINGS = ("h1", "h2", "h3", "h4")


#: Attributes whose words are read out, or shown when a pointer rests there.
SPOKEN = ("alt", "title", "placeholder", "summary", "abbr", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext")
#: What no word tells and is compared only as a whole, by kind: it can hide, move or change what a reader gets.
BENEATH = ("style", "script", "link", "markup", "space")
STYLING = ("style", "class", "hidden", "id", "media")
LINKING = ("href", "src", "srcset", "data", "action", "formaction", "poster", "content", "http-equiv")

#: So many words stand around what differs in a long sentence.
AROUND = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a page says: in which section and where in it, and the words. `place` is that of a cell, a fact or a figure, or ""."""

    section: str
    place: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class PageParts:
    """All parts of a page in their order, the drawing of each figure by section and title, and what lies beneath the words, by kind."""

    language: str
    title: str
    parts: tuple[Part, ...]
    drawings: dict[tuple[str, str], str]
    beneath: dict[str, list[str]] = field(default_factory=dict)


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
    return PageParts(reader.language, reader.title, tuple(reader.parts), reader.drawings, reader.beneath)


class _Reader(HTMLParser):
    """Goes through a page and collects its parts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.title = ""
        self.parts: list[Part] = []
        self.drawings: dict[tuple[str, str], str] = {}
        self.beneath: dict[str, list[str]] = {kind: [] for kind in BENEATH}
        self._drawn: Counter[tuple[str, str]] = Counter()
        self._open: list[str] = []
        self._words: list[str] = []
        self._section = self._figure = self._name = ""
        self._cells: list[tuple[bool, str]] = []
        self._span = 1
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
        else:
            self._note_beneath(tag, attrs)
        if tag == "table":
            self._table = _Table()
        if tag == "tr":
            self._cells = []
        if tag in ("td", "th"):
            self._span = int(dict(attrs).get("colspan") or 1)
        if tag in (*BLOCKS, "td", "th", "caption", "dt", "figcaption", "tr"):
            self._flush()
        if self._drawing is None:
            self._take_spoken(attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._drawing is not None:
            self._drawing.append(self.get_starttag_text() or "")
            return
        self._note_beneath(tag, attrs)
        self._take_spoken(attrs)

    def handle_data(self, data: str) -> None:
        if self._drawing is not None:
            self._drawing.append(data)
        if self._open and self._open[-1] in ("style", "script"):
            self.beneath[self._open[-1]].append(data)
            return
        self.beneath["space"].append(data)
        if self._open:
            self._words.append(data)

    def handle_comment(self, data: str) -> None:
        self.beneath["markup"].append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.beneath["markup"].append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.beneath["markup"].append(f"<?{data}>")

    def _note_beneath(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes, each under the kind of what it can do."""
        self.beneath["markup"].append(f"<{tag}>")
        for name, value in attrs:
            if name in SPOKEN:
                continue
            kind = "script" if name.startswith("on") else "style" if name in STYLING else "link" if name in LINKING else "markup"
            self.beneath[kind].append(f"{tag} {name}={value}")

    def _take_spoken(self, attrs: list[tuple[str, str | None]]) -> None:
        """Take the words of attributes that a screen reader reads."""
        self.parts += [Part(self._section, (name,), " ".join(value.split())) for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._drawing is not None:
            self._drawing.append(f"</{tag}>")
        else:
            self.beneath["markup"].append(f"</{tag}>")
        if tag in (*BLOCKS, "td", "th", "caption", "dt", "figcaption"):
            self._take(tag)
        if tag == "tr" and self._table:
            self._take_row(self._table)
        if tag == "table":
            self._table = None
        if tag == "svg" and self._drawing is not None:
            self._drawn[self._section, self._figure] += 1
            self.drawings[self._section, _number(self._figure, self._drawn[self._section, self._figure])] = "".join(self._drawing)
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
            self._cells += [(tag == "th", words)] * self._span
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


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two pages differ, and the words of each there; "" where one has nothing.

    A `drawing` has the same words, drawn otherwise; what has another `order` has the same parts (sections, tables, or rows of the table at
    `place`).
    """

    section: str
    place: tuple[str, ...]
    before: str
    after: str
    drawing: bool = False
    order: Literal["", "sections", "tables", "rows"] = ""


def compare_pages(before: PageParts, after: PageParts) -> list[Difference]:
    """Return every difference between two pages in the order of the pages."""
    found: list[Difference] = []
    sections = dict.fromkeys(part.section for part in (*before.parts, *after.parts))
    old = _group(before.parts)
    new = _group(after.parts)
    for section in sections:
        found += _compare_places(section, old[section], new[section])
        found += _compare_words(section, _list_loose(old[section]), _list_loose(new[section]))
    found += _compare_orders(before.parts, after.parts)
    told = {(entry.section, entry.place[:1]) for entry in found}
    drawn = [key for key in {**before.drawings, **after.drawings} if before.drawings.get(key) != after.drawings.get(key)]
    return found + [Difference(section, (title,), "", "", drawing=True) for section, title in drawn if (section, (title,)) not in told]


def list_beneath(before: PageParts, after: PageParts) -> tuple[str, ...]:
    """Return the kinds of what lies beneath the words in which two pages differ; spaces only where nothing else does."""
    kinds = tuple(kind for kind in BENEATH if kind != "space" and before.beneath.get(kind) != after.beneath.get(kind))
    return kinds or (("space",) if before.beneath.get("space") != after.beneath.get("space") else ())


def _compare_orders(old: Sequence[Part], new: Sequence[Part]) -> Iterator[Difference]:
    """Yield what stands in another order: sections, the tables of a section, and the rows of a table."""
    if _is_moved([(part.section,) for part in old], [(part.section,) for part in new]):
        yield Difference("", (), "", "", order="sections")
    before, after = _group(old), _group(new)
    for section in before:
        tables = [[(part.place[0],) for part in parts if _is_placed(part)] for parts in (before[section], after[section])]
        if _is_moved(*tables):
            yield Difference(section, (), "", "", order="tables")
        for (table,) in dict.fromkeys(tables[0]):
            if _is_moved(*(_list_rows(table, parts) for parts in (before[section], after[section]))):
                yield Difference(section, (table,), "", "", order="rows")


def _list_rows(table: str, parts: list[Part]) -> list[tuple[str, ...]]:
    return [part.place[:2] for part in parts if _is_placed(part) and part.place[0] == table]


def _is_moved(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> bool:
    """Return whether what both have stands in another order."""
    both = set(old) & set(new)
    return [name for name in dict.fromkeys(old) if name in both] != [name for name in dict.fromkeys(new) if name in both]


def _group(parts: Sequence[Part]) -> dict[str, list[Part]]:
    grouped: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        grouped[part.section].append(part)
    return grouped


def _compare_places(section: str, old: list[Part], new: list[Part]) -> Iterator[Difference]:
    """Yield the cells and facts that differ, by their place."""
    before, after = ({part.place: part.words for part in parts if _is_placed(part)} for parts in (old, new))
    for place in {**before, **after}:
        if before.get(place) != after.get(place):
            yield Difference(section, place, before.get(place, ""), after.get(place, ""))


def _compare_words(section: str, old: list[Part], new: list[Part]) -> Iterator[Difference]:
    """Yield the sentences that differ, each beside the one that came in its place."""
    matcher = SequenceMatcher(None, [part.words for part in old], [part.words for part in new], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            for number in range(max(end - start, last - first)):
                gone = old[start + number] if start + number < end else None
                come = new[first + number] if first + number < last else None
                part = gone or come
                assert part is not None
                yield Difference(section, part.place, *shorten(gone.words if gone else "", come.words if come else ""))


def shorten(before: str, after: str) -> tuple[str, str]:
    """Return what differs in two sentences, with a few words around it.

    >>> shorten("It rose from 3.1 to 3.5.", "It rose from 3.2 to 3.5.")
    ('It rose from 3.1 to 3.5.', 'It rose from 3.2 to 3.5.')
    """
    old = before.split()
    new = after.split()
    same = next((i for i, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    rest = min(len(old), len(new)) - same
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return _cut(old, same, len(old) - tail), _cut(new, same, len(new) - tail)


def _cut(words: list[str], start: int, end: int) -> str:
    first = max(start - AROUND, 0)
    last = min(end + AROUND, len(words))
    return ("… " if first else "") + " ".join(words[first:last]) + (" …" if last < len(words) else "")


def _list_loose(parts: list[Part]) -> list[Part]:
    return [part for part in parts if not _is_placed(part)]


def _is_placed(part: Part) -> bool:
    """Return whether a part has a place of its own: a cell of a table. Facts and the words of figures stand in an order."""
    return len(part.place) == 3

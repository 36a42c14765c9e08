"""Study edit: lines put into a study file in the place where they belong; every other line stays as it was, to the byte."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.new_study.study_file import write_value

LINE = re.compile(r"[^\n]*\n|[^\n]+")
HEADER = re.compile(r"\s*\[(\[)?\s*([^\[\]]+?)\s*\](?(1)\])\s*(?:#.*)?")
MARK = "\N{BYTE ORDER MARK}"


@dataclass(frozen=True, slots=True)
class _Block:
    """One table of a file: its name with dots, whether it is one of a list, its first line, and the line behind its last."""

    name: str
    listed: bool
    first: int
    end: int


def insert_block(text: str, table: str, block: str, after: int | None = None) -> str:
    """Return `text` with `block` behind the last table called `table` (or one within it), or behind the `after`th of its list.

    Behind the 0th is before the first. Where there is no such table, it comes last. Blank lines come before it where they come before the
    table behind which it is put.
    """
    lines = LINE.findall(text)
    blocks = _list_blocks(lines)
    own = [place for place, each in enumerate(blocks) if each.name == table or each.name.startswith(f"{table}.")]
    if after is not None:
        places = [place for place in own if blocks[place].name == table]
        if after == 0 and places:
            first = blocks[places[0]].first
            return _splice(lines, first, block + ("\n" if _has_blank(lines, first) else ""), apart=False)
        behind = places[after] if after < len(places) else len(blocks)
        own = [place for place in own if place < behind]
    if not own:
        return _splice(lines, len(lines), block, apart=True)
    last = blocks[own[-1]]
    heads = [blocks[place] for place in own if blocks[place].name == table] or [last]
    head = heads[-1] if table != "layouts" else next(blocks[place] for place in reversed(own) if blocks[place].name.count(".") == 1)
    return _splice(lines, last.end, block, apart=_has_blank(lines, head.first))


def insert_key(text: str, table: str, number: int, line: str) -> str:
    """Return `text` with `line` as the last key of table `number` (from 0) called `table`; as it is without such a table."""
    lines = LINE.findall(text)
    blocks = [block for block in _list_blocks(lines) if block.name == table]
    if number >= len(blocks):
        return text
    found = blocks[number]
    return _splice(lines, _find_content(lines, found.first, found.end), line, apart=False)


def insert_words(text: str, table: str, key: str, words: Mapping[str, str]) -> str:
    """Return `text` in which `table` maps `words` too under `key`: in a table of its own, on the line that is there, or on a new one."""
    lines = LINE.findall(text)
    blocks = _list_blocks(lines)
    own = next((block for block in blocks if block.name == f"{table}.{key}"), None)
    if own:
        added = "\n".join(f"{write_value(word)} = {write_value(meaning)}" for word, meaning in words.items())
        return _splice(lines, _find_content(lines, own.first, own.end), added, apart=False)
    block = next((block for block in blocks if block.name == table), None)
    if block is None:
        return insert_block(text, table, f"[{table}]\n{key} = {write_value(dict(words))}")
    for number in range(block.first, block.end):
        line = re.fullmatch(rf"(\s*{key}\s*=\s*\{{)(.*?)(\s*\}}\s*(?:#[^\"}}]*)?\r?\n?)", lines[number])
        if line:
            pairs = write_value(dict(words))[2:-2]
            lines[number] = f"{line[1]}{line[2]}{',' if line[2].strip() else ''} {pairs}{line[3] if line[3][0] == ' ' else ' ' + line[3]}"
            return "".join(lines)
    return _splice(lines, _find_content(lines, block.first, block.end), f"{key} = {write_value(dict(words))}", apart=False)


def _list_blocks(lines: Sequence[str]) -> list[_Block]:
    """Return the tables of a file; what looks like a header within a text or list of several lines is none."""
    heads = []
    begun = 0
    for number, line in enumerate(lines):
        match = HEADER.fullmatch(line.removeprefix(MARK).rstrip("\r\n"))
        if match and _is_whole("".join(lines[begun:number])):
            begun = number
            heads.append((number, ".".join(part.strip(" \"'") for part in match[2].split(".")), bool(match[1])))
    ends = [number for number, _, _ in heads[1:]] + [len(lines)] * bool(heads)
    return [_Block(name, listed, first, _find_end(lines, first, end)) for (first, name, listed), end in zip(heads, ends, strict=True)]


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text.removeprefix(MARK))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _find_content(lines: Sequence[str], first: int, end: int) -> int:
    """Return the line behind the last one between `first` and `end` that holds more than a comment."""
    held = [number for number in range(first, end) if lines[number].strip() and not lines[number].lstrip().startswith("#")]
    return held[-1] + 1


def _find_end(lines: Sequence[str], first: int, following: int) -> int:
    """Return the line behind a table: comments right below its keys are of it, unless the next header stands right below them."""
    content = _find_content(lines, first, following)
    end = content
    while end < following and lines[end].lstrip().startswith("#"):
        end += 1
    return content if end == following < len(lines) else end


def _has_blank(lines: Sequence[str], first: int) -> bool:
    """Return whether a blank line comes before a header and the comments right above it."""
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first > 0 and not lines[first - 1].strip()


def _splice(lines: Sequence[str], place: int, added: str, *, apart: bool) -> str:
    """Return the text with lines added at `place`, which end as the others do."""
    ending = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
    head = "".join(lines[:place])
    head += ending if head and not head.endswith("\n") else ""
    body = ending.join(added.split("\n")) + ending
    return head + (ending if apart else "") + body + "".join(lines[place:])

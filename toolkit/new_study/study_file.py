"""The template of a study file: its blocks of keys with their explanation, filled in with what is known of a study."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

HEADER = re.compile(r"(?:# )?\[{1,2}([a-z_]+)[^\]]*\]{1,2}")
ENTRY = re.compile(r"(?:# )?([a-z_]+|\"[^\"]+\") += (.*?)( +# .*)?")
#: from which place in a line its explanation stands.
MARGIN = 40


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a study file: its header as written ("" for the first keys), its values, and remarks above a key ("" for its header).

    A value of None is a key that is still to be filled in: it stays a comment, as in the template.
    """

    header: str
    values: Mapping[str, object]
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: lines above its header that explain and ask for nothing.
    notes: Sequence[str] = ()


def fill_template(template: str, tables: Mapping[str, Sequence[Section]], mark: str) -> str:
    """Return `template` with the blocks of each of `tables` (by name, "" for the keys above all tables) written as its sections say.

    Explanations stay, with the first section of a table. Keys without a value become comments, as do the blocks of a table without
    sections; remarks become comments that begin with `mark`. Blocks that `tables` does not name stay as they are.
    """
    blocks, written = [], set[str]()
    for block in template.strip("\n").split("\n\n"):
        name = _name_block(block)
        if name is None or name not in tables:
            blocks.append(block)
        elif name not in written:
            written.add(name)
            blocks += _fill_blocks(block, tables[name], mark)
    return "\n\n".join(blocks) + "\n"


def _fill_blocks(block: str, sections: Sequence[Section], mark: str) -> list[str]:
    if not sections:
        return [_comment_out(block)]
    return [_fill_block(block, sections[0], mark), *(_write_section(section, mark) for section in sections[1:])]


def _name_block(block: str) -> str | None:
    """Return the name of a block's table, "" for keys without one, None for a block of explanation only."""
    for line in block.splitlines():
        if match := HEADER.fullmatch(line):
            return match[1]
        if ENTRY.fullmatch(line):
            return ""
    return None


def _fill_block(block: str, section: Section, mark: str) -> str:
    """Return a block of the template with the values of `section`; keys that the template lacks come last."""
    lines, known = list[str](), set[str]()
    for line in block.splitlines():
        entry = ENTRY.fullmatch(line)
        if HEADER.fullmatch(line):
            lines += [*_note(section), *_remark(section, "", mark), section.header]
        elif entry:
            key = entry[1].strip('"')
            known.add(key)
            lines += [*_remark(section, key, mark), _write_entry(key, section.values.get(key), line, (entry[3] or "").strip())]
        else:
            lines.append(line)
    more = {key: value for key, value in section.values.items() if key not in known}
    return "\n".join([*lines, *_write_values(more, section, mark)])


def _write_section(section: Section, mark: str) -> str:
    """Return a further section, without explanations."""
    head = [*_note(section), *_remark(section, "", mark), section.header]
    unset = [key for key in section.remarks if key and section.values.get(key) is None]
    told = [line for key in unset for line in (*_remark(section, key, mark), f"# {_write_key(key)} =")]
    return "\n".join([*head, *told, *_write_values(section.values, section, mark)])


def _write_values(values: Mapping[str, object], section: Section, mark: str) -> list[str]:
    return [
        line
        for key, value in values.items()
        if value is not None
        for line in (*_remark(section, key, mark), f"{_write_key(key)} = {write_value(value)}")
    ]


def _write_entry(key: str, value: object, line: str, comment: str) -> str:
    """Return a line of the template with another value, or as a comment where there is none."""
    if value is None:
        return _comment_out(line)
    text = f"{_write_key(key)} = {write_value(value)}"
    return f"{text:<{MARGIN}}{comment}" if comment and len(text) < MARGIN else f"{text} {comment}".rstrip()


def _comment_out(text: str) -> str:
    return "\n".join(line if line.startswith("#") or not line else f"# {line}" for line in text.splitlines())


def _remark(section: Section, key: str, mark: str) -> list[str]:
    """Return the remarks above a key as comments; what people typed can't end a comment."""
    return [f"# {mark} {_write_line(remark)}" for remark in section.remarks.get(key, ())]


def _note(section: Section) -> list[str]:
    return [f"# {_write_line(note)}" for note in section.notes]


def _write_line(text: str) -> str:
    """Return a text without line ends and signs that TOML does not allow in a comment."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _write_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else write_value(key)


def write_value(value: object) -> str:
    """Return a value as TOML writes it, tables and lists on one line.

    >>> write_value({"Meting 1": "before", "n": [1, 0.5, True]})
    '{ "Meting 1" = "before", n = [1, 0.5, true] }'
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_write_key(str(key))} = {write_value(entry)}" for key, entry in value.items()) + " }" if value else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(write_value(entry) for entry in value) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)

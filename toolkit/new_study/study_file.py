"""The study file of a new study: its commented blocks, filled in with what is known, each doubt at the key that it is about."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.errors import DefinitionError, Problem
from toolkit.languages import Language, Text, load_text
from toolkit.new_study.column_roles import Doubt, count_texts, shorten
from toolkit.new_study.recognition import Recognised
from toolkit.responses.questions import FILE as QUESTIONS
from toolkit.shipped import TEXT
from toolkit.study.matches import FILE as MATCHES
from toolkit.writing import keep_out_of_git

HEADER = re.compile(r"(?:# )?\[{1,2}([a-z_]+)[^\]]*\]{1,2}")
ENTRY = re.compile(r"(?:# )?([a-z_]+|\"[^\"]+\") += (.*?)( +# .*)?")
#: from which place in a line its explanation stands.
MARGIN = 40
#: how many people were invited, in all and per role, as the template gives it for its own measurements; and the same of one measurement.
INVITED = {"{ before = 20, after = 20 }": 20, "{ before = { teacher = 18 }, after = { teacher = 18 } }": {"teacher": 18}}


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
    blocks = []
    written = set[str]()
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
    return [_fill_block(block, sections[0], mark), *(write_section(section, mark) for section in sections[1:])]


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
    lines = list[str]()
    known = set[str]()
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


def write_section(section: Section, mark: str) -> str:
    """Return a further section, without explanations."""
    head = [*_note(section), *_remark(section, "", mark), *([section.header] if section.header else [])]
    unset = [key for key in section.remarks if key and section.values.get(key) is None]
    told = [line for key in unset for line in (*_remark(section, key, mark), f"# {_write_key(key)} =")]
    return "\n".join([*head, *told, *_write_values(section.values, section, mark)])


def _write_values(values: Mapping[str, object], section: Section, mark: str) -> list[str]:
    return [
        line
        for key, value in values.items()
        if value is not None
        for line in (*_remark(section, key, mark), f"{_write_key(key)} = {_write_tables(value)}")
    ]


def _write_tables(value: object) -> str:
    """Return a value as TOML writes it; of a list of tables each stands on a line of its own."""
    if isinstance(value, list) and value and all(isinstance(entry, Mapping) for entry in value):
        return "\n".join(["[", *(f"  {write_value(entry)}," for entry in value), "]"])
    return write_value(value)


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
    return [f"# {mark} {write_line(remark)}" for remark in section.remarks.get(key, ())]


def _note(section: Section) -> list[str]:
    return [f"# {write_line(note)}" for note in section.notes]


def write_line(text: str) -> str:
    """Return a text without line ends and characters that TOML does not allow in a comment."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


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


class Draft:
    """Collects the tables of a study file, and where in them each doubt belongs."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.doubts = list[Doubt]()
        self.text = load_text(language)
        self.tables: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.remarks: dict[tuple[str, int, str], list[str]] = {}
        self.notes: dict[tuple[str, int], list[str]] = {}
        self.said: set[tuple[str, str, int, str]] = set()

    def add(self, name: str, sections: list[tuple[str, dict[str, Any]]]) -> None:
        """Take the sections of a table, and what was doubted meanwhile about any table."""
        self.tables[name] = sections

    def add_layouts(self, found: Sequence[Recognised], layouts: list[tuple[str, dict[str, Any]]]) -> None:
        """Take the layouts, each once, with what was doubted of the files that have it and what was found in them."""
        distinct = dict(layouts)
        self.add("layouts", [(f"[layouts.{name}]", layout) for name, layout in distinct.items()])
        for entry, (name, _) in zip(found, layouts, strict=True):
            place = list(distinct).index(name)
            for doubt in entry.doubts:
                self._remark(doubt, place if doubt.table == "layouts" else 0)
            self.notes.setdefault(("layouts", place), []).extend(_describe_found(entry, self.text))

    def doubt_rest(self, found: Sequence[Recognised]) -> None:
        """Take the doubts of the study as a whole."""
        rest = [Doubt("invited_unknown", "schools", "invited")]
        if self.tables["outcomes"][0][1].get("primary"):
            rest.append(Doubt("primary_chosen", "outcomes", "primary"))
        if any(entry.words["role"] for entry in found):
            rest.append(Doubt("roles_found", "roles", ""))
        for doubt in [*self.doubts, *rest]:
            self._remark(doubt, int(doubt.says.get("place", 0)))

    def _remark(self, doubt: Doubt, place: int) -> None:
        said = self.remarks.setdefault((doubt.table, place, doubt.key), [])
        sentence = self.text.say(f"doubts.{doubt.code}", **doubt.says)
        about = (doubt.code, doubt.table, place, doubt.says.get("value", sentence))
        if about not in self.said:
            said.append(sentence)
            self.said.add(about)

    def write(self) -> str:
        """Return the study file."""
        tables = {name: self._list_sections(name) for name in self.tables}
        template = load_template(self.language)
        if waves := [str(wave["id"]) for _, wave in self.tables.get("waves", [])]:
            for written, each in INVITED.items():
                template = template.replace(written, write_value(dict.fromkeys(waves, each)))
        return fill_template(template, tables, self.text.say("doubts.mark"))

    def _list_sections(self, name: str) -> list[Section]:
        """Return the sections of a table, each with its remarks and notes."""
        sections = []
        for place, (header, values) in enumerate(self.tables[name]):
            remarks = {key: said for (table, at, key), said in self.remarks.items() if (table, at) == (name, place)}
            notes = tuple(dict.fromkeys(self.notes.get((name, place), ())))
            sections.append(Section(header, values, remarks, notes))
        return sections

    def list_doubts(self) -> tuple[str, ...]:
        """Return every doubt after its place in the study file."""
        order = {name: number for number, name in enumerate(self.tables)}
        listed = sorted(self.remarks.items(), key=lambda entry: (order[entry[0][0]], entry[0][1]))
        return tuple(f"{self._name_place(*place)}: {sentence}" for place, said in listed for sentence in said)

    def _name_place(self, table: str, place: int, key: str) -> str:
        """Return the header of a section, its number where there are more with that header, and the key."""
        headers = [header.removeprefix("# ") for header, _ in self.tables[table]]
        header = headers[place] if place < len(headers) else f"[{table}]"
        number = str(place + 1) if headers.count(header) > 1 else ""
        return " ".join(part for part in (header, number, key) if part)


def _describe_found(entry: Recognised, text: Text) -> list[str]:
    """Return the name of a file, and how many items of each instrument it holds, with which answers."""
    lines = [f"{entry.path.name} [{entry.layout['sheet']}]" if "sheet" in entry.layout else entry.path.name]
    for instrument in entry.instruments:
        places = [entry.items[name] for name in instrument.columns if name in entry.items]
        texts = sum((count_texts(entry.sheet, place) for place in places), Counter[str]())
        answers = shorten([answer for answer, _ in texts.most_common()], 8)
        lines.append(text.say("doubts.found", name=instrument.id, count=len(places), all=len(instrument.columns), answers=answers))
    return lines if entry.instruments else [f"{lines[0]}: {text.say('doubts.found_none')}"]


def begin_study(folder: Path, language: str, text: str = "") -> list[Path]:
    """Write a commented `study.toml` (or `text`) and a folder for the exports; return what was made.

    Nothing that is there is overwritten: `DefinitionError` says that there is a study already.
    """
    target = folder / "study.toml"
    if target.exists():
        raise DefinitionError(Problem(str(target), "There is a study here already.", "Choose another folder, or remove the file first."))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    target.write_text(text or load_template(language), encoding="utf-8")
    return [target, folder / "data", keep_out_of_git(folder, ("data/", "records/", MATCHES, QUESTIONS))]


def load_template(language: str) -> str:
    """Return the commented study file that a new study starts from."""
    return (TEXT / f"new_study.{language}.toml").read_text(encoding="utf-8")

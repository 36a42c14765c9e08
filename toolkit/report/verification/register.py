"""The register in words: what was published when, on how many people, with the hash of each entry. It names nobody."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.languages import Language, Text, find_spoken, load_text
from toolkit.results.disclosure.differencing import Published
from toolkit.results.disclosure.register_lines import Line, read_lines

#: So many characters of a hash are enough to tell entries apart.
SIGNS = 12


@dataclass(frozen=True, slots=True)
class Group:
    """What was published about one school, or over all ("" ): how many numbers per table, on how many people at least and at most."""

    school: str
    numbers: Mapping[str, int]
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One publication."""

    date: dt.date
    sha256: str
    groups: tuple[Group, ...]


def read_register(internal: Path, language: Language | None = None) -> list[Entry]:
    """Return what the register in the folder `internal` says, nothing where there is none; its key is not needed for that.

    `ReportError`, in `language`, for a line that can't be read.
    """
    return [_describe_line(line) for line in read_lines(internal, load_text(language or find_spoken()))]


def write_register(entries: Sequence[Entry], names: Mapping[str, str], text: Text) -> list[str]:
    """Return the entries as lines; `names` has the names of schools by their code, as far as they are known."""
    if not entries:
        return [text.say("register.nothing")]
    lines = []
    for entry in entries:
        lines.append(text.say("register.entry", date=text.date(entry.date), sign=entry.sha256[:SIGNS]))
        lines += [f"  {_write_group(group, names, text)}" for group in entry.groups]
    return [*lines, text.say_count("register.total", len(entries))]


def _describe_line(line: Line) -> Entry:
    tables: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, list[int]] = defaultdict(list)
    told = set[tuple[str, tuple[str, ...]]]()
    for number in line.published:
        school = number.key[0]
        place = (number.table, number.key)
        tables[school][number.table] += place not in told
        told.add(place)
        people[school].append(_count_people(number))
    groups = tuple(Group(school, dict(tables[school]), min(people[school]), max(people[school])) for school in sorted(tables))
    return Entry(dt.date.fromisoformat(line.date), line.sha256, groups)


def _count_people(number: Published) -> int:
    """Return on how many people a number rests: those of all its groups together, in the wave where they are most."""
    waves: dict[str, set[str]] = defaultdict(set)
    for part in number.people:
        waves[part.wave] |= part.people
    return max(map(len, waves.values()), default=0)


def _write_group(group: Group, names: Mapping[str, str], text: Text) -> str:
    school = " ".join(filter(None, [group.school, names.get(group.school, "")])) or text.say("register.all_schools")
    counts = [f"{text.say(f'data.table.{table}')}: {text.number(count, 0)}" for table, count in sorted(group.numbers.items())]
    people = text.number(group.most, 0)
    if group.fewest < group.most:
        people = text.say("numbers.range", low=text.number(group.fewest, 0), high=people)
    return text.say("register.group", school=school, numbers="; ".join(counts), people=people)

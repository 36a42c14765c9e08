"""The register of what was published: a second report on a group that changed by a few people would reveal their scores.

It is a file with a line per publication, or a few where that is large: when, which numbers, on which groups, and who was in them. A person
is written as a mark: the first characters of HMAC-SHA-256 over the respondent's code, with a key of 32 random bytes kept in another file.
Without the key nobody can try codes until a mark fits. Both files belong in the folder that is never shared; without the key the register
still says what was published when, but no longer who was in it.

A line is written before the pages are: a run that dies in between has published on paper what nobody saw, never the other way round. Until
the pages are there, a third file says that they are not.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import pandas as pd

from toolkit.errors import ReportError
from toolkit.findings import Notes
from toolkit.languages import Language, find_spoken, load_text
from toolkit.results.disclosure.contributors import HEADS, Membership
from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.disclosure.register_lines import REGISTER, SIGNS, Line, hash_line, read_lines, write_line
from toolkit.results.rows import find_floor
from toolkit.study.study import Study
from toolkit.writing import close_folder, replace_file

KEY = "register.key"
#: Is there from before a publication is noted until all of its pages are.
UNFINISHED = "register.unfinished"
#: A line of so many numbers and parts of numbers is some ten megabytes when it is unpacked: the reader takes no more than `LARGEST`.
A_LINE = 200_000
_WHOLE_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Register:
    """What was published before, line by line; the people in it are marks made with `key`.

    There is no key where the one that made the lines is not there: `fault` is then "missing" or "broken".
    """

    folder: Path
    key: bytes
    lines: tuple[Line, ...] = ()
    fault: str = ""

    @property
    def publications(self) -> tuple[tuple[str, tuple[Published, ...]], ...]:
        """The numbers that were published, by date."""
        return tuple((line.date, line.published) for line in self.lines)

    @property
    def sign(self) -> str:
        """The fingerprint of the key, which tells it from any other and tells nothing about it."""
        return sha256(b"register" + self.key).hexdigest()[:SIGNS]


@dataclass(frozen=True, slots=True)
class Changed:
    """A number whose group changed by `size` people since it was published on `date`."""

    number: Published
    date: str
    size: int


def load_register(folder: Path, language: Language | None = None) -> Register:
    """Return the register in `folder`; an empty one, with a new key, if there is none. `ReportError` for one that can't be read."""
    lines = tuple(read_lines(folder, load_text(language or find_spoken())))
    key = read_key(folder, language)
    if not lines and not _WHOLE_KEY.fullmatch(key):
        key = _make_key(folder)
    if not _WHOLE_KEY.fullmatch(key):
        return Register(folder, b"", lines, "broken" if (folder / KEY).exists() else "missing")
    return Register(folder, bytes.fromhex(key), lines)


def read_key(folder: Path, language: Language | None = None) -> str:
    """Return what stands in the file of the key, "" where there is none; `ReportError` for a link."""
    path = folder / KEY
    if path.is_symlink():
        raise ReportError(load_text(language or find_spoken()).find_fault("folder_link", KEY))
    return path.read_bytes().decode("ascii", "replace").strip() if path.is_file() else ""


def _make_key(folder: Path) -> str:
    close_folder(folder)
    key = secrets.token_hex(32)
    replace_file(folder / KEY, key, private=True)
    return key


def list_earlier(register: Register, scores: pd.DataFrame) -> list[Published]:
    """Return all numbers that were published before, each once, with people in `scores` by their code and others by a mark."""
    people: Iterable[str] = scores["respondent"].unique() if register.lines else ()
    person_of = {mark_person(person, register.key): person for person in people}
    numbers = dict.fromkeys(number for _, published in register.publications for number in published)
    return _rename(numbers, lambda mark: person_of.get(mark, mark))


def list_changed(register: Register, scores: pd.DataFrame, study: Study) -> list[Changed]:
    """Return the numbers whose group has changed by a few people since it was last published: fewer than the study's smallest group."""
    latest = {(number.table, number.key): (date, number) for date, numbers in register.publications for number in numbers}
    if not latest:
        return []
    membership = Membership(scores, study)
    floor = find_floor(study)
    numbers = _rename((membership.find_number(*place) for place in latest), lambda person: mark_person(person, register.key))
    found = []
    for now, (date, number) in zip(numbers, latest.values(), strict=True):
        size = _count_difference(number, now)
        if 1 <= size < floor:
            found.append(Changed(now, date, size))
    return found


def tabulate_changed(changed: Sequence[Changed]) -> pd.DataFrame:
    """Return as FINDINGS, per school and date, how many numbers rest on a group that changed by a few people."""
    groups: dict[tuple[str, str], list[Changed]] = {}
    for entry in changed:
        groups.setdefault((entry.number.key[0], entry.date), []).append(entry)
    notes = Notes()
    for (school, date), entries in sorted(groups.items()):
        code = "group_changed" if school else "group_changed_over_all"
        notes.add(code, school=school, value=str(max(entry.size for entry in entries)), expected=date, count=len(entries))
    return notes.tabulate()


def record_publication(register: Register, published: Iterable[Published], date: str, waves: Mapping[str, str] | None = None) -> bool:
    """Add a line on what is published on `date`, or a few where it is much, and return whether it holds anything that no earlier line does.

    Head counts are left out: they identify nobody. `waves` are the dates of the study's waves.
    """
    people = (number for number in published if all(part.measure != HEADS for part in number.people))
    kept = register if register.key else Register(register.folder, bytes.fromhex(_make_key(register.folder)), register.lines)
    known = {number for _, numbers in register.publications for number in numbers}
    marked = (number for some in _portion(people) for number in _rename(some, lambda person: mark_person(person, kept.key)))
    path = register.folder / REGISTER
    lines = path.read_bytes().strip().splitlines() if path.exists() else []
    count = len(lines)
    for some in _portion(number for number in marked if number not in known):
        previous = hash_line(lines[-1]) if lines else ""
        lines.append(write_line(some, date, key=kept.sign, previous=previous, waves=waves).encode())
    if len(lines) > count:
        close_folder(register.folder)
        replace_file(path, b"\n".join(lines) + b"\n", private=True)
    return len(lines) > count


def _portion(numbers: Iterable[Published]) -> Iterator[list[Published]]:
    """Yield the numbers in portions of no more than one line holds."""
    some: list[Published] = []
    size = 0
    for number in numbers:
        some.append(number)
        size += 1 + len(number.people)
        if size >= A_LINE:
            yield some
            some, size = [], 0
    if some:
        yield some


def begin_publication(folder: Path) -> None:
    """Note in `folder` that something is about to be recorded of which the pages are not there yet."""
    close_folder(folder)
    replace_file(folder / UNFINISHED, "", private=True)


def finish_publication(folder: Path) -> None:
    """Note that everything is there of what the register in `folder` says was published."""
    (folder / UNFINISHED).unlink(missing_ok=True)


def tabulate_unfinished(folder: Path) -> pd.DataFrame:
    """Return as FINDINGS whether a run noted what it would publish, and ended before all of it was there."""
    notes = Notes()
    if (folder / UNFINISHED).exists():
        notes.add("publication_unfinished")
    return notes.tabulate()


@cache
def mark_person(person: str, key: bytes) -> str:
    """Return the mark of a person."""
    return hmac.new(key, person.encode(), sha256).hexdigest()[:SIGNS]


def _rename(numbers: Iterable[Published], rename: Callable[[str], str]) -> list[Published]:
    known: dict[frozenset[str], frozenset[str]] = {}

    def rename_all(people: frozenset[str]) -> frozenset[str]:
        if people not in known:
            known[people] = frozenset(map(rename, people))
        return known[people]

    return [Published(n.table, n.key, tuple(Part(p.measure, p.wave, p.weight, rename_all(p.people)) for p in n.people)) for n in numbers]


def _count_difference(number: Published, other: Published) -> int:
    """Return how many people are in only one of two numbers, in the wave with the most such people."""
    waves = {part.wave for part in (*number.people, *other.people)}
    return max((len(_take_wave(number, wave) ^ _take_wave(other, wave)) for wave in waves), default=0)


def _take_wave(number: Published, wave: str) -> frozenset[str]:
    return frozenset[str]().union(*(part.people for part in number.people if part.wave == wave))

"""The register of what was published: a second report on a group that changed by a few people would reveal their scores.

It is a file with one line per publication: when, which numbers, on which groups, and who was in them. A person is written as a mark: the
first characters of HMAC-SHA-256 over the respondent's code, with a key of 32 random bytes kept in a separate file. Without the key nobody
can try codes until a mark fits. Both files belong in the folder that is never shared; without the key the register still says what was
published when, but no longer who was in it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.findings import Notes
from toolkit.results.disclosure.contributors import HEADS, Membership
from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.rows import find_floor
from toolkit.study.study import Study

REGISTER = "register.jsonl"
KEY = "register.key"
#: This many characters of a mark or hash are enough to tell the people in a study apart.
SIGNS = 16


@dataclass(frozen=True, slots=True)
class Register:
    """What was published before, by date; the people in it are marks made with `key`."""

    folder: Path
    key: bytes
    publications: tuple[tuple[str, tuple[Published, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A number whose group changed by `size` people since it was published on `date`."""

    number: Published
    date: str
    size: int


def load_register(folder: Path) -> Register:
    """Return the register in `folder`; an empty one, with a new key, if there is none."""
    path = folder / KEY
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_hex(32), encoding="utf-8")
        path.chmod(0o600)
    lines = (folder / REGISTER).read_text(encoding="utf-8").splitlines() if (folder / REGISTER).exists() else []
    return Register(folder, bytes.fromhex(path.read_text(encoding="utf-8").strip()), tuple(_read_line(line) for line in lines))


def list_earlier(register: Register, scores: pd.DataFrame) -> list[Published]:
    """Return all numbers that were published before, each once, with people in `scores` by their code and others by a mark."""
    person_of = {_mark(person, register.key): person for person in scores["respondent"].unique()}
    numbers = dict.fromkeys(number for _, published in register.publications for number in published)
    return _rename(numbers, lambda mark: person_of.get(mark, mark))


def list_changed(register: Register, scores: pd.DataFrame, study: Study) -> list[Changed]:
    """Return the numbers whose group has changed by a few people since it was last published: fewer than the study's smallest group."""
    latest = {(number.table, number.key): (date, number) for date, numbers in register.publications for number in numbers}
    if not latest:
        return []
    membership = Membership(scores, study)
    floor = find_floor(study)
    numbers = _rename((membership.find_number(*place) for place in latest), lambda person: _mark(person, register.key))
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


def record_publication(register: Register, published: Iterable[Published], date: str) -> bool:
    """Add a line on what was published on `date`, and return whether it holds anything that no earlier line does.

    Head counts are left out: they identify nobody.
    """
    people = [number for number in published if all(part.measure != HEADS for part in number.people)]
    known = {number for _, numbers in register.publications for number in numbers}
    fresh = [number for number in _rename(people, lambda person: _mark(person, register.key)) if number not in known]
    if fresh:
        register.folder.mkdir(parents=True, exist_ok=True)
        with (register.folder / REGISTER).open("a", encoding="utf-8") as file:
            file.write(_write_line(fresh, date) + "\n")
    return bool(fresh)


@cache
def _mark(person: str, key: bytes) -> str:
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


def _write_line(numbers: Sequence[Published], date: str) -> str:
    """Return numbers written as groups: each distinct set of people once, with its size, its hash, and the marks."""
    sets = list(dict.fromkeys(part.people for number in numbers for part in number.people))
    place = {people: number for number, people in enumerate(sets)}
    groups = [{"n": len(people), "hash": _hash(people), "people": sorted(people)} for people in sets]
    listed = [
        {"table": n.table, "key": n.key, "parts": [[p.measure, p.wave, str(p.weight), place[p.people]] for p in n.people]} for n in numbers
    ]
    return json.dumps({"date": date, "groups": groups, "numbers": listed}, ensure_ascii=False)


def _hash(marks: frozenset[str]) -> str:
    return sha256("\n".join(sorted(marks)).encode()).hexdigest()[:SIGNS]


def _read_line(line: str) -> tuple[str, tuple[Published, ...]]:
    document: dict[str, Any] = json.loads(line)
    groups = [frozenset(group["people"]) for group in document["groups"]]
    numbers = (
        Published(entry["table"], tuple(entry["key"]), tuple(Part(m, w, Fraction(weight), groups[g]) for m, w, weight, g in entry["parts"]))
        for entry in document["numbers"]
    )
    return document["date"], tuple(numbers)

"""The lines of the register: how a publication is written down, and how a line is checked before anything in it is believed.

A line is JSON: its format, the date, a fingerprint of the key, a hash of the line before, the dates of the waves, and a packed body: the
people once, sorted so that nothing but their groups can be seen; each distinct group as runs of them; and the numbers on those groups. The
first format, without a version, had every group written out; it is read as well.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from sys import intern
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toolkit.errors import ReportError
from toolkit.languages import Text
from toolkit.results.disclosure.differencing import Part, Published

REGISTER = "register.jsonl"
FORMAT = 2
#: This many characters of a mark or hash are enough to tell the people in a study apart.
SIGNS = 16
#: No body is larger than this when it is unpacked.
LARGEST = 1 << 28

Mark = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Count = Annotated[int, Field(ge=0)]
Weight = Annotated[str, Field(pattern=r"^-?\d{1,40}(/0*[1-9]\d{0,39})?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Number(_Strict):
    table: str
    key: Annotated[list[str], Field(min_length=1)]
    parts: list[tuple[str, str, Weight, Count]]


class _FirstGroup(_Strict):
    n: Count
    hash: str
    people: list[Mark]


class _FirstLine(_Strict):
    """A line as it was before lines had a format."""

    date: str
    groups: list[_FirstGroup]
    numbers: list[_Number]


class _Line(_Strict):
    format: int
    date: str
    key: Mark
    previous: str
    waves: dict[str, str]
    body: str


class _Body(_Strict):
    people: str
    groups: list[list[Count]]
    numbers: list[_Number]


@dataclass(frozen=True)
class Line:
    """One line of the register: its number and hash, what it says of itself, and the numbers in it with the marks of the people in them.

    `key` is the fingerprint of the key that made the marks; the first format had none.
    """

    number: int
    sha256: str
    date: str
    published: tuple[Published, ...] = ()
    key: str = ""
    waves: Mapping[str, str] = field(default_factory=dict)


def read_lines(folder: Path, text: Text) -> list[Line]:
    """Return the lines of the register in `folder`, none where there is no register.

    `ReportError` names the first line that is broken, of a later format, or does not follow from the one before it.
    """
    path = folder / REGISTER
    if path.is_symlink():
        raise ReportError(text.find_fault("folder_link", REGISTER))
    if not path.exists():
        return []
    found: list[Line] = []
    previous = ""
    for number, line in enumerate(path.read_bytes().removesuffix(b"\n").split(b"\n"), 1):
        if line or number > 1:
            found.append(_read_line(line, number, previous, text))
            previous = hash_line(line)
    return found


def hash_line(line: bytes) -> str:
    """Return the hash by which the next line, and a manifest, knows a line."""
    return sha256(line).hexdigest()


def write_line(numbers: Sequence[Published], date: str, *, key: str, previous: str = "", waves: Mapping[str, str] | None = None) -> str:
    """Return what was published on `date` as one line; `key` is the fingerprint of the key, `previous` the hash of the line before."""
    body = json.dumps(_write_body(numbers), ensure_ascii=False, separators=(",", ":")).encode()
    packed = base64.b64encode(zlib.compress(body, 9)).decode()
    line = {"format": FORMAT, "date": date, "key": key, "previous": previous[:SIGNS], "waves": dict(waves or {}), "body": packed}
    return json.dumps(line, ensure_ascii=False)


def _write_body(numbers: Sequence[Published]) -> dict[str, Any]:
    sets = list(dict.fromkeys(part.people for number in numbers for part in number.people))
    place = {people: number for number, people in enumerate(sets)}
    order = _order_people(sets)
    rank = {person: number for number, person in enumerate(order)}
    return {
        "people": base64.b64encode(bytes.fromhex("".join(order))).decode(),
        "groups": [list(_write_runs(sorted(rank[person] for person in people))) for people in sets],
        "numbers": [
            {"table": n.table, "key": list(n.key), "parts": [[p.measure, p.wave, str(p.weight), place[p.people]] for p in n.people]}
            for n in numbers
        ],
    }


def _order_people(sets: Sequence[frozenset[str]]) -> list[str]:
    """Return all marks, those next to each other that are in the same groups, otherwise by the mark: the order tells nothing else."""
    within: dict[str, list[int]] = {}
    for number, people in enumerate(sets):
        for person in people:
            within.setdefault(person, []).append(number)
    return sorted(within, key=lambda person: (within[person], person))


def _write_runs(places: Sequence[int]) -> Iterator[int]:
    """Yield the length of each gap and of each run of places after it."""
    end = start = 0
    for place in places:
        if place != end:
            if end > start:
                yield end - start
            yield place - end
            start = place
        elif end == 0:
            yield 0
        end = place + 1
    if end > start:
        yield end - start


def _read_line(line: bytes, number: int, previous: str, text: Text) -> Line:
    try:
        document = json.loads(line)
        if isinstance(document, dict) and "format" in document and document["format"] != FORMAT:
            raise ReportError(text.find_fault("register_format", REGISTER, line=number, found=str(document["format"])[:20], known=FORMAT))
        made = _read_second(line, number) if "format" in document else _read_first(line, number)
        dt.date.fromisoformat(made.date)
    except (ValueError, TypeError, IndexError, RecursionError, zlib.error, ValidationError):
        raise ReportError(text.find_fault("register_line", REGISTER, line=number)) from None
    if "format" in document and document["previous"] != previous[:SIGNS]:
        raise ReportError(text.find_fault("register_gap", REGISTER, line=number))
    return made


def _read_first(line: bytes, number: int) -> Line:
    read = _FirstLine.model_validate_json(line)
    groups = [frozenset(group.people) for group in read.groups]
    return Line(number, hash_line(line), read.date, _list_published(read.numbers, groups))


def _read_second(line: bytes, number: int) -> Line:
    read = _Line.model_validate_json(line)
    body = _Body.model_validate_json(_unpack(read.body))
    marks = base64.b64decode(body.people, validate=True).hex()
    if len(marks) % SIGNS:
        raise ValueError
    people = [marks[start : start + SIGNS] for start in range(0, len(marks), SIGNS)]
    groups = [frozenset(_read_runs(runs, people)) for runs in body.groups]
    return Line(number, hash_line(line), read.date, _list_published(body.numbers, groups), read.key, read.waves)


def _unpack(body: str) -> bytes:
    try:
        packed = base64.b64decode(body, validate=True)
    except binascii.Error:
        raise ValueError from None
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(packed, LARGEST)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError
    return unpacked


def _read_runs(runs: Sequence[int], people: Sequence[str]) -> Iterator[str]:
    place = 0
    for gap, length in zip(runs[::2], runs[1::2], strict=True):
        place += gap
        if place + length > len(people):
            raise ValueError
        yield from people[place : place + length]
        place += length


def _list_published(numbers: Iterable[_Number], groups: Sequence[frozenset[str]]) -> tuple[Published, ...]:
    """Return the numbers with the people in them; a word that many have is one in memory."""
    return tuple(
        Published(
            intern(number.table),
            tuple(map(intern, number.key)),
            tuple(
                Part(intern(measure), intern(wave), _read_weight(weight), groups[place]) for measure, wave, weight, place in number.parts
            ),
        )
        for number in numbers
    )


@cache
def _read_weight(weight: str) -> Fraction:
    return Fraction(weight)

"""Which files stand in a folder of reports as they were made, and what each was made of: a run makes only those that would become another.

A line is added for each file as it comes, so that a run that was ended goes on where it was. What was changed since, by whom or what it may
be, does not count as made.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from toolkit.locking import INTERNAL
from toolkit.report.content.reads import Read
from toolkit.results.stored import sign_toolkit
from toolkit.writing import OWN_FILE, replace_file

FILE = "pages.jsonl"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made: `inputs` stands for what is the same whatever the results are, `results` for those it was made of.

    `shown` stands for what it read of them, in the places with the numbers `reads`; `files` are the hashes of what was written.
    """

    inputs: str
    results: str
    files: Mapping[str, str]
    shown: str = ""
    reads: tuple[int, ...] = ()


class Standing:
    """The files that were made in `folder`, by the name of the first."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        """Open what is known of `folder`; where everything is to be made `fresh`, none of it counts."""
        self.folder = folder
        self._fresh = fresh
        self._lock = Lock()
        self._path = folder / INTERNAL / FILE
        self._reads: list[Read] = []
        self._made: dict[str, Made] = {}
        for line in self._path.read_bytes().splitlines() if self._path.is_file() else ():
            if not self._add(line):
                break  # the last line of a run that was killed, or what somebody changed: nothing after it counts
        self._numbers = {read: number for number, read in enumerate(self._reads)}

    def _add(self, line: bytes) -> bool:
        try:
            told = json.loads(line)
            self._reads += [tuple(read) for read in told["reads"]]
            made = told["made"]
            self._made[told["name"]] = Made(**made | {"reads": tuple(made["reads"])})
        except (ValueError, TypeError, KeyError):
            return False
        return all(number < len(self._reads) for number in self._made[told["name"]].reads)

    def find(self, name: str, inputs: str) -> Made | None:
        """Return what was made under this name of the same inputs, if every file of it stands as it was written."""
        made = None if self._fresh else self._made.get(name)
        whole = made and made.inputs == inputs and all(self._hash(file) == sha for file, sha in made.files.items())
        return made if whole else None

    def _hash(self, file: str) -> str:
        path = self.folder / file
        return sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""

    def list_reads(self, made: Made, school: str) -> list[Read]:
        """Return where it read, on the page of `school`."""
        return [tuple(school if part is None else part for part in self._reads[number]) for number in made.reads]

    def note(self, name: str, made: Made, reads: Iterable[Read] = (), school: str = "") -> None:
        """Note what was made just now; the own school of a page is the same place on each."""
        with self._lock:
            self._note(name, made, reads, school)

    def _note(self, name: str, made: Made, reads: Iterable[Read], school: str) -> None:
        placed = sorted((tuple(None if school and part == school else part for part in read) for read in reads), key=repr)
        fresh = [read for read in placed if read not in self._numbers]
        for read in fresh:
            self._numbers[read] = len(self._reads)
            self._reads.append(read)
        self._made[name] = replace(made, reads=tuple(self._numbers[read] for read in placed) or made.reads)
        self._append(_write_line(name, self._made[name], fresh))

    def _append(self, line: str) -> None:
        with open(self._path, "a", encoding="utf-8", opener=_open_own) as file:
            file.write(line)

    def tidy(self) -> None:
        """Write what is known once, without what newer lines replaced."""
        lines = [_write_line(name, made, () if number else self._reads) for number, (name, made) in enumerate(self._made.items())]
        replace_file(self._path, "".join(lines), private=True)


def _write_line(name: str, made: Made, reads: Iterable[Read]) -> str:
    told = {field.name: getattr(made, field.name) for field in fields(made)}
    return json.dumps({"name": name, "reads": list(reads), "made": told}, ensure_ascii=False) + "\n"


def _open_own(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, OWN_FILE)


def sign_parts(*parts: Any) -> str:
    """Return what stands for these parts, and for the toolkit that makes something of them."""
    return sha256(json.dumps([sign_toolkit(), *parts], default=str, sort_keys=True).encode()).hexdigest()


def hash_text(content: str | bytes) -> str:
    """Return the SHA-256 of what is written to a file."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()

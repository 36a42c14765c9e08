"""What a page for sharing may know: the rules of the process that makes it, whoever wrote the template.

The pages of schools, the summaries, and the pages of boards and across schools are made in kernels of their own, from templates that
anybody may have changed. Such a kernel is given the protected results of its own page and nothing else. What is promised there, and tested:

- No function of the toolkit opens answers, of whichever study, nor results other than those of the page. So every number that a function
  of the toolkit gives has been through `results/disclosure`. For a template of somebody's own the results are as coarse as exported data.
- Functions on plain frames leave out groups under the smallest group of the study (`find_page_floor`).
- Python opens none of the files with answers that the study names, nor anything that stood in the folder `internal` when the kernel began,
  whatever name or link leads there, and it starts no other process. An audit hook sees to that, which can't be taken off.

What is not promised: that a template brings nothing along. Numbers typed into a cell, a copy of the answers that stands elsewhere, or a
library in C that opens a path by itself are out of reach. Read a template that somebody gave you, as you would read any program.

Pages in the folder `internal` (the data check, `plg notebook`) are for those who have the answers, and follow none of these rules.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.errors import ReportError
from toolkit.languages import find_spoken, load_text

#: The environment variable that holds the smallest group in a process that makes a page for sharing.
VARIABLE = "PLG_PAGE"
#: What Python tells an audit hook before it opens or links a file, starts a process, or loads a library.
LINKS = ("os.link", "os.rename", "os.symlink")
PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn")
#: Libraries that open files without Python.
READERS = ("duckdb", "pyreadstat")


@dataclass(frozen=True, slots=True)
class PageGuard:
    """What one page may know: the smallest group on it, the file with its results, and the files and folders that stay closed."""

    smallest_group: int
    results: str
    closed: tuple[str, ...] = ()


#: The guard of this process, once it has one; none is ever taken away.
_guards: list[PageGuard] = []


@dataclass(frozen=True, slots=True)
class Handed:
    """What a page was handed, so that it opens no file: its studies, the protected results that it may know, and the note for it.

    `views` are those that the page opened on them.
    """

    studies: tuple[Any, ...]
    results: Any
    note: bytes = b""
    views: list[Any] = field(default_factory=list)


#: What the page was handed that this process makes now, if it was.
_handed: list[Handed] = []


def hand_over(handed: Handed | None) -> None:
    """Give the page that this process makes next what it shows, in the place of what the page before it was given."""
    _handed[:] = [handed] if handed else []


def find_handed() -> Handed | None:
    """Return what the page was handed that this process makes; None where it opens its results itself, as in a notebook."""
    return _handed[0] if _handed else None


def find_page_floor() -> int:
    """Return the smallest group that a function must apply in this process: 0 but where a page for sharing is made.

    A template can't lower it: the kernel remembers what it began with.
    """
    told = os.environ.get(VARIABLE, "")
    return max(int(told) if told.isdecimal() else 0, *(guard.smallest_group for guard in _guards), 0)


def refuse_answers() -> None:
    """Raise `ReportError` where a page for sharing is made: it reads no answers."""
    if find_page_floor():
        raise ReportError(load_text(find_spoken()).find_fault("page_answers"))


def refuse_other_results(path: str | Path) -> None:
    """Raise `ReportError` where a page for sharing is made, unless `path` is the file with the results of that page."""
    if find_page_floor() and not any(_identify(path) == _identify(guard.results) for guard in _guards):
        raise ReportError(load_text(find_spoken()).find_fault("page_results", Path(path).name))


def enter_page_kernel(guard: PageGuard) -> None:
    """Make this process one that makes a page for sharing, for as long as it lives."""
    os.environ[VARIABLE] = str(guard.smallest_group)
    _guards.append(guard)
    closed = {found for path in guard.closed for each in _list_files(Path(path)) if (found := _identify(each))}
    kept = closed - {_identify(guard.results)}
    text = load_text(find_spoken())
    faults = {code: text.find_fault(code) for code in ("page_files", "page_process")}  # a hook can't open the file of words by itself

    def forbid(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" or event in LINKS:
            if _identify(arguments[0]) in kept:
                raise ReportError(faults["page_files"])
        elif event in PROCESSES:
            raise ReportError(faults["page_process"])
        elif event == "import" and str(arguments[0]).partition(".")[0] in READERS:
            raise ReportError(faults["page_files"])

    sys.addaudithook(forbid)


def _list_files(path: Path) -> list[Path]:
    return [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]


def _identify(path: Any) -> tuple[int, int] | None:
    """Return what tells a file from every other, by whatever name or link it is reached; None where there is none."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        found = Path(os.fsdecode(path)).stat()
        return found.st_dev, found.st_ino
    return None

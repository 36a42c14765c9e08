"""Reading: a file opened in a process of its own, and what was read and noted of it."""

from __future__ import annotations

import stat
import unicodedata
from collections.abc import Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from toolkit.files.cells import File
from toolkit.files.child import Ended, ask_child
from toolkit.files.parsing import ENDINGS, write_size
from toolkit.files.safety import stretch_limits
from toolkit.findings import Notes
from toolkit.page_kernel import refuse_answers
from toolkit.spelling import find_nearest
from toolkit.study.layouts import Layout, Limits

#: how the names begin of what Excel and LibreOffice write beside a workbook while it is open.
BESIDE = ("~$", ".~lock.")
#: how alike the name of a file must be to one that is missing, and how many files are compared.
NEAR = 0.6
MOST_FILES = 5000


def read_file(path: Path, layout: Layout, limits: Limits, file: str, notes: Notes) -> File | None:
    """Return what stands in the file at `path`, or None, with a finding that stops, where it can't be read.

    All answers come in through here, so here `ReportError` tells a page for sharing that it reads none.
    """
    refuse_answers()
    path = find_spelling(path)
    if path.name.startswith(BESIDE):
        notes.add("file_beside", file=file, expected=path.name.removeprefix(".~lock.").removeprefix("~$").rstrip("#"))
        return None
    try:
        found = path.stat()
    except FileNotFoundError:
        notes.add("file_missing", file=file, expected=_find_near(path) or "–")
        return None
    except OSError as error:
        notes.add("file_unreadable", file=file, value=error.strerror or str(error))
        return None
    if stat.S_ISDIR(found.st_mode):
        notes.add("file_folder", file=file, value=", ".join(list_files(path)[:8]) or "–")
        return None
    if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, a device may never end
        notes.add("file_special", file=file)
        return None
    if found.st_size > limits.megabytes * 1_000_000:
        notes.add("file_too_large", file=file, value=f"> {limits.megabytes} MB", expected=f"{limits.megabytes} MB")
        return None
    return _ask(path, layout, stretch_limits(limits, found.st_size), found.st_size, file, notes)


def _ask(path: Path, layout: Layout, limits: Mapping[str, Any], size: int, file: str, notes: Notes) -> File | None:
    """Return what the child makes of a file; where it takes too much or crashes, that is noted."""
    asked = {name: getattr(layout, name) for name in ("format", "separator", "encoding")}
    request = {"path": str(path.absolute()), "layout": asked, "limits": limits, "file": file}
    said = ask_child(request, limits["seconds"], limits["memory"], notes.report)
    if not isinstance(said, Ended):
        for row in said[1]:
            notes.add(**row)
        return said[0]
    if said.why == "damaged":
        notes.add("file_unreadable", file=file, value="damaged")
    elif said.why == "memory":
        notes.add("file_memory", file=file, value=write_size(size), expected=f"{limits['memory']} MB")
    else:
        notes.add("file_slow", file=file, value=write_size(size), expected=f"{limits['seconds']} s")
    return None


def is_possible(path: Path) -> bool:
    """Return whether a file can have this name: none has one of thousands of characters."""
    try:
        path.exists()
    except OSError:
        return False
    return True


def find_spelling(path: Path) -> Path:
    """Return `path`, or where it is missing the file there with the same name in which letters with accents are stored otherwise."""
    if not is_possible(path) or path.exists() or not path.parent.is_dir():
        return path
    name = unicodedata.normalize("NFC", path.name)
    return next((other for other in path.parent.iterdir() if unicodedata.normalize("NFC", other.name) == name), path)


def list_files(folder: Path) -> list[str]:
    """Return the files in `folder` and in the folders in it that may be exports, by their ending, as paths from `folder`."""
    endings = tuple(chain(*ENDINGS.values()))
    found = (path for path in islice(chain(folder.glob("*"), folder.glob("*/*")), MOST_FILES) if path.suffix.casefold() in endings)
    return sorted(path.relative_to(folder).as_posix() for path in found if not path.name.startswith(BESIDE) and path.is_file())


def _find_near(path: Path) -> str:
    """Return the file whose name is most like that of a missing one, looked for from the first folder above it that is there."""
    folder = next(folder for folder in path.absolute().parents if folder.is_dir())
    names = {Path(file).name: file for file in list_files(folder)}
    return names.get(find_nearest(path.name.rpartition("\\")[2], names, NEAR), "")  # Windows writes it between folders

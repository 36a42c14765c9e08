"""Reading definition files: bytes to text to TOML, and what is probably wrong where they are neither."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from toolkit.errors import DefinitionError, Problem
from toolkit.spelling import LIKE, find_nearest

#: signs that word processors put in the place of straight quotes.
CURLY = re.compile("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
                   "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}]")  # fmt: skip
#: a comment at the end of a line, as far as no text follows it.
COMMENT = re.compile(r"\s+#[^\"']*$")
#: what people write on a line that is no TOML, and the mend; looked for outside the texts between quotes, in this order.
SLIPS = (
    (re.compile(r"=\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"), "Write a date as year, month and day: 2025-09-15."),
    (re.compile(r"=\s*-?\d+,\d"), "Write decimals with a point: 0.95."),
    (re.compile(r"=\s*(true|false|yes|no|ja|nee|waar|onwaar)\s*$", re.IGNORECASE), "Write true or false, in small letters."),
    (re.compile(r"^\s*[\w\"-]+\s*:"), "Write = between a key and its value."),
    (re.compile(r"^[^=]*=\s*$"), "Write a value after =, or put # before the line."),
    (re.compile(r'"'), "A double quote is missing: a text has one before and one after it."),
    (re.compile(r"=\s*[^\W\d]"), 'Put texts between double quotes: school = "de linde".'),
)
WRITE_ONCE = "Write each key once in its table."
OTHER = "Put texts between double quotes and write each key once."


def read_definition(path: Path) -> str:
    """Return the text of a definition file; `DefinitionError` where it is missing or no text."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise DefinitionError(Problem(path.name, f"There is no file '{path}'.", _find_other(path))) from None
    except OSError as error:
        raise DefinitionError(Problem(path.name, f"This file can't be read as text ({error.strerror}).", "Name a text file.")) from None
    if data.startswith(b"PK"):
        mend = "Name the study file, or save it as plain text (UTF-8), not as a document."
        raise DefinitionError(Problem(path.name, "This file can't be read as text: it is a document or a workbook.", mend))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        says = "This file can't be read as text: it is saved as " + ("UTF-16." if wide else f"something else than UTF-8 ({error.reason}).")
        line = None if wide else data[: error.start].count(b"\n") + 1
        raise DefinitionError(Problem(path.name, says, "Save it as UTF-8 text; Notepad asks for that under Save as.", line)) from None


def _find_other(path: Path) -> str:
    """Return what to do where there is no file at `path`: name the one that was probably meant."""
    if (path.parent.parent / path.name).is_file() and path.parent.parent != path.parent:
        return f"There is one in the folder above: '{path.parent.parent}'."
    names = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    longer = [name for name in names if name.startswith(f"{path.name}.")]
    if longer:
        return f"There is '{longer[0]}': save that as plain text and name it {path.name}."
    near = find_nearest(path.name, names, LIKE)
    return f"Did you mean '{path.parent / near}'?" if near else "Check the name, or make a study with: plg new."


def parse_definition(source: str, path: Path) -> dict[str, Any]:
    """Return the TOML that the text of the file at `path` holds; `DefinitionError` shows the line that is none and how it is mended."""
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        says, found = re.sub(r" \(at .*\)$", "", str(error)), re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        written = source.splitlines()[line - 1].strip() if line and line <= len(source.splitlines()) else ""
        shown = f" Found: ‘{COMMENT.sub('', written)[:100]}’." if written else ""
        raise DefinitionError(
            Problem(path.name, f"This is not valid TOML: {says}.{shown}", _explain(says, written, source), line)
        ) from None


def _explain(says: str, line: str, source: str) -> str:
    """Return how a line that is no TOML is mended, by what people usually write there."""
    if curly := [number for number, written in enumerate(source.splitlines(), 1) if CURLY.search(_strip_texts(written))]:
        return f'Type straight quotes (") in a plain text editor, not in a word processor. Lines with curly quotes: {_shorten(curly)}.'
    if "\\" in line:
        return "Write / between folders: \\ means something else in a text."
    if "overwrite" in says or "declare" in says:
        return WRITE_ONCE
    bare = _strip_texts(line)
    return next((mend for slip, mend in SLIPS if slip.search(bare)), OTHER)


def _strip_texts(line: str) -> str:
    """Return a line of TOML without its comment and without what stands between straight quotes.

    >>> _strip_texts('name = "‘a’" # “b”')
    'name =  '
    """
    return re.sub(r'"[^"]*"|\'[^\']*\'', "", line).partition("#")[0]


def _shorten(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:10])) + (f" … ({len(numbers)})" if len(numbers) > 10 else "")

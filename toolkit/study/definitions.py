"""Definition files: bytes to text to TOML to strict frozen models, with errors that name file, line, key, nearest known key and mend."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from toolkit.errors import DefinitionError, Problem
from toolkit.spelling import LIKE, find_nearest, suggest

#: how the type of a fault begins -> what stands there wrongly and how it is written; other faults say it themselves.
EXPECTED = {
    "date_": ("This is no date", "Write year, month and day, without quotes: 2025-09-15."),
    "string_type": ("This is no text", 'Write it between double quotes: "2025".'),
    "float_": ("This is no number", "Write it without quotes, with a point for decimals: 0.95."),
    "int_": ("This is no whole number", "Write it without quotes: 5."),
    "bool_": ("This is neither true nor false", "Write true or false, without quotes."),
    "tuple_type": ("This is no list", 'Write it between square brackets: ["nl", "en"].'),
    "dict_type": ("This is no table of words", 'Write it as { nl = "voor", en = "before" }.'),
}
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


class Definition(BaseModel):
    """A frozen model that knows no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, arbitrary_types_allowed=True)


def _check_identifier(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise ValueError("an id is made of small letters, digits and underscores, and starts with a letter")
    return value


Identifier = Annotated[str, BeforeValidator(_check_identifier)]
Model = TypeVar("Model", bound=Definition)


def load_definition(path: Path, model: type[Model]) -> Model:
    """Return the model that the TOML file at `path` describes; `DefinitionError` names every fault in it, each with its line."""
    source = read_definition(path)
    document = parse_definition(source, path)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        problems = [_describe(fault, path, source, model) for fault in _list_faults(error)]
        raise DefinitionError(sorted(problems, key=lambda problem: problem.line or 0)) from None


def _list_faults(error: ValidationError) -> list[Any]:
    """Return the faults of a definition, without those that only follow from another: a list is too short when its entries have faults."""
    faults = error.errors()
    places = [fault["loc"] for fault in faults]
    follows = [
        fault["type"] == "too_short"
        and any(len(place) > len(fault["loc"]) and place[: len(fault["loc"])] == fault["loc"] for place in places)
        for fault in faults
    ]
    return [fault for fault, spurious in zip(faults, follows, strict=True) if not spurious]


def _describe(fault: Any, path: Path, source: str, model: type[Definition]) -> Problem:
    location = tuple(fault["loc"])
    key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in location)
    line = find_line(source, location)
    if fault["type"] == "extra_forbidden":
        mend = suggest(str(location[-1]), list_keys(model, location[:-1]))
        return Problem(path.name, f"Unknown key '{location[-1]}'.", mend, line, key)
    if fault["type"] == "missing":
        return Problem(path.name, f"The key '{location[-1]}' is missing.", "Add it.", line, key)
    found = fault["input"]
    shown = "" if isinstance(found, dict | list | Definition) else f" Found: {_show(found)}."
    expected = next((words for start, words in EXPECTED.items() if fault["type"].startswith(start)), None)
    says, mend = expected or (str(fault["msg"]).removeprefix("Value error, "), "")
    return Problem(path.name, says[:1].upper() + says[1:].rstrip(".") + "." + shown, mend, line, key)


def _show(value: object) -> str:
    """Return a value as a definition file writes it, as far as it is a single one."""
    return str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)


def list_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that `model` knows at `location`, a path of keys and list positions."""
    current: Any = model
    for step in location:
        current = _enter(_bare(current), step)
    current = _bare(current)
    return sorted(field.alias or name for name, field in current.model_fields.items()) if _is_model(current) else []


def _enter(annotation: Any, step: int | str) -> Any:
    """Return the type of what stands at `step` (a key or a position) in something of the type `annotation`."""
    if _is_model(annotation):
        return next((field.annotation for name, field in annotation.model_fields.items() if step in (name, field.alias)), None)
    arguments = get_args(annotation)
    return arguments[1 if get_origin(annotation) is dict else 0] if arguments else None


def _bare(annotation: Any) -> Any:
    """Return a type without what is wrapped around it: conditions, and the choice of None."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(option for option in get_args(annotation) if option is not type(None))
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def find_line(source: str, location: tuple[int | str, ...]) -> int | None:
    """Return the line of `source` at which the table or key at `location` stands, or None where it can't be told."""
    names = [str(part) for part in location if isinstance(part, str)]
    counts = [part for part in location if isinstance(part, int)]
    lines = source.splitlines()
    start, header = 0, 0
    for number, line in enumerate(lines, 1):
        match = re.match(r"\s*\[(\[?)\s*([^\]]+?)\s*\]", line)
        if not match or names[: len(match[2].split("."))] != [part.strip(" \"'") for part in match[2].split(".")]:
            continue
        header += 1
        wanted = counts[0] + 1 if match[1] and counts else header
        if header == wanted:
            start = number
    for number in range(start, len(lines)):
        if start and number > start and re.match(r"\s*\[", lines[number]):
            break
        if names and re.match(rf"\s*[\"']?{re.escape(names[-1])}[\"']?\s*[=.]", lines[number]):
            return number + 1
    return start or None


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

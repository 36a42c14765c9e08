"""Definition files: bytes to text to TOML to strict frozen models, with errors that name file, line, key, nearest known key and fix."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from toolkit.errors import DefinitionError, Problem
from toolkit.languages import Language, Text, find_spoken, load_text
from toolkit.spelling import LIKE, find_nearest

#: how the type of a fault begins -> its phrase; other types have their own phrase or that of pydantic.
KINDS = {
    "date_": "date",
    "finite_number": "finite",
    "string_type": "text",
    "float_": "number",
    "int_": "whole",
    "bool_": "true_or_false",
    "tuple_type": "list",
    "dict_type": "words",
}
#: no count or number of anything in a study is larger.
MOST = 1_000_000_000
#: so many faults are told at a time, and so many characters of what was found.
FAULTS, SHOWN = 200, 100
#: characters that word processors put in place of straight quotes.
CURLY = re.compile("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
                   "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}]")  # fmt: skip
#: a comment at the end of a line, if no text follows it.
COMMENT = re.compile(r"\s+#[^\"']*$")
#: what people write on a line that is not TOML, and the fix; looked for outside quoted text, in this order.
SLIPS = (
    (re.compile(r"=\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"), "slip_date"),
    (re.compile(r"=\s*-?\d+,\d"), "slip_decimal"),
    (re.compile(r"=\s*(true|false|yes|no|ja|nee|waar|onwaar)\s*$", re.IGNORECASE), "slip_true"),
    (re.compile(r"^\s*[\w\"-]+\s*:"), "slip_colon"),
    (re.compile(r"^[^=]*=\s*$"), "slip_value"),
    (re.compile(r'"'), "slip_quote"),
    (re.compile(r"=\s*[^\W\d]"), "slip_text"),
)


class Definition(BaseModel):
    """A frozen model that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, arbitrary_types_allowed=True, allow_inf_nan=False)


def _check_identifier(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise PydanticCustomError("identifier", "no id")
    return value


Identifier = Annotated[str, BeforeValidator(_check_identifier)]
Model = TypeVar("Model", bound=Definition)


def load_definition(path: Path, model: type[Model], language: Language | None = None) -> Model:
    """Return the model that the TOML file at `path` describes; `DefinitionError` names every fault in it (up to 200), each with its line.

    Faults are reported in `language`, or in the first one that the file names.
    """
    source = read_definition(path, language)
    text = load_text(language or find_language(source))
    document = parse_definition(source, path, text)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        problems = [_describe(fault, path, source, model, text) for fault in _list_faults(error)[:FAULTS]]
        raise DefinitionError(sorted(problems, key=lambda problem: problem.line or 0)) from None


def find_language(source: str) -> Language:
    """Return the first language that the text of a study file names, however wrong the rest of it is, or else the machine's."""
    found = re.search(r"^\s*languages\s*=\s*\[\s*[\"'](nl|en)[\"']", source, re.MULTILINE)
    return ("nl" if found[1] == "nl" else "en") if found else find_spoken()


def _list_faults(error: ValidationError) -> list[Any]:
    """Return the faults of a definition, without those that only follow from another: faulty entries make a list too short."""
    faults = error.errors()
    places = [fault["loc"] for fault in faults]
    follows = [
        fault["type"] == "too_short"
        and any(len(place) > len(fault["loc"]) and place[: len(fault["loc"])] == fault["loc"] for place in places)
        for fault in faults
    ]
    return [fault for fault, spurious in zip(faults, follows, strict=True) if not spurious]


def _describe(fault: Any, path: Path, source: str, model: type[Definition], text: Text) -> Problem:
    """Return what is wrong at one place, as the phrase for its kind, or in pydantic's own words if there is none."""
    location = tuple(fault["loc"])
    if "at" in fault.get("ctx", {}):  # a fault of the whole that lies in one of its entries
        location = (*location, fault["ctx"]["table"], fault["ctx"]["at"], "id")
    name = _cut(str(fault["loc"][-1])) if fault["loc"] else ""
    key = ".".join(_write_number(part + 1) if isinstance(part, int) else _cut(str(part)) for part in location)
    tell = partial(text.find_fault, file=path.name, line=find_line(source, location), key=key)
    if fault["type"] == "extra_forbidden":
        return tell("unknown_key", name=name, mend=text.suggest(name, list_keys(model, location[:-1])))
    code = next((code for start, code in KINDS.items() if fault["type"].startswith(start)), fault["type"])
    code = code if f"faults.{code}.says" in text.phrases else "other"
    found = fault["input"]
    shown = "" if code == "missing" or isinstance(found, dict | list | Definition) else text.say("faults.found", value=_show(found))
    problem = tell(code, **{"name": name, "message": fault["msg"]} | fault.get("ctx", {}))
    return replace(problem, message=f"{problem.message} {shown}".rstrip())


def _show(value: object) -> str:
    """Return a value as a definition file writes it, if it is a single one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return _write_number(value)
    return f"‘{_cut(value)}’" if isinstance(value, str) else _cut(str(value))


def _write_number(value: int) -> str:
    """Return a whole number, also one of more digits than Python writes out."""
    return _cut(str(value)) if value.bit_length() < 10_000 else hex(value)[: 2 * SHOWN // 3] + " …"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"


def list_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that `model` knows at `location`, a path of keys and list positions."""
    current: Any = model
    for step in location:
        current = _enter(_bare(current), step)
    current = _bare(current)
    return sorted(field.alias or name for name, field in current.model_fields.items()) if _is_model(current) else []


def _enter(annotation: Any, step: int | str) -> Any:
    """Return the type found at `step` (a key or a position) in something of the type `annotation`."""
    if _is_model(annotation):
        return next((field.annotation for name, field in annotation.model_fields.items() if step in (name, field.alias)), None)
    arguments = get_args(annotation)
    return arguments[1 if get_origin(annotation) is dict else 0] if arguments else None


def _bare(annotation: Any) -> Any:
    """Return a type without its wrapping: conditions, and the option of None."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(option for option in get_args(annotation) if option is not type(None))
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def find_line(source: str, location: tuple[int | str, ...]) -> int | None:
    """Return the line of `source` with the table or key at `location`, or None if it can't be found."""
    names = [str(part) for part in location if isinstance(part, str)]
    counts = [part for part in location if isinstance(part, int)]
    lines = source.splitlines()
    start = 0
    header = 0
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


def read_definition(path: Path, language: Language | None = None) -> str:
    """Return the text of a definition file; `DefinitionError` if it is missing or not text, in `language` or that of the machine."""
    text = load_text(language or find_spoken())
    file = path.name
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe would be waited for
            raise DefinitionError(text.find_fault("file_unreadable", file, reason=text.say("faults.file_unreadable.special")))
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise DefinitionError(text.find_fault("file_missing", file, path=path, mend=_find_other(path, text))) from None
    except OSError as error:
        raise DefinitionError(text.find_fault("file_unreadable", file, reason=error.strerror)) from None
    if data.startswith(b"PK"):
        raise DefinitionError(text.find_fault("file_document", file))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise DefinitionError(text.find_fault("file_utf16", file)) from None
        line = data[: error.start].count(b"\n") + 1
        raise DefinitionError(text.find_fault("file_encoding", file, line=line, reason=error.reason)) from None


def _find_other(path: Path, text: Text) -> str:
    """Return what to do if there is no file at `path`: name the one that was probably meant."""
    if (path.parent.parent / path.name).is_file() and path.parent.parent != path.parent:
        return text.say("faults.file_missing.above", folder=path.parent.parent)
    names = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    longer = [name for name in names if name.startswith(f"{path.name}.")]
    if longer:
        return text.say("faults.file_missing.longer", other=longer[0], file=path.name)
    near = find_nearest(path.name, names, LIKE)
    return text.say("faults.nearest", name=path.parent / near) if near else text.say("faults.file_missing.mend")


def parse_definition(source: str, path: Path, text: Text) -> dict[str, Any]:
    """Return the TOML in the text of the file at `path`; `DefinitionError` shows the line that is not TOML and how to fix it."""
    try:
        return tomllib.loads(source)
    except RecursionError:
        raise DefinitionError(text.find_fault("toml_deep", path.name)) from None
    except tomllib.TOMLDecodeError as error:
        says = re.sub(r" \(at .*\)$", "", str(error))
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        written = source.splitlines()[line - 1].strip() if line and line <= len(source.splitlines()) else ""
        problem = text.find_fault("toml", path.name, line=line, reason=says, mend=_explain(says, written, source, text))
        shown = text.say("faults.found", value=f"‘{COMMENT.sub('', written)[:100]}’") if written else ""
        raise DefinitionError(replace(problem, message=f"{problem.message} {shown}".rstrip())) from None
    except ValueError:  # Python reads no number of more than some thousands of digits
        raise DefinitionError(text.find_fault("toml_number", path.name, line=_find_digits(source))) from None


def _find_digits(source: str) -> int | None:
    """Return the line of the first number that is too long to be read."""
    return next((number for number, line in enumerate(source.splitlines(), 1) if re.search(r"\d{4300}", line.replace("_", ""))), None)


def _explain(says: str, line: str, source: str, text: Text) -> str:
    """Return how to fix a line that is not TOML, judging by what people usually write there."""
    if curly := [number for number, written in enumerate(source.splitlines(), 1) if CURLY.search(_strip_texts(written))]:
        return text.say("faults.toml.slip_curly", lines=_shorten(curly))
    if "\\" in line:
        return text.say("faults.toml.slip_folder")
    if "overwrite" in says or "declare" in says:
        return text.say("faults.toml.slip_twice")
    bare = _strip_texts(line)
    return text.say(f"faults.toml.{next((mend for slip, mend in SLIPS if slip.search(bare)), 'mend')}")


def _strip_texts(line: str) -> str:
    """Return a line of TOML without its comment and without text between straight quotes.

    >>> _strip_texts('name = "‘a’" # “b”')
    'name =  '
    """
    return re.sub(r'"[^"]*"|\'[^\']*\'', "", line).partition("#")[0]


def _shorten(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:10])) + (f" … ({len(numbers)})" if len(numbers) > 10 else "")

"""Definition files: TOML read strictly into frozen models, with errors that name file, line, key and the nearest known key."""

from __future__ import annotations

import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from toolkit.errors import DefinitionError, Problem
from toolkit.spelling import suggest
from toolkit.study.definitions__reading import parse_definition, read_definition


class Definition(BaseModel):
    """A frozen model that knows no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, arbitrary_types_allowed=True)


def _check_identifier(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise ValueError("an id is made of small letters, digits and underscores, and starts with a letter")
    return value


Identifier = Annotated[str, BeforeValidator(_check_identifier)]
Model = TypeVar("Model", bound=Definition)
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

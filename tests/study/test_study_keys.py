"""Every key that a study or an instrument may have does something: code of the toolkit reads it, beyond the model that defines it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from toolkit.study.instruments import Instrument
from toolkit.study.study import Study

HOUSE = Path(__file__).parent.parent.parent
#: What variables that hold something of a model are called; of a key whose name stands for something else too, only a read of such counts.
CALLED = {
    "Agreement": "agreement|each",
    "AnswerLabel": "label|option|entry|one|other|each",
    "Answers": "answers|scheme|own|known|self",
    "Articles": "self.unit.article",
    "Comparison": "comparison|entry|first|leading|chosen|c|self|walk",
    "Contact": "contact",
    "Exclusion": "rule|exclusion|entry",
    "Group": "group",
    "Instrument": "instrument|whole|own|self|primary|owner|i|each|first|other|version|study_instrument",
    "Item": "item|column.item|question.item|self.item|entry",
    "Layout": "layout|self.layout|reading.layout|tried|self|found",
    "Licence": "licence|instrument.licence",
    "Limits": "limits|study.limits",
    "Matching": "matching|study.matching|self._study.matching|view.study.matching|reading.study.matching",
    "Occasion": "occasion|moment|m",
    "Outcomes": "outcomes|self.outcomes|study.outcomes",
    "Pair": "pair",
    "Question": "question|each",
    "Rating": "rating|entry|r|computed|rated|other",
    "RecordFile": "entry|self.entry",
    "Role": "role|each",
    "Scale": "scale|self|whole|s|found|part|other",
    "School": "school|s|own|each|find_school",
    "Source": "source|self.source|reading.source",
    "Study": "study|self|_study|walk",
    "Subgroup": "subgroup|each",
    "Unit": "unit",
    "Version": "version",
    "Wave": "wave|each|w|first|last|level.wave|other",
}


def list_models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield a model and those of the tables in it."""
    yield model
    for field in model.model_fields.values():
        for inner in _list_inner(field.annotation):
            yield from list_models(inner) if inner is not model else ()


def _list_inner(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, UnionType, tuple, dict, list):
        for part in get_args(annotation):
            yield from _list_inner(part)


MODELS = sorted(set(list_models(Study)) | set(list_models(Instrument)), key=lambda model: model.__name__)
KEYS = [(model, name) for model in MODELS for name in model.model_fields]


@cache
def list_reads() -> dict[str, frozenset[str]]:
    """Return per name of an attribute what it is read from, in the words of the code; "" for a name that code looks up by its text."""
    found = defaultdict[str, set[str]](set)
    for path in (HOUSE / "toolkit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found[node.attr].add(ast.unparse(node.value))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr" and isinstance(node.args[1], ast.Constant):
                found[str(node.args[1].value)].add(ast.unparse(node.args[0]))
    return {name: frozenset(sources) for name, sources in found.items()}


def is_read(model: type[BaseModel], name: str, reads: dict[str, frozenset[str]]) -> bool:
    """Return whether code reads a key of a model, from a variable called as what holds such a model is."""
    called = CALLED[model.__name__]
    return any(re.fullmatch(rf"(.*\.)?({called})(\[.*\]|\(.*\))?", source) for source in reads.get(name, ()))


#: Keys that are read by their name in a loop, with the place that does.
NAMED = ("respondent", "school", "wave", "role", "subgroup", "date", "start", "duration")
BY_NAME = {("Layout", name): "getattr(layout, name)" for name in NAMED} | {
    ("Layout", f"{name}s"): 'getattr(layout, f"{what}s")' for name in ("school", "wave", "role", "subgroup")
}


@pytest.mark.parametrize(("model", "name"), KEYS, ids=[f"{model.__name__}.{name}" for model, name in KEYS])
def test_a_documented_key_is_read(model: type[BaseModel], name: str) -> None:
    assert (model.__name__, name) in BY_NAME or is_read(model, name, list_reads()), f"no code reads {model.__name__}.{name}"


def test_a_key_that_nothing_reads_is_found() -> None:
    reads = {"unit": frozenset({"place", "self.found"}), "key": frozenset({"number", "register"})}
    assert not is_read(Instrument, "unit", reads)
    assert is_read(Instrument, "unit", {"unit": frozenset({"view.instrument"})})
    assert not is_read(next(model for model in MODELS if model.__name__ == "Item"), "key", reads)

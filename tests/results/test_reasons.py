"""Every reason why there is no number has words: the codes are collected from the source, so that a new one can't be forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolkit
from toolkit.languages import load_text

ROOMS = [Path(toolkit.__file__).parent / room for room in ("results", "statistics")]
STATES = {"shown", "hidden", "not_measured", "not_computable"}
#: A state that says enough by itself.
REASON_ENOUGH = {"not_measured"}
#: These stand beside a number (a model that was simplified, a fit at its bound) or have a cell of their own.
BESIDE_A_NUMBER = {"singular", "inadmissible", "heywood", "one_wave", "nearly_all", "nearly_none"}
#: What a name that stands for a reason has in it.
NAMES = ("reason", "taken_out")
#: The place of the reason in calls that take it after other things.
PLACES = {"make_estimate": 5, "_row_or_blank": 4, "FactorFit": 5}


def collect_codes(source: str) -> set[str]:
    """Return the reason codes in a module: what stands after a state, and what is called a reason."""
    return {code for node in ast.walk(ast.parse(source)) for part in _list_reasons(node) for code in _list_codes(part)}


def _list_reasons(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, (ast.Call, ast.Tuple)):
        entries = node.args if isinstance(node, ast.Call) else node.elts
        after = next((place + 1 for place, entry in enumerate(entries) if _is_state(entry)), len(entries))
        yield from entries[after : after + 1]
    if isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "reason")
        place = PLACES.get(getattr(node.func, "id", ""), len(node.args))
        yield from node.args[place : place + 1]
    if isinstance(node, ast.Assign) and any(name in ast.unparse(target).lower() for target in node.targets for name in NAMES):
        yield node.value
    if isinstance(node, ast.BoolOp) and ast.unparse(node.values[0]).split(".")[-1] in ("reason", "kind"):
        yield node
    if isinstance(node, ast.FunctionDef) and "reason" in node.name:
        yield from (part for part in ast.walk(node) if isinstance(part, ast.Return))


def _is_state(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "state") or (isinstance(node, ast.Constant) and node.value in STATES - {"shown"})


def _list_codes(node: ast.AST) -> Iterator[str]:
    """Yield the strings that could be the value of an expression; what it is compared with, or looked up by, is none of them."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", node.value) and node.value not in STATES:
            yield node.value
    elif isinstance(node, ast.Dict):
        yield from (code for value in node.values for code in _list_codes(value))
    elif not isinstance(node, (ast.Compare, ast.Subscript, ast.keyword)):
        children = [node.body, node.orelse] if isinstance(node, ast.IfExp) else ast.iter_child_nodes(node)
        yield from (code for child in children for code in _list_codes(child))


CODES = {code for room in ROOMS for path in room.rglob("*.py") for code in collect_codes(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reason_has_words(language: str) -> None:
    phrases = load_text(language).phrases
    assert sorted(code for code in CODES - BESIDE_A_NUMBER if f"reason.{code}" not in phrases) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_reason_has_words_that_nothing_gives(language: str) -> None:
    known = {key.removeprefix("reason.") for key in load_text(language).phrases if key.startswith("reason.")}
    assert known - CODES - REASON_ENOUGH - {"other", "too_few_answers"} == set()


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ('make_blanks(where, names, "not_computable", "no_luck")', {"no_luck"}),
        ('make_blanks(where, names, state, "no_luck" if n else "no_time")', {"no_luck", "no_time"}),
        ('state, reason = ("hidden", "no_luck") if sizes["n"] else ("not_measured", "no_time")', {"no_luck", "no_time"}),
        ('def find():\n    return "not_measured", "no_luck"', {"no_luck"}),
        ('blank("sd", "not_computable", found.reason or "no_luck")', {"no_luck"}),
        ('make_estimate(where, "slope", found, rests, "two stages", "no_luck")', {"no_luck"}),
        ('replace(nothing, reason="no_luck")', {"no_luck"}),
        ('REASONS = {"rwgj": "no_luck"}', {"no_luck"}),
        ('reason = np.where(singular, "no_luck", np.where(kind == "flat", "", "no_time"))', {"no_luck", "no_time"}),
        ('def _name_reason(found):\n    return "" if found else "no_luck"', {"no_luck"}),
        ('make_row(where, "slope", 0.1, 5, "two stages")', set()),
    ],
)
def test_the_collector_sees_a_reason_wherever_it_stands(source: str, codes: set[str]) -> None:
    assert collect_codes(source) == codes


def test_the_collector_sees_the_reasons_that_are_known() -> None:
    known = {"no_pairs", "gap_too_small", "no_roles", "not_identified", "no_residual_df", "no_saturated_model"}
    assert known | {"no_reliability", "subtraction", "too_few_waves", "no_null", "too_few_items", "not_agreed"} <= CODES

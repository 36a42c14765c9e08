"""Measure the house: its modules, floors and streets, its arrows and circles, and how many files the road enters.

Run as `python -m tools.house`. All of it is read from the source: imports, and calls of functions and methods by their names.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from statistics import median

from tests.test_house import FLOORS, STREETS, WRITTEN, dotted, find_circle, list_arrows, list_upward, read

#: From these the road is followed.
ROADS = {
    "read_exports": "toolkit.responses.exports",
    "estimate_results": "toolkit.results.estimation",
    "run_study": "toolkit.run",
}


@cache
def find_height(module: str) -> int:
    """Return how many modules stand in the longest chain of imports that begins at `module`."""
    return 1 + max((find_height(other) for other in list_arrows_once()[module] if other in list_arrows_once()), default=0)


@cache
def list_arrows_once() -> dict[str, set[str]]:
    """Return the modules that each module imports."""
    return list_arrows()


#: A function or class: its module and its name.
Place = tuple[str, str]


def list_calls() -> dict[Place, set[Place]]:
    """Return what each function names: functions of its own module, imported ones, and methods that only one class has."""
    trees = {dotted(name): ast.parse(read(name)) for name in WRITTEN}
    homes = {(module, node.name) for module, tree in trees.items() for node in list_definitions(tree)}
    methods = find_methods(trees)
    calls: dict[Place, set[Place]] = {}
    for module, tree in trees.items():
        known = {name: (where, name) for where, name in homes if where == module} | list_imported(tree, homes)
        for node in list_definitions(tree):
            named = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            used = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
            calls[module, node.name] = {known[name] for name in named & known.keys()} | {methods[name] for name in used & methods.keys()}
    return calls


def list_definitions(tree: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    """Return the functions and classes of a module."""
    return [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def list_imported(tree: ast.Module, homes: set[Place]) -> dict[str, Place]:
    """Return where each function or class stands that a module imports from the toolkit, at its top or deeper."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    named = [(alias.asname or alias.name, (str(node.module), alias.name)) for node in imports for alias in node.names]
    return {name: place for name, place in named if place in homes}


def find_methods(trees: dict[str, ast.Module]) -> dict[str, Place]:
    """Return the class of each method whose name only one class of the toolkit has."""
    found: dict[str, list[Place]] = defaultdict(list)
    for module, tree in trees.items():
        for node in list_definitions(tree):
            parts = [part.name for part in node.body if isinstance(part, ast.FunctionDef)] if isinstance(node, ast.ClassDef) else []
            for name in parts:
                found[name].append((module, node.name))
    return {name: homes[0] for name, homes in found.items() if len(homes) == 1}


def list_entered(name: str) -> set[str]:
    """Return the modules that a function of `ROADS` enters, directly or by what it calls."""
    calls, seen, waiting = list_calls(), set(), [(ROADS[name], name)]
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            waiting += calls.get(place, ())
    return {module for module, _ in seen}


def main() -> None:
    """Print the figures."""
    lines = sorted(len(read(name).splitlines()) for name in WRITTEN)
    arrows = list_arrows_once()
    rows = {
        "modules with code": len(WRITTEN),
        "lines of the middle module; of the longest": f"{median(lines):.0f}; {lines[-1]}",
        "modules below 100 lines": sum(count < 100 for count in lines),
        "lines of code": sum(lines),
        "import arrows between modules": sum(map(len, arrows.values())),
        "longest chain of imports": max(map(find_height, arrows)),
        "circles between modules": len(find_circle(arrows)),
        "imports that point up, also between streets": sum(len(list_upward(read(name), dotted(name))) for name in WRITTEN),
        "floors, the front door included": len(FLOORS),
        "rooms with streets": len(STREETS),
    }
    rows |= {f"files that {name} enters": len(list_entered(name)) for name in ROADS}
    for what, found in rows.items():
        print(f"{what:45} {found}")


if __name__ == "__main__":
    main()

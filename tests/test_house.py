"""The rules of the house: who may import whom, what agrees with what, and what every module owes its reader."""

from __future__ import annotations

import ast
import doctest
import inspect
import json
import re
import string
import subprocess
import tomllib
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import toolkit
import toolkit.notebook

HOUSE = Path(__file__).parent.parent
MODULES = sorted(path.relative_to(HOUSE).as_posix() for path in HOUSE.glob("toolkit/**/*.py"))
ROOMS = [name for name in MODULES if name.endswith("__init__.py")]
WRITTEN = [name for name in MODULES if name not in ROOMS]
LANGUAGES = sorted(path.stem for path in HOUSE.glob("toolkit/text/??.toml"))

#: From the ground up. Rooms on one floor don't import each other; `toolkit` itself re-exports from all of them.
FLOORS = (
    {"errors", "spelling", "writing", "shipped"},
    {"column_names"},
    {"statistics"},
    {"languages", "schemas"},
    {"cluster", "locking", "page_kernel", "workers"},
    {"findings", "study"},
    {"files", "scoring", "simulation"},
    {"responses", "analysis"},
    {"records"},
    {"results", "new_study", "plots"},
    {"report"},
    {"check"},
    {"run", "notebook"},
    {"cli"},
    {"__main__"},
    {"toolkit"},
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}

#: The streets inside a room, from the ground up: a module imports from its own street and from those before it. A module that stands in the
#: room itself is a street of its own; those that are named together are strangers.
STREETS: dict[str, tuple[set[str], ...]] = {
    "statistics": (
        {"arrays", "mixed_models"},
        {"categories", "cluster_robust", "correlation", "meta_analysis", "missing_data", "multiple_testing"}
        | {"power", "rank_tests", "team_agreement"},
        {"means", "two_stage"},
        {"difference_in_differences", "factor_analysis", "reliability"},
    ),
    "study": (
        {"definitions", "side_by_side"},
        {"answers", "discussion"},
        {"instruments", "layouts", "records", "rules"},
        {"study"},
        {"cohorts", "loading", "matches"},
    ),
    "files": (
        {"safety", "values"},
        {"cells"},
        {"excel", "markup", "parquet", "spss", "text", "wire"},
        {"parsing"},
        {"parsing_process"},
        {"child"},
        {"reading"},
    ),
    "simulation": ({"population"}, {"survey_files"}, {"records", "two_cohorts"}, {"__main__"}),
    "responses": (
        {"not_asked", "numbering"},
        {"causes", "checks", "codes", "damage", "headers", "one_school", "questions", "unnamed", "wave_coding"},
        {"coding", "people"},
        {"columns", "overlap"},
        {"joined", "rows"},
        {"survey_tools", "unmet", "wave_dates"},
        {"sheets"},
        {"exports"},
    ),
    "records": ({"checks", "parsing", "templates"}, {"reading"}),
    "new_study": (
        {"answer_words", "column_roles"},
        {"recognition"},
        {"answer_blocks", "dates", "study_file", "waves_and_schools"},
        {"own_instruments", "shared_codes", "study_edit"},
        {"cohorts", "placing"},
        {"frames", "proposal"},
        {"addition"},
    ),
    "analysis": (
        {"counted", "people", "verdicts"},
        {"cohorts", "frames"},
        {"attendance", "before_after", "between_cohorts", "models", "over_time", "precision", "relations", "scales"},
    ),
    "results": (
        {"results", "rows", "verdicts"},
        {"estimates"},
        {"disclosure", "research"},
        {"robustness", "stored"},
        {"estimation"},
        {"publication"},
    ),
    "report": ({"content", "formats", "html"}, {"figures"}, {"sections"}, {"rendering"}, {"publishing"}, {"verification"}),
    "cli": ({"interrupts", "terminal"}, {"outputs", "reports", "studies"}, {"main"}),
}

LONGEST = 450

#: Modules without a test file of their own, and the one that tests them.
TESTED_ELSEWHERE: dict[str, str] = {
    # The door of the formulas: what it refuses is told by those that stand behind it.
    "toolkit/statistics/arrays.py": "tests/statistics/test_means_paired.py",
    # Kernels are seen only from outside, through the pages they make.
    "toolkit/report/rendering/kernel_server.py": "tests/report/rendering/test_notebooks.py",
    "toolkit/report/rendering/kernels.py": "tests/report/rendering/test_notebooks.py",
    "toolkit/report/rendering/kernel_managers.py": "tests/report/rendering/test_notebooks.py",
    "toolkit/report/rendering/kernel_pages.py": "tests/report/rendering/test_notebooks.py",
    "toolkit/results/disclosure/blocks.py": "tests/results/disclosure/test_across.py",
    "toolkit/report/rendering/elsewhere.py": "tests/test_cluster.py",
    "toolkit/report/rendering/rendering.py": "tests/report/rendering/test_page_maker.py",
    "toolkit/report/rendering/page_requests.py": "tests/report/rendering/test_page_maker.py",
    "toolkit/report/publishing/data_check.py": "tests/report/test_data_check_page.py",
    "toolkit/report/sections/study_frame.py": "tests/report/sections/test_page_frame_title.py",
    "toolkit/report/rendering/lean_imports.py": "tests/report/rendering/test_notebooks_page.py",
    "toolkit/report/content/note.py": "tests/report/sections/test_discussion.py",
    # What was made, and what it was made of, are seen in what a second run does.
    "toolkit/report/content/reads.py": "tests/test_run_kept.py",
    "toolkit/report/publishing/reports.py": "tests/test_run_kept.py",
    "toolkit/report/publishing/standing.py": "tests/test_run_kept.py",
    "toolkit/results/publication.py": "tests/test_run_kept.py",
    "toolkit/results/stored.py": "tests/test_run_kept.py",
    "toolkit/report/sections/tables.py": "tests/report/sections/test_outcomes.py",
    # Names only, which notebooks import.
    "toolkit/notebook.py": "tests/test_house.py",
    # What a user types.
    "toolkit/__main__.py": "tests/test_cli.py",
    "toolkit/cli/outputs.py": "tests/report/verification/test_verify_verifying.py",
}

#: Put together here, so that this file does not hold what it forbids.
HOSTS = [".".join(parts) for parts in [("pypi", "org"), ("pythonhosted", "org"), ("anaconda", "org"), ("npmjs", "org"), ("npmjs", "com")]]
HOSTS += [".".join(parts) for parts in [("deb", "debian", "org"), ("cran", "r-project", "org"), ("crates", "io")]]
HOMES = "|".join(["home", "root", "Users", "work", "tmp", "opt", "mnt", "srv"])
PLACE = re.compile(rf"(?<![\w.:/-])/(?:{HOMES})/\w|[A-Z]:\\+Users")


def read(name: str) -> str:
    """Return the text of a file in the house."""
    return (HOUSE / name).read_text(encoding="utf-8")


# --- imports point down -----------------------------------------------------------------------------------------------------------


def dotted(name: str) -> str:
    """Return the dotted name of a file: `toolkit.study.rules` for `toolkit/study/rules.py`."""
    return name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


MODULE_NAMES = {dotted(name) for name in MODULES}


def room_of(module: str) -> str:
    """Return the room that a dotted name such as `toolkit.results.estimates.change` lies in; `toolkit` re-exports."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FLOOR else "toolkit"


def list_imports(source: str, module: str) -> Iterator[str]:
    """Yield the dotted name of everything from the toolkit that the source imports, at its top, deeper, or by its name in a string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            names = [".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value and node.value in MODULE_NAMES:
            names = [node.value]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "toolkit")


def list_upward(source: str, module: str) -> list[str]:
    """Return the imports that point up or sideways: between rooms, and between the streets of the module's own room."""
    return [name for name in list_imports(source, module) if is_upward(name, module)]


def is_upward(name: str, module: str) -> bool:
    """Tell whether `module` may not import `name`."""
    room, theirs = room_of(module), room_of(name)
    if theirs != room:
        return FLOOR[theirs] >= FLOOR[room]
    here, there = street_of(module), street_of(name)
    return here != there and height_of(there, room) >= height_of(here, room) if room in STREETS else False


def street_of(module: str) -> str:
    """Return the street (or the single module) of its room in which a dotted name lies; "" for the room itself."""
    return "".join(module.split(".")[2:3])


def height_of(street: str, room: str) -> int:
    """Return how high a street lies in its room; the room itself, named without a street, lies below all."""
    return next((height for height, names in enumerate(STREETS[room]) if street in names), -1)


def test_imports_point_down() -> None:
    homeless = [name for name in WRITTEN if room_of(dotted(name)) == "toolkit"]
    assert homeless == [], f"these stand on no floor: give each one of {FLOORS}"
    nameless = [name for name in WRITTEN if (room := room_of(dotted(name))) in STREETS and height_of(street_of(dotted(name)), room) < 0]
    assert nameless == [], "these stand in no street: name it in STREETS"
    upward = {name: found for name in WRITTEN if (found := list_upward(read(name), dotted(name)))}
    assert upward == {}


def test_the_rule_on_imports_sees_an_upward_import() -> None:
    cases = {
        "from toolkit.report.content.view import View": ["toolkit.report.content.view.View"],
        "import toolkit.cli.main": ["toolkit.cli.main"],
        "def f():\n    from toolkit.results import change": ["toolkit.results.change"],
        "from ..results import change": ["toolkit.results.change"],
        "from toolkit import publish_report": ["toolkit.publish_report"],
        "from toolkit import schemas\nimport pandas\nfrom toolkit.study.study import Study\nfrom . import reading": [],
    }
    assert {source: list_upward(source, "toolkit.responses.exports") for source in cases} == cases


def test_rooms_on_one_floor_are_strangers() -> None:
    assert list_upward("from toolkit.study.rules import Rules", "toolkit.statistics.means") == ["toolkit.study.rules.Rules"]


def find_circle(arrows: dict[str, set[str]]) -> list[str]:
    """Return the modules that import each other in a circle, and those between two circles; nothing where there is none."""
    left = dict(arrows)
    while ends := [name for name, targets in left.items() if not targets & left.keys() or name not in set().union(*left.values())]:
        for name in ends:
            del left[name]
    return sorted(left)


def list_arrows() -> dict[str, set[str]]:
    """Return, for each module, the other modules that it imports."""
    found: dict[str, set[str]] = {}
    for name in WRITTEN:
        named = list(list_imports(read(name), dotted(name)))
        modules = {part for each in named for part in (each, each.rpartition(".")[0]) if part in MODULE_NAMES}
        found[dotted(name)] = modules - {dotted(name)}
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert find_circle(list_arrows()) == []
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c"]


def test_rooms_have_empty_doors() -> None:
    assert {Path(name).parent for name in MODULES} == {Path(name).parent for name in ROOMS}
    assert [name for name in ROOMS if name != "toolkit/__init__.py" and read(name)] == []


def test_the_front_doors_only_re_export() -> None:
    for door in ("toolkit/__init__.py", "toolkit/notebook.py"):
        assert [type(node).__name__ for node in ast.parse(read(door)).body[1:]] == ["Import", "Assign"], door


def test_every_public_name_is_there_says_what_it_is_and_is_seen_by_who_looks() -> None:
    listed = [alias.name for node in ast.parse(read("toolkit/__init__.pyi")).body for alias in node.names]  # type: ignore[attr-defined]
    assert sorted(set(listed)) == sorted(listed) == sorted(toolkit.__all__) == dir(toolkit)
    assert [name for name in listed if not (getattr(toolkit, name).__doc__ or "").strip()] == []
    shown = [alias.name for node in ast.parse(read("toolkit/notebook.pyi")).body for alias in node.names]  # type: ignore[attr-defined]
    assert sorted(set(shown)) == sorted(shown) == sorted(toolkit.notebook.__all__) == dir(toolkit.notebook)
    assert [name for name in shown if not (getattr(toolkit.notebook, name).__doc__ or "").strip()] == []


#: The sections of a public docstring, in their order; the form is that of numpydoc.
SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Examples")


def list_sections(docstring: str) -> dict[str, list[str]]:
    """Return the lines under each heading of a docstring, in their order; a heading has a line of dashes of its own length under it."""
    lines = docstring.splitlines()
    heads = [at for at, line in enumerate(lines[:-1]) if line and lines[at + 1] == "-" * len(line)]
    return {lines[at]: lines[at + 2 : end] for at, end in pairwise([*heads, len(lines)])}


def list_explained(lines: list[str]) -> dict[str, str]:
    """Return what a section says of each name: names stand at the margin, what is said of them is indented."""
    found: dict[str, str] = {}
    for line in filter(None, lines):
        if not line.startswith(" "):
            names = line.split(" : ")[0].split(", ")
            found |= dict.fromkeys(names, "")
        else:
            found |= {name: found[name] + line.strip() for name in names}
    return found


def list_misshapen(docstring: str, parameters: Collection[str]) -> list[str]:
    """Return what a docstring lacks: a section, the right order, or a word on each of the `parameters`."""
    sections = list_sections(docstring)
    needed = [name for name in SECTIONS if name in sections or name in ("Returns", "Examples") or (name == "Parameters" and parameters)]
    if list(sections) != needed:
        return [f"has the sections {list(sections)} and not {needed}"]
    explained = list_explained(sections.get("Parameters", []))
    wrong = [f"explains {sorted(explained)} and not {sorted(parameters)}"] if set(explained) != set(parameters) else []
    silent = [name for name, words in (explained | list_explained(sections["Returns"])).items() if not words and name != "None"]
    wrong += [f"says nothing of {name}" for name in silent]
    return wrong + ([] if doctest.DocTestParser().get_examples(docstring) else ["has no example that runs"])


def test_every_public_docstring_has_the_form_of_numpydoc_and_an_example() -> None:
    functions = {name: found for name in toolkit.__all__ if inspect.isfunction(found := getattr(toolkit, name))}
    wrong = {name: list_misshapen(inspect.getdoc(each) or "", inspect.signature(each).parameters) for name, each in functions.items()}
    assert {name: what for name, what in wrong.items() if what} == {}


def test_examples_of_docstrings_are_run() -> None:
    options = read_project()["tool"]["pytest"]["ini_options"]
    assert "--doctest-modules" in options["addopts"].split() and "toolkit" in options["testpaths"]


def test_the_rule_on_public_docstrings_sees_what_is_missing() -> None:
    head = "Return a.\n\nParameters\n----------\na, b\n    Both.\n\nReturns\n-------\nint\n    One.\n"
    example = "\nExamples\n--------\n>>> 1\n1\n"
    assert list_misshapen(head + example, ["a", "b"]) == []
    assert list_misshapen(head + example, ["a"]) == ["explains ['a', 'b'] and not ['a']"]
    assert list_misshapen(head + example.replace(">>> ", ""), ["a", "b"]) == ["has no example that runs"]
    assert list_misshapen(head.replace("    One.", "") + example, ["a", "b"]) == ["says nothing of int"]
    assert list_misshapen(head, ["a", "b"]) == ["has the sections ['Parameters', 'Returns'] and not ['Parameters', 'Returns', 'Examples']"]
    assert len(list_misshapen(example + head, ["a", "b"])) == 1 and len(list_misshapen("Return a.", [])) == 1


def test_notebooks_stand_on_the_front_doors_alone() -> None:
    doors = ("toolkit", "toolkit.notebook")
    imported = {name: list_imports(source, "notebook") for name, source in list_notebooks()}
    deeper = {name: found for name, names in imported.items() if (found := [n for n in names if n.rpartition(".")[0] not in ("", *doors)])}
    assert len(imported) == len(list(HOUSE.glob("notebooks/*.ipynb"))) and deeper == {}


def list_notebooks() -> Iterator[tuple[str, str]]:
    """Yield name and code of every notebook."""
    for path in sorted(HOUSE.glob("notebooks/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield path.name, "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


# --- every module ---------------------------------------------------------------------------------------------------------------


def list_public(source: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the public functions of a module and the public methods of its public classes, with their names."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from ((f"{node.name}.{part.name}", part) for part in node.body if isinstance(part, ast.FunctionDef))


def says_what_comes_back(node: ast.FunctionDef) -> bool:
    """Tell whether a function has an annotated return and, unless it is the mere form `...` of a protocol, a full first sentence."""
    is_form = ast.unparse(node.body) == "..."
    return node.returns is not None and (is_form or bool(re.match(r"[A-Z`].*?[.?:!](\s|$)", ast.get_docstring(node) or "", re.DOTALL)))


def list_unexplained(source: str) -> list[str]:
    """Return the public functions and methods of a module that don't say what comes back."""
    return [name for name, node in list_public(source) if not node.name.startswith("_") and not says_what_comes_back(node)]


def test_public_functions_say_what_comes_back() -> None:
    assert [name for name in WRITTEN if not ast.get_docstring(ast.parse(read(name)))] == []
    assert {name: found for name in WRITTEN if (found := list_unexplained(read(name)))} == {}


def test_the_rule_on_docstrings_sees_a_silent_function() -> None:
    said = 'def a() -> int:\n    """Return one."""\n'
    silent = 'def b() -> int:\n    return 2\nclass C:\n    def d(self):\n        """Return it."""\n    def e(self) -> int: ...\n'
    assert list_unexplained(said + silent) == ["b", "C.d"]


def test_a_module_tells_one_thing_in_a_few_screens() -> None:
    assert {name: lines for name in WRITTEN if (lines := len(read(name).splitlines())) > LONGEST} == {}


def list_tests(name: str) -> list[str]:
    """Return the tests of a module: `test_<module>.py` and every `test_<module>_….py` in the folder that mirrors its own."""
    path = Path(name)
    folder = Path("tests", *path.parts[1:-1])
    found = [*(HOUSE / folder).glob(f"test_{path.stem}.py"), *(HOUSE / folder).glob(f"test_{path.stem}_*.py")]
    return sorted(test.relative_to(HOUSE).as_posix() for test in found)


def test_tests_mirror_the_toolkit() -> None:
    assert [name for name in WRITTEN if name not in TESTED_ELSEWHERE and not list_tests(name)] == []
    assert {name: where for name, where in TESTED_ELSEWHERE.items() if name not in WRITTEN or not (HOUSE / where).is_file()} == {}
    assert [name for name in TESTED_ELSEWHERE if list_tests(name)] == [], "these have a test of their own"


# --- the environment --------------------------------------------------------------------------------------------------------------


def read_project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads(read("pyproject.toml"))


def list_requirements() -> list[Requirement]:
    """Return everything that pyproject.toml asks for: to run, to develop and to build."""
    project = read_project()
    extras = [line for lines in project["project"]["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in project["project"]["dependencies"] + extras + project["build-system"]["requires"]]


def read_lock(name: str) -> dict[str, tuple[str, str]]:
    """Return the version of each package that a lock pins, and the lines that follow it."""
    entries = re.findall(r"^([\w.-]+)==(\S+)(.*\n(?:[ #].*\n)*)", read(name), re.MULTILINE)
    return {canonicalize_name(name): (version, rest) for name, version, rest in entries}


def test_every_dependency_has_a_lower_bound_that_the_lock_meets() -> None:
    wanted, locked = list_requirements(), read_lock("requirements-docs.lock") | read_lock("requirements.lock")
    assert [str(each) for each in wanted if [clause.operator for clause in each.specifier] != [">="]] == []
    assert [str(each) for each in wanted if Version(locked[canonicalize_name(each.name)][0]) not in each.specifier] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-docs.lock"])
def test_a_lock_pins_with_hashes_and_nothing_else(name: str) -> None:
    lines = [line for line in read(name).splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.+!]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line)] == []
    assert [package for package, (_, rest) in read_lock(name).items() if "--hash=sha256:" not in rest] == []


def test_both_locks_pin_what_they_share_alike() -> None:
    main, docs = read_lock("requirements.lock"), read_lock("requirements-docs.lock")
    assert {name: version for name, (version, _) in docs.items() if name in main and main[name][0] != version} == {}
    extra = {canonicalize_name(Requirement(line).name) for line in read_project()["project"]["optional-dependencies"]["docs"]}
    assert extra <= docs.keys() and not extra & main.keys(), "the site's own packages are installed by `make docs` alone"


def test_conda_users_get_the_same_packages() -> None:
    listed = re.findall(r"^  - ([\w-]+)(>=[\w.]+)", read("environment.yml"), re.MULTILINE)
    other_names = {"matplotlib-base": "matplotlib", "python-duckdb": "duckdb"}
    conda = {other_names.get(name, name): bound for name, bound in listed}
    project = read_project()["project"]
    wanted = {requirement.name: str(requirement.specifier) for requirement in map(Requirement, project["dependencies"])}
    assert conda == wanted | {"python": project["requires-python"]}
    assert read("environment.yml").endswith("  - pip:\n      - -e .\n")


def test_the_contributing_guide_says_why_each_dependency_is_there() -> None:
    explained = set(re.findall(r"^\| ([\w-]+(?:, [\w-]+)*) \|", read("CONTRIBUTING.md"), re.MULTILINE))
    named = {name for names in explained for name in names.split(", ")}
    assert {requirement.name for requirement in list_requirements()} - named == set()


def test_the_version_is_the_same_everywhere() -> None:
    version = read_project()["project"]["version"]
    assert f"\nversion: {version}\n" in read("CITATION.cff")
    assert f"\n## {version}" in read("CHANGELOG.md")


# --- words and places ---------------------------------------------------------------------------------------------------------------


def list_places(words: Any, path: str = "") -> dict[str, set[str]]:
    """Return, for each phrase, the {places} in it."""
    if isinstance(words, str):
        return {path: {field for _, field, _, _ in string.Formatter().parse(words) if field is not None}}
    parts = words.items() if isinstance(words, dict) else enumerate(words) if isinstance(words, list) else ()
    return {deeper: places for key, part in parts for deeper, places in list_places(part, f"{path}.{key}").items()}


def test_languages_say_the_same_things() -> None:
    places = {language: list_places(tomllib.loads(read(f"toolkit/text/{language}.toml"))) for language in LANGUAGES}
    dutch = places["nl"]
    differ = {
        f"{language}: {key}" for language, theirs in places.items() for key in theirs.keys() | dutch if theirs.get(key) != dutch.get(key)
    }
    assert differ == set()


def test_the_rule_on_languages_sees_a_lost_place() -> None:
    assert list_places({"up": {"one": ["{n} more"]}}) == {".up.one.0": {"n"}}
    assert list_places({"up": {"one": ["more"]}}) == {".up.one.0": set()}


def list_forbidden(text: str) -> list[str]:
    """Return the registry hosts and the paths of one machine that a text names."""
    return [host for host in HOSTS if host in text] + [match.group() for match in PLACE.finditer(text)]


def list_tracked() -> list[str]:
    """Return the files under version control that are there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if (HOUSE / name).is_file()]


def test_files_name_no_registry_and_no_place_on_one_machine() -> None:
    tracked = list_tracked()
    assert "tests/test_house.py" in tracked
    found = {name: list_forbidden((HOUSE / name).read_bytes().decode("utf-8", errors="ignore")) for name in tracked}
    assert {name: what for name, what in found.items() if what} == {}


def test_the_rule_on_places_sees_a_registry_and_a_home() -> None:
    assert list_forbidden(f"get it from https://{HOSTS[0]}/simple") == [HOSTS[0]]
    assert list_forbidden(f"open('/{'home'}/anna/study.toml')") == ["/" + "home/a"]
    assert list_forbidden("reports/home/page.html, ../tmp/x and #!/usr/bin/env bash") == []

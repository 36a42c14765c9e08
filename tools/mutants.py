"""Mutants: small faults put one by one into a copy of a module, to see which of them the tests of that module let through.

    .venv/bin/python tools/mutants.py toolkit/statistics/means.py toolkit/results/disclosure

mutmut makes them, and tries each on the tests that mirror the module and reach the function (but for the slow ones). Every mutant starts
from a process in which no test has run, so nothing that a test keeps can hide it. What survives is written to `build/mutants/`, a file
per module. mutmut changes the bodies of functions: constants of a module and decorated functions stay as they are.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
RESULTS = HOUSE / "build" / "mutants"
COPY = RESULTS / "copy"
#: What the tests read; a copy of it is changed.
SHARED = ("toolkit", "tests", "datasets", "notebooks")
MUTMUT = Path(sys.executable).parent / "mutmut"
#: What becomes of a mutant as a rule; anything else is told.
USUAL = ("total", "killed", "survived", "timeout")


def main(names: list[str]) -> None:
    """Try the mutants of the modules that are named (files or folders), one module after the other."""
    tell("module", "tried", "killed", "survived")
    for module in list_modules(names):
        counts = try_module(module, list_tests(module))
        odd = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count and name not in USUAL)
        tell(module, counts["total"], counts["killed"] + counts["timeout"], counts["survived"], odd)
    tell(f"What survived: {RESULTS.relative_to(HOUSE)}/")


def tell(module: str, *rest: object) -> None:
    """Write one line: a module, and what is told of it in columns."""
    sys.stdout.write(f"{module:56}" + "".join(f"{part:>10}" for part in rest) + "\n")
    sys.stdout.flush()


def list_modules(names: list[str]) -> Iterator[str]:
    """Yield the modules with code among files and folders."""
    for name in names:
        path = HOUSE / name
        found = [path] if path.suffix else sorted(path.rglob("*.py"))
        yield from (module.relative_to(HOUSE).as_posix() for module in found if module.stat().st_size)


def list_tests(module: str) -> list[str]:
    """Return the tests that mirror a module, `test_<module>.py` and `test_<module>_….py`, or all of its folder where there are none."""
    path = Path(module)
    folder = Path("tests", *path.parts[1:-1])
    found = [*(HOUSE / folder).glob(f"test_{path.stem}.py"), *(HOUSE / folder).glob(f"test_{path.stem}_*.py")]
    return sorted(test.relative_to(HOUSE).as_posix() for test in found) or [folder.as_posix()]


def try_module(module: str, tests: list[str]) -> dict[str, int]:
    """Return how many mutants of a module there were and what became of them, from a run in a new copy."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in SHARED:
        (COPY / name).symlink_to(HOUSE / name)
    (COPY / "pyproject.toml").write_text((HOUSE / "pyproject.toml").read_text(encoding="utf-8") + set_up(module, tests), encoding="utf-8")
    run("run")
    run("export-cicd-stats")
    names = [line.split(":")[0].strip() for line in run("results").splitlines()]
    told = "\n".join(run("show", name) for name in names)
    (RESULTS / f"{module.removesuffix('.py').replace('/', '.')}.txt").write_text(told, encoding="utf-8")
    counts: dict[str, int] = json.loads((COPY / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    return counts


def set_up(module: str, tests: list[str]) -> str:
    """Return the section of pyproject.toml that tells mutmut what to change and what to run."""
    settings = {
        "source_paths": ["toolkit"],
        "only_mutate": [module],
        "also_copy": [name for name in SHARED if name not in ("toolkit", "tests")],
        "pytest_add_cli_args": ["-m", "not slow", "-p", "no:xdist"],
        "pytest_add_cli_args_test_selection": tests,
        "process_isolation": "forkserver",
    }
    return "\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())


def run(*words: str) -> str:
    """Return what mutmut says; where it fails, the end of that is told and all stops."""
    done = subprocess.run([MUTMUT, *words], cwd=COPY, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"mutmut {' '.join(words)} failed in {COPY}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main(sys.argv[1:])

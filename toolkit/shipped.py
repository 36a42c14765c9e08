"""Shipped: where to find the files that come with the toolkit and are not code.

Instruments, words, page and rules are in the package. Notebooks and example studies are at the top of the repository, where people look for
them, and the wheel copies them into the package: code looks inside the package first and beside it second. Nothing is ever written here.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

PACKAGE = Path(str(resources.files("toolkit")))


def _find(name: str) -> Path:
    """Return the folder `name` in the package, or beside it in a checkout."""
    return PACKAGE / name if (PACKAGE / name).is_dir() else PACKAGE.parent / name


TEXT = PACKAGE / "text"
INSTRUMENTS = PACKAGE / "instruments"
PAGE = PACKAGE / "page"
RULES = PACKAGE / "rules.toml"
NOTEBOOKS = _find("notebooks")
DATASETS = _find("datasets")
#: the studies that `plg demo` runs: six invented schools, and a real study.
EXAMPLES = (DATASETS / "zes_scholen", DATASETS / "univbct")


def list_missing() -> list[Path]:
    """Return the files and folders that should have come with the toolkit but are missing."""
    folders = (TEXT, INSTRUMENTS, PAGE, RULES, NOTEBOOKS, *EXAMPLES)
    return [path for path in folders if not path.exists() or (path.is_dir() and not any(path.iterdir()))]

"""Beginning a study: a folder with a commented study file, and the studies that are shipped."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import DefinitionError, Problem
from toolkit.study.matches import FILE
from toolkit.writing import keep_out_of_git

_ROOT = Path(__file__).parent.parent
SHIPPED_STUDIES = (_ROOT.parent / "datasets" / "zes_scholen", _ROOT.parent / "datasets" / "univbct")


def begin_study(folder: Path, language: str, text: str = "") -> list[Path]:
    """Write a commented `study.toml` (or `text`) and a folder for the exports; return what was made.

    Nothing that is there is overwritten: `DefinitionError` says that there is a study already.
    """
    target = folder / "study.toml"
    if target.exists():
        raise DefinitionError(Problem(str(target), "There is a study here already.", "Choose another folder, or remove the file first."))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    target.write_text(text or load_template(language), encoding="utf-8")
    return [target, folder / "data", keep_out_of_git(folder, ("data/", FILE))]


def load_template(language: str) -> str:
    """Return the commented study file that a new study starts from."""
    return (_ROOT / "text" / f"new_study.{language}.toml").read_text(encoding="utf-8")

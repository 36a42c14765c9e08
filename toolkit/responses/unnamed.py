"""Unnamed: what is there and stands nowhere in the study file: files beside those that are read, and a last wave that nothing compares."""

from __future__ import annotations

import filecmp
import unicodedata
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from toolkit.files.parsing import ENDINGS
from toolkit.files.reading import BESIDE, MOST_FILES, find_spelling, is_possible
from toolkit.findings import Notes, list_some
from toolkit.study.study import Study

#: so many files are named in one finding.
NAMED = 8
#: folders of a study that hold no answers.
OTHER = ("instruments", "notes", "reports", "internal", "figures")
#: what lies beside data to explain them, and what `plg export` writes.
ASIDE = ("readme", "leesmij", "lees mij", "read me")
WRITTEN = ("results.csv", "results.xlsx", "codebook.csv", "records.csv")
#: from so many waves on, which of them are compared is a choice.
SEVERAL = 3


def tell_unnamed_files(study: Study, notes: Notes) -> None:
    """Note the files of a readable kind in the folders of the sources that the study file does not name, all in one finding.

    Left out are files that a finding names already (as the one that was probably meant), and what was saved twice: copies of a file that is
    read, and files with its name and another ending.
    """
    told = {Path(note["expected"]).name for note in notes.rows if note["code"] in ("file_missing", "file_beside")}
    found = [path.relative_to(study.folder.resolve()).as_posix() for path in find_unnamed_files(study) if path.name not in told]
    if found:
        code = "file_unnamed" if len(found) == 1 else "files_unnamed"
        typed = " ".join(f'"{name}"' if " " in name else name for name in (name_folder(study), *found[:NAMED]))
        notes.add(code, value=list_some(found, NAMED), expected=f"plg add {typed}", count=len(found))


def name_folder(study: Study) -> str:
    """Return the folder of a study as it is typed from where the command runs; elsewhere only its own name."""
    folder = study.folder.resolve()
    here = Path.cwd().resolve()
    return folder.relative_to(here).as_posix() if folder.is_relative_to(here) else folder.name


def find_unnamed_files(study: Study) -> list[Path]:
    """Return the files in the folders of the sources that may hold answers, and that are neither named nor one that is saved twice."""
    named = {_name(path): path for path in _list_named(study)}
    stems = {_name(path.with_suffix("")) for path in named.values()}
    beside = sorted(path for folder in _list_folders(study) for path in _list_readable(folder, study))
    by_size: dict[int, list[Path]] = {}
    for path in named.values():
        if path.is_file():
            by_size.setdefault(path.stat().st_size, []).append(path)
    return [
        path
        for path in beside
        if _name(path.with_suffix("")) not in stems
        and not any(filecmp.cmp(path, other, shallow=False) for other in by_size.get(path.stat().st_size, []))
    ]


def _list_named(study: Study) -> Iterator[Path]:
    """Yield the files that the study file names: its sources, its records and dictionaries."""
    dictionaries = (layout.dictionary for layout in study.layouts.values() if layout.dictionary)
    for file in chain((source.file for source in study.sources), (entry.file for entry in study.records), dictionaries):
        if is_possible(study.folder / file):
            yield find_spelling(study.folder / file).resolve()


def _list_folders(study: Study) -> list[Path]:
    """Return the folders within the study in which its sources are."""
    top = study.folder.resolve()
    folders = {(study.folder / source.file).resolve().parent for source in study.sources if is_possible(study.folder / source.file)}
    return sorted(
        folder
        for folder in folders
        if folder.is_dir() and folder.is_relative_to(top) and not set(folder.relative_to(top).parts) & set(OTHER)
    )


def _list_readable(folder: Path, study: Study) -> Iterator[Path]:
    """Yield the files in `folder` that may hold answers, by their ending. Text files count where the study reads one."""
    used = {Path(source.file).suffix.casefold() for source in study.sources}
    endings = {ending for ending in chain(*ENDINGS.values()) if ending != ".txt" or ending in used}
    for path in islice(folder.iterdir(), MOST_FILES):
        name = path.name.casefold()
        aside = name.startswith((".", *BESIDE, *ASIDE)) or name in WRITTEN
        if path.suffix.casefold() in endings and not aside and path.is_file():
            yield path.resolve()


def _name(path: Path) -> str:
    return unicodedata.normalize("NFC", path.as_posix())


def tell_uncompared(study: Study, notes: Notes) -> None:
    """Note that of three or more waves the last is in no comparison, or that none of the comparisons is planned."""
    code = find_uncompared(study)
    if code:
        first = study.waves[0]
        last = study.waves[-1]
        compared = ", ".join(f"{entry.before} – {entry.after}" for entry in study.planned)
        notes.add(code, wave=last.id, value=compared, expected=write_comparison(first.id, last.id), count=len(study.waves))


def find_uncompared(study: Study) -> str:
    """Return the finding about the comparisons of a study with three or more waves, "" where there is nothing to ask."""
    if len(study.waves) < SEVERAL:
        return ""
    if study.waves[-1].id not in {wave for entry in study.planned for wave in (entry.before, entry.after)}:
        return "wave_uncompared"
    return "" if any(entry.planned for entry in study.comparisons) else "comparisons_unplanned"


def write_comparison(before: str, after: str) -> str:
    """Return the lines of a study file that compare two waves."""
    return f'\n[[comparisons]]\nid = "{before}_{after}"\nbefore = "{before}"\nafter = "{after}"\nplanned = false\n'

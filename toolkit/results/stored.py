"""Results of a whole study, kept beside its reports so that nothing is estimated twice: as long as all that decides them is the same.

Each column is written as it lies in memory, words as numbers of a list of words: a country is read back in a second. No file is unpickled.
"""

from __future__ import annotations

import io
import json
import platform
from collections.abc import Collection, Iterator
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.files.reading import find_spelling
from toolkit.locking import INTERNAL
from toolkit.page_kernel import refuse_answers
from toolkit.responses.not_asked import name_source
from toolkit.responses.questions import FILE as QUESTIONS
from toolkit.results.disclosure.register import KEY
from toolkit.results.disclosure.register_lines import REGISTER
from toolkit.results.results import TABLES, Results
from toolkit.shipped import NOTEBOOKS, PACKAGE
from toolkit.study.instruments import locate_instrument
from toolkit.study.matches import FILE as MATCHES
from toolkit.study.study import Study
from toolkit.writing import replace_file

#: The results, and what they hold of.
COLUMNS, ACCOUNT = "results.npz", "results.account.json"
#: What computes, draws and writes.
LIBRARIES = ("babel", "jinja2", "markupsafe", "matplotlib", "mistune", "nbformat", "numpy", "pandas", "scipy", "seaborn", "statsmodels")
#: Files of the toolkit whose content decides what it makes.
DECIDES = (".py", ".toml", ".j2", ".css", ".json", ".ipynb")


@cache
def sign_toolkit() -> str:
    """Return what stands for this toolkit, word for word, with Python and the libraries that compute and draw."""
    found = sha256(json.dumps([platform.python_version(), *(metadata.version(name) for name in LIBRARIES)]).encode())
    folders = dict.fromkeys((PACKAGE, NOTEBOOKS))
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in DECIDES):
        found.update(path.name.encode() + sha256(path.read_bytes()).digest())
    return found.hexdigest()


def sign_study(study: Study) -> str:
    """Return what stands for the definition of a study with its instruments."""
    return sha256(study.model_dump_json().encode() + repr([each.model_dump_json() for each in study.instruments]).encode()).hexdigest()


def sign_inputs(study: Study, sources: pd.DataFrame | None = None, **settings: object) -> str:
    """Return what stands for all that results follow from; `sources` are the SOURCES of the files with answers, if they were read."""
    if sources is None:
        answers = {name_source(source, study): _hash(find_spelling(study.folder / source.file)) for source in study.sources}
    else:
        answers = dict(zip(sources["source"], sources["sha256"], strict=True))
    beside = [_hash(path) for path in _list_beside(study)]
    parts = [sign_toolkit(), sign_study(study), sorted(answers.items()), beside, sorted(settings.items())]
    return sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _list_beside(study: Study) -> Iterator[Path]:
    """Yield the files besides those with answers: definitions, of which pages tell the hash, records, dictionaries, and what was judged."""
    yield from (study.folder / name for name in (study.file, MATCHES, QUESTIONS))
    yield from (locate_instrument(instrument.id, study.folder / "instruments") for instrument in study.instruments)
    dictionaries = (layout.dictionary for layout in study.layouts.values() if layout.dictionary)
    yield from (find_spelling(study.folder / file) for file in (*(each.file for each in study.records), *dictionaries))


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def sign_register(internal: Path) -> str:
    """Return what stands for the register in `internal` as it is now."""
    return sha256((_hash(internal / REGISTER) + _hash(internal / KEY)).encode()).hexdigest()


def store_results(results: Results, internal: Path, sign: str, recorded: Collection[str] | None) -> None:
    """Keep `results` in `internal`: they hold while the register there is as it is now, with the publication of just them as its last.

    What was `recorded` of them is of these schools, of all where none are named, or None of a draft, which is not noted.
    """
    content = write_columns(results)
    replace_file(internal / COLUMNS, content, private=True)
    account = {"sign": sign, "register": sign_register(internal), "recorded": None if recorded is None else sorted(recorded)}
    replace_file(internal / ACCOUNT, json.dumps(account | {"sha256": sha256(content).hexdigest()}), private=True)


def has_stored(internal: Path) -> bool:
    """Tell whether an earlier run kept results in `internal`, be they right or not."""
    return (internal / ACCOUNT).exists()


def find_stored(internal: Path, sign: str, schools: Collection[str] = (), *, published: bool = False) -> Results | None:
    """Return the results kept in `internal` if they follow from what `sign` stands for, and nothing else was published since.

    Where they are to be `published`, of `schools` or of all, only if the register has noted them for that.
    """
    try:
        account = json.loads((internal / ACCOUNT).read_text(encoding="utf-8"))
        content = (internal / COLUMNS).read_bytes()
    except (OSError, ValueError):
        return None
    told = {"sign": sign, "register": sign_register(internal), "sha256": sha256(content).hexdigest()}
    if not isinstance(account, dict) or {name: account.get(name) for name in told} != told:
        return None
    recorded = account.get("recorded")
    noted = not recorded or (bool(schools) and set(schools) <= set(recorded))
    return read_columns(content) if noted or not published else None


def find_kept(study: Study) -> Results | None:
    """Return the results that a run of `study` kept, if they hold still: in reports/<id> here, beside the study, or above either.

    A page for sharing opens only the results that it was given: `ReportError`.
    """
    refuse_answers()
    above = dict.fromkeys(place for start in (Path.cwd(), study.folder.resolve()) for place in (start, *start.parents))
    folders = [folder for place in above if ((folder := place / "reports" / study.id / INTERNAL) / ACCOUNT).is_file()]
    sign = sign_inputs(study, confirm=False, strict=False) if folders else ""
    return next((kept for folder in folders if (kept := find_stored(folder, sign))), None)


def write_columns(results: Results) -> bytes:
    """Return all tables of `results` as one file of columns."""
    columns: dict[str, Any] = {"provenance": np.frombuffer(json.dumps(dict(results.provenance)).encode(), dtype=np.uint8)}
    for name, table in TABLES.items():
        frame: pd.DataFrame = getattr(results, name)
        for column, kind in table.columns.items():
            values = frame[column]
            if kind == "str":
                codes, words = pd.factorize(values.to_numpy(dtype=object))
                columns[f"{name}.{column}.words"] = np.frombuffer(json.dumps(words.tolist()).encode(), dtype=np.uint8)
                columns[f"{name}.{column}"] = codes.astype(np.int32)
            else:
                columns[f"{name}.{column}"] = values.to_numpy()
    target = io.BytesIO()
    np.savez_compressed(target, allow_pickle=False, **columns)
    return target.getvalue()


def read_columns(content: bytes) -> Results:
    """Return the results that `write_columns` wrote, each number unchanged."""
    with np.load(io.BytesIO(content), allow_pickle=False) as columns:
        tables = {name: pd.DataFrame({c: _read(columns, f"{name}.{c}", kind) for c, kind in table.columns.items()})
                  for name, table in TABLES.items()}  # fmt: skip
        return Results(**tables, provenance=json.loads(columns["provenance"].tobytes()))


def _read(columns: Any, name: str, kind: str) -> Any:
    values = columns[name]
    if kind != "str":
        return values
    words = np.array([*json.loads(columns[f"{name}.words"].tobytes()), np.nan], dtype=object)
    return pd.array(words[values], dtype="str")

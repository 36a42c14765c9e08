"""Places: which school, wave and role a row is of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.files.cells import Texts, list_texts
from toolkit.files.cells__grids import Sheet
from toolkit.findings import Notes
from toolkit.spelling import find_nearest, fold
from toolkit.study.layouts import Layout
from toolkit.study.study import Study


def join_cells(sheet: Sheet, positions: tuple[int, ...]) -> Texts:
    """Return the texts of the columns at `positions`, joined by a hyphen where there are several, in which an empty part stays empty."""
    columns = [sheet.cells.columns[position].change(lambda text: " ".join(text.split())).write() for position in positions]
    if len(columns) == 1:
        return columns[0]
    return list_texts("-".join(parts) if any(parts) else "" for parts in zip(*columns, strict=True))


def name_schools(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each school."""
    named = {fold(school.name): school.id for school in study.schools} | {fold(school.id): school.id for school in study.schools}
    return named | {fold(word): id for word, id in layout.schools.items() if id}


def name_waves(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each wave."""
    labels = {fold(text): wave.id for wave in study.waves for text in wave.label.values()}
    return labels | {fold(wave.id): wave.id for wave in study.waves} | {fold(word): id for word, id in layout.waves.items() if id}


def name_roles(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each role."""
    labels = {fold(text): role.id for role in study.roles for text in (*role.label.values(), *role.also)}
    return labels | {fold(role.id): role.id for role in study.roles} | {fold(word): id for word, id in layout.roles.items()}


def place_rows(sheet: Sheet, positions: tuple[int, ...], fixed: str, known: Mapping[str, str]) -> tuple[Texts, Texts]:
    """Return per row the code that its cells stand for ("" where that is not known) and the text that was found.

    `fixed` is the code of the whole file, where there is one.
    """
    if fixed or not positions:
        return np.full(len(sheet.cells), fixed, dtype=object), np.full(len(sheet.cells), fixed, dtype=object)
    texts = join_cells(sheet, positions)
    labels = sheet.labels.get(positions[0], {}) if len(positions) == 1 else {}
    found = {text: known.get(fold(text)) or known.get(fold(labels.get(text, ""))) or "" for text in set(texts)}
    return list_texts(found[text] for text in texts), texts


def tell_unplaced(what: str, file: str, column: str, rows: pd.DataFrame, known: Mapping[str, str], notes: Notes) -> None:
    """Note each word of `rows` that stands for no known school, wave or role, with the nearest that is known."""
    for text, found in rows[rows[what] == ""].groupby(f"{what}_text", sort=False):
        places = {"file": file, "row": int(found["row"].iloc[0]), "column": column, "count": len(found)}
        if text:
            near = find_nearest(str(text), known, cutoff=0.5)
            notes.add(
                f"{what}_unknown", value=str(text), expected=known[near] if near else ", ".join(dict.fromkeys(known.values())), **places
            )
        elif what != "role":
            notes.add(f"{what}_empty", **places)

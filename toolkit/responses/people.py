"""People: who is the same person in another file, wave or school, and which of two forms of one person counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from toolkit.files.cells import Column, Texts, list_texts, pack_column
from toolkit.files.cells__grids import Sheet
from toolkit.findings import Notes
from toolkit.schemas import find_repeated
from toolkit.spelling import clean_code
from toolkit.study.study import Study

PERSON = ["respondent", "wave"]


def read_codes(sheet: Sheet, positions: tuple[int, ...], personal: bool, exact: bool, notes: Notes) -> Texts:
    """Return per row the cleaned code of the respondent, "" where there is none or a part of it is missing.

    Codes that are themselves personal data (an e-mail address) are replaced by a fingerprint.
    """
    if not positions:
        return np.full(len(sheet.cells), "", dtype=object)
    clean: Callable[[str], str] = str.strip if exact else clean_code
    codes = _join_parts([sheet.cells.columns[position].change(clean) for position in positions], sheet, notes)
    if personal:
        notes.add("code_personal", file=sheet.file, column=sheet.name_column(positions[0]))
        codes = codes.change(lambda code: hashlib.sha256(code.encode()).hexdigest()[:12] if code else "")
    return codes.write()


def _join_parts(parts: list[Column], sheet: Sheet, notes: Notes) -> Column:
    """Return the parts of each code joined by hyphens, "" where one is missing."""
    if len(parts) == 1:
        return parts[0]
    rows = list(zip(*(part.write() for part in parts), strict=True))
    incomplete = [bool(any(row)) and not all(row) for row in rows]
    if any(incomplete):
        first = int(sheet.rows[incomplete.index(True)])
        notes.add("code_incomplete", file=sheet.file, row=first, count=sum(incomplete))
    return pack_column(list_texts("-".join(row) if all(row) else "" for row in rows))


def identify_people(frame: pd.DataFrame, study: Study, notes: Notes) -> pd.DataFrame:
    """Return `frame` with `respondent` filled from `code`, and one row per person and wave.

    The same code in two schools in one wave is two people. Of two rows of one person in a wave the most complete is kept, of equals the
    first. A row without a code is a person by itself.
    """
    frame = frame.assign(respondent=_name_rows(frame))
    _tell_empty(frame, study, notes)
    if study.matching.by == "code":
        coded = (frame["code"] != "").to_numpy()
        at_school = (
            coded
            & frame["code"].isin(_list_shared(frame.loc[coded & (frame["school"] != ""), ["code", "school", "wave"]], notes)).to_numpy()
        )
        frame.loc[coded, "respondent"] = frame.loc[coded, "code"]
        frame.loc[at_school, "respondent"] = frame.loc[at_school, "code"] + "@" + frame.loc[at_school, "school"]
    return _drop_doubles(frame, notes)


def _list_shared(frame: pd.DataFrame, notes: Notes) -> list[str]:
    """Return the codes that different people have at different schools.

    A code at two schools in one wave is shared. A code at one school in one wave and at another in the next is a person who moved, unless
    more codes are shared than moved: then codes are evidently given out per school.
    """
    places = frame[["code", "school"]].drop_duplicates()
    several = places[places["code"].duplicated(keep=False)].groupby("code")["school"].agg(list)
    at_once = frame[frame["code"].isin(several.index)].groupby(["code", "wave"])["school"].nunique()
    shared = list(dict.fromkeys(at_once[at_once > 1].index.get_level_values("code")))
    twice = set(shared)
    moved = [code for code in several.index if code not in twice]
    forms = frame.loc[frame["code"].isin(shared), "code"].value_counts()
    for code in shared:
        notes.add("code_two_schools", value=code, expected=", ".join(several[code]), count=int(forms[code]))
    if len(shared) > len(moved) > 0:
        notes.add("code_per_school", value=", ".join(moved), count=len(moved))
        return shared + moved
    for code in moved:
        notes.add("code_moved", value=code, expected=", ".join(several[code]))
    return shared


def _name_rows(frame: pd.DataFrame) -> pd.Series:
    """Return a name for each row by itself; rows of one line of a wide file are one person and share it."""
    wave = np.where(frame["wide"], "", "@" + frame["wave"])
    return frame["source"] + "#" + frame["row"].astype(str) + wave


def _tell_empty(frame: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note, per file, school and wave, how many rows have no code though codes are asked; rows of wide files are matched anyway."""
    if study.matching.by == "none":
        return
    empty = frame[(frame["code"] == "") & ~frame["wide"] & (frame["school"] != "") & (frame["wave"] != "")]
    for (file, school, wave), rows in empty.groupby(["source", "school", "wave"], sort=False):
        notes.add("code_empty", file=file, school=school, wave=wave, row=int(rows["row"].iloc[0]), count=len(rows))


def _drop_doubles(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return `frame` without the less complete rows of a person in a wave; both rows are named in a finding."""
    order = np.argsort(-frame["filled"].to_numpy(), kind="stable")
    less = order[find_repeated(frame[PERSON].iloc[order], PERSON)]
    if not len(less):
        return frame
    kept = np.ones(len(frame), dtype=bool)
    kept[less] = False
    best = frame.loc[kept, [*PERSON, "source", "row"]]
    doubles = frame.loc[~kept, [*PERSON, "source", "row", "school", "code"]].merge(best, on=PERSON, suffixes=("", "_best"))
    for row in doubles.to_dict("records"):
        places = {"file": row["source"], "school": row["school"], "wave": row["wave"], "row": int(row["row"])}
        notes.add("respondent_double", value=row["code"], expected=f"{row['source_best']}, {int(row['row_best'])}", **places)
        notes.add("left_out_double", **places)
    return frame[kept]

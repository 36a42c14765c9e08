"""Codes: what people write in place of a code, signs that nobody sees, and codes that only look the same when their spelling is ignored."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.files.cells import Sheet, Texts, list_texts
from toolkit.findings import Notes, list_some
from toolkit.spelling import clean_code
from toolkit.study.study import Study

#: what people write who have no code or forgot it, cleaned as a code is; two letters may be somebody's initials and are not among them.
NOTHING = frozenset(
    [
        "geen",
        "x",
        "xx",
        "xxx",
        "xxxx",
        "nvt",
        "nee",
        "niets",
        "niks",
        "leeg",
        "onbekend",
        "vergeten",
        "weetniet",
        "weetik",
        "weetiknie",
        "weetiknietmeer",
        "weetikniet",
        "ikweethetniet",
        "ikweethetnietmeer",
        "ikweetniet",
        "ikweetnietmeer",
        "weethetniet",
        "weethetnietmeer",
        "wistiknietmeer",
        "geencode",
        "geenidee",
        "geenpersoonlijkecode",
        "hebikniet",
        "nietvantoepassing",
        "niettoepassing",
        "none",
        "null",
        "nan",
        "unknown",
        "forgot",
        "forgotten",
        "iforgot",
        "dontknow",
        "idontknow",
        "donotknow",
        "idonotknow",
        "notsure",
        "noidea",
        "nocode",
        "notapplicable",
        "dontremember",
        "idontremember",
        "cantremember",
        "icantremember",
        "anoniem",
        "anonymous",
    ]
)

#: so many words or rows are named.
NAMED = 8


def read_written(sheet: Sheet, positions: Sequence[int]) -> Texts:
    """Return per row the code as it was written, without spaces at its ends, double ones, and signs that nobody sees."""
    if not positions:
        return np.full(len(sheet.cells), "", dtype=object)
    parts = [sheet.cells.columns[position].change(lambda text: " ".join(show_plain(text).split())).write() for position in positions]
    return parts[0] if len(parts) == 1 else list_texts("-".join(row) for row in zip(*parts, strict=True))


def show_plain(text: str) -> str:
    """Return `text` without the signs that nobody sees: zero-width spaces, marks of direction, control signs.

    >>> show_plain("ab\\u200b12")
    'ab12'
    """
    if text.isprintable():
        return text
    return "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) not in ("Cf", "Cc"))


def clear_codes(sheet: Sheet, positions: Sequence[int], codes: Texts, written: Texts, notes: Notes) -> Texts:
    """Return `codes` without words that say that there is none; those, and signs that nobody sees in a code, are told with their rows.

    Of a code in parts every part must be such a word: one letter may be a part of somebody's code.
    """
    for position in positions:
        hidden = np.flatnonzero(sheet.cells.columns[position].mark(lambda text: show_plain(text) != text))
        if len(hidden):
            rows = list_some(map(str, sheet.rows[hidden]), NAMED)
            places = {"row": int(sheet.rows[hidden[0]]), "column": sheet.name_column(position), "count": len(hidden)}
            notes.add("code_signs", file=sheet.file, value=rows, **places)
    said = [sheet.cells.columns[position].mark(lambda text: clean_code(show_plain(text)) in NOTHING) for position in positions]
    nothing = np.logical_and.reduce(said) if said else np.zeros(len(codes), dtype=bool)
    if not nothing.any():
        return codes
    words = pd.Series(written[nothing]).value_counts(sort=False)
    shown = list_some([f"‘{word}’ ({count})" for word, count in words.items()], NAMED)
    column = ", ".join(map(sheet.name_column, positions))
    places = {"row": int(sheet.rows[np.flatnonzero(nothing)[0]]), "column": column, "count": int(nothing.sum())}
    notes.add("code_words", file=sheet.file, value=shown, **places)
    return np.where(nothing, "", codes)


def part_codes(frame: pd.DataFrame, study: Study, notes: Notes) -> pd.DataFrame:
    """Return `frame` in which no two people of one wave share a code, and with `alone` for the forms that are paired with nobody.

    Codes that differ as written are one person's, unless two forms of a wave have them and contradict each other: then each spelling is a
    code by itself. Two forms under the very same code that contradict each other may be of two people, and are paired with nobody.
    """
    items = [column for instrument in study.instruments for column in instrument.columns]
    place = ["school", "code", "wave"]
    frame = frame.assign(alone=False)
    several = frame[(frame["code"] != "") & frame.duplicated(place, keep=False)]
    apart: dict[tuple[str, str], list[str]] = {}
    for (school, code, _), rows in several.groupby(place, sort=False):
        kept = _group_forms(rows, items)
        spellings = {key: set(group["written"]) for key, group in kept.items()}
        if len(kept) < 2:
            continue
        if sum(map(len, spellings.values())) == len(set[str]().union(*spellings.values())):
            found = apart.setdefault((str(school), str(code)), [])
            found += [str(rows.loc[key, "written"]) for key in kept]
            _name_apart(
                frame, str(school), str(code), {word: str(rows.loc[key, "written"]) for key, words in spellings.items() for word in words}
            )
        elif study.matching.twice == "alone":
            frame.loc[rows.index, "alone"] = True
    _tell_apart(apart, several, notes)
    return frame


def _group_forms(rows: pd.DataFrame, items: Sequence[str]) -> dict[Any, pd.DataFrame]:
    """Return the forms that contradict each other, each with those that say the same as far as they go; the most complete one names it."""
    order = rows.index[np.argsort(-rows["filled"].to_numpy(), kind="stable")]
    answers = rows[list(items)]
    groups: dict[Any, list[Any]] = {}
    for key in order:
        same = next((other for other in groups if not _contradict(answers.loc[key], answers.loc[other])), None)
        groups.setdefault(key if same is None else same, []).append(key)
    return {key: rows.loc[members] for key, members in groups.items()}


def _contradict(one: pd.Series, other: pd.Series) -> bool:
    """Return whether two forms hold different answers to a question that both answered."""
    return bool((one.notna() & other.notna() & (one != other)).any())


def _name_apart(frame: pd.DataFrame, school: str, code: str, names: Mapping[str, str]) -> None:
    """Give all rows of a code at a school their spelling as their code, or the spelling of the form that says the same."""
    rows = (frame["school"] == school) & (frame["code"] == code)
    frame.loc[rows, "code"] = [names.get(word, word) for word in frame.loc[rows, "written"]]


def _tell_apart(apart: Mapping[tuple[str, str], Sequence[str]], rows: pd.DataFrame, notes: Notes) -> None:
    """Note once per file which codes stay apart though they differ only in how they are written."""
    told = rows.set_index(["school", "code"])
    for (school, code), words in apart.items():
        first = told.loc[[(school, code)]].iloc[0]
        places = {"file": first["source"], "row": int(first["row"]), "school": school, "wave": first["wave"]}
        notes.add("codes_apart", value=", ".join(f"‘{word}’" for word in dict.fromkeys(words)), count=len(words), **places)

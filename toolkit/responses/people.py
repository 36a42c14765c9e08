"""People: who is the same person in another file, wave or school, which of two forms counts, and which codes look alike."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.files.cells import Column, Sheet, Texts, list_texts, pack_column
from toolkit.findings import Notes
from toolkit.responses.damage import drop_lost, pair_changed, tell_changed, tell_dates
from toolkit.schemas import find_repeated
from toolkit.spelling import clean_code, find_nearest
from toolkit.study.matches import FILE, Match
from toolkit.study.study import Study

PERSON = ["respondent", "wave"]


#: when more codes than these share all but one sign, none of them can be told to be another: serial numbers are such.
CROWD = 8
#: a school with more codes than these is no school, and its codes are too many to compare by eye.
MOST = 5_000
#: per school: each code and the waves in which it is there.
Waves = dict[str, dict[str, frozenset[str]]]


def read_codes(sheet: Sheet, positions: tuple[int, ...], personal: bool, exact: bool, notes: Notes) -> Texts:
    """Return per row the cleaned code of the respondent, "" where there is none or a part of it is missing.

    Codes that are themselves personal data (an e-mail address) are replaced by a fingerprint.
    """
    if not positions:
        return np.full(len(sheet.cells), "", dtype=object)
    clean: Callable[[str], str] = _strip if exact else clean_code
    if len(positions) == 1:
        tell_dates(sheet.cells.columns[positions[0]], sheet, positions[0], notes)
    kept = [drop_lost(sheet.cells.columns[position], sheet, position, notes) for position in positions]
    codes = _join_parts([column.change(clean) for column in kept], sheet, notes)
    if personal:
        notes.add("code_personal", file=sheet.file, column=sheet.name_column(positions[0]))
        codes = codes.change(lambda code: hashlib.sha256(code.encode()).hexdigest()[:12] if code else "")
    return codes.write()


def _strip(text: str) -> str:
    """Return `text` without spaces at its ends and signs that nobody sees."""
    return (text if text.isprintable() else "".join(sign for sign in text if sign.isprintable() or sign.isspace())).strip()


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
    latest, or the first where dates do not tell. A row without a code is a person by itself, and so is one that is `alone`: whose code two
    people of its wave may have.
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
        if "alone" in frame:
            alone = coded & frame["alone"].to_numpy(dtype=bool)
            frame.loc[alone, "respondent"] = frame.loc[alone, "respondent"] + "#" + frame.loc[alone, "wave"]
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
    lost = {note["file"] for note in notes.rows if note["code"] == "code_long"}
    for (file, school, wave), rows in empty[~empty["source"].isin(lost)].groupby(["source", "school", "wave"], sort=False):
        notes.add("code_empty", file=file, school=school, wave=wave, row=int(rows["row"].iloc[0]), count=len(rows))


def _drop_doubles(frame: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Return `frame` with one row of each person in a wave; both rows are named in a finding, with why that one was used.

    The most complete row is used; of equals the latest, where their dates are known and differ, and else the first.
    """
    if not find_repeated(frame[PERSON], PERSON).any():
        return frame
    dated = frame["date"].notna().groupby([frame[name] for name in PERSON], sort=False).transform("all")
    moments = np.where(dated, frame["date"].to_numpy(dtype="datetime64[us]").astype(np.int64), 0)
    order = np.lexsort((np.arange(len(frame)), -moments, -frame["filled"].to_numpy()))
    less = order[find_repeated(frame[PERSON].iloc[order], PERSON)]
    kept = np.ones(len(frame), dtype=bool)
    kept[less] = False
    what = [*PERSON, "source", "row", "filled", "date"]
    named = [*what, "school", "code", *(["alone"] if "alone" in frame else [])]
    doubles = frame.loc[~kept, named].merge(frame.loc[kept, what], on=PERSON, suffixes=("", "_best"))
    for row in doubles.to_dict("records"):
        places = {"file": row["source"], "school": row["school"], "wave": row["wave"], "row": int(row["row"])}
        code = "respondent_contradicts" if row.get("alone") else _find_reason(row)
        notes.add(code, value=row["code"], expected=f"{row['source_best']}, {int(row['row_best'])}", **places)
        notes.add("left_out_double", **places)
    return frame[kept]


def _find_reason(row: Mapping[Hashable, Any]) -> str:
    """Return the finding that says why the other row of a person was used and not this one."""
    if row["filled_best"] > row["filled"]:
        return "respondent_double"
    return "respondent_double_later" if row["date_best"] > row["date"] else "respondent_double_first"


def join_codes(frame: pd.DataFrame, matches: Sequence[Match], study: Study, notes: Notes) -> pd.DataFrame:
    """Return `frame` in which codes that a person accepted as another's are that other code: the one of the earliest wave.

    An accepted code that is not there, and a pair that would make two people of one wave into one, are noted and not joined.
    """
    if not matches:
        return frame
    order = {wave.id: number for number, wave in enumerate(study.moments)}
    renamed: dict[tuple[str, str], str] = {}
    for school, waves in _list_waves(frame).items():
        groups: dict[str, set[str]] = {}
        joined = [m for m in matches if m.school == school and m.accepted and _join(m, waves, groups, study, notes)]
        for group in groups.values():
            first = min(sorted(group), key=lambda code: min(order.get(wave, 0) for wave in waves[code]))
            renamed |= {(school, code): first for code in group}
        if joined:
            pairs = ", ".join(" = ".join(match.codes) for match in joined)
            notes.add("codes_joined", file=FILE, school=school, row=joined[0].line, value=pairs, count=len(joined))
    codes = [renamed.get(place, place[1]) for place in zip(frame["school"], frame["code"], strict=True)] if renamed else frame["code"]
    return frame.assign(code=codes)


def _list_waves(frame: pd.DataFrame) -> Waves:
    """Return the waves of each code per school, from rows that have all three; codes with the same waves share one set."""
    waves: Waves = {str(school): {} for school in dict.fromkeys(frame["school"]) if school}
    placed = frame[(frame["school"] != "") & (frame["wave"] != "") & (frame["code"] != "")]
    if placed.empty:
        return waves
    (school, schools), (code, codes), (wave, names) = (_number(placed[name]) for name in ("school", "code", "wave"))
    keys = np.sort((school * len(codes) + code) * len(names) + wave)
    keys = keys[np.diff(keys, prepend=-1) > 0]
    people = keys // len(names)
    there = (keys % len(names)).tolist()
    starts = np.flatnonzero(np.diff(people, prepend=-1) > 0)
    known: dict[tuple[int, ...], frozenset[str]] = {}
    for person, start, end in zip(people[starts].tolist(), starts.tolist(), [*starts[1:].tolist(), len(keys)], strict=True):
        numbers = tuple(there[start:end])
        if numbers not in known:
            known[numbers] = frozenset(names[number] for number in numbers)
        waves[schools[person // len(codes)]][codes[person % len(codes)]] = known[numbers]
    return waves


def _number(texts: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """Return the place of each text among the different ones, and those."""
    numbers, found = pd.factorize(texts)
    return numbers.astype(np.int64), found.tolist()


def _join(match: Match, waves: Mapping[str, frozenset[str]], groups: dict[str, set[str]], study: Study, notes: Notes) -> bool:
    """Return whether the two codes of `match` are put together in `groups` (code -> all codes of its person)."""
    places = {"file": FILE, "school": match.school, "row": match.line}
    found = [find_code(code, waves, study.matching.exact) for code in match.codes]
    for code, there in zip(match.codes, found, strict=True):
        if not there:
            notes.add("match_unknown", value=code, expected=find_nearest(code, waves) or "–", **places)
    if not all(found):
        return False
    people = [groups.get(code, {code}) for code in found]
    both = set[str].intersection(*[set().union(*(waves[code] for code in person)) for person in people])
    if both and people[0] is not people[1]:
        notes.add("match_contradicts", value=", ".join(match.codes), expected=", ".join(sorted(both)), **places)
        return False
    together = people[0] | people[1]
    groups.update(dict.fromkeys(together, together))
    return True


def find_code(code: str, known: Iterable[str], exact: bool = False) -> str:
    """Return the code of `known` that `code` stands for, as it is or (unless they count exactly) cleaned; "" where there is none."""
    known = list(known)
    if code.strip() in known or exact:
        return code.strip() if code.strip() in known else ""
    return next((other for other in known if clean_code(other) == clean_code(code)), "")


def check_matching(frame: pd.DataFrame, matches: Sequence[Match], study: Study, notes: Notes) -> None:
    """Note per school that nobody can be followed over the waves of a comparison, and the codes that are alike."""
    if study.matching.by == "none":
        if len(set(frame["wave"]) - {""}) > 1:
            notes.add("people_unfollowed")
        return
    schools = _list_waves(frame)
    refused = {school: _list_refused(waves, [m for m in matches if m.school == school], study) for school, waves in schools.items()}
    changed = {school: _pair_changed(waves, refused[school]) for school, waves in schools.items()}
    tell_changed(changed, notes)
    for school, waves in schools.items():
        explained = {code for pairs in changed[school].values() for pair in pairs for code in pair}
        _tell_unmatched(school, {code: there for code, there in waves.items() if code not in explained}, study, notes)
        _propose_matches(school, waves, refused[school], explained, study, notes)


def _list_refused(waves: Mapping[str, Set[str]], matches: Sequence[Match], study: Study) -> list[set[str]]:
    """Return the pairs of codes that a person refused."""
    return [{find_code(code, waves, study.matching.exact) for code in match.codes} for match in matches if match.accepted is False]


def _pair_changed(waves: Mapping[str, Set[str]], refused: Sequence[Set[str]]) -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of codes that a spreadsheet program explains, by its cause, but for those that a person refused."""
    pairs = {cause: [pair for pair in each if set(pair) not in refused] for cause, each in pair_changed(waves).items()}
    return {cause: each for cause, each in pairs.items() if each}


def _tell_unmatched(school: str, waves: Mapping[str, Set[str]], study: Study, notes: Notes) -> None:
    """Note each comparison in which nobody with a code is there in both waves: they are compared as groups."""
    for comparison in study.planned:
        before, after = ({code for code, there in waves.items() if wave in there} for wave in (comparison.before, comparison.after))
        if before and after and not before & after:
            places = {"school": school, "wave": comparison.after, "count": len(after)}
            notes.add("nobody_matched", value=comparison.before, expected=comparison.after, **places)


def _propose_matches(
    school: str, waves: Mapping[str, Set[str]], refused: Sequence[Set[str]], explained: Set[str], study: Study, notes: Notes
) -> None:
    """Note the codes that are alike and never there in the same wave, but for pairs that a person refused and codes that are explained."""
    order = {wave.id: number for number, wave in enumerate(study.moments)}
    for pair in find_alike(waves):
        if set(pair) not in refused and explained.isdisjoint(pair):
            earlier, later = sorted(pair, key=lambda code: min(order.get(wave, 0) for wave in waves[code]))
            first = min(waves[later], key=lambda wave: order.get(wave, 0))
            notes.add("codes_alike", school=school, wave=first, value=earlier, expected=later)


def find_alike(waves: Mapping[str, Set[str]]) -> list[tuple[str, str]]:
    """Return the pairs of codes, never there in the same wave, that are one sign apart or differ by zeros in front only.

    One sign apart: one was added, left out or replaced, or two neighbours were exchanged. Codes in a crowd (`CROWD`) are left out, and
    a code that is there in every wave is nobody else's.
    """
    everywhere = set[str]().union(*waves.values())
    if len(waves) > MOST or all(there == everywhere for there in waves.values()):
        return []
    buckets: defaultdict[str, list[str]] = defaultdict(list)
    for code in waves:
        for variant in _list_variants(code):
            buckets[variant].append(code)
    crowded = {code for near in buckets.values() if len(near) > CROWD for code in near}
    free = {code for code in waves if code not in crowded and waves[code] < everywhere}
    pairs = {pair for near in buckets.values() for pair in combinations(sorted(free.intersection(near)), 2)}
    return sorted(pair for pair in pairs if waves[pair[0]].isdisjoint(waves[pair[1]]) and is_near(*pair))


def _list_variants(code: str) -> Iterator[str]:
    """Yield, once each, what codes one step from `code` have in common with it."""
    yield from {code, code.lstrip("0"), *(code[:place] + code[place + 1 :] for place in range(len(code)))}


def is_near(first: str, second: str) -> bool:
    """Return whether two codes are one step apart; codes of under four signs are too short to tell.

    >>> is_near("klaver12", "klaver21"), is_near("klaver12", "klaver34"), is_near("007", "7")
    (True, False, True)
    """
    if first.lstrip("0") == second.lstrip("0"):
        return True
    if min(len(first), len(second)) < 4 or abs(len(first) - len(second)) > 1:
        return False
    place = next((number for number, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    rest = first[place:]
    other = second[place:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])

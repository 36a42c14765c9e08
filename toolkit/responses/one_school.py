"""One school: schools that are in different waves while their people have the same codes, as where a name became a number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from toolkit.findings import Notes, list_some
from toolkit.responses.not_asked import name_source
from toolkit.study.study import Study

#: so many codes must be the same, and this share of those of the smaller school.
FEWEST = 3
SHARE = 1 / 3
#: a code at more schools than these was given out per school, and tells nothing.
COMMON = 20
#: the codes that two schools share must be more than so many times those that either shares with any other in the same waves.
RIVAL = 2
NAMED = 12


@dataclass(frozen=True, slots=True)
class Pair:
    """Two schools that are probably one: the one to keep, the other, and how many codes they share."""

    kept: str
    other: str
    shared: int


def find_one_schools(frame: pd.DataFrame, names: Mapping[str, str]) -> list[Pair]:
    """Return the schools that are probably one, from rows with `school`, `wave` (in order, as numbers) and `code`; `names` has their names.

    They have no wave in common, many codes in common, and far fewer with any other school that is there in those waves.
    """
    waves = {str(school): frozenset(rows.unique()) for school, rows in frame.groupby("school")["wave"]}
    if not any(one.isdisjoint(other) for one, other in combinations(set(waves.values()), 2)):
        return []
    codes = frame.loc[frame["code"] != "", ["school", "code"]].drop_duplicates()
    codes = codes[codes.groupby("code")["school"].transform("size").between(1, COMMON)]
    both = codes.merge(codes, on="code", suffixes=("", "_other"))
    counts = both[both["school"] != both["school_other"]].groupby(["school", "school_other"]).size()
    named = zip(counts.index.get_level_values(0), counts.index.get_level_values(1), counts, strict=True)
    shared = {(str(one), str(other)): int(count) for one, other, count in named}
    sizes = codes["school"].value_counts()
    pairs = []
    for (one, other), count in shared.items():
        apart = one < other and waves[one].isdisjoint(waves[other])
        if apart and count >= max(FEWEST, SHARE * min(sizes[one], sizes[other])) and not _has_rival(one, other, shared, waves):
            pairs.append(_order(one, other, count, waves, names))
    return sorted(pairs, key=lambda pair: list(names).index(pair.kept))


def _has_rival(one: str, other: str, shared: Mapping[tuple[str, str], int], waves: Mapping[str, frozenset[int]]) -> bool:
    """Return whether either school shares nearly as many codes with a third that is there in a wave of the other."""
    most = shared[one, other]
    return any(
        RIVAL * count >= most and third not in (one, other) and not waves[third].isdisjoint(waves[against])
        for school, against in ((one, other), (other, one))
        for (first, third), count in shared.items()
        if first == school
    )


def _order(one: str, other: str, count: int, waves: Mapping[str, frozenset[int]], names: Mapping[str, str]) -> Pair:
    """Return a pair with the school to keep first: the earlier, unless that is a number and the later has a name."""
    first, second = sorted((one, other), key=lambda school: min(waves[school]))
    bare = not any(character.isalpha() for character in names[first]) and any(character.isalpha() for character in names[second])
    return Pair(second, first, count) if bare else Pair(first, second, count)


def tell_one_schools(frame: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note the schools that are probably one, or that no school is there in both waves of a comparison; what only follows is taken out."""
    order = {wave.id: number for number, wave in enumerate(study.waves)}
    placed = frame[["school", "code", "source", "school_text"]].assign(wave=frame["wave"].map(order))
    there = {wave: set(placed.loc[placed["wave"] == number, "school"]) for wave, number in order.items()}
    apart = [(entry.before, entry.after) for entry in study.planned if _are_apart(there[entry.before], there[entry.after])]
    names = {school.id: school.name for school in study.schools}
    pairs = find_one_schools(placed, names) if study.matching.by == "code" else []
    if not apart and not pairs:
        return
    if pairs:
        told = list_some((f"{names[pair.other]} = {names[pair.kept]} ({pair.shared})" for pair in pairs), NAMED)
        code = "schools_apart" if apart else "schools_one_wave"
        places = {"expected": _write_lines(pairs, placed, study), "count": len(pairs)}
    else:
        told = list_some((names[school] for school in sorted(there[apart[0][0]] | there[apart[0][1]])), NAMED)
        code = "schools_never_twice"
        places = {"count": len(there[apart[0][0]] | there[apart[0][1]])}
    before, after = apart[0] if apart else ("", "")
    notes.add(code, column=before, wave=after, value=told, **places)
    _drop_moves(pairs, notes, everything=bool(apart and pairs))


def _are_apart(before: set[str], after: set[str]) -> bool:
    return bool(before and after) and before.isdisjoint(after)


def _drop_moves(pairs: Sequence[Pair], notes: Notes, *, everything: bool) -> None:
    """Take out that people moved, where they only did between two schools that are probably one."""
    explained = [{pair.kept, pair.other} for pair in pairs]

    def follows(note: Mapping[str, object]) -> bool:
        moved = note["code"] == "code_moved" and set(str(note["expected"]).split(", ")) in explained
        return moved or (everything and note["code"] in ("code_moved", "code_per_school"))

    notes.rows = [note for note in notes.rows if not follows(note)]


def _write_lines(pairs: Sequence[Pair], frame: pd.DataFrame, study: Study) -> str:
    """Return the lines of a study file that make one school of each pair: per layout its words, per whole file its school."""
    kept = {pair.other: pair.kept for pair in pairs}
    words: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    rows = frame[frame["school"].isin(kept)].drop_duplicates(["source", "school", "school_text"])
    for source, school, text in rows[["source", "school", "school_text"]].itertuples(index=False):
        entry = next(entry for entry in study.sources if name_source(entry, study) == source)
        if entry.school:
            files[entry.file] = kept[school]
        else:
            words.setdefault(entry.layout, dict(study.find_layout(entry.layout).schools))[str(text)] = kept[school]
    lines = [""]
    for layout, mapping in words.items():
        lines += [f"# [layouts.{layout}]", f"schools = {{ {_join(mapping.items())} }}"]
    for file, school in files.items():
        lines += [f"# [[sources]] {file}", f"school = {_quote(school)}"]
    return "\n".join([*lines, f"# [[schools]]: – {', '.join(kept)}", ""])


def _join(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{_quote(word)} = {_quote(school)}" for word, school in pairs)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

"""Causes: one finding for one cause, without what only follows from it, and with its places together where they are many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.findings import PER_PLACE, Notes, fold_notes, list_some
from toolkit.responses.numbering import unite_numberings
from toolkit.spelling import find_nearest, fold, fold_words
from toolkit.study.study import Study

Note = dict[str, Any]
#: what follows where rows or files have no place in the study.
UNPLACED = ("school_absent", "fewer_than_invited", "nobody_matched", "schools_never_twice")
#: a cause in a file -> what follows from it in the same file; "*" stands for every file, and the whole study.
FOLLOWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "school": {"file": ("left_out_unplaced",), "*": UNPLACED},
    "wave": {"file": ("left_out_unplaced",), "*": UNPLACED},
    "unread": {"file": (), "*": UNPLACED},
    "shared": {
        "file": ("respondent_double", "respondent_double_later", "respondent_double_first", "respondent_contradicts", "rows_copied"),
        "*": ("code_two_schools",),
    },
    "order": {"file": ("date_order",), "*": ()},
    "apart": {"file": (), "*": ("fewer_than_invited",)},
    "column": {"file": ("item_empty", "answers_partial", "answers_same"), "*": ()},
    "scale": {"file": ("item_empty", "answers_partial", "answers_same", "school_equal"), "*": ()},
}
#: the findings that are such a cause.
CAUSES: Mapping[str, str] = {
    "school_unknown": "school",
    "school_empty": "school",
    "wave_unknown": "wave",
    "wave_empty": "wave",
    "wave_date_order": "order",
    "column_uncoded": "column",
    "scale_shifted": "scale",
    "scale_renumbered": "scale",
    "scale_renumbered_unsure": "scale",
    "answers_shared": "shared",
    "header_missing": "unread",
    "items_none": "unread",
    "sheet_missing": "unread",
    "sheet_unclear": "unread",
    "schools_apart": "apart",
    "schools_never_twice": "apart",
    "file_missing": "unread",
    "file_beside": "unread",
    "file_folder": "unread",
    "file_empty": "unread",
    "file_without_rows": "unread",
    "file_unreadable": "unread",
    "file_kind": "unread",
    "file_special": "unread",
    "file_too_large": "unread",
    "file_memory": "unread",
    "file_slow": "unread",
    "file_locked": "unread",
    "file_program": "unread",
    "items_long": "unread",
}
#: what is told of a layout's words -> the findings that tell the same from the other side.
MAPPED = {
    "schools": "school_unknown",
    "waves": "wave_unknown",
    "roles": "role_unknown",
    "subgroups": "subgroup_unknown",
    "answers": "column_uncoded",
}
#: words that are unknown -> the finding for several of them, and the key that maps them.
UNKNOWN = {f"{what}_unknown": f"{what}s_unknown" for what in ("school", "wave", "role", "subgroup")}
#: so many places are named where notes of one kind are told together.
NAMED = 6
#: what is the same in several files, such as what is of their layout: told once, with the files.
OF_FILES = ("header_missing", "columns_unknown", "code_personal", "instrument_absent", "encoding_guessed")


def fold_causes(notes: Notes, study: Study) -> None:
    """Leave in `notes` one finding per cause: without what follows from another, and one of each kind that came up many times."""
    known = _list_causes(notes.rows)
    notes.rows = [note for note in notes.rows if not _follows(note, known, study)]
    for code, several in UNKNOWN.items():
        _gather_unknown(code, several, notes, study)
    for code in ("school_empty", "wave_empty"):
        _gather(code, notes)
    unite_numberings(notes, study)
    _join_consent(notes)
    _join_files(notes)
    notes.rows = fold_notes(notes.rows, apart=PER_PLACE)


@dataclass(frozen=True, slots=True)
class _Known:
    """What causes explain: everywhere, and per file; the folded headers that are missing per file; the files that are the same."""

    codes: set[str]
    everywhere: set[str]
    in_file: set[tuple[str, str]]
    headers: dict[str, set[str]]
    same: set[tuple[str, str]]


def _list_causes(rows: Sequence[Note]) -> _Known:
    """Return what the causes among `rows` explain."""
    known = _Known(
        {row["code"] for row in rows}, set(), set(), {}, {(row["file"], row["expected"]) for row in rows if row["code"] == "file_same"}
    )
    for row in rows:
        follows = FOLLOWS.get(CAUSES.get(row["code"], ""), {})
        known.everywhere.update(follows.get("*", ()))
        known.in_file.update((row["file"], code) for code in follows.get("file", ()))
        if row["code"] == "header_missing":
            known.headers.setdefault(row["file"], set()).add(fold(row["column"]))
    return known


def _follows(note: Note, known: _Known, study: Study) -> bool:
    """Return whether `note` only follows from a cause."""
    code = note["code"]
    if code == "answers_shared":
        return any(
            (note["file"], other) in known.same or (other, note["file"]) in known.same for other in [note["expected"].rpartition(": ")[0]]
        )
    if code in known.everywhere or (note["file"], code) in known.in_file:
        return True
    if code == "words_unmet":
        return MAPPED.get(note["column"]) in known.codes
    missing = known.headers.get(note["file"], set())
    if code == "code_empty":
        return any(fold(header) in missing for layout in study.layouts.values() for header in layout.respondent)
    if code == "items_missing" and missing:
        lost = {item for layout in study.layouts.values() for item in _list_mapped(layout.items, layout.wave_columns.values(), missing)}
        return set(note["column"].split(", ")) <= lost
    return False


def _list_mapped(items: Mapping[str, str], waves: Iterable[Mapping[str, str]], headers: set[str]) -> set[str]:
    """Return the items that a layout maps to one of `headers`."""
    return {item for mapping in (items, *waves) for header, item in mapping.items() if fold(header) in headers}


def _gather(code: str, notes: Notes, /, **places: Any) -> None:
    """Make one note of all with `code`, in the place of the first; `places` are what it says in place of theirs."""
    found = [note for note in notes.rows if note["code"] == code]
    if len(found) > 1:
        merged = fold_notes(found, most=1)[0] | places
        gone = {id(note) for note in found[1:]}
        notes.rows = [merged if note is found[0] else note for note in notes.rows if id(note) not in gone]


def _join_consent(notes: Notes) -> None:
    """Make one note of a column in several files that no rule about consent names, with the words of all of them."""
    columns = dict.fromkeys(note["column"] for note in notes.rows if note["code"] == "consent_unruled")
    for column in columns:
        found = [note for note in notes.rows if (note["code"], note["column"]) == ("consent_unruled", column)]
        words = dict.fromkeys(word for note in found for word in re.findall("‘(.*?)’(?=, ‘|$)", note["value"]))
        files = list_some(dict.fromkeys(note["file"] for note in found), NAMED)
        whole = {"file": files, "value": ", ".join(f"‘{word}’" for word in words), "count": sum(note["count"] for note in found)}
        gone = set(map(id, found[1:]))
        notes.rows = [note | whole if note is found[0] else note for note in notes.rows if id(note) not in gone]


def _join_files(notes: Notes) -> None:
    """Make one note of those that say the same of several files."""
    told: dict[tuple[str, ...], list[Note]] = {}
    for note in notes.rows:
        if note["code"] in OF_FILES:
            told.setdefault((note["code"], note["column"], note["value"], note["wave"]), []).append(note)
    joined: dict[int, Note | None] = {}
    for found in told.values():
        if len(files := list(dict.fromkeys(note["file"] for note in found))) > 1:
            joined |= dict.fromkeys(map(id, found[1:])) | {id(found[0]): found[0] | {"file": list_some(files, NAMED), "row": 0}}
    notes.rows = [note for note in (joined.get(id(note), note) for note in notes.rows) if note is not None]


def _gather_unknown(code: str, several: str, notes: Notes, study: Study) -> None:
    """Make one note of all words that stand for no school, wave, role or group: of one with its places, of several with what to paste."""
    found = [note for note in notes.rows if note["code"] == code]
    if len(found) < 2:
        return
    words: dict[str, int] = {}
    for note in found:
        words[note["value"]] = words.get(note["value"], 0) + note["count"]
    if len(words) == 1:
        _gather(code, notes, value=found[0]["value"], expected=found[0]["expected"])
    else:
        shown = list_some([f"‘{word}’ ({count})" for word, count in words.items()], NAMED)
        _gather(code, notes, code=several, value=shown, expected=_write_block(code, list(words), study))


def _write_block(code: str, words: Sequence[str], study: Study) -> str:
    """Return the lines of a study file that give each word a meaning: spellings of what is known, and what is to be added."""
    kind, named = _list_named(code, study)
    near = {word: named[match] for word in words if (match := _find_meant(word, named))}
    new = [word for word in words if word not in near]
    if kind == "schools":
        blocks = [f"[[schools]]\nid = {_quote(word)}\nname = {_quote(word)}\n" for word in new]
        mapped = near
    else:
        blocks = []
        mapped = {word: near.get(word, "…") for word in words}
    pairs = ", ".join(f"{_quote(word)} = {_quote(meaning)}" for word, meaning in mapped.items())
    known = [] if kind == "schools" else [f"# {', '.join(dict.fromkeys(named.values()))}"]
    return "\n".join(["", *blocks, *known, *([f"{kind} = {{ {pairs} }}"] if pairs else [])])


def _find_meant(word: str, named: Mapping[str, str]) -> str:
    """Return the known name that a word probably means: one that is nearly the same, or the only one that stands in it."""
    within = [name for name in named if f" {fold_words(name)} " in f" {fold_words(word)} "]
    only = within[0] if len({named[name] for name in within}) == 1 else ""
    return find_nearest(word, named, cutoff=0.75) or only


def _list_named(code: str, study: Study) -> tuple[str, dict[str, str]]:
    """Return what is named with `code`, as the study file calls it, and the words for each that the study knows."""
    if code == "school_unknown":
        return "schools", {word: school.id for school in study.schools for word in (school.id, school.name)}
    if code == "wave_unknown":
        return "waves", {word: wave.id for wave in study.moments for word in (wave.id, *wave.label.values())}
    kind = code.replace("_unknown", "s")
    return kind, {word: each.id for each in getattr(study, kind) for word in (each.id, *each.label.values(), *each.also)}


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

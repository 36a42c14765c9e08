"""Unmet: rules, mappings and notes of a study that meet nothing in its files, and words to which it gives two meanings."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from toolkit.files.cells import Sheet, find_blank
from toolkit.findings import Notes, list_some
from toolkit.responses.coding import LABEL_FIRST, NUMBER_FIRST, PARTS
from toolkit.responses.columns import Binding, find_personal
from toolkit.responses.rows import join_cells, mark_left_out, name_schools, name_waves
from toolkit.spelling import LIKE, find_nearest, fold, fold_words
from toolkit.study.layouts import Layout, Source
from toolkit.study.study import ACROSS, Exclusion, Study

#: so many words, or files, are named in one finding.
SHOWN = 8
FILES = 3
#: what is asked about any rule -> what stops where the rule is about consent.
CONSENT = {"rule_unmet": "rule_unmet_consent", "rule_near": "rule_near_consent"}
#: what people agree with -> what they refuse with, folded: where all wrote the first, nobody refused.
AGREED = {
    "ja": "nee",
    "yes": "no",
    "true": "false",
    "waar": "onwaar",
    "1": "0",
    "akkoord": "niet akkoord",
    "ik ga akkoord": "ik ga niet akkoord",
}


@dataclass(frozen=True, slots=True)
class _Held:
    """What one file holds in the column of a rule: whether the rule meets a row, and its other words with how often and where first."""

    sheet: Sheet
    met: bool
    words: dict[str, list[int]]
    #: whether the column tells who somebody is: then its words are not shown.
    personal: bool


def tell_unmet_rules(sheets: Sequence[Sheet], study: Study, notes: Notes) -> None:
    """Note each rule for leaving people out that meets no row though its column is there, and words that are nearly those of a rule.

    A file in which a rule meets no row says nothing by itself: perhaps nobody refused there. It is told where the rule meets no row of
    any file, or (of consent, where each word matters) where the file holds words that no file has in which the rule does meet rows.
    """
    for rule in study.leave_out:
        held = [entry for entry in (_read_rule(sheet, rule) for sheet in sheets) if entry]
        if not held:
            continue
        met = [entry for entry in held if entry.met]
        known = {fold(word) for word in rule.keep} | {fold(word) for entry in met for word in entry.words if not rule.keep}
        if not met or rule.reason == "no_consent":
            suspects = [entry for entry in held if rule.keep or not entry.met]
            unmet = _gather(suspects, known)
            if unmet or not (met or rule.keep):
                refused = {fold(value) for value in rule.values}
                agreed = unmet and all(AGREED.get(fold(word)) in refused for word in unmet)
                _tell_rule("rule_agreed" if agreed else "rule_unmet", rule, suspects, unmet, notes)
                continue
        near = {word: rows for word, rows in _gather(held, {fold(word) for word in rule.keep}).items() if _is_near(word, rule)}
        if near:
            _tell_rule("rule_near", rule, held, near, notes)


def _read_rule(sheet: Sheet, rule: Exclusion) -> _Held | None:
    """Return what `sheet` holds in the column of `rule`, None where it has no such column.

    Where nobody answered whether they consent, that is a word too: the empty one.
    """
    positions = sheet.find_columns(rule.column)
    if not positions:
        return None
    hit = mark_left_out(sheet, [rule], Notes()) != ""
    words: dict[str, list[int]] = defaultdict(list)
    for position in positions:
        labels = sheet.labels.get(position, {})
        for row in np.flatnonzero(~hit):
            text = " ".join(sheet.cells[int(row), position].split())
            if text and text != sheet.headers[position]:
                words[labels.get(text, text)].append(int(sheet.rows[row]))
    if not words and not hit.any() and rule.reason == "no_consent":
        words[""] = sheet.rows[~np.all(find_blank(sheet.cells), axis=1)].tolist()
    return _Held(sheet, bool(hit.any()), words, not set(positions).isdisjoint(find_personal(sheet)))


def _gather(held: Sequence[_Held], known: set[str]) -> dict[str, list[int]]:
    """Return the words of several files that are not `known`, as first written, each with its rows."""
    found: dict[str, list[int]] = {}
    written: dict[str, str] = {}
    for entry in held:
        for word, rows in entry.words.items():
            if fold(word) not in known:
                found.setdefault(written.setdefault(fold(word), word), []).extend(rows)
    return found


def _is_near(word: str, rule: Exclusion) -> bool:
    """Return whether `word` begins with a value of the rule, as a word by itself or with a number behind it."""
    folded = fold_words(word)
    values = [fold_words(value) for value in rule.values if any(sign.isalpha() for sign in value)]
    return any(folded.startswith(value) and len(folded) > len(value) and not folded[len(value)].isalpha() for value in values if value)


def _tell_rule(code: str, rule: Exclusion, held: Sequence[_Held], words: Mapping[str, list[int]], notes: Notes) -> None:
    """Note what is wrong with a rule, with the files and the words that stand there, those most like its values first."""
    files = [entry.sheet.file for entry in held if any(word in words for word in entry.words)] or [entry.sheet.file for entry in held]
    places = {
        "file": list_some(list(dict.fromkeys(files)), FILES),
        "row": min((row for rows in words.values() for row in rows), default=0),
    }
    matcher = difflib.SequenceMatcher(autojunk=False)
    likeness = {word: max(_compare(matcher, word, value) for value in rule.values) for word in words} if rule.values else {}
    shown = [word for word in words if not any(entry.personal and word in entry.words for entry in held)]
    likely = sorted(shown, key=lambda word: (not _is_near(word, rule), -likeness.get(word, 0)))
    value = list_some([f"‘{word}’" for word in likely], SHOWN) or "–"
    count = sum(len(rows) for rows in words.values()) or 1
    code = CONSENT.get(code, code) if rule.reason == "no_consent" else code
    notes.add(code, column=rule.column, value=value, expected=", ".join(rule.values), count=count, **places)


def _compare(matcher: difflib.SequenceMatcher[str], word: str, value: str) -> float:
    matcher.set_seqs(fold_words(word), fold_words(value))
    return matcher.ratio()


@dataclass(frozen=True, slots=True)
class Said:
    """The folded texts that one file of a layout holds in the columns of its schools, waves, roles, subgroups, and answers."""

    layout: str
    words: dict[str, set[str]] = field(default_factory=dict)


#: what a layout maps. Of roles, subgroups and answers it is usual that one does not occur; a school or wave that none meets is asked about.
MAPPED = ("schools", "waves", "roles", "subgroups", "answers")


def list_said(source: Source, sheet: Sheet, binding: Binding, study: Study) -> Said:
    """Return the texts that `sheet` holds where its layout maps words."""
    layout = study.find_layout(source.layout)
    said = Said(source.layout)
    for name in ("school", "wave", "role", "subgroup"):
        positions = getattr(binding, name)
        if positions and not getattr(source, name) and getattr(layout, f"{name}s"):
            labels = sheet.labels.get(positions[0], {}) if len(positions) == 1 else {}
            said.words[f"{name}s"] = {
                fold(reading) for text in set(join_cells(sheet, positions)) for reading in (text, labels.get(text, ""))
            }
    if layout.answers or layout.missing:
        said.words["answers"] = {reading for position in _list_items(binding) for reading in _list_readings(sheet, position)}
    return said


def _list_items(binding: Binding) -> Iterator[int]:
    """Yield the positions of all columns with answers."""
    for columns in binding.items.values():
        yield from columns.values()
    for further in binding.further.values():
        for positions in further.values():
            yield from positions


def _list_readings(sheet: Sheet, position: int) -> Iterator[str]:
    """Yield the folded texts and labels of a column, and the parts that they may be read in."""
    labels = sheet.labels.get(position, {})
    for text in sheet.cells.columns[position].texts:
        for folded in (fold(text), fold(labels.get(text, ""))):
            yield folded
            yield from PARTS.split(folded)
            if found := NUMBER_FIRST.fullmatch(folded):
                yield found[2]
            if found := LABEL_FIRST.fullmatch(folded):
                yield found[1]


def tell_unmet_words(said: Sequence[Said], study: Study, notes: Notes) -> None:
    """Note the words that a layout maps and that stand in none of its files; of a layout of which a file could not be read, nothing."""
    read = [entry.layout for entry in said]
    for name, layout in study.layouts.items():
        if not read.count(name) or read.count(name) < sum(source.layout == name for source in study.sources):
            continue
        known = {"schools": name_schools(study, layout), "waves": name_waves(study, layout)}
        for key in (*MAPPED, "missing"):
            words = list(getattr(layout, key))
            held = set[str]().union(
                *(entry.words.get("answers" if key == "missing" else key, set()) for entry in said if entry.layout == name)
            )
            unmet = [word for word in words if fold(word) not in held]
            if unmet:
                met = {known[key].get(text) for text in held} if key in known else set()
                lost = any(target not in met for target in _list_targets(layout, key, unmet))
                code = "words_unmet" if lost or (key != "missing" and len(unmet) == len(words)) else "words_unmet_some"
                notes.add(code, column=key, value=list_some(unmet, SHOWN), expected=name, count=len(unmet))


def _list_targets(layout: Layout, key: str, words: Sequence[str]) -> list[str]:
    """Return the schools or waves that `words` stand for."""
    return [getattr(layout, key)[word] for word in words if getattr(layout, key)[word]] if key in ("schools", "waves") else []


def tell_contradictions(study: Study, notes: Notes) -> None:
    """Note the words that a layout writes in two ways (in capitals, say) and that stand for two things."""
    used = {source.layout for source in study.sources}
    for name, layout in study.layouts.items():
        for key in MAPPED if name in used else ():
            meanings: dict[str, dict[Any, str]] = defaultdict(dict)
            for word, meaning in getattr(layout, key).items():
                meanings[fold(word)].setdefault(meaning, word)
            twice = [_list_meanings(found) for found in meanings.values() if len(found) > 1]
            if twice:
                notes.add("words_contradict", column=key, value=list_some(twice, SHOWN), expected=name, count=len(twice))


def _list_meanings(found: Mapping[Any, str]) -> str:
    """Return the spellings of one word, each with what it stands for."""
    return " / ".join(f"{word.strip()} = {meaning if isinstance(meaning, str) else f'{meaning:g}'}" for meaning, word in found.items())


def tell_lost_notes(study: Study, notes: Notes) -> None:
    """Note each evaluator's note that appears in no report because no school has the code in its name."""
    known = [ACROSS, *(school.id for school in study.schools)]
    for path in sorted((study.folder / "notes").glob("*.md")):
        if path.stem not in known:
            near = ACROSS if path.stem == "cohort" else find_nearest(path.stem, known, LIKE)  # the note for all schools was called so
            notes.add("note_lost", file=f"notes/{path.name}", expected=f"{near}.md" if near else ", ".join(f"{name}.md" for name in known))

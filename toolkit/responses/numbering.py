"""Numbering: answers that a file numbers in another way than their scale does, told by the numbers that are used."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from toolkit.findings import Notes, list_some
from toolkit.study.answers import Answers
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

#: a number outside the scale that fewer people gave than this, or a smaller share of all answers, is a slip of the pen or a missing code.
FEWEST = 3
RARE = 0.01
#: numbers by which programs and people say that there is no answer.
CODES = frozenset({77, 88, 99, 999, 9999}) | frozenset(range(96, 100)) | frozenset({666, 777, 888, 996, 997, 998})
#: a regular numbering has at least so many different numbers outside the scale.
REGULAR = 2
#: where numberings begin that people choose.
STARTS = (0, 1, 10, 11, 100, 101)
#: the findings of another numbering, and what stands between the lines that one of them offers.
RENUMBERED = ("scale_renumbered", "scale_renumbered_unsure")
NEXT_LINE = " / "
#: so many files are named where one numbering is that of several.
FILES = 6
#: what follows from another numbering, and is not told beside it.
FOLLOWS = ("answer_out_of_range", "column_uncoded")


def check_numbers(
    counts: Mapping[str, Counter[float]], answers: Answers, columns: Mapping[str, str], file: str, notes: Notes, before: int
) -> None:
    """Note where the numbers of one scale are coded otherwise: in all of its columns, or in one; `columns` has the header of each."""
    together = sum(counts.values(), Counter[float]())
    told = check_numbering(together, answers, columns, file, notes, before) or check_scale(together, answers, columns, file, notes, before)
    if not told:
        check_columns({columns[column]: own for column, own in counts.items()}, answers, file, notes, before)


def check_numbering(counts: Counter[float], answers: Answers, columns: Mapping[str, str], file: str, notes: Notes, before: int) -> bool:
    """Return whether `counts` (of numbers in columns of one scale, by header) are another numbering of its answers, and note it.

    What was noted since `before` and follows from it is taken away. Numbers that are all one higher or lower are no other numbering.
    """
    numbering = find_numbering(counts, answers)
    if {number - answer for number, answer in numbering.items()} <= {1, -1}:
        return False
    used = sorted(number for number in counts if number in numbering)
    notes.rows[before:] = [note for note in notes.rows[before:] if not _follows(note, numbering, columns.values())]
    told = _tell_numbering(used, numbering)
    notes.add(file=file, column=", ".join(columns.values()), count=sum(counts[number] for number in used), **told)
    return True


def _tell_numbering(used: Sequence[float], numbering: Mapping[float, float]) -> dict[str, str]:
    """Return the finding of another numbering, the numbers in use, and what to declare: each line that is possible where several are."""
    value = ", ".join(f"{number:g}" for number in used)
    possible = [declare_numbering(each) for each in list_numberings(used, numbering)]
    if len(possible) == 1:
        return {"code": "scale_renumbered", "value": value, "expected": possible[0]}
    lines = NEXT_LINE.join(f"answers = {{ {line} }}" for line in possible)
    return {"code": "scale_renumbered_unsure", "value": value, "expected": lines}


def list_numberings(used: Sequence[float], numbering: Mapping[float, float]) -> list[dict[float, float]]:
    """Return every numbering that `used` may be part of, that with the lowest numbers first: of ids the ends can be answers nobody gave.

    >>> list_numberings([42, 43], {42: 1, 43: 2, 44: 3})
    [{41: 1, 42: 2, 43: 3}, {42: 1, 43: 2, 44: 3}]
    >>> list_numberings([1, 2], {1: 0, 2: 1, 3: 2})
    [{1: 0, 2: 1, 3: 2}]
    """
    numbers = list(numbering)
    distance = numbers[1] - numbers[0]
    if numbers[0] < 0 or numbers[0] in (0, 1, distance):
        return [dict(numbering)]
    unused_above = sum(number > used[-1] for number in numbers)
    unused_below = sum(number < used[0] for number in numbers)
    found = []
    for moved in range(-unused_above, unused_below + 1):
        begun = [number + moved * distance for number in numbers]
        found += [dict(zip(begun, numbering.values(), strict=True))] if begun[0] >= 0 else []
    return found


def unite_numberings(notes: Notes, study: Study) -> None:
    """Make one note of another numbering in files that share a layout, whose answers stand there once: of the numbers of all of them."""
    told: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for note in notes.rows:
        if note["code"] in RENUMBERED:
            told.setdefault((_find_layout(note["file"], study), note["column"]), []).append(note)
    for found in told.values():
        if len(found) > 1 and (united := _unite(found)):
            gone = set(map(id, found[1:]))
            notes.rows = [united if note is found[0] else note for note in notes.rows if id(note) not in gone]


def _find_layout(label: str, study: Study) -> str:
    """Return the layout of the file with this label; the label itself where it has none of its own."""
    return next((source.layout for source in study.sources if source.layout and label.partition(" [")[0] == source.file), label)


def _unite(found: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return one note for several of one numbering, None where their numbers together are none."""
    steps = [float(answer) for answer in re.findall(r'" = (-?[\d.]+)', found[0]["expected"].split(NEXT_LINE)[0])]
    used = sorted({float(number) for note in found for number in note["value"].split(", ")})
    numbers = _find_regular(used, steps) or _find_equal(used, len(steps))
    if not numbers:
        return None
    places = {"file": list_some(dict.fromkeys(note["file"] for note in found), FILES), "count": sum(note["count"] for note in found)}
    return found[0] | {"severity": "stops"} | places | _tell_numbering(used, dict(zip(numbers, steps, strict=True)))


def check_columns(counts: Mapping[str, Counter[float]], answers: Answers, file: str, notes: Notes, before: int) -> None:
    """Note each column, by its header, whose numbers are all one higher or lower than those of the other columns of its scale.

    That is where it passes one end of the scale and leaves the other unused, and the others do neither.
    """
    for header, own in counts.items():
        rest = sum((other for name, other in counts.items() if name != header), Counter[float]())
        shift = find_shift(own, answers)
        passed, unused = (answers.max + 1, answers.min) if shift > 0 else (answers.min - 1, answers.max)
        if not shift or own[passed] < FEWEST or passed in rest or rest[unused] < FEWEST:
            continue
        follows = ("answer_out_of_range", header, f"{passed:g}")
        notes.rows[before:] = [note for note in notes.rows[before:] if (note["code"], note["column"], note["value"]) != follows]
        places = {"value": _write_range(own, answers), "expected": _write_range(rest, answers), "count": own.total()}
        notes.add("column_renumbered", file=file, column=header, **places)


def _write_range(counts: Counter[float], answers: Answers) -> str:
    """Return the lowest and highest number that lie on the scale or beside it."""
    seen = [number for number in counts if answers.min - 1 <= number <= answers.max + 1]
    return f"{min(seen):g}-{max(seen):g}"


def _follows(note: Mapping[str, Any], numbering: Mapping[float, float], headers: Collection[str]) -> bool:
    """Return whether a note tells of numbers of another numbering only, in one of the columns with these headers."""
    if note["code"] not in FOLLOWS or note["column"] not in headers:
        return False
    return all(_is_number(text) and float(text) in numbering for text in note["value"].split(", "))


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdecimal()


def find_shift(numbers: Collection[float], answers: Answers) -> int:
    """Return by how much `numbers` are higher than the scale: 1 or -1 where they pass one end by that and leave the other unused, else 0.

    A number below 0 is a code for something, such as no answer, and no end of a scale.

    >>> find_shift([1, 4, 7], Answers(min=0, max=6)), find_shift([0, 4], Answers(min=1, max=5)), find_shift([0, 7], Answers(min=0, max=6))
    (1, -1, 0)
    """
    if answers.step != 1 or answers.kind != "scale":
        return 0
    for shift, passed, unused in ((1, answers.max + 1, answers.min), (-1, answers.min - 1, answers.max)):
        if passed in numbers and unused not in numbers and passed >= 0:
            return shift
    return 0


def declare_shift(answers: Answers, shift: int) -> str:
    """Return what to write under answers in the layout, so that shifted numbers get their place on the scale.

    >>> declare_shift(Answers(min=0, max=2), 1)
    '"1" = 0, "2" = 1, "3" = 2'
    """
    steps = range(int(answers.max - answers.min) + 1)
    return ", ".join(f'"{answers.min + step + shift:g}" = {answers.min + step:g}' for step in steps)


def check_scale(counts: Counter[float], answers: Answers, columns: Mapping[str, str], file: str, notes: Notes, before: int) -> bool:
    """Return whether `counts` (of numbers in columns of one scale, by header) are shifted, and note it.

    What was noted since `before` of the end that is passed follows from it, and is taken away.
    """
    shift = find_shift(counts, answers)
    passed = answers.max + 1 if shift > 0 else answers.min - 1
    within = sum(count for number, count in counts.items() if answers.min <= number <= answers.max)
    if not shift or counts[passed] < FEWEST or within + counts[passed] < load_rules().suspicions["shifted_answers"].cut:
        return False
    follows = ("answer_out_of_range", f"{passed:g}")
    notes.rows[before:] = [
        note for note in notes.rows[before:] if (note["code"], note["value"]) != follows or note["column"] not in columns.values()
    ]
    places = {"column": ", ".join(columns.values()), "value": _write_range(counts, answers), "expected": declare_shift(answers, shift)}
    notes.add("scale_shifted", file=file, count=counts[passed] + within, **places)
    return True


def find_numbering(counts: Counter[float], answers: Answers) -> dict[float, float]:
    """Return the answer that each number stands for, where `counts` are of another numbering than the scale's; else nothing.

    Two things tell it: as many different numbers as the scale has answers, of which one lies outside it; and numbers at equal distances,
    several of them outside, that are no more than the answers. Rare numbers and usual codes for "no answer" count as neither.

    >>> find_numbering(Counter({1: 9, 2: 9, 3: 9, 5: 9}), Answers(min=1, max=4))
    {1: 1.0, 2: 2.0, 3: 3.0, 5: 4.0}
    >>> find_numbering(Counter({0: 9, 25: 9, 50: 9, 100: 9}), Answers(min=1, max=5))
    {0: 1.0, 25: 2.0, 50: 3.0, 75: 4.0, 100: 5.0}
    >>> find_numbering(Counter({1: 9, 2: 9, 4: 9, 9: 9}), Answers(min=1, max=5))
    {}
    """
    total = sum(counts.values())
    if answers.step != 1 or answers.kind != "scale" or total < load_rules().suspicions["shifted_answers"].cut:
        return {}
    steps = [answers.min + step for step in range(round(answers.max - answers.min) + 1)]
    outside = {number for number in counts if not answers.admits(number) and counts[number] >= max(FEWEST, RARE * total)}
    used = sorted(outside | {number for number in counts if answers.admits(number)})
    found: Sequence[float] = ()
    if len(outside) >= REGULAR:
        rare = {number for number in counts if not answers.admits(number)} - outside - CODES
        found = _find_regular(used, steps, rare)
    if not found and not outside <= CODES:
        found = _find_equal([number for number in used if number not in CODES & outside], len(steps))
    return dict(zip(found, steps, strict=True)) if found else {}


def _find_equal(used: Sequence[float], answers: int) -> Sequence[float]:
    """Return `used` where these are as many as the answers, and no code below 0 is among them."""
    around = [-number for number in reversed(used)] == used
    return used if len(used) == answers > 2 and (used[0] >= 0 or around) else ()


def _find_regular(used: Sequence[float], steps: Sequence[float], rare: Collection[float] = ()) -> Sequence[float]:
    """Return as many numbers at equal distances as the scale has steps, with all of `used`; none where these are too few or far apart.

    Those of `rare` numbers that have their place in the row count as used: an answer that few people gave.
    """
    distance = math.gcd(*(round(number - used[0]) for number in used)) or 1
    last = len(steps) - 1
    for number in sorted(rare):
        wider = sorted({*used, number})
        if (number - used[0]) % distance == 0 and (wider[-1] - wider[0]) / distance <= last:
            used = wider
    if len(used) < max(3, (len(steps) + 1) // 2) or (used[-1] - used[0]) / distance > last:
        return ()
    starts: tuple[float, ...] = (0, distance, *STARTS)
    if used[0] < 0:
        starts = (-distance * last / 2,)
    elif distance * last != 100:  # percentages begin at 0
        starts = (distance * steps[0], *starts)
    for start in (*starts, used[0]):
        numbers = [start + distance * step for step in range(len(steps))]
        if set(used) <= set(numbers):
            return numbers
    return ()


def declare_numbering(numbering: Mapping[float, float]) -> str:
    """Return what to write under answers in the layout, so that each number gets its answer.

    >>> declare_numbering({1: 0.0, 8: 1.0})
    '"1" = 0, "8" = 1'
    """
    return ", ".join(f'"{number:g}" = {answer:g}' for number, answer in numbering.items())

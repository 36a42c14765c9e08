"""Scales: whether the numbers of a file run one higher or lower than those of an instrument, which a person must declare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from toolkit.findings import Notes
from toolkit.study.instruments import Answers
from toolkit.study.rules import load_rules

#: so many answers beyond one end of a scale are no slips of the pen.
FEWEST = 3


def find_shift(numbers: Collection[float], answers: Answers) -> int:
    """Return by how much `numbers` are higher than the scale: 1 or -1 where they pass one end by that and leave the other unused, else 0.

    A number below 0 is a code for something, such as no answer, and no end of a scale.

    >>> find_shift([1, 4, 7], Answers(min=0, max=6)), find_shift([0, 4], Answers(min=1, max=5)), find_shift([0, 7], Answers(min=0, max=6))
    (1, -1, 0)
    """
    if answers.step != 1 or answers.kind != "number":
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


def check_scale(counts: Counter[float], answers: Answers, columns: Mapping[str, str], file: str, notes: Notes, before: int) -> None:
    """Note that `counts` (of numbers in columns of one scale, by header) are shifted; what was noted since `before` of the end follows."""
    shift = find_shift(counts, answers)
    passed = answers.max + 1 if shift > 0 else answers.min - 1
    within = sum(count for number, count in counts.items() if answers.min <= number <= answers.max)
    if not shift or counts[passed] < FEWEST or within + counts[passed] < load_rules().suspicions["shifted_answers"].cut:
        return
    follows = ("answer_out_of_range", f"{passed:g}")
    notes.rows[before:] = [
        note for note in notes.rows[before:] if (note["code"], note["value"]) != follows or note["column"] not in columns.values()
    ]
    seen = [number for number in counts if answers.min - 1 <= number <= answers.max + 1]
    places = {"column": ", ".join(columns.values()), "value": f"{min(seen):g}-{max(seen):g}", "expected": declare_shift(answers, shift)}
    notes.add("scale_shifted", file=file, count=counts[passed] + within, **places)

"""Answers: what a cell says, as the number that the instrument gives it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.files.excel__excel_package import UNCOMPUTED
from toolkit.spelling import fold
from toolkit.study.instruments import Answers
from toolkit.study.layouts import Layout

#: programs write very small numbers as 8e-04.
NUMBER = {mark: re.compile(rf"[+-]?\d+(?:[{mark or '.,'}]\d+)?(?:e-\d{{1,3}})?") for mark in ("", ",", ".")}
#: a number with marks between its thousands: "1.234.567", "1,234.5", "1 234".
GROUPED = re.compile(r"([+-]?[1-9]\d{0,2}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*)(?:(?P<decimal>(?!(?P=mark))[.,])(?P<rest>\d+))?")
#: "4 = vaak", "4. vaak", "5 (helemaal eens)", "4 vaak": a number, and a label that holds a letter and no further digits.
NUMBER_FIRST = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*[-=:.)/]*\s*\(?\s*([^\d()=]*[^\W\d_][^\d()]*?)\s*\)?")
#: "vaak (4)", "vaak = 4".
LABEL_FIRST = re.compile(r"([^\d()]*[^\W\d_][^\d()]*?)\s*[-=:(\[]+\s*([+-]?\d+(?:[.,]\d+)?)\s*[)\]]?")
#: two labels of one answer: "sporadisch / een paar keer per jaar of minder".
PARTS = re.compile(r"\s*[/()|;]\s*")
MONTH = "jan|feb|mar|mrt|maa|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec"
DATE = re.compile(rf"\d{{4}}-\d\d-\d\d.*|\d{{1,2}}(?:[-/]\d{{1,2}}|[-/ ](?:{MONTH})[a-z]*\.?)(?:[-/ ]\d{{2,4}})?")


@dataclass(frozen=True, slots=True)
class Coded:
    """What became of one text: its number (NaN for none), and the finding that it gives ("" for none)."""

    value: float
    finding: str = ""


NONE = Coded(math.nan)


@dataclass
class Coder:
    """Codes the texts of one kind of answers; every different text is coded once."""

    answers: Answers
    layout: Layout
    words: dict[str, float] = field(init=False)
    missing: set[str] = field(init=False)
    known: dict[tuple[str, str], Coded] = field(default_factory=dict)

    def __post_init__(self) -> None:
        labels = {fold(text): label.value for label in self.answers.labels for text in (*label.nl, *label.en)}
        self.words = labels | {fold(text): value for text, value in self.layout.answers.items()}
        self.missing = {fold(text) for text in (*self.answers.missing, *self.layout.missing)} - {fold(text) for text in self.layout.answers}

    def code(self, text: str, labels: Mapping[str, str]) -> Coded:
        """Return the number that `text` stands for; `labels` are those that the file itself gives to values of this column."""
        key = (text, labels.get(text, ""))
        if key not in self.known:
            self.known[key] = self._code(*key)
        return self.known[key]

    def _code(self, text: str, label: str) -> Coded:
        folded = fold(text)
        if not folded:
            return NONE
        if folded in self.missing:
            return Coded(math.nan, "no_answer")
        if folded in self.words:
            return self._admit(self.words[folded])
        if self._read_marks(folded) is None:
            return Coded(math.nan, "answer_mark")
        number = self._read_number(folded)
        if label:
            return self._code_labelled(number, label)
        if number is not None:
            return self._admit(number)
        return self._code_mixed(folded)

    def _code_mixed(self, folded: str) -> Coded:
        """Return the code of a text that is neither a known label nor a number: both together, two labels, or a fault."""
        if folded == UNCOMPUTED:
            return Coded(math.nan, "answer_uncomputed")
        if DATE.fullmatch(folded):
            return Coded(math.nan, "answer_date")
        if first := NUMBER_FIRST.fullmatch(folded):
            return self._code_labelled(self._read_number(first[1]), first[2])
        if last := LABEL_FIRST.fullmatch(folded):
            return self._code_labelled(self._read_number(last[2]), last[1])
        value = self._read_label(folded)
        return Coded(math.nan, "answer_unknown") if value is None else self._admit(value)

    def _code_labelled(self, number: float | None, label: str) -> Coded:
        """Return the code of a number with a label: a label that is known decides, and differing from the number is a finding."""
        if fold(label) in self.missing:
            return Coded(math.nan, "no_answer")
        value = self._read_label(fold(label))
        if value is None and number is not None and self._read_number(fold(label)) == number:
            return self._admit(number)
        if value is None:
            if number is None:
                return Coded(math.nan, "answer_unknown")
            coded = self._admit(number)
            return coded if coded.finding else Coded(number, "label_unknown")
        differs = number is not None and number != value
        return Coded(value, "label_differs") if differs and not self._admit(value).finding else self._admit(value)

    def _read_label(self, folded: str) -> float | None:
        """Return the value of a label, also where it holds two labels of the same answer."""
        if folded in self.words:
            return self.words[folded]
        values = {self.words.get(part) for part in PARTS.split(folded) if part}
        return values.pop() if len(values) == 1 else None

    def _read_marks(self, folded: str) -> str | None:
        """Return a number without the marks between its thousands, any other text as it is, None where a mark may be either.

        Where the layout does not say which mark stands before decimals, "1.234" may be both, on a scale that goes so far.
        """
        grouped = GROUPED.fullmatch(folded)
        if grouped is None or grouped["mark"] == self.layout.decimal:
            return folded
        mark, whole = grouped["mark"], grouped[1].replace(grouped["mark"], "")
        told = mark in "' " or grouped["decimal"] or grouped[1].count(mark) > 1 or self.layout.decimal
        if told:
            return f"{whole}{grouped['decimal'] or ''}{grouped['rest'] or ''}"
        return None if self.answers.max >= 1000 else folded

    def _read_number(self, folded: str) -> float | None:
        folded = self._read_marks(folded) or folded
        match = NUMBER[self.layout.decimal].fullmatch(folded)
        return float(folded.replace(",", ".")) if match else None

    def _admit(self, value: float) -> Coded:
        return Coded(value) if self.answers.admits(value) else Coded(math.nan, "answer_out_of_range")


def describe_answers(answers: Answers) -> str:
    """Return which answers are right, as in "1-5" or "1-10 (0.5)"."""
    step = "" if answers.step in (0, 1) else f" ({answers.step:g})"
    return f"{answers.min:g}-{answers.max:g}{step}"

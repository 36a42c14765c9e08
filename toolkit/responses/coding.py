"""Coding: cells to the numbers that the instrument gives them, with a finding for each text that is no answer and for a shifted scale."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.files.cells import Mask, Sheet, Texts
from toolkit.files.values import UNCOMPUTED
from toolkit.findings import Notes
from toolkit.responses.numbering import check_numbers
from toolkit.spelling import find_nearest, fold, fold_words
from toolkit.study.answers import WORDED, Answers
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: a column with at least this many texts of which fewer than half can be coded is taken for misread.
ENOUGH_TEXTS = 5
#: a number outside the scale that stands in at least so many columns probably means "no answer".
MANY_COLUMNS = 3
#: how alike a text must be to an answer, to be taken for a slip of the pen.
NEAR = 0.75
#: a text of more characters is no answer with something beside it; looking for one would take ever longer.
LONGEST = 500
WHOLE = re.compile(r"-?\d{1,6}(?:[.,]0+)?")


#: programs write very small numbers as 8e-04.
NUMBER = {mark: re.compile(rf"[+-]?\d+(?:[{mark or '.,'}]\d+)?(?:e-\d{{1,3}})?") for mark in ("", ",", ".")}
#: a number with marks between its thousands: "1.234.567", "1,234.5", "1 234".
GROUPED = re.compile(r"([+-]?[1-9]\d{0,2}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*)(?:(?P<decimal>(?!(?P=mark))[.,])(?P<rest>\d+))?")
#: a whole number with three zeros behind a mark, which may be a thousand.
ZEROS = re.compile(r"[1-9]\d{0,2}[.,]000")
#: "4 = vaak", "4. vaak", "5 (helemaal eens)", "4 vaak": a number, and a label that holds a letter and no further digits.
NUMBER_FIRST = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*[-=:.)/]*\s*\(?\s*([^\d()=]*[^\W\d_][^\d()]*?)\s*\)?")
#: "vaak (4)", "vaak = 4".
LABEL_FIRST = re.compile(r"([^\d()]*[^\W\d_][^\d()]*?)\s*[-=:(\[]+\s*([+-]?\d+(?:[.,]\d+)?)\s*[)\]]?")
#: "7½", "7 1/2", "7 en een half", "7 and a half": a whole number and a part.
WITH_PART = re.compile(r"(\d{1,6})\s*(?:([¼-¾⅐-⅞↉])|([1-9])\s*[/⁄]\s*([1-9])|(?:en |and )?(?:een |a )?(half|halve))")
#: the mark by which a spreadsheet makes a text of what follows: '4 and ="4".
TEXT_MARK = re.compile(r"""'(\S+)|=\s*"([^"]*)\"""")
#: "12/40", "12 van 40", "12 of 40", "30 %": a share.
OUT_OF = re.compile(r"(\d{1,7}(?:[.,]\d+)?)\s*(?:%|(/|van|uit|of|out of)\s*(?:de |the )?(\d{1,7}(?:[.,]\d+)?))")
#: what separates options that were picked in one form.
SEVERAL = re.compile(r"[;|\n]")
#: the text for a form in which no option was picked.
NO_OPTION = "(none)"
#: what separates key words in one answer, what stands between them that is none, and what stands before one in a list.
KEY_WORDS = re.compile(r"[,;|/\n\r•·]+")
BETWEEN = frozenset({"en", "and", "de", "het", "een", "van", "the", "a", "an", "of"})
BULLET = re.compile(r"^(?:\d{1,2}[.)]|[-*–])\s*")
#: what programs write where there is nothing; people write these otherwise.
NOTHING = frozenset({"NA", "<NA>", "NaN", "nan", "NaT", "NULL", "None", "."})
#: two labels of one answer: "sporadisch / een paar keer per jaar of minder".
PARTS = re.compile(r"\s*[/()|;]\s*")
MONTH = "jan|feb|mar|mrt|maa|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec"
DATE = re.compile(rf"\d{{4}}-\d\d-\d\d.*|\d{{1,2}}(?:[-/]\d{{1,2}}|[-/ ](?:{MONTH})[a-z]*\.?)(?:[-/ ]\d{{2,4}})?")


def make_coders(study: Study, layout: Layout) -> dict[str, Coder]:
    """Return the coder of each item column; columns of the same instrument and rating share one."""
    coders: dict[str, Coder] = {}
    for instrument in study.instruments:
        shared = {rating: Coder(instrument.find_answers(rating), layout) for rating in instrument.asked_ratings}
        own = {item.id: Coder(item.answers, layout) for item in instrument.items if item.answers}
        coders |= {column: own.get(item.id, shared[rating]) for column, (item, rating) in instrument.columns.items()}
    return coders


def code_columns(
    sheet: Sheet, items: Mapping[str, int], rows: pd.DataFrame, coders: Mapping[str, Coder], notes: Notes
) -> NDArray[np.float64]:
    """Return the answers in `rows` (whose index is their place in `sheet`), rows × items, NaN for no answer."""
    values = np.full((len(rows), len(items)), np.nan, order="F")
    before = len(notes.rows)
    unanswered: Counter[str] = Counter()
    numbers: dict[str, Counter[float]] = {}
    zeros: Counter[str] = Counter()
    declared: Counter[tuple[str, str]] = Counter()
    for number, (column, position) in enumerate(items.items()):
        codes, distinct = sheet.cells.columns[position].count_texts(rows.index.to_numpy())
        labels = sheet.labels.get(position, {})
        coded = [coders[column].code(text, labels) for text in distinct]
        if len(codes):
            values[:, number] = np.array([entry.value for entry in coded])[codes]
        counts = np.bincount(codes, minlength=len(distinct))
        unanswered.update(
            {text: int(count) for text, entry, count in zip(distinct, coded, counts, strict=True) if entry.finding == "no_answer"}
        )
        numbers[column] = _count_numbers(distinct, coded, counts)
        declared.update(_find_declared(distinct, coders[column], labels, counts))
        zeros.update(_find_zeros(distinct, coded, counts, coders[column].layout.decimal))
        notes.report(sheet.file, 0.5 + (number + 1) / len(items) / 2)
        _tell_faults(sheet, position, coders[column], distinct, coded, codes, rows, notes)
    for coder in {id(coder): coder for coder in coders.values()}.values():
        columns = {column: sheet.name_column(position) for column, position in items.items() if coders[column] is coder}
        check_numbers({column: numbers[column] for column in columns}, coder.answers, columns, sheet.file, notes, before)
    _merge_undeclared(notes, before)
    for (text, scale), count in declared.items():
        notes.add("missing_on_scale", file=sheet.file, value=text, expected=scale, count=count)
    if zeros:
        notes.add("answer_zeros", file=sheet.file, value=", ".join(sorted(zeros)), count=zeros.total())
    if unanswered:
        notes.add("no_answer", file=sheet.file, value=", ".join(sorted(unanswered)), count=unanswered.total())
    return values


def take_words(
    sheet: Sheet, items: Mapping[str, int], rows: pd.DataFrame, study: Study, values: NDArray[np.float64], notes: Notes
) -> dict[str, Any]:
    """Return for each question in key words the words of each row, one to a line; nothing where there is no answer."""
    found: dict[str, Any] = {}
    places = {column: place for place, column in enumerate(items)}
    for instrument in study.instruments:
        for item, rating, name in instrument.key_words:
            place = places.get(instrument.name_column(item.id, rating))
            found[name] = ""
            if place is not None:
                codes, distinct = sheet.cells.columns[[*items.values()][place]].count_texts(rows.index.to_numpy())
                words = np.array(["\n".join(split_words(text)) for text in distinct], dtype=object)
                found[name] = np.where(np.isfinite(values[:, place]), words[codes], "") if len(codes) else ""
                most = instrument.find_answers(rating, item).most
                many = sum(len(given.split("\n")) > most for given in found[name]) if most else 0
                if many:
                    notes.add("words_many", file=sheet.file, column=instrument.name_column(item.id, rating), expected=most, count=many)
    return found


def split_words(text: str) -> list[str]:
    """Return the key words in a text, in lower case, each once; separated by commas, semicolons, slashes or lines, or else by spaces.

    >>> split_words("Vertrouwen, tijd;  samen leren / vertrouwen"), split_words("tijd en rust")
    (['vertrouwen', 'tijd', 'samen leren'], ['tijd', 'rust'])
    """
    parts = [BULLET.sub("", " ".join(part.split())).strip(" .!?\"'()") for part in KEY_WORDS.split(text)]
    if len(parts) == 1:
        parts = [part for part in parts[0].split() if part.lower() not in BETWEEN]
    words: dict[str, str] = {}
    for part in parts:
        words.setdefault(fold_words(part), part.lower())
    return [word for folded, word in words.items() if folded]


def _count_numbers(texts: Texts, coded: list[Coded], counts: NDArray[np.intp]) -> Counter[float]:
    """Return how often each whole number stands in a column that neither a label nor the study gives another meaning."""
    found: Counter[float] = Counter()
    for text, entry, count in zip(texts, coded, counts, strict=True):
        number = _read_whole(text)
        if math.isfinite(number) and (entry.value == number or entry.finding == "answer_out_of_range"):
            found[number] += int(count)
    return found


def _read_whole(text: str) -> float:
    """Return the whole number that a text is, NaN where it is none."""
    bare = text.strip()  # float() itself leaves some of what strip() takes off, such as 0x1C
    return float(bare.replace(",", ".")) if WHOLE.fullmatch(bare) else math.nan


def _find_declared(texts: Texts, coder: Coder, labels: Mapping[str, str], counts: NDArray[np.intp]) -> Counter[tuple[str, str]]:
    """Return how often each number that the layout declares as "no answer" stands where it is an answer of the scale, with that scale."""
    declared = {fold(text) for text in coder.layout.missing} - {fold(text) for text in (*coder.answers.missing, *coder.layout.answers)}
    found: Counter[tuple[str, str]] = Counter()
    for text, count in zip(texts, counts, strict=True):
        number = _read_whole(text)
        if count and fold(text) in declared and not labels.get(text) and coder.answers.admits(number):
            found[text.strip(), describe_answers(coder.answers)] += int(count)
    return found


def _find_zeros(texts: Texts, coded: list[Coded], counts: NDArray[np.intp], decimal: str) -> Counter[str]:
    """Return how often each number such as "1.000" was read as one, in a column where others have no decimals."""
    read = {text.strip(): (int(count), entry.value) for text, entry, count in zip(texts, coded, counts, strict=True) if count}
    if not any(text.isdecimal() and value > 0 for text, (_, value) in read.items()):
        return Counter()
    return Counter(
        {
            text: count
            for text, (count, value) in read.items()
            if ZEROS.fullmatch(text) and value < 1000 and not (decimal and decimal in text)
        }
    )


def _tell_faults(
    sheet: Sheet,
    position: int,
    coder: Coder,
    distinct: Texts,
    coded: list[Coded],
    codes: NDArray[np.intp],
    rows: pd.DataFrame,
    notes: Notes,
) -> None:
    """Note each text of a column that could not be coded as it stands; once, as misread, where that is most of the column."""
    places = {"file": sheet.file, "column": sheet.name_column(position), "expected": describe_answers(coder.answers)}
    texts = [text for text, entry in zip(distinct, coded, strict=True) if entry.finding.startswith("answer_")]
    uncoded = int(np.isin(codes, [number for number, entry in enumerate(coded) if entry.finding.startswith("answer_")]).sum())
    given = uncoded + int(np.isin(codes, [number for number, entry in enumerate(coded) if np.isfinite(entry.value)]).sum())
    if given >= ENOUGH_TEXTS and 2 * uncoded > given:
        notes.add("column_uncoded", value=", ".join(texts[:3]), count=uncoded, **places)
        return
    for number, entry in enumerate(coded):
        if entry.finding not in ("", "no_answer"):
            found = rows[codes == number]
            where = {name: found[name].iloc[0] if len(set(found[name])) == 1 else "" for name in ("school", "wave")}
            near = find_nearest(distinct[number], coder.words, NEAR) if entry.finding == "answer_unknown" else ""
            right = {"expected": f"{places['expected']} (‘{near}’?)"} if near else {}
            notes.add(entry.finding, row=int(found["row"].iloc[0]), value=distinct[number], count=len(found), **where, **places | right)


def _merge_undeclared(notes: Notes, before: int) -> None:
    """Make one finding of a number outside the scale that comes back in many columns: it probably means "no answer"."""
    faults: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for note in notes.rows[before:]:
        if note["code"] == "answer_out_of_range":
            faults[note["value"]].append(note)
    for found in faults.values():
        if len(found) >= MANY_COLUMNS:
            notes.rows[before:] = [note for note in notes.rows[before:] if note not in found]
            merged = {"column": ", ".join(note["column"] for note in found), "count": sum(note["count"] for note in found)}
            places = {name: found[0][name] for name in ("file", "value", "expected")}
            notes.add("answer_undeclared", row=min(note["row"] for note in found), **merged, **places)


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
        labels = {fold(text): label.value for label in self.answers.words for text in (*label.nl, *label.en)}
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
        if self.answers.kind in WORDED:
            return Coded(math.nan, "no_answer") if text.strip() in NOTHING else Coded(1.0)
        if self.answers.kind == "several":
            return self._code_several(label or text)
        if self.answers.kind == "share" and (part := OUT_OF.fullmatch(folded)):
            return self._code_share(part)
        if folded in self.words:
            return self._admit(self.words[folded])
        if text.strip() in NOTHING and not label:
            return Coded(math.nan, "no_answer")
        if mark := TEXT_MARK.fullmatch(folded):
            return self._code(mark[1] or mark[2], label)
        if self._read_marks(folded) is None:
            return Coded(math.nan, "answer_mark")
        number = self._read_number(folded)
        if label:
            return self._code_labelled(number, label)
        if number is not None:
            return self._admit(number)
        return self._code_mixed(folded)

    def _code_several(self, text: str) -> Coded:
        """Return the code of options in one text, separated by a semicolon, a bar or a line, or by commas where these are in no option."""
        if fold(text) == NO_OPTION:
            return Coded(0.0)
        if text.strip() in NOTHING or fold(text) in self.missing:
            return Coded(math.nan, "no_answer")
        picked = [self._pick(part) for part in SEVERAL.split(text) if part.strip()]
        values = [value for values in picked for value in values or ()]
        if not values or None in picked:
            return Coded(math.nan, "answer_unknown")
        return Coded(self.answers.join_picked(values))

    def _pick(self, text: str) -> list[float] | None:
        """Return the options in a text with commas, those within the words of an option aside; None where there is another word."""
        parts = text.split(",")
        for end in range(len(parts), 0, -1):
            folded = fold(",".join(parts[:end]))
            known = self.words.get(folded)
            number = self._read_number(folded) if known is None and folded else None
            value = known if known is not None else number
            if value is not None and value in {option.value for option in self.answers.options}:
                rest = self._pick(",".join(parts[end:])) if end < len(parts) else []
                return None if rest is None else [value, *rest]
        return None

    def _code_share(self, part: re.Match[str]) -> Coded:
        """Return the code of a share that is written as a percentage or as so many of so many."""
        first = float(part[1].replace(",", "."))
        whole = float(part[3].replace(",", ".")) if part[3] else 100.0
        return self._admit(first / whole) if whole else Coded(math.nan, "answer_out_of_range")

    def _code_mixed(self, folded: str) -> Coded:
        """Return the code of a text that is neither a known label nor a number: both together, two labels, or a fault."""
        if folded == UNCOMPUTED:
            return Coded(math.nan, "answer_uncomputed")
        if len(folded) > LONGEST:
            return Coded(math.nan, "answer_unknown")
        if part := WITH_PART.fullmatch(folded):
            return self._admit(int(part[1]) + read_part(part))
        if any(sign.isnumeric() and not sign.isdecimal() for sign in folded):
            return Coded(math.nan, "answer_unknown")
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
        mark = grouped["mark"]
        whole = grouped[1].replace(grouped["mark"], "")
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


def read_part(match: re.Match[str]) -> float:
    """Return the part beside the whole number that `WITH_PART` found."""
    if match[2]:
        return unicodedata.numeric(match[2])
    return int(match[3]) / int(match[4]) if match[3] else 0.5


def find_unanswered(sheet: Sheet, positions: Collection[int]) -> Mask:
    """Return the rows in which none of these columns holds anything but space or what programs write where there is nothing."""
    unanswered: Mask = np.ones(len(sheet.cells), dtype=bool)
    for position in positions:
        unanswered &= sheet.cells.columns[position].mark(lambda text: text.strip() in NOTHING or not text.strip())
    return unanswered


def describe_answers(answers: Answers) -> str:
    """Return which answers are right, as in "1-5" or "1-10 (0.5)", or the words of the options."""
    if answers.options:
        return " / ".join((option.nl or option.en or (f"{option.value:g}",))[0] for option in answers.options)
    step = "" if answers.step in (0, 1) else f" ({answers.step:g})"
    return f"{answers.min:g}-{answers.max:g}{step}"

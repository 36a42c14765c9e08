"""Answers: how a question may be answered, as a number, by picking options or in words; and in which words exports say it."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.languages import Text
from toolkit.study.definitions import Definition

#: no answer lies farther from 0: counts of minutes or people do not.
FAR = 10_000_000
#: the kinds of answers that are a number, of which a mean may be taken; those that are picked from options; those in words of one's own.
MEASURED = ("scale", "count", "share")
PICKED = ("choice", "yes_no", "several")
WORDED = ("words", "open")
Kind = Literal["scale", "count", "share", "choice", "yes_no", "several", "words", "open"]
#: the options of `yes_no` that names none.
YES_NO: tuple[dict[str, Any], ...] = (
    {"value": 0, "nl": ("nee", "onwaar", "n"), "en": ("no", "false")},
    {"value": 1, "nl": ("ja", "waar", "j"), "en": ("yes", "true", "y")},
)
#: a bar has room for the shares of so many classes of answers.
MOST_CLASSES = 7
#: several of more options than this are no answer that a form asks for.
MOST_OPTIONS = 20


class AnswerLabel(Definition):
    """One answer of the scale and the words that exports may use for it, in each language."""

    value: float
    nl: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


def pick_word(label: AnswerLabel, text: Text) -> str:
    """Return the first words of an answer in the language of the page, or else in the other; "" where it has none."""
    words = (label.nl or label.en) if text.language == "nl" else (label.en or label.nl)
    return words[0] if words else ""


class Answers(Definition):
    """The possible answers, by `kind`: a number from `min` to `max` in steps of `step`, what is picked from `options`, or words.

    What is picked is held as the value of its option, `several` as a number with a bit for each option in their order; words of one's own
    as 1, that there is an answer. Key words (`words`) are kept beside that until they are counted, `open` answers are not.
    """

    kind: Kind = "scale"
    min: Annotated[float, Field(ge=-FAR, le=FAR)]
    max: Annotated[float, Field(ge=-FAR, le=FAR)]
    step: Annotated[float, Field(ge=0, le=FAR)] = 1
    labels: tuple[AnswerLabel, ...] = ()
    #: the lowest answer of each class but the first, where there are too many answers to tell apart: a grade.
    classes: tuple[float, ...] = ()
    #: what can be picked, of a choice, yes or no, or several.
    options: tuple[AnswerLabel, ...] = ()
    #: how many key words a person is asked for, of `words`.
    most: Annotated[int, Field(ge=1, le=MOST_OPTIONS)] | None = None
    #: words that mean "no answer", for instance "weet niet".
    missing: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        """Fill in what follows from the kind: the options of yes or no, and the ends of answers that are no scale and no count."""
        kind = given.get("kind") if isinstance(given, dict) else None
        if kind == "share":
            return {"min": 0, "max": 1, "step": 0, **given}
        if kind in WORDED:
            return {**given, "min": 0, "max": 1}
        if kind not in PICKED:
            return given
        options = given.get("options") or given.get("labels") or (YES_NO if kind == "yes_no" else ())
        given_values = [option.get("value") for option in options if isinstance(option, dict)]
        values = [value for value in given_values if isinstance(value, int | float)]
        if not values or len(values) < len(given_values):
            return {**given, "options": options, "min": 0, "max": 1}
        low, high = (0, 2 ** min(len(values), MOST_OPTIONS) - 1) if kind == "several" else (min(values), max(values))
        return {**given, "options": options, "min": low, "max": high}

    @model_validator(mode="after")
    def _agree(self) -> Answers:
        values = [option.value for option in self.options]
        if self.kind in PICKED and not (2 <= len(values) <= MOST_OPTIONS and len(set(values)) == len(values)):
            raise PydanticCustomError("answers_options", "no options", {"kind": self.kind, "most": MOST_OPTIONS})
        if self.kind not in PICKED and self.options:
            raise PydanticCustomError("answers_no_options", "options", {"kind": self.kind})
        if self.most and self.kind != "words":
            raise PydanticCustomError("answers_most", "not in words", {"kind": self.kind})
        if self.min > self.max:
            raise PydanticCustomError("answers_ends", "min above max", {"low": f"{self.min:g}", "high": f"{self.max:g}"})
        if self.classes and not (len(self.classes) < MOST_CLASSES and list(self.classes) == self._list_within(self.classes)):
            raise PydanticCustomError("answers_classes", "no classes", {"most": MOST_CLASSES - 1})
        if 0 < self.step < 1 / FAR:
            raise PydanticCustomError("answers_step", "step too small", {"step": f"{self.step:g}"})
        return self

    def _list_within(self, values: Collection[float]) -> list[float]:
        return sorted({value for value in values if self.min < value <= self.max})

    @property
    def is_measured(self) -> bool:
        """Whether the answers are numbers, of which a mean may be taken."""
        return self.kind in MEASURED

    @property
    def words(self) -> tuple[AnswerLabel, ...]:
        """The words that exports may use for an answer, and the value of each."""
        return self.options or self.labels

    def list_picked(self, answer: float) -> list[float]:
        """Return the values of the options that an answer picks: one, or as many as there are of `several`."""
        if self.kind != "several":
            return [answer]
        return [option.value for place, option in enumerate(self.options) if int(answer) >> place & 1]

    def join_picked(self, values: Collection[float]) -> float:
        """Return the answer to `several` that picks the options with these values."""
        return float(sum(1 << place for place, option in enumerate(self.options) if option.value in values))

    def admits(self, value: float) -> bool:
        """Return whether `value` is one of the answers; a step of 0 admits every value between the ends."""
        if self.kind in ("choice", "yes_no"):
            return value in {option.value for option in self.options}
        if not (self.min <= value <= self.max):
            return False
        return self.step == 0 or math.isclose((value - self.min) / self.step, round((value - self.min) / self.step), abs_tol=1e-9)

"""Instruments: what was asked, how it is answered and how it is scored, each in one file of `toolkit/instruments`."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.errors import DefinitionError
from toolkit.languages import Language, Words, find_spoken, load_text
from toolkit.shipped import INSTRUMENTS, NORMS
from toolkit.study.definitions import MOST, Definition, Identifier, load_definition

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
#: several of more options than this are no answer that a form asks for.
MOST_OPTIONS = 20


class AnswerLabel(Definition):
    """One answer of the scale and the words that exports may use for it, in each language."""

    value: float
    nl: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


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
    #: what can be picked, of a choice, yes or no, or several.
    options: tuple[AnswerLabel, ...] = ()
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
        if self.min > self.max:
            raise PydanticCustomError("answers_ends", "min above max", {"low": f"{self.min:g}", "high": f"{self.max:g}"})
        if 0 < self.step < 1 / FAR:
            raise PydanticCustomError("answers_step", "step too small", {"step": f"{self.step:g}"})
        return self

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


class Rating(Definition):
    """One of the ways in which every item is rated, for instance now and wanted; with its own answers if they differ."""

    id: Identifier
    label: Words
    answers: Answers | None = None
    #: a rating that is not asked but computed from two others: the first minus the second.
    difference: tuple[str, str] | None = None


class Item(Definition):
    """One question: its official number, its wording if that may be shown, and our own short label."""

    id: Identifier
    number: Annotated[int, Field(ge=-MOST, le=MOST)]
    label: Words = {}
    text: Words = {}
    reverse: bool = False
    #: its own answers, if they are not those of the instrument: a choice among statements.
    answers: Answers | None = None
    #: the answer that the author considers correct (role tables), if there is one.
    key: str = ""
    #: its code in the manual of the instrument, letters and a number, if the manual gives one.
    code: Annotated[str, Field(pattern=r"^([A-Za-z]+[0-9]+)?$")] = ""
    #: further wordings that an export may use for the item.
    also: tuple[str, ...] = ()


class Scale(Definition):
    """A score made from items: their mean or sum, or the first item divided by the second."""

    id: Identifier
    label: Words
    #: the scale as the subject of a sentence ("de bevlogenheid"); without it a sentence quotes the label.
    subject: Words = {}
    items: tuple[str, ...]
    min_answered: Annotated[int, Field(ge=0, le=MOST)] | None = None
    score: Literal["mean", "sum", "share"] = "mean"
    #: the place of the scale in the instrument: total, subscale, or one of its factors.
    kind: Literal["total", "subscale", "factor"] = "factor"
    group: str = ""
    #: the wider factor that this scale is part of, one of the instrument's `key_factors`.
    key_factor: str = ""
    #: about one person's leadership: never per school on a page across schools.
    about_person: bool = False
    explain: Words = {}

    def count_needed(self) -> int:
        """Return how many items must be answered: `min_answered`, or three quarters of them, rounded up."""
        return self.min_answered if self.min_answered is not None else math.ceil(0.75 * len(self.items))


class Version(Definition):
    """A shorter version nested in this instrument: its items, each with the id of the same item here."""

    id: Identifier
    items: dict[str, str]


class Licence(Definition):
    """Who may use the instrument and for what, in words that are shown with it."""

    kind: Literal["own", "open", "research_only", "permission", "closed"]
    notice: Words
    text_shipped: bool


class Instrument(Definition):
    """One instrument: items, scales, answers, versions, source and licence."""

    id: Identifier
    version: str
    name: Words
    about: Words
    source: str
    licence: Licence
    answers: Answers
    roles: tuple[str, ...] = ()
    unit: Literal["person", "school", "team", "meeting"] = "person"
    topic: Literal["engagement", "factors", "culture", "grade", "other"] = "other"
    ratings: tuple[Rating, ...] = ()
    items: tuple[Item, ...]
    #: the scores; none where nothing is asked of which a mean may be taken.
    scales: tuple[Scale, ...] = ()
    groups: dict[str, Words] = {}
    #: wider factors, each the mean of the scales that name it; they are not among the factors proper or counted with them.
    key_factors: dict[str, Words] = {}
    nested: tuple[Version, ...] = ()
    norms: str = ""

    @model_validator(mode="after")
    def _agree(self) -> Instrument:
        known = {item.id for item in self.items}
        for scale in self.scales:
            unknown = [item for item in scale.items if item not in known]
            if unknown:
                raise PydanticCustomError("scale_items", "no items", {"scale": scale.id, "items": ", ".join(unknown)})
            if scale.score == "share" and len(scale.items) != 2:
                raise PydanticCustomError("scale_share", "no share", {"scale": scale.id})
            if scale.key_factor and scale.key_factor not in self.key_factors:
                raise PydanticCustomError("scale_key_factor", "no factor", {"scale": scale.id, "factor": scale.key_factor})
        for place, scale in enumerate(self.scales):
            self._check_kinds(scale, place)
        for place, item in enumerate(self.items):
            if item.key and self.find_key(item) is None:
                raise PydanticCustomError("item_key", "no option", {"item": item.id, "named": item.key, "table": "items", "at": place})
        for rating in self.ratings:
            if unscored := [part for part in rating.difference or () if part not in self.scored_ratings]:
                raise PydanticCustomError("rating_difference", "no numbers", {"rating": rating.id, "other": unscored[0]})
        for key, entries in (("items", self.items), ("scales", self.scales), ("ratings", self.ratings)):
            ids = [entry.id for entry in entries]
            if twice := [place for place, id in enumerate(ids) if id in ids[:place]]:
                raise PydanticCustomError("ids_twice", "same id", {"table": key, "id": ids[twice[0]], "at": twice[0]})
        if self.topic == "factors" and not any(scale.kind == "factor" for scale in self.scales):
            raise PydanticCustomError("factors_none", "no factor")
        return self

    def _check_kinds(self, scale: Scale, place: int) -> None:
        """Refuse a scale over answers of which no mean can be taken, or over items whose answers are not those of the instrument."""
        where = {"scale": scale.id, "table": "scales", "at": place}
        for item in (item for item in self.items if item.id in scale.items):
            answers = self.find_answers(self.scored_ratings[0], item)
            if not answers.is_measured:
                raise PydanticCustomError("scale_kind", "no mean", where | {"item": item.id, "kind": answers.kind})
            if item.answers and scale.score != "share":
                raise PydanticCustomError("scale_answers", "other answers", where | {"item": item.id})

    @cached_property
    def asked_ratings(self) -> tuple[str, ...]:
        """The ratings that are asked; ("",) for an instrument with only one."""
        return tuple(rating.id for rating in self.ratings if rating.difference is None) or ("",)

    @cached_property
    def scored_ratings(self) -> tuple[str, ...]:
        """The ratings that are asked in numbers, of which scales are made; those in options have shares."""
        return tuple(rating for rating in self.asked_ratings if self.find_answers(rating).is_measured) or self.asked_ratings[:1]

    @cached_property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that are answered in numbers in each rating that is scored."""
        return tuple(item for item in self.items if self.find_answers(self.scored_ratings[0], item).is_measured)

    @cached_property
    def picked(self) -> tuple[tuple[Item, str, Answers], ...]:
        """The questions answered by picking, each with its rating and its answers."""
        asked = [(item, rating, self.find_answers(rating, item)) for item in self.items for rating in self.asked_ratings]
        return tuple((item, rating, answers) for item, rating, answers in asked if answers.kind in PICKED)

    @cached_property
    def worded(self) -> tuple[tuple[Item, str, Answers], ...]:
        """The questions answered in words of one's own, each with its rating and its answers."""
        asked = [(item, rating, self.find_answers(rating, item)) for item in self.items for rating in self.asked_ratings]
        return tuple((item, rating, answers) for item, rating, answers in asked if answers.kind in WORDED)

    @cached_property
    def key_words(self) -> tuple[tuple[Item, str, str], ...]:
        """The questions answered in key words, each with its rating and the column of `responses` that holds these, one to a line."""
        asked = [(item, rating) for item, rating, answers in self.worded if answers.kind == "words"]
        return tuple((item, rating, f"{self.name_column(item.id, rating)}:words") for item, rating in asked)

    @cached_property
    def columns(self) -> dict[str, tuple[Item, str]]:
        """The item columns of `responses`, each with its item and rating."""
        return {self.name_column(item.id, rating): (item, rating) for item in self.items for rating in self.asked_ratings}

    def name_column(self, item: str, rating: str = "") -> str:
        """Return the name of the column in `responses` that holds the answers to `item`."""
        return "_".join(part for part in (self.id, item, rating) if part)

    def find_answers(self, rating: str = "", item: Item | None = None) -> Answers:
        """Return the answers that apply to `rating`, or those of an `item` that has its own."""
        if item is not None and item.answers is not None:
            return item.answers
        return next((entry.answers for entry in self.ratings if entry.id == rating and entry.answers), self.answers)

    def find_key(self, item: Item) -> AnswerLabel | None:
        """Return the option that the author of the instrument considers right, by its value or one of its words; None if there is none."""
        asked = [self.find_answers(rating, item) for rating in self.asked_ratings]
        options = [option for answers in asked for option in answers.options]
        return next((option for option in options if item.key in (f"{option.value:g}", *option.nl, *option.en)), None)

    def find_scale(self, id: str) -> Scale:
        """Return the scale with this id."""
        return next(scale for scale in self.scales if scale.id == id)

    def find_rating(self, id: str) -> Rating | None:
        """Return the rating with this id, or None for the only rating of an instrument."""
        return next((rating for rating in self.ratings if rating.id == id), None)


class NormGroup(Definition):
    """Cut points of one norm group, and whether they were checked against its source."""

    instrument: str
    source: str
    country: str
    year: int
    n: int
    verified: bool
    note: str = ""
    percentiles: tuple[int, ...] = ()
    #: per scale, the upper end of each category except the last.
    cuts: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    mean: dict[str, float] = Field(default_factory=dict)
    sd: dict[str, float] = Field(default_factory=dict)


def list_instruments(folder: Path | None = None) -> list[str]:
    """Return the ids of the shipped instruments and of those in `folder`.

    Parameters
    ----------
    folder
        A folder with instruments of your own.

    Returns
    -------
    list of str
        The ids, for the study file and for `load_instrument`.

    Examples
    --------
    >>> import toolkit as plg
    >>> "energie_own9" in plg.list_instruments()
    True
    """
    folders = [INSTRUMENTS] + ([folder] if folder and folder.is_dir() else [])
    return sorted({path.stem for place in folders for path in place.glob("*.toml")})


def load_instrument(id: str, folder: Path | None = None, language: Language | None = None) -> Instrument:
    """Return the instrument `id`, from `folder` or else from those shipped.

    Parameters
    ----------
    id
        As `list_instruments` gives it.
    folder
        A folder with instruments of your own, which go first.
    language
        "nl" or "en", for the words of an error; without it that of the machine.

    Returns
    -------
    Instrument
        Items, scales, answers, source and licence.

    Raises
    ------
    DefinitionError
        If it is missing or invalid.

    Examples
    --------
    >>> import toolkit as plg
    >>> instrument = plg.load_instrument("energie_own9")
    >>> [scale.id for scale in instrument.scales], instrument.answers.max
    (['total', 'energy', 'meaning', 'focus'], 6.0)
    """
    known = list_instruments(folder)
    text = load_text(language or find_spoken())
    if id not in known:
        what = text.say("faults.what.instrument")
        raise DefinitionError(text.find_fault("unknown", f"{id}.toml", what=what, name=id, mend=text.suggest(id, known)))
    path = locate_instrument(id, folder)
    return _load(path, path.stat().st_mtime_ns, text.language)


def is_own_instrument(folder: Path, file: str) -> bool:
    """Return whether `folder` holds an instrument of this name, which may be none that a file can have."""
    return file in {path.name for path in folder.glob("*.toml")}


def locate_instrument(id: str, folder: Path | None = None) -> Path:
    """Return the file of the instrument `id`: in `folder` (the study's own instruments) or else among those shipped."""
    own = folder / f"{id}.toml" if folder else None
    return own if own and own.is_file() else INSTRUMENTS / f"{id}.toml"


@cache
def _load(path: Path, _changed: int, language: Language) -> Instrument:
    instrument = load_definition(path, Instrument, language)
    if instrument.id != path.stem:
        raise DefinitionError(load_text(language).find_fault("id_of_file", path.name, id=instrument.id, name=path.stem))
    return instrument


def load_norms(instrument: Instrument) -> NormGroup | None:
    """Return the norm group that goes with `instrument`, or None if there is none."""
    return load_definition(NORMS / instrument.norms, NormGroup) if instrument.norms else None

"""Instruments: what was asked, how it is answered and how it is scored, each in one file of `toolkit/instruments`."""

from __future__ import annotations

import math
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.errors import DefinitionError
from toolkit.languages import Language, Words, find_spoken, load_text
from toolkit.shipped import INSTRUMENTS, NORMS
from toolkit.study.definitions import MOST, Definition, Identifier, load_definition

#: no answer lies farther from 0: counts of minutes or people do not.
FAR = 10_000_000


class AnswerLabel(Definition):
    """One answer of the scale and the words that exports may use for it, in each language."""

    value: float
    nl: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Answers(Definition):
    """The possible answers: from `min` to `max` in steps of `step`, or one of the `labels` if `kind` is choice."""

    kind: Literal["number", "choice", "count"] = "number"
    min: Annotated[float, Field(ge=-FAR, le=FAR)]
    max: Annotated[float, Field(ge=-FAR, le=FAR)]
    step: Annotated[float, Field(ge=0, le=FAR)] = 1
    labels: tuple[AnswerLabel, ...] = ()
    #: words that mean "no answer", for instance "weet niet".
    missing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> Answers:
        if self.min > self.max:
            raise PydanticCustomError("answers_ends", "min above max", {"low": f"{self.min:g}", "high": f"{self.max:g}"})
        if 0 < self.step < 1 / FAR:
            raise PydanticCustomError("answers_step", "step too small", {"step": f"{self.step:g}"})
        return self

    def admits(self, value: float) -> bool:
        """Return whether `value` is one of the answers; a step of 0 admits every value between the ends."""
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
    scales: tuple[Scale, ...]
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
        for key, entries in (("items", self.items), ("scales", self.scales), ("ratings", self.ratings)):
            ids = [entry.id for entry in entries]
            if twice := [place for place, id in enumerate(ids) if id in ids[:place]]:
                raise PydanticCustomError("ids_twice", "same id", {"table": key, "id": ids[twice[0]], "at": twice[0]})
        if self.topic == "factors" and not any(scale.kind == "factor" for scale in self.scales):
            raise PydanticCustomError("factors_none", "no factor")
        return self

    @cached_property
    def asked_ratings(self) -> tuple[str, ...]:
        """The ratings that are asked; ("",) for an instrument with only one."""
        return tuple(rating.id for rating in self.ratings if rating.difference is None) or ("",)

    @cached_property
    def columns(self) -> dict[str, tuple[Item, str]]:
        """The item columns of `responses`, each with its item and rating."""
        return {self.name_column(item.id, rating): (item, rating) for item in self.items for rating in self.asked_ratings}

    def name_column(self, item: str, rating: str = "") -> str:
        """Return the name of the column in `responses` that holds the answers to `item`."""
        return "_".join(part for part in (self.id, item, rating) if part)

    def find_answers(self, rating: str = "") -> Answers:
        """Return the answers that apply to `rating`."""
        return next((entry.answers for entry in self.ratings if entry.id == rating and entry.answers), self.answers)

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

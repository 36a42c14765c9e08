"""Instruments: what was asked, how it is answered and how it is scored, each in one file of `toolkit/instruments`."""

from __future__ import annotations

import math
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from toolkit.errors import DefinitionError
from toolkit.languages import Language, Words, find_spoken, load_text
from toolkit.shipped import INSTRUMENTS
from toolkit.study.answers import MEASURED, PICKED, WORDED, AnswerLabel, Answers
from toolkit.study.definitions import MOST, Definition, Identifier, load_definition
from toolkit.study.side_by_side import fill_differences, set_side_by_side

#: the items of an instrument that asks what people expect of the factors of another.
EXPECTED = ("high", "low")


class Rating(Definition):
    """One of the ways in which every item is rated, for instance now and wanted; with its own answers if they differ."""

    id: Identifier
    label: Words
    answers: Answers | None = None
    #: a rating that is not asked but computed from two others: the first minus the second.
    difference: tuple[str, str] | None = None
    #: a rating that is not asked but follows people from one rating, at the first measurement, to another one, at the later ones.
    change: tuple[str, str] | None = None
    #: the measurements that ask it, where they are not all: the first one of a school, or those that came later.
    asked: Literal["", "first", "later"] = ""
    #: whether it says what is aimed at: a target, or what is wanted.
    aim: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The two ratings that it is computed from; none for a rating that is asked."""
        return self.difference or self.change or ()


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
    """A score made from items: their mean or sum, the first item divided by the second, or one scale minus another."""

    id: Identifier
    label: Words
    #: the scale as the subject of a sentence ("de bevlogenheid"); without it a sentence quotes the label.
    subject: Words = {}
    items: tuple[str, ...]
    min_answered: Annotated[int, Field(ge=0, le=MOST)] | None = None
    score: Literal["mean", "sum", "share", "difference"] = "mean"
    #: two other scales: this one is the first minus the second, per person, and rests on the items of both.
    difference: tuple[str, str] | None = None
    #: the place of the scale in the instrument: total, subscale, or one of its factors.
    kind: Literal["total", "subscale", "factor"] = "factor"
    group: str = ""
    #: the wider factor that this scale is part of, one of the instrument's `key_factors`.
    key_factor: str = ""
    #: about one person's leadership: never per school on a page across schools.
    about_person: bool = False
    #: its mean is never read without how far people differ: their spread and agreement stand beside it.
    spread: bool = False
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


def _say_alike(given: object) -> object:
    """Return one text as that of both languages."""
    return {"nl": given, "en": given} if isinstance(given, str) else given


class Instrument(Definition):
    """One instrument: items, scales, answers, versions, source and licence."""

    id: Identifier
    version: str
    name: Words
    about: Words
    #: in both languages, or one text for both: a reference.
    source: Annotated[Words, BeforeValidator(_say_alike)]
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
    #: how the report draws its scales, where that doesn't follow from them: stages in order as the rungs of a ladder; or a quadrant, of
    #: scales by two ratings, or of schools by two scales.
    figure: Literal["", "ladder", "quadrant"] = ""
    #: the instrument whose factors, in their order, are the options here: people picked which they expect to come out high and low.
    expects: str = ""

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        """Add what a file need not say: the items of a difference of two scales, and the differences between ratings in numbers."""
        return set_side_by_side(fill_differences(given), MEASURED)

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
        for place, rating in enumerate(self.ratings):
            if unscored := [part for part in rating.parts if part not in self.scored_ratings]:
                raise PydanticCustomError("rating_difference", "no numbers", {"rating": rating.id, "other": unscored[0]})
            aims = [entry.id for entry in self.ratings if entry.aim]
            if rating.difference and aims and rating.difference[1] in aims:
                raise PydanticCustomError("rating_aim", "turned round", {"aim": rating.difference[1], "table": "ratings", "at": place})
        for key, entries in (("items", self.items), ("scales", self.scales), ("ratings", self.ratings)):
            ids = [entry.id for entry in entries]
            if twice := [place for place, id in enumerate(ids) if id in ids[:place]]:
                raise PydanticCustomError("ids_twice", "same id", {"table": key, "id": ids[twice[0]], "at": twice[0]})
        if self.figure == "quadrant" and not self.crossed and not any(rating.difference for rating in self.ratings):
            raise PydanticCustomError("figure_quadrant", "no two")
        if self.topic == "factors" and not any(scale.kind == "factor" for scale in self.scales):
            raise PydanticCustomError("factors_none", "no factor")
        return self

    def _check_kinds(self, scale: Scale, place: int) -> None:
        """Refuse a scale over answers of which no mean can be taken, or over items whose answers are not those of the instrument."""
        where = {"scale": scale.id, "table": "scales", "at": place}
        others = {other.id for other in self.scales if other.score != "difference"}
        parts = scale.difference or ()
        if (scale.score == "difference") != bool(parts) or len(set(parts)) != len(parts) or not others.issuperset(parts):
            raise PydanticCustomError("scale_difference", "no two scales", where)
        for item in (item for item in self.items if item.id in scale.items):
            answers = self.find_answers(self.scored_ratings[0], item)
            if not answers.is_measured:
                raise PydanticCustomError("scale_kind", "no mean", where | {"item": item.id, "kind": answers.kind})
            if item.answers and scale.score != "share":
                raise PydanticCustomError("scale_answers", "other answers", where | {"item": item.id})

    @cached_property
    def asked_ratings(self) -> tuple[str, ...]:
        """The ratings that are asked; ("",) for an instrument with only one."""
        return tuple(rating.id for rating in self.ratings if not rating.parts) or ("",)

    @cached_property
    def scored_ratings(self) -> tuple[str, ...]:
        """The ratings that are asked in numbers, of which scales are made; those in options have shares."""
        return tuple(rating for rating in self.asked_ratings if self.find_answers(rating).is_measured) or self.asked_ratings[:1]

    @cached_property
    def crossed(self) -> tuple[str, ...]:
        """The two scales of a quadrant, upright and across: those of a difference, or the only two; none where several ratings have it."""
        pair = next((scale.difference for scale in self.scales if scale.difference), tuple(scale.id for scale in self.scales))
        personal = any(scale.about_person for scale in self.scales)
        return pair if len(pair) == 2 and len(self.scored_ratings) == 1 and not personal else ()

    @cached_property
    def leading_rating(self) -> str:
        """The rating that stands for the instrument where there is room for one: the first that says what is, not an aim or expectation."""
        rated = [self.find_rating(id) for id in self.scored_ratings]
        return next((each.id for each in rated if each and not each.aim and each.asked != "first"), self.scored_ratings[0])

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

    def find_scale_answers(self, scale: str, rating: str = "") -> Answers:
        """Return what a scale runs over in `rating`: its answers; for a difference from all of the second to all of the first."""
        answers = self.find_answers(rating)
        if self.find_scale(scale).score != "difference":
            return answers
        reach = answers.max - answers.min
        return Answers(min=-reach, max=reach, step=0)

    def find_key(self, item: Item) -> AnswerLabel | None:
        """Return the option that the author of the instrument considers right; None if there is none."""
        return self.find_option(item, item.key)

    def find_option(self, item: Item, name: str) -> AnswerLabel | None:
        """Return the option of an item with this value or one of these words; None if there is none."""
        asked = [self.find_answers(rating, item) for rating in self.asked_ratings]
        options = [option for answers in asked for option in answers.options]
        return next((option for option in options if name in (f"{option.value:g}", *option.nl, *option.en)), None)

    @property
    def scored_scales(self) -> tuple[Scale, ...]:
        """The scales, and then a scale for each of the `key_factors`: about all items of the scales that name it."""
        return (*self.scales, *(self._widen(factor) for factor in self.key_factors))

    def _widen(self, factor: str) -> Scale:
        parts = self.list_parts(factor)
        items = tuple(item for part in parts for item in part.items)
        personal = any(part.about_person for part in parts)
        return Scale(id=factor, label=self.key_factors[factor], items=items, kind="subscale", about_person=personal)

    def list_parts(self, factor: str) -> list[Scale]:
        """Return the scales that make up a key factor."""
        return [scale for scale in self.scales if scale.key_factor == factor]

    def find_scale(self, id: str) -> Scale:
        """Return the scale, or the key factor, with this id."""
        return next((scale for scale in self.scales if scale.id == id), None) or next(s for s in self.scored_scales if s.id == id)

    def find_rating(self, id: str) -> Rating | None:
        """Return the rating with this id, or None for the only rating of an instrument."""
        return next((rating for rating in self.ratings if rating.id == id), None)

    def find_gap(self) -> Rating | None:
        """Return the computed rating that says how far what is aimed at lies away; None where no rating is an aim, except of factors."""
        computed = [rating for rating in self.ratings if rating.difference]
        aims = [rating.id for rating in self.ratings if rating.aim or self.topic == "factors"]
        return next((rating for rating in computed if rating.difference and rating.difference[0] in aims), None)


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
    own = (path.stem for path in folder.glob("*.toml")) if folder and folder.is_dir() else ()
    return sorted({*_list_shipped(), *own})


@cache
def _list_shipped() -> tuple[str, ...]:
    return tuple(path.stem for path in INSTRUMENTS.glob("*.toml"))


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

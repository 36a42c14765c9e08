"""Waves and schools: those that texts, dates or the names of files suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pandas as pd

from toolkit.column_names import place_wave
from toolkit.new_study.column_roles import Doubt, shorten, split_name
from toolkit.new_study.recognition import Recognised
from toolkit.spelling import find_nearest, fold, fold_words

#: how alike the names of two schools are that may be one.
ALIKE = 0.85
#: words in the name of a file that are no part of a school's name: what tools and people call the file itself.
NO_NAME = re.compile(
    r"results?|resultaten|surveys?\d*|enquetes?|vragenlijst(en)?|export(s|ed)?|data|dataset|antwoorden|responses?|reacties|plg|plc"
    r"|def|definitief|final|versie|version|kopie|copy|spss|excel|csv|xlsx|qualtrics|limesurvey|forms"
)
MONTH = re.compile(
    "jan(uari|uary)?|feb(ruari|ruary)?|maart|march|mrt|mar|apr(il)?|mei|may|june?|juni|july?|juli|aug(ustus|ust)?|sept?(ember)?"
    "|okt(ober)?|oct(ober)?|nov(ember)?|dec(ember)?"
)
#: what a moment begins with, beside a day and a month: a year, or a number too long to be one of a school.
MOMENT = re.compile(r"(19|20)\d\d|\d{5,}")


def make_identifier(text: str, fallback: str) -> str:
    """Return an id made of `text`: small letters, digits and underscores; with `fallback` before it where it starts with no letter.

    >>> make_identifier("Nulmeting 2025", "wave"), make_identifier("1", "wave"), make_identifier("…", "wave")
    ('nulmeting_2025', 'wave_1', 'wave')
    """
    words = "_".join(word for word in fold_words(text).encode("ascii", "ignore").decode().split() if word)
    return words if words[:1].isalpha() else f"{fallback}_{words}".rstrip("_")


@dataclass
class Wave:
    """One measurement as the exports name it: its words, its place in the order as far as a word tells, and the dates of its answers."""

    words: list[str]
    place: int | None
    dates: list[pd.Timestamp] = field(default_factory=list)
    #: whether a date is from a name, not of answers.
    of_name: bool = False
    #: in a study of cohorts: which moment of the trajectory it is, and its date in each cohort that held it, None where that is not known.
    role: str | int = ""
    cohorts: dict[str, pd.Timestamp | None] = field(default_factory=dict)
    #: what readers see, where that is not its first word.
    label: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id that its first word becomes."""
        return make_identifier(self.words[0], "wave")

    @property
    def date(self) -> pd.Timestamp | None:
        """The middle of the dates of its answers, None where there are none."""
        return sorted(self.dates)[(len(self.dates) - 1) // 2] if self.dates else None


@dataclass(frozen=True)
class Waves:
    """The measurements in order."""

    waves: tuple[Wave, ...]

    def find(self, entry: Recognised) -> str:
        """Return the id of the wave that a whole sheet is of, "" where its rows tell or nothing does."""
        word = "" if entry.words["wave"] or (entry.told and len(entry.told.waves) > 1) else name_wave(entry)
        return next((wave.id for wave in self.waves if word and word in wave.words), "")

    def name_word(self, word: str) -> str:
        """Return the id of the wave that a word stands for."""
        return next(wave.id for wave in self.waves if word in wave.words)

    def map_words(self, entry: Recognised) -> dict[str, str]:
        """Return the words of a sheet's wave column that are no wave's id or label, each with the wave's id."""
        return {
            word: wave.id
            for word in entry.words["wave"]
            for wave in self.waves
            if word in wave.words and fold(word) not in (fold(wave.id), fold(wave.words[0]))
        }

    def list_entries(self) -> list[dict[str, Any]]:
        """Return the entries of [[waves]]."""
        return [
            {"id": wave.id, **self._list_dates(wave), "label": wave.label or dict.fromkeys(("nl", "en"), wave.words[0])}
            for wave in self.waves
        ]

    def _list_dates(self, wave: Wave) -> dict[str, Any]:
        """Return the date of a wave; or, in a study of cohorts, its role and its date in each cohort, None where one is not known."""
        if not wave.cohorts:
            return {"date": wave.date.date() if wave.date is not None else None}
        dates = {name: day.date() for name, day in wave.cohorts.items() if day is not None}
        return {"role": wave.role, "date": None, "dates": dates if len(dates) == len(wave.cohorts) else None}

    def list_comparisons(self) -> list[dict[str, Any]]:
        """Return the entries of [[comparisons]]: the first wave with the last, of those that most cohorts held."""
        most = max((len(wave.cohorts) for wave in self.waves), default=0)
        held = [wave for wave in self.waves if len(wave.cohorts) == most]
        compared = held if len(held) > 1 else self.waves
        if len(compared) < 2:
            return []
        return [{"id": "before_after", "before": compared[0].id, "after": compared[-1].id, "planned": False}]


def name_wave(entry: Recognised) -> str:
    """Return the word for a measurement that was told of a sheet, or that is in its name or else in that of its file."""
    if entry.told:
        return entry.told.waves[0][0]
    sheet = str(entry.layout.get("sheet", ""))
    return split_name(sheet)[0] or split_name(entry.path.stem)[0]


def place_waves(found: Sequence[Recognised], doubts: list[Doubt]) -> Waves:
    """Return the measurements that columns and names tell of, in order; words for one and the same are put together, which is doubted."""
    waves: dict[int | str, Wave] = {}
    numbered = [word for entry in found for word in _list_words(entry) if any(character.isdigit() for character in word)]
    numbers = sorted({place for word in numbered if (place := place_wave(word)) is not None})
    for entry in found:
        for word in _list_words(entry):
            place = _settle(place_wave(word), numbers)
            wave = waves.setdefault(fold(word) if place is None else place, Wave([], place))
            wave.words += [word] if word not in wave.words else []
            dates = _find_told(entry, word) if entry.told else entry.dates.get(fold(word) if entry.words["wave"] else "")
            wave.dates += [dates] if dates is not None else []
            wave.of_name |= bool(entry.told and entry.told.of_name)
    ordered = _sort_waves(list(waves.values())) or [Wave(["wave 1"], None, [entry.dates[""] for entry in found if "" in entry.dates])]
    _doubt_waves(found, ordered, told=bool(waves), doubts=doubts)
    return Waves(tuple(ordered))


def _list_words(entry: Recognised) -> list[str]:
    """Return the words for measurements in a sheet: those of its wave column, or else the one in its name."""
    if entry.told:
        return [word for word, _ in entry.told.waves]
    return list(entry.words["wave"]) or [word for word in [name_wave(entry)] if word]


def _find_told(entry: Recognised, word: str) -> pd.Timestamp | None:
    """Return the date that was told of a measurement."""
    return next((date for told, date in entry.told.waves if told == word), None) if entry.told else None


def _settle(place: int | None, numbers: list[int]) -> int | None:
    """Return the place of a word where some files number two measurements and others call them before and after."""
    if len(numbers) != 2 or place is None:
        return place
    return {0: numbers[0], 90: numbers[1]}.get(place, place)


def _sort_waves(waves: list[Wave]) -> list[Wave]:
    """Return measurements by date where all have one, or else by what their names tell."""
    dates = {id(wave): wave.date for wave in waves}
    if all(date is not None for date in dates.values()):
        return sorted(waves, key=lambda wave: dates[id(wave)] or pd.Timestamp(0))
    return sorted(waves, key=lambda wave: 50 if wave.place is None else wave.place)


def _doubt_waves(found: Sequence[Recognised], waves: list[Wave], *, told: bool, doubts: list[Doubt]) -> None:
    if not told:
        doubts.append(Doubt("waves_none", "waves", ""))
    for entry in found if told else ():
        if not _list_words(entry):
            doubts.append(Doubt("wave_unknown", "sources", "wave", {"value": entry.path.name, "place": _find_place(found, entry)}))
    for place, wave in enumerate(waves):
        if len({fold(word) for word in wave.words}) > 1:
            doubts.append(Doubt("waves_same", "waves", "id", {"value": shorten(wave.words), "place": place}))
        if wave.of_name:
            doubts.append(Doubt("date_of_name", "waves", "date", {"place": place}))
        else:
            doubts.append(Doubt("date_missing" if wave.date is None else "date_of_answers", "waves", "date", {"place": place}))


def _find_place(found: Sequence[Recognised], entry: Recognised) -> int:
    return next(number for number, other in enumerate(found) if other is entry)


@dataclass(frozen=True)
class Schools:
    """The schools: the words of columns as they were found, and the school of each sheet without such a column (by its file)."""

    words: tuple[str, ...]
    files: dict[str, str]
    #: words that were taken for another one's school.
    joined: dict[str, str] = field(default_factory=dict)
    #: the cohort of each school, where there are cohorts.
    cohorts: dict[str, str] = field(default_factory=dict)

    def find(self, entry: Recognised) -> str:
        """Return the code of the school that a whole file is of, "" where its rows tell or nothing does."""
        return "" if entry.words["school"] else self.files.get(str(entry.path), "")

    def map_words(self, entry: Recognised) -> dict[str, str]:
        """Return the words of a sheet's school column that were taken for another one's school, each with its code."""
        known = {fold(word): school for word, school in self.joined.items()}
        return {word: known[fold(word)] for word in entry.words["school"] if fold(word) in known}

    def list_entries(self) -> list[dict[str, Any]]:
        """Return the entries of [[schools]]."""
        own = [{"cohort": self.cohorts.get(word)} if self.cohorts else {} for word in self.words]
        return [{"id": word, "name": word} | cohort for word, cohort in zip(self.words, own, strict=True)]


def name_school(name: str, rest: str) -> str:
    """Return the school that a file's name tells of: `rest` (the name without its measurement), as written, without dates and the like.

    >>> name_school("HetKompas_PLG_na_June 22, 2026_09.40", "hetkompas plg june 22 2026 09 40")
    'HetKompas'
    >>> name_school("results-survey481516 De Brug voor", "results survey481516 de brug"), name_school("export 2", "export 2")
    ('De Brug', 'export 2')
    """
    words = rest.split()
    kept = list(_drop_dates([word for word in words if not NO_NAME.fullmatch(word)]))
    told = kept if any(word.isalpha() for word in kept) else words
    written = {fold_words(part): part for part in re.split(r"[\s_,.()\[\]-]+", name) if part}
    return " ".join(written.get(word, word) for word in told)


def _drop_dates(words: Sequence[str]) -> Iterator[str]:
    """Yield `words` without years, long numbers, days and months before a year, and the numbers that follow one of these.

    >>> list(_drop_dates("sint jan 2 9 jan 2026 10 12".split()))
    ['sint', 'jan', '2']
    """
    within = False
    for place, word in enumerate(words):
        near = [*words[place + 1 : place + 3], "", ""]
        year = near[1] if near[0].isdigit() and not MOMENT.fullmatch(near[0]) else near[0]
        month = MONTH.fullmatch(word) is not None and MOMENT.fullmatch(year)
        day = word.isdigit() and MONTH.fullmatch(near[0]) is not None and MOMENT.fullmatch(near[1])
        within = bool(month or day) or MOMENT.fullmatch(word) is not None or (within and word.isdigit())
        if not within:
            yield word


def place_schools(found: Sequence[Recognised], doubts: list[Doubt]) -> Schools:
    """Return the schools that columns tell of, and those that the names of files without such a column differ by, which is doubted."""
    words = _unite(word for entry in found for word in entry.words["school"])
    silent = {
        str(entry.path): name_school(entry.path.stem, entry.told.name if entry.told else split_name(entry.path.stem)[1])
        for entry in found
        if not entry.words["school"]
    }
    stems = _unite(stem for stem in silent.values() if stem)
    files: dict[str, str] = {}
    if len(stems) > 1:
        files = {path: stem for path, stem in silent.items() if stem}
        doubts.append(Doubt("schools_from_names", "schools", "", {"value": shorten(stems)}))
    elif silent and not words:
        files = dict.fromkeys(silent, "school1")
        doubts.append(Doubt("school_one", "schools", ""))
    elif silent:
        doubts.append(
            Doubt("school_unknown", "sources", "school", {"value": shorten(sorted({path.rsplit("/", 1)[-1] for path in silent}))})
        )
    schools = _unite([*words, *files.values()])
    for first, second in combinations(schools, 2) if len(schools) <= 200 else ():
        if find_nearest(first, [second], ALIKE) and not differ_by_number(first, second):
            doubts.append(Doubt("schools_alike", "schools", "", {"value": first, "expected": second}))
    return Schools(tuple(schools), files)


def _unite(words: Iterable[str]) -> list[str]:
    """Return words once each, whatever their case and accents, in order."""
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(fold(word), word)
    return list(found.values())


def differ_by_number(first: str, second: str) -> bool:
    """Return whether two names are numbered: s1 and s2 are two schools."""
    return [character for character in first if character.isdigit()] != [character for character in second if character.isdigit()]

"""Cohorts: schools that walk the same measurements in different years, as the dates of answers or the years in names show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from toolkit.findings import Notes
from toolkit.languages import load_text
from toolkit.new_study.column_roles import Doubt, shorten
from toolkit.new_study.dates import split_date
from toolkit.new_study.recognition import Recognised
from toolkit.new_study.shared_codes import read_column
from toolkit.new_study.waves_and_schools import Schools, Wave, Waves
from toolkit.responses.rows import read_dates
from toolkit.spelling import fold, fold_words

#: two schools that held one measurement so many days apart held it in different years, and not late.
APART = 150
#: by how many days the time between two measurements may differ from cohort to cohort.
ALIKE = 120
#: by how many days the first measurements of two cohorts may miss a whole number of years.
WHOLE = 60
YEAR = re.compile(r"\b20\d\d\b")
#: what tells the role of a measurement: the place of its word in the order of measurements.
ROLES = {0: "before", 90: "after", 95: "follow_up"}
#: what tells a day, the surest last: a year in a name, a date in a name, or the answers.
BY_YEAR, BY_NAME, BY_ANSWERS = range(3)


@dataclass(frozen=True)
class Parting:
    """Cohorts as sets of schools, the earliest first, and per cohort which measurement is its first, second and so on; -1 for none."""

    schools: tuple[frozenset[str], ...]
    moments: tuple[tuple[int, ...], ...]

    @property
    def is_joined(self) -> bool:
        """Whether cohorts held measurements of their own, which are now taken for the same moment."""
        return any(len(set(own) - {-1}) > 1 for own in zip(*self.moments, strict=True))


def tell_cohorts(found: Sequence[Recognised], waves: Waves, schools: Schools, doubts: list[Doubt]) -> tuple[Waves, Schools]:
    """Return measurements with a date per cohort and schools with their cohort, each doubted; as they came, where nothing shows cohorts."""
    rows = [part for entry in found if len(part := _list_days(entry, waves, schools))]
    days = _find_days(pd.concat(rows, ignore_index=True)) if rows else pd.DataFrame()
    parting = (_part_by_year(days) or _part_by_wave(days)) if len(days) else None
    if parting is None:
        return waves, schools
    names = _name_cohorts(days, parting)
    doubts[:] = [doubt for doubt in doubts if doubt.table != "waves" or doubt.key not in ("id", "date")]
    cohorts = {school: name for name, own in zip(names, parting.schools, strict=True) for school in own}
    told = [_join_moment(place, days, waves, parting, names) for place in range(len(parting.moments[0]))]
    _doubt_waves(told, names, days, parting, doubts)
    _doubt_schools(schools, cohorts, days, doubts)
    return Waves(tuple(told)), replace(schools, cohorts=cohorts)


def _list_days(entry: Recognised, waves: Waves, schools: Schools) -> pd.DataFrame:
    """Return the school, the place of the wave, the day and what told it, of each row of a sheet that has all of these."""
    spelled = {fold(word): schools.joined.get(word, word) for word in (*schools.words, *schools.joined)}
    school = [spelled.get(fold(text), "") for text in read_column(entry, "school", schools.find(entry))]
    day = _read_days(entry)
    by = BY_ANSWERS
    if day.isna().all() and (said := _find_said(entry)):
        day = pd.Series(said[0], index=day.index)
        by = said[1]
    frame = pd.DataFrame({"school": school, "day": day, "by": by})
    parts = [frame.assign(wave=wave) for wave in _list_places(entry, frame, waves)]
    told = pd.concat(parts, ignore_index=True)
    return told[(told["school"] != "") & (told["wave"] >= 0) & told["day"].notna()]


def _read_days(entry: Recognised) -> pd.Series:
    places = entry.sheet.find_columns(entry.layout["date"])[:1] if "date" in entry.layout and "wave_columns" not in entry.layout else []
    days = read_dates(entry.sheet, places[0], Notes()) if places else np.full(len(entry.sheet.rows), np.datetime64("NaT", "us"))
    return pd.Series(pd.to_datetime(days)).dt.normalize()


def _find_said(entry: Recognised) -> tuple[pd.Timestamp, int] | None:
    """Return the day that the names of a sheet, its file or its folder tell, the middle of a year where they tell no more, and which."""
    for name in (str(entry.layout.get("sheet", "")), entry.path.stem, entry.path.parent.name):
        date = split_date(name)[0]
        if date:
            return pd.Timestamp(date if len(date) > len("2025-09") else f"{date}-15"), BY_NAME
        if year := YEAR.search(fold_words(name)):
            return pd.Timestamp(int(year[0]), 7, 1), BY_YEAR
    return None


def _list_places(entry: Recognised, rows: pd.DataFrame, waves: Waves) -> list[list[int]]:
    """Return the place of the wave of each row, in a list for each measurement that a row holds; -1 where nothing tells it."""
    named = {fold(word): place for place, wave in enumerate(waves.waves) for word in wave.words}
    if "wave_columns" in entry.layout:
        return [[named[fold(word)]] * len(rows) for word in entry.layout["wave_columns"]]
    if entry.told and len(entry.told.waves) > 1:
        places = [(date, named[fold(word)]) for word, date in entry.told.waves if date is not None]
        return [[-1 if pd.isna(day) else min((abs(date - day), place) for date, place in places)[1] for day in rows["day"]]]
    own = waves.find(entry)
    whole = next((place for place, wave in enumerate(waves.waves) if wave.id == own), -1)
    return [[named.get(fold(text), whole) for text in read_column(entry, "wave", "")]]


def _find_days(rows: pd.DataFrame) -> pd.DataFrame:
    """Return per school and wave the middle day and what told it; nothing where a school's answers to one wave lie in different years."""
    groups = rows.groupby(["school", "wave"])["day"]
    spread = groups.quantile(0.9) - groups.quantile(0.1)
    if (spread.dt.days >= APART).any():
        return pd.DataFrame()
    middle = groups.agg(lambda days: days.sort_values().iloc[(len(days) - 1) // 2])
    return pd.DataFrame({"day": middle, "by": rows.groupby(["school", "wave"])["by"].max()}).reset_index()


def _part_by_year(days: pd.DataFrame) -> Parting | None:
    """Return the cohorts where schools held one and the same measurement in different years; None where none did, or it does not fit."""
    clusters = {wave: _cluster(part) for wave, part in days.groupby("wave")}
    groups = [frozenset([school]) for school in dict.fromkeys(days["school"])]
    for cluster in (cluster for parts in clusters.values() for cluster in parts):
        joined = frozenset().union(cluster, *(group for group in groups if group & cluster))
        groups = [group for group in groups if not group & cluster] + [joined]
    for one, other in combinations(groups, 2):
        apart = [len(parts) > 1 for parts in clusters.values() if any(part & one for part in parts) and any(part & other for part in parts)]
        if not apart:
            return None
    twice = any(sum(bool(part & group) for part in parts) > 1 for parts in clusters.values() for group in groups)
    if len(groups) < 2 or twice:
        return None
    own = [days[days["school"].isin(group)] for group in groups]
    ordered = sorted(zip(groups, own, strict=True), key=lambda pair: pair[1]["day"].min())
    held = [set(part["wave"]) for _, part in ordered]
    order = _order_moments([part for _, part in ordered])
    return Parting(tuple(group for group, _ in ordered), tuple(tuple(wave if wave in has else -1 for wave in order) for has in held))


def _cluster(part: pd.DataFrame) -> list[frozenset[str]]:
    """Return the schools that held a measurement in the same period together."""
    ordered = part.sort_values("day", kind="stable")
    numbers = ordered["day"].diff().dt.days.ge(APART).cumsum()
    return [frozenset(group["school"]) for _, group in ordered.groupby(numbers)]


def _order_moments(cohorts: Sequence[pd.DataFrame]) -> list[int]:
    """Return the measurements by how long after the first one of its cohort each was held; those of one time stay in their order."""
    since = pd.concat([part.assign(since=part["day"] - part["day"].min()) for part in cohorts])
    return [int(wave) for wave in since.groupby("wave")["since"].mean().sort_values(kind="stable").index]


def _part_by_wave(days: pd.DataFrame) -> Parting | None:
    """Return the cohorts where schools held measurements of their own, as far apart as those of others; None where they did not."""
    middle = days.groupby("wave")["day"].agg(lambda each: each.sort_values().iloc[(len(each) - 1) // 2])
    held = {str(school): frozenset(part["wave"]) for school, part in days.groupby("school")}
    sets = _gather(held, middle)
    if len(sets) < 2:
        return None
    order = [sorted(own, key=lambda wave: middle[wave]) for own in sets]
    order.sort(key=lambda waves: middle[waves[0]])
    if not all(_fits(one, other, middle) for one, other in combinations(order, 2)):
        return None
    groups = tuple(frozenset(school for school, own in held.items() if own <= set(waves)) for waves in order)
    most = max(len(waves) for waves in order)
    moments = tuple(tuple(waves + [-1] * (most - len(waves))) for waves in order)
    return Parting(groups, moments) if sum(len(group) for group in groups) == len(held) else None


def _gather(held: Mapping[str, frozenset[int]], middle: pd.Series) -> list[frozenset[int]]:
    """Return the measurements of each cohort: those of schools that began together, without schools that only missed some of another's."""
    begun: dict[int, frozenset[int]] = {}
    for waves in held.values():
        first = min(waves, key=lambda wave: middle[wave])
        begun[first] = begun.get(first, frozenset()) | waves
    sets = list(begun.values())
    return [own for own in sets if not any(own < other for other in sets)]


def _fits(one: Sequence[int], other: Sequence[int], middle: pd.Series) -> bool:
    """Return whether two cohorts can be: no measurement of both, begun in different years, and equally long between measurements."""
    apart = (middle[other[0]] - middle[one[0]]).days
    if set(one) & set(other) or apart < APART:
        return False
    since = [((middle[a] - middle[one[0]]).days, (middle[b] - middle[other[0]]).days) for a, b in zip(one, other, strict=False)]
    whole = abs(apart - 365.25 * round(apart / 365.25)) <= WHOLE
    return all(abs(a - b) <= ALIKE for a, b in since) and (whole or min(len(one), len(other)) > 1)


def _name_cohorts(days: pd.DataFrame, parting: Parting) -> list[str]:
    """Return the year in which each cohort began, with the month where another began in that year."""
    first = [days.loc[days["school"].isin(own), "day"].min() for own in parting.schools]
    years = [f"{day:%Y}" for day in first]
    return [year if years.count(year) == 1 else f"{day:%Y-%m}" for year, day in zip(years, first, strict=True)]


def _join_moment(place: int, days: pd.DataFrame, waves: Waves, parting: Parting, names: Sequence[str]) -> Wave:
    """Return one moment of the trajectory: the measurements that are it in each cohort, with the day in each ("" where it is not known)."""
    own = list(dict.fromkeys(moments[place] for moments in parting.moments if moments[place] >= 0))
    joined = Wave([word for wave in own for word in waves.waves[wave].words], waves.waves[own[0]].place)
    for name, schools, moments in zip(names, parting.schools, parting.moments, strict=True):
        part = days[days["school"].isin(schools) & (days["wave"] == moments[place])]
        known = part.loc[part["by"] == part["by"].max(), "day"].sort_values()
        if len(part):
            joined.cohorts[name] = known.iloc[(len(known) - 1) // 2] if part["by"].max() > BY_YEAR else None
    joined.role = ROLES.get(joined.place if joined.place is not None else -1, "")
    if parting.is_joined or not joined.role:
        joined.role = _number_role(place, len(parting.moments[0]))
    if parting.is_joined and isinstance(joined.role, str):
        joined.words.insert(0, joined.role)
        joined.label = {language: load_text(language).say(f"moments.{joined.role}") for language in ("nl", "en")}
    return joined


def _number_role(place: int, count: int) -> str | int:
    """Return the role of a measurement by its place among all of them."""
    return ("before", "after", "follow_up")[place] if count <= len(ROLES) else place + 1


def _doubt_waves(told: Sequence[Wave], names: Sequence[str], days: pd.DataFrame, parting: Parting, doubts: list[Doubt]) -> None:
    for place, wave in enumerate(told):
        own = [moments[place] for moments in parting.moments]
        words = wave.words[1:] if wave.label else wave.words
        if len({fold(word) for word in words}) > 1:
            doubts.append(Doubt("waves_same", "waves", "id", {"value": shorten(words), "place": place}))
        if wave.place not in ROLES or parting.is_joined:
            doubts.append(Doubt("cohort_role", "waves", "role", {"value": wave.role, "place": place}))
        doubts.append(_doubt_dates(int(days.loc[days["wave"].isin(own), "by"].min()), {"value": ", ".join(wave.cohorts), "place": place}))
        if absent := [name for name in names if name not in wave.cohorts]:
            doubts.append(Doubt("cohort_not_held", "waves", "dates", {"value": ", ".join(absent), "place": place}))


def _doubt_dates(by: int, says: Mapping[str, object]) -> Doubt:
    """Return what is not sure of the dates of a measurement, by what told the least sure of them."""
    if by == BY_YEAR:
        return Doubt("cohort_dates_missing", "waves", "dates", says)
    if by == BY_NAME:
        return Doubt("cohort_dates_of_names", "waves", "dates", says)
    return Doubt("cohort_dates_of_answers", "waves", "dates", says)


def _doubt_schools(schools: Schools, cohorts: Mapping[str, str], days: pd.DataFrame, doubts: list[Doubt]) -> None:
    grouped = {name: [school for school in schools.words if cohorts.get(school) == name] for name in dict.fromkeys(cohorts.values())}
    value = "; ".join(f"{name}: {shorten(own)}" for name, own in grouped.items())
    if days["by"].eq(BY_ANSWERS).all():
        doubts.append(Doubt("cohorts_of_answers", "schools", "cohort", {"value": value}))
    else:
        doubts.append(Doubt("cohorts_of_names", "schools", "cohort", {"value": value}))
    for place, school in enumerate(schools.words):
        if school not in cohorts:
            doubts.append(Doubt("cohort_unknown", "schools", "cohort", {"value": school, "place": place}))

"""Dates: the measurements that dates in a column or in a name, and codes that files share, suggest where no word names any."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from toolkit.files.cells import find_blank
from toolkit.findings import Notes
from toolkit.new_study.column_roles import Doubt, shorten, split_name
from toolkit.new_study.recognition import Recognised, Told, read_codes
from toolkit.responses.rows import read_dates
from toolkit.spelling import fold_words

#: so many days without an answer, and so many times as many as the answers before or after it span, part two measurements.
GAP = 60
WIDER = 2
#: what fewer answers (in number, and as a share of all) than these make is no measurement.
FEWEST = 3
LEAST = 0.1
#: the share of the codes of the smaller of two measurements, or of two files, that must be in the other.
RETURN = 0.25
COINCIDE = 0.5
MONTHS = (
    "jan januari january|feb februari february|mrt maart march|apr april|mei may|jun juni june|jul juli july|aug augustus august"
    "|sep sept september|okt oktober oct october|nov november|dec december"
)
MONTH = {word: number for number, words in enumerate(MONTHS.split("|"), 1) for word in words.split()}
#: a school year begins in August: the order of months without a year.
BEGIN = 8
YEAR = r"(20\d\d)"
NAMED = "|".join(sorted(MONTH, key=len, reverse=True))
#: dates in a folded name, the most exact first: which groups are year, month and day (0 where it has none).
SHAPES = (
    (re.compile(rf"\b{YEAR} (\d\d?) (\d\d?)\b"), (1, 2, 3)),
    (re.compile(rf"\b(\d\d?) (\d\d?) {YEAR}\b"), (3, 2, 1)),
    (re.compile(rf"\b{YEAR}(\d\d)(\d\d)\b"), (1, 2, 3)),
    (re.compile(rf"\b(\d\d?) ({NAMED}) {YEAR}\b"), (3, 2, 1)),
    (re.compile(rf"\b({NAMED}) ?{YEAR}\b"), (2, 1, 0)),
    (re.compile(rf"\b{YEAR} ?({NAMED})\b"), (1, 2, 0)),
    (re.compile(rf"\b{YEAR} (\d\d)\b"), (1, 2, 0)),
    (re.compile(rf"\b(\d\d) {YEAR}\b"), (2, 1, 0)),
    (re.compile(rf"\b{YEAR}(0[1-9]|1[0-2])\b"), (1, 2, 0)),
)


def split_date(name: str) -> tuple[str, str]:
    """Return the date that the name of a file, sheet or folder holds, to the day or the month ("" where it holds none), and the rest.

    >>> split_date("team 15-9-2025"), split_date("2026-06 team"), split_date("Sept 2025"), split_date("groep 7")
    (('2025-09-15', 'team'), ('2026-06', 'team'), ('2025-09', ''), ('', 'groep 7'))
    """
    folded = fold_words(name)
    for shape, (year, month, day) in SHAPES:
        found = shape.search(folded)
        number = int(MONTH.get(found[month], found[month])) if found else 0
        try:
            date = dt.date(int(found[year]), number, int(found[day]) if day else 1) if found else None
        except ValueError:
            continue
        if found and date:
            rest = " ".join((folded[: found.start()] + " " + folded[found.end() :]).split())
            return (date.isoformat() if day else f"{date:%Y-%m}"), rest
    return "", folded


def split_month(name: str) -> tuple[int, str]:
    """Return the place in a school year of the month that a name holds (-1 where it holds none), and the rest of the name."""
    words = fold_words(name).split()
    place = next((place for place, word in enumerate(words) if word in MONTH), -1)
    if place < 0:
        return -1, " ".join(words)
    return (MONTH[words[place]] - BEGIN) % 12, " ".join(words[:place] + words[place + 1 :])


def tell_measurements(found: Sequence[Recognised], doubts: list[Doubt]) -> list[Recognised]:
    """Return `found` with what dates and shared codes tell of each sheet of which no word names the measurement; each is doubted."""
    silent = [entry for entry in found if not (entry.words["wave"] or "wave" in entry.layout or _holds_word(entry))]
    told = _tell_clusters(silent) or _tell_names(silent, doubts) or _tell_codes(silent, doubts)
    return [_add(entry, told[id(entry)]) if id(entry) in told else entry for entry in found]


def _add(entry: Recognised, told: Told) -> Recognised:
    """Return `entry` with what was told of it, and where its rows tell the wave by their date, with the key that says so."""
    if len(told.waves) < 2:
        return replace(entry, told=told)
    dates = ", ".join(f"{date.date()}" for _, date in told.waves if date is not None)
    says = {"value": str(entry.layout["date"]), "expected": dates}
    doubt = Doubt("waves_by_date", "layouts", "wave_by_date", says)
    if "respondent" not in entry.layout:
        doubt = Doubt("waves_by_date_only", "layouts", "wave_by_date", says)
    layout = entry.layout | {"wave_by_date": "nearest"}
    return replace(entry, told=told, layout=layout, doubts=(*entry.doubts, doubt))


def _holds_word(entry: Recognised) -> bool:
    return bool(split_name(str(entry.layout.get("sheet", "")))[0] or split_name(entry.path.stem)[0])


def _list_names(entry: Recognised) -> list[str]:
    """Return the names of a sheet, its file and the folder of that, in which a date may stand."""
    return [str(entry.layout.get("sheet", "")), entry.path.stem, entry.path.parent.name]


def _read_rows(entry: Recognised) -> pd.DataFrame:
    """Return the day and the cleaned code ("" without one) of each row with an answer."""
    sheet = entry.sheet
    answered = ~np.all(find_blank(sheet.cells)[:, sorted(entry.items.values()) or slice(None)], axis=1)
    dated = sheet.find_columns(entry.layout["date"])[:1] if "date" in entry.layout else []
    days = read_dates(sheet, dated[0], Notes()) if dated else np.full(len(sheet.cells), np.datetime64("NaT", "us"))
    return pd.DataFrame({"day": pd.to_datetime(days).normalize(), "code": read_codes(entry)})[answered]


def _tell_clusters(silent: Sequence[Recognised]) -> dict[int, Told]:
    """Return what is told where the dates of one sheet at least fall into measurements that lie clearly apart."""
    rows = {id(entry): _read_rows(entry) for entry in silent}
    if not rows:
        return {}
    everything = pd.concat(rows.values(), keys=rows.keys(), names=["entry"]).dropna(subset="day").reset_index("entry")
    clusters = _part(everything)
    if len(clusters) < 2 or not any(_spans(frame, clusters) for frame in rows.values()):
        return {}
    waves = [(f"wave {number}", _find_middle(cluster)) for number, cluster in enumerate(clusters, 1)]
    told = {}
    for entry in silent:
        held = tuple(wave for wave, cluster in zip(waves, clusters, strict=True) if (cluster["entry"] == id(entry)).any())
        if held:
            told[id(entry)] = Told(held, _name_school(entry))
    return told


def _part(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return `rows` (with a day each) in the measurements that lie clearly apart; none where they do not."""
    ordered = rows.sort_values("day", kind="stable")
    parts = [part for _, part in ordered.groupby(ordered["day"].diff().dt.days.ge(GAP).cumsum())]
    kept = [part for part in parts if len(part) >= max(FEWEST, LEAST * len(rows))]
    clear = all(
        (after["day"].min() - before["day"].max()).days >= WIDER * max(_span(before), _span(after)) for before, after in pairwise(kept)
    )
    return kept if clear else []


def _span(rows: pd.DataFrame) -> int:
    return int((rows["day"].max() - rows["day"].min()).days)


def _find_middle(rows: pd.DataFrame) -> pd.Timestamp:
    return pd.Timestamp(rows["day"].sort_values().iloc[(len(rows) - 1) // 2])


def _spans(rows: pd.DataFrame, clusters: Sequence[pd.DataFrame]) -> bool:
    """Return whether the rows of one sheet are of more than one measurement: its codes, where it has any, come back."""
    days = [rows[rows["day"].between(cluster["day"].min(), cluster["day"].max())] for cluster in clusters]
    held = [part for part in days if len(part) >= FEWEST]
    codes = [set(part["code"]) - {""} for part in held]
    if not any(codes):
        return len(held) > 1
    return any(_share(one, other) >= RETURN for one, other in combinations(codes, 2))


def _share(one: set[str], other: set[str]) -> float:
    """Return the share of the smaller of two sets of codes that is in the other."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _name_school(entry: Recognised) -> str:
    """Return what is left of a file's name without a date and without a month."""
    return split_month(split_date(entry.path.stem)[1])[1]


def _tell_names(silent: Sequence[Recognised], doubts: list[Doubt]) -> dict[int, Told]:
    """Return what is told where the names of sheets, files or folders hold dates: those that are near to each other are one measurement.

    Of two files with one name but for the date each is a measurement. A date far from the answers is that of the export, and tells none.
    """
    dates = {id(entry): date for entry in silent if (date := _find_date(entry))}
    if not dates:
        return {}
    names = {(_name_school(entry), dates[id(entry)]) for entry in silent if id(entry) in dates}
    groups = [part for group in _list_near(sorted(set(dates.values()))) for part in _part_names(group, names)]
    told = {}
    for entry in silent:
        group = next((group for group in groups if dates.get(id(entry)) in group), None)
        if group:
            word = group[0] if len(group) == 1 else group[0][:7]
            answered = entry.dates.get("")
            told[id(entry)] = Told(((word, _place(word) if answered is None else answered),), _name_school(entry), of_name=answered is None)
    files = [entry.path.name for entry in silent if id(entry) in told]
    doubts.append(Doubt("waves_from_names", "waves", "", {"value": shorten(files)}))
    return told


def _list_near(dates: Sequence[str]) -> list[list[str]]:
    """Return dates in order, those together that follow each other within the days that part measurements."""
    groups: list[list[str]] = []
    for date in dates:
        if groups and (_place(date) - _place(groups[-1][-1])).days < GAP:
            groups[-1].append(date)
        else:
            groups.append([date])
    return groups


def _part_names(dates: list[str], names: Collection[tuple[str, str]]) -> list[list[str]]:
    """Return dates that are near to each other together, or each by itself where one name has two of them."""
    rests = [rest for rest, date in names if date in dates]
    return [dates] if len(rests) == len(set(rests)) else [[date] for date in dates]


def _find_date(entry: Recognised) -> str:
    """Return the date in the name of a sheet, its file or its folder, "" where there is none or the answers are of another time."""
    date = next((date for name in _list_names(entry) if (date := split_date(name)[0])), "")
    answered = entry.dates.get("")
    return "" if date and answered is not None and abs((answered - _place(date)).days) >= GAP else date


def _place(date: str) -> pd.Timestamp:
    """Return the day that a date means: the middle of a month that has none."""
    return pd.Timestamp(date if len(date) > len("2025-09") else f"{date}-15")


def _tell_codes(silent: Sequence[Recognised], doubts: list[Doubt]) -> dict[int, Told]:
    """Return what is told where the codes of two files or more largely coincide: each is a measurement of the same people.

    Their order is that of the dates of their answers, of the months in their names (those of a school year), or in which they were given.
    Codes that only count do not tell it of files with different names: each school may count its own people.
    """
    codes = {id(entry): set(_read_rows(entry)["code"]) - {""} for entry in silent}
    groups: list[list[Recognised]] = []
    for entry in silent:
        group = next((group for group in groups if all(_coincide(entry, other, codes) for other in group)), None)
        if group is None:
            groups.append([entry])
        else:
            group.append(entry)
    told = {}
    for group in (group for group in groups if len(group) > 1):
        ordered = _order(group)
        name = " ".join(_find_common([_name_school(entry) for entry in group])) or _name_school(group[0])
        for number, entry in enumerate(ordered, 1):
            told[id(entry)] = Told(((f"wave {number}", entry.dates.get("")),), name)
        files = shorten(_name_file(entry, ordered) for entry in ordered)
        doubts.append(Doubt("waves_from_codes", "waves", "", {"value": files}))
    return told


def _coincide(entry: Recognised, other: Recognised, codes: Mapping[int, set[str]]) -> bool:
    mine = codes[id(entry)]
    theirs = codes[id(other)]
    counted = all(code.isdigit() and len(code) <= len(str(len(mine))) for code in mine)
    named = _name_school(entry) == _name_school(other)
    return len(mine & theirs) >= FEWEST and _share(mine, theirs) >= COINCIDE and (named or not counted)


def _order(group: Sequence[Recognised]) -> list[Recognised]:
    """Return files in the order of time as far as anything tells it."""
    dates = {id(entry): entry.dates.get("") for entry in group}
    if all(date is not None for date in dates.values()) and len(set(dates.values())) == len(group):
        return sorted(group, key=lambda entry: dates[id(entry)] or pd.Timestamp(0))
    months = {id(entry): next((month for name in _list_names(entry) if (month := split_month(name)[0]) >= 0), -1) for entry in group}
    if min(months.values()) >= 0 and len(set(months.values())) == len(group):
        return sorted(group, key=lambda entry: months[id(entry)])
    return list(group)


def _find_common(names: Sequence[str]) -> list[str]:
    """Return the words that all names have, in the order of the first."""
    counts: defaultdict[str, int] = defaultdict(int)
    for name in names:
        for word in set(name.split()):
            counts[word] += 1
    return [word for word in names[0].split() if counts[word] == len(names)]


def _name_file(entry: Recognised, group: Sequence[Recognised]) -> str:
    """Return the name of a file, with its folder where another has that name."""
    alike = [other for other in group if other.path.name == entry.path.name]
    return f"{entry.path.parent.name}/{entry.path.name}" if len(alike) > 1 else entry.path.name

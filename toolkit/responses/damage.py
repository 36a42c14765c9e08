"""Damage: codes that a spreadsheet program took for numbers or dates, and what they may have been.

It leaves out zeros in front (0017), writes out powers of ten (12E3), makes dates of months and days (MRT05, 3-4), and keeps fifteen digits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain

from toolkit.files.cells import Column, Mask, Sheet
from toolkit.findings import Notes
from toolkit.spelling import clean_code

#: how many digits of a number a spreadsheet keeps.
KEPT = 15
MONTHS = (
    "jan|januari|january",
    "feb|febr|februari|february",
    "mrt|mar|maa|maart|march",
    "apr|april",
    "mei|may",
    "jun|juni|june",
    "jul|juli|july",
    "aug|augustus|august",
    "sep|sept|september",
    "okt|oct|oktober|october",
    "nov|november",
    "dec|december",
)
NAMES = {name: month for month, names in enumerate(MONTHS, 1) for name in names.split("|")}
NAMED = re.compile(rf"({'|'.join(NAMES)})(\d{{1,2}})|(\d{{1,2}})({'|'.join(NAMES)})")
POWER = re.compile(r"(\d{1,9})e(\d{1,3})")
ISO = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
#: a date as a workbook holds it.
DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
#: a number of which digits are lost: as it is shown in few places, or with zeros for what was not kept.
SHOWN = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
DIGITS = re.compile(rf"\d{{{KEPT + 1},}}")
#: in so few codes a zero in front may as well be a slip of the pen.
SLIP = 1
#: each cause, and the finding that tells of it.
CAUSES = {"zeros": "codes_zeros", "dated": "codes_dated", "powers": "codes_powers"}


def tell_dates(column: Column, sheet: Sheet, position: int, notes: Notes) -> None:
    """Note the codes of a column that are dates; what they may have been is found beside the codes of other waves.

    Where all are dates of many years people gave the day of their birth: a spreadsheet makes most codes a day of one year.
    """
    hit = column.mark(lambda text: DATE.fullmatch(text.strip()) is not None)
    if hit.any() and not _are_births(column, hit):
        dates = dict.fromkeys(text.strip() for text in column.write()[hit])
        places = {"file": sheet.file, "column": sheet.name_column(position), "row": int(sheet.rows[hit][0])}
        notes.add("code_date", value=", ".join(dates), expected="–", count=int(hit.sum()), **places)


def _are_births(column: Column, hit: Mask) -> bool:
    """Return whether all codes of a column are dates, of which no year has half."""
    texts = [text.strip() for text in column.write() if text.strip()]
    years = Counter(text[:4] for text in texts)
    return len(texts) == int(hit.sum()) and 2 * max(years.values()) < len(texts)


def drop_lost(column: Column, sheet: Sheet, position: int, notes: Notes) -> Column:
    """Return the codes of a column without those that lost digits, which are told: such codes are no longer one person's."""
    long = column.mark(lambda text: DIGITS.fullmatch(text.strip()) is not None)
    cut = long & column.mark(lambda text: not text.strip()[KEPT:].strip("0"))
    hit = column.mark(lambda text: SHOWN.fullmatch(text.strip()) is not None)
    if (cut == long).all():
        hit |= long
    if hit.sum() < 2:
        return column
    lost = dict.fromkeys(text.strip() for text in column.write()[hit])
    places = {"file": sheet.file, "column": sheet.name_column(position), "row": int(sheet.rows[hit][0])}
    notes.add("code_long", value=", ".join(list(lost)[:5]), count=int(hit.sum()), **places)
    return column.change(lambda text: "" if text.strip() in lost else text)


def list_results(code: str) -> Iterator[tuple[str, str]]:
    """Yield what a spreadsheet program may have made of a cleaned code, and by what: a code, or "month-day" for any date on that day.

    >>> list(list_results("0017")), list(list_results("12e3")), list(list_results("mrt05"))
    ([('17', 'zeros')], [('12000', 'powers')], [('03-05', 'dated')])
    """
    if code.isdecimal() and code.lstrip("0") not in ("", code):
        yield code.lstrip("0"), "zeros"
    if power := POWER.fullmatch(code):
        number = str(int(power[1]) * 10 ** min(int(power[2]), 300))
        yield number[:KEPT] + "0" * (len(number) - KEPT), "powers"
    for day in chain(_list_days(code), _list_births(code)):
        yield day, "dated"


def _list_days(code: str) -> Iterator[str]:
    """Yield the days, as "month-day", that a code may be taken for; of numbers alone the month may come first or last."""
    if named := NAMED.fullmatch(code):
        number = int(named[2] or named[3])
        if 1 <= number <= 31:
            yield f"{NAMES[named[1] or named[4]]:02}-{number:02}"
        else:
            yield f"{NAMES[named[1] or named[4]]:02}-01"  # the number was taken for a year
    elif code.isdecimal() and 2 <= len(code) <= 4:
        pairs = [(int(code[:cut]), int(code[cut:])) for cut in (1, 2) if 0 < len(code) - cut <= 2]
        yield from {f"{month:02}-{day:02}" for pair in pairs for month, day in (pair, pair[::-1]) if 1 <= month <= 12 and 1 <= day <= 31}


def _list_births(code: str) -> Iterator[str]:
    """Yield the dates, as a workbook's are cleaned, for which day, month and year in digits may have been taken, in either order."""
    if not code.isdecimal() or len(code) not in (6, 8):
        return
    first = int(code[:2])
    second = int(code[2:4])
    for year in [int(code[4:])] if len(code) == 8 else [1900 + int(code[4:]), 2000 + int(code[4:])]:
        for month, day in dict.fromkeys([(second, first), (first, second)]):
            if year >= 1900 and _is_date(year, month, day):
                yield f"{year}{month:02}{day:02}"


def list_shapes(code: str) -> Iterator[str]:
    """Yield what a cleaned code is: itself, and the day where it is a date."""
    yield code
    if (iso := ISO.fullmatch(code)) and _is_date(*map(int, iso.groups())):
        yield f"{iso[2]}-{iso[3]}"
    elif NAMED.fullmatch(code):
        yield from _list_days(code)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def find_changed(text: str, known: Iterable[str]) -> str:
    """Return the only text of `known` that a spreadsheet program may have changed into `text`, or ""."""
    shapes = set(list_shapes(clean_code(text)))
    found = [name for name in known if any(result in shapes for result, _ in list_results(clean_code(name)))]
    return found[0] if len(found) == 1 else ""


def pair_changed(waves: Mapping[str, Set[str]]) -> dict[str, list[tuple[str, str]]]:
    """Return by what cause codes became others: per cause the pairs of a code and what became of it, never there in the same wave.

    Only pairs in which neither may be another's are given.
    """
    everywhere = set[str]().union(*waves.values())
    free = [code for code, there in waves.items() if there < everywhere]
    shapes = defaultdict[str, list[str]](list)
    for code in free:
        for shape in list_shapes(code):
            shapes[shape].append(code)
    found: dict[tuple[str, str], str] = {}
    for code in free:
        for result, cause in list_results(code):
            for other in shapes.get(result, ()):
                if other != code and waves[code].isdisjoint(waves[other]) and (other, code) not in found:
                    found.setdefault((code, other), cause)
    times = defaultdict[str, int](int)
    for pair in found:
        for code in pair:
            times[code] += 1
    pairs = {cause: [pair for pair, of in found.items() if of == cause and times[pair[0]] == times[pair[1]] == 1] for cause in CAUSES}
    return {cause: sorted(each) for cause, each in pairs.items() if len(each) > (SLIP if cause == "zeros" else 0)}


def tell_changed(pairs: Mapping[str, Mapping[str, list[tuple[str, str]]]], notes: Notes) -> None:
    """Note, once per cause, the pairs of codes per school that it explains; dates are told beside what they may have been."""
    for cause, code in CAUSES.items():
        schools = {school: of[cause] for school, of in pairs.items() if of.get(cause)}
        if schools:
            first, second = ("; ".join(", ".join(pair[end] for pair in each) for each in schools.values()) for end in (0, 1))
            count = sum(len(each) for each in schools.values())
            notes.add(code, school=", ".join(schools), value=first, expected=second, count=count)
    dated = {second: first for of in pairs.values() for first, second in of.get("dated", ())}
    for note in notes.rows:
        if note["code"] == "code_date":
            was = [dated.get(clean_code(text), "–") for text in note["value"].split(", ")]
            note["expected"] = ", ".join(was) if set(was) != {"–"} else "–"

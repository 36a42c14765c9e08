"""The numbers about scales that a run publishes, as a statistician reads them: from the exported table, or from finished pages.

A number is as fine as it is printed. The middle of a symmetric interval is the number in it once more, rounded another time; the answers
per statement, which are counts, are the mean of the scale without any rounding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.report.attacker import Attacker, read_dated_tables, read_page
from toolkit.languages import Text, load_text
from toolkit.schemas import WHAT
from toolkit.study.instruments import Instrument

About = tuple[str, ...]
#: Means and changes of people; what a model makes of them stands in MODELLED.
PLAIN = ("mean", "change_pairs", "before")
#: By the quantity that is told, the groups of schools that it is about.
MODELLED = ("change", "change_common", "shrunken", "position", "average_change", "trajectory", "comparison", "difference")
#: What an interval lies about its estimate symmetrically; intervals of `shrunken` and `position` do not.
SYMMETRIC = ("mean", "change_pairs", "change", "change_common", "average_change")
#: A mean from counted answers: as fine as a float.
EXACT = 1e-6
#: How a page calls what the table calls otherwise.
PRINTED = {"pairs": "change_pairs", "pairs_interval": "change_pairs", "interval": "change", "drawn_in": "shrunken"}
_NUMBER = re.compile(r"[+−]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Number:
    """A number that is told: of which school ("" for all), wave or comparison and scale, and at most how far it was rounded."""

    quantity: str
    school: str
    when: str
    about: About
    value: float
    rounding: float


def read_export(table: pd.DataFrame) -> Iterator[Number]:
    """Yield what the exported table tells, as `combine_results` makes it."""
    shown = table[(table["state"] == "shown") & table["table"].isin(["levels", "change", "comparison"])]
    for row in shown.itertuples():
        when = row.wave or row.comparison
        about = (row.instrument, row.scale, row.rating)
        if row.quantity not in (*PLAIN, *MODELLED) or (row.quantity == "before" and row.school):
            continue
        fine = 0.005 if row.school and row.quantity in MODELLED else 0.00005
        values = (row.estimate, row.low, row.high)
        is_coarse = all(round(x, 1) == x or abs(x) < 0.1 for x in values if math.isfinite(x))
        units = [_find_coarse_unit(x) if is_coarse else fine for x in values]
        yield Number(row.quantity, row.school, when, about, row.estimate, units[0])
        if row.quantity in SYMMETRIC and math.isfinite(row.low + row.high):
            yield Number(row.quantity, row.school, when, about, (row.low + row.high) / 2, math.hypot(*units[1:]) / 2)


def _find_coarse_unit(value: float) -> float:
    """Return half a unit of the last decimal of a number on few people, which has more than one only where it would be 0."""
    return next((0.5 * 10.0**-n for n in range(1, 6) if round(value, n) == value), 0.00005)


def read_export_answers(table: pd.DataFrame, knows: Attacker) -> Iterator[Number]:
    """Yield the means of scales that follow from the answers to all of their statements."""
    answers = table[table["table"] == "answers"]
    sums: dict[tuple[str, ...], dict[str, tuple[float, int]]] = {}
    for (school, wave, id, item, rating), rows in answers.groupby(["school", "wave", "instrument", "item", "rating"]):
        n = int(rows["n"].max()) if rows["n"].notna().any() else 0
        counts = _count(rows["estimate"].to_numpy(dtype=float), n)
        if counts is not None:
            sums.setdefault((school, wave, id, rating), {})[item] = (float(counts @ rows["answer"].astype(float).to_numpy()) / n, n)
    for (school, wave, id, rating), items in sums.items():
        yield from _average_scales(items, knows, school, wave, id, rating)


def read_pages(pages: Mapping[str, str], knows: Attacker) -> Iterator[Number]:
    """Yield what finished pages tell, each number once."""
    yield from dict.fromkeys(number for name, page in pages.items() for number in _read_page(name, page, knows))


def _read_page(name: str, page: str, knows: Attacker) -> Iterator[Number]:
    school, language = knows.find_place(name)
    leading = next(iter(knows.ends))
    for id, rows in read_dated_tables(read_page(page)).items():
        for (kind, where, wave, *about), words in knows.list_cells(id, rows, school, language):
            if kind in ("item", "difference"):
                continue
            yield from _read_words(PRINTED.get(kind, kind), kind.endswith("interval"), where, wave or leading, tuple(about), words)
        if id.startswith("answers-"):
            yield from _read_answers(rows, id, school, load_text(language), knows)  # type: ignore[arg-type]


def _read_words(quantity: str, is_interval: bool, school: str, when: str, about: About, words: str) -> Iterator[Number]:
    printed = _NUMBER.findall(words) if re.match(r"[+−]?\d", words) else []
    if len(printed) != (2 if is_interval else 1):
        return
    values = [float(text.replace("−", "-").replace(",", ".")) for text in printed]
    units = [0.5 * 10.0 ** -len(re.split("[.,]", text)[1]) if re.search("[.,]", text) else 0.5 for text in printed]
    noise = math.hypot(*units) / 2 if is_interval else units[0]
    if quantity == "change" and not school:
        quantity = "average_change"
    yield Number(quantity, school, when, about, float(np.mean(values)), noise)


def _read_answers(rows: list[list[str]], id: str, school: str, text: Text, knows: Attacker) -> Iterator[Number]:
    for instrument in knows.study.instruments:
        if not re.match(rf"answers-{instrument.id}\b", id):
            continue
        names = {text.pick(item.label): item.id for item in instrument.items}
        items: dict[str, tuple[float, int]] = {}
        for row in rows[1:]:
            values = [float(word) for word in rows[0] if word.isdigit()]
            shares = [float(word.rstrip("%\u202f ")) / 100 if word[:1].isdigit() else math.nan for word in row[1 : 1 + len(values)]]
            counts = _count(np.array(shares), int(row[-1])) if row[-1].isdigit() and row[0] in names else None
            if counts is not None:
                items[names[row[0]]] = (float(counts @ values) / int(row[-1]), int(row[-1]))
        yield from _average_scales(items, knows, school, knows.study.waves[1].id, instrument.id, instrument.asked_ratings[0])


def _count(shares: np.ndarray, n: int) -> np.ndarray | None:
    """Return how many people gave each answer; nothing where that is not certain."""
    if not n or n >= 100:
        return None
    counts = np.round(np.nan_to_num(shares) * n)
    return counts if counts.sum() == n else None


def _average_scales(
    items: Mapping[str, tuple[float, int]], knows: Attacker, school: str, wave: str, id: str, rating: str
) -> Iterator[Number]:
    """Yield the means of the scales of which everybody who has a score answered every statement that is told."""
    instrument: Instrument = knows.study.find_instrument(id)
    for scale in instrument.scales:
        people = len(knows.people.get((school, wave, id, scale.id, rating), ()))
        if scale.score == "mean" and all(items.get(item, (0, 0))[1] == people for item in scale.items) and people:
            yield Number("mean", school, wave, (id, scale.id, rating), float(np.mean([items[i][0] for i in scale.items])), EXACT)


def list_measures(numbers: list[Number]) -> dict[About, list[Number]]:
    """Return the numbers by scale: instrument, scale and rating."""
    found: dict[About, list[Number]] = {}
    for number in numbers:
        assert len(number.about) == len(WHAT)
        found.setdefault(number.about, []).append(number)
    return found

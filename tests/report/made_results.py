"""A study and results made by hand: every number is chosen here, so that a page can be held to it."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.results.results import TABLES, Results
from toolkit.study.loading import load_study
from toolkit.study.study import Study

NAN = math.nan
TAIL = {"estimate": NAN, "std_error": NAN, "low": NAN, "high": NAN, "p_value": NAN, "n": 0, "method": ""}
FACTORS = ("e1", "e2", "e3", "e4", "e5", "c1", "c2", "c3", "c4", "c5", "c6", "c7")
SCALES = ("total", "vigour", "dedication", "absorption")

STUDY = """
id = "made"
title = { nl = "Gemaakte studie", en = "Made study" }
languages = ["nl", "en"]
report_date = 2026-06-30
contact = "De onderzoeker"
instruments = ["uwes9", "plg12"]

[outcomes]
primary = "uwes9.total"

[[waves]]
id = "before"
date = 2025-09-15
label = { nl = "voormeting", en = "first measurement" }

[[waves]]
id = "after"
date = 2026-06-01
label = { nl = "nameting", en = "second measurement" }
"""


def make_study(folder: Path, schools: int = 1, extra: str = "", settings: str = "") -> Study:
    """Return a study with so many schools (s1, s2, ...) and the tables in `extra`; `settings` are keys at the top."""
    parts = [settings, STUDY]
    for number in range(1, schools + 1):
        parts.append(f'[[schools]]\nid = "s{number}"\nname = "School {number}"\ninvited = {{ before = 30, after = 30 }}')
        parts.append(f'[[sources]]\nfile = "s{number}.csv"\nschool = "s{number}"\nwave = "before"')
        parts.append(f'[[sources]]\nfile = "s{number}_after.csv"\nschool = "s{number}"\nwave = "after"')
    path = folder / "study.toml"
    path.write_text("\n".join([*parts, extra]), encoding="utf-8")
    return load_study(path)


def keep_first_wave(study: Study) -> Study:
    """Return `study` with its first wave only."""
    return study.model_validate(study.model_dump(by_alias=True) | {"waves": study.model_dump()["waves"][:1]})


def drop_labels(study: Study) -> Study:
    """Return `study` with questionnaires whose statements may not be shown."""
    silent = tuple(
        instrument.model_copy(update={"items": tuple(item.model_copy(update={"label": {}, "text": {}}) for item in instrument.items)})
        for instrument in study.scored_instruments
    )
    return study.model_copy(update={"instruments": silent, "scored_instruments": silent})


class MadeResults:
    """Collects rows; `finish` gives the results."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.provenance: dict[str, Any] = {}

    def participation(self, school: str, wave: str, quantity: str, estimate: float, state: str = "shown", method: str = "count") -> None:
        n = int(estimate) if math.isfinite(estimate) else 0
        self._add("participation", school=school, wave=wave, quantity=quantity, estimate=estimate, state=state, method=method, n=n)

    def level(self, school: str, wave: str, outcome: str, estimate: float = NAN, quantity: str = "mean", **rest: Any) -> None:
        self._add("levels", school=school, wave=wave, **_split(outcome), quantity=quantity, estimate=estimate, **rest)

    def change(self, school: str, outcome: str, estimate: float = NAN, quantity: str = "change", **rest: Any) -> None:
        defaults = {"comparison": "before_after", "df": 20.0, "pairs": 15, "schools": 1, "verdict": ""}
        self._add("change", school=school, **_split(outcome), quantity=quantity, estimate=estimate, **defaults | rest)

    def reliability(self, wave: str, outcome: str, quantity: str, estimate: float = NAN, **rest: Any) -> None:
        self._add("reliability", wave=wave, **_split(outcome), quantity=quantity, estimate=estimate, **rest)

    def answer(self, school: str, wave: str, place: tuple[str, str, str], answer: float, share: float, **rest: Any) -> None:
        instrument, item, rating = place
        where = {"school": school, "wave": wave, "instrument": instrument, "item": item, "rating": rating, "answer": answer}
        self._add("answers", **where, quantity="share", estimate=share, **rest)

    def band(self, school: str, wave: str, outcome: str, ends: tuple[float, float], others: int = 5, **rest: Any) -> None:
        for quantity, end in zip(("lowest", "highest"), ends, strict=True):
            self._add("band", school=school, wave=wave, **_split(outcome), quantity=quantity, estimate=end, n=others, **rest)

    def pair(self, first: str, second: str, estimate: float = NAN, **rest: Any) -> None:
        where = {"first": first, "second": second, "school": "", "comparison": "before_after", **_split("uwes9.total")}
        defaults = {"df": 20.0, "pairs": 30, "schools": 2, "verdict": ""}
        self._add("pairs", **where, quantity="difference", estimate=estimate, **defaults | rest)

    def contrast(self, quantity: str, estimate: float = NAN, **rest: Any) -> None:
        where = {"school": "", "comparison": "before_after", **_split("uwes9.total")}
        defaults = {"df": 8.0, "pairs": 60, "schools": 6, "verdict": ""}
        self._add("comparison", **where, quantity=quantity, estimate=estimate, **defaults | rest)

    def other_way(self, quantity: str, estimate: float = NAN, **rest: Any) -> None:
        where = {"school": "", "comparison": "before_after", **_split("uwes9.total")}
        self._add("sensitivity", **where, quantity=quantity, estimate=estimate, **{"df": 4.0, "pairs": 75, "schools": 5} | rest)

    def leaving(self, estimate: float = NAN, **rest: Any) -> None:
        where = {"school": "", "comparison": "before_after", **_split("uwes9.total")}
        defaults = {"df": 40.0, "pairs": 75, "schools": 5, "n": 110}
        self._add("attrition", **where, quantity="leavers_minus_stayers", estimate=estimate, **defaults | rest)

    def source(self, name: str, rows_read: int, rows_used: int) -> None:
        self.rows["sources"].append(
            {"source": name, "sheet": "", "sha256": "0123456789abcdef" * 4, "format": "csv", "encoding": "utf-8", "separator": ";"}
            | {"rows_read": rows_read, "rows_used": rows_used}
        )

    def alter(self, table: str, where: dict[str, str], **values: Any) -> None:
        """Change the rows of `table` that match `where`."""
        chosen = [row for row in self.rows[table] if all(row[name] == value for name, value in where.items())]
        assert chosen, f"no row of {table} matches {where}"
        for row in chosen:
            row.update(values)

    def hide(self, table: str, where: dict[str, str], state: str = "hidden", method: str = "too_few") -> None:
        """Take the numbers out of the rows of `table` that match `where`."""
        self.alter(table, where, **dict.fromkeys(("estimate", "std_error", "low", "high", "p_value"), NAN), n=0, state=state, method=method)

    def finish(self) -> Results:
        tables = {name: _collect(name, tuple(tuple(row.items()) for row in self.rows[name])) for name in TABLES}
        return Results(**{name: table.copy(deep=False) for name, table in tables.items()}, provenance=self.provenance)

    def _add(self, table: str, **row: Any) -> None:
        self.rows[table].append({**TAIL, "state": "shown", **row})


@lru_cache(maxsize=200)
def _collect(name: str, rows: tuple[tuple[tuple[str, Any], ...], ...]) -> pd.DataFrame:
    """Return a table, made once: most tests alter one table of a school, and leave the others as they are."""
    return TABLES[name].collect([dict(row) for row in rows])


def _split(outcome: str) -> dict[str, str]:
    instrument, scale, rating = [*outcome.split("."), ""][:3]
    return {"instrument": instrument, "scale": scale, "rating": rating}


def make_school(made: MadeResults, school: str = "s1", before: int = 21, after: int = 23) -> None:
    """Add a school whose engagement rose and two of whose factors moved clearly: e1 up, c6 down."""
    for wave, used in (("before", before), ("after", after)):
        for quantity, count in (("invited", 30), ("answered", used + 5), ("used", used), ("matched", 15), ("only_here", used - 15)):
            made.participation(school, wave, quantity, count)
        for reason, count in (("no_consent", 5), ("test", 0), ("unfinished", 0), ("double", 0)):
            made.participation(school, wave, f"left_out_{reason}", count)
        made.participation(school, wave, "response", used / 30, method="used / invited")
    for position, scale in enumerate(SCALES):
        _make_engagement(made, school, f"uwes9.{scale}", 3.414 + position / 10, (before, after))
    for position, factor in enumerate(FACTORS):
        _make_factor(made, school, factor, position, (before, after))
        made.band(school, "after", f"plg12.{factor}.now", (2.1, 3.4))
        if school == "s1":
            made.reliability("after", f"plg12.{factor}.now", "icc2", 0.8)
        for rating in ("now", "wanted"):
            made.level(school, "after", f"plg12.{factor}.{rating}", 0.7 + position / 100, quantity="sd", n=after)
    make_answers(made, school)


def make_answers(made: MadeResults, school: str, n: int = 20) -> None:
    """Add the answers of `n` people to the statements of the factors, the same to each."""
    for factor in FACTORS:
        for rating in ("now", "wanted"):
            for answer, share in enumerate((0.1, 0.2, 0.3, 0.35, 0.05), 1):
                made.answer(school, "after", ("plg12", factor, rating), float(answer), share, n=n)


def _make_engagement(made: MadeResults, school: str, outcome: str, level: float, n: tuple[int, int]) -> None:
    for wave, count, mean in zip(("before", "after"), n, (level, level + 0.303), strict=True):
        made.level(school, wave, outcome, mean, low=mean - 0.3, high=mean + 0.3, n=count)
        made.level(school, wave, outcome, 0.8, quantity="sd", n=count)
    numbers = {"std_error": 0.12, "low": 0.052, "high": 0.554, "p_value": 0.02, "n": sum(n) - 15}
    made.change(school, outcome, 0.303, verdict="rose_probably" if ".total" in outcome else "unclear", **numbers)
    made.change(school, outcome, level, quantity="before", low=level - 0.3, high=level + 0.3, n=n[0])
    made.change(school, outcome, level + 0.303, quantity="after", low=level, high=level + 0.6, n=n[1])
    made.change(school, outcome, 0.287, quantity="change_pairs", low=0.011, high=0.563, p_value=0.04, n=15, verdict="rose_probably")
    made.change(school, outcome, 0.352, quantity="g_av", low=0.061, high=0.643, n=15)


def _make_factor(made: MadeResults, school: str, factor: str, position: int, n: tuple[int, int]) -> None:
    now, wanted = 2.506 + position / 10, 3.909 + position / 20
    change, p_value, verdict = {"e1": (0.551, 0.0005, "rose"), "c6": (-0.402, 0.0007, "fell"), "e2": (0.351, 0.03, "rose")}.get(
        factor, (0.057, 0.6, "unclear")
    )
    for wave, count, add in zip(("before", "after"), n, (0.0, change), strict=True):
        for rating, mean in (("now", now + add), ("wanted", wanted), ("gap", wanted - now - add)):
            made.level(school, wave, f"plg12.{factor}.{rating}", mean, low=mean - 0.3, high=mean + 0.3, n=count)
    numbers = {"std_error": 0.1, "low": change - 0.21, "high": change + 0.21, "p_value": p_value, "n": sum(n) - 15, "verdict": verdict}
    made.change(school, f"plg12.{factor}.now", change, **numbers)
    made.change(school, f"plg12.{factor}.now", now, quantity="before", low=now - 0.3, high=now + 0.3, n=n[0])
    made.change(school, f"plg12.{factor}.now", now + change, quantity="after", low=now, high=now + 0.6, n=n[1])
    for rating in ("wanted", "gap"):
        made.change(
            school, f"plg12.{factor}.{rating}", 0.011, **numbers | {"low": -0.2, "high": 0.22, "p_value": 0.9, "verdict": "unclear"}
        )


def make_cohort(made: MadeResults, schools: int) -> None:
    """Add schools s1, s2, ...: the first and third rose, the second fell, the last is hidden, the others can't be told."""
    kinds = {"s1": ("rose_clearly", 0.9), "s2": ("fell_clearly", -0.8), "s3": ("rose_probably", 0.4)}
    for number in range(1, schools):
        code = f"s{number}"
        make_school(made, code)
        verdict, change = kinds.get(code, ("unclear", 0.1))
        made.alter(
            "change",
            {"school": code, "scale": "total", "quantity": "change"},
            estimate=change,
            low=change - 0.3,
            high=change + 0.3,
            verdict=verdict,
        )
        made.alter("change", {"school": code, "scale": "total", "quantity": "after"}, estimate=3.414 + change)
        made.change(
            code, "uwes9.total", change * 0.8, quantity="shrunken", low=change * 0.8 - 0.25, high=change * 0.8 + 0.25, n=29, verdict=verdict
        )
    for quantity in ("change", "before", "after", "shrunken"):
        made.change(f"s{schools}", "uwes9.total", quantity=quantity, state="hidden", method="too_few", pairs=0)
    for wave in ("before", "after"):
        made.participation(f"s{schools}", wave, "used", NAN, state="hidden", method="too_few")
        for quantity, count in (("invited", 150), ("used", 110), ("matched", 75)):
            made.participation("", wave, quantity, count)
        made.participation("", wave, "response", 110 / 150)
    _make_average(made, schools - 1)


def _make_average(made: MadeResults, schools: int) -> None:
    shared = {"n": 145, "pairs": 75, "schools": schools}
    made.change("", "uwes9.total", 0.212, quantity="average_change", low=0.016, high=0.408, p_value=0.04, verdict="rose_probably", **shared)
    made.change("", "uwes9.total", 3.414, quantity="before", **shared)
    made.change("", "uwes9.total", 3.626, quantity="after", **shared)
    made.change("", "uwes9.total", 0.183, quantity="tau", low=0.0, high=0.477, **shared)
    made.change("", "uwes9.total", 0.212, quantity="new_school", low=-0.287, high=0.711, **shared)

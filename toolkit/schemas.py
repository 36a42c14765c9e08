"""The shape of every table that travels from room to room."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.errors import TableError

#: So many rows are dictionaries at a time: as these they take some ten times the room.
AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Table:
    """The name, columns (with dtypes) and key of a table; `open` tables carry further columns, one per item."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    open: bool = False

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` as this table: its columns in order, its dtypes, a fresh index; `TableError` if that is impossible."""
        missing = [name for name in self.columns if name not in frame]
        extra = [name for name in frame if name not in self.columns]
        if missing or (extra and not self.open):
            raise TableError(f"The table '{self.name}' lacks the columns {missing} or has unknown ones {extra}.")
        wanted = [*self.columns, *extra]
        ordered = frame if list(frame) == wanted else frame[wanted]
        found = dict(zip(ordered, map(str, ordered.dtypes), strict=True))
        other = {name: dtype for name, dtype in self.columns.items() if found[name] != dtype}
        return self._refuse_repeated((ordered.astype(other) if other else ordered).reset_index(drop=True))

    def _refuse_repeated(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self.key:
            repeated = find_repeated(frame, self.key)
            if repeated.any():
                first = frame.loc[repeated, list(self.key)].iloc[0].to_dict()
                raise TableError(
                    f"The table '{self.name}' holds {int(repeated.sum())} rows with a key that is there already, first {first}."
                )
        return frame

    def empty(self) -> pd.DataFrame:
        """Return this table without rows."""
        return _make_empty(tuple(self.columns.items())).copy()

    def collect(self, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
        """Return this table made of `rows`, each a mapping from column to value; they are taken a few thousand at a time."""
        waiting = iter(rows)
        texts: dict[object, object] = {}
        parts: dict[str, list[pd.Series]] = {name: [] for name in self.columns}
        while some := list(islice(waiting, AT_ONCE)):
            for name, dtype in self.columns.items():
                parts[name].append(pd.Series(_make_column([row.get(name) for row in some], dtype, texts)))
        if not any(parts.values()):
            return self.empty()
        whole = {name: pd.concat(parts.pop(name), ignore_index=True) for name in self.columns}  # a column is there twice at most
        return self._refuse_repeated(pd.DataFrame(whole, copy=False))


def _make_column(values: list[object], dtype: str, texts: dict[object, object]) -> Any:
    """Return a column of its kind; a text is in memory once, however many rows have it."""
    return pd.array([texts.setdefault(value, value) for value in values] if dtype == "str" else values, dtype=dtype)  # type: ignore[call-overload]


@cache
def _make_empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns})


def list_rows(table: pd.DataFrame) -> list[Any]:
    """Return the rows of `table`, each with its columns as attributes; what a row is, is made once, other than by `itertuples`."""
    return list(map(_name_columns(tuple(table))._make, zip(*(values.tolist() for _, values in table.items()), strict=True)))


@cache
def _name_columns(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)


def number_rows(frame: pd.DataFrame, key: Iterable[str]) -> tuple[NDArray[np.int64], int]:
    """Return a number for each row, the same for rows with the same key, and how many such numbers are possible.

    The values of each column are numbered, starting with the column with the fewest values, and the numbers are joined into one per row.
    """
    numbered = sorted((pd.factorize(frame[name].array, use_na_sentinel=False) for name in key), key=lambda pair: len(pair[1]))
    joined = np.zeros(len(frame), dtype=np.int64)
    possible = 1
    for numbers, values in numbered:
        joined = joined * len(values) + numbers
        possible = possible * len(values)
        if possible > 2**31:  # which further columns could carry past what a number holds
            joined = pd.factorize(joined)[0].astype(np.int64)
            possible = len(frame)
    return joined, possible


def find_repeated(frame: pd.DataFrame, key: Sequence[str]) -> NDArray[np.bool_]:
    """Return which rows repeat the key of an earlier row.

    If so few keys are possible that each can have a bit, as with everybody's scores on every scale, even their numbers need no lookup.
    """
    joined, possible = number_rows(frame, key)
    if possible <= 16 * len(frame):
        seen = np.zeros(possible, dtype=bool)
        seen[joined] = True
        if np.count_nonzero(seen) == len(frame):
            return np.zeros(len(frame), dtype=bool)
    repeated: NDArray[np.bool_] = pd.Series(joined).duplicated().to_numpy()
    return repeated


WHO = {"respondent": "str", "school": "str", "wave": "str", "role": "str"}
WHAT = {"instrument": "str", "scale": "str", "rating": "str"}
TAIL = {
    "quantity": "str",
    "estimate": "float64",
    "std_error": "float64",
    "low": "float64",
    "high": "float64",
    "p_value": "float64",
    "n": "int64",
    "method": "str",
}
#: `state` of a result: shown, hidden (a disclosure rule), not_measured, not_computable; only shown rows carry numbers.
STATE = {"state": "str"}

#: Wide: one row per person and wave, one float column per item and rating (named by `Instrument.columns`), NaN = no answer.
RESPONSES = Table("responses", WHO | {"date": "datetime64[us]", "source": "str", "row": "int64"}, key=("respondent", "wave"), open=True)
SCORES = Table(
    "scores",
    WHO | WHAT | {"score": "float64", "answered": "int64", "asked": "int64"},
    key=("respondent", "wave", "instrument", "scale", "rating"),
)
#: What a person should look at. `severity`: stops, asks, accepted, tells. `count` = number of places if one row stands for many.
FINDINGS = Table(
    "findings",
    {
        "code": "str",
        "severity": "str",
        "school": "str",
        "wave": "str",
        "file": "str",
        "row": "int64",
        "column": "str",
        "value": "str",
        "expected": "str",
        "count": "int64",
    },
)
#: One row per file read: what was in it, what was used of it, how it was written.
SOURCES = Table(
    "sources",
    {
        "source": "str",
        "sheet": "str",
        "sha256": "str",
        "format": "str",
        "encoding": "str",
        "separator": "str",
        "rows_read": "int64",
        "rows_used": "int64",
    },
    key=("source", "sheet"),
)
#: Where each item was in each file: `position` is the column number from 1, `header` the text above it; `wave` is "" except in wide files.
ORIGINS = Table("origins", {"source": "str", "sheet": "str", "wave": "str", "item": "str", "position": "int64", "header": "str"})

PARTICIPATION = Table("participation", {"school": "str", "wave": "str"} | STATE | TAIL, key=("school", "wave", "quantity"))
LEVELS = Table(
    "levels", {"school": "str", "wave": "str"} | WHAT | STATE | TAIL, key=("school", "wave", "instrument", "scale", "rating", "quantity")
)
#: `school` is "" for the average over schools; `df` the degrees of freedom, `pairs` and `schools` what the estimate rests on.
CHANGE = Table(
    "change",
    {"school": "str", "comparison": "str"}
    | WHAT
    | {"df": "float64", "pairs": "int64", "schools": "int64", "verdict": "str"}
    | STATE
    | TAIL,
    key=("school", "comparison", "instrument", "scale", "rating", "quantity"),
)
RELIABILITY = Table("reliability", {"wave": "str"} | WHAT | STATE | TAIL, key=("wave", "instrument", "scale", "rating", "quantity"))

#: What an estimate rests on: degrees of freedom, people who answered twice, schools.
RESTS = {"df": "float64", "pairs": "int64", "schools": "int64"}
#: A result about one outcome in one comparison; `school` is "" for results over the schools.
COMPARED = {"school": "str", "comparison": "str"} | WHAT | RESTS
COMPARED_KEY = ("school", "comparison", "instrument", "scale", "rating", "quantity")

#: The average change by other estimators, beside the default.
SENSITIVITY = Table("sensitivity", COMPARED | STATE | TAIL, key=COMPARED_KEY)
#: Who left between two waves, and what the average change would be if that were taken into account.
ATTRITION = Table("attrition", COMPARED | STATE | TAIL, key=COMPARED_KEY)
#: The change of people who began low, beside what regression to the mean alone would bring.
LOW_START = Table("low_start", COMPARED | STATE | TAIL, key=COMPARED_KEY)
#: Whether changes matter: equivalence tests and how many people changed by more than measurement error.
MEANING = Table("meaning", COMPARED | {"verdict": "str"} | STATE | TAIL, key=COMPARED_KEY)
#: Change of factors, corrected for their number; attainment of what was wanted; the reliability of gaps.
FACTORS = Table("factors", COMPARED | {"p_adjusted": "float64", "verdict": "str"} | STATE | TAIL, key=COMPARED_KEY)
#: How leaders see things beside how other staff do: `school` is "" over the schools that have both. In rows on how many people answered,
#: `role` is the role that they have, "" if it is not known; in the mean of a group of persons it is that subgroup, `school` "" over all.
ROLES = Table(
    "roles",
    {"school": "str", "wave": "str", "role": "str"} | WHAT | RESTS | STATE | TAIL,
    key=("school", "wave", "role", *WHAT, "quantity"),
)
#: Whether a scale is a property of the team: how far teams differ, and how far people in a team agree. `verdict` as in `estimate_team`.
TEAM = Table(
    "team",
    {"school": "str", "wave": "str"} | WHAT | {"verdict": "str"} | STATE | TAIL,
    key=("school", "wave", "instrument", "scale", "rating", "quantity"),
)
#: Whether a scale means the same in both waves: the fit of each `level` of equality, what changed in it, and the change of each item.
INVARIANCE = Table(
    "invariance",
    {"comparison": "str"} | WHAT | {"level": "str", "item": "str", "verdict": "str"} | RESTS | STATE | TAIL,
    key=("comparison", "instrument", "scale", "rating", "level", "item", "quantity"),
)
#: Change of schools on the trajectory beside that of comparison schools.
COMPARISON = Table("comparison", COMPARED | {"verdict": "str"} | STATE | TAIL, key=COMPARED_KEY)
#: How the answers to each statement are spread, in whole percentages per school; `answer` is the answer as it was given.
ANSWERS = Table(
    "answers",
    {"school": "str", "wave": "str", "instrument": "str", "item": "str", "rating": "str", "answer": "float64"} | STATE | TAIL,
    key=("school", "wave", "instrument", "item", "rating", "answer"),
)
#: What people picked: `share` per option, `answer` its value; `school` is "" for the mean over schools. `role` is "leaders" or "staff" in a
#: share of those who lead, or of all others, in all schools. Of questions in words of one's own how many `answered`; of key words also how
#: many wrote a `word`, and how many `other_words`; there `school` is "" for all schools together.
QUESTION = {"instrument": "str", "item": "str", "rating": "str", "answer": "float64"}
SHARES = Table(
    "shares",
    {"school": "str", "wave": "str"} | QUESTION | {"role": "str", "word": "str", "df": "float64", "schools": "int64"} | STATE | TAIL,
    key=("school", "wave", *QUESTION, "role", "word", "quantity"),
)
#: How many of those who answered twice went from one option to another; of `several` how many picked an option only the first time
#: (`dropped`) or only the second (`added`), `answer` and `answer_after` both that option.
SWITCHES = Table(
    "switches",
    {"school": "str", "comparison": "str"} | QUESTION | {"answer_after": "float64", "df": "float64", "pairs": "int64"} | STATE | TAIL,
    key=("school", "comparison", *QUESTION, "answer_after", "quantity"),
)
#: The range of the means of the other schools; `n` is the number of those schools. Means here have one decimal.
BAND = Table("band", {"school": "str", "wave": "str"} | WHAT | STATE | TAIL, key=("school", "wave", *WHAT, "quantity"))
#: Differences in change between the two ends of every pair that the study names.
PAIRS = Table(
    "pairs",
    {"first": "str", "second": "str"} | COMPARED | {"verdict": "str"} | STATE | TAIL,
    key=("first", "second", *COMPARED_KEY),
)
#: Cohorts beside each other: `school` is "" for a cohort as a whole, `cohort` for all of them; `against` names the other one of a
#: difference, and `time` holds months since the first wave of the cohort.
COHORTS = Table(
    "cohorts",
    {"cohort": "str", "against": "str", "school": "str", "wave": "str"}
    | WHAT
    | {"time": "float64"}
    | RESTS
    | {"p_adjusted": "float64", "verdict": "str"}
    | STATE
    | TAIL,
    key=("cohort", "against", "school", "wave", *WHAT, "quantity"),
)
#: Change over three waves or more; `time` is in years since the first wave, or since the start of a school.
COURSE = {"school": "str", "wave": "str"} | WHAT | {"time": "float64"} | RESTS
GROWTH = Table("growth", COURSE | STATE | TAIL, key=("school", "wave", "instrument", "scale", "rating", "quantity"))
STAGGERED = Table("staggered", COURSE | STATE | TAIL, key=("instrument", "scale", "rating", "quantity", "time"))
#: The chance of finding a change with a given number of schools; `n` is the number of simulated studies.
PLANNING = Table("planning", {"schools": "int64", "people": "float64", "pairs": "float64"} | STATE | TAIL, key=("schools", "quantity"))
#: How far goals are: `date` is "" for what holds at every moment, `share` that of the way from start to target. Of goals of a person only
#: how many `people` have one, and how many goals are in a class; there `owner` and `goal` are "", and `school` is "" over the schools.
GOALS = Table(
    "goals",
    dict.fromkeys(("school", "owner_kind", "owner", "goal", "role", "factor", "indicator", "date", "due"), "str") | STATE | TAIL,
    key=("school", "owner_kind", "owner", "goal", "date", "quantity"),
)
#: Indicators per school and date: `value`, or `share` of `n`; and `target`. `counted` says what was counted.
INDICATORS = Table(
    "indicators",
    dict.fromkeys(("school", "indicator", "counted", "date"), "str") | STATE | TAIL,
    key=("school", "indicator", "date", "quantity"),
)
#: What other records come to, by `kind`. Of notes `moment` is a measurement, `first` a theme, `second` a role, the quantity a valence, or
#: `quote` with its `words`; of ratings they are a date, a statement and its list; of links a measurement, from whom and who learns; of
#: meetings a month and a question, of `n` meetings; of attendance a date, the contact, a group and the kind of contact, of `n` people (0:
#: not all are listed), and of `share_present` and `hours_present` a group, over `n` contacts; of profiles a date, a test and a type
#: ("": small ones together), of `n` people; of contacts in files a date, a kind, the cohort and the title.
RECORDED = Table(
    "recorded",
    dict.fromkeys(("kind", "school", "moment", "first", "second", "words"), "str") | STATE | TAIL,
    key=("kind", "school", "moment", "first", "second", "words", "quantity"),
)
#: Records in one shape, as data: of a goal `first` is the goal and `second` its indicator, of an indicator its name and what was counted;
#: of the other kinds these are those of RECORDED.
RELEASED_RECORDS = Table(
    "released_records",
    dict.fromkeys(("kind", "school", "moment", "first", "second", "words", "owner_kind", "owner", "role", "factor", "due"), "str")
    | {"quantity": "str"}
    | STATE
    | {"reason": "str", "estimate": "float64", "low": "float64", "high": "float64", "n": "Int64", "method": "str"},
    key=("kind", "school", "moment", "first", "second", "words", "owner_kind", "owner", "quantity"),
)
#: All results of a run in one shape, for further analysis: where each row belongs, its number if it may be shown, or the `reason` why not.
EXPORT = Table(
    "export",
    {"table": "str", "school": "str", "wave": "str", "comparison": "str", "first": "str", "second": "str"}
    | {"cohort": "str", "against": "str", "role": "str"}
    | WHAT
    | {"item": "str", "answer": "float64", "answer_after": "float64", "word": "str", "quantity": "str"}
    | STATE
    | {"reason": "str", "verdict": "str"}
    | dict.fromkeys(("estimate", "std_error", "low", "high", "p_value", "df", "time", "p_adjusted"), "float64")
    | dict.fromkeys(("n", "pairs", "schools"), "Int64")
    | {"method": "str"},
    key=(
        *("table", "school", "wave", "comparison", "first", "second", "cohort", "against", "role"),
        *(*WHAT, "item", "answer", "answer_after", "word", "quantity"),
    ),
)

#: Where a record stands in its file; "" and 0 for a contact of the study file.
PLACE = {"file": "str", "row": "int64"}
DAY, REAL = "datetime64[us]", "float64"
#: The records of a trajectory, by kind: a cell that was left empty is "", NaT or NaN. What stands in each is in `toolkit/study/records.py`.
RECORDS: Mapping[str, Table] = {
    "contacts": Table(
        "contacts",
        {"date": DAY} | dict.fromkeys(("type", "title", "school", "cohort", "group"), "str") | {"hours": REAL, "cost": REAL} | PLACE,
    ),
    #: a row is a goal at a moment; `owner_kind` is "school" where the file says nothing.
    "goals": Table(
        "goals",
        dict.fromkeys(("goal", "school", "owner_kind", "owner", "role", "factor", "indicator"), "str")
        | {"start": REAL, "target": REAL, "date": DAY, "actual": REAL, "progress": REAL, "due": DAY}
        | PLACE,
    ),
    #: a row has a `value`, or a share: `numerator` of `denominator`; of a share `target` is 0 to 1.
    "indicators": Table(
        "indicators",
        {"school": "str", "indicator": "str", "date": DAY, "value": REAL, "numerator": REAL, "denominator": REAL, "counted": "str"}
        | {"target": REAL}
        | PLACE,
    ),
    "ratings": Table(
        "ratings",
        {"school": "str", "date": DAY, "list": "str", "statement": "str", "level": REAL, "evidence": "str", "quote": "str"} | PLACE,
    ),
    "notes": Table(
        "notes", {"date": DAY} | dict.fromkeys(("school", "role", "theme", "valence", "consent", "quote", "text"), "str") | PLACE
    ),
    "links": Table("links", dict.fromkeys(("wave", "school", "from", "to", "about"), "str") | {"count": REAL} | PLACE),
    "meetings": Table("meetings", {"date": DAY, "school": "str", "team": "str", "question": "str", "worked_on": "str"} | PLACE),
    "attendance": Table(
        "attendance", {"date": DAY} | dict.fromkeys(("title", "school", "group", "person", "present"), "str") | {"count": REAL} | PLACE
    ),
    "profiles": Table("profiles", {"date": DAY, "school": "str", "test": "str", "type": "str", "count": REAL} | PLACE),
}

"""A researcher's own table: which column holds what, in which order its waves lie, and a sentence where it can't be told or can't be right.

All functions on plain frames read through here, so they know the same columns and refuse the same faults in the same words. A frame is
long: one row per person and wave. What a function is given it shows; `smallest_group` hides small groups on request.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

import numpy as np
import pandas as pd

from toolkit.analysis.counted import find_few
from toolkit.column_names import HEADERS, is_named, place_wave
from toolkit.errors import FrameError
from toolkit.languages import Text, find_spoken, load_text
from toolkit.page_kernel import find_page_floor

#: The name of a column, False where the frame has none of its kind, or None to find it by its name.
Column = str | Literal[False] | None
#: More different values than this name no waves.
MOST_WAVES = 30
#: So many names, rows or codes stand in a message.
MOST_TOLD = 8
SECOND_NAMES = {"person": r"teacher|leraar|docent|employee|medewerker|user|.*_id|wie|who|key"}
ALL = "all schools"


@dataclass(frozen=True, slots=True, eq=False)
class Long:
    """A frame as it was read.

    `table` has the columns school, respondent, wave (a number: the place in `waves`) and one of floats for each of `dv`; `row` is where it
    stood in the frame. `waves` holds the values as the frame has them, in the order of time where `ordered`. `columns` names the columns
    that were read as wave, person and school, "" where there is none.
    """

    table: pd.DataFrame
    dv: tuple[str, ...]
    waves: tuple[Hashable, ...]
    ordered: bool
    schools: tuple[str, ...]
    columns: dict[str, str]
    anonymous: int

    def with_scores(self, table: pd.DataFrame) -> Long:
        """Return the same reading with other scores."""
        return replace(self, table=table)

    @property
    def attrs(self) -> dict[Hashable | None, Any]:
        """Return how the frame was read, for the `attrs` of what is made of it."""
        told: dict[Hashable | None, Any] = {"dv": list(self.dv), **{name: column or None for name, column in self.columns.items()}}
        return told | ({"without_code": self.anonymous} if self.anonymous else {})


def refuse(code: str, **places: Any) -> NoReturn:
    """Raise the fault `code` of the phrases in [faults.frame], in the language of the person at this machine."""
    raise FrameError(load_text(find_spoken()).find_fault(f"frame.{code}", **places))


def tell(names: Iterable[Any]) -> str:
    """Return names as a list of words in quotes, the first few of them."""
    text = load_text(find_spoken())
    texts = [str(name) if isinstance(name, int | np.integer) else f"‘{name}’" for name in names]
    return text.join(
        texts if len(texts) <= MOST_TOLD else [*texts[: MOST_TOLD - 1], text.say("faults.frame.more", count=len(texts) - MOST_TOLD + 1)]
    )


def read_frame(
    frame: pd.DataFrame,
    *,
    dv: str | Sequence[str] | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    varies: bool = True,
    needs: Collection[str] = ("wave", "person", "school"),
    keep_missing: bool = False,
) -> Long:
    """Return `frame` as it was read; `FrameError` with what is wrong and what would be right.

    Args:
        frame: one row per person and wave.
        dv: the column or columns of scores; without it the only column of numbers that is left.
        wave, person, school: the columns; without them they are found by name. False says that there is none: one wave, nobody who can be
            followed, one school.
        varies: whether every dv must hold different values.
        needs: which of the columns must be found or said not to be there; another that is not found counts as not there.
        keep_missing: also the rows without any score.
    """
    check_frame(frame)
    columns = find_columns(frame, {"wave": wave, "person": person, "school": school}, needs)
    chosen = _find_dv(frame, dv, columns)
    _check_distinct(chosen, columns)
    order, ordered = order_waves(frame, columns["wave"])
    table = pd.DataFrame({"row": np.arange(len(frame))})
    table["school"] = read_codes(frame, columns["school"], "school")
    table["wave"] = pd.Index(order).get_indexer(pd.Index(frame[columns["wave"]])) if columns["wave"] else 0
    table["respondent"], anonymous = _read_people(frame, columns["person"])
    for name in chosen:
        table[name] = _read_numbers(frame[name], name, varies)
    answered = table if keep_missing else table[table[chosen].notna().any(axis=1)]
    _check_people(answered, columns, order)
    schools = tuple(list_codes(frame, columns["school"]))
    return Long(answered.reset_index(drop=True), tuple(chosen), tuple(order), ordered, schools, columns, anonymous)


def find_before_after(long: Long, before: Hashable | None, after: Hashable | None) -> tuple[int, int]:
    """Return the places of both waves: those that are named, or the two that there are, where their order is known."""
    if not long.columns["wave"]:
        refuse("wave_false")
    if len(long.waves) < 2:
        refuse("one_wave", column=long.columns["wave"], wave=tell(long.waves))
    if before is None and after is None and len(long.waves) == 2 and long.ordered:
        return 0, 1
    if before is None or after is None:
        code = "which_waves" if len(long.waves) > 2 else "which_first"
        refuse(code, column=long.columns["wave"], waves=tell(long.waves), first=long.waves[0], last=long.waves[-1])
    places = [_find_wave(long, before, "before"), _find_wave(long, after, "after")]
    if places[0] == places[1]:
        refuse("same_wave", wave=before)
    return places[0], places[1]


def take_only(long: Long) -> str:
    """Return the only dv."""
    if len(long.dv) > 1:
        refuse("one_dv", columns=tell(long.dv))
    return long.dv[0]


def take_people(long: Long, dv: str, before: int, after: int, smallest_group: int = 1) -> pd.DataFrame:
    """Return one row per school and person who gave `dv` in either wave, with the scores `before` and `after`, NaN where there is none.

    As in a report, the few of a school who missed a wave of the frame are left out, if they are fewer than `smallest_group`.
    """
    own = long.table[long.table[dv].notna()]
    wide = own.set_index(["school", "respondent", "wave"])[dv].unstack("wave").sort_index()
    if long.columns["person"]:
        school, _ = pd.factorize(wide.index.get_level_values("school"))
        wide = wide[~find_few(school, wide.notna().all(axis=1).to_numpy(), smallest_group)]
    return wide.reindex(columns=[before, after]).dropna(how="all").set_axis(["before", "after"], axis=1)


def check_options(*, confidence: Any = 0.95, smallest_group: Any = 1, smallest_change: Any = None) -> int:
    """Return the smallest group, raised to that of the page where one for sharing is made.

    Refuse a confidence that does not lie between 0 and 1, a group of nobody, and a change that is not above 0.
    """
    if not (isinstance(confidence, int | float) and 0 < confidence < 1):
        refuse("share", name="confidence", value=confidence)
    if not (isinstance(smallest_group, int | np.integer) and smallest_group >= 1):
        refuse("group", value=smallest_group)
    if smallest_change is not None and not (isinstance(smallest_change, int | float) and smallest_change > 0):
        refuse("positive", name="smallest_change", value=smallest_change)
    return max(int(smallest_group), find_page_floor())


def hide_on_pages(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without numbers in rows on fewer people than a page for sharing may show; elsewhere as it is."""
    floor = find_page_floor()
    if not floor:
        return table
    numbers = [str(name) for name in table.select_dtypes("number") if name not in ("schools", "items")]
    few = table["n"].fillna(0).astype(float) < floor
    return table.assign(**{name: table[name].astype("Float64").mask(few) for name in numbers})


def find_range(frame: pd.DataFrame, dv: Sequence[str]) -> tuple[float, float] | None:
    """Return the lowest and highest possible score of `dv`, where `score` told it and it is the same for all."""
    ranges = {frame.attrs.get("scales", {}).get(name, {}).get("range") for name in dv}
    return ranges.pop() if len(ranges) == 1 else None


def order_schools(long: Long) -> list[str]:
    """Return the schools that have answers, in the order of the frame's categories, or else of their names."""
    present = set(long.table["school"])
    return [school for school in long.schools if school in present]


def check_frame(frame: pd.DataFrame) -> None:
    """Refuse what is no frame, has no rows, or has two columns of one name."""
    if not isinstance(frame, pd.DataFrame):
        refuse("no_frame", kind=type(frame).__name__)
    if frame.empty:
        refuse("empty")
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        refuse("repeated_column", columns=tell(dict.fromkeys(repeated)))


def find_columns(frame: pd.DataFrame, given: dict[str, Column], needs: Collection[str]) -> dict[str, str]:
    """Return the columns of wave, person and school, "" where the frame has none."""
    found = {kind: find_named(frame, name, kind) for kind, name in given.items() if isinstance(name, str)}
    found |= {kind: "" for kind, name in given.items() if name is False}
    for kind in ("wave", "school", "person"):  # in the order in which HEADERS are tried: a school's code is a school
        if kind not in found:
            found[kind] = _find_kind(frame, kind, set(found.values()), kind in needs)
    return {kind: found[kind] for kind in given}


def find_named(frame: pd.DataFrame, name: str, what: str) -> str:
    """Return the name of a column that was given for `what`; refuse one that is not there."""
    if name in frame.columns:
        return name
    if name in frame.index.names:
        refuse("in_index", what=what, name=name)
    refuse("no_column", what=what, name=name, columns=tell(frame.columns), mend=_suggest(name, frame))


def _suggest(name: str, frame: pd.DataFrame) -> str:
    return load_text(find_spoken()).suggest(str(name), map(str, frame.columns))


def _find_kind(frame: pd.DataFrame, kind: str, taken: set[str], needed: bool) -> str:
    """Return the only column whose name tells that it is of `kind`; "" where there is none and none is `needed`."""
    shape = HEADERS["respondent" if kind == "person" else kind]
    others = [HEADERS[other] for other in ("wave", "school") if kind == "person"]
    names = [name for name in map(str, frame.columns) if name not in taken]
    free = [name for name in names if not any(is_named(name, other) for other in others)]
    hits = [name for name in free if is_named(name, shape)]
    hits = hits or [name for name in free if kind in SECOND_NAMES and re.fullmatch(SECOND_NAMES[kind], name.casefold())]
    if len(hits) > 1:
        refuse(f"which_{kind}", columns=tell(hits), first=hits[0])
    if not hits and not needed:
        return ""
    if not hits:
        named = [str(name) for name in frame.index.names if name and is_named(str(name), shape)]
        if named:
            refuse("in_index", what=kind, name=named[0])
        refuse(f"no_{kind}", columns=tell(frame.columns))
    return hits[0]


def _find_dv(frame: pd.DataFrame, dv: str | Sequence[str] | None, columns: dict[str, str]) -> list[str]:
    if dv is not None:
        names = [dv] if isinstance(dv, str) else list(dv)
        if not names:
            refuse("no_dv", columns=tell(_list_numbers(frame, columns)))
        return [find_named(frame, name, "dv") for name in dict.fromkeys(names)]
    numbers = _list_numbers(frame, columns)
    if len(numbers) != 1:
        refuse("which_dv" if numbers else "no_dv", columns=tell(numbers or frame.columns))
    return numbers


def _list_numbers(frame: pd.DataFrame, columns: dict[str, str]) -> list[str]:
    numbers = frame.select_dtypes("number").columns
    return [str(name) for name in numbers if name not in columns.values()]


def _check_distinct(dv: list[str], columns: dict[str, str]) -> None:
    used = [*dv, *filter(None, columns.values())]
    twice = [name for name in dict.fromkeys(used) if used.count(name) > 1]
    if twice:
        refuse("twice_used", column=twice[0], uses=tell([k for k, name in columns.items() if name == twice[0]] + ["dv"] * (twice[0] in dv)))


def order_waves(frame: pd.DataFrame, column: str) -> tuple[list[Hashable], bool]:
    """Return the waves in the order of time, and whether that order is known."""
    if not column:
        return [], False
    values = frame[column]
    if values.isna().any():
        refuse("no_value", what="wave", column=column, count=int(values.isna().sum()), rows=_tell_rows(values.isna()))
    present = list(values.unique())
    if len(present) > MOST_WAVES:
        refuse("many_waves", column=column, count=len(present), values=tell(present[:3]))
    if isinstance(values.dtype, pd.CategoricalDtype):
        return [wave for wave in values.cat.categories if wave in set(present)], True
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return sorted(present), True
    texts = [str(wave) for wave in present]
    for read in (place_wave, _read_date):
        places = [read(text) for text in texts]
        if None not in places and len(set(places)) == len(places):
            return [present[at] for at in np.argsort(np.array(places))], True
    return present, False


def _read_date(text: str) -> pd.Timestamp | None:
    return pd.Timestamp(text) if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text) else None


def _find_wave(long: Long, value: Hashable, name: str) -> int:
    if value in long.waves:
        return long.waves.index(value)
    texts = [str(wave) for wave in long.waves]
    if str(value) in texts:
        return texts.index(str(value))
    text: Text = load_text(find_spoken())
    refuse("unknown_wave", name=name, wave=value, column=long.columns["wave"], mend=text.suggest(str(value), texts))


def read_codes(frame: pd.DataFrame, column: str, what: str) -> pd.Series:
    """Return the values of a column as text; an empty text everywhere where there is no such column."""
    if not column:
        return pd.Series("", index=range(len(frame)), dtype="str")
    values = frame[column]
    if values.isna().any():
        refuse("no_value", what=what, column=column, count=int(values.isna().sum()), rows=_tell_rows(values.isna()))
    return as_text(values)


def _read_people(frame: pd.DataFrame, column: str) -> tuple[pd.Series, int]:
    """Return who answered, and how many rows tell nobody: each of those is somebody who answered once."""
    alone = pd.Series([f"row {number}" for number in range(len(frame))], dtype="str")
    if not column:
        return alone, 0
    missing = frame[column].isna().reset_index(drop=True)
    return as_text(frame[column]).mask(missing, alone), int(missing.sum())


def as_text(values: pd.Series) -> pd.Series:
    """Return values as text, whole numbers without decimals."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype("str").str.strip().reset_index(drop=True)


def _read_numbers(values: pd.Series, name: str, varies: bool) -> np.ndarray:
    if not (pd.api.types.is_numeric_dtype(values) or values.isna().all()):
        numbers = pd.to_numeric(values, errors="coerce")
        wrong = values.notna() & numbers.isna()
        code = "decimal_comma" if values[wrong].astype(str).str.fullmatch(r"\s*-?\d+,\d+\s*").all() else "text_in_dv"
        if wrong.any():
            refuse(code, column=name, value=values[wrong].iloc[0], rows=_tell_rows(wrong), count=int(wrong.sum()))
        values = numbers
    read = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(read).any():
        refuse("infinite", column=name, rows=_tell_rows(pd.Series(np.isinf(read))))
    present = read[~np.isnan(read)]
    if not present.size:
        refuse("nothing_in_dv", column=name)
    if varies and np.ptp(present) == 0:
        refuse("all_equal", column=name, value=f"{present[0]:g}")
    return read


def _check_people(table: pd.DataFrame, columns: dict[str, str], waves: Sequence[Hashable]) -> None:
    """Refuse somebody who answered twice in a wave, and codes that more than one school uses."""
    if not columns["person"]:
        return
    repeated = table.duplicated(["respondent", "wave", "school"], keep=False)
    if repeated.any():
        first = table[repeated].iloc[0]
        rows = table.loc[repeated & (table["respondent"] == first["respondent"]) & (table["wave"] == first["wave"]), "row"]
        refuse(
            "doubles", column=columns["person"], person=first["respondent"], wave=waves[first["wave"]] if len(waves) else "",
            rows=tell(rows + 1), count=int(table[repeated]["respondent"].nunique()),
        )  # fmt: skip
    at = table.groupby("respondent")["school"].nunique()
    shared = at.index[at > 1]
    if len(shared):
        schools = sorted(table.loc[table["respondent"] == shared[0], "school"].unique())
        refuse(
            "shared_codes", column=columns["person"], school=columns["school"], person=shared[0], schools=tell(schools), count=len(shared)
        )


def list_codes(frame: pd.DataFrame, column: str) -> list[str]:
    """Return the different values of a column as text, in the order of its categories, or else s2 before s10."""
    if not column:
        return [""]
    values = frame[column]
    if isinstance(values.dtype, pd.CategoricalDtype):
        return [str(school).strip() for school in values.cat.categories]
    return [str(school) for school in sorted(as_text(values).unique(), key=_sort_naturally)]


def _sort_naturally(text: str) -> list[tuple[int, int, str]]:
    """Return what sorts s2 before s10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]


def _tell_rows(wrong: pd.Series) -> str:
    return tell(np.flatnonzero(wrong.to_numpy()) + 1)

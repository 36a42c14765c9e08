"""From answers to scale scores in a researcher's own table, and what the scores look like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.frames import ALL, Column, Long, check_frame, check_options, find_range, order_schools, read_frame, refuse, tell
from toolkit.scoring import score_scales
from toolkit.shipped import DATASETS
from toolkit.spelling import find_nearest_of, fold, fold_words
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, Item, Licence, Scale, load_instrument

COLUMNS = ("school", "wave", "n", "missing", "mean", "sd", "minimum", "maximum", "floor", "ceiling")
#: How alike a column must be to an item without one, to be named as the nearest.
NEAR = 0.7


def load_example(name: str = "teams") -> pd.DataFrame:
    """Return an invented table to try things on: one row per person and wave.

    Parameters
    ----------
    name
        "teams": six schools in September and June, with code, school, wave, role and the answers to four questionnaires as numbers.

    Returns
    -------
    DataFrame
        The file `datasets/<name>.csv` as pandas reads it.

    Raises
    ------
    FrameError
        For a name that is not there.

    Examples
    --------
    >>> load_example().shape[0], list(load_example())[:4]
    (187, ['school', 'code', 'wave', 'role'])
    """
    path = DATASETS / f"{name}.csv"
    if not path.is_file():
        refuse("no_example", name=name, known=tell(sorted(other.stem for other in DATASETS.glob("*.csv"))))
    return pd.read_csv(path)


def score(
    frame: pd.DataFrame,
    instrument: str | Instrument | Sequence[str],
    *,
    reverse: Collection[str] = (),
    range: tuple[float, float] | None = None,
    name: str = "score",
    min_answered: int | None = None,
    folder: str | Path | None = None,
) -> pd.DataFrame:
    """Return the frame with a column per scale.

    Parameters
    ----------
    frame
        Answers: one row per person and wave, a column per question, as numbers or in the words of the instrument.
    instrument
        The id of an instrument (`list_instruments` names them), an instrument, or a list of columns that make one scale.
    reverse
        With a list: the columns that are asked the other way round.
    range
        With a list: the lowest and the highest answer, for instance (1, 5). It is needed to reverse, and holds every answer to it.
    name
        With a list: the name of the new column.
    min_answered
        With a list: how many of the questions must be answered; three quarters of them if not said, rounded up.
    folder
        A folder with instruments of your own.

    Returns
    -------
    DataFrame
        A copy with a column of floats per scale and rating: the id of the instrument for its total, `<id>_<scale>_<rating>` for others;
        NaN where too few questions were answered. `attrs["scales"]` tells the items and the range of each scale, `attrs["instruments"]`
        which column holds which question.

    Raises
    ------
    FrameError
        For questions without a column, and for answers that the instrument does not have.

    Notes
    -----
    The mean of the questions that were answered, reversed ones turned round, as in the reports: each instrument names its source.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"code": ["a", "b"], "q1": [1, 4], "q2": [5, 3]})
    >>> score(answers, ["q1", "q2"], reverse=["q2"], range=(1, 5), name="trust")
      code  q1  q2  trust
    0    a   1   5    1.0
    1    b   4   3    3.5
    """
    check_frame(frame)
    if isinstance(instrument, str):
        found = load_instrument(instrument, Path(folder) if folder else None)
        columns = _find_items(frame, found)
    elif isinstance(instrument, Instrument):
        found, columns = instrument, _find_items(frame, instrument)
    else:
        found, columns = _describe_list(frame, list(instrument), reverse, range, name, min_answered)
    made = frame.copy()
    made.attrs = dict(frame.attrs)
    made.attrs["scales"] = dict(frame.attrs.get("scales", {}))
    asked = {found.name_column(*key): column for key, column in columns.items()}
    made.attrs["instruments"] = frame.attrs.get("instruments", {}) | {found.id: asked}
    for column, values, about in _score_ratings(frame, found, columns):
        if about["items"] != [column]:
            made[column] = values
        made.attrs["scales"][column] = about
    return made


def describe(
    frame: pd.DataFrame,
    *,
    dv: str | Sequence[str] | None = None,
    wave: Column = None,
    school: Column = None,
    range: tuple[float, float] | None = None,
    smallest_group: int = 1,
) -> pd.DataFrame:
    """Return number, mean and spread of `dv` per school and wave, and over the schools.

    Parameters
    ----------
    frame
        One row per person and wave.
    dv
        The column of scores, or several; without it the only column of numbers.
    wave, school
        The columns; without them found by name, or one wave and one school where there is none.
    range
        The lowest and highest possible score; without it that of `score`, or else what occurs.
    smallest_group
        Groups of fewer people have no numbers.

    Returns
    -------
    DataFrame
        school, wave, n, missing (rows without a score), mean, sd, minimum, maximum, and the shares (0 to 1) at the lowest (floor) and the
        highest possible score (ceiling). Over schools the mean counts every school once; the rest is of people. Several `dv` are the index.

    Raises
    ------
    FrameError
        Where a column can't be told or can't be right.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"school": ["a", "a", "b", "b"], "score": [1.0, 3.0, 4.0, None]})
    >>> describe(frame, dv="score", range=(1, 5))[["school", "n", "missing", "mean", "floor"]]
            school  n  missing  mean     floor
    0  all schools  3        1   3.0  0.333333
    1            a  2        0   2.0  0.500000
    2            b  1        1   4.0  0.000000
    """
    smallest_group = check_options(smallest_group=smallest_group)
    long = read_frame(frame, dv=dv, wave=wave, person=False, school=school, varies=False, needs=(), keep_missing=True)
    parts = []
    for name in long.dv:
        ends = range or find_range(frame, [name]) or (long.table[name].min(), long.table[name].max())
        parts += [part.assign(dv=name) for part in _describe_column(long, name, ends, smallest_group)]
    table = pd.concat(parts).rename_axis("school").reset_index()
    waves = [str(wave) for wave in long.waves]
    table["wave"] = pd.Categorical([str(long.waves[at]) if waves else "" for at in table["wave"]], waves or [""], ordered=True)
    found = table.set_index("dv")[list(COLUMNS)] if len(long.dv) > 1 else table[list(COLUMNS)]
    found = found if waves else found.drop(columns="wave")
    found.attrs = long.attrs | {"range": ends if len(long.dv) == 1 else None}
    return found


def _describe_column(long: Long, dv: str, ends: tuple[float, float], smallest_group: int) -> Iterator[pd.DataFrame]:
    for wave, here in long.table.groupby("wave"):
        own = _summarise(here, dv, "school", ends, smallest_group).reindex(order_schools(long))
        everyone = _summarise(here.assign(school=ALL), dv, "school", ends, smallest_group)
        if long.columns["school"]:
            yield everyone.assign(mean=own["mean"].mean(), wave=wave)
        yield (own if long.columns["school"] else everyone).assign(wave=wave)


def _summarise(table: pd.DataFrame, dv: str, by: str, ends: tuple[float, float], smallest_group: int) -> pd.DataFrame:
    groups = table.groupby(by)[dv]
    found = pd.DataFrame(groups.agg(["count", "size", "mean", "std", "min", "max"])).set_axis(list(COLUMNS[2:8]), axis=1)
    found["missing"] -= found["n"]
    for name, end in zip(("floor", "ceiling"), ends, strict=True):
        found[name] = (table[dv] == end).groupby(table[by]).sum() / found["n"].where(found["n"] > 0)
    counted = found.astype({"n": "Int64", "missing": "Int64"})
    return counted.where(counted["n"] >= smallest_group)


def _score_ratings(
    frame: pd.DataFrame, instrument: Instrument, columns: dict[tuple[str, str], str]
) -> Iterator[tuple[str, NDArray[np.float64], dict[str, Any]]]:
    """Yield name, scores and what is to be told of every scale in every rating, the computed ratings last."""
    scores: dict[str, NDArray[np.float64]] = {}
    for rating in instrument.scored_ratings:
        answers = np.column_stack([_read_item(frame, columns[item.id, rating], item, instrument, rating) for item in instrument.items])
        scores[rating], _ = score_scales(answers, instrument)
    for computed in instrument.ratings:
        if computed.difference:
            first, second = computed.difference
            scores[computed.id] = scores[first] - scores[second]
    for rating, values in scores.items():
        scheme = instrument.find_answers(rating)
        for number, scale in enumerate(instrument.scales):
            asked = scale.items if rating in instrument.scored_ratings and not scale.difference else ()
            items = [columns[item, rating] for item in asked]
            reverse = [columns[item.id, rating] for item in instrument.items if items and item.reverse and item.id in scale.items]
            about: dict[str, Any] = {"instrument": instrument.id, "scale": scale.id, "rating": rating, "items": items, "reverse": reverse}
            about["range"] = _find_range(scheme, scale, bool(items))
            yield name_scale(instrument, scale, rating), values[:, number], about


def name_scale(instrument: Instrument, scale: Scale, rating: str = "") -> str:
    """Return the name of the column with a scale: the instrument's id, unless it is the total or only one the scale's, and the rating."""
    own = "" if scale.kind == "total" or len(instrument.scales) == 1 else scale.id
    return "_".join(part for part in (instrument.id, own, rating) if part)


def _find_range(scheme: Answers, scale: Scale, asked: bool) -> tuple[float, float] | None:
    if not asked or scale.score == "share":
        return None
    times = len(scale.items) if scale.score == "sum" else 1
    return (scheme.min * times, scheme.max * times)


def _find_items(frame: pd.DataFrame, instrument: Instrument) -> dict[tuple[str, str], str]:
    """Return the column of every question in every rating; `FrameError` names the questions without one."""
    folded = {fold_words(str(name)): str(name) for name in reversed(frame.columns)}
    names = {
        key: _list_names(instrument, item, key[1]) for item in instrument.items for key in [(item.id, r) for r in instrument.scored_ratings]
    }
    found = {key: next((folded[name] for name in own if name in folded), "") for key, own in names.items()}
    lost = [instrument.name_column(*key) for key, column in found.items() if not column]
    if lost:
        near = find_nearest_of(lost[:1], map(str, frame.columns), NEAR)
        refuse("no_items", instrument=instrument.id, items=tell(lost), near=near or "–", example=lost[0])
    return found


def _list_names(instrument: Instrument, item: Item, rating: str) -> list[str]:
    """Return, folded, what the column of a question may be called: its column name, its number, or its wording."""
    short = [f"{item.id} {rating}", f"{instrument.id} {item.number} {rating}"]
    words = [*item.text.values(), *item.label.values(), *item.also]
    worded = words if not rating else [f"{text} {rating}" for text in words]
    return [fold_words(name) for name in (instrument.name_column(item.id, rating), *short, *worded) if name]


def _read_item(frame: pd.DataFrame, column: str, item: Item, instrument: Instrument, rating: str) -> NDArray[np.float64]:
    """Return the answers in a column as numbers, turned round where the question is; `FrameError` for what is no answer."""
    scheme = instrument.find_answers(rating)
    values = frame[column]
    numbers = pd.to_numeric(values, errors="coerce")
    if not pd.api.types.is_numeric_dtype(values):
        words = {fold(word): label.value for label in scheme.labels for word in (*label.nl, *label.en)}
        words |= {fold(word): np.nan for word in (*scheme.missing, "")}
        texts = values.map(lambda value: fold(str(value)), na_action="ignore")
        known = texts.isin(words.keys()) | values.isna() | numbers.notna()
        if not known.all():
            _refuse_answer(column, values[~known], scheme)
        numbers = numbers.fillna(texts.map(words))
    read = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isnan(read) & ~np.array([scheme.admits(value) for value in read], dtype=bool)
    if wrong.any():
        _refuse_answer(column, values[wrong], scheme)
    return scheme.min + scheme.max - read if item.reverse else read


def _refuse_answer(column: str, values: pd.Series, scheme: Answers) -> None:
    refuse("no_answer", column=column, value=values.iloc[0], count=len(values), low=f"{scheme.min:g}", high=f"{scheme.max:g}")


def _describe_list(
    frame: pd.DataFrame,
    columns: list[str],
    reverse: Collection[str],
    ends: tuple[float, float] | None,
    name: str,
    min_answered: int | None,
) -> tuple[Instrument, dict[tuple[str, str], str]]:
    """Return an instrument with one scale of these columns, and its columns."""
    for column in [*columns, *reverse]:
        if column not in frame.columns:
            read_frame(frame, dv=[column], wave=False, person=False, school=False)  # says which is missing, and the nearest
    if not columns or not set(reverse) <= set(columns) or (reverse and ends is None):
        refuse("scale_list", columns=tell(columns), reverse=tell(reverse))
    low, high = ends or _find_ends(frame, columns)
    items = tuple(
        Item(id=f"i{number}", number=number, label={"en": column}, reverse=column in reverse) for number, column in enumerate(columns, 1)
    )
    scale = Scale(id="total", label={"en": name}, items=tuple(item.id for item in items), kind="total", min_answered=min_answered)
    made = Instrument(
        id="own",
        version="1",
        name={"en": name},
        about={"en": name},
        source={},
        licence=Licence(kind="own", notice={"en": ""}, text_shipped=False),
        answers=Answers(min=low, max=high, step=0 if ends is None else _find_step(frame, columns)),
        items=items,
        scales=(scale,),
    )
    named = made.model_copy(update={"id": name})
    return named, {(item.id, ""): column for item, column in zip(items, columns, strict=True)}


def _find_ends(frame: pd.DataFrame, columns: list[str]) -> tuple[float, float]:
    numbers = frame[columns].apply(pd.to_numeric, errors="coerce")
    return float(numbers.min().min()), float(numbers.max().max())


def _find_step(frame: pd.DataFrame, columns: list[str]) -> float:
    """Return 1 where all answers are whole numbers, else 0: every value between the ends."""
    numbers = frame[columns].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    return float(bool(np.all(np.isnan(numbers) | (numbers == np.round(numbers)))))

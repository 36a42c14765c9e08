"""How invented answers look in a file: how it names the items, how it words the answers, and the odd rows that real exports hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.simulation.population import TRAITS
from toolkit.study.instruments import Answers, Instrument, Item, load_instrument

UNKNOWN = "weet niet"


@dataclass(frozen=True, slots=True)
class Dress:
    """How a school's file names the items and words the answers, and what stands in it for "don't know"."""

    name: Callable[[Instrument, Item, str], str]
    word: Callable[[float, Answers], object]
    unknown: object = UNKNOWN


def name_by_id(instrument: Instrument, item: Item, rating: str) -> str:
    """Return the name of the column in `responses`, as a header."""
    return instrument.name_column(item.id, rating)


def name_by_number(instrument: Instrument, item: Item, rating: str) -> str:
    """Return instrument, number and rating, as a header."""
    return f"{instrument.id} {item.number} {rating}".strip()


def name_by_wording(instrument: Instrument, item: Item, rating: str) -> str:
    """Return the question as it was asked, as a header; its rating in brackets, as form tools do with a row of a grid."""
    entry = instrument.find_rating(rating)
    return f"{item.text['nl']} [{entry.label['nl']}]" if entry else item.text["nl"]


def write_number(value: float, answers: Answers) -> object:
    """Return the answer as a number."""
    return value


def write_label(value: float, answers: Answers) -> object:
    """Return the answer in words, where it has them."""
    return next((label.nl[0] for label in answers.labels if label.value == value), value)


def write_anchor(value: float, answers: Answers) -> object:
    """Return the answer in words at both ends of the scale and as a number between, as forms do that name the ends only."""
    return write_label(value, answers) if value in (answers.min, answers.max) else value


def list_questions() -> dict[str, tuple[Instrument, Item, str]]:
    """Return all questions by their column in `responses`: instrument, item and rating."""
    instruments = [load_instrument(id) for id in dict.fromkeys(id for id, _ in TRAITS)]
    return {column: (instrument, *question) for instrument in instruments for column, question in instrument.columns.items()}


def dress_items(people: pd.DataFrame, dress: Dress, rng: np.random.Generator) -> pd.DataFrame:
    """Return the item columns of `people` (RESPONSES) as a file shows them; of each five missing answers about two are "don't know"."""
    columns = {}
    for column, (instrument, item, rating) in list_questions().items():
        answers, given = instrument.find_answers(rating), people[column]
        unknown = given.isna() & (rng.random(len(people)) < 0.4)
        cells = [None if np.isnan(value) else dress.word(float(value), answers) for value in given]
        columns[dress.name(instrument, item, rating)] = pd.Series(cells, index=people.index, dtype=object).mask(unknown, dress.unknown)
    return pd.DataFrame(columns)


def insert_row(people: pd.DataFrame, position: int, respondent: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return `people` with a further row before `position`, two minutes earlier; each of its answers is one that somebody gave."""
    row = people.iloc[[position]].assign(respondent=respondent, date=people["date"].iloc[[position]] - pd.Timedelta(minutes=2))
    row = row.assign(**{column: rng.choice(people[column].to_numpy()) for column in list_questions()})
    return pd.concat([people.iloc[:position], row, people.iloc[position:]], ignore_index=True)


def repeat_row(people: pd.DataFrame, position: int) -> pd.DataFrame:
    """Return `people` with the row at `position` twice, the first time two minutes earlier."""
    row = people.iloc[[position]].assign(date=people["date"].iloc[[position]] - pd.Timedelta(minutes=2))
    return pd.concat([people.iloc[:position], row, people.iloc[position:]], ignore_index=True)


def stop_half_way(items: pd.DataFrame, position: int) -> pd.DataFrame:
    """Return `items` with nothing in the second half of the row at `position`."""
    stopped = items.copy()
    stopped.iloc[position, stopped.shape[1] // 2 :] = None
    return stopped

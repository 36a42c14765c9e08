"""Survey files: invented answers as survey tools would write them, odd rows included, the same bytes each time."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import numpy as np
import pandas as pd
import pyreadstat
from openpyxl import Workbook

from toolkit.simulation.population import TRAITS
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, Item, load_instrument

#: the one moment at which all files were made: for a zip entry, a workbook's properties and the header of an SPSS file.
ZIP_MADE = (2026, 7, 1, 12, 0, 0)
BOOK_MADE = "2026-07-01T12:00:00Z"
SPSS_MADE = b"01 Jul 2612:00:00"
#: where an SPSS header has its date and time (PSPP, "System File Format", fields creation_date and creation_time).
SPSS_CLOCK = slice(92, 109)


Labels = Mapping[str, Mapping[float, str]]
UNKNOWN = "weet niet"
#: the instruments that the example studies ask, unless they say otherwise.
ASKED = tuple(dict.fromkeys(id for id, _ in TRAITS))


def write_delimited(path: Path, table: pd.DataFrame, *, separator: str, encoding: str, decimal: str = ".") -> None:
    """Write `table` as delimited text with Windows line ends; numbers without needless zeros and with `decimal` between their parts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([[_write_cell(cell, decimal) for cell in row] for row in table.itertuples(index=False)])
    path.write_bytes(text.getvalue().encode(encoding))


def _write_cell(cell: object, decimal: str) -> str:
    if cell is None or cell != cell:
        return ""
    return f"{cell:g}".replace(".", decimal) if isinstance(cell, float) else str(cell)


def write_workbook(path: Path, sheets: Mapping[str, pd.DataFrame], titles: tuple[str, ...] = ()) -> None:
    """Write each table on a sheet of its own, below `titles`, one row each."""
    book = Workbook(write_only=True)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for title in titles:
            sheet.append([title])
        sheet.append([str(header) for header in table.columns])
        for row in table.itertuples(index=False):
            sheet.append([None if cell is None or cell != cell else cell for cell in row])
    made = io.BytesIO()
    book.save(made)
    path.write_bytes(_stop_clock(made))


def _stop_clock(book: io.BytesIO) -> bytes:
    """Return the workbook with one fixed moment in its properties and zip entries, its XML in canonical form, and no compression."""
    kept = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, ZIP_MADE)
            entry.create_system = 0
            clock = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ" if name == "docProps/core.xml" else "(?!)"
            part = canonicalize(old.read(name).decode())  # libraries differ in how they write the same XML
            new.writestr(entry, re.sub(clock, BOOK_MADE, part))
    return kept.getvalue()


def write_spss(path: Path, table: pd.DataFrame, *, headers: Mapping[str, str], labels: Labels, missing: float) -> None:
    """Write `table` as .sav with `headers` as variable labels and value `labels`, for whose variables `missing` is declared missing."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "made.sav"
        pyreadstat.write_sav(
            table,
            written,
            column_labels=[headers.get(str(name), "") for name in table.columns],
            variable_value_labels={name: dict(values) for name, values in labels.items()},
            missing_ranges={name: [missing] for name in labels},
        )
        content = bytearray(written.read_bytes())
    content[SPSS_CLOCK] = SPSS_MADE
    path.write_bytes(bytes(content))


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


def list_questions(ids: Sequence[str] = ASKED) -> dict[str, tuple[Instrument, Item, str]]:
    """Return all questions of the instruments `ids` by their column in `responses`: instrument, item and rating."""
    instruments = [load_instrument(id) for id in ids]
    return {column: (instrument, *question) for instrument in instruments for column, question in instrument.columns.items()}


def dress_items(people: pd.DataFrame, dress: Dress, rng: np.random.Generator, ids: Sequence[str] = ASKED) -> pd.DataFrame:
    """Return the item columns of `people` (RESPONSES) as a file shows them; of each five missing answers about two are "don't know"."""
    columns = {}
    for column, (instrument, item, rating) in list_questions(ids).items():
        answers = instrument.find_answers(rating)
        given = people[column]
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

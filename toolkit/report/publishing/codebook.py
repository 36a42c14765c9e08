"""The codebook of results as data: what every column and every code in it means, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from toolkit.languages import Text, load_text
from toolkit.report.publishing.codebook__labels import LABELS, write_label, write_method, write_quantity, write_reason, write_verdict
from toolkit.schemas import EXPORT
from toolkit.study.instruments import Instrument
from toolkit.study.study import Study

COLUMNS = ("column", "code", "nl", "en", "low", "high")
#: One entry: the column, the code, its words in a language, and the ends of a scale.
Entry = tuple[str, str, Callable[[Text], str], float | None, float | None]


def tabulate_codebook(export: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row per column of `export` (without a code) and per code that occurs in it, explained in Dutch and in English.

    Scales, and ratings with ends of their own, have the ends between which a score can lie, in `low` and `high`.
    """
    entries = [entry for column in list_columns() for entry in _list_entries(column, export, study)]
    dutch, english = load_text("nl"), load_text("en")
    rows = [(column, code, say(dutch), say(english), low, high) for column, code, say, low, high in entries]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"low": "float64", "high": "float64"})


def list_columns() -> list[str]:
    """Return the columns of results as data, the words for a code right after the code."""
    after = {codes[-1]: label for label, codes in LABELS.items()}
    return [name for column in EXPORT.columns for name in (column, after.get(column)) if name]


def _list_entries(column: str, export: pd.DataFrame, study: Study) -> Iterator[Entry]:
    yield column, "", lambda text: text.say(f"data.column.{column}"), None, None
    if column in ("instrument", "scale", "rating", "item"):
        yield from _list_asked(column, export, study)
    elif column == "wave":
        for wave in study.waves:
            yield column, wave.id, lambda text, w=wave: _write_wave(text, w.label, w.date), None, None  # type: ignore[misc]
    elif column == "school":
        yield from ((column, school.id, lambda text, name=school.name: name, None, None) for school in study.schools)
    elif column == "comparison":
        for entry in study.planned:
            yield column, entry.id, lambda text, c=entry: _write_comparison(text, c.before, c.after, study), None, None  # type: ignore[misc]
    else:
        yield from _list_codes(column, export, study)


def _list_codes(column: str, export: pd.DataFrame, study: Study) -> Iterator[Entry]:
    writers: dict[str, Callable[[str, Text], str]] = {
        "table": lambda code, text: text.say(f"data.table.{code}"),
        "state": lambda code, text: text.say(f"data.state.{code}"),
        "quantity": lambda code, text: write_quantity(code, study, text),
        "reason": lambda code, text: write_reason(code, study, text),
        "verdict": lambda code, text: write_verdict(code, study, text),
        "method": write_method,
    }
    if column in writers:
        for code in sorted(set(export[column]) - {""}):
            yield column, code, lambda text, code=code: writers[column](code, text), None, None  # type: ignore[misc]


def _list_asked(column: str, export: pd.DataFrame, study: Study) -> Iterator[Entry]:
    label = "instrument_label" if column == "instrument" else f"{column}_label"
    for codes in sorted(set(export[list(LABELS[label])].itertuples(index=False, name=None))):
        if codes[-1]:
            instrument = study.find_instrument(codes[0])
            low, high = _find_ends(instrument, column, codes[-1])
            name = ".".join(codes)
            yield column, name, lambda text, codes=codes: write_label(label, codes, study, text), low, high  # type: ignore[misc]


def _find_ends(instrument: Instrument, column: str, code: str) -> tuple[float | None, float | None]:
    """Return the ends of a scale (a sum has as many times those of its answers, a share none) or of a rating with ends of its own."""
    if column == "rating":
        rating = instrument.find_rating(code)
        if rating and rating.difference:
            first, second = (instrument.find_answers(part) for part in rating.difference)
            return first.min - second.max, first.max - second.min
        return (rating.answers.min, rating.answers.max) if rating and rating.answers else (None, None)
    found = next((scale for scale in instrument.scales if scale.id == code), None)
    if column != "scale" or (found and found.score == "share"):
        return None, None
    times = len(found.items) if found and found.score == "sum" else 1
    return instrument.answers.min * times, instrument.answers.max * times


def _write_wave(text: Text, label: dict[str, str], date: object) -> str:
    return text.say("data.wave", label=text.pick(label), date=date)  # type: ignore[arg-type]


def _write_comparison(text: Text, before: str, after: str, study: Study) -> str:
    ends = [text.pick(study.find_wave(wave).label) for wave in (before, after)]
    return text.say("data.comparison", before=ends[0], after=ends[1])

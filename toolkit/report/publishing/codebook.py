"""The codebook of results as data: words for every column and every code in it, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd

from toolkit.languages import Text
from toolkit.results.rows import find_floor, find_spread_floor
from toolkit.schemas import EXPORT
from toolkit.study.answers import pick_word
from toolkit.study.instruments import Instrument
from toolkit.study.study import Role, Study, Subgroup

COLUMNS = ("column", "code", "nl", "en", "low", "high")
#: One entry: the column, the code, its words in a language, and the ends of a scale.
Entry = tuple[str, str, Callable[[Text], str], float | None, float | None]


#: Columns with the words for a code, each with the columns that hold the code.
LABELS = {
    "school_name": ("school",),
    "wave_label": ("wave",),
    "instrument_label": ("instrument",),
    "scale_label": ("instrument", "scale"),
    "rating_label": ("instrument", "rating"),
    "item_label": ("instrument", "item"),
    "answer_label": ("instrument", "item", "rating", "answer"),
    "answer_after_label": ("instrument", "item", "rating", "answer_after"),
    "quantity_label": ("quantity",),
    "reason_label": ("reason",),
    "verdict_label": ("verdict",),
}
#: Where quantities have their words: those of the pages for researchers keep theirs.
QUANTITIES = ("data.quantity", "research.estimator", "research.attrition")


def tabulate_codebook(export: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row per column of `export` (without a code) and per code that occurs in it, explained in Dutch and in English.

    Scales, and ratings with ends of their own, have the ends between which a score can lie, in `low` and `high`.
    """
    entries = [entry for column in list_columns() for entry in _list_entries(column, export, study)]
    dutch = study.load_text("nl")
    english = study.load_text("en")
    rows = [(column, code, say(dutch), say(english), low, high) for column, code, say, low, high in entries]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"low": "float64", "high": "float64"})


def tabulate_record_codes(records: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row per column of the records as data and per kind, quantity and reason in them, in Dutch and in English."""
    writers: dict[str, Callable[[str, Text], str]] = {
        "kind": lambda code, text: text.say(f"records.kind.{code}"),
        "quantity": write_record_quantity,
        "reason": lambda code, text: write_reason(code, study, text),
    }
    texts = (study.load_text("nl"), study.load_text("en"))
    rows: list[tuple[str, ...]] = []
    for column in map(str, records):
        rows.append((f"records.{column}", "", *(text.say(f"data.records.{column}") for text in texts)))
        codes = sorted(set(records[column]) - {""}) if column in writers else []
        rows += [(f"records.{column}", code, *(writers[column](code, text) for text in texts)) for code in codes]
    return pd.DataFrame(rows, columns=list(COLUMNS[:4])).assign(low=float("nan"), high=float("nan"))


def list_codes(label: str, export: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return of each row the codes that a label is about, "" where there is none."""
    codes = export[list(LABELS[label])].astype(object)
    return list(codes.where(codes.notna(), "").itertuples(index=False, name=None))


def list_columns() -> list[str]:
    """Return the columns of results as data, the words for a code right after the code."""
    after = {codes[-1]: label for label, codes in LABELS.items()}
    return [name for column in EXPORT.columns for name in (column, after.get(column)) if name]


def _list_entries(column: str, export: pd.DataFrame, study: Study) -> Iterator[Entry]:
    yield column, "", lambda text: text.say(f"data.column.{column}"), None, None
    if column in ("instrument", "scale", "rating", "item", "answer"):
        yield from _list_asked(column, export, study)
    elif column == "wave":
        for wave in study.moments:
            yield column, wave.id, lambda text, w=wave: _write_wave(text, w.label, ", ".join(map(str, w.days))), None, None  # type: ignore[misc]
    elif column == "school":
        yield from ((column, school.id, lambda text, name=school.name: name, None, None) for school in study.schools)
    elif column == "role":
        named: list[Role | Subgroup] = [*study.roles, *study.subgroups]
        yield from ((column, each.id, lambda text, label=each.label: text.pick(label), None, None) for each in named)
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
    for codes in sorted(set(list_codes(label, export)), key=str):
        if codes[-1] != "" and write_label(label, codes, study, study.load_text("nl")):
            instrument = study.find_instrument(codes[0])
            low, high = _find_ends(instrument, column, codes[-1])
            name = ".".join(f"{code:g}" if isinstance(code, float) else code for code in codes if code != "")
            yield column, name, lambda text, codes=codes: write_label(label, codes, study, text), low, high  # type: ignore[misc]


def _find_ends(instrument: Instrument, column: str, code: str) -> tuple[float | None, float | None]:
    """Return the ends of a scale (a sum has as many times those of its answers, a share none) or of a rating with ends of its own."""
    if column == "rating":
        rating = instrument.find_rating(code)
        if rating and rating.difference:
            first, second = (instrument.find_answers(part) for part in rating.difference)
            return first.min - second.max, first.max - second.min
        if rating and rating.change:
            return _find_ends(instrument, column, rating.change[0])
        return (rating.answers.min, rating.answers.max) if rating and rating.answers else (None, None)
    found = next((scale for scale in instrument.scales if scale.id == code), None)
    if column != "scale" or (found and found.score == "share"):
        return None, None
    if found and found.difference:
        scale = instrument.find_scale_answers(found.id)
        return scale.min, scale.max
    times = len(found.items) if found and found.score == "sum" else 1
    return instrument.answers.min * times, instrument.answers.max * times


def _write_wave(text: Text, label: dict[str, str], date: str) -> str:
    return text.say("data.wave", label=text.pick(label), date=date)  # type: ignore[arg-type]


def _write_comparison(text: Text, before: str, after: str, study: Study) -> str:
    ends = [text.pick(study.find_wave(wave).label) for wave in (before, after)]
    return text.say("data.comparison", before=ends[0], after=ends[1])


def write_label(column: str, codes: tuple[Any, ...], study: Study, text: Text) -> str:
    """Return the words for the codes of a row in `column`, one of LABELS; nothing where the last code is empty."""
    *before, code = codes
    if code == "":
        return ""
    if column.startswith("answer"):
        return _write_option(codes, study, text)
    if column == "school_name":
        return next((school.name for school in study.schools if school.id == code), "")
    if column == "wave_label":
        return next((text.pick(wave.label) for wave in study.moments if wave.id == code), "")
    if before or column == "instrument_label":
        return _write_part(column, study.find_instrument((before or [code])[0]), code, text)
    return {"quantity_label": write_quantity, "reason_label": write_reason, "verdict_label": write_verdict}[column](code, study, text)


def _write_option(codes: tuple[Any, ...], study: Study, text: Text) -> str:
    """Return the words of an option that people picked; nothing for an answer that is no option."""
    instrument = study.find_instrument(codes[0])
    item = next(item for item in instrument.items if item.id == codes[1])
    options = instrument.find_answers(codes[2], item).options
    return next((pick_word(option, text) for option in options if option.value == codes[3]), "")


def _write_part(column: str, instrument: Instrument, code: str, text: Text) -> str:
    if column == "instrument_label":
        return text.pick(instrument.name)
    if column == "item_label":
        item = next(item for item in instrument.items if item.id == code)
        return text.pick(item.label) if item.label else text.say("answers.statement", number=item.number)
    if column == "rating_label":
        rating = instrument.find_rating(code)
        return text.pick(rating.label) if rating else ""
    return text.pick(instrument.key_factors[code] if code in instrument.key_factors else instrument.find_scale(code).label)


def write_quantity(code: str, study: Study, text: Text) -> str:
    """Return what a number is."""
    table = next((table for table in QUANTITIES if f"{table}.{code}" in text.phrases), QUANTITIES[0])
    return _say(text, table, code)


def write_record_quantity(code: str, text: Text) -> str:
    """Return what a number of the records is."""
    return _say(text, "data.recorded", code)


def write_reason(code: str, study: Study, text: Text) -> str:
    """Return why there is no number."""
    floor = find_spread_floor(study) if code == "too_few_for_spread" else find_floor(study)
    key = next((key for key in (f"data.reason.{code}", f"reason.{code}") if key in text.phrases), "reason.other")
    return text.say(key, floor=floor).replace("\u00a0", " ")


def write_verdict(code: str, study: Study, text: Text) -> str:
    """Return what an interval allows us to say."""
    return text.say("empty.not_computable") if code == "not_computable" else _say(text, "verdict", code)


def write_method(code: str, text: Text) -> str:
    """Return how a number was computed; a method that names numbers or waves has the words of how it begins."""
    name = re.sub(r"[^a-z]+", "_", code.lower()).strip("_")
    stems = [key.removeprefix("data.method.") for key in text.phrases if key.startswith("data.method.")]
    return _say(text, "data.method", max(_list_beginnings(name, stems), key=len, default=name))


def _list_beginnings(name: str, stems: Iterable[str]) -> list[str]:
    return [stem for stem in stems if name == stem or name.startswith(f"{stem}_")]


def _say(text: Text, table: str, code: str) -> str:
    return text.say(f"{table}.{code}" if f"{table}.{code}" in text.phrases else "data.other_code")

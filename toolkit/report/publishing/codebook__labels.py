"""Words for the codes of results: what a table that is published as data sets beside them, and what its codebook says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from toolkit.languages import Text
from toolkit.results.rows import find_floor, find_spread_floor
from toolkit.study.instruments import Instrument
from toolkit.study.study import Study

#: Columns with the words for a code, each with the columns that hold the code.
LABELS = {
    "school_name": ("school",),
    "wave_label": ("wave",),
    "instrument_label": ("instrument",),
    "scale_label": ("instrument", "scale"),
    "rating_label": ("instrument", "rating"),
    "item_label": ("instrument", "item"),
    "quantity_label": ("quantity",),
    "reason_label": ("reason",),
    "verdict_label": ("verdict",),
}
#: Where quantities have their words: those of the pages for researchers keep theirs.
QUANTITIES = ("data.quantity", "research.estimator", "research.attrition")


def write_label(column: str, codes: tuple[str, ...], study: Study, text: Text) -> str:
    """Return the words for the codes of a row in `column`, one of LABELS; nothing where the last code is empty."""
    *before, code = codes
    if not code:
        return ""
    if column == "school_name":
        return next((school.name for school in study.schools if school.id == code), "")
    if column == "wave_label":
        return next((text.pick(wave.label) for wave in study.waves if wave.id == code), "")
    if before or column == "instrument_label":
        return _write_part(column, study.find_instrument((before or [code])[0]), code, text)
    return {"quantity_label": write_quantity, "reason_label": write_reason, "verdict_label": write_verdict}[column](code, study, text)


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

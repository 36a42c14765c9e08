"""Not asked: items that a questionnaire left out, by what the study says of a file or a wave, and what that means for the scales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
import pandas as pd

from toolkit.findings import Notes
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.layouts import Source
from toolkit.study.study import Study, Wave


def list_columns(names: Iterable[str], study: Study) -> frozenset[str]:
    """Return the item columns that `names` stand for: a column, an item in all of its ratings, or a whole instrument."""
    wanted = set(names)
    found = set[str]()
    for instrument in study.instruments:
        for column, (item, _) in instrument.columns.items():
            if wanted & {column, instrument.id, instrument.name_column(item.id)}:
                found.add(column)
    return frozenset(found)


def _list_elsewhere(study: Study) -> dict[str, frozenset[str]]:
    """Return per moment the item columns that are asked at other moments only: of instruments with occasions, or of ratings."""
    asked = {instrument.id: {moment.id for moment in study.list_moments(instrument.id)} for instrument in study.instruments}
    found = {moment.id: list_columns([id for id, own in asked.items() if moment.id not in own], study) for moment in study.moments}
    return found | {wave.id: found[wave.id] | _list_of_other_waves(wave, study) for wave in study.waves}


def _list_of_other_waves(wave: Wave, study: Study) -> frozenset[str]:
    """Return the item columns of ratings that `wave` does not ask, for it is the first measurement of every school, or of none."""
    rated = [(instrument, rating) for instrument in study.instruments for rating in instrument.ratings if rating.asked]
    if not rated:
        return frozenset()
    cohorts = study.map_cohorts()
    begun = {first == wave.id for school, first in study.map_first_waves().items() if wave.is_held(cohorts[school])}
    absent = {frozenset({True}): "later", frozenset({False}): "first"}.get(frozenset(begun), "")
    chosen = [(instrument, rating.id) for instrument, rating in rated if rating.asked == absent]
    return frozenset(instrument.name_column(item.id, rating) for instrument, rating in chosen for item in instrument.items)


def find_not_asked(source: Source, study: Study) -> dict[str, frozenset[str]]:
    """Return per wave the item columns that a file left out; "" for a file whose rows tell their wave: what any wave left out."""
    elsewhere = _list_elsewhere(study)
    named = {moment.id: (*source.not_asked, *getattr(moment, "not_asked", ())) for moment in study.moments}
    of_waves = {id: list_columns(names, study) | elsewhere.get(id, frozenset()) for id, names in named.items()}
    anywhere = list_columns([name for names in named.values() for name in names], study)
    whole = of_waves.get(source.wave) if source.wave else anywhere.union(*(_list_of_other_waves(wave, study) for wave in study.waves))
    return of_waves | {"": whole or frozenset()}


def find_by_rows(study: Study, file: str, wave: str) -> frozenset[str]:
    """Return the item columns that were not asked in the rows of a wave in a file, by the name that the file has in responses."""
    sources = [source for source in study.sources if name_source(source, study) == file and source.wave in ("", wave)]
    return frozenset().union(*(find_not_asked(source, study).get(wave, frozenset()) for source in sources))


def name_source(source: Source, study: Study) -> str:
    """Return the name of a file as findings and responses have it: with its sheet, where the layout names one."""
    sheet = study.find_layout(source.layout).sheet
    return f"{source.file} [{sheet}]" if sheet else source.file


def check_not_asked(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note answers to items that were not asked, and the scales that rest on fewer items there or can't be scored."""
    groups: dict[tuple[str, frozenset[str]], list[pd.DataFrame]] = {}
    elsewhere = _list_elsewhere(study)
    if not any(elsewhere.values()) and not any(source.not_asked for source in study.sources) and not any(w.not_asked for w in study.waves):
        return
    for (file, wave), rows in responses.groupby(["source", "wave"], sort=False):
        left = find_by_rows(study, str(file), str(wave))
        answered = [column for column in responses.columns if column in left and rows[column].notna().any()]
        if answered:
            places = {"file": str(file), "wave": str(wave), "count": int(rows[answered].notna().any(axis=1).sum())}
            notes.add("not_asked_answered", column=", ".join(answered), **places)
        told = left.difference(answered, elsewhere.get(str(wave), ()))
        groups.setdefault((str(wave), told.difference(_find_longer(left, study))), []).append(rows)
    for (wave, left), parts in groups.items():
        for instrument in study.instruments if left else ():
            people = sum(len(rows) for rows in parts)
            _tell_scales(responses[responses["wave"] != wave], instrument, left, {"wave": wave, "count": people}, notes)


def _find_longer(left: Set[str], study: Study) -> set[str]:
    """Return the columns of shorter versions whose items were asked in a longer one: they are scored from the answers to that."""
    found = set[str]()
    for whole in study.instruments:
        for version in whole.nested:
            short = study.find_instrument(version.id)
            for rating in whole.asked_ratings:
                asked = [item for item, same in version.items.items() if whole.name_column(same, rating) not in left]
                found.update(short.name_column(item, rating) for item in asked)
    return found


def _tell_scales(others: pd.DataFrame, instrument: Instrument, left: Set[str], places: Mapping[str, object], notes: Notes) -> None:
    """Note the scales of an instrument that lack items in a wave, and beside it what their items give in the `others`."""
    lost: list[str] = []
    shorter: list[tuple[str, str, str]] = []
    for rating in instrument.scored_ratings:
        for scale in (scale for scale in instrument.scales if not scale.difference):
            kept = [item for item in scale.items if instrument.name_column(item, rating) not in left]
            name = ".".join(part for part in (instrument.id, scale.id, rating) if part)
            if len(kept) < max(scale.count_needed(), 1):
                lost.append(name)
            elif len(kept) < len(scale.items):
                means = [_average(others, instrument, scale, rating, items) for items in (kept, scale.items)]
                elsewhere = "/".join(f"{mean:.2f}" for mean in means) if np.isfinite(means).all() else "–"
                shorter.append((name, f"{len(kept)}/{len(scale.items)}", elsewhere))
    if shorter:
        column, value, expected = (", ".join(parts) for parts in zip(*shorter, strict=True))
        notes.add("scale_shorter", column=column, value=value, expected=expected, **places)
    if lost:
        notes.add("scale_unscored", column=", ".join(lost), **places)


def _average(rows: pd.DataFrame, instrument: Instrument, scale: Scale, rating: str, items: Sequence[str]) -> float:
    """Return the mean over people of their mean of `items`, of all that answered a whole scale; NaN where nobody did."""
    answers = instrument.find_answers(rating)
    whole = rows[[instrument.name_column(item, rating) for item in scale.items]].dropna()
    reverse = {item.id: item.reverse for item in instrument.items}
    values = [whole[instrument.name_column(item, rating)].to_numpy(dtype=np.float64) for item in items]
    turned = [answers.min + answers.max - each if reverse[item] else each for item, each in zip(items, values, strict=True)]
    return float(np.mean(turned)) if len(whole) else float("nan")

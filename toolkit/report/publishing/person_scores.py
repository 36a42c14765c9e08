"""Scale scores per person for researchers, as an SPSS file: personal data, which never leave the internal folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import wrap

import pandas as pd

from toolkit.languages import Language, Text
from toolkit.locking import prepare_internal
from toolkit.study.study import Outcome, Study
from toolkit.writing import OWN_FOLDER, name_fresh, replace_file

#: The file name says what it holds, in both languages.
FILE = "scores_PERSONAL_DATA_persoonsgegevens.sav"
#: A scale of which too few questions were answered; it lies beyond every score. Who answered none of them has no value at all.
TOO_FEW = -999.0
#: The longest line of a note.
NOTE = 80
CODED = ("school", "wave", "role")
#: Where an SPSS file says when it was made (day and time), and how many characters that takes.
MADE = 92
SIGNS = 17
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def publish_scores(study: Study, scores: pd.DataFrame, internal: Path, *, language: Language | None = None) -> Path:
    """Write `scores` with one row per person and wave into `internal`, the folder that is never shared, and return the path.

    Schools, waves and roles are numbers with labels; scales have their names, and -999 with a label where too few questions were answered.
    """
    import pyreadstat

    text = study.load_text(language or study.languages[0])
    table = spread_scores(scores, study)
    columns = [str(column) for column in table]
    scales = [column for column in columns if column not in ("respondent", *CODED)]
    labels: dict[str, dict[int | float, str]] = {column: {TOO_FEW: text.say("data.scores.too_few")} for column in scales}
    prepare_internal(internal, study.languages[0])
    folder = internal / name_fresh()  # if the run is killed here, the next one removes it
    folder.mkdir(mode=OWN_FOLDER)
    try:
        fresh = folder / "scores.sav"
        pyreadstat.write_sav(
            table,
            str(fresh),
            file_label=_cut(text.say("data.scores.label", study=study.id), 64),
            note=wrap(text.say("data.scores.note"), NOTE),
            column_labels=[_name_variable(column, study, text) for column in columns],
            variable_value_labels=labels | _list_codes(study, text),
            missing_ranges={column: [TOO_FEW] for column in scales},
        )
        content = bytearray(fresh.read_bytes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    date = study.report_date
    content[MADE : MADE + SIGNS] = f"{date.day:02} {MONTHS[date.month - 1]} {date.year % 100:02}00:00:00".encode()
    replace_file(internal / FILE, bytes(content), private=True)
    return internal / FILE


def spread_scores(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return `scores` with a row per person and wave and a column per scale and rating, in the order of the study.

    School, wave and role are their place in the study file, from 1; a score with too few answers is -999, one that was not asked is NaN.
    """
    names = scores["instrument"] + "_" + scores["scale"] + ("_" + scores["rating"]).where(scores["rating"] != "", "")
    filled = scores.assign(variable=names, score=scores["score"].fillna(TOO_FEW))
    wide = filled.pivot(index=["respondent", "school", "wave", "role"], columns="variable", values="score")
    wide = wide[[name for name in dict.fromkeys(names) if name in wide]].reset_index().rename_axis(columns=None)
    places = {"school": study.schools, "wave": study.moments, "role": study.roles}
    for column, entries in places.items():
        numbers: dict[str, float] = {entry.id: float(place) for place, entry in enumerate(entries, 1)}  # type: ignore[attr-defined]
        wide[column] = wide[column].map(numbers).astype("float64")
    return wide.sort_values(["school", "respondent", "wave"], ignore_index=True).rename(columns=_shorten)


def _list_codes(study: Study, text: Text) -> dict[str, dict[int | float, str]]:
    words = {
        "school": [f"{school.id}: {school.name}" for school in study.schools],
        "wave": [f"{wave.id}: {text.pick(wave.label)}" for wave in study.moments],
        "role": [text.pick(role.label) for role in study.roles],
    }
    return {column: {float(place): _cut(label, 120) for place, label in enumerate(labels, 1)} for column, labels in words.items() if labels}


def _name_variable(column: str, study: Study, text: Text) -> str:
    if column in ("respondent", *CODED):
        return text.say(f"data.scores.{column}")
    wider = [
        Outcome(instrument=each.id, scale=factor, rating=rating)
        for each in study.scored_instruments
        for factor in each.key_factors
        for rating in [rating.id for rating in each.ratings] or [""]
    ]
    outcomes = {_shorten(str(outcome).replace(".", "_")): outcome for outcome in [*study.list_measured(), *wider]}
    outcome = outcomes[column]
    instrument = study.find_instrument(outcome.instrument)
    rating = instrument.find_rating(outcome.rating)
    parts = [text.pick(instrument.name), text.pick(instrument.find_scale(outcome.scale).label), text.pick(rating.label) if rating else ""]
    return _cut(" - ".join(filter(None, parts)), 255)


def _shorten(name: object) -> str:
    """Return a name that SPSS takes: letters, digits and underscores, at most 64."""
    return re.sub(r"[^A-Za-z0-9_]", "_", str(name))[:64]


def _cut(words: str, size: int) -> str:
    """Return `words` in at most `size` bytes, which is how SPSS counts."""
    return words.encode()[:size].decode(errors="ignore")

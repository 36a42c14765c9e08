"""Between a study and a researcher's own table: a whole study of a table, and the answers of a study as a plain table."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import math
import shutil
import tempfile
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.analysis.frames import Column, Long, check_frame, read_frame, refuse, tell
from toolkit.analysis.scales import name_scale, score
from toolkit.findings import refuse_stops
from toolkit.languages import Language
from toolkit.new_study.study_file import write_value
from toolkit.responses.exports import read_exports
from toolkit.shipped import DATASETS
from toolkit.spelling import fold_words
from toolkit.study.instruments import list_instruments, load_instrument
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome, Study
from toolkit.writing import replace_file

#: The instrument that holds columns of scores which come without their questions.
OWN = "own"


def open_study(source: str | Path, *, dates: Mapping[Hashable, str | dt.date] | None = None, title: str = "") -> Study:
    """Return the study in a file or folder, a shipped example by its name, or a study of a plain CSV.

    Parameters
    ----------
    source
        A study file or its folder; the name of an example, such as "zes_scholen"; or a CSV with a row per person and wave and a column
        per question of instruments that the toolkit knows, such as "teams.csv".
    dates
        Of a CSV: the date of each wave.
    title
        Of a CSV; without it its name.

    Returns
    -------
    Study
        As `load_study` gives it.

    Raises
    ------
    DefinitionError
        As `load_study`.
    FrameError
        As `study_from_frame`; for a CSV without dates, or without the questions of any instrument.

    Examples
    --------
    >>> open_study("zes_scholen").id
    'zes_scholen'
    >>> study = open_study("teams.csv", dates={"sept": "2025-09-15", "june": "2026-06-22"})
    >>> study.instrument_ids
    ('energie_own9', 'plg12', 'profcultuur8', 'cijfer1')
    """
    path = Path(source)
    path = path if path.exists() or not (DATASETS / path).exists() else DATASETS / path
    if path.suffix.lower() != ".csv":
        return load_study(path)
    if not dates:
        refuse("csv_dates", name=path.name)
    frame = pd.read_csv(path)
    places = {column: place for place, column in enumerate(frame.columns)}
    asked = {id: load_instrument(id).columns for id in list_instruments() if load_instrument(id).scales}
    asked = {id: columns for id, columns in asked.items() if all(column in places for column in columns)}
    for id in sorted(asked, key=lambda id: min(places[column] for column in asked[id])):
        frame = score(frame, id)
    return study_from_frame(frame, title=title or path.stem, dates=dates)


def load_answers(study: Study) -> pd.DataFrame:
    """Return the answers of a study as a plain table, for the functions on frames.

    Parameters
    ----------
    study
        From `load_study`, `open_study` or `study_from_frame`.

    Returns
    -------
    DataFrame
        A row per person and wave: code, school (its name), wave (a category in the order of time, by its id), role and, where the study
        has them, group; then a column of floats per question. Who is left out of the study is left out here.

    Raises
    ------
    ExportError
        Where the answers can't be read or hold what stops the analysis.

    Examples
    --------
    >>> answers = load_answers(open_study("zes_scholen"))
    >>> list(answers)[:4], answers["wave"].cat.categories.tolist()
    (['code', 'school', 'wave', 'role'], ['w1', 'w2'])
    """
    exports = read_exports(study)
    refuse_stops(exports.findings, study.languages[0])
    found = exports.responses
    names = {school.id: school.name for school in study.schools}
    groups = {school.id: school.group for school in study.schools}
    table = pd.DataFrame({"code": found["respondent"], "school": found["school"].map(names)})
    table["wave"] = pd.Categorical(found["wave"], [wave.id for wave in study.waves], ordered=True)
    table["role"] = found["role"]
    if any(groups.values()):
        table["group"] = found["school"].map(groups)
    items = [column for instrument in study.instruments for column in instrument.columns if column in found]
    return pd.concat([table, found[items]], axis=1)


def load_scores(study: Study) -> pd.DataFrame:
    """Return the answers of a study with a column per scale of every instrument it asks.

    Parameters
    ----------
    study
        From `load_study`, `open_study` or `study_from_frame`.

    Returns
    -------
    DataFrame
        `load_answers`, with columns of floats as `score` adds them; `attrs["primary"]` names the column of the study's primary outcome.

    Raises
    ------
    ExportError
        As `load_answers`.

    Examples
    --------
    >>> scores = load_scores(open_study("zes_scholen"))
    >>> scores.attrs["primary"], len(scores.attrs["scales"])
    ('energie_own9', 50)
    """
    scores = load_answers(study)
    for instrument in study.instruments:
        if set(instrument.columns) <= set(scores.columns):
            scores = score(scores, instrument)
    scores.attrs["primary"] = name_outcome(study, study.primary)
    return scores


def name_outcome(study: Study, outcome: Outcome) -> str:
    """Return the column in which `score` puts an outcome of the study."""
    instrument = study.find_instrument(outcome.instrument)
    return name_scale(instrument, instrument.find_scale(outcome.scale), outcome.rating)


def study_from_frame(
    frame: pd.DataFrame,
    *,
    title: str,
    dates: Mapping[Hashable, str | dt.date],
    dv: str | Sequence[str] | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    primary: str = "",
    smallest_change: Mapping[str, float] | None = None,
    languages: Sequence[Language] = ("nl", "en"),
    folder: str | Path | None = None,
    **settings: Any,
) -> Study:
    """Return a study of a frame, of which `run_study` makes all reports.

    Parameters
    ----------
    frame
        One row per person and wave: answers to instruments that `score` knows, or columns of scores.
    title
        The title of the study.
    dates
        The date of each wave, as "2025-09-15" or a date; they also tell the order.
    dv
        The columns of scores to report; without it the instruments that `score` was asked for.
    wave, person, school
        The columns; without them found by name. False: nobody can be followed, or one school.
    primary
        What the conclusions are about, such as "energie_own9.total"; without it the first.
    smallest_change
        Per instrument or outcome the smallest change that matters, in points.
    languages
        Of the reports.
    folder
        Where the study is kept, to be changed by hand, run again and verified; without it in a place that is gone with this process.
    settings
        Other keys of a study file: state, contact, seed, smallest_group, ...

    Returns
    -------
    Study
        As `load_study` gives it.

    Raises
    ------
    FrameError
        As the functions on frames; for a wave without a date, and where there is nothing to report.
    DefinitionError
        For settings that a study file can't have.

    Examples
    --------
    >>> from toolkit.analysis.scales import load_example, score
    >>> scores = score(load_example(), "energie_own9")
    >>> study = study_from_frame(scores, title="Our teams", dates={"sept": "2025-09-15", "june": "2026-06-22"})
    >>> [wave.id for wave in study.waves], len(study.schools), str(study.primary)
    (['w1', 'w2'], 6, 'energie_own9.total')
    """
    known = _find_instruments(frame, dv)
    scores = [] if known else ([dv] if isinstance(dv, str) else list(dv or ()))
    if not known and not scores:
        refuse("nothing_to_report", columns=tell(frame.columns))
    first = scores or [column for columns in known.values() for column in columns.values()]
    long = read_frame(frame, dv=first, wave=wave, person=person, school=school, varies=False)
    waves = _order_waves(long, dates)
    place = _make_place(folder)
    if scores:
        replace_file(place / "instruments" / f"{OWN}.toml", _write_instrument(long, scores))
        known = {OWN: {f"{OWN}_{_name(column)}": column for column in scores}}
    schools = {name: f"s{number}" for number, name in enumerate(long.schools, 1)}
    replace_file(place / "answers.csv", _write_answers(frame, long, known, waves, schools))
    document = {
        "id": "frame",
        "title": dict.fromkeys(languages, title),
        "languages": list(languages),
        "report_date": dt.date.fromisoformat(str(max(str(date) for date in dates.values()))[:10]),
        "instruments": list(known),
    } | settings
    tables: dict[str, dict[str, Any]] = {
        "smallest_change": dict(smallest_change or {}),
        "outcomes": {"primary": primary or _find_primary(known)},
    }
    tables["matching"] = {"by": "code" if long.columns["person"] else "none"}
    layout = {"respondent": "respondent", "school": "school", "wave": "wave"}
    lists: dict[str, list[dict[str, Any]]] = {
        "waves": [{"id": id, "date": date, "label": dict.fromkeys(languages, str(name))} for name, (id, date) in waves.items()],
        "schools": [{"id": id, "name": name or title} for name, id in schools.items()],
        "sources": [{"file": "answers.csv", "layout": "frame"}],
    }
    replace_file(place / "study.toml", _write_toml(document, tables | {"layouts.frame": layout}, lists))
    return load_study(place)


def _make_place(folder: str | Path | None) -> Path:
    """Return the folder of the study, which must not hold one yet; without a name one that only its owner can read, until the end."""
    if folder is None:
        made = Path(tempfile.mkdtemp(prefix="plg-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        return made
    path = Path(folder)
    if (path / "study.toml").exists():
        refuse("study_there", folder=path)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _find_instruments(frame: pd.DataFrame, dv: str | Sequence[str] | None) -> dict[str, dict[str, str]]:
    """Return the instruments that `score` was asked for, each with its item columns and the columns of the frame that hold them."""
    check_frame(frame)
    if dv is not None:
        return {}
    asked = dict.fromkeys(str(about["instrument"]) for about in frame.attrs.get("scales", {}).values() if about.get("instrument"))
    found = {}
    for id in asked:
        if id in list_instruments():
            named = frame.attrs["instruments"][id]
            found[id] = {column: named[column] for column in load_instrument(id).columns}
    return found


def _find_primary(known: Mapping[str, Mapping[str, str]]) -> str:
    """Return the first scale of the first instrument, its total if it has one."""
    id = next(iter(known))
    if id == OWN:
        return next(iter(known[OWN])).replace("_", ".", 1)
    instrument = load_instrument(id)
    scale = next((scale for scale in instrument.scales if scale.kind == "total"), instrument.scales[0])
    return ".".join(part for part in (id, scale.id, instrument.scored_ratings[0]) if part)


def _order_waves(long: Long, dates: Mapping[Hashable, str | dt.date]) -> dict[Hashable, tuple[str, dt.date]]:
    """Return each wave with its id and date, in the order of the dates."""
    told = {str(wave): date for wave, date in dates.items()}
    missing = [wave for wave in long.waves if str(wave) not in told]
    if missing or not long.waves:
        refuse("wave_dates", waves=tell(long.waves), missing=tell(missing))
    try:
        days = {wave: dt.date.fromisoformat(str(told[str(wave)])[:10]) for wave in long.waves}
    except ValueError:
        refuse("no_date", dates=tell(told.values()))
    ordered = sorted(long.waves, key=lambda wave: days[wave])
    return {wave: (f"w{number}", days[wave]) for number, wave in enumerate(ordered, 1)}


def _write_answers(
    frame: pd.DataFrame,
    long: Long,
    known: Mapping[str, Mapping[str, str]],
    waves: Mapping[Hashable, tuple[str, dt.date]],
    schools: Mapping[str, str],
) -> str:
    """Return the answers as text, under the toolkit's own names of columns and words."""
    rows = long.table["row"].to_numpy()
    table = pd.DataFrame({"respondent": long.table["respondent"].to_numpy()})
    table["school"] = long.table["school"].map(schools).to_numpy()
    table["wave"] = [waves[long.waves[place]][0] for place in long.table["wave"]]
    for columns in known.values():
        for name, column in columns.items():
            table[name] = frame[column].to_numpy()[rows]
    return table.to_csv(index=False, lineterminator="\n")


def _name(column: str) -> str:
    """Return the name of a column as an id."""
    words = fold_words(column).replace(" ", "_")
    return words if words[:1].isalpha() else f"x{words}"


def _write_instrument(long: Long, scores: Iterable[str]) -> str:
    """Return an instrument with a scale of one question per column of scores, between the whole numbers that hold all scores."""
    columns = list(scores)
    low, high = math.floor(long.table[columns].min().min()), math.ceil(long.table[columns].max().max())
    words = {"nl": "Eigen schalen", "en": "Own scales"}
    document = {"id": OWN, "version": "1", "name": words, "about": words, "source": "", "topic": "other"}
    tables: dict[str, dict[str, Any]] = {
        "licence": {"kind": "own", "text_shipped": False, "notice": words},
        "answers": {"min": low, "max": high, "step": 0},
    }
    names = {column: _name(column) for column in columns}
    lists: dict[str, list[dict[str, Any]]] = {
        "items": [{"id": id, "number": n, "label": {"nl": column, "en": column}} for n, (column, id) in enumerate(names.items(), 1)],
        "scales": [{"id": id, "kind": "total", "label": {"nl": column, "en": column}, "items": [id]} for column, id in names.items()],
    }
    return _write_toml(document, tables, lists)


def _write_toml(
    document: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], lists: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    """Return keys, tables and lists of tables as TOML."""
    parts = ["\n".join(_write_pairs(document))]
    parts += ["\n".join([f"[{name}]", *_write_pairs(pairs)]) for name, pairs in tables.items() if pairs]
    parts += ["\n".join([f"[[{name}]]", *_write_pairs(pairs)]) for name, entries in lists.items() for pairs in entries]
    return "\n\n".join(parts) + "\n"


def _write_pairs(pairs: Mapping[str, Any]) -> list[str]:
    return [f"{json.dumps(name) if '.' in name else name} = {write_value(value)}" for name, value in pairs.items()]

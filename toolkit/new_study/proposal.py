"""Proposal: a study file from exports, with what was recognised filled in and what is not sure marked as such."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from toolkit.errors import ExportError, Problem
from toolkit.findings import Notes
from toolkit.languages import Language, load_text
from toolkit.new_study.cohorts import tell_cohorts
from toolkit.new_study.column_roles import Doubt, shorten
from toolkit.new_study.dates import tell_measurements
from toolkit.new_study.own_instruments import Own, draft_instruments, list_absent
from toolkit.new_study.recognition import Recognised, recognise_file
from toolkit.new_study.shared_codes import join_schools
from toolkit.new_study.study_file import Draft, begin_study
from toolkit.new_study.waves_and_schools import Schools, Waves, make_identifier, place_schools, place_waves
from toolkit.responses.survey_tools.databases import FIELD, apply_dictionary
from toolkit.spelling import fold_words
from toolkit.study.instruments import Instrument
from toolkit.study.layouts import Limits


@dataclass(frozen=True, slots=True)
class Proposal:
    """A study file, the files to copy beside it (each with its place there), and what is not sure (each after its key)."""

    text: str
    copies: tuple[tuple[Path, str], ...]
    doubts: tuple[str, ...]
    #: the files of instruments that were drafted: the place of each, and its text.
    instruments: tuple[tuple[str, str], ...] = ()


def begin_study_from(folder: Path, paths: Sequence[Path], language: Language, today: dt.date) -> tuple[list[Path], tuple[str, ...]]:
    """Write a study file for the exports at `paths`, which are copied into `folder`; return what was made, and what is not sure.

    Nothing that is there is overwritten. `ExportError` names every file that can't be read, and then nothing is written.
    """
    proposal = propose_study(folder, paths, language, today)
    made = begin_study(folder, language, proposal.text)
    for source, name in proposal.copies:
        shutil.copyfile(source, folder / name)
    for name, text in proposal.instruments:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    names = [*(name for _, name in proposal.copies), *(name for name, _ in proposal.instruments)]
    return [*made, *(folder / name for name in names)], proposal.doubts


def describe_doubts(doubts: Sequence[str], folder: Path, language: Language) -> list[str]:
    """Return what to tell who began a study: that files were copied, what is not sure, and what to do next."""
    text = load_text(language)
    file = folder / "study.toml"
    drafted = dict.fromkeys(doubt.split(": ")[0].split(" [")[0] for doubt in doubts if doubt.startswith("instruments/"))
    files = text.join([str(file), *(str(folder / name) for name in drafted)])
    count = text.say_count("doubts", len(doubts), mark=text.say("doubts.mark"), file=files)
    return [text.say("doubts.copied"), count, *(f"  {doubt}" for doubt in doubts), text.say("doubts.next", folder=folder)]


def propose_study(folder: Path, paths: Sequence[Path], language: Language, today: dt.date) -> Proposal:
    """Return the study file that the exports at `paths` suggest, for a study in `folder`; nothing is written."""
    names = name_files(folder, list(dict.fromkeys(path.resolve() for path in paths)))
    read = recognise_files(names, folder, language)
    dictionaries = [path for path, found in read.items() if found and FIELD in found[0].sheet.headers]
    found = [entry for path, entries in read.items() if path not in dictionaries for entry in entries]
    found, owns = draft_instruments([_label(entry, dictionaries) for entry in found], folder, language)
    draft = Draft(language)
    found = tell_measurements(found, draft.doubts)
    waves = place_waves(found, draft.doubts)
    schools = join_schools(found, waves, place_schools(found, draft.doubts), draft.doubts)
    waves, schools = tell_cohorts(found, waves, schools, draft.doubts)
    layouts = _list_layouts(found, waves, schools, [names[path] for path in dictionaries])
    draft.add("", [_list_head(folder, found, language, today)])
    draft.add("title", [("[title]", dict.fromkeys(("nl", "en"), folder.resolve().name.replace("_", " ")))])
    asked = _mark_absent("waves", waves.list_entries(), _list_lacking(waves, found, owns), draft)
    draft.add("waves", [("[[waves]]", wave) for wave in asked])
    draft.add("schools", [("[[schools]]", school) for school in schools.list_entries()])
    draft.add("roles", [("[[roles]]", role) for role in _list_roles(found)] or [("# [[roles]]", {})])
    sources = _list_sources(found, names, layouts, waves, schools)
    sources = _mark_absent("sources", sources, [list_absent(number, owns) for number in range(len(found))], draft)
    draft.add("sources", [("[[sources]]", entry) for entry in sources])
    draft.add_layouts(found, layouts)
    draft.add("matching", [("[matching]", {"by": "code" if any("respondent" in entry.layout for entry in found) else "none"})])
    draft.add("leave_out", [("# [[leave_out]]", {})])
    draft.add("outcomes", [("[outcomes]", _choose_outcomes(found, [own.id for own in owns]))])
    draft.add("smallest_change", [("[smallest_change]", {})])
    draft.add("comparisons", [("[[comparisons]]", entry) for entry in waves.list_comparisons()])
    draft.doubt_rest(found)
    copies = tuple((path, name) for path, name in names.items() if path != (folder / name).resolve())
    drafted = tuple((own.file, own.write(draft.text.say("doubts.mark"))) for own in owns)
    doubts = (*draft.list_doubts(), *(doubt for own in owns for doubt in own.list_doubts()))
    return Proposal(draft.write(), copies, doubts, drafted)


def _label(entry: Recognised, dictionaries: Sequence[Path]) -> Recognised:
    """Return what was recognised with the texts and labels that the data dictionary of a REDCap project gives its columns."""
    if not dictionaries or entry.layout.get("tool") != "redcap":
        return entry
    return replace(entry, sheet=apply_dictionary(entry.sheet, dictionaries[0], Limits(), Notes()))


def name_files(folder: Path, paths: list[Path]) -> dict[Path, str]:
    """Return the place of each file in the study's folder: where it is, if it is there already, or else in the folder data."""
    names: dict[Path, str] = {}
    for path in paths:
        inside = path.is_relative_to(folder.resolve())
        name = path.relative_to(folder.resolve()).as_posix() if inside else f"data/{path.name}"
        number = 2
        while name in names.values() or (not inside and (folder / name).exists()):
            name = f"data/{path.stem}_{number}{path.suffix}"
            number = number + 1
        names[path] = name
    return names


def recognise_files(paths: Iterable[Path], folder: Path, language: Language) -> dict[Path, list[Recognised]]:
    """Return what each file holds; `ExportError` with every one that can't be read."""
    read = dict[Path, list[Recognised]]()
    problems = list[Problem]()
    for path in paths:
        try:
            read[path] = recognise_file(path, folder, language)
        except ExportError as error:
            problems += error.problems
    if problems:
        raise ExportError(problems)
    return read


def _list_head(folder: Path, found: Sequence[Recognised], language: Language, today: dt.date) -> tuple[str, dict[str, Any]]:
    """Return the keys above all tables."""
    instruments = list(dict.fromkeys(instrument.id for entry in found for instrument in entry.instruments))
    head = {
        "id": make_identifier(folder.resolve().name, "study"),
        "languages": [language],
        "state": "draft",
        "contact": "",
        "report_date": today,
    }
    return "", head | {"instruments": instruments or None, "confidence": 0.95, "smallest_group": 5}


def _list_roles(found: Sequence[Recognised]) -> list[dict[str, Any]]:
    """Return a role for each different word, as it was found."""
    words = {fold_words(word): word for entry in found for word in entry.words["role"]}
    ids: Counter[str] = Counter()
    roles = []
    for word in words.values():
        id = make_identifier(word, "role")
        ids[id] += 1
        roles.append({"id": id if ids[id] == 1 else f"{id}_{ids[id]}", "label": {"nl": word, "en": word}})
    return roles


def _list_layouts(found: Sequence[Recognised], waves: Waves, schools: Schools, dictionaries: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return for each sheet the name and keys of its layout; sheets that are laid out alike share one."""
    layouts: list[tuple[str, dict[str, Any]]] = []
    for entry in found:
        words = waves.map_words(entry)
        beside = {"dictionary": dictionaries[0]} if dictionaries and entry.layout.get("tool") == "redcap" else {}
        layout = entry.layout | beside
        if "wave_columns" in layout:
            layout["wave_columns"] = {waves.name_word(word): columns for word, columns in layout["wave_columns"].items()}
        elif words:
            layout["waves"] = words
        if joined := schools.map_words(entry):
            layout["schools"] = joined
        name = next((name for name, other in layouts if other == layout), "")
        layouts.append((name or name_layout(entry, {other for other, _ in layouts}), layout))
    return layouts


def name_layout(entry: Recognised, taken: Container[str]) -> str:
    """Return a name for the layout of a sheet that is not taken: its tool or its file, with a number where there is one of that name."""
    stem = make_identifier(entry.layout.get("tool", "") or entry.path.stem, "layout")
    return next(name for number in count(1) if (name := f"{stem}_{number}" if number > 1 else stem) not in taken)


def _list_sources(
    found: Sequence[Recognised], names: dict[Path, str], layouts: list[tuple[str, dict[str, Any]]], waves: Waves, schools: Schools
) -> list[dict[str, Any]]:
    return [
        {"file": names[entry.path], "layout": layout, "school": schools.find(entry) or None, "wave": waves.find(entry) or None}
        for entry, (layout, _) in zip(found, layouts, strict=True)
    ]


def _list_lacking(waves: Waves, found: Sequence[Recognised], owns: Sequence[Own]) -> list[list[str]]:
    """Return per wave the items of drafted instruments that it lacks where the waves stand beside each other."""
    words = [(number, word) for number, entry in enumerate(found) for word in entry.layout.get("wave_columns", {})]
    lacking = [{item for number, word in words if word in wave.words for item in list_absent(number, owns, word)} for wave in waves.waves]
    return [sorted(items) for items in lacking]


def _mark_absent(table: str, entries: list[dict[str, Any]], lacking: Sequence[Sequence[str]], draft: Draft) -> list[dict[str, Any]]:
    """Return the entries of a table, each with the items of drafted instruments that others have and it lacks, and note that as a doubt."""
    for place, (entry, absent) in enumerate(zip(entries, lacking, strict=True)):
        if absent:
            entry["not_asked"] = list(absent)
            draft.doubts.append(Doubt("own_not_asked", table, "not_asked", {"value": shorten(absent), "place": place}))
    return entries


def _choose_outcomes(found: Sequence[Recognised], drafted: Sequence[str]) -> dict[str, Any]:
    """Return as outcome that leads the total of an instrument about engagement, or of the first one; of the others, further outcomes.

    A shorter version goes before the longer one in which it nests: who answered either can be scored on it.
    Of an instrument that was drafted every scale is an outcome: which of them matter nobody said.
    """
    instruments = list(dict.fromkeys(instrument.id for entry in found for instrument in entry.instruments))
    by_id: dict[str, Instrument] = {instrument.id: instrument for entry in found for instrument in entry.instruments}
    whole = {id for id in instruments if any(version.id in by_id for version in by_id[id].nested)}
    ordered = sorted((by_id[id] for id in instruments), key=lambda instrument: (instrument.topic != "engagement", instrument.id in whole))
    outcomes = list[str]()
    for instrument in ordered:
        scales = [f"{instrument.id}.{scale.id}" for scale in instrument.scales]
        outcomes += scales if instrument.id in drafted or not scales else [_name_outcome(instrument)]
    return {"primary": outcomes[0], "further": outcomes[1:]} if outcomes else {}


def _name_outcome(instrument: Instrument) -> str:
    """Return the total of an instrument as an outcome, or else its first scale, in its first rating."""
    scale = next((scale for scale in instrument.scales if scale.kind == "total"), instrument.scales[0])
    rating = instrument.scored_ratings[0]
    return ".".join(part for part in (instrument.id, scale.id, rating) if part)

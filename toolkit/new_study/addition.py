"""Addition: what a further export adds to a study that exists: a school, a measurement, or answers that came late."""

from __future__ import annotations

import datetime as dt
import difflib
import filecmp
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from toolkit.errors import DefinitionError, ExportError, Problem
from toolkit.findings import describe_finding
from toolkit.languages import Text, load_text
from toolkit.new_study.column_roles import shorten
from toolkit.new_study.placing import People, Place, choose_layout, place_in_school, place_in_wave
from toolkit.new_study.proposal import name_files, name_layout, recognise_files
from toolkit.new_study.recognition import Recognised
from toolkit.new_study.study_edit import insert_block, insert_key, insert_words
from toolkit.new_study.study_file import Section, write_section
from toolkit.new_study.waves_and_schools import make_identifier
from toolkit.responses.rows import name_roles
from toolkit.responses.unnamed import find_uncompared, write_comparison
from toolkit.spelling import fold
from toolkit.study.definitions import load_definition
from toolkit.study.layouts import Layout
from toolkit.study.loading import check_study, load_study
from toolkit.study.matches import FILE
from toolkit.study.study import Study
from toolkit.writing import keep_out_of_git, replace_file


@dataclass(frozen=True, slots=True)
class Addition:
    """The study file as it is and as it is proposed, the files to copy (each with its place), and in words what to know and to check."""

    study: Study
    before: str
    after: str
    copies: tuple[tuple[Path, str], ...]
    told: tuple[str, ...]
    doubts: tuple[str, ...]

    def write_diff(self) -> str:
        """Return what changes in the study file, as a unified diff."""
        before, after = (text.replace("\r\n", "\n").splitlines() for text in (self.before, self.after))
        return "".join(f"{line}\n" for line in difflib.unified_diff(before, after, self.study.file, self.study.file, lineterm=""))


def propose_addition(path: Path, files: Sequence[Path], today: dt.date, *, school: str = "", wave: str = "") -> Addition:
    """Return what `files` add to the study at `path`; nothing is written. `school` and `wave` say what nothing in the files tells.

    `ExportError` names every file that can't be read or holds no question of the study. A file that is read already adds nothing.
    """
    study = load_study(path)
    text = load_text(study.languages[0])
    before = (study.folder / study.file).read_bytes().decode("utf-8")
    paths = [_find_file(file, study) for file in files]
    same = {file: found for file in paths if (found := _find_same(file, study))}
    told = [text.say("adding.same", value=file.name, expected=found) for file, found in same.items()]
    names = name_files(study.folder, list(dict.fromkeys(file for file in paths if file not in same)))
    read = recognise_files(names, study.folder, text.language)
    writer = _Writer(study, before, text, today, People(study))
    problems = []
    for file, entries in read.items():
        known = [entry for entry in entries if _list_instruments(entry, study)]
        if not known:
            problems.append(describe_finding({"code": "items_none", "file": file.name, "row": 0, "column": ""}, text.language))
        for entry in known:
            writer.add(entry, names[file], school, wave)
    if problems:
        raise ExportError(problems)
    writer.ask_comparisons()
    copies = tuple((file, name) for file, name in names.items() if file != (study.folder / name).resolve())
    told += [text.say("adding.copied", value=file.name, expected=name) for file, name in copies]
    told += [] if names else [text.say("adding.none")]
    return Addition(study, before, writer.written, copies, tuple(told), tuple(dict.fromkeys(writer.doubts)))


def write_addition(addition: Addition) -> list[Path]:
    """Copy the files into the study and write its study file; return what was written. Nothing that is there is overwritten.

    Where one of it fails, nothing is left of it.
    """
    folder = addition.study.folder
    file = folder / addition.study.file
    targets = [folder / name for _, name in addition.copies]
    if file.read_bytes() != addition.before.encode() or any(target.exists() for target in targets):
        value = ", ".join(name for _, name in addition.copies) or addition.study.file
        says = load_text(addition.study.languages[0]).say("adding.changed", value=value)
        raise DefinitionError(Problem(addition.study.file, says))
    try:
        for (source, _), target in zip(addition.copies, targets, strict=True):
            replace_file(target, source.read_bytes())
        replace_file(file, addition.after)
    except OSError:
        for target in targets:
            target.unlink(missing_ok=True)
        raise
    if targets:
        keep_out_of_git(folder, ("data/", FILE))
    return [file, *targets]


def describe_addition(addition: Addition, *, written: bool) -> list[str]:
    """Return what to tell who adds files: what was found, what is not sure, and what to do next."""
    text = load_text(addition.study.languages[0])
    file = addition.study.folder / addition.study.file
    if addition.before == addition.after:
        return list(addition.told)
    doubts = [text.say_count("doubts", len(addition.doubts), mark=text.say("doubts.mark"), file=file)] if addition.doubts else []
    code = "adding.written" if written else "adding.ask"
    folder = addition.study.folder
    return [*addition.told, *doubts, *(f"  {doubt}" for doubt in addition.doubts), text.say(code, file=file, folder=folder)]


def _find_file(file: Path, study: Study) -> Path:
    """Return the place of a file as typed, or else as seen from the study's folder."""
    within = study.folder / file
    return (within if within.exists() and not file.exists() else file).resolve()


def _find_same(file: Path, study: Study) -> str:
    """Return the source that holds the same as `file`, "" without one."""
    if not file.is_file():
        return ""
    sources = [source.file for source in study.sources if (study.folder / source.file).is_file()]
    return next((name for name in sources if filecmp.cmp(file, study.folder / name, shallow=False)), "")


def _list_instruments(entry: Recognised, study: Study) -> list[str]:
    """Return the instruments in an export that the study asks."""
    return [instrument.id for instrument in entry.instruments if instrument.id in study.instrument_ids]


class _Writer:
    """Writes additions into the text of a study file, one after the other; each must leave a study that loads."""

    def __init__(self, study: Study, text: str, words: Text, today: dt.date, people: People) -> None:
        self.study = study
        self.written = text
        self.words = words
        self.today = today
        self.people = people
        self.doubts = list[str]()
        self.changed = False

    def add(self, entry: Recognised, name: str, school: str, wave: str) -> None:
        """Put in what one sheet of an export needs: waves, schools, a layout where none fits, words of a layout, and its source."""
        chosen = choose_layout(entry, self.study)
        layout = Layout.model_validate(entry.layout) if chosen is None else self.study.find_layout(chosen)
        in_wave = place_in_wave(entry, layout, self.study, wave)
        in_school = place_in_school(entry, layout, self.study, school, self.people)
        edits: list[Callable[[str], str]] = [
            *(partial(self._add_wave, word, entry) for word in in_wave.new),
            *(partial(self._add_school, word) for word in in_school.new),
        ]
        if chosen is None:
            chosen = name_layout(entry, self.study.layouts)
            edits.append(partial(self._add_layout, chosen, entry, in_wave, in_school))
        else:
            edits += self._map_words(chosen, in_wave, in_school)
        written = self.written
        for edit in edits:
            written = edit(written)
        written = self._tell_places(written, layout, in_wave, in_school)
        self.written = self._add_source(written, entry, name, chosen, in_wave, in_school, self._doubt_rest(entry, layout))
        self.study = self._load()
        self.changed = True

    def _say(self, code: str, **says: Any) -> str:
        """Return the sentence of a doubt, which is also listed."""
        sentence = self.words.say(code, **says)
        self.doubts.append(sentence)
        return sentence

    def _section(self, header: str, values: Mapping[str, object], remarks: Mapping[str, Sequence[str]]) -> str:
        return write_section(Section(header, values, remarks), self.words.say("doubts.mark"))

    def _add_wave(self, word: str, entry: Recognised, written: str) -> str:
        """Return the text with a wave behind those of an earlier date."""
        found = entry.dates.get(fold(word) if entry.words["wave"] else "")
        last = self.study.waves[-1].date
        date = found.date() if found is not None else max(self.today, last + dt.timedelta(days=1))
        remarks = {
            "": [self._say("adding.wave_new", value=word)],
            "date": [self._say("doubts.date_of_answers" if found is not None else "adding.wave_made")],
        }
        values = {"id": make_identifier(word, "wave"), "date": date, "label": dict.fromkeys(("nl", "en"), word)}
        return insert_block(
            written, "waves", self._section("[[waves]]", values, remarks), after=sum(wave.date <= date for wave in self.study.waves)
        )

    def _add_school(self, word: str, written: str) -> str:
        remarks = {"": [self._say("adding.school_new", value=word)]}
        return insert_block(written, "schools", self._section("[[schools]]", {"id": word, "name": word}, remarks))

    def _add_layout(self, name: str, entry: Recognised, in_wave: Place, in_school: Place, written: str) -> str:
        values = dict(entry.layout)
        if "wave_columns" in values:
            values["wave_columns"] = {in_wave.named[word]: columns for word, columns in values["wave_columns"].items()}
        elif in_wave.words:
            values["waves"] = in_wave.words
        if in_school.words:
            values["schools"] = in_school.words
        remarks: dict[str, list[str]] = {}
        for doubt in entry.doubts:
            if doubt.table == "layouts":
                remarks.setdefault(doubt.key, []).append(self._say(f"doubts.{doubt.code}", **doubt.says))
        return insert_block(written, "layouts", self._section(f"[layouts.{name}]", values, remarks))

    def _map_words(self, layout: str, in_wave: Place, in_school: Place) -> list[Callable[[str], str]]:
        """Return the edits that give a layout which is there its further words."""
        mapped = {"waves": in_wave.words, "schools": in_school.words}
        return [partial(_insert_words, layout, key, words) for key, words in mapped.items() if words]

    def _tell_places(self, written: str, layout: Layout, in_wave: Place, in_school: Place) -> str:
        """Return the text in which the sources say their wave and school, where there was only one of it until now."""
        for key, place, known in (("wave", in_wave, self.study.waves), ("school", in_school, self.study.schools)):
            if place.new and len(known) == 1:
                for number, source in enumerate(self.study.sources):
                    own = self.study.find_layout(source.layout)
                    if not getattr(source, key) and not getattr(own, key) and not (key == "wave" and (own.wave_columns or own.tool)):
                        written = insert_key(written, "sources", number, f'{key} = "{known[0].id}"')
        return written

    def _add_source(
        self, written: str, entry: Recognised, name: str, layout: str, in_wave: Place, in_school: Place, rest: list[str]
    ) -> str:
        """Return the text with a source for an export, and above its keys what is not sure of them."""
        wave = in_wave.key
        school = in_school.key
        remarks = {
            "": rest,
            "wave": [self._say(code, **says) for code, says in in_wave.doubts],
            "school": [self._say(code, **says) for code, says in in_school.doubts],
        }
        if not school:
            remarks[""] = rest + remarks.pop("school")
        if name != f"data/{entry.path.name}" and entry.path != (self.study.folder / name).resolve():
            remarks["file"] = [self._say("adding.same_name", value=f"data/{entry.path.name}")]
        values = {"file": name, "layout": layout or None, "school": school or None, "wave": wave or None}
        shown = {key: said for key, said in remarks.items() if said}
        return insert_block(written, "sources", self._section("[[sources]]", values, shown))

    def _doubt_rest(self, entry: Recognised, layout: Layout) -> list[str]:
        """Return what is not sure of an export and is about no key of its source: questions and roles that the study does not know."""
        said = []
        others = [instrument.id for instrument in entry.instruments if instrument.id not in self.study.instrument_ids]
        if others:
            said.append(self._say("adding.instruments", value=entry.path.name, expected=", ".join(others)))
        known = name_roles(self.study, layout)
        roles = [word for word in entry.words["role"] if fold(word) not in known]
        if roles and layout.role:
            said.append(self._say("adding.roles", value=entry.path.name, expected=shorten(roles)))
        return said

    def ask_comparisons(self) -> None:
        """Put in a question about the comparisons of a study with three waves or more, if anything is added to it."""
        code = find_uncompared(self.study)
        asked = "adding.last_uncompared" if code == "wave_uncompared" else "adding.none_planned"
        question = f"# {self.words.say('doubts.mark')} {self.words.say(asked)}"
        if code and self.changed and question not in self.written:
            self._say(asked)
            lines = write_comparison(self.study.waves[0].id, self.study.waves[-1].id).strip().split("\n")
            self.written = insert_block(self.written, "comparisons", "\n".join([question, *(f"# {line}" for line in lines)]))
            self.study = self._load()

    def _load(self) -> Study:
        """Return the study as it is proposed; `DefinitionError` where that does not load, with the lines that were to be added."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.study.file
            path.write_bytes(self.written.encode())
            try:
                study = load_definition(path, Study)
                study._path = self.study._path
                problems = check_study(study, path)
            except DefinitionError as error:
                problems = list(error.problems)
        if problems:
            says = self.words.say("adding.refused")
            lines = difflib.ndiff(
                (self.study.folder / self.study.file).read_bytes().decode("utf-8").splitlines(), self.written.splitlines()
            )
            added = "\n".join(line[2:] for line in lines if line.startswith("+ "))
            raise DefinitionError([*problems, Problem(self.study.file, says, f"\n{added}")])
        return study


def _insert_words(layout: str, key: str, words: Mapping[str, str], text: str) -> str:
    return insert_words(text, f"layouts.{layout}", key, words)

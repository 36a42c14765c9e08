"""Own instruments: a file for each questionnaire that stands in the exports and is none of those that are here, and where its items are."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from toolkit.languages import Language, Text, load_text
from toolkit.new_study.answer_blocks import Block, Question, find_blocks, list_headers, read_values
from toolkit.new_study.answer_words import order_words
from toolkit.new_study.column_roles import Doubt, doubt_columns, shorten
from toolkit.new_study.recognition import BARE, FEWEST, PLACES, Recognised, count_asked
from toolkit.new_study.study_file import Section, write_line, write_section
from toolkit.new_study.waves_and_schools import make_identifier
from toolkit.responses.headers import ItemColumn, make_names
from toolkit.spelling import fold_words
from toolkit.study.instruments import Instrument, list_instruments
from toolkit.study.layouts import Layout

#: the tables in the file of an instrument, in their order.
TABLES = ("licence", "answers", "items", "scales")
#: a correlation with the other items that is this many standard errors below nothing speaks of an item that is worded the other way.
ERRORS = 2.0
FEWEST_FORMS = 10
#: how long a label made of a wording, and an id made of a name, is at most.
LABEL = 60
LONGEST = 40
#: doubts that no longer hold once the columns have an instrument.
SETTLED = ("items_none", "headers_unknown", "personal", "consent")


@dataclass
class Own:
    """An instrument that was drafted: its id, the questions per item id, its tables, and the remarks per table of its file."""

    id: str
    items: dict[str, list[Question]]
    tables: dict[str, Any]
    remarks: dict[str, list[str]]

    @property
    def file(self) -> str:
        """Its file in the folder of the study."""
        return f"instruments/{self.id}.toml"

    @cached_property
    def instrument(self) -> Instrument:
        """The instrument as it loads."""
        return Instrument.model_validate(tomllib.loads(self.write("")))

    def write(self, mark: str) -> str:
        """Return the text of its file, with the remarks as comments that begin with `mark`."""
        return "\n\n".join(write_section(section, mark) for section in self._list_sections()) + "\n"

    def _list_sections(self) -> Iterator[Section]:
        """Yield the tables in the order of the file, the first of each kind with the remarks about that kind."""
        yield Section("", {key: value for key, value in self.tables.items() if key not in TABLES}, {"": self.remarks.get("", ())})
        for name in TABLES:
            many = isinstance(self.tables[name], list)
            for number, entry in enumerate(self.tables[name] if many else [self.tables[name]]):
                said = self.remarks.get(name, ()) if number == 0 else ()
                yield Section(f"[[{name}]]" if many else f"[{name}]", entry, {"": said})

    def list_doubts(self) -> list[str]:
        """Return every remark after its place, in the order of the file."""
        places = {"": self.file} | {name: f"{self.file} [{name}]" for name in TABLES}
        return [f"{place}: {write_line(remark)}" for name, place in places.items() for remark in self.remarks.get(name, ())]


def draft_instruments(found: Sequence[Recognised], folder: Path, language: Language) -> tuple[list[Recognised], list[Own]]:
    """Return what was recognised with the columns of unknown questionnaires added, and the instruments that were drafted for those."""
    blocks = find_blocks(found)
    if not blocks:
        return list(found), []
    names = _name_blocks(blocks, folder)
    owns = [_draft(name, block, found, language) for name, block in zip(names, blocks, strict=True)]
    _remark_routed(owns, found, load_text(language))
    return [_complete(entry, number, owns, found) for number, entry in enumerate(found)], owns


def _name_blocks(blocks: Sequence[Block], folder: Path) -> list[str]:
    """Return an id for each block: its only stem, or else the name of the study; none that is taken."""
    taken = set(list_instruments(folder / "instruments"))
    names = list[str]()
    for block in blocks:
        stems = [stem for stem in block.list_stems() if "#" in stem]
        stem = stems[0].replace("#", "").strip("_") if len(block.list_stems()) == 1 and stems else ""
        first = make_identifier(stem, "items") if len(stem) > 1 else make_identifier(f"{folder.resolve().name} items", "items")
        first = first[:LONGEST].rstrip("_")
        name = next(name for name in (first, *(f"{first}_{number}" for number in range(2, 1000))) if name not in taken)
        taken.add(name)
        names.append(name)
    return names


def _draft(id: str, block: Block, found: Sequence[Recognised], language: Language) -> Own:
    """Return the instrument of one block."""
    text = load_text(language)
    items = _name_items(block, found)
    named = shorten([question.name for question in block.questions], 6)
    own = Own(id, items, _begin_tables(id, len(items), text), {"": [text.say("own_instrument.drafted", count=len(items), value=named)]})
    own.tables["answers"], values = _draft_answers(own, block, text)
    own.tables["items"] = [_draft_item(item, number, questions[0], language) for number, (item, questions) in enumerate(items.items(), 1)]
    own.tables["scales"] = _draft_scales(own, text)
    _remark_direction(own, found, values, text)
    return own


def _begin_tables(id: str, count: int, text: Text) -> dict[str, Any]:
    """Return what stands above the answers: what the instrument is called, what it asks, whose it is."""
    said = {one: load_text(one) for one in get_args(Language)}
    return {
        "id": id,
        "version": "1",
        "name": {one: words.say("own_instrument.name", value=id) for one, words in said.items()},
        "about": {one: words.say("own_instrument.about", count=count) for one, words in said.items()},
        "source": text.say("own_instrument.source"),
        "licence": {
            "kind": "own",
            "text_shipped": True,
            "notice": {one: words.say("own_instrument.notice") for one, words in said.items()},
        },
    }


def _name_items(block: Block, found: Sequence[Recognised]) -> dict[str, list[Question]]:
    """Return the questions per item id: the code of a question, or else a number; a question in two places, never both answered, is one."""
    items: dict[str, list[Question]] = {}
    for number, question in enumerate(block.questions, 1):
        same = next((item for item, others in items.items() if _is_same(others, question, found)), "")
        if same:
            items[same].append(question)
            continue
        id = make_identifier(question.code, "i") if question.code else f"i{number}"
        items[id if id not in items else f"{id}_{number}"] = [question]
    return items


def _is_same(others: Sequence[Question], question: Question, found: Sequence[Recognised]) -> bool:
    """Return whether a question has the wording of others in the same sheet, and no row has an answer to more than one of them."""
    wording = fold_words(question.wording)
    if not wording or any(fold_words(other.wording) != wording for other in others):
        return False
    return _are_apart([*others, question], found)


def _are_apart(questions: Sequence[Question], found: Sequence[Recognised]) -> bool:
    """Return whether each of these questions was answered, and never two of them in one row."""
    known = {key: 1.0 for question in questions for key in (*question.seen.numbers, *question.seen.words)}
    answered = np.isfinite(read_values(questions, found, known))
    return bool(answered.any(axis=0).all()) and int(answered.sum(axis=1).max(initial=0)) == 1


def _draft_answers(own: Own, block: Block, text: Text) -> tuple[dict[str, Any], dict[Any, float]]:
    """Return the table of answers, and the number of each number or folded word in the columns; remark what is not sure of it."""
    seen = block.seen
    remarks = own.remarks.setdefault("answers", [])
    values: dict[Any, float]
    if seen.kind == "words":
        ordered, scale = order_words(seen.words)
        labels = {value: words for value, words in enumerate(ordered, 1) if words}
        values = {fold_words(word): float(value) for value, words in labels.items() for word in words}
        ends = (1, len(ordered))
        remarks.append(text.say("own_instrument.words" if scale else "own_instrument.words_unknown"))
        if absent := [answer[0] for answer, words in zip(scale, ordered, strict=False) if not words]:
            remarks.append(text.say("own_instrument.words_absent", found=shorten(absent)))
    else:
        numbers = sorted({*seen.numbers, *seen.labels})
        labels = {int(number): [words] for number, words in sorted(seen.labels.items())}
        values = {number: number for number in numbers}
        ends = (int(numbers[0]), int(numbers[-1]))
        remarks += [text.say("own_instrument.answers")] if labels else []
        remarks.append(text.say("own_instrument.range", found=", ".join(f"{number:g}" for number in sorted(seen.numbers))))
    answers: dict[str, Any] = {"min": ends[0], "max": ends[1]}
    if labels:
        answers["labels"] = [{"value": value, text.language: words} for value, words in labels.items()]
    if seen.missing:
        answers["missing"] = list(seen.missing)
        remarks.append(text.say("own_instrument.missing", value=shorten(seen.missing)))
    return answers, values


def _draft_item(id: str, number: int, question: Question, language: Language) -> dict[str, Any]:
    """Return the table of one item, with its wording where the files have one."""
    wording = question.wording
    label = wording if len(wording) <= LABEL else f"{wording[: LABEL - 1].rstrip()}…"
    item: dict[str, Any] = {"id": id, "number": number, "label": {language: label or question.code}}
    return item | ({"text": {language: wording}} if wording else {})


def _draft_scales(own: Own, text: Text) -> list[dict[str, Any]]:
    """Return a scale per stem, where there are several and each has three items, or else one of all items."""
    stems: dict[str, list[str]] = {}
    for item, questions in own.items.items():
        stems.setdefault(questions[0].stem, []).append(item)
    scales = {stem: items for stem, items in stems.items() if len(items) >= FEWEST and stem}
    if len(scales) < 2 or len(scales) < len(stems):
        own.remarks["scales"] = [text.say("own_instrument.scales_one")]
        label = {language: load_text(language).say("own_instrument.name", value=own.id) for language in get_args(Language)}
        return [{"id": "total", "kind": "total", "label": label, "items": list(own.items)}]
    own.remarks["scales"] = [text.say("own_instrument.scales_stems")]
    made = list[dict[str, Any]]()
    for number, (stem, items) in enumerate(scales.items(), 1):
        id = make_identifier(stem.replace("#", ""), "scale")[:LONGEST].rstrip("_")
        id = id if all(scale["id"] != id for scale in made) else f"{id}_{number}"
        label = dict.fromkeys(get_args(Language), stem.replace("#", "").strip("_ ") if "#" in stem else stem[:LABEL])
        made.append({"id": id, "kind": "subscale", "label": label, "items": items})
    return made


def _remark_direction(own: Own, found: Sequence[Recognised], values: Mapping[Any, float], text: Text) -> None:
    """Remark which items run against the others of their scale, or that no item is reversed."""
    turned = list[str]()
    for scale in own.tables["scales"]:
        items = [own.items[item] for item in scale["items"]]
        turned += [f"{shorten([items[place][0].name])} ({text.number(r)})" for place, r in _find_turned(_read_items(items, found, values))]
    said = text.say("own_instrument.turned", value=", ".join(turned)) if turned else text.say("own_instrument.direction")
    own.remarks["items"] = [said]


def _read_items(items: Sequence[list[Question]], found: Sequence[Recognised], values: Mapping[Any, float]) -> NDArray[np.float64]:
    """Return the answers of all sheets and waves, rows × items; an item with two columns has whichever is answered."""
    read = read_values([question for questions in items for question in questions], found, values)
    ends = np.cumsum([len(questions) for questions in items])
    return np.column_stack([np.fmax.reduce(columns, axis=1) for columns in np.split(read, ends[:-1], axis=1)])


def _find_turned(values: NDArray[np.float64]) -> Iterator[tuple[int, float]]:
    """Yield the place of each item that goes against most others, with its correlation with those.

    The first principal component tells which items go together; the correlation is that with the mean of the others, those turned that go
    against them.
    """
    whole = values[np.isfinite(values).all(axis=1)]
    if len(whole) < FEWEST_FORMS or values.shape[1] < FEWEST:
        return
    varied = np.flatnonzero(whole.std(axis=0) > 0)
    if len(varied) < FEWEST:
        return
    standard = (whole[:, varied] - whole[:, varied].mean(axis=0)) / whole[:, varied].std(axis=0)
    leading = np.linalg.eigh(standard.T @ standard / len(whole))[1][:, -1]
    against = leading < 0
    if 2 * against.sum() > len(varied) or (2 * against.sum() == len(varied) and against[0]):
        against = ~against
    signs = np.where(against, -1.0, 1.0)
    for place in np.flatnonzero(against):
        others = np.delete(standard * signs, place, axis=1).mean(axis=1)
        r = float(np.corrcoef(standard[:, place], others)[0, 1])
        if r < -ERRORS / np.sqrt(len(whole)):
            yield int(varied[place]), r


def _remark_routed(owns: Sequence[Own], found: Sequence[Recognised], text: Text) -> None:
    """Remark items that two columns hold, and scales of equal length of which nobody answered both."""
    for own in owns:
        if merged := [questions[0].name for questions in own.items.values() if len(questions) > 1]:
            own.remarks["items"].append(text.say("own_instrument.merged", value=shorten(merged, 6)))
    scales = [(own, [own.items[item] for item in scale["items"]]) for own in owns for scale in own.tables["scales"]]
    for place, (own, first) in enumerate(scales):
        for _, second in scales[place + 1 :]:
            pairs = [[*one, *other] for one, other in zip(first, second, strict=False)]
            if len(first) == len(second) and _in_one_sheet(pairs[0]) and all(_are_apart(pair, found) for pair in pairs):
                names = [f"‘{questions[0][0].name}’–‘{questions[-1][0].name}’" for questions in (first, second)]
                own.remarks["scales"].append(text.say("own_instrument.routed", value=names[0], expected=names[1]))


def _in_one_sheet(questions: Sequence[Question]) -> bool:
    """Return whether some sheet holds all of these questions."""
    return bool(set.intersection(*({(part.sheet, part.wave) for part in question.parts} for question in questions)))


def _complete(entry: Recognised, number: int, owns: Sequence[Own], found: Sequence[Recognised]) -> Recognised:
    """Return one sheet with the items of the drafted instruments: in its layout, and in what is told of it."""
    placed = _place_items(number, owns)
    if not placed:
        return entry
    here = [own.instrument for own in owns if any(own.instrument.name_column(item) in _join(placed) for item in own.items)]
    others = [instrument for other in found for instrument in other.instruments] + [own.instrument for own in owns]
    layout = _lay_out(entry, placed, list({instrument.id: instrument for instrument in others}.values()))
    items = dict(entry.items) | {column: places[0] for column, places in next(iter(placed.values())).items()}
    words = _count_words(entry, layout, items, [wave for wave in placed if wave])
    doubts = _doubt_again(entry, layout, placed)
    instruments = (*entry.instruments, *here)
    return replace(entry, layout=layout, items=items, instruments=instruments, words=words, doubts=tuple(doubts))


def _count_words(entry: Recognised, layout: Mapping[str, Any], items: Mapping[str, int], waves: Sequence[str]) -> dict[str, Counter[str]]:
    """Return the words for schools, waves and roles in rows with an answer; waves that stand beside each other count all rows."""
    first = {what: list_headers(layout.get(what, ""))[0] for what in ("school", "wave", "role")}
    words = {what: count_asked(entry.sheet, header, items) for what, header in first.items()}
    return words | ({"wave": Counter(dict.fromkeys(waves, len(entry.sheet.rows)))} if waves else {})


def _doubt_again(entry: Recognised, layout: Mapping[str, Any], placed: Mapping[str, Mapping[str, list[int]]]) -> list[Doubt]:
    """Return the doubts of a sheet, those about columns that nothing was known of anew."""
    taken = {place for columns in placed.values() for places in columns.values() for place in places} | set(entry.items.values())
    headers = [header for columns in layout.get("wave_columns", {}).values() for header in columns]
    taken |= {place for header in headers for place in entry.sheet.find_columns(header)}
    doubts = [doubt for doubt in entry.doubts if doubt.code not in SETTLED]
    if headers and all(doubt.code not in ("waves_beside", "waves_numbered") for doubt in doubts):
        doubts.append(Doubt("waves_beside", "layouts", "wave_columns"))
    return [*doubts, *doubt_columns(entry.sheet, taken, {name: layout[name] for name in PLACES if name in layout})]


def _join(placed: Mapping[str, Mapping[str, list[int]]]) -> set[str]:
    return {column for columns in placed.values() for column in columns}


def _place_items(sheet: int, owns: Sequence[Own]) -> dict[str, dict[str, list[int]]]:
    """Return per wave ("" where rows tell) the item columns in one sheet, each with its places."""
    placed: dict[str, dict[str, list[int]]] = {}
    for own in owns:
        instrument = own.instrument
        for item, questions in own.items.items():
            for part in (part for question in questions for part in question.parts if part.sheet == sheet):
                placed.setdefault(part.wave, {}).setdefault(instrument.name_column(item), []).append(part.place)
    return placed


def list_absent(number: int, owns: Sequence[Own], wave: str = "") -> list[str]:
    """Return the item columns of drafted instruments that one sheet (in one of the waves beside each other) lacks, but not all of."""
    placed = _place_items(number, owns).get(wave, {})
    asked = [own.instrument for own in owns if any(column in placed for column in own.instrument.columns)]
    return [column for instrument in asked for column in instrument.columns if column not in placed]


def _lay_out(entry: Recognised, placed: Mapping[str, Mapping[str, list[int]]], instruments: Sequence[Instrument]) -> dict[str, Any]:
    """Return the layout of a sheet with the way in which its headers name the items: their ids, their wording, or one by one."""
    headers = entry.sheet.headers
    mapped = {wave: {headers[place]: column for column, places in columns.items() for place in places} for wave, columns in placed.items()}
    if set(mapped) != {""}:
        before = entry.layout.get("wave_columns", {})
        return entry.layout | {"wave_columns": {wave: before.get(wave, {}) | mapped.get(wave, {}) for wave in [*before, *mapped]}}
    ways: list[dict[str, Any]] = [{"pattern": BARE}, {"items_by": "wording"}] if not entry.items else []
    for way in ways:
        if _names_exactly(entry, Layout.model_validate(way), mapped[""], instruments):
            return entry.layout | way
    return entry.layout | {"items": mapped[""]}


def _names_exactly(entry: Recognised, layout: Layout, mapped: Mapping[str, str], instruments: Sequence[Instrument]) -> bool:
    """Return whether a way of naming gives every header its item, and the others none."""
    columns = [ItemColumn(name, whole, item, rating) for whole in instruments for name, (item, rating) in whole.columns.items()]
    names = make_names(layout, columns)
    if len(set(mapped.values())) < len(mapped):
        return False
    found = {header: names(header) or names(wording) for header, wording in zip(entry.sheet.headers, entry.sheet.wordings, strict=True)}
    return all(items == ([mapped[header]] if header in mapped else []) for header, items in found.items())

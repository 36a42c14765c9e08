"""Own instruments: a file for each questionnaire that stands in the exports and is none of those that are here, and where its items are."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from toolkit.languages import Language, Text, load_text
from toolkit.new_study.answer_blocks import Block, Question, find_blocks, read_values
from toolkit.new_study.answer_words import order_words
from toolkit.new_study.column_roles import Doubt, doubt_columns, shorten
from toolkit.new_study.recognition import BARE, FEWEST, PLACES, Recognised, count_asked
from toolkit.new_study.study_file import write_value
from toolkit.new_study.waves_and_schools import make_identifier
from toolkit.responses.headers import ItemColumn, make_names
from toolkit.spelling import fold_words
from toolkit.study.instruments import Instrument, list_instruments
from toolkit.study.layouts import Layout

#: a correlation with the other items that is this many standard errors below nothing speaks of an item that is worded the other way.
ERRORS = 2.0
FEWEST_FORMS = 10
#: how long a label made of a wording is at most.
LABEL = 60
#: doubts that no longer hold once the columns have an instrument.
SETTLED = ("items_none", "headers_unknown", "personal", "consent")


@dataclass
class Own:
    """An instrument that was drafted: its id, the questions per item id, its tables, and the remarks per place in its file."""

    id: str
    items: dict[str, list[Question]]
    tables: dict[str, Any]
    remarks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Its file in the folder of the study."""
        return f"instruments/{self.id}.toml"

    @property
    def instrument(self) -> Instrument:
        """The instrument as it loads."""
        return Instrument.model_validate(tomllib.loads(self.write("")))

    def write(self, mark: str) -> str:
        """Return the text of its file, with the remarks as comments that begin with `mark`."""
        head = {key: value for key, value in self.tables.items() if not isinstance(value, list) and key not in ("licence", "answers")}
        lines = [*self._remark("", mark), *_write(head)]
        for name in ("licence", "answers"):
            lines += ["", *self._remark(name, mark), f"[{name}]", *_write(self.tables[name])]
        for name in ("items", "scales"):
            lines += ["", *self._remark(name, mark)]
            for number, entry in enumerate(self.tables[name]):
                remarked = number == 0 and f"{name}.{entry['id']}" in self.remarks
                lines += [""] * (number > 0 or remarked) + [*self._remark(f"{name}.{entry['id']}", mark), f"[[{name}]]", *_write(entry)]
        return "\n".join(lines) + "\n"

    def _remark(self, place: str, mark: str) -> list[str]:
        return [f"# {mark} {_write_plain(remark)}" for remark in self.remarks.get(place, ())]

    def list_doubts(self) -> list[str]:
        """Return every remark after its place, in the order of the file."""
        order = ["", "licence", "answers", "items", "scales"]
        places = sorted(self.remarks, key=lambda place: order.index(place.split(".")[0]))
        named = {place: f"{self.file} [{place}]" if place else self.file for place in places}
        return [f"{named[place]}: {_write_plain(remark)}" for place in places for remark in self.remarks[place]]


def _write(values: Mapping[str, Any]) -> list[str]:
    """Return keys and values; a list of tables stands a table to a line."""
    lines = list[str]()
    for key, value in values.items():
        if key == "labels":
            lines += ["labels = [", *(f"  {write_value(entry)}," for entry in value), "]"]
        else:
            lines.append(f"{key} = {write_value(value)}")
    return lines


def _write_plain(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


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
        first = first[:40].rstrip("_")
        name = next(name for name in (first, *(f"{first}_{number}" for number in range(2, 1000))) if name not in taken)
        taken.add(name)
        names.append(name)
    return names


def _draft(id: str, block: Block, found: Sequence[Recognised], language: Language) -> Own:
    """Return the instrument of one block."""
    text = load_text(language)
    items = _name_items(block, found)
    own = Own(id, items, {})
    said = {one: load_text(one) for one in get_args(Language)}
    count = len(items)
    own.tables = {"id": id, "version": "1"}
    own.tables["name"] = {one: words.say("own_instrument.name", value=id) for one, words in said.items()}
    own.tables["about"] = {one: words.say("own_instrument.about", count=count) for one, words in said.items()}
    own.tables["source"] = text.say("own_instrument.source")
    notice = {one: words.say("own_instrument.notice") for one, words in said.items()}
    own.tables["licence"] = {"kind": "own", "text_shipped": True, "notice": notice}
    named = shorten([question.name for question in block.questions], 6)
    own.remarks[""] = [text.say("doubts.own_drafted", count=len(block.questions), value=named)]
    own.tables["answers"], values = _draft_answers(own, block, text)
    own.tables["items"] = [_draft_item(item, number, questions[0], language) for number, (item, questions) in enumerate(items.items(), 1)]
    own.tables["scales"] = _draft_scales(own, text)
    _remark_direction(own, found, values, text)
    return own


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
    labels = list[dict[str, Any]]()
    if seen.kind == "words":
        ordered, known = order_words(seen.words)
        remarks.append(text.say("doubts.own_words" if known else "doubts.own_words_unknown"))
        labels = [{"value": value, text.language: words} for value, words in enumerate(ordered, 1) if words]
        values: dict[Any, float] = {fold_words(word): float(value) for value, words in enumerate(ordered, 1) for word in words}
        ends = (1, len(ordered))
    else:
        numbers = sorted({*seen.numbers, *seen.labels})
        ends = (int(numbers[0]), int(numbers[-1]))
        values = {number: number for number in numbers}
        labels = [{"value": int(number), text.language: [words]} for number, words in sorted(seen.labels.items())]
        if labels:
            remarks.append(text.say("doubts.own_answers"))
        remarks.append(text.say("doubts.own_range", found=", ".join(f"{number:g}" for number in sorted(seen.numbers))))
    answers: dict[str, Any] = {"min": ends[0], "max": ends[1]}
    if labels:
        answers["labels"] = labels
    if seen.missing:
        answers["missing"] = list(seen.missing)
        remarks.append(text.say("doubts.own_missing", value=shorten(seen.missing)))
    return answers, values


def _draft_item(id: str, number: int, question: Question, language: Language) -> dict[str, Any]:
    """Return the table of one item, with its wording where the files have one."""
    wording = question.wording
    label = wording if len(wording) <= LABEL else f"{wording[: LABEL - 1].rstrip()}…"
    item: dict[str, Any] = {"id": id, "number": number, "label": {language: label or question.code}}
    return item | ({"text": {language: wording}} if wording else {})


def _draft_scales(own: Own, text: Text) -> list[dict[str, Any]]:
    """Return a scale per stem, where there are more stems of three items, or else one of all items."""
    stems: dict[str, list[str]] = {}
    for item, questions in own.items.items():
        stems.setdefault(questions[0].stem, []).append(item)
    scales = {stem: items for stem, items in stems.items() if len(items) >= FEWEST and stem}
    if len(scales) < 2:
        own.remarks["scales"] = [text.say("doubts.own_scales_one")]
        label = {language: load_text(language).say("own_instrument.name", value=own.id) for language in get_args(Language)}
        return [{"id": "total", "kind": "total", "label": label, "items": list(own.items)}]
    own.remarks["scales"] = [text.say("doubts.own_scales_stems")]
    if rest := [item for stem, items in stems.items() if stem not in scales for item in items]:
        own.remarks["scales"].append(text.say("doubts.own_scales_rest", value=shorten(rest)))
    made = list[dict[str, Any]]()
    for number, (stem, items) in enumerate(scales.items(), 1):
        id = make_identifier(stem.replace("#", ""), "scale")[:40].rstrip("_")
        id = id if all(scale["id"] != id for scale in made) else f"{id}_{number}"
        label = dict.fromkeys(get_args(Language), stem.replace("#", "").strip("_ ") if "#" in stem else stem[:LABEL])
        made.append({"id": id, "kind": "subscale", "label": label, "items": items})
    return made


def _remark_direction(own: Own, found: Sequence[Recognised], values: Mapping[Any, float], text: Text) -> None:
    """Remark each item that goes against the others of its scale, or that there is none."""
    own.remarks["items"] = [text.say("doubts.own_direction")]
    for scale in own.tables["scales"]:
        columns = [_merge_columns(own.items[item], found, values) for item in scale["items"]]
        for place, r, n in _find_turned(np.column_stack(columns)):
            written = text.number(r)
            own.remarks[f"items.{scale['items'][place]}"] = [
                text.say("doubts.own_turned", value=own.items[scale["items"][place]][0].name, r=written, n=n)
            ]


def _merge_columns(questions: Sequence[Question], found: Sequence[Recognised], values: Mapping[Any, float]) -> NDArray[np.float64]:
    """Return the answers to one item in all sheets and waves that the study has, in the order of those."""
    merged = []
    for number, entry in enumerate(found):
        for wave in sorted({part.wave for question in questions for part in question.parts if part.sheet == number}) or [""]:
            parts = [_keep_parts(question, number, wave) for question in questions]
            read = [read_values([part], found, values)[:, 0] for part in parts if part.parts]
            merged.append(np.nanmax(np.column_stack([*read, np.full(len(entry.sheet.rows), -np.inf)]), axis=1))
    joined: NDArray[np.float64] = np.concatenate(merged)
    joined[np.isinf(joined)] = np.nan
    return joined


def _keep_parts(question: Question, sheet: int, wave: str) -> Question:
    """Return a question with only its column in one sheet and wave."""
    return replace(question, parts=[part for part in question.parts if (part.sheet, part.wave) == (sheet, wave)])


def _find_turned(values: NDArray[np.float64]) -> Iterator[tuple[int, float, int]]:
    """Yield the place of each item that goes against most others, with its correlation with those, and the number of forms.

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
            yield int(varied[place]), r, len(whole)


def _remark_routed(owns: Sequence[Own], found: Sequence[Recognised], text: Text) -> None:
    """Remark items that two columns hold, and scales of equal length of which nobody answered both."""
    for own in owns:
        if merged := [questions[0].name for questions in own.items.values() if len(questions) > 1]:
            own.remarks["items"].append(text.say("doubts.own_one", value=shorten(merged, 6)))
    scales = [(own, [own.items[item] for item in scale["items"]]) for own in owns for scale in own.tables["scales"]]
    for place, (own, first) in enumerate(scales):
        for _, second in scales[place + 1 :]:
            pairs = [[*one, *other] for one, other in zip(first, second, strict=False)]
            if len(first) == len(second) and _in_one_sheet(pairs[0]) and all(_are_apart(pair, found) for pair in pairs):
                names = [f"‘{questions[0][0].name}’–‘{questions[-1][0].name}’" for questions in (first, second)]
                own.remarks["scales"].append(text.say("doubts.own_routed", value=names[0], expected=names[1]))


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
    words = {what: count_asked(entry.sheet, _listed(layout, what), items) for what in ("school", "wave", "role")}
    return words | ({"wave": Counter(dict.fromkeys(waves, len(entry.sheet.rows)))} if waves else {})


def _doubt_again(entry: Recognised, layout: Mapping[str, Any], placed: Mapping[str, Mapping[str, list[int]]]) -> list[Doubt]:
    """Return the doubts of a sheet, those about columns that nothing was known of anew."""
    taken = {place for columns in placed.values() for places in columns.values() for place in places} | set(entry.items.values())
    headers = [header for columns in layout.get("wave_columns", {}).values() for header in columns]
    taken |= {place for header in headers for place in entry.sheet.find_columns(header)}
    doubts = [doubt for doubt in entry.doubts if doubt.code not in SETTLED]
    if headers and all(doubt.code != "waves_beside" for doubt in doubts):
        doubts.append(Doubt("waves_beside", "layouts", "wave_columns"))
    return [*doubts, *doubt_columns(entry.sheet, taken, {name: layout[name] for name in PLACES if name in layout})]


def _listed(layout: Mapping[str, Any], what: str) -> str:
    header = layout.get(what, "")
    return header if isinstance(header, str) else header[0]


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

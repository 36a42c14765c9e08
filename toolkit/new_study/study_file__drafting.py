"""Drafting: the tables of a study file that is proposed, with every doubt at the key that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from toolkit.languages import Language, Text, load_text
from toolkit.new_study.column_roles import count_texts
from toolkit.new_study.column_roles__doubting import Doubt, shorten
from toolkit.new_study.recognition import Recognised
from toolkit.new_study.study_file import Section, fill_template
from toolkit.new_study.study_file__beginning import load_template


class Draft:
    """Collects the tables of a study file, and where in them each doubt belongs."""

    def __init__(self, language: Language) -> None:
        self.language, self.doubts, self.text = language, list[Doubt](), load_text(language)
        self.tables: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.remarks: dict[tuple[str, int, str], list[str]] = {}
        self.notes: dict[tuple[str, int], list[str]] = {}
        self.said: set[tuple[str, str, int, str]] = set()

    def add(self, name: str, sections: list[tuple[str, dict[str, Any]]]) -> None:
        """Take the sections of a table, and what was doubted meanwhile about any table."""
        self.tables[name] = sections

    def add_layouts(self, found: Sequence[Recognised], layouts: list[tuple[str, dict[str, Any]]]) -> None:
        """Take the layouts, each once, with what was doubted of the files that have it and what was found in them."""
        distinct = dict(layouts)
        self.add("layouts", [(f"[layouts.{name}]", layout) for name, layout in distinct.items()])
        for entry, (name, _) in zip(found, layouts, strict=True):
            place = list(distinct).index(name)
            for doubt in entry.doubts:
                self._remark(doubt, place if doubt.table == "layouts" else 0)
            self.notes.setdefault(("layouts", place), []).extend(_describe_found(entry, self.text))

    def doubt_rest(self, found: Sequence[Recognised]) -> None:
        """Take the doubts of the study as a whole."""
        rest = [Doubt("invited_unknown", "schools", "invited")]
        if self.tables["outcomes"][0][1].get("primary"):
            rest.append(Doubt("primary_chosen", "outcomes", "primary"))
        if any(entry.words["role"] for entry in found):
            rest.append(Doubt("roles_found", "roles", ""))
        for doubt in [*self.doubts, *rest]:
            self._remark(doubt, int(doubt.says.get("place", 0)))

    def _remark(self, doubt: Doubt, place: int) -> None:
        said = self.remarks.setdefault((doubt.table, place, doubt.key), [])
        sentence = self.text.say(f"doubts.{doubt.code}", **doubt.says)
        about = (doubt.code, doubt.table, place, doubt.says.get("value", sentence))
        if about not in self.said:
            said.append(sentence)
            self.said.add(about)

    def write(self) -> str:
        """Return the study file."""
        tables = {
            name: [
                Section(
                    header,
                    values,
                    {key: said for (table, at, key), said in self.remarks.items() if (table, at) == (name, place)},
                    tuple(dict.fromkeys(self.notes.get((name, place), ()))),
                )
                for place, (header, values) in enumerate(sections)
            ]
            for name, sections in self.tables.items()
        }
        return fill_template(load_template(self.language), tables, self.text.say("doubts.mark"))

    def list_doubts(self) -> tuple[str, ...]:
        """Return every doubt after its place in the study file."""
        order = {name: number for number, name in enumerate(self.tables)}
        listed = sorted(self.remarks.items(), key=lambda entry: (order[entry[0][0]], entry[0][1]))
        return tuple(f"{self._name_place(*place)}: {sentence}" for place, said in listed for sentence in said)

    def _name_place(self, table: str, place: int, key: str) -> str:
        """Return the header of a section, its number where there are more with that header, and the key."""
        headers = [header.removeprefix("# ") for header, _ in self.tables[table]]
        header = headers[place] if place < len(headers) else f"[{table}]"
        number = str(place + 1) if headers.count(header) > 1 else ""
        return " ".join(part for part in (header, number, key) if part)


def _describe_found(entry: Recognised, text: Text) -> list[str]:
    """Return the name of a file, and how many items of each instrument it holds, with which answers."""
    lines = [f"{entry.path.name} [{entry.layout['sheet']}]" if "sheet" in entry.layout else entry.path.name]
    for instrument in entry.instruments:
        places = [entry.items[name] for name in instrument.columns if name in entry.items]
        texts = sum((count_texts(entry.sheet, place) for place in places), Counter[str]())
        answers = shorten([answer for answer, _ in texts.most_common()], 8)
        lines.append(text.say("doubts.found", name=instrument.id, count=len(places), all=len(instrument.columns), answers=answers))
    return lines if entry.instruments else [f"{lines[0]}: {text.say('doubts.found_none')}"]

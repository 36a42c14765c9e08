"""An attacker who has every finished file of a run, knows who answered when and who has a score on what, and combines all sums.

What it reads, it reads from the finished pages, cell by cell; who could stand behind a cell, it knows.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

import pandas as pd

from tests.report.attack_algebra import Cell, Form, Found, find_given_away
from tests.report.drawn_study import Drawn
from tests.report.reading import read_tables, read_words
from toolkit.languages import load_text
from toolkit.report.html.elements import Html
from toolkit.report.publishing.pages import name_file
from toolkit.results.estimates.participation import list_totalled_schools
from toolkit.results.rows import keep_complete_ratings, keep_reported, list_all_schools, list_counted_schools
from toolkit.scoring import compute_scores
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Study

#: The tables of figures with a mean per wave.
LEVELS = tuple(f"{topic}-levels-table" for topic in ("engagement", "culture", "grade", "other"))
_NUMBER = re.compile(r"^[+−]?\d")
#: The kinds of cells that are sums over people; of the others, intervals and what a model drew in, a statistician makes more.
SUMS = ("mean", "change", "pairs", "item", "difference")


def read_page(page: str) -> Html:
    """Return what stands in the main part of a finished page."""
    (body,) = re.findall(r"<main[^>]*>(.*)</main>", page, re.DOTALL)
    return Html(body)


def read_dated_tables(page: Html) -> dict[str, list[list[str]]]:
    """Return the tables of a page; one of answers at one moment has that in every row, as the words above its figure tell."""
    tables = read_tables(page)
    for id, words in re.findall(r'<figure id="(answers-[^"]*)".*?<figcaption>.*?<p>(.*?)</p>', page.markup, re.DOTALL):
        if len(told := re.findall("‘(.*?)’", words)) == 1:
            tables[f"{id}-table"] = [[row[0], *told, *row[1:]] for row in tables[f"{id}-table"]]
    return tables


class Attacker:
    """Knows the study, who answered when, and who has a score on what."""

    def __init__(self, drawn: Drawn) -> None:
        self.study: Study = drawn.study
        computed = compute_scores(drawn.responses, drawn.study)
        scores = keep_reported(computed, drawn.study)
        key = ["school", "wave", "instrument", "scale", "rating"]
        self.people = {k: frozenset(g) for k, g in scores.groupby(key)["respondent"]}
        everybody = keep_complete_ratings(computed, drawn.study).dropna(subset="score")
        self.everybody = {k: frozenset(g) for k, g in everybody.groupby(key)["respondent"]}
        self.given = {k: frozenset(g) for k, g in computed.dropna(subset="score").groupby(key)["respondent"]}
        complete = scores[scores["answered"] == scores["asked"]]
        self.complete = {k: frozenset(g) for k, g in complete.groupby(key[1:])["respondent"]}
        self.responses, self.findings = drawn.responses, drawn.findings
        self.ends = {c.id: (c.before, c.after) for c in self.study.planned}

    def attack(self, pages: Mapping[str, str]) -> list[Found]:
        """Return the groups of one to four people whose scores, answers or number can be worked out from `pages`."""
        forms, counts = self.read(pages)
        return [*find_given_away(forms, self.list_known()), *find_given_away(counts, [])]

    def read(self, pages: Mapping[str, str]) -> tuple[list[Form], list[Form]]:
        """Return what `pages` tell of scores, and what they tell of numbers of people."""
        forms, counts = [], []
        for name, page in pages.items():
            school, language = self.find_place(name)
            shown = read_page(page)
            tables = read_dated_tables(shown)
            forms += self.read_forms(tables, school, language) + self.read_average(tables, read_words(shown), language)
            counts += self.read_counts(tables, school)
        return forms, counts

    def find_place(self, name: str) -> tuple[str, str]:
        """Return the school that a page is about, by the name of its file ("" if it is about several), and its language."""
        language = name.removesuffix(".html")[-2:]
        own = (s.id for s in self.study.schools for kind in ("school", "summary") if name == name_file(language, kind, s.name, s.id))
        return next(own, ""), language

    def read_forms(self, tables: Mapping[str, list[list[str]]], school: str, language: str) -> list[Form]:
        """Return the means, changes and answers that the tables of a page tell."""
        forms = []
        for id, rows in tables.items():
            for what, place in self.list_cells(id, rows, school, language):
                if what[0] in SUMS and _NUMBER.match(place):
                    forms.append((f"{school or 'all'} {id} {what[0]}", self._make_form(what)))
        return [form for form in forms if form[1]]

    def read_average(self, tables: Mapping[str, list[list[str]]], words: str, language: str) -> list[Form]:
        """Return what the page across schools tells of the average in other ways, and of those who left.

        How the mixed model weighs schools depends on variances that no page prints; the attacker leaves it out.
        """
        primary, (first, last) = self.study.primary, (wave.id for wave in self.study.waves[:2])
        about, text = (primary.instrument, primary.scale, primary.rating), load_text(language)  # type: ignore[arg-type]
        name, forms = _name(*about), []
        shown = {row[0] for row in tables.get("other-ways", []) if _NUMBER.match(row[1])}
        ends = [[self._find(code, wave, about) for wave in (first, last)] for code in self._list_schools("", (first, last), about)]
        if text.say("otherwise.way.robust") in shown:
            sums: dict[Cell, float] = {}
            for before, after in ends:
                change = _add(_sum(name, last, [after]), _sum(name, first, [before]), -1)
                sums = _add(sums, change, len(before) * len(after) / (len(before) + len(after)))
            forms.append(("least squares", sums))
        if text.say("otherwise.way.all_schools") in shown:
            forms.append(("all schools", self._make_change(about, self._list_all((first, last), about))))
        pairs = [before & after for before, after in ends]
        for way, groups in (("pairs", pairs), ("wild_bootstrap", [frozenset().union(*pairs)])):
            if text.say(f"otherwise.way.{way}") in shown:
                forms.append((way, _add(_sum(name, last, groups), _sum(name, first, groups), -1)))
        if re.search(r"(wie bleef|those who stayed): ", words):
            codes = [school.id for school in self.study.schools]
            here, then = ({code: self.everybody.get((code, wave, *about), frozenset()) for code in codes} for wave in (first, last))
            pooled = list_all_schools(pd.Series({code: len(people) for code, people in here.items()}, dtype="int64"), self.study)
            stayed = frozenset().union(*(here[code] & then[code] for code in pooled))
            left = frozenset().union(*(here[code] for code in pooled)) - stayed
            forms.append(("left", _add(_sum(name, first, [left]), _sum(name, first, [stayed]), -1)))
        return forms

    def list_cells(self, id: str, rows: list[list[str]], school: str, language: str) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what each cell is about (kind, school, wave, instrument, scale, rating) and its words."""
        first, last = self.study.waves[0].id, self.study.waves[1].id  # the planned comparison
        for instrument in self.study.instruments:
            rating, text = instrument.asked_ratings[0], load_text(language)  # type: ignore[arg-type]
            scales = {text.pick(scale.label): scale.id for scale in instrument.scored_scales}
            items = {text.pick(item.label): item.id for item in instrument.items}
            names = {entry.name: entry.id for entry in self.study.schools}
            waves = {text.pick(wave.label): wave.id for wave in self.study.waves}
            own = re.sub(rf"-{instrument.id}(-\d)?", "", id)
            if instrument.id not in id and id not in ("schools-change-table", "slopes-schools-table", "compare-table"):
                continue
            for row in rows[1:]:
                about = (instrument.id, scales.get(row[0], ""), rating)
                if own in (*LEVELS, "engagement-change", "further-table") and about[1]:
                    per_wave = own in LEVELS and len(row) == 7  # shorter on a summary
                    places = (1, 4) if per_wave else (1, 2)
                    yield from ((("mean", school, wave, *about), row[n]) for n, wave in zip(places, (first, last), strict=True))
                    yield ("change", school, "", *about), row[3] if len(row) == 6 else ""
                    yield ("interval", school, "", *about), row[4] if own == "engagement-change" and len(row) == 6 else ""
                elif own == "engagement-pairs":
                    yield ("pairs", school, "", *about), row[2]
                    yield ("pairs_interval", school, "", *about), row[3]
                elif own in ("factors-gap-table", "factors-wider-gap-table") and about[1]:
                    yield from ((("mean", school, last, *about[:2], each), row[n]) for n, each in enumerate(("now", "wanted", "gap"), 1))
                elif own in ("factors-change-table", "factors-wider-change-table") and about[1]:
                    yield ("change", school, "", *about), row[1]
                    yield ("interval", school, "", *about), row[2]
                elif own == "course-table":
                    waves = [wave.id for wave in self.study.waves]
                    yield from ((("mean", school, wave, *about), row[n]) for n, wave in zip((1, 4, 7), waves, strict=True))
                elif own == "others-table":
                    yield ("mean", school, last, *about), row[1]
                elif id.startswith("answers-") and row[0] in items:
                    wave = waves[row[1]]
                    yield ("item", school, wave, instrument.id, items[row[0]], rating), row[-1] if _NUMBER.match(row[-2]) else ""
                elif own in ("heat-levels-table", "heat-change-table") or (own.startswith("strips-") and row[0] in names):
                    kind = "change" if "change" in own else "mean"
                    each = own.removeprefix("strips-") if own.startswith("strips-") else rating
                    for label, cell in zip(rows[0][1:], row[1:], strict=True):
                        yield (kind, names[row[0]], last if kind == "mean" else "", instrument.id, scales[label], each), cell
                elif own == "strips-table":
                    yield from ((("mean", "", last, *about[:2], each), row[n]) for n, each in ((3, "now"), (6, "wanted")))
                elif instrument.id == self.study.primary.instrument:
                    about = (instrument.id, self.study.primary.scale, self.study.primary.rating)
                    if id == "schools-change-table":
                        yield from (
                            ((kind, names[row[0]], "", *about), row[n]) for n, kind in enumerate(("change", "interval", "drawn_in"), 1)
                        )
                    elif id == "slopes-schools-table":
                        yield from ((("mean", names[row[0]], wave, *about), row[n]) for n, wave in ((1, first), (2, last)))
                    elif id == "compare-table":
                        yield ("difference", "", "", *about), row[2]

    def _make_form(self, what: tuple[str, ...]) -> Mapping[Cell, float]:
        kind, school, wave, instrument, scale, rating = what
        first, last = self.study.waves[0].id, self.study.waves[1].id
        about = (instrument, scale, rating)
        if kind == "item":
            return _sum(f"item {_name(*about)}", wave, [self._find_answerers(school, wave, *about)])
        if kind == "mean":
            return _sum(_name(*about), wave, self._find_groups(school, (wave,), about))
        if kind == "pairs":
            pairs = self._find(school, first, about) & self._find(school, last, about)
            return _add(_sum(_name(*about), last, [pairs]), _sum(_name(*about), first, [pairs]), -1)
        if kind == "change":
            return self._make_change(about, self._list_schools(school, (first, last), about))
        treated, others = (self._list_group(group, about) for group in ("trajectory", "comparison"))
        return _add(self._make_change(about, treated), self._make_change(about, others), -1)

    def _make_change(self, about: Cell, schools: list[str]) -> Mapping[Cell, float]:
        first, last = (
            _sum(_name(*about), wave.id, [self._find(code, wave.id, about) for code in schools]) for wave in self.study.waves[:2]
        )
        return _add(last, first, -1)

    def _find(self, school: str, wave: str, about: Cell) -> frozenset[str]:
        return self.people.get((school, wave, *about), frozenset())

    def _find_answerers(self, school: str, wave: str, instrument: str, item: str, rating: str) -> frozenset[str]:
        whole = self.study.find_instrument(instrument)
        given = self.responses[(self.responses["school"] == school) & (self.responses["wave"] == wave)].set_index("respondent")
        answered = frozenset(given.index[given[whole.name_column(item, rating)].notna()])
        scales = [scale.id for scale in whole.scales if item in scale.items]
        return answered.intersection(*(self._find(school, wave, (instrument, scale, rating)) for scale in scales))

    def _find_groups(self, school: str, waves: tuple[str, ...], about: Cell) -> list[frozenset[str]]:
        return [self._find(code, waves[0], about) for code in self._list_schools(school, waves, about)]

    def _list_schools(self, school: str, waves: tuple[str, ...], about: Cell, group: str = "") -> list[str]:
        """Return the school, or those that an average is made of."""
        if school:
            return [school]
        codes = [entry.id for entry in self.study.schools if group in ("", entry.group)]
        sets = {code: frozenset.intersection(*(self._find(code, wave, about) for wave in waves)) for code in codes}
        return list_counted_schools(pd.Series({code: len(people) for code, people in sets.items()}, dtype="int64"), self.study)

    def _list_all(self, waves: tuple[str, ...], about: Cell) -> list[str]:
        """Return the schools in the average change that leaves none out but those that stand alone."""
        sets = {school.id: frozenset.intersection(*(self._find(school.id, wave, about) for wave in waves)) for school in self.study.schools}
        return list_all_schools(pd.Series({code: len(people) for code, people in sets.items()}, dtype="int64"), self.study)

    def _list_group(self, group: str, about: Cell) -> list[str]:
        return self._list_schools("", (self.study.waves[0].id, self.study.waves[1].id), about, group)

    def list_known(self) -> list[Form]:
        """Return what holds for each person: a score is made of the statements that were answered, a gap of wanted and now."""
        found: list[Form] = []
        for instrument in self.study.instruments:
            for wave in self.study.waves:
                for scale in instrument.scales:
                    for rating in instrument.asked_ratings:
                        everyone = self.complete.get((wave.id, instrument.id, scale.id, rating), frozenset())
                        for weights in _list_parts(instrument, scale, rating):
                            found += _relate(weights, wave.id, everyone)
                        found += self._relate_skipped(instrument, scale, rating, wave.id, everyone)
                for scale in instrument.scored_scales:
                    if instrument.ratings:
                        names = [f"{instrument.id}.{scale.id}.{rating}" for rating in ("gap", "wanted", "now")]
                        rated = frozenset().union(
                            *(self._find(s.id, wave.id, (instrument.id, scale.id, "gap")) for s in self.study.schools)
                        )
                        found += _relate(dict(zip(names, (1.0, -1.0, 1.0), strict=True)), wave.id, rated)
                found += self._relate_key_factors(instrument, wave.id)
        return found

    def _relate_key_factors(self, instrument: Instrument, wave: str) -> list[Form]:
        """Return that a key factor is the mean of the scales of it that a person has a score on, be it one or all."""
        found: list[Form] = []
        for factor, rating in itertools.product(instrument.key_factors, instrument.asked_ratings):
            parts = [(instrument.id, part.id, rating) for part in instrument.list_parts(factor)]
            people = {
                part: frozenset().union(*(self.given.get((s.id, wave, *part), frozenset()) for s in self.study.schools)) for part in parts
            }
            for person in sorted(frozenset().union(*people.values())):
                given = {_name(*part): 1.0 for part in parts if person in people[part]}
                found += _relate(given | {_name(instrument.id, factor, rating): -float(len(given))}, wave, frozenset({person}))
        return found

    def _relate_skipped(self, instrument: Instrument, scale: Scale, rating: str, wave: str, everyone: frozenset[str]) -> list[Form]:
        """Return what the score of each person who skipped statements is made of: those that they answered."""
        scored = frozenset().union(*(self._find(school.id, wave, (instrument.id, scale.id, rating)) for school in self.study.schools))
        here = self.responses[self.responses["wave"] == wave].set_index("respondent")
        found: list[Form] = []
        for person in sorted(scored - everyone):
            given = [item for item in scale.items if pd.notna(here.loc[person, instrument.name_column(item, rating)])]
            weights = {_name(instrument.id, scale.id, rating): -float(len(given))}
            found += _relate(weights | {f"item {_name(instrument.id, item, rating)}": 1.0 for item in given}, wave, frozenset({person}))
        return found

    def read_counts(self, tables: Mapping[str, list[list[str]]], school: str) -> list[Form]:
        """Return the head counts that a page tells; every head of a kind is somebody of its own."""
        waves, forms = [wave.id for wave in self.study.waves], []
        labels = ["used", "left_out_no_consent", "left_out_test", "left_out_unfinished", "left_out_double"]
        for id, kinds in (("who-counts", ("", "answered", "used")), ("who-left-out", labels[1:])):
            for kind, row in zip(kinds, tables.get(id, [[]])[1:], strict=False):
                for wave, cell in zip(waves, row[1:], strict=True):
                    if kind and _NUMBER.match(cell):
                        forms.append((f"{school} {kind} {wave}", self._count(school, wave, labels if kind == "answered" else [kind])))
        for row in tables.get("who-schools", [])[1:]:
            code = next((entry.id for entry in self.study.schools if entry.name == row[0]), "")
            for wave, cell in zip(waves, row[1::2], strict=True):
                if _NUMBER.match(cell):
                    forms.append((f"{code or 'all'} used {wave}", self._count(code, wave, ["used"])))
        for row in (row for row in tables.get("origin-files", [])[1:] if row[0].endswith(".csv")):
            code, wave = row[0].removesuffix(".csv").split("_")
            for cell, kinds in ((row[2], labels), (row[3], ["used"])):
                if _NUMBER.match(cell):
                    forms.append((f"file {row[0]}", self._count(code, wave, kinds)))
        return [form for form in forms if form[1]]

    def _count(self, school: str, wave: str, kinds: list[str]) -> Mapping[Cell, float]:
        sizes = self.responses.groupby(["school", "wave"]).size()
        cells = pd.MultiIndex.from_product([[s.id for s in self.study.schools], [w.id for w in self.study.waves]], names=["school", "wave"])
        schools = [school] if school else list_totalled_schools(sizes.reindex(cells, fill_value=0).to_frame("used"), self.study)
        found: dict[Cell, float] = {}
        for code in schools:
            for kind in kinds:
                left = self.findings[(self.findings["school"] == code) & (self.findings["wave"] == wave) & (self.findings["code"] == kind)]
                count = int(sizes.get((code, wave), 0)) if kind == "used" else int(left["count"].sum())
                found |= {("heads", wave, f"{code} {wave} {kind} {number}"): 1.0 for number in range(count)}
        return found


def _name(*what: str) -> str:
    return ".".join(filter(None, what))


def _sum(measure: str, wave: str, groups: list[frozenset[str]]) -> dict[Cell, float]:
    present = [group for group in groups if group]
    return {(measure, wave, person): 1 / (len(present) * len(group)) for group in present for person in group}


def _add(one: Mapping[Cell, float], other: Mapping[Cell, float], times: float) -> dict[Cell, float]:
    return {cell: one.get(cell, 0.0) + times * other.get(cell, 0.0) for cell in {**one, **other}}


def _list_parts(instrument: Instrument, whole: Scale, rating: str) -> Iterator[dict[str, float]]:
    """Yield what a scale is made of: its statements, and other scales that share them out."""
    own = {_name(instrument.id, whole.id, rating): -float(len(whole.items))}
    yield own | {f"item {_name(instrument.id, item, rating)}": 1.0 for item in whole.items}
    parts = [scale for scale in instrument.scales if set(scale.items) < set(whole.items)]
    if parts:
        yield own | {_name(instrument.id, part.id, rating): float(len(part.items)) for part in parts}


def _relate(weights: Mapping[str, float], wave: str, people: frozenset[str]) -> list[Form]:
    return [("known", {(measure, wave, person): weight for measure, weight in weights.items()}) for person in sorted(people)]

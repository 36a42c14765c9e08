"""Random studies that are hard to protect: small schools, people who come, go and skip, several waves, groups, pairs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd

from toolkit.languages import load_text
from toolkit.report.content.cohorts import CohortsView
from toolkit.report.content.view import View
from toolkit.report.publishing.pages import name_file
from toolkit.report.rendering.notebooks import export_page
from toolkit.results.disclosure.audiences import hide_two_without_agreement, list_boards, take_audience
from toolkit.results.estimation import estimate_results
from toolkit.results.results import Results
from toolkit.schemas import FINDINGS, RESPONSES, SOURCES
from toolkit.shipped import NOTEBOOKS
from toolkit.study.loading import load_study
from toolkit.study.study import Study

WAVES = ("w1", "w2", "w3")
LANGUAGES = ("nl", "en")
ENERGY = """
id = "energy"
topic = "engagement"
scales = [
  { id = "total", label = { nl = "Totaal", en = "Total" }, items = ["i1", "i2", "i3", "i4"], kind = "total" },
  { id = "drive", label = { nl = "Zin", en = "Drive" }, items = ["i1", "i2"], kind = "subscale", min_answered = 1 },
  { id = "rest", label = { nl = "Rust", en = "Rest" }, items = ["i3", "i4"], kind = "subscale" },
]
"""
FACTORS = """
id = "factors"
topic = "factors"
key_factors = { steer = { nl = "Sturing", en = "Steering" } }
scales = [
  { id = "one", label = { nl = "Een", en = "One" }, items = ["i1"], key_factor = "steer" },
  { id = "two", label = { nl = "Twee", en = "Two" }, items = ["i2", "i3"], key_factor = "steer" },
  { id = "head", label = { nl = "Directie", en = "Head" }, items = ["i4"], about_person = true },
]
ratings = [
  { id = "now", label = { nl = "nu", en = "now" } },
  { id = "wanted", label = { nl = "gewenst", en = "wanted" } },
  { id = "gap", label = { nl = "verschil", en = "gap" }, difference = ["wanted", "now"] },
]
"""
REST = """
version = "1"
name = { nl = "Gemaakt", en = "Made" }
about = { nl = "Gemaakt om te proberen.", en = "Made to try things." }
source = "Made for a test."
licence = { kind = "own", text_shipped = true, notice = { nl = "Eigen.", en = "Own." } }
answers = { min = 1, max = 5 }
items = [
  { id = "i1", number = 1, label = { nl = "eerste", en = "first" } },
  { id = "i2", number = 2, label = { nl = "tweede", en = "second" } },
  { id = "i3", number = 3, label = { nl = "derde", en = "third" } },
  { id = "i4", number = 4, label = { nl = "vierde", en = "fourth" } },
]
"""
POLL = """
id = "poll"
version = "1"
name = { nl = "Poll", en = "Poll" }
about = { nl = "Gemaakt om te proberen.", en = "Made to try things." }
source = "Made for a test."
licence = { kind = "own", text_shipped = true, notice = { nl = "Eigen.", en = "Own." } }
answers = { kind = "choice", options = [{ value = 1, nl = ["a"], en = ["a"] }, { value = 2, nl = ["b"], en = ["b"] }] }
[[items]]
id = "one"
number = 1
label = { nl = "een", en = "one" }
[[items]]
id = "many"
number = 2
label = { nl = "veel", en = "many" }
answers = { kind = "several", options = [{ value = 1, nl = ["a"], en = ["a"] }, { value = 2, nl = ["b"], en = ["b"] }] }
[[items]]
id = "words"
number = 3
label = { nl = "woorden", en = "words" }
answers = { kind = "words" }
"""
ROLES = """
[[roles]]
id = "leader"
label = { nl = "Leidinggevende", en = "Leader" }
leads = true
[[roles]]
id = "teacher"
label = { nl = "Leerkracht", en = "Teacher" }
"""
SUBGROUPS = """
[[subgroups]]
id = "red"
label = { nl = "Rood", en = "Red" }
[[subgroups]]
id = "blue"
label = { nl = "Blauw", en = "Blue" }
"""
BOARDS = ("North", "South")
INSTRUMENTS = {"energy": ENERGY, "factors": FACTORS}
SIZES = (2, 4, 6, 9, 12, 14, 18, 24)
PICKED = {"energy": ENERGY, "poll": POLL}


@dataclass(frozen=True)
class Drawn:
    """A study with its answers, as they are read from exports."""

    study: Study
    responses: pd.DataFrame
    findings: pd.DataFrame
    sources: pd.DataFrame


def draw_study(
    folder: Path,
    generator: np.random.Generator,
    *,
    boards: tuple[str, ...] = (),
    extra: str = "",
    instruments: Mapping[str, str] = INSTRUMENTS,
    sizes: tuple[int, ...] = SIZES,
) -> Drawn:
    """Return a study of two to six schools and two or three waves with its answers; its file stands in `folder`."""
    waves, schools = WAVES[: int(generator.integers(2, 4))], int(generator.integers(2, 7))
    study = make_study(
        folder, waves, schools, grouped=schools > 3 and generator.random() < 0.5, boards=boards, extra=extra, instruments=instruments
    )
    people = [int(generator.choice(sizes)) for _ in range(schools)]
    responses = draw_responses(study, people, generator)
    left = [("no_consent", "test", "unfinished", "double")[int(n)] for n in generator.integers(0, 4, 2)]
    rows = [
        {"code": f"left_out_{reason}", "severity": "tells", "school": school.id, "wave": waves[0], "file": "", "row": 0, "column": ""}
        | {"value": "", "expected": "", "count": int(generator.integers(1, 8))}
        for school in study.schools
        for reason in dict.fromkeys(left)
        if generator.random() < 0.4
    ]
    findings = FINDINGS.collect(rows)
    return Drawn(study, responses, findings, list_sources(study, responses, findings))


def draw_picked_study(folder: Path, generator: np.random.Generator) -> Drawn:
    """Return such a study in which people also pick one option, several, and write key words."""
    drawn = draw_study(folder, generator, instruments=PICKED, sizes=(9, 12, 20, 28, 36, 48))
    return replace(drawn, responses=pick_answers(drawn.responses, generator, float(generator.choice([0.0, 0.1, 0.4]))))


def pick_answers(responses: pd.DataFrame, generator: np.random.Generator, switching: float) -> pd.DataFrame:
    """Return the answers with those to the poll, where there were any: most people pick what they picked before, a part anew."""
    size, there = len(responses), responses[["poll_one", "poll_many", "poll_words"]].notna()
    usual = responses.groupby("respondent")["poll_one"].transform("first").fillna(1.0)
    answer = usual.where(generator.random(size) >= switching, pd.Series(generator.integers(1, 6, size), responses.index))
    words = np.array(["tijd", "rust", "ruimte", "samen", "leren"])
    written = ["\n".join(dict.fromkeys(words[generator.integers(0, 5, 2)])) for _ in range(size)]
    answers = {"poll_one": 1 + answer % 2, "poll_many": (2 * answer) % 4 + (answer > 3), "poll_words": answer * 0 + 1}
    return responses.assign(**{name: given.where(there[name]) for name, given in answers.items()}, **{"poll_words:words": written})


def draw_led_study(folder: Path, generator: np.random.Generator) -> Drawn:
    """Return such a study of schools of two boards, each with two or three leaders beside its teachers."""
    drawn = draw_study(folder, generator, boards=BOARDS, extra=ROLES)
    people = drawn.responses["respondent"]
    leaders = {f"{school.id}-p{number}" for school in drawn.study.schools for number in range(int(generator.integers(2, 4)))}
    drawn.responses["role"] = np.where(people.isin(list(leaders)), "leader", "teacher")
    return drawn


def draw_grouped_study(folder: Path, generator: np.random.Generator) -> Drawn:
    """Return such a study in whose schools all but a few people are in one of two groups."""
    drawn = draw_study(folder, generator, extra=SUBGROUPS)
    groups: dict[str, str] = {}
    for people in drawn.responses.groupby("school")["respondent"].unique():
        ends = sorted(int(end) for end in generator.integers(0, len(people) + 1, 2))
        if generator.random() < 0.5:
            ends[1] = len(people) - int(generator.integers(1, 5))
        groups |= {person: "red" if place < ends[0] else "blue" if place < ends[1] else "" for place, person in enumerate(people)}
    return replace(drawn, responses=drawn.responses.assign(subgroup=drawn.responses["respondent"].map(groups)))


def make_study(
    folder: Path,
    waves: tuple[str, ...],
    schools: int,
    *,
    grouped: bool = False,
    boards: tuple[str, ...] = (),
    extra: str = "",
    instruments: Mapping[str, str] = INSTRUMENTS,
    primary: str = "energy.total",
    rest: str = REST,
) -> Study:
    """Return a study on small `instruments` (the first keys of their files), of schools s1, s2 and so on, of `boards` in turn."""
    (folder / "instruments").mkdir(parents=True, exist_ok=True)
    for id, text in instruments.items():
        (folder / "instruments" / f"{id}.toml").write_text(text if "version" in text else text + rest, encoding="utf-8")
    parts = ['id = "drawn"\ntitle = { nl = "Getrokken", en = "Drawn" }\nlanguages = ["nl", "en"]\nreport_date = 2026-07-01']
    parts += [f'instruments = {list(instruments)}\n[outcomes]\nprimary = "{primary}"']
    for number, wave in enumerate(waves):
        label = f'{{ nl = "meting {"abc"[number]}", en = "measurement {"abc"[number]}" }}'
        parts.append(f'[[waves]]\nid = "{wave}"\ndate = 202{3 + number}-09-15\nlabel = {label}')
    for place, (first, last) in enumerate([(a, b) for n, a in enumerate(waves) for b in waves[n + 1 :]]):
        parts.append(f'[[comparisons]]\nid = "{first}_{last}"\nbefore = "{first}"\nafter = "{last}"\nplanned = {str(not place).lower()}')
    for number in range(1, schools + 1):
        group = f'group = "{"trajectory" if number % 2 else "comparison"}"' if grouped else ""
        board = f'board = "{boards[number % len(boards)]}"' if boards else ""
        invited = ", ".join(f"{wave} = 20" for wave in waves)
        parts.append(f'[[schools]]\nid = "s{number}"\nname = "School {"ABCDEFGHIJKLMNOPQRST"[number - 1]}"\n{group}\n{board}')
        parts.append(f"invited = {{ {invited} }}")
        parts += [f'[[sources]]\nfile = "s{number}_{wave}.csv"\nschool = "s{number}"\nwave = "{wave}"' for wave in waves]
    (folder / "study.toml").write_text("\n".join([*parts, extra]), encoding="utf-8")
    return load_study(folder)


def draw_responses(study: Study, sizes: list[int], generator: np.random.Generator) -> pd.DataFrame:
    """Return what people answer: some are there in some waves only, some skip statements or a whole instrument."""
    columns = {i.id: list(i.columns) for i in study.instruments}
    rows: list[dict[str, Any]] = []
    for school, size in zip(study.schools, sizes, strict=True):
        stays, skips = generator.choice([0.6, 0.85, 0.95, 1.0]), generator.choice([0.0, 0.02, 0.1])
        for person in range(size):
            for wave in study.waves:
                if generator.random() >= stays:
                    continue
                answers: dict[str, float] = {}
                for names in columns.values():
                    given = generator.integers(1, 6, len(names)).astype(float)
                    given[generator.random(len(names)) < skips] = np.nan
                    answers |= dict(zip(names, given * (np.nan if generator.random() < skips else 1.0), strict=True))
                who = {"respondent": f"{school.id}-p{person}", "school": school.id, "wave": wave.id, "role": "", "date": pd.NaT}
                rows.append(who | {"source": f"{school.id}_{wave.id}.csv", "row": person + 2} | answers)
    return RESPONSES.conform(pd.DataFrame(rows))


def draw_everybody(study: Study, sizes: list[int], seed: int) -> pd.DataFrame:
    """Return the answers of schools of so many people, who are all there in every wave and skip nothing."""
    generator, items = np.random.default_rng(seed), [column for instrument in study.instruments for column in instrument.columns]
    rows = [
        {"respondent": f"{school.id}-p{person}", "school": school.id, "wave": wave.id, "role": "", "date": pd.NaT}
        | {"source": f"{school.id}_{wave.id}.csv", "row": person + 2}
        | dict(zip(items, generator.integers(1, 6, len(items)).astype(float), strict=True))
        for school, size in zip(study.schools, sizes, strict=True)
        for person in range(size)
        for wave in study.waves
    ]
    return RESPONSES.conform(pd.DataFrame(rows))


def list_sources(study: Study, responses: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Return the files that were read, one per school and wave: rows that were left out are among those read."""
    used = responses.groupby(["school", "wave"]).size()
    left = findings[findings["code"].str.startswith("left_out_")].groupby(["school", "wave"])["count"].sum()
    blank = {"sheet": "", "sha256": "0" * 64, "format": "csv", "encoding": "utf-8", "separator": ";"}
    rows = []
    for cell in [(school.id, wave.id) for school in study.schools for wave in study.waves]:
        count = int(used.get(cell, 0))
        rows.append(blank | {"source": f"{'_'.join(cell)}.csv", "rows_read": count + int(left.get(cell, 0)), "rows_used": count})
    return SOURCES.collect(rows)


def write_pages(
    drawn: Drawn, folder: Path, languages: tuple[str, ...] = LANGUAGES, *, summaries: bool = False, results: Results | None = None
) -> dict[str, str]:
    """Return the finished pages of a run by file name, and write them into `folder`: per school, over all, and per board.

    `results` are those of the study where they are known already.
    """
    results = results or estimate_results(drawn.study, drawn)
    pages = {}
    for language in languages:
        for school in drawn.study.schools:
            view = View(drawn.study, results.for_school(school.id), load_text(language), school.id)  # type: ignore[arg-type]
            pages[name_file(language, "school", school.name, school.id)] = execute("school_report", view)
            if summaries:
                pages[name_file(language, "summary", school.name, school.id)] = execute("summary", view)
        view = View(drawn.study, hide_two_without_agreement(results, drawn.study), load_text(language))  # type: ignore[arg-type]
        pages[f"schools-{language}.html"] = execute("across_schools", view)
        for board in list_boards(drawn.study):
            view = View(drawn.study, take_audience(results, drawn.study, board=board), load_text(language), board=board)  # type: ignore[arg-type]
            pages[name_file(language, "board", board, board)] = execute("board_report", view)
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_text(page, encoding="utf-8")
    return pages


def execute(template: str, view: View | CohortsView) -> str:
    """Return the page that a template gives, its cells run here instead of in a kernel, with `view` for the one that it would open."""
    notebook = nbformat.read(NOTEBOOKS / f"{template}.ipynb", as_version=4)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", ()):
            continue
        body = ast.parse(cell.source).body
        if isinstance(body[-1], ast.Expr):
            found = eval(cell.source, names)
            data = {"text/html": found._repr_html_()}
            cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
        elif cell.id == "view":
            names["view"] = view
        else:
            exec(cell.source, names)
    return export_page(notebook, getattr(view, "school", "") or getattr(view, "board", "") or "all", view.text.language)

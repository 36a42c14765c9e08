"""A study of any number of invented schools for benchmarks: two waves, a file per ten schools, 20 people each, 42 questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.simulation.population import Invention, invent_population, invent_responses
from toolkit.simulation.survey_files import Dress, dress_items, name_by_id, write_delimited, write_number

PEOPLE, TOGETHER, SEED = 20, 10, 17
STUDY = """\
id = "many"
title = {{ nl = "Verzonnen scholen", en = "Invented schools" }}
languages = ["nl", "en"]
state = "{state}"
invented = true
report_date = 2026-07-10
seed = 17
instruments = ["energie_own9", "plg12", "profcultuur8", "cijfer1"]
waves = [
  {{ id = "w1", date = 2025-09-15, label = {{ nl = "september 2025", en = "September 2025" }} }},
  {{ id = "w2", date = 2026-06-22, label = {{ nl = "juni 2026", en = "June 2026" }} }},
]
roles = [
  {{ id = "teacher", label = {{ nl = "leraar", en = "teacher" }} }},
  {{ id = "leader", label = {{ nl = "teamleider", en = "team leader" }}, leads = true }},
  {{ id = "head", label = {{ nl = "directie", en = "head" }}, leads = true }},
  {{ id = "support", label = {{ nl = "onderwijsondersteuner", en = "support staff" }} }},
]

[layouts.plain]
respondent = "code"
school = "school"
wave = "wave"
role = "role"
date = "date"

[outcomes]
primary = "energie_own9.total"
further = [{further}, "profcultuur8.total", "cijfer1.grade"]

[smallest_change]
"energie_own9.total" = 0.25
"plg12" = 0.25
"profcultuur8.total" = 0.20
"cijfer1.grade" = 0.5

[[comparisons]]
id = "before_after"
before = "w1"
after = "w2"
planned = true
"""


def write_schools(folder: Path, count: int, *, people: int = PEOPLE, state: str = "final", seed: int = SEED) -> Path:
    """Write `study.toml` and a file per ten schools with the answers of about `people` people each in both waves; return the study file."""
    names = [f"s{number + 1}" for number in range(count)]
    further = [f'"plg12.{scale}{number}.{rating}"' for scale, most in (("e", 5), ("c", 7)) for number in range(1, most + 1)
               for rating in ("now", "wanted", "gap")]  # fmt: skip
    parts = [STUDY.format(state=state, further=", ".join(further))]
    parts += [f'[[schools]]\nid = "{name}"\nname = "School {name}"\n' for name in names]
    parts += [f'[[sources]]\nfile = "exports/{number}.csv"\nlayout = "plain"\n' for number in range(-(-count // TOGETHER))]
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    study = folder / "study.toml"
    study.write_text("\n".join(parts), encoding="utf-8")
    answers = invent_responses(invent_population(Invention(sizes=(people,) * count), seed), seed)
    rng = np.random.default_rng([seed, 3])
    for number in range(-(-count // TOGETHER)):
        rows = answers[answers["school"].isin(names[number * TOGETHER : (number + 1) * TOGETHER])].reset_index(drop=True)
        table = pd.DataFrame({"date": rows["date"].dt.strftime("%Y-%m-%d %H:%M"), "code": rows["respondent"], "school": rows["school"]})
        table = table.assign(wave=rows["wave"], role=rows["role"])
        table = pd.concat([table, dress_items(rows, Dress(name_by_id, write_number), rng)], axis=1)
        write_delimited(folder / "exports" / f"{number}.csv", table, separator=",", encoding="utf-8")
    return study

"""What a page for researchers shows: a view, with the tables of the further questions that its notebook asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.languages import Language, load_text
from toolkit.page_kernel import refuse_other_results
from toolkit.report.content.estimate import Estimate
from toolkit.report.content.view import FIELDS, NOT_MEASURED, View
from toolkit.results.estimates.comparison import estimate_comparison
from toolkit.results.estimates.reliability import estimate_precision
from toolkit.results.estimation import Estimation, estimate_study
from toolkit.results.research.attrition import estimate_attrition
from toolkit.results.research.invariance import estimate_invariance
from toolkit.results.research.meaningful_change import estimate_low_start, estimate_meaning
from toolkit.results.research.sensitivity import estimate_sensitivity
from toolkit.results.research.team_agreement import estimate_team
from toolkit.results.research.trends import estimate_growth, estimate_staggered
from toolkit.results.results import Results, load_results, save_results
from toolkit.schemas import ATTRITION, COMPARISON, GROWTH, INVARIANCE, LOW_START, MEANING, RELIABILITY, SENSITIVITY, STAGGERED, TEAM, Table
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome, Study

#: The tables by name: what each is made by.
ESTIMATORS: Mapping[str, tuple[Table, Callable[[Estimation], pd.DataFrame]]] = {
    "sensitivity": (SENSITIVITY, lambda run: estimate_sensitivity(run.scores, run.study)),
    "attrition": (ATTRITION, lambda run: estimate_attrition(run.scores, run.study)),
    "low_start": (LOW_START, lambda run: estimate_low_start(run.scores, run.study)),
    "precision": (RELIABILITY, lambda run: estimate_precision(run.exports.responses, run.study)),
    "team": (TEAM, lambda run: estimate_team(run.exports.responses, run.scores, run.study)),
    "invariance": (INVARIANCE, lambda run: estimate_invariance(run.exports.responses, run.study)),
    "comparison": (COMPARISON, lambda run: estimate_comparison(run.scores, run.study)),
    "growth": (GROWTH, lambda run: estimate_growth(run.scores, run.study)),
    "staggered": (STAGGERED, lambda run: estimate_staggered(run.scores, run.study)),
    "meaning": (MEANING, lambda run: estimate_meaning(run.scores, run.results.change, run.results.reliability, run.study)),
}
TABLES: Mapping[str, Table] = {name: table for name, (table, _) in ESTIMATORS.items()}
#: The tables that each template shows beside the usual results.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "change": ("sensitivity", "attrition", "low_start", "meaning"),
    "comparison_schools": ("comparison",),
    "growth": ("growth", "staggered"),
    "planning": (),
    "reliability": ("precision", "team", "invariance"),
}


@dataclass(frozen=True)
class Research(View):
    """A view with further tables, by name; `notebook` is the template that shows them."""

    notebook: str = ""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def take(self, table: str, quantity: str = "", outcome: Outcome | None = None, **where: str) -> pd.DataFrame:
        """Return the rows of `table` about `quantity` and `outcome`, and with the values in `where`."""
        asked = where | (outcome.model_dump() if outcome else {}) | ({"quantity": quantity} if quantity else {})
        found = self.tables[table]
        for column, value in asked.items():
            found = found[found[column] == value]
        return found

    def ask(self, table: str, quantity: str, outcome: Outcome | None = None, **where: str) -> Estimate:
        """Return the first row that `take` finds, in the comparison that leads and over the schools where nothing else is asked."""
        columns = self.tables[table].columns
        usual = {"comparison": self.comparison.id if self.comparison else "", "school": ""}
        found = self.take(table, quantity, outcome, **{name: value for name, value in usual.items() if name in columns} | where)
        return read_estimate(next(found.itertuples(index=False))) if len(found) else NOT_MEASURED


def read_estimate(row: Any) -> Estimate:
    """Return one row of any table of results as an estimate."""
    return Estimate(**{name: getattr(row, name) for name in FIELDS if hasattr(row, name)})


def open_research(study_file: str | Path, results_file: str | Path, school: str, language: Language, notebook: str) -> Research:
    """Return what the template `notebook` shows; without `results_file` the exports are read and everything is estimated here.

    Raises `DefinitionError` for a study that is not right or a school it does not have, `ExportError` for exports that stop the analysis.
    """
    study = load_study(study_file)
    if school:
        study.find_school(school)
    results, tables = load_research(results_file) if results_file else estimate_research(study, notebook)
    results = replace(
        results, provenance=dict(results.provenance) | {"template": notebook, "command": f"plg notebook {notebook} {study.id}"}
    )
    if school:
        results = results.for_school(school)
        tables = {name: table[table["school"].isin([school, ""])] if "school" in table else table for name, table in tables.items()}
    return Research(study, results, load_text(language), school, notebook=notebook, tables=tables)


def estimate_research(study: Study, *notebooks: str) -> tuple[Results, dict[str, pd.DataFrame]]:
    """Return the results of the study and the tables of the further questions that `notebooks` ask; `ExportError` where exports stop it."""
    found = estimate_study(study)
    asked = dict.fromkeys(name for notebook in notebooks for name in QUESTIONS[notebook])
    return found.results, {name: ESTIMATORS[name][1](found) for name in asked}


def save_research(results: Results, tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write results and further tables to one JSON file, from which `load_results` reads the results too."""
    save_results(results, path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["research"] = {name: table.astype(object).to_dict(orient="split", index=False) for name, table in tables.items()}
    path.write_text(json.dumps(document, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def load_research(path: str | Path) -> tuple[Results, dict[str, pd.DataFrame]]:
    """Return what `save_research` wrote to `path`; `ReportError` where a page for sharing asks for others than its own results."""
    refuse_other_results(path)
    document = json.loads(Path(path).read_text(encoding="utf-8"))["research"]
    tables = {name: TABLES[name].conform(pd.DataFrame(entry["data"], columns=entry["columns"])) for name, entry in document.items()}
    return load_results(path), tables

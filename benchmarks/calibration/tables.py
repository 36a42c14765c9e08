"""The tables of docs/validity.md, made of results: `python -m benchmarks.calibration.tables` writes them between their marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path

import pandas as pd

from benchmarks.calibration.cells import COMPARISONS, SCHOOLS, STAFFS, list_cells
from benchmarks.calibration.studies import Cell
from benchmarks.calibration.world import SCENARIOS

RESULTS = Path(__file__).parent / "results.csv"
AGAIN = RESULTS.with_name("again.csv")
COHORTS = RESULTS.with_name("cohorts.csv")
SMALL_SCHOOLS = RESULTS.with_name("small_schools.csv")
PAGE = Path(__file__).parents[2] / "docs" / "validity.md"
BOUNDS = (0.035, 0.065)
"""What a type I error of nominally 5 % must lie in, over 2,000 studies; coverage in 1 minus them."""

DEFAULTS = ("default", "pooled_t")

Write = Callable[[float], str]
TAUS = (0.30, 0.15, 0.0)
METHODS = {
    "default": "**default: two stages, t(J − 1)**",
    "companion_satterthwaite": "companion: mixed model, Satterthwaite",
    "companion_kr": "companion: mixed model, Kenward-Roger",
    "cr2": "least squares, CR2, Satterthwaite",
    "hksj": "REML meta-analysis, HKSJ",
    "wild_bootstrap": "wild cluster bootstrap, pairs only",
    "pairs_only": "mean of schools' paired changes, t(J − 1)",
    "wave_means": "mean of schools' wave means, t(J − 1)",
    "naive_mixed_z": "naive: mixed model, z",
    "naive_no_slope_z": "naive: mixed model without school slope, z",
    "naive_paired_t": "naive: paired t over all teachers",
}
SCHOOL_INTERVALS = {
    "school_own": "own estimate, common variances, Kenward-Roger",
    "school_shrunken": "shrunken estimate, tau integrated",
    "school_position": "distance from the average, tau integrated",
    "new_school": "where a new school would lie",
    "tau": "spread tau, Q-profile",
    "naive_plug_in": "naive: shrunken estimate, tau plugged in",
}
COMPARED = {
    "pooled_t": "**default: pooled t, J − 2 df**",
    "companion_satterthwaite": "companion: mixed model, Satterthwaite",
    "permutation": "permutation of the schools",
    "naive_welch": "naive: Welch t",
}
ALONE = {"one_school_kr": "default: everybody", "one_school_pairs": "pairs only", "one_school_no_codes": "codes missing: Welch"}
WHO_COUNTS = {"counted": "**default: schools that could be shown**", "all_schools": "all schools"}
#: What is said of two cohorts, and of four that are summed up, each with its measures.
TWO_COHORTS = {
    "pooled_t": "**default: pooled t over schools, J − 2 df**",
    "welch": "Welch t over schools",
    "naive_people": "naive: t over all teachers' changes",
    "one_cohort": "the mean of one of the cohorts, t(J − 1)",
}
FOUR_COHORTS = {
    ("synthesis", "error"): "mean over cohorts, REML, HKSJ; each cohort's own standard error: error",
    ("synthesis", "coverage"): "the same: coverage",
    ("synthesis_tau", "coverage"): "its spread of cohorts, Q-profile: coverage",
    ("pooled_synthesis", "error"): "**one variance of schools for all cohorts, as in the pooled t**: error",
    ("pooled_synthesis", "coverage"): "the same: coverage",
    ("pooled_synthesis_tau", "coverage"): "its spread of cohorts, Q-profile: coverage",
    ("tau_schools", "coverage"): "spread of schools, Q-profile: coverage",
    ("pairs_holm", "error"): "six pairs, Holm: at least one false difference",
    ("pairs_plain", "error"): "six pairs, uncorrected: at least one false difference",
}


def load_results(path: Path = RESULTS) -> pd.DataFrame:
    """Return results.csv."""
    return pd.read_csv(path, comment="#", dtype={"schools": str, "tau": float, "change": float})


def list_outside(results: pd.DataFrame) -> list[Cell]:
    """Return the cells over several schools in which error or coverage of the default leaves its bounds."""
    judged = _pick_judged(results)
    wrong = judged["value"].where(judged["measure"] == "error", 1 - judged["value"]).round(9)
    outside = judged.loc[~wrong.between(*BOUNDS), ["scenario", "schools", "tau", "change"]]
    names = set(outside.itertuples(index=False, name=None))
    return [cell for cell in list_cells() if not cell.staff and (cell.scenario, cell.label, cell.tau, cell.change) in names]


def _pick_judged(results: pd.DataFrame) -> pd.DataFrame:
    """Return the error of the default where nothing changes, and its coverage where something does."""
    asked = results["measure"] == results["change"].map(lambda change: "coverage" if change else "error")
    return results[asked & results["method"].isin(DEFAULTS)]


def list_tables(results: pd.DataFrame) -> dict[str, str]:
    """Return every table as markdown, by name."""
    finder = _Finder(results)
    return {
        "default": _tabulate_default(finder, "error", _write_error),
        "coverage": _tabulate_default(finder, "coverage", _write_percent),
        "error": _tabulate_methods(finder, METHODS, "error"),
        **{name: _tabulate_scenario(finder, name) for name in SCENARIOS if name != "plain"},
        "power": _tabulate_methods(finder, METHODS, "power", _write_whole),
        "schools": _tabulate_methods(finder, SCHOOL_INTERVALS, "coverage"),
        "comparison": _tabulate_comparison(finder),
        "one_school": _tabulate_one_school(finder),
    }


def list_cohort_tables(results: pd.DataFrame) -> dict[str, str]:
    """Return the tables on two and on four cohorts, by name."""
    return {"two_cohorts": _tabulate_two_cohorts(results), "four_cohorts": _tabulate_four_cohorts(results)}


def tabulate_small_schools(results: pd.DataFrame) -> str:
    """Return error, coverage and width of both averages where half of the schools are small, with tau .30, .15 and 0."""
    measures = (("error", 0.0, _write_percent), ("coverage", 0.28, _write_percent), ("width", 0.0, "{:.2f}".format))
    rows = []
    for scenario, (measure, change, write), (method, label) in product(("plain", "drop-out"), measures, WHO_COUNTS.items()):
        own = {"scenario": scenario, "measure": measure, "method": method, "change": change}
        numbers = sorted(results["schools"].unique())
        rows.append([scenario, measure, label, *(_find_cohorts(results, write, schools=number, **own) for number in numbers)])
    return _write_table(["scenario", "measure", "average over", "4 + 4 small", "8 + 8 small", "15 + 15 small"], rows)


def _tabulate_two_cohorts(results: pd.DataFrame) -> str:
    measures = (("error", 0.0, _write_percent), ("coverage", 0.28, _write_percent), ("power", 0.28, _write_whole))
    rows = []
    for method, label in TWO_COHORTS.items():
        row = [label]
        for measure, change, write in measures:
            for schools in (4, 8):
                row.append(_find_cohorts(results, write, method=method, measure=measure, cohorts=2, schools=schools, change=change))
        rows.append(row)
    return _write_table(["method", *(f"{name} 2 × {schools}" for name, _, _ in measures for schools in (4, 8))], rows)


def _tabulate_four_cohorts(results: pd.DataFrame) -> str:
    rows = []
    for (method, measure), label in FOUR_COHORTS.items():
        change = 0.28 if measure == "coverage" and method.endswith("synthesis") else 0.0
        own = {"method": method, "measure": measure, "cohorts": 4, "change": change}
        rows.append([label, *(_find_cohorts(results, _write_percent, between=between, **own) for between in (0.0, 0.15))])
    return _write_table(["4 × 6 schools", "cohorts change alike", "cohorts differ (SD .15)"], rows)


def _find_cohorts(results: pd.DataFrame, write: Write, **where: object) -> str:
    """Return the shares with tau .30, .15 and 0; a dash where there is none."""
    own = results
    for name, value in where.items():
        own = own[own[name] == value]
    values = own.set_index("tau")["value"]
    return " / ".join(write(float(values[tau])) for tau in TAUS) if set(TAUS) <= set(values.index) else "–"


def tabulate_again(first: pd.DataFrame, again: pd.DataFrame) -> str:
    """Return the cells that were looked at again, with what the default came to before and then."""
    keys = ["scenario", "schools", "tau", "change", "method", "measure"]
    rows = []
    for row in _pick_judged(again).merge(first, on=keys, suffixes=("", "_before")).to_dict("records"):
        before, value, low, high = (_write_percent(row[name]) for name in ("value_before", "value", "low", "high"))
        seen = f"{before} of {row['studies_before']:,}", f"{value} ({low} to {high}) of {row['studies']:,}"
        rows.append([row["scenario"], row["schools"], f"{row['tau']:.2f}", row["measure"], *seen])
    return _write_table(["scenario", "schools", "tau", "measure", "first, in %", "again, in % (95 % limits)"], rows)


def insert_tables(page: str, tables: dict[str, str]) -> str:
    """Return the page with every table between the marks `<!-- table NAME -->` and `<!-- end -->`."""
    for name, table in tables.items():
        marked = f"<!-- table {name} -->\n\n{table}\n\n<!-- end -->"
        page, places = re.subn(rf"<!-- table {name} -->.*?<!-- end -->", lambda _, marked=marked: marked, page, flags=re.DOTALL)
        if places != 1:
            raise ValueError(f"The page has {places} places for the table '{name}'; it must have one.")
    return page


class _Finder:
    """Looks numbers up and writes them as cells of a table."""

    def __init__(self, results: pd.DataFrame) -> None:
        self.values = results.set_index(["scenario", "schools", "staff", "tau", "change", "method", "measure"])["value"]

    def find(self, method: str, measure: str, scenario: str, schools: object, tau: float, change: float = 0.0, staff: int = 0) -> float:
        return float(self.values.loc[scenario, str(schools), staff, tau, change, method, measure])

    def write(
        self, method: str, measure: str, scenario: str, numbers: Iterable[object], write: Write, change: float | None = None
    ) -> list[str]:
        """Return one cell per number of schools: the percentages with tau .30, .15 and 0."""
        if change is None:
            change = 0.28 if measure == "power" else 0.0
        return [" / ".join(write(self.find(method, measure, scenario, j, tau, change)) for tau in TAUS) for j in numbers]


def _write_percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _write_whole(share: float) -> str:
    return f"{100 * share:.0f}"


def _write_error(share: float) -> str:
    return _write_percent(share) if BOUNDS[0] <= share <= BOUNDS[1] else f"**{_write_percent(share)}**"


def _write_bias(points: float) -> str:
    return f"{points:+.2f}".replace("-", "\N{MINUS SIGN}") if round(points, 2) else "0.00"


def _write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def _head(first: str) -> list[str]:
    return [first, *(f"J = {number}" for number in SCHOOLS)]


def _tabulate_default(finder: _Finder, measure: str, write: Write) -> str:
    change = 0.28 if measure == "coverage" else 0.0  # without a change, coverage is only the other side of the error
    return _write_table(_head("scenario"), [[name, *finder.write("default", measure, name, SCHOOLS, write, change)] for name in SCENARIOS])


def _tabulate_methods(finder: _Finder, labels: Mapping[str, str], measure: str, write: Write = _write_percent) -> str:
    rows = [[label, *finder.write(method, measure, "plain", SCHOOLS, write)] for method, label in labels.items()]
    return _write_table(_head("interval" if measure == "coverage" else "method"), rows)


def _tabulate_scenario(finder: _Finder, name: str) -> str:
    """Return error (and bias) of all methods in a scenario, with tau .15."""
    rows = []
    for method, label in METHODS.items():
        found = [[finder.find(method, measure, name, number, 0.15) for measure in ("error", "bias")] for number in SCHOOLS]
        rows.append([label, *(f"{_write_percent(error)} ({_write_bias(bias)})" for error, bias in found)])
    return _write_table(_head("method"), rows)


def _tabulate_comparison(finder: _Finder) -> str:
    numbers = [f"{a}:{b}" for a, b in COMPARISONS]
    rows = []
    for method, label in COMPARED.items():
        errors = finder.write(method, "error", "plain", numbers, _write_percent)
        rows.append([label, *errors, *finder.write(method, "power", "plain", numbers, _write_whole)])
    return _write_table(["method", *(f"{measure} {number}" for measure in ("error", "power") for number in numbers)], rows)


def _tabulate_one_school(finder: _Finder) -> str:
    rows = []
    for scenario, (method, label) in product(("plain", "ceiling", "drop-out"), ALONE.items()):
        errors = [finder.find(method, "error", scenario, 1, 0.0, staff=staff) for staff in STAFFS]
        held = [finder.find(method, "coverage", scenario, 1, 0.15, 0.28, staff) for staff in STAFFS]
        cells = [f"{_write_percent(error)} · {_write_percent(share)}" for error, share in zip(errors, held, strict=True)]
        rows.append([scenario, label, *cells])
    return _write_table(["scenario", "method", *(f"{staff} staff" for staff in STAFFS)], rows)


def load_tables() -> dict[str, str]:
    """Return every table of the page."""
    results = load_results()
    cohorts = list_cohort_tables(pd.read_csv(COHORTS, comment="#"))
    small = {"small_schools": tabulate_small_schools(pd.read_csv(SMALL_SCHOOLS, comment="#"))}
    return list_tables(results) | cohorts | small | {"again": tabulate_again(results, load_results(AGAIN))}


def main() -> None:
    """Write the tables into the page."""
    PAGE.write_text(insert_tables(PAGE.read_text(encoding="utf-8"), load_tables()), encoding="utf-8")


if __name__ == "__main__":
    main()

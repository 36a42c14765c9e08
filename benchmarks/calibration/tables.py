"""The tables of docs/validity.md, made from results.csv: `python -m benchmarks.calibration.tables` writes them between their marks."""

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
PAGE = Path(__file__).parents[2] / "docs" / "validity.md"
BOUNDS = (0.035, 0.065)
"""What a type I error of nominally 5 % must lie in, over 2,000 studies."""

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


def load_results(path: Path = RESULTS) -> pd.DataFrame:
    """Return results.csv."""
    return pd.read_csv(path, comment="#", dtype={"schools": str})


def list_outside(results: pd.DataFrame) -> list[Cell]:
    """Return the cells in which the default (for a comparison of groups the pooled t) leaves its bounds."""
    errors = results[results["method"].isin(DEFAULTS) & (results["measure"] == "error")]
    names = {(row.scenario, row.schools, row.tau) for row in errors[~errors["value"].between(*BOUNDS)].itertuples()}
    return [cell for cell in list_cells() if (cell.scenario, cell.label, cell.tau) in names and not (cell.change or cell.staff)]


def list_tables(results: pd.DataFrame) -> dict[str, str]:
    """Return every table as markdown, by name."""
    finder = _Finder(results)
    powerful = {method: METHODS[method] for method in ("default", "companion_satterthwaite", "companion_kr", "cr2", "hksj")}
    return {
        "default": _tabulate_default(finder),
        "error": _tabulate_methods(finder, METHODS, "error"),
        "bias": _tabulate_bias(finder),
        "power": _tabulate_methods(finder, powerful, "power", _write_whole),
        "schools": _tabulate_methods(finder, SCHOOL_INTERVALS, "coverage"),
        "comparison": _tabulate_comparison(finder),
        "one_school": _tabulate_one_school(finder),
    }


def tabulate_again(first: pd.DataFrame, again: pd.DataFrame) -> str:
    """Return the cells that were looked at again, with the error of the default before and then."""
    before, after = (found[found["method"].isin(DEFAULTS) & (found["measure"] == "error")] for found in (first, again))
    both = after.merge(before, on=["scenario", "schools", "tau", "change", "method"], suffixes=("", "_before"))
    rows = []
    for row in both.to_dict("records"):
        error, low, high, first_error = (_write_percent(row[name]) for name in ("value", "low", "high", "value_before"))
        rows.append(
            [row["scenario"], row["schools"], f"{row['tau']:.2f}", first_error, f"{error} ({low} to {high})", f"{row['studies']:,}"]
        )
    return _write_table(["scenario", "schools", "tau", "error, first", "error, again (95 % limits)", "studies"], rows)


def insert_tables(page: str, tables: dict[str, str]) -> str:
    """Return the page with every table between the marks `<!-- table NAME -->` and `<!-- end -->`."""
    for name, table in tables.items():
        parts = re.split(rf"(?<=<!-- table {name} -->\n).*?(?=<!-- end -->)", page, flags=re.DOTALL)
        if len(parts) != 2:
            raise ValueError(f"The page has {len(parts) - 1} places for the table '{name}'; it must have one.")
        page = f"{parts[0]}\n{table}\n\n{parts[1]}"
    return page


class _Finder:
    """Looks numbers up and writes them as cells of a table."""

    def __init__(self, results: pd.DataFrame) -> None:
        self.values = results.set_index(["scenario", "schools", "staff", "tau", "change", "method", "measure"])["value"]

    def find(self, method: str, measure: str, scenario: str, schools: object, tau: float, change: float = 0.0, staff: int = 0) -> float:
        return float(self.values.loc[scenario, str(schools), staff, tau, change, method, measure])

    def write(self, method: str, measure: str, scenario: str, numbers: Iterable[object], write: Write) -> list[str]:
        """Return one cell per number of schools: the percentages with tau .30, .15 and 0."""
        change = 0.28 if measure == "power" else 0.0
        return [" / ".join(write(self.find(method, measure, scenario, j, tau, change)) for tau in TAUS) for j in numbers]


def _write_percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _write_whole(share: float) -> str:
    return f"{100 * share:.0f}"


def _write_error(share: float) -> str:
    return _write_percent(share) if BOUNDS[0] <= share <= BOUNDS[1] else f"**{_write_percent(share)}**"


def _write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def _head(first: str) -> list[str]:
    return [first, *(f"J = {number}" for number in SCHOOLS)]


def _tabulate_default(finder: _Finder) -> str:
    return _write_table(_head("scenario"), [[name, *finder.write("default", "error", name, SCHOOLS, _write_error)] for name in SCENARIOS])


def _tabulate_methods(finder: _Finder, labels: Mapping[str, str], measure: str, write: Write = _write_percent) -> str:
    rows = [[label, *finder.write(method, measure, "plain", SCHOOLS, write)] for method, label in labels.items()]
    return _write_table(_head("interval" if measure == "coverage" else "method"), rows)


def _tabulate_bias(finder: _Finder) -> str:
    names = [name for name in SCENARIOS if name != "plain"]
    rows = []
    for method, label in METHODS.items():
        found = [(finder.find(method, "bias", name, 14, 0.15), finder.find(method, "error", name, 14, 0.15)) for name in names]
        rows.append([label, *(part for bias, error in found for part in (f"{bias:+.3f}".replace("-", "−"), _write_percent(error)))])
    return _write_table(["method", *(f"{name}: {what}" for name in names for what in ("bias", "error"))], rows)


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
    return list_tables(results) | {"again": tabulate_again(results, load_results(AGAIN))}


def main() -> None:
    """Write the tables into the page."""
    PAGE.write_text(insert_tables(PAGE.read_text(encoding="utf-8"), load_tables()), encoding="utf-8")


if __name__ == "__main__":
    main()

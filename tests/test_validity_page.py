"""The page on validity says what the committed results say: its tables, how they were made, and the sentences that count."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from benchmarks.calibration.tables import (
    AGAIN,
    BOUNDS,
    DEFAULTS,
    METHODS,
    PAGE,
    RESULTS,
    insert_tables,
    list_outside,
    load_results,
    load_tables,
)

TEXT = PAGE.read_text(encoding="utf-8")
FIRST, THEN = load_results(), load_results(AGAIN)


def find(method: str, measure: str, **where: object) -> pd.Series:
    """Return the values of a method, for all cells or those that `where` names; without a change unless it says so."""
    own = FIRST[(FIRST["method"] == method) & (FIRST["measure"] == measure)]
    for name, value in ({"change": 0.0} | where).items():
        own = own[own[name] == value]
    assert len(own)
    return own["value"]


def test_the_tables_on_the_page_are_what_the_results_give() -> None:
    assert insert_tables(TEXT, load_tables()) == TEXT


def test_a_page_with_another_number_is_not_what_the_results_give() -> None:
    wrong = re.sub(r"\| plain \| \d\.\d", "| plain | 9.9", TEXT, count=1)
    assert wrong != TEXT
    assert insert_tables(wrong, load_tables()) == TEXT


@pytest.mark.parametrize("page", ["", "<!-- table a -->\n<!-- end -->\n" * 2])
def test_a_table_needs_exactly_one_place(page: str) -> None:
    with pytest.raises(ValueError, match="places for the table 'a'"):
        insert_tables(page, {"a": "|"})


def test_the_page_tells_seed_date_and_command() -> None:
    command, made = RESULTS.read_text(encoding="utf-8").splitlines()[:2]
    assert f"`{command.removeprefix('# ')}`" in TEXT
    assert f"seed {command.split()[-1]} on {made.removeprefix('# ').split(',')[0]}" in TEXT


def test_every_cell_has_as_many_studies_as_the_page_says() -> None:
    asked = FIRST[FIRST["method"].isin(DEFAULTS)]
    assert set(asked.loc[asked["change"] == 0, "studies"]) == {2000}
    assert set(asked.loc[asked["change"] > 0, "studies"]) == {1000}


def test_the_default_is_within_its_bounds_or_was_when_looked_at_again() -> None:
    assert list_outside(THEN) == []
    looked = set(THEN[["scenario", "schools", "tau", "change"]].itertuples(index=False, name=None))
    assert {(cell.scenario, cell.label, cell.tau, cell.change) for cell in list_outside(FIRST)} == looked


def test_cells_outside_are_seen_in_error_and_in_coverage() -> None:
    row = FIRST[(FIRST["method"] == "default") & (FIRST["scenario"] == "plain") & (FIRST["schools"] == "6") & (FIRST["tau"] == 0.15)]
    assert list_outside(row) == []
    for value, measure in ((BOUNDS[1] + 0.001, "error"), (1 - BOUNDS[1] - 0.001, "coverage")):
        (cell,) = list_outside(row.assign(value=row["value"].mask(row["measure"] == measure, value)))
        assert (cell.label, cell.change) == ("6", 0.0 if measure == "error" else 0.28)


def test_the_sentences_in_short_are_what_was_found() -> None:
    errors = 100 * find("default", "error")
    assert f"between {errors.min():.1f} and {errors.max():.1f} in all {len(errors)} cells" in TEXT
    tests = pd.concat([find(name, "error", scenario="plain") for name in ("naive_paired_t", "naive_no_slope_z")])
    differ = 100 * tests[FIRST.loc[tests.index, "tau"] > 0]
    assert f"do so in {differ.min():.0f} to {differ.max():.0f} of 100" in TEXT
    leaving = {"scenario": "drop-out", "schools": "14", "tau": 0.15}
    checks = [100 * float(find(name, "error", **leaving).iloc[0]) for name in ("pairs_only", "cr2", "wave_means", "wild_bootstrap")]
    assert f"in {min(checks):.0f} to {max(checks):.0f} of 100 studies with 14 schools" in TEXT
    companion = 100 * float(find("companion_satterthwaite", "error", scenario="size", schools="14", tau=0.15).iloc[0])
    assert f"in {companion:.0f} of 100 with 14 schools" in TEXT


def test_only_the_default_stays_right_in_every_scenario() -> None:
    worst = {name: max(find(name, "error")) for name in METHODS}
    assert [name for name, error in worst.items() if error < 0.07] == ["default"]

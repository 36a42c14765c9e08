"""The page on validity says of cohorts what the committed results say: how they were made, and the sentences that count."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.calibration.cohorts import list_cells
from benchmarks.calibration.tables import BOUNDS, COHORTS, FOUR_COHORTS, PAGE, TWO_COHORTS, list_cohort_tables

TEXT = PAGE.read_text(encoding="utf-8")
FOUND = pd.read_csv(COHORTS, comment="#")


def find(method: str, measure: str, **where: object) -> pd.Series:
    """Return the values of a method in percent, for all cells or those that `where` names."""
    own = FOUND[(FOUND["method"] == method) & (FOUND["measure"] == measure)]
    for name, value in where.items():
        own = own[own[name] == value]
    assert len(own)
    return 100 * own["value"]


def test_the_page_tells_seed_date_and_command() -> None:
    command, made = COHORTS.read_text(encoding="utf-8").splitlines()[:2]
    assert f"`{command.removeprefix('# ')}`" in TEXT
    assert f"seed {command.split()[-1]} on {made.removeprefix('# ').split(',')[0]}" in TEXT


def test_every_cell_is_there_with_as_many_studies_as_elsewhere() -> None:
    names = ["cohorts", "schools", "tau", "between", "change"]
    assert set(FOUND[names].itertuples(index=False, name=None)) == {tuple(getattr(cell, name) for name in names) for cell in list_cells()}
    assert set(FOUND.loc[FOUND["change"] == 0, "studies"]) == {2000} and set(FOUND.loc[FOUND["change"] > 0, "studies"]) == {1000}


def test_the_difference_of_two_cohorts_is_within_its_bounds() -> None:
    low, high = (100 * bound for bound in BOUNDS)
    assert find("pooled_t", "error").between(low, high).all()
    assert find("pooled_t", "coverage", change=0.28).between(100 - high, 100 - low).all()
    errors = find("pooled_t", "error")
    assert f"in {errors.min():.1f} to {errors.max():.1f} of 100 studies" in " ".join(TEXT.split())


def test_the_sentences_on_four_cohorts_are_what_was_found() -> None:
    for method in ("synthesis", "pooled_synthesis"):
        errors = find(method, "error", change=0.0)
        assert f"{errors.min():.1f} to {errors.max():.1f} of 100" in TEXT
    held = find("synthesis", "coverage", change=0.28)
    assert f"in {held.min():.1f} to {held.max():.1f} %" in TEXT
    power = [find(method, "power").agg(["min", "max"]).round() for method in ("pooled_synthesis", "synthesis")]
    assert "({:.0f} to {:.0f} % instead of {:.0f} to {:.0f})".format(*power[0], *power[1]) in " ".join(TEXT.split())
    assert find("pooled_synthesis", "error", change=0.0).between(*(100 * bound for bound in BOUNDS)).all()
    assert find("pairs_holm", "error", change=0.0).max() < 5.5
    assert find("pairs_plain", "error", change=0.0).mean() == pytest.approx(20, abs=1)


def test_a_cell_without_a_result_is_a_dash() -> None:
    tables = list_cohort_tables(FOUND)
    assert set(TWO_COHORTS) | {method for method, _ in FOUR_COHORTS} <= set(FOUND["method"])
    (naive,) = [line for line in tables["two_cohorts"].splitlines() if line.startswith("| naive")]
    assert [cell.strip() for cell in naive.split("|")][4:6] == ["–", "–"]

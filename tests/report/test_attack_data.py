"""The attacker of the pages, with the exported table in hand: every sum in it, finer than on the pages, gives away no small group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report.attack_algebra import Cell, Form, Found, find_given_away
from tests.report.attacker import Attacker, _add, _name, _sum
from tests.report.drawn_study import Drawn, draw_study
from toolkit.report.publishing.data_tables import RESULTS, publish_data
from toolkit.results.estimation import estimate_results

LEFT_OUT = ["left_out_no_consent", "left_out_test", "left_out_unfinished", "left_out_double"]


def read_results(drawn: Drawn, folder: Path) -> pd.DataFrame:
    """Return the table that anybody can read, of a run on the drawn study."""
    publish_data(drawn.study, estimate_results(drawn.study, drawn), folder, language="en")
    return pd.read_csv(folder / RESULTS, keep_default_na=False, dtype=str)


class Reader(Attacker):
    """An attacker who reads tables of data."""

    def read_sums(self, table: pd.DataFrame) -> Iterator[Form]:
        """Yield every mean and change that is told, also over schools and for every comparison."""
        for row in table[table["state"] == "shown"].itertuples():
            about = (row.instrument, row.scale, row.rating)
            if row.table == "levels" and row.quantity == "mean":
                yield str(row), self._make_form(("mean", row.school, row.wave, *about))
            elif row.table == "change":
                yield str(row), self._read_change(row, about)
        yield from self._read_items(table[table["table"] == "answers"])

    def _read_change(self, row: Any, about: Cell) -> dict[Cell, float]:
        first, last = self.ends[row.comparison]
        codes = self._list_schools(row.school, (first, last), about)
        groups = {wave: [self._find(code, wave, about) for code in codes] for wave in (first, last)}
        if row.quantity == "change_pairs":
            pairs = [one & other for one, other in zip(*groups.values(), strict=True)]
            groups = {first: pairs, last: pairs}
        before, after = (_sum(_name(*about), wave, groups[wave]) for wave in (first, last))
        kinds = {"before": before, "after": after}
        if row.quantity in ("change", "change_pairs", "average_change"):
            return _add(after, before, -1)
        return kinds.get(row.quantity, {})

    def _read_items(self, answers: pd.DataFrame) -> Iterator[Form]:
        """Yield the mean of each statement of which the share of every answer is told."""
        told = answers["state"].eq("shown") | answers["reason"].str.startswith("nearly_")
        for (school, wave, *about), rows in answers[told].groupby(["school", "wave", "instrument", "item", "rating"]):
            if len(rows) == 5:
                yield f"{school} {wave} {about}", self._make_form(("item", school, wave, *about))

    def read_heads(self, table: pd.DataFrame) -> Iterator[Form]:
        """Yield every head count that is told."""
        kinds = {"used": ["used"], "answered": ["used", *LEFT_OUT]} | {kind: [kind] for kind in LEFT_OUT}
        counts = table[(table["table"] == "participation") & (table["state"] == "shown") & table["quantity"].isin(list(kinds))]
        for row in counts.itertuples():
            yield str(row), self._count(row.school, row.wave, kinds[row.quantity])


def attack(folder: Path, seed: int) -> list[Found]:
    """Return what the data of a random study give away."""
    drawn = draw_study(folder, np.random.default_rng(seed))
    reader, table = Reader(drawn), read_results(drawn, folder / "out")
    sums, heads = ([form for form in forms if form[1]] for forms in (reader.read_sums(table), reader.read_heads(table)))
    return [*find_given_away(sums, reader.list_known()), *find_given_away(heads, [])]


@pytest.mark.parametrize("seed", range(4))
def test_an_attacker_learns_of_no_small_group_from_the_data(tmp_path: Path, seed: int) -> None:
    assert attack(tmp_path, seed) == []


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(100, 120), range(120, 140)], ids=str)
def test_an_attacker_learns_of_no_small_group_from_the_data_of_many_studies(tmp_path: Path, seeds: range) -> None:
    assert {seed: found for seed in seeds if (found := attack(tmp_path / str(seed), seed))} == {}


def test_without_protection_the_attacker_finds_people_in_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.results.estimation.protect_results", lambda results, *_, **__: results)
    found = attack(tmp_path, 2)
    assert found and all(1 <= len(people) <= 4 for _, people in found)

"""An attacker with the exported table in hand, who combines every count of what people picked and wrote, and knows who answered when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.attack_algebra import Form, Found, find_given_away
from tests.report.attacker import Attacker, _add, _sum
from tests.report.drawn_study import PICKED, Drawn, draw_everybody, draw_picked_study, list_sources, make_study, pick_answers
from tests.report.test_attack_data import read_results
from toolkit.results.estimates.shares import take_picked
from toolkit.results.rows import keep_reported
from toolkit.schemas import FINDINGS

SEARCHED = [range(first, first + 10) for first in (100, 110, 120)]
#: Of what is counted over people, no cell may hold so few of them; shares are of ten people and more.
COUNTED = ("switched", "added", "dropped", "word", "other_words")


class Picker(Attacker):
    """An attacker who reads what people picked: every option, every word and every way to switch is a measure of its own."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__(drawn)
        picked = keep_reported(take_picked(drawn.responses, drawn.study), drawn.study)
        self.picked = {k: frozenset(g) for k, g in picked.groupby(["school", "wave", "scale"])["respondent"]}

    def read_picked(self, table: pd.DataFrame) -> Iterator[Form]:
        """Yield the count behind every share and word, at every school and over schools, and behind both ends of the switchers."""
        told = table[table["state"].eq("shown") | table["reason"].str.startswith("nearly_")]
        shares = told[(told["table"] == "shares") & told["quantity"].isin(["share", "word", "other_words"])]
        for (wave, item, answer, word, quantity), rows in shares.groupby(["wave", "item", "answer", "word", "quantity"]):
            own = [self._who(school, wave, item) for school in rows["school"] if school]
            for school, people in zip((school for school in rows["school"] if school), own, strict=True):
                yield f"{school} {wave} {item} {answer} {word}", _sum(f"{item} {answer} {word} {quantity}", wave, [people])
            if "" in set(rows["school"]):
                yield f"all {wave} {item} {answer} {word}", _sum(f"{item} {answer} {word} {quantity}", wave, own)
        for row in told[told["quantity"].isin(["switched", "added", "dropped"])].itertuples():
            first, last = self.ends[row.comparison]
            pairs = [self._who(row.school, first, row.item) & self._who(row.school, last, row.item)]
            yield str(row), _sum(f"{row.item} {row.answer} to {row.answer_after} {row.quantity}", "both", pairs)
            if row.quantity == "switched":
                yield str(row), _sum(f"{row.item} {row.answer}  share", first, pairs)
                yield str(row), _sum(f"{row.item} {row.answer_after}  share", last, pairs)
            elif row.quantity == "added":
                ends = [_sum(f"{row.item} {row.answer}  share", wave, pairs) for wave in (last, first)]
                yield str(row), _add(ends[0], ends[1], -1)

    def _who(self, school: str, wave: str, item: str) -> frozenset[str]:
        return self.picked.get((school, wave, f"item:{item}"), frozenset())


def attack(drawn: Drawn, folder: Path) -> list[Found]:
    """Return the groups that what people picked gives away, and the counts of so few people that are told."""
    table = read_results(drawn, folder / "out")
    few = table[table["quantity"].isin(COUNTED) & table["estimate"].isin(["1", "2", "3", "4", "1.0", "2.0", "3.0", "4.0"])]
    forms = [form for form in Picker(drawn).read_picked(table) if form[1]]
    return [*find_given_away(forms, []), *((f"{row.item} {row.quantity}", (row.school,)) for row in few.itertuples())]


@pytest.mark.parametrize("seed", [0, 4])
def test_an_attacker_learns_of_no_small_group_what_it_picked(tmp_path: Path, seed: int) -> None:
    assert attack(draw_picked_study(tmp_path, np.random.default_rng(seed)), tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SEARCHED, ids=str)
def test_an_attacker_learns_of_no_small_group_what_it_picked_in_many_studies(tmp_path: Path, seeds: range) -> None:
    found = {}
    for seed in seeds:
        folder = tmp_path / str(seed)
        found[seed] = attack(draw_picked_study(folder, np.random.default_rng(seed)), folder)
    assert found == {seed: [] for seed in seeds}


def test_without_protection_the_attacker_finds_the_three_who_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty answered twice, three only before and eight only after: the shares tell of 23 and the switchers of 20."""
    study = make_study(tmp_path, ("w1", "w2"), 1, instruments=PICKED)
    responses = pick_answers(draw_everybody(study, [31], 5), np.random.default_rng(5), 0.0)
    number = responses["respondent"].str.removeprefix("s1-p").astype(int)
    once = ((number < 3) & (responses["wave"] == "w2")) | ((number >= 23) & (responses["wave"] == "w1"))
    kept = responses[~once].reset_index(drop=True)
    drawn = Drawn(study, kept, FINDINGS.empty(), list_sources(study, kept, FINDINGS.empty()))
    assert attack(drawn, tmp_path) == []
    monkeypatch.setattr("toolkit.results.estimation.protect_results", lambda results, *_, **__: results)
    assert ("one 1.0  share", ("s1-p0", "s1-p1", "s1-p2")) in attack(drawn, tmp_path)

"""An attacker with all finished files of a run, who knows who answered when, and combines every sum that can be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.attack_algebra import Found, find_given_away
from tests.report.attacker import Attacker, read_page
from tests.report.drawn_study import Drawn, draw_responses, draw_study, list_sources, make_study, write_pages
from tests.report.reading import read_tables
from toolkit.columns import FINDINGS

QUICK, MANY = range(4), range(100, 300)


def attack(folder: Path, seed: int) -> list[Found]:
    """Return what the pages of a random study give away; one language in turn, for both say the same numbers."""
    drawn = draw_study(folder, np.random.default_rng(seed))
    return Attacker(drawn).attack(write_pages(drawn, folder / "out", (("nl", "en")[seed % 2],)))


def let_everything_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.results.running.protect_results", lambda results, *_, **__: results)


@pytest.mark.parametrize("seed", QUICK)
def test_an_attacker_learns_of_no_small_group(tmp_path: Path, seed: int) -> None:
    assert attack(tmp_path, seed) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_an_attacker_learns_of_no_small_group_in_hundreds_of_studies(tmp_path: Path, seed: int) -> None:
    assert attack(tmp_path, seed) == []


def test_without_protection_the_attacker_finds_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert attack(tmp_path, 4) == []
    let_everything_through(monkeypatch)
    found = attack(tmp_path, 4)
    assert {measure for measure, _ in found} >= {"factors.two.now", "heads"}
    assert all(1 <= len(people) <= 4 for _, people in found)


def make_drawn(folder: Path, responses: pd.DataFrame, waves: tuple[str, ...] = ("w1", "w2"), schools: int = 1) -> Drawn:
    study = make_study(folder, waves, schools)
    return Drawn(study, responses, FINDINGS.empty(), list_sources(study, responses, FINDINGS.empty()))


def draw_everybody(folder: Path, sizes: list[int], seed: int) -> pd.DataFrame:
    """Return the answers of people who are all there in both waves and skip nothing."""
    study = make_study(folder, ("w1", "w2"), len(sizes))
    generator = np.random.default_rng(seed)
    whole = draw_responses(study, sizes, generator)
    cells = pd.DataFrame(
        [(f"{s.id}-p{n}", s.id, wave) for s, size in zip(study.schools, sizes, strict=True) for wave in ("w1", "w2") for n in range(size)],
        columns=["respondent", "school", "wave"],
    )
    items = [column for instrument in study.instruments for column in instrument.columns]
    answers = pd.DataFrame(generator.integers(1, 6, (len(cells), len(items))).astype(float), columns=items)
    blank = whole.iloc[:1][["role", "date"]].iloc[0]
    return pd.concat(
        [cells.assign(role=blank["role"], date=pd.NaT, source=cells["school"] + "_" + cells["wave"] + ".csv", row=1), answers], axis=1
    )


def test_one_who_left_is_found_on_a_page_made_to_leak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = draw_everybody(tmp_path, [14], 1)
    drawn = make_drawn(tmp_path, everybody[(everybody["respondent"] != "s1-p0") | (everybody["wave"] == "w1")])
    assert Attacker(drawn).attack(write_pages(drawn, tmp_path / "out", ("en",))) == []
    let_everything_through(monkeypatch)
    monkeypatch.setattr("toolkit.results.change.may_show_both", lambda *_: True)
    found = Attacker(drawn).attack(write_pages(drawn, tmp_path / "out", ("en",)))
    assert ("energy.total", ("s1-p0",)) in found


def test_a_hidden_mean_does_not_come_back_from_the_answers_per_statement(tmp_path: Path) -> None:
    """Twelve people, of whom eleven answered twice: with both means and the change of the eleven, the twelfth follows."""
    everybody = draw_everybody(tmp_path, [12], 2)
    drawn = make_drawn(tmp_path, everybody[(everybody["respondent"] != "s1-p0") | (everybody["wave"] == "w1")])
    tables = read_tables(read_page(next(iter(write_pages(drawn, tmp_path / "out", ("en",)).values()))))
    assert "answers-energy-drive-table" in tables
    assert Attacker(drawn).attack({"school-school-a-en.html": (tmp_path / "out").glob("school*").__next__().read_text()}) == []


def test_the_attacker_solves_what_can_be_solved() -> None:
    people = [f"p{n}" for n in range(12)]
    mean = ("all", {("m", "w1", p): 1 / 12 for p in people})
    part = ("part", {("m", "w1", p): 1 / 11 for p in people[1:]})
    apart = ("part", {("m", "w1", p): 1 / 7 for p in people[5:]})
    assert find_given_away([mean, part], []) == [("m", ("p0",))]
    assert find_given_away([mean, apart], []) == []
    other = [("known", {("m", "w1", p): 1.0, ("k", "w1", p): -1.0}) for p in people]
    elsewhere = ("part", {("k", "w1", p): 1 / 11 for p in people[1:]})
    assert find_given_away([mean, elsewhere], []) == []
    assert {people for _, people in find_given_away([mean, elsewhere], other)} == {("p0",)}

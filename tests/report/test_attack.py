"""An attacker with all finished files of a run, who knows who answered when, and combines every sum that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.report.attack_algebra import Found, find_given_away
from tests.report.attacker import Attacker
from tests.report.drawn_study import Drawn, draw_everybody, draw_study, list_sources, make_study, write_pages
from toolkit.report.publishing.reports import publish_reports
from toolkit.results.disclosure.suppression import Protection
from toolkit.results.estimation import estimate_results
from toolkit.schemas import FINDINGS

QUICK, MANY = range(4), [range(first, first + 20) for first in range(100, 300, 20)]


def attack(folder: Path, seed: int) -> list[Found]:
    """Return what the pages of a random study give away; one language in turn, for both say the same numbers."""
    drawn = draw_study(folder, np.random.default_rng(seed))
    return Attacker(drawn).attack(write_pages(drawn, folder / "out", (("nl", "en")[seed % 2],)))


def let_everything_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.results.estimation.protect_results", lambda results, *_, **__: results)


@pytest.mark.parametrize("seed", QUICK)
def test_an_attacker_learns_of_no_small_group(tmp_path: Path, seed: int) -> None:
    assert attack(tmp_path, seed) == []


@pytest.mark.slow
@pytest.mark.parametrize("seeds", MANY, ids=str)
def test_an_attacker_learns_of_no_small_group_in_hundreds_of_studies(tmp_path: Path, seeds: range) -> None:
    assert {seed: found for seed in seeds if (found := attack(tmp_path / str(seed), seed))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 13))
def test_what_a_run_really_publishes_gives_nobody_away_in_any_file(tmp_path: Path, seed: int) -> None:
    drawn = draw_study(tmp_path, np.random.default_rng(seed))
    folder = tmp_path / "out"
    published = publish_reports(drawn.study, estimate_results(drawn.study, drawn), folder)
    assert not published.errors
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.is_file()}
    assert Attacker(drawn).attack({name: page for name, page in files.items() if re.match("(school|schools|summary)-", name)}) == []
    codes = set(drawn.responses["respondent"])
    assert not any(code in text for text in files.values() for code in codes)
    assert len(files) > 2 * len(drawn.study.schools) + 2


def test_without_protection_the_attacker_finds_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert attack(tmp_path, 4) == []
    let_everything_through(monkeypatch)
    found = attack(tmp_path, 4)
    assert {measure for measure, _ in found} >= {"energy.drive", "heads", "item energy.i2"}
    assert all(1 <= len(people) <= 4 for _, people in found)


@pytest.mark.slow
def test_with_answers_out_of_the_joint_test_the_attacker_finds_who_skipped_a_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attack(tmp_path, 104) == []
    monkeypatch.setattr("toolkit.results.disclosure.contributors._list_answered", lambda *_: iter(()))
    assert ("energy.drive", ("s5-p10",)) in attack(tmp_path, 104)


@pytest.mark.slow
def test_without_protection_of_what_lies_beside_the_average_the_attacker_finds_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attack(tmp_path, 124) == []
    monkeypatch.setattr("toolkit.results.robustness.protect", lambda *_, **__: Protection((), ()))
    found = attack(tmp_path, 124)
    assert found and all(1 <= len(people) <= 4 for _, people in found)


def leave_one_out(folder: Path, size: int, seed: int) -> Drawn:
    """Return a school in which one person left after the first wave."""
    study = make_study(folder, ("w1", "w2"), 1)
    responses = draw_everybody(study, [size], seed)
    responses = responses[(responses["respondent"] != "s1-p0") | (responses["wave"] == "w1")]
    return Drawn(study, responses, FINDINGS.empty(), list_sources(study, responses, FINDINGS.empty()))


def test_one_who_left_is_found_on_a_page_made_to_leak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = leave_one_out(tmp_path, 14, 1)
    assert Attacker(drawn).attack(write_pages(drawn, tmp_path / "out", ("en",))) == []
    let_everything_through(monkeypatch)
    monkeypatch.setattr("toolkit.results.rows.find_few", lambda group, always, floor: always & ~always)
    monkeypatch.setattr("toolkit.results.estimates.change.may_count", lambda *_: True)
    found = Attacker(drawn).attack(write_pages(drawn, tmp_path / "out", ("en",)))
    assert ("energy.total", ("s1-p0",)) in found


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

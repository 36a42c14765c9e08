"""A board with its own page and the pages of its schools: it finds no small group, and no one or two schools of others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.report.attack_algebra import Form, Found, find_schools_given_away
from tests.report.attacker import Attacker, read_dated_tables, read_page
from tests.report.drawn_study import Drawn, draw_led_study, write_pages
from tests.report.test_attack import let_everything_through
from toolkit.report.publishing.pages import name_file
from toolkit.results.disclosure.audiences import list_boards, list_own

QUICK, MANY = (1, 6), [range(first, first + 20) for first in range(100, 200, 20)]
#: Of so many other schools together a board may know nothing.
FEW_SCHOOLS = 2


def make_pages(folder: Path, seed: int) -> tuple[Drawn, dict[str, str]]:
    drawn = draw_led_study(folder, np.random.default_rng(seed))
    return drawn, write_pages(drawn, folder / "out", (("nl", "en")[seed % 2],))


def attack_others(drawn: Drawn, pages: dict[str, str], *, across: bool = False) -> list[tuple[str, Found]]:
    """Return what each board learns of one or two schools of others; with `across` it also reads the page across schools."""
    attacker = Attacker(drawn)
    school_of = dict(zip(drawn.responses["respondent"], drawn.responses["school"], strict=True))
    found: list[tuple[str, Found]] = []
    for board in list_boards(drawn.study):
        own = list_own(drawn.study, board)
        forms: list[Form] = []
        for name, page in pages.items():
            school, language = attacker.find_place(name)
            if school in own or name == name_file(language, "board", board, board) or (across and name.startswith("schools-")):
                forms += attacker.read_forms(read_dated_tables(read_page(page)), school, language)
        found += [(board, one) for one in find_schools_given_away(forms, school_of, own, FEW_SCHOOLS)]
    return found


@pytest.mark.parametrize("seed", QUICK)
def test_a_board_learns_of_no_small_group_and_of_no_school_of_others(tmp_path: Path, seed: int) -> None:
    drawn, pages = make_pages(tmp_path, seed)
    assert Attacker(drawn).attack(pages) == []
    assert attack_others(drawn, pages) == []


@pytest.mark.slow
@pytest.mark.parametrize("seeds", MANY, ids=str)
def test_a_board_learns_nothing_of_others_in_a_hundred_studies(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        drawn, pages = make_pages(tmp_path / str(seed), seed)
        assert Attacker(drawn).attack(pages) == [], seed
        assert attack_others(drawn, pages) == [], seed


def test_the_page_across_schools_would_tell_a_board_of_others(tmp_path: Path) -> None:
    drawn, pages = make_pages(tmp_path, 4)
    found = attack_others(drawn, pages, across=True)
    assert {board for board, _ in found} == {"North", "South"}


def test_without_its_rules_the_page_of_a_board_tells_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.results.disclosure.audiences.hide_about_others", lambda results, own: results)
    drawn, pages = make_pages(tmp_path, 1)
    assert attack_others(drawn, pages)


@pytest.mark.slow
def test_without_protection_a_board_finds_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_everything_through(monkeypatch)
    drawn, pages = make_pages(tmp_path, 4)
    own = {name: page for name, page in pages.items() if not name.startswith("schools-")}
    assert Attacker(drawn).attack(own)


def test_schools_that_a_sum_is_about_are_found() -> None:
    school_of = {f"{school}{n}": school for school in "abcd" for n in range(6)}
    every: Form = ("all", {("m", "w1", person): 1 / 24 for person in school_of})
    own: Form = ("own", {("m", "w1", f"a{n}"): 1 / 6 for n in range(6)})
    assert find_schools_given_away([every, own], school_of, ["a"], 2) == []
    assert find_schools_given_away([every, own], school_of, ["a", "b"], 2) == [("m", ("c", "d"))]
    assert find_schools_given_away([every, own], school_of, ["a", "b", "c"], 2) == [("m", ("d",))]

"""Scales that stand apart, and a balance: marks and bars lie where their numbers say, over the whole answer scale."""

from __future__ import annotations

import math

import pytest

from tests.report.figures.made_rows import frame_levels, level, make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.apart import draw_balance, draw_multiples
from toolkit.report.figures.levels import draw_levels

TEXT = load_text("nl")


def rows(instrument: str, **means: tuple[float, float]) -> list[dict[str, object]]:
    ends = [(scale, wave, mean) for scale, pair in means.items() for wave, mean in zip(("before", "after"), pair, strict=True)]
    return [level(scale, mean, instrument=instrument, wave=wave) for scale, wave, mean in ends]


def test_each_field_runs_over_the_whole_scale_with_its_own_marks() -> None:
    study = make_study(instruments=["energie_own9", "jobcrafting_plan"])
    given = rows("jobcrafting_plan", skills=(1, 5), people=(2, 3), challenge=(4, 4), relief=(3, 2))
    seen = see(draw_multiples(frame_levels(*given), study, TEXT))
    words = seen.read()
    assert [words.count(tick) for tick in ("1", "3", "5")] == [4, 4, 4]
    assert {"1,00", "5,00", "Zelf groeien in het werk", "Belasting verminderen", "voormeting", "nameting"} <= set(words)
    assert seen.find("5,00").y < seen.find("1,00").y


def test_a_wave_that_is_hidden_leaves_no_mark_in_its_field() -> None:
    study = make_study(instruments=["energie_own9", "jobcrafting_plan"])
    given = rows("jobcrafting_plan", skills=(1.25, 4.75))
    words = see(draw_multiples(frame_levels(given[1]), study, TEXT)).read()
    assert "4,75" in words
    assert "1,25" not in words


def test_the_balance_lies_where_one_bar_outreaches_the_other() -> None:
    study = make_study(instruments=["energie_own9", "energiemeter"])
    balance = study.instruments[1].find_scale("balance")
    given = rows("energiemeter", sources=(2, 4), demands=(3, 2), balance=(-1, 2))
    seen = see(draw_balance(frame_levels(*given), balance, study, TEXT))
    zero, two = seen.find("0").x, seen.find("2").x
    marks = seen.list_marks(seen.find("3,00").y)
    assert marks[0].x == pytest.approx(zero - (two - zero) / 2, abs=0.6)
    assert {"\u22121,00", "2,00", "3,00", "4,00", "Bronnen van energie", "Energiebalans, nameting"} <= set(seen.read())


def test_a_ladder_has_its_first_stage_at_the_bottom_and_no_line_without_a_spread() -> None:
    study = make_study(instruments=["energie_own9", "teamfase7"])
    given = [row | {"low": math.nan, "high": math.nan} for row in rows("teamfase7", g1=(2, 3), g7=(3, 4))]
    seen = see(draw_levels(frame_levels(*given), study, TEXT, ladder=True))
    assert seen.find("1. Oriëntatie").y > seen.find("7. Vernieuwen").y
    assert "één standaardafwijking naar beide kanten" in seen.read()

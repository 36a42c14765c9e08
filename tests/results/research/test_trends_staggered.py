import datetime as dt
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.responses.exports import read_responses
from toolkit.results.research.trends import estimate_staggered
from toolkit.scoring import compute_scores
from toolkit.statistics.difference_in_differences import compute_group_time_effects
from toolkit.study.loading import load_study
from toolkit.study.study import Study

WAVES = ("w1", "w2", "w3", "w4")
SHIPPED = Path(__file__).parents[3] / "datasets" / "gespreide_start"


def make_staggered(starts: dict[str, int | None], **more: object) -> Study:
    """Return a study of yearly waves whose schools start shortly before a wave (1 is the second), or never."""
    study = make_study(len(starts), waves=WAVES, **more)
    schools = [
        school.model_copy(update={"start": None if (wave := starts[school.id]) is None else study.waves[wave].date - dt.timedelta(days=60)})
        for school in study.schools
    ]
    return study.model_copy(update={"schools": tuple(schools)})


def draw(starts: dict[str, int | None], generator: np.random.Generator, effects: tuple[float, ...] = (1.0, 1.5, 2.0, 2.0), size: int = 15):  # type: ignore[no-untyped-def]
    """Return scores: time brings 0.3 a wave to everybody, and a start `effects` by the waves since then."""
    rows = []
    for school, start in starts.items():
        for person in range(size):
            level = 6 + generator.normal()
            for number, wave in enumerate(WAVES):
                effect = effects[number - start] if start is not None and number >= start else 0.0
                rows.append((f"{school}-{person}", school, wave, level + 0.3 * number + effect + 0.5 * generator.normal()))
    return make_scores(rows)


STARTS: dict[str, int | None] = {"s1": 1, "s2": 1, "s3": 1, "s4": 2, "s5": 2, "s6": 2, "s7": None, "s8": None, "s9": None}


def test_effects_by_time_since_the_start_are_found_on_top_of_what_time_brings() -> None:
    table = estimate_staggered(draw(STARTS, np.random.default_rng(1)), make_staggered(STARTS))
    events = table[table["quantity"] == "event_effect"].set_index("time")
    assert events.index.tolist() == [0, 1, 2]
    for time, truth in zip((0.0, 1.0, 2.0), (1.0, 1.5, 2.0), strict=True):
        assert events.loc[time, "low"] < truth < events.loc[time, "high"]
        assert events.loc[time, "estimate"] == pytest.approx(truth, abs=0.3)
    average = table.set_index("quantity").loc["average_effect"]
    # Cells weigh by schools: times 0 and 1 are seen of six schools, time 2 of three.
    assert average["estimate"] == pytest.approx(np.average(events["estimate"], weights=[6, 6, 3]))
    assert average["df"] == 8 and average["schools"] == 9 and average["n"] == 135
    assert table.set_index("quantity").loc["permutation", "p_value"] < 0.02


def test_the_true_effects_of_the_shipped_study_lie_in_the_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.results.research.trends.PERMUTATIONS", 19)
    study = load_study(SHIPPED)
    scores = compute_scores(read_responses(study), study)
    table = estimate_staggered(scores, study)
    truth = tomllib.loads((SHIPPED / "truth.toml").read_text(encoding="utf-8"))["change"]
    schools = [school.id for school in study.schools]
    starts = [1.0] * 4 + [2.0] * 4 + [np.nan] * 4
    hits = []
    for row in table[table["quantity"] == "average_effect"].itertuples():
        outcome = ".".join(part for part in (row.instrument, row.scale, row.rating) if part)
        steps = [[truth[f"w{i}_w{i + 1}"][outcome][school] for i in (1, 2, 3)] for school in schools]
        levels = np.column_stack([np.zeros(12), np.cumsum(steps, axis=1)])
        expected = compute_group_time_effects(levels, [0.0, 1, 2, 3], starts, "not_yet").average
        hits.append(row.low < expected < row.high)
    assert len(hits) == 15 and sum(hits) >= 13


def test_without_an_effect_there_is_none_whatever_time_brings() -> None:
    low, high, p_values = [], [], []
    for seed in range(16):
        table = estimate_staggered(draw(STARTS, np.random.default_rng(seed), effects=(0.0, 0.0, 0.0)), make_staggered(STARTS))
        found = table.set_index("quantity")
        low.append(found.loc["average_effect", "low"])
        high.append(found.loc["average_effect", "high"])
        p_values.append(found.loc["permutation", "p_value"])
    assert sum(bool(a < 0 < b) for a, b in zip(low, high, strict=True)) >= 13
    assert sum(p < 0.05 for p in p_values) <= 4


def test_where_everybody_starts_at_once_only_a_description_is_left() -> None:
    starts: dict[str, int | None] = dict.fromkeys(("s1", "s2", "s3", "s4"), 1)
    table = estimate_staggered(draw(starts, np.random.default_rng(2)), make_staggered(starts))
    assert set(table.loc[table["quantity"].isin(["average_effect", "permutation"]), "method"]) == {"no_comparison_schools"}
    events = table[table["quantity"] == "event_change"].set_index("time")
    for time, truth in zip((0.0, 1.0, 2.0), (1.3, 2.1, 2.9), strict=True):  # with what time brings
        assert events.loc[time, "low"] < truth < events.loc[time, "high"]
    assert set(events["method"]) == {"mean of schools, calendar time not separable"}


def test_schools_that_started_before_the_first_wave_and_hidden_ones_have_no_part() -> None:
    starts = STARTS | {"s10": 0, "s11": 1}
    scores = pd.concat([draw(STARTS | {"s10": 0}, np.random.default_rng(3)), draw({"s11": 1}, np.random.default_rng(4), size=4)])
    found = estimate_staggered(scores, make_staggered(starts)).set_index(["quantity", "time"])
    alone = estimate_staggered(scores[~scores["school"].isin(["s10", "s11"])], make_staggered(STARTS)).set_index(["quantity", "time"])
    assert found.loc["average_effect", "schools"].item() == 9
    pd.testing.assert_frame_equal(found, alone)


def test_the_order_of_rows_and_schools_does_not_matter_and_the_seed_moves_the_permutation_only() -> None:
    scores, study = draw(STARTS, np.random.default_rng(5)), make_staggered(STARTS)
    turned = study.model_copy(update={"schools": study.schools[::-1]})
    first = estimate_staggered(scores, study)
    pd.testing.assert_frame_equal(first, estimate_staggered(scores.sample(frac=1, random_state=1), turned), rtol=1e-9)
    weak = draw(STARTS, np.random.default_rng(6), effects=(0.1, 0.1, 0.1))
    one, other = (estimate_staggered(weak, make_staggered(STARTS, seed=seed)).set_index("quantity") for seed in (1, 2))
    assert one.loc["permutation", "p_value"] != other.loc["permutation", "p_value"]
    assert one.loc["average_effect", "p_value"] == other.loc["average_effect", "p_value"]


def test_it_says_why_there_is_nothing() -> None:
    never: dict[str, int | None] = dict.fromkeys(STARTS)
    assert estimate_staggered(draw(STARTS, np.random.default_rng(7)), make_staggered(never)).empty
    few = {school: STARTS[school] for school in ("s1", "s2", "s3")}
    assert set(estimate_staggered(draw(few, np.random.default_rng(8)), make_staggered(few))["method"]) == {"too_few_schools"}
    assert set(estimate_staggered(make_scores([]), make_staggered(STARTS))["state"]) == {"not_measured"}
    lone: dict[str, int | None] = {"s1": 1, "s2": None, "s3": None, "s4": None, "s5": None}
    found = estimate_staggered(draw(lone, np.random.default_rng(9)), make_staggered(lone)).set_index("quantity")
    assert set(found.loc["event_effect", "state"]) == {"not_computable"}  # one school would be read off it
    assert set(found.loc[["average_effect", "permutation"], "state"]) == {"not_computable"} and found["estimate"].isna().all()

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.research.associations import estimate_mediation
from toolkit.study.study import Study

SIZES = {f"s{i + 1}": 25 for i in range(8)}
CAUSE, MEDIATOR, OUTCOME = "plg12.e1.now", "profcultuur8.total", "cijfer1.grade"


def make_three(schools: int = 8, **more: object) -> Study:
    return make_study(schools, instruments=("cijfer1", "plg12", "profcultuur8"), **more)


def draw(
    generator: np.random.Generator, a: float, b: float, direct: float, between: float = 0.0, sizes: dict[str, int] = SIZES
) -> pd.DataFrame:
    """Return scores whose changes follow the paths within schools; schools change in all three together by SD `between`."""
    rows: dict[str, list[tuple[str, str, str, float]]] = {CAUSE: [], MEDIATOR: [], OUTCOME: []}
    for school, size in sizes.items():
        common = between * generator.normal()
        for person in range(size):
            x = generator.normal()
            m = a * x + generator.normal()
            y = direct * x + b * m + generator.normal()
            for name, change in ((CAUSE, x), (MEDIATOR, m), (OUTCOME, y)):
                first = generator.normal(4, 1)
                rows[name] += [
                    (f"{school}-{person}", school, "before", first),
                    (f"{school}-{person}", school, "after", first + change + common),
                ]
    parts = []
    for name, values in rows.items():
        instrument, scale, *rating = name.split(".")
        parts.append(make_scores(values, instrument, scale, rating[0] if rating else ""))
    ratings = [parts[0].assign(rating=other) for other in ("wanted", "gap")]  # who rates one, rates all
    return pd.concat([*parts, *ratings], ignore_index=True)


def take(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    return estimate_mediation(scores, study, cause=CAUSE, mediator=MEDIATOR).set_index("quantity")


def test_paths_within_schools_are_found_whatever_the_schools_do_together() -> None:
    found = take(draw(np.random.default_rng(1), a=0.6, b=0.5, direct=0.2, between=3.0), make_three())
    for path, truth in (("a", 0.6), ("b", 0.5), ("direct", 0.2), ("indirect", 0.3)):
        assert found.loc[path, "low"] < truth < found.loc[path, "high"], path
        assert found.loc[path, "estimate"] == pytest.approx(truth, abs=0.2)
    assert found.loc["indirect", "estimate"] == pytest.approx(found.loc["a", "estimate"] * found.loc["b", "estimate"])
    assert found.loc["indirect", ["n", "schools"]].tolist() == [200, 8]
    assert found.loc["indirect", "method"] == "a b, Monte Carlo, 20000 draws, seed 1"
    assert set(found["outcome"]) == {OUTCOME}


def test_schools_that_change_together_make_no_path_between_people() -> None:
    found = take(draw(np.random.default_rng(2), a=0.0, b=0.0, direct=0.0, between=3.0), make_three())
    assert found.loc["indirect", "low"] < 0 < found.loc["indirect", "high"]
    assert found.loc["a", "low"] < 0 < found.loc["a", "high"]


def test_results_do_not_depend_on_the_order_of_rows_and_the_seed_moves_the_monte_carlo_interval_only() -> None:
    scores = draw(np.random.default_rng(3), a=0.4, b=0.4, direct=0.0, sizes={name: 10 + i for i, name in enumerate(SIZES)})
    first, turned = take(scores, make_three()), take(scores.sample(frac=1, random_state=1), make_three())
    pd.testing.assert_frame_equal(first, turned, rtol=1e-9)
    other = take(scores, make_three(seed=2))
    moved = first.index[(first["low"] != other["low"])]
    assert moved.tolist() == ["indirect"]
    assert first.loc["indirect", "low"] == pytest.approx(other.loc["indirect", "low"], abs=0.01)


def test_only_people_with_all_three_twice_count_and_a_lone_small_school_has_no_part() -> None:
    scores = draw(np.random.default_rng(4), a=0.4, b=0.4, direct=0.0, sizes=SIZES | {"s8": 4})
    without = scores[~((scores["instrument"] == "cijfer1") & (scores["wave"] == "after") & (scores["respondent"] == "s1-0"))]
    assert take(without, make_three()).loc["a", ["n", "schools"]].tolist() == [174, 7]


def test_it_says_why_there_is_nothing() -> None:
    scores = draw(np.random.default_rng(5), a=0.4, b=0.4, direct=0.0)
    few = scores[scores["school"].isin(["s1", "s2", "s3"])]
    assert set(take(few, make_three(3))["method"]) == {"too_few_schools"}
    assert set(take(scores[scores["wave"] == "before"], make_three())["method"]) == {"no_pairs"}
    still = scores.assign(score=4.0)
    assert set(take(still, make_three())["state"]) == {"not_computable"}

import numpy as np
import pandas as pd
import pytest

from tests.made_study import draw_scores, make_scores, make_study
from toolkit.analysis.people import stack_waves
from toolkit.results.estimates.pooled import (
    count_people,
    find_obstacle,
    list_all_in,
    list_compared,
    list_counted_in,
    make_generator,
    pool_people,
    take_school,
)


def test_the_outcomes_of_a_study_are_the_one_that_leads_and_the_further_ones() -> None:
    study = make_study(instruments=("plg12", "cijfer1"), outcomes={"primary": "cijfer1.grade", "further": ["plg12.e1.now"]})
    assert [str(outcome) for outcome in study.list_outcomes()] == ["cijfer1.grade", "plg12.e1.now"]


def test_every_outcome_meets_every_comparison_with_the_people_of_both_waves() -> None:
    study = make_study(
        2,
        waves=("one", "two", "three"),
        comparisons=[{"id": "early", "before": "one", "after": "two"}, {"id": "late", "before": "two", "after": "three"}],
    )
    rows = [("p", "s1", "one", 5.0), ("p", "s1", "two", 6.0), ("q", "s2", "three", 7.0), ("p", "s1", "three", float("nan"))]
    found = {where["comparison"]: people for where, people in list_compared(make_scores(rows), study)}
    assert found["early"].loc[("s1", "p")].tolist() == [5, 6] and len(found["early"]) == 1
    assert found["late"].loc[("s1", "p")].isna().tolist() == [False, True]
    assert found["late"].loc[("s2", "q")].isna().tolist() == [True, False]


def test_a_wave_that_nobody_answered_is_an_empty_column() -> None:
    scores = make_scores([("p", "s1", "before", 5.0)])
    ((_, people),) = list_compared(scores, make_study(1))
    assert people["after"].isna().all()
    ((_, nobody),) = list_compared(scores.iloc[:0], make_study(1))
    assert nobody.empty and take_school(nobody, "s1").empty and count_people(nobody, make_study(1)).empty
    assert find_obstacle(nobody, make_study(1)) == ("not_measured", "no_answers")


@pytest.mark.parametrize(("matching", "number"), [("code", 1), ("none", 2)])
def test_showing_depends_on_pairs_or_where_nobody_can_be_followed_on_the_smaller_wave(matching: str, number: int) -> None:
    rows = [("p", "s1", "before", 5.0), ("p", "s1", "after", 5.0), ("q", "s1", "before", 5.0), ("r", "s1", "after", 5.0)]
    study = make_study(1, matching={"by": matching})
    ((_, people),) = list_compared(make_scores(rows), study)
    assert count_people(people, study).to_dict() == {"s1": number}


def test_hidden_schools_do_not_count_and_three_schools_are_too_few() -> None:
    generator = np.random.default_rng(1)
    alone = draw_scores({"s1": 8, "s2": 8, "s3": 8, "s4": 4}, generator)
    ((_, people),) = list_compared(alone, make_study(5))
    assert find_obstacle(people, make_study(5)) == ("not_computable", "too_few_schools")
    assert set(pool_people(people, make_study(5)).index.unique("school")) == {"s1", "s2", "s3"}
    ((_, people),) = list_compared(pd.concat([alone, draw_scores({"s5": 3}, generator)]), make_study(5))
    assert find_obstacle(people, make_study(5)) == ("not_computable", "too_few_schools")
    assert list_counted_in(people, make_study(5)) == ["s1", "s2", "s3"]
    assert list_all_in(people, make_study(5)) == ["s1", "s2", "s3", "s4", "s5"]
    ((_, people),) = list_compared(pd.concat([alone, draw_scores({"s5": 5}, generator)]), make_study(5))
    assert find_obstacle(people, make_study(5)) == ("", "")


def test_answers_come_in_an_order_that_rows_do_not_decide_and_who_moves_to_another_school_is_two_people() -> None:
    rows = [("q", "s2", "before", 5.0), ("p", "s1", "before", 6.0), ("p", "s2", "after", 7.0), ("q", "s2", "after", 8.0)]
    for ordered in (rows, rows[::-1]):
        ((_, people),) = list_compared(make_scores(ordered), make_study(2))
        answered = stack_waves(people)
        assert answered.score.tolist() == [6, 5, 7, 8] and answered.post.tolist() == [0, 0, 1, 1]
        assert answered.school.tolist() == ["s1", "s2", "s2", "s2"]
        assert answered.person[1] == answered.person[3]
        assert len(set(answered.person)) == 3


def test_each_result_has_its_own_chance_and_the_seed_moves_all() -> None:
    study = make_study(seed=5)
    first = make_generator(study, "wild", "cijfer1").random(3)
    np.testing.assert_array_equal(first, make_generator(study, "wild", "cijfer1").random(3))
    assert (first != make_generator(study, "wild", "plg12").random(3)).all()
    assert (first != make_generator(make_study(seed=6), "wild", "cijfer1").random(3)).all()

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from tests.responses.cases import make_instrument, open_study
from toolkit.results.disclosure.relations import list_relations
from toolkit.study.instruments import Item, Rating, Scale

WHO = [("p1", "s1", "before"), ("p2", "s1", "before")]


def test_the_gap_is_wanted_less_now() -> None:
    parts = [make_scores([(*who, 3.0) for who in WHO], "plg12", "e1", rating) for rating in ("now", "wanted", "gap")]
    (relation,) = list_relations(pd.concat(parts), make_study(1, instruments=("plg12",)))
    assert relation.people == {"p1", "p2"}
    weights = dict(relation.weights)
    assert weights["plg12.e1.gap"] + weights["plg12.e1.wanted"] == 0
    assert weights["plg12.e1.gap"] == weights["plg12.e1.now"]


def test_a_total_is_made_of_its_subscales_by_their_number_of_items_for_those_with_all_answers() -> None:
    scores = pd.concat(
        [make_scores([(*who, 3.0) for who in WHO], "uwes9", scale) for scale in ("total", "vigour", "dedication", "absorption")]
    )
    scores.loc[(scores["scale"] == "total") & (scores["respondent"] == "p2"), "asked"] = 9
    (relation,) = list_relations(scores, make_study(1, instruments=("uwes9",)))
    assert relation.people == {"p1"}
    weights = {name.split(".")[1]: weight for name, weight in relation.weights}
    assert weights == {"total": Fraction(-9), "vigour": Fraction(3), "dedication": Fraction(3), "absorption": Fraction(3)}


def test_a_relation_holds_for_real_scores() -> None:
    from toolkit import compute_scores, load_study, read_exports

    study = load_study(Path(__file__).parents[3] / "datasets" / "zes_scholen")
    scores = compute_scores(read_exports(study).responses, study)
    value = scores.assign(name=scores[["instrument", "scale", "rating"]].agg(lambda parts: ".".join(filter(None, parts)), axis=1))
    value = value.set_index(["name", "wave", "respondent"])["score"]
    relations = list_relations(scores, study)
    assert len(relations) > 20
    for relation in relations:
        for person in sorted(relation.people)[:5]:
            terms = {name: float(weight) * value[name, relation.wave, person] for name, weight in relation.weights}
            unknown = {name for name, term in terms.items() if np.isnan(term)}  # too few parts for a score on the whole
            assert unknown <= {"plg12.leadership.now", "plg12.leadership.wanted"}
            assert unknown or abs(sum(terms.values())) < 1e-9


def relate(items: str, *scales: Scale, rated: bool = False) -> list[dict[str, Fraction]]:
    """Return the relations in an instrument with these items, on whose scales two people have complete scores."""
    plain = make_instrument("made", 1, 5, [Item(id=item, number=number) for number, item in enumerate(items)])
    now = (Rating(id="now", label={"nl": "nu", "en": "now"}),) if rated else ()
    instrument = plain.model_copy(update={"scales": scales, "ratings": now})
    rating = "now" if rated else ""
    scores = pd.concat([make_scores([(*who, 3.0) for who in WHO], "made", scale.id, rating) for scale in scales])
    return [dict(relation.weights) for relation in list_relations(scores, open_study({"sources": [{"file": "a.csv"}]}, Path(), instrument))]


def scale(name: str, items: str, score: str = "mean") -> Scale:
    return Scale(id=name, label={"nl": name, "en": name}, items=tuple(items), score=score)  # type: ignore[arg-type]


def test_scales_that_share_out_all_items_of_another_make_it() -> None:
    assert relate("abc", scale("total", "abc"), scale("one", "a"), scale("two", "bc")) == [{"made.total": -3, "made.one": 1, "made.two": 2}]
    assert relate("abc", scale("total", "abc"), scale("one", "a"), scale("two", "bc"), rated=True) == [
        {"made.total.now": -3, "made.one.now": 1, "made.two.now": 2}
    ]


@pytest.mark.parametrize("parts", [("a", "b"), ("ab", "bc"), ("abc",), ("d", "abc")])
def test_scales_that_leave_items_out_share_some_or_hold_others_do_not_make_it(parts: tuple[str, ...]) -> None:
    assert relate("abcd", scale("total", "abc"), *(scale(f"part{number}", part) for number, part in enumerate(parts))) == []


def test_a_sum_counts_once_and_a_mean_as_often_as_it_has_items() -> None:
    assert relate("abc", scale("total", "abc", "sum"), scale("one", "a"), scale("two", "bc")) == [
        {"made.total": -1, "made.one": 1, "made.two": 2}
    ]
    assert relate("abc", scale("total", "abc"), scale("one", "a"), scale("two", "bc", "sum")) == [
        {"made.total": -3, "made.one": 1, "made.two": 1}
    ]


def test_a_share_is_no_sum_of_its_items_and_no_part_of_one() -> None:
    assert relate("ab", scale("share", "ab", "share"), scale("one", "a"), scale("two", "b")) == []
    assert relate("abcd", scale("total", "abcd"), scale("share", "ab", "share"), scale("two", "cd")) == []
    both = relate("abcd", scale("total", "abcd"), scale("share", "ab", "share"), scale("one", "ab"), scale("two", "cd"))
    assert both == [{"made.total": -4, "made.one": 2, "made.two": 2}]


def test_who_skipped_statements_has_parts_that_count_as_often_as_they_were_answered() -> None:
    answered = {"total": 7, "vigour": 2, "dedication": 3, "absorption": 2}
    asked = {"total": 9, "vigour": 3, "dedication": 3, "absorption": 3}
    scores = pd.concat(
        [make_scores([(*who, 3.0) for who in WHO], "uwes9", scale).assign(asked=asked[scale], answered=answered[scale]) for scale in asked]
    )
    (relation,) = list_relations(scores, make_study(1, instruments=("uwes9",)))
    assert relation.people == {"p1", "p2"}
    assert dict(relation.weights) == {"uwes9.total": -7, "uwes9.vigour": 2, "uwes9.dedication": 3, "uwes9.absorption": 2}
    without = scores[~((scores["scale"] == "vigour") & (scores["respondent"] == "p2"))]
    (relation,) = list_relations(without, make_study(1, instruments=("uwes9",)))
    assert relation.people == {"p1"}

from fractions import Fraction

import pandas as pd

from tests.made_study import make_scores, make_study
from toolkit.results.disclosure.contributors import list_relations

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
    from pathlib import Path

    from toolkit import compute_scores, load_study, read_exports

    study = load_study(Path(__file__).parents[3] / "datasets" / "zes_scholen")
    scores = compute_scores(read_exports(study).responses, study)
    value = scores.assign(name=scores[["instrument", "scale", "rating"]].agg(lambda parts: ".".join(filter(None, parts)), axis=1))
    value = value.set_index(["name", "wave", "respondent"])["score"]
    relations = list_relations(scores, study)
    assert len(relations) > 20
    for relation in relations:
        for person in sorted(relation.people)[:5]:
            assert abs(sum(float(weight) * value[name, relation.wave, person] for name, weight in relation.weights)) < 1e-9

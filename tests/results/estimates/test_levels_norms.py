from pathlib import Path

import numpy as np
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.levels import estimate_levels, estimate_norms, has_shipped_answers
from toolkit.shipped import INSTRUMENTS
from toolkit.study.instruments import load_instrument, load_norms
from toolkit.study.study import Study


def make_levels(study: Study, sizes: dict[str, int], scale: str = "total"):  # type: ignore[no-untyped-def]
    generator = np.random.default_rng(1)
    rows = [(f"{s}{i}", s, "before", float(x)) for s, size in sizes.items() for i, x in enumerate(generator.normal(4, 1, size))]
    return estimate_levels(make_scores(rows, "uwes9", scale), study)


def test_a_mean_is_placed_in_standard_deviations_of_the_norm_group_and_the_norm_tells_whether_it_was_checked() -> None:
    study = make_study(3, instruments=("uwes9",))
    levels = make_levels(study, {"s1": 20, "s2": 30, "s3": 4})
    norms, group = estimate_norms(levels, study).set_index(["school", "wave"]), load_norms(load_instrument("uwes9"))
    assert group is not None
    mean = levels[(levels["quantity"] == "mean") & (levels["school"] == "s1") & (levels["wave"] == "before")].iloc[0]
    found = norms.loc[("s1", "before")]
    assert found["estimate"] == pytest.approx((mean["estimate"] - group.mean["total"]) / group.sd["total"])
    assert found["high"] - found["low"] == pytest.approx((mean["high"] - mean["low"]) / group.sd["total"])
    assert found["n"] == 20 and found["year"] == group.year and found["country"] == group.country and found["source"] == group.source
    assert found["verified"] == group.verified
    assert norms.loc[("s3", "before"), ["state", "method", "n"]].tolist() == ["hidden", "too_few", 0]
    assert norms.loc[("s1", "after"), "state"] == "not_measured"
    assert norms.loc[("", "before"), "state"] == "shown"
    assert not any("cut" in name for name in norms.columns)


def test_a_norm_is_refused_where_the_answers_are_coded_otherwise(tmp_path: Path) -> None:
    own = (INSTRUMENTS / "uwes9.toml").read_text(encoding="utf-8")
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "uwes9.toml").write_text(own.replace("max = 6", "max = 7"), encoding="utf-8")
    study = make_study(2, instruments=("uwes9",))
    study._path = tmp_path / "study.toml"
    assert study.instruments[0].answers.max == 7
    assert not has_shipped_answers(study.instruments[0]) and has_shipped_answers(load_instrument("uwes9"))
    norms = estimate_norms(make_levels(study, {"s1": 20, "s2": 30}), study).set_index(["school", "wave"])
    assert norms.loc[("s1", "before"), ["state", "method"]].tolist() == ["not_computable", "other_coding"]
    assert norms["estimate"].isna().all()


def test_an_instrument_of_the_study_alone_has_no_norm_of_ours() -> None:
    stranger = load_instrument("uwes9").model_copy(update={"id": "uwes9_of_mine"})
    assert not has_shipped_answers(stranger)


def test_an_instrument_without_norms_has_no_rows() -> None:
    study = make_study(2)
    levels = estimate_levels(make_scores([(f"p{i}", "s1", "before", 7.0 + i % 2) for i in range(9)]), study)
    assert estimate_norms(levels, study).empty

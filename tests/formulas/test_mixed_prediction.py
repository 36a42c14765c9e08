"""Predictions of random effects against Henderson's equations solved in R."""

from __future__ import annotations

import numpy as np
import pytest

from tests.witness import witness
from toolkit.formulas.mixed_design import RandomTerm
from toolkit.formulas.mixed_fit import fit_mixed
from toolkit.formulas.mixed_prediction import predict_groups

ONE = "(Intercept)"


def test_school_changes_agree_with_henderson() -> None:
    w = witness("lmm.prepost_blup")
    d = w.data()
    x = np.column_stack([np.ones(len(d)), d.post])
    fit = fit_mixed(d.y, x, [RandomTerm("school", d.school, x, (ONE, "post")), RandomTerm("pupil", d.pupil)])
    found = predict_groups(fit, "school", [0, 1], [0, 1])
    assert [str(group) for group in found.groups] == w.value["group"]
    for column, effect in enumerate([ONE, "post"]):
        w.agree(found.effects[:, column], "ranef", effect)
        w.agree(found.conditional_sd[:, column], "condsd", effect)
    w.agree(found.estimate, "coef_estimate")
    w.agree(found.prediction_error, "coef_se_pev")


def test_subject_slopes_agree_with_henderson() -> None:
    w = witness("lmm.sleepstudy_blup")
    d = w.data()
    x = np.column_stack([np.ones(len(d)), d.Days])
    fit = fit_mixed(d.Reaction, x, [RandomTerm("Subject", d.Subject, x, (ONE, "Days"))])
    found = predict_groups(fit, "Subject", [0, 1], [0, 1])
    for column, effect in enumerate([ONE, "Days"]):
        w.agree(found.effects[:, column], "ranef", effect)
        w.agree(found.conditional_sd[:, column], "condsd", effect)
    w.agree(found.estimate, "coef_estimate")
    w.agree(found.prediction_error, "coef_se_pev")


def test_what_cannot_be_predicted_is_named() -> None:
    fit = fit_mixed([1.0, 1.0, 1.0], [[1], [1], [1]], [RandomTerm("school", [1, 2, 3])])
    with pytest.raises(ValueError, match="not a random term"):
        predict_groups(fit, "teacher", [1], [1])
    with pytest.raises(ValueError, match="no_spread"):
        predict_groups(fit, "school", [1], [1])

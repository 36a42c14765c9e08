"""The companion of the default: one mixed model in which schools differ in level and in change."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from toolkit.results.rows import Rests, Where, make_blanks, make_estimate
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import MixedFit, fit_mixed
from toolkit.statistics.mixed_models.teachers_in_schools import fit_nested

Floats = NDArray[np.float64]
Freedom = Literal["satterthwaite", "kenward-roger"]


def fit_companion(score: Floats, x: Floats, school: NDArray[np.str_], person: NDArray[np.str_]) -> MixedFit:
    """Return `score ~ x + (1 + second column of x|school) + (1|person)`; persons have a term where somebody answered twice.

    The first column of `x` (rows, coefficients) is the constant, the second what schools may differ in, for instance after or time.
    """
    if np.unique(person).size < person.size:
        return fit_nested(score, x, school, person, school_effects=2)
    return fit_mixed(score, x, [RandomTerm("school", school, x[:, :2], ("(Intercept)", "moving"))])


def describe_companion(
    fit: MixedFit, contrast: list[float], where: Where, quantity: str, rests: Rests, df: Freedom, level: float
) -> dict[str, Any]:
    """Return one contrast of the companion as a result; `method` says so where a variance lies at its bound."""
    if fit.reason:
        return make_blanks(where, [quantity], "not_computable", fit.reason)[0]
    method = f"mixed model, {df}{', singular' if fit.singular else ''}"
    return make_estimate(where, quantity, fit.test(contrast, df, level), rests, method)

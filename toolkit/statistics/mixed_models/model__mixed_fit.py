"""The mixed-model engine for up to a few thousand rows: any nested random terms, fit once, then ask for intervals and tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from numpy.typing import ArrayLike

from toolkit.statistics.mixed_models.design import MixedDesign, RandomTerm, list_parameters, make_design, unit_factors
from toolkit.statistics.mixed_models.design__mixed_units import Floats
from toolkit.statistics.mixed_models.likelihood import compute_criterion
from toolkit.statistics.mixed_models.model import MixedFit, Model, VarianceComponent, solve_model


def fit_mixed(y: ArrayLike, x: ArrayLike, random: Sequence[RandomTerm], names: Sequence[str] = (), *, reml: bool = True) -> MixedFit:
    """Return the mixed model of scores `y` (rows) on `x` (rows x coefficients, the intercept included) with the terms `random`.

    V is block diagonal over the groups that hang together. A solution on the boundary is kept and flagged as `singular`; data without
    spread give NaN errors and a `reason`. Raises ValueError for missing values and for dependent columns of `x`.
    """
    design = make_design(y, x, random)
    model = Model(
        names=tuple(names) or tuple(f"x{i}" for i in range(design.units.start.size)),
        reml=reml,
        units=design.units,
        shapes=design.terms,
        evaluate=partial(compute_criterion, design, reml=reml),
        list_components=partial(_list_components, design),
        design=design,
    )
    return solve_model(model)


def _list_components(design: MixedDesign, theta: Floats) -> tuple[VarianceComponent, ...]:
    values = theta * unit_factors(design)
    return tuple(VarianceComponent(*key, value=float(value)) for key, value in zip(list_parameters(design.terms), values, strict=True))

"""What a factor model says: which loadings, variances and means exist, and which of them are the same number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement
from typing import Literal, NamedTuple

import numpy as np

from toolkit.statistics.arrays import Floats

Matrix = Literal["loading", "factor", "residual", "intercept", "mean"]
Level = Literal["configural", "metric", "scalar", "strict"]
LEVELS: tuple[Level, ...] = ("configural", "metric", "scalar", "strict")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One cell of a model matrix, free unless it has a `value`; cells with the same label are the same number.

    loading: item x factor; factor and residual: (co)variances of factors or of items; intercept: item; mean: factor.
    """

    matrix: Matrix
    row: str
    column: str
    label: str
    group: int = 0
    value: float | None = None


@dataclass(frozen=True, slots=True)
class FactorModel:
    """A factor model: items in the order of the data's columns, factors and parameters; without means they are left as observed."""

    items: tuple[str, ...]
    factors: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    groups: int = 1
    with_means: bool = True

    @property
    def labels(self) -> list[str]:
        """The labels of the free parameters, each once, in the order in which they appear."""
        return list(dict.fromkeys(p.label for p in self.parameters if p.value is None))


class Cells(NamedTuple):
    """The model matrices: Sigma = loadings factors loadings' + residuals, mu = intercepts + loadings means."""

    loadings: Floats
    factors: Floats
    residuals: Floats
    intercepts: Floats
    means: Floats


@dataclass(frozen=True, slots=True)
class Design:
    """The cells of one group as a linear function of the free parameters t: base + slopes' t (slopes: parameters x cells)."""

    base: Cells
    slopes: Cells


def list_parameters(
    scales: Mapping[str, Sequence[str]],
    *,
    waves: int = 1,
    level: Level = "configural",
    freed: Sequence[str] = (),
    linked: bool = True,
    with_means: bool = True,
) -> FactorModel:
    """List the parameters of a simple-structure model over waves (or groups) at a level of invariance.

    In each wave the first item of a scale is the marker (loading 1), all factors covary, and the factor means are free while the
    intercept of one item per scale is 0: the first one that is not freed, so that a freed marker can do no harm.

    Args:
        scales: items of each factor.
        waves: number of waves; the columns of the data go wave by wave, items in the order of `scales`.
        level: metric makes loadings equal over waves, scalar intercepts too, strict residual variances too.
        freed: items whose intercept differs between waves all the same.
        linked: the waves are of the same persons: items of all waves stand side by side in one group, residuals of the same item
            and all factors covary over waves. Otherwise each wave is a group of its own.
        with_means: whether there is a mean structure; without it means are left as observed.
    """
    names = [*scales, *(item for items in scales.values() for item in items)]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"{twice} stand for more than one scale or item. Give every scale and item a name of its own.")
    tags = [f".{wave + 1}" if waves > 1 else "" for wave in range(waves)]
    places = [_Place(tag, tag if linked else "", 0 if linked else wave) for wave, tag in enumerate(tags)]
    columns = places if linked else places[:1]
    parameters = [
        parameter
        for place in places
        for factor, items in scales.items()
        for parameter in _list_measurement(factor, items, place, LEVELS.index(level), freed, with_means)
    ]
    for group in [columns] if linked else [[place] for place in places]:
        parameters += _list_covariances(scales, group)
    return FactorModel(
        items=tuple(item + place.suffix for place in columns for items in scales.values() for item in items),
        factors=tuple(factor + place.suffix for place in columns for factor in scales),
        parameters=tuple(parameters),
        groups=1 if linked else waves,
        with_means=with_means,
    )


class _Place(NamedTuple):
    """Where a wave stands: the tag of its labels, the suffix of its columns and its group."""

    tag: str
    suffix: str
    group: int


def _list_measurement(
    factor: str, items: Sequence[str], place: _Place, depth: int, freed: Sequence[str], with_means: bool
) -> list[Parameter]:
    """List loadings, residual variances, intercepts and factor mean of one scale in one wave."""
    anchor = next((item for item in items if item not in freed), items[0])
    found: list[Parameter] = []
    for item in items:
        row, one, zero = item + place.suffix, 1.0 if item == items[0] else None, 0.0 if item == anchor else None
        found.append(Parameter("loading", row, factor + place.suffix, f"{factor}=~{item}{place.tag * (depth < 1)}", place.group, one))
        found.append(Parameter("residual", row, row, f"{item}~~{item}{place.tag * (depth < 3)}", place.group))
        if with_means:
            free = depth < 2 or item in freed
            found.append(Parameter("intercept", row, "", f"{item}~1{place.tag * free}", place.group, zero))
    if with_means:
        found.append(Parameter("mean", factor + place.suffix, "", f"{factor}~1{place.tag}", place.group))
    return found


def _list_covariances(scales: Mapping[str, Sequence[str]], places: Sequence[_Place]) -> list[Parameter]:
    """List (co)variances of all factors in one group, and of the same item's residuals over the waves in it."""
    group, tag = places[0].group, places[0].tag if len(places) == 1 else ""
    factors = [factor + place.suffix for place in places for factor in scales]
    found = [Parameter("factor", a, b, f"{a}~~{b}{tag}", group) for a, b in combinations_with_replacement(factors, 2)]
    for item in (item for items in scales.values() for item in items):
        for first, second in combinations(places, 2):
            a, b = item + first.suffix, item + second.suffix
            found.append(Parameter("residual", a, b, f"{a}~~{b}", group))
    return found


def compute_designs(model: FactorModel) -> list[Design]:
    """Compute, for each group, how the cells of its matrices follow from the free parameters."""
    labels = {label: place for place, label in enumerate(model.labels)}
    return [_compute_design(model, labels, group) for group in range(model.groups)]


def _compute_design(model: FactorModel, labels: Mapping[str, int], group: int) -> Design:
    p, m = len(model.items), len(model.factors)
    shapes = ((p, m), (m, m), (p, p), (p,), (m,))
    base = Cells(*(np.zeros(shape) for shape in shapes))
    slopes = Cells(*(np.zeros((len(labels), *shape)) for shape in shapes))
    items, factors = ({name: place for place, name in enumerate(names)} for names in (model.items, model.factors))
    axes = {
        "loading": (items, factors),
        "factor": (factors, factors),
        "residual": (items, items),
        "intercept": (items,),
        "mean": (factors,),
    }
    for parameter in model.parameters:
        if parameter.group != group:
            continue
        at = list(axes).index(parameter.matrix)
        cell = tuple(axis[name] for axis, name in zip(axes[parameter.matrix], (parameter.row, parameter.column), strict=False))
        for each in {cell, cell[::-1]} if parameter.matrix in ("factor", "residual") else {cell}:
            if parameter.value is None:
                slopes[at][(labels[parameter.label], *each)] = 1.0
            else:
                base[at][each] = parameter.value
    return Design(base, slopes)

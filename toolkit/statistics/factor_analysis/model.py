"""What a factor model says (which loadings, variances and means exist, and which of them are the same number), and its normal likelihood
with first derivatives and expected information.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement
from typing import Literal, NamedTuple

import numpy as np

from toolkit.statistics.arrays import Floats
from toolkit.statistics.factor_analysis.moments import Moments, Sample, Saturated, compute_deviance, compute_scatter, compute_weights

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
        row = item + place.suffix
        one = 1.0 if item == items[0] else None
        zero = 0.0 if item == anchor else None
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
    group = places[0].group
    tag = places[0].tag if len(places) == 1 else ""
    factors = [factor + place.suffix for place in places for factor in scales]
    found = [Parameter("factor", a, b, f"{a}~~{b}{tag}", group) for a, b in combinations_with_replacement(factors, 2)]
    for item in (item for items in scales.values() for item in items):
        for first, second in combinations(places, 2):
            a = item + first.suffix
            b = item + second.suffix
            found.append(Parameter("residual", a, b, f"{a}~~{b}", group))
    return found


def compute_designs(model: FactorModel) -> list[Design]:
    """Compute, for each group, how the cells of its matrices follow from the free parameters."""
    labels = {label: place for place, label in enumerate(model.labels)}
    return [_compute_design(model, labels, group) for group in range(model.groups)]


def _compute_design(model: FactorModel, labels: Mapping[str, int], group: int) -> Design:
    p = len(model.items)
    m = len(model.factors)
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


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A model together with the sample of each of its groups; its methods take the vector of free parameters."""

    model: FactorModel
    designs: tuple[Design, ...]
    samples: tuple[Sample, ...]

    @property
    def complete(self) -> bool:
        """Whether no answer is missing."""
        return all(sample.moments.complete for sample in self.samples)

    def compute_cells(self, at: Floats) -> list[Cells]:
        """Compute the model matrices of each group."""
        return [Cells(*(base + np.tensordot(at, slope, 1) for base, slope in zip(d.base, d.slopes, strict=True))) for d in self.designs]

    def compute_implied(self, at: Floats) -> list[tuple[Floats, Floats]]:
        """Compute the mean and the covariance matrix that the model implies for each group."""
        cells = self.compute_cells(at)
        return [(c.intercepts + c.loadings @ c.means, c.loadings @ c.factors @ c.loadings.T + c.residuals) for c in cells]

    def compute_deviance(self, at: Floats) -> float:
        """Compute minus twice the log-likelihood."""
        implied = zip(self.samples, self.compute_implied(at), strict=True)
        return sum(compute_deviance(sample.moments, mean, covariance) for sample, (mean, covariance) in implied)

    def compute_gradient(self, at: Floats) -> Floats:
        """Compute the derivatives of the deviance."""
        gradient = np.zeros(len(at))
        for moments, (mean, covariance), (mean_slopes, covariance_slopes) in self._list_slopes(at):
            weights = compute_weights(moments, covariance)[1]
            gap, scatter = compute_scatter(moments, mean)
            pull = np.einsum("p,pij->ij", moments.sizes, weights - weights @ scatter @ weights)
            push = np.einsum("p,pij,pj->i", moments.sizes, weights, gap)
            gradient += covariance_slopes @ pull.ravel() - 2 * mean_slopes @ push
        return gradient

    def compute_information(self, at: Floats) -> Floats:
        """Compute the expected information: half the expected second derivatives of the deviance."""
        information = np.zeros((len(at), len(at)))
        for moments, (_, covariance), (mean_slopes, covariance_slopes) in self._list_slopes(at):
            weights = compute_weights(moments, covariance)[1]
            information += mean_slopes @ np.einsum("p,pij->ij", moments.sizes, weights) @ mean_slopes.T
            information += covariance_slopes @ _compute_kernel(weights, moments.sizes) @ covariance_slopes.T / 2
        return information

    def _list_slopes(self, at: Floats) -> list[tuple[Moments, tuple[Floats, Floats], tuple[Floats, Floats]]]:
        """Return, for each group, its data, the implied mean and covariance, and the derivatives of these two."""
        slopes = [_differentiate_implied(d.slopes, cells) for d, cells in zip(self.designs, self.compute_cells(at), strict=True)]
        return list(zip([sample.moments for sample in self.samples], self.compute_implied(at), slopes, strict=True))


def _differentiate_implied(slopes: Cells, cells: Cells) -> tuple[Floats, Floats]:
    """Return the derivatives of mean (parameters x p) and covariance matrix (parameters x p^2)."""
    half = slopes.loadings @ (cells.factors @ cells.loadings.T)
    turned = cells.loadings @ slopes.factors @ cells.loadings.T
    covariance = half + half.transpose(0, 2, 1) + turned + slopes.residuals
    mean = slopes.intercepts + slopes.loadings @ cells.means + slopes.means @ cells.loadings.T
    return mean, covariance.reshape(len(covariance), -1)


def _compute_kernel(weights: Floats, sizes: Floats) -> Floats:
    """Return the p^2 x p^2 matrix K with A' K B = sum of n tr(W A W B) over the patterns, for symmetric A and B."""
    p = weights.shape[1]
    flat = weights.reshape(len(weights), -1)
    products: Floats = (flat.T * sizes) @ flat
    return products.reshape(p, p, p, p).transpose(1, 2, 0, 3).reshape(p * p, p * p)


def prepare_likelihood(model: FactorModel, samples: Sequence[Sample]) -> Likelihood:
    """Return the likelihood of a model for the samples of its groups; without a mean structure the means are as observed."""
    designs = compute_designs(model)
    if not model.with_means:
        observed = [sample.saturated.mean for sample in samples]
        designs = [replace(d, base=d.base._replace(intercepts=mean)) for d, mean in zip(designs, observed, strict=True)]
    return Likelihood(model, tuple(designs), tuple(samples))


def compute_start(likelihood: Likelihood) -> Floats:
    """Compute starting values: half of each item's variance is common, markers set the units, means are reproduced."""
    total = np.zeros(len(likelihood.model.labels))
    count = np.zeros(len(likelihood.model.labels))
    for design, sample in zip(likelihood.designs, likelihood.samples, strict=True):
        for slope, start in zip(design.slopes, _guess_cells(design, sample.saturated), strict=True):
            flat = slope.reshape(len(slope), -1)
            total += flat @ start.ravel()
            count += flat.sum(axis=1)
    return total / count


def _guess_cells(design: Design, seen: Saturated) -> Cells:
    """Return rough values for all cells of one group."""
    base = design.base
    free = [slope.any(axis=0) for slope in design.slopes]
    variance = np.diag(seen.covariance)
    fixed = np.where(base.loadings != 0, np.abs(base.loadings), np.nan)
    marked = np.nan_to_num(np.sqrt(variance)[:, None] / fixed).max(axis=0)
    units = np.where(marked > 0, marked, np.sqrt(2 * np.where(np.diag(base.factors) > 0, np.diag(base.factors), 1.0)))
    loadings = np.where(free[0], np.sqrt(variance)[:, None] / units, base.loadings)
    factors = np.where(free[1], np.diag(units**2 / 2), base.factors)
    residuals = np.where(free[2], np.diag(variance / 2), base.residuals)
    fixed_rows = np.flatnonzero(np.logical_not(free[3]))
    solved = np.linalg.lstsq(loadings[fixed_rows], (seen.mean - base.intercepts)[fixed_rows])[0]
    means = np.where(free[4], solved, base.means)
    return Cells(loadings, factors, residuals, seen.mean - loadings @ means, means)

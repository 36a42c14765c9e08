"""The normal likelihood of a factor model, with its first derivatives and expected information."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.statistics.arrays import Floats
from toolkit.statistics.factor_analysis.model import Cells, Design, FactorModel, compute_designs
from toolkit.statistics.factor_analysis.moments import Moments, Sample, Saturated, compute_deviance, compute_scatter, compute_weights


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
    total, count = np.zeros(len(likelihood.model.labels)), np.zeros(len(likelihood.model.labels))
    for design, sample in zip(likelihood.designs, likelihood.samples, strict=True):
        for slope, start in zip(design.slopes, _guess_cells(design, sample.saturated), strict=True):
            flat = slope.reshape(len(slope), -1)
            total += flat @ start.ravel()
            count += flat.sum(axis=1)
    return total / count


def _guess_cells(design: Design, seen: Saturated) -> Cells:
    """Return rough values for all cells of one group."""
    base, free = design.base, [slope.any(axis=0) for slope in design.slopes]
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

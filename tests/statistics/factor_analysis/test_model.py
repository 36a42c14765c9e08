"""What the levels of invariance make equal."""

import numpy as np
import pytest

from toolkit.statistics.factor_analysis.model import LEVELS, FactorModel, Parameter, compute_designs, list_parameters

SCALES = {"vigour": ["v1", "v2", "v3"], "absorption": ["a1", "a2", "a3", "a4"]}


@pytest.mark.parametrize("linked", [True, False])
def test_each_level_saves_the_parameters_it_makes_equal(linked):
    """Seven items, two factors, two waves: 5 free loadings, 5 free intercepts (one per scale is an anchor), 7 residuals."""
    counts = [len(list_parameters(SCALES, waves=2, level=level, linked=linked).labels) for level in LEVELS]
    assert list(-np.diff(counts)) == [5, 5, 7]


def test_a_freed_intercept_costs_one_parameter_and_a_freed_marker_too():
    scalar = len(list_parameters(SCALES, waves=2, level="scalar").labels)
    for item in ("v1", "v2", "a4"):
        assert len(list_parameters(SCALES, waves=2, level="scalar", freed=[item]).labels) == scalar + 1


def test_the_intercept_of_a_freed_marker_is_free_and_another_is_zero():
    model = list_parameters(SCALES, waves=2, level="scalar", freed=["v1"])
    fixed = {p.row for p in model.parameters if p.matrix == "intercept" and p.value == 0}
    assert fixed == {"v2.1", "v2.2", "a1.1", "a1.2"}


def test_columns_go_wave_by_wave():
    assert list_parameters({"v": ["v1", "v2"]}, waves=2).items == ("v1.1", "v2.1", "v1.2", "v2.2")
    assert list_parameters({"v": ["v1", "v2"]}, waves=2, linked=False).items == ("v1", "v2")


def test_residuals_of_the_same_item_covary_between_all_waves():
    model = list_parameters({"v": ["v1", "v2"]}, waves=3)
    pairs = {(p.row, p.column) for p in model.parameters if p.matrix == "residual" and p.row != p.column}
    assert pairs == {(f"v{i}.{a}", f"v{i}.{b}") for i in (1, 2) for a, b in ((1, 2), (1, 3), (2, 3))}


def test_the_design_puts_every_parameter_in_its_cells():
    model = FactorModel(
        items=("x", "y"),
        factors=("f",),
        parameters=(
            Parameter("loading", "x", "f", "one", value=1.0),
            Parameter("loading", "y", "f", "l"),
            Parameter("residual", "x", "x", "e"),
            Parameter("residual", "y", "y", "e"),
            Parameter("residual", "x", "y", "c"),
            Parameter("mean", "f", "", "m"),
        ),
    )
    assert model.labels == ["l", "e", "c", "m"]
    design = compute_designs(model)[0]
    cells = [base + np.tensordot([2.0, 3.0, 4.0, 5.0], slope, 1) for base, slope in zip(design.base, design.slopes, strict=True)]
    for ours, expected in zip(cells, ([[1], [2]], [[0]], [[3, 4], [4, 3]], [0, 0], [5]), strict=True):
        np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize("scales", [{"v": ["v", "w"]}, {"v": ["a", "b"], "w": ["b", "c"]}])
def test_a_name_used_twice_is_an_error_that_says_which(scales):
    with pytest.raises(ValueError, match="name of its own"):
        list_parameters(scales)

"""Blocks, parameters and their units."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.statistics.mixed_models.design import RandomTerm, list_parameters, make_design, unit_factors


def test_rows_that_share_a_group_form_a_block() -> None:
    design = make_design(
        np.arange(7.0), np.ones((7, 1)), [RandomTerm("school", list("aabbbcd")), RandomTerm("club", [1, 2, 3, 4, 5, 1, 6])]
    )
    blocks = sorted(sorted(block) for stack in design.stacks for block in stack.rows.tolist())
    assert blocks == [[0, 1, 5], [2, 3, 4], [6]]


def test_parameters_are_named_in_the_order_of_theta() -> None:
    z = np.column_stack([np.ones(4), np.arange(4)])
    design = make_design(np.arange(4.0) ** 2, np.ones((4, 1)), [RandomTerm("school", [1, 1, 2, 2], z, ("level", "time"))])
    names = [("school", "level", "level"), ("school", "time", "level"), ("school", "time", "time"), ("Residual", "", "")]
    assert list_parameters(design.terms) == names
    spread = np.var(np.arange(4.0) ** 2)
    assert unit_factors(design) == pytest.approx(spread * np.array([1, 1 / np.sqrt(3.5), 1 / 3.5, 1]))


def test_wrong_terms_are_named() -> None:
    y, x = np.arange(4.0), np.ones((4, 1))
    with pytest.raises(ValueError, match="needs 4 group labels"):
        make_design(y, x, [RandomTerm("school", [1, 2, 3])])
    with pytest.raises(ValueError, match="only a single variance"):
        make_design(y, x, [RandomTerm("school", [1, 1, 2, 2], np.ones((4, 2)), ("a", "b"), negative=True)])

"""Why a file is not read at all."""

from __future__ import annotations

import pytest

from toolkit.files.safety import TooLargeError, check_cells
from toolkit.study.layouts import Limits


def test_a_table_may_have_as_many_cells_as_the_limit_and_no_more() -> None:
    check_cells(5, 2, Limits(cells=10))
    with pytest.raises(TooLargeError) as caught:
        check_cells(11, 1, Limits(cells=10))
    assert caught.value.args == ("11 × 1", "10")

"""What tests of plots share: no figure of one is there in the next, and none is left open by who was given Axes."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Draw without a screen, close every figure, and undo every setting."""
    with mpl.rc_context({"backend": "agg"}):
        yield
        plt.close("all")

"""The example studies estimated, each once for all tests of a process: nobody changes what is in there."""

from __future__ import annotations

from functools import cache

from toolkit.results.estimation import Estimation, estimate_study
from toolkit.shipped import DATASETS
from toolkit.study.loading import load_study


@cache
def estimate_shipped(name: str) -> Estimation:
    """Return the example study of this name, read and estimated."""
    return estimate_study(load_study(DATASETS / name))

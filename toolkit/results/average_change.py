"""The average change over schools and where each school stands: the few-school-safe default in two stages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.formulas.positions import estimate_positions
from toolkit.formulas.two_stage import TwoStage, estimate_two_stage
from toolkit.results.disclosure import list_pooled_schools
from toolkit.results.tail import make_blank, make_row
from toolkit.results.verdicts import judge_change
from toolkit.study.study import Study

#: METHODS: two or three schools stand side by side; an average over them would say nothing about others.
SMALLEST_NUMBER_OF_SCHOOLS = 4
QUANTITIES = ("average_change", "before", "after", "tau", "new_school", "delta")

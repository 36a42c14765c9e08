"""Mixed models beside statsmodels' MixedLM and R's lme4: how much faster, and how far their estimates lie apart.

Teachers in schools, two waves, about 25 teachers per school, one answer in ten missing. One call as a user writes it, on one thread, on
the same numbers; R says itself what its call took. lme4 stops too early to compare estimates with, so beside its own default stands how
far ours lies from "polished": bobyqa with rhoend 1e-11, then Newton steps on its own criterion. Differences are relative; those of
covariances, to the variances.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported

import json
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.formula.api import mixedlm

from benchmarks.harness import Contest, Spent, Way, call
from toolkit.statistics.mixed_models.teachers_in_schools import fit_nested

SEED = 1
Answers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

R_SCRIPT = """
suppressPackageStartupMessages(library(lme4)); options(digits = 17); a <- commandArgs(TRUE)
m <- matrix(readBin(a[1], "double", 4 * as.integer(a[2])), ncol = 4)
d <- data.frame(y = m[, 1], post = m[, 2], school = factor(m[, 3]), teacher = factor(m[, 4]))
f <- if (a[3] == "1") y ~ post + (1|school) + (1|teacher) else y ~ post + (1 + post|school) + (1|teacher)
polish <- a[4] == "polished"
control <- if (polish) lmerControl("bobyqa", calc.derivs = FALSE, optCtrl = list(rhoend = 1e-11, maxfun = 1e6)) else lmerControl()
t <- system.time(m <- suppressWarnings(suppressMessages(lmer(f, d, control = control))))
if (polish) {
  dev <- update(m, devFunOnly = TRUE); x <- getME(m, "theta"); unit <- diag(length(x))
  slope <- function(x) apply(unit, 1, function(e) sum(c(8, -8, -1, 1) * sapply(c(1, -1, 2, -2), function(k) dev(x + k * 1e-3 * e))) / 12e-3)
  for (i in 1:4) {
    bend <- apply(unit, 1, function(e) (slope(x + 1e-3 * e) - slope(x - 1e-3 * e)) / 2e-3)
    x <- x - solve((bend + t(bend)) / 2, slope(x))
  }
  parts <- lFormula(f, d); found <- list(par = x, fval = dev(x), conv = 0, feval = 1L, message = NULL)
  m <- mkMerMod(environment(dev), found, parts$reTrms, parts$fr)
}
v <- as.data.frame(VarCorr(m)); v <- v[order(v$grp), ]
key <- paste(v$grp, v$var1, ifelse(is.na(v$var2), "", v$var2))
found <- paste(sprintf('"%s": %.17g', c("b0", "b1", key), c(fixef(m), v$vcov)), collapse = ", ")
cat(sprintf('{"cpu": %.6f, "wall": %.6f, "estimates": {%s}}', sum(t[1:2]), t[3], found))
"""


def draw_answers(schools: int) -> Answers:
    """Return y, X, school and teacher of a study with teachers in schools."""
    rng = np.random.default_rng(SEED)
    school = np.repeat(np.arange(schools), rng.integers(15, 36, schools))
    level = 4 + rng.normal(0, 0.3, schools)[school] + rng.normal(0, 0.7, school.size)
    change = 0.2 + rng.normal(0, 0.2, schools)[school]
    wave, answer = np.repeat([0.0, 1.0], school.size), np.tile(np.arange(school.size), 2)
    kept = rng.random(answer.size) < 0.9
    wave, answer = wave[kept], answer[kept]
    y = level[answer] + wave * change[answer] + rng.normal(0, 0.6, answer.size)
    return y, np.column_stack([np.ones(y.size), wave]), school[answer], answer


def list_contests(sizes: Sequence[int]) -> Iterator[Contest]:
    """Yield the models with a random intercept, and with a random slope as well, of so many schools."""
    for effects in (1, 2):
        for schools in sizes:
            data = draw_answers(schools)
            time_toolkit(data, effects)
            peers: dict[str, Way] = {"statsmodels": partial(time_statsmodels, data, effects)}
            if has_lme4():
                peers["lme4"] = partial(time_lme4, data, effects, "default")
            yield Contest(
                f"{'(1 + after)' if effects == 2 else '(1)'} per school and teachers, {schools:,} schools, {data[0].size:,} rows",
                partial(time_toolkit, data, effects),
                peers,
                {} if has_lme4() else {"lme4": "Rscript with lme4 is not installed"},
                partial(describe_difference, data, effects),
            )


def time_toolkit(data: Answers, effects: int) -> Spent:
    """Return what our fit takes, and its estimates."""
    repeats = max(5, 20_000 // data[0].size)  # a single fit takes milliseconds, too short to time
    spent = call(lambda: fit_nested(*data, ["(Intercept)", "post"], school_effects=effects), repeats)
    fit = spent.answer
    found = {"b0": fit.params[0], "b1": fit.params[1]}
    for part in fit.varcomp:
        first, second = (part.effect, part.other) if part.effect == part.other else (part.other, part.effect)
        found[f"{part.group} {first} {'' if first == second else second}"] = part.value
    found["Residual NA "] = found.pop("Residual  ")
    return Spent(spent.wall, spent.cpu, found)


def time_lme4(data: Answers, effects: int, control: str) -> Spent:
    """Return what R says that its call took, and its estimates."""
    y, x, school, teacher = data
    with tempfile.TemporaryDirectory() as folder:
        numbers, script = Path(folder) / "numbers.bin", Path(folder) / "fit.R"
        np.concatenate([y, x[:, 1], school, teacher]).astype("<f8").tofile(numbers)
        script.write_text(R_SCRIPT)
        command = ["Rscript", str(script), str(numbers), str(y.size), str(effects), control]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Spent(found["wall"], found["cpu"], found["estimates"])


def time_statsmodels(data: Answers, effects: int) -> Spent:
    """Return what MixedLM takes, and its estimates."""
    y, x, school, teacher = data
    frame = pd.DataFrame({"y": y, "post": x[:, 1], "school": school, "teacher": teacher})
    formula = {"re_formula": "1" if effects == 1 else "1 + post", "vc_formula": {"teacher": "0 + C(teacher)"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spent = call(lambda: mixedlm("y ~ post", frame, groups="school", **formula).fit(reml=True))
    fit = spent.answer
    return Spent(spent.wall, spent.cpu, {"b0": fit.fe_params.iloc[0], "b1": fit.fe_params.iloc[1], "Residual NA ": fit.scale})


@cache
def has_lme4() -> bool:
    """Tell whether R with lme4 is here."""
    if shutil.which("Rscript") is None:
        return False
    return subprocess.run(["Rscript", "-e", "library(lme4)"], capture_output=True, check=False).returncode == 0


def describe_difference(data: Answers, effects: int, ours: dict[str, float], theirs: dict[str, float]) -> str:
    """Return how far the estimates lie apart; for lme4, which gives all of them, also from its polished ones."""
    said = f"within {find_largest_difference(ours, theirs):.0e}"
    if len(theirs) < len(ours):
        return said
    polished = time_lme4(data, effects, "polished").answer
    return f"{said}; {find_largest_difference(ours, polished):.0e} from lme4 polished"


def find_largest_difference(ours: dict[str, float], theirs: dict[str, float]) -> float:
    """Return the largest relative difference; that of a covariance is relative to the geometric mean of its variances."""
    covariance, variances = "school (Intercept) post", ("school (Intercept) ", "school post ")
    size = {key: abs(ours[key]) for key in theirs}
    if covariance in theirs:
        size[covariance] = (ours[variances[0]] * ours[variances[1]]) ** 0.5
    return max(abs(theirs[key] - ours[key]) / size[key] for key in theirs)

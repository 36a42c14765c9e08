"""How much faster the mixed models are than statsmodels' MixedLM and R's lme4, and how far their estimates lie apart.

Teachers in schools, two waves, about 25 teachers per school, one answer in ten missing. CPU seconds of one call as a user writes it, on one
thread, peers in turn on the same numbers. lme4 stops too early to compare estimates with, so these are compared with "lme4, polished":
bobyqa with rhoend 1e-11, then Newton steps on its own criterion. Differences are relative; those of covariances, to the variances.

    python benchmarks/mixed_models.py [--schools 14 200 2000 10000] [--rounds 3]
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.formula.api import mixedlm

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
cat(sprintf('{"cpu": %.6f, "estimates": {%s}}', sum(t[1:2]), found))
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


def time_toolkit(data: Answers, effects: int) -> tuple[float, dict[str, float]]:
    repeats = max(5, 20_000 // data[0].size)  # a single fit takes milliseconds, too short to time
    start = time.process_time()
    for _ in range(repeats):
        fit = fit_nested(*data, ["(Intercept)", "post"], school_effects=effects)
    cpu = (time.process_time() - start) / repeats
    found = {"b0": fit.params[0], "b1": fit.params[1]}
    for part in fit.varcomp:
        first, second = (part.effect, part.other) if part.effect == part.other else (part.other, part.effect)
        found[f"{part.group} {first} {'' if first == second else second}"] = part.value
    found["Residual NA "] = found.pop("Residual  ")
    return cpu, found


def time_lme4(data: Answers, effects: int, control: str) -> tuple[float, dict[str, float]]:
    y, x, school, teacher = data
    with tempfile.TemporaryDirectory() as folder:
        numbers, script = Path(folder) / "numbers.bin", Path(folder) / "fit.R"
        np.concatenate([y, x[:, 1], school, teacher]).astype("<f8").tofile(numbers)
        script.write_text(R_SCRIPT)
        call = ["Rscript", str(script), str(numbers), str(y.size), str(effects), control]
        found = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    return found["cpu"], found["estimates"]


def time_statsmodels(data: Answers, effects: int) -> tuple[float, dict[str, float]]:
    y, x, school, teacher = data
    frame = pd.DataFrame({"y": y, "post": x[:, 1], "school": school, "teacher": teacher})
    formula = {"re_formula": "1" if effects == 1 else "1 + post", "vc_formula": {"teacher": "0 + C(teacher)"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.process_time()
        fit = mixedlm("y ~ post", frame, groups="school", **formula).fit(reml=True)
        cpu = time.process_time() - start
    return cpu, {"b0": fit.fe_params.iloc[0], "b1": fit.fe_params.iloc[1], "Residual NA ": fit.scale}


def has_lme4() -> bool:
    if shutil.which("Rscript") is None:
        return False
    return subprocess.run(["Rscript", "-e", "library(lme4)"], capture_output=True, check=False).returncode == 0


def find_peers(effects: int) -> dict[str, Callable[[Answers], tuple[float, dict[str, float]]]]:
    peers: dict[str, Callable[[Answers], tuple[float, dict[str, float]]]] = {"statsmodels": lambda data: time_statsmodels(data, effects)}
    if has_lme4():
        peers["lme4"] = lambda data: time_lme4(data, effects, "default")
    else:
        print("Rscript with lme4 is not installed: lme4 is left out.")
    return peers


def find_largest_difference(ours: dict[str, float], theirs: dict[str, float]) -> float:
    """Return the largest relative difference; that of a covariance is relative to the geometric mean of its variances."""
    covariance, variances = "school (Intercept) post", ("school (Intercept) ", "school post ")
    size = {key: abs(ours[key]) for key in theirs}
    if covariance in theirs:
        size[covariance] = (ours[variances[0]] * ours[variances[1]]) ** 0.5
    return max(abs(theirs[key] - ours[key]) / size[key] for key in theirs)


def compare(effects: int, schools: int, rounds: int) -> None:
    data, peers = draw_answers(schools), find_peers(effects)
    time_toolkit(data, effects)
    cpu: dict[str, list[float]] = {name: [] for name in ["toolkit", *peers]}
    estimates: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for name, call in {"toolkit": lambda data: time_toolkit(data, effects), **peers}.items():
            seconds, estimates[name] = call(data)
            cpu[name].append(seconds)
    print(f"\n{schools} schools, {data[0].size} rows, {'(1|school)' if effects == 1 else '(1 + post|school)'} + (1|teacher)")
    for name, taken in cpu.items():
        ratios = [theirs / ours for theirs, ours in zip(taken, cpu["toolkit"], strict=True)]
        apart = find_largest_difference(estimates["toolkit"], estimates[name])
        faster = f"   toolkit {statistics.median(ratios):.0f}x faster [{min(ratios):.0f}-{max(ratios):.0f}], estimates within {apart:.0e}"
        print(f"  {name:14} {statistics.median(taken):8.4f} s" + ("" if name == "toolkit" else faster))
    if "lme4" in peers:
        polished = time_lme4(data, effects, "polished")[1]
        print(f"  lme4, polished              estimates within {find_largest_difference(estimates['toolkit'], polished):.0e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, nargs="+", default=[14, 200, 2000])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    for effects in (1, 2):
        for schools in arguments.schools:
            compare(effects, schools, arguments.rounds)


if __name__ == "__main__":
    main()

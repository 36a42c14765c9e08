"""Pages of many schools beside papermill and nbconvert, a kernel per page, and beside a loop of R Markdown in one R.

`plg report` and papermill make the same pages from the same templates: the page of a school and its summary. papermill gets the results
ready made; `plg report` reads the exports and estimates and protects them within its time. R Markdown makes a plainer report of the same
scores (levels, paired changes with Holm, five figures), with one mixed model over all schools before the loop. Start-up counts everywhere.
What papermill and R take is that of a few pages, said per page.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

from benchmarks.harness import ROOT, Contest, Spent, Way, spend
from benchmarks.surveys.schools import write_schools
from toolkit.results.estimation import estimate_study
from toolkit.results.results import save_results
from toolkit.study.loading import load_study

BIN = Path(sys.executable).parent
TEMPLATES = {"school": "school_report", "summary": "summary"}
#: Of so many schools papermill makes the pages in each round, and R.
SAMPLE, R_SAMPLE = 1, 10
R_LOOP = """
suppressPackageStartupMessages(library(ggplot2)); theme_set(theme_minimal()); a <- commandArgs(TRUE)
scores <- read.csv(a[1]); scores <- scores[!is.na(scores$score), ]; scores$what <- paste(scores$instrument, scores$scale, scores$rating)
first <- scores[scores$what == scores$what[1], ]
model <- suppressMessages(lme4::lmer(score ~ wave + (1 | school) + (1 | respondent), first))
for (school in unique(scores$school)[seq_len(as.integer(a[3]))])
  rmarkdown::render(a[2], params = list(school = school), output_dir = a[4], intermediates_dir = a[4],
                    output_file = paste0(school, ".html"), envir = new.env(parent = globalenv()), quiet = TRUE)
"""


def list_contests(folder: Path, schools: int) -> Iterator[Contest]:
    """Yield the pages of so many schools."""
    study = write_schools(folder / "schools", schools)
    loaded = load_study(study)
    found = estimate_study(loaded)
    for school in loaded.schools[:SAMPLE]:
        save_results(found.results.for_school(school.id), folder / f"{school.id}.json")
    found.scores.to_csv(folder / "scores.csv", index=False)
    peers: dict[str, Way] = {"papermill + nbconvert": partial(time_papermill, study, folder, [school.id for school in loaded.schools])}
    if has_r_markdown():
        peers["R Markdown, loop in one R"] = partial(time_r, folder, min(R_SAMPLE, schools))
    absent = {} if has_r_markdown() else {"R Markdown": "Rscript with rmarkdown, ggplot2 and lme4 is not installed"}
    yield Contest(
        f"a page of {2 * schools}: {schools} schools, page and summary", partial(time_toolkit, study, folder, schools), peers, absent
    )


def time_toolkit(study: Path, folder: Path, schools: int) -> Spent:
    """Return what a page of `plg report` takes, everything made anew."""
    shutil.rmtree(folder / "ours", ignore_errors=True)
    kinds = [part for kind in TEMPLATES for part in ("--page", kind)]
    jobs = ("--jobs", str(os.cpu_count()))
    spent = spend(sys.executable, "-m", "toolkit", "report", study, "--language", "nl", *kinds, *jobs, "--output", folder / "ours")
    assert len([*(folder / "ours").glob("s*-nl.html")]) == 2 * schools
    return Spent(spent.wall, spent.cpu).per(2 * schools)


def time_papermill(study: Path, folder: Path, schools: list[str]) -> Spent:
    """Return what a page of papermill, then nbconvert, takes, each its own process and kernel, as evaluators do by hand."""
    spent = []
    for school in schools[:SAMPLE]:
        for template in TEMPLATES.values():
            made = folder / f"{template}.ipynb"
            parameters = {"study_file": study, "school": school, "language": "nl", "results_file": folder / f"{school}.json"}
            told = [part for name, value in parameters.items() for part in ("-p", name, value)]
            spent.append(spend(BIN / "papermill", ROOT / "notebooks" / f"{template}.ipynb", made, *told))
            spent.append(spend(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", made))
    return Spent(sum(each.wall for each in spent), sum(each.cpu for each in spent)).per(SAMPLE * len(TEMPLATES))


def time_r(folder: Path, count: int) -> Spent:
    """Return what a report of the loop in R takes."""
    script = folder / "loop.R"
    script.write_text(R_LOOP, encoding="utf-8")
    return spend("Rscript", script, folder / "scores.csv", ROOT / "benchmarks" / "report.Rmd", str(count), folder / "r").per(count)


@cache
def has_r_markdown() -> bool:
    """Tell whether R is here with what the loop needs, pandoc included."""
    if shutil.which("Rscript") is None:
        return False
    question = "cat(rmarkdown::pandoc_available(), requireNamespace('ggplot2', quietly = TRUE), requireNamespace('lme4', quietly = TRUE))"
    asked = subprocess.run(["Rscript", "-e", question], capture_output=True, text=True, check=False)
    return asked.stdout.split() == ["TRUE"] * 3

"""What the page on cohorts knows: the cohorts of one study or of several, and the way to any estimate about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.languages import Language, Text
from toolkit.page_kernel import find_handed
from toolkit.report.content.estimate import Estimate
from toolkit.report.content.index import Index, index_estimates
from toolkit.results.estimation import estimate_studies, open_results
from toolkit.results.results import Results
from toolkit.schemas import COHORTS
from toolkit.study.cohorts import Cohort, check_cohorts, choose_primary, list_cohorts
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome, Study

#: What a person count is about.
NOBODY = Outcome(instrument="", scale="")


@dataclass(frozen=True)
class CohortsView:
    """What the page shows: the studies, their cohorts in the order of their start, results and words."""

    studies: tuple[Study, ...]
    results: Results
    text: Text

    @cached_property
    def cohorts(self) -> list[Cohort]:
        """The cohorts in the order of their start."""
        return list_cohorts(self.studies)

    @property
    def study(self) -> Study:
        """The study that gives settings and names of scales: that of the first cohort."""
        return self.cohorts[0].study

    @cached_property
    def primary(self) -> Outcome:
        """The outcome that leads."""
        return choose_primary(self.cohorts)

    def name_cohort(self, cohort: Cohort) -> str:
        """Return what a reader calls a cohort."""
        return self.text.say("cohorts.name", cohort=cohort.name) if cohort.id else self.text.pick(cohort.study.title)

    def find_cohort(self, name: str) -> Cohort:
        """Return the cohort with this name."""
        return next(cohort for cohort in self.cohorts if cohort.name == name)

    def find(
        self, quantity: str, outcome: Outcome = NOBODY, cohort: str = "", *, against: str = "", school: str = "", wave: str = ""
    ) -> Estimate:
        """Return an estimate."""
        key = (COHORTS.name, cohort, against, school, wave, outcome.instrument, outcome.scale, outcome.rating, quantity)
        return self._estimates[key]

    @cached_property
    def _estimates(self) -> Index:
        return index_estimates(self.results, [COHORTS.name])


def open_cohorts(study_file: str | Path | Sequence[str | Path], results_file: str | Path = "", language: Language = "nl") -> CohortsView:
    """Return what the page on cohorts shows, of one study file or of several.

    Without `results_file` the exports are read and everything is estimated here. Raises `DefinitionError` where there are no two cohorts
    with a scale in common.
    """
    if handed := find_handed():
        return CohortsView(handed.studies, handed.results, handed.studies[0].load_text(language))
    files = [study_file] if isinstance(study_file, str | Path) else study_file
    studies = tuple(load_study(file) for file in files)
    check_cohorts(studies)
    results = open_results(studies[0], results_file) if results_file else estimate_studies(studies)
    return CohortsView(studies, results, studies[0].load_text(language))

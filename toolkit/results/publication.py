"""What a run notes of the results that it publishes: in the register before any page is there, that all are there, and what it need not
estimate again.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from toolkit.locking import INTERNAL
from toolkit.responses.exports import Exports
from toolkit.results.disclosure.register import begin_publication, finish_publication, tabulate_unfinished
from toolkit.results.estimation import Estimation
from toolkit.results.results import Results
from toolkit.results.stored import store_results
from toolkit.schemas import SCORES
from toolkit.study.study import Study

#: The finding that an earlier run ended before all was there: it says nothing against its results.
UNFINISHED = "publication_unfinished"


def take_kept(study: Study, exports: Exports, kept: Results, internal: Path) -> Estimation:
    """Return what an earlier run estimated, of which everything is in the register already."""
    return Estimation(study, exports, SCORES.empty(), kept, tabulate_unfinished(internal), None)


def record(*found: tuple[Estimation, Path], schools: Collection[str] = ()) -> None:
    """Note in the register of each study what is published now of it, unless it is a draft or was noted before."""
    for estimation, place in found:
        if estimation.study.state == "final":
            begin_publication(place / INTERNAL)
            if estimation.register:
                estimation.record(schools)


def record_and_keep(found: Estimation, place: Path, sign: str, schools: Collection[str]) -> None:
    """Note what is published now, and keep its results for the next run, unless a group changed by a few people since it was published."""
    record((found, place), schools=schools)
    if found.register and set(found.changed["code"]) <= {UNFINISHED}:
        store_results(found.results, place / INTERNAL, sign, sorted(schools) if found.study.state == "final" else None)


def finish(*found: tuple[Estimation, Path]) -> None:
    """Note that everything is there of what was recorded."""
    for estimation, place in found:
        if estimation.study.state == "final":
            finish_publication(place / INTERNAL)

"""A run that is to be published: its results held against the register of earlier publications, and noted in it afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.results.disclosure.contributors import list_published
from toolkit.results.disclosure.register import Register, describe_changed, list_changed, list_earlier, load_register, record_publication
from toolkit.results.estimation import Answers, estimate_results
from toolkit.results.results import Results
from toolkit.results.robustness import list_added
from toolkit.scoring import compute_scores
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """Results that may be published, and sentences on groups that changed by a few people since an earlier publication."""

    results: Results
    changed: tuple[str, ...]
    register: Register
    scores: pd.DataFrame
    study: Study

    def record(self, schools: Collection[str] = ()) -> bool:
        """Note in the register that the results, or those of some schools, were published; return whether that was new."""
        numbers = [*list_published(self.results, self.scores, self.study), *list_added(self.results, self.scores, self.study)]
        chosen = [number for number in numbers if not schools or number.key[0] in (*schools, "")]
        return record_publication(self.register, chosen, str(self.study.report_date))


def prepare_publication(study: Study, exports: Answers, folder: Path, *, confirm: bool = False, strict: bool = False) -> Publication:
    """Return the results for publication, given the register in `folder`.

    What would give away the few people by whom a group changed stays hidden, unless a person has looked at it and says `confirm`.
    """
    scores, register = compute_scores(exports.responses, study), load_register(folder)
    changed = describe_changed(list_changed(register, scores, study))
    changed += ["What would give those people away stays hidden; --confirm shows it."] if changed and not confirm else []
    earlier = () if confirm else list_earlier(register, scores)
    return Publication(estimate_results(study, exports, earlier=earlier, strict=strict), tuple(changed), register, scores, study)

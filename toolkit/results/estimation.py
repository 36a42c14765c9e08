"""From what was read to results that may be shown: estimated, protected, and held against what was published before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from toolkit.results.disclosure.contributors import list_published
from toolkit.results.disclosure.differencing import Published
from toolkit.results.disclosure.register import Register, describe_changed, list_changed, list_earlier, load_register, record_publication
from toolkit.results.disclosure.suppression import hide_spreads, protect_results
from toolkit.results.estimates.answers import estimate_answers
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.comparison import estimate_comparison, estimate_pairs
from toolkit.results.estimates.levels import estimate_band, estimate_levels
from toolkit.results.estimates.participation import estimate_participation
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.results import Results
from toolkit.results.robustness import add_robustness, list_added
from toolkit.schemas import COMPARISON
from toolkit.scoring import compute_scores
from toolkit.study.instruments import locate_instrument
from toolkit.study.study import Study


class Answers(Protocol):
    """What a run starts from: the tables that reading made."""

    @property
    def responses(self) -> pd.DataFrame: ...
    @property
    def findings(self) -> pd.DataFrame: ...
    @property
    def sources(self) -> pd.DataFrame: ...


def estimate_results(study: Study, exports: Answers, *, earlier: Sequence[Published] = (), strict: bool = False) -> Results:
    """Return all results of the study: who took part, levels, change and what it rests on, reliability, answers, pairs.

    Disclosure rules have acted: last of all, what would give away a small group by subtraction is hidden, also from what was published
    `earlier`; see `protect_results`.
    """
    scores = compute_scores(exports.responses, study)
    results = Results(
        participation=estimate_participation(exports.responses, exports.findings, study),
        levels=estimate_levels(scores, study),
        change=estimate_change(scores, study),
        reliability=estimate_reliability(exports.responses, scores, study),
        sources=exports.sources,
        provenance=describe_run(study) | {"files": _list_files(exports.responses)},
        answers=estimate_answers(exports.responses, scores, study),
        comparison=estimate_comparison(scores, study) if study.has_comparison_schools else COMPARISON.empty(),
    )
    safe = protect_results(results, exports.responses, exports.findings, scores, study, earlier=earlier, strict=strict)
    safe = hide_spreads(add_robustness(safe, scores, study, earlier), study)
    return replace(safe, band=estimate_band(safe.levels, study), pairs=estimate_pairs(safe.change, study))


def describe_run(study: Study) -> dict[str, Any]:
    """Return what the results were made with: version, hashes of definitions, command and settings that differ from the default."""
    defaults = {"confidence": 0.95, "smallest_group": 5, "person_level": False, "order": "code"}
    return {
        "version": metadata.version("plg-toolkit"),
        "study_sha": hash_file(study.folder / study.file),
        "instruments": {
            instrument.id: hash_file(locate_instrument(instrument.id, study.folder / "instruments")) for instrument in study.instruments
        },
        "command": f"plg run {study.id}",
        "settings": {name: getattr(study, name) for name, default in defaults.items() if getattr(study, name) != default},
        "seed": study.seed,
    }


def _list_files(responses: pd.DataFrame) -> dict[str, list[str]]:
    """Return per school the files in which its answers stand."""
    return {str(school): sorted(files.unique().tolist()) for school, files in responses.groupby("school")["source"]}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


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

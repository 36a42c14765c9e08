"""One run: from what was read to all results, with what they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from toolkit.results.disclosure.differencing import Published
from toolkit.results.disclosure.suppression import protect_results
from toolkit.results.disclosure.suppression__short_scales import hide_spreads
from toolkit.results.estimates.answers import estimate_answers
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.comparison import estimate_comparison
from toolkit.results.estimates.comparison__pairs import estimate_pairs
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.estimates.levels__band import estimate_band
from toolkit.results.estimates.participation import estimate_participation
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.results import Results
from toolkit.results.robustness import add_robustness
from toolkit.schemas import COMPARISON
from toolkit.scoring import compute_scores
from toolkit.study.instruments import SHIPPED
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
        "instruments": {instrument.id: hash_file(_find_instrument(study, instrument.id)) for instrument in study.instruments},
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


def _find_instrument(study: Study, id: str) -> Path:
    own = study.folder / "instruments" / f"{id}.toml"
    return own if own.is_file() else SHIPPED / f"{id}.toml"

"""From survey exports to reports that hold up: studies of professional learning communities before and after a trajectory."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.report.publishing import publish_reports
    from toolkit.responses.exports import list_findings, locate_answer, read_exports, read_responses
    from toolkit.results.bundle import load_results, save_results
    from toolkit.results.change import estimate_change
    from toolkit.results.levels import estimate_levels
    from toolkit.results.participation import estimate_participation
    from toolkit.results.reliability import estimate_reliability
    from toolkit.results.running import estimate_results
    from toolkit.scores.scoring import compute_scores
    from toolkit.study.instruments import list_instruments, load_instrument
    from toolkit.study.study import load_study

#: Where each public name lives. They are imported when they are first used, so that a small command does not wait for a large library.
_HOMES = {
    "compute_scores": "toolkit.scores.scoring",
    "estimate_change": "toolkit.results.change",
    "estimate_levels": "toolkit.results.levels",
    "estimate_participation": "toolkit.results.participation",
    "estimate_reliability": "toolkit.results.reliability",
    "estimate_results": "toolkit.results.running",
    "list_findings": "toolkit.responses.exports",
    "list_instruments": "toolkit.study.instruments",
    "load_instrument": "toolkit.study.instruments",
    "load_results": "toolkit.results.bundle",
    "load_study": "toolkit.study.study",
    "locate_answer": "toolkit.responses.exports",
    "publish_reports": "toolkit.report.publishing",
    "read_exports": "toolkit.responses.exports",
    "read_responses": "toolkit.responses.exports",
    "save_results": "toolkit.results.bundle",
}

__all__ = [
    "compute_scores",
    "estimate_change",
    "estimate_levels",
    "estimate_participation",
    "estimate_reliability",
    "estimate_results",
    "list_findings",
    "list_instruments",
    "load_instrument",
    "load_results",
    "load_study",
    "locate_answer",
    "publish_reports",
    "read_exports",
    "read_responses",
    "save_results",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'toolkit' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)

"""From survey exports to reports that hold up: studies of professional learning communities before and after a trajectory."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.report.data.publishing import publish_data
    from toolkit.report.proof.verifying import verify_report
    from toolkit.report.publishing import publish_reports
    from toolkit.responses.exports import list_findings, locate_answer, read_exports, read_responses
    from toolkit.results.attrition import estimate_attrition
    from toolkit.results.bundle import load_results, save_results
    from toolkit.results.change import estimate_change
    from toolkit.results.comparison import estimate_comparison
    from toolkit.results.dose import estimate_dose
    from toolkit.results.factors import estimate_factors
    from toolkit.results.growth import estimate_growth
    from toolkit.results.invariance import estimate_invariance
    from toolkit.results.levels import estimate_levels
    from toolkit.results.low_start import estimate_low_start
    from toolkit.results.meaning import estimate_meaning
    from toolkit.results.mediation import estimate_mediation
    from toolkit.results.norms import estimate_norms
    from toolkit.results.participation import estimate_participation
    from toolkit.results.planning import plan_schools
    from toolkit.results.reliability import estimate_reliability
    from toolkit.results.roles import estimate_roles
    from toolkit.results.running import estimate_results
    from toolkit.results.sensitivity import estimate_sensitivity
    from toolkit.results.staggered import estimate_staggered
    from toolkit.results.team import estimate_team
    from toolkit.scoring import compute_scores
    from toolkit.study.instruments import list_instruments, load_instrument
    from toolkit.study.loading import load_study

#: Where each public name lives. They are imported when they are first used, so that a small command does not wait for a large library.
_HOMES = {
    "compute_scores": "toolkit.scoring",
    "estimate_attrition": "toolkit.results.attrition",
    "estimate_change": "toolkit.results.change",
    "estimate_comparison": "toolkit.results.comparison",
    "estimate_dose": "toolkit.results.dose",
    "estimate_factors": "toolkit.results.factors",
    "estimate_growth": "toolkit.results.growth",
    "estimate_invariance": "toolkit.results.invariance",
    "estimate_levels": "toolkit.results.levels",
    "estimate_low_start": "toolkit.results.low_start",
    "estimate_meaning": "toolkit.results.meaning",
    "estimate_mediation": "toolkit.results.mediation",
    "estimate_norms": "toolkit.results.norms",
    "estimate_participation": "toolkit.results.participation",
    "estimate_reliability": "toolkit.results.reliability",
    "estimate_results": "toolkit.results.running",
    "estimate_roles": "toolkit.results.roles",
    "estimate_sensitivity": "toolkit.results.sensitivity",
    "estimate_staggered": "toolkit.results.staggered",
    "estimate_team": "toolkit.results.team",
    "list_findings": "toolkit.responses.exports",
    "list_instruments": "toolkit.study.instruments",
    "load_instrument": "toolkit.study.instruments",
    "load_results": "toolkit.results.bundle",
    "load_study": "toolkit.study.loading",
    "locate_answer": "toolkit.responses.exports",
    "plan_schools": "toolkit.results.planning",
    "publish_data": "toolkit.report.data.publishing",
    "publish_reports": "toolkit.report.publishing",
    "read_exports": "toolkit.responses.exports",
    "read_responses": "toolkit.responses.exports",
    "save_results": "toolkit.results.bundle",
    "verify_report": "toolkit.report.proof.verifying",
}

__all__ = [
    "compute_scores",
    "estimate_attrition",
    "estimate_change",
    "estimate_comparison",
    "estimate_dose",
    "estimate_factors",
    "estimate_growth",
    "estimate_invariance",
    "estimate_levels",
    "estimate_low_start",
    "estimate_meaning",
    "estimate_mediation",
    "estimate_norms",
    "estimate_participation",
    "estimate_reliability",
    "estimate_results",
    "estimate_roles",
    "estimate_sensitivity",
    "estimate_staggered",
    "estimate_team",
    "list_findings",
    "list_instruments",
    "load_instrument",
    "load_results",
    "load_study",
    "locate_answer",
    "plan_schools",
    "publish_data",
    "publish_reports",
    "read_exports",
    "read_responses",
    "save_results",
    "verify_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'toolkit' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)

"""From survey exports to reports that hold up: studies of professional learning communities before and after a trajectory."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.report.publishing.data_tables import publish_data
    from toolkit.report.publishing.reports import publish_reports
    from toolkit.report.verification.verify import verify_report
    from toolkit.responses.exports import list_findings, locate_answer, read_exports, read_responses
    from toolkit.results.estimates.change import estimate_change
    from toolkit.results.estimates.comparison import estimate_comparison
    from toolkit.results.estimates.key_factors import estimate_factors
    from toolkit.results.estimates.levels import estimate_levels, estimate_norms
    from toolkit.results.estimates.participation import estimate_participation
    from toolkit.results.estimates.reliability import estimate_reliability
    from toolkit.results.estimation import estimate_results
    from toolkit.results.research.associations import estimate_dose, estimate_mediation
    from toolkit.results.research.attrition import estimate_attrition
    from toolkit.results.research.invariance import estimate_invariance
    from toolkit.results.research.meaningful_change import estimate_low_start, estimate_meaning
    from toolkit.results.research.planning import plan_schools
    from toolkit.results.research.roles import estimate_roles
    from toolkit.results.research.sensitivity import estimate_sensitivity
    from toolkit.results.research.team_agreement import estimate_team
    from toolkit.results.research.trends import estimate_growth, estimate_staggered
    from toolkit.results.results import load_results, save_results
    from toolkit.scoring import compute_scores
    from toolkit.study.instruments import list_instruments, load_instrument
    from toolkit.study.loading import load_study

#: Where each public name lives. They are imported when they are first used, so that a small command does not wait for a large library.
_HOMES = {
    "compute_scores": "toolkit.scoring",
    "estimate_attrition": "toolkit.results.research.attrition",
    "estimate_change": "toolkit.results.estimates.change",
    "estimate_comparison": "toolkit.results.estimates.comparison",
    "estimate_dose": "toolkit.results.research.associations",
    "estimate_factors": "toolkit.results.estimates.key_factors",
    "estimate_growth": "toolkit.results.research.trends",
    "estimate_invariance": "toolkit.results.research.invariance",
    "estimate_levels": "toolkit.results.estimates.levels",
    "estimate_low_start": "toolkit.results.research.meaningful_change",
    "estimate_meaning": "toolkit.results.research.meaningful_change",
    "estimate_mediation": "toolkit.results.research.associations",
    "estimate_norms": "toolkit.results.estimates.levels",
    "estimate_participation": "toolkit.results.estimates.participation",
    "estimate_reliability": "toolkit.results.estimates.reliability",
    "estimate_results": "toolkit.results.estimation",
    "estimate_roles": "toolkit.results.research.roles",
    "estimate_sensitivity": "toolkit.results.research.sensitivity",
    "estimate_staggered": "toolkit.results.research.trends",
    "estimate_team": "toolkit.results.research.team_agreement",
    "list_findings": "toolkit.responses.exports",
    "list_instruments": "toolkit.study.instruments",
    "load_instrument": "toolkit.study.instruments",
    "load_results": "toolkit.results.results",
    "load_study": "toolkit.study.loading",
    "locate_answer": "toolkit.responses.exports",
    "plan_schools": "toolkit.results.research.planning",
    "publish_data": "toolkit.report.publishing.data_tables",
    "publish_reports": "toolkit.report.publishing.reports",
    "read_exports": "toolkit.responses.exports",
    "read_responses": "toolkit.responses.exports",
    "save_results": "toolkit.results.results",
    "verify_report": "toolkit.report.verification.verify",
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

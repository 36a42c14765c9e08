"""The front door of notebooks: what page templates open and show, under names that stay the same when code moves inside the report.

A copied template imports from here and from `toolkit`, and from nothing deeper. Each function returns markup to be shown as it is, with
numbers from results that may be shown and words from the text files.
"""

from toolkit.report.content.cohorts import open_cohorts
from toolkit.report.content.view import open_board, open_view
from toolkit.report.rendering.cells import describe_figure
from toolkit.report.sections.agreed import show_agreed
from toolkit.report.sections.answers import show_answers
from toolkit.report.sections.beside_others import show_beside_others, show_pairs
from toolkit.report.sections.board import show_board_factors, show_board_findings, show_board_schools
from toolkit.report.sections.choices import show_choices
from toolkit.report.sections.cohorts import (
    show_cohorts_change,
    show_cohorts_course,
    show_cohorts_factors,
    show_cohorts_findings,
    show_cohorts_method,
    show_cohorts_participation,
    show_cohorts_title,
)
from toolkit.report.sections.data_check import (
    open_check,
    show_check_title,
    show_files,
    show_findings,
    show_followed,
    show_missing,
    show_who,
)
from toolkit.report.sections.discussion import show_discussion
from toolkit.report.sections.goals import show_goals, show_next
from toolkit.report.sections.indicators import show_indicators
from toolkit.report.sections.key_factors import show_key_factors
from toolkit.report.sections.key_factors_by_school import show_key_factors_by_school
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.meetings import show_meetings
from toolkit.report.sections.method import show_method, show_short_method
from toolkit.report.sections.network import show_network
from toolkit.report.sections.notes import show_notes
from toolkit.report.sections.occasions import show_occasions
from toolkit.report.sections.outcomes import show_engagement, show_further
from toolkit.report.sections.over_waves import show_before_and_after, show_over_waves, show_trajectory
from toolkit.report.sections.page_frame import show_folded, show_origin, show_terms, show_title
from toolkit.report.sections.participation import show_participation
from toolkit.report.sections.role_map import show_role_map
from toolkit.report.sections.roles import show_roles
from toolkit.report.sections.schools import show_people, show_schools
from toolkit.report.sections.summary import (
    show_summary_discussion,
    show_summary_evidence,
    show_summary_findings,
    show_summary_origin,
    show_summary_title,
)
from toolkit.report.sections.together import show_together

__all__ = [
    "describe_figure",
    "open_board",
    "open_check",
    "open_cohorts",
    "open_view",
    "show_agreed",
    "show_answers",
    "show_before_and_after",
    "show_beside_others",
    "show_board_factors",
    "show_board_findings",
    "show_board_schools",
    "show_check_title",
    "show_choices",
    "show_cohorts_change",
    "show_cohorts_course",
    "show_cohorts_factors",
    "show_cohorts_findings",
    "show_cohorts_method",
    "show_cohorts_participation",
    "show_cohorts_title",
    "show_discussion",
    "show_engagement",
    "show_files",
    "show_findings",
    "show_folded",
    "show_followed",
    "show_further",
    "show_goals",
    "show_indicators",
    "show_key_factors",
    "show_key_factors_by_school",
    "show_main_findings",
    "show_meetings",
    "show_method",
    "show_missing",
    "show_network",
    "show_next",
    "show_notes",
    "show_occasions",
    "show_origin",
    "show_over_waves",
    "show_pairs",
    "show_participation",
    "show_people",
    "show_role_map",
    "show_roles",
    "show_schools",
    "show_short_method",
    "show_summary_discussion",
    "show_summary_evidence",
    "show_summary_findings",
    "show_summary_origin",
    "show_summary_title",
    "show_terms",
    "show_title",
    "show_together",
    "show_trajectory",
    "show_who",
]

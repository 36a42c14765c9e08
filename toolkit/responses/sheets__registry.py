"""The survey tools that are known, and which of them made a file."""

from __future__ import annotations

from toolkit.responses.survey_tools import forms, limesurvey, qualtrics, surveymonkey
from toolkit.responses.survey_tools.databases import CASTOR, REDCAP
from toolkit.responses.survey_tools.tool import Tool
from toolkit.study.layouts import Layout

#: in the order in which they are tried: those that are easiest to tell first.
TOOLS = {tool.id: tool for tool in (qualtrics.TOOL, surveymonkey.TOOL, REDCAP, CASTOR, forms.MICROSOFT, forms.GOOGLE, limesurvey.TOOL)}


def find_tool(layout: Layout) -> Tool | None:
    """Return the tool that a layout names, or None."""
    return TOOLS.get(layout.tool)

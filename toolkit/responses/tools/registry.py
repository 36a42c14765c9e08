"""The survey tools that are known, and which of them made a file."""

from __future__ import annotations

from pathlib import Path

from toolkit.responses.files import read_file
from toolkit.responses.findings import Notes
from toolkit.responses.tools import forms, limesurvey, qualtrics, surveymonkey
from toolkit.responses.tools.databases import CASTOR, REDCAP
from toolkit.responses.tools.tool import Tool
from toolkit.study.layouts import Layout, Limits

#: in the order in which they are tried: those that are easiest to tell first.
TOOLS = {tool.id: tool for tool in (qualtrics.TOOL, surveymonkey.TOOL, REDCAP, CASTOR, forms.MICROSOFT, forms.GOOGLE, limesurvey.TOOL)}


def find_tool(layout: Layout) -> Tool | None:
    """Return the tool that a layout names, or None."""
    return TOOLS.get(layout.tool)


def recognise_tool(path: Path) -> str:
    """Return the id of the survey tool that made the file at `path`, "" where none of those that are known did or it can't be read."""
    file = read_file(path, Layout(), Limits(), path.name, Notes())
    grids = [grid for grid in file.grids if grid.cells.size] if file else []
    return next((tool.id for tool in TOOLS.values() if any(tool.recognise(grid) for grid in grids)), "")

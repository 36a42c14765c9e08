"""Microsoft Forms and Google Forms: one header of question texts, the moment of filling in before it."""

from __future__ import annotations

from toolkit.files.cells import Grid
from toolkit.responses.survey_tools.tool import Tool, list_headers

STARTED = ("Start time", "Begintijd", "Starttijd")
COMPLETED = ("Completion time", "Tijd van voltooien", "Voltooiingstijd")
STAMPED = ("Timestamp", "Tijdstempel")


def recognise_microsoft(grid: Grid) -> bool:
    """Return whether the moments of starting and completing stand in the header."""
    headers = set(list_headers(grid))
    return all(headers & {text.casefold() for text in moment} for moment in (STARTED, COMPLETED))


def recognise_google(grid: Grid) -> bool:
    """Return whether the header starts with the moment of filling in."""
    return list_headers(grid)[:1] in [[text.casefold()] for text in STAMPED]


MICROSOFT = Tool(
    id="microsoft_forms",
    recognise=recognise_microsoft,
    date=COMPLETED,
    start=STARTED,
    system=r"id|start time|begintijd|starttijd|completion time|tijd van voltooien|voltooiingstijd|last modified time"
    r"|tijd van laatste wijziging|language|taal|total points|totaalaantal punten|quiz feedback|(points|feedback|punten) - .*",
)
GOOGLE = Tool(id="google_forms", recognise=recognise_google, date=STAMPED, system="timestamp|tijdstempel|score|total score|totale score")

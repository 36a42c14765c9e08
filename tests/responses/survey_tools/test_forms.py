"""Microsoft Forms and Google Forms."""

from __future__ import annotations

import pytest

from tests.responses.cases import make_instrument
from tests.responses.survey_tools.published import list_told, make_grid, read_published
from toolkit.responses.headers import ItemColumn, make_names
from toolkit.responses.survey_tools.forms import recognise_google, recognise_microsoft
from toolkit.study.answers import AnswerLabel
from toolkit.study.instruments import Item, Rating
from toolkit.study.layouts import Layout

REASONS = [
    "Preprint server default or recommended license",
    "How other preprints have been licensed (on the server or in your field)",
    "Journal policies or recommendations",
    "Coauthor wishes",
    "Potential reuse of the preprint",
]
FACTORS = make_instrument(
    "factors",
    1,
    3,
    [Item(id=f"i{number}", number=number, text={"en": text}) for number, text in enumerate(REASONS, 1)],
    labels=[
        AnswerLabel(value=value, en=(label,))
        for value, label in enumerate(["not at all important", "somewhat important", "very important"], 1)
    ],
    missing=["Don't know"],
)


LAYOUT = {"tool": "google_forms", "items_by": "wording"}


@pytest.mark.parametrize(("file", "sheet"), [("survey-responses-raw.csv", ""), ("survey-responses.xlsx", "Raw")])
def test_the_rows_of_a_grid_are_items(file: str, sheet: str) -> None:
    exports = read_published(f"googleforms_licensing/{file}", FACTORS, LAYOUT | {"sheet": sheet})
    source = exports.sources.iloc[0]
    assert (source["rows_read"], source["sheet"]) == (169, sheet)
    assert len(exports.responses) == 117  # who answered the grids
    assert exports.responses["factors_i5"].value_counts().to_dict() == {3: 79, 2: 18, 1: 9}
    assert ("left_out_unfinished", "", "", 52) in list_told(exports)
    assert exports.responses["date"].notna().all()


def test_a_workbook_with_several_sheets_that_could_be_it_asks_which() -> None:
    exports = read_published("googleforms_licensing/survey-responses.xlsx", FACTORS, LAYOUT)
    ((_, _, value, _),) = list_told(exports, "sheet_unclear")
    assert "Raw" in value


def test_a_grid_question_that_names_the_rating_rates_its_rows() -> None:
    words = {"nl": "x", "en": "x"}
    twice = make_instrument("twice", 1, 5, [Item(id="a", number=1, text={"nl": "We leren samen"})])
    ratings = tuple(Rating(id=id, label={"nl": label}) for id, label in (("now", "nu"), ("wanted", "gewenst")))
    instrument = twice.model_copy(update={"ratings": ratings, "name": words})
    columns = [ItemColumn(name, instrument, item, rating) for name, (item, rating) in instrument.columns.items()]
    find = make_names(Layout(items_by="wording"), columns)
    assert find("Hoe is het nu? [We leren samen]") == ["twice_a_now"]
    assert find("Wat is gewenst over een jaar? [We leren samen]") == ["twice_a_wanted"]
    assert set(find("Wat is nu en wat is gewenst? [We leren samen]")) == {"twice_a_now", "twice_a_wanted"}


@pytest.mark.parametrize(
    ("header", "microsoft", "google"),
    [
        ("ID,Start time,Completion time,Email,Name,Ik leer", True, False),
        ("ID,Begintijd,Tijd van voltooien,E-mail,Naam,Ik leer", True, False),
        ("Timestamp,Ik leer", False, True),
        ("Tijdstempel,Ik leer", False, True),
        ("Code,Timestamp,Ik leer", False, False),
    ],
)
def test_each_tool_is_known_by_its_moments(header: str, microsoft: bool, google: bool) -> None:
    grid = make_grid(header)
    assert (recognise_microsoft(grid), recognise_google(grid)) == (microsoft, google)

"""SurveyMonkey, on a published export."""

from __future__ import annotations

from tests.responses.cases import make_instrument
from tests.responses.survey_tools.published import list_told, make_grid, read_published
from toolkit.responses.survey_tools.surveymonkey import recognise, take
from toolkit.study.answers import AnswerLabel
from toolkit.study.instruments import Item

SEEN = make_instrument(
    "seen",
    0,
    1,
    [Item(id="any", number=1, text={"en": "Have you seen any of the 6 films in the Star Wars franchise?"})],
    labels=[AnswerLabel(value=1, en=("yes",)), AnswerLabel(value=0, en=("no",))],
)
LIKES = ["very unfavorably", "somewhat unfavorably", "neither favorably nor unfavorably (neutral)", "somewhat favorably", "very favorably"]
PEOPLE = ["Han Solo", "Luke Skywalker", "Princess Leia Organa", "Jar Jar Binks", "Yoda"]
VIEWS = make_instrument(
    "views",
    1,
    5,
    [Item(id=f"i{number}", number=number, text={"en": name}) for number, name in enumerate(PEOPLE, 1)],
    labels=[AnswerLabel(value=value, en=(label,)) for value, label in enumerate(LIKES, 1)],
    missing=["Unfamiliar (N/A)"],
)
LAYOUT = {"tool": "surveymonkey", "items_by": "wording"}


def test_a_question_is_counted_as_published() -> None:
    exports = read_published("surveymonkey_starwars/StarWars.csv", SEEN, LAYOUT)
    assert exports.responses["seen_any"].value_counts().to_dict() == {1: 936, 0: 250}
    assert len(exports.responses) == exports.sources["rows_read"][0] == 1186
    assert exports.sources["encoding"][0] == "cp1252"
    assert exports.responses["row"].iloc[0] == 3


def test_rows_of_a_matrix_go_by_their_own_label_and_unfamiliar_is_no_answer() -> None:
    exports = read_published("surveymonkey_starwars/StarWars.csv", VIEWS, LAYOUT)
    headers = exports.origins.set_index("item")["header"]
    assert headers["views_i4"].startswith("Please state whether you view the following characters")
    assert headers["views_i4"].endswith("[Jar Jar Binks]")
    means = exports.responses[list(VIEWS.columns)].mean()
    assert means["views_i4"] < 3 < means["views_i5"]
    ((_, _, value, count),) = list_told(exports, "no_answer")
    assert value == "Unfamiliar (N/A)"
    assert count > 0
    assert not list_told(exports, "answer_unknown", "label_unknown", "column_uncoded", "header_twice")


def test_the_respondents_number_is_the_tools_own() -> None:
    exports = read_published("surveymonkey_starwars/StarWars.csv", SEEN, LAYOUT)
    assert not any("RespondentID" in column for _, column, _, _ in list_told(exports))


def test_names_join_the_question_and_the_answer_below_it() -> None:
    grid = make_grid("Respondent ID,Naam?,Welke?,,Hoe is het nu?\n,Open-Ended Response,Eerste,Tweede,Response\n1,x,a,b,3")
    assert recognise(grid)
    sheet = take(grid, "a.csv")
    assert sheet.headers == ("Respondent ID", "Naam?", "Welke? [Eerste]", "Welke? [Tweede]", "Hoe is het nu?")
    assert (sheet.wordings[2:4], sheet.rows.tolist()) == (("Eerste", "Tweede"), [3])
    assert not recognise(make_grid("Respondent ID,a\n1,2"))

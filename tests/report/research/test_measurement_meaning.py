from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import drop_labels
from tests.report.reading import read_tables, read_words
from toolkit.report.research.measurement import show_invariance, show_items

FIT = ("cfi", "tli", "rmsea", "srmr")
LEVELS = ("configural", "metric", "scalar", "partial_scalar", "strict")


def climb(loss: float, verdict: str) -> list[dict]:
    first = {"level": "configural", "verdict": "accepted"}
    second = {"level": "metric", "verdict": verdict}
    return [
        first | {"quantity": "chi_square", "estimate": 20.0, "df": 10.0, "p_value": 0.03},
        second | {"quantity": "chi_square", "estimate": 24.0, "df": 14.0, "p_value": 0.05},
        second | {"quantity": "delta_chi_square", "estimate": 4.0, "df": 4.0, "p_value": 0.4},
        second | {"quantity": "delta_cfi", "estimate": -loss},
        second | {"quantity": "delta_rmsea", "estimate": 0.0},
    ]


def change(verdict: str, **fields) -> list[dict]:
    return [
        {"quantity": f"{kind}_change", "estimate": 0.2, "low": 0.1, "high": 0.3, "level": "metric", "verdict": verdict} | fields
        for kind in ("latent", "observed")
    ]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "nl",
            (
                "De verandering is te lezen als een verandering in wat de schaal meet. De factor veranderde 0,20 (95%-interval 0,10",
                "De hoogste stap die standhoudt: metrisch",
                "metrisch: CFI 50%, RMSEA 0%",
                "4,0 (df 4; p 0,400)",
                "daling van CFI",
                "stijging van RMSEA",
                "Wat elke stap verliest aan passing, als deel van wat mag; 100 mensen.",
                "Een stap mag CFI hooguit 0,010 laten dalen en RMSEA hooguit 0,015 laten stijgen",
            ),
        ),
        (
            "en",
            (
                "The change can be read as one in what the scale measures. The factor changed by 0.20 (95% interval 0.10",
                "The highest step that holds: metric",
                "metric: CFI 50%, RMSEA 0%",
                "4.0 (df 4; p 0.400)",
                "fall in CFI",
                "rise in RMSEA",
                "What each step loses in fit, as a share of what is allowed; 100 people.",
                "A step may let CFI fall by 0.010 and RMSEA rise by 0.015 at most",
            ),
        ),
    ],
)
def test_what_holds_may_be_read_and_the_ladder_shows_shares_of_the_limit(open_made, language, says):
    page = show_invariance(open_made(language, invariance=[*climb(0.005, "accepted"), *change("interpretable")]))
    words = f"{read_words(page)} {page.markup}"
    assert [each for each in says if each not in words] == []


@pytest.mark.parametrize(
    ("language", "says", "rejected"),
    [
        ("nl", "meet voor en na niet hetzelfde: aanvaard is ‘configuraal’. Lees het verschil niet als", "verworpen"),
        ("en", "does not measure the same before and after: accepted is ‘configural’. Do not read the difference as", "rejected"),
    ],
)
def test_what_fails_must_not_be_read(open_made, language, says, rejected):
    rows = [*climb(0.03, "rejected"), *change("not_interpretable", state="not_computable", method="not_invariant", level="configural")]
    page = show_invariance(open_made(language, invariance=rows))
    assert says in read_words(page)
    assert read_tables(page)["invariance-table"][-1][1:] == ["aanvaard" if language == "nl" else "accepted", rejected]


@pytest.mark.parametrize(
    ("language", "steps", "measures", "freed"),
    [
        (
            "nl",
            ["Maat", "configuraal", "metrisch", "scalair", "deels scalair", "strikt"],
            ["Chi-kwadraat", "CFI", "TLI", "RMSEA", "SRMR", "Verschil in chi-kwadraat", "Verschil in CFI", "Verschil in RMSEA", "Stap"],
            "Vrijgelaten intercepten: i4.",
        ),
        (
            "en",
            ["Measure", "configural", "metric", "scalar", "partially scalar", "strict"],
            ["Chi-square", "CFI", "TLI", "RMSEA", "SRMR", "Difference in chi-square", "Difference in CFI", "Difference in RMSEA", "Step"],
            "Intercepts set free: i4.",
        ),
    ],
)
def test_every_step_and_measure_of_the_ladder_has_its_name(open_made, language, steps, measures, freed):
    found = {"verdict": "accepted", "estimate": 0.9, "df": 4.0, "method": "maximum likelihood"}
    rows = [found | {"level": level, "quantity": name} for level in LEVELS for name in ("chi_square", *FIT)]
    rows += [found | {"level": level, "quantity": f"delta_{name}"} for level in LEVELS[1:] for name in ("chi_square", "cfi", "rmsea")]
    rows = [row | ({"method": "maximum likelihood, freed: i4"} if row["level"] == "partial_scalar" else {}) for row in rows]
    page = show_invariance(open_made(language, invariance=[*rows, *change("interpretable", level="strict")]))
    table = read_tables(page)["invariance-table"]
    assert table[0] == steps and [row[0] for row in table[1:]] == measures
    assert freed in read_words(page)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("nl", "voor en na hetzelfde meet, is niet te zeggen (aanvaard: geen)."),
        ("en", "measures the same before and after (accepted: none)."),
    ],
)
def test_a_ladder_on_which_no_step_holds_leaves_the_question_open(open_made, language, says):
    rows = change("not_tested", state="not_computable", method="not_converged", level="")
    assert says in read_words(show_invariance(open_made(language, invariance=[*climb(0.03, "rejected"), *rows])))


def test_too_few_people_are_told_and_the_questions_remain(open_made):
    rows = change("not_tested", state="not_computable", method="too_few_persons", level="")
    items = [{"item": "i1", "quantity": "item_change", "estimate": 0.4, "low": 0.1, "high": 0.7, "p_value": 0.01}]
    research = open_made(invariance=[*rows, *items])
    assert "there are too few people for it. Look at the single questions below." in show_invariance(research).markup
    assert "The questions changed from 0.40 to 0.40" in show_items(research).markup


def test_a_scale_without_rows_says_so(open_made):
    page = show_invariance(open_made()).markup
    assert "can&#39;t be tested" in page and "Look at the single questions" not in page
    assert "too few questions" in show_items(open_made()).markup
    assert "De schaal heeft te weinig vragen om ze los te bekijken." in show_items(open_made("nl")).markup


@pytest.mark.parametrize(("language", "label"), [("nl", "Vraag 2"), ("en", "Question 2")])
def test_a_question_whose_words_may_not_be_shown_has_its_number(open_made, language, label):
    research = open_made(language, invariance=[{"item": "i2", "quantity": "item_change", "estimate": 0.4, "low": 0.1, "high": 0.7}])
    page = show_items(replace(research, study=drop_labels(research.study)))
    assert read_tables(page)["items-table"][1][0] == label

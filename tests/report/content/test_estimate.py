"""Which sentence an estimate gets, in both languages, and that the numbers in it are the displayed ones."""

from __future__ import annotations

import math
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.made_results import make_study
from toolkit.analysis.verdicts import judge_change
from toolkit.languages import load_text
from toolkit.report.content.estimate import (
    Estimate,
    choose_decimals,
    present_change,
    write_average_change,
    write_average_verdict,
    write_change,
    write_empty,
    write_few_schools,
    write_interval,
    write_number,
    write_p,
    write_subject,
    write_verdict,
)
from toolkit.study.study import Outcome, Study

NL, EN = load_text("nl"), load_text("en")
NONE = Estimate("not_measured")
ENGAGEMENT = Outcome(instrument="uwes9", scale="total")
FACTOR = Outcome(instrument="plg12", scale="e1", rating="now")
WANTED = Outcome(instrument="plg12", scale="e1", rating="wanted")
VERDICTS = {
    "rose_clearly": ("De bevlogenheid is gestegen", "Engagement rose"),
    "rose_probably": ("De bevlogenheid is gestegen, maar hoeveel is onzeker", "Engagement rose, but how much is uncertain"),
    "rose_slightly": ("De bevlogenheid is iets gestegen, te weinig om ertoe te doen", "Engagement rose slightly, too little to matter"),
    "rose": ("De bevlogenheid is gestegen", "Engagement rose"),
    "fell_clearly": ("De bevlogenheid is gedaald", "Engagement fell"),
    "fell_probably": ("De bevlogenheid is gedaald, maar hoeveel is onzeker", "Engagement fell, but how much is uncertain"),
    "fell_slightly": ("De bevlogenheid is iets gedaald, te weinig om ertoe te doen", "Engagement fell slightly, too little to matter"),
    "fell": ("De bevlogenheid is gedaald", "Engagement fell"),
    "indication_rose": ("Er is een aanwijzing dat de bevlogenheid is gestegen", "There is an indication that engagement rose"),
    "indication_fell": ("Er is een aanwijzing dat de bevlogenheid is gedaald", "There is an indication that engagement fell"),
    "same": ("De bevlogenheid is ongeveer gelijk gebleven", "Engagement stayed about the same"),
    "unclear": ("We kunnen niet zeggen of de bevlogenheid veranderde", "We can't tell whether engagement changed"),
}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return make_study(tmp_path)


def judge(estimate: float, half: float, smallest: float | None, std_error: float | None = None) -> Estimate:
    """Return an estimate with the verdict that the results give it."""
    error = std_error or half / 2
    verdict = judge_change(estimate, error, 20, estimate - half, estimate + half, smallest)
    return Estimate("shown", estimate, error, estimate - half, estimate + half, 0.01, 23, df=20, verdict=verdict)


def test_every_verdict_has_its_sentence_in_both_languages(study: Study):
    changes = {verdict: Estimate("shown", 0.3, 0.1, 0.1, 0.5, 0.01, 23, verdict=verdict) for verdict in VERDICTS}
    said = {verdict: tuple(write_verdict(change, ENGAGEMENT, study, text) for text in (NL, EN)) for verdict, change in changes.items()}
    assert said == VERDICTS


def test_both_sides_of_every_cut_give_their_own_words(study: Study):
    sentences = {
        (0.46, 0.20, 0.25): "is gestegen",
        (0.44, 0.20, 0.25): "is gestegen, maar hoeveel is onzeker",
        (0.21, 0.20, 0.25): "is gestegen, maar hoeveel is onzeker",
        (0.12, 0.11, 0.25): "is iets gestegen",
        (0.19, 0.20, 0.25): "kunnen niet zeggen",
        (0.05, 0.20, 0.25): "ongeveer gelijk",
        (0.00, 0.40, 0.25): "kunnen niet zeggen",
        (-0.46, 0.20, 0.25): "is gedaald",
        (-0.44, 0.20, 0.25): "is gedaald, maar hoeveel is onzeker",
        (-0.12, 0.11, 0.25): "is iets gedaald",
        (0.21, 0.20, None): "bevlogenheid is gestegen",
        (0.19, 0.20, None): "kunnen niet zeggen",
        (-0.21, 0.20, None): "bevlogenheid is gedaald",
    }
    said = {cut: write_verdict(judge(*cut), ENGAGEMENT, study, NL) for cut in sentences}
    assert {cut: words for cut, words in said.items() if sentences[cut] not in words} == {}


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_the_average_over_schools_says_so(text, study: Study):
    changes = {verdict: Estimate("shown", 0.3, 0.1, 0.1, 0.5, 0.01, 230, schools=14, verdict=verdict) for verdict in VERDICTS}
    said = {verdict: write_average_verdict(change, ENGAGEMENT, study, text) for verdict, change in changes.items()}
    assert [sentence for sentence in said.values() if text.say("count.schools.many", count=14) not in sentence] == []
    cores = {
        verdict: sentences[text is EN].split()[-1]
        for verdict, sentences in VERDICTS.items()
        if verdict != "unclear" and "indication" not in verdict
    }
    assert {verdict: said[verdict].split()[-1] for verdict in cores} == cores


def test_without_numbers_the_sentence_says_why(study: Study, subtests: pytest.Subtests):
    for state, method, nl, en in (
        ("not_computable", "no_pairs", "is niet te berekenen, want van niemand", "because nobody's answers can be linked"),
        ("not_computable", "no_spread", "want alle antwoorden zijn gelijk", "because all answers are the same"),
        ("not_computable", "too_few_schools", "te weinig scholen", "too few schools"),
        ("not_computable", "too_few", "want er zijn te weinig antwoorden", "because there are too few answers"),
        ("not_computable", "too_few_items", "te weinig vragen", "too few questions"),
        ("not_computable", "a code of tomorrow", "niet geschikt", "do not allow"),
        ("hidden", "too_few", "blijft verborgen, want minder dan\u00a05 mensen", "stays hidden, because fewer than\u00a05 people"),
        ("hidden", "subtraction", "kleine groep te herkennen", "small group could be recognised"),
        ("not_measured", "", "is niet gemeten", "was not measured"),
    ):
        with subtests.test(state, method=method):
            change, none = Estimate(state, method=method), Estimate("not_measured")
            assert nl in write_change(change, (none, none), 0, ENGAGEMENT, study, NL)
            assert en in write_change(change, (none, none), 0, ENGAGEMENT, study, EN)
            assert "nan" not in write_change(change, (none, none), 0, ENGAGEMENT, study, NL).lower()


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_every_reason_ends_the_sentence_that_it_explains(text, study: Study):
    reasons = {key.removeprefix("reason."): words for key, words in text.phrases.items() if key.startswith("reason.")}
    assert len(set(reasons.values())) > 30
    for code, words in reasons.items():
        sentence = write_change(Estimate("hidden", method=code), (NONE, NONE), 0, ENGAGEMENT, study, text)
        because, floor = "want" if text is NL else "because", 10 if code == "too_few_for_spread" else 5
        assert sentence.endswith(f", {because} {words.format(floor=floor)}.")


def test_a_change_without_an_interval_is_not_judged(study: Study):
    change = Estimate("shown", 0.3, n=12, method="no_spread", verdict="not_computable")
    assert write_change(change, (change, change), 12, ENGAGEMENT, study, NL).startswith(
        "De verandering van de bevlogenheid is niet te berekenen"
    )


def test_the_sentence_is_followed_by_its_numbers(study: Study):
    change = Estimate("shown", 0.314, 0.1, 0.0512, 0.571, 0.02, 23, verdict="rose_probably")
    ends = (Estimate("shown", 3.406, n=20), Estimate("shown", 3.72, n=21))
    assert write_change(change, ends, 20, ENGAGEMENT, study, NL) == (
        "De bevlogenheid is gestegen, maar hoeveel is onzeker: van 3,41 naar 3,72 (verschil 0,31; "
        "95%-interval 0,05 tot 0,57; 23 verschillende mensen)."
    )
    assert write_change(change, ends, 20, ENGAGEMENT, study, EN) == (
        "Engagement rose, but how much is uncertain: from 3.41 to 3.72 (difference 0.31; 95% interval 0.05 to 0.57; 23 different people)."
    )


def test_without_a_level_only_the_difference_follows(study: Study):
    change = Estimate("shown", 0.314, 0.1, 0.0512, 0.571, 0.02, 23, verdict="rose")
    assert write_change(change, (Estimate("hidden", method="too_few"), NONE), 20, FACTOR, study, NL) == (
        "‘Leren van en met elkaar’ is gestegen (verschil 0,31; 95%-interval 0,05 tot 0,57; 23 verschillende mensen)."
    )


def test_factors_are_named_by_their_label_and_a_second_rating_is_told(study: Study):
    assert write_subject(FACTOR, study, NL) == "‘Leren van en met elkaar’"
    assert write_subject(WANTED, study, NL) == "‘Leren van en met elkaar’ (gewenst over een jaar)"
    assert write_subject(WANTED, study, EN) == "‘Learning from and with each other’ (wanted in one year)"


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_few_schools_are_called_few(study: Study, text):
    few = {3: False, 4: True, 9: True, 10: False}
    changes = {schools: Estimate("shown", 0.3, 0.1, 0.1, 0.5, 0.01, 230, schools=schools, verdict="rose") for schools in few}
    assert {schools: bool(write_few_schools(change, NONE, study, text)) for schools, change in changes.items()} == few


def test_few_schools_come_with_the_smallest_change_they_can_show_and_its_range(study: Study):
    change = Estimate("shown", 0.3, 0.1, 0.1, 0.5, 0.01, 230, schools=6, verdict="rose")
    detectable = Estimate("shown", 0.347, low=0.217, high=0.851, n=230)
    assert write_few_schools(change, detectable, study, NL).endswith(
        "Een echte verandering van 0,35 punt zou in 8 van de 10 van zulke onderzoeken blijken. "
        "Ook dat getal is onzeker: 0,22 tot 0,85 punt (95%-interval)."
    )
    assert write_few_schools(change, detectable, study, EN).endswith(
        "A true change of 0.35 points would show in 8 of 10 such studies. That number is uncertain too: 0.22 to 0.85 points (95% interval)."
    )


def test_the_average_counts_its_people(study: Study):
    change = Estimate("shown", 0.27, 0.1, 0.104, 0.436, 0.01, 1230, schools=14, verdict="rose")
    assert write_average_change(change, (NONE, NONE), ENGAGEMENT, study, NL) == (
        "Gemiddeld over 14 scholen is de bevlogenheid gestegen (verschil 0,27; 95%-interval 0,10 tot 0,44; 1.230 mensen)."
    )


def test_one_school_is_counted_as_one(study: Study):
    change = Estimate("shown", 0.27, 0.1, 0.104, 0.436, 0.01, 30, schools=1, verdict="rose")
    assert write_average_verdict(change, ENGAGEMENT, study, NL) == "Gemiddeld over 1 school is de bevlogenheid gestegen"
    assert write_average_verdict(change, ENGAGEMENT, study, EN) == "On average across 1 school, engagement rose"


def test_two_or_three_schools_have_no_average(study: Study):
    change = Estimate("not_computable", method="too_few_schools", schools=3)
    assert "te weinig scholen" in write_average_change(change, (NONE, NONE), ENGAGEMENT, study, NL)


def test_means_of_few_people_have_one_decimal():
    assert [choose_decimals(n) for n in (5, 9, 10, 40)] == [1, 1, 2, 2]


@given(st.floats(0, 10), st.floats(-3, 3), st.integers(5, 40))
def test_the_displayed_parts_of_a_change_add_up(before: float, change: float, n: int):
    shown = present_change(before, change, before + change, n)
    assert shown.before + shown.change == shown.after
    assert abs(float(shown.before) - before) <= 0.5 * 10**-shown.decimals + 1e-9
    assert abs(float(shown.change) - change) <= 0.5 * 10**-shown.decimals + 1e-9
    assert -shown.after.as_tuple().exponent == shown.decimals


def test_an_after_that_is_not_before_plus_the_change_of_a_model_is_shown_as_it_is():
    assert [str(number) for number in (present_change(3.449, 0.309, 3.8, 21).after, present_change(3.449, 0.309, 3.8, 9).after)] == [
        "3.80",
        "3.8",
    ]


def test_a_bound_that_is_not_zero_is_not_shown_as_zero(study: Study):
    assert write_interval(Estimate("shown", 0.3, low=0.0031, high=0.6), 1, study, NL) == "0,003 tot 0,6"
    assert write_interval(Estimate("shown", 0.3, low=-0.004, high=0.6), 2, study, EN) == "−0.004 to 0.60"
    assert write_interval(Estimate("shown", 0.3, low=-0.00004, high=0.6), 2, study, EN) == "−0.001 to 0.60"
    assert write_interval(Estimate("shown", 0.3, low=0.0, high=0.6), 2, study, EN) == "0.00 to 0.60"
    assert write_interval(Estimate("shown", 0.3, low=0.0, high=0.6), 1, study, NL) == "0,0 tot 0,6"


@pytest.mark.parametrize(
    ("estimate", "nl", "en"),
    [
        (Estimate("hidden", method="too_few"), "verborgen (minder dan\u00a05)", "hidden (fewer than\u00a05)"),
        (Estimate("hidden", method="too_few_for_spread"), "verborgen (minder dan\u00a010)", "hidden (fewer than\u00a010)"),
        (Estimate("hidden", method="subtraction"), "verborgen", "hidden"),
        (Estimate("not_measured"), "niet gemeten", "not measured"),
        (Estimate("not_computable"), "niet te berekenen", "can't be computed"),
    ],
)
def test_empty_is_never_empty(estimate, nl, en, study: Study):
    assert (write_empty(estimate, study, NL), write_empty(estimate, study, EN)) == (nl, en)
    assert write_number(estimate, 2, study, NL) == write_interval(estimate, 2, study, NL) == nl


def test_a_larger_smallest_group_is_told(tmp_path: Path):
    study = make_study(tmp_path, settings="smallest_group = 8")
    assert write_empty(Estimate("hidden", method="too_few"), study, NL) == "verborgen (minder dan\u00a08)"


def split_sentences(phrase: str) -> list[str]:
    return re.split(r"(?<=[.?!:;])\s+", phrase)


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_sentences_are_short(text):
    own = {key: phrase for key, phrase in text.phrases.items() if not key.startswith(("findings.", "figures.", "page.", "own_instrument."))}
    long = [key for key, phrase in own.items() for sentence in split_sentences(phrase) if len(sentence.split()) > 20]
    assert long == []


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_the_words_claim_no_causes_and_no_proof(text):
    causes = r"effect van|effect of|bewezen|bewijst|proven|proves|dankzij|thanks to|doordat|leidde tot|led to"
    banned = rf"\b(signific\w+|{causes}|scoort slecht)\b"
    keys = [key for key in text.phrases if not key.startswith(("method.", "findings."))]
    assert [key for key in keys if re.search(banned, text.phrases[key], re.IGNORECASE)] == []
    researchers = ("research.", "data.", "otherwise.")  # their pages, the exported table, and the section on method may name p-values
    reports = [key for key in keys if not key.startswith(researchers)]
    assert [key for key in reports if re.search(r"\bp-(waarde|value)\b", text.phrases[key], re.IGNORECASE)] == []


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_nobody_is_addressed_as_you(text):
    banned = r"\b(je|jij|jouw|jullie|u|uw)\b" if text is NL else r"\byour?s?\b"
    apart = ("findings.", "doubts.", "questions.", "own_instrument.")  # which tell a person what to do
    keys = [key for key in text.phrases if not key.startswith(apart)]
    words = {key: "".join(literal for literal, *_ in string.Formatter().parse(text.phrases[key])) for key in keys}
    assert [key for key in keys if re.search(banned, words[key], re.IGNORECASE)] == []


@pytest.mark.parametrize(("language", "told"), [("nl", "geen toets"), ("en", "no test")])
def test_where_nothing_was_tested_there_is_no_p(language: str, told: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    assert write_p(math.nan, text) == told
    assert "0" in write_p(0.25, text)

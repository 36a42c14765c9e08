"""Did we come closer: the four means beside the gap that closed, and words that follow the verdict on the gap."""

from __future__ import annotations

import numpy as np
import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.report.sections.closing_gaps import (
    find_closing,
    find_gap_reliability,
    list_closings,
    show_closing_gaps,
    write_closing_briefly,
)
from toolkit.report.sections.key_factors import show_key_factors
from toolkit.statistics.reliability import compute_difference_reliability
from toolkit.study.study import Outcome

TABLE = "closing-plg12-table"
GAP = Outcome(instrument="plg12", scale="e1", rating="gap")


def tell_gaps(made: MadeResults, verdicts: dict[str, str]) -> None:
    for scale, verdict in verdicts.items():
        sign = 1 if "rose" in verdict else -1
        where = {"scale": scale, "rating": "gap", "quantity": "change"}
        made.alter("change", where, estimate=0.4 * sign, low=0.4 * sign - 0.3, high=0.4 * sign + 0.3, verdict=verdict)


def show(view):
    return show_closing_gaps(view, view.study.find_instrument("plg12"))


def test_a_row_holds_now_and_wanted_of_both_waves_and_the_gap_that_closed(open_school):
    page = show(open_school(alter=lambda made: tell_gaps(made, {"e1": "fell"})))
    head, row = read_tables(page)[TABLE][:2]
    assert head[1:4] == ["Nu", "Gewenst over een jaar", "Dichterbij"]
    assert row[3:5] == ["0,40", "0,10 tot 0,70"]
    pairs = [[float(mean.replace(",", ".")) for mean in cell.split(" → ")] for cell in row[1:3]]
    (now_before, now_after), (wanted_before, wanted_after) = pairs
    assert now_after - now_before == pytest.approx(0.55, abs=0.011) and wanted_before == wanted_after
    assert row[-1] == "dichterbij gekomen"


def test_it_leads_the_section_on_the_factors(open_school, open_cohort):
    for view in (open_school("en"), open_cohort("en")):
        words = read_words(show_key_factors(view))
        if "Did we come closer" in words:
            assert words.index("Did we get closer to what we wanted?") < words.index("widest")
    assert "Did we get closer to what we wanted?" in read_words(show_key_factors(open_school("en")))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_follow_the_verdict_on_the_gap(open_school, language: str):
    verdicts = {
        "e1": "fell_clearly",
        "e2": "rose_probably",
        "e3": "indication_fell",
        "e4": "indication_rose",
        "e5": "same",
        "c1": "unclear",
    }
    view = open_school(language, lambda made: tell_gaps(made, verdicts))
    rows = {row[0]: row[-1] for row in read_tables(show(view))[TABLE][1:]}
    scales = view.study.find_instrument("plg12").scales
    labels = {scale.id: view.text.pick(scale.label) for scale in scales}
    kinds = ("closed", "widened", "maybe_closed", "maybe_widened", "same", "unclear")
    assert [rows[labels[scale]] for scale in verdicts] == [view.text.say(f"closing.word.{kind}") for kind in kinds]


@pytest.mark.parametrize(
    ("verdicts", "nl", "en"),
    [
        (
            {"e1": "fell", "e2": "rose"},
            "Bij één factor werd het verschil tussen nu en gewenst groter: ‘Externe professionalisering’.",
            "For one factor the gap between now and wanted narrowed: ‘Learning from and with each other’.",
        ),
        (
            {"e1": "fell", "e2": "fell"},
            "Bij twee factoren werd het verschil tussen nu en gewenst kleiner:",
            "For two factors the gap between now and wanted narrowed:",
        ),
        (
            {"e1": "rose", "e2": "rose"},
            "Bij twee factoren werd het verschil tussen nu en gewenst groter:",
            "For two factors the gap between now and wanted widened:",
        ),
        (
            dict.fromkeys(("e1", "e2", "e3", "e4"), "fell"),
            "Bij vier factoren werd het verschil tussen nu en gewenst kleiner.",
            "For four factors the gap between now and wanted narrowed.",
        ),
        (
            {"e1": "rose", "e2": "indication_fell"},
            "Bij één factor is er een aanwijzing dat het verschil kleiner werd: ‘Externe professionalisering’. Een aanwijzing kan",
            "For one factor the gap between now and wanted widened: ‘Learning from and with each other’. For one factor there is an "
            "indication that the gap narrowed:",
        ),
        (
            {"e1": "indication_fell", "e2": "indication_fell"},
            "Bij geen van de twaalf factoren is duidelijk dat het verschil tussen nu en gewenst veranderde. Bij twee factoren is er een "
            "aanwijzing dat het verschil kleiner werd:",
            "For none of the twelve factors is it clear that the gap between now and wanted changed. For two factors there is an "
            "indication that the gap narrowed:",
        ),
        (
            {"e1": "indication_rose"},
            "Bij één factor is er een aanwijzing dat het verschil groter werd:",
            "For one factor there is an indication that the gap widened:",
        ),
        (
            {"e1": "indication_rose", "e2": "indication_rose"},
            "Bij twee factoren is er een aanwijzing dat het verschil groter werd:",
            "For two factors there is an indication that the gap widened:",
        ),
    ],
)
def test_the_sentence_counts_and_names_gaps_that_moved(open_school, verdicts, nl: str, en: str):
    for language, sentence in (("nl", nl), ("en", en)):
        assert sentence in read_words(show(open_school(language, lambda made: tell_gaps(made, verdicts))))


BRIEF = {
    ("nl", 1): "Bij twee factoren werd het verschil tussen nu en gewenst kleiner. Bij één daarvan lag ook ‘gewenst’ lager dan eerst.",
    ("nl", 2): "Bij twee factoren werd het verschil tussen nu en gewenst kleiner. Bij twee daarvan lag ook ‘gewenst’ lager dan eerst.",
    ("en", 1): "For two factors the gap between now and wanted narrowed. For one of these, ‘wanted’ was also lower than before.",
    ("en", 2): "For two factors the gap between now and wanted narrowed. For two of these, ‘wanted’ was also lower than before.",
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_gap_that_closed_while_less_was_wanted_is_told_as_such(open_school, language: str):
    for scales in (["e1"], ["e1", "e2"]):

        def want_less(made: MadeResults, scales=scales) -> None:
            tell_gaps(made, dict.fromkeys(["e1", "e2"], "fell"))
            for scale in scales:
                made.alter("change", {"scale": scale, "rating": "wanted", "quantity": "change"}, estimate=-0.5)

        view = open_school(language, want_less)
        labels = [view.text.pick(view.study.find_instrument("plg12").find_scale(scale).label) for scale in scales]
        names = view.text.join([view.text.say("subject.quoted", label=label) for label in labels])
        assert view.text.say_count("closing.less_wanted", len(scales), names=names) in read_words(show(view))
        (instrument,) = view.list_instruments("factors")
        brief = write_closing_briefly(list_closings(view, instrument), instrument, view)
        assert brief == BRIEF[language, len(scales)]
    assert "Ook daarmee" not in read_words(show(open_school(alter=lambda made: tell_gaps(made, {"e1": "fell"}))))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_factor_or_none_that_is_judged(open_school, language: str):
    def keep_one(made: MadeResults) -> None:
        made.rows["change"] = [row for row in made.rows["change"] if row["instrument"] != "plg12" or row["scale"] == "e1"]

    view = open_school(language, keep_one)
    assert view.text.say("closing.none.one") in read_words(show(view))
    blank = {"low": float("nan"), "high": float("nan"), "verdict": "not_computable"}
    view = open_school(language, lambda made: made.alter("change", {"instrument": "plg12"}, **blank))
    assert view.text.say("closing.not_known") in read_words(show(view))


def add_precision(made: MadeResults, alpha: float, gap_sd: float) -> None:
    for rating, spread in (("now", 0.8), ("wanted", 0.7), ("gap", gap_sd)):
        made.level("s1", "before", f"plg12.e1.{rating}", spread, quantity="sd", n=20)
    for rating in ("now", "wanted"):
        made.reliability("before", f"plg12.e1.{rating}", "alpha", alpha, n=90)


def test_the_reliability_of_a_gap_is_the_classical_one(open_school):
    rng = np.random.default_rng(3)
    now = rng.normal(3, 1, 60)
    wanted = 0.5 * now + rng.normal(2, 0.7, 60)

    def add(made: MadeResults) -> None:
        for rating, scores in (("now", now), ("wanted", wanted), ("gap", wanted - now)):
            made.level("s1", "before", f"plg12.e1.{rating}", float(scores.std(ddof=1)), quantity="sd", n=60)
        made.reliability("before", "plg12.e1.now", "alpha", 0.82, n=60)
        made.reliability("before", "plg12.e1.wanted", "alpha", 0.74, n=60)

    view = open_school(alter=add)
    found = find_gap_reliability(view, GAP, view.study.find_instrument("plg12"))
    assert found == pytest.approx(compute_difference_reliability(now, wanted, 0.82, 0.74), abs=1e-9)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("alpha", "shown"), [(0.6, False), (0.9, True)])
def test_a_gap_that_is_measured_too_coarsely_says_nothing_of_one_school(open_school, language: str, alpha: float, shown: bool):
    view = open_school(language, lambda made: add_precision(made, alpha, 0.9))
    closing = find_closing(view, GAP, view.study.find_instrument("plg12"))
    assert closing.shown == shown
    page = show(view)
    assert (view.text.say("closing.too_coarse") in read_words(page)) != shown
    assert (view.text.say("closing.unreliable", least=view.text.number(0.5)) in read_words(page)) != shown
    row = read_tables(page)[TABLE][1]
    assert all(cell[0].isdigit() for cell in row[1:3])


def test_without_a_wanted_rating_or_a_second_wave_there_is_nothing(open_school):
    view = open_school()
    assert not show_closing_gaps(view, view.study.find_instrument("uwes9")).markup


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_share_of_the_gap_that_closed_stands_before_the_word(open_school, language: str):
    def attain(made: MadeResults) -> None:
        made.change("s1", "plg12.e1.now", 0.44, quantity="attainment", low=0.1, high=0.8, n=20)

    view = open_school(language, attain)
    table = read_tables(show(view))[TABLE]
    assert table[0][-2] == view.text.say("ratings.attained", level="95%").replace("\u00a0", " ")
    assert table[1][-2] in ("44% (10% tot 80%)", "44% (10% to 80%)")

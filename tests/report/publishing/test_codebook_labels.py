import ast
from pathlib import Path

import pytest

from tests.report.made_results import make_study
from toolkit.languages import Language, load_text
from toolkit.report.publishing.codebook import LABELS, write_label, write_method, write_quantity, write_reason

RESULTS = Path(__file__).parent.parent.parent.parent / "toolkit" / "results" / "estimates"


def test_codes_have_words(tmp_path: Path) -> None:
    study, text = make_study(tmp_path), load_text("nl")
    words = {
        ("school_name", "s1"): "School 1",
        ("wave_label", "after"): "nameting",
        ("instrument_label", "plg12"): "Twaalf sleutelfactoren van een PLG",
        ("scale_label", "plg12", "e1"): "Leren van en met elkaar",
        ("rating_label", "plg12", "now"): "nu",
        ("item_label", "uwes9", "i1"): "veel energie",
        ("quantity_label", "average_change"): "Gemiddelde verandering; elke school telt één keer",
        ("reason_label", "too_few"): "minder dan 5 mensen antwoordden",
        ("verdict_label", "rose_probably"): "gestegen, maar hoeveel is onzeker",
    }
    assert {(column, *codes): write_label(column, tuple(codes), study, text) for column, *codes in words} == words
    assert [column for column, *codes in words if write_label(column, (*codes[:-1], ""), study, text) != ""] == []
    assert {column for column, *_ in words} <= LABELS.keys()


def list_texts(*modules: str) -> set[str]:
    """Return every text in the code of these modules."""
    trees = [ast.parse((RESULTS / f"{name}.py").read_text(encoding="utf-8")) for name in modules]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_each_quantity_that_has_words_is_one_that_results_hold() -> None:
    modules = ("participation", "levels", "change", "reliability", "answers", "shares", "comparison", "cohorts", "roles", "attainment")
    known = list_texts(*modules) | {f"left_out_{reason}" for reason in ("no_consent", "test", "unfinished", "double")}
    explained = {key.removeprefix("data.quantity.") for key in load_text("en").phrases if key.startswith("data.quantity.")}
    assert explained - known == set()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_method_with_numbers_or_waves_in_it_has_the_words_of_how_it_begins(language: Language) -> None:
    text = load_text(language)
    keys = {
        "used / invited": "used_invited",
        "ANOVA, k0": "anova_k",
        "all 252 assignments": "all_assignments",
        "pooled t over schools, w0 to w1": "pooled_t_over_schools",
        "mixed model, satterthwaite, singular": "mixed_model_satterthwaite_singular",
        "mixed model over people, per wave": "mixed_model_over_people_per_wave",
        "mean of schools": "mean_of_schools",
        "one school": "one_school",
        "difference of two schools": "difference_of_two_schools",
        "drawn 10000 assignments": "drawn_assignments",
        "mixed model, satterthwaite": "mixed_model_satterthwaite",
    }
    assert {method: write_method(method, text) for method in keys} == {
        method: text.phrases[f"data.method.{key}"] for method, key in keys.items()
    }


@pytest.mark.parametrize(
    ("language", "all", "none"),
    [
        ("nl", "bijna iedereen gaf dit antwoord", "bijna niemand gaf dit antwoord"),
        ("en", "nearly everyone gave this answer", "nearly nobody gave this answer"),
    ],
)
def test_answers_that_would_tell_of_everybody_are_said_to_be_nearly_so(tmp_path: Path, language: Language, all: str, none: str) -> None:
    study, text = make_study(tmp_path), load_text(language)
    assert (write_reason("nearly_all", study, text), write_reason("nearly_none", study, text)) == (all, none)


@pytest.mark.parametrize(
    ("language", "code", "reason"),
    [
        ("nl", "Zie de documentatie van de toolkit.", "de gegevens zijn er niet geschikt voor"),
        ("en", "See the documentation of the toolkit.", "the data do not allow it"),
    ],
)
def test_what_is_not_known_says_so_instead_of_failing(tmp_path: Path, language: Language, code: str, reason: str) -> None:
    study, text = make_study(tmp_path), load_text(language)
    assert write_method("a new method", text) == write_quantity("new", study, text) == code
    assert write_reason("new", study, text) == reason

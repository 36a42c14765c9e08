from __future__ import annotations

from toolkit.report.research.meaning import show_invariance, show_items


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


def test_what_holds_may_be_read_and_the_ladder_shows_shares_of_the_limit(open_made):
    page = show_invariance(open_made(invariance=[*climb(0.005, "accepted"), *change("interpretable")])).markup
    assert "can be read as one in what the scale measures" in page
    assert "metric: CFI 50%, RMSEA 0%" in page and "accepted" in page and "4.0 (df 4; p 0.400)" in page


def test_what_fails_must_not_be_read(open_made):
    rows = [*climb(0.03, "rejected"), *change("not_interpretable", state="not_computable", method="not_invariant", level="configural")]
    page = show_invariance(open_made(invariance=rows)).markup
    assert "Do not read the difference as a change" in page and "rejected" in page


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

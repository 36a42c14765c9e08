import pytest

from toolkit.study.rules import load_rules


@pytest.mark.parametrize(
    ("rule", "value", "word"),
    [
        ("response", 0.70, "high"), ("response", 0.699, "fair"), ("response", 0.50, "fair"), ("response", 0.499, "moderate"),
        ("response", 0.30, "moderate"), ("response", 0.299, "low"), ("number", 30, "high"), ("number", 29, "fair"),
        ("number", 15, "fair"), ("number", 14, "moderate"), ("number", 10, "moderate"), ("number", 9, "low"),
        ("same_people", 0.70, "high"), ("same_people", 0.29, "low"),
    ],
)  # fmt: skip
def test_both_sides_of_every_cut(rule: str, value: float, word: str) -> None:
    assert load_rules().certainty[rule].judge(value) == word


def test_the_floors_are_five_and_ten_and_say_where_they_come_from() -> None:
    rules = load_rules()
    assert (rules.floors["mean"], rules.floors["change"], rules.floors["spread"], rules.floors["other_schools"]) == (5, 5, 10, 3)
    assert rules.floors_reference
    assert all(rule.reference for rule in rules.certainty.values())

import math

from toolkit.columns import TAIL
from toolkit.results.tail import make_blank, make_row


def test_rows_end_with_the_common_tail_and_only_shown_ones_carry_numbers() -> None:
    row, blank = make_row({"school": "s1"}, "mean", 3.5, 12, "t", low=3.0, high=4.0), make_blank({"school": "s1"}, "mean", "hidden", "few")
    for made in (row, blank):
        assert list(made)[-len(TAIL) :] == list(TAIL)
    assert row["state"] == "shown" and row["n"] == 12
    assert blank["n"] == 0 and blank["method"] == "few"
    assert all(math.isnan(blank[name]) for name in ("estimate", "std_error", "low", "high", "p_value"))

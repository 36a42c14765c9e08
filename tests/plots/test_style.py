from __future__ import annotations

import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from tests.report.figures.made_rows import HOSTILE
from toolkit.plots.style import (
    BAND,
    DARK,
    DOWN,
    INK,
    LABEL,
    LIGHT,
    MIDDLE,
    NOW,
    PAPER,
    SMALL,
    SOFT,
    STRONG,
    TINTS,
    VARIABLES,
    WANTED,
    Palette,
    clean_words,
    measure_words,
    wrap_words,
)
from toolkit.shipped import PAGE


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def read_palettes() -> list[dict[str, str]]:
    """Return the colours of the style sheet, on a light page and on a dark one."""
    sheet = (PAGE / "page.css").read_text(encoding="utf-8")
    light, dark = sheet.split("@media screen and (prefers-color-scheme:dark)")[:2]
    found = [dict(re.findall(r"(--\w+):(#[0-9a-f]{3,6})", part.split("*{box-sizing")[0])) for part in (light, dark)]
    return [
        {name: colour if len(colour) == 7 else "#" + "".join(2 * sign for sign in colour[1:]) for name, colour in p.items()} for p in found
    ]


def test_the_contrast_of_this_test_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#12436d", "#ffffff") == pytest.approx(10.3, abs=0.06)
    assert contrast("#d4500f", "#ffffff") == pytest.approx(4.2, abs=0.06)


def test_words_and_marks_stand_out_on_the_light_and_on_the_dark_page() -> None:
    for palette in read_palettes():
        for name in ("--ink", "--soft", "--link"):
            assert contrast(palette[name], palette["--paper"]) >= 4.5
            assert contrast(palette[name], palette["--key"]) >= 4.5
        for name in ("--now", "--wanted", "--focus"):
            assert contrast(palette[name], palette["--paper"]) >= 3
        assert contrast(palette["--soft"], palette["--band"]) >= 4.5


#: How somebody without one kind of cone sees a colour: matrices on linear red, green and blue, severity 1. Machado, Oliveira & Fernandes
#: 2009, table 1.
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
#: From linear red, green and blue to X, Y and Z (IEC 61966-2-1), divided by the white of a screen (D65).
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) / [[0.9505], [1.0], [1.089]]


def find_lab(colour: str, eyes: str = "usual") -> np.ndarray:
    """Return lightness, a and b (CIE 1976) of a colour as these eyes see it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = np.array([part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts])
    xyz = TO_XYZ @ np.clip(EYES[eyes] @ linear, 0, 1)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_lightness_of_this_test_is_that_of_the_standard() -> None:
    assert find_lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.05)
    assert find_lab("#ff0000") == pytest.approx([53.2, 80.1, 67.2], abs=0.1)
    assert [find_lab("#808080", eyes)[0] for eyes in EYES] == pytest.approx([53.6] * 4, abs=0.1)


@pytest.mark.parametrize("eyes", EYES)
def test_before_and_after_stay_apart_for_every_kind_of_eyes(eyes: str) -> None:
    for palette in read_palettes():
        now, wanted = find_lab(palette["--now"], eyes), find_lab(palette["--wanted"], eyes)
        assert np.linalg.norm(now - wanted) > 30  # 2.3 is what can just be told apart


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize("order", [["down3", "down2", "down1", "middle"], ["middle", "up1", "up2", "now"]])
def test_each_step_of_an_order_is_darker_or_lighter_than_the_last_in_grey_too(order: list[str], page: int) -> None:
    palette = read_palettes()[page]
    steps = [after - before for before, after in pairwise(find_lab(palette[f"--{name}"])[0] for name in order)]
    assert min(map(abs, steps)) > 7
    assert len({step > 0 for step in steps}) == 1


def test_words_can_be_read_on_every_tone() -> None:
    for palette in read_palettes():
        for tone in (*TINTS, MIDDLE, *DOWN):
            words = palette["--paper"] if tone in STRONG else palette["--ink"]
            assert contrast(words, palette[VARIABLES[tone]]) >= 4.5, tone


def test_figures_have_the_colours_of_the_light_page() -> None:
    light = read_palettes()[0]
    assert {name: colour for colour, name in VARIABLES.items() if colour != BAND} == {
        name: light[name] for name in set(VARIABLES.values()) - {"--band"}
    }
    assert {INK, SOFT, PAPER, NOW, WANTED} < set(VARIABLES)


def test_wrapped_words_keep_every_sign_in_its_order() -> None:
    for words in HOSTILE:
        lines = wrap_words(words, 200)
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")
        assert all(measure_words(line) <= 200 for line in lines)


def test_words_break_between_words_where_they_can() -> None:
    assert wrap_words("Leren van en met elkaar", 10_000) == ["Leren van en met elkaar"]
    assert wrap_words("een twee\ndrie", measure_words("een twee")) == ["een twee", "drie"]


def test_words_take_more_room_when_they_are_larger_or_have_more_signs() -> None:
    assert measure_words("meer", LABEL) > measure_words("meer", SMALL) > measure_words("mee", SMALL)
    assert measure_words("学校") > measure_words("ab")
    assert measure_words("e\u0301") == measure_words("e")


def test_signs_that_no_picture_can_hold_are_replaced() -> None:
    assert clean_words("a\x00b\x1bc\ud800") == "a\ufffdb\ufffdc\ufffd"
    assert clean_words("é 🙂\n") == "é 🙂\n"


@pytest.mark.parametrize(("palette", "page"), [(LIGHT, 0), (DARK, 1)])
def test_plots_have_the_colours_of_the_page(palette: Palette, page: int) -> None:
    sheet = read_palettes()[page]
    plain = {name: getattr(palette, name) for name in ("ink", "soft", "rule", "paper", "now", "wanted", "middle")}
    assert plain == {name: sheet[f"--{name}"] for name in plain}
    assert list(palette.down) == [sheet[f"--down{number}"] for number in (1, 2, 3)]
    assert list(palette.up) == [sheet["--up1"], sheet["--up2"], sheet["--now"]]
    assert palette.tints[1:] == (sheet["--tint"], *palette.up)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_schools_stay_apart_for_every_kind_of_eyes(palette: Palette, eyes: str) -> None:
    colours = [find_lab(colour, eyes) for colour in palette.schools]
    assert min(np.linalg.norm(one - other) for one, other in combinations(colours, 2)) > 20
    assert min(contrast(colour, palette.paper) for colour in palette.schools) >= 3

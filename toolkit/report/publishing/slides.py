"""The figures of each school for slides: every figure of its page as PNG and SVG in the shape of a screen, with a title and a source.

They are drawn from the results that the page of the school may know, in the numbers as the page displays them: no mark lies on a number
that is not written. What is hidden says so. The bytes are the same every time.
"""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toolkit.languages import Language
from toolkit.plots.answers import Bar, Statement, draw_statements
from toolkit.plots.changes import Row, draw_forest
from toolkit.plots.levels import Beside, draw_beside, plot_course, plot_levels
from toolkit.plots.panel import Panel, move_panel
from toolkit.plots.profiles import SPOKES, plot_gap, plot_radar
from toolkit.plots.style import LIGHT, Shape, clean_words
from toolkit.plots.theme import Plot, list_settings, open_plot
from toolkit.report.content.estimate import Estimate, choose_decimals, round_shown, write_empty
from toolkit.report.content.sentences import list_factors, list_moves, write_moves
from toolkit.report.content.view import View
from toolkit.report.figures.parts import choose_mark
from toolkit.report.publishing.pages import name_file
from toolkit.report.sections import choices, occasions
from toolkit.report.sections.answers import (
    choose_sides,
    is_known,
    list_answer_words,
    list_blocks,
    list_known_waves,
    make_bar,
    write_answers_title,
)
from toolkit.report.sections.beside_others import list_places, write_others_title
from toolkit.report.sections.key_factors import list_gaps, write_change_caption, write_gap_caption, write_gap_title, write_profile_title
from toolkit.report.sections.outcomes import (
    TOPICS,
    list_heights,
    list_scales,
    write_further_title,
    write_levels_caption,
    write_levels_title,
)
from toolkit.report.sections.over_waves import WAVES, write_course_title
from toolkit.report.sections.page_frame import write_state
from toolkit.report.sections.pictures import choose_figure, draw_scales, find_spread
from toolkit.report.sections.tables import name_scale
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.estimates.levels import DECIMALS
from toolkit.results.results import Results
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome, Study
from toolkit.writing import replace_file

FOLDER = "figures"
#: Inches, 16:9; a PNG is 1920 by 1080.
SIZE = (8 / 0.9, 5.0)
DPI = 216
#: How wide and high the field of a slide is at least, in points.
FIELD = (610.0, 240.0)
#: So many rows, statements or lines stand on one slide.
ROWS = 8
STATEMENTS = 5
STATEMENTS_TWICE = 3
LINES = 4
#: Signs on a line of the title and of the source, and the share of the width that stays free beside them.
_TITLE = 60
_SOURCE = 140
_EDGE = 0.03


@dataclass(frozen=True, slots=True)
class Slide:
    """One figure of a page: the name of its file, what is seen, what was counted, and what draws it on given Axes."""

    name: str
    title: str
    caption: str
    draw: Callable[[Axes], object]


def publish_slides(study: Study, results: Results, folder: Path, *, languages: Sequence[Language]) -> list[Path]:
    """Write the figures of every school in each language into `folder`/figures, and return the paths.

    Pictures of an earlier run that are not made any more go: their numbers may be hidden now.
    """
    written: list[Path] = []
    for language in languages:
        for school in study.schools:
            view = View(study, take_audience(results, study, school=school.id), study.load_text(language), school.id)
            place = folder / FOLDER / name_file(language, "school", school.name, school.id).removesuffix(".html")
            pictures = {place / name: content for slide in list_slides(view) for name, content in draw_slide(slide, view).items()}
            for path, content in pictures.items():
                replace_file(path, content)
            for path in [*place.glob("*.png"), *place.glob("*.svg")]:
                if path not in pictures:
                    path.unlink()
            written += pictures
    return written


def draw_slide(slide: Slide, view: View) -> dict[str, bytes]:
    """Return the two pictures of a slide by the names of their files."""
    settings: Any = list_settings(LIGHT) | {"text.parse_math": False, "svg.hashsalt": "slide", "svg.fonttype": "path"}
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from|Matplotlib currently does not support", UserWarning)
        figure = Figure(figsize=SIZE, layout="constrained")
        title = _wrap(slide.title, _TITLE)
        source = _wrap(f"{slide.caption}\n{write_source(view)}", _SOURCE)
        figure.text(_EDGE, 0.96, title, fontsize=15, weight="bold", va="top", color=LIGHT.ink)
        figure.text(_EDGE, 0.025, source, fontsize=7.5, va="bottom", color=LIGHT.soft)
        top = 0.94 - 0.055 * len(title.split("\n"))
        bottom = 0.035 + 0.026 * len(source.split("\n"))
        engine: Any = figure.get_layout_engine()
        engine.set(rect=(_EDGE / 2, bottom, 1 - _EDGE, top - bottom))
        slide.draw(figure.add_subplot())
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        return {
            f"{slide.name}.png": _save(figure, format="png", dpi=DPI, metadata={"Software": None}),
            f"{slide.name}.svg": _save(figure, format="svg", metadata={**nothing, "Title": clean_words(slide.title)}),
        }


def _save(figure: Figure, **options: Any) -> bytes:
    target = io.BytesIO()
    figure.savefig(target, **options)
    return target.getvalue()


def _wrap(words: str, room: int) -> str:
    return "\n".join(line for part in clean_words(words).split("\n") for line in textwrap.wrap(part, room))


def write_source(view: View) -> str:
    """Return which study a slide is from, of which school and when, and whether it is final and its data are real."""
    study = view.study
    text = view.text
    waves = text.join([text.say("title.wave", wave=text.pick(wave.label), date=text.date(wave.date)) for wave in view.waves])
    state = write_state(view)
    invented = f" {text.say('title.invented')}." if study.invented else ""
    return text.say("slides.source", study=text.pick(study.title), place=view.write_place(), waves=waves, state=state) + invented


def list_slides(view: View) -> Iterator[Slide]:
    """Yield the figures that the page of a school has, in its order."""
    for instrument in view.list_instruments("engagement"):
        yield from _list_levels(view, instrument, write_levels_title(view, list_scales(instrument)[0]))
    for instrument in view.list_instruments("factors"):
        yield from _list_key_factors(view, instrument)
    for instrument in view.list_instruments(*TOPICS):
        yield from _list_further(view, instrument)
    yield from _list_occasions(view)
    yield from _list_choices(view)
    yield from _list_answers(view)
    if len(view.study.waves) >= WAVES:
        for instrument in view.list_instruments("engagement", "factors"):
            yield from _list_courses(view, instrument)
    for instrument in view.list_instruments("engagement", "factors"):
        yield from _list_beside(view, instrument)


def _split(parts: Sequence[Any], most: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield as even parts as there must be, with what is added to the name of each."""
    count = math.ceil(len(parts) / most)
    size = math.ceil(len(parts) / count) if count else 1
    for number, start in enumerate(range(0, len(parts), size), 1):
        yield "" if number == 1 else f"-{number}", list(parts[start : start + size])


def _show(estimate: Estimate, decimals: int, value: float | None = None) -> dict[str, float]:
    """Return an estimate with its interval as a page displays them."""
    shown = estimate.estimate if value is None else value
    ends = {"mean": shown, "low": estimate.low, "high": estimate.high}
    return {name: round_shown(number, decimals) for name, number in ends.items()} | {"n": estimate.n, "decimals": decimals}


def _get_scale(instrument: Instrument, outcome: Outcome) -> tuple[float, float]:
    answers = instrument.find_scale_answers(outcome.scale, outcome.rating)
    return answers.min, answers.max


def _frame(rows: list[dict[str, Any]], view: View, waves: Sequence[str]) -> pd.DataFrame:
    """Return rows of levels as a plot takes them; a scale and wave without a row has no number."""
    blank = dict.fromkeys(("mean", "low", "high", "n", "decimals"), math.nan)
    table = pd.DataFrame([blank | row for row in rows])
    table["wave"] = pd.Categorical(table["wave"], list(waves), ordered=True)
    table.attrs = {"confidence": view.study.confidence}
    return table


def _list_levels(view: View, instrument: Instrument, title: str) -> Iterator[Slide]:
    """Yield figure A."""
    outcomes = list_scales(instrument)
    if not any(view.present_levels(outcome) for outcome in outcomes):
        return
    kind = choose_figure(instrument)
    caption = write_levels_caption(view, instrument, outcomes, kind)
    if kind in ("multiples", "balance"):
        for more, part in _split(outcomes, LINES if kind == "multiples" else len(outcomes)):
            if not view.frame_levels(part).empty:
                yield Slide(f"levels-{instrument.id}{more}", title, caption, _draw_panel(partial(draw_scales, view, instrument, part)))
        return
    waves = [view.text.pick(wave.label) for wave in view.waves]
    names = {outcome: name_scale(view, outcome) for outcome in outcomes}
    if kind == "ladder":
        rungs = [view.text.say("figures.rung", number=place, label=name) for place, name in enumerate(names.values(), 1)]
        names = dict(reversed(list(zip(outcomes, rungs, strict=True))))
    for more, part in _split(list(names), ROWS):
        rows = []
        for outcome in part:
            found = {level.wave.id: _show(level.source, level.decimals, level.value) for level in view.present_levels(outcome)}
            if kind == "ladder":
                found = {wave: cell | _reach(cell, find_spread(view, outcome, wave)) for wave, cell in found.items()}
            rows += [
                {"school": names[outcome], "wave": label} | found.get(wave.id, {}) for wave, label in zip(view.waves, waves, strict=True)
            ]
        draw = _draw_levels(_frame(rows, view, waves), _get_scale(instrument, outcomes[0]), view, spread=kind == "ladder")
        yield Slide(f"levels-{instrument.id}{more}", title, caption, draw)


def _reach(cell: dict[str, float], spread: Estimate) -> dict[str, float]:
    """Return the ends of one standard deviation to both sides of a mean, as displayed; none where it is not shown."""
    sd = round_shown(spread.estimate, choose_decimals(spread.n)) if spread.shown else math.nan
    return {"low": cell["mean"] - sd, "high": cell["mean"] + sd}


def _draw_levels(table: pd.DataFrame, scale: tuple[float, float], view: View, *, spread: bool = False) -> Callable[[Axes], object]:
    def draw(axes: Axes) -> None:
        plot_levels(table, confidence=view.study.confidence, scale=scale, ax=axes, language=view.text.language)
        axes.set_xlabel("")
        legend = axes.get_legend()
        if spread and legend:
            legend.get_texts()[-1].set_text(view.text.say("figures.spread"))

    return draw


def _draw_panel(draw: Callable[[], Panel]) -> Callable[[Axes], object]:
    return lambda axes: move_panel(draw(), axes, FIELD)


def _list_further(view: View, instrument: Instrument) -> Iterator[Slide]:
    """Yield the figure of a further instrument; how a grade was spread stands with the answers."""
    outcomes = list_scales(instrument)
    told = [outcome for outcome in outcomes if view.comparison is None or view.find_change(outcome).shown]
    if told and len(instrument.scored_ratings) == 1 and len(outcomes) > 1 and not view.frame_levels(outcomes).empty:
        yield from _list_levels(view, instrument, write_further_title(view, instrument, outcomes))


def _list_occasions(view: View) -> Iterator[Slide]:
    """Yield the means at each occasion of the instruments that have occasions of their own."""
    for instrument, outcomes in occasions.list_known_occasions(view):
        title = occasions.write_occasions_title(view, outcomes)
        caption = occasions.write_occasions_caption(view, outcomes)
        for more, part in _split(outcomes, max(1, ROWS // len(view.study.list_moments(instrument.id)))):
            yield Slide(f"occasions-{instrument.id}{more}", title, caption, _draw_panel(partial(occasions.draw_means, view, part)))


def _list_key_factors(view: View, instrument: Instrument) -> Iterator[Slide]:
    """Yield figures B and C, or A where nobody asked what is wanted, and D."""
    gaps = list_gaps(view, instrument)
    heights = list_heights(view, instrument)
    if gaps:
        yield from _list_gaps(view, instrument)
    elif heights:
        ends = {"highest": heights[0].label, "lowest": heights[-1].label}
        yield from _list_levels(view, instrument, view.text.say("factors.title_levels", **ends))
    moves = list_moves(view, instrument)
    if view.comparison and any(move.change.shown for move in moves):
        order = [gap.outcome.scale for gap in gaps]
        moves.sort(key=lambda move: order.index(move.outcome.scale) if move.outcome.scale in order else len(order))
        moves.sort(key=lambda move: not move.change.shown)
        caption = write_change_caption(view, instrument, [move.change for move in moves if move.change.shown])
        for more, part in _split(moves, 2 * ROWS):
            rows = [_make_row(view, move.outcome, move.change) for move in part]
            draw = _draw_forest(rows, instrument, [move.outcome for move in part], view)
            yield Slide(f"change-{instrument.id}{more}", write_moves(moves, view.text), caption, draw)


def _list_gaps(view: View, instrument: Instrument) -> Iterator[Slide]:
    gaps = list_gaps(view, instrument)
    shown = {gap.outcome.scale for gap in gaps}
    rows = [
        {"factor": gap.label, "rating": rating, "after": float(value), "decimals": gap.shown.decimals}
        for gap in gaps
        for rating, value in (("now", gap.shown.before), ("wanted", gap.shown.after))
    ]
    hidden = [name_scale(view, outcome) for outcome in list_factors(instrument) if outcome.scale not in shown]
    rows += [{"factor": name, "rating": "now", "after": math.nan, "decimals": 2} for name in hidden]
    table = pd.DataFrame(rows).assign(school=view.write_place(), before=math.nan)
    scale = _get_scale(instrument, gaps[0].outcome)
    caption = write_gap_caption(view, instrument, gaps)
    names = list(dict.fromkeys(table["factor"]))
    for more, part in _split(names, 2 * ROWS):
        draw = _draw_gaps(plot_gap, table[table["factor"].isin(part)], scale, view)
        yield Slide(f"gap-{instrument.id}{more}", write_gap_title(gaps, view.text), caption, draw)
    order = [name_scale(view, outcome) for outcome in list_factors(instrument)]
    if len(order) >= SPOKES:
        by_instrument = table.assign(place=table["factor"].map(order.index)).sort_values("place", kind="stable")
        draw = _draw_gaps(plot_radar, by_instrument, scale, view)
        yield Slide(f"profile-{instrument.id}", write_profile_title(gaps, view.text), caption, draw)


def _draw_gaps(plot: Callable[..., Axes], table: pd.DataFrame, scale: tuple[float, float], view: View) -> Callable[[Axes], object]:
    def draw(axes: Axes) -> None:
        plot(table, scale=scale, ax=axes, language=view.text.language)
        axes.set_xlabel("")

    return draw


def _make_row(view: View, outcome: Outcome, change: Estimate) -> Row:
    decimals = choose_decimals(view.count_smaller(outcome))
    shape: Any = choose_mark(change.verdict)
    nothing = "" if change.shown else write_empty(change, view.study, view.text)
    values = tuple(round_shown(value, decimals) for value in (change.estimate, change.low, change.high))
    return Row(name_scale(view, outcome), values, change.n, shape, nothing, decimals)  # type: ignore[arg-type]


def _draw_forest(rows: list[Row], instrument: Instrument, outcomes: list[Outcome], view: View) -> Callable[[Axes], object]:
    low, high = _get_scale(instrument, outcomes[0])
    small = {view.study.find_smallest_change(outcome) for outcome in outcomes}
    signs: dict[Shape, str] = {"now": "clear", "indication": "indication", "unclear": "unclear"}
    words = {shape: view.text.say(f"figures.{sign}") for shape, sign in signs.items()}

    def draw(plot: Plot) -> None:
        draw_forest(plot, rows, high - low, next(iter(small)) if len(small) == 1 else None, view.study.confidence, words)

    return _within(draw, view)


def _within(draw: Callable[[Plot], None], view: View) -> Callable[[Axes], object]:
    """Return what draws on Axes in the theme and the language of the page."""

    def draw_on(axes: Axes) -> None:
        with open_plot(axes, view.text.language, field=0) as plot:
            draw(plot)

    return draw_on


def _list_choices(view: View) -> Iterator[Slide]:
    """Yield what was picked on each question: a bar per measurement of which it may be told."""
    caption = view.text.say("choices.caption")
    for instrument in view.study.instruments:
        for question in [choices.make_question(view, instrument, *asked) for asked in instrument.picked]:
            asked = [(wave, choices.list_shares(view, question, wave)) for wave in question.waves]
            known = [(wave, shares) for wave, shares in asked if choices.is_known(shares)]
            if known and choices.is_in_bars(question):
                bars = [choices.make_bar(question, *found, view.text) for found in known]
                shown = Statement(question.label, [Bar(bar.label, bar.shares, instead=bar.instead) for bar in bars])
                title = choices.write_title(question, *known[-1], view.text)
                yield Slide(question.id, title, caption, _draw_answers([shown], list(question.words), view))


def _list_answers(view: View) -> Iterator[Slide]:
    """Yield figure E: the statements of each factor, before above after where both may be shown."""
    text = view.text
    for instrument in view.study.instruments:
        for block in list_blocks(instrument, text):
            waves = list_known_waves(view, instrument, block)
            if not waves:
                continue
            sides = choose_sides(instrument.find_answers(instrument.leading_rating), text)
            bars = [(item, w, make_bar(view, instrument, item, sides, w)) for item in block.items for w in waves]
            told = [(item.id, wave, bar) for item, wave, bar in bars if is_known(view, instrument, item, wave)]
            title = write_answers_title([bar for _, wave, bar in told if wave == waves[-1]], sides, text)
            statements = []
            for id in dict.fromkeys(id for id, *_ in told):
                own = [(text.pick(wave.label) if len(waves) > 1 else "", bar) for item, wave, bar in told if item == id]
                statements.append(Statement(own[0][1].label, [Bar(name, bar.shares, instead=bar.instead) for name, bar in own]))
            ends = {"before": text.pick(waves[0].label), "wave": text.pick(waves[-1].label)}
            caption = text.say("slides.answers_twice" if len(waves) > 1 else "slides.answers", **ends)
            for more, part in _split(statements, STATEMENTS if len(waves) == 1 else STATEMENTS_TWICE):
                draw = _draw_answers(part, list(list_answer_words(instrument, text)), view)
                yield Slide(f"answers-{instrument.id}-{block.id}{more}", title, caption, draw)


def _draw_answers(statements: list[Statement], answers: list[str], view: View) -> Callable[[Axes], object]:
    return _within(lambda plot: draw_statements(plot, statements, answers), view)


def _list_courses(view: View, instrument: Instrument) -> Iterator[Slide]:
    """Yield figure F, lines of several scales in one field."""
    text = view.text
    waves = [text.pick(wave.label) for wave in view.study.waves]
    dates = dict(zip(waves, (wave.date for wave in view.study.waves), strict=True))
    for more, part in _split(list_factors(instrument) if instrument.topic == "factors" else list_scales(instrument), LINES):
        shown = [outcome for outcome in part if any(view.find_level(outcome, wave.id).shown for wave in view.study.waves)]
        if not shown:
            continue
        rows = [
            {"school": name_scale(view, outcome), "wave": label} | (_show(level, choose_decimals(level.n)) if level.shown else {})
            for outcome in part
            for wave, label in zip(view.study.waves, waves, strict=True)
            for level in [view.find_level(outcome, wave.id)]
        ]
        scale = _get_scale(instrument, part[0])
        ends = {"low": text.number(scale[0], 0), "high": text.number(scale[1], 0)}
        caption = text.say("slides.course", **ends)
        draw = _draw_course(_frame(rows, view, waves), dates, scale, view)
        yield Slide(f"course-{instrument.id}{more}", write_course_title(view, shown), caption, draw)


def _draw_course(table: pd.DataFrame, dates: dict[str, Any], scale: tuple[float, float], view: View) -> Callable[[Axes], object]:
    def draw(axes: Axes) -> None:
        plot_course(table, dates=dates, scale=scale, confidence=view.study.confidence, ax=axes, language=view.text.language)
        axes.set_ylabel("")

    return draw


def _list_beside(view: View, instrument: Instrument) -> Iterator[Slide]:
    """Yield figure G."""
    text = view.text
    places = list_places(view, instrument)
    if not places:
        return
    caption = text.say("others.caption", wave=text.pick(view.waves[-1].label), level=text.percent(view.study.confidence))
    for more, part in _split(places, 2 * ROWS):
        rows = [
            Beside(
                place.label,
                tuple(round_shown(value, DECIMALS) for value in (place.own.estimate, place.own.low, place.own.high)),  # type: ignore[arg-type]
                (round_shown(place.low.estimate, DECIMALS), round_shown(place.high.estimate, DECIMALS)),
                0,  # the page says how many other schools there are, not how many people this mean is of
                DECIMALS,
            )
            for place in part
        ]
        draw = _draw_beside(rows, _get_scale(instrument, list_scales(instrument)[0]), view)
        yield Slide(f"others-{instrument.id}{more}", write_others_title(view, instrument, places), caption, draw)


def _draw_beside(rows: list[Beside], scale: tuple[float, float], view: View) -> Callable[[Axes], object]:
    signs = [view.text.say("figures.own_school"), view.text.say("figures.others")]
    return _within(lambda plot: draw_beside(plot, rows, scale, signs, view.study.confidence), view)

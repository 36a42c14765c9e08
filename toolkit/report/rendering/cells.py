"""What a cell of a notebook shows, as part of a page: frames as tables that everybody can read, figures with a description.

A kernel that makes a page shows them so. In JupyterLab the same cells show what pandas and matplotlib show there.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Hashable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_float_dtype, is_integer_dtype

from toolkit.errors import ReportError, ToolkitError
from toolkit.languages import Text, find_spoken, load_text
from toolkit.page_kernel import find_page_floor
from toolkit.report.html.elements import FAULT, Column, Html, TableView, escape, paragraph, publish_table
from toolkit.report.html.svg import publish_picture

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

#: The column that tells who somebody is.
WHO = "respondent"
#: So many rows of a frame stand on a page.
MOST_ROWS = 200
#: Decimals of numbers in a frame: of most, of those that are all small, and of p-values.
DECIMALS = 2
FINE = 3
SMALL = 0.1
SMALLEST_P = 0.001
_P_VALUE = re.compile(r"p([ _.-]?(val(ue)?|unc|corr|holm))?", re.IGNORECASE)
#: How sharp a picture is: twice the dots of a plain screen.
DPI = 192


def describe_figure(drawn: Any, words: str) -> None:
    """Give the figure of `drawn` (axes, several axes, a figure, or a grid of seaborn) a description, for who can't see it.

    Say what the figure shows, with its numbers. On a page it stands for the figure where that can't be seen. It is kept as the label of the
    figure, so `figure.set_label(words)` of matplotlib does the same.
    """
    first = np.ravel(drawn)[0] if isinstance(drawn, np.ndarray | list | tuple) and np.size(drawn) else drawn
    figure = first.get_figure(root=True) if hasattr(first, "get_figure") else getattr(first, "figure", first)
    if not isinstance(figure, Figure) or not words.strip():
        raise ReportError(load_text(find_spoken()).find_fault("figure_words"))
    figure.set_label(words.strip())


def show_on_page(shell: InteractiveShell, text: Text) -> None:
    """Let the kernel of `shell` show frames and figures as they stand on a page, in the language of `text`."""
    from matplotlib_inline.backend_inline import configure_inline_support

    configure_inline_support(shell, "inline")
    mpl.interactive(True)
    numbers = {kind: count(1) for kind in ("frame", "figure")}
    formatter: Any = shell.display_formatter
    formatter.formatters["image/png"].pop(Figure, None)
    shown = formatter.mimebundle_formatter
    shown.for_type(pd.DataFrame, _bundle(lambda frame: show_frame(frame, next(numbers["frame"]), text)))
    shown.for_type(pd.Series, _bundle(lambda series: show_frame(series.to_frame(), next(numbers["frame"]), text)))
    shown.for_type(Figure, _bundle(lambda figure: show_figure(figure, next(numbers["figure"]), text)))


def _bundle(show: Callable[[Any], Html]) -> Callable[..., dict[str, Any]]:
    """Return `show` as IPython calls it; a fault goes along in place of what was to be shown, because IPython would swallow it."""

    def bundle(shown: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        try:
            return {"text/html": show(shown).markup, "text/plain": type(shown).__name__}
        except ToolkitError as error:
            return {FAULT: {"says": error.problems[0].message, "mend": error.problems[0].mend}, "text/plain": type(shown).__name__}

    return bundle


def show_frame(frame: pd.DataFrame, number: int, text: Text) -> Html:
    """Return `frame` as a table, with its index first where that says something; `ReportError` for people on a page for sharing.

    The caption is the one in `frame.attrs["caption"]`, or the number of the table.
    """
    if find_page_floor() and WHO in (*frame.columns, *frame.index.names):
        raise ReportError(text.find_fault("page_people"))
    caption = str(frame.attrs.get("caption", "")).strip() or text.say("frame.caption", number=number)
    shown = frame.head(MOST_ROWS)
    columns = [*_list_index(shown, text), *_list_columns(shown, text)]
    if not len(shown) or not columns:
        return paragraph(f"{caption}. {text.say('frame.empty')}")
    notes = [text.say("frame.cut", shown=len(shown), count=text.number(len(frame), 0))] if len(frame) > len(shown) else []
    written = [_write_column(values, label, text) for label, values in columns]
    heads = [Column(label, number=_is_number(values)) for label, values in columns]
    rows = [list(row) for row in zip(*written, strict=True)]
    return publish_table(TableView(caption, heads, rows, notes=notes), f"shown-table-{number}")


def _list_index(frame: pd.DataFrame, text: Text) -> Iterator[tuple[str, pd.Series]]:
    """Yield name and values of each level of the index, but not mere numbers of rows."""
    if frame.index.names == [None] and is_integer_dtype(frame.index.dtype):
        return
    for level in range(frame.index.nlevels):
        name = frame.index.names[level]
        yield str(text.say("frame.row") if name is None else name), pd.Series(frame.index.get_level_values(level))


def _list_columns(frame: pd.DataFrame, text: Text) -> Iterator[tuple[str, pd.Series]]:
    for place, name in enumerate(frame.columns):
        yield _name_column(name, place, text), frame.iloc[:, place]


def _name_column(name: Hashable, place: int, text: Text) -> str:
    parts = [str(part) for part in (name if isinstance(name, tuple) else (name,)) if str(part).strip()]
    return " · ".join(parts) or text.say("frame.column", number=place + 1)


def _is_number(values: pd.Series) -> bool:
    return not is_bool_dtype(values.dtype) and (is_float_dtype(values.dtype) or is_integer_dtype(values.dtype))


def _write_column(values: pd.Series, label: str, text: Text) -> list[str]:
    write = _choose_writer(values, label, text)
    return [text.say("frame.nothing") if _is_nothing(value) else write(value) for value in values.tolist()]


def _is_nothing(value: Any) -> bool:
    if isinstance(value, float):
        return not np.isfinite(value)
    return value is None or value is pd.NA or value is pd.NaT or not str(value).strip()


def _choose_writer(values: pd.Series, label: str, text: Text) -> Callable[[Any], str]:
    """Return what writes a value of this column; a whole number may be a year or a code, so it has no separators."""
    if is_bool_dtype(values.dtype):
        return lambda value: text.say("frame.yes" if value else "frame.no")
    if is_datetime64_any_dtype(values.dtype):
        return lambda value: text.date(value.date())
    if not is_float_dtype(values.dtype):
        return lambda value: text.number(value, 0) if isinstance(value, int) and value < 0 else str(value)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    if _P_VALUE.fullmatch(label):
        return lambda value: f"< {text.number(SMALLEST_P, FINE)}" if value < SMALLEST_P else text.number(value, FINE)
    decimals = 0 if (numbers == np.round(numbers)).all() else FINE if np.abs(numbers).max() < SMALL else DECIMALS
    return lambda value: text.number(value, decimals)


def show_figure(figure: Figure, number: int, text: Text) -> Html:
    """Return `figure` with its description: in the colours of the page where it has no ground of its own, else as a picture.

    `ReportError` where it has no description.
    """
    description = str(figure.get_label()).strip()
    if not description:
        raise ReportError(text.find_fault("figure_undescribed"))
    titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
    title = next((words for words in titles if words.strip()), description)
    if to_rgba(figure.get_facecolor())[3] == 0:
        return Html(f"<figure>{publish_picture(figure, f'shown-figure-{number}', title, description)}</figure>\n")
    picture, width = _save(figure)
    return Html(f'<figure><img width="{width}" src="data:image/png;base64,{picture}" alt="{escape(description)}"></figure>\n')


def _save(figure: Figure) -> tuple[str, int]:
    """Return a figure as PNG in base64, the same every time, and its width on the page."""
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None})
    content = target.getvalue()
    return base64.b64encode(content).decode(), int.from_bytes(content[16:20], "big") // 2

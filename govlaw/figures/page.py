"""What every figure shares: the page with title, legend and notes, and the marks on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from govlaw import __version__, labels, style
from govlaw.codebook import VERSION
from govlaw.figures.words import LINE, height_of, legend_shape, wrap
from govlaw.labels import label

#: Reports and findings named one by one in a description for screen readers.
NAMED = 12
#: Room for the labels of rows, in inches.
NAMES, LONG_NAMES = 1.7, 2.9
#: White edge of a page, in inches.
MARGIN = 0.15
#: How bars are drawn.
BAR: dict[str, Any] = {"height": 0.62, "edgecolor": "white", "linewidth": 0.6}
#: A mark and what it stands for, in a legend.
Key = tuple[Artist, str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure with its message, its description for those who cannot see it, and its data.

    ``data`` has a row a point; by default it is what the drawing function was given after the
    documents.
    """

    figure: Figure
    title: str
    alt: str
    data: pd.DataFrame | None = None


P = ParamSpec("P")


def drawn(function: Callable[P, Drawing]) -> Callable[P, Drawing]:
    """Draw in govlaw's theme, and fix the layout once so that every saving is the same.

    What reports say is drawn with the glyphs that there are: a rare character in one report stops
    no figure. The data of the figure keep it.
    """

    @wraps(function)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Drawing:
        with style.theme():
            shown = [_drawable(value) for value in args]
            drawing = function(*shown, **{k: _drawable(v) for k, v in kwargs.items()})  # type: ignore[arg-type]
            drawing.figure.draw_without_rendering()
            _fix(drawing.figure)
        given = [value for value in args[1:] if isinstance(value, pd.DataFrame)]
        if drawing.data is None and given:
            return replace(drawing, data=given[0])
        return drawing

    return draw


def _drawable(value: object) -> object:
    """Return a table whose texts can be drawn; names of reports, and anything else, as they are."""
    if not isinstance(value, pd.DataFrame):
        return value
    changed = {}
    for column in value.columns:
        cells = value[column]
        if column == "doc_id" or pd.api.types.is_numeric_dtype(cells):
            continue
        texts = {cell for cell in cells if isinstance(cell, str)}
        if style.missing("".join(texts)):
            changed[column] = [style.drawable(c) if isinstance(c, str) else c for c in cells]
    return value.assign(**changed) if changed else value


def _fix(figure: Figure) -> None:
    """Keep the layout as it is, rounded: its solver differs in the last bits from run to run, and
    the names of clipping paths in an SVG are made from all of them."""
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(v, 5) for v in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


class Page:
    """A figure with a title above, a legend under it, and notes below, all wrapped to fit."""

    def __init__(
        self,
        height: float,
        title: str,
        notes: Iterable[str],
        source: str,
        keys: Sequence[Key] = (),
    ) -> None:
        self.title = title
        room = style.WIDTH - 2 * MARGIN
        heads = wrap(title, room, style.TITLE_SIZE)
        feet = "\n".join(wrap(note, room, style.SMALL_SIZE) for note in (*notes, source) if note)
        top = MARGIN + height_of(heads, style.TITLE_SIZE) + 0.06
        columns, lines = legend_shape([text for _, text in keys], room)
        below = MARGIN + height_of(feet, style.SMALL_SIZE) + 0.08
        legend = 0.2 * lines + (0.06 if lines else 0)
        whole = top + legend + height + below
        self.figure = style.new_figure(style.WIDTH, whole)
        engine: Any = self.figure.get_layout_engine()
        engine.set(rect=(MARGIN / style.WIDTH, below / whole, room / style.WIDTH, height / whole))
        left = MARGIN / style.WIDTH
        spacing: dict[str, Any] = {"linespacing": LINE, "ha": "left"}
        self.figure.text(left, 1 - MARGIN / whole, heads, size=style.TITLE_SIZE, va="top",
                         **spacing)  # fmt: skip
        self.figure.text(left, MARGIN / whole, feet, size=style.SMALL_SIZE, va="bottom",
                         color=style.MUTED, **spacing)  # fmt: skip
        if keys:
            self.figure.legend(
                [handle for handle, _ in keys],
                [text for _, text in keys],
                loc="upper left",
                bbox_to_anchor=(left, 1 - top / whole),
                ncols=columns,
                borderaxespad=0,
                borderpad=0,
                handletextpad=0.5,
                columnspacing=1.5,
                handlelength=1.4,
            )

    def empty(self, language: str, why: str = "text.nothing") -> Drawing:
        """Return the page with the sentence, by its label, that says why nothing is drawn."""
        axes = self.figure.add_subplot()
        axes.set_axis_off()
        axes.text(0.5, 0.5, label(why, language), ha="center", va="center",
                  color=style.MUTED, transform=axes.transAxes)  # fmt: skip
        return self.drawing(f"{self.title} {label(why, language)}")

    def drawing(self, alt: str, data: pd.DataFrame | None = None) -> Drawing:
        """Return the finished page; ``data`` where it is not the table that was given."""
        return Drawing(self.figure, self.title, alt, data)


def source_line(documents: pd.DataFrame, language: str) -> str:
    """Return the line that names the versions, the number of documents and their editions."""
    kinds = documents["kind"].value_counts(sort=False)
    named = labels.listed(
        (
            label("text.kind_count", language, kind=labels.kind(str(kind), language), n=int(n))
            for kind, n in kinds.items()
        ),
        language,
    )
    editions = labels.listed(
        (label(f"edition.{e}", language) for e in sorted(documents["edition"].unique()) if e),
        language,
    )
    return label("text.source", language, version=__version__, codebook=VERSION,
                 n=len(documents), kinds=named, editions=editions or "–")  # fmt: skip


def left_out(documents: pd.DataFrame, language: str) -> str:
    """Return the sentence that says which documents are no annual reports, or nothing."""
    others = documents[documents["kind"] != "annual_report"]
    if others.empty:
        return ""
    names = labels.documents(documents, language)
    if len(others) > 6:
        return label("note.left_out_many", language, n=len(others))
    return label("note.left_out", language,
                 names=labels.listed((names[d] for d in others["doc_id"]), language))  # fmt: skip


def description(
    name: str, title: str, details: Sequence[str], language: str, **values: object
) -> str:
    more = len(details) - NAMED
    named = labels.listed(details[:NAMED], language)
    if more > 0:
        named += label("text.and_more", language, n=more)
    return label(f"alt.{name}", language, title=title, details=named, **values)


def name_rows(axes: Axes, names: Sequence[str], room: float = NAMES, grid: bool = False) -> None:
    """Name the rows of a horizontal chart, the first at the top."""
    axes.set_yticks(range(len(names)), [wrap(name, room) for name in names])
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.grid(visible=grid, axis="y")
    axes.tick_params(axis="y", length=0)


def add_column(axes: Axes, rows: Iterable[float], words: Sequence[str], head: str = "") -> None:
    """Write one word a row to the right of the plot."""
    for row, word in zip(rows, words, strict=True):
        axes.text(1.02, row, word, transform=axes.get_yaxis_transform(), va="center",
                  size=style.SMALL_SIZE)  # fmt: skip
    if head:
        axes.text(1.02, 1.01, head, transform=axes.transAxes, va="bottom", ha="left",
                  size=style.SMALL_SIZE, color=style.MUTED)  # fmt: skip


def spread(axes: Axes, row: float, values: pd.Series, color: str) -> None:
    """Draw one dot a value, larger for equal ones, on a line, with a bar at the median."""
    if values.empty:
        return
    axes.hlines(row, values.min(), values.max(), color=color, linewidth=1.5, alpha=0.5)
    for value, count in values.value_counts(sort=False).items():
        axes.plot(float(str(value)), row, "o", color=color, alpha=0.65,
                  markersize=dot_size(count), markeredgewidth=0, clip_on=False)  # fmt: skip
    axes.plot(values.median(), row, "|", color=style.INK, markersize=13, markeredgewidth=2,
              clip_on=False)  # fmt: skip


def stacked(
    axes: Axes, table: pd.DataFrame, looks: Mapping[str, tuple[str, str]], least: float = 9
) -> None:
    """Draw a bar a row from the columns of a table, in per cent, named where there is room.

    ``least`` is the narrowest stretch that gets its number, in per cent.
    """
    left = np.zeros(len(table))
    for name in table.columns:
        color, hatch = looks[name]
        widths = table[name].fillna(0).to_numpy(dtype="float64")
        axes.barh(range(len(table)), widths, left=left, color=color, hatch=hatch, **BAR)
        for row, width in enumerate(widths):
            if width >= least and not hatch:
                axes.text(left[row] + width / 2, row, f"{width:.0f}%", ha="center", va="center",
                          size=style.SMALL_SIZE, color=_on(color))  # fmt: skip
        left = left + widths
    axes.set_xlim(0, 100)


def _on(color: str) -> str:
    """Return the colour of words on a colour: white on dark, ink on light."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "white" if 0.3 * red + 0.6 * green + 0.1 * blue < 140 else style.INK


def first_rows(shown: int, every: int, language: str) -> str:
    """Return the sentence that says how many rows were left out, or nothing."""
    return label("note.first_rows", language, shown=shown, every=every) if every > shown else ""


def dot_size(count: int) -> float:
    """Return the size, in points, of a dot that stands for ``count`` equal values."""
    return 6 + 1.2 * min(count - 1, 8)


def patch_key(color: str, hatch: str) -> Patch:
    return Patch(facecolor=color, hatch=hatch, edgecolor="white")


def marker_key(color: str, marker: str, hollow: bool = False, edge: str = "") -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        markersize=7,
        color="none" if hollow else color,
        markeredgecolor=edge or color,
        markeredgewidth=2 if marker == "|" else 1,
    )


def role_look(role: str, color: str) -> dict[str, Any]:
    """Return how a bar of a role looks in a dimension's colour: filled, hatched or empty."""
    if role == "actual":
        return {"facecolor": color, "edgecolor": color}
    hatch = {"target": "/////", "prior": "....."}.get(role, "")
    return {"facecolor": "white", "edgecolor": color, "hatch": hatch}


def few_ticks(most: int, whole: bool = False) -> MaxNLocator:
    return MaxNLocator(most, integer=whole, steps=[1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10])


def log_ticks(axes: Axes, low: float, high: float) -> None:
    """Set the ends of a logarithmic axis and plain numbers on it, at least two where they fit."""
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    for steps in ((1.0,), (1.0, 2.0, 5.0), (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)):
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [step * 10.0**power for power in powers for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) > 2:
            break
    axes.set_xticks(ticks, [f"{tick:,.12g}" for tick in ticks])
    axes.minorticks_off()

"""Figures of the indicators: what is disclosed, how exactly, and how high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from govlaw import labels, measures, style
from govlaw.figures.page import (
    BAR,
    LONG_NAMES,
    Drawing,
    Page,
    add_column,
    description,
    dot_size,
    drawn,
    few_ticks,
    first_rows,
    left_out,
    marker_key,
    name_rows,
    patch_key,
    source_line,
    spread,
    stacked,
)
from govlaw.figures.words import cut, inches, wrap
from govlaw.labels import label

_BESIDE = 4  # most reports of a matrix in two columns of rows
_ONE_COLUMN = 24  # most rows of a matrix in one column, with few reports
_NAMED_COLUMNS = 30  # most reports of a matrix that are named
_LOOSE = {"over": ">", "under": "<", "about": "d"}


@drawn
def disclosure_matrix(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 45
) -> Drawing:
    """Draw the state of every indicator in every annual report, grouped by dimension.

    Indicators that no report speaks of have no row, and of the others only those that most reports
    disclose have one; the notes give both numbers. A few reports are drawn in two columns of rows,
    more than thirty as coloured cells without names.

    Parameters
    ----------
    documents : table ``documents``, with the years without a report where these are to be drawn
    found : what :func:`govlaw.measures.disclosure` returned
    language : zh or en
    limit : most indicators in a column of rows

    Raises
    ------
    TableError
        If the language or a code is unknown.
    """
    names = labels.documents(documents, language)
    present = documents[documents["kind"] != measures.MISSING]
    reports = list(dict.fromkeys(found["doc_id"]))
    order = list(dict.fromkeys(found["indicator"]))
    given = found[found["state"].isin(measures.DISCLOSED)]
    counted = given.groupby("indicator").size()
    told = set(found.loc[~found["state"].isin(["not_mentioned", "no_report"]), "indicator"])
    ranked = sorted((c for c in order if c in told), key=lambda c: -int(counted.get(c, 0)))
    most = 2 * limit if len(reports) <= _BESIDE else limit
    shown = [c for c in order if c in set(ranked[:most])]
    title = label("title.disclosure_matrix", language, shown=len(counted), every=len(order))
    columns = _columns(_grouped(found, shown), len(reports))
    turned = len(reports) > 6 or len(columns) > 1
    cells = len(reports) > _NAMED_COLUMNS
    longest = max((inches(names[d]) for d in reports), default=0.0) if turned else 0.35
    tallest = max(map(len, columns))
    met = [s for s in measures.STATES if s in set(found["state"])]
    key = _state_patch if cells else _state_marker
    page = Page(
        0.19 * max(tallest, 1) + (0.0 if cells else longest) + 0.4,
        title,
        [
            label("note.disclosure_matrix", language, hidden=len(order) - len(told)),
            label("note.most_disclosed", language, shown=len(shown), every=len(told))
            if len(shown) < len(told)
            else "",
            "" if found["applies"].all() else label("note.applies", language),
            left_out(present, language),
        ],
        source_line(measures.annual_reports(documents), language),
        [(key(s, style.MUTED), label(f"state.{s}", language)) for s in met],
    )
    if not reports or not shown:
        return page.empty(language)
    panels = page.figure.subplots(1, len(columns), squeeze=False)[0]
    applicable = found[found["applies"] & found["indicator"].isin(shown)]
    for axes, lines in zip(panels, columns, strict=True):
        (_draw_cells if cells else _draw_marks)(axes, lines, reports, applicable)
        _name_indicators(axes, lines, 2.35 if len(columns) > 1 else LONG_NAMES, language)
        axes.set_xlim(-0.5, len(reports) - 0.5)
        axes.set_ylim(tallest - 0.4, -0.6)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False, axis="both" if cells else "x")
        heads = [names[d] if turned else wrap(names[d], min(4.5 / len(reports), 1.6))
                 for d in reports]  # fmt: skip
        if cells:
            axes.set_xticks([])
            axes.set_xlabel(label("axis.reports", language, n=len(reports)))
        else:
            axes.set_xticks(range(len(reports)), heads, rotation=90 if turned else 0)
    number = given.groupby("doc_id").size()
    details = [f"{names[d]} {int(number.get(d, 0))}" for d in reports]
    return page.drawing(description("disclosure_matrix", title, details, language), given)


def _columns(lines: list[tuple[str, str]], reports: int) -> list[list[tuple[str, str]]]:
    """Return the rows of the matrix in one column, or in two equal ones for a few reports.

    A dimension that goes on in the second column has its heading there again.
    """
    if reports > _BESIDE or len(lines) <= _ONE_COLUMN:
        return [lines]
    middle = -(-len(lines) // 2)
    if not lines[middle - 1][0]:
        middle -= 1
    again = [("", lines[middle][1])] if lines[middle][0] else []
    return [lines[:middle], again + lines[middle:]]


def _name_indicators(
    axes: Axes, lines: Sequence[tuple[str, str]], room: float, language: str
) -> None:
    words = [
        cut(labels.indicator(code, language), room) if code else labels.dimension(name, language)
        for code, name in lines
    ]
    axes.set_yticks(range(len(lines)), words)
    for tick, (code, name) in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_fontsize(style.SMALL_SIZE - 0.5 if code else style.TEXT_SIZE)
        tick.set_color(style.INK if code else style.DIMENSIONS[name])


def _draw_marks(
    axes: Axes, lines: Sequence[tuple[str, str]], reports: Sequence[str], found: pd.DataFrame
) -> None:
    place = {code: i for i, (code, _) in enumerate(lines) if code}
    column = {doc_id: i for i, doc_id in enumerate(reports)}
    drawn = found[found["indicator"].isin(list(place))]
    for (state, dimension), part in drawn.groupby(["state", "dimension"]):
        xs = [column[d] for d in part["doc_id"]]
        ys = [place[c] for c in part["indicator"]]
        axes.plot(xs, ys, **_state_look(str(state), style.DIMENSIONS[str(dimension)]))


def _draw_cells(
    axes: Axes, lines: Sequence[tuple[str, str]], reports: Sequence[str], found: pd.DataFrame
) -> None:
    numbers = {state: i for i, state in enumerate(measures.STATES)}
    table = found.assign(number=found["state"].map(numbers)).pivot(
        index="indicator", columns="doc_id", values="number"
    )
    grid = table.reindex(index=[code for code, _ in lines], columns=list(reports))
    colors = ListedColormap([style.STATES[state][0] for state in measures.STATES])
    axes.imshow(grid.to_numpy(dtype="float64"), cmap=colors, vmin=-0.5, vmax=len(numbers) - 0.5,
                aspect="auto", interpolation="nearest")  # fmt: skip


@drawn
def disclosure_index(
    documents: pd.DataFrame,
    states: pd.DataFrame,
    index: pd.DataFrame,
    *,
    language: str,
    limit: int = 40,
) -> Drawing:
    """Draw how many of its applicable indicators each report discloses, and what the rest are.

    Parameters
    ----------
    documents : table ``documents``
    states : what :func:`govlaw.measures.disclosure` returned
    index : what :func:`govlaw.measures.disclosure_share` returned by ``("doc_id",)``
    language : zh or en
    limit : most reports drawn, highest index first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    present = documents[documents["kind"] != measures.MISSING]
    ranked = index[index["share"].notna()].sort_values(
        "share", ascending=False, kind="stable", ignore_index=True
    )
    shares = 100 * ranked["share"]
    low, high = (f"{shares.min():.0f}", f"{shares.max():.0f}") if len(ranked) else ("–", "–")
    title = label("title.disclosure_index", language, low=low, high=high, reports=len(ranked))
    shown = ranked.head(limit)
    counted = states[states["applies"]].groupby(["doc_id", "state"]).size().unstack(fill_value=0)
    met = [s for s in measures.STATES if s in counted and s != "no_report"]
    page = Page(
        0.36 * max(len(shown), 1) + 0.6,
        title,
        [
            label("note.disclosure_index", language),
            first_rows(len(shown), len(ranked), language),
            left_out(present, language),
        ],
        source_line(measures.annual_reports(documents), language),
        [(patch_key(*style.STATES[s]), label(f"state.{s}", language)) for s in met],
    )
    if shown.empty:
        return page.empty(language)
    axes = page.figure.add_subplot()
    table = counted.loc[shown["doc_id"], met]
    stacked(axes, 100 * table.div(table.sum(axis=1), axis=0), style.STATES)
    name_rows(axes, [names[d] for d in shown["doc_id"]])
    axes.set_xlabel(label("axis.share_of_indicators", language))
    words = [f"{100 * s:.1f}" for s in shown["share"]]
    add_column(axes, range(len(shown)), words, label("text.index", language))
    details = [f"{names[d]} {w}" for d, w in zip(shown["doc_id"], words, strict=True)]
    return page.drawing(description("disclosure_index", title, details, language))


@drawn
def base_disclosure(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 40
) -> Drawing:
    """Draw, for every rate, how many reports that print it also print what it was made from.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.base_disclosure` returned
    language : zh or en
    limit : most rates drawn, those of most reports first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    ranked = found.sort_values(
        ["reports", "with_both"], ascending=False, kind="stable", ignore_index=True
    )
    shown = ranked.head(limit)
    whole, both = int(found["reports"].sum()), int(found["with_both"].sum())
    title = label("title.base_disclosure", language, both=both, rates=whole)
    looks = {
        "with_both": style.ROLES["actual"],
        "one": style.STATES["approximate"],
        "neither": style.ROLES["structural"],
    }
    page = Page(
        0.26 * max(len(shown), 1) + 0.6,
        title,
        [
            label("note.base_disclosure", language),
            first_rows(len(shown), len(ranked), language),
            left_out(documents, language),
        ],
        source_line(measures.annual_reports(documents), language),
        [(patch_key(*look), label(f"base.{name}", language)) for name, look in looks.items()],
    )
    if shown.empty:
        return page.empty(language)
    axes = page.figure.add_subplot()
    either = shown["with_part"] + shown["with_base"] - shown["with_both"]
    widths = {
        "with_both": shown["with_both"],
        "one": either - shown["with_both"],
        "neither": shown["reports"] - either,
    }
    left = np.zeros(len(shown))
    for name, (color, hatch) in looks.items():
        axes.barh(range(len(shown)), widths[name], left=left, color=color, hatch=hatch, **BAR)
        left = left + widths[name].to_numpy()
    words = [cut(labels.indicator(c, language), LONG_NAMES) for c in shown["indicator"]]
    name_rows(axes, words, LONG_NAMES)
    axes.set_xlim(0, max(1.0, float(shown["reports"].max())))
    axes.xaxis.set_major_locator(few_ticks(6, whole=True))
    axes.set_xlabel(label("axis.reports_with_rate", language))
    shares = [f"{r.with_both}/{r.reports}" for r in measures.records(shown)]
    add_column(axes, range(len(shown)), shares)
    details = [f"{w} {s}" for w, s in zip(words, shares, strict=True)]
    return page.drawing(description("base_disclosure", title, details, language))


@drawn
def disclosure_share(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw disclosed over applicable indicators by dimension: a dot a report, and the median.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.disclosure_share` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    medians = found.groupby("dimension", sort=False)["share"].median()
    order = [d for d in measures.dimensions() if d in medians.index]
    order.sort(key=lambda d: -medians[d] if medians[d] == medians[d] else 0.0)
    best = order[0] if order else ""
    title = label("title.disclosure_share", language,
                  dimension=labels.dimension(best, language) if best else "",
                  share=f"{100 * medians[best]:.0f}" if best else "")  # fmt: skip
    reports = found["doc_id"].nunique()
    page = Page(
        0.3 * max(len(order), 1) + 0.55,
        title,
        [label("note.disclosure_share", language), left_out(documents, language)],
        source_line(measures.annual_reports(documents), language),
        [
            (marker_key(style.MUTED, "o"), label("text.one_report", language)),
            (marker_key(style.INK, "|"), label("text.median", language)),
        ],
    )
    if not order:
        return page.empty(language)
    axes = page.figure.add_subplot()
    for row, dimension in enumerate(order):
        shares = 100 * found.loc[found["dimension"] == dimension, "share"].dropna()
        color = style.DIMENSIONS[dimension]
        spread(axes, row, shares, color)
    applicable = found.groupby("dimension")["applicable"]
    least, most = applicable.min(), applicable.max()
    words = [
        label("text.with_count", language, name=labels.dimension(d, language),
              n=f"{most[d]:g}" if least[d] == most[d] else f"{least[d]:g}–{most[d]:g}")
        for d in order
    ]  # fmt: skip
    name_rows(axes, words, 2.3)
    axes.set_xlim(0, 100)
    axes.set_xlabel(label("axis.disclosure_share", language))
    shown = [f"{100 * medians[d]:.0f}%" if medians[d] == medians[d] else "–" for d in order]
    add_column(axes, range(len(order)), shown, label("text.median", language))
    details = [f"{labels.dimension(d, language)} {s}" for d, s in zip(order, shown, strict=True)]
    return page.drawing(description("disclosure_share", title, details, language, reports=reports))


@drawn
def rates(documents: pd.DataFrame, observations: pd.DataFrame, *, language: str) -> Drawing:
    """Draw every rate that a document prints for what was done, with the ceiling at 100%.

    Parameters
    ----------
    documents : table ``documents``
    observations : table ``observations``
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    printed = measures.rates(measures.of_documents(observations, documents))
    ceiling = measures.ceiling_share(documents, observations)
    ceiling = ceiling[ceiling["rates"] > 0].reset_index(drop=True)
    total, full = int(ceiling["rates"].sum()), int(ceiling["at_ceiling"].sum())
    title = label("title.rates", language, full=full, rates=total)
    loose = sorted(set(printed["approx"]) - {"exact"})
    page = Page(
        0.42 * max(len(ceiling), 1) + 0.7,
        title,
        [label("note.rates", language, without=len(documents) - len(ceiling))],
        source_line(documents, language),
        [(marker_key(style.ROLES["actual"][0], "o"), label("approx.exact", language))]
        + [(marker_key(style.INK, _LOOSE[a], hollow=True), label(f"approx.{a}", language))
           for a in loose],
    )  # fmt: skip
    if not total:
        return page.empty(language)
    axes = page.figure.add_subplot()
    rows = {doc_id: i for i, doc_id in enumerate(ceiling["doc_id"])}
    axes.axvline(100, color=style.INK, linewidth=1)
    for row in range(len(rows)):
        axes.axhline(row, color=style.FAINT, linewidth=0.8, zorder=0.5)
    grouped = printed.groupby(["doc_id", "value", "approx"]).size().reset_index(name="count")
    for _, doc_id, value, approx, count in measures.records(grouped):
        if approx == "exact":
            axes.plot(value, rows[doc_id], "o", color=style.ROLES["actual"][0], alpha=0.7,
                      markersize=dot_size(count), markeredgewidth=0)  # fmt: skip
        else:
            axes.plot(value, rows[doc_id] - 0.26, _LOOSE[approx], color="none", markersize=6,
                      markeredgecolor=style.INK)  # fmt: skip
    name_rows(axes, [names[d] for d in rows], grid=False)
    low, high = min(printed["value"].min(), 50.0), max(printed["value"].max(), 100.0)
    axes.set_xlim(max(low - 6, 0 if low >= 0 else low - 6), high + 6)
    axes.set_xlabel(label("axis.rate", language))
    shown = [f"{e.at_ceiling}/{e.rates}" for e in measures.records(ceiling)]
    add_column(axes, range(len(rows)), shown, label("text.at_ceiling", language))
    details = [f"{names[d]} {s}" for d, s in zip(rows, shown, strict=True)]
    data = printed[["doc_id", "start", "end", "indicator", "subject", "approx", "value"]]
    return page.drawing(description("rates", title, details, language), data)


@drawn
def precision(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw the shares of exact and approximate figures in every document.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.precision` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    counted = found.groupby("doc_id", sort=False)["figures"].sum()
    reports = [d for d in counted.index if counted[d]]
    met = [a for a in measures.APPROXIMATIONS if found.loc[found["approx"] == a, "figures"].any()]
    total = int(found["figures"].sum())
    exact = int(found.loc[found["approx"] == "exact", "figures"].sum())
    title = label("title.precision", language, loose=total - exact, figures=total)
    page = Page(
        0.4 * max(len(reports), 1) + 0.55,
        title,
        [label("note.precision", language, without=len(documents) - len(reports))],
        source_line(documents, language),
        [(patch_key(*style.APPROXIMATIONS[a]), label(f"approx.{a}", language)) for a in met],
    )
    if not reports:
        return page.empty(language)
    axes = page.figure.add_subplot()
    table = found.pivot(index="doc_id", columns="approx", values="share").loc[reports]
    left = np.zeros(len(reports))
    for approx in met:
        color, hatch = style.APPROXIMATIONS[approx]
        widths = 100 * table[approx].to_numpy()
        axes.barh(range(len(reports)), widths, left=left, color=color, hatch=hatch, **BAR)
        left = left + widths
    for row, share in enumerate(100 * table[measures.APPROXIMATIONS[0]]):
        if share >= 12:
            axes.text(share / 2, row, f"{share:.0f}%", color="white", ha="center", va="center",
                      size=style.SMALL_SIZE)  # fmt: skip
    name_rows(axes, [names[d] for d in reports])
    axes.set_xlim(0, 100)
    axes.set_xlabel(label("axis.share_of_figures", language))
    add_column(axes, range(len(reports)), [f"n = {counted[d]}" for d in reports])
    details = [f"{names[d]} {100 * table.loc[d, 'exact']:.0f}%" for d in reports]
    data = found.assign(role="actual")
    return page.drawing(description("precision", title, details, language), data)


def _grouped(found: pd.DataFrame, shown: Sequence[str]) -> list[tuple[str, str]]:
    """Return the rows of the matrix: a heading (empty code) before each dimension's codes."""
    dimension = found.drop_duplicates("indicator").set_index("indicator")["dimension"]
    lines: list[tuple[str, str]] = []
    for name in measures.dimensions():
        codes = [c for c in shown if dimension[c] == name]
        if codes:
            lines += [("", name), *((c, name) for c in codes)]
    return lines


def _state_look(state: str, color: str) -> dict[str, Any]:
    """Return how a state is drawn: full, half-full or empty squares, and a point for missing."""
    look: dict[str, Any] = {"linestyle": "none", "marker": "s", "markersize": 7.5, "color": color,
                            "markeredgecolor": color}  # fmt: skip
    if state == "approximate":
        look |= {"fillstyle": "bottom", "markerfacecoloralt": "white"}
    elif state == "target":
        look |= {"markerfacecolor": "white"}
    elif state == "mentioned":
        look |= {"marker": "o", "markersize": 4, "markerfacecolor": "white"}
    elif state == "no_report":
        look |= {"marker": "x", "markersize": 4, "color": "#999999", "markeredgecolor": "#999999"}
    elif state == "not_mentioned":
        look |= {"marker": ".", "markersize": 2.5, "color": "#999999", "markeredgecolor": "#999999"}
    return look


def _state_marker(state: str, color: str) -> Line2D:
    return Line2D([], [], **_state_look(state, color))


def _state_patch(state: str, color: str) -> Patch:
    """Return the key of a cell of the matrix."""
    return Patch(facecolor=style.STATES[state][0], edgecolor=color, linewidth=0.5)

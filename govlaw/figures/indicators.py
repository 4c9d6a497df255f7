"""Figures of the indicators: what is disclosed, how exactly, and how high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

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
    left_out,
    marker_key,
    name_rows,
    patch_key,
    source_line,
)
from govlaw.figures.words import cut, inches, wrap
from govlaw.labels import label

_LOOSE = {"over": ">", "under": "<", "about": "d"}


@drawn
def disclosure_matrix(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw the state of every indicator in every annual report, grouped by dimension.

    Indicators without a figure in any report have no row; their number is in the note.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.disclosure` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language or a code is unknown.
    """
    names = labels.documents(documents, language)
    reports = list(dict.fromkeys(found["doc_id"]))
    said = found[found["state"] != "not_mentioned"]
    shown = list(dict.fromkeys(c for c in found["indicator"] if c in set(said["indicator"])))
    every = found["indicator"].nunique()
    title = label("title.disclosure_matrix", language, shown=len(shown), every=every)
    lines = _grouped(found, shown)
    turned = len(reports) > 6
    longest = max((inches(names[d]) for d in reports), default=0.0) if turned else 0.35
    page = Page(
        0.19 * max(len(lines), 1) + longest + 0.4,
        title,
        [
            label("note.disclosure_matrix", language, hidden=every - len(shown)),
            left_out(documents, language),
        ],
        source_line(measures.annual_reports(documents), language),
        [(_state_marker(s, style.MUTED), label(f"state.{s}", language)) for s in measures.STATES],
    )
    if not reports or not shown:
        return page.empty(language)
    axes = page.figure.add_subplot()
    place = {code: i for i, (code, _) in enumerate(lines) if code}
    column = {doc_id: i for i, doc_id in enumerate(reports)}
    drawn = found[found["indicator"].isin(shown)]
    for (state, dimension), part in drawn.groupby(["state", "dimension"]):
        xs = [column[d] for d in part["doc_id"]]
        ys = [place[c] for c in part["indicator"]]
        axes.plot(xs, ys, **_state_look(str(state), style.DIMENSIONS[str(dimension)]))
    words = [
        cut(labels.indicator(code, language), LONG_NAMES)
        if code
        else labels.dimension(dimension, language)
        for code, dimension in lines
    ]
    axes.set_yticks(range(len(lines)), words)
    for tick, (code, dimension) in zip(axes.get_yticklabels(), lines, strict=True):
        tick.set_fontsize(style.SMALL_SIZE - 0.5 if code else style.TEXT_SIZE)
        tick.set_color(style.INK if code else style.DIMENSIONS[dimension])
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlim(-0.5, len(reports) - 0.5)
    axes.xaxis.tick_top()
    width = 4.5 / len(reports)
    heads = [names[d] if turned else wrap(names[d], min(width, 1.6)) for d in reports]
    axes.set_xticks(range(len(reports)), heads, rotation=90 if turned else 0)
    axes.tick_params(length=0)
    axes.grid(visible=False, axis="x")
    details = [f"{names[d]} {int((said['doc_id'] == d).sum())}" for d in reports]
    return page.drawing(description("disclosure_matrix", title, details, language), said)


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
        if shares.empty:
            continue
        axes.hlines(row, shares.min(), shares.max(), color=color, linewidth=1.5, alpha=0.5)
        for share, count in shares.value_counts(sort=False).items():
            axes.plot(float(str(share)), row, "o", color=color, alpha=0.65,
                      markersize=dot_size(count), markeredgewidth=0, clip_on=False)  # fmt: skip
        axes.plot(shares.median(), row, "|", color=style.INK, markersize=13, markeredgewidth=2,
                  clip_on=False)  # fmt: skip
    applicable = found.groupby("dimension")["applicable"].first()
    words = [
        label("text.with_count", language, name=labels.dimension(d, language),
              n=f"{applicable[d]:g}")
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
    elif state == "not_mentioned":
        look |= {"marker": ".", "markersize": 2.5, "color": "#999999", "markeredgecolor": "#999999"}
    return look


def _state_marker(state: str, color: str) -> Line2D:
    return Line2D([], [], **_state_look(state, color))

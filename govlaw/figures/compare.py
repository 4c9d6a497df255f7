"""Figures of places beside each other; those without a figure stand in grey at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from govlaw import compare, labels, style
from govlaw.figures.page import (
    Drawing,
    Key,
    Page,
    add_column,
    description,
    drawn,
    few_ticks,
    log_ticks,
    marker_key,
    name_rows,
    source_line,
)
from govlaw.labels import label

_COLOR = style.ROLES["actual"][0]
_ROW = 0.21
_NAMES = 2.0  # inches for the names of places
#: How each state is marked: marker, hollow or not.
_LOOKS = {
    "counts": ("o", False),
    "value": ("o", False),
    "rate_only": ("o", True),
    "approximate": ("d", True),
}


@drawn
def place_rates(
    documents: pd.DataFrame, found: pd.DataFrame, code: str, *, language: str, limit: int = 60,
    foot: int = 15,
) -> Drawing:  # fmt: skip
    """Draw one rate of every place with its interval, highest first, missing ones at the foot.

    Parameters
    ----------
    documents : the reports that were compared
    found : what :func:`govlaw.compare.rates` returned
    code : the rate; empty where no report prints one
    language : zh or en
    limit : most rows with a figure; beyond it the lowest and the highest are drawn
    foot : most rows without a figure

    Raises
    ------
    TableError
        If the language or the code is unknown.
    """
    indicator = labels.indicator(code, language) if code else ""
    counts = int((found["state"] == "counts").sum())
    title = label("title.place_rates", language, indicator=indicator, counts=counts,
                  reports=len(found)) if code else label("said.no_rate", language)  # fmt: skip
    shown = found.assign(
        at=(100 * found["share"]).fillna(found["printed"]),
        low=100 * found["low"],
        high=100 * found["high"],
    )
    words = {
        row["doc_id"]: f"{row['part']:,.0f}/{row['base']:,.0f}"
        for row in found.to_dict("records")
        if row["state"] == "counts"
    }
    return _places(documents, shown, words, "place_rates", title, indicator, "rate_state",
                   compare.RATE_STATES, language, limit, foot)  # fmt: skip


@drawn
def place_counts(
    documents: pd.DataFrame, found: pd.DataFrame, code: str, *, language: str, limit: int = 60,
    foot: int = 15,
) -> Drawing:  # fmt: skip
    """Draw one count of every place on a log axis, highest first, missing ones at the foot.

    Parameters
    ----------
    documents : the reports that were compared
    found : what :func:`govlaw.compare.counts` returned
    code : the count; empty where no report prints one
    language : zh or en
    limit, foot : as for :func:`place_rates`

    Raises
    ------
    TableError
        If the language or the code is unknown.
    """
    indicator = labels.indicator(code, language) if code else ""
    given = int((found["state"] != "not_mentioned").sum())
    title = label("title.place_counts", language, indicator=indicator, given=given,
                  reports=len(found)) if code else label("said.no_count", language)  # fmt: skip
    words = {
        row["doc_id"]: f"{row['value']:,.12g}"
        for row in found.to_dict("records")
        if row["state"] != "not_mentioned"
    }
    shown = found.assign(at=found["value"])
    return _places(documents, shown, words, "place_counts", title, indicator, "count_state",
                   compare.COUNT_STATES, language, limit, foot)  # fmt: skip


def _places(
    documents: pd.DataFrame, found: pd.DataFrame, words: dict[str, str], name: str, title: str,
    indicator: str, states: str, order: Sequence[str], language: str, limit: int, foot: int,
) -> Drawing:  # fmt: skip
    """Draw dots with bars (columns at, low, high), and grey rows for what is missing."""
    names = labels.documents(documents, language)
    held = found[found["state"] != "not_mentioned"].sort_values(
        ["at", "doc_id"], ascending=[False, True], kind="stable"
    )
    gone = found[found["state"] == "not_mentioned"]
    notes = [label(f"note.{name}", language)]
    if len(held) > limit:
        half = limit // 2
        notes.append(label("note.some_places", language, half=half, hidden=len(held) - 2 * half))
        held = pd.concat([held.head(half), held.tail(half)])
    if len(gone) > foot:
        notes.append(label("note.more_missing", language, n=len(gone) - foot))
        gone = gone.head(foot)
    met = [s for s in order if s in set(held["state"]) or (s == "not_mentioned" and len(gone))]
    page = Page(
        _ROW * max(len(held) + len(gone), 2) + 0.65,
        title,
        notes,
        source_line(documents, language),
        [_key(state, states, language) for state in met],
    )
    if not len(held):
        return page.empty(language)
    axes = page.figure.add_subplot()
    for row, entry in enumerate(held.to_dict("records")):
        _mark(axes, row, entry)
    edge = len(held) - 0.5
    if len(gone):
        axes.axhspan(edge, len(held) + len(gone) - 0.45, color="#f2f2f2", zorder=0.4)
    listed = [*held["doc_id"], *gone["doc_id"]]
    name_rows(axes, [names[doc_id] for doc_id in listed], _NAMES)
    for tick, doc_id in zip(axes.get_yticklabels(), listed, strict=True):
        tick.set_color(style.INK if doc_id in words or doc_id in set(held["doc_id"]) else "#8a8a8a")
    _frame(axes, held, name)
    axes.set_xlabel(
        label("axis.count_log" if name == "place_counts" else "axis.place_share", language,
              indicator=indicator)
    )  # fmt: skip
    blank = label("state.not_mentioned", language)
    column = [words.get(d, "") for d in held["doc_id"]] + [blank] * len(gone)
    add_column(axes, range(len(listed)), column)
    details = [f"{names[e['doc_id']]} {e['at']:,.4g}" for e in held.to_dict("records")]
    return page.drawing(description(name, title, details, language, indicator=indicator))


def _key(state: str, states: str, language: str) -> Key:
    if state == "not_mentioned":
        words = label("state.not_mentioned", language)
        return marker_key("#f2f2f2", "s", edge="#bbbbbb"), words
    marker, hollow = _LOOKS[state]
    return marker_key(_COLOR, marker, hollow=hollow), label(f"{states}.{state}", language)


def _mark(axes: Axes, row: int, entry: dict[Any, Any]) -> None:
    marker, hollow = _LOOKS[entry["state"]]
    low, high = entry["low"], entry["high"]
    if np.isfinite(low) and np.isfinite(high) and low < high:
        axes.hlines(row, low, high, color=_COLOR, linewidth=1.6, alpha=0.7)
    axes.plot(entry["at"], row, marker, color="white" if hollow else _COLOR, markersize=5,
              markeredgecolor=_COLOR, clip_on=False)  # fmt: skip


def _frame(axes: Axes, held: pd.DataFrame, name: str) -> None:
    """Set the range of the axis from what is drawn."""
    values = held[["at", "low", "high"]].to_numpy(float)
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if name == "place_counts":
        low = max(low, 1.0)
        log_ticks(axes, low / 1.6, max(high, low) * 1.6)
        return
    room = 0.05 * max(high - low, 2.0)
    axes.set_xlim(max(low - room, 0.0), min(high + room, 100.0) if high <= 100 else high + room)
    axes.xaxis.set_major_locator(few_ticks(7))

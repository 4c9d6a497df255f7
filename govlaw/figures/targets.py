"""Figures of plans and honours: targets reached, units linked, days due, honours by year."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from govlaw import attainment as plans
from govlaw import labels, measures, style
from govlaw.deadlines import returns
from govlaw.figures.page import (
    LONG_NAMES,
    MARGIN,
    NAMES,
    Drawing,
    Page,
    add_column,
    description,
    drawn,
    few_ticks,
    marker_key,
    name_rows,
    patch_key,
    source_line,
)
from govlaw.figures.words import cut, in_lines, inches, wrap
from govlaw.labels import label

#: How a cell looks: its filling and its hatch.
_CELLS = {
    "reached": ("#a9cce3", ""),
    "short": ("#f6c894", "////"),
    "open": ("#e4d9ee", "...."),
    "not_comparable": ("#dddddd", "xxxx"),
    "not_disclosed": ("#ffffff", ""),
}
_FEW = 6  # reports that have a column each; of more, the others are counted
_LINK, _LINES = "#0072b2", 60
_LEVELS = {
    "national": "#c43c00",
    "provincial": "#0072b2",
    "municipal": "#117733",
    "county": "#8c6bb1",
    "": "#777777",
}
_KINDS = {"award": "o", "rank": "s", "shortlist": "^", "pilot": "D", "media": "v"}
_DUE = {"dated": ("#0072b2", "o"), "recurring": ("#c44e00", "D"), "worded": ("#777777", "|")}


@drawn
def attainment(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 40
) -> Drawing:
    """Draw every target against the reports: those of its own place and year, and benchmarks.

    With up to six reports each has a column; with more there is one for the own reports, and the
    benchmarks are counted by how they stand.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.attainment.attainment` returned
    language : zh or en
    limit : most targets drawn: those with results come first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    own = found[found["relation"] == "attainment"]
    others = found[found["relation"] == "benchmark"]
    keys = _in_order(found)
    given = others[others["comparison"] != "not_disclosed"]
    values = {
        "targets": len(keys),
        "met": int((own["verdict"] == "met").sum()),
        "judged": int(own["verdict"].isin(["met", "not_met"]).sum()),
        "given": given.groupby(["plan", "start"]).ngroups,
    }
    title = label("title.attainment" if len(own) else "title.attainment_none", language, **values)
    drawn = keys[:limit]
    notes = [label("note.attainment", language)]
    if len(keys) > limit:
        notes.append(label("note.attainment_limit", language, shown=limit, every=len(keys)))
    page = Page(
        0.36 * max(len(drawn), 1) + 0.75,
        title,
        notes,
        source_line(documents, language),
        [(patch_key(*_CELLS[c]), label(f"comparison.{c}", language)) for c in _CELLS
         if c in set(found["comparison"]) and c != "not_disclosed"]
        + [(_frame_key(), label("relation.attainment", language))] * bool(len(own)),
    )  # fmt: skip
    if not drawn:
        return page.empty(language, "text.no_targets")
    axes = page.figure.add_subplot()
    heads, cells = _cells(documents, found, drawn, language)
    width = 4.6 / len(heads)
    for row, line in enumerate(cells):
        for column, (words, comparison, framed) in enumerate(line):
            color, hatch = _CELLS.get(comparison, ("#ffffff", ""))
            axes.add_patch(Rectangle((column - 0.47, row - 0.42), 0.94, 0.84, facecolor=color,
                                     hatch=hatch, edgecolor="white", linewidth=0))  # fmt: skip
            edge = style.INK if framed else "#cccccc"
            axes.add_patch(Rectangle((column - 0.47, row - 0.42), 0.94, 0.84, facecolor="none",
                                     edgecolor=edge, linewidth=1.6 if framed else 0.6))  # fmt: skip
            box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0}
            axes.text(column, row, cut(words, width - 0.14), ha="center", va="center",
                      size=style.SMALL_SIZE, bbox=box if hatch and words else None,
                      color=style.MUTED if words == "–" else style.INK)  # fmt: skip
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.set_xticks(range(len(heads)), [in_lines(h, width - 0.06, 3) for h in heads])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    name_rows(axes, [""] * len(drawn))
    names = labels.documents(documents, language)
    several = len({plan for plan, _ in drawn}) > 1
    axes.set_yticks(
        range(len(drawn)),
        [_goal(found, k, language) + (f"\n{names[k[0]]}" if several else "") for k in drawn],
    )
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    details = [
        label("text.benchmark_count", language, goal=_goal(found, key, language),
              n=int(((given["plan"] == key[0]) & (given["start"] == key[1])).sum()))
        for key in drawn
    ]  # fmt: skip
    # a row of the data leads to the target, in the plan that sets it
    data = found.drop(columns="figures").rename(columns={"doc_id": "report", "plan": "doc_id"})
    return page.drawing(description("attainment", title, details, language), data)


def _in_order(found: pd.DataFrame) -> list[tuple[str, int]]:
    """Return the targets: judged ones first, then those with a benchmark, then the rest."""
    rank: dict[tuple[str, int], int] = {}
    for row in measures.records(found):
        key = (row.plan, row.start)
        said = row.comparison != "not_disclosed"
        own = row.relation == "attainment"
        rank[key] = min(rank.get(key, 3), 0 if own and said else 1 if said else 2 if own else 3)
    return sorted(rank, key=lambda key: rank[key])


def _goal(found: pd.DataFrame, key: tuple[str, int], language: str) -> str:
    row = found[(found["plan"] == key[0]) & (found["start"] == key[1])].iloc[0]
    space = "" if row["unit"] == "%" or language == "zh" else " "
    asked = f"{plans.SIGNS[row['comparator']]} {row['target']:,.12g}{space}{row['unit']}"
    name = labels.indicator(row["indicator"], language)
    number = f"{row['task']}. " if str(row["task"]).isdigit() else ""
    room = LONG_NAMES - inches(f"  {asked}") - inches(number)
    return f"{number}{cut(name, room)}  {asked}"


def _cells(
    documents: pd.DataFrame, found: pd.DataFrame, keys: list[tuple[str, int]], language: str
) -> tuple[list[str], list[list[tuple[str, str, bool]]]]:
    """Return the heads of the columns, and for each target its cells: words, comparison, framed."""
    names = labels.documents(documents, language)
    reports = [d for d in documents["doc_id"] if d in set(found["doc_id"])]
    by_target = {key: part for key, part in found.groupby(["plan", "start"])}
    lines = []
    if len(reports) <= _FEW:
        for key in keys:
            part = by_target[key].set_index("doc_id")
            line = []
            for doc_id in reports:
                if doc_id not in part.index:
                    line.append(("", "", False))
                    continue
                row = part.loc[doc_id]
                printed = str(row["printed"]).replace(";", " / ") or "–"
                line.append((printed, row["comparison"], row["relation"] == "attainment"))
            lines.append(line)
        return [names[d] for d in reports], lines
    judged = bool((found["relation"] == "attainment").any())
    heads = [label("relation.attainment", language)] * judged
    heads += [label(f"comparison.{c}", language) for c in plans.COMPARISONS]
    for key in keys:
        part = by_target[key]
        own = part[part["relation"] == "attainment"]
        printed = " / ".join(p.replace(";", " / ") or "–" for p in own["printed"])
        states = list(dict.fromkeys(own["comparison"]))
        line = [(printed, states[0] if len(states) == 1 else "", bool(len(own)))] * judged
        sizes = part[part["relation"] == "benchmark"].groupby("comparison").size()
        for comparison in plans.COMPARISONS:
            n = int(sizes.get(comparison, 0))
            line.append((f"{n:,}" if n else "–", comparison if n else "", False))
        lines.append(line)
    return heads, lines


def _frame_key() -> Rectangle:
    return Rectangle((0, 0), 1, 1, facecolor="none", edgecolor=style.INK, linewidth=1.6)


@drawn
def responsibility(
    documents: pd.DataFrame,
    links: pd.DataFrame,
    roles: pd.DataFrame,
    *,
    language: str,
    most: int = 14,
    threshold: int = 0,
) -> Drawing:
    """Draw which units lead, which support them, and in how many measures.

    Parameters
    ----------
    documents : table ``documents``
    links : what :func:`govlaw.attainment.unit_links` returned
    roles : what :func:`govlaw.attainment.unit_roles` returned
    language : zh or en
    most : most units drawn on either side
    threshold : fewest measures of a line that is drawn; 0 for the fewest that leave no more than
        60 lines

    Raises
    ------
    TableError
        If the language is unknown.
    """
    leads = roles[roles["led"] > 0]
    supports = roles[roles["supported"] > 0].sort_values("supported", ascending=False,
                                                         kind="stable")  # fmt: skip
    top = leads.iloc[0] if len(leads) else None
    title = label("title.responsibility", language, unit=top["unit"] if top is not None else "–",
                  led=int(top["led"]) if top is not None else 0, leads=len(leads))  # fmt: skip
    left, right = leads.head(most), supports.head(most)
    between = links[links["kind"] == "support"]
    inside = between[between["unit"].isin(left["unit"]) & between["other"].isin(right["unit"])]
    sizes = sorted(inside["measures"], reverse=True)
    least = threshold or (sizes[_LINES] + 1 if len(sizes) > _LINES else 1)
    shown = inside[inside["measures"] >= least]
    rows = max(len(left), len(right), 1)
    hidden = (len(leads) - len(left), len(supports) - len(right), len(between) - len(shown))
    page = Page(
        0.32 * rows + 0.35,
        title,
        [
            label("note.responsibility", language),
            label("note.responsibility_limit", language, leads=hidden[0], supports=hidden[1],
                  lines=hidden[2], least=least)
            if any(hidden) else "",
        ],
        source_line(documents, language),
    )  # fmt: skip
    if not len(left):
        return page.empty(language, "text.no_tasks")
    axes = page.figure.add_subplot()
    axes.set_axis_off()
    room = (style.WIDTH - 2 * MARGIN) / 3.0  # names on either side of the lines take a third each
    axes.set_xlim(-1.0, 2.0)
    axes.set_ylim(rows - 0.4, -1.1)
    at_left = {u: (rows - len(left)) / 2 + i for i, u in enumerate(left["unit"])}
    at_right = {u: (rows - len(right)) / 2 + i for i, u in enumerate(right["unit"])}
    largest = max(int(shown["measures"].max()) if len(shown) else 1, 1)
    for link in measures.records(shown[::-1]):
        _line(axes, at_left[link.unit], at_right[link.other], 0.5 + 6 * link.measures / largest)
    _names(axes, list(left["led"]), at_left, 0.0, "right", room)
    _names(axes, list(right["supported"]), at_right, 1.0, "left", room)
    for x, name, side in ((0.0, "head.lead", "right"), (1.0, "head.supporting", "left")):
        axes.text(x, -0.85, label(name, language), ha=side, va="center", color=style.MUTED,
                  size=style.SMALL_SIZE)  # fmt: skip
    details = [f"{link.unit} – {link.other} {link.measures}" for link in measures.records(shown)]
    return page.drawing(description("responsibility", title, details, language))


def _line(axes: Axes, start: float, end: float, width: float) -> None:
    curve = Path(
        [(0.03, start), (0.5, start), (0.5, end), (0.97, end)],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    axes.add_patch(PathPatch(curve, facecolor="none", edgecolor=_LINK, alpha=0.45, linewidth=width))


def _names(
    axes: Axes, counts: Sequence[int], at: dict[str, float], x: float,
    side: str, room: float,
) -> None:  # fmt: skip
    away = -0.03 if side == "right" else 0.03
    for unit, count in zip(at, counts, strict=True):
        shown = cut(unit, room - 0.5)
        words = f"{shown}  {count}" if side == "right" else f"{count}  {shown}"
        axes.plot(x, at[unit], "o", color=style.INK, markersize=4, clip_on=False)
        axes.text(x + away, at[unit], words, ha=side, va="center", size=style.SMALL_SIZE)


@drawn
def deadlines(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 40
) -> Drawing:
    """Draw when the measures with a deadline of their own are due.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.attainment.due_dates` returned
    language : zh or en
    limit : most measures drawn, the earliest first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    order = {"dated": 0, "recurring": 1, "worded": 2}
    own = found[found["state"] != "none"]
    own = own.assign(order=own["state"].map(order)).sort_values(["order", "due"], kind="stable")
    title = label("title.deadlines", language, own=len(own), measures=len(found),
                  dated=int((own["state"] == "dated").sum()))  # fmt: skip
    drawn = own.head(limit)
    notes = [label("note.deadlines", language, rest=len(found) - len(own))]
    if len(own) > limit:
        notes.append(label("note.deadlines_limit", language, shown=limit, every=len(own)))
    met = [s for s in order if (drawn["state"] == s).any()]
    page = Page(
        0.3 * max(len(drawn), 1) + 0.6,
        title,
        notes,
        source_line(documents, language),
        [(marker_key(*_DUE[s]), label(f"due.{s}", language)) for s in met],
    )
    if not len(drawn):
        return page.empty(language, "text.no_deadlines" if len(found) else "text.no_tasks")
    axes = page.figure.add_subplot()
    first, last = _reach(drawn)
    several = drawn["doc_id"].nunique() > 1
    rows_named = []
    for row, entry in enumerate(measures.records(drawn)):
        low = _year(entry.first_year, first)
        high = _year(entry.last_year, last - 1) + 1
        end = _position(date.fromisoformat(entry.due)) if entry.due else high
        axes.hlines(row, min(low, end), end, color=style.FAINT, linewidth=3)
        color, marker = _DUE[entry.state]
        ends = [end]
        if entry.state == "recurring":
            ends = [_position(d) for d in returns(entry.deadline, entry.recurs, low, high - 1)]
        axes.plot(ends, [row] * len(ends), marker, color=color, linestyle="none", clip_on=False,
                  markersize=5 if entry.state == "recurring" else 7)  # fmt: skip
        words = f"{names[entry.doc_id]} {entry.number}" if several else str(entry.number)
        room = LONG_NAMES - inches(f"{words}  ") - 0.1
        rows_named.append(f"{words}  {cut(entry.measure, room)}" if room > 0.4 else words)
    axes.set_yticks(range(len(drawn)), rows_named)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(drawn) - 0.45, -0.55)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(first - 0.02, last + 0.02)
    years = range(first, last + 1, max(1, (last - first) // 6))
    axes.set_xticks(list(years), [label("text.start_of_year", language, year=y) for y in years])
    shown = [cut(str(d), 1.1) for d in drawn["deadline"]]
    add_column(axes, range(len(drawn)), shown, label("text.as_printed", language))
    details = [
        f"{names[e.doc_id]} {e.number} {e.due or e.deadline}" for e in measures.records(drawn)
    ]
    return page.drawing(description("deadlines", title, details, language))


def _year(text: str, otherwise: int) -> int:
    return int(text) if str(text).isdigit() else otherwise


def _position(day: date) -> float:
    """Return the end of a day as a place on an axis of years."""
    return day.year + (day.timetuple().tm_yday) / (365 + (monthrange(day.year, 2)[1] == 29))


def _reach(drawn: pd.DataFrame) -> tuple[int, int]:
    """Return the first year drawn, and the one after the last."""
    years = [int(y) for column in ("first_year", "last_year") for y in drawn[column] if y.isdigit()]
    years += [int(due[:4]) for due in drawn["due"] if due]
    return (min(years), max(years) + 1) if years else (0, 1)


@drawn
def honours(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw every honour by document and year, a mark each: colour the level, form the kind.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.attainment.honour_years` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    national = int((found["level"] == "national").sum())
    title = label("title.honours", language, honours=len(found), national=national,
                  documents=found["doc_id"].nunique())  # fmt: skip
    kinds = [k for k in _KINDS if (found["kind"] == k).any()]
    levels = [v for v in _LEVELS if (found["level"] == v).any()]
    keys = [
        (marker_key(_LEVELS[v], "o"), label(f"level.{v}" if v else "level.none", language))
        for v in levels
    ] + [
        (marker_key(style.MUTED, _KINDS[k], hollow=True), label(f"honour_kind.{k}", language))
        for k in kinds
    ]
    shown = [d for d in documents["doc_id"] if d in set(found["doc_id"])]
    first, last = (int(found["year"].min()), int(found["year"].max())) if shown else (0, 0)
    width = (style.WIDTH - 2 * MARGIN - NAMES - 0.2) / (last - first + 1)
    a_line = max(1, int((width - 0.1) / 0.14))
    lines = {
        d: -(-int(found[found["doc_id"] == d].groupby("year").size().max()) // a_line)
        for d in shown
    }
    heights = [max(0.34, 0.15 * lines[d] + 0.18) for d in shown]
    page = Page(
        math.fsum(heights) + 0.5,
        title,
        [label("note.honours", language, without=len(documents) - len(shown))],
        source_line(documents, language),
        keys,
    )
    if not shown:
        return page.empty(language, "text.no_honours")
    axes = page.figure.add_subplot()
    top = 0.0
    centres = []
    for doc_id, height in zip(shown, heights, strict=True):
        part = found[found["doc_id"] == doc_id]
        for year, group in part.groupby("year"):
            _packed(axes, group, int(year), width, a_line, top + height / 2)
        axes.axhline(top, color="#e3e3e3", linewidth=0.6)
        centres.append(top + height / 2)
        top += height
    axes.set_yticks(centres, [wrap(names[d], NAMES) for d in shown])
    axes.set_ylim(top, 0)
    axes.set_xlim(first - 0.5, last + 0.5)
    axes.xaxis.set_major_locator(few_ticks(8, whole=True))
    axes.grid(visible=False, axis="y")
    axes.tick_params(length=0)
    details = [f"{names[d]} {int((found['doc_id'] == d).sum())}" for d in shown]
    return page.drawing(description("honours", title, details, language))


def _packed(
    axes: Axes, group: pd.DataFrame, year: int, width: float, a_line: int, middle: float
) -> None:
    """Draw the honours of one document and year side by side, in lines of ``a_line``."""
    marks: list[Any] = list(measures.records(group))
    count = -(-len(marks) // a_line)
    for i, mark in enumerate(marks):
        line, place = divmod(i, a_line)
        beside = min(a_line, len(marks) - line * a_line)
        x = year + 0.14 * (place - (beside - 1) / 2) / width
        y = middle + 0.15 * (line - (count - 1) / 2)
        axes.plot(x, y, _KINDS.get(mark.kind, "o"), color=_LEVELS.get(mark.level, "#777777"),
                  markersize=6)  # fmt: skip

"""The figures of the study: from the tables of :mod:`govlaw.measures` to drawings.

Every function returns a :class:`Drawing` in the language asked for, writes no file and changes
no setting. A drawing carries its message in the title, units, n, what was left out, and the
versions behind it. All are 8 inches wide; heights grow with the corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from govlaw import __version__, labels, measures, style
from govlaw.codebook import VERSION
from govlaw.labels import label

#: Reports and findings named one by one in a description for screen readers.
_NAMED = 12
#: Room for the labels of rows, in inches.
_NAMES, _LONG_NAMES = 1.7, 2.9
_MARGIN, _LINE = 0.15, 1.35
_FIRST_WIDE = "\u2e80"  # from here on characters are Chinese, and a line may end after each
_NO_LINE_START = "，。；：、！？）》”’…%）〕]),.;:!?"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure with its message and its description for those who cannot see it."""

    figure: Figure
    title: str
    alt: str


P = ParamSpec("P")


def _drawn(function: Callable[P, Drawing]) -> Callable[P, Drawing]:
    """Draw in govlaw's theme, and fix the layout once so that every saving is the same."""

    @wraps(function)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Drawing:
        with style.theme():
            drawing = function(*args, **kwargs)
            drawing.figure.draw_without_rendering()
            _fix(drawing.figure)
        return drawing

    return draw


def _fix(figure: Figure) -> None:
    """Keep the layout as it is, rounded: its solver differs in the last bits from run to run, and
    the names of clipping paths in an SVG are made from all of them."""
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(v, 5) for v in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


# -- 01 the corpus -------------------------------------------------------------------------


@_drawn
def completeness(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw which of the five required contents each annual report has a section for.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.completeness` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    reports = list(dict.fromkeys(found["doc_id"]))
    due = found[found["part"].isin(measures.DUE)]
    full = int(due.groupby("doc_id")["present"].all().sum())
    title = label("title.completeness", language, full=full, reports=len(reports))
    page = _Page(
        0.34 * max(len(reports), 1) + 0.75,
        title,
        [label("note.completeness", language), _left_out(documents, language)],
        _source(measures.annual_reports(documents), language),
    )
    if not reports:
        return page.empty(language)
    axes = page.figure.add_subplot()
    grid = found.pivot(index="doc_id", columns="part", values="sections")
    grid = grid.loc[reports, list(measures.PARTS)]
    words = grid.map(lambda n: str(n) if n else label("text.no_section", language))
    sns.heatmap(
        grid > 0,
        annot=words,
        fmt="",
        cmap=ListedColormap(["#ffffff", style.ROLES["actual"][0]]),
        vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1.5,
        linecolor="#bbbbbb",
        annot_kws={"size": style.SMALL_SIZE},
        ax=axes,
    )
    for text, present in zip(axes.texts, (grid > 0).to_numpy().ravel(), strict=True):
        text.set_color("white" if present else style.INK)
    axes.set(xlabel="", ylabel="")
    axes.xaxis.tick_top()
    columns = [_wrap(labels.part(part, language), 0.95) for part in measures.PARTS]
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=0)
    axes.set_yticks(
        np.arange(len(reports)) + 0.5, [_wrap(names[d], _NAMES) for d in reports], rotation=0
    )
    axes.tick_params(length=0)
    scores = found.drop_duplicates("doc_id").set_index("doc_id")["score"]
    shown = [f"{scores[d]}/{len(measures.PARTS)}" for d in reports]
    _column(axes, np.arange(len(reports)) + 0.5, shown, label("text.score", language))
    details = [f"{names[d]} {s}" for d, s in zip(reports, shown, strict=True)]
    return page.drawing(_alt("completeness", title, details, language))


@_drawn
def density(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw figures per 1,000 characters of every document, split by role or dimension.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.density` returned, by role or by dimension
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    by_role = not set(found["group"]) - set(measures.ROLES)
    looks = style.ROLES if by_role else {d: (c, "") for d, c in style.DIMENSIONS.items()}
    groups = [g for g in looks if found.loc[found["group"] == g, "figures"].sum()]
    reports = [d for d in documents["doc_id"] if d in set(found["doc_id"])]
    chosen = found[found["group"] == "actual"] if by_role else found
    totals = chosen.groupby("doc_id")["per_1000"].sum().reindex(reports)
    annual = totals[totals.index.isin(measures.annual_reports(documents)["doc_id"])].dropna()
    low, high = (f"{annual.min():.1f}", f"{annual.max():.1f}") if len(annual) else ("–", "–")
    title = label("title.density", language, low=low, high=high)
    page = _Page(
        0.4 * max(len(reports), 1) + 0.55,
        title,
        [label("note.density" if by_role else "note.density_dimension", language)],
        _source(documents, language),
        [(_patch(*looks[g]), _group(g, language, by_role)) for g in groups],
    )
    if not reports or not groups:
        return page.empty(language)
    axes = page.figure.add_subplot()
    table = found.pivot(index="doc_id", columns="group", values="per_1000").loc[reports, groups]
    rows = np.arange(len(reports))
    left = np.zeros(len(reports))
    for group in groups:
        color, hatch = looks[group]
        widths = table[group].to_numpy()
        axes.barh(rows, widths, left=left, color=color, hatch=hatch, **_BAR)
        left = left + np.nan_to_num(widths)
    _rows(axes, [names[d] for d in reports])
    axes.set_xlim(0, float(left.max()) * 1.02)
    axes.set_xlabel(label("axis.per_1000", language))
    counts = found.groupby("doc_id")["figures"].sum()
    _column(axes, rows, [f"n = {counts[d]}" for d in reports])
    details = [f"{names[d]} {totals[d]:.1f}" for d in reports]
    return page.drawing(_alt("density", title, details, language))


@_drawn
def timing(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw the length of every annual report and its date against 1 April.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.delay` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    dated = found[found["days"].notna()]
    early = int((dated["days"] <= 0).sum())
    title = label("title.timing", language, early=early, dated=len(dated))
    ways = [w for w in ("published", "written") if (found["dated_by"] == w).any()]
    page = _Page(
        0.34 * max(len(found), 1) + 0.75,
        title,
        [label("note.timing", language), _left_out(documents, language)],
        _source(measures.annual_reports(documents), language),
        [(_marker(*_DATES[w]), label(f"dated.{w}", language)) for w in ways],
    )
    if not len(found):
        return page.empty(language)
    size, days = page.figure.subplots(1, 2, sharey=True, width_ratios=[1, 1.3])
    rows = np.arange(len(found))
    size.hlines(rows, 0, found["characters"], color=style.FAINT, linewidth=2)
    size.plot(found["characters"], rows, "o", color=style.INK, markersize=5)
    size.set_xlim(0, float(found["characters"].max()) * 1.3)
    for row, n in zip(rows, found["characters"], strict=True):
        size.annotate(f"{n:,}", (n, row), (6, 0), textcoords="offset points", va="center",
                      size=style.SMALL_SIZE)  # fmt: skip
    size.set_xlabel(label("axis.characters", language))
    size.xaxis.set_major_locator(_few_ticks(4))
    _rows(size, [names[d] for d in found["doc_id"]])
    days.axvline(0, color=style.MUTED, linewidth=1)
    reach = max(30.0, float(dated["days"].abs().max()) if len(dated) else 0.0) * 1.6
    for row, entry in zip(rows, measures.records(found), strict=True):
        if np.isnan(entry.days):
            days.annotate(label("text.no_date", language), (0, row), (6, 0),
                          textcoords="offset points", va="center", color=style.MUTED,
                          size=style.SMALL_SIZE)  # fmt: skip
            continue
        color, marker = _DATES[entry.dated_by]
        days.hlines(row, 0, entry.days, color=style.FAINT, linewidth=2)
        days.plot(entry.days, row, marker, color=color, markersize=6)
        late = entry.days > 0
        days.annotate(f"{entry.days:+.0f}" if entry.days else "0", (entry.days, row),
                      (7 if late else -7, 0), textcoords="offset points", va="center",
                      ha="left" if late else "right", size=style.SMALL_SIZE)  # fmt: skip
    days.set_xlim(-reach, reach)
    days.set_xlabel(_wrap(label("axis.days", language), 3.0, style.TEXT_SIZE))
    days.xaxis.set_major_locator(_few_ticks(5))
    days.tick_params(labelleft=False)
    details = [
        f"{names[e.doc_id]} "
        + (label("text.no_date", language) if np.isnan(e.days) else f"{e.days:+.0f}")
        for e in measures.records(found)
    ]
    return page.drawing(_alt("timing", title, details, language))


# -- 02 indicators -------------------------------------------------------------------------


@_drawn
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
    longest = max((_inches(names[d]) for d in reports), default=0.0) if turned else 0.35
    page = _Page(
        0.19 * max(len(lines), 1) + longest + 0.4,
        title,
        [
            label("note.disclosure_matrix", language, hidden=every - len(shown)),
            _left_out(documents, language),
        ],
        _source(measures.annual_reports(documents), language),
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
        _cut(labels.indicator(code, language), _LONG_NAMES)
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
    heads = [names[d] if turned else _wrap(names[d], min(width, 1.6)) for d in reports]
    axes.set_xticks(range(len(reports)), heads, rotation=90 if turned else 0)
    axes.tick_params(length=0)
    axes.grid(visible=False, axis="x")
    details = [f"{names[d]} {int((said['doc_id'] == d).sum())}" for d in reports]
    return page.drawing(_alt("disclosure_matrix", title, details, language))


@_drawn
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
    page = _Page(
        0.3 * max(len(order), 1) + 0.55,
        title,
        [label("note.disclosure_share", language), _left_out(documents, language)],
        _source(measures.annual_reports(documents), language),
        [
            (_marker(style.MUTED, "o"), label("text.one_report", language)),
            (_marker(style.INK, "|"), label("text.median", language)),
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
            axes.plot(float(str(share)), row, "o", color=color, alpha=0.65, markersize=_dot(count),
                      markeredgewidth=0, clip_on=False)  # fmt: skip
        axes.plot(shares.median(), row, "|", color=style.INK, markersize=13, markeredgewidth=2,
                  clip_on=False)  # fmt: skip
    applicable = found.groupby("dimension")["applicable"].first()
    words = [
        label("text.with_count", language, name=labels.dimension(d, language),
              n=f"{applicable[d]:g}")
        for d in order
    ]  # fmt: skip
    _rows(axes, words, 2.3)
    axes.set_xlim(0, 100)
    axes.set_xlabel(label("axis.disclosure_share", language))
    shown = [f"{100 * medians[d]:.0f}%" if medians[d] == medians[d] else "–" for d in order]
    _column(axes, range(len(order)), shown, label("text.median", language))
    details = [f"{labels.dimension(d, language)} {s}" for d, s in zip(order, shown, strict=True)]
    return page.drawing(_alt("disclosure_share", title, details, language, reports=reports))


@_drawn
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
    page = _Page(
        0.42 * max(len(ceiling), 1) + 0.7,
        title,
        [label("note.rates", language, without=len(documents) - len(ceiling))],
        _source(documents, language),
        [(_marker(style.ROLES["actual"][0], "o"), label("approx.exact", language))]
        + [(_marker(style.INK, _LOOSE[a], hollow=True), label(f"approx.{a}", language))
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
                      markersize=_dot(count), markeredgewidth=0)  # fmt: skip
        else:
            axes.plot(value, rows[doc_id] - 0.26, _LOOSE[approx], color="none", markersize=6,
                      markeredgecolor=style.INK)  # fmt: skip
    _rows(axes, [names[d] for d in rows], grid=False)
    low, high = min(printed["value"].min(), 50.0), max(printed["value"].max(), 100.0)
    axes.set_xlim(max(low - 6, 0 if low >= 0 else low - 6), high + 6)
    axes.set_xlabel(label("axis.rate", language))
    shown = [f"{e.at_ceiling}/{e.rates}" for e in measures.records(ceiling)]
    _column(axes, range(len(rows)), shown, label("text.at_ceiling", language))
    details = [f"{names[d]} {s}" for d, s in zip(rows, shown, strict=True)]
    return page.drawing(_alt("rates", title, details, language))


@_drawn
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
    page = _Page(
        0.4 * max(len(reports), 1) + 0.55,
        title,
        [label("note.precision", language, without=len(documents) - len(reports))],
        _source(documents, language),
        [(_patch(*style.APPROXIMATIONS[a]), label(f"approx.{a}", language)) for a in met],
    )
    if not reports:
        return page.empty(language)
    axes = page.figure.add_subplot()
    table = found.pivot(index="doc_id", columns="approx", values="share").loc[reports]
    left = np.zeros(len(reports))
    for approx in met:
        color, hatch = style.APPROXIMATIONS[approx]
        widths = 100 * table[approx].to_numpy()
        axes.barh(range(len(reports)), widths, left=left, color=color, hatch=hatch, **_BAR)
        left = left + widths
    for row, share in enumerate(100 * table[measures.APPROXIMATIONS[0]]):
        if share >= 12:
            axes.text(share / 2, row, f"{share:.0f}%", color="white", ha="center", va="center",
                      size=style.SMALL_SIZE)  # fmt: skip
    _rows(axes, [names[d] for d in reports])
    axes.set_xlim(0, 100)
    axes.set_xlabel(label("axis.share_of_figures", language))
    _column(axes, range(len(reports)), [f"n = {counted[d]}" for d in reports])
    details = [f"{names[d]} {100 * table.loc[d, 'exact']:.0f}%" for d in reports]
    return page.drawing(_alt("precision", title, details, language))


# -- 03 audit ------------------------------------------------------------------------------


@_drawn
def audit_rates(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 40
) -> Drawing:
    """Draw every rate that could be recomputed: as printed, as recomputed, and the difference.

    The band in the right half is what the printed digits leave open: half of the last digit on
    either side. Differences beyond the frame are drawn at its edge; their size stands beside.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.tested_rates` returned
    language : zh or en
    limit : most rows drawn, worst agreement first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    bad = int((found["verdict"] == "irreconcilable").sum())
    title = label("title.audit_rates", language, bad=bad, tested=len(found))
    drawn = found.head(limit)
    met = [v for v in measures.VERDICTS if v in set(drawn["verdict"])]
    notes = [label("note.audit_rates", language)]
    if len(found) > limit:
        notes.append(label("note.limit", language, shown=limit, every=len(found)))
    page = _Page(
        0.5 * max(len(drawn), 1) + 0.85,
        title,
        notes,
        _source(documents, language),
        [(_marker("white", "o", edge=style.INK), label("text.printed", language))]
        + [(_marker(*style.VERDICTS[v]), labels.verdict(v, language)) for v in met]
        + [(_patch(_BAND, ""), label("text.band", language))],
    )
    if not len(drawn):
        return page.empty(language)
    left, right = page.figure.subplots(1, 2, sharey=True, width_ratios=[1.1, 1])
    right.axvspan(-1, 1, color=_BAND, zorder=0.5)
    right.axvline(0, color=style.MUTED, linewidth=1)
    names_of_rows = []
    for row, entry in enumerate(measures.records(drawn)):
        color, marker = style.VERDICTS[entry.verdict]
        left.hlines(row, *sorted((entry.printed, entry.recomputed)), color=color, linewidth=1.5)
        left.plot(entry.printed, row, "o", color="white", markeredgecolor=style.INK, markersize=8)
        left.plot(entry.recomputed, row, marker, color=color, markersize=5)
        inside = min(max(entry.ratio, -_REACH), _REACH)
        right.plot(inside, row, marker, color=color, markersize=6, clip_on=False)
        words = _lines(labels.formula(entry.formula, language), _LONG_NAMES - 0.4, 2)
        names_of_rows.append(f"{names[entry.doc_id]}\n{words}")
    left.set_yticks(range(len(drawn)), names_of_rows)
    left.tick_params(axis="y", length=0, labelsize=style.SMALL_SIZE - 0.5)
    left.set_ylim(len(drawn) - 0.4, -0.6)
    low = min(drawn["printed"].min(), drawn["recomputed"].min())
    high = max(drawn["printed"].max(), drawn["recomputed"].max(), 100.0)
    room = 0.06 * max(high - low, 1.0)
    left.set_xlim(low - room, high + room)
    left.set_xlabel(label("axis.rate", language))
    left.xaxis.set_major_locator(_few_ticks(4))
    right.set_xlim(-1.1 * _REACH, 1.1 * _REACH)
    right.set_xlabel(_wrap(label("axis.difference", language), 2.0, style.TEXT_SIZE))
    right.set_xticks(range(-2, 3))
    right.tick_params(labelleft=False)
    for axes in (left, right):
        axes.grid(visible=False, axis="y")
    differences = [_difference(e.difference, e.tolerance) for e in measures.records(drawn)]
    _column(right, range(len(drawn)), differences, label("text.points", language))
    details = [
        label("text.rate_pair", language, name=names[e.doc_id], printed=f"{e.printed:g}",
              recomputed=f"{e.recomputed:g}", verdict=labels.verdict(e.verdict, language))
        for e in measures.records(drawn)
    ]  # fmt: skip
    return page.drawing(_alt("audit_rates", title, details, language))


@_drawn
def audit_verdicts(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw how many findings have each verdict, one panel a rule of the audit.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.verdicts` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    rules = list(dict.fromkeys(found["rule"]))
    total = int(found["findings"].sum())
    agree = int(found.loc[found["verdict"] == "consistent", "findings"].sum())
    title = label("title.audit_verdicts", language, agree=agree, findings=total)
    page = _Page(
        0.28 * len(measures.VERDICTS) + 0.8,
        title,
        [label("note.audit_verdicts", language)],
        _source(documents, language),
    )
    if not total:
        return page.empty(language)
    panels = page.figure.subplots(1, len(rules), sharey=True, squeeze=False)[0]
    details = []
    for axes, rule in zip(panels, rules, strict=True):
        part = found[found["rule"] == rule].set_index("verdict")["findings"]
        counts = part.reindex(list(measures.VERDICTS)).to_numpy()
        colors = [style.VERDICTS[v][0] for v in measures.VERDICTS]
        axes.barh(range(len(counts)), counts, color=colors, height=0.62, edgecolor="none")
        for row, count in enumerate(counts):
            axes.annotate(str(count), (count, row), (4, 0), textcoords="offset points",
                          va="center", size=style.SMALL_SIZE)  # fmt: skip
        axes.set_title(_wrap(label(f"rule.{rule}", language), 5.4 / len(rules)), loc="left")
        axes.set_xlim(0, max(float(found["findings"].max()) * (1.1 + 0.06 * len(rules)), 1.0))
        axes.xaxis.set_major_locator(_few_ticks(5, whole=True))
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(label("axis.findings", language), size=style.TEXT_SIZE)
        details += [
            f"{label(f'rule.{rule}', language)} – {labels.verdict(v, language)} {part[v]}"
            for v in measures.VERDICTS
            if part[v]
        ]
    _rows(panels[0], [labels.verdict(v, language) for v in measures.VERDICTS], grid=False)
    return page.drawing(_alt("audit_verdicts", title, details, language))


# -- report card ---------------------------------------------------------------------------


@_drawn
def profile(documents: pd.DataFrame, found: pd.DataFrame, *, doc_id: str, language: str) -> Drawing:
    """Draw the figures of one document by dimension and role.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.profile` returned for ``doc_id``
    doc_id : the document
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    own = documents[documents["doc_id"] == doc_id]
    name = labels.documents(documents, language).get(doc_id, doc_id)
    totals = found.groupby("dimension", sort=False)["figures"].sum()
    total = int(totals.sum())
    most = str(totals.idxmax()) if total else ""
    title = label("title.profile", language, name=name, figures=total,
                  dimension=labels.dimension(most, language) if most else "–",
                  most=int(totals.max()) if total else 0)  # fmt: skip
    roles = [r for r in measures.ROLES if found.loc[found["role"] == r, "figures"].sum()]
    page = _Page(
        0.3 * max(len(totals), 1) + 0.5,
        title,
        [label("note.profile", language)],
        _source(own, language),
        [(Patch(**_role_look(r, style.MUTED)), label(f"role.{r}", language)) for r in roles],
    )
    if not total:
        return page.empty(language)
    axes = page.figure.add_subplot()
    order = [d for d in measures.dimensions() if d in totals.index]
    table = found.pivot(index="dimension", columns="role", values="figures").loc[order]
    for row, dimension in enumerate(order):
        left = 0
        for role in roles:
            width = int(table[role][dimension])
            if width:
                look = _role_look(role, style.DIMENSIONS[dimension])
                axes.barh(row, width, left=left, height=0.66, **look)
            left += width
        axes.annotate(str(left), (left, row), (4, 0), textcoords="offset points", va="center",
                      size=style.SMALL_SIZE)  # fmt: skip
    _rows(axes, [labels.dimension(d, language) for d in order], grid=False)
    axes.set_xlim(0, float(totals.max()) * 1.1)
    axes.xaxis.set_major_locator(_few_ticks(8, whole=True))
    axes.set_xlabel(label("axis.figures", language))
    details = [f"{labels.dimension(d, language)} {totals[d]}" for d in order if totals[d]]
    return page.drawing(_alt("profile", title, details, language))


# -- what figures share --------------------------------------------------------------------

_BAR: dict[str, Any] = {"height": 0.62, "edgecolor": "white", "linewidth": 0.6}
_DATES = {"published": ("#0072b2", "o"), "written": ("#c44e00", "D")}
_BAND, _REACH = "#cfe3f2", 2.5  # of the audit; the reach in half digits
_LOOSE = {"over": ">", "under": "<", "about": "d"}
_Key = tuple[Artist, str]


class _Page:
    """A figure with a title above, a legend under it, and notes below, all wrapped to fit."""

    def __init__(
        self,
        height: float,
        title: str,
        notes: Iterable[str],
        source: str,
        keys: Sequence[_Key] = (),
    ) -> None:
        self.title = title
        room = style.WIDTH - 2 * _MARGIN
        heads = _wrap(title, room, style.TITLE_SIZE)
        feet = "\n".join(_wrap(note, room, style.SMALL_SIZE) for note in (*notes, source) if note)
        top = _MARGIN + _height(heads, style.TITLE_SIZE) + 0.06
        columns, lines = _legend_shape([text for _, text in keys], room)
        below = _MARGIN + _height(feet, style.SMALL_SIZE) + 0.08
        legend = 0.2 * lines + (0.06 if lines else 0)
        whole = top + legend + height + below
        self.figure = style.new_figure(style.WIDTH, whole)
        engine: Any = self.figure.get_layout_engine()
        engine.set(rect=(_MARGIN / style.WIDTH, below / whole, room / style.WIDTH, height / whole))
        left = _MARGIN / style.WIDTH
        spacing: dict[str, Any] = {"linespacing": _LINE, "ha": "left"}
        self.figure.text(left, 1 - _MARGIN / whole, heads, size=style.TITLE_SIZE, va="top",
                         **spacing)  # fmt: skip
        self.figure.text(left, _MARGIN / whole, feet, size=style.SMALL_SIZE, va="bottom",
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

    def empty(self, language: str) -> Drawing:
        """Return the page with a word that there is nothing to draw."""
        axes = self.figure.add_subplot()
        axes.set_axis_off()
        axes.text(0.5, 0.5, label("text.nothing", language), ha="center", va="center",
                  color=style.MUTED, transform=axes.transAxes)  # fmt: skip
        return self.drawing(f"{self.title} {label('text.nothing', language)}")

    def drawing(self, alt: str) -> Drawing:
        """Return the finished page."""
        return Drawing(self.figure, self.title, alt)


def _source(documents: pd.DataFrame, language: str) -> str:
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


def _left_out(documents: pd.DataFrame, language: str) -> str:
    """Return the sentence that says which documents are no annual reports, or nothing."""
    others = documents[documents["kind"] != "annual_report"]
    if others.empty:
        return ""
    names = labels.documents(documents, language)
    if len(others) > 6:
        return label("note.left_out_many", language, n=len(others))
    return label("note.left_out", language,
                 names=labels.listed((names[d] for d in others["doc_id"]), language))  # fmt: skip


def _alt(name: str, title: str, details: Sequence[str], language: str, **values: object) -> str:
    more = len(details) - _NAMED
    named = labels.listed(details[:_NAMED], language)
    if more > 0:
        named += label("text.and_more", language, n=more)
    return label(f"alt.{name}", language, title=title, details=named, **values)


def _group(name: str, language: str, by_role: bool) -> str:
    return label(f"role.{name}", language) if by_role else labels.dimension(name, language)


def _grouped(found: pd.DataFrame, shown: Sequence[str]) -> list[tuple[str, str]]:
    """Return the rows of the matrix: a heading (empty code) before each dimension's codes."""
    dimension = found.drop_duplicates("indicator").set_index("indicator")["dimension"]
    lines: list[tuple[str, str]] = []
    for name in measures.dimensions():
        codes = [c for c in shown if dimension[c] == name]
        if codes:
            lines += [("", name), *((c, name) for c in codes)]
    return lines


def _rows(axes: Axes, names: Sequence[str], room: float = _NAMES, grid: bool = False) -> None:
    """Name the rows of a horizontal chart, the first at the top."""
    axes.set_yticks(range(len(names)), [_wrap(name, room) for name in names])
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.grid(visible=grid, axis="y")
    axes.tick_params(axis="y", length=0)


def _column(axes: Axes, rows: Iterable[float], words: Sequence[str], head: str = "") -> None:
    """Write one word a row to the right of the plot."""
    for row, word in zip(rows, words, strict=True):
        axes.text(1.02, row, word, transform=axes.get_yaxis_transform(), va="center",
                  size=style.SMALL_SIZE)  # fmt: skip
    if head:
        axes.text(1.02, 1.01, head, transform=axes.transAxes, va="bottom", ha="left",
                  size=style.SMALL_SIZE, color=style.MUTED)  # fmt: skip


def _dot(count: int) -> float:
    """Return the size, in points, of a dot that stands for ``count`` equal values."""
    return 6 + 1.2 * min(count - 1, 8)


def _patch(color: str, hatch: str) -> Patch:
    return Patch(facecolor=color, hatch=hatch, edgecolor="white")


def _marker(color: str, marker: str, hollow: bool = False, edge: str = "") -> Line2D:
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


def _role_look(role: str, color: str) -> dict[str, Any]:
    """Return how a bar of a role looks in a dimension's colour: filled, hatched or empty."""
    if role == "actual":
        return {"facecolor": color, "edgecolor": color}
    hatch = {"target": "/////", "prior": "....."}.get(role, "")
    return {"facecolor": "white", "edgecolor": color, "hatch": hatch}


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


def _difference(points: float, tolerance: float) -> str:
    """Return a difference with two digits more than the printed rate has."""
    decimals = max(0, round(-np.log10(2 * tolerance))) + 2
    return f"{points:+.{decimals}f}"


def _few_ticks(most: int, whole: bool = False) -> MaxNLocator:
    return MaxNLocator(most, integer=whole, steps=[1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10])


# -- the measure of words ------------------------------------------------------------------


def _inches(text: str, size: float = style.SMALL_SIZE) -> float:
    """Return the width of one line of text."""
    width, _, _ = text_to_path.get_text_width_height_descent(
        text, FontProperties(family=[style.FAMILY], size=size), False
    )
    return float(width) / 72


def _height(text: str, size: float) -> float:
    """Return the height of some lines of text, in inches."""
    return (text.count("\n") + 1) * size * _LINE / 72 if text else 0.0


def _wrap(text: str, room: float, size: float = style.SMALL_SIZE) -> str:
    """Break text into lines no wider than ``room`` inches: after any Chinese character, or
    between Latin words; never before a closing mark."""
    lines = [""]
    for word in _pieces(text):
        if lines[-1] and _inches((lines[-1] + word).rstrip(), size) > room:
            lines.append(word.lstrip())
        else:
            lines[-1] += word
    return "\n".join(line.rstrip() for line in lines)


def _pieces(text: str) -> list[str]:
    """Cut text where a line may end."""
    pieces: list[str] = []
    for character in text:
        wide = character >= _FIRST_WIDE
        if pieces and (
            character in _NO_LINE_START
            or character == " "
            or (not wide and pieces[-1][-1] < _FIRST_WIDE and pieces[-1][-1] != " ")
            or pieces[-1][-1] in "（《“‘〔(["
        ):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _cut(text: str, room: float, size: float = style.SMALL_SIZE) -> str:
    """Return the text, cut to one line of ``room`` inches with dots at its end."""
    if _inches(text, size) <= room:
        return text
    while text and _inches(text + _dots(text), size) > room:
        text = text[:-1].rstrip()
    return text + _dots(text)


def _dots(text: str) -> str:
    """Return the dots that stand for what was cut: the font's … suits Chinese only."""
    return "…" if text[-1:] >= _FIRST_WIDE else "..."


def _lines(text: str, room: float, most: int, size: float = style.SMALL_SIZE) -> str:
    """Return the text in at most ``most`` lines of ``room`` inches, cut if need be."""
    lines = _wrap(text, room, size).split("\n")
    if len(lines) > most:
        lines[most - 1 :] = [_cut("".join(lines[most - 1 :]), room, size)]
    return "\n".join(_cut(line, room, size) for line in lines)


def _legend_shape(words: Sequence[str], room: float) -> tuple[int, int]:
    """Return the columns and lines of a legend that is no wider than ``room`` inches."""
    if not words:
        return 1, 0
    for columns in range(len(words), 1, -1):
        filled = np.array_split(np.array(words, dtype=object), columns)
        widths = [max(_inches(w) for w in column) for column in filled]
        if sum(widths) + 0.42 * columns <= room:
            return columns, -(-len(words) // columns)
    return 1, len(words)

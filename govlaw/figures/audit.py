"""Figures of the audit: rates printed and recomputed, verdicts, disclosure, power, digits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from govlaw import labels, measures, style
from govlaw.digits import LastDigits
from govlaw.figures.page import (
    BAR,
    LONG_NAMES,
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
from govlaw.figures.words import in_lines, wrap
from govlaw.labels import label

_BAND, _REACH = "#cfe3f2", 2.5  # of the audit; the reach in half digits


@drawn
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
    page = Page(
        0.5 * max(len(drawn), 1) + 0.85,
        title,
        notes,
        source_line(documents, language),
        [(marker_key("white", "o", edge=style.INK), label("text.printed", language))]
        + [(marker_key(*style.VERDICTS[v]), labels.verdict(v, language)) for v in met]
        + [(patch_key(_BAND, ""), label("text.band", language))],
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
        words = in_lines(labels.formula(entry.formula, language), LONG_NAMES - 0.4, 2)
        names_of_rows.append(f"{names[entry.doc_id]}\n{words}")
    left.set_yticks(range(len(drawn)), names_of_rows)
    left.tick_params(axis="y", length=0, labelsize=style.SMALL_SIZE - 0.5)
    left.set_ylim(len(drawn) - 0.4, -0.6)
    low = min(drawn["printed"].min(), drawn["recomputed"].min())
    high = max(drawn["printed"].max(), drawn["recomputed"].max(), 100.0)
    room = 0.06 * max(high - low, 1.0)
    left.set_xlim(low - room, high + room)
    left.set_xlabel(label("axis.rate", language))
    left.xaxis.set_major_locator(few_ticks(4))
    right.set_xlim(-1.1 * _REACH, 1.1 * _REACH)
    right.set_xlabel(wrap(label("axis.difference", language), 2.0, style.TEXT_SIZE))
    right.set_xticks(range(-2, 3))
    right.tick_params(labelleft=False)
    for axes in (left, right):
        axes.grid(visible=False, axis="y")
    differences = [_difference(e.difference, e.tolerance) for e in measures.records(drawn)]
    add_column(right, range(len(drawn)), differences, label("text.points", language))
    details = [
        label("text.rate_pair", language, name=names[e.doc_id], printed=f"{e.printed:g}",
              recomputed=f"{e.recomputed:g}", verdict=labels.verdict(e.verdict, language))
        for e in measures.records(drawn)
    ]  # fmt: skip
    return page.drawing(description("audit_rates", title, details, language))


@drawn
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
    page = Page(
        0.28 * len(measures.VERDICTS) + 0.8,
        title,
        [label("note.audit_verdicts", language)],
        source_line(documents, language),
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
        axes.set_title(wrap(label(f"rule.{rule}", language), 5.4 / len(rules)), loc="left")
        axes.set_xlim(0, max(float(found["findings"].max()) * (1.1 + 0.06 * len(rules)), 1.0))
        axes.xaxis.set_major_locator(few_ticks(5, whole=True))
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(label("axis.findings", language), size=style.TEXT_SIZE)
        details += [
            f"{label(f'rule.{rule}', language)} – {labels.verdict(v, language)} {part[v]}"
            for v in measures.VERDICTS
            if part[v]
        ]
    name_rows(panels[0], [labels.verdict(v, language) for v in measures.VERDICTS], grid=False)
    return page.drawing(description("audit_verdicts", title, details, language))


@drawn
def audit_states(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw what became of the rates of every document: tested, possible, base undisclosed, not.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.rates_by_state` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    totals = found.groupby("state")["rates"].sum()
    every = int(found["rates"].sum())
    tested = int(totals.get("tested", 0))
    title = label("title.audit_states", language, tested=tested, rates=every)
    per_document = found.groupby("doc_id")["rates"].sum()
    reports = [d for d in documents["doc_id"] if per_document.get(d, 0)]
    page = Page(
        0.36 * max(len(reports), 1) + 0.7,
        title,
        [label("note.audit_states", language, without=len(documents) - len(reports))],
        source_line(documents, language),
        [
            (patch_key(*style.RATE_STATES[s]), label(f"rate_state.{s}", language))
            for s in measures.RATE_STATES
        ],
    )
    if not reports:
        return page.empty(language)
    axes = page.figure.add_subplot()
    grid = found.pivot(index="doc_id", columns="state", values="rates").loc[reports]
    left = np.zeros(len(reports))
    for state in measures.RATE_STATES:
        color, hatch = style.RATE_STATES[state]
        widths = grid[state].to_numpy()
        axes.barh(range(len(reports)), widths, left=left, color=color, hatch=hatch, **BAR)
        left = left + widths
    name_rows(axes, [names[d] for d in reports])
    axes.set_xlim(0, float(left.max()) * 1.02)
    axes.xaxis.set_major_locator(few_ticks(6, whole=True))
    axes.set_xlabel(label("axis.rates", language))
    shown = [f"{grid['tested'][d]}/{per_document[d]}" for d in reports]
    add_column(axes, range(len(reports)), shown, label("text.tested_of", language))
    details = [f"{names[d]} {words}" for d, words in zip(reports, shown, strict=True)]
    return page.drawing(description("audit_states", title, details, language))


@drawn
def audit_power(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 40
) -> Drawing:
    """Draw the power of every rate with an exact base: could its print be refused at all?

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.power` returned
    language : zh or en
    limit : most rows drawn, the greatest power first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    some = int((found["power"] > 0).sum())
    title = label("title.audit_power", language, some=some, rates=len(found))
    chosen = found.sort_values("power", ascending=False, kind="stable").head(limit)
    notes = [label("note.audit_power", language)]
    if len(found) > limit:
        notes.append(label("note.limit_power", language, shown=limit, every=len(found)))
    met = [v for v in measures.VERDICTS if v in set(chosen["verdict"])]
    page = Page(
        0.5 * max(len(chosen), 1) + 0.7,
        title,
        notes,
        source_line(documents, language),
        [(marker_key(*style.VERDICTS[v]), labels.verdict(v, language)) for v in met],
    )
    if not len(chosen):
        return page.empty(language)
    axes = page.figure.add_subplot()
    rows_named = []
    for row, entry in enumerate(measures.records(chosen)):
        color, marker = style.VERDICTS[entry.verdict]
        axes.hlines(row, 0, entry.power, color=color, linewidth=1.5)
        axes.plot(entry.power, row, marker, color=color, markersize=6, clip_on=False)
        words = in_lines(labels.formula(entry.formula, language), LONG_NAMES - 0.4, 2)
        rows_named.append(f"{names[entry.doc_id]}\n{words}")
    axes.set_yticks(range(len(chosen)), rows_named)
    axes.tick_params(axis="y", length=0, labelsize=style.SMALL_SIZE - 0.5)
    axes.set_ylim(len(chosen) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(-0.03, 1.03)
    axes.set_xlabel(label("axis.power", language))
    shown = [f"{power:.1%}" for power in chosen["power"]]
    add_column(axes, range(len(chosen)), shown)
    details = [f"{names[e.doc_id]} {e.power:.1%}" for e in measures.records(chosen)]
    return page.drawing(description("audit_power", title, details, language))


@drawn
def audit_digits(documents: pd.DataFrame, found: LastDigits, *, language: str) -> Drawing:
    """Draw how many counts end in each digit, against equal shares and what chance allows.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.digits.last_digits` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    title = label("title.audit_digits", language, n=found.n, share=_percent(found.round_share))
    verdict = label("note.digits_too_few", language, n=found.n, minimum=found.minimum)
    if found.enough:
        verdict = label("note.digits_p", language, chi2=f"{found.chi2:.1f}", p=_p(found.p),
                        p_round=_p(found.p_round))  # fmt: skip
    page = Page(
        2.6,
        title,
        [verdict, label("note.audit_digits", language)],
        source_line(documents, language),
        [(patch_key(_BAND, ""), label("text.by_chance", language))],
    )
    if not found.n:
        return page.empty(language)
    axes = page.figure.add_subplot()
    axes.axhspan(found.low, found.high, color=_BAND, zorder=0.5)
    axes.axhline(found.n / 10, color=style.MUTED, linewidth=1)
    colors = [style.ROLES["target" if d in (0, 5) else "actual"][0] for d in range(10)]
    axes.bar(range(10), found.counts, color=colors, width=0.62, edgecolor="none")
    for digit, count in enumerate(found.counts):
        axes.annotate(str(count), (digit, count), (0, 2), textcoords="offset points",
                      ha="center", va="bottom", size=style.SMALL_SIZE)  # fmt: skip
    axes.set_xticks(range(10))
    axes.set_ylim(0, max(*found.counts, found.high) * 1.15)
    axes.yaxis.set_major_locator(few_ticks(5, whole=True))
    axes.grid(visible=False, axis="x")
    axes.set_xlabel(label("axis.last_digit", language))
    axes.set_ylabel(label("axis.counts", language))
    details = [f"{digit}: {count}" for digit, count in enumerate(found.counts)]
    return page.drawing(description("audit_digits", title, details, language))


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.0%}"


def _p(value: float) -> str:
    """Return a p with three decimals; never 0, which no draw can show."""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _difference(points: float, tolerance: float) -> str:
    """Return a difference with two digits more than the printed rate has."""
    decimals = max(0, round(-np.log10(2 * tolerance))) + 2
    return f"{points:+.{decimals}f}"

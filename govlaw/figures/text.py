"""Figures of the wording: words, shared passages, tone and how hard promises are."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from govlaw import labels, lexicons, measures, style, words
from govlaw.figures.page import (
    LONG_NAMES,
    NAMES,
    Drawing,
    Page,
    add_column,
    description,
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
from govlaw.figures.words import cut, in_lines, wrap
from govlaw.keyness import CRITICAL
from govlaw.labels import label
from govlaw.similarity import RUN

_SIDES = (style.ROLES["actual"][0], "#c43c00")


def digests(documents: pd.DataFrame, language: str) -> str:
    """Return the warning that the wording of a digest is the project's own, where there is one."""
    return label("note.digest_wording", language) if "digest" in set(documents["edition"]) else ""


@drawn
def dimension_space(documents: pd.DataFrame, found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw how much of the text is about each dimension: a dot a report, and the median.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.space` returned by dimension
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    medians = found.groupby("group", sort=False)["share"].median()
    order = sorted(medians.dropna().index, key=lambda d: -medians[d])
    best = order[0] if order else ""
    title = label("title.dimension_space", language,
                  dimension=labels.dimension(best, language) if best else "–",
                  share=f"{100 * medians[best]:.0f}" if best else "–")  # fmt: skip
    page = Page(
        0.3 * max(len(order), 1) + 0.55,
        title,
        [label("note.dimension_space", language), left_out(documents, language)],
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
        shares = 100 * found.loc[found["group"] == dimension, "share"].dropna()
        spread(axes, row, shares, style.DIMENSIONS[dimension])
    name_rows(axes, [labels.dimension(d, language) for d in order], 2.3)
    axes.set_xlim(0, max(10.0, 105 * float(found["share"].max())))
    axes.set_xlabel(label("axis.share_of_text", language))
    shown = [f"{100 * medians[d]:.0f}%" for d in order]
    add_column(axes, range(len(order)), shown, label("text.median", language))
    details = [f"{labels.dimension(d, language)} {s}" for d, s in zip(order, shown, strict=True)]
    return page.drawing(description("dimension_space", title, details, language,
                                    reports=found["doc_id"].nunique()))  # fmt: skip


@drawn
def keyness(
    documents: pd.DataFrame,
    found: pd.DataFrame,
    *,
    language: str,
    parts: tuple[str, str] = ("shortcomings", "results"),
    level: float = 0.0001,
    limit: int = 12,
) -> Drawing:
    """Draw the words that set two parts of the reports apart, with how large the difference is.

    Parameters
    ----------
    documents : table ``documents`` (those that were compared)
    found : what :func:`govlaw.keyness.keyness` returned
    language : zh or en
    parts : the two parts that were compared, the target first
    level : a difference beyond this level of significance has a full mark: one of ``CRITICAL``
    limit : most words drawn on either side

    Raises
    ------
    TableError
        If the language is unknown.
    """
    target, reference = (labels.part(part, language) for part in parts)
    firm = found["log_likelihood"] >= CRITICAL[level]
    more, less = found[found["log_ratio"] > 0], found[found["log_ratio"] < 0]
    shown = pd.concat([more.head(limit), less.tail(limit).iloc[::-1]], ignore_index=True)
    title = label("title.keyness", language, firm=int(firm.sum()), words=len(found),
                  target=target, reference=reference)  # fmt: skip
    page = Page(
        0.2 * max(len(shown), 1) + 0.75,
        title,
        [label("note.keyness", language, level=f"{level:g}", critical=f"{CRITICAL[level]:g}"),
         digests(documents, language)],
        source_line(documents, language),
        [(marker_key(style.MUTED, "o"), label("text.firm", language)),
         (marker_key(style.MUTED, "o", hollow=True), label("text.weak", language))],
    )  # fmt: skip
    if shown.empty:
        return page.empty(language)
    axes = page.figure.add_subplot()
    axes.axvline(0, color=style.MUTED, linewidth=1)
    for row, entry in enumerate(measures.records(shown)):
        color = _SIDES[0] if entry.log_ratio > 0 else _SIDES[1]
        axes.hlines(row, 0, entry.log_ratio, color=color, linewidth=1.5)
        full = entry.log_likelihood >= CRITICAL[level]
        axes.plot(entry.log_ratio, row, "o", color=color, markersize=6, clip_on=False,
                  markerfacecolor=color if full else "white")  # fmt: skip
    shown_words = [cut(words.gloss(w, language), LONG_NAMES) for w in shown["word"]]
    name_rows(axes, shown_words, LONG_NAMES)
    reach = math.ceil(max(1.0, float(shown["log_ratio"].abs().max())) * 1.05)
    axes.set_xlim(-reach, reach)
    axes.xaxis.set_major_locator(few_ticks(7, whole=True))
    axes.set_xlabel(label("axis.log_ratio", language, target=target, reference=reference))
    counts = [f"{r.target} : {r.reference}" for r in measures.records(shown)]
    add_column(axes, range(len(shown)), counts, label("text.counts", language))
    details = [f"{w} {c}" for w, c in zip(shown_words, counts, strict=True)]
    return page.drawing(description("keyness", title, details, language))


@drawn
def dispersion(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 30
) -> Drawing:
    """Draw how evenly the field's terms are spread over the reports.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.keyness.dispersion` returned for parts that are reports
    language : zh or en
    limit : most terms drawn, the most frequent of ``terms.csv``

    Raises
    ------
    TableError
        If the language is unknown.
    """
    terms = words.terms()
    own = found[found["word"].isin(list(terms))]
    shown = own.head(limit).sort_values("dp_norm", kind="stable", ignore_index=True)
    reports = measures.annual_reports(documents)
    everywhere = int((own["parts"] == len(reports)).sum())
    title = label("title.dispersion", language, everywhere=everywhere, words=len(own))
    page = Page(
        0.2 * max(len(shown), 1) + 0.65,
        title,
        [label("note.dispersion", language, shown=len(shown)), digests(reports, language),
         left_out(documents, language)],
        source_line(reports, language),
    )  # fmt: skip
    if shown.empty or shown["dp_norm"].isna().all():
        return page.empty(language)
    axes = page.figure.add_subplot()
    for row, entry in enumerate(measures.records(shown)):
        color = style.DIMENSIONS[terms[entry.word]["dimension"]]
        axes.hlines(row, 0, entry.dp_norm, color=style.FAINT, linewidth=1.5)
        axes.plot(entry.dp_norm, row, "o", color=color, markersize=6, clip_on=False)
    name_rows(axes, [cut(words.gloss(w, language), LONG_NAMES) for w in shown["word"]], LONG_NAMES)
    axes.set_xlim(0, 1)
    axes.set_xlabel(label("axis.dp", language))
    heads = [f"{r.count}, {r.parts}/{len(reports)}" for r in shown.itertuples(name="Row")]
    add_column(axes, range(len(shown)), heads, label("text.count_reports", language))
    details = [f"{r.word} {r.dp_norm:.2f}" for r in measures.records(shown)]
    return page.drawing(description("dispersion", title, details, language))


@drawn
def shared_passages(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 25
) -> Drawing:
    """Draw the pairs of reports that share most, and the longest passage of each pair.

    Parameters
    ----------
    documents : table ``documents`` (those that were compared)
    found : what :func:`govlaw.similarity.compared` returned
    language : zh or en
    limit : most pairs drawn

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    shown = found.head(limit)
    n = len(documents)
    title = label("title.shared_passages", language, pairs=len(found), every=n * (n - 1) // 2)
    met = [k for k in _RELATIONS if k in set(shown["relation"])]
    page = Page(
        0.38 * max(len(shown), 1) + 0.6,
        title,
        [label("note.shared_passages", language), digests(documents, language),
         first_rows(len(shown), len(found), language)],
        source_line(documents, language),
        [(patch_key(_RELATIONS[k], ""), label(f"relation.{k}", language)) for k in met],
    )  # fmt: skip
    if shown.empty:
        return page.empty(language)
    axes = page.figure.add_subplot()
    axes.barh(range(len(shown)), 100 * shown["share"], height=0.6, edgecolor="none",
              color=[_RELATIONS[k] for k in shown["relation"]])  # fmt: skip
    pairs = [
        label("text.pair", language, later=names[r.later], earlier=names[r.earlier])
        for r in measures.records(shown)
    ]
    axes.set_yticks(range(len(shown)), [in_lines(p, LONG_NAMES, 2) for p in pairs])
    axes.set_ylim(len(shown) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, min(100.0, max(1.0, 115 * float(shown["share"].max()))))
    axes.set_xlabel(label("axis.shared", language))
    longest = [str(r.longest) for r in measures.records(shown)]
    add_column(axes, range(len(shown)), longest, label("text.longest", language))
    details = [
        f"{p} {100 * r.share:.1f}%" for p, r in zip(pairs, measures.records(shown), strict=True)
    ]
    return page.drawing(description("shared_passages", title, details, language))


_RELATIONS = {
    "next_year": "#c43c00",
    "same_place": "#e69f00",
    "same_province": "#0072b2",
    "other": "#777777",
}


@drawn
def boilerplate(
    documents: pd.DataFrame,
    found: pd.DataFrame,
    *,
    share: float,
    language: str,
    length: int = RUN,
    limit: int = 40,
) -> Drawing:
    """Draw how much of each report is wording that many governments use.

    Parameters
    ----------
    documents : table ``documents`` (those that were compared)
    found : what :func:`govlaw.similarity.boilerplate` returned
    length, share : as given to it
    language : zh or en
    limit : most reports drawn, highest share first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    ranked = found[found["share"].notna()].sort_values(
        "share", ascending=False, kind="stable", ignore_index=True
    )
    shown = ranked.head(limit)
    median = f"{100 * ranked['share'].median():.0f}" if len(ranked) else "–"
    title = label("title.boilerplate", language, share=median)
    page = Page(
        0.3 * max(len(shown), 1) + 0.6,
        title,
        [label("note.boilerplate", language, length=length, share=f"{100 * share:.0f}"),
         digests(documents, language), first_rows(len(shown), len(ranked), language)],
        source_line(documents, language),
    )  # fmt: skip
    if shown.empty:
        return page.empty(language)
    axes = page.figure.add_subplot()
    axes.barh(range(len(shown)), 100 * shown["share"], height=0.6, edgecolor="none",
              color=style.ROLES["actual"][0])  # fmt: skip
    name_rows(axes, [names[d] for d in shown["doc_id"]])
    axes.set_xlim(0, min(100.0, max(1.0, 115 * float(shown["share"].max()))))
    axes.set_xlabel(label("axis.boilerplate", language))
    values = [f"{100 * s:.1f}%" for s in shown["share"]]
    add_column(axes, range(len(shown)), values)
    details = [f"{names[d]} {v}" for d, v in zip(shown["doc_id"], values, strict=True)]
    return page.drawing(description("boilerplate", title, details, language))


@drawn
def tone(
    documents: pd.DataFrame,
    parts: pd.DataFrame,
    found: pd.DataFrame,
    *,
    language: str,
    limit: int = 40,
) -> Drawing:
    """Draw the share of the text on shortcomings, and the tone of results and shortcomings.

    Parameters
    ----------
    documents : table ``documents``
    parts : what :func:`govlaw.measures.space` returned by part
    found : what :func:`govlaw.lexicons.tone` returned
    language : zh or en
    limit : most reports drawn, largest share of shortcomings first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    share = parts[parts["group"] == "shortcomings"].dropna(subset=["share"])
    ranked = share.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    shown = ranked.head(limit)
    held = ranked[ranked["share"] > 0]
    median = f"{100 * held['share'].median():.1f}" if len(held) else "–"
    title = label("title.tone", language, share=median, reports=len(held))
    drawn_parts = ("results", "shortcomings")
    markers = {"results": "o", "shortcomings": "D"}
    page = Page(
        0.32 * max(len(shown), 1) + 0.85,
        title,
        [label("note.tone", language), digests(measures.annual_reports(documents), language),
         first_rows(len(shown), len(ranked), language), left_out(documents, language)],
        source_line(measures.annual_reports(documents), language),
        [(marker_key(style.PARTS[p][0], markers[p]), labels.part(p, language))
         for p in drawn_parts],
    )  # fmt: skip
    if shown.empty:
        return page.empty(language)
    left, right = page.figure.subplots(1, 2, sharey=True, width_ratios=[1, 1.3])
    rows = range(len(shown))
    left.barh(rows, 100 * shown["share"], height=0.6, edgecolor="none",
              color=style.PARTS["shortcomings"][0])  # fmt: skip
    for row, value in zip(rows, shown["share"], strict=True):
        left.annotate(_found(value, language), (100 * value, row), (4, 0),
                      textcoords="offset points", va="center", size=style.SMALL_SIZE)  # fmt: skip
    left.set_xlim(0, max(1.0, 135 * float(shown["share"].max())))
    left.xaxis.set_major_locator(few_ticks(4))
    left.set_xlabel(label("axis.share_of_text", language))
    name_rows(left, [names[d] for d in shown["doc_id"]], NAMES - 0.2)
    net = found.set_index(["doc_id", "part"])["net_per_1000"]
    right.axvline(0, color=style.MUTED, linewidth=1)
    for row, doc_id in enumerate(shown["doc_id"]):
        values = [(p, net.get((doc_id, p), np.nan)) for p in drawn_parts]
        met = [v for _, v in values if not np.isnan(v)]
        if len(met) > 1:
            right.hlines(row, min(met), max(met), color=style.FAINT, linewidth=2)
        for part, value in values:
            right.plot(value, row, markers[part], color=style.PARTS[part][0], markersize=6)
    right.set_xlabel(wrap(label("axis.tone", language), 3.2, style.TEXT_SIZE))
    right.xaxis.set_major_locator(few_ticks(5))
    right.margins(x=0.1)
    right.tick_params(labelleft=False)
    details = [f"{names[r.doc_id]} {_found(r.share, language)}" for r in measures.records(shown)]
    return page.drawing(description("tone", title, details, language))


def _found(share: float, language: str) -> str:
    """Return the share of a part in words: one that was not recognised has none."""
    return f"{100 * share:.1f}%" if share else label("text.no_section", language)


@drawn
def hardness(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 40
) -> Drawing:
    """Draw how hard the promises of every annual report and plan are worded.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.lexicons.hardness` returned
    language : zh or en
    limit : most documents drawn, those with the most promises first

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    totals = found.groupby("doc_id", sort=False)["clauses"].sum()
    ranked = totals[totals > 0].sort_values(ascending=False, kind="stable")
    shown = list(ranked.index[:limit])
    firm = int(found.loc[found["grade"].isin(lexicons.GRADES[:2]), "clauses"].sum())
    title = label("title.hardness", language, firm=firm, clauses=int(totals.sum()))
    chosen = documents[documents["kind"].isin(["annual_report", "plan"])]
    page = Page(
        0.36 * max(len(shown), 1) + 0.6,
        title,
        [label("note.hardness", language), digests(chosen, language),
         first_rows(len(shown), len(ranked), language)],
        source_line(chosen, language),
        [(patch_key(*style.GRADES[g]), label(f"grade.{g}", language)) for g in lexicons.GRADES],
    )  # fmt: skip
    if not shown:
        return page.empty(language)
    axes = page.figure.add_subplot()
    table = found.pivot(index="doc_id", columns="grade", values="share")
    stacked(axes, 100 * table.loc[shown, list(lexicons.GRADES)], style.GRADES)
    name_rows(axes, [names[d] for d in shown])
    axes.set_xlabel(label("axis.share_of_promises", language))
    add_column(axes, range(len(shown)), [f"n = {ranked[d]}" for d in shown])
    details = [
        f"{names[d]} {100 * table.loc[d, list(lexicons.GRADES[:2])].sum():.0f}%" for d in shown
    ]
    return page.drawing(description("hardness", title, details, language))

"""Figures of the corpus: contents, density, length and date."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap

from govlaw import labels, measures, style
from govlaw.figures.page import (
    BAR,
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
    stacked,
)
from govlaw.figures.words import wrap
from govlaw.labels import label

_DATES = {"published": ("#0072b2", "o"), "written": ("#c44e00", "D")}


@drawn
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
    page = Page(
        0.34 * max(len(reports), 1) + 0.75,
        title,
        [label("note.completeness", language), left_out(documents, language)],
        source_line(measures.annual_reports(documents), language),
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
    columns = [wrap(labels.part(part, language), 0.95) for part in measures.PARTS]
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=0)
    axes.set_yticks(
        np.arange(len(reports)) + 0.5, [wrap(names[d], NAMES) for d in reports], rotation=0
    )
    axes.tick_params(length=0)
    scores = found.drop_duplicates("doc_id").set_index("doc_id")["score"]
    shown = [f"{scores[d]}/{len(measures.PARTS)}" for d in reports]
    add_column(axes, np.arange(len(reports)) + 0.5, shown, label("text.score", language))
    details = [f"{names[d]} {s}" for d, s in zip(reports, shown, strict=True)]
    return page.drawing(description("completeness", title, details, language))


@drawn
def parts(
    documents: pd.DataFrame, found: pd.DataFrame, *, language: str, limit: int = 40
) -> Drawing:
    """Draw how much of every annual report's text each of the five contents takes up.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.space` returned by part
    language : zh or en
    limit : most reports drawn, in the order of the table

    Raises
    ------
    TableError
        If the language is unknown.
    """
    names = labels.documents(documents, language)
    table = found.pivot(index="doc_id", columns="group", values="share")
    known = [d for d in dict.fromkeys(found["doc_id"]) if table.loc[d].notna().all()]
    medians = table.loc[known].median()
    said = f"{100 * medians['results']:.0f}" if known else "–"
    title = label("title.parts", language, share=said)
    shown = known[:limit]
    page = Page(
        0.36 * max(len(shown), 1) + 0.6,
        title,
        [
            label("note.parts", language),
            first_rows(len(shown), len(known), language),
            left_out(documents, language),
        ],
        source_line(measures.annual_reports(documents), language),
        [(patch_key(*style.PARTS[p]), labels.part(p, language)) for p in measures.PARTS],
    )
    if not shown:
        return page.empty(language)
    axes = page.figure.add_subplot()
    stacked(axes, 100 * table.loc[shown, list(measures.PARTS)], style.PARTS)
    name_rows(axes, [names[d] for d in shown])
    axes.set_xlabel(label("axis.share_of_text", language))
    problems = [
        f"{share:.1f}%" if share else label("text.no_section", language)
        for share in 100 * table.loc[shown, "shortcomings"]
    ]
    add_column(axes, range(len(shown)), problems, labels.part("shortcomings", language))
    details = [f"{names[d]} {s}" for d, s in zip(shown, problems, strict=True)]
    return page.drawing(description("parts", title, details, language))


@drawn
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
    page = Page(
        0.4 * max(len(reports), 1) + 0.55,
        title,
        [label("note.density" if by_role else "note.density_dimension", language)],
        source_line(documents, language),
        [(patch_key(*looks[g]), _group(g, language, by_role)) for g in groups],
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
        axes.barh(rows, widths, left=left, color=color, hatch=hatch, **BAR)
        left = left + np.nan_to_num(widths)
    name_rows(axes, [names[d] for d in reports])
    axes.set_xlim(0, float(left.max()) * 1.02)
    axes.set_xlabel(label("axis.per_1000", language))
    counts = found.groupby("doc_id")["figures"].sum()
    add_column(axes, rows, [f"n = {counts[d]}" for d in reports])
    details = [f"{names[d]} {totals[d]:.1f}" for d in reports]
    data = found if by_role else found.assign(role="actual")
    return page.drawing(description("density", title, details, language), data)


@drawn
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
    page = Page(
        0.34 * max(len(found), 1) + 0.75,
        title,
        [label("note.timing", language), left_out(documents, language)],
        source_line(measures.annual_reports(documents), language),
        [(marker_key(*_DATES[w]), label(f"dated.{w}", language)) for w in ways],
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
    size.xaxis.set_major_locator(few_ticks(4))
    name_rows(size, [names[d] for d in found["doc_id"]])
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
    days.set_xlabel(wrap(label("axis.days", language), 3.0, style.TEXT_SIZE))
    days.xaxis.set_major_locator(few_ticks(5))
    days.tick_params(labelleft=False)
    details = [
        f"{names[e.doc_id]} "
        + (label("text.no_date", language) if np.isnan(e.days) else f"{e.days:+.0f}")
        for e in measures.records(found)
    ]
    return page.drawing(description("timing", title, details, language))


def _group(name: str, language: str, by_role: bool) -> str:
    return label(f"role.{name}", language) if by_role else labels.dimension(name, language)

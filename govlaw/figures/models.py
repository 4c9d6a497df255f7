"""Figures of models: coefficients, planted effects beside estimates, coverage and power."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from govlaw import __version__, labels, measures, statements, style
from govlaw.codebook import VERSION
from govlaw.figures.page import (
    LONG_NAMES,
    Drawing,
    Page,
    add_column,
    description,
    drawn,
    few_ticks,
    left_out,
    log_ticks,
    marker_key,
    name_rows,
    source_line,
)
from govlaw.figures.words import wrap
from govlaw.labels import label
from govlaw.models import Fit
from govlaw.trials import READ, SOURCES

_ROW = 0.3
#: One colour and marker an estimator or a source of values; markers tell them apart in grey.
_LOOKS = {
    "logit": ("#1f4e79", "o"),
    "gee": ("#c44e00", "D"),
    "nb2": ("#1f4e79", "o"),
    "poisson": ("#1f4e79", "o"),
    "ols": ("#1f4e79", "o"),
    "happened": ("#1f4e79", "o"),
    "disclosed": ("#c44e00", "D"),
    "read": ("#218a80", "s"),
}
_AXES = {
    "sentences": "axis.odds_ratio",
    "sections": "axis.rate_ratio",
    "log": "axis.effect_log",
    "points": "axis.effect_points",
    "units": "axis.effect_units",
}


@drawn
def coefficients(
    documents: pd.DataFrame, fits: Sequence[Fit], *, language: str, code: str = ""
) -> Drawing:
    """Draw the terms of one model, by one estimator or several; ratios on a log axis.

    Where the corpus is too small the page says so and draws nothing.

    Parameters
    ----------
    documents : table ``documents``
    fits : estimates of one model, with the same terms
    language : zh or en
    code : the indicator of a panel

    Raises
    ------
    TableError
        If the language or the code is unknown.
    """
    first = next((fit for fit in fits if fit.estimated), fits[0])
    model = first.model
    indicator = labels.indicator(code, language) if code else ""
    title = statements.headline(first, code, language)
    shown = [fit for fit in fits if fit.estimated]
    reports = measures.annual_reports(documents)
    if not shown:
        why = statements.model(first, language, code)
        return Page(0.5, title, [why], source_line(reports, language)).empty(language)
    note = label(f"note.{model}", language, level=f"{100 * first.confidence:g}",
                 reference=statements.term(first.reference, language),
                 estimator=label(f"estimator.{first.estimator}", language))  # fmt: skip
    page = Page(
        _ROW * max(len(first.terms), 2) + 0.65,
        title,
        [note, left_out(documents, language)],
        source_line(reports, language),
        [(marker_key(*_LOOKS[f.estimator]), label(f"estimator.{f.estimator}", language))
         for f in shown] if len(shown) > 1 else (),
    )  # fmt: skip
    axes = page.figure.add_subplot()
    ratio = model in ("sentences", "sections")
    axes.axvline(1 if ratio else 0, color=style.INK, linewidth=1)
    bounds = [1.0]
    for i, fit in enumerate(shown):
        shift = 0.16 * (2 * i - len(shown) + 1)
        values = fit.terms[["estimate", "low", "high"]].to_numpy(float)
        values = np.exp(values) if ratio else values
        _points(axes, np.arange(len(values)) + shift, values, *_LOOKS[fit.estimator])
        bounds += list(values[np.isfinite(values) & ((values > 0) | (not ratio))])
    if ratio:
        log_ticks(axes, min(bounds) / 1.15, max(bounds) * 1.15)
    name_rows(axes, [statements.term(t, language) for t in first.terms["term"]], LONG_NAMES)
    unit = statements.scale(code) if code else model
    axes.set_xlabel(label(_AXES[unit], language,
                          **({"unit": indicator} if unit == "units" else {})))  # fmt: skip
    estimates = first.terms["estimate"].to_numpy(float)
    words = [f"{x:.2f}" for x in (np.exp(estimates) if ratio else estimates)]
    head = label(f"estimator.{first.estimator}", language) if len(shown) > 1 else ""
    add_column(axes, range(len(words)), words, head)
    details = [
        f"{statements.term(t, language)} {w}"
        for t, w in zip(first.terms["term"], words, strict=True)
    ]
    return page.drawing(description("coefficients", title, details, language))


def _points(axes: Axes, rows: np.ndarray, values: np.ndarray, color: str, marker: str) -> None:
    """Draw estimates with their intervals (columns: estimate, low, high)."""
    axes.hlines(rows, values[:, 1], values[:, 2], color=color, linewidth=1.6)
    axes.plot(values[:, 0], rows, marker, color=color, markersize=6, markeredgewidth=0,
              linestyle="none")  # fmt: skip


def _simulated(language: str) -> str:
    return label("text.source_simulated", language, version=__version__, codebook=VERSION)


@drawn
def planted_effects(found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw the planted effects and their estimates from three kinds of data, a panel an outcome.

    Parameters
    ----------
    found : what :func:`govlaw.trials.effects` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    held = found[found["estimate"].notna()]
    inside = int(((held["low"] <= held["truth"]) & (held["truth"] <= held["high"])).sum())
    title = label("title.effects", language, covered=inside, intervals=len(held))
    page = Page(1.75, title, [label("note.effects", language)], _simulated(language))
    if held.empty:
        return page.empty(language)
    outcomes = list(dict.fromkeys(held["outcome"]))
    panels = page.figure.subplots(1, len(outcomes), squeeze=False)[0]
    order = (*SOURCES, READ)
    details = []
    for axes, outcome in zip(panels, outcomes, strict=True):
        part = held[held["outcome"] == outcome].set_index("source").reindex(order)
        axes.axvline(float(part["truth"].dropna().iloc[0]), color=style.INK, linewidth=1.2)
        for row, source in enumerate(order):
            values = part.loc[[source], ["estimate", "low", "high"]].to_numpy(float)
            _points(axes, np.array([row]), values, *_LOOKS[source])
            details.append(f"{labels.indicator(outcome, language)} "
                           f"{label(f'source.{source}', language)} {values[0, 0]:.3g}")  # fmt: skip
        name_rows(axes, [label(f"source.{s}", language) for s in order], 1.0)
        axes.set_title(wrap(labels.indicator(outcome, language), 3.0, style.TEXT_SIZE), loc="left")
        axes.set_xlabel(label(f"axis.estimate_{statements.scale(outcome)}", language))
        axes.xaxis.set_major_locator(few_ticks(5))
    return page.drawing(description("effects", title, details, language))


@drawn
def coverage(found: pd.DataFrame, *, language: str) -> Drawing:
    """Draw how often intervals hold the planted effect and how often an effect is seen.

    Parameters
    ----------
    found : what :func:`govlaw.trials.power` returned; rows without an estimate are left out
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    held = found[found["times"] > 0].reset_index(drop=True)
    shares = 100 * held["covered"]
    title = label("title.coverage", language, low=f"{shares.min():.0f}" if len(held) else "–",
                  high=f"{shares.max():.0f}" if len(held) else "–")  # fmt: skip
    times = int(held["times"].max()) if len(held) else 0
    page = Page(
        0.4 * max(len(held) / len(SOURCES), 2) + 0.7,
        title,
        [label("note.coverage", language, times=times)],
        _simulated(language),
        [(marker_key(*_LOOKS[s]), label(f"source.{s}", language)) for s in SOURCES],
    )
    if held.empty:
        return page.empty(language)
    groups = list(dict.fromkeys(zip(held["outcome"], held["reports"], strict=True)))
    groups.sort(key=lambda pair: (pair[0], pair[1]))
    left, right = page.figure.subplots(1, 2, sharey=True)
    for axes, name in ((left, "covered"), (right, "power")):
        for i, source in enumerate(SOURCES):
            part = held[held["source"] == source]
            pairs = zip(part["outcome"], part["reports"], strict=True)
            rows = np.array([groups.index(pair) + 0.3 * i - 0.15 for pair in pairs])
            values = 100 * part[[name, f"{name}_low", f"{name}_high"]].to_numpy(float)
            _points(axes, rows, values, *_LOOKS[source])
        axes.set_xlim(-2, 102)
        axes.set_xlabel(label("axis.detected" if name == "power" else "axis.covered", language))
    left.axvline(95, color=style.INK, linewidth=1)
    names = {
        (outcome, n): label("text.row_reports", language, n=n,
                            outcome=labels.indicator(outcome, language))
        for outcome, n in groups
    }  # fmt: skip
    name_rows(left, list(names.values()), 2.6)
    right.tick_params(axis="y", labelleft=False, length=0)
    right.grid(visible=False, axis="y")
    details = [
        f"{names[row.outcome, row.reports]}, {label(f'source.{row.source}', language)} "
        f"{100 * row.covered:.0f}%"
        for row in measures.records(held)
    ]
    return page.drawing(description("coverage", title, details, language))

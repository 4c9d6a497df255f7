"""Comparisons, models and trials as tables; figures of reports lead to their sentences."""

from __future__ import annotations

import html
import math

import pandas as pd

from govlaw import labels, statements
from govlaw.labels import label
from govlaw.markup import Column, Table, evidence, table
from govlaw.models import Fit
from govlaw.tables import Study

_NUMBER = "number"  # the css class of cells that hold one


def places(study: Study, found: pd.DataFrame, language: str) -> Table:
    """Return one rate of every place: part, base, share with interval, and the printed rate.

    Parameters
    ----------
    study : the tables
    found : what :func:`govlaw.compare.rates` returned
    language : zh or en
    """
    names = labels.documents(study.documents, language)
    rows = []
    for row in found.to_dict("records"):
        state = row["state"]
        name = "state.not_mentioned" if state == "not_mentioned" else f"rate_state.{state}"
        share = printed = part = base = ""
        if state == "counts":
            share = _interval(row["share"], row["low"], row["high"], language)
            part, base = f"{row['part']:,.0f}", f"{row['base']:,.0f}"
        if row["start"] >= 0:
            shown = study.text(row["doc_id"])[row["start"] : row["end"]]
            printed = evidence(row["doc_id"], row["start"], row["end"], shown, language)
        rows.append((html.escape(names[row["doc_id"]]), part, base, share, printed,
                     html.escape(label(name, language))))  # fmt: skip
    columns = (("document", ""), ("rate_part", _NUMBER), ("base", _NUMBER),
               ("share_interval", _NUMBER), ("rate_printed", _NUMBER),
               ("disclosure_state", ""))  # fmt: skip
    return table("places", [Column(*c) for c in columns], rows, language)


def pairs(
    documents: pd.DataFrame, found: pd.DataFrame, language: str, limit: int = 20,
    confidence: float = 0.95,
) -> Table:  # fmt: skip
    """Return the pairs of places with the smallest p, their difference, effect size and test.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.compare.pairwise` returned
    language : zh or en
    limit : most rows
    """
    names = labels.documents(documents, language)
    rows = [
        (
            html.escape(names[row["first"]]),
            html.escape(names[row["second"]]),
            f"{100 * row['difference']:.1f}",
            f"{100 * row['low']:.1f} – {100 * row['high']:.1f}",
            f"{row['h']:.2f}",
            html.escape(label(f"test.{row['test']}", language)),
            html.escape(statements.p_value(row["p"], language)),
            html.escape(statements.p_value(row["p_adjusted"], language)),
        )
        for row in found.head(limit).to_dict("records")
    ]
    columns = (("first", ""), ("second", ""), ("difference_points", _NUMBER), ("low_high", _NUMBER),
               ("effect_size", _NUMBER), ("test", ""), ("p", _NUMBER),
               ("p_adjusted", _NUMBER))  # fmt: skip
    return table(
        "pairs",
        [Column(*c) for c in columns],
        rows,
        language,
        shown=limit,
        level=f"{100 * confidence:g}",
    )


def estimates(fit: Fit, language: str) -> Table:
    """Return the terms of a model with their intervals; no rows where there is no estimate."""
    rows = [
        (
            html.escape(statements.term(row["term"], language)),
            f"{row['estimate']:.3f}",
            f"{row['low']:.3f} – {row['high']:.3f}",
            html.escape(statements.p_value(row["p"], language)),
        )
        for row in fit.terms.to_dict("records")
    ]
    columns = (("term", ""), ("estimate", _NUMBER), ("low_high", _NUMBER), ("p", _NUMBER))
    return table(
        "fit", [Column(*c) for c in columns], rows, language, level=f"{100 * fit.confidence:g}"
    )


def power(found: pd.DataFrame, language: str) -> Table:
    """Return coverage and power by size of the corpus.

    Parameters
    ----------
    found : what :func:`govlaw.trials.power` returned
    language : zh or en
    """
    rows = [
        (
            html.escape(labels.indicator(row["outcome"], language)),
            html.escape(label(f"source.{row['source']}", language)),
            str(row["reports"]),
            f"{row['times']}/{row['times'] + row['without']}",
            f"{row['truth']:.3g}",
            "–" if pd.isna(row["mean"]) else f"{row['mean']:.3g}",
            *(
                _interval(row[name], row[f"{name}_low"], row[f"{name}_high"], language)
                for name in ("covered", "power")
            ),
        )
        for row in found.to_dict("records")
    ]
    columns = (("outcome", ""), ("data_source", ""), ("reports_each", _NUMBER),
               ("times", _NUMBER), ("truth", _NUMBER), ("mean", _NUMBER), ("inside", _NUMBER),
               ("power", _NUMBER))  # fmt: skip
    return table("power", [Column(*c) for c in columns], rows, language)


def paragraph(text: str) -> Table:
    """Return a paragraph of plain text that shows itself in a notebook."""
    return Table(f"<p>{html.escape(text)}</p>")


def _interval(share: float, low: float, high: float, language: str) -> str:
    """Return a share (0 to 1) with its bounds in percent; a dash where there is none."""
    if math.isnan(share):
        return "–"
    return label("text.share_interval", language, share=statements.percent(share),
                 low=statements.percent(low), high=statements.percent(high))  # fmt: skip

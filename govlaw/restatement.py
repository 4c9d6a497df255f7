"""Rule G: what a report says of the year before, against the report of that year.

A value of the year before is stated (由9.1%降至8.2%) or implied by a growth (450件，同比增长50%).
Where the corpus holds the report of the same place for that year, both can be compared. A
difference is no error: figures are revised, and scopes change.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from govlaw import measures
from govlaw.codebook import indicators
from govlaw.tables import Study

#: What a comparison can come to.
OUTCOMES = ("same", "compatible", "restated", "scope_changed")
COLUMNS = (
    "doc_id", "earlier_doc_id", "indicator", "year", "how", "low", "high", "start", "end",
    "earlier_low", "earlier_high", "earlier_start", "earlier_end", "outcome",
)  # fmt: skip


def restatements(study: Study) -> pd.DataFrame:
    """Compare what each annual report says of the year before with the report of that year.

    Reports are of one place where they have the same division code (or, without one, the same
    region and level). Only figures with an indicator are compared, and only where the earlier
    report has one figure of it for what was done.

    Returns
    -------
    DataFrame, one row a comparison: doc_id and earlier_doc_id, indicator, year (of the value),
    how (stated | implied), low and high (of the value by the later report), start and end (its
    figure there), earlier_low, earlier_high, earlier_start, earlier_end (the same of the earlier
    report), outcome (same | compatible | restated | scope_changed)
    """
    pairs = _pairs(measures.annual_reports(study.documents))
    found = [
        _compared(study, later, earlier, year, said)
        for later, earlier, year in pairs
        for said in (*_stated(study, later), *_implied(study, later))
    ]
    return pd.DataFrame([row for row in found if row], columns=list(COLUMNS))


def _pairs(reports: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return later report, earlier report and the earlier year for every place with both."""
    by_place: dict[tuple[str, str], str] = {}
    for row in measures.records(reports):
        by_place.setdefault((_place(row), str(row.period_end)), str(row.doc_id))
    pairs = []
    for row in measures.records(reports):
        if _place(row) and str(row.period_end).isdigit():
            year = str(int(row.period_end) - 1)
            earlier = by_place.get((_place(row), year))
            if earlier:
                pairs.append((str(row.doc_id), earlier, year))
    return pairs


def _place(row: Any) -> str:
    return str(row.adcode) or (f"{row.region}/{row.level}" if row.region else "")


def _stated(study: Study, doc_id: str) -> list[dict[str, Any]]:
    """Return the earlier values that a report prints."""
    own = study.observations
    own = own[(own["doc_id"] == doc_id) & (own["role"] == "prior") & (own["indicator"] != "")]
    return [
        {"how": "stated", "indicator": row.indicator, "low": row.value_low, "high": row.value_high,
         "start": row.start, "end": row.end, "scope": row.scope}
        for row in measures.records(own)
    ]  # fmt: skip


def _implied(study: Study, doc_id: str) -> list[dict[str, Any]]:
    """Return the earlier values that follow from a growth and the value of the year."""
    own = study.findings
    own = own[(own["doc_id"] == doc_id) & (own["rule"] == "D") & (own["implied_low"] != "")]
    figures = study.observations[study.observations["doc_id"] == doc_id].set_index("start")
    found = []
    for row in measures.records(own):
        start, _, end = str(row.operands).split(";")[0].partition(":")
        code = figures.at[int(start), "indicator"]
        if code:
            found.append(
                {"how": "implied", "indicator": code, "low": float(row.implied_low),
                 "high": float(row.implied_high), "start": int(start), "end": int(end),
                 "scope": figures.at[int(start), "scope"]}
            )  # fmt: skip
    return found


def _compared(
    study: Study, later: str, earlier: str, year: str, said: dict[str, Any]
) -> tuple[Any, ...] | None:
    own = study.observations
    own = own[
        (own["doc_id"] == earlier)
        & (own["indicator"] == said["indicator"])
        & (own["role"] == "actual")
        & own["value_low"].notna()
        & own["value_high"].notna()
    ]
    if len(own) != 1 or said["indicator"] not in indicators() or pd.isna(said["low"]):
        return None
    row = own.iloc[0]
    low, high = float(row["value_low"]), float(row["value_high"])
    if said["low"] == said["high"] == low == high:
        outcome = "same"
    elif said["low"] <= high and low <= said["high"]:
        outcome = "compatible"
    elif said["scope"] and row["scope"] and said["scope"] != row["scope"]:
        outcome = "scope_changed"
    else:
        outcome = "restated"
    return (
        later, earlier, said["indicator"], year, said["how"], said["low"], said["high"],
        said["start"], said["end"], low, high, int(row["start"]), int(row["end"]), outcome,
    )  # fmt: skip

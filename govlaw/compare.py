"""Places beside each other on one indicator: shares with intervals, tests, sizes of effects.

A share is compared only where its part and its base stand in the same report, as the codebook's
formula names them. What a place does not disclose is listed as such and never counted as zero.
Intervals and tests treat the cases of a report as independent draws; they speak of chance alone,
not of other scopes, other definitions or errors of print.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportion_effectsize,
    proportions_ztest,
)

from govlaw.codebook import Indicator, indicators
from govlaw.errors import TableError
from govlaw.measures import annual_reports, records
from govlaw.minimums import Shortfall, shortfalls

#: What a report says of an indicator, from most to least.
RATE_STATES = ("counts", "rate_only", "approximate", "not_mentioned")
COUNT_STATES = ("value", "approximate", "not_mentioned")
#: Corrections for several tests; the names are those of statsmodels' ``multipletests``.
CORRECTIONS = ("holm", "bonferroni", "fdr_bh", "none")
#: Below this expected count the exact test takes the place of the normal approximation.
LEAST_EXPECTED = 5.0

_RATE_COLUMNS = [
    "doc_id", "adcode", "year", "state", "part", "base", "share", "low", "high", "printed",
    "start", "end", "verdict",
]  # fmt: skip
_PAIR_COLUMNS = [
    "first", "second", "share_first", "share_second", "difference", "low", "high", "h", "test",
    "p", "p_adjusted", "differs",
]  # fmt: skip


def latest(documents: pd.DataFrame, year: str = "") -> pd.DataFrame:
    """Return one annual report a place: that of ``year``, or else the last one.

    Places are told apart by division code, or by name where there is none. Of several reports of
    one place and year the first in the table stays.
    """
    reports = annual_reports(documents)
    reports = reports[reports["period_end"] != ""]
    if year:
        reports = reports[reports["period_end"] == year]
    place = reports["adcode"].where(reports["adcode"] != "", reports["region"])
    place = place.where(place != "", reports["doc_id"])
    ordered = reports.assign(place=place).sort_values("period_end", ascending=False, kind="stable")
    kept = ordered.drop_duplicates("place").drop(columns="place")
    return kept.sort_index().reset_index(drop=True)


def formulas() -> list[str]:
    """Return the codes of the rates whose part and base both have a code."""
    return [e.code for e in indicators().values() if e.kind == "rate" and e.formula]


def choose_rate(documents: pd.DataFrame, observations: pd.DataFrame, code: str = "") -> str:
    """Return ``code``, or where it is empty the rate whose part and base most reports print.

    Ties go to the order of the codebook; empty if no report prints any.

    Raises
    ------
    TableError
        If ``code`` is no rate with a formula.
    """
    if code:
        _formula(code)
        return code
    own = _usable(observations, documents)
    held = {name: set(part["doc_id"]) for name, part in own.groupby("indicator")}
    none: set[str] = set()
    best, most = "", 0
    for name in formulas():
        entry = indicators()[name]
        bases = set().union(*(held.get(base, none) for base in entry.bases))
        found = len(held.get(entry.numerator, none) & bases)
        if found > most:
            best, most = name, found
    return best


def choose_count(documents: pd.DataFrame, observations: pd.DataFrame, code: str = "") -> str:
    """Return ``code``, or where it is empty the count that most reports print.

    Raises
    ------
    TableError
        If ``code`` is no count of the codebook.
    """
    if code:
        if code not in indicators() or indicators()[code].kind != "count":
            raise TableError(f"{code!r} is no count of the codebook; `govlaw describe` lists them")
        return code
    reports = _usable(observations, documents).groupby("indicator")["doc_id"].nunique()
    counts = [e.code for e in indicators().values() if e.kind == "count"]
    best = max(counts, key=lambda name: int(reports.get(name, 0)))
    return best if reports.get(best, 0) else ""


def _formula(code: str) -> Indicator:
    entry = indicators().get(code)
    if entry is None or entry.kind != "rate" or not entry.formula:
        raise TableError(
            f"{code!r} is no rate with a formula in the codebook; use one of "
            f"{', '.join(formulas())}"
        )
    return entry


def _usable(observations: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Return the coded figures of some documents for what was done, as far as they have a value."""
    return observations[
        observations["doc_id"].isin(documents["doc_id"])
        & (observations["indicator"] != "")
        & (observations["role"] == "actual")
        & observations["value"].notna()
        & ~observations["uncertain"]
    ]


def rates(
    documents: pd.DataFrame,
    observations: pd.DataFrame,
    findings: pd.DataFrame,
    code: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return a rate of every report with its part and base, and the interval of their share.

    The pair is that which the audit tested (rule A, the codebook's formula), else the first part
    and base in one sentence. Only exact figures make a pair. The interval is Wilson's score
    interval. Source: Wilson (1927), statsmodels ``proportion_confint``.

    Parameters
    ----------
    documents : reports to compare, one a place (see :func:`latest`)
    observations, findings : tables
    code : a rate with a formula; where it is empty no report has a figure
    confidence : of the intervals

    Returns
    -------
    DataFrame, a row a report: doc_id, adcode, year, state, part, base (counts), share, low, high
    (0 to 1), printed (percent), start, end (of the printed rate, or of the part where no rate is
    printed; -1 where nothing is), verdict (of the audit)

    Raises
    ------
    TableError
        If ``code`` is no rate with a formula.
    """
    if not code:
        gone = documents[["doc_id", "adcode"]].assign(year=documents["period_end"])
        return gone.assign(state="not_mentioned", start=-1, end=-1, verdict="").reindex(
            columns=_RATE_COLUMNS
        )
    entry = _formula(code)
    wanted = {code, entry.numerator, *entry.bases}
    own = _usable(observations, documents)
    own = own[own["indicator"].isin(wanted)]
    by_report = {str(name): part for name, part in own.groupby("doc_id", sort=False)}
    tested = findings[(findings["rule"] == "A") & findings["formula"].isin(
        [f"{entry.numerator} / {base}" for base in entry.bases]
    )]  # fmt: skip
    first = tested.drop_duplicates("doc_id").set_index("doc_id")
    found = []
    for row in records(documents):
        figures = by_report.get(row.doc_id)
        finding = first.loc[row.doc_id] if row.doc_id in first.index else None
        about = (row.doc_id, row.adcode, row.period_end)
        found.append((*about, *_rate(entry, figures, finding, confidence)))
    return pd.DataFrame(found, columns=_RATE_COLUMNS)


_Cells = tuple[str, float, float, float, float, float, float, int, int, str]


def _rate(
    entry: Indicator, figures: pd.DataFrame | None, finding: pd.Series | None, confidence: float
) -> _Cells:
    nothing = ("not_mentioned", *[np.nan] * 6, -1, -1, "")
    if figures is None:
        return nothing  # type: ignore[return-value]
    printed = figures[figures["indicator"] == entry.code]
    value, start, end = np.nan, -1, -1
    if len(printed):
        value, start, end = _cell(printed.iloc[0])
    pair, verdict = _pair(entry, figures, finding)
    if pair is not None:
        part, base = pair
        if finding is not None:
            start, end = (int(x) for x in str(finding["operands"]).split(";")[-1].split(":"))
            own = printed[printed["start"] == start]
            value = float(own["value"].iloc[0]) if len(own) else value
        elif start < 0:
            _, start, end = _cell(part)
        k, n = int(part["value"]), int(base["value"])
        low, high = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
        return "counts", k, n, k / n, float(low), float(high), value, start, end, verdict
    if len(printed):
        exact = str(printed.iloc[0]["approx"]) == "exact"
        state = "rate_only" if exact else "approximate"
        return state, *[np.nan] * 5, value, start, end, ""  # type: ignore[return-value]
    return nothing  # type: ignore[return-value]


def _cell(row: pd.Series) -> tuple[float, int, int]:
    return float(row["value"]), int(row["start"]), int(row["end"])


def _pair(
    entry: Indicator, figures: pd.DataFrame, finding: pd.Series | None
) -> tuple[tuple[pd.Series, pd.Series] | None, str]:
    """Return part and base as two observations, and the audit's verdict on their rate."""
    exact = figures[figures["approx"] == "exact"]
    if finding is not None:
        starts = [int(pair.partition(":")[0]) for pair in str(finding["operands"]).split(";")]
        rows = [exact[exact["start"] == start] for start in starts[:2]]
        if all(len(row) for row in rows):
            return (rows[0].iloc[0], rows[1].iloc[0]), str(finding["verdict"])
    for _, sentence in exact.groupby("sentence_start", sort=True):
        parts = sentence[sentence["indicator"] == entry.numerator]
        wholes = sentence[sentence["indicator"].isin(entry.bases)]
        if len(parts) and len(wholes):
            part, whole = parts.iloc[0], wholes.iloc[0]
            if 0 <= part["value"] <= whole["value"] and whole["value"] > 0:
                return (part, whole), ""
    return None, ""


def counts(documents: pd.DataFrame, observations: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return a count of every report as printed, with the interval that its words allow.

    Counts have no common base: a place with more cases may only be larger. Numbers of residents
    are in no report, so nothing is given per head. Of several figures the first of the report is
    taken, exact ones before others.

    Returns
    -------
    DataFrame, a row a report: doc_id, adcode, year, state (value, approximate, not_mentioned),
    value, low, high (NaN where open or missing), start, end (-1 where missing)
    """
    own = _usable(observations, documents)
    own = own[own["indicator"] == code]
    by_report = {str(name): part for name, part in own.groupby("doc_id", sort=False)}
    found: list[tuple[object, ...]] = []
    for row in records(documents):
        about = (row.doc_id, row.adcode, row.period_end)
        figures = by_report.get(row.doc_id)
        if figures is None:
            found.append((*about, "not_mentioned", np.nan, np.nan, np.nan, -1, -1))
            continue
        exact = figures[figures["approx"] == "exact"]
        chosen = (exact if len(exact) else figures).iloc[0]
        state = "value" if len(exact) else "approximate"
        value, start, end = _cell(chosen)
        low, high = float(chosen["value_low"]), float(chosen["value_high"])
        found.append((*about, state, value, low, high, start, end))
    columns = ["doc_id", "adcode", "year", "state", "value", "low", "high", "start", "end"]
    return pd.DataFrame(found, columns=columns)


def homogeneity(found: pd.DataFrame) -> tuple[float, int, float]:
    """Test whether all places could share one rate: Pearson's chi-squared over part and rest.

    Parameters
    ----------
    found : what :func:`rates` returned

    Returns
    -------
    statistic, degrees of freedom, p; NaN, 0, NaN where fewer than two places have counts, or all
    of them have the share 0 or 1
    """
    held = found[found["state"] == "counts"]
    part, base = held["part"].to_numpy(float), held["base"].to_numpy(float)
    if len(held) < 2 or part.sum() in (0, base.sum()):
        return np.nan, 0, np.nan
    result = chi2_contingency(np.array([part, base - part]), correction=False)
    return float(result.statistic), int(result.dof), float(result.pvalue)


def pairwise(
    found: pd.DataFrame, correction: str = "holm", confidence: float = 0.95
) -> pd.DataFrame:
    """Compare every two places that give counts for one year (:func:`of_one_year`).

    There are no pairs where :func:`too_few` says so. ``difference`` is the first share minus the
    second with Newcombe's hybrid score interval (1998, method 10); ``h`` is Cohen's effect size
    2 asin(sqrt p1) - 2 asin(sqrt p2) (1988). The test is the pooled z test, or Fisher's exact test
    where an expected count is below five. Intervals are not adjusted for the number of pairs;
    ``p_adjusted`` is.

    Parameters
    ----------
    found : what :func:`rates` returned
    correction : holm (Holm 1979), bonferroni, fdr_bh (Benjamini and Hochberg 1995) or none
    confidence : of the intervals, and 1 - confidence is the level of the tests

    Returns
    -------
    DataFrame, a row a pair, smallest p first: first, second (doc_id), share_first, share_second,
    difference, low, high (0 to 1), h, test (z | fisher), p, p_adjusted, differs (bool)

    Raises
    ------
    TableError
        If the correction is unknown.
    """
    if correction not in CORRECTIONS:
        raise TableError(
            f"{correction!r} is no correction for several tests; use {', '.join(CORRECTIONS)}"
        )
    held = of_one_year(found) if not too_few(found) else found[:0]
    listed = [_compared(a, b, confidence) for a, b in combinations(list(records(held)), 2)]
    result = pd.DataFrame(listed, columns=_PAIR_COLUMNS[:10])
    p = result["p"].to_numpy(float)
    adjusted: np.ndarray = p
    if len(p) and correction != "none":
        adjusted = multipletests(p, method=correction)[1]
    result["p_adjusted"] = adjusted
    result["differs"] = result["p_adjusted"] < 1 - confidence
    return result.sort_values(["p", "first", "second"], kind="stable").reset_index(drop=True)


def _compared(a: object, b: object, confidence: float) -> tuple[object, ...]:
    k1, n1 = int(a.part), int(a.base)  # type: ignore[attr-defined]
    k2, n2 = int(b.part), int(b.base)  # type: ignore[attr-defined]
    low, high = confint_proportions_2indep(
        k1, n1, k2, n2, method="newcomb", compare="diff", alpha=1 - confidence
    )
    test, p = two_shares(k1, n1, k2, n2)
    first, second = k1 / n1, k2 / n2
    h = float(proportion_effectsize(first, second))
    names = a.doc_id, b.doc_id  # type: ignore[attr-defined]
    return (*names, first, second, first - second, float(low), float(high), h, test, p)


def two_shares(k1: int, n1: int, k2: int, n2: int) -> tuple[str, float]:
    """Return the test of two shares that suits their size, and its two-sided p."""
    pooled = (k1 + k2) / (n1 + n2)
    if pooled in (0, 1):
        return "fisher", 1.0
    expected = min(n * share for n in (n1, n2) for share in (pooled, 1 - pooled))
    if expected < LEAST_EXPECTED:
        return "fisher", float(fisher_exact([[k1, n1 - k1], [k2, n2 - k2]]).pvalue)
    return "z", float(proportions_ztest([k1, k2], [n1, n2])[1])


def of_one_year(found: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with counts of the year that has most of them; of equals, the last year."""
    held = found[found["state"] == "counts"]
    sizes = held["year"].value_counts()
    year = max(sizes.index, key=lambda name: (int(sizes[name]), name), default="")
    return held[held["year"] == year].reset_index(drop=True)


def too_few(found: pd.DataFrame) -> tuple[Shortfall, ...]:
    """Return why places cannot be tested against each other; nothing where they can."""
    return shortfalls("compare", {"places": len(of_one_year(found))})

"""Measures of plans: what became of targets, who answers for what, and when it is due.

A report of the place that set a target, about a year that the target is set for, attains it or
does not. Any other report is a benchmark: its place never promised this value, so it gets a
comparison and no verdict.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pandas as pd

from govlaw import targets as signs
from govlaw.codebook import indicators
from govlaw.measures import annual_reports, records
from govlaw.responsibility import bare

#: A larger corpus would hold every target against hundreds of other places.
MOST_BENCHMARKS = 60
#: What a report is to a target.
RELATIONS = ("attainment", "other_year", "benchmark")
#: How a printed result stands to a target, for every relation.
COMPARISONS = ("reached", "short", "open", "not_comparable", "not_disclosed")
#: What is said of the place that set the target, and of no other.
VERDICTS = ("met", "not_met", "not_yet", "undetermined", "not_comparable", "not_disclosed")

#: How comparators are shown.
SIGNS = {"=": "=", ">=": "≥", ">": ">", "<=": "≤", "<": "<", "~": "≈"}

_COLUMNS = (
    "plan", "task", "start", "end", "indicator", "comparator", "target", "unit", "first_year",
    "last_year", "doc_id", "relation", "figures", "printed", "result", "comparison", "reason",
    "verdict",
)  # fmt: skip


def attainment(
    documents: pd.DataFrame, targets: pd.DataFrame, observations: pd.DataFrame
) -> pd.DataFrame:
    """Compare every target that has an indicator and years with every annual report.

    ``relation``: ``attainment`` for a report of the same place (same division code and level; the
    same issuer for departments) about a year that the target is set for, ``other_year`` for one
    of the same place about another year, ``benchmark`` for other places; in a corpus of more than
    ``MOST_BENCHMARKS`` annual reports targets meet those of their own place only.

    ``comparison``, from the report's figures of role ``actual`` for the same indicator:
    ``reached``, ``short``, ``open`` (an approximate figure on both sides of the target, or
    figures that differ), ``not_comparable`` (another unit or kind of figure, one of the place
    itself against one of the whole territory, a doubtful print, or a value of which more is
    neither better nor worse), ``not_disclosed`` (no figure was found: never a failure). Printed
    digits count at their face: 100% is 100, not 99.5 to 100; what is approximate counts with its
    interval. A target without words such as 不少于 is reached by its value or a better one, after
    the codebook's ``direction``; counts of activities (``neutral``) by their value or more, ranks
    by their place or a smaller number.

    ``verdict`` stands for ``attainment`` only: met, not_met, ``not_yet`` (short of it before its
    last year), undetermined, not_comparable, not_disclosed; elsewhere it is empty.

    Returns
    -------
    DataFrame, one row a target and report: plan (doc_id of the target), task, start, end (of the
    target), indicator, comparator, target (its value), unit, first_year, last_year, doc_id (of
    the report), relation, figures (spans ``start:end`` joined by ``;``), printed (joined by
    ``;``), result (the value; NaN unless there is one), comparison, reason, verdict. The reports
    of the target's own place come first.
    """
    reports = annual_reports(documents)
    places = {row.doc_id: row for row in records(documents)}
    dated = targets[targets["last_year"] != ""]
    coded = dated[(dated["indicator"] != "") & dated["value"].notna()]
    actual = observations[(observations["role"] == "actual") & (observations["indicator"] != "")]
    own: dict[tuple[str, str], list[Any]] = {}
    for figure in records(actual):
        own.setdefault((figure.doc_id, figure.indicator), []).append(figure)
    found = []
    everywhere = list(records(reports))
    at_home: dict[tuple[str, ...], list[Any]] = {}
    for report in everywhere:
        at_home.setdefault(_place(report), []).append(report)
    few = len(everywhere) <= MOST_BENCHMARKS
    for target in records(coded):
        for report in everywhere if few else at_home.get(_place(places[target.doc_id]), []):
            if report.doc_id == target.doc_id:
                continue
            relation = _relation(places[target.doc_id], report, target)
            figures = own.get((report.doc_id, target.indicator), [])
            comparison, reason = _compare(target, figures)
            values = {f.value for f in figures}
            found.append(
                (
                    target.doc_id, target.task, target.start, target.end, target.indicator,
                    target.comparator, target.value, target.unit, target.first_year,
                    target.last_year, report.doc_id, relation,
                    ";".join(f"{f.start}:{f.end}" for f in figures),
                    ";".join(f.text for f in figures),
                    values.pop() if len(values) == 1 else float("nan"),
                    comparison, reason,
                    _verdict(relation, comparison, target, report),
                )
            )  # fmt: skip
    frame = pd.DataFrame(found, columns=list(_COLUMNS))
    order = frame["relation"].map({name: i for i, name in enumerate(RELATIONS)})
    keys = frame.assign(order=order).sort_values(["plan", "start", "order"], kind="stable")
    return keys.drop(columns="order").reset_index(drop=True)


def _place(row: Any) -> tuple[str, ...]:
    if not (row.adcode or row.region):
        return ()
    where = row.adcode or f"{row.province} {row.region}"
    return (where, row.level, row.issuer if row.level == "department" else "")


def _relation(plan: Any, report: Any, target: Any) -> str:
    if not _place(plan) or _place(plan) != _place(report):
        return "benchmark"
    first, last = report.period_start or report.period_end, report.period_end
    within = bool(last) and first <= target.last_year and last >= target.first_year
    return "attainment" if within else "other_year"


def _verdict(relation: str, comparison: str, target: Any, report: Any) -> str:
    if relation != "attainment":
        return ""
    if comparison == "short":
        early = report.period_end < target.last_year and not target.recurs
        return "not_yet" if early else "not_met"
    return {"reached": "met", "open": "undetermined"}.get(comparison, comparison)


def _compare(target: Any, figures: list[Any]) -> tuple[str, str]:
    """Return how the figures of a report stand to a target, and why not if they do not."""
    if not figures:
        return "not_disclosed", ""
    reasons = [_incomparable(target, figure) for figure in figures]
    usable = [f for f, reason in zip(figures, reasons, strict=True) if not reason]
    if not usable:
        return "not_comparable", reasons[0]
    results = {_against(target, figure) for figure in usable}
    if results == {"not_comparable"}:
        return "not_comparable", "direction"
    return (results.pop(), "") if len(results) == 1 else ("open", "differ")


def _incomparable(target: Any, figure: Any) -> str:
    if figure.unit != target.unit:
        return "unit"
    if figure.kind != target.kind or pd.isna(figure.value):
        return "kind"
    if ("本级" in figure.scope) != ("本级" in target.scope):
        return "scope"
    return "uncertain" if figure.uncertain else ""


def _against(target: Any, figure: Any) -> str:
    """Return how one figure stands to a target, by the whole of its interval."""
    exact = figure.approx == "exact" and not _is_range(figure)
    low, high = (figure.value, figure.value) if exact else (figure.value_low, figure.value_high)
    low = float("-inf") if pd.isna(low) else low
    high = float("inf") if pd.isna(high) else high
    asked, goal = _asked(target)
    if asked == "=":
        return "reached" if low == high == goal else "not_comparable"
    if asked == "within":
        if low >= target.value_low and high <= target.value_high:
            return "reached"
        return "short" if low > target.value_high or high < target.value_low else "open"
    # 超过 leaves its lower bound out, 不足 its upper one, and so do 高于 and 低于 as targets.
    printed = "" if exact else signs.sign(figure.text)
    worst, best = (low, printed == ">"), (high, printed == "<")
    if asked in ("<=", "<"):
        worst, best, goal = (-high, printed == "<"), (-low, printed == ">"), -goal
    if worst[0] > goal or (worst[0] == goal and (worst[1] or asked in (">=", "<="))):
        return "reached"
    below = best[0] < goal or (best[0] == goal and (best[1] or asked in (">", "<")))
    return "short" if below else "open"


def _is_range(row: Any) -> bool:
    """Tell whether a figure is printed as from one value to another."""
    return bool(row.value_low == row.value and row.value_high > row.value)


def _asked(target: Any) -> tuple[str, float]:
    """Return the comparison that a target asks for and its value."""
    if target.comparator in (">=", ">", "<=", "<"):
        return target.comparator, target.value
    if target.comparator == "=" and _is_range(target):
        return "within", target.value
    known = indicators().get(target.indicator)
    direction = known.direction if known else "ambiguous"
    value = target.value
    if target.kind == "rank" or direction == "lower_better":
        return "<=", value if target.comparator == "=" else target.value_high
    if direction == "higher_better" or (direction == "neutral" and target.kind == "count"):
        return ">=", value if target.comparator == "=" else target.value_low
    return ("within" if target.comparator == "~" else "="), value


def standing(found: pd.DataFrame) -> pd.DataFrame:
    """Return how the reports of other places stand to each target.

    Parameters
    ----------
    found : what :func:`attainment` returned

    Returns
    -------
    DataFrame, one row a target and comparison: plan, start, comparison, reports (count of
    benchmarks)
    """
    others = found[found["relation"] == "benchmark"]
    sizes = others.groupby(["plan", "start", "comparison"]).size()
    keys = found[["plan", "start"]].drop_duplicates().itertuples(index=False)
    return pd.DataFrame(
        [
            (plan, start, comparison, int(sizes.get((plan, start, comparison), 0)))
            for (plan, start), comparison in product(keys, COMPARISONS)
        ],
        columns=["plan", "start", "comparison", "reports"],
    )


# -- who answers for what ------------------------------------------------------------------


def _units(cell: str) -> list[str]:
    """Return the units of a cell, each once and without 等."""
    return list(dict.fromkeys(bare(name) for name in str(cell).split(";") if name))


def unit_links(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return which unit supports which in how many measures, and which lead together.

    Units of one name in several plans count as one; 市公安局等 counts as 市公安局.

    Returns
    -------
    DataFrame, one row a pair that occurs: kind (support: ``unit`` leads and ``other`` supports;
    joint: both lead), unit, other, measures (count); most measures first, then by name
    """
    counts: dict[tuple[str, str, str], int] = {}
    for row in records(tasks):
        leads, supports = _units(row.lead_units), _units(row.supporting_units)
        pairs = [("support", a, b) for a, b in product(leads, supports) if a != b]
        pairs += [("joint", a, b) for a, b in combinations(sorted(leads), 2)]
        for pair in pairs:
            counts[pair] = counts.get(pair, 0) + 1
    listed = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return pd.DataFrame(
        [(*pair, size) for pair, size in listed], columns=["kind", "unit", "other", "measures"]
    )


def unit_roles(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return in how many measures each unit leads and supports, and with how many others.

    ``degree`` is the number of different units that it leads or supports with, in either role.

    Returns
    -------
    DataFrame, one row a unit: unit, led, supported (measures), degree (units); most measures
    led first, then most supported, then by name
    """
    led: dict[str, int] = {}
    supported: dict[str, int] = {}
    partners: dict[str, set[str]] = {}
    for row in records(tasks):
        leads, supports = _units(row.lead_units), _units(row.supporting_units)
        for unit in leads:
            led[unit] = led.get(unit, 0) + 1
        for unit in supports:
            supported[unit] = supported.get(unit, 0) + 1
        everyone = dict.fromkeys((*leads, *supports))
        for unit in everyone:
            partners.setdefault(unit, set()).update(other for other in everyone if other != unit)
    found = [(u, led.get(u, 0), supported.get(u, 0), len(partners[u])) for u in partners]
    found.sort(key=lambda row: (-row[1], -row[2], row[0]))
    return pd.DataFrame(found, columns=["unit", "led", "supported", "degree"])


def due_dates(documents: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return when every measure is due.

    ``state``: ``dated`` (a day follows from its own deadline), ``recurring``, ``worded`` (a
    deadline from which no day follows), ``none`` (none of its own: the plan's years are all that
    is said).

    Returns
    -------
    DataFrame, one row a measure: doc_id, number, start, measure, lead_units, deadline, due (ISO),
    recurs, first_year, last_year (of the plan), state
    """
    plans = documents.set_index("doc_id")
    found = tasks[["doc_id", "number", "start", "measure", "lead_units", "deadline", "due",
                   "recurs"]].copy()  # fmt: skip
    for name, column in (("first_year", "period_start"), ("last_year", "period_end")):
        found[name] = [str(plans[column].get(doc_id, "")) for doc_id in found["doc_id"]]
    found["state"] = [
        "dated" if row.due else "recurring" if row.recurs else "worded" if row.deadline else "none"
        for row in records(found)
    ]
    return found.reset_index(drop=True)


def honour_years(documents: pd.DataFrame, honours: pd.DataFrame) -> pd.DataFrame:
    """Return the honours that have a year, by document and date; those without are left out.

    Returns
    -------
    DataFrame, one row an honour: doc_id, year (number), month (0 where none is printed), level,
    kind, honour; documents in the order of ``documents``, then by date
    """
    order = {doc_id: i for i, doc_id in enumerate(documents["doc_id"])}
    chosen = honours[honours["year"].str.fullmatch("[0-9]{4}") & honours["doc_id"].isin(order)]
    found = chosen[["doc_id", "level", "kind", "honour"]].copy()
    found.insert(1, "year", chosen["year"].astype("int64"))
    found.insert(2, "month", pd.to_numeric(chosen["month"]).fillna(0).astype("int64"))
    found["order"] = found["doc_id"].map(order)
    found["late"] = found["month"].where(found["month"] > 0, 13)
    found = found.sort_values(["order", "year", "late"], kind="stable")
    return found.drop(columns=["order", "late"]).reset_index(drop=True)

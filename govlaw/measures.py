"""The measures of the study: small functions from tables to tables, each with its formula.

Figures and notebooks compute nothing; they draw and print what these functions return. A count of
nothing found is 0; what is not known is missing (NaN, or a state that says so), never 0.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from govlaw.applicability import applies
from govlaw.codebook import indicators
from govlaw.definitions import rows
from govlaw.errors import TableError

#: Contents that the inspection and responsibility rules of 2019 require of a report.
PARTS = ("results", "shortcomings", "first_person", "next_year", "other")
#: Those that are always due; other matters are reported only where there are any.
DUE = PARTS[:4]
#: States of an indicator in a report, from most to least said.
STATES = ("value", "approximate", "target", "mentioned", "not_mentioned", "no_report")
#: States in which a report gives a figure for what was done.
DISCLOSED = STATES[:2]
#: ``kind`` of a year without a report, which :func:`with_gaps` adds to the documents.
MISSING = "missing"
#: How precisely a figure is given; the words behind each are ``approximators.csv``.
APPROXIMATIONS = ("exact", "over", "under", "about")
ROLES = ("actual", "target", "prior", "rhetorical", "structural")
VERDICTS = (
    "consistent",
    "truncated",
    "ceiling",
    "over_rounded",
    "irreconcilable",
    "undetermined",
    "base_undisclosed",
)


#: What becomes of a rate in the audit.
RATE_STATES = ("tested", "possible", "base_undisclosed", "untested")


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a table one by one, their cells as attributes."""
    return iter(frame.itertuples())


def annual_reports(documents: pd.DataFrame) -> pd.DataFrame:
    """Return the documents that are annual reports: plans, news and evaluations are left out."""
    return documents[documents["kind"] == "annual_report"].reset_index(drop=True)


def of_documents(frame: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``frame`` whose ``doc_id`` is among ``documents``."""
    return frame[frame["doc_id"].isin(documents["doc_id"])].reset_index(drop=True)


def coverage(documents: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Count the achieved figures of each document and those that the codebook has a name for.

    Formula: role actual; differences from an earlier value (kind change) are left out, since they
    never get a code. Columns: ``what`` (the doc_id), ``coded``, ``figures``.
    """
    counted = (observations["role"] == "actual") & (observations["kind"] != "change")
    chosen = observations[counted].assign(coded=observations["indicator"] != "")
    found = chosen.groupby("doc_id")["coded"].agg(["sum", "size"])
    found = found.reindex(documents["doc_id"], fill_value=0).astype("int64").reset_index()
    return found.set_axis(["what", "coded", "figures"], axis=1)


def corpus_hash(documents: pd.DataFrame) -> str:
    """Return one SHA-256 (64 hex digits) of the whole corpus.

    Formula: SHA-256 of the lines ``<sha256> <doc_id>``, sorted. Two corpora with the same reports
    have the same hash, in whatever order they were read.
    """
    lines = sorted(f"{row.sha256} {row.doc_id}\n" for row in records(documents))
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


def completeness(documents: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """Tell which of the five required contents each annual report has a section for.

    Formula: a content is present if at least one section with a heading (level 1 or deeper)
    belongs to it; the score is the sum over the five. Source: the rules on inspection and
    responsibility of 2019 (厅字〔2019〕28号), which name the five contents.

    Returns
    -------
    DataFrame, one row a report and content: doc_id, part, present (bool), sections (count),
    score (0 to 5, the same on every row of a report)
    """
    reports = annual_reports(documents)
    headed = sections[sections["level"] >= 1]
    counted = headed.groupby(["doc_id", "part"]).size()
    found = pd.DataFrame(
        [(doc_id, part) for doc_id in reports["doc_id"] for part in PARTS],
        columns=["doc_id", "part"],
    )
    found["sections"] = [int(counted.get((d, p), 0)) for d, p in found.to_numpy()]
    found["present"] = found["sections"] > 0
    found["score"] = found.groupby("doc_id")["present"].transform("sum").astype("int64")
    return found[["doc_id", "part", "present", "sections", "score"]]


def delay(documents: pd.DataFrame) -> pd.DataFrame:
    """Return the days from 1 April after the report year to the date of each annual report.

    Formula: date minus 1 April of (last year of the period + 1); negative is early. The date is
    that of publication where the report says it, else the date of writing, which is a lower
    bound for publication. Source: the rules of 2019 ask for publication by 1 April.

    Returns
    -------
    DataFrame, one row a report: doc_id, characters, date (ISO, empty if unknown), dated_by
    (published | written | empty), days (NaN if unknown)
    """
    reports = annual_reports(documents)
    found = []
    for row in records(reports):
        day, dated_by = str(row.published), "published"
        if not day:
            day, dated_by = str(row.written), "written"
        days = np.nan
        if day and str(row.period_end):
            due = date(int(str(row.period_end)) + 1, 4, 1)
            days = float((date.fromisoformat(day) - due).days)
        found.append((row.doc_id, row.characters, day, dated_by if day else "", days))
    return pd.DataFrame(found, columns=["doc_id", "characters", "date", "dated_by", "days"])


def density(documents: pd.DataFrame, observations: pd.DataFrame, by: str = "role") -> pd.DataFrame:
    """Return figures per 1,000 characters of every document, by role or by dimension.

    Formula: 1000 * figures / characters of the text. By dimension, figures of role ``actual``
    are counted alone, so that years and document numbers do not count as content. Source:
    "hard information" of Dyer, Lang and Stice-Lawrence (2017).

    Returns
    -------
    DataFrame, one row a document and group: doc_id, group, figures (count), per_1000

    Raises
    ------
    TableError
        If ``by`` is neither ``role`` nor ``dimension``.
    """
    groups: tuple[str, ...]
    if by == "role":
        groups, counted = ROLES, observations
    elif by == "dimension":
        groups = dimensions()
        counted = observations[observations["role"] == "actual"]
    else:
        raise TableError(f"{by!r} is no way to split figures; use role or dimension")
    sizes = counted.groupby(["doc_id", by]).size()
    found = []
    for row in records(documents):
        for group in groups:
            figures = int(sizes.get((row.doc_id, group), 0))
            share = 1000 * figures / row.characters if row.characters else np.nan
            found.append((row.doc_id, group, figures, share))
    return pd.DataFrame(found, columns=["doc_id", "group", "figures", "per_1000"])


def stretches(sections: pd.DataFrame) -> pd.DataFrame:
    """Return the sections with ``stop``: where the next one of the report starts, or its end.

    The stretches from ``start`` to ``stop`` do not overlap: each is the text of one section
    without the sections inside it.
    """
    ordered = sections.sort_values(["doc_id", "start"], kind="stable", ignore_index=True)
    following = ordered.groupby("doc_id")["start"].shift(-1)
    return ordered.assign(stop=following.fillna(ordered["end"]).astype("int64"))


def space(documents: pd.DataFrame, sections: pd.DataFrame, by: str = "part") -> pd.DataFrame:
    """Return how much of every annual report's text each part or dimension takes up.

    Formula: characters of the sections of a group, each without the sections inside it, over all
    characters of the report's sections, headings included.

    Returns
    -------
    DataFrame, one row a report and group: doc_id, group, characters, share (0 to 1, NaN in a
    report without sections)

    Raises
    ------
    TableError
        If ``by`` is neither ``part`` nor ``dimension``.
    """
    if by not in ("part", "dimension"):
        raise TableError(f"{by!r} is no way to split a text; use part or dimension")
    reports = annual_reports(documents)
    groups = PARTS if by == "part" else dimensions()
    own = stretches(of_documents(sections, reports))
    sizes = (own["stop"] - own["start"]).groupby([own["doc_id"], own[by]]).sum()
    return _shares(sizes, reports["doc_id"], groups, "group", "characters")


def structure(documents: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """Return how the text of every document is divided.

    Returns
    -------
    DataFrame, one row a document: doc_id, characters, headings (sections with a heading, level 1
    or deeper), chapters (those of level 1), deepest (the deepest level, 0 without a heading)
    """
    headed = sections[sections["level"] >= 1]
    every, top = headed.groupby("doc_id"), headed[headed["level"] == 1].groupby("doc_id")
    sizes, chapters, depths = every.size(), top.size(), every["level"].max()
    return pd.DataFrame(
        [
            (d.doc_id, d.characters, int(sizes.get(d.doc_id, 0)), int(chapters.get(d.doc_id, 0)),
             int(depths.get(d.doc_id, 0)))
            for d in records(documents)
        ],
        columns=["doc_id", "characters", "headings", "chapters", "deepest"],
    )  # fmt: skip


def profile(observations: pd.DataFrame, doc_id: str) -> pd.DataFrame:
    """Return how many figures of one report belong to each dimension and role.

    Structural figures (years, numbers of documents, names such as "1+3") are left out: they
    measure nothing. Formula: a count.

    Returns
    -------
    DataFrame, one row a dimension and role: dimension, role, figures (count)
    """
    own = observations[(observations["doc_id"] == doc_id) & (observations["role"] != "structural")]
    sizes = own.groupby(["dimension", "role"]).size()
    return pd.DataFrame(
        [
            (dimension, role, int(sizes.get((dimension, role), 0)))
            for dimension in dimensions()
            for role in ROLES
            if role != "structural"
        ],
        columns=["dimension", "role", "figures"],
    )


def with_gaps(documents: pd.DataFrame) -> pd.DataFrame:
    """Return the documents and, at the end, a row for every year without an annual report.

    A gap is a year between the first and the last year of a place's annual reports that none of
    them covers. Its ``kind`` is ``missing``, its ``doc_id`` is ``<adcode>-<year>``. It says that
    the corpus holds no report, not that none was published. Places without ``adcode`` have none,
    nor have departments, which share that of their government.
    """
    found = []
    reports = annual_reports(documents)
    for adcode, own in reports[reports["level"] != "department"].groupby("adcode", sort=True):
        covered: set[int] = set()
        for row in records(own[own["period_end"] != ""]):
            covered |= set(range(int(row.period_start or row.period_end), int(row.period_end) + 1))
        if not adcode or not covered:
            continue
        place = {c: own.iloc[0][c] for c in ("region", "adcode", "level", "province")}
        for year in sorted(set(range(min(covered), max(covered))) - covered):
            years = {"period_start": str(year), "period_end": str(year)}
            name = {"doc_id": f"{place['adcode']}-{year}", "kind": MISSING, "characters": 0}
            found.append({**dict.fromkeys(documents.columns, ""), **place, **years, **name})
    if not found:
        return documents
    gaps = pd.DataFrame(found, columns=documents.columns).astype(documents.dtypes.to_dict())
    return pd.concat([documents, gaps], ignore_index=True)


def disclosure(
    documents: pd.DataFrame,
    observations: pd.DataFrame,
    codes: Sequence[str] | None = None,
    mentions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the state of every indicator in every annual report.

    ``value``: an exact figure for what was done; ``approximate``: figures for what was done, all
    of them about, over or under, or doubtful; ``target``: only figures for what is planned;
    ``mentioned``: no figure, but a clause without any figure speaks of the matter among the
    results; ``not_mentioned``: neither was found; ``no_report``: a year without a report, see
    :func:`with_gaps`. The last three are missing and never 0: a rule may have failed to claim a
    figure, and a pattern to find a mention.

    Parameters
    ----------
    codes : indicators to look for; the codebook's core ones by default
    mentions : table ``mentions``; without it nothing counts as mentioned

    Returns
    -------
    DataFrame, one row a report and indicator: doc_id, indicator, dimension, state, figures
    (count), applies (bool: whether the indicator applies to the report's level of government; one
    for which the report gives a figure does)
    """
    known = indicators()
    wanted = list(codes) if codes is not None else core_indicators()
    reports = documents[documents["kind"].isin(["annual_report", MISSING])]
    claimed = observations[observations["indicator"] != ""]
    own = {
        key: part for key, part in of_documents(claimed, reports).groupby(["doc_id", "indicator"])
    }
    told: set[tuple[str, str]] = set()
    if mentions is not None:
        silent = mentions[mentions["figures"] == 0]
        told = set(zip(silent["doc_id"], silent["indicator"], strict=True))
    found = []
    for report in records(reports):
        for code in wanted:
            part = own.get((report.doc_id, code))
            state = "not_mentioned" if part is None else _state(part)
            if report.kind == MISSING:
                state = "no_report"
            elif state == "not_mentioned" and (report.doc_id, code) in told:
                state = "mentioned"
            size = 0 if part is None else len(part)
            due = state in DISCLOSED or applies(code, report.level)
            found.append((report.doc_id, code, known[code].dimension, state, size, due))
    return pd.DataFrame(
        found, columns=["doc_id", "indicator", "dimension", "state", "figures", "applies"]
    ).astype({"applies": bool})


def _state(figures: pd.DataFrame) -> str:
    actual = figures[figures["role"] == "actual"]
    if ((actual["approx"] == "exact") & ~actual["uncertain"]).any():
        return "value"
    if len(actual):
        return "approximate"
    return "target" if (figures["role"] == "target").any() else "not_mentioned"


def disclosure_share(
    states: pd.DataFrame,
    counted: Sequence[str] = DISCLOSED,
    weights: Mapping[str, float] | None = None,
    by: Sequence[str] = ("doc_id", "dimension"),
) -> pd.DataFrame:
    """Return disclosed over applicable indicators: the disclosure index, whole or by dimension.

    Formula: sum of the weights of the indicators whose state is in ``counted``, over the sum of
    the weights of all that were looked for and apply to the report's level of government; every
    weight is 1 by default. Years without a report are left out. Source: the disclosure index of
    accounting studies, unweighted. The official weights of the demonstration indicators are not
    published, so no official score can be rebuilt from this.

    Parameters
    ----------
    states : what :func:`disclosure` returned
    counted : states that count as disclosed
    weights : weight by indicator, 0 or more; an indicator that is not named weighs 1
    by : ``("doc_id", "dimension")``, or ``("doc_id",)`` for one index a report

    Returns
    -------
    DataFrame, one row a group: the columns of ``by``, disclosed, applicable (both in weights),
    share (0 to 1, NaN where nothing is applicable)

    Raises
    ------
    TableError
        If a weight is negative, or names an indicator that was not looked for.
    """
    given = {code: float(weight) for code, weight in (weights or {}).items()}
    for code, value in given.items():
        if code not in set(states["indicator"]) or not value >= 0:
            raise TableError(
                f"the weight {code}: {value:g} does not fit; name an indicator that is looked "
                "for, and a number of 0 or more"
            )
    weight = states["indicator"].map(lambda code: given.get(code, 1.0)).astype("float64")
    frame = states.assign(
        applicable=weight.where(states["applies"], 0.0),
        disclosed=weight.where(states["state"].isin(list(counted)) & states["applies"], 0.0),
    )
    frame = frame[frame["state"] != "no_report"]
    summed = frame.groupby(list(by), sort=False)[["disclosed", "applicable"]].sum()
    found = summed.reset_index()
    found["share"] = found["disclosed"] / found["applicable"].where(found["applicable"] > 0)
    return found


def base_disclosure(documents: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return, for every rate of the codebook, how many reports print what it was made from.

    Formula: of the annual reports that print the rate for what was done, those that also print,
    anywhere, a count with the code of its numerator, of an admissible base, and of both. Whether
    they belong together is not asked here; the audit asks it. A rate whose entry names no base is
    left out.

    Returns
    -------
    DataFrame, one row a rate that at least one report prints: indicator, reports, with_part,
    with_base, with_both (counts of reports)
    """
    reports = annual_reports(documents)
    actual = of_documents(observations[observations["role"] == "actual"], reports)
    printed = {code: set(part["doc_id"]) for code, part in actual.groupby("indicator")}
    found = []
    for code, entry in indicators().items():
        named = printed.get(code, set())
        if not named or not entry.bases:
            continue
        part = named & printed.get(entry.numerator, set())
        base = named & set().union(*(printed.get(b, set()) for b in entry.bases))
        found.append((code, len(named), len(part), len(base), len(part & base)))
    return pd.DataFrame(
        found, columns=["indicator", "reports", "with_part", "with_base", "with_both"]
    )


def rates(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the rates that reports print for what was done: percentages, one row a figure."""
    chosen = observations[
        (observations["kind"] == "rate")
        & (observations["unit"] == "%")
        & (observations["role"] == "actual")
        & observations["value"].notna()
    ]
    return chosen.reset_index(drop=True)


def ceiling_share(documents: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the rates of each document that are printed as 100%.

    Formula: exact rates of role ``actual`` with value 100, over all rates of role ``actual``.
    全覆盖 and 全部 hold no digits and are not counted.

    Returns
    -------
    DataFrame, one row a document: doc_id, rates, at_ceiling (counts), share (NaN without rates)
    """
    printed = rates(observations)
    top = (printed["value"] == 100) & (printed["approx"] == "exact")
    every, full = printed.groupby("doc_id").size(), printed[top].groupby("doc_id").size()
    found = pd.DataFrame({"doc_id": documents["doc_id"].to_numpy()})
    found["rates"] = [int(every.get(doc_id, 0)) for doc_id in found["doc_id"]]
    found["at_ceiling"] = [int(full.get(doc_id, 0)) for doc_id in found["doc_id"]]
    found["share"] = found["at_ceiling"] / found["rates"].where(found["rates"] > 0)
    return found


def precision(documents: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return how precisely each document gives its figures for what was done.

    Formula: figures of role ``actual`` of each approximation (exact, over, under, about), over
    all figures of role ``actual``.

    Returns
    -------
    DataFrame, one row a document and approximation: doc_id, approx, figures (count), share (0 to
    1, NaN in a document without figures)
    """
    actual = observations[observations["role"] == "actual"]
    sizes = actual.groupby(["doc_id", "approx"]).size()
    return _shares(sizes, documents["doc_id"], APPROXIMATIONS, "approx", "figures")


def _shares(
    sizes: pd.Series[Any], doc_ids: Iterable[str], groups: Iterable[str], group: str, size: str
) -> pd.DataFrame:
    """Return each group's size in each document and its share of that document's sum.

    ``group`` and ``size`` name the columns; a document without anything has no share (NaN).
    """
    pairs = list(itertools.product(doc_ids, groups))
    found = pd.DataFrame(
        [(*pair, int(sizes.get(pair, 0))) for pair in pairs], columns=["doc_id", group, size]
    )
    total = found.groupby("doc_id")[size].transform("sum")
    found["share"] = found[size] / total.where(total > 0)
    return found


def tested_rates(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the rates that could be recomputed, as numbers, worst agreement first.

    Formula: difference = recomputed minus printed, in percentage points; tolerance = half of the
    last printed digit; ratio = difference / tolerance, so that a rate rounded as usual lies within
    -1 and 1. Audit rules A and B.

    Returns
    -------
    DataFrame, one row a finding: doc_id, formula, start, end (of the printed rate), printed,
    recomputed, low, high (percent), difference, tolerance (points), ratio, verdict
    """
    chosen = findings[
        findings["rule"].isin(["A", "B"])
        & (findings["recomputed"] != "")
        & findings["printed"].str.fullmatch(r"[0-9.]+%")
    ]
    tested = chosen["operands"].str.rsplit(";", n=1).str[-1].str.split(":", expand=True)
    found = pd.DataFrame(
        {
            "doc_id": chosen["doc_id"],
            "formula": chosen["formula"],
            "start": tested[0].astype("int64") if len(chosen) else pd.Series(dtype="int64"),
            "end": tested[1].astype("int64") if len(chosen) else pd.Series(dtype="int64"),
            "printed": pd.to_numeric(chosen["printed"].str.rstrip("%")),
            "recomputed": pd.to_numeric(chosen["recomputed"]),
            "low": pd.to_numeric(chosen["low"]),
            "high": pd.to_numeric(chosen["high"]),
        }
    )
    found["difference"] = found["recomputed"] - found["printed"]
    found["tolerance"] = (found["high"] - found["low"]) / 2
    found["ratio"] = found["difference"] / found["tolerance"]
    found["verdict"] = chosen["verdict"]
    order = (found["difference"].abs() / found["tolerance"]).sort_values(
        ascending=False, kind="stable"
    )
    return found.loc[order.index].reset_index(drop=True)


def verdicts(findings: pd.DataFrame) -> pd.DataFrame:
    """Return how many findings of each rule have each verdict; a verdict not met counts 0.

    Returns
    -------
    DataFrame, one row a rule that was applied and verdict: rule, verdict, findings (count)
    """
    sizes = findings.groupby(["rule", "verdict"]).size()
    return pd.DataFrame(
        [
            (rule, verdict, int(sizes.get((rule, verdict), 0)))
            for rule in sorted(findings["rule"].unique())
            for verdict in VERDICTS
        ],
        columns=["rule", "verdict", "findings"],
    )


def tested_share(
    documents: pd.DataFrame, observations: pd.DataFrame, findings: pd.DataFrame
) -> pd.DataFrame:
    """Return how many of the printed rates of each document could be tested at all.

    Formula: rates of audit rules A and B that were recomputed, over exact rates of role
    ``actual``. The rest print no base, or none that the words of the report tie to them.

    Returns
    -------
    DataFrame, one row a document: doc_id, rates, tested, base_undisclosed (counts), share (0 to
    1, NaN without rates)
    """
    printed = rates(observations)
    every = printed[printed["approx"] == "exact"].groupby("doc_id").size()
    of_rates = findings[findings["rule"].isin(["A", "B", "C"])]
    tested = of_rates[of_rates["recomputed"] != ""].groupby("doc_id").size()
    hidden = of_rates[of_rates["verdict"] == "base_undisclosed"].groupby("doc_id").size()
    found = pd.DataFrame({"doc_id": documents["doc_id"].to_numpy()})
    for name, sizes in (("rates", every), ("tested", tested), ("base_undisclosed", hidden)):
        found[name] = [int(sizes.get(doc_id, 0)) for doc_id in found["doc_id"]]
    found["share"] = found["tested"] / found["rates"].where(found["rates"] > 0)
    return found


def rates_by_state(
    documents: pd.DataFrame, findings: pd.DataFrame, untested: pd.DataFrame
) -> pd.DataFrame:
    """Return what became of the rates of each document in the audit.

    ``tested``: held against printed counts (rules A, B and F); ``possible``: held against its
    base alone (rule C); ``base_undisclosed``; ``untested``. Growth rates are left out.

    Returns
    -------
    DataFrame, one row a document and state: doc_id, state, rates (count)
    """
    rated = findings[findings["rule"].isin(["A", "B", "C", "F"])]
    hidden = rated["verdict"] == "base_undisclosed"
    state = pd.Series("tested", index=rated.index)
    state[rated["rule"] == "C"] = "possible"
    state[hidden] = "base_undisclosed"
    left = untested[untested["rule"] != "D"]
    counted = pd.concat(
        [
            pd.DataFrame({"doc_id": rated["doc_id"], "state": state}),
            pd.DataFrame({"doc_id": left["doc_id"], "state": "untested"}),
        ]
    )
    sizes = counted.groupby(["doc_id", "state"]).size()
    return pd.DataFrame(
        [
            (doc_id, state, int(sizes.get((doc_id, state), 0)))
            for doc_id in documents["doc_id"]
            for state in RATE_STATES
        ],
        columns=["doc_id", "state", "rates"],
    )


def power(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the power of every tested rate: whether it could be tested without its count.

    Formula: 1 - min(1, base / M), M = 100 * 10^decimals: the share of prints that no whole count
    over the base gives. Source: GRIM; audit rule C.

    Returns
    -------
    DataFrame, one row a rate with an exact base: doc_id, formula, verdict, power (0 to 1)
    """
    chosen = findings[findings["rule"].isin(["A", "B", "C"]) & (findings["power"] != "")]
    found = pd.DataFrame(
        {
            "doc_id": chosen["doc_id"],
            "formula": chosen["formula"],
            "verdict": chosen["verdict"],
            "power": pd.to_numeric(chosen["power"]),
        }
    )
    return found.reset_index(drop=True)


def prior_values(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the values of the year before that follow from a growth: audit rule D.

    Returns
    -------
    DataFrame, one row a change without a printed earlier value: the columns of ``findings``
    """
    chosen = findings[(findings["rule"] == "D") & (findings["implied_low"] != "")]
    return chosen.reset_index(drop=True)


def dimensions() -> tuple[str, ...]:
    """Return the dimensions of the codebook, in its order."""
    return tuple(row["dimension"] for row in rows("dimensions"))


def core_indicators(wanted: Sequence[str] = ()) -> list[str]:
    """Return the codes of the codebook's core indicators, by dimension, in its order.

    Parameters
    ----------
    wanted : dimensions; all of them where empty

    Raises
    ------
    TableError
        If the codebook has no such dimension.
    """
    order = {name: i for i, name in enumerate(dimensions())}
    for name in wanted:
        if name not in order:
            raise TableError(f"{name!r} is no dimension; use any of {', '.join(order)}")
    entries = [
        entry
        for entry in indicators().values()
        if entry.status == "core" and (not wanted or entry.dimension in wanted)
    ]
    return [entry.code for entry in sorted(entries, key=lambda entry: order[entry.dimension])]

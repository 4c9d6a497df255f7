"""What the methods find in simulated corpora, held against what was planted there.

Nothing here speaks of real places: trials tell whether figures are read, errors caught and effects
recovered when the truth is known.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from govlaw import corpus, models, simulation, tables
from govlaw.errors import GovlawError
from govlaw.simulation import Process, Year
from govlaw.tables import Study

#: Outcomes on which the process plants an effect of the treatment, each with the group of
#: sentences that tells it, the figure that carries the effect, and its factor on the panel's scale.
OUTCOMES = {
    "rec_accepted": ("review", "rec_accepted", 1.0),
    "lit_appearance_rate": ("appearance", "lit_appearances", 100.0),
}
#: Where the values of a panel come from: everything that happened, or what reports disclose.
SOURCES = ("happened", "disclosed")
READ = "read"
PLANTED = ("rate", "sum")


@dataclass(frozen=True)
class Trial:
    """A simulated corpus as the tables that were read from it, and the truth."""

    study: Study
    truth: pd.DataFrame
    places: pd.DataFrame
    years: tuple[Year, ...]


def run(reports: int = 150, seed: int = 1, process: Process | None = None) -> Trial:
    """Simulate a corpus, read it as any other, and keep both sides.

    Parameters
    ----------
    reports, seed, process : as :func:`govlaw.simulation.write` takes them

    Raises
    ------
    GovlawError
        If the number of reports or the seed cannot be used.
    """
    with tempfile.TemporaryDirectory() as folder:
        raw, out = Path(folder) / "raw", Path(folder) / "tables"
        simulation.write(raw, reports, seed, process)
        corpus.extract([raw], out)
        study = tables.read(out)
        text = (raw / "truth.csv").read_text(encoding="utf-8")
        known = models.covariates(str(raw / "places.csv"))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    truth = pd.DataFrame(rows, columns=list(simulation.TRUTH_COLUMNS), dtype="str")
    return Trial(study, truth, known, tuple(simulation.years(reports, seed, process)))


def true_effect(outcome: str) -> float:
    """Return the planted effect on an outcome: log points of a count, points of a rate."""
    _, figure, factor = OUTCOMES[outcome]
    return simulation.figures()[figure].effect * factor


# -- reading --------------------------------------------------------------------------------


def reading(trial: Trial) -> pd.DataFrame:
    """Hold every printed figure against what was read at its place.

    Returns
    -------
    DataFrame, a row a figure of the truth that is printed: doc_id, figure, indicator, role,
    start, end, found (a figure was read at exactly these offsets), value (and has the value),
    code (and the indicator), as_read (the code that it was given)
    """
    printed = trial.truth[trial.truth["disclosed"] == "true"].copy()
    printed[["start", "end"]] = printed[["start", "end"]].astype("int64")
    printed["planted"] = pd.to_numeric(printed["value"])
    own = trial.study.observations[["doc_id", "start", "end", "value", "indicator"]]
    own = own.rename(columns={"value": "read", "indicator": "as_read"})
    both = printed.merge(own, on=["doc_id", "start", "end"], how="left")
    both["found"] = both["as_read"].notna()
    both["value"] = both["found"] & (both["read"] == both["planted"])
    both["code"] = both["value"] & (both["as_read"] == both["indicator"])
    columns = ["doc_id", "figure", "indicator", "role", "start", "end", "found", "value", "code",
               "as_read"]  # fmt: skip
    return both[columns]


def caught(trial: Trial) -> pd.DataFrame:
    """Return how many planted errors the audit names, and how many of its alarms are false.

    Returns
    -------
    DataFrame, a row for errors of rates and of sums: error, planted, caught, alarms (findings
    that are not reconcilable as printed), false (those at figures without a planted error)
    """
    printed = trial.truth[trial.truth["disclosed"] == "true"]
    bad = trial.study.findings[trial.study.findings["verdict"] == "irreconcilable"]
    ends = bad["operands"].str.rsplit(";", n=1).str[-1].str.partition(":")
    found = []
    for error, rule in zip(PLANTED, ("A", "E"), strict=True):
        own = printed[printed["error"] == error]
        planted = set(zip(own["doc_id"], own["start"], strict=True))
        of_rule = bad["rule"] == rule
        alarms = (
            set(zip(bad.loc[of_rule, "doc_id"], ends.loc[of_rule, 0], strict=True))
            if len(bad)
            else set()
        )
        hit = len(planted & alarms)
        found.append((error, len(planted), hit, len(alarms), len(alarms - planted)))
    return pd.DataFrame(found, columns=["error", "planted", "caught", "alarms", "false"])


# -- effects --------------------------------------------------------------------------------


def effects(trial: Trial, confidence: float = 0.95) -> pd.DataFrame:
    """Estimate the planted effects from what happened, what is disclosed and what was read.

    Returns
    -------
    DataFrame, a row an outcome and source: outcome, source (happened | disclosed | read), truth,
    estimate, low, high (NaN where the corpus is too small), rows
    """
    found = []
    for outcome in OUTCOMES:
        panels = [(source, _panel(trial.years, outcome, source), None) for source in SOURCES]
        read = models.panel(trial.study.documents, trial.study.observations, outcome)
        for source, panel, known in [*panels, (READ, read, trial.places)]:
            fit = _treated(panel, known, confidence)
            found.append((outcome, source, true_effect(outcome), *fit, len(panel)))
    return pd.DataFrame(
        found, columns=["outcome", "source", "truth", "estimate", "low", "high", "rows"]
    )


def _treated(
    panel: pd.DataFrame, known: pd.DataFrame | None, confidence: float
) -> tuple[float, float, float]:
    """Return estimate and bounds of the treatment; NaN where there is no estimate."""
    if known is None:
        known = panel[["place", "year", "treated"]]
        panel = panel.drop(columns="treated")
    fit = models.two_way(panel, known, confidence)
    if not fit.estimated:
        return np.nan, np.nan, np.nan
    term = fit.terms.iloc[0]
    return float(term["estimate"]), float(term["low"]), float(term["high"])


def _panel(years: Sequence[Year], outcome: str, source: str) -> pd.DataFrame:
    """Return the true values of an outcome by place and year, all of them or those disclosed."""
    group, _, factor = OUTCOMES[outcome]
    found = []
    for year in years:
        if source == "happened" or group in year.disclosed:
            actual = year.actual[outcome]
            value = float(actual) * factor if isinstance(actual, Fraction) else np.log(actual)
            found.append((year.place.adcode, str(year.year), value, float(year.treated)))
    return pd.DataFrame(found, columns=["place", "year", "outcome", "treated"])


# -- coverage and power ----------------------------------------------------------------------


def replications(
    reports: int, times: int, seed: int, process: Process | None = None
) -> pd.DataFrame:
    """Estimate the planted effects in many simulated corpora, without writing their text.

    Parameters
    ----------
    reports : reports of each corpus
    times : corpora, at least 1
    seed : of the first corpus; the following have the seeds after it

    Returns
    -------
    DataFrame, a row an outcome, source and corpus: outcome, source (happened | disclosed),
    seed, truth, estimate, low, high (NaN where there is no estimate)

    Raises
    ------
    GovlawError
        If a number cannot be used.
    """
    if times < 1:
        raise GovlawError(f"{times} replications tell nothing; ask for at least 1")
    only = {group for group, _, _ in OUTCOMES.values()}
    found = []
    for number in range(seed, seed + times):
        years = tuple(simulation.years(reports, number, process, only))
        for outcome, source in _each():
            fit = _treated(_panel(years, outcome, source), None, 0.95)
            found.append((outcome, source, number, true_effect(outcome), *fit))
    return pd.DataFrame(
        found, columns=["outcome", "source", "seed", "truth", "estimate", "low", "high"]
    )


def _each() -> Iterator[tuple[str, str]]:
    return ((outcome, source) for outcome in OUTCOMES for source in SOURCES)


def coverage(found: pd.DataFrame) -> pd.DataFrame:
    """Return how often intervals hold the truth and how often an effect is seen.

    Formula: covered = intervals that hold the truth / intervals; power = intervals without zero /
    intervals; both with Wilson intervals, since replications are few. Corpora without an estimate
    are left out and counted.

    Parameters
    ----------
    found : what :func:`replications` returned, at 95%

    Returns
    -------
    DataFrame, a row an outcome and source: outcome, source, times, without (corpora without an
    estimate), truth, mean (of the estimates), covered, covered_low, covered_high, power,
    power_low, power_high (0 to 1; NaN without any estimate)
    """
    rows = []
    for (outcome, source), part in found.groupby(["outcome", "source"], sort=False):
        held = part[part["estimate"].notna()]
        n = len(held)
        inside = int(((held["low"] <= held["truth"]) & (held["truth"] <= held["high"])).sum())
        seen = int(((held["low"] > 0) | (held["high"] < 0)).sum())
        mean = float(held["estimate"].mean()) if n else np.nan
        rows.append((outcome, source, n, len(part) - n, float(part["truth"].iloc[0]), mean,
                     *_share(inside, n), *_share(seen, n)))  # fmt: skip
    return pd.DataFrame(rows, columns=[
        "outcome", "source", "times", "without", "truth", "mean", "covered", "covered_low",
        "covered_high", "power", "power_low", "power_high",
    ])  # fmt: skip


def _share(part: int, whole: int) -> tuple[float, float, float]:
    if not whole:
        return np.nan, np.nan, np.nan
    low, high = proportion_confint(part, whole, method="wilson")
    return part / whole, float(low), float(high)


def power(
    sizes: Sequence[int], times: int, seed: int, process: Process | None = None
) -> pd.DataFrame:
    """Return :func:`coverage` for corpora of several sizes, with the column ``reports``."""
    parts = [
        coverage(replications(size, times, seed, process)).assign(reports=size) for size in sizes
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

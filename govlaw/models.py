"""Models of the study: which sentences carry figures, how many a section has, panels of places.

Each function returns a :class:`Fit`. Where the corpus is below the minimums of ``minimums.csv``,
or the estimate did not converge, the fit holds no terms and says why. Errors are clustered: by
report for sentences and sections, by place for panels.
"""

from __future__ import annotations

import csv
import io
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.genmod.cov_struct import Exchangeable
from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning

from govlaw.codebook import indicators
from govlaw.errors import TableError
from govlaw.measures import annual_reports, dimensions, of_documents, records
from govlaw.minimums import Shortfall, shortfalls
from govlaw.tables import Study
from govlaw.text import sentences as split

#: Roles of figures that say something of the matter: dates and fixed wholes do not.
COUNTED = ("actual", "target", "prior")
#: A dimension has its own term if it has so many sentences with a figure and without one,
#: or so many sections; the others are put together.
LEAST_OF_KIND = 10
REST = "dimension:rest"
_SHORTEST = 4  # characters of a sentence
_TERM_COLUMNS = ["term", "estimate", "error", "low", "high", "p"]
_LEAST_ALPHA = 1e-4  # below it a negative binomial is a Poisson model, whose errors are stable


@dataclass(frozen=True)
class Fit:
    """An estimated model, or why there is none.

    ``terms`` has a row a term: term, estimate, error, low, high, p, on the scale of the model
    (log-odds, log rates, logs or percentage points). ``reference`` is what dimensions or years
    are held against, ``estimator`` its name, ``rows`` and ``clusters`` what it used.
    """

    model: str
    estimator: str
    terms: pd.DataFrame
    rows: int
    clusters: int
    reference: str = ""
    confidence: float = 0.95
    short: tuple[Shortfall, ...] = ()
    failed: bool = False

    @property
    def estimated(self) -> bool:
        """Whether there are estimates."""
        return not self.short and not self.failed


def _empty(model: str, rows: int, clusters: int, short: tuple[Shortfall, ...]) -> Fit:
    return Fit(model, "", pd.DataFrame(columns=_TERM_COLUMNS), rows, clusters, short=short,
               failed=not short)  # fmt: skip


def _result(
    model: str, estimator: str, result: Any, names: Sequence[str], clusters: int,
    reference: str, confidence: float, first: int = 1,
) -> Fit:  # fmt: skip
    """Return the named terms of a result from the ``first`` on: the constant is left out, and so
    are parameters after them."""
    own = slice(first, first + len(names))
    bounds = np.asarray(result.conf_int(alpha=1 - confidence))[own]
    terms = pd.DataFrame(
        {
            "term": list(names),
            "estimate": np.asarray(result.params)[own],
            "error": np.asarray(result.bse)[own],
            "low": bounds[:, 0],
            "high": bounds[:, 1],
            "p": np.asarray(result.pvalues)[own],
        },
        columns=_TERM_COLUMNS,
    )
    if not np.isfinite(terms[["estimate", "low", "high"]].to_numpy(float)).all():
        return _empty(model, int(result.nobs), clusters, ())
    return Fit(model, estimator, terms, int(result.nobs), clusters, reference, confidence)


# -- sentences ------------------------------------------------------------------------------


def sentences(study: Study) -> pd.DataFrame:
    """Return the sentences of the results of every annual report, headings left out.

    Returns
    -------
    DataFrame, a row a sentence: doc_id, start, end, characters, position (0 to 1, where in its
    section it starts), dimension (of its section), carries (bool: holds a figure that counts
    something)
    """
    found: list[tuple[object, ...]] = []
    sections = {str(name): part for name, part in study.sections.groupby("doc_id")}
    counted = study.observations[study.observations["role"].isin(COUNTED)]
    starts = {str(name): set(part["sentence_start"]) for name, part in counted.groupby("doc_id")}
    none: set[int] = set()
    for row in records(annual_reports(study.documents)):
        if row.doc_id not in sections:
            continue
        text, own = study.text(row.doc_id), _own_texts(sections[row.doc_id])
        begins = [begin for begin, _, _ in own]
        for start, end in split(text):
            said = text[start:end].strip()
            first = start + text[start:end].index(said)
            i = bisect_right(begins, first) - 1
            if i < 0 or len(said) < _SHORTEST:
                continue
            begin, stop, section = own[i]
            title = begin == first and said == section.heading
            if section.part == "results" and not (title and _stands_alone(text, section)):
                position = (first - begin) / (stop - begin)
                carries = start in starts.get(row.doc_id, none)
                found.append((row.doc_id, start, end, len(said), position, section.dimension,
                              carries))  # fmt: skip
    return pd.DataFrame(found, columns=[
        "doc_id", "start", "end", "characters", "position", "dimension", "carries",
    ])  # fmt: skip


def _own_texts(sections: pd.DataFrame) -> list[tuple[int, int, Any]]:
    """Return begin and end of each section's text before the next heading, and its row."""
    listed = list(records(sections.sort_values("start", kind="stable")))
    ends = [row.start for row in listed[1:]] + [max((row.end for row in listed), default=0)]
    return [(row.start, end, row) for row, end in zip(listed, ends, strict=True)]


def _stands_alone(text: str, section: Any) -> bool:
    """Tell whether a heading has a line of its own; that of 一是… is a sentence of the text."""
    return text[section.start + len(section.heading) :][:1] in ("", "\n")


def carrying(found: pd.DataFrame, estimator: str = "logit", confidence: float = 0.95) -> Fit:
    """Model which sentences carry a figure: log-odds by length, position and dimension.

    ``logit`` is the pooled model with errors clustered by report; ``gee`` the population-averaged
    model with one correlation within reports (exchangeable) and robust errors. Source: Liang and
    Zeger (1986) for the latter. Dimensions with few sentences of either kind have no term of their
    own; ``rows`` says how many sentences were used.

    Parameters
    ----------
    found : what :func:`sentences` returned
    estimator : logit or gee
    confidence : of the intervals

    Raises
    ------
    TableError
        If the estimator is unknown.
    """
    if estimator not in ("logit", "gee"):
        raise TableError(f"{estimator!r} is no estimator of sentences; use logit or gee")
    found, kept = _varied(found)
    groups = found["doc_id"].nunique()
    names, reference, dummies = _dimensions(found["dimension"], kept)
    fewer = min(int(found["carries"].sum()), int((~found["carries"].astype(bool)).sum()))
    terms = ["log_characters", "position", *names]
    short = shortfalls("sentences", {"reports": groups, "events_per_term": fewer / len(terms)})
    if short:
        return _empty("sentences", len(found), groups, short)
    x = np.column_stack(
        [np.ones(len(found)), np.log(found["characters"]), found["position"], dummies]
    )
    y = found["carries"].to_numpy(float)
    codes = pd.factorize(found["doc_id"])[0]
    if estimator == "logit":
        model = sm.Logit(y, x)
        options: dict[str, Any] = {"cov_type": "cluster", "cov_kwds": {"groups": codes}, "disp": 0}
    else:
        model = sm.GEE(y, x, groups=codes, family=sm.families.Binomial(),
                       cov_struct=Exchangeable())  # fmt: skip
        options = {}
    result = _fitted(model, options)
    if result is None:
        return _empty("sentences", len(found), groups, ())
    return _result("sentences", estimator, result, terms, groups, reference, confidence)


def _varied(found: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the sentences that the model can use, and the dimensions with a term of their own.

    A dimension all of whose sentences carry figures, or none, has no finite estimate. What is
    too uniform is put together, and left out where it is too uniform even so.
    """
    carries = found["carries"].astype(bool)

    def least(chosen: pd.Series) -> int:
        return min(int((chosen & carries).sum()), int((chosen & ~carries).sum()))

    kept = [d for d in dimensions() if least(found["dimension"] == d) >= LEAST_OF_KIND]
    rest = ~found["dimension"].isin(kept)
    if kept and least(rest) < LEAST_OF_KIND:
        found = found[~rest].reset_index(drop=True)
    return found, kept


def _dimensions(column: pd.Series, kept: Sequence[str]) -> tuple[list[str], str, np.ndarray]:
    """Return names, reference and columns of the dimensions; those not kept are put together."""
    named = column.where(column.isin(list(kept)), "rest")
    sizes = named.value_counts()
    order = [d for d in (*dimensions(), "rest") if d in sizes.index]
    reference = max(order, key=lambda d: int(sizes[d])) if order else ""
    own = [d for d in order if d != reference]
    columns = np.column_stack([named == d for d in own]) if own else np.empty((len(column), 0))
    return [f"dimension:{d}" for d in own], f"dimension:{reference}", columns.astype(float)


def _fitted(model: Any, options: dict[str, Any]) -> Any:
    """Return a fitted model, or None where it did not converge."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("error", HessianInversionWarning)
        try:
            return model.fit(**options)
        except (Warning, np.linalg.LinAlgError, ValueError):
            return None


# -- sections -------------------------------------------------------------------------------


def section_figures(study: Study) -> pd.DataFrame:
    """Return how many figures stand in every section of the results of every annual report.

    A section's own text ends where the next heading starts and leaves out a heading that has a
    line of its own; figures are those for what was done.

    Returns
    -------
    DataFrame, a row a section with own text: doc_id, section_id, dimension, characters, figures
    """
    actual = study.observations[study.observations["role"] == "actual"]
    sizes = actual.groupby(["doc_id", "section_id"]).size()
    found = []
    reports = annual_reports(study.documents)
    for doc_id, part in of_documents(study.sections, reports).groupby("doc_id", sort=False):
        text = study.text(str(doc_id))
        for begin, end, row in _own_texts(part):
            own = text[begin:end].strip()
            if _stands_alone(text, row):
                own = own[len(row.heading) :].strip()
            if row.part == "results" and len(own) >= _SHORTEST:
                figures = int(sizes.get((doc_id, row.section_id), 0))
                found.append((doc_id, row.section_id, row.dimension, len(own), figures))
    return pd.DataFrame(
        found, columns=["doc_id", "section_id", "dimension", "characters", "figures"]
    )


def per_section(found: pd.DataFrame, confidence: float = 0.95) -> Fit:
    """Model the figures of a section by its dimension: log rates per character of text.

    Negative binomial (NB2) with the characters as exposure, errors clustered by report. Where
    the counts vary no more than a Poisson count does, the Poisson model with clustered errors
    takes its place, and ``estimator`` says so. Source: Cameron and Trivedi (1986).

    Parameters
    ----------
    found : what :func:`section_figures` returned
    confidence : of the intervals
    """
    groups = found["doc_id"].nunique()
    sizes = found["dimension"].value_counts()
    kept = [d for d in dimensions() if sizes.get(d, 0) >= LEAST_OF_KIND]
    names, reference, dummies = _dimensions(found["dimension"], kept)
    rows = len(found) / max(len(names), 1)
    short = shortfalls("sections", {"reports": groups, "rows_per_term": rows})
    if short:
        return _empty("sections", len(found), groups, short)
    y, exposure = found["figures"].to_numpy(float), found["characters"].to_numpy(float)
    x = np.column_stack([np.ones(len(found)), dummies])
    options: dict[str, Any] = {
        "cov_type": "cluster",
        "cov_kwds": {"groups": pd.factorize(found["doc_id"])[0]},
        "disp": 0,
        "maxiter": 200,
    }
    model = sm.NegativeBinomial(y, x, loglike_method="nb2", exposure=exposure)
    result, estimator = _fitted(model, options), "nb2"
    if result is None or np.asarray(result.params)[-1] < _LEAST_ALPHA:
        result, estimator = _fitted(sm.Poisson(y, x, exposure=exposure), options), "poisson"
    if result is None or not names:
        return _empty("sections", len(found), groups, ())
    return _result("sections", estimator, result, names, groups, reference, confidence)


# -- panel ----------------------------------------------------------------------------------


def panel(documents: pd.DataFrame, observations: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return one indicator by place and year: exact figures for what was done.

    Of several figures in one report the first is taken, and of several reports of one place and
    year the first. Empty where ``code`` is. ``outcome`` is the log of a count or amount (zero has
    none and is left out), and the value as printed of every other kind.

    Returns
    -------
    DataFrame, a row a place and year: place (division code, or name), year (text), doc_id, value,
    outcome

    Raises
    ------
    TableError
        If the codebook has no such indicator.
    """
    if not code:
        return pd.DataFrame(columns=["place", "year", "doc_id", "value", "outcome"])
    if code not in indicators():
        raise TableError(f"{code!r} is no indicator; `govlaw describe` lists the codes")
    reports = annual_reports(documents)
    place = reports["adcode"].where(reports["adcode"] != "", reports["region"])
    about = reports.assign(place=place, year=reports["period_end"])
    about = about[(about["place"] != "") & (about["year"] != "")]
    chosen = observations[
        (observations["indicator"] == code)
        & (observations["role"] == "actual")
        & (observations["approx"] == "exact")
        & ~observations["uncertain"]
        & observations["value"].notna()
    ].drop_duplicates("doc_id")
    found = about[["place", "year", "doc_id"]].merge(chosen[["doc_id", "value"]], on="doc_id")
    found = found.drop_duplicates(["place", "year"]).sort_values(["place", "year"], kind="stable")
    found["outcome"] = found["value"]
    if logged(code):
        found = found[found["value"] > 0]
        found["outcome"] = np.log(found["value"])
    return found.reset_index(drop=True)


def logged(code: str) -> bool:
    """Tell whether a panel takes the log of an indicator: counts and amounts."""
    return indicators()[code].kind in ("count", "amount")


def most_repeated(documents: pd.DataFrame, observations: pd.DataFrame, code: str = "") -> str:
    """Return ``code``, or where it is empty the count or rate with the most rows in a panel."""
    if code:
        return code
    reports = annual_reports(documents)
    own = of_documents(observations, reports)
    own = own[(own["role"] == "actual") & (own["approx"] == "exact") & (own["indicator"] != "")]
    sizes = own.groupby("indicator")["doc_id"].nunique()
    usual = [e.code for e in indicators().values() if e.kind in ("count", "rate")]
    best = max(usual, key=lambda name: int(sizes.get(name, 0)))
    return best if int(sizes.get(best, 0)) else ""


def covariates(path: str, names: Sequence[str] = ("treated",)) -> pd.DataFrame:
    """Read what is known of places by year from a CSV file; none where ``path`` is empty.

    Returns
    -------
    DataFrame, a row a place and year: place, year (from the columns ``adcode`` and ``period``),
    and the named columns as numbers

    Raises
    ------
    TableError
        If the file cannot be read, a column is missing, or a cell is no number.
    """
    columns = ["adcode", "period", *names]
    if not path:
        return pd.DataFrame(columns=["place", "year", *names])
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [name for name in columns if name not in (reader.fieldnames or ())]
    if lacking:
        raise TableError(f"{path}: the columns {', '.join(lacking)} are missing")
    try:
        listed = [
            (row["adcode"], row["period"], *(float(row[name]) for name in names)) for row in reader
        ]
    except (TypeError, ValueError) as error:
        raise TableError(f"{path}: a cell is no number: {error}") from error
    found = pd.DataFrame(listed, columns=["place", "year", *names])
    if found.duplicated(["place", "year"]).any():
        raise TableError(f"{path}: a place has one year twice; keep one row")
    return found


def two_way(
    found: pd.DataFrame, known: pd.DataFrame | None = None, confidence: float = 0.95
) -> Fit:
    """Estimate a panel with effects of places and years, errors clustered by place.

    Formula: outcome = place + year + covariates + error, by least squares on deviations from the
    means of each place, which is the same as a dummy for each; places with one year only tell
    nothing and are left out. Place effects lie within clusters and use up no degrees of freedom
    of the clustered errors; intervals use the t distribution with as many degrees of freedom as
    places less one. Effects of a treatment that
    starts in different years in different places are mixed by this estimator
    (Goodman-Bacon 2021). Source: Cameron and Miller (2015).

    Parameters
    ----------
    found : what :func:`panel` returned
    known : what :func:`covariates` returned; rows without it are left out where it is given
    confidence : of the intervals

    Returns
    -------
    Fit with a term for each covariate and for each year after the first (``year:2021``)
    """
    names: list[str] = []
    if known is not None and len(known):
        names = [c for c in known.columns if c not in ("place", "year")]
        found = found.merge(known, on=["place", "year"], how="inner")
    sizes = found.groupby("place")["year"].transform("size") if len(found) else pd.Series(dtype=int)
    found = found[sizes >= 2].reset_index(drop=True)
    places, years = found["place"].nunique(), sorted(found["year"].unique())
    terms = [*names, *(f"year:{year}" for year in years[1:])]
    short = shortfalls("panel", {"places": places, "years": len(years),
                                 "rows_per_term": len(found) / max(len(terms), 1)})  # fmt: skip
    if short:
        return _empty("panel", len(found), places, short)
    codes = pd.factorize(found["place"])[0]
    columns = [found[name].to_numpy(float) for name in names]
    columns += [(found["year"] == year).to_numpy(float) for year in years[1:]]
    data = np.column_stack([found["outcome"].to_numpy(float), *columns])
    data -= _means(data, codes, places)[codes]
    x = data[:, 1:]
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return _empty("panel", len(found), places, ())
    fit = sm.OLS(data[:, 0], x).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    return _result("panel", "ols", fit, terms, places, f"year:{years[0]}", confidence, first=0)


def _means(data: np.ndarray, codes: np.ndarray, places: int) -> np.ndarray:
    """Return the mean of every column (columns) in every place (rows)."""
    sizes = np.bincount(codes, minlength=places)
    sums = [np.bincount(codes, weights=column, minlength=places) for column in data.T]
    return np.column_stack(sums) / sizes[:, None]

"""What comparisons, models and trials say, in a sentence or two, in Chinese and in English.

Every number in a sentence comes from the tables that it is given; where a corpus is too small the
sentence says so and why.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from govlaw import compare, labels, models
from govlaw.codebook import indicators
from govlaw.labels import label
from govlaw.minimums import Shortfall
from govlaw.models import Fit
from govlaw.trials import READ, Trial


def too_few(short: tuple[Shortfall, ...], language: str) -> str:
    """Say for which model a corpus is too small, what it has and what is asked for."""
    why = [
        label(
            "shortfall.one",
            language,
            what=label(f"shortfall.{s.model}.{s.what}", language),
            have=f"{s.have:.3g}",
            least=s.least,
            reason=s.reason_zh if language == "zh" else s.reason_en,
        )
        for s in short
    ]
    model = label(f"model.{short[0].model}", language)
    joined = ("；" if language == "zh" else "; ").join(why)
    return label("said.too_few", language, model=model, why=joined)


def p_value(p: float, language: str) -> str:
    """Return a p as it is printed: three decimals, or that it is below 0.001."""
    if math.isnan(p):
        return "–"
    return label("text.below", language) if p < 0.001 else f"{p:.3f}"


def percent(share: float) -> str:
    """Return a share (0 to 1) as a percentage without its sign: one decimal."""
    return "–" if math.isnan(share) else f"{100 * share:.1f}"


def _sentences(said: list[str], language: str) -> str:
    return ("" if language == "zh" else " ").join(said)


# -- places ---------------------------------------------------------------------------------


def rates(
    documents: pd.DataFrame, found: pd.DataFrame, code: str, language: str,
    confidence: float = 0.95,
) -> str:  # fmt: skip
    """Say how many places give a rate with its base, and from where to where the shares go.

    Parameters
    ----------
    documents : the reports that were compared
    found : what :func:`govlaw.compare.rates` returned
    code : the rate; empty where no report prints one
    language : zh or en
    """
    if not code:
        return label("said.no_rate", language)
    states = found["state"].value_counts()
    said = [
        label(
            "said.rates",
            language,
            indicator=labels.indicator(code, language),
            reports=len(found),
            missing=int(states.get("not_mentioned", 0)),
            **{s: int(states.get(s, 0)) for s in ("counts", "rate_only", "approximate")},
        )
    ]
    held = found[found["state"] == "counts"].sort_values("share", kind="stable")
    if len(held) >= 2:
        names = labels.documents(documents, language)
        low, high = held.iloc[0], held.iloc[-1]
        said.append(
            label(
                "said.range",
                language,
                level=f"{100 * confidence:g}",
                low_name=names[low["doc_id"]],
                high_name=names[high["doc_id"]],
                low=percent(low["share"]),
                high=percent(high["share"]),
                low_low=percent(low["low"]),
                low_high=percent(low["high"]),
                high_low=percent(high["low"]),
                high_high=percent(high["high"]),
            )
        )
    years = sorted(set(found["year"]) - {""})
    if len(years) > 1:
        said.append(label("said.years", language, years=labels.listed(years, language)))
    if states.get("rate_only", 0):
        said.append(label("said.bare", language))
    return _sentences(said, language)


def tests(
    documents: pd.DataFrame, found: pd.DataFrame, pairs: pd.DataFrame, correction: str,
    language: str, confidence: float = 0.95,
) -> str:  # fmt: skip
    """Say what the tests between places find, or that there are too few places.

    Parameters
    ----------
    documents : the reports that were compared
    found : what :func:`govlaw.compare.rates` returned
    pairs : what :func:`govlaw.compare.pairwise` returned
    correction : as given to it
    language : zh or en
    """
    short = compare.too_few(found)
    if short:
        return too_few(short, language)
    held = compare.of_one_year(found)
    chi2, dof, p = compare.homogeneity(held)
    said = [
        label(
            "said.tests",
            language,
            year=held["year"].iloc[0],
            places=len(held),
            pairs=len(pairs),
            correction=label(f"correction.{correction}", language),
            differs=int(pairs["differs"].sum()),
            alpha=f"{100 * (1 - confidence):.3g}",
            chi2=f"{chi2:.1f}",
            dof=dof,
            p=p_value(p, language),
        )
    ]
    names = labels.documents(documents, language)
    largest = pairs.iloc[int(np.argmax(pairs["h"].abs().to_numpy()))]
    said.append(
        label(
            "said.largest",
            language,
            first=names[largest["first"]],
            second=names[largest["second"]],
            difference=f"{100 * largest['difference']:.1f}",
            level=f"{100 * confidence:g}",
            low=f"{100 * largest['low']:.1f}",
            high=f"{100 * largest['high']:.1f}",
            h=f"{largest['h']:.2f}",
        )
    )
    return _sentences(said, language)


def counts(found: pd.DataFrame, code: str, language: str) -> str:
    """Say how many places give a count, and why counts are not compared further.

    Parameters
    ----------
    found : what :func:`govlaw.compare.counts` returned
    code : the count; empty where no report prints one
    language : zh or en
    """
    if not code:
        return label("said.no_count", language)
    states = found["state"].value_counts()
    return label(
        "said.counts",
        language,
        indicator=labels.indicator(code, language),
        reports=len(found),
        value=int(states.get("value", 0)),
        approximate=int(states.get("approximate", 0)),
        missing=int(states.get("not_mentioned", 0)),
    )


# -- models ---------------------------------------------------------------------------------


def term(name: str, language: str) -> str:
    """Return the words for a term of a model: a dimension, a year, or a covariate's own name."""
    kind, _, rest = name.partition(":")
    if kind == "year":
        return rest
    if name == models.REST:
        return label("term.dimension_rest", language)
    if kind == "dimension":
        return labels.dimension(rest, language)
    return labels.optional(f"term.{name}", language, name)


def _values(fit: Fit, code: str, language: str) -> dict[str, object]:
    """Return what sentences and titles say of an estimated model: its most telling term."""
    terms, factor = fit.terms, 1.0
    row = terms.iloc[0]  # a panel's covariate, or its second year; the length of a sentence
    if fit.model == "sections":
        row = terms.iloc[int(np.argmax(terms["estimate"].to_numpy()))]
    if fit.model == "sentences":
        factor = math.log(2)  # odds for a sentence twice as long
    estimate, low, high = (factor * float(row[c]) for c in ("estimate", "low", "high"))
    if fit.model == "panel":
        bounds = {"estimate": f"{estimate:.3g}", "low": f"{low:.3g}", "high": f"{high:.3g}"}
    else:
        bounds = {
            "ratio": f"{math.exp(estimate):.2f}",
            "low": f"{math.exp(low):.2f}",
            "high": f"{math.exp(high):.2f}",
        }
    return {
        **bounds,
        "rows": f"{fit.rows:,}",
        "clusters": fit.clusters,
        "level": f"{100 * fit.confidence:g}",
        "term": term(str(row["term"]), language),
        "reference": term(fit.reference, language),
        "estimator": label(f"estimator.{fit.estimator}", language),
        "indicator": labels.indicator(code, language) if code else "",
        "scale": label(f"scale.{scale(code)}", language) if code else "",
    }


def headline(fit: Fit, code: str, language: str) -> str:
    """Return the title of a figure of a model: what it finds, or that there is no estimate."""
    if not fit.estimated:
        return label("title.too_few", language, model=label(f"model.{fit.model}", language))
    return label(f"title.{fit.model}", language, **_values(fit, code, language))


def model(fit: Fit, language: str, code: str = "") -> str:
    """Say what a model finds, or why there is no estimate.

    Of sentences: what a doubled length does to the odds of a figure. Of sections: under which
    dimension figures are most frequent. Of a panel: its first coefficient, a covariate's if any.

    Parameters
    ----------
    fit : the model
    language : zh or en
    code : the indicator of a panel; empty where no indicator has a panel
    """
    if fit.model == "panel" and not code:
        return label("said.no_panel", language)
    if fit.short:
        return too_few(fit.short, language)
    if fit.failed:
        return label("said.failed", language, model=label(f"model.{fit.model}", language))
    return label(f"said.{fit.model}", language, **_values(fit, code, language))


def scale(code: str) -> str:
    """Return the scale on which a panel of an indicator is estimated: log, points or units."""
    if models.logged(code):
        return "log"
    return "points" if indicators()[code].kind == "rate" else "units"


# -- trials ---------------------------------------------------------------------------------


def trial(
    run: Trial, reading: pd.DataFrame, caught: pd.DataFrame, found: pd.DataFrame, language: str
) -> str:
    """Say how much of what was planted in a simulated corpus is read, caught and estimated.

    Parameters
    ----------
    run : the trial
    reading, caught, found : what :func:`govlaw.trials.reading`, ``caught`` and ``effects``
        returned of it
    language : zh or en
    """
    numbers = {
        f"{row['error']}_{column}": row[column]
        for row in caught.to_dict("records")
        for column in ("planted", "caught", "false")
    }
    said = [
        label("said.simulated", language),
        label(
            "said.reading",
            language,
            reports=len(run.study.documents),
            figures=f"{len(reading):,}",
            **{column: f"{int(reading[column].sum()):,}" for column in ("found", "value", "code")},
        ),
        label("said.caught", language, **numbers),
        *_effects(found, language),
    ]
    return _sentences(said, language)


def _effects(found: pd.DataFrame, language: str) -> list[str]:
    """Say the estimates from the figures as read beside the planted effects, a sentence each."""
    said = []
    for row in found[found["source"] == READ].to_dict("records"):
        if np.isnan(row["estimate"]):
            return [label("said.failed", language, model=label("model.panel", language))]
        said.append(
            label(
                "said.effect",
                language,
                outcome=labels.indicator(row["outcome"], language),
                scale=label(f"scale.{scale(row['outcome'])}", language),
                **{c: f"{row[c]:.3g}" for c in ("truth", "estimate", "low", "high")},
            )
        )
    return said

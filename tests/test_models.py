"""Models against independent computation, the stated minimums, and what is said of too little."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from govlaw import corpus, labels, models, simulation, statements, tables, views
from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.minimums import shortfalls
from govlaw.models import Fit
from govlaw.tables import Study


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> Study:
    """The tables of the five digests."""
    out = tmp_path_factory.mktemp("digests")
    corpus.extract([raw], out)
    return tables.read(out)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The tables of a simulated corpus of thirty reports."""
    folder = tmp_path_factory.mktemp("simulated")
    simulation.write(folder / "raw", 30, 4)
    corpus.extract([folder / "raw"], folder / "out")
    return tables.read(folder / "out")


def panel_of(places: int, years: int, seed: int = 1, effect: float = 0.5) -> pd.DataFrame:
    """Return a made-up panel with a covariate ``x`` whose coefficient is ``effect``."""
    rng = np.random.default_rng(seed)
    listed = []
    for place in range(places):
        for year in range(years):
            x = float(rng.integers(2))
            outcome = place / 7 + 0.1 * year + effect * x + rng.normal(0, 0.2)
            listed.append((f"p{place:02}", str(2018 + year), outcome, x))
    return pd.DataFrame(listed, columns=["place", "year", "outcome", "x"])


# -- minimums ---------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows("minimums"), ids=lambda row: f"{row['model']}-{row['what']}")
def test_a_minimum_is_a_minimum(row: dict[str, str]) -> None:
    """The stated number is enough and anything below it is not; every rule has a reason."""
    model, least = row["model"], int(row["least"])
    plenty = {r["what"]: 10_000.0 for r in rows("minimums") if r["model"] == model}
    assert shortfalls(model, plenty | {row["what"]: least}) == ()
    (short,) = shortfalls(model, plenty | {row["what"]: least - 0.01})
    assert (short.what, short.least) == (row["what"], least)
    for language in labels.LANGUAGES:
        said = statements.too_few((short,), language)
        assert row[f"reason_{language}"] in said and str(least) in said


def test_numbers_must_be_given() -> None:
    """An unknown model or a missing number is a mistake of the caller."""
    with pytest.raises(TableError, match="no_such"):
        shortfalls("no_such", {})
    with pytest.raises(TableError, match="years"):
        shortfalls("panel", {"places": 50, "rows_per_term": 50})


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_the_digests_are_too_few(digests: Study, language: str) -> None:
    """No model is estimated from three reports, and the words say so."""
    found = models.sentences(digests)
    assert found["doc_id"].nunique() == 3
    code = models.most_repeated(digests.documents, digests.observations)
    fits = [
        models.carrying(found),
        models.carrying(found, "gee"),
        models.per_section(models.section_figures(digests)),
        models.two_way(models.panel(digests.documents, digests.observations, code)),
    ]
    for fit in fits:
        assert not fit.estimated and fit.short and fit.terms.empty
        said = statements.model(fit, language, code)
        assert {"zh": "语料太小", "en": "too small"}[language] in said
        assert said.count("20") >= 1 and "{" not in said


# -- sentences --------------------------------------------------------------------------------


def test_sentences_of_the_results(digests: Study) -> None:
    """Spans lie in the text, headings are left out, and figures are told by the observations."""
    found = models.sentences(digests)
    assert 0 < found["carries"].sum() < len(found)
    assert found["position"].between(0, 1).all()
    for row in found.to_dict("records"):
        text = digests.text(row["doc_id"])[row["start"] : row["end"]]
        assert row["characters"] == len(text.strip())
        assert not text.strip().startswith(("一、", "二、", "三、")) or len(text) > 40
        own = digests.observations
        own = own[(own["doc_id"] == row["doc_id"]) & own["role"].isin(models.COUNTED)]
        inside = ((own["start"] >= row["start"]) & (own["end"] <= row["end"])).any()
        assert row["carries"] == inside


def logistic(seed: int, reports: int, each: int) -> pd.DataFrame:
    """Return made-up sentences: the log-odds are 1.5 log(characters) - 5 + 1 in enforcement."""
    rng = np.random.default_rng(seed)
    n = reports * each
    characters = rng.integers(8, 90, n)
    dimension = rng.choice(["leadership", "enforcement"], n)
    odds = np.exp(1.5 * np.log(characters) - 5 + (dimension == "enforcement"))
    return pd.DataFrame(
        {
            "doc_id": [f"r{i // each}" for i in range(n)],
            "characters": characters,
            "position": rng.random(n),
            "dimension": dimension,
            "carries": rng.random(n) < odds / (1 + odds),
        }
    )


def test_the_logit_is_the_maximum_of_its_likelihood() -> None:
    """Coefficients are those that a general optimiser finds, and near the planted ones."""
    found = logistic(1, 40, 30)
    fit = models.carrying(found)
    assert fit.reference in ("dimension:leadership", "dimension:enforcement")
    own = fit.reference.partition(":")[2]
    x = np.column_stack([np.ones(len(found)), np.log(found["characters"]), found["position"],
                         found["dimension"] != own]).astype(float)  # fmt: skip
    y = found["carries"].to_numpy(float)

    def loss(b: np.ndarray) -> float:
        return float(np.logaddexp(0, x @ b).sum() - y @ x @ b)

    best = optimize.minimize(loss, np.zeros(4), method="BFGS").x
    assert fit.terms["estimate"].to_list() == pytest.approx(list(best[1:]), abs=1e-3)
    assert fit.terms["estimate"].iloc[0] == pytest.approx(1.5, abs=0.5)


def test_clustered_errors_are_the_sandwich() -> None:
    """Errors of the logit are the clustered sandwich, computed by hand."""
    found = logistic(2, 30, 20)
    fit = models.carrying(found)
    own = fit.reference.partition(":")[2]
    x = np.column_stack([np.ones(len(found)), np.log(found["characters"]), found["position"],
                         found["dimension"] != own]).astype(float)  # fmt: skip
    y, groups = found["carries"].to_numpy(float), found["doc_id"].to_numpy()
    b = optimize.minimize(
        lambda b: np.logaddexp(0, x @ b).sum() - y @ x @ b, np.zeros(4), method="BFGS",
        options={"gtol": 1e-8},
    ).x  # fmt: skip
    p = 1 / (1 + np.exp(-x @ b))
    bread = np.linalg.inv((x * (p * (1 - p))[:, None]).T @ x)
    scores = np.array([((y - p)[groups == g, None] * x[groups == g]).sum(0) for g in set(groups)])
    g, n = len(scores), len(y)
    meat = scores.T @ scores * g / (g - 1) * (n - 1) / (n - x.shape[1])
    by_hand = np.sqrt(np.diag(bread @ meat @ bread))[1:]
    assert fit.terms["error"].to_list() == pytest.approx(list(by_hand), rel=1e-3)


def test_gee_without_clusters_is_the_logit() -> None:
    """With one sentence a report the two estimators agree."""
    found = logistic(3, 900, 1)
    a, b = (models.carrying(found, estimator).terms["estimate"] for estimator in ("logit", "gee"))
    assert a.to_list() == pytest.approx(b.to_list(), abs=1e-4)


def test_rare_dimensions_are_put_together() -> None:
    """A dimension without both kinds of sentences has no term of its own; alone it is left out."""
    found = logistic(4, 40, 30)
    found.loc[:29, "dimension"] = "digital"
    found.loc[:29, "carries"] = True
    fit = models.carrying(found)
    assert fit.estimated and fit.rows == 1170
    assert not {"dimension:digital", models.REST} & set(fit.terms["term"])
    found.loc[30:59, "dimension"] = "oversight"
    found.loc[30:59, "carries"] = False
    fit = models.carrying(found)
    assert fit.estimated and fit.rows == 1200 and models.REST in set(fit.terms["term"])


def test_an_unknown_estimator() -> None:
    """Named with those that are known."""
    with pytest.raises(TableError, match="gee"):
        models.carrying(logistic(1, 30, 5), "probit")


# -- sections ---------------------------------------------------------------------------------


def section_counts(spread: float, seed: int = 5) -> pd.DataFrame:
    """Return made-up sections of equal length; enforcement has twice the figures."""
    rng = np.random.default_rng(seed)
    listed = []
    for report in range(40):
        for dimension, mean in (("leadership", 3.0), ("enforcement", 6.0)):
            for _ in range(6):
                rate = mean * rng.gamma(1 / spread, spread) if spread else mean
                listed.append((f"r{report}", dimension, 200, int(rng.poisson(rate))))
    found = pd.DataFrame(listed, columns=["doc_id", "dimension", "characters", "figures"])
    return found.assign(section_id="1")


@pytest.mark.parametrize(("spread", "estimator"), [(0.8, "nb2"), (0.0, "poisson")])
def test_a_ratio_of_sections_is_the_ratio_of_means(spread: float, estimator: str) -> None:
    """With one exposure the ratio is that of the means, whichever model the counts ask for."""
    found = section_counts(spread)
    if not spread:  # less than Poisson variation
        found["figures"] = found["dimension"].map({"leadership": 3, "enforcement": 6})
        found.loc[::7, "figures"] += 1
    fit = models.per_section(found)
    assert fit.estimator == estimator
    means = found.groupby("dimension")["figures"].mean()
    own = fit.terms["term"].iloc[0].partition(":")[2]
    other = fit.reference.partition(":")[2]
    assert math.exp(fit.terms["estimate"].iloc[0]) == pytest.approx(
        means[own] / means[other], rel=1e-3
    )
    assert abs(fit.terms["estimate"].iloc[0]) == pytest.approx(math.log(2), abs=0.3)


def test_characters_are_the_exposure() -> None:
    """Sections twice as long with twice the figures have the same rate."""
    found = section_counts(0.0)
    long = found["dimension"] == "enforcement"
    found["characters"] = np.where(long, 400, 200)
    fit = models.per_section(found)
    assert fit.terms["low"].iloc[0] < 0 < fit.terms["high"].iloc[0]


def test_figures_of_sections_are_those_of_the_tables(simulated: Study) -> None:
    """No figure for what was done is counted twice or lost in the results."""
    found = models.section_figures(simulated)
    parts = simulated.sections.set_index(["doc_id", "section_id"])["part"]
    own = simulated.observations[simulated.observations["role"] == "actual"]
    where = [parts[pair] for pair in zip(own["doc_id"], own["section_id"], strict=True)]
    assert int(found["figures"].sum()) == where.count("results") > 500
    assert (found["characters"] > 0).all()


# -- panel ------------------------------------------------------------------------------------


def test_two_way_effects_are_those_of_dummies() -> None:
    """Estimates are those of least squares on a dummy for each place and year."""
    found = panel_of(25, 4)
    known = found[["place", "year", "x"]]
    fit = models.two_way(found.drop(columns="x"), known)
    places, years = pd.get_dummies(found["place"]), pd.get_dummies(found["year"]).iloc[:, 1:]
    x = np.column_stack([found["x"], years, places]).astype(float)
    b = np.linalg.lstsq(x, found["outcome"].to_numpy(), rcond=None)[0]
    assert fit.terms["estimate"].to_list() == pytest.approx(list(b[:4]))
    assert fit.terms["term"].to_list() == ["x", "year:2019", "year:2020", "year:2021"]
    assert (fit.rows, fit.clusters, fit.reference) == (100, 25, "year:2018")


def test_errors_of_the_panel_are_clustered_by_place() -> None:
    """Errors are the sandwich on deviations from the means of places, intervals those of t."""
    found = panel_of(22, 3, seed=7)
    fit = models.two_way(found.drop(columns="x"), found[["place", "year", "x"]])
    years = pd.get_dummies(found["year"]).iloc[:, 1:].astype(float)
    data = pd.concat([found[["outcome", "x"]], years], axis=1)
    data = (data - data.groupby(found["place"]).transform("mean")).to_numpy(float)
    y, x = data[:, 0], data[:, 1:]
    bread = np.linalg.inv(x.T @ x)
    e = y - x @ bread @ x.T @ y
    scores = [
        (e[m, None] * x[m]).sum(0) for m in (found["place"] == p for p in set(found["place"]))
    ]
    g, n, k = 22, len(y), x.shape[1]
    meat = sum(np.outer(s, s) for s in scores) * g / (g - 1) * (n - 1) / (n - k)
    error = math.sqrt((bread @ meat @ bread)[0, 0])
    row = fit.terms.iloc[0]
    assert row["error"] == pytest.approx(error)
    assert row["high"] - row["estimate"] == pytest.approx(stats.t.ppf(0.975, g - 1) * error)


def test_places_with_one_year_tell_nothing() -> None:
    """They are left out, and the number of places is without them."""
    found = panel_of(24, 3).drop(columns="x")
    lone = pd.DataFrame([("q", "2018", 9.0)], columns=["place", "year", "outcome"])
    with_, without = models.two_way(pd.concat([found, lone])), models.two_way(found)
    pd.testing.assert_frame_equal(with_.terms, without.terms)
    assert with_.clusters == 24


def test_what_cannot_be_told_apart_is_not_estimated() -> None:
    """A covariate that never changes within a place gives no number."""
    found = panel_of(24, 3).drop(columns="x")
    known = found[["place", "year"]].assign(size=[float(p[1:]) for p in found["place"]])
    fit = models.two_way(found, known)
    assert fit.failed and not fit.estimated
    for language in labels.LANGUAGES:
        assert statements.model(fit, language, "rec_accepted")


def test_a_panel_takes_exact_figures_only(simulated: Study) -> None:
    """One row a place and year, logs of counts, and no figure that is about or over."""
    found = models.panel(simulated.documents, simulated.observations, "enf_penalty_cases")
    own = simulated.observations
    own = own[(own["indicator"] == "enf_penalty_cases") & (own["approx"] == "exact")]
    assert set(found["doc_id"]) == set(own["doc_id"]) and len(found) == len(own)
    assert np.exp(found["outcome"]).to_list() == pytest.approx(found["value"].to_list())
    rate = models.panel(simulated.documents, simulated.observations, "lit_appearance_rate")
    assert rate["outcome"].to_list() == rate["value"].to_list()
    with pytest.raises(TableError, match="no_such"):
        models.panel(simulated.documents, simulated.observations, "no_such")


def test_covariates_of_places(tmp_path: Path) -> None:
    """Codes stay text; what cannot be used is named with its file."""
    file = tmp_path / "places.csv"
    file.write_text("adcode,period,treated\n010101,2020,1\n010101,2021,0\n", encoding="utf-8")
    found = models.covariates(str(file))
    assert found.to_dict("list") == {
        "place": ["010101"] * 2,
        "year": ["2020", "2021"],
        "treated": [1.0, 0.0],
    }
    assert models.covariates("").empty
    for text, word in (
        ("adcode,period\n1,2\n", "treated"),
        ("adcode,period,treated\n1,2020,yes\n", "number"),
        ("adcode,period,treated\n1,2020,1\n1,2020,0\n", "twice"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(TableError, match=word):
            models.covariates(str(file))
    with pytest.raises(TableError, match="nowhere"):
        models.covariates("nowhere.csv")


# -- words and tables -------------------------------------------------------------------------


@pytest.mark.parametrize("language", labels.LANGUAGES)
@pytest.mark.parametrize(
    ("fit", "code"),
    [
        (models.carrying(logistic(1, 40, 30)), ""),
        (models.per_section(section_counts(0.8)), ""),
        (models.two_way(panel_of(25, 4)[["place", "year", "outcome"]]), "rec_accepted"),
    ],
    ids=["sentences", "sections", "panel"],
)
def test_words_of_a_model(fit: Fit, code: str, language: str) -> None:
    """Sentence, title and table carry the numbers of the fit."""
    said = statements.model(fit, language, code)
    title = statements.headline(fit, code, language)
    assert str(fit.clusters) in said and str(fit.clusters) in title
    row = fit.terms.iloc[0]
    ratio = 2 ** row["estimate"] if fit.model == "sentences" else math.exp(row["estimate"])
    number = f"{row['estimate']:.3g}" if code else f"{ratio:.2f}"
    assert number in said and number in title
    assert "{" not in said + title and "nan" not in said + title
    markup = views.estimates(fit, language)._repr_html_()
    assert markup.count("<tr>") == len(fit.terms) + 1


def test_no_panel_at_all() -> None:
    """Without any indicator there is an empty panel and a sentence."""
    empty = pd.DataFrame(columns=["adcode", "region", "period_end", "kind"], dtype="str")
    found = models.panel(empty, pd.DataFrame(), "")
    fit = models.two_way(found)
    for language in labels.LANGUAGES:
        assert statements.model(fit, language, "")

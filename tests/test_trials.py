"""Trials: the planted truth is what readings, audits and estimates are held against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_figures import drawn_texts, faults

from govlaw import figures, labels, statements, trials, views
from govlaw.errors import GovlawError
from govlaw.trials import Trial


@pytest.fixture(scope="module")
def trial() -> Trial:
    """A trial of a hundred reports."""
    return trials.run(100, 3)


def test_reading_is_what_the_tables_hold(trial: Trial) -> None:
    """Every figure is found with its value; most have their code, and none that is not planted."""
    found = trials.reading(trial)
    printed = trial.truth[trial.truth["disclosed"] == "true"]
    assert len(found) == len(printed) > 3000
    assert found["found"].all() and found["value"].all()
    assert 0.9 < found["code"].mean() <= 1
    assert (found["code"] == (found["as_read"] == found["indicator"])).all()


def test_a_figure_that_is_not_read_is_seen(trial: Trial) -> None:
    """Taking observations away or changing a value lowers what is found."""
    own = trial.study.observations
    fewer = replace(trial, study=replace(trial.study, observations=own.iloc[::2]))
    assert not trials.reading(fewer)["found"].all()
    other = replace(trial, study=replace(trial.study, observations=own.assign(value=-1.0)))
    assert not trials.reading(other)["value"].any()


def test_errors_that_are_caught(trial: Trial) -> None:
    """All planted errors are named and no other; without findings none is."""
    found = trials.caught(trial)
    planted = trial.truth[trial.truth["error"] != ""]
    assert found["planted"].sum() == len(planted) > 5
    assert found["caught"].to_list() == found["planted"].to_list()
    assert found["false"].to_list() == [0, 0]
    none = replace(trial, study=replace(trial.study, findings=trial.study.findings[:0]))
    assert trials.caught(none)["caught"].to_list() == [0, 0]


def test_effects_of_the_figures_as_read(trial: Trial) -> None:
    """What is read gives the estimate of what is disclosed, up to the digits that are printed."""
    found = trials.effects(trial).set_index(["outcome", "source"])
    for outcome in trials.OUTCOMES:
        read, disclosed = found.loc[(outcome, "read")], found.loc[(outcome, "disclosed")]
        assert read["rows"] == disclosed["rows"] < found.loc[(outcome, "happened")]["rows"] == 100
        width = disclosed["high"] - disclosed["low"]
        assert abs(read["estimate"] - disclosed["estimate"]) < width / 4
        assert read["truth"] == trials.true_effect(outcome)
    assert trials.true_effect("lit_appearance_rate") == pytest.approx(8)


def test_the_planted_effect_is_recovered() -> None:
    """Over many corpora estimates from all that happened centre on the truth, and nine in ten
    intervals or more hold it."""
    found = trials.coverage(trials.replications(250, 30, 100))
    own = found[found["source"] == "happened"]
    assert (own["times"] == 30).all()
    assert ((own["mean"] - own["truth"]).abs() < 0.12 * own["truth"]).all()
    assert (own["covered"] >= 0.8).all() and (own["power"] >= 0.9).all()


def test_small_corpora_have_no_estimate() -> None:
    """Below twenty places there is no estimate, and the table says how often."""
    found = trials.power([40], 2, 1)
    assert (found["times"] == 0).all() and (found["without"] == 2).all()
    assert found[["mean", "covered", "power"]].isna().all().all()
    for language in labels.LANGUAGES:
        assert "–" in views.power(found, language)._repr_html_()
        assert figures.coverage(found, language=language).title


def test_coverage_counts_intervals() -> None:
    """Covered holds the truth, power leaves out zero, and missing estimates are left out."""
    rows = [(0.1, 0.9), (0.4, 0.9), (-0.1, 0.4), (np.nan, np.nan)]
    found = pd.DataFrame(
        [("rec_accepted", "happened", i, 0.3, (a + b) / 2, a, b) for i, (a, b) in enumerate(rows)],
        columns=["outcome", "source", "seed", "truth", "estimate", "low", "high"],
    )
    (row,) = trials.coverage(found).to_dict("records")
    assert (row["times"], row["without"]) == (3, 1)
    assert row["covered"] == row["power"] == pytest.approx(2 / 3)
    assert row["covered_low"] < 2 / 3 < row["covered_high"]


def test_replications_are_asked_for() -> None:
    """None at all is a mistake."""
    with pytest.raises(GovlawError):
        trials.replications(100, 0, 1)


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_words_and_figures(trial: Trial, language: str) -> None:
    """Words say that nothing is real and carry the numbers; figures can be read."""
    reading, caught, effects = trials.reading(trial), trials.caught(trial), trials.effects(trial)
    said = statements.trial(trial, reading, caught, effects, language)
    assert {"zh": "不说明任何地方", "en": "of no place"}[language] in said
    assert f"{len(reading):,}" in said and f"{int(reading['code'].sum()):,}" in said
    assert "{" not in said and "nan" not in said
    found = trials.power([100, 150], 3, 1)
    drawings = [
        figures.planted_effects(effects, language=language),
        figures.planted_effects(effects.assign(estimate=np.nan), language=language),
        figures.coverage(found, language=language),
    ]
    for drawing in drawings:
        assert faults(drawing.figure) == []
        assert drawing.title in drawing.alt and "{" not in drawing.alt
        shown = "".join(words for words, _ in drawn_texts(drawing.figure))
        assert {"zh": "模拟", "en": "simulated"}[language] in shown

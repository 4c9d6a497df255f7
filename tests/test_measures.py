"""Measures: every expected number here was worked out by hand."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import pandas as pd
import pytest
from framing import frame

from govlaw import measures
from govlaw.errors import TableError


def report(doc_id: str, **cells: Any) -> dict[str, Any]:
    """Return the row of an annual report."""
    return {"doc_id": doc_id, "kind": "annual_report", "period_end": "2023"} | cells


def figure(doc_id: str, **cells: Any) -> dict[str, Any]:
    """Return the row of an exact figure for what was done."""
    return {"doc_id": doc_id, "role": "actual", "approx": "exact", "kind": "count"} | cells


PLAN = {"doc_id": "plan", "kind": "plan", "period_end": "2024", "characters": 500}


def test_corpus_hash_is_that_of_the_sorted_lines() -> None:
    """The order of reports does not matter; another text or name gives another hash."""
    a, b = report("a", sha256="ff"), report("b", sha256="00")
    expected = hashlib.sha256(b"00 b\nff a\n").hexdigest()
    assert measures.corpus_hash(frame("documents", a, b)) == expected
    assert measures.corpus_hash(frame("documents", b, a)) == expected
    assert measures.corpus_hash(frame("documents", a)) != expected


def test_completeness_counts_sections_with_a_heading() -> None:
    """What stands before the first heading (level 0) is no section; plans are left out."""
    documents = frame("documents", report("a"), report("b"), PLAN)
    sections = frame(
        "sections",
        {"doc_id": "a", "level": 0, "part": "other"},
        {"doc_id": "a", "level": 1, "part": "results"},
        {"doc_id": "a", "level": 2, "part": "results"},
        {"doc_id": "a", "level": 1, "part": "shortcomings"},
        {"doc_id": "plan", "level": 1, "part": "results"},
    )
    found = measures.completeness(documents, sections).set_index(["doc_id", "part"])
    assert list(found.index) == [(d, p) for d in "ab" for p in measures.PARTS]
    assert found.loc[("a", "results"), "sections"] == 2
    assert found.loc["a", "present"].tolist() == [True, True, False, False, False]
    assert set(found.loc["a", "score"]) == {2}
    assert set(found.loc["b", "score"]) == {0}


@pytest.mark.parametrize(
    ("cells", "days", "dated_by"),
    [
        ({"published": "2024-04-01"}, 0, "published"),
        ({"published": "2024-04-11"}, 10, "published"),
        ({"published": "2024-03-01"}, -31, "published"),
        ({"published": "2023-12-29"}, -94, "published"),  # 3 + 31 + 29 + 31
        ({"written": "2024-01-31"}, -61, "written"),
        ({"published": "2024-05-01", "written": "2024-01-31"}, 30, "published"),
        ({}, None, ""),
        ({"published": "2024-04-01", "period_end": ""}, None, "published"),
    ],
)
def test_delay(cells: dict[str, str], days: int | None, dated_by: str) -> None:
    """Days count from 1 April after the report year; without a date or year they are missing."""
    (row,) = measures.delay(frame("documents", report("a", **cells), PLAN)).to_dict("records")
    assert row["dated_by"] == dated_by
    assert math.isnan(row["days"]) if days is None else row["days"] == days


def test_density_by_role() -> None:
    """Figures of every role are counted, per 1,000 characters, in every document."""
    documents = frame("documents", report("a", characters=2000), PLAN)
    observations = frame(
        "observations", figure("a"), figure("a"), figure("a", role="structural"),
        figure("plan", role="target"),
    )  # fmt: skip
    found = measures.density(documents, observations).set_index(["doc_id", "group"])["per_1000"]
    assert found["a", "actual"] == 1.0
    assert found["a", "structural"] == 0.5
    assert found["a", "target"] == 0.0
    assert found["plan", "target"] == 2.0


def test_density_by_dimension_counts_results_only() -> None:
    """By dimension, years and targets are no content."""
    documents = frame("documents", report("a", characters=1000))
    observations = frame(
        "observations", figure("a", dimension="disputes"),
        figure("a", dimension="disputes", role="structural"),
        figure("a", dimension="disputes", role="target"),
    )  # fmt: skip
    found = measures.density(documents, observations, by="dimension")
    assert found.set_index("group")["figures"]["disputes"] == 1
    assert found["figures"].sum() == 1
    assert tuple(found["group"]) == measures.dimensions()


def test_density_of_an_empty_text_is_missing() -> None:
    """Nothing divided by nothing is not 0."""
    found = measures.density(frame("documents", report("a")), frame("observations"))
    assert found["per_1000"].isna().all()


def test_density_refuses_another_split() -> None:
    """A split that does not exist is named."""
    with pytest.raises(TableError, match="'colour'"):
        measures.density(frame("documents"), frame("observations"), by="colour")


def test_profile_counts_one_report_without_its_structural_figures() -> None:
    """Other reports and structural figures do not count; every dimension and role has a row."""
    observations = frame(
        "observations", figure("a", dimension="digital"), figure("b", dimension="digital"),
        figure("a", dimension="digital", role="target"),
        figure("a", dimension="digital", role="structural"),
    )  # fmt: skip
    found = measures.profile(observations, "a")
    assert len(found) == 11 * 4
    assert found["figures"].sum() == 2
    assert "structural" not in set(found["role"])


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        ([], "not_mentioned"),
        ([{}], "value"),
        ([{"approx": "over"}], "approximate"),
        ([{"approx": "over"}, {}], "value"),
        ([{"uncertain": True}], "approximate"),
        ([{"role": "target"}], "target"),
        ([{"role": "target"}, {"approx": "about"}], "approximate"),
        ([{"role": "prior"}], "not_mentioned"),
        ([{"doc_id": "b"}], "not_mentioned"),
        ([{"indicator": "med_success_cases"}], "not_mentioned"),
    ],
)
def test_disclosure_state(figures: list[dict[str, Any]], state: str) -> None:
    """One exact figure for what was done discloses; a figure of another year or report does not."""
    documents = frame("documents", report("a"), PLAN)
    rows = [figure("a", indicator="med_cases") | cells for cells in figures]
    found = measures.disclosure(documents, frame("observations", *rows), codes=["med_cases"])
    (row,) = found.to_dict("records")
    assert (row["doc_id"], row["dimension"], row["state"]) == ("a", "disputes", state)


def test_disclosure_looks_for_every_core_indicator() -> None:
    """By default the core indicators are looked for, in the order of the codebook's dimensions."""
    found = measures.disclosure(frame("documents", report("a")), frame("observations"))
    assert list(found["indicator"]) == measures.core_indicators()
    order = [measures.dimensions().index(d) for d in found["dimension"]]
    assert order == sorted(order)
    assert set(found["state"]) == {"not_mentioned"}


STATES = pd.DataFrame(
    [
        ("a", "x1", "digital", "value"),
        ("a", "x2", "digital", "approximate"),
        ("a", "x3", "digital", "target"),
        ("a", "x4", "digital", "not_mentioned"),
        ("a", "y1", "emergency", "not_mentioned"),
    ],
    columns=["doc_id", "indicator", "dimension", "state"],
).assign(applies=True)


@pytest.mark.parametrize(
    ("options", "digital", "emergency"),
    [
        ({}, 0.5, 0.0),
        ({"counted": ["value"]}, 0.25, 0.0),
        ({"weights": {"x1": 3}}, 4 / 6, 0.0),
        ({"weights": {"x4": 0}}, 2 / 3, 0.0),
        ({"weights": {"y1": 0}}, 0.5, None),
    ],
)
def test_disclosure_share(options: dict[str, Any], digital: float, emergency: float | None) -> None:
    """Disclosed over applicable weight; where nothing applies the share is missing."""
    found = measures.disclosure_share(STATES, **options).set_index("dimension")["share"]
    assert found["digital"] == pytest.approx(digital)
    if emergency is None:
        assert math.isnan(found["emergency"])
    else:
        assert found["emergency"] == emergency


@pytest.mark.parametrize("weights", [{"x1": -1}, {"x1": math.nan}, {"none_such": 1}])
def test_weights_that_do_not_fit(weights: dict[str, float]) -> None:
    """A weight below 0, no number, or of an indicator not looked for is refused by its name."""
    with pytest.raises(TableError, match=next(iter(weights))):
        measures.disclosure_share(STATES, weights=weights)


def test_disclosure_index_of_a_report() -> None:
    """By report the index takes all dimensions together; what does not apply is taken off."""
    states = STATES.assign(applies=[True, True, False, True, True])
    (row,) = measures.disclosure_share(states, by=("doc_id",)).to_dict("records")
    assert (row["disclosed"], row["applicable"], row["share"]) == (2, 4, 0.5)


def mention(doc_id: str, indicator: str, figures: int = 0) -> dict[str, Any]:
    """Return the row of a mention in a clause with some figures."""
    return {"doc_id": doc_id, "indicator": indicator, "figures": figures}


@pytest.mark.parametrize(
    ("figures", "mentions", "state"),
    [
        ([], [mention("a", "med_cases")], "mentioned"),
        ([], [mention("a", "med_cases", figures=1)], "not_mentioned"),
        ([], [mention("b", "med_cases"), mention("a", "lit_cases")], "not_mentioned"),
        ([{"role": "target"}], [mention("a", "med_cases")], "target"),
        ([{"approx": "over"}], [mention("a", "med_cases")], "approximate"),
        ([{"role": "prior"}], [mention("a", "med_cases")], "mentioned"),
    ],
)
def test_mentioned_without_a_figure(
    figures: list[dict[str, Any]], mentions: list[dict[str, Any]], state: str
) -> None:
    """Words count only where no figure was found, in a clause without figures, of the report."""
    rows = [figure("a", indicator="med_cases") | cells for cells in figures]
    found = measures.disclosure(
        frame("documents", report("a")), frame("observations", *rows), ["med_cases"],
        frame("mentions", *mentions),
    )  # fmt: skip
    assert found["state"].tolist() == [state]


def test_years_without_a_report() -> None:
    """Years between a place's first and last report that none covers; plans cover nothing."""
    documents = frame(
        "documents",
        report("a", adcode="419901", period_start="2018", period_end="2019", region="甲市"),
        report("b", adcode="419901", period_start="2022", period_end="2022", region="甲市"),
        report("c", adcode="419902", period_start="2020", period_end="2020"),
        report("f", adcode="419901", level="department", period_start="2020", period_end="2021"),
        report("d", adcode="", period_start="2015", period_end="2015"),
        report("e", adcode="", period_start="2019", period_end="2019"),
        PLAN | {"adcode": "419901", "period_start": "2020", "period_end": "2020"},
    )
    found = measures.with_gaps(documents)
    gaps = found[found["kind"] == measures.MISSING]
    assert gaps["doc_id"].tolist() == ["419901-2020", "419901-2021"]
    assert gaps["region"].tolist() == ["甲市", "甲市"]
    assert found.iloc[: len(documents)]["doc_id"].tolist() == documents["doc_id"].tolist()
    states = measures.disclosure(found, frame("observations"), ["med_cases"])
    assert states.set_index("doc_id")["state"]["419901-2020"] == "no_report"
    assert set(measures.disclosure_share(states)["doc_id"]) == set("abcdef")
    assert measures.annual_reports(found)["doc_id"].tolist() == list("abcfde")


@pytest.mark.parametrize(
    ("level", "figures", "applies"),
    [
        ("county", [], False),
        ("county", [{}], True),
        ("county", [{"role": "target"}], False),
        ("prefecture", [], True),
        ("", [], True),
    ],
)
def test_what_applies_to_a_level(level: str, figures: list[dict], applies: bool) -> None:
    """A county enacts no rules, unless its report gives a figure; no level excludes nothing."""
    rows = [figure("a", indicator="rule_gov_rules") | cells for cells in figures]
    documents = frame("documents", report("a", level=level))
    found = measures.disclosure(documents, frame("observations", *rows), ["rule_gov_rules"])
    assert found["applies"].tolist() == [applies]
    share = measures.disclosure_share(found)["share"]
    assert share.isna().all() if not applies else share.tolist() == [float(bool(figures))]


def test_base_disclosure() -> None:
    """Count and base are looked for in the report that prints the rate, as results only."""
    documents = frame("documents", report("a"), report("b"), PLAN)
    observations = frame(
        "observations",
        *(figure("a", indicator=i) for i in ("med_success_rate", "med_success_cases")),
        figure("a", indicator="med_cases", role="target"),
        *(figure("b", indicator=i) for i in ("med_success_rate", "med_success_cases", "med_cases")),
        figure("plan", indicator="lit_loss_rate"), figure("a", indicator="lit_cases"),
    )  # fmt: skip
    (row,) = measures.base_disclosure(documents, observations).to_dict("records")
    assert row == {
        "indicator": "med_success_rate", "reports": 2, "with_part": 2, "with_base": 1,
        "with_both": 1,
    }  # fmt: skip


SECTIONS = (
    {"section_id": "0", "level": 0, "start": 0, "end": 10, "part": "other"},
    {"section_id": "1", "level": 1, "start": 10, "end": 60, "part": "results"},
    {"section_id": "1.1", "level": 2, "parent_id": "1", "start": 20, "end": 60, "part": "results",
     "dimension": "disputes"},
    {"section_id": "2", "level": 1, "start": 60, "end": 100, "part": "shortcomings"},
)  # fmt: skip


def test_space() -> None:
    """A section counts without those inside it, so that the shares add up to 1."""
    documents = frame("documents", report("a"), report("b"), PLAN)
    sections = frame("sections", *({"doc_id": "a"} | row for row in SECTIONS))
    found = measures.space(documents, sections).set_index(["doc_id", "group"])
    assert found.loc["a", "share"].to_dict() == {
        "results": 0.5, "shortcomings": 0.4, "first_person": 0.0, "next_year": 0.0, "other": 0.1,
    }  # fmt: skip
    assert found.loc["b", "share"].isna().all()
    found = measures.space(documents, sections, by="dimension").set_index(["doc_id", "group"])
    assert found.loc[("a", "disputes"), "characters"] == 40
    with pytest.raises(TableError, match="level"):
        measures.space(documents, sections, by="level")


def test_structure() -> None:
    """What stands before the first heading is no heading; every document has a row."""
    documents = frame("documents", report("a", characters=100), PLAN)
    sections = frame("sections", *({"doc_id": "a"} | row for row in SECTIONS))
    a, plan = measures.structure(documents, sections).to_dict("records")
    assert (a["headings"], a["chapters"], a["deepest"]) == (3, 2, 2)
    assert (plan["headings"], plan["deepest"]) == (0, 0)


def test_core_indicators_of_a_dimension() -> None:
    """One dimension only, and a name that is none is refused."""
    (found,) = {c.split("_")[0] for c in measures.core_indicators(["emergency"])}
    assert found == "emg"
    with pytest.raises(TableError, match="'emg'"):
        measures.core_indicators(["emg"])


def rate(doc_id: str, value: float, **cells: Any) -> dict[str, Any]:
    """Return the row of an exact rate for what was done."""
    return figure(doc_id, kind="rate", unit="%", value=value) | cells


def test_ceiling_share() -> None:
    """Exact rates of 100% over all rates for what was done; without rates it is missing."""
    documents = frame("documents", report("a"), PLAN)
    observations = frame(
        "observations", rate("a", 100.0), rate("a", 98.5), rate("a", 100.0, approx="under"),
        rate("a", 100.0), figure("a", value=100.0), rate("a", 100.0, kind="change"),
        rate("plan", 100.0, role="target"), rate("a", 1.0, unit="比例"),
    )  # fmt: skip
    a, plan = measures.ceiling_share(documents, observations).to_dict("records")
    assert (a["rates"], a["at_ceiling"], a["share"]) == (4, 2, 0.5)
    assert plan["rates"] == 0
    assert math.isnan(plan["share"])


def test_precision() -> None:
    """Shares are of the figures for what was done and add up to 1."""
    documents = frame("documents", report("a"), PLAN)
    observations = frame(
        "observations", figure("a"), figure("a"), figure("a", approx="over"),
        figure("a", approx="about"), figure("a", role="target", approx="under"),
    )  # fmt: skip
    found = measures.precision(documents, observations).set_index(["doc_id", "approx"])["share"]
    assert found["a"].to_dict() == {"exact": 0.5, "over": 0.25, "under": 0.0, "about": 0.25}
    assert found["plan"].isna().all()


def finding(doc_id: str, printed: str, recomputed: str, verdict: str, **cells: Any) -> dict:
    """Return the row of a finding of rule A on a rate printed without decimals."""
    value = float(printed.rstrip("%"))
    bounds = {"low": str(value - 0.5), "high": str(value + 0.5)}
    own = {"rule": "A", "printed": printed, "recomputed": recomputed, "verdict": verdict}
    return {"doc_id": doc_id, "operands": "1:2;3:4;15:18", **own, **bounds} | cells


def test_tested_rates() -> None:
    """The worst agreement comes first, in half digits; sums and rates without a base stay out."""
    findings = frame(
        "findings",
        finding("a", "98%", "98.45", "consistent"),
        finding("b", "79%", "57.00", "irreconcilable"),
        finding("b", "72%", "", "base_undisclosed", operands="1:2;15:18"),
        finding("b", "38", "38", "consistent", rule="E"),
    )
    first, second = measures.tested_rates(findings).to_dict("records")
    assert (first["doc_id"], first["start"], first["end"]) == ("b", 15, 18)
    assert (first["difference"], first["tolerance"], first["ratio"]) == (-22.0, 0.5, -44.0)
    assert second["ratio"] == pytest.approx(0.9)


def test_tested_rates_of_nothing() -> None:
    """Without findings the table is empty and has its columns all the same."""
    found = measures.tested_rates(frame("findings"))
    assert found.empty
    assert {"start", "difference", "ratio", "verdict"} <= set(found.columns)


def test_verdicts_count_what_was_not_met_as_0() -> None:
    """Every verdict of a rule that was applied has a row."""
    findings = frame("findings", finding("a", "98%", "98.45", "consistent"))
    found = measures.verdicts(findings)
    assert list(found["verdict"]) == list(measures.VERDICTS)
    assert found["findings"].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert measures.verdicts(frame("findings")).empty


def test_tested_share() -> None:
    """Rates that were recomputed over exact rates printed."""
    documents = frame("documents", report("a"), PLAN)
    observations = frame(
        "observations", rate("a", 98.0), rate("a", 72.0), rate("a", 80.0, approx="over"),
        rate("a", 99.0), rate("a", 97.0),
    )  # fmt: skip
    findings = frame(
        "findings", finding("a", "98%", "98.45", "consistent"),
        finding("a", "72%", "", "base_undisclosed"),
    )  # fmt: skip
    a, plan = measures.tested_share(documents, observations, findings).to_dict("records")
    assert (a["rates"], a["tested"], a["base_undisclosed"], a["share"]) == (4, 1, 1, 0.25)
    assert math.isnan(plan["share"])

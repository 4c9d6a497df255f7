"""Targets of plans against results of reports: made-up pairs, each verdict worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw import attainment, corpus, display, figures, labels, tables
from govlaw.extraction import extract
from govlaw.model import Document, Metadata
from govlaw.tables import Study

STABLE = settings(deadline=None, derandomize=True, max_examples=200)


def page(**said: str) -> str:
    """Return the front matter of an invented document of one city."""
    known = {
        "title": "某文件", "place": "甲市", "adcode": '"999900"', "province": "某省",
        "level": "prefecture", "issuer": "甲市人民政府", "edition": "simulated", "source": "虚构",
    }  # fmt: skip
    return "---\n" + "".join(f"{k}: {v}\n" for k, v in (known | said).items()) + "---\n\n"


def plan(measure: str, period: str = "2023-2024", **said: str) -> str:
    """Return an invented plan of one measure."""
    head = page(kind="plan", period=f'"{period}"', **said)
    return f"{head}某市行动计划\n\n一、任务\n\n1. {measure}（责任单位：市司法局）\n"


def report(sentence: str, period: str = "2024", **said: str) -> str:
    """Return an invented annual report of one sentence."""
    head = page(kind="annual_report", period=f'"{period}"', **said)
    return f"{head}某市年度报告\n\n一、主要成效\n\n{sentence}\n"


def study(folder: Path, **texts: str) -> Study:
    """Extract invented documents and return their tables."""
    raw = folder / "raw"
    raw.mkdir()
    for name, text in texts.items():
        (raw / f"{name}.md").write_text(text, encoding="utf-8")
    corpus.extract([raw], folder / "out")
    return tables.read(folder / "out")


def attained(made: Study) -> list[dict[str, Any]]:
    """Return the rows of attainment."""
    found = attainment.attainment(made.documents, made.targets, made.observations)
    return found.to_dict("records")


RATE = "行政机关负责人出庭应诉率"


@pytest.mark.parametrize(
    ("goal", "result", "comparison", "reason", "verdict"),
    [
        (f"{RATE}达到100%。", f"{RATE}100%。", "reached", "", "met"),
        (f"{RATE}达到100%。", f"{RATE}达99.9%。", "short", "", "not_met"),
        (f"{RATE}达到100%。", f"{RATE}达98%以上。", "open", "", "undetermined"),
        (f"{RATE}达到95%以上。", f"{RATE}95%。", "reached", "", "met"),
        (f"{RATE}达到95%以上。", f"{RATE}94.99%。", "short", "", "not_met"),
        (f"{RATE}达到95%以上。", f"{RATE}超过95%。", "reached", "", "met"),
        (f"{RATE}达到95%以上。", f"{RATE}不足95%。", "short", "", "not_met"),
        (f"{RATE}达到95%以上。", f"{RATE}近95%。", "open", "", "undetermined"),
        (f"{RATE}高于95%。", f"{RATE}95%。", "short", "", "not_met"),
        (f"{RATE}高于95%。", f"{RATE}超过95%。", "reached", "", "met"),
        (f"{RATE}高于95%。", f"{RATE}95%以上。", "open", "", "undetermined"),
        (f"{RATE}达到100%。", "开展评查。", "not_disclosed", "", "not_disclosed"),
        (f"{RATE}达到100%。", f"{RATE}提升5个百分点。", "not_disclosed", "", "not_disclosed"),
        (f"{RATE}达到90%。", f"{RATE}95%。全年{RATE}85%。", "open", "differ", "undetermined"),
        ("行政执法人员每人接受培训不少于60学时。", "行政执法人员每人接受培训65学时。",
         "reached", "", "met"),
        ("行政执法人员每人接受培训不少于60学时。", "行政执法人员每人接受培训40学时。",
         "short", "", "not_met"),
        ("每年至少组织1次行政执法案卷评查。", "组织行政执法案卷评查2次。", "reached", "", "met"),
    ],
)  # fmt: skip
def test_verdict(
    tmp_path: Path, goal: str, result: str, comparison: str, reason: str, verdict: str
) -> None:
    """A report of the same place in the plan's last year attains its target or does not."""
    (row,) = attained(study(tmp_path, a=plan(goal), b=report(result)))
    assert row["relation"] == "attainment"
    assert (row["comparison"], row["reason"]) == (comparison, reason)
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("said", "period", "relation", "verdict"),
    [
        ({}, "2024", "attainment", "not_met"),
        ({}, "2023", "attainment", "not_yet"),
        ({}, "2022", "other_year", ""),
        ({}, "2025", "other_year", ""),
        ({"adcode": '"999800"', "place": "乙市"}, "2024", "benchmark", ""),
        ({"level": "department", "issuer": "甲市司法局"}, "2024", "benchmark", ""),
    ],
)
def test_relation(
    tmp_path: Path, said: dict[str, str], period: str, relation: str, verdict: str
) -> None:
    """Another place, another year or a department of the place gets no verdict."""
    made = study(tmp_path, a=plan(f"{RATE}达到100%。"), b=report(f"{RATE}90%。", period, **said))
    (row,) = attained(made)
    assert (row["relation"], row["comparison"], row["verdict"]) == (relation, "short", verdict)


def test_only_the_own_place_is_judged(tmp_path: Path) -> None:
    """Own reports come first; the page names benchmarks as such and leaves their verdict empty."""
    made = study(
        tmp_path,
        a=plan(f"{RATE}达到100%。"),
        b=report(f"{RATE}90%。", adcode='"999800"', place="乙市"),
        c=report(f"{RATE}100%。"),
    )
    first, second = attained(made)
    assert (first["doc_id"], first["verdict"]) == ("c", "met")
    assert (second["doc_id"], second["verdict"]) == ("b", "")
    markup = display.attainment(made, "zh").markup
    assert markup.count("其他地方的报告（参照）") == 1
    assert markup.count(f"<td>{labels.label('attained.met', 'zh')}</td>") == 1
    assert "未达到" not in markup
    found = attainment.attainment(made.documents, made.targets, made.observations)
    drawing = figures.attainment(made.documents, found, language="en")
    assert drawing.title.endswith("1 met of 1")
    counted = attainment.standing(found).set_index("comparison")["reports"]
    assert counted["short"] == 1 and counted.sum() == 1


def test_plans_of_next_year_are_targets_for_it(tmp_path: Path) -> None:
    """What a report announces for the next year is attained by the report of that year."""
    ahead = report(f"开展评查。\n\n二、下一步工作打算\n\n力争{RATE}达到100%。", "2023")
    made = study(tmp_path, a=ahead, b=report(f"{RATE}100%。"))
    (target,) = made.targets.to_dict("records")
    assert (target["first_year"], target["last_year"], target["task"]) == ("2024", "2024", "")
    (row,) = attained(made)
    assert (row["plan"], row["doc_id"], row["verdict"]) == ("a", "b", "met")


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("满意度达到95%以上。", ">="), ("满意度不低于95%。", ">="), ("满意度高于95%。", ">"),
        ("满意度超过95%。", ">"), ("败诉率低于5%。", "<"), ("败诉率不超过5%。", "<="),
        ("败诉率控制在5%以内。", "<="), ("满意度达到95%。", "="), ("满意度95%左右。", "~"),
        ("每年至少对1件规章开展后评估。", ">="), ("培训300余人次。", ">="),
    ],
)  # fmt: skip
def test_comparator(sentence: str, sign: str) -> None:
    """The word at the figure, or shortly before it, says what is asked."""
    found = extract(Document("plan", f"1.{sentence}\n", "", Metadata(kind="plan"))).targets
    assert [t.comparator for t in found] == [sign]


def test_a_target_has_its_measure_years_and_deadline() -> None:
    """Years are the plan's unless the deadline or the paragraph's own opening names one."""
    text = (
        "某市计划\n——2023年是重点突破年。述法率达到100%。\n一、任务\n"
        "1.应诉率达到90%。（责任单位：甲局）\n2.培训300人次，2024年6月底前完成。（责任单位：甲局）\n"
        "3.每年举办讲座2期以上；满意度达到90%。（责任单位：甲局）\n"
    )
    meta = Metadata(kind="plan", period_start="2023", period_end="2025")
    found = extract(Document("plan", text, "", meta)).targets
    assert [(t.text, t.task, t.first_year, t.last_year, t.due, t.recurs) for t in found] == [
        ("100%", "", "2023", "2023", "", ""),
        ("90%", "1", "2023", "2025", "", ""),
        ("300人次", "2", "2023", "2024", "2024-06-30", ""),
        ("2期以上", "3", "2023", "2025", "", "year"),
        ("90%", "3", "2023", "2025", "", ""),
    ]
    assert all(text[t.start : t.end] == t.text for t in found)


def frame(name: str, **cells: Any) -> pd.DataFrame:
    """Return a table of one row that names only the cells that matter."""
    empty: dict[str, Any] = dict.fromkeys(tables.COLUMNS[name], "")
    return pd.DataFrame([empty | {"uncertain": False} | cells])


PLACE = {"adcode": "999900", "level": "prefecture", "period_start": "2024", "period_end": "2024"}
DOCUMENTS = pd.concat(
    [
        frame("documents", doc_id="p", kind="plan", **PLACE),
        frame("documents", doc_id="r", kind="annual_report", **PLACE),
    ]
)


def compared(goal: dict[str, Any], result: dict[str, Any]) -> str:
    """Return the comparison of one target with one result: 90% both, but for the cells given."""
    both = {"indicator": "lit_appearance_rate", "unit": "%", "kind": "rate", "scope": ""}
    both |= {"start": 1, "end": 2, "value": 90.0, "value_low": 90.0, "value_high": 90.0}
    asked = {"comparator": "=", "first_year": "2024", "last_year": "2024"}
    found = attainment.attainment(
        DOCUMENTS,
        frame("targets", doc_id="p", **(both | asked | goal)),
        frame("observations", doc_id="r", role="actual", **(both | {"approx": "exact"} | result)),
    )
    return str(found["comparison"].iloc[0])


@pytest.mark.parametrize(
    ("goal", "result", "comparison"),
    [
        ({"unit": "件"}, {}, "not_comparable"),
        ({"kind": "count"}, {}, "not_comparable"),
        ({}, {"uncertain": True}, "not_comparable"),
        ({}, {"scope": "市本级"}, "not_comparable"),
        ({"scope": "市本级"}, {"scope": "市本级"}, "reached"),
        ({"value_high": 95.0}, {}, "reached"),
        ({"value_high": 92.0, "value_low": 90.0}, {"value": 95.0}, "short"),
        ({"indicator": "lit_loss_rate"}, {"indicator": "lit_loss_rate"}, "reached"),
        ({"indicator": "lit_loss_rate"}, {"indicator": "lit_loss_rate", "value": 91.0}, "short"),
        ({"kind": "rank"}, {"kind": "rank", "value": 1.0}, "reached"),
        ({"kind": "rank"}, {"kind": "rank", "value": 91.0}, "short"),
        (
            {"indicator": "lead_law_lectures", "kind": "count"},
            {"indicator": "lead_law_lectures", "kind": "count", "value": 91.0},
            "reached",
        ),
        (
            {"indicator": "lit_first_instance"},
            {"indicator": "lit_first_instance", "value": 91.0},
            "not_comparable",
        ),
    ],
)
def test_what_can_be_compared(
    goal: dict[str, Any], result: dict[str, Any], comparison: str
) -> None:
    """Another unit, kind or scope and a doubtful print are not comparable; a lower loss rate and
    a lower place in a rank are better, more of an activity is enough, and of an ambiguous
    indicator only the very value is."""
    assert compared(goal, result) == comparison


BOUND = st.integers(0, 200).map(lambda n: n / 2)


@STABLE
@given(
    BOUND, st.lists(BOUND, min_size=2, max_size=2).map(sorted), st.sampled_from(["over", "about"])
)
def test_an_interval_decides_only_if_all_of_it_agrees(
    goal: float, bounds: list[float], approx: str
) -> None:
    """For not less than: reached if every value of the interval is, short if none is."""
    low, high = bounds
    asked = {"comparator": ">=", "value": goal, "value_low": goal, "value_high": math.nan}
    said = {"value": low, "value_low": low, "value_high": high, "approx": approx, "text": ""}
    expected = "reached" if low >= goal else "short" if high < goal else "open"
    assert compared(asked, said) == expected


# -- units, days and years -----------------------------------------------------------------


def task(lead: str, supporting: str, **cells: Any) -> pd.DataFrame:
    """Return the row of a measure."""
    return frame("tasks", doc_id="p", lead_units=lead, supporting_units=supporting, **cells)


def test_links_and_roles_of_units() -> None:
    """Pairs are counted once a measure; 等 is no part of a name; joint leads are pairs too."""
    tasks = pd.concat(
        [task("甲局;乙局", "丙局等"), task("甲局", "丙局;甲局"), task("甲局", ""), task("", "丁局")]
    )
    links = attainment.unit_links(tasks)
    assert {tuple(row) for row in links.to_numpy()} == {
        ("support", "甲局", "丙局", 2),
        ("support", "乙局", "丙局", 1),
        ("joint", "乙局", "甲局", 1),
    }
    roles = attainment.unit_roles(tasks).set_index("unit")
    assert roles.loc["甲局"].tolist() == [3, 1, 2]
    assert roles.loc["丙局"].tolist() == [0, 2, 2]
    assert roles.loc["丁局"].tolist() == [0, 1, 0]
    assert roles.index[0] == "甲局"


def test_due_dates_have_a_state() -> None:
    """Dated, recurring, worded or none: what is not said is not filled in."""
    tasks = pd.concat(
        [
            task("甲局", "", number="1", deadline="2024年底前", due="2024-12-31"),
            task("甲局", "", number="2", deadline="每年", recurs="year"),
            task("甲局", "", number="3", deadline="尽快"),
            task("甲局", "", number="4"),
        ]
    )
    found = attainment.due_dates(DOCUMENTS, tasks)
    assert found["state"].tolist() == ["dated", "recurring", "worded", "none"]
    assert set(found["last_year"]) == {"2024"}


def test_honours_by_year() -> None:
    """Those without a year are left out; within a year those without a month come last."""
    honours = pd.concat(
        [
            frame("honours", doc_id="r", year="2024", honour="a"),
            frame("honours", doc_id="r", year="2024", month="11", honour="b"),
            frame("honours", doc_id="r", year="2020", month="01", honour="c"),
            frame("honours", doc_id="r", honour="d"),
        ]
    )
    found = attainment.honour_years(DOCUMENTS, honours)
    assert found["honour"].tolist() == ["c", "b", "a"]
    assert found["month"].tolist() == [1, 11, 0]


# -- a corpus without any ------------------------------------------------------------------


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_a_corpus_without_plan_or_honours(tmp_path: Path, language: str) -> None:
    """Each figure says in a sentence of its own what is missing, and each table too."""
    made = study(tmp_path, a=report("办理案件30件。"))
    found = attainment.attainment(made.documents, made.targets, made.observations)
    due = attainment.due_dates(made.documents, made.tasks)
    links, units = attainment.unit_links(made.tasks), attainment.unit_roles(made.tasks)
    years = attainment.honour_years(made.documents, made.honours)
    drawings = {
        "no_targets": figures.attainment(made.documents, found, language=language),
        "no_tasks": figures.responsibility(made.documents, links, units, language=language),
        "no_honours": figures.honours(made.documents, years, language=language),
    }
    for name, drawing in drawings.items():
        assert labels.label(f"text.{name}", language) in drawing.alt
    assert labels.label("text.no_tasks", language) in (
        figures.deadlines(made.documents, due, language=language).alt
    )
    for table in (
        display.attainment(made, language), display.targets(made, language),
        display.units(made, language), display.honours(made, "", language),
    ):  # fmt: skip
        assert labels.label("text.no_rows", language) in table.markup


def test_measures_without_a_deadline(tmp_path: Path) -> None:
    """A plan whose measures have no deadline of their own is not said to be without measures."""
    made = study(tmp_path, a=plan("修订清单。"))
    due = attainment.due_dates(made.documents, made.tasks)
    drawing = figures.deadlines(made.documents, due, language="en")
    assert labels.label("text.no_deadlines", "en") in drawing.alt


def test_words_for_every_outcome() -> None:
    """Every relation, comparison and verdict has words in both languages."""
    for language in labels.LANGUAGES:
        for kind, names in (
            ("relation", attainment.RELATIONS), ("comparison", attainment.COMPARISONS),
            ("attained", attainment.VERDICTS),
        ):  # fmt: skip
            assert all(labels.label(f"{kind}.{name}", language) for name in names)

"""Numbered measures of a plan, the units that answer for them, and when they are due."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw.deadlines import Due, due
from govlaw.extraction import extract, extract_file
from govlaw.model import Document, Metadata, Task
from govlaw.responsibility import split

STABLE = settings(deadline=None, derandomize=True, max_examples=100)


def tasks(text: str) -> list[Task]:
    """Return the measures of an invented plan; each must lie in one of its sections."""
    extraction = extract(Document("plan", text, "0" * 64, Metadata(kind="plan")))
    sections = {s.section_id: s for s in extraction.sections}
    for task in extraction.tasks:
        assert text[task.start : task.end].startswith(task.number)
        assert sections[task.section_id].start <= task.start < sections[task.section_id].end
    assert all(one.end <= two.start for one, two in pairwise(extraction.tasks))
    return extraction.tasks


@pytest.mark.parametrize(
    ("measure", "lead", "supporting"),
    [
        ("（责任单位：市司法局）", ["市司法局"], []),
        ("（责任单位：市司法局、市财政局）", ["市司法局", "市财政局"], []),
        ("（牵头单位：市司法局；配合单位：市财政局）", ["市司法局"], ["市财政局"]),
        ("（配合单位：市财政局；牵头单位：市司法局）", ["市司法局"], ["市财政局"]),
        (
            "（责任单位:市司法局,市审计局;配合单位:市财政局）",
            ["市司法局", "市审计局"],
            ["市财政局"],
        ),
        ("【责任部门：市司法局】", ["市司法局"], []),
        ("[责任单位：市司法局]", ["市司法局"], []),
        ("责任单位：市司法局", ["市司法局"], []),
        ("责任单位：市司法局。", ["市司法局"], []),
        ("责任单位：市司法局。配合单位：市财政局。", ["市司法局"], ["市财政局"]),
        (
            "\n责任单位：市司法局\n配合单位：市财政局、市审计局",
            ["市司法局"],
            ["市财政局", "市审计局"],
        ),
        ("\n　　配合单位：市财政局\n　　牵头单位：市司法局", ["市司法局"], ["市财政局"]),
        ("（责 任 单 位：市司法局）", ["市司法局"], []),
        ("（责任单位 ： 市司法局 、 市财政局 ）", ["市司法局", "市财政局"], []),
        ("（牵头责任单位：市司法局；协办单位：市财政局）", ["市司法局"], ["市财政局"]),
        ("（牵头部门：市司法局；配合部门：各县区）", ["市司法局"], ["各县区"]),
        ("（主要责任单位：市司法局；参与单位：市财政局）", ["市司法局"], ["市财政局"]),
        ("（参加单位：市财政局）", [], ["市财政局"]),
        ("（牵头单位：市司法局；责任单位：市财政局）", ["市司法局"], ["市财政局"]),
    ],
)
def test_units(measure: str, lead: list[str], supporting: list[str]) -> None:
    """Labels in either order, with and without brackets, give the units in printed order."""
    text = f"某市工作要点\n1.修订清单。{measure}\n2.开展评查。（责任单位：市信访局）\n"
    first, second = tasks(text)
    assert (list(first.lead_units), list(first.supporting_units)) == (lead, supporting)
    assert (second.number, second.lead_units) == ("2", ("市信访局",))


@pytest.mark.parametrize(
    ("measure", "lead", "supporting", "deadline"),
    [
        # -- statements without a label
        ("（市司法局负责）", ["市司法局"], [], ""),
        ("（市司法局、市财政局负责）", ["市司法局", "市财政局"], [], ""),
        ("（市司法局、市财政局按职责分工负责）", ["市司法局", "市财政局"], [], ""),
        ("（各县区、各部门按照职责分工负责）", ["各县区", "各部门"], [], ""),
        ("（各有关部门，按各自职责负责）", ["各有关部门"], [], ""),
        ("（市司法局牵头，市财政局、市审计局配合）", ["市司法局"], ["市财政局", "市审计局"], ""),
        ("（由市司法局牵头负责，市财政局等配合）", ["市司法局"], ["市财政局等"], ""),
        ("（市司法局牵头，各部门按职责分工负责）", ["市司法局"], ["各部门"], ""),
        ("（市司法局会同市财政局负责）", ["市司法局"], ["市财政局"], ""),
        ("（市司法局负责，2024年底前完成）", ["市司法局"], [], "2024年底前"),
        (
            "【市司法局牵头，各县（市、区）人民政府参与】",
            ["市司法局"],
            ["各县（市、区）人民政府"],
            "",
        ),
        # -- names alone: after a dash, in brackets, on a line
        ("——市司法局、市财政局", ["市司法局", "市财政局"], [], ""),
        ("——市司法局", ["市司法局"], [], ""),
        ("（市司法局、市财政局）", ["市司法局", "市财政局"], [], ""),
        ("（市法院、市司法局，各行政机关）", ["市法院", "市司法局", "各行政机关"], [], ""),
        ("\n市司法局、各县区人民政府", ["市司法局", "各县区人民政府"], [], ""),
        ("\n市司法局负责", ["市司法局"], [], ""),
        ("市司法局牵头，市财政局配合。", ["市司法局"], ["市财政局"], ""),
        # -- labels with verbs and other labels beside them
        ("（责任单位：市司法局牵头，市财政局配合）", ["市司法局"], ["市财政局"], ""),
        ("（责任单位：市司法局（牵头）、市财政局）", ["市司法局"], ["市财政局"], ""),
        ("责任单位：甲局、乙局；完成时限：2025年12月底前", ["甲局", "乙局"], [], "2025年12月底前"),
        ("完成时限：2025年6月；责任单位：甲局", ["甲局"], [], "2025年6月"),
        ("\n牵头单位：甲局\n责任单位：乙局\n完成时限：长期坚持", ["甲局"], ["乙局"], "长期坚持"),
        ("责任单位：甲局；责任人：某某；电话：1234567", ["甲局"], [], ""),
        ("（责任单位：\n甲局、乙局）", ["甲局", "乙局"], [], ""),
        ("（主办单位：甲局；协办单位：乙局和各县区）", ["甲局"], ["乙局", "各县区"], ""),
    ],
)
def test_wordings(measure: str, lead: list[str], supporting: list[str], deadline: str) -> None:
    """Statements, lists of names and labels of deadlines are read; the next measure is its own."""
    text = f"某市工作要点\n1.修订清单。{measure}\n2.开展评查。（责任单位：市信访局）\n"
    first, second = tasks(text)
    read = (list(first.lead_units), list(first.supporting_units), first.deadline)
    assert read == (lead, supporting, deadline)
    assert (second.number, second.lead_units) == ("2", ("市信访局",))
    assert first.measure == "修订清单"


@pytest.mark.parametrize(
    "words",
    [
        "（专人负责）", "（谁执法谁普法）", "（各单位负责人参与）", "（社区、乡村）",
        "（含市、县两级）", "市司法局和市财政局应当建立机制。", "各县区要落实责任。",
        "（一般程序、简易程序）", "（全市）", "要明确责任单位：层层抓落实。", "（试行）",
        "\n某市司法局", "（张某、李某负责）", "（A、B、C）",
        "力争年底前取得市政府——省政府联动成效。", "（行政机关）", "《责任清单（各部门）》修订。",
    ],
)  # fmt: skip
def test_words_that_name_no_unit(words: str) -> None:
    """Persons, places, principles and running text are no units that answer for a measure."""
    assert tasks(f"某市工作要点\n1.修订清单。{words}\n") == []


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("各县、区人民政府", ["各县、区人民政府"]),
        ("各县、市、区人民政府", ["各县、市、区人民政府"]),
        ("各县（市）、区人民政府、开发区管委会", ["各县（市）、区人民政府", "开发区管委会"]),
        ("市、县（区）人民政府，市直各部门", ["市、县（区）人民政府", "市直各部门"]),
        ("省、市、县司法行政机关", ["省、市、县司法行政机关"]),
        ("县、乡人民政府；县直各部门", ["县、乡人民政府", "县直各部门"]),
        ("各乡、镇人民政府", ["各乡、镇人民政府"]),
        ("各县区、市司法局", ["各县区", "市司法局"]),
        ("各县、市司法局", ["各县", "市司法局"]),
        ("各县（市、区）、市直各单位", ["各县（市、区）", "市直各单位"]),
        ("市发展改革委、市委依法治市办", ["市发展改革委", "市委依法治市办"]),
        ("市委、市政府督查室、市教育局", ["市委、市政府督查室", "市教育局"]),
        ("市委、市政府，市人大", ["市委", "市政府", "市人大"]),
        ("市文化和旅游局和市公安局", ["市文化和旅游局", "市公安局"]),
        ("市人力资源和社会保障局以及各县区", ["市人力资源和社会保障局", "各县区"]),
        ("市司法局及相关部门", ["市司法局", "相关部门"]),
        ("各级政府及其部门", ["各级政府及其部门"]),
        ("市公安局等", ["市公安局等"]),
        ("甲局,乙局，丙局;丁局；戊局", ["甲局", "乙局", "丙局", "丁局", "戊局"]),
        ("", []),
    ],
)
def test_names_stay_whole(listed: str, names: list[str]) -> None:
    """A list is cut between units and not within the name of one."""
    assert split(listed) == names
    (task,) = tasks(f"1.修订清单。（责任单位：{listed or '甲局'}）\n")
    assert list(task.lead_units) == (names or ["甲局"])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1.甲。\n2.乙。\n3.丙。（以上1—3项责任单位：甲局）\n",
         {"1": "甲局", "2": "甲局", "3": "甲局"}),
        ("1.甲。\n2.乙。\n3.丙。（第2至3项由甲局负责）\n", {"2": "甲局", "3": "甲局"}),
        ("1.甲。（乙局负责）\n2.乙。\n3.丙。\n以上任务责任单位：甲局\n",
         {"1": "乙局", "2": "甲局", "3": "甲局"}),
        ("1.甲。\n2.乙。（责任单位：甲局）\n", {"2": "甲局"}),
    ],
)  # fmt: skip
def test_one_label_for_several(text: str, read: dict[str, str]) -> None:
    """A label speaks of several measures only where it says so."""
    assert {t.number: ";".join(t.lead_units) for t in tasks(text)} == read


def test_the_first_of_several_leads_where_the_plan_says_so() -> None:
    """Without such a sentence all units of one label answer alike."""
    text = "1.修订。（责任单位：甲局、乙局、丙局）\n2.评查。（责任单位：乙局）\n"
    assert [t.lead_units for t in tasks(text)] == [("甲局", "乙局", "丙局"), ("乙局",)]
    said = tasks(text + "三、要求\n排在第一位的责任单位为牵头单位。\n")
    assert [(t.lead_units, t.supporting_units) for t in said] == [
        (("甲局",), ("乙局", "丙局")),
        (("乙局",), ()),
    ]


@pytest.mark.parametrize("bar", ["\t", "|", " | "])
def test_rows_of_a_table(bar: str) -> None:
    """Rows under a head that names responsible units are measures; what follows them is none."""
    rows = [
        ["序号", "工作任务", "牵头单位", "配合单位", "完成时限"],
        ["1", "修订清单", "市司法局", "市财政局、各县区人民政府", "2024年6月底前"],
        ["2", "开展评查", "市司法局、市信访局", "", "长期"],
    ]
    text = "任务分解表\n" + "\n".join(bar.join(row) for row in rows) + "\n某市司法局\n"
    first, second = tasks(text)
    assert (first.number, first.measure, first.lead_units) == ("1", "修订清单", ("市司法局",))
    assert first.supporting_units == ("市财政局", "各县区人民政府")
    assert (first.deadline, first.due) == ("2024年6月底前", "2024-06-30")
    assert second.lead_units == ("市司法局", "市信访局")
    assert (second.supporting_units, second.recurs) == ((), "continuous")


def test_headings_with_units_are_measures() -> None:
    """（一） counts where its own text names a unit; a chapter only on its own line."""
    text = (
        "一、任务\n（一）健全制度\n修订清单。（责任单位：甲局）\n（二）加强监督\n开展评查。\n"
        "二、强化督察。责任单位：乙局\n三、保障\n加强领导。（责任单位：丙局）\n"
    )
    assert [(t.number, t.lead_units) for t in tasks(text)] == [
        ("（一）", ("甲局",)),
        ("二", ("乙局",)),
    ]


@pytest.mark.parametrize(
    ("words", "deadline"),
    [
        ("2024年底前完成", "2024年底前"),
        ("2024年年底前完成", "2024年年底前"),
        ("2025年6月底前建成", "2025年6月底前"),
        ("2025年6月完成", "2025年6月"),
        ("2024年上半年完成", "2024年上半年"),
        ("2024年第三季度前完成", "2024年第三季度前"),
        ("每年第一季度报送", "每年第一季度"),
        ("每半年通报", "每半年"),
        ("按年度报送", "按年度"),
        ("完善《某条例（2023年修订）》清单", ""),
        ("持续推进", ""),
    ],
)
def test_deadline(words: str, deadline: str) -> None:
    """A deadline is as the measure words it; a year in a title is none."""
    (task,) = tasks(f"1.修订清单，{words}。（责任单位：市司法局）\n")
    assert task.deadline == deadline


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.修订清单。\n2.开展评查。\n", []),
        ("1.修订清单。\n2.开展评查。（责任单位：市司法局）\n", ["2"]),
        ("一、总则\n加强领导。（责任单位：市司法局）\n", []),
        ("1、修订。责任单位：甲局\n2、评查。责任单位：乙局\n", ["1", "2"]),
        ("一、任务\n1.修订。责任单位：甲局\n二、保障\n2.评查。责任单位：乙局\n", ["1", "2"]),
        ("", []),
    ],
)
def test_numbers(text: str, numbers: list[str]) -> None:
    """A measure needs a number and a unit; numbers may run on across chapters."""
    assert [task.number for task in tasks(text)] == numbers


def test_names_alone_are_units_only_in_a_plan() -> None:
    """A report that names two offices in brackets gives them no task; one with a verb does."""
    text = "1.两个单位获评先进（市司法局、市财政局）。\n2.评查。（市司法局负责）\n"
    found = extract(Document("report", text, "", Metadata(kind="annual_report"))).tasks
    assert [t.number for t in found] == ["2"]
    assert [t.number for t in tasks(text)] == ["1", "2"]


@pytest.mark.parametrize(
    ("printed", "years", "day", "recurs"),
    [
        ("2024年底前", ("", ""), "2024-12-31", ""),
        ("2024年6月底前", ("", ""), "2024-06-30", ""),
        ("2024年2月", ("", ""), "2024-02-29", ""),
        ("2024年6月中旬前", ("", ""), "2024-06-20", ""),
        ("2024年3月15日前", ("", ""), "2024-03-15", ""),
        ("2024年13月", ("", ""), "2024-12-31", ""),
        ("2024年上半年", ("2023", "2024"), "2024-06-30", ""),
        ("2024年第三季度前", ("", ""), "2024-09-30", ""),
        ("12月底前", ("2024", "2024"), "2024-12-31", ""),
        ("12月底前", ("2023", "2024"), "", ""),
        ("今年年底前", ("2024", "2024"), "2024-12-31", ""),
        ("明年6月底前", ("2024", "2024"), "", ""),
        ("每年第一季度", ("2023", "2024"), "", "year"),
        ("每半年", ("", ""), "", "half_year"),
        ("每季度", ("", ""), "", "quarter"),
        ("长期坚持", ("2024", "2024"), "", "continuous"),
        ("尽快", ("2024", "2024"), "", ""),
    ],
)
def test_due(printed: str, years: tuple[str, str], day: str, recurs: str) -> None:
    """The last day of the span that is named; a year that the plan leaves open is not guessed."""
    assert due(printed, *years) == Due(day, recurs)


def test_all_measures_of_the_plan(shared: Path) -> None:
    """All 33 measures have the units that were annotated by hand."""
    with (shared / "gold" / "tasks.csv").open(encoding="utf-8", newline="") as file:
        gold = {row["number"]: row for row in csv.DictReader(file)}
    found = extract_file(shared / "sources" / "002_luan_2023-2024_plan.txt").tasks
    read = {t.number: (";".join(t.lead_units), ";".join(t.supporting_units)) for t in found}
    assert read == {n: (r["lead_units"], r["supporting_units"]) for n, r in gold.items()}
    dated = {t.number: t.deadline for t in found if t.deadline}
    assert dated.keys() >= {n for n, r in gold.items() if "每年" in r["deadline"]}
    assert (dated["8"], dated["26"]) == ("2023年年底前", "2023年上半年")


def test_a_measure_ends_with_its_units() -> None:
    """What follows the line of the units is no part of the measure."""
    text = "1.修订清单。\n责任单位：市司法局\n三、保障措施\n加强督促。\n"
    (task,) = tasks(text)
    assert text[task.start : task.end] == "1.修订清单。\n责任单位：市司法局"


def test_figures_of_a_plan_are_targets() -> None:
    """In a plan every figure that counts is to be reached."""
    text = "1.培训300人次，2024年底前完成。（责任单位：市司法局）\n"
    found = extract(Document("plan", text, "", Metadata(kind="plan"))).observations
    roles = {o.quantity.text: o.quantity.role for o in found}
    assert roles == {"1": "structural", "300人次": "target", "2024年底": "structural"}


UNITS = st.lists(
    st.sampled_from(["市司法局", "市财政局", "各县区人民政府", "市委编办"]), max_size=3
)


@STABLE
@given(st.lists(st.tuples(UNITS, UNITS, st.booleans()), min_size=1, max_size=8))
def test_any_plan(measures: list[tuple[list[str], list[str], bool]]) -> None:
    """What was written of the units of each measure is what is read."""
    lines, expected = ["某市工作要点"], []
    for number, (lead, supporting, turned) in enumerate(measures, start=1):
        labels = [("牵头单位", lead), ("配合单位", supporting)]
        listed = [f"{name}：{'、'.join(units)}" for name, units in labels if units]
        listed = listed[::-1] if turned else listed
        lines.append(
            f"{number}.推进第{number}批工作。" + (f"（{'；'.join(listed)}）" if listed else "")
        )
        if listed:
            expected.append((str(number), tuple(lead), tuple(supporting)))
    found = tasks("\n".join(lines) + "\n")
    assert [(t.number, t.lead_units, t.supporting_units) for t in found] == expected

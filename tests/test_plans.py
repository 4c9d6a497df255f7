"""Numbered measures of a plan, the units that answer for them, and when they are due."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw.extraction import extract
from govlaw.model import Document, Metadata, Task

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
        ("（牵头单位：市司法局；责任单位：市财政局）", ["市司法局", "市财政局"], []),
    ],
)
def test_units(measure: str, lead: list[str], supporting: list[str]) -> None:
    """Labels in either order, with and without brackets, give the units in printed order."""
    text = f"某市工作要点\n1.修订清单。{measure}\n2.开展评查。（责任单位：市信访局）\n"
    first, second = tasks(text)
    assert (list(first.lead_units), list(first.supporting_units)) == (lead, supporting)
    assert (second.number, second.lead_units) == ("2", ("市信访局",))


@pytest.mark.parametrize(
    "measure",
    [
        pytest.param("（责任单位：各县、区人民政府）", id="a shared noun"),
        pytest.param("（市司法局、市财政局负责）", id="负责 instead of a label"),
    ],
)
@pytest.mark.xfail(strict=True, raises=(AssertionError, ValueError))
def test_units_not_read_right_yet(measure: str) -> None:
    """Forms of responsibility that the reader gets wrong today."""
    (task,) = tasks(f"某市工作要点\n1.修订清单。{measure}\n")
    assert task.lead_units in (("各县、区人民政府",), ("市司法局", "市财政局"))


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

"""Headings of every style become sections with level, part and dimension."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw import outline
from govlaw.model import Section

STABLE = settings(deadline=None, derandomize=True, max_examples=200)


def levels(text: str, kind: str = "annual_report") -> list[tuple[int, str]]:
    """Return level and heading of every section that has a heading."""
    return [(s.level, s.heading) for s in outline.read(text, kind) if s.level]


NUMBERING = {
    "canonical": (
        "一、主要工作\n（一）健全制度\n1.修订清单\n（1）清理\n二、不足\n",
        [1, 2, 3, 4, 1],
    ),
    "arabic under chapter": (
        "一、主要工作\n1.修订清单\n2.开展评查\n二、下一步打算\n1.补短板\n",
        [1, 2, 2, 1, 2],
    ),
    "items under chapter": ("一、主要工作\n一是修订清单。二是开展评查。\n二、其他\n", [1, 2, 2, 1]),
    "items alone": ("一是修订清单。\n二是开展评查。\n三是培训骨干。\n", [1, 1, 1]),
    "starts at bracket": ("（一）健全制度\n1.修订\n（二）规范执法\n", [1, 2, 1]),
    "numbers run on": (
        "（一）健全制度\n1.修订\n2.评查\n（二）规范执法\n3.培训\n4.检查\n",
        [1, 2, 2, 1, 2, 2],
    ),
    "enumeration comma": ("一、主要工作\n1、修订清单\n2、开展评查\n", [1, 2, 2]),
    "full-width point": ("一、主要工作\n1．修订清单\n2．开展评查\n", [1, 2, 2]),
    "full-width digits": ("一、主要工作\n１．修订清单\n２．开展评查\n", [1, 2, 2]),
    "first bracket lost": ("一、主要工作\n一）健全制度\n二）规范执法\n", [1, 2, 2]),
    "mixed brackets": ("一、主要工作\n(一）健全制度\n（二)规范执法\n", [1, 2, 2]),
    "narrow brackets": ("一、主要工作\n(一)健全制度\n(二)规范执法\n(1)评查\n", [1, 2, 2, 3]),
    "dashes": ("一、主要工作\n——修订清单\n——开展评查\n", [1, 2, 2]),
    "bullets": ("一、主要工作\n■修订清单\n■开展评查\n", [1, 2, 2]),
    "circled": ("一、主要工作\n①修订清单\n②开展评查\n", [1, 2, 2]),
    "第一部分": ("第一部分 主要工作\n（一）健全制度\n第二部分 下一步打算\n", [1, 2, 1]),
    "indented": ("　　一、主要工作\n　　（一）健全制度\n", [1, 2]),
    "一要": ("一、下一步打算\n一要修订清单。二要开展评查。\n", [1, 2, 2]),
    "more than ten": ("十、其他\n十一、附则\n", [1, 1]),
}


@pytest.mark.parametrize("style", NUMBERING)
def test_numbering(style: str) -> None:
    """Every style of numbering gives the levels that a reader sees."""
    text, expected = NUMBERING[style]
    assert [level for level, _ in levels(text)] == expected


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("一、健全制度体系\n全年修订清单。\n", "一、健全制度体系"),
        ("一、健全制度体系。\n全年修订清单。\n", "一、健全制度体系"),
        ("一、健全制度体系。全年修订清单。\n", "一、健全制度体系"),
        ("一、健全制度体系：\n全年修订清单。\n", "一、健全制度体系"),
        ("一、健全制度，夯实基础\n全年修订清单。\n", "一、健全制度，夯实基础"),
    ],
)
def test_heading_ends_at_its_stop(line: str, heading: str) -> None:
    """A heading ends at its full stop, colon or line, and a paired slogan keeps its comma."""
    assert levels(line) == [(1, heading)]


def test_long_heading_is_cut() -> None:
    """A heading that runs into its text is cut at a comma, never longer than a line."""
    body = "甲" * 30 + "，" + "乙" * 60 + "。\n"
    ((_, heading),) = levels(f"一、{body}")
    assert heading == "一、" + "甲" * 30


# -- parts -------------------------------------------------------------------------------------

REPORT = (
    "某县2023年法治政府建设工作报告\n"
    "一、主要工作\n（一）规范执法\n评查案卷30件。\n"
    "二、党政主要负责人履行第一责任人职责\n主持会议4次。\n"
    "三、存在的问题\n（一）队伍力量薄弱\n人员缺口大。\n"
    "四、下一步工作打算\n（一）规范执法\n培训500人次。\n"
)


def part_at(text: str, words: str, year: int | None = 2023) -> str:
    """Return the part of the innermost section that holds the words."""
    offset = text.index(words)
    holding = [s for s in outline.read(text, year=year) if s.start <= offset < s.end]
    return max(holding, key=lambda s: s.start).part


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("评查案卷", "results"),
        ("主持会议", "first_person"),
        ("人员缺口", "shortcomings"),
        ("培训500", "next_year"),
    ],
)
def test_parts_by_heading(words: str, part: str) -> None:
    """A heading names its part, and what stands below belongs to it."""
    assert part_at(REPORT, words) == part


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("二、存在问题与不足", "shortcomings"),
        ("二、工作中的薄弱环节", "shortcomings"),
        ("二、主要问题和困难", "shortcomings"),
        ("二、2024年工作安排", "next_year"),
        ("二、2024年度重点工作计划", "next_year"),
        ("二、下步打算", "next_year"),
        ("二、今后工作思路", "next_year"),
        ("二、化解矛盾纠纷", "results"),
    ],
)
def test_part_of_a_heading(heading: str, part: str) -> None:
    """Wordings of the headings of parts are told apart."""
    assert part_at(f"一、主要工作\n正文。\n{heading}\n末段。\n", "末段") == part


@pytest.mark.parametrize(
    ("text", "shortcomings", "plans"),
    [
        (
            "一、主要工作\n完成评查。\n虽有进展，但仍存在执法力量不足等问题。主要是人手少。\n"
            "下一步，我县将加强培训，组织轮训3期。\n",
            "主要是人手少",
            "组织轮训3期",
        ),
        (
            "一、主要工作\n完成评查。\n工作中还存在一些差距。\n2024年，我县将新建站点5个。\n",
            "一些差距",
            "新建站点5个",
        ),
    ],
)
def test_parts_without_heading(text: str, shortcomings: str, plans: str) -> None:
    """A paragraph that opens with shortcomings or plans starts its part without any heading."""
    assert part_at(text, "完成评查") == "results"
    assert part_at(text, shortcomings) == "shortcomings"
    assert part_at(text, plans) == "next_year"


def test_the_report_year_is_no_plan() -> None:
    """A sentence of the year reported on opens no plan, whatever its verb."""
    text = "一、主要工作\n2023年，我县将培训列为重点，办班5期。\n"
    assert part_at(text, "办班5期", 2023) == "results"
    assert part_at(text, "办班5期", 2022) == "next_year"


def test_only_reports_have_parts() -> None:
    """In a plan nothing is a result and nothing a plan for next year."""
    assert {s.part for s in outline.read(REPORT, "plan")} == {"other"}


# -- dimensions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "dimension"),
    [
        ("规范行政执法", "enforcement"),
        ("加强行政复议和应诉", "disputes"),
        ("优化政务服务", "functions"),
        ("完善重大决策程序", "decisions"),
        ("深化普法宣传", "legal_services"),
        ("推进政务公开，自觉接受监督", "oversight"),
        ("提升应急处置能力", "emergency"),
        ("规范性文件管理", "rulemaking"),
    ],
)
def test_dimension_of_a_heading(heading: str, dimension: str) -> None:
    """The words of a heading decide its dimension."""
    sections = outline.read(f"一、主要工作\n（一）{heading}\n完成各项任务。\n")
    assert sections[-1].dimension == dimension


def test_dimension_is_inherited() -> None:
    """A heading that says nothing of its topic takes the dimension above it."""
    sections = outline.read("一、规范行政执法\n（一）抓住重点\n按期完成。\n")
    assert [s.dimension for s in sections] == ["enforcement", "enforcement"]


# -- enumerators -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.修订清单\n2.开展评查\n", ["1", "2"]),
        ("1、修订清单\n2、开展评查\n", ["1", "2"]),
        ("1修订清单\n2开展评查\n", []),
        ("7.修订\n8.评查\n9全面推进\n", ["7", "8", "9"]),
        ("8个浴场达标\n", []),
        ("7.修订\n8个浴场达标\n", ["7"]),
        ("1.5万人参加\n", []),
        ("2023年全年\n", []),
        ("（1）修订\n（2）评查\n", ["1", "2"]),
        ("共计1.修订\n", []),
    ],
)
def test_enumerators(text: str, numbers: list[str]) -> None:
    """A number that counts paragraphs is one; a quantity at the start of a line is none."""
    found = outline.enumerators(text)
    assert [text[start:end] for start, end in found.items()] == numbers


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("一、主要工作\n难点一是人手少，资金紧。\n", 0),
        ("一、主要工作\n其一是人手少。\n", 0),
        ("一、主要工作\n一是修订清单。\n", 0),
        ("一、主要工作\n一是修订清单；二是开展评查；三是培训。\n", 3),
        ("一、主要工作\n成效明显：一是快。二是好。\n", 2),
        ("一、主要工作\n一是修订清单。三是培训。\n", 2),
    ],
)
def test_lone_item_is_prose(text: str, items: int) -> None:
    """一是 without 二是 is prose; in a list each is a section, also where a number is missing."""
    assert sum(heading[1:2] in "是要" for level, heading in levels(text) if level > 1) == items


# -- structure ---------------------------------------------------------------------------------

LINES = [
    "一、主要工作", "二、存在问题", "三、下一步打算", "（一）健全制度", "(二)规范执法",
    "1.修订清单", "2、开展评查", "3培训500人", "（1）清理", "——宣讲", "8个浴场",
    "一是快。二是好。", "一是慢。", "仍存在不足。", "下一步，将培训。", "全年评查30件。", "", "  ",
    "第一部分 总体", "①甲", "２．乙", "一）丙",
]  # fmt: skip


def nested(sections: list[Section], length: int) -> list[str]:
    """Return what is wrong with the nesting of sections."""
    wrong = []
    by_id = {s.section_id: s for s in sections}
    if len(by_id) != len(sections):
        wrong.append("two sections have one name")
    for one, two in pairwise(sections):
        if one.start >= two.start:
            wrong.append(f"{two.section_id} does not start after {one.section_id}")
    for section in sections:
        if not 0 <= section.start < section.end <= length:
            wrong.append(f"{section.section_id} is empty or outside of the text")
        parent = by_id.get(section.parent_id)
        if section.parent_id and parent is None:
            wrong.append(f"{section.section_id} has no parent {section.parent_id}")
        if parent and not (parent.start <= section.start and section.end <= parent.end):
            wrong.append(f"{section.section_id} is not inside {parent.section_id}")
        if section.level > 1 and (parent is None or parent.level != section.level - 1):
            wrong.append(f"{section.section_id} is of level {section.level} without parent")
    for level in {s.level for s in sections}:
        spans = sorted((s.start, s.end) for s in sections if s.level == level)
        if any(one[1] > two[0] for one, two in pairwise(spans)):
            wrong.append(f"sections of level {level} overlap")
    return wrong


@STABLE
@given(st.lists(st.sampled_from(LINES), max_size=25).map("\n".join))
def test_sections_nest_and_tile(text: str) -> None:
    """Sections lie in order inside their parents, and the top ones cover all text in turn."""
    sections = outline.read(text, year=2023)
    assert nested(sections, len(text)) == []
    top = [s for s in sections if s.level <= 1]
    assert all(one.end == two.start for one, two in pairwise(top))
    covered = {i for s in top for i in range(s.start, s.end)}
    assert {i for i, c in enumerate(text) if not c.isspace()} <= covered


@STABLE
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    """No text raises, and a text without headings is one section."""
    sections = outline.read(text)
    assert nested(sections, len(text)) == []
    assert bool(sections) == bool(text.strip())

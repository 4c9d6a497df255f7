"""Tone and hardness: every expected number was worked out by hand."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from govlaw import lexicons, tables
from govlaw.definitions import rows
from govlaw.extraction import extract
from govlaw.model import Document, Metadata


def study(text: str, kind: str = "annual_report") -> dict[str, Any]:
    """Return the tables of one made-up text, as the measures take them."""
    made = extract(Document("a", text, "", Metadata(kind=kind, period_end="2023")))
    frames = {name: tables._frame(name, listed) for name, listed in tables.rows(made).items()}
    return {name: frames[name] for name in ("documents", "sections", "observations")} | {
        "texts": {"a": text}
    }


REPORT = """一、主要成效
工作成效显著，不足10件。
二、存在的问题
仍有短板和不足。
三、下一步安排
必须落实责任，力争办结率达到90%。
推进普法。
（责任单位：市司法局必须落实）
"""


def test_tone() -> None:
    """成效显著 and 显著 are one word; 不足 within a figure is none; parts are apart."""
    found = lexicons.tone(**study(REPORT)).set_index("part")
    assert found.loc["results", ["positive", "negative"]].tolist() == [1, 0]
    assert found.loc["shortcomings", ["positive", "negative"]].tolist() == [0, 2]
    size = len("二、存在的问题\n仍有短板和不足。\n")
    assert found.loc["shortcomings", "characters"] == size
    assert found.loc["shortcomings", "net_per_1000"] == pytest.approx(-2000 / size)


def test_promises() -> None:
    """Clauses of next year's plans, each with its hardest word; titles and brackets stay out."""
    made = study(REPORT)
    found = lexicons.promises(**made)
    shown = [(REPORT[r.start : r.end], r.grade, r.word, r.figures) for r in found.itertuples()]
    assert shown == [
        ("必须落实责任", "binding", "必须", 0),
        ("力争办结率达到90%", "duty", "达到", 1),
    ]


def test_a_target_is_a_promise_anywhere() -> None:
    """A clause with a target figure counts among the results, others of that part do not."""
    made = study("一、主要成效\n全面落实责任制度。力争培训人员300人次。\n")
    (row,) = lexicons.promises(**made).to_dict("records")
    assert (row["grade"], row["figures"]) == ("striving", 1)


def test_all_clauses_of_a_plan_count() -> None:
    """A plan promises throughout."""
    found = lexicons.promises(**study("1.应当公开决策目录。\n2.鼓励各地探索。\n", "plan"))
    assert found["grade"].tolist() == ["duty", "soft"]


def test_hardness_adds_up() -> None:
    """Counts of all grades, and shares of 1 for what promises anything."""
    made = study(REPORT)
    found = lexicons.hardness(made["documents"], lexicons.promises(**made)).set_index("grade")
    assert tuple(found.index) == lexicons.GRADES
    assert found["clauses"].to_dict() == {
        "binding": 1, "duty": 1, "striving": 0, "soft": 0, "none": 0,
    }  # fmt: skip
    assert found.loc["duty", "with_figure"] == 1
    assert found["share"].sum() == pytest.approx(1)
    nothing = lexicons.hardness(
        made["documents"], pd.DataFrame(columns=["doc_id", "grade", "figures"])
    )
    assert nothing["share"].isna().all()


def test_lists_are_sound() -> None:
    """Each word once, with a known tone or grade; no word is in two grades."""
    words = [row["word"] for row in rows("tone")]
    assert len(set(words)) == len(words)
    assert {row["tone"] for row in rows("tone")} == set(lexicons.TONES)
    patterns = [row["pattern"] for row in rows("hardness")]
    assert len(set(patterns)) == len(patterns)
    assert {row["grade"] for row in rows("hardness")} == set(lexicons.GRADES[:-1])
    for pattern in patterns:
        re.compile(pattern)

"""Folding keeps offsets; sentences and clauses lie in order inside the text."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw.text import LONGEST_CLAUSE, LONGEST_SENTENCE, Locator, clauses, fold, sentences

STABLE = settings(deadline=None, derandomize=True, max_examples=300)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="甲乙丙12,，。；;:：！!？?…\n \u3000（）%０９％", max_size=60),
)


@STABLE
@given(TEXTS)
def test_fold_keeps_length(text: str) -> None:
    """Each character is folded to one character, so that offsets hold; folding twice is once."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１２０件", "120件"),
        ("９８．５％", "98.5%"),
        ("ＰＭ２．５", "PM2.5"),
        ("８：３０；", "8:30;"),
        ("甲\u3000乙\u00a0丙", "甲 乙 丙"),
        ("10㎡…", "10㎡…"),
        ("甲，乙。", "甲，乙。"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Digits, letters, signs and odd spaces are narrowed; Chinese punctuation stays."""
    assert fold(text) == folded


@STABLE
@given(TEXTS)
def test_sentences_are_apart(text: str) -> None:
    """Sentences are disjoint, in order, trimmed, and hold every letter and digit of the text."""
    found = sentences(text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= two[0] for one, two in pairwise(found))
    assert all(text[a:b] == text[a:b].strip() for a, b in found)
    inside = {i for start, end in found for i in range(start, end)}
    assert {i for i, c in enumerate(text) if c.isalnum()} <= inside


@STABLE
@given(st.text(alphabet="甲乙12.，； ", min_size=900, max_size=4000), st.integers(0, 3))
def test_what_has_no_end_is_cut(text: str, times: int) -> None:
    """No sentence or clause is longer than its limit; pieces hold every letter and digit, and a
    number is not cut unless it is longer than half a clause."""
    text = text + "1234甲，" * 400 * times
    found = sentences(text)
    assert all(0 < end - start <= LONGEST_SENTENCE for start, end in found)
    assert all(text[a:b] == text[a:b].strip() for a, b in found)
    parts = [c for start, end in found for c in clauses(text, start, end)]
    assert all(0 < end - start <= LONGEST_CLAUSE for start, end in parts)
    assert all(one[1] <= two[0] for one, two in pairwise(parts))
    held = "".join(text[start:end] for start, end in parts)
    assert [c for c in held if c.isalnum()] == [c for c in text if c.isalnum()]
    if not re.search(rf"[0-9.,%]{{{LONGEST_CLAUSE // 2}}}", text):
        cuts = {start for start, _ in parts}
        assert not any(text[c - 1 : c + 1].isdigit() and c for c in cuts)


@STABLE
@given(TEXTS)
def test_clauses_are_apart(text: str) -> None:
    """Clauses are disjoint, in order, inside their sentence, and hold its letters and digits."""
    for start, end in sentences(text):
        found = clauses(text, start, end)
        assert all(start <= low < high <= end for low, high in found)
        assert all(one[1] <= two[0] for one, two in pairwise(found))
        inside = {i for low, high in found for i in range(low, high)}
        assert {i for i in range(start, end) if text[i].isalnum()} <= inside


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "召开会议2次。审查文件3件！\n完成了吗？",
            ["召开会议2次。", "审查文件3件！", "完成了吗？"],
        ),
        ("比率为98.5%，良好。", ["比率为98.5%，良好。"]),
        ("  开头有空格。\n\n  另一段  ", ["开头有空格。", "另一段"]),
        ("没有标点", ["没有标点"]),
        ("", []),
        ("。。。", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    """A sentence ends at its mark or line; a decimal point ends none."""
    assert [text[a:b] for a, b in sentences(text)] == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("办理1,109件，办结1,098件", ["办理1,109件", "办结1,098件"]),
        ("合计12,345,678元,其中甲3元", ["合计12,345,678元", "其中甲3元"]),
        ("甲3件,1件在办", ["甲3件", "1件在办"]),
        ("数据为:3;4", ["数据为", "3", "4"]),
        ("受理5件,2024年办结", ["受理5件", "2024年办结"]),
        ("甲、乙和丙", ["甲、乙和丙"]),
    ],
)
def test_commas_in_numbers_do_not_split(text: str, parts: list[str]) -> None:
    """A comma between thousands belongs to its number; every other one ends a clause."""
    assert [text[a:b] for a, b in clauses(text, 0, len(text))] == parts


def test_locator() -> None:
    """The span that holds an offset is found, and between spans there is an empty one."""
    locator = Locator([(2, 5), (7, 9)])
    assert [locator.span(i) for i in (2, 4, 7, 8)] == [(2, 5), (2, 5), (7, 9), (7, 9)]
    assert [locator.span(i) for i in (0, 5, 9)] == [(0, 0), (5, 5), (9, 9)]
    assert [locator.index(i) for i in (1, 2, 6, 7, 99)] == [-1, 0, 0, 1, 1]

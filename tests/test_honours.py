"""Awards, shortlists, ranks, pilots and mentions; what is only planned is none.

``cases/honours.csv`` holds one sentence a row; rows without a kind name no honour.
"""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw.extraction import extract
from govlaw.model import Document, Honour, Metadata

STABLE = settings(deadline=None, derandomize=True, max_examples=100)
FIELDS = ("kind", "level", "year", "month", "honour")

with (Path(__file__).parent / "cases" / "honours.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def honours(text: str, kind: str = "annual_report", year: str = "2022") -> list[Honour]:
    """Return the honours of an invented report."""
    meta = Metadata(title="某县报告", kind=kind, period_start=year, period_end=year)
    found = extract(Document("invented", text, "0" * 64, meta)).honours
    assert all(text[h.start : h.end] == h.honour for h in found)
    return found


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["text"])
def test_case(row: dict[str, str]) -> None:
    """Kind, level, year, month and words of an honour are those of its row."""
    rows = [row] if row["kind"] else []
    assert [{n: getattr(h, n) for n in FIELDS} for h in honours(row["text"])] == [
        {n: r[n] for n in FIELDS} for r in rows
    ]


def test_each_clause_is_one_honour() -> None:
    """Two honours of one sentence are two rows with the date of their sentence."""
    found = honours("2021年4月，某局被评为全市先进单位，被确定为全省改革试点，其余照旧。")
    assert [(h.kind, h.level, h.year, h.month) for h in found] == [
        ("award", "municipal", "2021", "04"),
        ("pilot", "provincial", "2021", "04"),
    ]


def test_date_of_another_sentence_does_not_count() -> None:
    """A sentence without date takes the report's year and not that of the sentence before."""
    (found,) = honours("2019年5月启动工作。某局被评为全市先进单位。")
    assert (found.year, found.month) == ("2022", "")


def test_without_any_year() -> None:
    """Where neither the sentence nor the report names a year, there is none."""
    (found,) = honours("某局被评为全市先进单位。", year="")
    assert (found.year, found.month) == ("", "")


def test_a_plan_has_no_honours() -> None:
    """What a plan names has still to be won."""
    assert honours("某局被评为全市先进单位。", kind="plan") == []


@STABLE
@given(st.lists(st.sampled_from([row["text"] for row in CASES]), max_size=6))
def test_sentences_side_by_side(texts: list[str]) -> None:
    """Each sentence of a report has the honours that it has alone, in order."""
    found = honours("".join(texts))
    assert [h.honour for h in found] == [h.honour for text in texts for h in honours(text)]
    assert all(one.end <= two.start for one, two in pairwise(found))

"""Rule G: two reports of one place, and what the later says of the earlier year."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlaw import corpus, tables
from govlaw.restatement import COLUMNS, restatements

HEAD = """---
title: 甲县{year}年法治政府建设情况报告
kind: annual_report
place: 甲县
adcode: "{adcode}"
level: county
period: "{year}"
---
一、主要工作
"""


def compared(
    folder: Path, earlier: str, later: str, adcode: str = "411702"
) -> list[tuple[str, str]]:
    """Return indicator and outcome for two reports of successive years."""
    reports = folder / "reports"
    reports.mkdir()
    for year, text, code in (("2023", earlier, "411702"), ("2024", later, adcode)):
        content = HEAD.format(year=year, adcode=code) + text + "\n"
        (reports / f"r{year}.md").write_text(content, encoding="utf-8")
    corpus.extract([reports], folder / "out")
    found = restatements(tables.read(folder / "out"))
    assert list(found.columns) == list(COLUMNS)
    return [(str(row.indicator), str(row.outcome)) for row in found.itertuples()]


@pytest.mark.parametrize(
    ("earlier", "later", "outcome"),
    [
        ("受理行政复议案件319件。", "受理行政复议案件240件，同比下降24.76%。", "same"),
        ("受理行政复议案件31898件。", "受理行政复议案件24000件，同比下降24.76%。", "compatible"),
        ("受理行政复议案件315000件。", "受理行政复议案件749600件，同比增长94.7%。", "restated"),
        (
            "市本级受理行政复议案件300件。",
            "全市受理行政复议案件240件，同比下降24.76%。",
            "scope_changed",
        ),
    ],
)
def test_outcomes(tmp_path: Path, earlier: str, later: str, outcome: str) -> None:
    """Equal, within rounding, different, or of another scope."""
    assert compared(tmp_path, earlier, later) == [("rec_accepted", outcome)]


def test_another_place(tmp_path: Path) -> None:
    """Reports of two places are not compared."""
    same = "受理行政复议案件240件，同比下降24.76%。"
    assert compared(tmp_path, "受理行政复议案件319件。", same, adcode="411703") == []

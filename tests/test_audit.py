"""What the audit says of whole invented reports, and what it must keep silent about.

``cases/audit.csv`` holds one report a row: the rules and verdicts of its findings in order, with
the figures that each rests on joined by ``|`` (the tested one last). Rows without a rule are texts
in which no two figures may be put together. Findings that rest on a code of the codebook and such
that rest on words alone must come out the same, so no code stands here.
"""

from __future__ import annotations

import csv
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw.extraction import Extraction, extract
from govlaw.model import Document, Metadata

STABLE = settings(deadline=None, derandomize=True, max_examples=100)
FORBIDDEN = re.compile(r"造假|虚假|错误|伪|\bfalse\b|\bwrong\b|\berror\b|\bfraud", re.IGNORECASE)

with (Path(__file__).parent / "cases" / "audit.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def report(text: str, kind: str = "annual_report") -> Extraction:
    """Extract an invented report of the year 2024."""
    meta = Metadata(title="某县报告", kind=kind, period_start="2024", period_end="2024")
    return extract(Document("invented", text, "0" * 64, meta))


def printed(extraction: Extraction) -> list[tuple[str, str, str]]:
    """Return rule, verdict and the figures of every finding as they are printed."""
    text = extraction.document.text
    return [
        (f.rule, f.verdict, "|".join(text[start:end] for start, end in f.operands))
        for f in extraction.findings
    ]


def expected(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return the findings of a row."""
    columns = (
        row[name].split(" ") if row[name] else [] for name in ("rule", "verdict", "operands")
    )
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["text"])
def test_case(row: dict[str, str]) -> None:
    """The report has the findings of its row and no other."""
    assert printed(report(row["text"])) == expected(row)


FRAME = "一、主要工作\n（一）规范执法\n{}\n二、下一步打算\n明年将加强培训。\n"


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["text"])
def test_case_in_a_report(row: dict[str, str]) -> None:
    """A sentence has the same findings within a report with headings."""
    assert printed(report(FRAME.format(row["text"]))) == expected(row)


def test_plans_are_not_audited() -> None:
    """What is to be reached is no result: neither in a plan nor in the part on next year."""
    text = CASES[0]["text"]
    assert report(text).findings
    assert not report(text, "plan").findings
    assert not report(f"一、主要工作\n平稳。\n二、下一步打算\n{text}\n").findings


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_sentences_do_not_mix(order: tuple[int, int]) -> None:
    """Two sentences side by side have the findings of each, whatever their order."""
    silent = [row["text"] for row in CASES if not row["rule"]]
    telling = [row["text"] for row in CASES if row["rule"]]
    for one, two in product(telling[:8], silent[:8]):
        texts = (one, two)
        both = printed(report("".join(texts[i] for i in order)))
        assert both == printed(report(one)), texts


@pytest.mark.parametrize("row", [row for row in CASES if row["rule"]], ids=lambda row: row["text"])
def test_findings_point_at_figures(row: dict[str, str]) -> None:
    """Operands are spans of the report's own figures, each named once."""
    extraction = report(row["text"])
    spans = {(o.quantity.start, o.quantity.end) for o in extraction.observations}
    for finding in extraction.findings:
        assert set(finding.operands) <= spans
        assert len(set(finding.operands)) == len(finding.operands)
        assert finding.formula


def written(extraction: Extraction, start: int, end: int) -> set[str]:
    """Return the ways to write a figure: as printed, with grouped digits, in yuan."""
    number = re.search(r"[0-9.]+", extraction.document.text[start:end])
    assert number
    if "." in number[0]:
        return {number[0]}
    return {number[0], f"{int(number[0]):,}", f"{int(number[0]) * 10_000:,} yuan"}


@pytest.mark.parametrize("row", [row for row in CASES if row["rule"]], ids=lambda row: row["text"])
def test_explanations(row: dict[str, str]) -> None:
    """Both explanations hold the figures and the recomputed value, and accuse nobody."""
    extraction = report(row["text"])
    for finding in extraction.findings:
        for explanation in (finding.explanation_zh, finding.explanation_en):
            assert "{" not in explanation and "\n" not in explanation
            assert not FORBIDDEN.search(explanation)
            start, end = finding.operands[-1]
            said = written(extraction, start, end) | {finding.printed.lstrip("-").rstrip("%")}
            assert any(way in explanation for way in said)
            for start, end in finding.operands:
                assert any(way in explanation for way in written(extraction, start, end))
        assert re.search(r"[\u4e00-\u9fff]", finding.explanation_zh)
        exact = finding.verdict not in ("undetermined", "base_undisclosed")
        if exact:
            assert finding.recomputed in finding.explanation_zh.replace(",", "")
            assert finding.recomputed in finding.explanation_en.replace(",", "")
            assert not re.search(r"[\u4e00-\u9fff]", finding.explanation_en)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("全年受理申请1113件，办结58件，办结率5.4%。", "60"),
        ("全年受理申请558件，办结540件，办结率99.5%。", "555"),
        ("全年受理申请1035件，办结590件，办结率79%。", "813"),
        ("全年受理申请7件，办结5件，办结率33.3%。", "no whole number"),
    ],
)
def test_irreconcilable_names_what_would_fit(text: str, named: str) -> None:
    """Where a rate cannot be reconciled, the counts that would print so are named."""
    (finding,) = report(text).findings
    assert finding.verdict == "irreconcilable"
    assert named in finding.explanation_en


@STABLE
@given(st.integers(2, 5000), st.data())
def test_honest_rates_are_never_accused(whole: int, data: st.DataObject) -> None:
    """A rate that was rounded half up from its counts is never called irreconcilable."""
    part = data.draw(st.integers(1, whole))
    decimals = data.draw(st.integers(0, 2))
    digits = (2 * 100 * 10**decimals * part + whole) // (2 * whole)
    rate = f"{digits // 10**decimals}" + (f".{digits % 10**decimals:0{decimals}}" * bool(decimals))
    text = f"全年受理申请{whole}件，办结{part}件，办结率{rate}%。"
    (finding,) = report(text).findings
    assert finding.verdict in ("consistent", "over_rounded"), text


@STABLE
@given(st.lists(st.integers(1, 900), min_size=2, max_size=6), st.integers(0, 3))
def test_sums(parts: list[int], off: int) -> None:
    """A list with its total is consistent where it adds up, and only there."""
    names = "甲乙丙丁戊己"
    listed = "、".join(f"{name}类{n}件" for name, n in zip(names, parts, strict=False))
    (finding,) = report(f"{listed}，合计{sum(parts) + off}件。").findings
    assert finding.rule == "E"
    assert finding.verdict == ("irreconcilable" if off else "consistent")
    assert finding.recomputed == str(sum(parts))
    assert len(finding.operands) == len(parts) + 1

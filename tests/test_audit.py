"""What the audit says of whole invented reports, and what it must keep silent about.

``cases/audit.csv`` holds one report a row: the rules and verdicts of its findings in order, with
the figures that each rests on joined by ``|`` (the tested one last). Rows without a rule are texts
in which no two figures may be put together. Findings that rest on a code of the codebook and such
that rest on words alone must come out the same, so no code stands here.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw.arithmetic import percentage
from govlaw.extraction import Extraction, extract, extract_file
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


with (Path(__file__).parent / "cases" / "audit_flags.csv").open(
    encoding="utf-8", newline=""
) as file:
    FLAGS = list(csv.DictReader(file))


@pytest.mark.parametrize("row", FLAGS, ids=lambda row: row["text"])
def test_flags(row: dict[str, str]) -> None:
    """Forms that reports use: one relation that does not reconcile is found, and none invented."""
    flagged = [
        operands
        for _, verdict, operands in printed(report(row["text"]))
        if verdict in ("irreconcilable", "over_rounded")
    ]
    expected_here = [row["flagged"]] if row["flagged"] else []
    assert [sorted(f.split("|")) for f in flagged] == [sorted(f.split("|")) for f in expected_here]


#: The worked cases of the field: facts of published reports in our own words. The last column
#: holds the implied whole numbers.
WORKED = [
    ("审结977件，其中维持435件、驳回136件、纠错236件、其他170件。", "E", "consistent", "", ""),
    ("审结复议案件977件，其中纠错236件，纠错率24.2%。", "A", "consistent", "236", "236"),
    ("开庭558次，负责人出庭555次，出庭率99.5%。", "A", "consistent", "555", "555"),
    ("收案1113件，其中涉及某局58件，占5.4%。", "A", "irreconcilable", "60", "60"),
    ("审结174件，撤销28件，撤销率16.9%。", "A", "irreconcilable", "", ""),
    ("审结166件，撤销28件，撤销率16.9%。", "A", "consistent", "28", "28"),
    ("新收一审行政案件240件，同比下降24.76%。", "D", "consistent", "319", "319"),
    ("新收复议案件709件，同比上升90.08%。", "D", "consistent", "373", "373"),
    ("作出纠错决定27300件，纠错率12.83%。", "A", "base_undisclosed", "212700", "212865"),
    ("新收复议案件749600件，同比增长94.7%。", "D", "undetermined", "384904", "385101"),
    ("组织1035人考试，合格590人，合格率79%。", "A", "irreconcilable", "813", "822"),
    ("行政应诉14件，胜诉13件，胜诉率92.85%。", "A", "truncated", "", ""),
    ("收到复议申请97件，受理70件，审结67件，复议调解率16.5%。", "C", "base_undisclosed", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule", "verdict", "low", "high"), WORKED)
def test_worked_cases(text: str, rule: str, verdict: str, low: str, high: str) -> None:
    """The published cases that the rules were made from come out as they were reckoned by hand."""
    found = [f for f in report(text).findings if f.rule == rule]
    assert [(f.verdict, f.implied_low, f.implied_high) for f in found] == [(verdict, low, high)]


def test_a_wider_base_is_found() -> None:
    """A rate that its nearest base does not give is tested over the others: rule B."""
    (finding,) = report("受理申请400件，审结300件，其中纠错90件，纠错率22.5%。").findings
    assert (finding.rule, finding.verdict) == ("B", "consistent")
    assert "300" in finding.explanation_zh and "400" in finding.explanation_zh


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("群众满意率98.5%。", "no_counts"),
        ("审结行政复议案件977件，调解和解170件，纠错236件，纠错率29.2%。", "ambiguous"),
        ("受理100件，办结98件，按期办结率100%。", "other_measure"),
        ("审查文件10件，审查率100%。", "all_of_them"),
        ("全年办结548件，办结率98%以上。", "approximate"),
        ("受理件数同比20%。", "no_direction"),
        ("交易效率提升74%。", "no_counts"),
        ("败诉率9.3%，同比下降3.2%。", "points_or_percent"),
    ],
)
def test_untested(text: str, reason: str) -> None:
    """What could not be tested is listed with the reason."""
    assert [u.reason for u in report(text).untested][-1] == reason
    for left in report(text).untested:
        assert text[left.start : left.end] == left.printed


@STABLE
@given(st.integers(1, 9_000), st.integers(1, 9_000), st.integers(0, 2))
def test_printed_growth(now: int, before: int, decimals: int) -> None:
    """A growth that was printed from two counts agrees, with the earlier count printed or not."""
    by = percentage(Decimal(now - before), Decimal(before), decimals)
    word, size = ("下降" if by.startswith("-") else "增长"), by.lstrip("-")
    both = report(f"受理申请{now}件，较上年的{before}件{word}{size}%。").findings
    assert [f.verdict for f in both if f.rule == "D"] in (["consistent"], ["over_rounded"])
    alone = [f for f in report(f"受理申请{now}件，同比{word}{size}%。").findings if f.rule == "D"]
    assert all(f.verdict in ("consistent", "undetermined") for f in alone)
    for finding in alone:
        assert int(finding.implied_low) <= before <= int(finding.implied_high)


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


GOLD = Path(__file__).parent / "gold" / "relations.csv"
SAID = {
    "rounded": "consistent",
    "consistent": "consistent",
    "truncated": "truncated",
    "inconsistent": "irreconcilable",
}


def test_relations_of_the_gold(shared: Path) -> None:
    """Every relation that annotators found with both sides printed is tested, as they judged it.

    Where they counted names (市县乡三级) the number has a finding; nothing else is irreconcilable.
    """
    rows: list[dict[str, str]] = []
    for path in (GOLD, shared / "gold" / "relations.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    for name in sorted({row["doc"] for row in rows}):
        findings = extract_file(shared / "sources" / f"{name}.txt").findings
        verdicts = {f.operands[-1]: f.verdict for f in findings}
        told = {span for f in findings for span in f.operands if f.verdict == "irreconcilable"}
        for row in rows:
            hard = row["note"].startswith("hard") and row["kind"] in ("rate", "sum")
            if row["doc"] != name or not hard:
                continue
            spans = [tuple(map(int, s.split(":"))) for s in row["operands"].split(";")]
            if row["kind"] == "rate":
                assert verdicts[spans[-1]] == SAID[row["verdict"]], row  # type: ignore[index]
            told -= set(spans)  # type: ignore[arg-type]
        assert not told, name

"""A digest and its original tell the same facts in two wordings: the readings must agree."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from govlaw.extraction import Extraction, extract_file
from govlaw.model import Observation

NAMES = [
    "000_pingdingshan_2022_news",
    "001_macun_2020_report",
    "002_luan_2023-2024_plan",
    "003_zhumadian_2024_report",
    "004_qinhuangdao_2023_report",
]


def _editions(name: str, raw: Path, shared: Path) -> tuple[Extraction, Extraction]:
    return (
        extract_file(raw / f"{name}.md"),
        extract_file(shared / "sources" / f"{name}.txt"),
    )


def _reading(observation: Observation) -> tuple[object, ...]:
    q = observation.quantity
    return (q.value, q.low, q.high, q.unit, q.approx, q.role, q.kind, observation.indicator)


@pytest.mark.parametrize("name", NAMES)
def test_same_observations(name: str, raw: Path, shared: Path) -> None:
    """Every figure of the text proper has the same value, interval, unit, role and code."""
    digest, original = (
        Counter(_reading(o) for o in e.observations if o.quantity.role != "structural")
        for e in _editions(name, raw, shared)
    )
    assert digest == original


@pytest.mark.parametrize("name", NAMES)
def test_same_findings(name: str, raw: Path, shared: Path) -> None:
    """The same relations between figures are tested, with the same verdict.

    Names that a number counts (市、县两级) are wording, and differ.
    """
    digest, original = (
        [
            (f.rule, f.verdict, f.printed, f.recomputed)
            for f in e.findings
            if set(f.operands) <= {(o.quantity.start, o.quantity.end) for o in e.observations}
        ]
        for e in _editions(name, raw, shared)
    )
    assert digest == original


@pytest.mark.parametrize("name", NAMES)
def test_same_tasks(name: str, raw: Path, shared: Path) -> None:
    """The measures of a plan have the same numbers, units and deadlines."""
    digest, original = (
        [(t.number, set(t.lead_units), set(t.supporting_units), t.deadline) for t in e.tasks]
        for e in _editions(name, raw, shared)
    )
    assert digest == original
    assert len(digest) == (33 if "plan" in name else 0)


@pytest.mark.parametrize("name", NAMES)
def test_same_honours(name: str, raw: Path, shared: Path) -> None:
    """The same awards and ranks are found, of the same level."""
    digest, original = (
        Counter((h.kind, h.level) for h in e.honours) for e in _editions(name, raw, shared)
    )
    assert digest == original


@pytest.mark.parametrize("name", NAMES)
def test_same_parts(name: str, raw: Path, shared: Path) -> None:
    """Both editions hold the same parts of a report."""
    digest, original = ({s.part for s in e.sections} for e in _editions(name, raw, shared))
    assert digest == original

"""Which indicator a figure measures: the table of rules over invented sentences."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from govlaw.codebook import indicators, rules
from govlaw.definitions import rows
from govlaw.extraction import extract
from govlaw.model import Document

_TABLE = Path(__file__).parent / "cases" / "indicators.csv"


def _cases() -> list[dict[str, str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case['figure']}-{case['code']}")
def test_figure_gets_its_code(case: dict[str, str]) -> None:
    """The figure gets the code that the table expects, and no code where it expects none."""
    text, figure = case["text"], case["figure"]
    assert text.count(figure) == 1
    found = {
        o.quantity.text: o.indicator
        for o in extract(Document("case", text, "")).observations
        if o.quantity.start == text.index(figure)
    }
    assert found == {figure: case["code"]}


def test_rules_name_codes_of_the_codebook() -> None:
    """Every rule compiles and stands under a code of the codebook, in the codebook's order."""
    listed = [row["code"] for row in rows("rules")]
    compiled = {rule.code for of_unit in rules().values() for rule in of_unit}
    assert compiled == set(listed)
    order = list(indicators())
    assert listed == sorted(listed, key=order.index)


def test_every_indicator_has_a_case() -> None:
    """Every entry of the codebook is expected by at least one sentence."""
    assert {case["code"] for case in _cases()} - {""} == set(indicators())

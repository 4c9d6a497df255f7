"""Forms of figures, written by an author who saw neither the program nor its output.

``cases/forms.csv`` has a row a figure of 254 made-up sentences that imitate how reports print
figures, damage included. ``*`` is any value, an empty bound is open, an empty value is none. Where
we read a figure otherwise on purpose, or not right yet, ``differs`` says why.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from govlaw.extraction import extract
from govlaw.model import Document, Metadata, Quantity

CASES = Path(__file__).parent / "cases" / "forms.csv"
with CASES.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
NUMBERS = {"value": "value", "value_low": "low", "value_high": "high"}
WORDS = ("unit", "approx", "role", "kind")
AS_READ = [row for row in ROWS if not row["differs"]]
OTHERWISE = [row for row in ROWS if row["differs"]]


def read(row: dict[str, str]) -> Quantity | None:
    """Return the figure that stands exactly where a row says, if one is read there."""
    sentence, start = row["sentence"], -1
    for _ in range(int(row["occurrence"])):
        start = sentence.index(row["figure"], start + 1)
    end = start + len(row["figure"])
    document = Document("one", sentence, "", Metadata(kind="annual_report", period_end="2024"))
    found = (observation.quantity for observation in extract(document).observations)
    return next((q for q in found if (q.start, q.end) == (start, end)), None)


def differences(row: dict[str, str]) -> list[str]:
    """Return what is read otherwise than a row says."""
    quantity = read(row)
    if quantity is None:
        return ["not found"]
    wrong = []
    for column, name in NUMBERS.items():
        value = getattr(quantity, name)
        wanted = Decimal(row[column]) if row[column] not in ("*", "") else None
        if row[column] == "*":
            continue
        if value is None or wanted is None:
            same = value is wanted
        else:
            same = abs(value - wanted) < Decimal("0.001")
        if not same:
            wrong.append(f"{name}: {value}")
    wrong += [
        f"{name}: {getattr(quantity, name)}"
        for name in WORDS
        if row[name] not in ("*", getattr(quantity, name))
    ]
    if row["uncertain"] not in ("*", str(quantity.uncertain).lower()):
        wrong.append(f"uncertain: {quantity.uncertain}")
    return wrong


@pytest.mark.parametrize("row", AS_READ, ids=lambda row: f"{row['form']}-{row['figure']}")
def test_form(row: dict[str, str]) -> None:
    """The figure is read as its author wrote it: span, value, bounds, unit, role and kind."""
    assert differences(row) == []


def test_differences_are_real_and_few() -> None:
    """A row with a reason is read otherwise indeed, and nine in ten rows need none."""
    assert [row["figure"] for row in OTHERWISE if not differences(row)] == []
    assert len(OTHERWISE) < len(ROWS) / 10

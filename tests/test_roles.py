"""What the words and years around a figure make of it."""

from __future__ import annotations

import pytest

from govlaw.extraction import extract
from govlaw.model import Document, Metadata

REPORT = Metadata(kind="annual_report", period_start="2024", period_end="2024")


@pytest.mark.parametrize(
    ("text", "figure", "role"),
    [
        ("2023年为1182件，2024年为1305件。", "1182件", "prior"),
        ("2023年为1182件，2024年为1305件。", "1305件", "actual"),
        ("由2023年的320件增加到410件。", "320件", "prior"),
        ("由2023年的320件增加到410件。", "410件", "actual"),
        ("从2022年底的18个压减至11个。", "18个", "prior"),
        ("2023年受理仲裁案件94件，2024年上升到137件。", "94件", "prior"),
        ("2023年受理仲裁案件94件，2024年上升到137件。", "137件", "actual"),
        ("2024年上半年受理94件，2024年全年增至137件。", "94件", "actual"),  # no earlier year
        ("2023年受理94件，纠正3件。", "94件", "actual"),  # held against nothing
        ("由2024年的320件增加到410件。", "320件", "actual"),  # not before the report's year
        ("从2022年的培训中选出20名骨干。", "20名", "actual"),  # no change follows
    ],
)
def test_values_of_earlier_years(text: str, figure: str, role: str) -> None:
    """A value of a year that is named is prior where a later one is held against it."""
    found = {
        o.quantity.text: o.quantity for o in extract(Document("x", text, "", REPORT)).observations
    }
    assert found[figure].role == role

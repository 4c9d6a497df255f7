"""Tables of a study for tests, from the cells that matter to them."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from govlaw import tables


def frame(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return a table of a study from rows that name only the cells that matter."""
    empty: dict[str, Any] = {}
    for column in tables.COLUMNS[name]:
        whole = column in tables.INTEGERS or (name == "sections" and column == "level")
        empty[column] = 0 if whole else math.nan if column in tables.DECIMALS else ""
    if "uncertain" in empty:
        empty["uncertain"] = False
    return pd.DataFrame([empty | row for row in rows], columns=list(tables.COLUMNS[name]))

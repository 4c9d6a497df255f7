"""The patterns by which a page is read, compiled from ``page_words.csv``."""

from __future__ import annotations

import re
from functools import cache

from govlaw.definitions import rows
from govlaw.errors import TableError


@cache
def pattern(use: str) -> re.Pattern[str]:
    """Return every pattern of one use, joined by "or".

    Raises
    ------
    TableError
        If the table has no pattern of that use.
    """
    found = [row["pattern"] for row in rows("page_words") if row["use"] == use]
    if not found:
        raise TableError(f"page_words.csv: no pattern has the use {use!r}")
    return re.compile("|".join(f"(?:{one})" for one in found))

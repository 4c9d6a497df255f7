"""Which indicators apply to which level of government.

``levels.csv`` names the indicators that do not apply everywhere, with the reason; all others apply
to every level. An unknown level excludes nothing.
"""

from __future__ import annotations

from functools import cache

from govlaw.codebook import indicators
from govlaw.definitions import rows, words
from govlaw.errors import TableError


@cache
def _levels() -> dict[str, tuple[str, ...]]:
    return {row["code"]: words(row["levels"]) for row in rows("levels")}


def levels(code: str) -> tuple[str, ...]:
    """Return the levels that an indicator applies to; empty where it applies to all.

    Raises
    ------
    TableError
        If the codebook in use holds no such indicator.
    """
    if code not in indicators():
        raise TableError(f"indicators.csv: there is no indicator {code!r}")
    return _levels().get(code, ())


def applies(code: str, level: str) -> bool:
    """Tell whether an indicator applies to a level of government (``documents.level``)."""
    named = levels(code)
    return not named or not level or level in named

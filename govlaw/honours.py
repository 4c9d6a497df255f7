"""Awards, shortlists, ranks, pilots and mentions that a report names.

The words are the tables ``honours.csv`` and ``honour_words.csv``. A clause that speaks of an honour
is one row; its level is the highest body that the clause names. What is hoped for, what the place
gives to others and findings in the same form (认定为无效) are none.
"""

from __future__ import annotations

import re
from functools import cache

from govlaw.definitions import rows
from govlaw.gates import gate
from govlaw.model import Honour
from govlaw.text import clauses

_DATE = re.compile(r"(20[0-9]{2})年(?:度)?(?:([01]?[0-9])月)?(?!以来|起)")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["kind"], re.compile(row["pattern"])) for row in rows("honours"))


@cache
def _gate() -> re.Pattern[str]:
    return gate(pattern for _, pattern in _patterns())


@cache
def _levels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the levels from the highest down."""
    chosen = (row for row in rows("honour_words") if row["role"] == "level")
    return tuple((row["name"], re.compile(row["pattern"])) for row in chosen)


@cache
def _none() -> re.Pattern[str]:
    chosen = (row["pattern"] for row in rows("honour_words") if row["role"] == "none")
    return re.compile("|".join(f"(?:{pattern})" for pattern in chosen))


def find(text: str, sentences: list[tuple[int, int]], year: int | None) -> list[Honour]:
    """Return the honours in order of their offset.

    ``year`` and ``month`` are those printed in the honour's own sentence; where the sentence names
    none, the year is the report's own (``year``) and the month is empty.
    """
    listed: list[Honour] = []
    for start, end in sentences:
        if not _gate().search(text, start, end):
            continue
        dated: re.Match[str] | None = None
        for low, high in clauses(text, start, end):
            clause = text[low:high]
            dated = _DATE.search(clause) or dated
            kind = next((k for k, pattern in _patterns() if pattern.search(clause)), "")
            if not kind or _none().search(clause):
                continue
            own = text[max(start, low - 24) : high]
            level = next((name for name, pattern in _levels() if pattern.search(own)), "")
            lead = len(clause) - len(clause.lstrip())
            listed.append(
                Honour(
                    low + lead,
                    high,
                    dated[1] if dated else str(year or ""),
                    f"{int(dated[2]):02}" if dated and dated[2] else "",
                    clause.strip(),
                    level,
                    kind,
                )
            )
    return listed

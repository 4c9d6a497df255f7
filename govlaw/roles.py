"""Roles that a figure's surroundings decide: what is planned is a target.

:mod:`govlaw.quantities` sees a figure's own words only; here come the kind of the document, the
part of the report, and the words of the clause before it. The words are the table ``targets.csv``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from govlaw.definitions import rows
from govlaw.gates import gate
from govlaw.grammar import context
from govlaw.model import Quantity
from govlaw.outline import Places
from govlaw.text import Locator

_LONGEST_CLAUSE = 120
_FIXED = ("structural", "rhetorical", "prior")


@cache
def _gate() -> re.Pattern[str]:
    return gate([_target_words()])


@cache
def _target_words() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row['pattern']})" for row in rows("targets")))


def assign(
    text: str,
    found: list[Quantity],
    places: Places,
    sentences: Locator,
    clauses: Locator,
    kind: str,
    year: int | None = None,
) -> list[Quantity]:
    """Return the quantities with targets marked.

    In a plan every figure that counts is a target; in a report those of the plans for next year
    and those whose clause says so (力争, 列入修改计划 …). A bound such as 不超过 goes on with what
    an earlier clause of its sentence demands.
    """
    assigned = []
    for quantity in found:
        if quantity.role not in _FIXED:
            section = places.at(quantity.start)
            ahead = kind == "plan" or (section is not None and section.part == "next_year")
            if ahead or _planned(text, quantity, sentences, clauses):
                quantity = replace(quantity, role="target")
            elif year is not None and _earlier(text, quantity, year):
                quantity = replace(quantity, role="prior")
        assigned.append(quantity)
    return assigned


def _earlier(text: str, quantity: Quantity, year: int) -> bool:
    """Tell whether a figure is that of a year before the report's.

    2022年为1182件; 由2022年的320件增加到410件; 2022年受理94件，2023年上升到137件.
    """
    start, end = quantity.start, quantity.end
    named = context("of_year").search(text, max(0, start - 12), start)
    if named is None and context("prior_after").match(text, end):
        named = context("from_year").search(text, max(0, start - 24), start)
    if named is None:
        later = context("clause_year_after").match(text, end)
        named = later and context("clause_year").search(text, max(0, start - 30), start)
        if named and later and not int(named[1]) < int(later[1]) <= year:
            return False
    return named is not None and int(named[1]) < year


def _planned(text: str, quantity: Quantity, sentences: Locator, clauses: Locator) -> bool:
    if text.startswith("的", quantity.end) and context("target_after").match(text, quantity.end):
        return True
    where = sentences if quantity.text.startswith("不") else clauses
    start = max(where.span(quantity.start)[0], quantity.start - _LONGEST_CLAUSE)
    if not _gate().search(text, start, quantity.end):
        return False
    return bool(_target_words().search(text, start, quantity.end))

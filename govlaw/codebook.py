"""The codebook: indicators, their definitions, and the rules by which figures get their codes.

Both are tables, ``indicators.csv`` and ``rules.csv``. A code is never reused; ``since`` names the
version of the codebook that brought it in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from govlaw.definitions import rows, words
from govlaw.errors import TableError
from govlaw.grammar import dimension_of

#: Version of the codebook: raised whenever a definition or a code changes.
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the codebook.

    ``formula`` of a rate is ``numerator / denominator``, in codes; ``bases`` lists every
    admissible denominator, the codebook's own first.
    """

    code: str
    status: str
    since: str
    dimension: str
    kind: str
    unit: str
    label_zh: str
    label_en: str
    definition_en: str
    numerator: str
    bases: tuple[str, ...]
    outline_articles: tuple[str, ...]
    direction: str
    notes: str

    @property
    def formula(self) -> str:
        """The formula in codes, or nothing where the entry has none."""
        return f"{self.numerator} / {self.bases[0]}" if self.numerator and self.bases else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which reports name an indicator.

    ``name`` must be found in the figure's own words, ``context`` (if any) in what stands before
    it in the sentence or in the headings above it; ``exclude`` must not be found in its own words.
    ``units`` are canonical units or dimensions of ``units.csv``; the empty unit is written ``-``.
    """

    code: str
    units: frozenset[str]
    name: re.Pattern[str]
    context: re.Pattern[str] | None
    exclude: re.Pattern[str] | None


@cache
def indicators() -> dict[str, Indicator]:
    """Return the entries of the codebook by code."""
    found: dict[str, Indicator] = {}
    for row in rows("indicators"):
        if row["code"] in found:
            raise TableError(f"indicators.csv: the code {row['code']!r} stands there twice")
        bases = [row["denominator_code"]] if row["denominator_code"] else []
        alternative = re.search(r"alt_den=([a-z0-9_,]+)", row["notes"])
        if alternative:
            bases += alternative[1].split(",")
        found[row["code"]] = Indicator(
            code=row["code"],
            status=row["status"],
            since=row["since"],
            dimension=row["dimension"],
            kind=row["kind"],
            unit=row["unit"],
            label_zh=row["label_zh"],
            label_en=row["label_en"],
            definition_en=row["definition_en"],
            numerator=row["numerator_code"],
            bases=tuple(bases),
            outline_articles=words(row["outline_ref"]),
            direction=row["direction"],
            notes=row["notes"],
        )
    return found


@cache
def rules() -> dict[str, tuple[Rule, ...]]:
    """Return the rules by the canonical unit of the figures that they can claim.

    Raises
    ------
    TableError
        If a rule names a code or a unit that does not exist, or a pattern is malformed.
    """
    known = dimension_of()
    found: dict[str, list[Rule]] = {}
    for line, row in enumerate(rows("rules"), start=2):
        where = f"rules.csv, line {line}"
        if row["code"] not in indicators():
            raise TableError(f"{where}: the code {row['code']!r} is not in indicators.csv")
        named = words(row["units"])
        accepted = {u for u, d in known.items() if u in named or d in named}
        accepted |= {""} if "-" in named else set()
        missing = [n for n in named if n != "-" and n not in known and n not in known.values()]
        if missing or not accepted:
            raise TableError(f"{where}: the unit {' '.join(missing)!r} is not in units.csv")
        try:
            rule = Rule(
                row["code"],
                frozenset(accepted),
                re.compile(row["name"]),
                re.compile(row["context"]) if row["context"] else None,
                re.compile(row["exclude"]) if row["exclude"] else None,
            )
        except re.error as error:
            raise TableError(f"{where}: a pattern is malformed: {error}") from error
        for unit in accepted:
            found.setdefault(unit, []).append(rule)
    return {unit: tuple(listed) for unit, listed in found.items()}

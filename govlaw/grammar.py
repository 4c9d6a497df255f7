"""The tables of the number grammar, compiled: units, approximators, structural numbers.

Everything here comes from ``units.csv``, ``approximators.csv``, ``structural.csv`` and
``grammar.csv``; the module holds no word of the field itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from govlaw import numerals
from govlaw.definitions import rows


@cache
def context(name: str) -> re.Pattern[str]:
    """Return a pattern of ``grammar.csv`` by its name."""
    return next(re.compile(row["pattern"]) for row in rows("grammar") if row["name"] == name)


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of ``units.csv``: how a measure word is written, what it stands for."""

    form: str
    canonical: str
    dimension: str
    kind: str
    factor: Decimal
    after_hanzi: bool
    not_before: str


@dataclass(frozen=True, slots=True)
class Approximator:
    """A row of ``approximators.csv``; ``interval`` names one of the widths of rule F."""

    form: str
    approx: str
    interval: str
    not_after: str


@cache
def units() -> dict[str, Unit]:
    """Return the measure words by written form."""
    return {
        row["form"]: Unit(
            row["form"],
            row["canonical"],
            row["dimension"],
            row["kind"],
            Decimal(row["factor"]),
            row["after_hanzi"] == "yes",
            row["not_before"],
        )
        for row in rows("units")
    }


@cache
def dimension_of() -> dict[str, str]:
    """Return the dimension of each canonical unit: person, case, money, percent …"""
    return {unit.canonical: unit.dimension for unit in units().values()}


@cache
def approximators(position: str) -> dict[str, Approximator]:
    return {
        row["form"]: Approximator(row["form"], row["approx"], row["interval"], row["not_after"])
        for row in rows("approximators")
        if row["position"] == position
    }


def alternatives(forms: Iterable[str]) -> str:
    """Return a pattern of one of some words, the longest that stands there.

    Words that begin alike stand together, so that one look at a letter passes over the rest.
    """
    begun: dict[str, list[str]] = {}
    for form in sorted(forms, key=lambda f: (-len(f), f)):
        begun.setdefault(form[0], []).append(re.escape(form[1:]))
    return "|".join(
        re.escape(first) + (f"(?:{'|'.join(rest)})" if len(rest) > 1 else rest[0])
        for first, rest in begun.items()
    )


def _unit_pattern(chosen: list[Unit]) -> str:
    """Return a pattern of measure words, longest first; 分 is none before 别 (分别)."""
    ordered = sorted(chosen, key=lambda u: (-len(u.form), u.form))
    return "|".join(
        re.escape(u.form) + (f"(?![{u.not_before}])" if u.not_before else "") for u in ordered
    )


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Compile the patterns that are put together from the tables."""
    table = units().values()
    unit = _unit_pattern([u for u in table if u.dimension != "whole"])
    hanzi_unit = _unit_pattern([u for u in table if u.after_hanzi])
    whole = alternatives(u.form for u in table if u.dimension == "whole")
    inside = "".join(f for f in approximators("inside") if f != "来")
    after = alternatives(approximators("after"))
    scale = rf"[十百千]?万亿?|[十百千]?亿|[百千](?=[余多]?(?:元|{hanzi_unit}))"
    plain = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
    # １，１０９家 and 18 652 件, and 98. 6%: damaged, or set by hand
    parted = rf"[1-9][0-9]{{0,2}}(?:[ ，][0-9]{{3}}){{1,6}}(?= ?[余多]?(?:{unit}))"
    number = rf"{parted}|[0-9]{{1,3}}\. [0-9]{{1,2}}(?= ?%)|{plain}"
    characters = numerals.CHARACTERS
    # taken whole and no longer than a numeral gets, or a run of 一 would cost its square
    hanzi = rf"[{characters}]{{1,24}}+"
    return {
        "numeral": re.compile(rf"[0-9]+|[{characters}]{{1,24}}+|半"),
        "digits": re.compile(r"[0-9]+(?:\.[0-9]+)?"),
        "letters": re.compile(r"[A-Za-z]+$"),
        "arabic": re.compile(
            rf"(?P<number>{number}) ?(?P<more1>[{inside}])?(?P<scale>{scale})?"
            rf"(?P<thousands>(?<=万)[1-9]千)?(?P<more2>[{inside}])? ?(?P<unit>{unit})?"
            rf"(?:(?P<to>至|到|-|—{{1,2}}|–|~|～|―|─)(?P<number2>{plain})"
            rf"(?P<scale2>{scale})?(?P<more3>[{inside}])?(?P<unit2>{unit}))?"
            rf"(?:(?P<after>{after})(?![下款额]))?"
        ),
        "fraction": re.compile(
            rf"(?P<top>[1-9][0-9]?)/(?P<bottom>[1-9][0-9]?)(?![0-9/])(?P<after>{after})?"
        ),
        "ordinal": re.compile(rf"(?P<number>[0-9]+) ?(?P<unit>{unit})?"),
        # what follows a Chinese numeral that counts something
        "hanzi": re.compile(
            rf"(?P<large>大)(?P<whole>{whole})"
            rf"|(?P<more>[余多来几])?(?P<scale>[万亿])?(?P<unit>{hanzi_unit}|级|季度|方阵|梯队"
            rf"|日|(?<=[十百千万亿余多])元(?![化旦]))"
            rf"(?P<after>{after})?(?![下款额])"
        ),
        "hanzi_two": re.compile(
            rf"(?P<number>{hanzi})(?:(?:至|到|-|—{{1,2}}|–|~|～)(?P<upper>{hanzi})"
            rf"|点(?P<decimals>[零〇一二三四五六七八九]{{1,4}})(?P<scale>[万亿])?)"
            rf"(?P<more>[余多])?(?P<unit>{hanzi_unit}|日|(?<=[万亿])元(?![化旦]))"
            rf"(?P<after>{after})?(?![下款额])"
        ),
        "rate": re.compile(
            rf"(?:百分之(?P<percent>[0-9]+(?:\.[0-9]+)?|{hanzi}(?:点{hanzi})?)"
            rf"|(?P<bottom>{hanzi})分之(?P<top>{hanzi}))(?P<after>{after})?"
            rf"|(?P<tenths>[一二两三四五六七八九])(?P<to>[至到]?)(?P<tenths2>[二三四五六七八九])?成(?P<part>[五半])?"
            rf"(?P<after2>{after}|多)?(?![员立果本品套型熟为功绩长就效分都不群])"
        ),
        "half": re.compile(rf"(?:半数|一半)(?P<after>{after})?"),
        "rank": re.compile(
            rf"(?<=[居列名排省市国县区])第(?P<number>[{characters}]{{1,3}})(?=[，,。；;、）)\s]|$)"
        ),
        "streak": re.compile(r"(?P<number>[二两三四五六七八九十])连(?:升|冠|优|胜|增|降)"),
    }


@dataclass(frozen=True, slots=True)
class Structural:
    """A row of ``structural.csv``: what the digits match, what must stand before them."""

    pattern: re.Pattern[str]
    back: re.Pattern[str] | None
    value: str


@cache
def structural() -> tuple[Structural, ...]:
    return tuple(
        Structural(
            re.compile(row["pattern"]),
            re.compile(f"(?:{row['back']})$") if row["back"] else None,
            row["value"],
        )
        for row in rows("structural")
    )


@cache
def any_structural() -> re.Pattern[str]:
    """Return one pattern that matches wherever a row of ``structural.csv`` might."""
    return re.compile("|".join(f"(?:{row['pattern']})" for row in rows("structural")))


def interval(
    value: Decimal, step: Decimal, name: str, rounded: bool
) -> tuple[Decimal | None, Decimal | None]:
    """Return (low, high) of a printed value; None is an open end. Rule F.

    Parameters
    ----------
    value : the printed value in base units
    step : the place value of the last printed digit, in base units; 0 where there is none
    name : exact, at_least, above, at_most, below, nearly, about or more_than
    rounded : True where the print is itself a rounding (decimals, or a scale word such as 万)
    """
    if name == "at_least" or name == "above":
        return value, None
    if name == "at_most" or name == "below":
        return None, value
    # a fraction has no last digit (step 0): its words alone set the width
    grain = (_grain(value) if step else abs(value)) or Decimal(1)
    if name == "nearly":
        return value - min(grain, abs(value) / 10), value
    if name == "more_than":
        return value, value + grain
    if name == "about":
        width = max(min(grain / 2, abs(value) / 20), step / 2)
        return value - width, value + width
    if rounded:
        return value - step / 2, value + step / 2
    return value, value


def _grain(value: Decimal) -> Decimal:
    """Return the place value of the last digit that is not zero: 3000 -> 1000, 1.27 -> 0.01."""
    exponent = value.normalize().as_tuple().exponent if value else 0
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)

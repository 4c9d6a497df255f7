"""Exact tests of printed figures: integers and decimal strings, no floating point.

Rule A (rates): let ``M = 100 * 10**k`` for a rate printed with k decimals and R its digits as an
integer. The print is consistent with a/b where ``|2 (M a - R b)| <= b``: half-up and half-even
both pass, since GB/T 8170-2008 rounds half to even and everyday practice half up. Rule D (growth)
is the same test of ``x - y`` over y. The rules, their verdicts and the idea of testing printed
strings follow GRIM and the R package scrutiny.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

CONSISTENT = "consistent"
TRUNCATED = "truncated"
CEILING = "ceiling"
OVER_ROUNDED = "over_rounded"
IRRECONCILABLE = "irreconcilable"
UNDETERMINED = "undetermined"
BASE_UNDISCLOSED = "base_undisclosed"

#: Low and high of a figure; None is an open end.
Interval = tuple[Decimal | None, Decimal | None]
#: The least and the greatest whole number of a range.
Range = tuple[int, int]

# -- rules A, B and C: rates ---------------------------------------------------------------


def rate_verdict(part: int, whole: int, printed: str) -> str:
    """Say whether ``printed`` percent can be the print of ``part / whole``.

    Parameters
    ----------
    part, whole : counts, ``whole`` above 0
    printed : the percentage as printed, without the sign: ``"98.70"``

    Raises
    ------
    ValueError
        If ``whole`` is not above 0 or a count is negative.
    """
    if whole <= 0 or part < 0:
        raise ValueError(f"a rate needs counts with a positive base, not {part} of {whole}")
    digits, scale = digits_and_scale(printed)
    if 0 < part < whole and digits in (0, scale):
        return OVER_ROUNDED
    return _rounding(scale * part, digits, whole)


def _rounding(exact: int, digits: int, whole: int) -> str:
    """Say how ``digits`` comes from ``exact / whole``, all in units of the last printed digit."""
    if abs(2 * (exact - digits * whole)) <= whole:
        return CONSISTENT
    if digits * whole <= exact < (digits + 1) * whole:
        return TRUNCATED
    if (digits - 1) * whole < exact <= digits * whole:
        return CEILING
    return IRRECONCILABLE


def interval_rate_verdict(part: Interval, whole: Interval, printed: str) -> str:
    """Judge a rate whose counts are themselves intervals (1.27万余件): [a1/b2, a2/b1].

    Consistent where every quotient rounds to the print, irreconcilable where none does in any way
    of rounding, else undetermined.
    """
    (part_low, part_high), (whole_low, whole_high) = part, whole
    if part_low is None or part_high is None or whole_low is None or whole_high is None:
        return UNDETERMINED
    if whole_low <= 0:
        return UNDETERMINED
    digits, scale = digits_and_scale(printed)
    low, high = Decimal(digits) - Decimal("0.5"), Decimal(digits) + Decimal("0.5")
    lowest, highest = scale * part_low, scale * part_high
    if low * whole_high <= lowest and highest <= high * whole_low:
        return CONSISTENT
    if highest <= (digits - 1) * whole_low or lowest >= (digits + 1) * whole_high:
        return IRRECONCILABLE
    return UNDETERMINED


def bound_verdict(part: int, whole: int, low: Decimal | None, high: Decimal | None) -> str:
    """Judge a rate that is printed with a bound (98%以上): is ``part / whole`` within it?"""
    exact = Fraction(100 * part, whole)
    below = low is not None and exact < Fraction(low)
    above = high is not None and exact > Fraction(high)
    return IRRECONCILABLE if below or above else CONSISTENT


def digits_and_scale(printed: str) -> tuple[int, int]:
    """Return the digits of a printed percentage as an integer, and M: 98.7 -> 987, 1000."""
    whole, _, decimals = printed.replace(",", "").partition(".")
    return int(whole + decimals), 100 * 10 ** len(decimals)


def parts_that_print(whole: int, printed: str) -> Range | None:
    """Return the least and the greatest count that would print so over ``whole``, or None."""
    digits, scale = digits_and_scale(printed)
    low = -((-(2 * digits - 1) * whole) // (2 * scale))
    high = ((2 * digits + 1) * whole) // (2 * scale)
    low, high = max(low, 0), min(high, whole) if digits <= scale else high
    return (low, high) if low <= high else None


def bases_that_print(part: int, printed: str, cut: bool = False) -> tuple[int, int | None] | None:
    """Return the least and the greatest base over which ``part`` would print so, or None.

    The greatest is None where there is no end to them: a rate of 0. With ``cut``, cutting digits
    off and rounding up are allowed too.

    >>> bases_that_print(236, "24.2")
    (974, 977)
    """
    digits, scale = digits_and_scale(printed)
    room = 2 if cut else 1
    low = max(ceil(Fraction(2 * scale * part, 2 * digits + room)), 1)
    if 2 * digits <= room:
        return low, None
    high = floor(Fraction(2 * scale * part, 2 * digits - room))
    return (low, high) if low <= high else None


def power(whole: int, printed: str) -> Fraction:
    """Return the share of prints that no count over ``whole`` could give: rule C.

    Formula: 1 - min(1, whole / M). At 0 every print agrees with some count, and only a test
    against a printed count can fail. Source: GRIM.
    """
    _, scale = digits_and_scale(printed)
    return 1 - min(Fraction(1), Fraction(whole, scale))


def percentage(part: Decimal, whole: Decimal, decimals: int) -> str:
    """Return ``part / whole`` in percent with so many decimals, rounded half up.

    A negative share, such as a fall, is rounded by its size and carries a minus.
    """
    exact = Fraction(part) / Fraction(whole) * 100 * 10**decimals
    text = str(int(abs(exact) + Fraction(1, 2))).rjust(decimals + 1, "0")
    sign = "-" if exact < 0 and int(text) else ""
    return sign + (f"{text[:-decimals]}.{text[-decimals:]}" if decimals else text)


# -- rule D: growth ------------------------------------------------------------------------


def growth_verdict(now: int, before: int, printed: str) -> str:
    """Say whether ``printed`` percent can be the print of the change from ``before`` to ``now``.

    Rule D: ``|2 (M (x - y) - P y)| <= y``. A fall has a minus: ``"-24.76"``. Cutting off and
    rounding up go by the size of the change, whatever its direction.

    Raises
    ------
    ValueError
        If ``before`` is not above 0 or ``now`` is negative.
    """
    if before <= 0 or now < 0:
        raise ValueError(f"growth needs counts with a positive base, not {before} to {now}")
    sign, digits, scale = _signed(printed)
    if sign < 0 and digits == scale and now > 0:
        return OVER_ROUNDED
    return _rounding(sign * scale * (now - before), digits, before)


def _signed(printed: str) -> tuple[int, int, int]:
    digits, scale = digits_and_scale(printed.lstrip("+-"))
    return (-1 if printed.startswith("-") else 1), digits, scale


def prior_values(now: int, printed: str) -> Range | None:
    """Return the least and the greatest earlier count from which ``now`` is ``printed`` percent.

    Rule D: the whole numbers in ``[2 M x / (2 M + 2 P + 1), 2 M x / (2 M + 2 P - 1)]``.

    >>> prior_values(240, "-24.76"), prior_values(709, "90.08")
    ((319, 319), (373, 373))
    """
    return _prior(now, printed, Fraction(-1, 2), Fraction(1, 2))


def _prior(now: int, printed: str, least: Fraction, most: Fraction) -> Range | None:
    """Return the earlier counts whose change lies so many units of the last digit off the print."""
    sign, digits, scale = _signed(printed)
    ends = sorted(scale + sign * (digits + offset) for offset in (least, most))
    if ends[0] <= 0:
        return None  # a fall of everything, or more: no earlier count follows from it
    first = max(ceil(Fraction(scale * now) / ends[1]), 1)
    last = floor(Fraction(scale * now) / ends[0])
    # one end of cutting off and of rounding up is open
    if first <= last and growth_verdict(now, first, printed) == IRRECONCILABLE:
        first += 1
    if first <= last and growth_verdict(now, last, printed) == IRRECONCILABLE:
        last -= 1
    return (first, last) if first <= last else None


def implied_growth_verdict(now: int, printed: str) -> str:
    """Say whether any whole earlier count makes ``now`` a change of ``printed`` percent.

    A fall of 100 percent or more implies no earlier count, and is undetermined.
    """
    sign, digits, scale = _signed(printed)
    if sign < 0 and digits >= scale:
        return UNDETERMINED
    for least, most, verdict in (
        (Fraction(-1, 2), Fraction(1, 2), CONSISTENT),
        (Fraction(0), Fraction(1), TRUNCATED),
        (Fraction(-1), Fraction(0), CEILING),
    ):
        if _prior(now, printed, least, most):
            return verdict
    return IRRECONCILABLE


def growth_power(now: int, printed: str) -> Fraction:
    """Return how far a growth without its earlier count can be tested at all.

    Formula: 1 - min(1, width of the interval of earlier values). Where the interval is one or
    wider it holds a whole number for certain.
    """
    sign, digits, scale = _signed(printed)
    lower = 2 * scale + sign * 2 * digits - 1
    if lower <= 0:
        return Fraction(0)
    width = Fraction(2 * scale * now, lower) - Fraction(2 * scale * now, lower + 2)
    return 1 - min(Fraction(1), width)


def prior_interval(now: tuple[Decimal, Decimal], printed: str) -> tuple[Decimal, Decimal] | None:
    """Return low and high of an earlier value when the present one is itself an interval."""
    sign, digits, scale = _signed(printed)
    factors = sorted(
        Fraction(scale + sign * (digits + half), scale)
        for half in (Fraction(-1, 2), Fraction(1, 2))
    )
    if factors[0] <= 0:
        return None
    low, high = Fraction(now[0]) / factors[1], Fraction(now[1]) / factors[0]
    return _decimal(low), _decimal(high)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def points_verdict(now: str, before: str, difference: str) -> str:
    """Judge a difference of two printed rates in percentage points: ``now - before``.

    The tolerance is half a unit of the last digit of each of the three prints. Truncated where
    all three with their digits cut off, or all three rounded up, can give the print.
    """
    one, two, said = Decimal(now), Decimal(before), Decimal(difference)
    units = _unit(now), _unit(before), _unit(difference.lstrip("+-"))
    if 2 * abs(one - two - said) <= sum(units, Decimal(0)):
        return CONSISTENT
    sign = -1 if difference.startswith("-") else 1
    gap, size = sign * (one - two), abs(said)
    below, above = (units[1], units[0]) if sign > 0 else (units[0], units[1])
    cut = gap - below < size + units[2] and size < gap + above
    raised = gap - above < size and size - units[2] < gap + below
    return TRUNCATED if cut or raised else IRRECONCILABLE


def _unit(printed: str) -> Decimal:
    return Decimal(1).scaleb(-len(printed.partition(".")[2]))


def times_verdict(now: int, before: int, printed: str) -> str:
    """Judge 增长N倍: ``now`` is (1 + N) times ``before``.

    Undetermined where only N times fits: the word is used in both senses.
    """
    digits, scale = digits_and_scale(printed)
    grown = _rounding(scale // 100 * (now - before), digits, before)
    if grown == IRRECONCILABLE:
        reached = _rounding(scale // 100 * now, digits, before)
        return UNDETERMINED if reached in (CONSISTENT, TRUNCATED) else IRRECONCILABLE
    return grown


# -- rule E: sums --------------------------------------------------------------------------


def sum_verdict(
    total: Decimal, parts: Sequence[Decimal], exhaustive: bool, units: Sequence[Decimal] = ()
) -> str | None:
    """Judge a printed sum; None where the parts need not make up the whole and stay below it.

    Parameters
    ----------
    total, parts : printed values in base units
    exhaustive : whether the parts must make up the whole
    units : the unit of the last printed digit of every figure that is rounded (1.2亿元): each may
        be off by half of it, and by nearly all of it where digits were cut off
    """
    gap = sum(parts, Decimal(0)) - total
    room = sum(units, Decimal(0))
    if 2 * abs(gap) <= room:
        return CONSISTENT
    if abs(gap) < room:
        return TRUNCATED
    return IRRECONCILABLE if exhaustive or gap > 0 else None


def shares_verdict(printed: Sequence[str], exhaustive: bool) -> str | None:
    """Judge n printed shares of one whole: together 100, give or take n half units.

    None where they stay off 100 and need not be all the shares that there are.
    """
    gap = sum(map(Decimal, printed), Decimal(0)) - 100
    room = sum(map(_unit, printed), Decimal(0))
    if 2 * abs(gap) <= room:
        return CONSISTENT
    if not exhaustive:
        return None
    return TRUNCATED if abs(gap) < room else IRRECONCILABLE

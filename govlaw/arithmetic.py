"""Exact tests of printed figures: integers and decimal strings, no floating point.

Rule A (rates): let ``M = 100 * 10**k`` for a rate printed with k decimals and R its digits as an
integer. The print is consistent with a/b where ``|2 (M a - R b)| <= b``: half-up and half-even
both pass, since GB/T 8170-2008 rounds half to even and everyday practice half up. The rule, its
verdicts and the idea of testing printed strings follow GRIM and the R package scrutiny.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

CONSISTENT = "consistent"
TRUNCATED = "truncated"
CEILING = "ceiling"
OVER_ROUNDED = "over_rounded"
IRRECONCILABLE = "irreconcilable"
UNDETERMINED = "undetermined"
BASE_UNDISCLOSED = "base_undisclosed"


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
    exact = scale * part
    if abs(2 * (exact - digits * whole)) <= whole:
        return CONSISTENT
    if digits * whole <= exact < (digits + 1) * whole:
        return TRUNCATED
    if (digits - 1) * whole < exact <= digits * whole:
        return CEILING
    return IRRECONCILABLE


def interval_rate_verdict(
    part: tuple[Decimal | None, Decimal | None],
    whole: tuple[Decimal | None, Decimal | None],
    printed: str,
) -> str:
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


def digits_and_scale(printed: str) -> tuple[int, int]:
    """Return the digits of a printed percentage as an integer, and M: 98.7 -> 987, 1000."""
    whole, _, decimals = printed.replace(",", "").partition(".")
    return int(whole + decimals), 100 * 10 ** len(decimals)


def parts_that_print(whole: int, printed: str) -> tuple[int, int] | None:
    """Return the least and the greatest count that would print so over ``whole``, or None."""
    digits, scale = digits_and_scale(printed)
    low = -((-(2 * digits - 1) * whole) // (2 * scale))
    high = ((2 * digits + 1) * whole) // (2 * scale)
    low, high = max(low, 0), min(high, whole) if digits <= scale else high
    return (low, high) if low <= high else None


def percentage(part: Decimal, whole: Decimal, decimals: int) -> str:
    """Return ``part / whole`` in percent with so many decimals, rounded half up."""
    exact = Fraction(part) / Fraction(whole) * 100 * 10**decimals
    text = str(int(exact + Fraction(1, 2))).rjust(decimals + 1, "0")
    return f"{text[:-decimals]}.{text[-decimals:]}" if decimals else text


def sum_verdict(total: Decimal, parts: list[Decimal], exhaustive: bool) -> str | None:
    """Judge a printed sum; None where the parts need not make up the whole and stay below it."""
    added = sum(parts, Decimal(0))
    if added == total:
        return CONSISTENT
    if exhaustive or added > total:
        return IRRECONCILABLE
    return None

"""The arithmetic of rates and sums: worked cases, and the rules over all small counts."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govlaw.arithmetic import (
    digits_and_scale,
    interval_rate_verdict,
    parts_that_print,
    percentage,
    rate_verdict,
    sum_verdict,
)

STABLE = settings(deadline=None, derandomize=True, max_examples=400)


@pytest.mark.parametrize(
    ("part", "whole", "printed", "verdict"),
    [
        (236, 977, "24.2", "consistent"),
        (236, 1033, "24.2", "irreconcilable"),
        (555, 558, "99.5", "consistent"),
        (58, 1113, "5.4", "irreconcilable"),
        (60, 1113, "5.4", "consistent"),
        (28, 174, "16.9", "irreconcilable"),
        (28, 166, "16.9", "consistent"),
        (13, 14, "92.85", "truncated"),
        (13, 14, "92.86", "consistent"),
        (13, 14, "92.9", "consistent"),
        (13, 14, "93", "consistent"),
        (2, 3, "66.66", "truncated"),
        (1, 3, "33.4", "ceiling"),
        (1, 3, "34", "ceiling"),
        (1, 8, "12.5", "consistent"),
        (1, 8, "12", "consistent"),  # half to even
        (1, 8, "13", "consistent"),  # half up
        (1, 8, "14", "irreconcilable"),
        (999, 1000, "100", "over_rounded"),
        (9999, 10000, "100.0", "over_rounded"),
        (1, 1000, "0", "over_rounded"),
        (1, 2, "0", "over_rounded"),
        (7, 7, "100", "consistent"),
        (7, 7, "100.00", "consistent"),
        (0, 7, "0", "consistent"),
        (0, 7, "0.0", "consistent"),
        (7, 7, "99.9", "irreconcilable"),
        (12, 10, "120", "consistent"),
        (0, 10, "5", "irreconcilable"),
    ],
)
def test_rates(part: int, whole: int, printed: str, verdict: str) -> None:
    """Worked cases of rates: what agrees, what was cut off, and what no rounding explains."""
    assert rate_verdict(part, whole, printed) == verdict


def test_the_outcomes_make_up_the_total() -> None:
    """435 + 136 + 236 + 170 is 977, and no other total."""
    parts = [Decimal(n) for n in (435, 136, 236, 170)]
    assert sum_verdict(Decimal(977), parts, True) == "consistent"
    assert sum_verdict(Decimal(1033), parts, True) == "irreconcilable"
    assert sum_verdict(Decimal(1033), parts, False) is None
    assert sum_verdict(Decimal(976), parts, False) == "irreconcilable"


@pytest.mark.parametrize(
    ("whole", "printed", "counts"),
    [
        (1113, "5.4", (60, 60)),
        (977, "24.2", (236, 236)),
        (174, "16.9", None),
        (10, "50", (5, 5)),
        (1000, "50", (495, 505)),
        (100, "100", (100, 100)),
        (1000, "100", (995, 1000)),
        (1000, "0", (0, 5)),
        (7, "33.3", None),
    ],
)
def test_parts_that_print(whole: int, printed: str, counts: tuple[int, int] | None) -> None:
    """The counts that would print so over a base: one, several or none."""
    assert parts_that_print(whole, printed) == counts


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (1, -3), (-1, 5)])
def test_impossible_counts(part: int, whole: int) -> None:
    """A rate over nothing, or of less than nothing, is a mistake of the caller."""
    with pytest.raises(ValueError, match="positive base"):
        rate_verdict(part, whole, "50")


@pytest.mark.parametrize(
    ("printed", "read"),
    [("98.7", (987, 1000)), ("98.70", (9870, 10000)), ("100", (100, 100)), ("0.05", (5, 10000))],
)
def test_digits_and_scale(printed: str, read: tuple[int, int]) -> None:
    """A print is its digits and the power of ten that they are counted in."""
    assert digits_and_scale(printed) == read


# -- all small counts --------------------------------------------------------------------------

COUNTS = st.integers(1, 10_000).flatmap(lambda b: st.tuples(st.integers(0, b), st.just(b)))
DECIMALS = st.integers(0, 3)


def show(part: int, whole: int, decimals: int, rounding: str) -> str:
    """Print a share in percent the way a clerk does, by one way of rounding."""
    exact = Fraction(100 * part * 10**decimals, whole)
    floor = exact.numerator // exact.denominator
    rest = exact - floor
    up = {
        ROUND_DOWN: False,
        ROUND_CEILING: rest > 0,
        ROUND_HALF_UP: rest >= Fraction(1, 2),
        ROUND_HALF_EVEN: rest > Fraction(1, 2) or (rest == Fraction(1, 2) and floor % 2 == 1),
    }[rounding]
    return format(Decimal(floor + up).scaleb(-decimals), "f")


@STABLE
@given(COUNTS, DECIMALS, st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_rounding_is_never_irreconcilable(
    counts: tuple[int, int], decimals: int, rounding: str
) -> None:
    """What half-up or half-even rounding prints agrees, save where it hides that some are left."""
    part, whole = counts
    printed = show(part, whole, decimals, rounding)
    hides = 0 < part < whole and Decimal(printed) in (0, 100)
    assert rate_verdict(part, whole, printed) == ("over_rounded" if hides else "consistent")


@STABLE
@given(COUNTS, DECIMALS)
def test_truncation(counts: tuple[int, int], decimals: int) -> None:
    """A print with its tail cut off agrees or is called truncated."""
    part, whole = counts
    printed = show(part, whole, decimals, ROUND_DOWN)
    expected = {"consistent", "truncated"}
    if 0 < part < whole and Decimal(printed) == 0:
        expected = {"over_rounded"}
    assert rate_verdict(part, whole, printed) in expected


@STABLE
@given(COUNTS, DECIMALS)
def test_ceiling(counts: tuple[int, int], decimals: int) -> None:
    """A print rounded up agrees or is called so."""
    part, whole = counts
    printed = show(part, whole, decimals, ROUND_CEILING)
    expected = {"consistent", "ceiling"}
    if 0 < part < whole and Decimal(printed) == 100:
        expected = {"over_rounded"}
    assert rate_verdict(part, whole, printed) in expected


@STABLE
@given(COUNTS, DECIMALS, st.integers(0, 100_000))
def test_every_other_print_is_irreconcilable(
    counts: tuple[int, int], decimals: int, digits: int
) -> None:
    """A print that no way of rounding gives is irreconcilable, and only such a one."""
    part, whole = counts
    digits = digits % (100 * 10**decimals + 1)
    printed = format(Decimal(digits).scaleb(-decimals), "f")
    assume(not (0 < part < whole and Decimal(printed) in (0, 100)))
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_CEILING)
    possible = printed in {show(part, whole, decimals, way) for way in ways}
    assert (rate_verdict(part, whole, printed) == "irreconcilable") == (not possible)


@STABLE
@given(COUNTS, DECIMALS)
def test_next_but_one_is_irreconcilable(counts: tuple[int, int], decimals: int) -> None:
    """One unit of the last place beyond both roundings, nothing explains the print."""
    part, whole = counts
    floor = int(Decimal(show(part, whole, decimals, ROUND_DOWN)).scaleb(decimals))
    printed = format(Decimal(floor + 2).scaleb(-decimals), "f")
    assume(not (0 < part < whole and Decimal(printed) == 100))
    assert rate_verdict(part, whole, printed) == "irreconcilable"


@STABLE
@given(COUNTS, DECIMALS, st.integers(-3, 3))
def test_intervals_that_are_points(counts: tuple[int, int], decimals: int, off: int) -> None:
    """With exact counts both rules agree; the rule of intervals leaves cut digits undecided."""
    part, whole = counts
    digits = int(Decimal(show(part, whole, decimals, ROUND_HALF_UP)).scaleb(decimals)) + off
    assume(digits >= 0)
    printed = format(Decimal(digits).scaleb(-decimals), "f")
    exact = rate_verdict(part, whole, printed)
    assume(exact != "over_rounded")
    points = (Decimal(part), Decimal(part)), (Decimal(whole), Decimal(whole))
    decided = exact if exact in ("consistent", "irreconcilable") else "undetermined"
    assert interval_rate_verdict(*points, printed) == decided


@STABLE
@given(COUNTS, COUNTS, DECIMALS)
def test_wide_intervals(one: tuple[int, int], two: tuple[int, int], decimals: int) -> None:
    """An interval that holds counts which print so is never irreconcilable."""
    part, whole = one
    assume(part)
    printed = show(part, whole, decimals, ROUND_HALF_UP)
    parts = Decimal(min(part, two[0])), Decimal(max(part, two[0]))
    wholes = Decimal(min(whole, two[1])), Decimal(max(whole, two[1]))
    assert interval_rate_verdict(parts, wholes, printed) != "irreconcilable"
    assert interval_rate_verdict((None, parts[1]), wholes, printed) == "undetermined"


@STABLE
@given(COUNTS, DECIMALS)
def test_parts_that_print_are_those(counts: tuple[int, int], decimals: int) -> None:
    """The counts named as printing so are exactly those that agree with the print."""
    part, whole = counts[0] % 300, counts[1] % 300 + 1
    printed = show(min(part, whole), whole, decimals, ROUND_HALF_UP)
    digits, scale = digits_and_scale(printed)
    agree = [a for a in range(whole + 1) if abs(2 * (scale * a - digits * whole)) <= whole]
    assert parts_that_print(whole, printed) == (agree[0], agree[-1])


@STABLE
@given(COUNTS, DECIMALS)
def test_percentage(counts: tuple[int, int], decimals: int) -> None:
    """A recomputed percentage is the exact one rounded half up, with all its decimals."""
    part, whole = counts
    written = percentage(Decimal(part), Decimal(whole), decimals)
    assert written == show(part, whole, decimals, ROUND_HALF_UP)

"""The arithmetic of rates and sums: worked cases, and the rules over all small counts."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govlaw.arithmetic import (
    bases_that_print,
    bound_verdict,
    digits_and_scale,
    growth_power,
    growth_verdict,
    implied_growth_verdict,
    interval_rate_verdict,
    parts_that_print,
    percentage,
    points_verdict,
    power,
    prior_interval,
    prior_values,
    rate_verdict,
    shares_verdict,
    sum_verdict,
    times_verdict,
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


# -- bases and power ---------------------------------------------------------------------------


@STABLE
@given(COUNTS, DECIMALS)
def test_bases_that_print_are_those(counts: tuple[int, int], decimals: int) -> None:
    """The bases named as printing so are exactly those that agree with the print."""
    part, whole = counts[0] % 40 + 1, counts[1] % 200 + 41
    printed = show(part, whole, decimals, ROUND_HALF_UP)
    digits, scale = digits_and_scale(printed)
    assume(digits)
    agree = [b for b in range(1, 20 * whole) if abs(2 * (scale * part - digits * b)) <= b]
    found = bases_that_print(part, printed)
    assert found is not None and found[0] == agree[0]
    if found[1] is not None and found[1] < 20 * whole:
        assert found[1] == agree[-1]


@pytest.mark.parametrize(
    ("part", "printed", "bases"),
    [(236, "24.2", (974, 977)), (8, "100", (8, 8)), (555, "98.0", None), (3, "0", (600, None))],
)
def test_bases_that_print(part: int, printed: str, bases: tuple[int, int | None] | None) -> None:
    """Worked cases: a range, one, none, and no end."""
    assert bases_that_print(part, printed) == bases
    if bases is None:
        assert bases_that_print(part, printed, cut=True) == (566, 566)


@pytest.mark.parametrize(
    ("whole", "printed", "expected"),
    [
        (14, "92.85", Fraction(9986, 10000)),
        (100, "50", 0),
        (99, "50", Fraction(1, 100)),
        (7, "5.0", Fraction(993, 1000)),
    ],
)  # fmt: skip
def test_power(whole: int, printed: str, expected: Fraction) -> None:
    """Power is the share of prints that no count gives, and never below nothing."""
    assert power(whole, printed) == expected


def test_bounds() -> None:
    """A bound holds its own value: 以上 and 以下 include the base."""
    assert bound_verdict(98, 100, Decimal(98), None) == "consistent"
    assert bound_verdict(97, 100, Decimal(98), None) == "irreconcilable"
    assert bound_verdict(97, 100, None, Decimal(97)) == "consistent"


# -- growth ------------------------------------------------------------------------------------

WAYS = [ROUND_DOWN, ROUND_CEILING, ROUND_HALF_UP, ROUND_HALF_EVEN]
BEFORE = st.tuples(st.integers(0, 10_000), st.integers(1, 10_000))


def show_growth(now: int, before: int, decimals: int, rounding: str) -> str:
    """Print a growth the way a clerk does: its size rounded, and a minus for a fall."""
    size = show(abs(now - before), before, decimals, rounding)
    return f"-{size}" if now < before else size


@pytest.mark.parametrize(
    ("now", "before", "printed", "verdict"),
    [
        (240, 319, "-24.76", "consistent"),
        (240, 319, "24.76", "irreconcilable"),
        (709, 373, "90.08", "consistent"),
        (135, 59, "128.81", "consistent"),
        (151, 66, "128.78", "truncated"),
        (151, 66, "128.79", "consistent"),
        (0, 5, "-100", "consistent"),
        (1, 500, "-100", "over_rounded"),
        (5, 5, "0", "consistent"),
        (1842, 1560, "25.3", "irreconcilable"),
    ],
)
def test_growth(now: int, before: int, printed: str, verdict: str) -> None:
    """Worked cases of growth: a rise, a fall, cut digits, and the wrong direction."""
    assert growth_verdict(now, before, printed) == verdict


@STABLE
@given(BEFORE, DECIMALS, st.sampled_from(WAYS))
def test_growth_that_was_printed(counts: tuple[int, int], decimals: int, rounding: str) -> None:
    """No way of rounding makes a growth irreconcilable, and its earlier count is possible."""
    now, before = counts
    printed = show_growth(now, before, decimals, rounding)
    assert growth_verdict(now, before, printed) != "irreconcilable"
    assert implied_growth_verdict(now, printed) != "irreconcilable" or now == 0
    implied = prior_values(now, printed)
    if rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN) and implied:
        assert implied[0] <= before <= implied[1]


@STABLE
@given(BEFORE, DECIMALS, st.integers(-5, 5))
def test_growth_that_no_rounding_prints(counts: tuple[int, int], decimals: int, off: int) -> None:
    """A growth that no way of rounding prints is irreconcilable, and only such a one."""
    now, before = counts
    digits = int(Decimal(show(abs(now - before), before, decimals, ROUND_DOWN)).scaleb(decimals))
    assume(digits + off >= 0 and now != before)
    size = format(Decimal(digits + off).scaleb(-decimals), "f")
    printed = f"-{size}" if now < before else size
    assume(not (now and printed.startswith("-") and Decimal(size) == 100))
    ways = (ROUND_DOWN, ROUND_CEILING, ROUND_HALF_UP, ROUND_HALF_EVEN)
    possible = printed in {show_growth(now, before, decimals, way) for way in ways}
    assert (growth_verdict(now, before, printed) == "irreconcilable") == (not possible)


@STABLE
@given(st.integers(1, 300), st.integers(0, 30_000), DECIMALS, st.booleans())
def test_implied_growth(now: int, digits: int, decimals: int, falling: bool) -> None:
    """An implied growth is irreconcilable exactly where no earlier count agrees in any way."""
    digits = digits % (99 * 10**decimals) if falling else digits
    size = format(Decimal(digits).scaleb(-decimals), "f")
    printed = f"-{size}" if falling and digits else size
    least = 1 + Fraction(printed) / 100 - Fraction(1, 100 * 10**decimals)
    last = int(now / least + 2) if least > 0 else 0
    assume(0 < last < 50_000)
    some = any(growth_verdict(now, y, printed) != "irreconcilable" for y in range(1, last + 1))
    assert (implied_growth_verdict(now, printed) == "irreconcilable") == (not some)
    agree = [y for y in range(1, last + 1) if growth_verdict(now, y, printed) == "consistent"]
    assert prior_values(now, printed) == ((agree[0], agree[-1]) if agree else None)
    if growth_power(now, printed) == 0:
        assert agree


def test_growth_of_intervals() -> None:
    """A rounded value of now gives an interval for the value before."""
    low, high = prior_interval((Decimal(749_550), Decimal(749_650)), "94.7") or (0, 0)
    assert 384_800 < low < high < 385_200
    assert prior_interval((Decimal(5), Decimal(6)), "-100") is None


@pytest.mark.parametrize(
    ("now", "before", "difference", "verdict"),
    [
        ("9.1", "12.4", "-3.3", "consistent"),
        ("9.1", "12.4", "-3.4", "consistent"),  # 9.06 and 12.44
        ("9.1", "12.4", "-3.5", "irreconcilable"),
        ("9", "12.4", "-2.5", "truncated"),  # 9.9 and 12.4
        ("9.1", "12.4", "-3.6", "irreconcilable"),
        ("91.7", "85.34", "6.4", "consistent"),
    ],
)
def test_points(now: str, before: str, difference: str, verdict: str) -> None:
    """A difference of rates agrees within half a digit of each of the three prints."""
    assert points_verdict(now, before, difference) == verdict


@STABLE
@given(st.integers(0, 10**6), st.integers(0, 10**6), DECIMALS, DECIMALS, DECIMALS)
def test_points_that_were_printed(one: int, two: int, a: int, b: int, c: int) -> None:
    """Rates and their difference, each rounded on its own, are always consistent."""
    x, y = Decimal(one).scaleb(-4), Decimal(two).scaleb(-4)
    prints = [
        str(v.quantize(Decimal(1).scaleb(-k), ROUND_HALF_UP))
        for v, k in ((x, a), (y, b), (x - y, c))
    ]
    assert points_verdict(*prints) == "consistent"


def test_times() -> None:
    """增长N倍 is (1 + N) times; where only N times fits, the wording is ambiguous."""
    assert times_verdict(120, 40, "2") == "consistent"
    assert times_verdict(120, 60, "2") == "undetermined"
    assert times_verdict(120, 100, "2") == "irreconcilable"


# -- sums of rounded figures -------------------------------------------------------------------


@STABLE
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=6), st.integers(0, 4))
def test_sums_of_rounded_figures(parts: list[int], places: int) -> None:
    """Figures rounded or cut each on its own are never irreconcilable with their total."""
    unit = Decimal(10) ** places
    for way, allowed in (
        (ROUND_HALF_UP, {"consistent"}),
        (ROUND_DOWN, {"consistent", "truncated"}),
    ):
        shown = [(Decimal(p) / unit).quantize(Decimal(1), way) * unit for p in (*parts, sum(parts))]
        units = [unit if places else Decimal(0)] * len(shown)
        assert sum_verdict(shown[-1], shown[:-1], True, units) in allowed


def test_sums_beyond_their_rounding() -> None:
    """What rounding cannot explain is told, unless the parts need not be all."""
    tenth = [Decimal("0.1")] * 3
    parts = [Decimal("1.2"), Decimal("1.3")]
    assert sum_verdict(Decimal("2.6"), parts, True, tenth) == "consistent"
    assert sum_verdict(Decimal("2.9"), parts, True, tenth) == "irreconcilable"
    assert sum_verdict(Decimal("2.9"), parts, False, tenth) is None


@pytest.mark.parametrize(
    ("shares", "complete", "verdict"),
    [
        (["33.3", "33.3", "33.3"], True, "consistent"),
        (["33", "33", "33"], True, "consistent"),
        (["26.5", "49.7", "33.8"], True, "irreconcilable"),
        (["26.5", "49.7", "33.8"], False, None),
        (["44.5", "13.9", "24.2"], False, None),
    ],
)
def test_shares(shares: list[str], complete: bool, verdict: str | None) -> None:
    """Shares of one whole are 100 within half a digit each, where they must be all."""
    assert shares_verdict(shares, complete) == verdict

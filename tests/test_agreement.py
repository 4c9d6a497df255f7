"""Measures of agreement against published examples, other formulas and what they must satisfy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlaw import agreement
from govlaw.agreement import Unit

NONE = None
#: Krippendorff's reliability data: four observers, twelve units, a row a unit.
CANONICAL: list[Unit] = [
    (1, 1, NONE, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4),
    (4, 4, 4, 4), (1, 1, 2, 1), (2, 2, 2, 2), (NONE, 5, 5, 5), (NONE, NONE, 1, 1),
    (NONE, NONE, 3, NONE),
]  # fmt: skip
#: two observers, ten units, two values (the same author's first example): alpha is .095.
BINARY: list[Unit] = list(
    zip((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0), strict=True)
)


@pytest.mark.parametrize(
    ("metric", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_the_canonical_data(metric: str, published: float) -> None:
    """The four published values for data with missing values come out to three decimals."""
    assert agreement.alpha(CANONICAL, metric) == pytest.approx(published, abs=0.0005)


def test_alpha_of_two_observers() -> None:
    """The published value for two observers and two values comes out."""
    assert agreement.alpha(BINARY) == pytest.approx(0.095, abs=0.0005)


def _by_definition(units: list[Unit], metric: str) -> float:
    """Alpha from all pairs of values, written down as it is defined."""

    def apart(a: float, b: float) -> float:
        if metric == "nominal":
            return float(a != b)
        if metric == "interval":
            return (a - b) ** 2
        return ((a - b) / (a + b)) ** 2 if a + b else 0.0

    listed = [[v for v in unit if v is not None] for unit in units]
    listed = [values for values in listed if len(values) > 1]
    every = [v for values in listed for v in values]
    observed = sum(
        sum(apart(a, b) for a, b in itertools.permutations(values, 2)) / (len(values) - 1)  # type: ignore[arg-type]
        for values in listed
    ) / len(every)
    pairs = len(every) * (len(every) - 1)
    expected = sum(apart(a, b) for a, b in itertools.permutations(every, 2)) / pairs  # type: ignore[arg-type]
    return 1 - observed / expected if expected else 0.0


VALUES = st.one_of(st.none(), st.integers(0, 6))
UNITS = st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=2, max_size=15)


@given(units=UNITS, metric=st.sampled_from(("nominal", "interval", "ratio")))
def test_alpha_is_what_its_definition_says(units: list[Unit], metric: str) -> None:
    """Alpha from the matrix is alpha from all pairs; without a pair there is none."""
    found = agreement.alpha(units, metric)
    if not any(sum(v is not None for v in unit) > 1 for unit in units):
        assert found is None
    else:
        assert found == pytest.approx(_by_definition(units, metric), abs=1e-9)


@given(units=UNITS, metric=st.sampled_from(agreement.METRICS))
def test_alpha_is_blind_to_who_coded_and_in_which_order(units: list[Unit], metric: str) -> None:
    """Other orders of coders and of units change nothing, and alpha is never above 1."""
    found = agreement.alpha(units, metric)
    turned = agreement.alpha([list(reversed(unit)) for unit in reversed(units)], metric)
    if found is None:
        assert turned is None
    else:
        assert turned == pytest.approx(found, abs=1e-9) and found <= 1


@given(factor=st.sampled_from((2, 10, 10_000)), units=UNITS)
def test_ratio_is_free_of_the_unit_of_money(factor: int, units: list[Unit]) -> None:
    """万元 or 元: ratio alpha is the same."""
    scaled = [[v and int(str(v)) * factor for v in unit] for unit in units]
    assert agreement.alpha(scaled, "ratio") == pytest.approx(agreement.alpha(units, "ratio"))


def test_perfect_agreement_and_none_at_all() -> None:
    """Equal values that vary give 1; values that do not vary give 0; nothing to pair gives None."""
    assert agreement.alpha([("a", "a"), ("b", "b")]) == 1
    assert agreement.alpha([("a", "a"), ("a", "a")]) == 0
    assert agreement.alpha([("a", None)]) is None and agreement.alpha([]) is None
    with pytest.raises(ValueError, match="no metric"):
        agreement.alpha([("a", "a")], "circular")


def test_ratio_of_values_below_zero_is_bounded() -> None:
    """-5 and 5 differ by 1, the most there is, and two zeros not at all."""
    apart = agreement._differences(np.array([-5.0, 0.0, 3.0]), np.array([5.0, 0.0, 0.0]), "ratio")
    assert list(apart) == [1, 0, 1]


def test_large_tables_go_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alpha and its interval do not depend on how many values are taken at a time."""
    rng = np.random.default_rng(1)
    units = [(int(a), int(a) + int(b)) for a, b in zip(*rng.integers(0, 50, (2, 80)), strict=True)]
    clusters = [number % 7 for number in range(80)]
    whole = (agreement.alpha(units, "ratio"), agreement.alpha_interval(units, clusters, "ratio"))
    monkeypatch.setattr(agreement, "_BLOCK", 9)
    assert agreement.alpha(units, "ratio") == pytest.approx(whole[0])
    assert agreement.alpha_interval(units, clusters, "ratio") == pytest.approx(whole[1])


def test_interval_draws_whole_clusters() -> None:
    """The interval is that of resampled clusters, the same for a seed, and holds alpha."""
    units = [(n % 3, (n if n % 5 else n + 1) % 3) for n in range(60)]
    clusters = [f"report {n // 6}" for n in range(60)]
    low, high = agreement.alpha_interval(units, clusters, seed=4) or (math.nan, math.nan)
    found = agreement.alpha(units)
    assert found is not None and low < found < high
    assert agreement.alpha_interval(units, clusters, seed=4) == (low, high)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(1500):
        chosen = rng.integers(10, size=10)
        drawn.append(agreement.alpha([u for c in chosen for u in units[6 * c : 6 * c + 6]]))
    assert (low, high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.03)


def test_few_clusters_have_no_interval() -> None:
    """Two reports are too few to draw from; ordinal data have no interval."""
    assert agreement.alpha_interval([(1, 1), (2, 1)], ["a", "b"]) is None
    assert agreement.alpha_interval([(1, 1), (2, 2), (1, 1)], ["a", "b", "c"]) is None  # perfect
    with pytest.raises(ValueError, match="ordinal"):
        agreement.alpha_interval([(1, 1)] * 4, [1, 2, 3, 4], "ordinal")


def test_kappa_by_hand() -> None:
    """45 and 15 against 25 and 15: observed 0.6, expected 0.54, kappa 0.1304 (worked by hand)."""
    pairs = [("y", "y")] * 45 + [("y", "n")] * 15 + [("n", "y")] * 25 + [("n", "n")] * 15
    found = agreement.kappa(pairs)
    assert found is not None and found[0] == pytest.approx((0.6 - 0.54) / 0.46)
    low, high = found[1] or (math.nan, math.nan)
    assert -0.1 < low < found[0] < high < 0.4
    assert agreement.kappa([("y", "y"), ("n", None)]) is None
    assert agreement.kappa([("y", "y"), ("n", "n")]) == (1, None)


def test_raw_agreement_counts_what_two_coded() -> None:
    """A unit that one coder left out is no unit of agreement."""
    assert agreement.raw([(1, 1), (1, 2), (1, None), (None, None)]) == (1, 2)

"""Rule I: last digits, reproducible, and silent where there are too few."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from govlaw.digits import countable, last_digits


def observations(values: list[int], **other: object) -> pd.DataFrame:
    """Return counts of one report as a table."""
    frame = pd.DataFrame({"value": [float(v) for v in values]})
    frame["value_low"] = frame["value_high"] = frame["value"]
    base = {"doc_id": "a", "kind": "count", "role": "actual", "approx": "exact", "unit": "件"}
    for name, value in (base | other).items():
        frame[name] = value
    frame["text"] = pd.Series([f"{v}件" for v in values], dtype="str")
    return frame


def test_even_digits_pass() -> None:
    """Equal shares of the ten digits have the smallest chi-square and the largest p."""
    found = last_digits(observations(list(range(100, 200))))
    assert found.counts == (10,) * 10 and found.chi2 == 0
    assert found.p == 1 and found.round_share == pytest.approx(0.2)


def test_heaping_is_seen() -> None:
    """Counts that all end in 0 or 5 have a small p on both tests."""
    found = last_digits(observations(list(range(100, 500, 5))))
    assert found.enough and found.p <= 0.001 and found.p_round <= 0.001


def test_same_tables_same_p() -> None:
    """The draws have a fixed seed; another seed gives nearly the same p."""
    frame = observations([100 + 7 * i for i in range(80)])
    assert last_digits(frame) == last_digits(frame)
    assert last_digits(frame, seed=1).p == pytest.approx(last_digits(frame).p, abs=0.02)


@pytest.mark.parametrize("n", [0, 1, 49])
def test_too_few(n: int) -> None:
    """Below the minimum there is no p, however uneven the digits are."""
    found = last_digits(observations([100 + 10 * i for i in range(n)]))
    assert not found.enough and math.isnan(found.p) and math.isnan(found.p_round)
    assert found.n == n and sum(found.counts) == n


def test_what_counts() -> None:
    """Small counts, approximate ones, rates, targets and repeated figures are left out."""
    assert len(countable(observations([99, 100, 123, 123]))) == 2
    for column, value in (("approx", "over"), ("kind", "rate"), ("role", "target")):
        assert countable(observations([123], **{column: value})).empty
    scaled = observations([12000])
    scaled["text"] = "1.2万件"
    assert countable(scaled).empty

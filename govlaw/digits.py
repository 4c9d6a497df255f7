"""Rule I: the last digits of a corpus, and how often figures are round.

Prose rounds: heaping on 0 and 5 is normal there and shows how counts are written, not that they
are wrong. A test on few figures says nothing, so that below the minimum no p is given. Source: the
last-digit test with a Monte Carlo p (Pearson's chi-square, nine degrees of freedom).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

#: Fewest counts for a p: each digit is then expected five times.
MINIMUM = 50
#: Counts below this have a last digit that is the count itself.
LEAST = 100
_SEED = 20_210_811  # any fixed number; the day the outline of 2021 was published
_DRAWS = 9_999


@dataclass(frozen=True, slots=True)
class LastDigits:
    """The last digits of a corpus against equal shares.

    ``counts`` has the number of figures that end in 0 to 9. ``low`` and ``high`` hold the middle
    95 percent of each count among the draws. ``p`` and ``p_round`` (for 0 and 5 together, one
    side) are NaN where there are fewer than ``minimum`` counts.
    """

    n: int
    minimum: int
    counts: tuple[int, ...]
    chi2: float
    p: float
    round_share: float
    p_round: float
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """Whether there are enough counts for a test."""
        return self.n >= self.minimum


def countable(observations: pd.DataFrame, least: int = LEAST) -> pd.DataFrame:
    """Return the counts whose last digit can be looked at.

    Whole counts of what was done, from ``least`` up, without approximator and not in 万 or 亿;
    years, norms, targets and rates are left out. A count that a report prints again is taken once.
    """
    chosen = observations[
        (observations["kind"] == "count")
        & (observations["role"] == "actual")
        & (observations["approx"] == "exact")
        & (observations["value"] >= least)
        & (observations["value"] % 1 == 0)
        & (observations["value_low"] == observations["value_high"])
        & ~observations["text"].str.contains("[万亿百千]", regex=True)
    ]
    return chosen.drop_duplicates(["doc_id", "value", "unit"]).reset_index(drop=True)


def last_digits(
    observations: pd.DataFrame,
    minimum: int = MINIMUM,
    draws: int = _DRAWS,
    seed: int = _SEED,
) -> LastDigits:
    """Test whether the last digits of a corpus are equally frequent.

    Formula: chi-square = sum over the ten digits of (count - n/10)^2 / (n/10); p = (1 + draws
    that are at least as large) / (1 + draws), from multinomial draws with a fixed seed, so that
    the same tables give the same p.

    Parameters
    ----------
    observations : table ``observations``
    minimum : fewest counts for a p
    draws, seed : of the Monte Carlo
    """
    ends = (countable(observations)["value"].to_numpy(dtype="int64") % 10).astype("int64")
    n = len(ends)
    counts = np.bincount(ends, minlength=10)
    if n == 0:
        nan = float("nan")
        return LastDigits(0, minimum, tuple([0] * 10), nan, nan, nan, nan, nan, nan)
    chance = np.random.default_rng(seed).multinomial(n, [0.1] * 10, size=draws)
    expected = n / 10
    drawn = ((chance - expected) ** 2 / expected).sum(axis=1)
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    rounded = int(counts[0] + counts[5])
    enough = n >= minimum
    low, high = np.quantile(chance[:, 0], [0.025, 0.975])
    # a chi-square is a sum of rationals in floating point: equal ones may differ in the last bit
    above = int((drawn >= chi2 - 1e-9).sum())
    above_round = int((chance[:, 0] + chance[:, 5] >= rounded).sum())
    return LastDigits(
        n,
        minimum,
        tuple(int(c) for c in counts),
        chi2,
        (1 + above) / (1 + draws) if enough else float("nan"),
        rounded / n,
        (1 + above_round) / (1 + draws) if enough else float("nan"),
        float(low),
        float(high),
    )

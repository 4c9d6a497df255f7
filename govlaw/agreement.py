"""How far coders agree: raw agreement, Krippendorff's alpha and Cohen's kappa.

A unit is what was coded; each coder gives it one value or none. Alpha follows Klaus Krippendorff,
"Computing Krippendorff's Alpha-Reliability" (2011): any number of coders, values may be missing.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

METRICS = ("nominal", "ordinal", "interval", "ratio")
#: Fewer clusters than these give no interval: there is too little to draw from.
FEWEST_CLUSTERS = 3
_RESAMPLES = 1000
_BLOCK = 1000  # values at a time: bounds the memory of the interval

#: What the coders gave one unit, in the order of the coders; None where a coder gave nothing.
Unit = Sequence[Hashable | None]


@dataclass(frozen=True, slots=True)
class Coincidences:
    """The pairable values of some units.

    ``values`` in order; ``unit``, ``first``, ``second`` and ``weight`` hold an entry for each
    ordered pair of values of a unit: its number, the places in ``values``, and 1 / (m - 1), where
    m values were given to the unit. Units with fewer than two values have none.
    """

    values: list[Any]
    unit: np.ndarray
    first: np.ndarray
    second: np.ndarray
    weight: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """How often each value was given to a unit that has another one to pair with."""
        return np.bincount(self.first, self.weight, len(self.values))


def coincidences(units: Sequence[Unit]) -> Coincidences:
    """Pair the values of each unit."""
    given = [[value for value in unit if value is not None] for unit in units]
    pairable = {value for values in given if len(values) > 1 for value in values}
    try:
        ordered = sorted(pairable)  # type: ignore[type-var]
    except TypeError:  # codes of several types have no order, and nominal data need none
        ordered = sorted(pairable, key=repr)
    place = {value: number for number, value in enumerate(ordered)}
    entries = [
        (number, place[values[i]], place[values[j]], 1 / (len(values) - 1))
        for number, values in enumerate(given)
        for i in range(len(values))
        for j in range(len(values))
        if i != j
    ]
    unit, first, second, weight = zip(*entries, strict=True) if entries else ((), (), (), ())
    return Coincidences(
        ordered,
        np.array(unit, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(second, dtype=np.int64),
        np.array(weight, dtype=float),
    )


def _differences(
    first: np.ndarray, second: np.ndarray, metric: str, counts: np.ndarray | None = None
) -> np.ndarray:
    """Return the squared differences of pairs of values; both arrays have one shape.

    For ``ordinal`` the values are ranks, and ``counts`` how often each was given.
    """
    if metric == "nominal":
        return (first != second).astype(float)
    if metric == "interval":
        return (first - second) ** 2
    if metric == "ratio":
        # |c| + |k| rather than c + k: the same for what is not negative, and bounded otherwise.
        size = np.abs(first) + np.abs(second)
        return ((first - second) / np.where(size, size, 1)) ** 2
    assert counts is not None
    upto = np.cumsum(counts)
    low, high = np.minimum(first, second), np.maximum(first, second)
    between = upto[high] - upto[low] + counts[low] - (counts[low] + counts[high]) / 2
    return np.where(first == second, 0.0, between) ** 2


def _scale(found: Coincidences, metric: str) -> np.ndarray:
    """Return the values as numbers, or their ranks where only order or identity counts."""
    if metric not in METRICS:
        raise ValueError(f"{metric!r} is no metric; use one of {', '.join(METRICS)}")
    if metric in ("interval", "ratio"):
        return np.array([float(value) for value in found.values])
    return np.arange(len(found.values))


def alpha(units: Sequence[Unit], metric: str = "nominal") -> float | None:
    """Return Krippendorff's alpha: 1 is perfect agreement, 0 what chance would give.

    Parameters
    ----------
    units : a sequence a unit, of equal or unequal lengths
    metric : nominal (any values), ordinal (values with an order), interval or ratio (numbers)

    Returns
    -------
    None where no unit has two values. 0 where every value is the same: without variance nothing
    shows that the coders can tell units apart.

    Raises
    ------
    ValueError
        If there is no such metric.
    """
    found = coincidences(units)
    numbers = _scale(found, metric)
    if not len(found.unit):
        return None
    counts = found.counts
    observed = found.weight @ _differences(
        numbers[found.first], numbers[found.second], metric, counts
    )
    expected = math.fsum(  # the same on every Python: sum() rounds otherwise from 3.12 on
        counts[start : start + _BLOCK]
        @ _differences(*_grid(numbers, start), metric, counts)
        @ counts
        for start in range(0, len(numbers), _BLOCK)
    )
    return float(1 - (counts.sum() - 1) * observed / expected) if expected else 0.0


def _grid(numbers: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.meshgrid(numbers[start : start + _BLOCK], numbers, indexing="ij")
    return first, second


def alpha_interval(
    units: Sequence[Unit], clusters: Sequence[Hashable], metric: str = "nominal", seed: int = 0
) -> tuple[float, float] | None:
    """Return the 95% interval of alpha when whole clusters are drawn anew (percentiles).

    Parameters
    ----------
    units : as for :func:`alpha`
    clusters : what each unit belongs to, such as its report; units of one are drawn together
    metric : nominal, interval or ratio
    seed : of the draws

    Returns
    -------
    None for fewer than three clusters with pairable values, and where agreement is perfect, since
    no draw can then show anything else. A draw without variance counts as 0.
    """
    if metric == "ordinal":
        raise ValueError("ordinal differences change with every draw; there is no interval")
    found = coincidences(units)
    numbers = _scale(found, metric)
    named = {name: number for number, name in enumerate(dict.fromkeys(clusters))}
    of_unit = np.array([named[name] for name in clusters], dtype=np.int64)
    of_pair = of_unit[found.unit]
    held = np.unique(of_pair)
    if len(held) < FEWEST_CLUSTERS:
        return None
    row = np.searchsorted(held, of_pair)
    counts = np.zeros((len(held), len(numbers)))
    np.add.at(counts, (row, found.first), found.weight)
    differences = _differences(numbers[found.first], numbers[found.second], metric)
    observed = np.bincount(row, found.weight * differences, len(held))
    if not observed.any():
        return None
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(held), np.full(len(held), 1 / len(held)), size=_RESAMPLES)
    drawn = draws @ counts
    expected = np.zeros(_RESAMPLES)
    for start in range(0, len(numbers), _BLOCK):
        block = _differences(*_grid(numbers, start), metric)
        expected += ((drawn[:, start : start + _BLOCK] @ block) * drawn).sum(axis=1)
    varied = expected > 0
    shares = np.zeros(_RESAMPLES)
    shares[varied] = (
        1 - (drawn.sum(axis=1)[varied] - 1) * (draws @ observed)[varied] / expected[varied]
    )
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


def raw(units: Sequence[Unit]) -> tuple[int, int]:
    """Return how many units have values that are all the same, and how many have two or more."""
    given = [{value for value in unit if value is not None} for unit in units if _paired(unit)]
    return sum(len(values) == 1 for values in given), len(given)


def _paired(unit: Unit) -> bool:
    return sum(value is not None for value in unit) > 1


def kappa(pairs: Sequence[Unit]) -> tuple[float, tuple[float, float] | None] | None:
    """Return Cohen's kappa of two coders with its 95% interval (Fleiss, Cohen and Everitt 1969).

    Parameters
    ----------
    pairs : two values a unit; units that lack one are passed over

    Returns
    -------
    kappa and its interval, which is None where agreement is perfect: the formula then has no width.
    None where there is nothing to compare or only one value was ever given, since chance alone
    would then agree fully.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    both = [(first, second) for first, second in pairs if first is not None and second is not None]
    place = {value: n for n, value in enumerate(dict.fromkeys(v for pair in both for v in pair))}
    if len(place) < 2:
        return None
    table = np.zeros((len(place), len(place)))
    for first, second in both:
        table[place[first], place[second]] += 1
    if np.trace(table) == len(both):
        return 1.0, None
    with np.errstate(invalid="ignore"):  # of the test that kappa is 0, which is not asked for
        made = cohens_kappa(table)
    return float(made.kappa), (float(max(made.kappa_low, -1)), float(min(made.kappa_upp, 1)))

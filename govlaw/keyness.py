"""What words set one body of text apart, and how evenly a word is spread.

Keyness: the log-likelihood ratio of the whole two-by-two table (Dunning 1993) says whether a
difference can be chance; the log ratio (Hardie 2014), the binary logarithm of the ratio of the
relative frequencies, says how large it is. The two answer different questions, and with little
text hardly any difference passes the first. Dispersion: Gries' deviation of proportions (2008),
normalised after Lijffijt and Gries (2012).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from govlaw.errors import TableError

#: Log-likelihood from which a difference is taken as more than chance, by level of significance
#: (chi-squared, one degree of freedom). Many words are tested at once, so the default is strict.
CRITICAL = {0.05: 3.84, 0.01: 6.63, 0.001: 10.83, 0.0001: 15.13}
_FLOOR = 0.5  # stands for a count of 0 in the log ratio, which would be infinite (Hardie 2014)


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Return the log-likelihood ratio G2 of a word (Dunning 1993), 0 or more.

    Formula: 2 * sum of O * ln(O / E) over the four cells of the table word / other words by
    target / reference; a cell of 0 adds nothing.

    Parameters
    ----------
    a, b : occurrences of the word in the target and in the reference
    c, d : all words of the target and of the reference

    Raises
    ------
    TableError
        If a count is negative, or a word is more frequent than all words together.
    """
    if not (0 <= a <= c and 0 <= b <= d):
        raise TableError(f"{a} of {c} and {b} of {d} words: no such counts")
    whole, marked = c + d, a + b
    total = 0.0
    for observed, column, row in (
        (a, c, marked), (b, d, marked), (c - a, c, whole - marked), (d - b, d, whole - marked),
    ):  # fmt: skip
        if observed:
            total += observed * math.log(observed * whole / (column * row))
    return max(0.0, 2 * total)


def log_ratio(a: int, b: int, c: int, d: int) -> float:
    """Return the log ratio of a word (Hardie 2014): 1 is twice as frequent in the target, -1 half.

    Formula: log2((a / c) / (b / d)); a count of 0 is taken as 0.5. Parameters as in
    :func:`log_likelihood`; NaN where either side has no words.
    """
    if not c or not d:
        return math.nan
    return math.log2((max(a, _FLOOR) / c) / (max(b, _FLOOR) / d))


def keyness(
    target: Mapping[str, int], reference: Mapping[str, int], at_least: int = 3
) -> pd.DataFrame:
    """Compare the words of two bodies of text.

    Parameters
    ----------
    target, reference : how often each word stands in either
    at_least : occurrences that a word needs in both together

    Returns
    -------
    DataFrame, one row a word, most overused in the target first: word, target, reference (counts),
    per_1000, reference_per_1000 (of all counted words; NaN without any), log_likelihood, log_ratio
    """
    c, d = sum(target.values()), sum(reference.values())
    found = []
    for word in sorted({*target, *reference}):
        a, b = target.get(word, 0), reference.get(word, 0)
        if a + b < at_least:
            continue
        found.append(
            (word, a, b, 1000 * a / c if c else math.nan, 1000 * b / d if d else math.nan,
             log_likelihood(a, b, c, d), log_ratio(a, b, c, d))
        )  # fmt: skip
    frame = pd.DataFrame(
        found,
        columns=["word", "target", "reference", "per_1000", "reference_per_1000",
                 "log_likelihood", "log_ratio"],
    )  # fmt: skip
    signed = frame["log_likelihood"].where(frame["log_ratio"] > 0, -frame["log_likelihood"])
    return frame.loc[signed.sort_values(ascending=False, kind="stable").index].reset_index(
        drop=True
    )


def deviation(counts: Sequence[int], sizes: Sequence[int]) -> float:
    """Return Gries' deviation of proportions (2008) of a word: 0 is even, near 1 is in one place.

    Formula: half the sum over the parts of the distance between the part's share of the word's
    occurrences and its share of all words. NaN where the word does not occur.

    Parameters
    ----------
    counts : occurrences of the word in each part
    sizes : all words of each part
    """
    total, whole = sum(counts), sum(sizes)
    if not total or not whole:
        return math.nan
    # summed exactly: sum() rounds differently from Python 3.12 on, and would break ties differently
    distances = (abs(n / total - m / whole) for n, m in zip(counts, sizes, strict=True))
    return math.fsum(distances) / 2


def dispersion(parts: Mapping[str, Mapping[str, int]], at_least: int = 3) -> pd.DataFrame:
    """Return how evenly each word is spread over the parts of a corpus.

    Parameters
    ----------
    parts : how often each word stands in each part, for example in each report
    at_least : occurrences that a word needs in all parts together

    Returns
    -------
    DataFrame, one row a word, most frequent first: word, count, parts (number of parts that hold
    it), dp (see :func:`deviation`), dp_norm (dp over its greatest value, 1 minus the share of the
    smallest part: Lijffijt and Gries 2012; NaN with a single part)
    """
    names = [name for name in parts if sum(parts[name].values())]
    sizes = [sum(parts[name].values()) for name in names]
    total: Counter[str] = Counter()
    for name in names:
        total.update(parts[name])
    most = 1 - min(sizes) / sum(sizes) if len(names) > 1 else math.nan
    found = []
    for word, n in sorted(total.items(), key=lambda pair: (-pair[1], pair[0])):
        if n < at_least:
            continue
        counts = [parts[name].get(word, 0) for name in names]
        dp = deviation(counts, sizes)
        found.append((word, n, sum(map(bool, counts)), dp, dp / most))
    return pd.DataFrame(found, columns=["word", "count", "parts", "dp", "dp_norm"])


def each(
    parts: Mapping[str, Mapping[str, int]],
    at_least: int = 3,
    without: frozenset[str] = frozenset(),
    level: float | None = None,
) -> dict[str, pd.DataFrame]:
    """Compare the words of every part of a corpus with those of all the others together.

    Parameters
    ----------
    parts : how often each word stands in each part
    at_least : occurrences that a word needs in the whole corpus
    without : words that are left out, for example names of places
    level : words whose difference is beyond this level of significance only, one of ``CRITICAL``

    Returns
    -------
    For every part what :func:`keyness` returns
    """
    total: Counter[str] = Counter()
    for words in parts.values():
        total.update(words)
    found = {}
    for name, words in parts.items():
        others = {word: n - words.get(word, 0) for word, n in total.items()}
        table = keyness(words, others, at_least)
        kept = ~table["word"].isin(list(without))
        if level is not None:
            kept &= table["log_likelihood"] >= CRITICAL[level]
        found[name] = table[kept].reset_index(drop=True)
    return found

"""Passages that reports share, and how much of a report stands in many others.

Reports are compared by hashed runs of characters, not pair by pair: the work grows with the length
of the corpus and with what is shared. Only Chinese characters, letters and digits count. Names of
laws and documents in 《》 and set phrases (``set_phrases.csv``) are passed over, so that quoting
the same law is not copying; both can be put back by parameter. Shared wording is no verdict on
anybody: reports follow common outlines and common models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from govlaw import measures
from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.text import fold

#: Shortest shared passage and shortest run of boilerplate, in counted characters. Own choices.
PASSAGE, RUN = 13, 8
#: A run in more reports than this share (and than ten) is boilerplate and starts no passage.
COMMON = 0.2
_FEW = 10
_TITLE = re.compile("《[^》\n]{1,60}》")
_COUNTED = re.compile(r"[\u3400-\u9fff0-9A-Za-z]")
_BASE = np.uint64(0x9E3779B97F4A7C15)  # any odd number: matches are checked character by character

_Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Counted:
    """The characters of a text that count, as code points, and their places in it."""

    codes: _Array
    places: _Array


def set_phrases() -> tuple[str, ...]:
    """Return the phrases that every report is expected to use."""
    return tuple(row["phrase"] for row in rows("set_phrases"))


def _counted(text: str, phrases: Sequence[str], titles: bool) -> _Counted:
    folded = fold(text)
    covered = np.zeros(len(text), dtype=bool)
    if not titles:
        for match in _TITLE.finditer(folded):
            covered[match.start() : match.end()] = True
    if phrases:
        longest_first = sorted(map(fold, phrases), key=lambda p: (-len(p), p))
        for match in re.finditer("|".join(map(re.escape, longest_first)), folded):
            covered[match.start() : match.end()] = True
    kept = [m.start() for m in _COUNTED.finditer(folded) if not covered[m.start()]]
    places = np.array(kept, dtype=np.int64)
    codes = np.array([ord(folded[i]) for i in kept], dtype=np.uint64)
    return _Counted(codes, places)


def _runs(codes: _Array, length: int) -> _Array:
    """Return a hash for each run of ``length`` characters, by where it starts."""
    size = max(0, len(codes) - length + 1)
    found = np.zeros(size, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for i in range(length):
            found = found * _BASE + codes[i : i + size]
    return found


@dataclass(frozen=True, slots=True)
class _Table:
    """All runs of a corpus, equal ones together; within a group in the order of the reports."""

    report: _Array  # number of the report
    at: _Array  # where the run starts, in counted characters
    group: _Array  # number of the group


def _table(texts: Sequence[_Counted], length: int) -> _Table:
    hashed = [_runs(counted.codes, length) for counted in texts]
    if not hashed or not sum(map(len, hashed)):
        empty = np.zeros(0, dtype=np.int64)
        return _Table(empty, empty, empty)
    values = np.concatenate(hashed)
    report = np.repeat(np.arange(len(hashed)), [len(h) for h in hashed])
    at = np.concatenate([np.arange(len(h)) for h in hashed])
    order = np.argsort(values, kind="stable")
    values = values[order]
    group = np.cumsum(np.concatenate([[0], values[1:] != values[:-1]]))
    return _Table(report[order], at[order], group)


def _holders(group: _Array, owner: _Array) -> _Array:
    """Return, for each group, how many different owners its runs have."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    pairs = np.unique(np.stack([group, owner]), axis=1)
    return np.bincount(pairs[0], minlength=int(group[-1]) + 1)


def passages(
    texts: Mapping[str, str],
    length: int = PASSAGE,
    common: float = COMMON,
    phrases: Sequence[str] | None = None,
    titles: bool = False,
) -> pd.DataFrame:
    """Return the longest passages that any two texts share, with their places in both.

    Parameters
    ----------
    texts : text by name
    length : fewest counted characters of a passage, 4 or more
    common : runs that stand in more than this share of the texts, and in more than ten, start no
        passage: they are boilerplate, see :func:`boilerplate`
    phrases : what is passed over; ``set_phrases.csv`` by default
    titles : whether names in 《》 count

    Returns
    -------
    DataFrame, one row a passage: doc_a, start_a, end_a, doc_b, start_b, end_b (offsets into the
    texts; doc_a stands before doc_b in ``texts``), characters (counted ones), longest first

    Raises
    ------
    TableError
        If ``length`` is below 4 or ``common`` is not from 0 to 1.
    """
    if length < 4 or not 0 <= common <= 1:
        raise TableError(
            f"passages of {length} characters, common from {common:g}: take 4 or more characters "
            "and a share from 0 to 1"
        )
    names = list(texts)
    excluded = set_phrases() if phrases is None else phrases
    counted = [_counted(text, excluded, titles) for text in texts.values()]
    table = _table(counted, length)
    holders = _holders(table.group, table.report)
    wanted = (holders > 1) & (holders <= max(_FEW, common * len(names)))
    kept = wanted[table.group] if len(table.group) else np.zeros(0, dtype=bool)
    report, at, group = table.report[kept], table.at[kept], table.group[kept]
    found = _pairs(report, at, group)
    listed = []
    for a, b, start_a, start_b, size in _joined(found, length):
        one, other = counted[a], counted[b]
        same = one.codes[start_a : start_a + size] == other.codes[start_b : start_b + size]
        if not same.all():
            continue  # two different runs with one hash
        listed.append(
            (names[a], int(one.places[start_a]), int(one.places[start_a + size - 1]) + 1,
             names[b], int(other.places[start_b]), int(other.places[start_b + size - 1]) + 1, size)
        )  # fmt: skip
    frame = pd.DataFrame(
        listed,
        columns=["doc_a", "start_a", "end_a", "doc_b", "start_b", "end_b", "characters"],
    )
    return frame.sort_values(
        ["characters", "doc_a", "start_a", "doc_b", "start_b"],
        ascending=[False, True, True, True, True],
        ignore_index=True,
    )


def _pairs(report: _Array, at: _Array, group: _Array) -> _Array:
    """Return every pair of equal runs in different reports, as rows a, b, at a, at b."""
    found = []
    for step in range(1, len(group)):
        same = group[step:] == group[:-step]
        if not same.any():
            break
        first = np.flatnonzero(same & (report[step:] != report[:-step]))
        second = first + step
        found.append(np.stack([report[first], report[second], at[first], at[second]]))
    return np.concatenate(found, axis=1) if found else np.zeros((4, 0), dtype=np.int64)


def _joined(pairs: _Array, length: int) -> list[tuple[int, int, int, int, int]]:
    """Join equal runs that follow one another in both reports into passages."""
    a, b, at_a, at_b = pairs
    if not len(a):
        return []
    order = np.lexsort((at_a, at_b - at_a, b, a))
    a, b, at_a, at_b = a[order], b[order], at_a[order], at_b[order]
    breaks = (
        (a[1:] != a[:-1])
        | (b[1:] != b[:-1])
        | (at_a[1:] != at_a[:-1] + 1)
        | (at_b[1:] != at_b[:-1] + 1)
    )
    first = np.concatenate([[0], np.flatnonzero(breaks) + 1])
    last = np.concatenate([first[1:], [len(a)]]) - 1
    size = at_a[last] - at_a[first] + length
    columns = (a[first], b[first], at_a[first], at_b[first], size)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def shared(
    texts: Mapping[str, str],
    found: pd.DataFrame,
    phrases: Sequence[str] | None = None,
    titles: bool = False,
) -> pd.DataFrame:
    """Return how much any two texts share, from their passages.

    Formula: counted characters of a text that lie in a passage shared with the other, each once,
    over its counted characters.

    Parameters
    ----------
    texts, phrases, titles : as given to :func:`passages`
    found : what :func:`passages` returned

    Returns
    -------
    DataFrame, one row a pair that shares a passage: doc_a, doc_b, passages, longest (counted
    characters), share_a, share_b (0 to 1)
    """
    excluded = set_phrases() if phrases is None else phrases
    places = {name: _counted(text, excluded, titles).places for name, text in texts.items()}
    listed = []
    for (one, other), part in found.groupby(["doc_a", "doc_b"], sort=False):
        share = [
            _covered(places[str(name)], part[f"start_{side}"], part[f"end_{side}"])
            for name, side in ((one, "a"), (other, "b"))
        ]
        listed.append((one, other, len(part), int(part["characters"].max()), *share))
    return pd.DataFrame(
        listed, columns=["doc_a", "doc_b", "passages", "longest", "share_a", "share_b"]
    )


def _covered(places: _Array, starts: pd.Series, ends: pd.Series) -> float:
    """Return the share of counted places that lie in one of the spans."""
    inside = np.zeros(len(places) + 1, dtype=np.int64)
    np.add.at(inside, np.searchsorted(places, starts.to_numpy()), 1)
    np.add.at(inside, np.searchsorted(places, ends.to_numpy()), -1)
    return float((np.cumsum(inside)[:-1] > 0).mean()) if len(places) else float("nan")


def boilerplate(
    texts: Mapping[str, str],
    owners: Mapping[str, str],
    length: int = RUN,
    share: float = 0.5,
    phrases: Sequence[str] = (),
    titles: bool = True,
) -> pd.DataFrame:
    """Return how much of each text is wording that many governments use.

    Formula: counted characters in runs of ``length`` that stand in texts of at least ``share`` of
    all owners, and of two, over all counted characters. Source: the idea is that of Lang and
    Stice-Lawrence (2015) and Dyer, Lang and Stice-Lawrence (2017), who count sentences with
    four-word phrases common to many firms; runs of characters need no division into words. Set
    phrases and names of laws are boilerplate themselves and count here by default.

    Parameters
    ----------
    texts : text by name
    owners : whose text it is, by name: a government's reports of several years count once
    length : counted characters of a run, 4 or more
    share : of the owners, above 0 and at most 1
    phrases, titles : as for :func:`passages`

    Returns
    -------
    DataFrame, one row a text: doc_id, characters (counted), boilerplate (counted characters),
    share (0 to 1, NaN where nothing counts or there is one owner only)

    Raises
    ------
    TableError
        If ``length`` is below 4 or ``share`` out of its range.
    """
    if length < 4 or not 0 < share <= 1:
        raise TableError(
            f"runs of {length} characters in {share:g} of the reports: take 4 or more characters "
            "and a share above 0, at most 1"
        )
    names = list(texts)
    numbers = {owner: i for i, owner in enumerate(dict.fromkeys(owners[n] for n in names))}
    counted = [_counted(text, phrases, titles) for text in texts.values()]
    table = _table(counted, length)
    owner = np.array([numbers[owners[name]] for name in names], dtype=np.int64)
    holders = _holders(table.group, owner[table.report])
    least = max(2.0, share * len(numbers))
    usual = (holders >= least)[table.group] if len(table.group) else np.zeros(0, dtype=bool)
    order = np.argsort(table.report[usual], kind="stable")
    ends = np.cumsum(np.bincount(table.report[usual], minlength=len(names)))
    by_report = np.split(table.at[usual][order], ends[:-1]) if names else []
    listed = []
    for name, text, starts in zip(names, counted, by_report, strict=True):
        inside = np.zeros(len(text.codes) + 1, dtype=np.int64)
        np.add.at(inside, starts, 1)
        np.add.at(inside, starts + length, -1)
        size, covered = len(text.codes), int((np.cumsum(inside)[:-1] > 0).sum())
        known = size and len(numbers) > 1
        listed.append((name, size, covered, covered / size if known else float("nan")))
    return pd.DataFrame(listed, columns=["doc_id", "characters", "boilerplate", "share"])


def compared(documents: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Tell which of two reports is the later one, how they are related, and what it shares.

    ``next_year``: the same place, in consecutive years; ``same_place``: the same place otherwise;
    ``same_province``; ``other``. Of two reports of one year the one that shares more is called the
    later: which was written first is not known.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`shared` returned

    Returns
    -------
    DataFrame, one row a pair, largest share first: later, earlier (doc_id), relation, share (of
    the later one's counted characters, 0 to 1), passages, longest
    """
    known = {row.doc_id: row for row in measures.records(documents)}
    listed = []
    for row in measures.records(found):
        a, b = known[row.doc_a], known[row.doc_b]
        years = (str(a.period_end), row.share_a), (str(b.period_end), row.share_b)
        later, earlier, share = (
            (row.doc_a, row.doc_b, row.share_a)
            if years[0] > years[1]
            else (row.doc_b, row.doc_a, row.share_b)
        )
        listed.append((later, earlier, _relation(a, b), share, row.passages, row.longest))
    frame = pd.DataFrame(
        listed, columns=["later", "earlier", "relation", "share", "passages", "longest"]
    )
    return frame.sort_values(
        ["share", "later", "earlier"], ascending=[False, True, True], ignore_index=True
    )


def _relation(a: Any, b: Any) -> str:
    if _owner(a) and _owner(a) == _owner(b):
        years = sorted(int(row.period_end) for row in (a, b) if row.period_end)
        return "next_year" if len(years) == 2 and years[1] - years[0] == 1 else "same_place"
    return "same_province" if a.province and a.province == b.province else "other"


def owners(documents: pd.DataFrame) -> dict[str, str]:
    """Return whose report each document is: its ``adcode``, else its issuer, else itself.

    Departments share the ``adcode`` of their government and go by their issuer.
    """
    return {row.doc_id: _owner(row) or row.doc_id for row in measures.records(documents)}


def _owner(row: Any) -> str:
    own = "" if row.level == "department" else row.adcode
    return str(own or row.issuer)

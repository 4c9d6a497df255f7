"""Which of many patterns can match at all: an index of the letters that each of them needs.

Most rules of the codebook have nothing to say of most figures. A pattern that must contain 复议 or
诉讼 wherever it matches need not be tried on words that hold neither. The pairs of characters are
read off the parsed pattern; a pattern of which nothing can be said is always tried, so that the
index never changes a result, only the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

_parser: Any = getattr(re, "_parser", None)
_MOST_WORDINGS = 24  # of one stretch of a pattern; beyond it the stretch is cut
_WIDTHLESS = ("AT", "ASSERT", "ASSERT_NOT")


@lru_cache(maxsize=8192)
def needed(pattern: re.Pattern[str], shortest: int = 2) -> frozenset[str] | None:
    """Return pieces of which every match holds at least one; None where nothing can be said.

    A piece is a pair of letters; with ``shortest`` 1 also a letter where no pair is certain.
    """
    if _parser is None or pattern.flags & re.IGNORECASE:
        return None
    return _sequence(_parser.parse(pattern.pattern, pattern.flags), shortest)


def _sequence(parsed: Any, shortest: int) -> frozenset[str] | None:
    """Return the fewest pieces that a sequence of parsed pieces is sure to hold one of."""
    found: list[frozenset[str]] = []
    run = frozenset({""})  # every wording of the stretch of letters read so far
    for operation, argument in parsed:
        name = str(operation)
        wordings = _wordings(name, argument)
        inner = _inner(name, argument, shortest) if wordings is None or name == "ASSERT" else None
        if inner:
            found.append(inner)
        repeated = name.endswith("_REPEAT") and argument[0] > 0 and wordings is None
        if repeated:  # 第[一二三]{1,3} holds one of 第一, 第二, 第三
            wordings = _spelled(argument[2])
        if wordings is not None and len(run) * len(wordings) <= _MOST_WORDINGS:
            run = frozenset(head + tail for head in run for tail in wordings)
        else:
            found.extend(_pieces(run, shortest))
            run = wordings or frozenset({""})
        if repeated:
            found.extend(_pieces(run, shortest))
            run = frozenset({""})
    found.extend(_pieces(run, shortest))
    return min(found, key=_cost) if found else None


def _cost(pieces: frozenset[str]) -> tuple[int, int, list[str]]:
    """Order sets of pieces by how seldom they let a pattern through: letters are common."""
    return sum(len(piece) == 1 for piece in pieces), len(pieces), sorted(pieces)


def _pieces(run: frozenset[str], shortest: int) -> list[frozenset[str]]:
    """Return one piece of each wording of a stretch, as few different ones as will do."""
    if min(map(len, run)) < shortest:
        return []
    chosen: set[str] = set()
    for wording in sorted(run, key=lambda w: (len(w), w)):
        pieces = [wording[i : i + 2] for i in range(max(1, len(wording) - 1))]
        if not chosen.intersection(pieces):
            chosen.add(pieces[0])
    return [frozenset(chosen)]


def _wordings(operation: str, argument: Any) -> frozenset[str] | None:
    """Return every wording of a piece of a pattern, where they are few; else None."""
    found: frozenset[str] | None = None
    if operation == "LITERAL":
        found = frozenset({chr(argument)})
    elif operation in _WIDTHLESS:
        found = frozenset({""})
    elif operation == "IN":
        found = _letters(argument)
    elif operation in ("SUBPATTERN", "ATOMIC_GROUP"):
        found = _spelled(argument[-1] if operation == "SUBPATTERN" else argument)
    elif operation == "BRANCH":
        branches = [_spelled(branch) for branch in argument[1]]
        if all(branch is not None for branch in branches):
            found = frozenset().union(*(branch for branch in branches if branch))
    elif operation.endswith("_REPEAT") and tuple(argument[:2]) in ((0, 1), (1, 1)):
        once = _spelled(argument[2])
        found = None if once is None else once | ({""} if argument[0] == 0 else set())
    return found if found is None or len(found) <= _MOST_WORDINGS else None


def _letters(members: Any) -> frozenset[str] | None:
    """Return the letters of a class, or None where it names what it does not hold."""
    found: set[str] = set()
    for kind, value in members:
        if str(kind) == "LITERAL":
            found.add(chr(value))
        elif str(kind) == "RANGE" and value[1] - value[0] < _MOST_WORDINGS:
            found.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return frozenset(found)


def _spelled(parsed: Any) -> frozenset[str] | None:
    """Return every wording of a sequence, or None where one of its pieces has too many."""
    run = frozenset({""})
    for operation, argument in parsed:
        wordings = _wordings(str(operation), argument)
        if wordings is None or len(run) * len(wordings) > _MOST_WORDINGS:
            return None
        run = frozenset(head + tail for head in run for tail in wordings)
    return run


def _inner(operation: str, argument: Any, shortest: int) -> frozenset[str] | None:
    if operation in ("SUBPATTERN", "ASSERT"):
        return _sequence(argument[-1], shortest)
    if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] > 0:
        return _sequence(argument[2], shortest)
    if operation == "ATOMIC_GROUP":
        return _sequence(argument, shortest)
    if operation == "BRANCH":
        branches = [_sequence(branch, shortest) for branch in argument[1]]
        if all(branches):
            return frozenset().union(*(b for b in branches if b))
    return None


class Index:
    """Patterns by the pairs of characters that they need."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._always: list[int] = []
        self._by_pair: dict[str, list[int]] = {}
        for number, pattern in enumerate(patterns):
            pairs = needed(pattern)
            if pairs is None:
                self._always.append(number)
            for pair in pairs or ():
                self._by_pair.setdefault(pair, []).append(number)

    def candidates(self, words: str) -> list[int]:
        """Return the numbers of the patterns that can match in ``words``, in order."""
        found = self._always
        by_pair = self._by_pair
        for pair in map("".join, pairwise(words)):
            if pair in by_pair:
                found = found + by_pair[pair]
        return sorted(set(found)) if found is not self._always else found


def gate(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """Return a cheap pattern that is found wherever one of ``patterns`` is found."""
    wanted: set[str] = set()
    for pattern in patterns:
        pieces = needed(pattern, 1)
        if pieces is None:
            return re.compile("")
        wanted |= pieces
    letters = "".join(sorted(piece for piece in wanted if len(piece) == 1))
    longer = [re.escape(piece) for piece in sorted(wanted) if len(piece) > 1]
    return re.compile("|".join([f"[{re.escape(letters)}]"] * bool(letters) + longer))

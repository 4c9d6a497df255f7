"""Which of many patterns can match at all: an index of the letters that each of them needs.

Most rules of the codebook have nothing to say of most figures. A pattern that must contain 复议 or
诉讼 wherever it matches need not be tried on words that hold neither. The pairs of characters are
read off the parsed pattern; a pattern of which nothing can be said is always tried, so that the
index never changes a result, only the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_parser: Any = getattr(re, "_parser", None)


def needed(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Return pairs of characters of which every match holds at least one; None if unknown."""
    if _parser is None or pattern.flags & re.IGNORECASE:
        return None
    return _sequence(_parser.parse(pattern.pattern, pattern.flags))


def _sequence(parsed: Any) -> frozenset[str] | None:
    """Return the fewest pairs that a sequence of parsed pieces is sure to hold one of."""
    found: list[frozenset[str]] = []
    run = ""
    for operation, argument in parsed:
        if str(operation) == "LITERAL":
            run += chr(argument)
            if len(run) == 2:
                found.append(frozenset({run}))
                run = run[1:]
            continue
        run = ""
        inner = _inner(str(operation), argument)
        if inner:
            found.append(inner)
    return min(found, key=len) if found else None


def _inner(operation: str, argument: Any) -> frozenset[str] | None:
    if operation == "SUBPATTERN":
        return _sequence(argument[-1])
    if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] > 0:
        return _sequence(argument[2])
    if operation == "ATOMIC_GROUP":
        return _sequence(argument)
    if operation == "BRANCH":
        branches = [_sequence(branch) for branch in argument[1]]
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
        found = set(self._always)
        by_pair = self._by_pair
        for i in range(len(words) - 1):
            hits = by_pair.get(words[i : i + 2])
            if hits:
                found.update(hits)
        return sorted(found)

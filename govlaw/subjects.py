"""What a figure counts, in the words of its own clause.

A figure's own words run from the figure before it (or the start of its clause) to the figure after
it (or the clause's end). The subject is the stretch of them that names what is counted, so that a
reader always sees what a number is of, with or without an indicator.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache

from govlaw.definitions import rows
from govlaw.model import Quantity
from govlaw.text import Locator

_TRIM = ' \t\r\n　、，,。；;：:（）()“”"《》‘’—-…'
# the noun of the figure before, then "and": 266个行政执法证和7个行政执法监督证
_JOINED = re.compile(r"[\u4e00-\u9fff（）()“”]{0,14}(?:和|与|及|以及|、)(?=[0-9])")


_TRANSPARENT = ("structural", "rhetorical")


@dataclass(frozen=True, slots=True)
class Own:
    """Offsets of a figure's own words: before it and after it."""

    before: tuple[int, int]
    after: tuple[int, int]


@cache
def _fillers(position: str) -> re.Pattern[str]:
    listed = "|".join(f"(?:{r['pattern']})" for r in rows("fillers") if r["position"] == position)
    # possessive: 共计 is one word and also two, so that 共计共计… could be divided in 2ⁿ ways
    return re.compile(f"^(?:{listed})++" if position == "start" else f"(?:{listed})++$")


def own_words(found: list[Quantity], clauses: Locator) -> list[Own]:
    """Return each quantity's own words, in the order of ``found``.

    A date or a fixed whole (2023年度, 三项) counts nothing: words go on across it.
    """
    bounds = [quantity for quantity in found if quantity.role not in _TRANSPARENT]
    ends, starts = [b.end for b in bounds], [b.start for b in bounds]
    owned = []
    for quantity in found:
        start, end = clauses.span(quantity.start)
        earlier, later = bisect_right(ends, quantity.start), bisect_left(starts, quantity.end)
        low = max(start, ends[earlier - 1] if earlier else 0)
        high = min(end, starts[later] if later < len(starts) else end)
        owned.append(Own((low, quantity.start), (quantity.end, max(high, quantity.end))))
    return owned


def subject(text: str, own: Own) -> tuple[int, int]:
    """Return the span of the words that name what is counted; empty where there are none.

    办理法律援助案件116件 has its noun before the number, 召开3次联席会议 has it after.
    """
    before, after = _trimmed(text, *own.before), _trimmed(text, *own.after)
    if after[0] == after[1]:
        return before
    words = text[slice(*before)]
    if words and text.startswith("、", own.after[0]):
        return before  # 新增12件、修改8件: what stands after is the next figure's own
    # 换发266个行政执法证, 执法人员中8203人合格: what stands before is no noun of this figure
    follows = (
        not words
        or text.endswith("中", own.before[0], own.before[1])
        or _fillers("verb").search(words)
        or _JOINED.match(text, own.before[0])
    )
    return after if follows else before


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Cut off punctuation, adverbs and verbs that say nothing of what is counted."""
    lead, length = _core(text[start:end])
    return start + lead, start + lead + length


@lru_cache(maxsize=32768)  # reports repeat their phrases
def _core(words: str) -> tuple[int, int]:
    """Return where the words that name something begin in a phrase, and how many they are."""
    start, end = 0, len(words)
    while True:
        while start < end and words[start] in _TRIM:
            start += 1
        while start < end and words[end - 1] in _TRIM:
            end -= 1
        rest = words[start:end]
        head, tail = _fillers("start").match(rest), _fillers("end").search(rest)
        if head and head.end() < len(rest):
            start += head.end()
        elif tail and tail.start() > 0:
            end = start + tail.start()
        else:
            return start, 0 if (head or tail) and rest else end - start

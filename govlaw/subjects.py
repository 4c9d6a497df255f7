"""What a figure counts, in the words of its own clause.

A figure's own words run from the figure before it (or the start of its clause) to the figure after
it (or the clause's end). The subject is the stretch of them that names what is counted, so that a
reader always sees what a number is of, with or without an indicator.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache

from govlaw.definitions import rows
from govlaw.model import Quantity
from govlaw.text import Locator

_TRIM = ' \t\r\n　、，,。；;：:（）()“”"《》‘’—-…'
# the noun of the figure before, then "and": 266个行政执法证和7个行政执法监督证
_JOINED = re.compile(r"[\u4e00-\u9fff（）()“”]{0,14}(?:和|与|及|以及|、)(?=[0-9])")


# 受理、审结分别为8件和6件: the things stand before, the figures after, in one order
_RESPECTIVELY = re.compile(r"分别(?:达到|达|为|有|是|占|共|约|实现|完成)?\s*$")
# 市、县两级覆盖率分别为…: the places share one noun
_SCOPE = re.compile(r"(?:[省市县区乡镇村级]|街道|部门)$")
_AND = re.compile("[、和与及]|以及")
_TRANSPARENT = ("structural", "rhetorical")


@dataclass(frozen=True, slots=True)
class Own:
    """Offsets of a figure's own words: before it and after it."""

    before: tuple[int, int]
    after: tuple[int, int]


@cache
def _fillers(position: str) -> re.Pattern[str]:
    listed = "|".join(f"(?:{r['pattern']})" for r in rows("fillers") if r["position"] == position)
    return re.compile(f"^(?:{listed})+" if position == "start" else f"(?:{listed})+$")


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


def respective(text: str, found: list[Quantity], owned: list[Own]) -> dict[int, str]:
    """Return what each figure of a 分别 list counts, by its index in ``found``.

    受理、审结分别为8件和6件: the first figure counts 受理, the second 审结. Where the figures are not
    as many as the things, nothing tells them apart, and every figure of the list gets the empty
    name.
    """
    named: dict[int, str] = {}
    for first, own in enumerate(owned):
        before = text[slice(*own.before)]
        mark = _RESPECTIVELY.search(before) if "分别" in before else None
        things = _AND.split(before[: mark.start()]) if mark else []
        if len(things) < 2:
            continue
        if all(_SCOPE.search(thing) for thing in things[:-1]):
            things = [things[-1]] * len(things)
        last = first
        while last + 1 < len(found) and _AND.fullmatch(
            text, found[last].end, found[last + 1].start
        ):
            last += 1
        listed = range(first, last + 1)
        paired = len(listed) == len(things)
        named |= {i: things[i - first] if paired else "" for i in listed}
    return named


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
    while True:
        while start < end and text[start] in _TRIM:
            start += 1
        while start < end and text[end - 1] in _TRIM:
            end -= 1
        words = text[start:end]
        head, tail = _fillers("start").match(words), _fillers("end").search(words)
        if head and head.end() < len(words):
            start += head.end()
        elif tail and tail.start() > 0:
            end = start + tail.start()
        elif (head or tail) and words:
            return start, start
        else:
            return start, end

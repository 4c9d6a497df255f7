"""Which noun of a list belongs to which figure.

Two forms part a figure from its noun: a list of nouns that a list of figures answers
(受理、办结分别为120件、110件), and one figure that holds for several nouns
(办结率、满意率均为100%).
"""

from __future__ import annotations

import re
from itertools import combinations

from govlaw.model import Quantity
from govlaw.subjects import Own

_RESPECTIVELY = re.compile(r"^(?P<nouns>.*?)分别(?!对|从|由|在|向)[^、，,。；;0-9]{0,6}$", re.S)
_ALL = re.compile(r"^(?P<nouns>.*?)(?:均|都|皆|全部)[^、，,。；;0-9]{0,6}$", re.S)
_RATES = re.compile(r"^(?P<nouns>.*[率度][、和与及].*[率度])[^、，,。；;0-9]{0,3}$", re.S)
_JOINT = re.compile("、|以及|和|与|及")
_BETWEEN = re.compile(r" *(?:、|和|与|及|以及|，|,) *")
_PLACE = re.compile(r"(?:[省市县区乡镇村级]|街道|部门)$")
_LONGEST = 120  # letters of a list of nouns
_MOST_JOINTS = 10  # a longer list is prose

Span = tuple[int, int]


def aligned(text: str, found: list[Quantity], owned: list[Own]) -> dict[int, Own | None]:
    """Return the own words of the figures in 分别 lists, by their index in ``found``.

    Where nouns and figures differ in number nothing tells which is whose: None. Places that share
    one noun (市、县两级覆盖率分别为…) give each figure that noun.
    """
    changed: dict[int, Own | None] = {}
    for first, own in enumerate(owned):
        start, end = max(own.before[0], own.before[1] - _LONGEST), own.before[1]
        if first in changed or text.find("分别", start, end) < 0:
            continue
        match = _RESPECTIVELY.match(text[start:end])
        if match is None:
            continue
        last = first
        while last + 1 < len(found) and _BETWEEN.fullmatch(
            text, found[last].end, found[last + 1].start
        ):
            last += 1
        until = start + match.end("nouns")
        if last == first or not _JOINT.search(text, start, until):
            continue
        nouns = _split(text, start, until, last - first + 1)
        if nouns and all(_PLACE.search(text[slice(*noun)]) for noun in nouns[:-1]):
            nouns = [nouns[-1]] * len(nouns)
        for index in range(first, last + 1):
            end = found[index].end
            after = owned[last].after if index == last else (end, end)
            changed[index] = Own(nouns[index - first], after) if nouns else None
    return changed


def shared(text: str, own: Own) -> list[Span]:
    """Return the nouns for which one figure holds; none where it holds for one only."""
    start = max(own.before[0], own.before[1] - _LONGEST)
    words = text[start : own.before[1]]
    if not _JOINT.search(words):
        return []
    match = _ALL.match(words) or _RATES.match(words)
    if match is None:
        return []
    return _split(text, start, start + match.end("nouns"), 0)


def _split(text: str, start: int, end: int, wanted: int) -> list[Span]:
    """Cut a list of nouns into ``wanted`` parts, or at every joint that parts like ends (0).

    和 may stand inside a noun (调解和解率): the cuts are those whose parts end alike.
    """
    joints = [match.span() for match in _JOINT.finditer(text, start, end)]
    if not joints or len(joints) > _MOST_JOINTS:
        return []
    if wanted:
        fixed = [joint for joint in joints if text[joint[0]] == "、"]
        free = [joint for joint in joints if joint not in fixed]
        more = wanted - 1 - len(fixed)
        if more < 0 or more > len(free):
            return []
        choices = [sorted([*fixed, *extra]) for extra in combinations(free, more)]
        lists = [_parts(start, end, cuts) for cuts in choices]
        return max(lists, key=lambda parts: _alike(text, parts), default=[])
    parts = _parts(start, end, joints)
    return parts if _alike(text, parts) == len(parts) else []


def _parts(start: int, end: int, cuts: list[Span]) -> list[Span]:
    edges = [start, *(edge for cut in cuts for edge in cut), end]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]


def _alike(text: str, parts: list[Span]) -> int:
    """Count the parts that end with the same letter as the last; an empty part counts against."""
    if any(low >= high for low, high in parts):
        return -1
    last = text[parts[-1][1] - 1]
    return sum(text[high - 1] == last for _, high in parts)

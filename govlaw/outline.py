"""Headings to sections: level, part of the report, dimension of the codebook.

The five parts are those that the rules on reporting ask for (measures and results, shortcomings,
first persons responsible, plans for next year, other). Styles of headings, words of parts and
dimensions are the tables ``headings.csv``, ``parts.csv`` and ``dimensions.csv``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from govlaw.definitions import rows, words
from govlaw.grammar import alternatives, context, patterns, units
from govlaw.model import Section
from govlaw.text import fold, sentences

_LONGEST_HEADING = 60
_HEADING_END = re.compile(r"[。；;：:\n！!]")
_COMMA = re.compile(r"[，,]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ITEM_BEFORE = '。；;：:，,！!\n）)”" 　'
_YEAR_AHEAD = re.compile(r"(20[0-9]{2})年度?[^。；;\n]{0,30}?将")
_HEADING_WEIGHT = 5  # a heading says more of its topic than a word of its text does


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    style: str
    part: str = ""


def enumerators(text: str) -> dict[int, int]:
    """Return start and end of the numbers that count paragraphs: 1. 2、 or a bare 3全面….

    A bare number counts only where it goes on from the one before (8 after 7) and no measure word
    follows it. That keeps "8个浴场" at the start of a line a quantity.
    """
    found: dict[int, int] = {}
    expected = 1
    for match in context("enumerator").finditer(text):
        number, end = int(match[1]), match.end(1)
        followed = text[end : end + 1]
        marked = context("enumerator_mark").match(text, end) and number <= expected + 40
        goes_on = number == expected > 1 and _HAN.match(followed) and not _counts(text, end)
        if marked or goes_on:
            found[match.start(1)] = end
            expected = number + 1
    return found


def _counts(text: str, end: int) -> bool:
    """Tell whether what follows the digits is a measure word; 市 in 11市、县 is a noun."""
    match = patterns()["ordinal"].match("0" + text[end : end + 8])
    if match is None or match["unit"] is None:
        return False
    return units()[match["unit"]].dimension != "entity"


@cache
def _styles() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["style"], re.compile(row["pattern"]))
        for row in rows("headings")
        if row["inline"] == "no"
    )


@cache
def _inline() -> re.Pattern[str]:
    inline = [row["pattern"] for row in rows("headings") if row["inline"] == "yes"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in inline))


@cache
def _parts() -> tuple[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None], ...]:
    return tuple(
        (
            row["part"],
            re.compile(row["heading"]) if row["heading"] else None,
            re.compile(row["paragraph"]) if row["paragraph"] else None,
        )
        for row in rows("parts")
    )


@cache
def _keywords() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return one pattern of all keywords, and the dimension of each."""
    owner = {
        word: row["dimension"] for row in rows("dimensions") for word in words(row["keywords"])
    }
    return re.compile(alternatives(owner)), owner


def _marks(text: str, year: int | None) -> list[_Mark]:
    """Return where sections start, in order."""
    numbered = enumerators(text)
    found: list[_Mark] = []
    for line in re.finditer(r"[^\n]+", text):
        start, content = line.start(), line[0]
        if not content.strip():
            continue
        lead = len(content) - len(content.lstrip())
        style = _style(text, start, start + lead, numbered)
        if style:
            found.append(_Mark(start + lead, style))
        else:
            found.extend(_paragraph_marks(text, start + lead, line.end(), year))
        found.extend(_items(text, start + lead, line.end()))
    unique = {mark.start: mark for mark in reversed(found)}
    return _continued([unique[start] for start in sorted(unique)])


def _style(text: str, line: int, first: int, numbered: dict[int, int]) -> str:
    for style, pattern in _styles():
        if pattern.match(text, line):
            if style == "arabic" and first not in numbered:
                continue
            return style
    return ""


def _items(text: str, start: int, end: int) -> list[_Mark]:
    return [
        _Mark(match.start(), "item")
        for match in _inline().finditer(text, start, end)
        if match.start() == start or text[match.start() - 1] in _ITEM_BEFORE
    ]


def _paragraph_marks(text: str, start: int, end: int, year: int | None) -> list[_Mark]:
    """Find parts that have no heading: a paragraph that opens with shortcomings or plans."""
    found: list[_Mark] = []
    for number, (low, high) in enumerate(sentences(text[start:end])):
        sentence = text[start + low : start + high]
        ahead = _YEAR_AHEAD.match(sentence)
        if ahead and year is not None and int(ahead[1]) > year:
            found.append(_Mark(start + low, "paragraph", "next_year"))
            break
        part = next((p for p, o in _openings(number < 2) if o.search(sentence)), "")
        if part == "shortcomings" and not found:
            found.append(_Mark(start, "paragraph", part))
        elif part == "next_year":
            found.append(_Mark(start + low, "paragraph", part))
            break
    return found


@cache
def _openings(first: bool) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what opens a part without a heading; shortcomings only ``first`` in a paragraph."""
    return tuple((p, o) for p, _, o in _parts() if o and (first or p != "shortcomings"))


def _continued(marks: list[_Mark]) -> list[_Mark]:
    """Drop an inline 一是 that no 二是 follows: it is prose, not a list."""
    items = [i for i, mark in enumerate(marks) if mark.style == "item"]
    lone = set()
    for position, index in enumerate(items):
        previous = position > 0 and items[position - 1] == index - 1
        following = position + 1 < len(items) and items[position + 1] == index + 1
        if not previous and not following:
            lone.add(index)
    return [mark for i, mark in enumerate(marks) if i not in lone]


def _heading(text: str, start: int, end: int) -> str:
    """Return the heading that starts at ``start``: up to its first stop, comma if too long."""
    stop = _HEADING_END.search(text, start, end)
    last = stop.start() if stop else end
    if last - start > _LONGEST_HEADING:
        comma = _COMMA.search(text, start + 4, last)
        last = min(comma.start() if comma else last, start + _LONGEST_HEADING)
    return text[start:last].strip()


def _dimension(heading: str, body: str, inherited: str) -> str:
    pattern, owner = _keywords()
    score: dict[str, int] = {}
    for weight, content in ((_HEADING_WEIGHT, heading), (1, body)):
        for word in pattern.findall(content):
            name = owner[word]
            score[name] = score.get(name, 0) + weight
    if not score:
        return inherited
    best = max(score.values())
    if score.get(inherited) == best:
        return inherited
    return next(name for name in score if score[name] == best)


def read(text: str, kind: str = "annual_report", year: int | None = None) -> list[Section]:
    """Return the sections of a report in order of their start.

    Parameters
    ----------
    text : the report's text
    kind : the kind of document; only an annual report has parts
    year : the last year that the report is about, where known: a paragraph that says what will
        be done in a later year opens the part ``next_year``
    """
    folded = fold(text)
    marks = _marks(folded, year if kind == "annual_report" else None)
    if kind != "annual_report":
        marks = [mark for mark in marks if mark.style != "paragraph"]
    found: list[Section] = []
    first = marks[0].start if marks else len(text)
    if text[:first].strip():
        found.append(Section("0", "", 0, 0, first, "", "other", "context"))
    stack: list[tuple[str, int]] = []  # style and index into found
    counters: list[int] = []
    for position, mark in enumerate(marks):
        following = marks[position + 1].start if position + 1 < len(marks) else len(text)
        stack = _pop(stack, mark.style)
        level = len(stack) + 1
        counters = counters[:level] + [0] * (level - len(counters))
        counters[level - 1] += 1
        parent = found[stack[-1][1]] if stack else None
        section_id = ".".join(map(str, counters))
        heading = _heading(text, mark.start, following)
        inherited = parent.dimension if parent else "leadership"
        part = _part(mark, heading, parent, kind, level)
        body = text[mark.start + len(heading) : following][:200]
        found.append(
            Section(
                section_id, parent.section_id if parent else "", level, mark.start, following,
                heading, part, "leadership" if mark.part else _dimension(heading, body, inherited),
            )
        )  # fmt: skip
        stack = [*stack, (mark.style, len(found) - 1)]
    return _close(found, len(text))


def _pop(stack: list[tuple[str, int]], style: str) -> list[tuple[str, int]]:
    """Return the headings that are still open when one of this style begins."""
    if style in ("chapter", "paragraph"):
        return []
    styles = [name for name, _ in stack]
    return stack[: styles.index(style)] if style in styles else stack


def _part(mark: _Mark, heading: str, parent: Section | None, kind: str, level: int) -> str:
    if kind != "annual_report":
        return "other"
    if mark.part:
        return mark.part
    named = next((p for p, words_, _ in _parts() if words_ and words_.search(heading)), "")
    if parent is None:
        return named or "results"
    if named == "first_person" and level <= 2 and parent.part == "results":
        return named
    return parent.part


def _close(found: list[Section], length: int) -> list[Section]:
    """Let each section end where the next of its level or above starts."""
    closed = list(found)
    open_: list[int] = []
    for i, section in enumerate([*found, None]):
        while open_ and (section is None or found[open_[-1]].level >= section.level):
            last, end = open_.pop(), section.start if section else length
            s = found[last]
            closed[last] = Section(
                s.section_id, s.parent_id, s.level, s.start, end, s.heading, s.part, s.dimension
            )
        if section and section.level:
            open_.append(i)
    return closed


class Places:
    """Finds the innermost section that holds an offset."""

    def __init__(self, sections: list[Section]) -> None:
        self._sections = sections
        self._starts = [section.start for section in sections]

    def at(self, offset: int) -> Section | None:
        """Return the section that starts last at or before ``offset``."""
        index = bisect_right(self._starts, offset) - 1
        return self._sections[index] if index >= 0 else None

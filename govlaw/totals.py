"""Which figures make up a total: lists, brackets, partitions, and names with their number.

A list that need not be complete is tested against what it may not exceed; only one that must be
complete (其他, a total behind its parts, a partition of the codebook) has to add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from govlaw import numerals
from govlaw.definitions import rows, words
from govlaw.grammar import dimension_of
from govlaw.model import Observation
from govlaw.pairing import Report, alike, counted, value, word

_SHORTEST_SHARED = 4
_FARTHEST = 60  # figures of one sentence that lie farther apart are not put together
_BRACKET = re.compile(r"[（(][^（）()]*[）)]")
_MOST_NAMES = 12
_LONGEST = 1000  # characters of the longest list in brackets
_OUTCOME = 4  # characters of the longest outcome: 予以公开


@dataclass(frozen=True, slots=True)
class Sum:
    """A total with its parts.

    ``complete`` is true where the parts must make up the whole. ``strict`` is false where a
    mismatch tells nothing: the parts may overlap, or only a fit shows that they belong together.
    """

    total: Observation
    parts: tuple[Observation, ...]
    complete: bool
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """A number and the names listed right before it: 《甲》《乙》2部; ``names`` are their spans."""

    figure: Observation
    names: tuple[tuple[int, int], ...]
    strict: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of one whole that stand in a list."""

    shares: tuple[Observation, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Years:
    """A length in years and the first and last year that stand in the same title."""

    figure: Observation
    length: int
    length_span: tuple[int, int]
    years: tuple[int, int]


class Partition(NamedTuple):
    """A total of the codebook with the codes of its parts; complete where there are no others."""

    total: str
    parts: tuple[str, ...]
    complete: bool


@cache
def partitions() -> tuple[Partition, ...]:
    """Return the rows of ``partitions.csv``."""
    return tuple(
        Partition(row["total"], words(row["parts"]), row["complete"] == "yes")
        for row in rows("partitions")
    )


def sums(report: Report) -> Iterator[Sum]:
    """Yield every total that has parts, each set of figures once."""
    seen: set[tuple[int, ...]] = set()
    for figures in report.sentences.values():
        listed = [o for o in figures if counted(o)]
        for found in (*_partitioned(report, listed), *_listed_sums(report, listed)):
            key = tuple(sorted(o.quantity.start for o in (*found.parts, found.total)))
            if key not in seen:
                seen.add(key)
                yield found


# -- lists ---------------------------------------------------------------------------------


def _listed_sums(report: Report, listed: list[Observation]) -> Iterator[Sum]:
    for i in range(len(listed)):
        first = max(i - _FARTHEST, 0)
        near = listed[first : i + _FARTHEST + 1]
        found = _behind(report, near, i - first) or _below(report, near, i - first)
        if found:
            yield found
    if listed:
        found = _across(report, listed)
        if found:
            yield found


def _behind(report: Report, listed: list[Observation], i: int) -> Sum | None:
    """Return 合计 and the parts before it: those that make it up, else the whole list before it.

    The list goes back to a figure of another unit or to a semicolon; where its last parts are
    joined by 、 it goes back to a comma only (受理86件，新增12件、修改8件，共20件).
    """
    total = listed[i]
    if i < 2 or not word("total_only").match(report.before(total).strip()):
        return None
    added = Decimal(0)
    start, closed, enumerated, mixed = i, False, False, False
    for j in range(i - 1, -1, -1):
        between = report.between(listed[j], listed[j + 1])
        if j + 1 < i and word("list_end").search(between):
            break
        if not alike(listed[j], total):
            mixed = j + 1 < i and "、" in between  # 合同87份、文件143件、案件59件，合计289件
            if not mixed:
                break
        if word("each").search(report.before(listed[j])):
            return None
        if j + 2 == i:
            enumerated = "、" in between
        closed = closed or (enumerated and j + 1 < i and bool(re.search("[，,]", between)))
        added += value(listed[j])
        if j + 1 < i and added == value(total):
            return Sum(total, tuple(listed[j:i]), True)
        if not closed:
            start = j
    parts = tuple(listed[start:i])
    if len(parts) < 2:
        return None
    run = _run(parts, value(total))
    if run:
        return Sum(total, run, True)
    since = any(word("since").search(report.before(p)) for p in parts)
    strict = not since and not mixed and (enumerated or _parallel(parts))
    return Sum(total, parts, True, strict)


def _run(parts: tuple[Observation, ...], total: Decimal) -> tuple[Observation, ...]:
    """Return the parts side by side that make up the total: 会议2次、8次，学法1次，共10次."""
    for first in range(len(parts)):
        for last in range(first + 2, len(parts) + 1):
            if sum(map(value, parts[first:last])) == total:
                return parts[first:last]
    return ()


def _loose(report: Report, parts: tuple[Observation, ...]) -> bool:
    """Tell whether parts may overlap, or count more than the year."""
    own = [report.before(p) for p in parts]
    money = dimension_of().get(parts[0].quantity.unit) == "money"
    return any((word("overlap").search(o) and not money) or word("since").search(o) for o in own)


def _below(report: Report, listed: list[Observation], i: int) -> Sum | None:
    """Return a total and the parts that the text puts below it.

    Three forms: parts in brackets, parts after 其中, and a run of figures that all name the
    total's own thing (审计项目38个, 已完成审计项目17个, …).
    """
    total = listed[i]
    if word("each").search(report.before(total)):
        return None
    following: list[Observation] = []
    for o in listed[i + 1 :]:
        if not alike(o, total):
            break
        following.append(o)
    if not following:
        return None
    gap = report.between(total, following[0])
    if _opens(gap):
        inside = _inside(report, total, following)
        return _sum_of(report, total, inside, inside, [])
    if word("part_of").search(gap) and not word("list_end").search(gap):
        flat = _flat(report, total, following)
        above = [o for o in listed[:i] if alike(o, total)]
        return _sum_of(report, total, _joined(report, total, flat), flat, above)
    name = total.subject
    same = [o for o in following if shared(name, report.own(o)) >= _SHORTEST_SHARED]
    run = len(same) > 1 and same == following[: len(same)]
    if run and sum(map(value, same)) == value(total):
        return Sum(total, tuple(same), False)
    return None


def _opens(gap: str) -> bool:
    return gap.lstrip()[:1] in ("（", "(")


def _inside(report: Report, total: Observation, following: list[Observation]) -> list[Observation]:
    """Return the figures up to the bracket that closes the one behind the total."""
    depth, start = 0, total.quantity.end
    for at in range(start, min(total.sentence_end, start + _LONGEST)):
        depth += {"（": 1, "(": 1, "）": -1, ")": -1}.get(report.text[at], 0)
        if depth == 0 and at > start and report.text[at] in "）)":
            inside = [o for o in following if o.quantity.end <= at]
            return _flat(report, total, inside, start + 1)
    return []


def _flat(
    report: Report, total: Observation, following: list[Observation], start: int = -1
) -> list[Observation]:
    """Return the figures of a list without those in brackets of their own."""
    start = total.quantity.end if start < 0 else start
    while start < len(report.text) and report.text[start] in "（( ":
        start += 1
    if not following:
        return []
    end = following[-1].quantity.end
    hidden = [
        (start + m.start(), start + m.end())
        for m in _BRACKET.finditer(report.text[start : end + _LONGEST])
        if start + m.start() < end
    ]
    return [o for o in following if not any(a < o.quantity.start < b for a, b in hidden)]


def _joined(report: Report, total: Observation, following: list[Observation]) -> list[Observation]:
    """Return the parts after 其中: those that make up the total, else those joined by 、 alone.

    After a comma the text may have gone on to something else (其中专题12次，组织宣讲30次), so that
    figures beyond it are parts only where they make the total complete.
    """
    added, joined = Decimal(0), 0
    for i, part in enumerate(following):
        between = report.between(following[i - 1], part) if i else ""
        if "。" in between:
            break
        if joined == i and not re.search("[，,；;]", _BRACKET.sub("", between)):
            joined = i + 1
        added += value(part)
        if i and added == value(total):
            return following[: i + 1]
    return following[:joined]


def _sum_of(
    report: Report,
    total: Observation,
    parts: list[Observation],
    every: list[Observation],
    above: list[Observation],
) -> Sum | None:
    """Return the sum of a list, or nothing where its total may be another figure.

    A list that ends with 其他 is complete; one part alone is bounded by its total. ``above`` are
    figures before the total that 其中 may mean as well (排查120个，整改100个，其中…).
    """
    if not parts:
        return None
    listed, added = tuple(parts), sum(map(value, parts))
    loose = _loose(report, listed) or bool(word("since").search(report.own(total)))
    wider = any(value(o) >= added for o in above)
    if len(listed) == 1:
        exceeds = value(listed[0]) > value(total) and len(every) == 1
        return Sum(total, listed, False) if exceeds and not loose and not wider else None
    last = report.before(listed[-1]) + report.own(listed[-1])
    complete = bool(word("rest").search(last)) and listed[-1] is every[-1]
    if added != value(total):
        meant = next((o for o in above if value(o) == added), None)
        if meant:
            return Sum(meant, listed, complete)
    strict = complete or (not loose and not wider and _parallel(listed))
    return Sum(total, listed, complete, strict)


def _parallel(parts: tuple[Observation, ...]) -> bool:
    """Tell whether the parts of a list are of one kind, so that they exclude each other.

    They are named by the same noun (重点企业、一般企业) or by bare outcomes (维持、驳回). Persons
    are of many kinds at once.
    """
    if dimension_of().get(parts[0].quantity.unit) == "person":
        return False
    names = [re.sub("^其中", "", p.subject) for p in parts]
    return len({name[-2:] for name in names}) == 1 or all(len(n) <= _OUTCOME for n in names)


def _across(report: Report, listed: list[Observation]) -> Sum | None:
    """Return the list of a sentence that opens with 其中, and the total in the sentence before."""
    first = listed[0]
    start = first.sentence_start
    if not report.text.startswith("其中", start):
        return None
    place = report.place[first.quantity.start]
    before = report.figures[place - 1] if place else None
    if before is None or not counted(before) or not alike(before, first):
        return None
    if report.text[before.sentence_end : start].strip() or before.section_id != first.section_id:
        return None
    parts = _joined(report, before, _flat(report, first, listed, start))
    if len(parts) < 2 or not all(alike(p, before) for p in parts):
        return None
    return Sum(before, tuple(parts), False, sum(map(value, parts)) == value(before))


def shared(name: str, other: str) -> int:
    """Return the length of the longest stretch of ``name`` that stands in ``other``."""
    best = 0
    for start in range(len(name)):
        while name[start : start + best + 1] in other and start + best + 1 <= len(name):
            best += 1
    return best


# -- partitions of the codebook ------------------------------------------------------------


def _partitioned(report: Report, listed: list[Observation]) -> Iterator[Sum]:
    for partition in partitions():
        totals = [o for o in listed if o.indicator == partition.total]
        parts = [o for o in listed if o.indicator in partition.parts]
        if len(totals) != 1 or {o.indicator for o in parts} != set(partition.parts):
            continue
        scopes = {o.scope for o in (*totals, *parts) if o.scope}
        apart = len(parts) == len(partition.parts) and len(scopes) < 2
        agrees = sum(map(value, parts)) == value(totals[0])
        if agrees or (partition.complete and apart):
            yield Sum(totals[0], tuple(parts), partition.complete, apart)


# -- names and their number ----------------------------------------------------------------


def counts(report: Report) -> Iterator[Count]:
    """Yield every number that stands right behind the names that it counts."""
    for figure in report.observed:
        quantity = figure.quantity
        if quantity.value is None or quantity.approx != "exact" or quantity.value > _MOST_NAMES:
            continue
        if quantity.role in ("structural", "target") or quantity.value < 2:
            continue
        start = quantity.start
        head = report.text[max(start - 400, figure.sentence_start) : start]
        offset = start - len(head)
        titles = word("titles").search(head)
        if titles:
            spans = [
                (offset + m.start(), offset + m.end())
                for m in word("title").finditer(head, titles.start())
            ]
            follows = word("title_units").match(report.text[quantity.end : quantity.end + 12])
            strict = quantity.unit in ("部", "件", "份") and bool(follows)
            if strict or len(spans) == quantity.value:
                yield Count(figure, tuple(spans), strict)
            continue
        names = _names(head, figure)
        if names:
            yield Count(figure, tuple((offset + a, offset + b) for a, b in names), False)


def _names(head: str, figure: Observation) -> list[tuple[int, int]]:
    """Return the spans of as many names as the number says, or nothing."""
    quantity = figure.quantity
    tier = word("tier").search(head)
    if quantity.unit == "级":
        if not tier:
            return []
        found = [
            (tier.start(1) + i, tier.start(1) + i + 1)
            for i, c in enumerate(tier[1])
            if c in "国省市州县区乡镇街村社" and not re.match(r"[^（]*）", tier[1][i:])
        ]
        return found if len(found) == quantity.value else []
    if word("and_so_on").search(head):
        return []
    match = word("names").search(head)
    if not match:
        return []
    pieces, here = [], match.start(1)
    for name in re.split(r"([、]|(?<=[\u4e00-\u9fff]{2})[和及与](?=[\u4e00-\u9fff]{2}))", match[1]):
        if name not in ("、", "和", "及", "与") and name:
            pieces.append((here, here + len(name)))
        here += len(name)
    return pieces if len(pieces) == quantity.value else []


def years(report: Report) -> Iterator[Years]:
    """Yield every title that names a length in years and its first and last year."""
    places = {o.quantity.start: o for o in report.observed}
    for match in word("years_in_title").finditer(report.text):
        figure = places.get(match.start("a"))
        length = numerals.chinese(match["n"]) if not match["n"].isdigit() else int(match["n"])
        if figure and length:
            span = match.start("n"), match.end("n")
            yield Years(figure, length, span, (int(match["a"]), int(match["b"])))


# -- shares of one whole -------------------------------------------------------------------


def shares(report: Report) -> Iterator[Shares]:
    """Yield the lists of shares of one whole: three or more in a sentence, all after 占."""
    for figures in report.sentences.values():
        rates = [
            o
            for o in figures
            if o.quantity.unit == "%" and o.quantity.kind == "rate" and counted_share(report, o)
        ]
        if len(rates) < 3 or any(o.quantity.approx != "exact" for o in rates):
            continue
        last = report.before(rates[-1])
        before = report.neighbour(rates[-1])
        named = last + (report.before(before) if before else "")
        yield Shares(tuple(rates), bool(word("rest").search(named)))


def counted_share(report: Report, rate: Observation) -> bool:
    """Tell whether a rate is called a share, by its own words or by the head of its list."""
    words_before = report.before(rate)
    if words_before.strip() in ("、", "和", "及"):
        before = report.neighbour(rate)
        return before is not None and before.quantity.unit == "%" and counted_share(report, before)
    return bool(re.search("占", words_before))

"""The labelled lines round a page's text: 索引号, 发布日期, 来源 and the like, in every layout.

Lists, tables with bars, two pairs a line, brackets round labels, labels without a colon, labels
and values on alternating lines: a pair is a label of ``metadata.csv`` and what follows it up to
the next label. A value that its field cannot have is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from govlaw.definitions import rows, words
from govlaw.sources import dates
from govlaw.sources.wording import pattern

_LONGEST = 400  # characters of a line that are searched for labels
_MARKS = " \t:|[]【】（）()*•·-\\"
_ENDS = " \t:|[【（(*•·-\\"
_INDEX = re.compile(
    r"(?=[^ ]*[0-9])(?![^ ]*(?:年|报告|情况))"
    r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff\-—_/.〔〕\[\]]{2,59}"
)


class Found(NamedTuple):
    """A value of a block: its field, the label as the table has it, and the value."""

    field: str
    label: str
    value: str


class Block(NamedTuple):
    """The first good value of each field, and which lines hold labels or their values."""

    values: dict[str, Found]
    lines: frozenset[int]


@cache
def _labels() -> tuple[dict[str, tuple[int, str]], re.Pattern[str]]:
    """Return rank and field of every label, and the pattern that finds them with gaps inside."""
    known = {
        label: (rank, row["field"])
        for rank, row in enumerate(rows("metadata"))
        for label in words(row["label"])
    }
    spaced = "|".join(
        " *".join(map(re.escape, label)) for label in sorted(known, key=lambda x: (-len(x), x))
    )
    return known, re.compile(
        rf"(?<![\u4e00-\u9fff])({spaced})(?=[ :|\]】)）]|$|[0-9])[ :|\]】)）]*|({spaced}) *:[ |]*"
    )


def read(lines: Sequence[str]) -> Block:
    """Return what the labelled lines among ``lines`` (folded, stripped) say."""
    known, label = _labels()
    best: dict[str, tuple[int, Found]] = {}
    used: set[int] = set()
    for number, whole in enumerate(lines):
        line = whole[:_LONGEST]
        matches = _starting(list(label.finditer(line)), line)
        for here, match in enumerate(matches):
            name = re.sub(" ", "", match[1] or match[2])
            rank, field = known[name]
            end = matches[here + 1].start() if here + 1 < len(matches) else len(line)
            raw = line[match.end() : end].lstrip(_MARKS).rstrip(_ENDS)
            last = here + 1 == len(matches)
            used |= {number} if len(raw) < 80 else set()
            value = checked(field, raw) if field else ""
            if not raw and last:
                value, taken = _below(field, lines, number, label)
                used |= taken
            if field and value and (field not in best or rank < best[field][0]):
                best[field] = rank, Found(field, name, value)
    return Block({field: found for field, (_, found) in best.items()}, frozenset(used))


def _starting(matches: list[re.Match[str]], line: str) -> list[re.Match[str]]:
    """Return the labels of a line; a label within a sentence is none."""
    kept: list[re.Match[str]] = []
    for match in matches:
        before = line[kept[-1].end() if kept else 0 : match.start()]
        closed = re.search(r"[:|\]】)）]", match[0]) is not None
        if not before.strip(_MARKS) or (kept and before.rstrip()[-1] == "|"):
            kept.append(match)
        elif pattern("sentence").search(before):
            continue
        elif (closed and (kept or match[1])) or (kept and before[-1] in " |"):
            kept.append(match)
    return kept


def _below(
    field: str, lines: Sequence[str], number: int, label: re.Pattern[str]
) -> tuple[str, set[int]]:
    """Return the value of a label that ends its line: the next line, or a date in the next two."""
    if not field or number + 1 >= len(lines) or label.match(lines[number + 1].lstrip(_MARKS)):
        return "", set()
    under = lines[number + 1][:_LONGEST].lstrip(_MARKS).rstrip(_ENDS)
    if len(under) > 80:
        return "", set()
    value = checked(field, under)
    if field in ("published", "written") and not value and number + 2 < len(lines):
        value = checked(field, f"{under} {lines[number + 2][:40]}")
        return value, {number + 1, number + 2} if value else set()
    return value, {number + 1} if value and field != "title" else set()


def checked(field: str, raw: str) -> str:
    """Return a raw value as its field has it; empty where it cannot be one."""
    if field in ("published", "written"):
        return dates.find(raw[:40])
    if field == "document_number":
        number = pattern("number").search(raw)
        return number[0] if number else ""
    if field == "index_number":
        index = _INDEX.match(re.split(r"[ ;]", raw)[0])
        return index[0] if index else ""
    if field == "title":
        return raw if 4 <= len(raw) <= 120 and not raw.endswith("。") else ""
    short = re.split(r"[ |;,，。]", raw)[0]
    return short if 2 <= len(short) <= 40 and re.search("[\u4e00-\u9fff]{2}", short) else ""

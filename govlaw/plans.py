"""Numbered measures of a plan with the units that are responsible for them.

A measure is a numbered paragraph (1. 2、 or （一）) or a row of a table that says who answers for
it: under a label (责任单位：…), in a statement (市司法局牵头，市财政局配合) or as a list of names
after a dash, in brackets or on a line of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from govlaw import deadlines
from govlaw.model import Task
from govlaw.outline import Places, enumerators
from govlaw.responsibility import Units, extent, labelled, roles, statement
from govlaw.text import fold

_PAREN = re.compile(r"(?m)^[ \t　]*([（(][一二三四五六七八九十]{1,3}[)）])")
_CHAPTER = re.compile(r"(?m)^[ \t　]*([一二三四五六七八九十]{1,3})(?=、)")
# 明确责任单位：… and 各责任单位：… speak of such units and name none.
_NO_LABEL = r"(?<!明确)(?<!落实)(?<!压实)(?<!细化)(?<!各)(?<!的)(?<!相关)(?<!有关)"
_BRACKETS = re.compile(r"[（(【\[]((?:[^（()）【】\[\]\n]|[（(][^（()）\n]*[)）])+)[)）】\]]")
_TAIL = re.compile(r"(?:(?P<mark>\n|[。；;]|[—–―]+|--)\s*)(?P<words>[^\n。；;—–―]+)[。；;]?\s*\Z")
_FIRST_LEADS = re.compile(
    r"(?:排|列)(?:名)?(?:在)?(?:第一|首位|首|第一位)(?:位)?(?:的)?(?:责任)?(?:单位|部门)?[为是系]牵头"
)
_SEVERAL = re.compile(
    r"(?:第|以上|上述)?([0-9]{1,3})[-—–~至到]第?([0-9]{1,3})[项条点]"
    r"(?:任务|措施|工作)?[由的]?[ 　]*\Z"
)
_ALL = re.compile(r"(?:以上|上述)(?:各项|各条|全部|所有)?(?:任务|措施|工作)?[由的]?[ 　]*\Z")
_NUMBER_HEADS = ("序号", "编号", "项目编号")
_CELLS = re.compile(r"[\t|]")


@dataclass(slots=True)
class _Measure:
    number: str
    start: int
    number_end: int
    stop: int
    style: str  # arabic, paren, chapter, row
    end: int = 0
    body_end: int = 0
    units: Units = field(default_factory=Units)
    deadline: str = ""
    measure: str = ""


@cache
def _label() -> re.Pattern[str]:
    ordered = sorted(roles(), key=lambda word: (-len(word), word))
    spaced = "|".join("[ 　]*".join(word) for word in ordered)
    return re.compile(f"{_NO_LABEL}({spaced})[ 　]*[:：]")


def read(
    text: str, places: Places, first: str = "", last: str = "", kind: str = "plan"
) -> list[Task]:
    """Return the measures that name a responsible unit, in order.

    A measure runs from its number to the next number or to the end of the line that holds its
    units. ``lead_units`` and ``supporting_units`` stand in printed order.

    Parameters
    ----------
    text : the whole document
    places : its sections
    first, last : first and last year of the plan, as text; empty where it does not say
    kind : of the document; in a report or news item only labels and statements in brackets give
        units a task
    """
    folded = fold(text)
    listed = list(_rows(text))
    measures = _measures(folded, [(row.start, row.end) for row in listed])
    for measure in measures:
        _read(text, folded, measure, kind in ("plan", "other"))
    _share(folded, measures)
    first_leads = bool(_FIRST_LEADS.search(folded))
    found = sorted((*measures, *listed), key=lambda measure: measure.start)
    return [_task(text, m, places, (first, last), first_leads) for m in found if m.units]


def _task(
    text: str, measure: _Measure, places: Places, years: tuple[str, str], first_leads: bool
) -> Task:
    section = places.at(measure.start)
    due = deadlines.due(measure.deadline, *years)
    body = text[measure.number_end : measure.body_end or measure.end].lstrip(" \t　.、，．)）")
    return Task(
        measure.number,
        section.section_id if section else "",
        measure.start,
        measure.start + len(text[measure.start : measure.end].rstrip()),
        measure.units.leads(first_leads),
        measure.units.supports(first_leads),
        measure.deadline,
        due.date,
        due.recurs,
        measure.measure or re.split("[。\n]", body, maxsplit=1)[0].strip(" （(【[—–\t　；;，,：:"),
    )


# -- numbered paragraphs -------------------------------------------------------------------


def _measures(folded: str, tables: list[tuple[int, int]]) -> list[_Measure]:
    starts = [(start, end, "arabic") for start, end in enumerators(folded).items()]
    for pattern, style in ((_PAREN, "paren"), (_CHAPTER, "chapter")):
        starts += [(*match.span(1), style) for match in pattern.finditer(folded)]
    starts = [s for s in starts if not any(low <= s[0] < high for low, high in tables)]
    starts.sort()
    ends = sorted([start for start, _, _ in starts] + [low for low, _ in tables])
    found = []
    for start, number_end, style in starts:
        after = bisect_right(ends, start)
        stop = ends[after] if after < len(ends) else len(folded)
        if style == "chapter":  # what follows the heading's own line has another number, or none
            line = folded.find("\n", start)
            stop = min(stop, line if line >= 0 else stop)
        found.append(_Measure(folded[start:number_end], start, number_end, stop, style))
    return found


def _read(text: str, folded: str, measure: _Measure, named: bool) -> None:
    """Read units and deadline of one numbered paragraph."""
    labels = list(_label().finditer(folded, measure.number_end, measure.stop))
    kinds = roles()
    spans = []
    for i, match in enumerate(labels):
        role = kinds[re.sub("[ 　]", "", match[1])]
        until = labels[i + 1].start() if i + 1 < len(labels) else measure.stop
        start = match.end()
        while start < until and text[start] in " \t　\n":
            start += 1  # the list may stand on the next line
        end = extent(text, start, until)
        if role == "deadline":
            printed = re.split("[；;，,]", text[start:end], maxsplit=1)[0].strip(" \t　、(（")
            measure.deadline = measure.deadline or printed
        else:
            labelled(text[start:end], role, measure.units)
        spans.append((match.start(), end))
    if not measure.units:
        spans += _statements(text, measure, named)
    if not measure.units:
        return
    measure.body_end = min(low for low, _ in spans)
    line = folded.find("\n", max(high for _, high in spans), measure.stop)
    measure.end = line if line >= 0 else measure.stop
    measure.deadline = (
        measure.deadline
        or measure.units.deadline
        or deadlines.find(folded, measure.number_end, measure.body_end)
    )


def _statements(text: str, measure: _Measure, named: bool) -> list[tuple[int, int]]:
    """Read the units of a paragraph without labels; return where they stand.

    ``named`` tells that names without any verb count, and statements without brackets.
    """
    found = []
    body = text[measure.number_end : measure.stop]
    for match in _BRACKETS.finditer(body):
        last = not body[match.end() :].split("\n")[0].strip(" \t　。；;")
        verb = statement(match[1], measure.units, verb=True)
        if verb or (named and last and statement(match[1], measure.units, verb=False)):
            found.append((measure.number_end + match.start(), measure.number_end + match.end()))
    if found or not named:
        return found
    paragraphs = body.rstrip().split("\n")
    for lines in range(1, min(len(paragraphs), 3) + 1):
        shown = "\n".join(paragraphs[:lines]).rstrip()
        tail = _TAIL.search(shown)
        if tail is None:
            continue
        words = tail["words"]
        mark = "\n" if "\n" in shown[tail.start() : tail.start("words")] else tail["mark"]
        alone = mark == "\n" and not re.search("[、，,]", words)  # may be a signature
        if statement(words, measure.units, verb=mark in "。；;" or alone):
            start = measure.number_end + tail.start("words")
            return [(start, start + len(words))]
    return []


def _share(folded: str, measures: list[_Measure]) -> None:
    """Give the units of 以上1—3项责任单位：… to every measure that the words name."""
    for i, measure in enumerate(measures):
        if not measure.units or not measure.body_end:
            continue
        before = folded[measure.number_end : measure.body_end].rstrip(" 　(（【[")
        inside = folded[measure.body_end : measure.end]
        opened = re.match(r"[ 　(（【\[]*(?:(?:以上|上述|第)[^由:]{0,12})由", inside)
        words = opened[0][:-1].lstrip(" 　(（【[") if opened else before
        several, every = _SEVERAL.search(words), _ALL.search(words)
        for other in reversed(measures[:i]):
            if other.style != measure.style or other.units:
                break
            number = int(other.number) if other.number.isdigit() else 0
            if every or (several and int(several[1]) <= number <= int(several[2])):
                other.units, other.deadline = measure.units, measure.deadline
                line = folded.find("\n", other.number_end, other.stop)
                other.end = other.body_end = line if line >= 0 else other.stop


# -- tables in text ------------------------------------------------------------------------


def _rows(text: str) -> Iterator[_Measure]:
    """Return the rows of tables in the text whose head names responsible units.

    Cells are parted by tabs or by bars; a row has as many cells as the head.
    """
    if not _CELLS.search(text):
        return
    head: list[str] = []
    at = 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        cells = _cells(line)
        names = [re.sub(r"\s", "", cell) for cell, _ in cells]
        if len(cells) >= 3 and any(roles().get(n) in ("lead", "responsible") for n in names):
            head = names
        elif len(cells) != len(head) or not head:
            head = head if not line.strip() or set(line.strip()) <= set("|-: ") else []
        elif not set(line.strip()) <= set("|-: \t"):
            row = _row(head, [(cell, start + offset) for cell, offset in cells])
            if row:
                yield row


def _cells(line: str) -> list[tuple[str, int]]:
    """Return the cells of a line and their offsets; a line without separators has none."""
    content = line.rstrip("\r\n")
    if not _CELLS.search(content):
        return []
    found, here = [], 0
    for end in [*(m.start() for m in _CELLS.finditer(content)), len(content)]:
        cell = content[here:end]
        found.append((cell.strip(), here + len(cell) - len(cell.lstrip())))
        here = end + 1
    if content.lstrip().startswith("|"):
        found = found[1:]
    return found[:-1] if content.rstrip().endswith("|") else found


def _row(head: list[str], cells: list[tuple[str, int]]) -> _Measure | None:
    filled = [(cell, offset) for cell, offset in cells if cell]
    if not filled:
        return None
    number = next((c for n, (c, _) in zip(head, cells, strict=True) if n in _NUMBER_HEADS), "")
    start = filled[0][1]
    row = _Measure("", start, start, 0, "row")
    if number and cells[0][0] == number:
        row.number, row.number_end = number, start + len(number)
    for name, (cell, _) in zip(head, cells, strict=True):
        role = roles().get(name, "")
        if role == "deadline":
            row.deadline = cell
        elif role and cell:
            labelled(re.sub(r"\s*(?:<br ?/?>|;)\s*", "、", cell), role, row.units)
        elif not row.measure and cell != number:
            row.measure = cell
    row.end = row.body_end = filled[-1][1] + len(filled[-1][0])
    row.deadline = row.deadline or deadlines.find(row.measure, 0, len(row.measure))
    return row if row.units else None

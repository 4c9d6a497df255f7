"""Targets: figures that are to be reached, with comparator, years and deadline.

What makes a figure a target is decided in :mod:`govlaw.roles`; here it gets the measure that it
stands in and what is asked of it.
"""

from __future__ import annotations

import re
from functools import cache

from govlaw import deadlines
from govlaw.definitions import rows
from govlaw.model import Metadata, Observation, Section, Target, Task
from govlaw.text import fold

#: What a target may ask for, as ``targets.csv`` prints it; = is a value without such a word.
COMPARATORS = ("=", ">=", ">", "<=", "<", "~")
_BY_INTERVAL = {"at_least": ">=", "more_than": ">=", "above": ">", "at_most": "<=", "below": "<"}
_BEFORE = 12  # characters before a figure in which a word that stands apart from it may be


@cache
def _words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the approximators, longest first, and the comparator of each."""
    ordered = sorted(rows("approximators"), key=lambda row: -len(row["form"]))
    return tuple(
        (re.compile(re.escape(row["form"])), _BY_INTERVAL.get(row["interval"], "~"))
        for row in ordered
    )


def read(
    text: str,
    observed: list[Observation],
    tasks: list[Task],
    sections: list[Section],
    metadata: Metadata,
) -> list[Target]:
    """Return the targets among the figures of a document, in order.

    A target of a plan is set for the plan's years, one of a report's part on next year for the
    year after the report; elsewhere its years are empty. A year that its own deadline names goes
    before both.
    """
    folded = fold(text)
    part = {section.section_id: section.part for section in sections}
    found = []
    for observation in observed:
        q = observation.quantity
        if q.role != "target":
            continue
        task = next((t for t in tasks if t.start <= q.start < t.end), None)
        first, last = _years(metadata, part.get(observation.section_id, ""))
        printed = _deadline(folded, observation, task)
        due = deadlines.due(printed, first, last)
        if due.date:
            first, last = min(first, due.date[:4]) if first else due.date[:4], due.date[:4]
        elif (year := _heading_year(text, observation, metadata)) and metadata.kind == "plan":
            first = last = year
        found.append(
            Target(
                q.start,
                q.end,
                q.text,
                task.number if task else "",
                comparator(text, observation),
                q.value,
                q.low,
                q.high,
                q.unit,
                q.kind,
                observation.indicator,
                observation.subject,
                observation.scope,
                first,
                last,
                printed,
                due.date,
                due.recurs,
            )
        )
    return found


def _deadline(folded: str, observation: Observation, task: Task | None) -> str:
    """Return the deadline of a target: one before it between two semicolons, a day after it
    there, or the day of its whole measure. What comes back each year after it belongs to something
    else."""
    q = observation.quantity
    low = max(observation.sentence_start, folded.rfind(";", 0, q.start) + 1)
    high = folded.find(";", q.end, observation.sentence_end)
    before = deadlines.find(folded, low, q.end)
    after = deadlines.find(folded, q.end, high if high >= 0 else observation.sentence_end)
    whole = task.deadline if task and (task.due or task.recurs == "continuous") else ""
    return before or ("" if deadlines.due(after, "", "").recurs else after) or whole


def comparator(text: str, observation: Observation) -> str:
    """Return what the target asks for: the word at the figure or shortly before it decides.

    A range (20%至30%) is ``=``: to be within it.
    """
    q = observation.quantity
    if q.approx == "exact":
        return "="
    start = max(observation.sentence_start, q.start - _BEFORE)
    return sign(q.text) or sign(text[start : q.start]) or "~"


def sign(words: str) -> str:
    """Return the comparator of the longest approximator in these words, or nothing.

    >>> sign("不少于60学时")
    '>='
    """
    return next((found for pattern, found in _words() if pattern.search(words)), "")


def _years(metadata: Metadata, part: str) -> tuple[str, str]:
    if metadata.kind == "plan":
        return metadata.period_start, metadata.period_end
    if part == "next_year" and metadata.period_end:
        year = str(int(metadata.period_end) + 1)
        return year, year
    return "", ""


def _heading_year(text: str, observation: Observation, metadata: Metadata) -> str:
    """Return the year that opens the target's paragraph (2023年为突破年。…), if the plan has it."""
    start = text.rfind("\n", 0, observation.quantity.start) + 1
    opening = re.match(r"[\s　—–-]*(20[0-9]{2})年[^，。；《》]{0,6}[为是]", text[start:])
    inside = opening and metadata.period_start <= opening[1] <= metadata.period_end
    return opening[1] if opening and inside else ""

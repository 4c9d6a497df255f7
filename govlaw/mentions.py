"""Where a report speaks of what an indicator counts, whether or not it gives the figure.

Only the parts that tell what was done are read. A mention is weaker than a code: it says that the
matter is there in words, not that anything was counted. The patterns are ``mentions.csv``; an
indicator without one is never found mentioned.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.gates import Index
from govlaw.model import Mention, Quantity
from govlaw.outline import Places
from govlaw.text import Locator, fold

#: Parts of an annual report that tell what was done.
PARTS = ("results", "first_person")
_SILENT = ("structural", "rhetorical")  # years, numbers of documents and the like count nothing
_LAW = re.compile(
    "《[^》\n]*(?:(?<!办)法|条例)》"
)  # its name tells what the law is about, not what was done
_LONGEST_TITLE = 30  # a longer heading is a sentence of its own, which may tell what was done


@dataclass(frozen=True, slots=True)
class _Anchor:
    code: str
    pattern: re.Pattern[str]
    exclude: re.Pattern[str] | None


@cache
def _anchors() -> tuple[tuple[_Anchor, ...], Index]:
    found = []
    for line, row in enumerate(rows("mentions"), start=2):
        try:
            exclude = re.compile(row["exclude"]) if row["exclude"] else None
            found.append(_Anchor(row["code"], re.compile(row["pattern"]), exclude))
        except re.error as error:
            raise TableError(
                f"mentions.csv, line {line}: a pattern is malformed: {error}"
            ) from None
    return tuple(found), Index(anchor.pattern for anchor in found)


def codes() -> tuple[str, ...]:
    """Return the codes of the indicators that have a pattern, in the order of the table."""
    return tuple(anchor.code for anchor in _anchors()[0])


def find(
    text: str,
    quantities: list[Quantity],
    places: Places,
    sentences: Locator,
    clauses: list[tuple[int, int]],
) -> list[Mention]:
    """Return the first mention of every indicator in each sentence, in order of the text.

    A pattern must match within one clause, and its ``exclude`` must not be found in that clause.
    Headings are left out, and what stands within the name of a law: titles tell nothing.

    Parameters
    ----------
    text : the report's text
    quantities : its figures, with their roles
    places : finds the section of an offset; only those of ``PARTS`` are read
    sentences : finds the sentence of an offset
    clauses : spans of the clauses, in order
    """
    anchors, index = _anchors()
    folded, found = fold(text), []
    counting = [q.start for q in quantities if q.role not in _SILENT]
    seen: tuple[int, set[str]] = (-1, set())
    for start, end in clauses:
        section = places.at(start)
        if section is None or section.part not in PARTS:
            continue
        title = len(section.heading) if len(section.heading) <= _LONGEST_TITLE else 0
        if start < section.start + title:
            continue
        sentence = sentences.span(start)
        if sentence[0] != seen[0]:
            seen = (sentence[0], set())
        clause = folded[start:end]
        laws = [law.span() for law in _LAW.finditer(clause)]
        for number in index.candidates(clause):
            anchor = anchors[number]
            match = anchor.code not in seen[1] and anchor.pattern.search(clause)
            if not match or (anchor.exclude and anchor.exclude.search(clause)):
                continue
            if any(low < match.start() and match.end() < high for low, high in laws):
                continue
            seen[1].add(anchor.code)
            span = start + match.start(), start + match.end()
            figures = bisect_left(counting, end) - bisect_left(counting, start)
            found.append(Mention(anchor.code, *span, figures, section.section_id, *sentence))
    return sorted(found, key=lambda mention: (mention.start, mention.indicator))

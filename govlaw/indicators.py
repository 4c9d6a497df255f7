"""Which indicator a figure measures: the codebook's rules over its own clause.

A rule claims a figure by the words of the figure's own clause, never by those of a neighbour's, and
no rule at all is an answer: a wrong code is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from govlaw.codebook import Codebook, load
from govlaw.definitions import rows
from govlaw.model import Document, Observation, Quantity, Section
from govlaw.outline import Places
from govlaw.subjects import Own, own_words, subject
from govlaw.text import Locator

_UNCODED = ("structural", "rhetorical")
_LONGEST_CONTEXT = 120


@dataclass(frozen=True, slots=True)
class _Place:
    """What a rule may look at: the figure's own words, and what stands before and above."""

    own: str
    context: str


def observe(
    document: Document,
    found: list[Quantity],
    sections: list[Section],
    places: Places,
    sentences: Locator,
    clauses: Locator,
    codebook: Codebook | None = None,
) -> list[Observation]:
    """Return an observation for every quantity, structural ones too, in order.

    Indicator, subject, scope and period are empty where nothing in the text decides them.
    """
    text, book = document.text, codebook or load()
    owned = own_words(found, clauses)
    headings = {s.section_id: s for s in sections}
    observed = []
    named = -1  # start of the last sentence that named what one of its figures measures
    for quantity, own in zip(found, owned, strict=True):
        section = places.at(quantity.start)
        sentence = sentences.span(quantity.start)
        code, subject_span = "", (quantity.start, quantity.start)
        if quantity.role not in _UNCODED:
            subject_span = subject(text, own)
            place = _place(text, own, sentence[0], section, headings)
            code = claim(quantity, place.own, place.context, book)
            if code:
                named = sentence[0]
            elif named != sentence[0]:
                earlier = _preceding(text, sentence[0], own, sentences)
                if earlier:
                    code = claim(quantity, place.own, f"{place.context}\n{earlier}", book)
        dimension = section.dimension if section else ""
        if code:
            dimension = book.indicators[code].dimension
        clause = text[max(sentence[0], quantity.start - _LONGEST_CONTEXT) : quantity.end]
        observed.append(
            Observation(
                quantity,
                code,
                dimension,
                text[slice(*subject_span)],
                *subject_span,
                _named("scope", clause) if quantity.role not in _UNCODED else "",
                _named("period", clause) if quantity.role not in _UNCODED else "",
                section.section_id if section else "",
                *sentence,
            )
        )
    return observed


def claim(quantity: Quantity, own: str, context: str, codebook: Codebook | None = None) -> str:
    """Return the code of the rule that names this figure most exactly, or nothing.

    Parameters
    ----------
    own : the figure's own words, the figure itself written as ``#``
    context : what stands before it in its sentence, and the headings above it
    codebook : the one in use by default
    """
    best, longest = "", 0
    book = codebook or load()
    for rule in book.candidates(quantity.unit, own):
        if quantity.kind == "change" and not book.indicators[rule.code].takes_change:
            continue
        match = rule.name.search(own)
        if match is None or (rule.exclude and rule.exclude.search(own)):
            continue
        length = len(match[0])
        if rule.context:
            around = rule.context.search(own) or rule.context.search(context)
            if around is None:
                continue
            length += len(around[0])
        if length > longest:
            best, longest = rule.code, length
    return best


def _place(
    text: str, own: Own, sentence: int, section: Section | None, sections: dict[str, Section]
) -> _Place:
    before, after = text[slice(*own.before)], text[slice(*own.after)]
    start = max(sentence, own.before[0] - _LONGEST_CONTEXT)
    headings = []
    while section is not None:
        headings.append(section.heading)
        section = sections.get(section.parent_id)
    return _Place(f"{before}#{after}", "\n".join([text[start : own.before[0]], *headings]))


def _preceding(text: str, sentence: int, own: Own, sentences: Locator) -> str:
    """Return the sentence before, in the same paragraph, and what stands before the figure.

    收到行政复议申请60件。已办结52件: the second sentence says what was done and not of what. It is
    weaker than what the sentence says itself, and asked only where that named nothing so far.
    """
    start, end = sentences.span(sentence - 1)
    if start == end:
        return ""
    return text[max(start, end - _LONGEST_CONTEXT) : own.before[0]]


def _named(field: str, clause: str) -> str:
    """Return the scope or period named last before the figure, as it is printed."""
    last = ""
    for match in _qualifier(field).finditer(clause):
        last = match[0]
    return last


@cache
def _qualifier(field: str) -> re.Pattern[str]:
    return next(re.compile(row["pattern"]) for row in rows("qualifiers") if row["field"] == field)

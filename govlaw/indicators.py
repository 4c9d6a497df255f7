"""Which indicator a figure measures: the codebook's rules over its own clause.

A rule claims a figure by the words of the figure's own clause, never by those of a neighbour's, and
no rule at all is an answer: a wrong code is worse than none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from govlaw import lists
from govlaw.codebook import Codebook, Rule, load
from govlaw.definitions import rows
from govlaw.model import Document, Observation, Quantity, Section
from govlaw.outline import Places
from govlaw.subjects import Own, own_words, subject
from govlaw.text import Locator

_UNCODED = ("structural", "rhetorical")
_LONGEST_CONTEXT = 120
_ASIDE = re.compile(r"[（(][^（）()]{1,14}[）)]$")
_EARLIER = re.compile(
    r"[，,（(]?(?:而|较|比|相比)?(?:上年|去年|上一年|前一年|20[0-9]{2}年)(?:度|同期)?(?:的|为|是|仅为?|只有)?"
)
_LATER = re.compile(r"[^，,。；;、0-9]{0,10}[至到为成]")


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
    answering = lists.aligned(text, found, owned)
    titles = _titles(sections)
    scopes, periods = _Named(text, "scope"), _Named(text, "period")
    observed: list[Observation] = []
    named, topics = -1, set[str]()  # a sentence, and what its figures measure by its own words
    for index, quantity in enumerate(found):
        start = quantity.start
        section = places.at(start)
        sentence = sentences.span(start)
        code, also, scope, period = "", "", "", ""
        subject_span = (start, start)
        if quantity.role not in _UNCODED:
            answer = answering.get(index, owned[index])
            own = answer or owned[index]
            subject_span = subject(text, own)
            title = titles[section.section_id] if section else ""
            before = own.before[0] if own is owned[index] else start
            around = f"{text[max(sentence[0], own.before[0] - _LONGEST_CONTEXT) : before]}\n{title}"
            ahead = text[slice(*own.before)]
            if ahead[-1:] in ("）", ")"):
                ahead = _ASIDE.sub("", ahead)  # 审结（含上年结转）1503件
            words = f"{ahead}#{text[slice(*own.after)]}"
            matching = _matching(quantity, words, book) if answer else []
            code = _best(matching, words, around)
            if sentence[0] != named:
                named, topics = sentence[0], set()
            if code:
                topics.add(_topic(code))
            elif matching:
                earlier = _preceding(text, sentence[0], own, sentences)
                code = _best(matching, words, f"{around}\n{earlier}") if earlier else ""
                if topics and _topic(code) not in topics:
                    code = ""
            if not code and index and observed[-1].sentence_start == sentence[0]:
                code = _carried(text, observed[-1], quantity, own)
            if quantity.unit == "%":
                code, also = _shared(text, quantity, own, around, book, code)
            low = max(sentence[0], start - _LONGEST_CONTEXT)
            scope, period = scopes.last(low, quantity.end), periods.last(low, quantity.end)
        dimension = section.dimension if section else ""
        if code:
            dimension = book.indicators[code].dimension
        observed.append(
            Observation(
                quantity, code, dimension, text[slice(*subject_span)], *subject_span, scope, period,
                section.section_id if section else "", *sentence, also,
            )
        )  # fmt: skip
    return observed


def claim(quantity: Quantity, own: str, context: str, codebook: Codebook | None = None) -> str:
    """Return the code of the rule that names this figure most exactly, or nothing.

    Parameters
    ----------
    own : the figure's own words, the figure itself written as ``#``
    context : what stands before it in its sentence, and the headings above it
    codebook : the one in use by default
    """
    return _best(_matching(quantity, own, codebook or load()), own, context)


def _matching(quantity: Quantity, own: str, book: Codebook) -> list[tuple[Rule, int]]:
    """Return the rules whose name is found in a figure's own words, with its length."""
    found = book.naming(quantity.unit, own)
    if quantity.kind == "change":
        return [named for named in found if book.indicators[named[0].code].takes_change]
    return list(found)


def _best(matching: list[tuple[Rule, int]], own: str, context: str) -> str:
    """Return the code whose name and context are longest, the first of equals."""
    best, longest = "", 0
    for rule, length in matching:
        if rule.context:
            around = rule.context.search(own) or rule.context.search(context)
            if around is None:
                continue
            length += len(around[0])
        if length > longest:
            best, longest = rule.code, length
    return best


def _shared(
    text: str, quantity: Quantity, own: Own, around: str, book: Codebook, code: str
) -> tuple[str, str]:
    """Return the code of a figure that holds for several nouns, and the further codes.

    办结率、满意率均为100% is one figure and two measures.
    """
    nouns = lists.shared(text, own)
    if not nouns:
        return code, ""
    around = f"{text[slice(*own.before)]}\n{around}"
    claimed = [claim(quantity, f"{text[slice(*noun)]}#", around, book) for noun in nouns]
    codes = list(dict.fromkeys(c for c in claimed if c)) or [code]
    return codes[0], ";".join(codes[1:])


def _topic(code: str) -> str:
    """Return the head of a code, which names its subject: rec of rec_accepted."""
    return code.partition("_")[0]


def _carried(text: str, last: Observation, quantity: Quantity, own: Own) -> str:
    """Return the code of the figure before where both are values of one measure.

    涉企检查1420户次，较上年的1830户次下降: the earlier value has no noun of its own; nor has the
    later one in 信访总量由46批次下降至31批次.
    """
    before = last.quantity
    if before.unit != quantity.unit or not last.indicator or quantity.kind == "change":
        return ""
    between = text[before.end : quantity.start]
    if quantity.role == "prior" and before.role == "actual":
        return last.indicator if _EARLIER.fullmatch(between) else ""
    if before.role == "prior" and quantity.role == "actual":
        return last.indicator if _LATER.fullmatch(between) else ""
    return ""


def _titles(sections: list[Section]) -> dict[str, str]:
    """Return for each section its heading and those above it, a line each."""
    above: dict[str, str] = {"": ""}
    for section in sections:
        parent = above.get(section.parent_id, "")
        above[section.section_id] = f"{section.heading}\n{parent}" if parent else section.heading
    return above


def _preceding(text: str, sentence: int, own: Own, sentences: Locator) -> str:
    """Return the sentence before, in the same paragraph, and what stands before the figure.

    收到行政复议申请60件。已办结52件: the second sentence says what was done and not of what. It is
    weaker than what the sentence says itself, and asked only where that named nothing so far.
    """
    start, end = sentences.span(sentence - 1)
    if start == end:
        return ""
    return text[max(start, end - _LONGEST_CONTEXT) : own.before[0]]


class _Named:
    """The scopes or periods that a text names, by where they end."""

    def __init__(self, text: str, field: str) -> None:
        found = [(match.start(), match.end()) for match in _qualifier(field).finditer(text)]
        self._text = text
        self._starts = [start for start, _ in found]
        self._ends = [end for _, end in found]

    def last(self, low: int, high: int) -> str:
        """Return the one named last between two offsets, as it is printed."""
        index = bisect_right(self._ends, high) - 1
        if index < 0 or self._starts[index] < low:
            return ""
        return self._text[self._starts[index] : self._ends[index]]


@cache
def _qualifier(field: str) -> re.Pattern[str]:
    return next(re.compile(row["pattern"]) for row in rows("qualifiers") if row["field"] == field)

"""Which counts belong to a growth: the value now, and the value before where it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from govlaw.model import Observation
from govlaw.pairing import Left, Report, alike, counted, signs, verb_word, verbs, word

_YEAR = re.compile(r"(20\d\d)年")


@dataclass(frozen=True, slots=True)
class Change:
    """A change with the figures that it links.

    ``printed`` carries the direction: ``"-24.76"``. ``before`` is empty where the earlier value
    is not printed, one figure where it is, and two where it follows from the present value and a
    difference (220件，较上年增加20件). ``form`` is growth (percent), points (percentage points) or
    times (倍). ``alone`` is false where the sentence prints other counts that may have grown.
    """

    change: Observation
    now: Observation
    before: tuple[Observation, ...]
    printed: str
    form: str
    alone: bool = True


def changes(report: Report) -> Iterator[Change | Left]:
    """Yield every change in percent, points or times with its figures, or why it has none."""
    for change in report.figures:
        quantity = change.quantity
        if quantity.kind != "change" or quantity.role != "actual":
            continue
        if quantity.unit not in ("%", "百分点", "个百分点", "倍"):
            continue
        yield _change(report, change)


def direction(report: Report, change: Observation) -> int:
    """Return 1 for a rise, -1 for a fall, 0 where the words do not say."""
    start = change.quantity.start
    if report.text[start - 1 : start] in ("-", "－", "−"):
        return -1
    found = re.findall(verbs(), report.before(change))
    if found:
        return signs()[found[-1]]
    return {"up": 1, "down": -1}.get(change.quantity.direction, 0)


def _change(report: Report, change: Observation) -> Change | Left:
    quantity = change.quantity
    words = report.before(change)
    sign = direction(report, change)
    form = {"%": "growth", "倍": "times"}.get(quantity.unit, "points")
    if quantity.text.startswith("翻"):
        return Left("D", change, "no_prior")
    if quantity.approx != "exact":
        return Left("D", change, "approximate")
    if form == "times" and (not sign or word("times_of").search(words)):
        return Left("D", change, "no_prior")
    if not sign and words.strip() not in ("、", "和", "及", "与"):
        return Left("D", change, "no_direction")
    printed = ("-" if sign < 0 else "") + quantity.printed
    last = report.neighbour(change)
    if last is None:
        return Left("D", change, "no_counts")
    compared = _compared(report, change, last, words)
    if compared:
        return Change(change, compared[0], (compared[1],), printed, form)
    listed = _respectively(report, change)
    if listed:
        now, sign = listed
        printed = ("-" if sign < 0 else "") + quantity.printed
        if not _value(now, form):
            return Left("D", change, "no_counts")
        return Change(change, now, (), printed, form)
    match = verb_word("change_of").search(words)
    if match is None:
        return Left("D", change, "no_counts")
    if last.quantity.role == "prior":
        # 450件（上年同期为300件），同比上升50%
        first = report.neighbour(last)
        if first is None or not alike(first, last) or not _value(first, form):
            return Left("D", change, "no_counts")
        return Change(change, first, (last,), printed, form)
    last = _before_bracket(report, last, words) or last
    difference = _difference(report, last)
    if difference:
        return Change(change, difference, (difference, last), printed, form)
    if not _value(last, form):
        return Left("D", change, "no_counts")
    if word("added").search(report.before(last)) and not word("compared").search(words):
        return Left("D", change, "ambiguous")
    earlier = _earlier(report, last)
    alone = _alone(report, change, last)
    return Change(change, last, (earlier,) if earlier else (), printed, form, alone)


def _alone(report: Report, change: Observation, now: Observation) -> bool:
    """Tell whether no other count of the sentence, since a semicolon or change, can be meant."""
    others = []
    for o in reversed(report.earlier(change)):
        if o.quantity.kind == "change" or re.search("[；;]", report.between(o, change)):
            break
        others.append(o)
    return all(o is now or not _value(o, "growth") for o in others)


def _respectively(report: Report, change: Observation) -> tuple[Observation, int] | None:
    """Return the figure and direction of a change in a list: 5场、12人，同比分别增长10%和15%."""
    first, last, place, size = change, change, 0, 1
    while (before := report.neighbour(first)) and _joins(report, before, first):
        first, place, size = before, place + 1, size + 1
    while (after := report.neighbour(last, 1)) and _joins(report, last, after):
        last, size = after, size + 1
    if not verb_word("change_respectively").search(report.before(first)):
        return None
    figures = report.earlier(first)[-size:]
    if len(figures) < size or not all(counted(o) for o in figures):
        return None
    return figures[place], direction(report, first)


def _joins(report: Report, one: Observation, other: Observation) -> bool:
    both = one.quantity.unit == other.quantity.unit and one.quantity.kind == "change"
    return both and report.between(one, other).strip() in ("、", "和", "及", "与")


def _before_bracket(report: Report, last: Observation, words: str) -> Observation | None:
    """Return the figure before the bracket that ends right before the change: 98.2%（…），提高."""
    if words[:1] not in ("）", ")"):
        return None
    here: Observation | None = last
    while here is not None and not re.search("[（(]", report.before(here)):
        here = report.neighbour(here)
    return report.neighbour(here) if here is not None else None


def _value(figure: Observation, form: str) -> bool:
    """Tell whether a figure can be what grew."""
    quantity = figure.quantity
    if quantity.role != "actual" or not quantity.printed[:1].isdigit():
        return False  # 三项指标同比下降: a numeral in words counts names more often than cases
    if form == "points":
        return quantity.unit == "%" and quantity.kind == "rate"
    return quantity.kind in ("count", "amount", "level", "rate", "duration")


def _compared(
    report: Report, change: Observation, last: Observation, words: str
) -> tuple[Observation, Observation] | None:
    """Return now and before of 240件，较上年的319件下降24.76%, or 较319件下降24.76%，为240件."""
    if not word("before_of").search(report.before(last)):
        return None
    if not re.fullmatch(rf"[，,]?(?:同比)?(?:{verbs()})了?", words):
        return None
    following = report.neighbour(change, 1)
    if following and alike(following, last) and word("reached").search(report.before(following)):
        return following, last
    first = report.neighbour(last)
    if first and alike(first, last) and len(re.split("[，,；;]", report.before(last))) == 2:
        return first, last
    return None


def _difference(report: Report, last: Observation) -> Observation | None:
    """Return the present value before a printed difference: 220件，较上年增加20件."""
    first = report.neighbour(last)
    if first is None or not alike(first, last) or not counted(first):
        return None
    if not verb_word("change_bare").search(report.before(last)):
        return None
    if last.quantity.kind != "change" and not word("compared").search(report.before(last)):
        return None
    exact = first.quantity.approx == last.quantity.approx == "exact"
    return first if exact else None


def _earlier(report: Report, now: Observation) -> Observation | None:
    """Return the earlier value that is printed before the present one, if there is one.

    由120件增加到150件, 2023年受理200件，2024年受理220件: the years must follow each other and the
    two figures must be named alike.
    """
    first = report.neighbour(now)
    if first is None or not alike(first, now):
        return None
    if first.quantity.role == "prior":
        return first
    years = _YEAR.match(first.period), _YEAR.match(now.period)
    follows = years[0] and years[1] and int(years[1][1]) - int(years[0][1]) == 1
    own = [re.sub(r"20\d\d年度?|[^一-龥]", "", report.before(o)) for o in (first, now)]
    return first if follows and counted(first) and own[0] == own[1] else None

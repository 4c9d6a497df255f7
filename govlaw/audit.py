"""The report's own arithmetic: which figures belong together, and whether they agree.

Rule A tests a rate against the two counts that stand beside it, rule E a printed sum against its
parts. A pair is tested only where the words link its figures (the codebook's formula, or the word
before 率 in the clause of the count): a false alarm is worse than a test left out. Verdicts come
from :mod:`govlaw.arithmetic`; their wording is the table ``verdicts.csv``. A verdict speaks of
what is printed and never of who is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache

from govlaw import arithmetic
from govlaw.codebook import Codebook, load
from govlaw.definitions import rows, words
from govlaw.grammar import dimension_of
from govlaw.model import Finding, Observation
from govlaw.numerals import plain

_RATE_WORD = re.compile(r"([\u4e00-\u9fff]{2})率")
_SHARE_WORD = re.compile(r"占|比重|比例")
_CLAUSE_REST = re.compile(r"[^，,。；;：:0-9\n]*")
_NOUNS = re.compile(r"[\u4e00-\u9fff]{2,}")
_COUNT_WORDS = re.compile(r"[人件项起个]数|数量|数$|共有|其中|共计?|累计|人次")
_TOTAL_ONLY = re.compile(r"^[，,、]?(?:合计|总计|共计|共)#")
_PART_OF = re.compile(r"其中")
_LIST_END = re.compile(r"[。；;]")
_SHORTEST_SHARED = 4
_FARTHEST = 60  # figures of one sentence that lie farther apart are not put together


@cache
def _stems() -> dict[str, tuple[str, ...]]:
    return {row["stem"]: words(row["also"]) for row in rows("rate_stems")}


@cache
def _wording() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["rule"], row["verdict"]): row for row in rows("verdicts")}


class _Report:
    """Observations of one report by sentence, and the words around each figure."""

    def __init__(self, text: str, observed: list[Observation], codebook: Codebook) -> None:
        self.text, self.entries = text, codebook.indicators
        self.figures = [
            o for o in observed if o.quantity.role == "actual" and o.quantity.value is not None
        ]
        self.sentences: dict[int, list[Observation]] = {}
        self.sections: dict[str, list[Observation]] = {}
        self.previous: dict[int, int] = {}  # start of a figure to the end of the one before it
        for i, observation in enumerate(self.figures):
            if i:
                self.previous[observation.quantity.start] = self.figures[i - 1].quantity.end
            self.sentences.setdefault(observation.sentence_start, []).append(observation)
            self.sections.setdefault(observation.section_id, []).append(observation)

    def before(self, observation: Observation, floor: int | None = None) -> str:
        """Return the words from the figure before (or ``floor``) to the figure itself."""
        start = observation.sentence_start if floor is None else floor
        start = max(start, self.previous.get(observation.quantity.start, start))
        return self.text[start : observation.quantity.start]

    def own(self, observation: Observation) -> str:
        """Return the words of the figure's clause on both sides of it, up to other figures."""
        after = _CLAUSE_REST.match(self.text, observation.quantity.end)
        return f"{self.before(observation)}，{after[0] if after else ''}"


def check(
    text: str, observed: list[Observation], codebook: Codebook | None = None
) -> list[Finding]:
    """Return what could be tested in a report, in order of the tested figure."""
    report = _Report(text, observed, codebook or load())
    found = [*_rates(report), *_sums(report)]
    return sorted(found, key=lambda f: (f.operands[-1], f.rule, f.operands))


# -- rule A --------------------------------------------------------------------------------


def _rates(report: _Report) -> Iterator[Finding]:
    for rate in report.figures:
        quantity = rate.quantity
        if quantity.unit != "%" or quantity.kind != "rate" or quantity.approx != "exact":
            continue
        part, whole, formula = _by_codebook(report, rate) or _by_words(report, rate)
        if part is not None and whole is not None:
            yield _tested(rate, part, whole, formula)
        elif part is not None:
            yield _undisclosed(rate, part, formula)


def _value(observation: Observation) -> Decimal:
    """Return the value of a figure of the report; figures without one are not audited."""
    assert observation.quantity.value is not None
    return observation.quantity.value


def _whole(observation: Observation) -> int:
    return int(_value(observation))


_Pair = tuple[Observation | None, Observation | None, str]


def _by_codebook(report: _Report, rate: Observation) -> _Pair | None:
    """Pair by the formula of the rate's indicator, within its own section."""
    entry = report.entries.get(rate.indicator)
    if entry is None or not entry.numerator:
        return None
    part = _nearest(report, rate, lambda o: o.indicator == entry.numerator)
    if part is None:
        return None
    tested: list[tuple[bool, _Pair]] = []
    for base in entry.bases:
        whole = _nearest(report, rate, lambda o, base=base: o.indicator == base)  # type: ignore[misc]
        if whole is not None and _fits(part, whole):
            verdict, _ = _verdict(rate, part, whole)
            agrees = verdict in (arithmetic.CONSISTENT, arithmetic.TRUNCATED)
            tested.append((not agrees, (part, whole, f"{entry.numerator} / {base}")))
    if not tested:
        return None
    return min(tested, key=lambda pair: pair[0])[1]


def _nearest(
    report: _Report, rate: Observation, wanted: Callable[[Observation], bool]
) -> Observation | None:
    """Return the wanted figure that stands nearest before the rate in its section."""
    before = (
        o
        for o in reversed(report.sections[rate.section_id])
        if o.quantity.end <= rate.quantity.start
    )
    return next((o for o in before if wanted(o)), None)


def _by_words(report: _Report, rate: Observation) -> _Pair:
    """Pair by the words of the sentence: 合格率 with the count of those 合格 before it."""
    before = report.before(rate)
    named = _RATE_WORD.findall(before)
    earlier = [
        o
        for o in report.sentences[rate.sentence_start]
        if o.quantity.end <= rate.quantity.start and o.quantity.kind == "count"
    ][-_FARTHEST:]
    if _SHARE_WORD.search(before):
        # 121件，占比5.6%: a share of something that the sentence does not count
        direct = _SHARE_WORD.match(before.lstrip("，,、 "))
        last = earlier[-1] if earlier else None
        if direct and last and report.text[last.quantity.end : rate.quantity.start] == before:
            return last, None, f"{last.subject} / ?"
        return None, None, ""
    if len(named) != 1:
        return None, None, ""
    stems = (named[0], *_stems().get(named[0], ()))
    for i in range(len(earlier) - 1, -1, -1):
        part = earlier[i]
        own = _RATE_WORD.sub("", report.own(part))
        stem = next((s for s in stems if s in own), None)
        if stem is None:
            continue
        for whole in reversed(earlier[:i]):
            if _fits(part, whole) and _same_thing(report, part, whole, stem):
                return part, whole, f"{part.subject} / {whole.subject}"
        return part, None, f"{part.subject} / ?"
    return None, None, ""


def _fits(part: Observation, whole: Observation) -> bool:
    """Tell whether one count can be a part of the other: like units, not larger."""
    a, b, kinds = part.quantity.unit, whole.quantity.unit, dimension_of()
    alike = a == b or kinds.get(a) == kinds.get(b) == "person"
    return alike and 0 <= _value(part) <= _value(whole) and _value(whole) > 0


def _same_thing(report: _Report, part: Observation, whole: Observation, stem: str) -> bool:
    """Tell whether what the part adds to its stem is named before it in the sentence.

    主项覆盖数 after 清单录入: 主项 is named nowhere before, so the list is not its base.
    """
    rest = _COUNT_WORDS.sub("", report.own(part).replace(stem, "，"))
    said = report.text[part.sentence_start : whole.quantity.end + len(whole.subject) + 2]
    nouns = _NOUNS.findall(rest)
    return not nouns or any(noun[i : i + 2] in said for noun in nouns for i in range(len(noun) - 1))


def _verdict(rate: Observation, part: Observation, whole: Observation) -> tuple[str, bool]:
    """Return the verdict and whether both counts are exact."""
    a, b = part.quantity, whole.quantity
    if a.low == a.high == _whole(part) and b.low == b.high == _whole(whole):
        return arithmetic.rate_verdict(_whole(part), _whole(whole), rate.quantity.printed), True
    bounds = (a.low, a.high), (b.low, b.high)
    return arithmetic.interval_rate_verdict(*bounds, rate.quantity.printed), False


def _tested(rate: Observation, part: Observation, whole: Observation, formula: str) -> Finding:
    verdict, exact = _verdict(rate, part, whole)
    printed = rate.quantity.printed
    decimals = len(printed.partition(".")[2])
    a, b = _value(part), _value(whole)
    recomputed = arithmetic.percentage(a, b, decimals + 2)
    return _finding(
        "A",
        verdict,
        formula,
        (part, whole, rate),
        f"{printed}%",
        recomputed,
        *_band(rate),
        {
            "part": _written(part),
            "whole": _written(whole),
            "rounded": arithmetic.percentage(a, b, decimals),
        },
        arithmetic.parts_that_print(int(b), printed) if exact else None,
    )


def _undisclosed(rate: Observation, part: Observation, formula: str) -> Finding:
    low, high = _band(rate)
    a = _value(part)
    bases = {"low_base": "?", "high_base": "?"}
    if Decimal(low) > 0:
        bases = {
            "low_base": f"{int(a * 100 / Decimal(high)):,}",
            "high_base": f"{int(a * 100 / Decimal(low)) + 1:,}",
        }
    return _finding(
        "A",
        arithmetic.BASE_UNDISCLOSED,
        formula,
        (part, rate),
        f"{rate.quantity.printed}%",
        "",
        low,
        high,
        {"part": _written(part), **bases},
        None,
    )


def _band(rate: Observation) -> tuple[str, str]:
    """Return the lowest and the highest percentage that the printed digits stand for."""
    digits, scale = arithmetic.digits_and_scale(rate.quantity.printed)
    unit = Decimal(100) / scale
    return plain((digits - Decimal("0.5")) * unit), plain((digits + Decimal("0.5")) * unit)


# -- rule E --------------------------------------------------------------------------------


def _sums(report: _Report) -> Iterator[Finding]:
    for figures in report.sentences.values():
        counted = [o for o in figures if o.quantity.kind in ("count", "amount")]
        for i, total in enumerate(counted):
            first = max(i - _FARTHEST, 0)
            near = counted[first : i + _FARTHEST + 1]
            parts, exhaustive = _parts(report, near, i - first)
            if len(parts) < 2:
                continue
            values = [p.quantity.value for p in parts]
            exact = all(p.quantity.approx == "exact" for p in (*parts, total))
            whole = total.quantity.value
            if not exact or whole is None:
                continue
            verdict = arithmetic.sum_verdict(
                whole, [v for v in values if v is not None], exhaustive
            )
            if verdict:
                yield _summed(total, parts, verdict)


def _parts(report: _Report, counted: list[Observation], i: int) -> tuple[list[Observation], bool]:
    """Return the figures that the text puts below a total, and whether they must make it up.

    Three forms: 合计 after its parts; parts in brackets or after 其中; and a run of figures that
    all name the total's own thing (审计项目38个, 已完成审计项目17个, …).
    """
    total = counted[i]
    like = [o.quantity.unit == total.quantity.unit for o in counted]
    if _TOTAL_ONLY.match(f"{report.before(total)}#") and i >= 2:
        return _added_up(report, counted, like, i), True
    following = []
    for j in range(i + 1, len(counted)):
        if not like[j]:
            break
        following.append(counted[j])
    if not following:
        return [], False
    gap = report.text[total.quantity.end : following[0].quantity.start]
    bracket = gap.lstrip()[:1] in ("（", "(")
    if bracket:
        close = re.compile(r"[）)]").search(report.text, total.quantity.end, total.sentence_end)
        inside = [o for o in following if close and o.quantity.end <= close.start()]
        return inside, False
    if _PART_OF.search(gap) and not _LIST_END.search(gap):
        return _listed(report, total, following), False
    name = total.subject
    same = [o for o in following if _shared(name, report.own(o)) >= _SHORTEST_SHARED]
    run = same if same == following[: len(same)] else []
    return (run, False) if sum(map(_value, run)) == _value(total) else ([], False)


def _added_up(
    report: _Report, counted: list[Observation], like: list[bool], i: int
) -> list[Observation]:
    """Return the parts before 合计: those that make up the total, else the whole list before it.

    The list goes back to a figure of another unit or to a semicolon; where its last parts are
    joined by 、 it goes back to a comma only (受理86件，新增12件、修改8件，共20件).
    """
    added = Decimal(0)
    start, closed, enumerated = i, False, False
    for j in range(i - 1, -1, -1):
        between = report.text[counted[j].quantity.end : counted[j + 1].quantity.start]
        if not like[j] or (j + 1 < i and _LIST_END.search(between)):
            break
        if j + 2 == i:
            enumerated = "、" in between
        closed = closed or (enumerated and j + 1 < i and bool(re.search("[，,]", between)))
        added += _value(counted[j])
        if j + 1 < i and added == _value(counted[i]):
            return counted[j:i]
        if not closed:
            start = j
    return counted[start:i]


def _listed(report: _Report, total: Observation, following: list[Observation]) -> list[Observation]:
    """Return the parts after 其中: those that make up the total, else those joined by 、 alone.

    After a comma the text may have gone on to something else (其中专题12次，组织宣讲30次), so that
    figures beyond it are parts only where they make the total complete.
    """
    added = Decimal(0)
    joined = 0
    for i, part in enumerate(following):
        between = report.text[following[i - 1].quantity.end : part.quantity.start] if i else ""
        if _LIST_END.search(between):
            break
        if joined == i and not re.search("[，,]", between):
            joined = i + 1
        added += _value(part)
        if i and added == _value(total):
            return following[: i + 1]
    return following[:joined]


def _shared(name: str, other: str) -> int:
    """Return the length of the longest stretch of ``name`` that stands in ``other``."""
    best = 0
    for start in range(len(name)):
        while name[start : start + best + 1] in other and start + best + 1 <= len(name):
            best += 1
    return best


def _summed(total: Observation, parts: list[Observation], verdict: str) -> Finding:
    added = sum(map(_value, parts), Decimal(0))
    names = " + ".join(p.indicator or p.subject or "?" for p in parts)
    return _finding(
        "E",
        verdict,
        f"{total.indicator or total.subject} = {names}",
        (*parts, total),
        plain(total.quantity.value),
        plain(added),
        plain(added),
        plain(added),
        {"parts": ", ".join(plain(p.quantity.value) for p in parts)},
        None,
    )


# -- wording -------------------------------------------------------------------------------


def _written(observation: Observation) -> str:
    """Return a count as it is said in an explanation: grouped digits where it is exact."""
    quantity = observation.quantity
    if quantity.approx == "exact" and quantity.value is not None:
        return f"{int(quantity.value):,}" if quantity.value % 1 == 0 else plain(quantity.value)
    return quantity.text


def _finding(
    rule: str,
    verdict: str,
    formula: str,
    operands: tuple[Observation, ...],
    printed: str,
    recomputed: str,
    low: str,
    high: str,
    values: dict[str, str],
    needed: tuple[int, int] | None,
) -> Finding:
    template = _wording()[rule, verdict]
    counts_zh, counts_en = "没有整数", "no whole number"
    if needed:
        least, most = f"{needed[0]:,}", f"{needed[1]:,}"
        counts_zh = f"只有{least}至{most}" if least != most else f"只有{least}"
        counts_en = f"only {least} to {most}" if least != most else f"only {least}"
    filled = {"printed": printed, "recomputed": recomputed, **values}
    return Finding(
        rule,
        formula,
        tuple((o.quantity.start, o.quantity.end) for o in operands),
        printed,
        recomputed,
        low,
        high,
        verdict,
        template["text_zh"].format(**filled, needed=counts_zh),
        template["text_en"].format(**filled, needed=counts_en),
    )

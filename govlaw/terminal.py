"""The audit as plain text: one check of figures typed in, and the findings of whole reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from govlaw import arithmetic, audit, explain, labels
from govlaw.errors import CheckError
from govlaw.explain import Words
from govlaw.extraction import Extraction, extract_file
from govlaw.labels import label
from govlaw.text import fold

_PERCENT = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]+)?)%?")
_FRACTION = re.compile(r"([0-9]+)/([0-9]+)")
_CLAUSE_MARKS = "，。；：\n"
_BEFORE, _AFTER = 24, 12  # characters of the sentence around the figures
_LONGEST = 120
_LONGEST_TYPED = 40  # characters: two counts of 19 digits


def check_rate(fraction: str, printed: str, language: str) -> str:
    """Return in words whether ``28/174`` can print as ``16.9%``.

    Raises
    ------
    CheckError
        If the counts or the percentage cannot be read.
    """
    match = _FRACTION.fullmatch(_typed(fraction))
    if match is None or int(match[2]) == 0:
        raise CheckError(
            f"{fraction!r}: give a count and its base as two whole numbers, such as 28/174"
        )
    sign, digits = _percent(printed)
    if sign == "-":
        raise CheckError(f"{printed!r}: a rate is not negative; for a change use --growth and --by")
    part, whole = int(match[1]), int(match[2])
    verdict = arithmetic.rate_verdict(part, whole, digits)
    values = audit.rate_values(Decimal(part), Decimal(whole), digits)
    power = arithmetic.power(whole, digits)
    lines = [_said(verdict, explain.explain("rate", verdict, values), language)]
    share = arithmetic.percentage(Decimal(power.numerator), Decimal(power.denominator), 1)
    named = "text.power" if power else "text.no_power"
    lines.append(label(named, language, whole=explain.number(Decimal(whole)), share=share))
    return "\n".join(lines)


def check_growth(now: str, printed: str, before: str | None, language: str) -> str:
    """Return in words whether a count can be a growth of so many percent, and from which one.

    Parameters
    ----------
    now, before : whole numbers; without ``before`` the earlier values that fit are named
    printed : the change with its direction, such as ``-24.76%``

    Raises
    ------
    CheckError
        If a number cannot be read.
    """
    sign, digits = _percent(printed)
    signed = f"-{digits}" if sign == "-" else digits
    here = _whole(now)
    values: dict[str, str | Words] = {
        "now": explain.number(Decimal(here)), "printed": f"{signed}%", "recomputed": "",
    }  # fmt: skip
    if before is not None:
        then = _whole(before)
        if then == 0:
            raise CheckError(f"{before!r}: no change can be reckoned from nothing")
        verdict = arithmetic.growth_verdict(here, then, signed)
        decimals = len(digits.partition(".")[2])
        values["before"] = explain.number(Decimal(then))
        values["recomputed"] = arithmetic.percentage(
            Decimal(here - then), Decimal(then), decimals + 2
        )
        return _said(verdict, explain.explain("growth", verdict, values), language)
    implied = arithmetic.prior_values(here, signed)
    verdict = arithmetic.implied_growth_verdict(here, signed)
    if verdict == arithmetic.UNDETERMINED or here == 0:
        raise CheckError(f"{printed}: no earlier value follows from {now} and this change")
    if implied:
        values["bases"] = explain.span(*implied)
        if not arithmetic.growth_power(here, signed):
            verdict = arithmetic.UNDETERMINED
    return _said(verdict, explain.explain("prior", verdict, values), language)


def _typed(text: str) -> str:
    typed = re.sub(r"[,，\s]", "", fold(text)).replace("−", "-")
    if len(typed) > _LONGEST_TYPED:
        raise CheckError(f"{text[:_LONGEST_TYPED]!r}…: no figure has so many digits")
    return typed


def _percent(text: str) -> tuple[str, str]:
    match = _PERCENT.fullmatch(_typed(text))
    if match is None:
        raise CheckError(f"{text!r}: give a percentage as it is printed, such as 16.9%")
    return match[1], match[2]


def _whole(text: str) -> int:
    typed = _typed(text)
    if not (typed.isascii() and typed.isdigit()):
        raise CheckError(f"{text!r}: give a whole number, such as 240")
    return int(typed)


def _said(verdict: str, said: explain.Explanation, language: str) -> str:
    words = said.zh if language == "zh" else said.en
    return f"{_head(labels.verdict(verdict, language), language)}{words}"


def _head(name: str, language: str) -> str:
    return f"{name}：" if language == "zh" else f"{name}: "


def audit_file(path: Path, language: str) -> Iterator[str]:
    """Yield the lines of one report's audit: every finding, then what was left untested.

    Raises
    ------
    SourceError
        If the file cannot be read as a report.
    """
    return report_lines(extract_file(path), language)


def report_lines(extraction: Extraction, language: str) -> Iterator[str]:
    """Yield the lines of the audit of a report that was read."""
    text = extraction.document.text
    yield label(
        "text.audit_of", language, name=extraction.document.doc_id,
        findings=len(extraction.findings), untested=len(extraction.untested),
    )  # fmt: skip
    for finding in extraction.findings:
        words = finding.explanation_zh if language == "zh" else finding.explanation_en
        yield ""
        yield f"[{labels.verdict(finding.verdict, language)}] {_passage(text, finding.operands)}"
        yield f"  {words}"
    if extraction.untested:
        yield ""
        yield label("text.untested", language)
    for left in extraction.untested:
        passage = _passage(text, [(left.start, left.end)])
        yield f"  {passage}  [{labels.reason(left.reason, language)}]"


def _passage(text: str, operands: Iterable[tuple[int, int]]) -> str:
    """Return the words around the figures on one line, cut at marks where they are long."""
    spans = sorted(operands)
    start, end = spans[0][0], spans[-1][1]
    if end - start > _LONGEST:
        return " … ".join(_clause(text, low, high) for low, high in (spans[0], spans[-1]))
    return _clause(text, start, end)


def _clause(text: str, start: int, end: int) -> str:
    first, last = start, end
    while first > max(start - _BEFORE, 0) and text[first - 1] not in _CLAUSE_MARKS:
        first -= 1
    while last < min(end + _AFTER, len(text)) and text[last] not in _CLAUSE_MARKS:
        last += 1
    return " ".join(text[first:last].split())

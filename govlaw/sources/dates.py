"""Days and years as pages write them, and the day in a page's address.

A day that no calendar has is none. A day whose marks were lost (``2025111日``) is read only if one
day alone can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from urllib.parse import urlsplit

from govlaw.definitions import rows
from govlaw.sources.wording import pattern

_DIGITS = {ord(c): str(i) for i, c in enumerate("〇一二三四五六七八九")} | {ord("零"): "0"}
_HANZI_YEAR = re.compile(r"[二一][〇零0Oo一二三四五六七八九]{3}(?= ?年)")
_HANZI_PART = re.compile(
    r"(?<=[年月]) ?([一二三四五六七八九]?十?[一二三四五六七八九]?) ?(?=[月日])"
)
_LINE = re.compile(r"[\[【(（]?[0-9〇零○一二三四五六七八九十年月日:./\- ]{6,24}[)）\]】]?")
_YEAR = r"(?<![0-9])((?:19|20)[0-9]{2})"
_SPAN = re.compile(
    rf"{_YEAR}(?:年度?)?(?: *[-—–~～〜至] *|[-—–~～〜]+|(?=20))((?:19|20)[0-9]{{2}})(?![0-9])"
)
_ONE = re.compile(
    rf"{_YEAR} ?年(?! ?[0-9]{{1,2}} ?月)|(?<!年鉴){_YEAR}(?=(?:推进|全面推进)?(?:法治|依法))"
)
_QUOTED = re.compile(r"《[^》]*》?")
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")


@cache
def _forms(where: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(row["pattern"]) for row in rows("date_forms") if row["where"] == where)


def arabic(text: str) -> str:
    """Return the text with the Chinese numerals of its dates as digits: 二〇二五年一月十七日."""
    text = _HANZI_YEAR.sub(
        lambda m: m[0].translate(_DIGITS).replace("O", "0").replace("o", "0"), text
    )
    return _HANZI_PART.sub(lambda m: _small(m[1]), text)


def _small(numeral: str) -> str:
    if "十" not in numeral:
        return numeral.translate(_DIGITS)
    tens, _, ones = numeral.partition("十")
    return str(int(tens.translate(_DIGITS) or 1) * 10 + int(ones.translate(_DIGITS) or 0))


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def find(value: str) -> str:
    """Return the first day that a short text names, as an ISO date; empty where there is none."""
    plain = arabic(value)
    found = [match for form in _forms("text") if (match := form.search(plain))]
    for match in sorted(found, key=lambda match: match.start()):
        return _day(match["y"], match["m"], match["d"])
    return _restored(plain.replace(" ", ""))


def _restored(value: str) -> str:
    """Return the day of a date that lost its marks, if its digits can be parted in one way."""
    match = re.match(r"((?:19|20)[0-9]{2})年?([0-9]{1,4}|[0-9]{1,2}月[0-9]{1,2})日", value)
    if not match:
        return ""
    rest = match[2]
    parts = [rest.split("月")] if "月" in rest else [[rest[:i], rest[i:]] for i in (1, 2)]
    days = {_day(match[1], *part) for part in parts if all(part) and part[1][0] != "0"}
    days |= {_day(match[1], *part) for part in parts if all(part) and len(part[1]) == 2}
    days.discard("")
    return days.pop() if len(days) == 1 else ""


def alone(line: str) -> str:
    """Return the day of a line that holds a day and at most a time, brackets round it allowed."""
    return find(line) if _LINE.fullmatch(line) else ""


def has_clock(line: str) -> bool:
    """Tell whether a line that holds a day holds a time of the day, too."""
    return re.search(r"[0-9]{1,2}:[0-9]{2}", line) is not None


def in_address(address: str) -> str:
    """Return the day in the path of an address, or its month (``2025-03``) where that is all."""
    try:
        path = urlsplit(address).path[:2000]
    except ValueError:
        return ""
    for form in _forms("address"):
        for match in form.finditer(path):
            if found := _day(match["y"], match["m"], match["d"]):
                return found
    month = next((m for form in _forms("month") if (m := form.search(path))), None)
    return f"{month['y']}-{month['m']}" if month else ""


def years(title: str) -> tuple[str, str]:
    """Return the first and last year of the period that a title names; empty where it names none.

    Of the years of a report and of the plan that it ends with, the first counts. A year with a
    month behind it is a day, and the years of a title within a title count only where there are
    no others.
    """
    title = arabic(title)
    outside = _QUOTED.sub("", title)
    for text in (_BRACKETS.sub("", outside), outside, title):
        match = _SPAN.search(text)
        if match and match[1] < match[2]:
            return match[1], match[2]
        if one := _ONE.search(text):
            year = one[1] or one[2]
            return year, year
    return "", ""


def of_report(lines: Iterable[str]) -> tuple[str, str]:
    """Return the year that the first sentences of a report are about.

    The year at the head of a sentence counts, then that of 现将2024年…报告如下, then the only year
    of a sentence. 今年 and 去年 are no year: which one they mean stands outside the text.
    """
    opening = [arabic(_QUOTED.sub("", line)) for line in lines]
    for use in ("year_first", "year_reported"):
        for line in opening:
            if match := pattern(use).search(line):
                return next(g for g in match.groups() if g), next(g for g in match.groups() if g)
    for line in opening:
        if pattern("this_year").search(line):
            return "", ""
        found = {match[1] or match[2] for match in _ONE.finditer(line)}
        if found:
            return (found.copy().pop(),) * 2 if len(found) == 1 else ("", "")
    return "", ""


def signed(lines: Iterable[str]) -> str:
    """Return the day that stands alone in one of the last lines of a text."""
    for line in reversed(list(lines)[-6:]):
        if len(line) <= 24 and re.search(r"[年〇]", line) and line.endswith(("日", "日)", "日）")):
            bare = line.strip("()（）").replace(" ", "")
            if re.fullmatch(r"[0-9〇零一二三四五六七八九十年月]+日", bare):
                return find(bare)
        elif re.fullmatch(r"[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}", line):
            return find(line)
    return ""

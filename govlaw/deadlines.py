"""When a measure is due: deadlines as printed, and the last day that they allow."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_DAY = r"[0-9]{1,2}月[0-9]{1,2}日"
_MONTH = r"[0-9]{1,2}月(?:份|底|末|中旬|上旬|下旬)?"
_PART = rf"(?:{_DAY}|{_MONTH}|年?底|年末|年内|[上下]半年|第?[一二三四1-4]季度末?)"
_BEFORE = r"(?:之?前|以前)"
# A bare month is a deadline only where something is to be done in it: 6月印发的方案 is none.
_PAST = "(?!修订|修正|印发|发布|出台|公布|以来|起|制定的|召开)"
_DATED = rf"(?:20[0-9]{{2}}年|今年|明年|当年){_PART}{_BEFORE}?{_PAST}"
_UNDATED = rf"(?<![0-9年])(?:{_MONTH}|{_DAY}|年底|年内|[上下]半年|第?[一二三四]季度末?){_BEFORE}"
_REPEATED = (
    r"每年(?:第?[一二三四]季度|[上下]半年|[0-9]{1,2}月(?:[0-9]{1,2}日|底)?(?:之?前)?|年?底前)?"
    r"|按年度|逐年|每半年|每?按?季度(?=报|通|开|组|汇|调|召|更|公|督)|每季度|按季|按月|每月|每?两年"
)
_PRINTED = re.compile(rf"{_DATED}|{_UNDATED}|{_REPEATED}")
_WHOLE = re.compile(
    rf"^(?:于|在)?({_DATED}|{_UNDATED}|{_REPEATED}|20[0-9]{{2}}年{_BEFORE}?|全年|长期(?:坚持|推进)?|"
    r"持续(?:推进|实施|坚持)?|常态化(?:推进|开展)?)(?:完成|办结|落实|建成|实施|取得[^，。]{0,6})?$"
)
_TITLE = re.compile(r"《[^《》]*》")
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, slots=True)
class Due:
    """The last day that a deadline allows (ISO; empty where none follows) and how it comes back.

    ``recurs`` is year, half_year, quarter, month or continuous; empty for a deadline that passes.
    """

    date: str = ""
    recurs: str = ""


def find(text: str, start: int, end: int) -> str:
    """Return the first deadline printed in ``text[start:end]``; what stands in a title is none."""
    shown = _TITLE.sub(lambda title: "\0" * len(title[0]), text[start:end])
    match = _PRINTED.search(shown)
    return match[0] if match else ""


def whole(words: str) -> str:
    """Return the deadline that these words are, with 完成 and the like or without, else nothing."""
    match = _WHOLE.match(words.strip())
    return match[1] if match else ""


def due(printed: str, first: str, last: str) -> Due:
    """Return the last day that a deadline allows.

    Parameters
    ----------
    printed : as :func:`find` or a label gives it
    first, last : first and last year of the plan, as text; they stand in for a year that the
        deadline does not name, if the plan has only one

    The last day of the span that is named counts: 2024年底前 and 2024年 are 31 December, 上半年 is
    30 June, 6月底前 and 6月 are 30 June, 上旬 the 10th, 中旬 the 20th.

    >>> due("2024年6月底前", "", "").date
    '2024-06-30'
    """
    recurs = _recurs(printed)
    if recurs:
        return Due("", recurs)
    named = re.search(r"20[0-9]{2}(?=年)", printed)
    only = first if first == last or not last else ""
    year = int(named[0]) if named else int(only) if only.isdigit() and "明年" not in printed else 0
    if not year or not re.search("[年月季]", printed):
        return Due()
    return Due(_last_day(printed, year).isoformat())


def returns(printed: str, recurs: str, first: int, last: int) -> list[date]:
    """Return the last days of a recurring deadline from the year ``first`` to ``last``, both in.

    每年第一季度 comes back on 31 March; what is continuous ends with the last year.
    """
    if recurs == "continuous":
        return [date(last, 12, 31)]
    years = range(first, last + 1)
    if recurs == "year":
        return [_last_day(printed, year) for year in years]
    months = {"half_year": (6, 12), "quarter": (3, 6, 9, 12)}.get(recurs, tuple(range(1, 13)))
    return [date(year, m, monthrange(year, m)[1]) for year in years for m in months]


def _last_day(printed: str, year: int) -> date:
    day = re.search(r"([0-9]{1,2})月([0-9]{1,2})日", printed)
    month = re.search(r"([0-9]{1,2})月(上旬|中旬)?", printed)
    quarter = re.search(r"([一二三四1-4])季度", printed)
    if month and not 1 <= int(month[1]) <= 12:
        return date(year, 12, 31)
    if day and 1 <= int(day[2]) <= monthrange(year, int(day[1]))[1]:
        return date(year, int(day[1]), int(day[2]))
    if month:
        until = {"上旬": 10, "中旬": 20}.get(month[2] or "")
        return date(year, int(month[1]), until or monthrange(year, int(month[1]))[1])
    if quarter:
        number = _NUMBERS.get(quarter[1]) or int(quarter[1])
        return date(year, 3 * number, monthrange(year, 3 * number)[1])
    return date(year, 6, 30) if "上半年" in printed else date(year, 12, 31)


def _recurs(printed: str) -> str:
    if re.search("每半年", printed):
        return "half_year"
    if re.search("每年|按年度|逐年|每?两年", printed):
        return "year"
    if re.search("每季度|按季|^季度", printed):
        return "quarter"
    if re.search("每月|按月", printed):
        return "month"
    return "continuous" if re.search("长期|持续|常态", printed) else ""

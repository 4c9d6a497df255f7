"""Awards, shortlists, ranks, pilots and mentions that a report names.

The words are the table ``honours.csv``. A clause that speaks of an honour is one row; its level is
the highest body that the clause names.
"""

from __future__ import annotations

import re
from functools import cache

from govlaw.definitions import rows
from govlaw.gates import gate
from govlaw.model import Honour
from govlaw.text import clauses

_LEVELS = (
    ("national", re.compile(r"全国|国家|国务院|中央|最高人民|人民日报|中国")),
    ("provincial", re.compile(r"全省|省级|省委|省政府|全自治区|省辖市|[^本]省(?!略|去)")),
    ("municipal", re.compile(r"全市|市级|市委|[\u4e00-\u9fff]市")),
    ("county", re.compile(r"全[县区]|[县区]级")),
)
_DATE = re.compile(r"(20[0-9]{2})年(?:度)?(?:([01]?[0-9])月)?")
_PLANNED = re.compile(
    r"力争|(?<!成功)争创|争取|积极创建|申报|培育|推进.{0,10}创建|以.{0,12}为契机|为抓手|建设(?:全国|全省)"
)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["kind"], re.compile(row["pattern"])) for row in rows("honours"))


@cache
def _gate() -> re.Pattern[str]:
    return gate(pattern for _, pattern in _patterns())


def find(text: str, sentences: list[tuple[int, int]], year: int | None) -> list[Honour]:
    """Return the honours in order of their offset.

    ``year`` and ``month`` are those printed in the honour's own sentence; where the sentence names
    none, the year is the report's own (``year``) and the month is empty.
    """
    listed: list[Honour] = []
    for start, end in sentences:
        if not _gate().search(text, start, end):
            continue
        dated: re.Match[str] | None = None
        for low, high in clauses(text, start, end):
            clause = text[low:high]
            dated = _DATE.search(clause) or dated
            kind = next((k for k, pattern in _patterns() if pattern.search(clause)), "")
            if not kind or _PLANNED.search(clause):
                continue
            own = text[max(start, low - 24) : high]
            level = next((name for name, pattern in _LEVELS if pattern.search(own)), "")
            lead = len(clause) - len(clause.lstrip())
            listed.append(
                Honour(
                    low + lead,
                    high,
                    dated[1] if dated else str(year or ""),
                    f"{int(dated[2]):02}" if dated and dated[2] else "",
                    clause.strip(),
                    level,
                    kind,
                )
            )
    return listed

"""Numbered measures of a plan with the units that are responsible for them.

Labels of units (责任单位, 牵头单位, 配合单位 …) are the table ``responsible.csv``; they may come in
any order, in brackets or not.
"""

from __future__ import annotations

import re
from functools import cache

from govlaw.definitions import rows, words
from govlaw.model import Task
from govlaw.outline import Places, enumerators
from govlaw.text import fold

_BETWEEN = re.compile(r"[、，,；;]")
_EDGES = " \t\r\n　:：、，,；;。.（）()【】[]"
_DEADLINE = re.compile(
    r"(?:20[0-9]{2}年(?:年?底|[上下]半年|第?[一二三四]季度|[0-9]{1,2}月(?:底)?|年末)(?:前|之前)?"
    r"|每年(?:第[一二三四]季度)?|按年度|每季度|每半年)"
)


@cache
def _labels() -> tuple[re.Pattern[str], dict[str, str]]:
    role = {word: row["role"] for row in rows("responsible") for word in words(row["label"])}
    ordered = sorted(role, key=lambda word: (-len(word), word))
    spaced = "|".join("[ 　]*".join(word) for word in ordered)
    return re.compile(f"({spaced})[ 　]*[:：]"), role


def read(text: str, places: Places) -> list[Task]:
    """Return the numbered measures that name a responsible unit, in order.

    A measure runs from its number to the next number or to the end of the line that holds its
    units. ``lead_units`` and ``supporting_units`` stand in printed order.
    """
    folded = fold(text)
    label, role = _labels()
    if not label.search(folded):
        return []
    starts = list(enumerators(folded).items())
    found = []
    for i, (start, number_end) in enumerate(starts):
        stop = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        labels = list(label.finditer(folded, number_end, stop))
        if not labels:
            continue
        line_end = folded.find("\n", labels[-1].end(), stop)
        end = line_end if line_end >= 0 else stop
        units: dict[str, tuple[str, ...]] = {"lead": (), "supporting": ()}
        for j, match in enumerate(labels):
            until = labels[j + 1].start() if j + 1 < len(labels) else end
            units[role[re.sub("[ 　]", "", match[1])]] += _units(text[match.end() : until])
        deadline = _DEADLINE.search(folded, number_end, labels[0].start())
        section = places.at(start)
        found.append(
            Task(
                folded[start:number_end],
                section.section_id if section else "",
                start,
                start + len(text[start:end].rstrip()),
                units["lead"],
                units["supporting"],
                deadline[0] if deadline else "",
            )
        )
    return found


def _units(listed: str) -> tuple[str, ...]:
    names = (name.strip(_EDGES) for name in _BETWEEN.split(listed.split("。")[0]))
    return tuple(name for name in names if name)

"""The title of a page and the kind of document that it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from govlaw.sources import dates, issuers
from govlaw.sources.blocks import Found
from govlaw.sources.wording import pattern

_MOST_LINES = 5
_LONGEST = 120
_LONGEST_PART = 60
_GAPS = re.compile(
    r"(?<=[\u4e00-\u9fff》）0-9])[ ]+(?=[\u4e00-\u9fff《（])|(?<=[\u4e00-\u9fff]) +(?=[0-9])"
)
_DATE_END = re.compile(r"[（(] ?(?:19|20)[0-9]{2} ?年[^（()）]{0,12}日[^（()）]{0,8}[)）]$")
_WHOLE = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")


class Title(NamedTuple):
    """A title, where it stood, and the number of the line behind it (0 if it is not a heading)."""

    text: str
    origin: str
    after: int


def find(
    lines: Sequence[str],
    taken: Collection[int],
    labelled: Mapping[str, Found],
    said: Mapping[str, str],
) -> Title:
    """Return the title of a page.

    A heading in the text counts first: one line, or up to five that read on as one title. Of
    several, the first that names a year or a place is taken. Then what the label 标题 says, then
    the tags, then a first line that may be a headline.
    """
    headings = list(_headings(lines, taken))
    for title in headings:
        if any(dates.years(title.text)) or issuers.place_words(title.text):
            return title
    beside = [Title(unwrapped(_bare(f.value)), f"label:{f.label}", 0) for f in _labelled(labelled)]
    if said.get("title"):
        beside.append(Title(unwrapped(_bare(_without_site(said["title"]))), "tag", 0))
    for title in beside:
        if title.text and _is_topic(title.text):
            return title
    if headings:
        return headings[0]
    headline = _headline(lines, taken)
    if headline.text and _is_topic(headline.text):
        return headline
    if beside and beside[0].text:
        return beside[0]
    return headline


def kind(title: str) -> str:
    """Return annual_report, plan, evaluation or news, as a title reads; ``other`` without one."""
    if pattern("evaluation").search(title):
        return "evaluation"
    bare = unwrapped(title)
    if pattern("plan").search(bare) and not pattern("plan_not").search(bare):
        return "plan"
    if pattern("news").search(bare):
        return "news"
    if _is_topic(bare) and pattern("report").search(bare):
        return "annual_report"
    return "news" if title else "other"


def unwrapped(title: str) -> str:
    """Return the true title of 【政策解读】《…》; marks round the whole title are taken off."""
    bare = pattern("wrapper").sub("", title.strip()).strip()
    match = _WHOLE.fullmatch(bare)
    return match[1] if match else bare


def dated(line: str) -> str:
    """Return the brackets with a day that end a title's line: (2024年5月28日); else nothing."""
    match = _DATE_END.search(line.strip())
    return match[0] if match else ""


def _labelled(labelled: Mapping[str, Found]) -> list[Found]:
    return [labelled["title"]] if "title" in labelled else []


def _is_topic(text: str) -> bool:
    return pattern("topic").search(text) is not None


def _bare(part: str) -> str:
    return _DATE_END.sub("", _GAPS.sub("", part.strip(" *•·#|×✕"))).strip()


def _without_site(title: str) -> str:
    short = pattern("site").sub("", title.strip()).strip()
    return short or title.strip()


def _fits(line: str) -> bool:
    """Tell whether a line can be a part of a title."""
    if not line or len(line) > _LONGEST or line.endswith((":", "。")):
        return False
    if pattern("not_title").search(line) or pattern("number").fullmatch(line.strip("()（）")):
        return False
    inside = re.sub("《[^》]*》", "", line)
    return not pattern("sentence").search(inside) and not dates.alone(line)


def _ends(text: str) -> bool:
    return _is_topic(text) and pattern("title_end").search(text) is not None


def _headings(lines: Sequence[str], taken: Collection[int]) -> list[Title]:
    found = []
    for start in range(len(lines)):
        joined = ""
        for stop in range(start, min(start + _MOST_LINES, len(lines))):
            part = _bare(lines[stop])
            if stop in taken or not _fits(part):
                break
            if joined and (len(part) > _LONGEST_PART or not _reads_on(joined, part)):
                break
            joined += part
            text = unwrapped(joined)
            if (":" in part and len(part) > _LONGEST_PART) or len(text) > 2 * _LONGEST:
                break
            if _ends(text):
                below = _bare(lines[stop + 1]) if stop + 1 < len(lines) else ""
                more = below if pattern("tail").fullmatch(below) else ""
                text = unwrapped(joined + more)
                found.append(Title(text, "heading", stop + (2 if more else 1)))
                break
    return found


def _reads_on(joined: str, part: str) -> bool:
    """Tell whether a line goes on with a title that the lines before it began.

    Below the name of one authority stands 关于…, a year, or the other authority of a joint report;
    a whole title of its own does not go on with what stands above it.
    """
    above = issuers.parse(joined)
    if above:
        if re.match(r"关于|(?:19|20)[0-9]{2} ?年|的?报告", part):
            return True
        front = issuers.front(part)
        joint = issuers.parse(front)
        return bool(joint) and above[-1].kind == "party" and joint[0].kind != "department"
    if _ends(part) and (any(dates.years(part)) or issuers.parse(issuers.front(part))):
        return joined.endswith(("、", "的", "和"))
    return bool(
        "关于" in joined or _is_topic(joined) or any(dates.years(joined)) or issuers.opens(joined)
    )


def _headline(lines: Sequence[str], taken: Collection[int]) -> Title:
    """Return a short line above the body that may be a headline."""
    for number, line in enumerate(lines[:8]):
        bare = line.strip(" *•·#|×✕")
        if number in taken or pattern("not_title").search(bare) or dates.alone(bare):
            continue
        if len(bare) > _LONGEST_PART or bare.endswith(("。", ":")):
            return Title("", "", 0)
        if len(bare) < 6 or issuers.parse(bare):
            continue
        if pattern("year_first").match(bare) and re.search("[,，]", bare):
            continue
        if re.search("[。；;]", bare) or not re.search("[\u4e00-\u9fff]{4}", bare):
            continue
        return Title(unwrapped(bare), "heading", number + 1)
    return Title("", "", 0)

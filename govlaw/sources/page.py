"""What the plain text of a page says of itself: title, issuer, place, period, dates, numbers.

Only what the text states is filled in; the rest stays empty. The report year is taken from the
title or the first sentence, never from the date of publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from govlaw.definitions import rows, words
from govlaw.model import Metadata
from govlaw.text import fold

_HEAD_LINES = 25
_TOPIC = re.compile(r"法治政府|法治建设|依法行政|依法治")
_TITLE_END = re.compile(
    r"(?:报告|情况|总结|年报|通知|计划|方案|要点|安排|意见|决定|通报|综述|公告|函)(?:[（(][^（()）]*[)）])?$"
)
_SENTENCE_MARK = re.compile(r"[。；;，,！!？?]")
_GAPS = re.compile(r"(?<=[\u4e00-\u9fff])[ 　]+(?=[\u4e00-\u9fff])")
_YEARS = re.compile(
    r"((?:19|20)[0-9]{2})(?:年度?)?(?:[-—–~～至]+|(?=20))((?:19|20)[0-9]{2})"
    r"|((?:19|20)[0-9]{2}) ?年"
)
_DATE = re.compile(r"((?:19|20)[0-9]{2})[-/.年]([01]?[0-9])[-/.月]([0-3]?[0-9])日?")
_SIGN_OFF = re.compile(r"((?:19|20)[0-9]{2})年?([01]?[0-9])月?([0-3][0-9]|[0-9])日?")
_BODY = (
    r"人民政府(?:办公[室厅])?|政府(?:办公[室厅])?|[省市县区旗镇乡]委(?:员会)?|委员会|管委会"
    r"|街道办事处|办公室|[局厅委院]"
)
_ISSUER = re.compile(rf"(?:中共)?[\u4e00-\u9fff]{{2,16}}?(?:{_BODY})")
_PLACE = re.compile(
    r"(?:中共)?([\u4e00-\u9fff]{2,12}?(?:省|自治区|自治州|地区|盟|市|县|区|旗|镇|乡|街道))"
    r"(?=人民|政府|委|办|司法|关于|法治|推进|[0-9]|$|局|街道办)"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,8}[〔\[（(](?:19|20)[0-9]{2}[〕\]）)] *[0-9]{1,4} *号")
_NO_PLACE = re.compile(r"(?:19|20)[0-9]{2}(?:年度?)?|关于")
_LEVELS = (
    ("province", re.compile(r"(?:省|自治区|北京市|天津市|上海市|重庆市)$")),
    ("prefecture", re.compile(r"(?:市|自治州|地区|盟)$")),
    ("county", re.compile(r"(?:县|区|旗)$")),
    ("township", re.compile(r"(?:镇|乡|街道)$")),
)
_PLAN = re.compile(
    r"(?:计划|方案|要点|工作安排|行动纲要)[》（(〔\s]*(?:[（(][^（()）]*[)）])?》?(?:的通知)?$"
)
_REPORT = re.compile(r"报告|情况|总结|年报")
_LEAD_OUT = re.compile(r"(?:报告|汇报|总结|公布|公开)如下")
_ADDRESSEE = re.compile(r"[省市区县委府会办]:$")
_NO_ADDRESSEE = re.compile(r"如下|情况|[。，,]")
_EVALUATION = re.compile(r"评估报告|蓝皮书|满意度|考核.{0,6}通报|测评|指数")


@cache
def _labels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return, for each field, the pattern of its labels with gaps between the characters."""
    found = []
    for row in rows("metadata"):
        spaced = "|".join(r"[ 　]*".join(map(re.escape, word)) for word in words(row["label"]))
        pattern = rf"(?:^|(?<=[\s|\[【]))(?:{spaced})[ 　]*[:：|\]】][ 　|]*([^\n|]*)"
        found.append((row["field"], re.compile(pattern, re.MULTILINE)))
    return tuple(found)


def describe(text: str, said: Mapping[str, str] | None = None, address: str = "") -> Metadata:
    """Return what a page's text says of itself; what it does not say is empty.

    Parameters
    ----------
    text : the text of the page
    said : what the file says beside its text (tags of a page, properties of a document), by field
    address : the address that the page was fetched from, if it is known
    """
    folded = fold(text)
    lines = [line.strip() for line in folded.split("\n") if line.strip()]
    head = [line for line in lines[:_HEAD_LINES] if line.count(">") < 2]  # no breadcrumbs
    labelled = _labelled("\n".join(head))
    title = _title(head, labelled.get("title", ""))
    kind = _kind(title)
    if kind not in ("annual_report", "plan") and _opens_a_report("\n".join(head)):
        kind = "annual_report"  # about one page in five starts with its body
    issuer = _issuer(title, head)
    place = _place(issuer) or _place(title)
    start, end = _period(title, head if kind == "annual_report" else [])
    return Metadata(
        title=title,
        kind=kind,
        issuer=issuer,
        region=place,
        level=_level(issuer, place),
        province=place if place.endswith(("省", "自治区")) else "",
        period_start=start,
        period_end=end,
        written=_iso(_DATE, labelled.get("written", "")) or _signed(lines),
        published=_iso(_DATE, labelled.get("published", "")),
        document_number=_document_number(labelled.get("document_number", ""), head),
        index_number=re.split(r"[\s;]", labelled.get("index_number", ""))[0],
        addressee=_addressee(head),
    )


def _labelled(head: str) -> dict[str, str]:
    found = {}
    for field, pattern in _labels():
        values = (match[1].strip() for match in pattern.finditer(head))
        value = next((value for value in values if value), "")
        if value:
            found[field] = value
    return found


def _title(head: list[str], labelled: str) -> str:
    """Return the first line, or run of up to three lines, that reads as a title."""
    for i in range(len(head)):
        joined = ""
        for part in head[i : i + 3]:
            stop = _SENTENCE_MARK.search(re.sub("《[^》]*》", "", part)) or ":" in part
            if stop or _labelled(part) or _NUMBER.fullmatch(part):
                break
            joined += _GAPS.sub("", part)
            if _TOPIC.search(joined) and _TITLE_END.search(joined):
                return joined
    first = labelled or (head[0] if head else "")
    return first if len(first) <= 60 and not first.endswith("。") else ""


def _kind(title: str) -> str:
    if _EVALUATION.search(title):
        return "evaluation"
    if _PLAN.search(title) and not re.search("报告|情况", title):
        return "plan"
    if _TOPIC.search(title) and _REPORT.search(title):
        return "annual_report"
    return "news" if title else "other"


def _opens_a_report(opening: str) -> bool:
    lead_out = _LEAD_OUT.search(opening)
    return lead_out is not None and _TOPIC.search(opening, 0, lead_out.end()) is not None


def _issuer(title: str, head: list[str]) -> str:
    before = title.split("关于")[0] if "关于" in title else re.split(r"[0-9]", title)[0]
    found = _ISSUER.findall(before)
    if found and "".join(found) == re.sub(r"[ 、　]", "", before):
        return ";".join(found)
    for line in head[:6]:
        parts = re.split(r"[ 、　]+", line)
        if parts and all(_ISSUER.fullmatch(part) for part in parts):
            return ";".join(parts)
    return ""


def _place(name: str) -> str:
    """Return the place that an issuer or a title names: 2023年甲县…, 关于甲县…, 甲县 2023年…."""
    own = _NO_PLACE.sub("0", name.split(";")[-1].replace(" ", ""))
    match = _PLACE.search(own)
    return match[1] if match else ""


def _level(issuer: str, place: str) -> str:
    own = issuer.split(";")[-1]
    if re.search(r"[局厅]$", own):
        return "department"
    return next((level for level, pattern in _LEVELS if pattern.search(place)), "")


def _period(title: str, head: list[str]) -> tuple[str, str]:
    for candidate in (title, *(line for line in head if "年" in line and len(line) > 30)):
        match = _YEARS.search(candidate)
        if match:
            return (match[1], match[2]) if match[1] else (match[3], match[3])
    return "", ""


def _iso(pattern: re.Pattern[str], value: str) -> str:
    match = pattern.search(value)
    if not match or not 1 <= int(match[2]) <= 12 or not 1 <= int(match[3]) <= 31:
        return ""
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"


def _signed(lines: list[str]) -> str:
    """Return the date that stands alone in one of the last lines."""
    for line in reversed(lines[-4:]):
        if _SIGN_OFF.fullmatch(line.replace(" ", "")):
            return _iso(_SIGN_OFF, line.replace(" ", ""))
    return ""


def _document_number(labelled: str, head: list[str]) -> str:
    for candidate in (labelled, *(line for line in head if len(line) < 25)):
        match = _NUMBER.search(candidate)
        if match:
            return match[0]
    return ""


def _addressee(head: list[str]) -> str:
    for line in head:
        if len(line) <= 40 and _ADDRESSEE.search(line) and not _NO_ADDRESSEE.search(line):
            return line[:-1]
    return ""

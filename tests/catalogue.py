"""Pages made from the lines of the catalogue of reports, and what is true of them.

Each line gives a title, an issuer, a place, a level, a year and an address. Pages are made of them
in the forms in which real pages vary; what is found in a page is held against the line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from govlaw import places
from govlaw.model import Metadata
from govlaw.sources import page

FIELDS = ("title", "region", "adcode", "level", "year", "published")
ADCODES = Path(__file__).parent / "cases" / "catalogue_adcodes.csv"
REST = (
    "一、主要做法和成效\n　　坚持学法用法，举办专题讲座30场次，办理行政复议案件120件。\n"
    "二、存在的不足\n　　执法水平还有差距。\n三、下一步打算\n　　持续提升依法办事的能力。\n"
)
_NO_TITLE = re.compile("title missing|no title|no headline")
_BEGIN = re.compile(r"^(.*?)(关于(?:.*?)(?:19|20)[0-9]{2}.*)$")


@dataclass(frozen=True)
class Page:
    """A made page: its text, the tags beside it, and its address."""

    text: str
    said: dict[str, str]
    address: str


Row = dict[str, str]
_SAME = str.maketrans("（）：“”", '():""')


def rows(path: Path) -> list[Row]:
    """Return the lines of the catalogue, each with its number, and titles that are descriptions."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    for number, row in enumerate(found):
        row["number"] = str(number)
        row["described"] = "yes" if _NO_TITLE.search(row["quirks"]) else ""
    return found


def _issuer(row: Row, mark: str = "、") -> str:
    return row["issuer"].replace(";", mark)


def _self(row: Row) -> str:
    if row["level"] == "department":
        return "我局"
    ending = re.search(r"(?:街道|自治区|[省市县区旗州盟镇乡])$", row["region"])
    return f"我{ending[0]}" if ending else "我市"


def _sentence(row: Row, who: str) -> str:
    year = f"{row['report_year']}年，" if row["report_year"] else "一年来，"
    return (
        f"　　{year}{who}坚持以习近平新时代中国特色社会主义思想为指导，深入推进法治政府建设，"
        "各项工作取得新的成效。现将有关情况报告如下：\n"
    )


def title_issuer(row: Row) -> Page:
    """The title, the issuer below it, the body."""
    return Page(f"{row['title']}\n{_issuer(row)}\n\n{REST}", {}, row["url"])


def title_alone(row: Row) -> Page:
    """Nothing but the title and the body."""
    return Page(f"{row['title']}\n\n{REST}", {}, row["url"])


def split(row: Row) -> Page:
    """The title on two or three lines, with a stray space."""
    title = row["title"]
    match = _BEGIN.match(title)
    parts = [match[1], match[2]] if match and match[1] else [title]
    whole = parts.pop()
    ending = re.search("(?:工作)?(?:情况)?的?(?:年度)?报告$|总结$", whole)
    tail = [whole] if ending is None else [whole[: ending.start()], whole[ending.start() :]]
    if tail[-1] == "报告":
        tail[-1] = "报 告"
    return Page("\n".join([*parts, *tail]) + f"\n\n{REST}", {}, row["url"])


def doubled(row: Row) -> Page:
    """Breadcrumb, banner of the day, title, widgets, the title again with another word."""
    again = row["title"].replace("年度", "年", 1).replace("工作情况", "情况")
    return Page(
        "今天是2026年3月5日 星期四\n首页 > 政务公开 > 法定主动公开内容 > 法治政府建设年度报告\n"
        f"{row['title']}\n发布时间：{row['published']} 09:18    来源：{_issuer(row)}  浏览次数：\n"
        f"【字体：大 中 小】 打印\n{again}\n　　各位领导：\n{REST}",
        {"title": f"{row['title']}_{row['region']}人民政府"},
        row["url"],
    )


def table(row: Row) -> Page:
    """A table with bars, half of it empty, printed twice."""
    block = (
        f"| 索 引 号 | ABC-123/2025-00{row['number']} | 主题分类 | \\ |\n"
        "| --- | --- | --- | --- |\n"
        f"| 发布机构 | {_issuer(row)} | 文 号 | |\n| 发布日期 | {row['published']} | 有效性 | |\n"
        f"| 标 题 | {row['title']} | 成文日期 | |\n"
    )
    return Page(f"{block}{block}{row['title']}\n{REST}", {}, row["url"])


def alternating(row: Row) -> Page:
    """Labels and values on lines of their own; the title is in the block and in the tags alone."""
    return Page(
        f"索引号\nABC-123/2025-00{row['number']}\n标题\n{row['title']}\n发布机构\n{_issuer(row)}\n"
        f"文号\n发布日期\n{row['published']}\n{REST}",
        {"title": row["title"]},
        row["url"],
    )


def joint(row: Row) -> Page | None:
    """Party and government above 关于…, with a space between them."""
    party = {"prefecture": "市委", "county": row["region"][-1:] + "委"}.get(row["level"])
    ends = row["region"].endswith(("市", "县", "区", "旗"))
    if row["kind"] != "annual_report" or not party or not ends or not row["report_year"]:
        return None
    name = row["region"]
    return Page(
        f"中共{name}委\n{name}人民政府\n关于{row['report_year']}年度法治政府建设情况的报告\n\n{REST}",
        {},
        row["url"],
    )


def untitled(row: Row) -> Page:
    """No title: place and year from the first sentence."""
    who = row["issuer"] if row["level"] == "department" else row["region"]
    return Page(f"{_sentence(row, who)}{REST}", {}, row["url"])


def labelled(row: Row) -> Page:
    """No title, 我市 alone: the place from the labels."""
    return Page(
        f"索 引 号：ABC-1    发布机构：{_issuer(row)}\n发布日期：{row['published']}    有效性：\n"
        f"{_sentence(row, _self(row))}{REST}",
        {},
        "",
    )


def hosted(row: Row) -> Page:
    """No title, 我市 alone, no labels: the place from the host."""
    return Page(f"{_sentence(row, _self(row))}{REST}", {}, row["url"])


Maker = Callable[[Row], Page | None]
TITLED: tuple[Maker, ...] = (title_issuer, title_alone, split, doubled, table, alternating, joint)
UNTITLED: tuple[Maker, ...] = (untitled, labelled, hosted)


def pages(row: Row) -> Iterator[tuple[str, Page]]:
    """Return every form of page that a line can be made into, by name."""
    reports = row["kind"] == "annual_report"
    for make in (*(() if row["described"] else TITLED), *(UNTITLED if reports else ())):
        made = make(row)
        if made is not None:
            yield make.__name__, made


# -- what is true ------------------------------------------------------------------------------


def checked() -> dict[str, Row]:
    """Return the codes that were checked by hand, by address."""
    with ADCODES.open(encoding="utf-8", newline="") as file:
        return {row["url"]: row for row in csv.DictReader(file)}


@cache
def _divisions(year: int) -> list[places.Place]:
    return [place for level in places.LEVELS for place in places.listed(year, level)]


def adcode(row: Row) -> str | None:
    """Return the code of a line's place by the list of divisions alone; None if not certain.

    The name must be that of one division of its province. Of towns, streets and zones the division
    that holds them must stand in title or issuer.
    """
    level = row["level"]
    divisions = _divisions(int(row["report_year"] or 2024))
    inside = [p for p in divisions if p.province == row["province"] or not row["province"]]
    if level == "township":
        words = row["issuer"] + row["title"]
        holders = [p for p in inside if p.level == "county" and p.name in words]
        return holders[0].adcode if len(holders) == 1 else None
    named = [p for p in inside if p.name == row["region"]]
    if len(named) > 1:
        named = [p for p in named if p.prefecture and p.prefecture in row["issuer"] + row["title"]]
    return named[0].adcode if len(named) == 1 else None


def truth(row: Row, form: str, hand: dict[str, Row]) -> dict[str, str]:
    """Return what a page in a form should give, as far as the catalogue tells."""
    wanted = {"level": row["level"], "region": row["region"]}
    own = hand.get(row["url"])
    code = own["adcode"] if own else adcode(row)
    if code is not None:
        wanted["adcode"] = code
    if own and own["level"]:
        wanted["level"] = own["level"]
    untitled_form = form in {make.__name__ for make in UNTITLED}
    if row["report_year"]:  # a year that the page does not state cannot be found, only made up
        stated = untitled_form or form == "joint" or row["report_year"] in row["title"]
        wanted["year"] = row["report_year"] if stated else ""
    if form != "joint":
        wanted["title"] = "" if untitled_form else row["title"]
    if form in ("doubled", "table", "alternating", "labelled"):
        wanted["published"] = row["published"] if len(row["published"]) == 10 else ""
    return wanted


def given(meta: Metadata) -> dict[str, str]:
    """Return what was found, by the names of the catalogue's columns."""
    return {
        "title": meta.title,
        "region": meta.region,
        "adcode": meta.adcode,
        "level": meta.level,
        "year": meta.period_end,
        "published": meta.published,
    }


def _bare(value: str) -> str:
    return re.sub(r"\s", "", value).translate(_SAME)


def judged(field: str, found: str, wanted: str) -> str:
    """Return right, empty or wrong."""
    if _bare(found) == _bare(wanted):
        return "right"
    if not found:
        return "empty"
    if field == "region" and (found.endswith(wanted) or wanted.endswith(found)):
        return "right"
    return "wrong"


def score(
    listed: list[Row], hand: dict[str, Row]
) -> tuple[Counter[tuple[str, str, str]], list[tuple[str, str, str, str, str]]]:
    """Return counts by form, field and verdict, and every value that is not right."""
    counts: Counter[tuple[str, str, str]] = Counter()
    missed = []
    for row in listed:
        for form, made in pages(row):
            found = given(page.describe(made.text, made.said, made.address))
            for field, wanted in truth(row, form, hand).items():
                verdict = judged(field, found[field], wanted)
                counts[form, field, verdict] += 1
                if verdict != "right":
                    missed.append((row["number"], form, field, wanted, found[field]))
    return counts, missed


def shown(counts: Counter[tuple[str, str, str]]) -> str:
    """Return the counts as a table of text: right / empty / wrong."""
    forms = list(dict.fromkeys(form for form, _, _ in counts))
    lines = [f"{'form':14}" + "".join(f"{field:>20}" for field in FIELDS)]
    for form in forms:
        cells = []
        for field in FIELDS:
            right, empty, wrong = (counts[form, field, v] for v in ("right", "empty", "wrong"))
            total = right + empty + wrong
            share = f"{right / total:.0%} " if total else ""
            cells.append(f"{share}{right}/{empty}/{wrong}".rjust(20))
        lines.append(f"{form:14}" + "".join(cells))
    return "\n".join(lines)

# ruff: noqa: E501
"""Metadata of pages in the forms in which governments publish, and where each value was found."""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw.model import Metadata
from govlaw.sources import blocks, dates, issuers, page, titles

STABLE = settings(deadline=None, derandomize=True, max_examples=200)
TITLE = "驻马店市人民政府关于2024年度法治政府建设情况的报告"
REST = "一、主要做法\n　　坚持依法决策，举办讲座30场次。\n"


def origins(meta: Metadata) -> dict[str, str]:
    """Return the origins of a page's values by field."""
    return dict(pair.split("=", 1) for pair in meta.origins.split(";") if pair)


# -- titles --------------------------------------------------------------------------------------

HEADS = [
    # what stands above the body, title, origin
    (f"{TITLE}\n", TITLE, "heading"),
    ("驻马店市人民政府\n关于2024年度法治政府建设情况的\n报 告\n", TITLE, "heading"),
    ("驻马店市人民政府\n关于2024年度法治政府\n建设情况的报告\n", TITLE, "heading"),
    ("驻马店市人民政府 关于2024年度法治政府建设情况的报告\n", TITLE, "heading"),
    (
        f"首页>>政务公开>>法治政府建设\n{TITLE}\n驻马店市2024年法治政府建设情况报告\n",
        TITLE,
        "heading",
    ),
    (f"首页 / 信息公开 / 年度报告\n{TITLE}\n{TITLE}\n{TITLE}\n", TITLE, "heading"),
    (f"法治政府建设年度报告\n{TITLE}\n", TITLE, "heading"),
    (f"【政策解读】《{TITLE}》\n", TITLE, "heading"),
    (f"【文字解读】{TITLE}\n", TITLE, "heading"),
    (f"《{TITLE}》\n", TITLE, "heading"),
    (f"驻政文〔2025〕3号\n{TITLE}\n", TITLE, "heading"),
    (f"{TITLE}（2025年1月17日）\n", TITLE, "heading"),
    (f"标 题：{TITLE}\n", TITLE, "label:标题"),
    (f"| 名称 | {TITLE} | 文号 | |\n", TITLE, "label:名称"),
    (
        "中共荣昌区吴家镇委员会\n荣昌区吴家镇人民政府\n关于2025年法治政府建设情况的报告\n",
        "中共荣昌区吴家镇委员会荣昌区吴家镇人民政府关于2025年法治政府建设情况的报告",
        "heading",
    ),
    (
        "驻马店市2021年度法治政府建设工作及2022年工作计划\n报告\n",
        "驻马店市2021年度法治政府建设工作及2022年工作计划报告",
        "heading",
    ),
    (
        "驻马店市人民政府办公室\n关于印发《驻马店市2025年法治政府建设工作要点》的通知\n",
        "驻马店市人民政府办公室关于印发《驻马店市2025年法治政府建设工作要点》的通知",
        "heading",
    ),
    ("2024年，驻马店市扎实推进各项工作，依法行政水平不断提高，群众满意度持续上升。\n", "", ""),
    ("省人民政府：\n", "", ""),
]


@pytest.mark.parametrize(("head", "title", "origin"), HEADS)
def test_title(head: str, title: str, origin: str) -> None:
    """Split, doubled, wrapped, labelled and missing titles: the whole title or none."""
    meta = page.describe(head + REST)
    assert (meta.title, origins(meta).get("title", "")) == (title, origin)


@pytest.mark.parametrize(
    "tag", [TITLE, f"{TITLE}_驻马店市人民政府", f"{TITLE} - 驻马店市司法局", f"{TITLE}-河南政府网"]
)
def test_title_of_the_tag(tag: str) -> None:
    """Where the text has no title, the tag gives it, without the name of the site."""
    meta = page.describe(REST, {"title": tag})
    assert (meta.title, meta.period_end, meta.adcode) == (TITLE, "2024", "411700")
    assert origins(meta)["title"] == "tag"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (TITLE, "annual_report"),
        ("余坪镇2024年度述法报告", "annual_report"),
        ("甲市2024年依法行政工作总结", "annual_report"),
        ("甲市法治政府建设实施方案(2021-2025年)", "plan"),
        ("甲县关于印发《甲县2025年法治政府建设工作要点》的通知", "plan"),
        ("《甲市2024年法治政府建设情况报告》政策解读", "news"),
        ("甲市召开法治政府建设工作推进会", "news"),
        ("甲市法治政府评估报告(2024)", "evaluation"),
        ("", "other"),
    ],
)
def test_kind(title: str, kind: str) -> None:
    """The title tells a report from a plan, an evaluation and news."""
    assert titles.kind(title) == kind


def test_session_and_reporter_below_the_title() -> None:
    """A report to the people's congress: the day of the session is when it was written."""
    text = (
        "驻马店市人民政府\n关于2024年度法治政府建设情况的报告\n"
        "（2025年5月28日在驻马店市第五届人大常委会第二十次会议上）\n驻马店市司法局局长 张三\n"
        "主任、各位副主任、各位委员：\n　　受市人民政府委托，现将有关情况报告如下：\n" + REST
    )
    meta = page.describe(text)
    assert (meta.title, meta.issuer) == (TITLE, "驻马店市人民政府")
    assert (meta.written, origins(meta)["written"]) == ("2025-05-28", "session")
    assert (meta.period_end, meta.addressee) == ("2024", "主任、各位副主任、各位委员")
    assert (meta.region, meta.level) == ("驻马店市", "prefecture")


# -- issuers and places --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("驻马店市人民政府", ["驻马店市人民政府"]),
        ("中共汉中市委汉中市人民政府", ["中共汉中市委", "汉中市人民政府"]),
        ("中共汉中市委 汉中市人民政府", ["中共汉中市委", "汉中市人民政府"]),
        ("中共汉中市委、汉中市人民政府", ["中共汉中市委", "汉中市人民政府"]),
        ("广顺街道工委 广顺街道办事处", ["广顺街道工委", "广顺街道办事处"]),
        ("中共吴家镇委员会吴家镇人民政府", ["中共吴家镇委员会", "吴家镇人民政府"]),
        ("甲市发展和改革委员会", ["甲市发展和改革委员会"]),
        ("郑东新区管理委员会", ["郑东新区管理委员会"]),
        ("驻马店市2024年工作", []),
        ("首页", []),
        ("", []),
    ],
)
def test_issuers(line: str, names: list[str]) -> None:
    """Authorities joined by a mark, a space or nothing are told apart; other lines are none."""
    assert [issuer.name for issuer in issuers.parse(line)] == names


PLACES = [
    # text, said, address, region, level, adcode, origin of the adcode
    (f"{TITLE}\n", {}, "", "驻马店市", "prefecture", "411700", "issuer"),
    ("湛江市2024年法治政府建设报告\n", {}, "", "湛江市", "prefecture", "440800", "title"),
    ("湛江市司法局2024年法治政府建设报告\n", {}, "", "湛江市", "department", "440800", "issuer"),
    ("重庆市荣昌区吴家镇2025年法治政府建设报告\n", {}, "", "吴家镇", "township", "500153", "containing"),
    ("郑东新区2025年度法治政府建设情况报告\n", {}, "", "郑东新区", "county", "410100", "containing"),
    ("重庆高新区司法局2023年法治政府建设报告\n", {}, "", "重庆高新区", "department", "500000", "containing"),
    ("昌吉州人民政府2024年度法治政府建设情况报告\n", {}, "", "昌吉回族自治州", "prefecture", "652300", "issuer"),
    # one name, several places
    ("鼓楼区2024年法治政府建设报告\n", {}, "", "鼓楼区", "county", "", ""),
    ("南京市鼓楼区2024年法治政府建设报告\n", {}, "", "鼓楼区", "county", "320106", "title"),
    ("鼓楼区2024年法治政府建设报告\n发布机构：福州市鼓楼区司法局\n", {}, "", "鼓楼区", "county", "350102", "title"),
    ("鼓楼区2024年法治政府建设报告\n徐州市人民政府：\n", {}, "", "鼓楼区", "county", "320302", "title"),
    # no place in the title
    ("2024年度法治政府建设情况报告\n　　2024年，永城市深入推进法治政府建设，成效明显。现将情况报告如下。\n", {}, "", "永城市", "county", "411481", "first_sentence"),
    ("2024年度法治政府建设情况报告\n　　一年来，我市深入推进法治政府建设。\n", {"publisher": "湛江市司法局"}, "", "湛江市", "prefecture", "440800", "tag"),
    ("2024年度法治政府建设情况报告\n来源：湛江市司法局\n　　一年来，我局深入推进法治政府建设。\n", {}, "", "湛江市", "department", "440800", "label:来源"),
    ("2024年度法治政府建设情况报告\n　　一年来，我市深入推进法治政府建设。\n", {}, "https://www.zhumadian.gov.cn/a/1.html", "驻马店市", "prefecture", "411700", "host"),
    # 我县 on the host of a city, 我市 on no host at all
    ("2024年度法治政府建设情况报告\n　　一年来，我县深入推进法治政府建设。\n", {}, "https://www.zhumadian.gov.cn/a/1.html", "", "", "", ""),
    ("2024年度法治政府建设情况报告\n　　一年来，我市深入推进法治政府建设。\n", {}, "https://example.com/1.html", "", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "address", "region", "level", "adcode", "origin"), PLACES)
def test_place(
    text: str, said: dict[str, str], address: str, region: str, level: str, adcode: str, origin: str
) -> None:
    """Place, level and code from title, issuer, text, labels, tags and host; else empty."""
    meta = page.describe(text + REST, said, address)
    assert (meta.region, meta.level, meta.adcode) == (region, level, adcode)
    assert origins(meta).get("adcode", "") == origin


def test_code_at_the_year_of_the_report() -> None:
    """The code is that of the year, the harmonised code that of today."""
    meta = page.describe(f"三明市梅列区人民政府2019年法治政府建设情况报告\n{REST}")
    assert (meta.region, meta.adcode, meta.harmonised) == ("梅列区", "350402", "350404")
    assert meta.province == "福建省"


# -- periods and dates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("2024年度甲市法治政府建设年度报告", ("2024", "2024")),
        ("甲市2021年法治政府建设情况及2022年工作安排", ("2021", "2021")),
        ("甲市法治政府建设规划(2021-2025年)", ("2021", "2025")),
        ("甲市法治政府建设规划（20212025年）", ("2021", "2025")),
        ("甲市2023年至2024年法治政府建设情况报告", ("2023", "2024")),
        ("甲市二〇二四年度法治政府建设情况报告", ("2024", "2024")),
        ("甲市2024年贯彻《实施纲要(2021-2025年)》情况报告", ("2024", "2024")),
        ("甲市法治政府建设情况报告(2025年3月28日)", ("", "")),
        ("甲市法治政府建设情况报告", ("", "")),
    ],
)
def test_years_of_a_title(title: str, years: tuple[str, str]) -> None:
    """The year of the report wherever it stands, of two the first, and never a day's."""
    assert dates.years(title) == years


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("2024年，甲市坚持依法行政，各项工作取得新的成效，现将有关情况报告如下：", "2024"),
        ("2024年甲市坚持依法行政，各项工作取得新的成效，现将有关情况报告如下：", "2024"),
        ("2024年以来，甲市坚持依法行政，各项工作取得新的成效。", "2024"),
        ("根据《法治政府建设实施纲要(2021-2025年)》要求，现将甲市2024年度法治政府建设情况报告如下：", "2024"),
        ("今年以来，甲市落实2021年印发的方案，各项工作取得新的成效和进步，成绩明显提高。", ""),
        ("2024年3月，甲市召开会议，部署全年工作，随后各单位分别制定方案，逐项落实到位。", ""),
        ("2022年和2023年连续两年，甲市在考核中获得优秀等次，各项工作取得了新的成效。", ""),
    ],
)  # fmt: skip
def test_year_of_the_text(line: str, year: str) -> None:
    """Without a year in the title the first sentence gives it, if it leaves no doubt."""
    text = f"发布日期：2025-03-28\n甲市法治政府建设年度报告\n　　{line}\n{REST}"
    meta = page.describe(text, {"published": "2025-03-28"}, "https://a.gov.cn/2025/3/28/1.html")
    assert (meta.period_start, meta.period_end) == (year, year)
    assert origins(meta).get("period", "") == ("first_sentence" if year else "")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-03-28 09:18", "2024-03-28"),
        ("2024-03-28 09:18:55", "2024-03-28"),
        ("2021/03/29 11:30:01", "2021-03-29"),
        ("2025年03月12日", "2025-03-12"),
        ("2024年04月06日 16:40", "2024-04-06"),
        ("2024年4月6日", "2024-04-06"),
        ("05.06.2018 20:39", "2018-06-05"),
        ("25.02.2016", "2016-02-25"),
        ("2023 01/19", "2023-01-19"),
        ("20250328", "2025-03-28"),
        ("二〇二五年一月十七日", "2025-01-17"),
        ("二○二五年十二月三十一日", "2025-12-31"),
        ("2024-03-15 42:18", "2024-03-15"),
        ("2025730日", "2025-07-30"),
        ("2025年111日", ""),
        ("157天前", ""),
        ("2025-02-30", ""),
        ("2025-13-45", ""),
        ("", ""),
    ],
)
def test_days(value: str, day: str) -> None:
    """Every form of a day; one that no calendar has, or that may be two, is none."""
    assert dates.find(page.fold(value)) == day


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://www.a.gov.cn/b/202503/t20250328_14462423.html", "2025-03-28"),
        ("https://www.a.gov.cn/b/2025/3/12/8a44.html", "2025-03-12"),
        ("https://www.a.gov.cn/2025/03-25/948394.html", "2025-03-25"),
        ("https://a.com/html/2025-03/28/content_1.htm", "2025-03-28"),
        ("https://a.com/html/2025-03-28/849353.html", "2025-03-28"),
        ("https://a.edu.cn/2018/1204/c4620a263672/page.htm", "2018-12-04"),
        ("https://a.com/content/202304/14/content_8.html", "2023-04-14"),
        ("https://a.gov.cn/tzgg/20240125/i3246466.html", "2024-01-25"),
        ("https://a.gov.cn/ar/20220725000529.htm", "2022-07-25"),
        ("https://a.gov.cn/b/202503/8a448b3bd2d8.shtml", "2025-03"),
        ("https://a.gov.cn/fzbg/2025/content/post_1219636.html", ""),
        ("https://a.gov.cn/b/t20251345_1.html", ""),
        ("https://a.gov.cn/info/5213/496314.htm", ""),
        ("http://[bad", ""),
        ("", ""),
    ],
)
def test_day_of_an_address(address: str, day: str) -> None:
    """A day in an address in every form, a month where there is no day."""
    meta = page.describe(f"{TITLE}\n{REST}", {}, address)
    assert (meta.address_date, meta.published, meta.written) == (day, "", "")


def test_four_dates_stay_apart() -> None:
    """Year of the report, written, published and address are separate, whatever they say."""
    text = f"今天是2019年5月1日 星期三\n成文日期：2025-01-17\n发布日期：2025-02-03\n{TITLE}\n{REST}"
    meta = page.describe(text, {"published": "2026-01-01"}, "https://a.gov.cn/t20260331_1.html")
    assert (meta.period_end, meta.written, meta.published) == ("2024", "2025-01-17", "2025-02-03")
    assert meta.address_date == "2026-03-31"
    assert origins(meta)["published"] == "label:发布日期"
    assert origins(meta)["address_date"] == "address"


# -- blocks --------------------------------------------------------------------------------------

WANTED = {"index_number": "ABC-123/2025-001", "published": "2025-03-28", "document_number": "驻政文〔2025〕3号"}  # fmt: skip
BLOCKS = {
    "list": "• 索引号：ABC-123/2025-001\n• 发布日期：2025-03-28\n• 文号：驻政文〔2025〕3号\n",
    "dashes": "- 索 引 号: ABC-123/2025-001\n- 发布日期: 2025-03-28\n- 文  号: 驻政文〔2025〕3号\n",
    "alternating": "索引号\nABC-123/2025-001\n发布日期\n2025-03-28\n文号\n驻政文〔2025〕3号\n",
    "alternating with colons": "索引号：\nABC-123/2025-001\n发布日期：\n2025-03-28\n文号：\n驻政文〔2025〕3号\n",
    "two pairs": "索 引 号：ABC-123/2025-001      主题分类：其他\n发布日期：2025-03-28 09:18     文   号：驻政文〔2025〕3号\n",
    "one line": "索引号:ABC-123/2025-001 主题分类:其他 发布日期:2025-03-28 文号:驻政文〔2025〕3号 有效性:有效\n",
    "fused": "发布时间:2025-03-28 14:32来源:驻马店市司法局作者:张三阅读:\n文号:驻政文〔2025〕3号 索引号:ABC-123/2025-001\n",
    "pipes": "| 索引号 | ABC-123/2025-001 | 主题分类 | |\n| --- | --- | --- | --- |\n| 发布日期 | 2025-03-28 | 文号 | 驻政文〔2025〕3号 |\n",
    "broken pipes": "| 索引号 |\n| ABC-123/2025-001 |\n| 发布日期 |\n| 2025-03-28 |\n| 文号 |\n| 驻政文〔2025〕3号 |\n",
    "brackets": "[索引号] ABC-123/2025-001\n【发布日期】 2025-03-28\n[文号] 驻政文〔2025〕3号\n",
    "no colons": "索引号 ABC-123/2025-001\n发布日期 2025-03-28\n文号 驻政文〔2025〕3号\n",
    "day on two lines": "索引号 ABC-123/2025-001\n发布日期：\n2025\n03/28\n文号 驻政文〔2025〕3号\n",
    "printed twice": "索引号：\n发布日期：\n文号：\n索引号：ABC-123/2025-001\n发布日期：2025-03-28\n文号：驻政文〔2025〕3号\n",
    "other labels first": "更新时间：2026-01-01\n备注/文号：驻政文〔2025〕3号\n发布日期：2025-03-28\n信息索引号：ABC-123/2025-001\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks(name: str) -> None:
    """Every layout of a block of labels gives the same values and leaves the title alone."""
    meta = page.describe(f"{BLOCKS[name]}{TITLE}\n{REST}")
    assert {field: getattr(meta, field) for field in WANTED} == WANTED
    assert (meta.title, meta.issuer, meta.addressee) == (TITLE, "驻马店市人民政府", "")


def test_empty_block() -> None:
    """A block without values fills nothing and takes nothing from the lines below."""
    text = (
        f"索引号：\n文号：\n发布日期：\n成文日期：\n来源：\n作者：\n{TITLE}\n市人大常委会：\n{REST}"
    )
    meta = page.describe(text)
    assert (meta.index_number, meta.document_number, meta.published, meta.written) == ("",) * 4
    assert (meta.title, meta.addressee) == (TITLE, "市人大常委会")


@pytest.mark.parametrize(
    "sentence",
    [
        "　　严格执行法定时间：2025年3月1日前全部完成，各单位按时报送材料并公开。",
        "　　一是完善制度。发布日期：2025年3月1日起施行的办法，全部纳入备案审查。",
        "　　截至2025年3月28日，全市共办理案件30件，均按时办结，群众满意。",
    ],
)
def test_sentences_are_no_blocks(sentence: str) -> None:
    """Words of a sentence that look like a label give no value."""
    assert page.describe(f"{TITLE}\n{sentence}\n{REST}").published == ""


# -- any page ------------------------------------------------------------------------------------

SCRAPS = st.sampled_from(
    ["甲市", "2024年", "关于", "人民政府", "法治政府建设", "报告", "\n", "：", ":", "|", "《", "》", "【", "】",
     "（", "）", "索引号", "发布日期", "2025-03-28", "我市", "中共", "委", "驻马店", "鼓楼区", " ", "　", "、"]
)  # fmt: skip
TEXTS = st.text(max_size=150) | st.lists(SCRAPS, max_size=40).map("".join)
FIELDS = ("title", "published", "written", "publisher", "site", "document_number", "index_number")


@STABLE
@given(
    TEXTS,
    st.dictionaries(st.sampled_from(FIELDS), TEXTS, max_size=4),
    TEXTS | TEXTS.map("https://a.gov.cn/".__add__),
)
def test_any_page(text: str, said: dict[str, str], address: str) -> None:
    """No text, tag or address raises; each value is one line and each origin has its value."""
    meta = page.describe(text, said, address)
    values = {name: getattr(meta, name) for name in meta.__dataclass_fields__}
    assert all("\n" not in value for value in values.values())
    for name, origin in origins(replace(meta)).items():
        assert origin and values["period_end" if name == "period" else name]
    for name in ("published", "written"):
        assert values[name] == "" or dates.find(values[name]) == values[name]


@pytest.mark.parametrize(
    "unit",
    [f"{TITLE}\n", "索引号 : | 发布日期 2024 ", "甲", "（", "年2024-1-", "中共甲委", "市县区", "2024年甲市",
     "《", "《》", "现将", "，2024年", "一、"],
)  # fmt: skip
def test_time_is_linear(unit: str) -> None:
    """A page of a million characters takes no more than a second, whatever they are."""
    text = unit * (1_000_000 // len(unit))
    page.describe(text[:1000])
    start = time.process_time()
    page.describe(text, {"title": text, "publisher": text}, "https://a.gov.cn/" + text)
    assert time.process_time() - start < 1


# -- the documents that were annotated -----------------------------------------------------------


def test_annotated_documents(shared: Path) -> None:
    """Title, issuer, province, level, kind, years, numbers and addressee are as annotated."""
    with (shared / "gold" / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        gold = list(csv.DictReader(file))
    for row in gold:
        meta = page.describe((shared / "sources" / f"{row['doc']}.txt").read_text("utf-8-sig"))
        for name in ("title", "issuer", "province", "level", "kind", "period_start", "period_end",
                     "document_number", "index_number", "addressee"):  # fmt: skip
            assert getattr(meta, name) == row[name], (row["doc"], name)
        assert row["region"].endswith(meta.region)
        assert row["published"] in (meta.published, meta.written)


def test_labels_are_told_apart() -> None:
    """Every label of the table stands in it once."""
    labels = [label for row in blocks.rows("metadata") for label in row["label"].split("|")]
    assert len(labels) == len(set(labels))

"""From a file to a document: front matter, plain pages, and files that are no reports."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw import quantities, sources
from govlaw.errors import SourceError
from govlaw.model import Document
from govlaw.sources import page

STABLE = settings(deadline=None, derandomize=True, max_examples=200)
BODY = "甲山市人民政府\n\n全年办理案件30件。\n"


def read(folder: Path, content: str | bytes, name: str = "report.md") -> Document:
    """Write a file and read it as a report."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return sources.read(path)


# -- front matter ------------------------------------------------------------------------------

HEAD = """---
title: 《甲山市2024年法治政府建设情况报告》
issuer: 甲山市人民政府
place: 甲山市
adcode: "019900"
province: 某省
level: prefecture
kind: annual_report
period: "2024"
written: 2025-01-17
published: 2025-02-03
document_number: 甲政〔2025〕3号
index_number: 000123/2025-1
addressee: 省人民政府
edition: digest
source: 例子
---
"""


def test_front_matter(tmp_path: Path) -> None:
    """Every field arrives as it is written, and the text is what follows the block."""
    document = read(tmp_path, HEAD + BODY)
    meta = document.metadata
    assert document.text == BODY
    assert meta.title == "甲山市2024年法治政府建设情况报告"
    assert (meta.issuer, meta.region, meta.province) == ("甲山市人民政府", "甲山市", "某省")
    assert (meta.level, meta.kind, meta.edition) == ("prefecture", "annual_report", "digest")
    assert (meta.period_start, meta.period_end) == ("2024", "2024")
    assert (meta.written, meta.published) == ("2025-01-17", "2025-02-03")
    assert (meta.document_number, meta.index_number) == ("甲政〔2025〕3号", "000123/2025-1")
    assert (meta.addressee, meta.source) == ("省人民政府", "例子")


@pytest.mark.parametrize(
    ("adcode", "period", "harmonised"),
    [
        ("350402", "2019", "350404"),
        ("411700", "2024", "411700"),
        ("411700", "", "411700"),
        ("019900", "2024", ""),
        ("", "2024", ""),
    ],
)
def test_harmonised_code(tmp_path: Path, adcode: str, period: str, harmonised: str) -> None:
    """A code in the front matter gives that of today's place; one of no place gives none."""
    text = f'---\nadcode: "{adcode}"\nperiod: "{period}"\nplace: 甲\n---\n{BODY}'
    meta = read(tmp_path, text).metadata
    assert (meta.adcode, meta.harmonised) == (adcode, harmonised)
    assert "region=front matter" in meta.origins.split(";")
    assert ("adcode=front matter" in meta.origins) == bool(adcode)


@pytest.mark.parametrize("written", ['"019900"', "019900", "'019900'"])
def test_codes_stay_text(tmp_path: Path, written: str) -> None:
    """A code keeps its leading zero, in quotes or not."""
    document = read(tmp_path, f"---\nadcode: {written}\nindex_number: 0017\n---\n{BODY}")
    assert (document.metadata.adcode, document.metadata.index_number) == ("019900", "0017")


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("《甲县报告》", "甲县报告"),
        ("甲县报告", "甲县报告"),
        ("关于印发《甲县要点》的通知", "关于印发《甲县要点》的通知"),
        ("《甲县要点》和《乙县要点》", "《甲县要点》和《乙县要点》"),
    ],
)
def test_title_marks(tmp_path: Path, title: str, read_as: str) -> None:
    """Marks round the whole title are taken off; marks within it stay."""
    assert read(tmp_path, f"---\ntitle: {title}\n---\n{BODY}").metadata.title == read_as


@pytest.mark.parametrize(
    ("period", "years"),
    [
        ("2024", ("2024", "2024")),
        ("2023-2024", ("2023", "2024")),
        ("2023—2024", ("2023", "2024")),
        ("2023 – 2024", ("2023", "2024")),
        ("", ("", "")),
    ],
)
def test_period(tmp_path: Path, period: str, years: tuple[str, str]) -> None:
    """A period is a year or two."""
    meta = read(tmp_path, f"---\nkind: other\nperiod: {period}\n---\n{BODY}").metadata
    assert (meta.period_start, meta.period_end) == years


BAD = {
    "unknown field": ("title: 甲\ncolour: red", "colour"),
    "a list": ("title: 甲\nissuer: [甲, 乙]", "issuer"),
    "a list of lines": ("issuer:\n  - 甲\n  - 乙", "issuer"),
    "a mapping": ("issuer: {name: 甲}", "issuer"),
    "no fields": ("just words", "name: value"),
    "only a list": ("- 甲\n- 乙", "name: value"),
    "not YAML": ("title: [甲\nissuer: 乙: 丙", "line"),
    "two colons": ("title: 甲: 乙: 丙", "YAML"),
    "bad kind": ("kind: report", "annual_report"),
    "bad level": ("level: city", "prefecture"),
    "bad edition": ("edition: first", "digest"),
    "short date": ("written: 2025-1-7", "2025-1-7"),
    "date with slashes": ("published: 2025/01/17", "2025/01/17"),
    "no such month": ("written: 2025-13-01", "2025-13-01"),
    "no such day": ("written: 2025-02-30", "2025-02-30"),
    "date in Chinese": ("published: 2025年1月17日", "2025年1月17日"),
    "short adcode": ("adcode: 4117", "4117"),
    "long adcode": ("adcode: 4117000", "4117000"),
    "letters in adcode": ("adcode: 41A700", "41A700"),
    "bad period": ("period: last year", "last year"),
    "period backwards": ("period: 2024-2023", "2024-2023"),
    "three years": ("period: 2022-2023-2024", "2022-2023-2024"),
    "two digits": ("period: 24", "24"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_front_matter(tmp_path: Path, name: str) -> None:
    """What is wrong in a block is said in one line that names the file and the value."""
    block, named = BAD[name]
    with pytest.raises(SourceError) as caught:
        read(tmp_path, f"---\n{block}\n---\n{BODY}")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(tmp_path / "report.md"))
    assert named in message


@pytest.mark.parametrize(
    "content",
    ["---\ntitle: 甲\n", f"---\ntitle: 甲\n{BODY}", "---", f"--- \ntitle: 甲\n----\n{BODY}"],
)
def test_front_matter_not_closed(tmp_path: Path, content: str) -> None:
    """A block without its last line is not taken for text."""
    with pytest.raises(SourceError, match="not closed"):
        read(tmp_path, content)


@pytest.mark.parametrize("rest", ["", "\n", " \n\u3000\n"])
def test_nothing_after_front_matter(tmp_path: Path, rest: str) -> None:
    """A block without a text below it is no report."""
    with pytest.raises(SourceError, match="nothing stands after"):
        read(tmp_path, f"---\ntitle: 甲\n---\n{rest}")


def test_markdown_without_front_matter(tmp_path: Path) -> None:
    """A file without a block is read as a plain page, and a line of dashes in it is text."""
    document = read(tmp_path, "甲山市2024年法治政府建设年度报告\n---\n正文。\n")
    assert document.text.endswith("---\n正文。\n")
    assert document.metadata.period_end == "2024"


def test_front_matter_in_txt_is_text(tmp_path: Path) -> None:
    """A .txt file is its text from the first character on."""
    document = read(tmp_path, HEAD + BODY, "report.txt")
    assert document.text == HEAD + BODY


# -- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report.md", "report.txt", "REPORT.TXT"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\x89PNG\x00\x00\x01" * 50, "picture"),
        (b"\x00\x01\x02" * 50, "not a text file"),
        ("正文".encode() + b"\xff", "UTF-8"),
        (b"\x01\x02\x03\x04" * 200, "not a text file"),
    ],
)
def test_no_text(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """An empty, binary or damaged file is refused in one line that names it."""
    with pytest.raises(SourceError) as caught:
        read(tmp_path, content, name)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / name)) and "\n" not in message
    assert said in message


@pytest.mark.parametrize("name", ["report.rtf", "report", "report.jpeg"])
def test_content_decides(tmp_path: Path, name: str) -> None:
    """A text is read as text whatever its suffix, and another format is refused by what it is."""
    assert read(tmp_path, BODY, name).text == BODY
    with pytest.raises(SourceError, match=r"RTF.*\.docx"):
        read(tmp_path, r"{\rtf1 30}", name)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is one clear line."""
    with pytest.raises(SourceError, match=r"gone\.txt: cannot be read"):
        sources.read(tmp_path / "gone.txt")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
@pytest.mark.parametrize("head", ["", HEAD])
def test_marks_and_line_ends(tmp_path: Path, mark: bytes, line: str, head: str) -> None:
    """A byte order mark is passed over, line ends stay, and offsets hold in the text."""
    content = (head + BODY).replace("\n", line)
    document = read(tmp_path, mark + content.encode())
    assert document.text == BODY.replace("\n", line)
    (quantity,) = quantities.find(document.text)
    assert document.text[quantity.start : quantity.end] == "30件"
    if head:
        assert document.metadata.adcode == "019900"


def test_hash_is_of_the_file(tmp_path: Path) -> None:
    """The hash is that of the file's bytes, so that a reader can find the same file again."""
    content = b"\xef\xbb\xbf" + (HEAD + BODY).encode()
    assert read(tmp_path, content).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("name", "doc_id"),
    [
        ("001_jiashan_2024.md", "001_jiashan_2024"),
        ("甲山市 2024（终稿）.txt", "甲山市_2024_终稿"),
        ("a.b.txt", "a.b"),
        ("...txt", "report"),
        ("a;b,c.md", "a_b_c"),
    ],
)
def test_doc_id(name: str, doc_id: str) -> None:
    """A report is named by its file, without characters that break tables and paths."""
    assert sources.doc_id(Path("folder") / name) == doc_id


# -- plain pages -------------------------------------------------------------------------------

with (Path(__file__).parent / "cases" / "titles.csv").open(encoding="utf-8", newline="") as file:
    TITLES = list(csv.DictReader(file))


@pytest.mark.parametrize("row", TITLES, ids=lambda row: row["title"])
def test_titles(row: dict[str, str]) -> None:
    """Every form of title gives kind, issuer, place, level and years, and nothing that it lacks."""
    meta = page.describe(f"{row['title']}\n\n全年各项工作平稳推进。\n")
    assert {name: getattr(meta, name) for name in row if name != "title"} == {
        name: value for name, value in row.items() if name != "title"
    }


@pytest.mark.parametrize(
    "head",
    [
        "乙水县人民政府\n关于2024年法治政府建设\n情况的报告\n",
        "首页 > 政务公开 > 法治政府建设\n乙水县人民政府关于2024年法治政府建设情况的报告\n",
        "索引号|ABC-1|发布日期|2025/03/28|\n乙水县人民政府关于2024年法治政府建设情况的报告\n",
        "[索引号] ABC-1\n乙水县人民政府关于2024年法治政府建设情况的报告\n",
        "字体：大 中 小\n乙水县人民政府关于2024年法治政府建设情况的报告\n",
        "乙水县人民政府关于2024年法治政府建设情况的报告\n乙水县2024年法治政府建设报告\n",
        "　　乙水县人民政府　关于2024年法治政府建设情况的报告\n",
    ],
)
def test_title_among_other_lines(head: str) -> None:
    """A title over several lines, below a breadcrumb or below labels is found whole."""
    meta = page.describe(head + "市政府：\n　　全年各项工作平稳推进。\n")
    assert meta.title == "乙水县人民政府关于2024年法治政府建设情况的报告"


LABELS = [
    # line, field, value
    ("索引号：ABC-123/2024-001", "index_number", "ABC-123/2024-001"),
    ("索 引 号：ABC-123/2024-001", "index_number", "ABC-123/2024-001"),
    ("信息索引号: 000014349/2024-00012", "index_number", "000014349/2024-00012"),
    ("| 索引号 | ABC-123 |", "index_number", "ABC-123"),
    ("文号：甲政〔2025〕12号", "document_number", "甲政〔2025〕12号"),
    ("文　　号：甲政办〔2025〕 7 号", "document_number", "甲政办〔2025〕 7 号"),
    ("发文字号：甲府[2025]3号", "document_number", "甲府[2025]3号"),
    ("甲政〔2025〕12号", "document_number", "甲政〔2025〕12号"),
    ("成文日期：2025年03月12日", "written", "2025-03-12"),
    ("成 文 日 期：2025-3-2", "written", "2025-03-02"),
    ("生成日期: 2025/03/29 11:30:01", "written", "2025-03-29"),
    ("发布日期：2025-03-28 09:18", "published", "2025-03-28"),
    ("发布时间：2025.03.28", "published", "2025-03-28"),
    ("【发布时间】2025年4月6日 16:40", "published", "2025-04-06"),
    ("发布日期：20２5-03-28", "published", "2025-03-28"),
]


@pytest.mark.parametrize(("line", "field", "value"), LABELS)
def test_labels(line: str, field: str, value: str) -> None:
    """Labels with and without gaps, in brackets and tables, give their value."""
    meta = page.describe(f"{line}\n甲山市2024年法治政府建设年度报告\n全年各项工作平稳推进。\n")
    assert getattr(meta, field) == value
    assert meta.title == "甲山市2024年法治政府建设年度报告"


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：",
        "发布日期：157天前",
        "成文日期：2025-13-45",
        "发文字号：无",
        "索引号：",
        "文号：\n",
    ],
)
def test_empty_labels(line: str) -> None:
    """A label without a value, or with one that is none, leaves its field empty."""
    meta = page.describe(f"{line}\n甲山市2024年法治政府建设年度报告\n全年各项工作平稳推进。\n")
    assert (meta.published, meta.written) == ("", "")
    assert (meta.document_number, meta.index_number) == ("", "")


@pytest.mark.parametrize(
    ("line", "addressee"),
    [
        ("省人民政府：", "省人民政府"),
        ("市委、市政府：", "市委、市政府"),
        ("　　市人大常委会:", "市人大常委会"),
        ("现将情况报告如下：", ""),
        ("2024年，主要抓了以下工作：", ""),
    ],
)
def test_addressee(line: str, addressee: str) -> None:
    """The body addressed is the line that ends in a colon, and no lead-out is taken for one."""
    meta = page.describe(f"甲山市2024年法治政府建设年度报告\n{line}\n　　全年平稳推进。\n")
    assert meta.addressee == addressee


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("2025年1月17日", "2025-01-17"),
        ("2025 年 1 月 17 日", "2025-01-17"),
        ("２０２５年１月１７日", "2025-01-17"),
        ("二月", ""),
        ("截至2025年1月17日全部完成。", ""),
    ],
)
def test_sign_off(line: str, written: str) -> None:
    """The date below the text is when it was written; a date in a sentence is not."""
    meta = page.describe(
        f"甲山市2024年法治政府建设年度报告\n全年平稳推进。\n甲山市人民政府\n{line}\n"
    )
    assert (meta.written, meta.published) == (written, "")


def test_year_is_not_that_of_publication() -> None:
    """A page whose title and text name no year has no period, whenever it was published."""
    meta = page.describe("发布日期：2025-03-28\n甲山市法治政府建设年度报告\n全年平稳推进。\n")
    assert (meta.period_start, meta.published) == ("", "2025-03-28")


def test_year_of_the_first_sentence() -> None:
    """Where the title names no year, the first long line does."""
    text = "甲山市法治政府建设年度报告\n2023年，全市上下" + "稳步推进各项工作" * 4 + "。\n"
    assert page.describe(text).period_end == "2023"


def test_page_without_title() -> None:
    """About one page in five has no title: the first sentence tells the kind and the year."""
    text = "2023年，甲山市深入推进法治政府建设，" + "各项工作取得明显成效，" * 5 + "现报告如下。\n"
    meta = page.describe(text)
    assert (meta.kind, meta.period_end) == ("annual_report", "2023")


def test_what_is_not_stated_stays_empty() -> None:
    """A bare text fills in nothing but its kind."""
    meta = page.describe("办理案件30件，" + "工作平稳推进，" * 10 + "效果良好。\n")
    stated = {name: value for name in meta.__dataclass_fields__ if (value := getattr(meta, name))}
    assert set(stated) == {"kind", "edition"}


@STABLE
@given(
    st.text(max_size=120)
    | st.text(alphabet="甲市县2024年报告法治政府：:|[]【】\n -/号", max_size=80)
)
def test_any_page(text: str) -> None:
    """No text raises, and every field is one line of text."""
    meta = page.describe(text)
    values = [getattr(meta, name) for name in meta.__dataclass_fields__]
    assert all(isinstance(value, str) and "\n" not in value for value in values)

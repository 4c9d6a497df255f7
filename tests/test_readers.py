"""Every format and encoding of public pages gives the figures of the plain text, and no others."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest
import rendering

from govlaw import corpus, simulation, sources
from govlaw.codebook import load
from govlaw.extraction import observe
from govlaw.model import Document, Metadata
from govlaw.sources import front_matter, html, lines, page

ROOT = Path(__file__).resolve().parent.parent
OPENING = "2024年，甲山市深入推进法治政府建设，各项工作取得明显成效，现将有关情况报告如下。"


def texts() -> dict[str, list[str]]:
    """Return the paragraphs of the five digests and of three simulated reports, by name."""
    contents = {path.stem: path.read_text("utf-8") for path in (ROOT / "data/raw").glob("0*.md")}
    contents |= {made.doc_id: made.content for made in simulation.made(3, seed=11)}
    found = {}
    for name, content in sorted(contents.items()):
        _, body = front_matter.split(content, Path(f"{name}.md"))
        found[name] = rendering.paragraphs(body)
    return found


TEXTS = texts()


@cache
def figures(text: str, metadata: Metadata) -> tuple[tuple[object, ...], ...]:
    """Return what is read from a text: each figure with its meaning and its sentence."""
    reading = observe(Document("x", text, "", metadata), load())
    return tuple(
        (
            one.quantity.text, one.quantity.value, one.quantity.low, one.quantity.high,
            one.quantity.unit, one.quantity.role, one.quantity.kind, one.indicator, one.subject,
            text[one.sentence_start : one.sentence_end],
        )
        for one in reading.observations
    )  # fmt: skip


def described(document: Document) -> Metadata:
    """Return the metadata on which the reading of figures depends."""
    meta = document.metadata
    return Metadata(kind=meta.kind, period_start=meta.period_start, period_end=meta.period_end)


# -- the acceptance: one report in every form --------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_every_form_gives_the_same_figures(name: str, tmp_path: Path) -> None:
    """Any layout, encoding and format of a report gives its paragraphs and observations."""
    paragraphs = TEXTS[name]
    plain = tmp_path / "plain.txt"
    plain.write_text(rendering.plain(paragraphs), encoding="utf-8")
    expected = sources.read(plain)
    wanted = figures(expected.text, described(expected))
    assert len(wanted) > 15
    for file, raw in rendering.files(paragraphs, paragraphs[0]).items():
        (tmp_path / file).write_bytes(raw)
        document = sources.read(tmp_path / file)
        assert rendering.paragraphs(document.text) == list(dict.fromkeys(paragraphs)), file
        assert figures(document.text, described(document)) == wanted, file


def test_a_mixed_folder_gives_the_same_tables(tmp_path: Path) -> None:
    """A folder of every format gives the rows of the plain texts, file for file."""
    rows = {}
    paragraphs = TEXTS["003_zhumadian_2024_report"]
    made = rendering.files(paragraphs, paragraphs[0])
    made = {name: raw for name, raw in made.items() if "_" not in name and "." in name}
    assert {Path(name).suffix for name in made} >= {".txt", ".md", ".html", ".pdf", ".docx"} - {
        ".md"
    }
    for kind in ("plain", "mixed"):
        folder = tmp_path / kind
        folder.mkdir()
        for name, raw in made.items():
            stem, suffix = name.split(".")
            file = f"{stem}_{suffix}.{suffix if kind == 'mixed' else 'txt'}"
            (folder / file).write_bytes(raw if kind == "mixed" else made["utf8.txt"])
        outcome = corpus.extract([folder], tmp_path / f"{kind}_out")
        assert len(outcome.read) == len(made) and outcome.refused == ()
        with (tmp_path / f"{kind}_out/observations.csv").open(
            encoding="utf-8", newline=""
        ) as file_:
            rows[kind] = [
                [
                    row[c]
                    for c in ("doc_id", "text", "value", "unit", "role", "indicator", "subject")
                ]
                for row in csv.DictReader(file_)
            ]
    assert len(rows["plain"]) > 200
    assert rows["mixed"] == rows["plain"]


@pytest.mark.parametrize("layout", rendering.LAYOUTS)
def test_furniture_stays_out(layout: str, tmp_path: Path) -> None:
    """Menus, breadcrumbs, sharing, lists of links and the foot of a page are not read."""
    title = "甲山市人民政府关于2024年度法治政府建设情况的报告"
    paragraphs = [
        title,
        "省人民政府：",
        OPENING,
        "一、主要工作",
        "办理案件30件。" * 20,
        "2025年3月20日",
    ]
    path = tmp_path / "page.html"
    path.write_text(rendering.LAYOUTS[layout](paragraphs, title=title), encoding="utf-8")
    text = sources.read(path).text
    assert [word for word in rendering.FURNITURE if word in text] == []
    assert rendering.paragraphs(text) == paragraphs


# -- pages -------------------------------------------------------------------------------------


def body(content: str, head: str = "") -> list[str]:
    """Return the lines that are read from a page with an opening and some content."""
    markup = f"<html><head>{head}</head><body><div><p>{OPENING}</p>{content}</div></body></html>"
    return html.read(markup).text.split("\n")[1:-1]


PIECES = {
    "single characters between tags": (
        "<p><span>20%</span><span>至</span><span>35%</span><span>。</span></p>", ["20%至35%。"]),
    "a figure over tags": ("<p>办理<b>3</b><i>0</i>件<font>。</font></p>", ["办理30件。"]),
    "a wrapped source": ("<p>办理\n  案件\r\n30\n件，审查 3 件</p>", ["办理案件30件，审查 3 件"]),
    "line breaks": ("办理30件<br>审结20件<br/>\n", ["办理30件", "审结20件"]),
    "a numbered list": (
        "<ol start='3'><li>培训3期；</li><li><p>检查4次。</p></li></ol>", 
        ["3. 培训3期；", "4. 检查4次。"]),
    "raised and lowered": ("<p>10<sup>4</sup>平方米，CO<sub>2</sub></p>", ["10⁴平方米，CO₂"]),
    "angle brackets in a title": (
        "<p>《关于印发<某某办法>的通知》，占比<5%</p>", ["《关于印发<某某办法>的通知》，占比<5%"]),
    "an old dash": ("<p>增长20&#150;30%</p>", ["增长20–30%"]),
    "hidden text": (
        "<p>30件<span style='DISPLAY: none'>99件</span></p><p hidden>88件</p>", ["30件"]),
    "unseen characters": ("<p>3\u200b0件，\ufeff占&shy;比5%</p>", ["30件，占比5%"]),
    "full-width figures stay": ("<p>办理３０件，占９８％</p>", ["办理３０件，占９８％"]),
    "preformatted": ("<pre>办理30件\n审结20件</pre>", ["办理30件", "审结20件"]),
    "a script": ("<p>30件</p><script>document.write('99件')</script>", ["30件"]),
    "a comment": ("<p>3<!-- 9 -->0件</p>", ["30件"]),
    "a table": (
        "<table><tr><th>指标</th><th>2023年</th></tr><tr><td>复议</td><td>30</td></tr></table>",
        ["指标 | 2023年", "复议 | 30"]),
    "cells of figures": (
        "<table><tr><td>30</td><td>40</td><td>5%</td></tr></table>", ["30 | 40 | 5%"]),
    "lines in a cell": ("<table><tr><td>30<br>40</td><td>件</td></tr></table>", ["30 | 40 | 件"]),
    "a table in a cell": (
        "<table><tr><td>甲<table><tr><td>1</td><td>2</td></tr></table></td><td>3</td></tr></table>",
        ["甲 1 | 2 | 3"]),
    "a table without rows": ("<table><td>30</td><td>40</td></table>", ["30 | 40"]),
    "tags never closed": ("<p>办理30件<p>审结20件<div>其他", ["办理30件", "审结20件", "其他"]),
    "a list of links": (
        "<p>办理30件。</p><p><a href='a'>甲县召开第12次会议</a></p>", ["办理30件。"]),
    "a link in a sentence": (
        "<p>依据<a href='a'>《甲市办法》</a>办理30件。</p>", ["依据《甲市办法》办理30件。"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PIECES)
def test_pieces_of_pages(name: str) -> None:
    """Markup becomes the line that a browser shows, with no figure lost, glued or added."""
    content, expected = PIECES[name]
    assert body(content) == expected


@pytest.mark.parametrize(
    "head",
    [
        "<table><tr><td>索 引 号</td><td>AB-1/2025</td><td>文　号：</td>"
        "<td>甲政〔2025〕3号</td></tr>"
        "<tr><td>发布机构</td><td>甲山市人民政府</td><td>发布日期</td><td>2025-03-12</td></tr></table>",
        "<ul><li>索引号：AB-1/2025</li><li>文号：甲政〔2025〕3号</li><li>发布机构：甲山市人民政府</li>"
        "<li>发布日期：2025-03-12</li></ul>",
        "<dl><dt>索引号</dt><dd>AB-1/2025</dd><dt>文号</dt><dd>甲政〔2025〕3号</dd><dt>发布机构："
        "</dt><dd>甲山市人民政府</dd>"
        "<dt>主题词</dt><dd></dd><dt>发布日期</dt><dd>2025-03-12</dd></dl>",
        "<p>[索引号] AB-1/2025 [文号] 甲政〔2025〕3号 "
        "[发布机构] 甲山市人民政府 [发布日期] 2025-03-12</p>",
        "<p>索引号：AB-1/2025　　文号：甲政〔2025〕3号<br>"
        "发布机构：甲山市人民政府　　发布日期：2025-03-12"
        "　浏览次数：<span></span></p>",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_the_header_of_a_page(head: str, inside: bool) -> None:
    """Labels with their values are said beside the text and do not stand in it."""
    rest = f"<p>{OPENING}</p><p>办理案件30件，审结20件。</p>"
    content = f"<div>{head}{rest}</div>" if inside else f"<div>{head}</div><div>{rest}</div>"
    found = html.read(f"<html><body>{content}</body></html>")
    assert found.text == f"{OPENING}\n办理案件30件，审结20件。\n"
    assert found.said == {
        "index_number": "AB-1/2025",
        "document_number": "甲政〔2025〕3号",
        "publisher": "甲山市人民政府",
        "published": "2025-03-12",
    }


def test_what_tags_say() -> None:
    """The tags of a page's head are said by the names of our fields."""
    found = html.read(rendering.trs([OPENING]))
    assert found.said["title"] == rendering.TITLE
    assert found.said["published"] == "2025-03-28 09:18"
    assert found.said["publisher"] == "甲山市司法局"
    assert found.said["index_number"] == "ABC-123/2024-001"
    assert (found.said["site"], found.said["column"]) == ("甲山市人民政府", "年度报告")


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("甲县2024年报告_甲县人民政府", "甲县2024年报告"),
        ("甲县2024年报告 - 甲县人民政府网", "甲县2024年报告"),
        ("甲县2023-2024年报告|甲县", "甲县2023-2024年报告"),
        ("甲县2024年报告", "甲县2024年报告"),
        ("", None),
    ],
)
def test_title_without_the_site(title: str, read_as: str | None) -> None:
    """The name of the site is taken off a page's title; a span of years is not."""
    found = html.read(
        f"<html><head><title>{title}</title></head><body><p>{OPENING}</p></body></html>"
    )
    assert found.said.get("title") == read_as


def test_a_title_above_the_body_is_kept() -> None:
    """A title that stands in a box of its own opens the text, once."""
    title = "乙水县人民政府关于2024年法治政府建设情况的报告"
    markup = (
        f"<html><head><title>{title}_乙水县</title></head><body><h1>{title}</h1><div>导航</div>"
        f"<div><p>{OPENING}</p><p>办理案件30件，审结20件，调解5件。</p></div></body></html>"
    )
    assert html.read(markup).text.split("\n")[0] == title
    assert html.read(markup).text.count(title) == 1


def test_a_body_in_two_boxes() -> None:
    """Sentences that stand beside the densest element are kept where they are main text."""
    first = "".join(
        f"<p>办理第{i}类案件{i}0件，审结{i}5件，调解{i}件，效果良好。</p>" for i in range(1, 10)
    )
    second = "<p>下一步，将完善制度，加强监督，新增培训77期，提升依法行政能力和水平。</p>"
    markup = (
        f"<html><body><div class='main'><div>{first}</div><div>{second}</div></div></body></html>"
    )
    assert "77期" in html.read(markup).text


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("<link rel='canonical' href='https://a.example/t20250328_1.html'>", True),
        ("<meta property='og:url' content='https://a.example/t20250328_1.html'>", True),
        ("<link rel='canonical' href='/t20250328_1.html'>", False),
        ("", False),
    ],
)
def test_address_in_the_page(head: str, address: bool) -> None:
    """A page's own address is read where it is a whole one."""
    found = html.read(f"<html><head>{head}</head><body><p>{OPENING}</p></body></html>")
    assert found.address == ("https://a.example/t20250328_1.html" if address else "")


def test_address_of_a_saved_page() -> None:
    """The note that a browser leaves in a saved page gives the address."""
    note = "<!DOCTYPE html>\n<!-- saved from url=(0031)https://a.example/2025/3/12/1.html -->\n"
    found = html.read(f"{note}<html><body><p>{OPENING}</p></body></html>")
    assert found.address == "https://a.example/2025/3/12/1.html"


@pytest.mark.parametrize("name", ["report.html", "report.pdf", "report.txt"])
def test_address_of_a_fetched_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table that fetching leaves in a folder gives the address of every file in it."""
    table = (
        "file,address,retrieved,status,sha256\nother.html,https://b.example/,2026-01-01,200,00\n"
    )
    table += f"{name},https://a.example/1.html,2026-01-01T00:00:00Z,200,00\n"
    (tmp_path / "fetched.csv").write_text(table, encoding="utf-8")
    contents = rendering.files(TEXTS["003_zhumadian_2024_report"])
    by_suffix = {".html": "trs.html", ".pdf": "stsong.pdf", ".txt": "utf8.txt"}
    (tmp_path / name).write_bytes(contents[by_suffix[Path(name).suffix]])
    seen: list[str] = []

    def describe(text: str, said: object = None, address: str = "") -> Metadata:
        seen.append(address)
        return Metadata()

    monkeypatch.setattr(page, "describe", describe)
    sources.read(tmp_path / name)
    (tmp_path / "fetched.csv").write_bytes(b"\xff\xfe\x00not a table")
    sources.read(tmp_path / name)
    (tmp_path / "fetched.csv").unlink()
    sources.read(tmp_path / name)
    assert seen == ["https://a.example/1.html", "", ""]


def test_pages_are_told_by_content(tmp_path: Path) -> None:
    """Text that mentions markup stays text; a fragment of a page is one where its name says so."""
    fragment = f"<p>{OPENING}</p><p>办理30件。</p>"
    text = f"{OPENING}\n网页中<br>和<p>是标记，<p>不是正文。\n"
    for name, content, expected in (
        ("a.htm", fragment, f"{OPENING}\n办理30件。\n"),
        ("a.md", text, text),
        ("a.txt", fragment, fragment),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert sources.read(tmp_path / name).text == expected


def test_rows_of_long_cells_are_broken_up() -> None:
    """A cell that holds a text keeps its lines, and the short cells beside it stay together."""
    long = ["一、" + "完善制度" * 40]
    assert lines.table([[["1"], ["甲"], long, ["30"], ["40"]]]) == ["1 | 甲", *long, "30 | 40"]
    assert lines.table([[[], []], [["30"], []]]) == ["30 |"]


# -- PDF ---------------------------------------------------------------------------------------


def test_pdf_without_its_furniture(tmp_path: Path) -> None:
    """Running headers and page numbers are left out, and paragraphs go on over pages."""
    paragraphs = [
        f"第{i}项工作办理案件{i}{i}件，" + "工作平稳推进，" * i + "完成率98.7%。"
        for i in range(1, 40)
    ]
    for embedded in (False, True):
        path = tmp_path / f"{embedded}.pdf"
        path.write_bytes(rendering.pdf(paragraphs, embedded))
        assert rendering.paragraphs(sources.read(path).text) == paragraphs


def test_pdf_of_single_characters(tmp_path: Path) -> None:
    """Characters that are set one by one in a font that the file only names are all there."""
    import io

    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    drawn = canvas.Canvas(out)
    drawn.setFont("STSong-Light", 14)
    x, sentence = 60.0, "全市办理行政复议案件305件，审结280件，调解率98.7%。"
    for character in sentence:
        drawn.drawString(x, 700, character)
        x += 7 if character.isascii() else 14
    drawn.drawString(60, 670, "指标")
    for i, cell in enumerate(("30", "40", "5%")):
        drawn.drawString(160 + 100 * i, 670, cell)
    drawn.save()
    path = tmp_path / "report.pdf"
    path.write_bytes(out.getvalue())
    first, second = rendering.paragraphs(sources.read(path).text)
    assert re.sub(r"\s", "", first) == sentence
    assert second == "指标 | 30 | 40 | 5%"


# -- DOCX --------------------------------------------------------------------------------------


def test_docx_as_word_shows_it(tmp_path: Path) -> None:
    """Automatic numbers, tables, insertions and text boxes are read; deletions are not."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    space = nsdecls("w")
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
    numbering.insert(0, parse_xml(f'<w:abstractNum {space} w:abstractNumId="90">' + "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:lvlText '
        f'w:val="{text}"/></w:lvl>' for i, (shape, text) in enumerate(levels)
    ) + "</w:abstractNum>"))  # fmt: skip
    numbering.append(
        parse_xml(f'<w:num {space} w:numId="77"><w:abstractNumId w:val="90"/></w:num>')
    )
    for text, level in (
        ("主要工作", 0), ("加强领导", 1), ("2024年召开会议5次。", 2), ("培训3期。", 2),
        ("执法监督", 1), ("检查40次。", 2), ("存在问题", 0),
    ):  # fmt: skip
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {space}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    paragraph = document.add_paragraph("办理")
    for change in (
        '<w:del {} w:id="1" w:author="x"><w:r><w:delText>99</w:delText></w:r></w:del>',
        '<w:ins {} w:id="2" w:author="x"><w:r><w:t>30</w:t></w:r></w:ins>',
    ):
        paragraph._p.append(parse_xml(change.format(space)))
    paragraph.add_run("件，占地10")
    paragraph.add_run("4").font.superscript = True
    paragraph.add_run("平方米")
    paragraph.add_run("隐藏55").font.hidden = True
    table = document.add_table(2, 3)
    for i, row in enumerate([["指标", "2023", "2024"], ["案件", "30", "40"]]):
        for j, cell in enumerate(row):
            table.cell(i, j).text = cell
    box = "<w:txbxContent><w:p><w:r><w:t>框内12件</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph("图：")._p.append(
        parse_xml(
            f'<w:r {space} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f'<mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    path = tmp_path / "report.docx"
    document.save(str(path))
    assert rendering.paragraphs(sources.read(path).text) == [
        "一、主要工作", "（一）加强领导", "1. 2024年召开会议5次。", "2. 培训3期。",
        "（二）执法监督", "1. 检查40次。", "二、存在问题", "办理30件，占地10⁴平方米",
        "指标 | 2023 | 2024", "案件 | 30 | 40", "图：", "框内12件",
    ]  # fmt: skip

"""Reports as the formats that public pages come in; made by the tests, never taken from a site."""

from __future__ import annotations

import html
import io
import random
import re
from collections.abc import Callable
from pathlib import Path

import govlaw

FONT = Path(govlaw.__file__).parent / "fonts" / "GovlawSansSC-Regular.otf"

TITLE = "甲山市人民政府关于2024年度法治政府建设情况的报告"
CRUMBS = (
    '<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zw">政务公开</a> &gt; '
    '<a href="/fz">法治政府建设</a></div>'
)
SHARE = (
    '<div class="share"><a href="#">分享到微信</a><span>扫一扫在手机打开当前页</span>'
    '<a href="javascript:print()">打印</a> <a href="javascript:close()">关闭</a></div>'
)
INFO = (
    '<div class="info"><span>发布日期：2025-03-28 09:18</span> <span>来源：甲山市司法局</span> '
    '<span>浏览次数：1234</span> <span>字体：[<a href="#">大</a> <a href="#">中</a> '
    '<a href="#">小</a>]</span></div>'
)
LABELS = (
    '<table class="xxgk"><tr><td>索 引 号：</td><td>ABC-123/2024-001</td><td>主题分类：</td>'
    "<td>法治政府；政务公开</td></tr><tr><td>发布机构：</td><td>甲山市人民政府</td>"
    "<td>成文日期：</td><td>2025-03-20</td></tr><tr><td>文　　号：</td><td>甲政〔2025〕77号</td>"
    "<td>有效性：</td><td>有效</td></tr></table>"
)
MENU = "".join(
    f'<li><a href="/c{i}">{name}</a></li>'
    for i, name in enumerate(["首页", "走进甲山", "新闻中心", "政务公开", "办事服务", "互动交流"])
)
LINKS = "".join(
    f'<li><a href="/a{i}.html">甲山市召开第{i}次工作推进会，部署{i}项重点任务</a>'
    f"<i>03-{i:02}</i></li>"
    for i in range(11, 19)
)
FOOT = (
    '<div class="footer"><p>主办：甲山市人民政府办公室</p><p>网站标识码：9900000001　'
    "甲ICP备12345678号　甲公网安备99000002000001号</p><p>联系我们 | 网站地图 | 隐私声明</p></div>"
)
#: What stands on the pages beside the report, and must not be read as part of it.
FURNITURE = (
    "当前位置", "走进甲山", "扫一扫", "打印", "浏览次数", "字体", "工作推进会", "主办：", "ICP备",
    "网站地图", "主题分类", "上一篇", "分享到",
)  # fmt: skip


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text without the white space round them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def plain(lines: list[str]) -> str:
    """Return paragraphs as the plain text of a report."""
    return "\n".join(lines) + "\n"


def _p(lines: list[str], opening: str = "<p>", closing: str = "</p>") -> str:
    return "\n".join(opening + html.escape(line, quote=False) + closing for line in lines)


def _page(content: str, head: str = "", title: str = TITLE) -> str:
    return (
        f"<!DOCTYPE html>\n<html><head>{head}<title>{title}_甲山市人民政府</title>"
        f"<script>var n = 30; // 全年办理案件99件，办结99件。</script></head>\n<body>"
        f'<div class="top"><ul>{MENU}</ul></div>{content}'
        f'<div class="side"><h3>相关新闻</h3><ul>{LINKS}</ul></div>{FOOT}</body></html>'
    )


def trs(lines: list[str], head: str = '<meta charset="utf-8">', title: str = TITLE) -> str:
    """A page of the TRS system: metadata table, title and body in boxes of their own."""
    tags = (
        f'{head}<meta name="SiteName" content="甲山市人民政府"><meta name="ArticleTitle" '
        f'content="{title}"><meta name="PubDate" content="2025-03-28 09:18"><meta '
        f'name="ContentSource" content="甲山市司法局"><meta name="ColumnName" content="年度报告">'
    )
    body = _p(lines, '<p style="text-indent:2em" align="justify">　　')
    return _page(
        f'{CRUMBS}<div class="main">{LABELS}<h1>{title}</h1>{INFO}<div class="view TRS_UEDITOR '
        f'trs_paper_default">{body}</div>{SHARE}<p>上一篇：<a href="1">没有了</a></p></div>',
        tags,
        title,
    )


def jcms(lines: list[str], head: str = '<meta charset="utf-8">', title: str = TITLE) -> str:
    """A page of the jcms system: everything in one box, the body between comments."""
    body = _p(lines, '<p style="line-height:2"><span style="font-family:仿宋">', "</span></p>")
    return _page(
        f'<div id="container">{CRUMBS}<div class="bt-content" id="c"><p class="title">{title}</p>'
        f'{INFO}<div id="zoom"><!--ZJEG_RSS.content.begin--><meta name="ContentStart">{body}'
        f'<meta name="ContentEnd"><!--ZJEG_RSS.content.end--></div>{SHARE}</div></div>',
        head,
        title,
    )


def broken_spans(lines: list[str], head: str = '<meta charset="utf-8">', title: str = TITLE) -> str:
    """Text pasted from Word: every figure, sign and some single characters in a span of its own."""
    pieces = [
        "".join(
            f"<span lang=EN-US style='font-size:16pt'>{html.escape(part, quote=False)}</span>"
            for part in re.findall(r"[0-9.]+|[至、。，%]|[^0-9.至、。，%]+", line)
        )
        for line in lines
    ]
    body = "".join(f"<p class=MsoNormal><span><o:p></o:p></span>{piece}</p>\n" for piece in pieces)
    return _page(
        f'{CRUMBS}<div class="con"><div class="Section1">{body}</div></div>{SHARE}', head, title
    )


def breaks(lines: list[str], head: str = '<meta charset="utf-8">', title: str = TITLE) -> str:
    """A body whose paragraphs are parted by line breaks only."""
    body = "<br/>\r\n<br>&nbsp;&nbsp;&nbsp;&nbsp;".join(html.escape(x, quote=False) for x in lines)
    return _page(
        f'{CRUMBS}<h2>{title}</h2>{INFO}<div class="text">{body}<br></div>{SHARE}', head, title
    )


def layout_tables(
    lines: list[str], head: str = '<meta charset="utf-8">', title: str = TITLE
) -> str:
    """A page of the 2000s, laid out by tables within tables."""
    cells = "".join(f"<td><a href='/{i}'>栏目{i}</a></td>" for i in range(6))
    body = "".join(f"<p>　　{html.escape(line, quote=False)}\n" for line in lines)
    return (
        f"<HTML><HEAD>{head}<TITLE>{title}</TITLE></HEAD><BODY bgcolor=#ffffff>"
        f"<TABLE width=1000><TR><TD colspan=2><TABLE><TR>{cells}</TR></TABLE></TD></TR>"
        f"<TR><TD width=200><TABLE><TR><TD><UL>{LINKS}</UL></TD></TR></TABLE></TD>"
        f"<TD><TABLE><TR><TD>您现在的位置：首页 &gt;&gt; 政务公开 &gt;&gt; 正文</TD></TR>"
        f"<TR><TD align=center><B>{title}</B></TD></TR><TR><TD align=center>发布时间：2025-03-28　"
        f"来源：甲山市司法局　浏览次数：88</TD></TR><TR><TD><FONT size=3>{body}</FONT></TD></TR>"
        f"<TR><TD align=right>【打印】【关闭】</TD></TR></TABLE></TD></TR>"
        f"<TR><TD colspan=2>{FOOT}</TD></TR></TABLE></BODY></HTML>"
    )


def nested(lines: list[str], head: str = '<meta charset="utf-8">', title: str = TITLE) -> str:
    """A jhtml page: divisions in divisions, a paragraph a division, in two boxes."""
    half = len(lines) * 9 // 10
    first = _p(lines[:half], "<div><div>", "</div></div>")
    second = _p(lines[half:], "<div>", "</div>")
    return _page(
        f'<div class="w"><div class="l"><div>{CRUMBS}<h1>{title}</h1>{INFO}'
        f'<div class="article"><div class="a">{first}</div><div class="b">{second}</div></div>'
        f"{SHARE}</div></div></div>",
        head,
        title,
    )


LAYOUTS: dict[str, Callable[..., str]] = {
    "trs": trs, "jcms": jcms, "spans": broken_spans, "breaks": breaks, "tables": layout_tables,
    "nested": nested,
}  # fmt: skip


def pdf(lines: list[str], embedded: bool = False, header: str = "甲山市人民政府公报") -> bytes:
    """A typeset report: indented paragraphs broken at the page width, header and page numbers."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    if embedded:
        return _embedded_pdf(lines, header)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=A4, invariant=1)
    width, height = A4
    for number, rows in enumerate(_typeset(lines), 1):
        drawn.setFont("STSong-Light", 9)
        drawn.drawCentredString(width / 2, height - 40, header)
        drawn.drawCentredString(width / 2, 35, f"- {number} -")
        drawn.setFont("STSong-Light", 14)
        for i, (indent, row) in enumerate(rows):
            drawn.drawString(75 + 28 * indent, height - 90 - 24 * i, row)
        drawn.showPage()
    drawn.save()
    return out.getvalue()


_ROWS, _COLUMNS = 28, 32  # lines of a page, full-width characters of a line


def _typeset(lines: list[str]) -> list[list[tuple[bool, str]]]:
    """Break paragraphs at the width of the page, wherever that falls, as typesetters do."""
    rows: list[tuple[bool, str]] = []
    for line in lines:
        room, row, indent = _COLUMNS - 2.0, "", True
        for piece in re.findall("[A-Za-z]+|.", line):  # words of Latin letters stay whole
            needed = sum(0.5 if character.isascii() else 1.0 for character in piece)
            if room < needed:
                rows.append((indent, row))
                room, row, indent = float(_COLUMNS), "", False
            row, room = row + piece, room - needed
        rows.append((indent, row))
    return [rows[i : i + _ROWS] for i in range(0, len(rows), _ROWS)]


def _embedded_pdf(lines: list[str], header: str) -> bytes:
    """The same pages by matplotlib, whose PDF holds the project's font."""
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    font = FontProperties(fname=str(FONT))
    out = io.BytesIO()
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(out) as pages:
        for number, rows in enumerate(_typeset(lines), 1):
            figure = Figure(figsize=(595 / 72, 842 / 72))

            def put(x: float, y: float, text: str, size: float, at: Figure = figure) -> None:
                at.text(x / 595, y / 842, text, fontproperties=font, fontsize=size,
                        parse_math=False)  # fmt: skip

            put(250, 802, header, 9)
            put(290, 35, f"- {number} -", 9)
            for i, (indent, row) in enumerate(rows):
                put(75 + 28 * indent, 752 - 24 * i, row, 14)
            pages.savefig(figure)
    return out.getvalue()


def docx(lines: list[str], split: bool = False) -> bytes:
    """A Word document; with ``split`` each paragraph in runs of a few characters."""
    import docx as python_docx

    document = python_docx.Document()
    document.sections[0].header.paragraphs[0].text = "甲山市人民政府公报"
    rng = random.Random(7)
    for line in lines:
        paragraph = document.add_paragraph()
        while line:
            length = rng.randint(1, 7) if split else len(line)
            paragraph.add_run(line[:length])
            line = line[length:]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def declared(name: str) -> str:
    """Return the tag by which a page declares its encoding."""
    return f'<meta http-equiv="Content-Type" content="text/html; charset={name}">'


def files(lines: list[str], title: str = TITLE) -> dict[str, bytes]:
    """Return one report in every format and encoding, by file name."""
    text = plain(lines)
    made = {
        "utf8.txt": text.encode(),
        "mark.txt": text.encode("utf-8-sig"),
        "crlf.txt": text.replace("\n", "\r\n").encode(),
        "utf16.txt": text.encode("utf-16"),
        "utf16le.txt": text.encode("utf-16-le"),
        "utf16be.txt": text.encode("utf-16-be"),
        "gb18030.txt": text.encode("gb18030"),
        "gbk.md": text.encode("gbk"),
        "no_suffix": text.encode(),
        "html_called.txt": trs(lines, title=title).encode(),
        "pdf_called.html": pdf(lines),
        "stsong.pdf": pdf(lines),
        "embedded.pdf": pdf(lines, embedded=True),
        "word.docx": docx(lines),
        "runs.docx": docx(lines, split=True),
    }
    for name, layout in LAYOUTS.items():
        made[f"{name}.html"] = layout(lines, title=title).encode()
        made[f"{name}_gbk.htm"] = layout(lines, declared("gb2312"), title).encode("gbk")
        made[f"{name}_gb18030.shtml"] = layout(lines, declared("utf-8"), title).encode("gb18030")
        made[f"{name}_wrong.jhtml"] = layout(lines, declared("gb2312"), title).encode()
        made[f"{name}_missing.html"] = layout(lines, "", title).encode("gb18030")
        made[f"{name}_mark.html"] = layout(lines, declared("gbk"), title).encode("utf-8-sig")
        made[f"{name}_utf16.html"] = layout(lines, "", title).encode("utf-16")
    return made

"""A table of the study as files for a paper: HTML, LaTeX (booktabs) and a Word document.

The same table gives the same bytes. The Word document is the smallest that the format allows
(ECMA-376, WordprocessingML), so that no library is needed for it.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from govlaw.markup import Table
from govlaw.tables import replace

#: How a page names the language of a table.
_TAGS = {"zh": "zh-CN", "en": "en"}
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
#: Characters that XML or TeX cannot hold, and others that nobody sees.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def export(table: Table, path: Path, language: str) -> list[Path]:
    """Write a table as ``<path>.html``, ``<path>.tex`` and ``<path>.docx``; return the files.

    Parameters
    ----------
    table : any table of ``govlaw.display``; its links are left out
    path : file without suffix; dots in its name are kept
    language : zh or en

    Raises
    ------
    OSError
        If the folder cannot be written to. Each file appears whole or not at all, and one that
        would not change is left alone.
    """
    written = []
    for suffix, make in FORMATS.items():
        file = path.with_name(f"{path.name}.{suffix}")
        replace(file, make(table, language))
        written.append(file)
    return written


def as_html(table: Table, language: str) -> bytes:
    """Return a page that holds the table alone, with rules as in a printed book."""

    def cell(tag: str, words: str, number: bool) -> str:
        align = ' class="number"' if number else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{align}>{html.escape(words)}</{tag}>"

    def line(tag: str, words: Sequence[str]) -> str:
        cells = (cell(tag, w, n) for w, n in zip(words, table.numbers, strict=True))
        return f"<tr>{''.join(cells)}</tr>"

    caption = html.escape(table.caption)
    rows = "\n".join(line("td", row) for row in table.rows)
    page = f"""<!doctype html>
<html lang="{_TAGS[language]}">
<meta charset="utf-8">
<title>{caption}</title>
<style>
table {{ border-collapse: collapse; border-top: 1.5pt solid; border-bottom: 1.5pt solid; }}
caption {{ text-align: left; padding: 0.4em 0; }}
th, td {{ padding: 0.2em 0.6em; text-align: left; vertical-align: top; }}
thead tr {{ border-bottom: 0.75pt solid; }}
.number {{ text-align: right; }}
</style>
<table>
<caption>{caption}</caption>
<thead>{line("th", table.heads) if table.heads else ""}</thead>
<tbody>
{rows}
</tbody>
</table>
</html>
"""
    return page.encode("utf-8")


def as_latex(table: Table, language: str) -> bytes:
    """Return a ``table`` environment; it needs booktabs, and XeLaTeX with ctex for Chinese."""
    columns = "".join("r" if number else "l" for number in table.numbers)

    def line(words: Sequence[str]) -> str:
        return " & ".join(_latex(word) for word in words) + r" \\"

    needs = r"\usepackage{booktabs}" + (r", \usepackage{ctex}" if language == "zh" else "")
    lines = [
        f"% {needs}",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{_latex(table.caption)}}}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        line(table.heads),
        r"\midrule",
        *(line(row) for row in table.rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _latex(words: str) -> str:
    """Return words on one line in which no character is a command.

    A line that starts with ``[`` would be taken for the length of the line break before it.
    """
    plain = " ".join(_CONTROL.sub(" ", words).split())
    said = "".join(_LATEX.get(c, c) for c in plain)
    return f"{{{said[0]}}}{said[1:]}" if said[:1] in ("[", "*") else said


def as_docx(table: Table, language: str) -> bytes:
    """Return a Word document that holds the table alone, with rules as in a printed book."""

    def paragraph(words: str, number: bool = False, bold: bool = False) -> str:
        align = '<w:pPr><w:jc w:val="right"/></w:pPr>' if number else ""
        said = escape(_CONTROL.sub("", words))
        look = "<w:b/>" * bold + f'<w:lang w:eastAsia="zh-CN" w:val={quoteattr(_TAGS[language])}/>'
        run = f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{said}</w:t></w:r>'
        return f"<w:p>{align}{run}</w:p>"

    def line(words: Sequence[str], head: bool = False) -> str:
        rule = '<w:tcBorders><w:bottom w:val="single" w:sz="6"/></w:tcBorders>' if head else ""
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/>{rule}</w:tcPr>'
            f"{paragraph(word, number, head)}</w:tc>"
            for word, number in zip(words, table.numbers, strict=True)
        )
        return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if head else ''}{cells}</w:tr>"

    border = '<w:{0} w:val="single" w:sz="12"/>'.format
    grid = "<w:gridCol/>" * len(table.heads)
    body = (
        f"{paragraph(table.caption)}<w:tbl><w:tblPr>"
        '<w:tblW w:w="0" w:type="auto"/>'
        f"<w:tblBorders>{border('top')}{border('bottom')}</w:tblBorders></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{line(table.heads, head=True)}"
        f"{''.join(line(row) for row in table.rows)}</w:tbl><w:p/><w:sectPr/>"
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            about = zipfile.ZipInfo(name, _EPOCH)  # no time of day, no system
            about.create_system, about.external_attr = 0, 0
            about.compress_type = zipfile.ZIP_STORED  # what deflate writes differs by library
            packed.writestr(about, (head + content).encode("utf-8"))
    return buffer.getvalue()


#: Suffix and writer of each format.
FORMATS: dict[str, Callable[[Table, str], bytes]] = {
    "html": as_html,
    "tex": as_latex,
    "docx": as_docx,
}

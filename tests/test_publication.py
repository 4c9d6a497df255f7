"""Tables for a paper: the same words in HTML, LaTeX and Word, and the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from govlaw import corpus, display, labels, markup, publication, tables

ROOT = Path(__file__).resolve().parent.parent
NASTY = '<script>alert("x")</script> & 100% of $1_000 {a} #2 ~ ^ \\input{x} {{ y }} \x07'
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def made(cell: str = NASTY, language: str = "en") -> markup.Table:
    """Return a table of one column of words and one of numbers."""
    import html

    columns = [markup.Column("document"), markup.Column("figures", "number")]
    rows = [(html.escape(cell), "1,234"), ('<a href="x.html">[second]</a>', "5")]
    return markup.build("Caption 5%", ["Name", "Number"], columns, rows, language)


class Cells(HTMLParser):
    """The words of each cell, and every tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells and self.tags[-1] in ("td", "th"):
            self.cells[-1] += data


def test_html_holds_the_words_and_no_other_markup() -> None:
    """What a report prints is text; links are gone; numbers stand to the right."""
    page = publication.as_html(made(), "en").decode("utf-8")
    read = Cells(page)
    assert [cell.strip() for cell in read.cells] == [
        "Name", "Number", NASTY, "1,234", "[second]", "5",
    ]  # fmt: skip
    assert not {"script", "a"} & set(read.tags)
    assert '<td class="number">1,234</td>' in page and '<html lang="en">' in page


def test_latex_has_no_command_of_a_report() -> None:
    """Every character that LaTeX would read is written as itself; rows end where they should."""
    text = publication.as_latex(made(), "en").decode("utf-8")
    assert r"100\% of \$1\_000 \{a\} \#2" in text and r"\input{" not in text
    assert r"\textbackslash{}input\{x\}" in text
    assert "\n{[}second] & 5 \\\\\n" in text  # a bracket after a line break would be its length
    assert text.count("rule") == 3 and r"\begin{tabular}{lr}" in text
    body = text.split(r"\midrule")[1].split(r"\bottomrule")[0]
    assert len(re.findall(r"(?<!\\)&", body)) == body.count(r" \\" + "\n") == 2


def test_word_opens_the_document() -> None:
    """The package has its three parts, all well-formed, and a paragraph a cell."""
    with zipfile.ZipFile(BytesIO(publication.as_docx(made(), "en"))) as packed:
        assert packed.testzip() is None
        parts = {name: ElementTree.fromstring(packed.read(name)) for name in packed.namelist()}
    assert set(parts) == {"[Content_Types].xml", "_rels/.rels", "word/document.xml"}
    rows = [
        ["".join(t.text or "" for t in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")]
        for row in parts["word/document.xml"].iter(f"{W}tr")
    ]
    kept = NASTY.replace("\x07", "")  # XML cannot hold it
    assert rows == [["Name", "Number"], [kept, "1,234"], ["[second]", "5"]]


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_a_table_of_the_study_gives_the_same_bytes(tmp_path: Path, language: str) -> None:
    """Two exports of one table are equal, and a second one leaves the files alone."""
    corpus.extract([ROOT / "data" / "raw"], tmp_path / "tables")
    study = tables.read(tmp_path / "tables")
    first, second = display.tested(study, language), display.tested(study, language)
    written = publication.export(first, tmp_path / f"tested.{language}", language)
    assert [path.name for path in written] == [
        f"tested.{language}.{suffix}" for suffix in ("html", "tex", "docx")
    ]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in written]
    publication.export(second, tmp_path / f"tested.{language}", language)
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in written] == before
    head = labels.label("head.document", language)
    for path in written:
        if path.suffix != ".docx":
            assert head in path.read_text("utf-8"), path.name

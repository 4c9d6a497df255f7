"""Tables as a reader sees them: escaped text, links that lead to the sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govlaw import corpus, display, tables
from govlaw.tables import Study

HOSTILE = """# <script>alert(1)</script>

一、加强人民调解

受理人民调解案件<b>200</b>件，调解案件200件，调解成功150件，调解成功率90%。荣获“<i>先进</i>”称号。
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study of one report whose text is full of markup."""
    folder = tmp_path_factory.mktemp("display")
    front = '---\ntitle: "<script>alert(2)</script>"\nkind: annual_report\nperiod: "2024"\n'
    front += 'place: "<img src=x>市"\nissuer: "a&b"\nedition: original\n---\n'
    (folder / "x.md").write_text(front + HOSTILE, "utf-8")
    corpus.extract([folder / "x.md"], folder / "out")
    return tables.read(folder / "out")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_markup_of_a_report_is_escaped(study: Study, language: str) -> None:
    """No tag of the text or front matter reaches a table as a tag."""
    shown = [
        display.corpus(study, language),
        display.document(study, "x", language),
        display.figures(study, "x", language),
        display.findings(study, language),
        display.honours(study, "x", language),
        display.versions(study, language),
    ]
    for table in shown:
        assert not re.search(r"<(?:script|img|b|i)\b", table.markup)
    assert "&lt;b&gt;" in shown[2].markup and "&lt;i&gt;" in shown[4].markup


def test_links_lead_to_the_figure(study: Study) -> None:
    """Every figure that counts something is linked by its offsets."""
    markup = display.figures(study, "x", "en").markup
    for row in study.observations.itertuples():
        link = f'href="../evidence/x.html#f{row.start}-{row.end}"'
        assert (link in markup) == (row.role != "structural")


def test_a_finding_shows_its_operands(study: Study) -> None:
    """The sentence holds base, part and rate in bold; the explanation says what was found."""
    markup = display.findings(study, "en").markup
    assert all(f"<strong>{figure}</strong>" in markup for figure in ("200件", "150件", "90%"))
    assert "150 of 200 is 75.00%" in markup and "Not reconcilable as printed" in markup


def test_a_table_without_rows_says_so(study: Study) -> None:
    """An empty table is one line of words, not a head without a body."""
    markup = display.tasks(study, "x", "en").markup
    assert "<table" not in markup and "No rows" in markup


def test_columns_have_headers(study: Study) -> None:
    """Header cells name their scope and every table has a caption."""
    markup = display.figures(study, "x", "zh").markup
    assert markup.count('<th scope="col"') == 7 and "<caption>" in markup


def test_marked_text_is_whole() -> None:
    """Marking operands changes nothing but the marks, in whatever order they come."""
    text = "共200件，成功150件。"
    spans = [(7, 11), (1, 5)]
    markup = display.marked(text, 0, len(text), spans)
    assert re.sub("</?strong>", "", markup) == text
    assert markup.count("<strong>") == 2


def test_an_unknown_report_is_named(study: Study) -> None:
    """Asking for the text of a report that is not there names those that are."""
    from govlaw.errors import TableError

    with pytest.raises(TableError, match=r"y: no such report .* it holds x"):
        study.text("y")
    assert Path(study.folder, "texts", "x.txt").is_file()

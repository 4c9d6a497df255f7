"""The pages of the rendered study, read without a browser: links, ids, languages, escaping."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import REPORTS, Project

from govlaw import codebook, corpus, display, labels, markup, points, tables
from govlaw.figures import card
from govlaw.measures import dimensions, profile
from govlaw.site import build, colours, evidence, notebooks
from govlaw.style import DIMENSIONS

NASTY = "<script>alert(1)</script>\"'{{7*7}}\\`$x$[a](javascript:b)<img src=x onerror=c>"
#: Elements that have no end.
_VOID = {"meta", "link", "input", "img", "br", "hr", "col", "source", "wbr"}


class Reader(HTMLParser):
    """A page: its tags with attributes, and its words outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        """The words of the page."""
        return "".join(self.words)

    def values(self, name: str) -> list[str]:
        """Return an attribute of every element that has it."""
        return [attrs[name] for _, attrs in self.tags if name in attrs]


@cache
def read(path: Path) -> Reader:
    """Return a page, read once."""
    return Reader(path.read_text("utf-8"))


def pages(project: Project) -> list[Path]:
    """Return every page of the site of a project."""
    return sorted((project.folder / "site").rglob("*.html"))


def own(project: Project) -> Iterator[Path]:
    """Yield the pages that a reader comes to; the theme keeps one of its templates beside them."""
    yield from (path for path in pages(project) if "_static" not in path.parts)


def test_every_chapter_is_there_in_both_languages(project: Project) -> None:
    """The same pages exist in Chinese and in English, a page a text, a card and a definition."""
    found = {
        language: {
            path.relative_to(project.folder / "site" / language).as_posix()
            for path in own(project)
            if language in path.parts
        }
        for language in labels.LANGUAGES
    }
    assert found["zh"] == found["en"]
    defined = [e.code for e in codebook.load().indicators.values() if e.definition_en]
    expected = {f"codebook/{code}.html" for code in defined}
    expected |= {f"{chapter}/{name}.html" for chapter in ("evidence", "cards") for name in REPORTS}
    expected |= {f"{chapter}/index.html" for chapter in build.CHAPTERS}
    expected |= {f"study/{path.stem}.html" for path in (project.folder / "notebooks").glob("0*")}
    assert expected <= found["zh"]


def test_every_link_inside_the_site_arrives(project: Project) -> None:
    """Each file that a page names is there, and so is each place in it."""
    arrived = 0
    for page in own(project):
        for tag, attrs in read(page).tags:
            for address in (attrs.get("href", ""), attrs.get("src", "")):
                parts = urlsplit(address)
                if not address or parts.scheme or parts.netloc:
                    continue
                target = (page.parent / unquote(parts.path)) if parts.path else page
                assert target.is_file(), f"{page}: {tag} {address}"
                place = unquote(parts.fragment)
                if place and "=" not in place and target.suffix == ".html":
                    assert place in ids(target), f"{page}: {address}"
                arrived += 1
    assert arrived > 10_000


@cache
def ids(path: Path) -> set[str]:
    """Return the ids of a page."""
    return set(read(path).values("id"))


def test_ids_are_unique(project: Project) -> None:
    """No id stands twice on a page: links and labels would lead to the wrong place."""
    for page in own(project):
        counted = Counter(read(page).values("id"))
        assert not [name for name, times in counted.items() if times > 1], page


def test_pages_say_their_language(project: Project) -> None:
    """Each page names its language; report text on English pages is marked as Chinese."""
    for page in own(project):
        reader = read(page)
        language = page.relative_to(project.folder / "site").parts[0]
        (root,) = [attrs for tag, attrs in reader.tags if tag == "html"]
        assert root["lang"].startswith("en" if language == "en" else "zh"), page
    text = read(project.folder / "site" / "en" / "evidence" / f"{REPORTS[0]}.html")
    assert ("div", {"class": "evidence", "lang": "zh"}) in text.tags


def test_pages_lead_to_the_other_language(project: Project) -> None:
    """Each page links to itself in the other language."""
    for page in own(project):
        language, *rest = page.relative_to(project.folder / "site").parts
        if not rest:
            continue
        switches = [a for _, a in read(page).tags if "language-switch" in a.get("class", "")]
        other = "en" if language == "zh" else "zh"
        assert switches, page
        for switch in switches:
            assert switch["hreflang"] == switch["lang"] == other
            target = (page.parent / switch["href"]).resolve()
            assert target == (project.folder / "site" / other / Path(*rest)).resolve()


def test_pages_run_nothing_of_their_own_inline(project: Project) -> None:
    """No element carries a handler, and no link runs a script."""
    for page in own(project):
        for tag, attrs in read(page).tags:
            assert not [name for name in attrs if name.startswith("on")], f"{page}: {tag}"
            assert not attrs.get("href", "").startswith("javascript:"), page


def test_only_the_search_reads_its_index(project: Project) -> None:
    """The index of the search grows with the reports; other pages do not wait for it."""
    for page in own(project):
        loads = [src for src in read(page).values("src") if "searchindex" in src]
        assert bool(loads) == (page.name == "search.html"), page


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_every_point_of_a_figure_has_a_row(project: Project, language: str) -> None:
    """Below each figure stand its data, each row of which leads into a text, but for sums over
    all texts that hold nothing."""
    for page in sorted((project.folder / "site" / language / "study").glob("0[12]*.html")):
        text = page.read_text("utf-8")
        assert text.count('class="govlaw-figure"') == text.count('class="govlaw-data"'), page
        for folded in re.findall(r'<details class="govlaw-data">.*?</details>', text, re.S):
            rows = re.findall(r"<tr><td.*?</tr>", folded, re.S)
            linked = [row for row in rows if "../evidence/" in row]
            empty = [row for row in rows if re.search(r'<td class="long">–</td></tr>$', row)]
            assert rows and len(linked) + len(empty) == len(rows)
            assert linked


# -- the text of a report ------------------------------------------------------------------


def test_every_figure_is_marked_named_and_listed(project: Project) -> None:
    """Each figure of the tables is focusable, has a name that starts with its words, and a row."""
    study = tables.read(project.folder / "data" / "processed")
    for doc_id, observed in study.observations.groupby("doc_id"):
        page = read(project.folder / "site" / "en" / "evidence" / f"{doc_id}.html")
        marks = {
            a["id"]: a for tag, a in page.tags if tag == "a" and "figure" in a.get("class", "")
        }
        wanted = {f"f{row.start}-{row.end}": row for row in observed.itertuples()}
        assert set(marks) == set(wanted)
        for name, attrs in marks.items():
            row: Any = wanted[name]
            assert attrs["aria-label"].startswith(row.text) and attrs["href"] == f"#l-{name}"
            assert labels.label(f"role.{row.role}", "en") in attrs["aria-label"]
            if row.indicator:
                assert labels.indicator(row.indicator, "en") in attrs["aria-label"]
            assert f"l-{name}" in set(page.values("id"))


def test_verdicts_are_with_their_figures(project: Project) -> None:
    """Each operand of a finding carries its verdict, in its name and for the filter."""
    study = tables.read(project.folder / "data" / "processed")
    for row in study.findings.to_dict("records"):
        page = read(project.folder / "site" / "zh" / "evidence" / f"{row['doc_id']}.html")
        marks = {a["id"]: a for tag, a in page.tags if tag == "a" and "id" in a}
        own = study.observations[study.observations["doc_id"] == row["doc_id"]]
        figures = set(zip(own["start"], own["end"], strict=True))
        for pair in row["operands"].split(";"):
            if tuple(map(int, pair.split(":"))) not in figures:
                continue  # names that the report counts: 四个环节 and what it lists
            mark = marks["f" + pair.replace(":", "-")]
            assert row["verdict"] in mark["data-verdict"].split()
            assert labels.verdict(row["verdict"], "zh") in mark["aria-label"]


def figure(start: int, end: int, text: str, sentence: tuple[int, int]) -> evidence.Figure:
    """Return a figure of which only the place matters."""
    return evidence.Figure(
        start, end, text[start:end], "", "", False, "", "actual", "", "context", "", (), "name",
        sentence,
    )  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[evidence.Figure], list[int]]:
    """Return a text of awkward characters, figures in it that do not overlap, and places."""
    text = draw(st.text(alphabet="数字1 <>&\"'\n。{}", min_size=1, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    bounds = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)) | {0, len(text)})
    figures = []
    for start, end in spans:
        if text[start:end] != text[start:end].strip():
            continue  # no figure starts or ends with a space
        first = max(b for b in bounds if b <= start)
        figures.append(figure(start, end, text, (first, min(b for b in bounds if b >= end))))
    return text, figures, draw(st.lists(st.integers(0, len(text) - 1), max_size=4))


@given(texts())
def test_the_text_of_a_page_is_the_text_of_the_report(
    made: tuple[str, list[evidence.Figure], list[int]],
) -> None:
    """Whatever is marked, the page holds every character in its order, and each figure once."""
    text, figures, places = made
    page = Reader(str(evidence.body(text, figures, {}, places)))
    squeeze = str.maketrans("", "", " \n")
    assert page.text.translate(squeeze) == text.translate(squeeze)
    assert [a["id"] for tag, a in page.tags if tag == "a"] == [f.id for f in figures]
    assert page.open == []


def test_a_figure_over_two_lines_is_one() -> None:
    """A figure that a line break cuts is marked whole."""
    text = "共1\n00件。\n下一行"
    (mark,) = [figure(1, 6, text, (0, 7))]
    markup = str(evidence.body(text, [mark], {}, []))
    assert markup.count("<p>") == 2 and ">1\n00件</a>" in markup


def test_a_heading_is_one_only_where_it_stands_alone() -> None:
    """A heading with text on its line stays a paragraph; levels go down from h2."""
    text = "一、总体\n（一）领导。开会5次。"
    headings = {0: (1, "一、总体"), 5: (2, "（一）领导")}
    markup = str(evidence.body(text, [], headings, []))
    assert markup.startswith('<h2><span id="p0" class="place"></span>一、总体</h2>')
    assert '<p><span id="p5" class="place"></span>（一）领导' in markup


def test_each_dimension_has_a_sign_and_two_colours_that_can_be_seen() -> None:
    """Signs differ; colours have 3:1 on light and on dark pages (WCAG 2.2, 1.4.11)."""
    assert len({evidence.sign(name) for name in dimensions()}) == len(dimensions())
    assert set(dimensions()) == set(DIMENSIONS)
    for colour in DIMENSIONS.values():
        assert colours.contrast(colour, colours.LIGHT) >= 3
        assert colours.contrast(colours.on_dark(colour), colours.DARK) >= 3
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


# -- what a hostile report prints ----------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of one report whose name, title, headings and text try to be markup."""
    folder = tmp_path_factory.mktemp("hostile")
    raw = folder / "raw"
    raw.mkdir()
    file = "a b#1&'{{x}}"
    about = {"title": NASTY, "issuer": NASTY, "place": NASTY, "document_number": NASTY,
             "source": NASTY, "period": 2024}  # fmt: skip
    front = "\n".join(f"{key}: {json.dumps(value)}" for key, value in about.items())
    body = (
        f"一、{NASTY}\n\n{NASTY}行政复议案件10件，其中办结{NASTY}5件，办结率50%。\n\n"
        "```{raw} html\n<b id=evil>1件</b>\n```\n\n:::{include} /etc/passwd\n:::\n\n"
        f"获评全国{NASTY}先进单位3次。\n"
    )
    (raw / f"{file}.md").write_text(f"---\n{front}\n---\n{body}", "utf-8")
    corpus.extract([raw], folder / "tables")
    study = tables.read(folder / "tables")
    (name,) = study.documents["doc_id"]
    found = profile(study.observations, name)
    drawing = card.profile(study.documents, found, doc_id=name, language="en")
    shown = [
        display.document(study, name, "en"), display.figures(study, name, "en"),
        display.findings(study, "en"), display.honours(study, name, "en"),
        points.points(study, drawing.data, NASTY, "en"),
    ]  # fmt: skip
    outputs = [nbformat.v4.new_output("display_data", {"text/html": t.markup}) for t in shown]
    svg = nbformat.v4.new_output(
        "display_data",
        {"image/svg+xml": '<svg viewBox="0 0 10 10" xmlns="http://www.w3.org/2000/svg"></svg>'},
        metadata={"image/svg+xml": {"alt": NASTY, "title": NASTY, "figure": f"cards/{name}.en"}},
    )
    notebook = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("# Card", metadata={"tags": ["en"]}),
        nbformat.v4.new_code_cell("show()", outputs=[svg, *outputs], execution_count=1),
    ])  # fmt: skip
    nbformat.write(notebook, folder / f"{name}.ipynb")
    pages = build.Pages([], [folder / f"{name}.ipynb"], alone=True)
    build.build(pages, folder / "tables", folder / "work", folder / "site", "en")
    return folder / "site"


def test_a_hostile_report_is_shown_as_text(hostile: Path) -> None:
    """Nothing that a report prints becomes an element, an attribute, a directive or a template."""
    (name,) = [
        path.stem for path in (hostile / "en" / "cards").glob("*.html") if path.stem != "index"
    ]
    for chapter in ("evidence", "cards"):
        page = Reader((hostile / "en" / chapter / f"{name}.html").read_text("utf-8"))
        assert NASTY in page.text, chapter
        assert "evil" not in page.values("id")
        assert not [
            tag for tag, attrs in page.tags if "onerror" in attrs or attrs.get("src") == "x"
        ]
        assert "root:x:" not in page.text and "{{7*7}}" in page.text
    text = Reader((hostile / "en" / "evidence" / f"{name}.html").read_text("utf-8")).text
    assert "```{raw} html" in text and ":::{include} /etc/passwd" in text
    for path in hostile.rglob("*.html"):
        source = path.read_text("utf-8")
        assert "<script>alert" not in source and "<img src=x" not in source, path


def test_links_of_a_hostile_name_arrive(hostile: Path) -> None:
    """Every address on the pages of a report whose name and words are signs is there."""
    for path in (hostile / "en").rglob("*.html"):
        for tag, attrs in Reader(path.read_text("utf-8")).tags:
            address = attrs.get("href", attrs.get("src", ""))
            parts = urlsplit(address)
            if "_static" in path.parts or not parts.path or parts.scheme:
                continue
            assert (path.parent / unquote(parts.path)).is_file(), f"{path}: {tag} {address}"


def test_a_study_of_one_language_offers_no_other(hostile: Path) -> None:
    """No page links to a language that is not there, and the front door leads to the one."""
    for path in (hostile / "en").rglob("*.html"):
        assert "language-switch" not in " ".join(Reader(path.read_text("utf-8")).values("class"))
    assert '"en/index.html"' in (hostile / "index.html").read_text("utf-8")
    assert "zh/index.html" not in (hostile / "index.html").read_text("utf-8")


@given(st.text(max_size=40))
def test_a_heading_cannot_be_markup(words: str) -> None:
    """Every sign of Markdown in a heading is written as itself."""
    escaped = notebooks.escape(words)
    assert "\n" not in escaped
    assert escaped.replace("\\", "") == " ".join(words.split()).replace("\\", "")


def test_a_large_corpus_has_no_cards() -> None:
    """Up to the limit every report has a card; above it names lead to the texts."""
    few = {f"r{i}": f"R{i}" for i in range(tables.MOST_CARDS)}
    many = few | {"more": "one more"}
    assert tables.carded(few) == list(few)
    assert tables.carded(many) == []
    assert 'href="../cards/r1.html"' in markup.report("r1", few)
    assert 'href="../evidence/r1.html"' in markup.report("r1", many)

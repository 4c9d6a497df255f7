"""Reports, names and files of users that try to be code: nothing that is made of them runs.

One corpus in every format, with a codebook and corrections of the same mind, goes through the
whole program: tables, references, panel in every format, coding sheets, and a study with its site.
The files are then read by other programs than those that wrote them.
"""

from __future__ import annotations

import ast
import csv
import html
import io
import json
import os
import re
import zipfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import nbformat
import openpyxl
import pandas as pd
import pytest
import rendering
from hypothesis import given
from hypothesis import strategies as st
from test_site_browser import executable, missing

from govlaw import (
    cli,
    codebook,
    corpus,
    execute,
    figures,
    markup,
    measures,
    names,
    publication,
    screen,
    sheets,
    sources,
    style,
    tables,
)  # fmt: skip
from govlaw.errors import SourceError, TableError
from govlaw.exports import FORMATS, stata
from govlaw.exports import codebook as described
from govlaw.site import build

#: Runs, if anything runs it: as an element, an attribute, an address, an entity, a template.
BAIT = (
    "<script>window.pwned=1</script>\"'><img src=x onerror=window.pwned=2>"
    "<svg onload=window.pwned=3>]]>&lt;b&gt;{{7*7}}${7*7}<%=7%>"
    "[a](javascript:window.pwned=4)![i](x){raw}`<a id=evil>`"
)
#: Runs in TeX, in a spreadsheet or in Stata.
TEX = r"\input{/etc/passwd}\write18{touch pwned}\immediate\openout1=pwned ^^5cinput $x$ %"
FORMULA = '=HYPERLINK("http://evil.example/","x")|cmd|\' /C calc\'!A0'
STATA = "a\"' `=shell(x)' $S_ADO \"'\n!touch pwned\n/* // ///"
#: Elements and attributes that run something or ask another host.
RUNNING = {"script", "iframe", "object", "embed", "base", "form", "meta", "link", "style"}


def front(**said: str) -> str:
    """Return front matter."""
    lines = "\n".join(f"{name}: {json.dumps(value)}" for name, value in said.items())
    return f"---\n{lines}\n---\n"


def lines(bait: str = BAIT) -> list[str]:
    """Return the paragraphs of a report whose headings, text, tasks and honours are bait."""
    return [
        rendering.TITLE,
        f"一、{bait}推进依法行政",
        f"{bait}全年办理行政复议案件10件，其中办结{bait}5件，办结率50%。",
        f"获评全国{bait}先进单位3次。荣获“全国{bait}示范县”称号。",
        f"二、{bait}2025年工作安排",
        f"（责任单位：市司法局、{bait}；完成时限：2025年12月底）加强{bait}执法监督，培训100人次。",
        f"到2025年底，{bait}调解成功率达到95%以上。",
        FORMULA, f"{FORMULA}培训20人次。", f"-1+1{TEX}共30件，同比增长20%。",
    ]  # fmt: skip


ABOUT = {
    "title": BAIT, "issuer": f"{FORMULA};{BAIT}", "place": f"{BAIT}县", "adcode": "110101",
    "period": "2024", "kind": "annual_report", "level": "county", "document_number": f"@{BAIT}",
    "source": "javascript:window.pwned=5 https://evil.example/<script>x",
}  # fmt: skip
#: File names that mean something else to a system, a site or a shell.
NAMES = (
    "index.md", "self.txt", "CON.txt", "a.ipynb.txt", "-rf $(touch pwned) `id`.txt",
    "x'\";<b onmouseover=alert(1)>&#x3c;.txt", "esc\x1b]0;pwned\x07\nread     forged.txt",
)  # fmt: skip
ROWS = {
    "label_zh": f"标签{BAIT}{STATA}", "label_en": f"{FORMULA}{STATA}", "definition_zh": BAIT,
    "definition_en": f"{BAIT}|\x08\x1b[2J", "dimension": "oversight", "kind": "count",
    "unit": "人次", "numerator_code": "", "denominator_code": "", "units": "人次",
    "name": "培训", "context": "", "exclude": "",
}  # fmt: skip


class Page(HTMLParser):
    """What would run on a page, by what a browser does with its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        for name, value in said.items():
            address = re.sub(r"[\x00-\x20]", "", value).lower()
            if name.startswith("on") or address.startswith(("javascript:", "vbscript:")):
                self.faults.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "data") and re.search(r"^[^#]*evil\.", value):
                self.faults.append(f"{tag} {name}={value}")
        if said.get("id") == "evil" or said.get("src") == "x":
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def fragment_faults(text: str) -> list[str]:
    """Return what would run in HTML that may hold no script, style or form at all."""
    page = Page(text)
    running = [t for t in re.findall(r"<([a-zA-Z]+)", text) if t.lower() in RUNNING]
    return page.faults + running


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of hostile reports, run as a user runs it."""
    folder = tmp_path_factory.mktemp("hostile")
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True)
    text = rendering.plain(lines())
    for number, name in enumerate(NAMES):
        content = text if number < 2 else f"全年培训{number + 1}人次，办结率50%。\n"
        (raw / name).write_text((front(**ABOUT) if name.endswith(".md") else "") + content)
    escaped = [html.escape(line) for line in lines()]
    page = rendering.trs(escaped, title=html.escape(BAIT))
    canonical = '<link rel="canonical" href="javascript:window.pwned=6">'
    (raw / "page.html").write_text(page.replace("<head>", f"<head>{canonical}"), "utf-8")
    (raw / "word.docx").write_bytes(rendering.docx(lines()))
    (raw / "broken\x1b[31m.txt").write_bytes(b"\xff")
    try:
        Path(os.fsdecode(bytes(raw) + b"/\xff\xfe.txt")).write_text("全年培训7人次。\n")
        Path(os.fsdecode(bytes(raw) + b"/\xfe.txt")).write_bytes(b"\xff")
    except (OSError, UnicodeError):
        pass  # a system whose names are text
    with (folder / "codebook.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["code", *ROWS])
        writer.writeheader()
        writer.writerow({"code": "evil_trained", **ROWS})
    (folder / "overrides.csv").write_text(
        "doc_id,indicator,start,end,expect,value,reason,date,author\n"
        + f'index_,evil_trained,,,20,21,"{FORMULA.replace(chr(34), chr(34) * 2)}",2025-01-01,'
        + '"=1+1"\n',
        "utf-8",
    )
    own = ("--codebook", "codebook.csv")
    out = ("--processed", "tables")
    sample = ("code", "sample", *own, *out, "--sentences", "20", "--out")
    commands = {
        "extract": ("extract", "data/raw", *own, "--out", "tables"),
        "panel": ("panel", *own, *out, "--out", "panel", "--overrides", "overrides.csv",
                  "--indicators", "evil_trained,rec_received", "--format", ",".join(FORMATS)),
        "gbt7714": ("cite", *out), "bibtex": ("cite", *out, "--style", "bibtex", "--data"),
        "audit": ("audit", "data/raw"),
        "xlsx": (*sample, "sheet.xlsx"), "csv": (*sample, "sheet.csv"),
    }  # fmt: skip
    ran = {}
    for name, words in commands.items():
        printed, complained = io.StringIO(), io.StringIO()
        with chdir(folder), redirect_stdout(printed), redirect_stderr(complained):
            code = cli.main(words)
        ran[name] = (code, printed.getvalue(), complained.getvalue())
    (folder / "ran.json").write_text(json.dumps(ran))
    with codebook.using(folder / "codebook.csv"):
        _publish(folder)
    return folder


def _publish(folder: Path) -> None:
    """Run a notebook with all tables and make the site, in which it is every card as well."""
    shown = [
        "corpus(study, language)", "findings(study, language)", "untested(study, language)",
        "tested(study, language)", "targets(study, language)", "units(study, language)",
        "attainment(study, language)", "structure(study, language)",
        "document(study, 'index_', language)", "honours(study, 'word', language)",
        "tasks(study, 'word', language)", "figures(study, 'page', language)",
    ]  # fmt: skip
    sources = [
        'processed: str = ""\nfigures: str = ""\nlanguage: str = "zh"\nremark: str = ""',
        "from govlaw import display, measures\nfrom govlaw import figures as draw\n"
        "from govlaw.notebook import open_study\n"
        "session = open_study(processed, figures, language)\nstudy = session.study",
        "\n".join(f"session.publish(display.{call}, 't{n}')" for n, call in enumerate(shown)),
        "for doc_id in study.documents['doc_id']:\n"
        "    found = measures.profile(study.observations, doc_id)\n"
        "    drawing = draw.profile(study.documents, found, doc_id=doc_id, language=language)\n"
        "    session.show(drawing, f'profile_{doc_id}')",
    ]
    cells = [nbformat.v4.new_markdown_cell("# Tables")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    cells[1].metadata["tags"] = ["parameters"]
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=about), folder / "01_all.ipynb")
    values = {"processed": str(folder / "tables"), "figures": str(folder / "figures"),
              "language": "en", "remark": f"'''\"\n{BAIT}\\"}  # fmt: skip
    made = folder / "made" / "01_all.ipynb"
    execute.run(folder / "01_all.ipynb", made, values)
    cards = []
    for doc_id in tables.doc_ids(folder / "tables"):
        cards.append(folder / "cards" / f"{doc_id}.ipynb")
        cards[-1].parent.mkdir(exist_ok=True)
        cards[-1].write_bytes(made.read_bytes())
    pages = build.Pages([made], cards, alone=True)
    build.build(pages, folder / "tables", folder / "work", folder / "site", "en")


def said(study: Path, name: str) -> tuple[int, str, str]:
    """Return how a command ended and what it printed."""
    code, out, err = json.loads((study / "ran.json").read_text())[name]
    return code, out, err


# -- the whole way -------------------------------------------------------------------------


def test_every_report_is_read(study: Path) -> None:
    """What reports and names say stops no command; the two files that are no text are listed."""
    assert said(study, "extract")[0] == said(study, "audit")[0] == 1
    for name in ("panel", "gbt7714", "bibtex", "xlsx", "csv"):
        assert said(study, name)[0] == 0, said(study, name)
    read = tables.read(study / "tables")
    there = {names.made(Path(name).stem) for name in NAMES} | {"page", "word"}
    assert there <= set(read.documents["doc_id"])
    assert {"index_", "self", "CON_", "a.ipynb"} <= there
    (title,) = read.documents.loc[read.documents["doc_id"] == "index_", "title"]
    assert title == BAIT
    assert len(tables.refused(study / "tables")) == said(study, "extract")[2].count("refused  ")


def test_nothing_was_run_on_the_way(study: Path) -> None:
    """No command of a name, a text or a table was run, and every file is where it belongs."""
    assert not list(study.rglob("pwned*"))
    for folder in ("tables/texts", "site/en/evidence", "figures"):
        listed = [path.relative_to(study / folder) for path in (study / folder).rglob("*")]
        assert listed and all(len(path.parts) == 1 for path in listed)


@pytest.mark.parametrize("name", ["extract", "audit", "gbt7714", "bibtex", "panel"])
def test_a_terminal_is_not_steered(study: Path, name: str) -> None:
    """No control character of a name or a report reaches a terminal, and no name forges a line."""
    _, out, err = said(study, name)
    assert screen.shown(out + err) == out + err
    assert "read     forged" not in [line[:15] for line in (out + err).split("\n")]


# -- pages ---------------------------------------------------------------------------------


def own_pages(study: Path) -> list[Path]:
    """Return the pages of the site but those of the package's entries, which say nothing else."""
    kept = ("index", "evil_trained")
    return [
        path for path in sorted((study / "site").rglob("*.html"))
        if "_static" not in path.parts and (path.parent.name != "codebook" or path.stem in kept)
    ]  # fmt: skip


def test_no_page_runs_what_a_report_says(study: Path) -> None:
    """No element, attribute or address of a page comes from a report, a name or a codebook."""
    for path in own_pages(study):
        text = path.read_text("utf-8")
        assert Page(text).faults == [], path
        assert "<script>window" not in text and "root:x:" not in text, path
    shown = "".join(Page((study / "site/en/evidence/index_.html").read_text("utf-8")).words)
    assert "<script>window.pwned=1</script>" in shown and "{{7*7}}${7*7}" in shown


def test_no_name_takes_the_place_of_a_page(study: Path) -> None:
    """The lists of the chapters stay, and each report has a page of its own in both chapters."""
    reports = tables.read(study / "tables").documents["doc_id"]
    for chapter in ("evidence", "cards"):
        folder = study / "site" / "en" / chapter
        assert {path.stem for path in folder.glob("*.html")} == {"index", *reports}
        listed = (folder / "index.html").read_text("utf-8")
        assert all(f'href="{name.replace("$", "%24")}.html"' in listed for name in reports)


def test_the_index_of_the_search_holds_no_markup(study: Path) -> None:
    """Titles in it have no sign of markup: some versions of the search show them as markup."""
    text = (study / "site" / "en" / "searchindex.js").read_text("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    for title in (*index["alltitles"], *index["titles"]):
        assert not re.search("[<>]", title), title


def test_a_browser_runs_nothing(study: Path) -> None:
    """In Chromium no page and no search runs anything of a report or asks another host."""
    if missing():
        pytest.skip(missing())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable())
        page = browser.new_context().new_page()
        faults: list[str] = []
        page.on("dialog", lambda dialog: (faults.append("dialog"), dialog.dismiss()))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("request", lambda r: r.url.startswith(("file:", "data:")) or faults.append(r.url))
        page.on("requestfailed", lambda r: faults.append(f"failed: {r.url}"))
        others = [*sorted((study / "figures").glob("*.svg")), *(study / "figures").glob("*.html")]
        for path in (*own_pages(study), *others):
            page.goto(path.as_uri())
            assert page.evaluate("typeof window.pwned") == "undefined", path
        search = (study / "site" / "en" / "search.html").as_uri()
        for asked in ("pwned", "Tables", "evil_trained", "<img src=x onerror=window.pwned=7>"):
            page.goto(f"{search}?q={quote(asked)}")
            page.locator("#search-results li").first.wait_for()
            assert page.evaluate("typeof window.pwned") == "undefined", asked
        browser.close()
    assert faults == []


# -- notebooks, figures, tables for a paper ------------------------------------------------


def test_outputs_of_notebooks_run_nothing(study: Path) -> None:
    """Tables in an executed notebook are elements of govlaw's own and words."""
    notebook = nbformat.read(study / "made" / "01_all.ipynb", 4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [output["data"]["text/html"] for output in outputs if "text/html" in output["data"]]
    assert len(found) > 10
    assert any("window.pwned=1" in text for text in found)
    for text in found:
        assert fragment_faults(text) == []


def test_a_parameter_is_a_value(study: Path) -> None:
    """The text of a parameter is written into a notebook as one string, whatever is in it."""
    (cell,) = (
        cell for cell in nbformat.read(study / "made" / "01_all.ipynb", 4).cells
        if "injected-parameters" in cell.metadata.get("tags", [])
    )  # fmt: skip
    tree = ast.parse(cell.source)
    assert all(isinstance(node, ast.Assign) for node in tree.body)
    assert all(isinstance(node.value, ast.Constant) for node in tree.body)  # type: ignore[attr-defined]


def test_svg_files_hold_drawings_only(study: Path) -> None:
    """No figure, in the folder or in the site, has a script, a handler or an address."""
    files = [*study.glob("figures/*.svg"), *study.glob("site/en/_figures/*.svg")]
    assert len(files) > 10
    for file in files:
        for element in ET.fromstring(file.read_bytes()).iter():
            assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "a", "image")
            for name, value in element.attrib.items():
                assert not name.startswith("on"), file
                if name.endswith("href"):
                    assert value.startswith("#"), file


def test_tables_for_a_paper_run_nothing(study: Path) -> None:
    """HTML without faults, TeX without a command of a report, Word without a field or a link."""
    pages = sorted((study / "figures").glob("*.html"))
    assert len(pages) > 5
    for page in pages:
        assert Page(page.read_text("utf-8")).faults == []
        assert re.findall("<script", page.read_text("utf-8")) == []
    known = {"usepackage", "begin", "end", "centering", "caption", "toprule", "midrule",
             "bottomrule", "textbackslash", "textasciitilde", "textasciicircum"}  # fmt: skip
    written = "".join(path.read_text("utf-8") for path in sorted(study.glob("figures/*.tex")))
    assert set(re.findall(r"(?<!\\)(?:\\\\)*\\([a-zA-Z]+)", written)) <= known
    assert r"\textbackslash{}input\{/etc/passwd\}" in written
    for path in study.glob("figures/*.docx"):
        with zipfile.ZipFile(path) as package:
            root = ET.fromstring(package.read("word/document.xml"))
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"instrText", "fldSimple", "hyperlink", "object", "altChunk"}


def test_a_character_without_a_glyph_stops_no_figure(tmp_path: Path) -> None:
    """A sign in the name of a place that the font lacks is drawn as 〓; the data keep it."""
    (tmp_path / "raw").mkdir()
    place = "\U0001f600\U00020bb7县"
    report = front(**ABOUT | {"place": place}) + "全年办理行政复议案件10件，办结率50%。\n"
    (tmp_path / "raw" / "a.md").write_text(report, "utf-8")
    corpus.extract([tmp_path / "raw"], tmp_path / "out")
    study = tables.read(tmp_path / "out")
    found = measures.profile(study.observations, "a")
    drawing = figures.profile(study.documents, found, doc_id="a", language="zh")
    svg, _ = style.save(drawing.figure, tmp_path / "a", title=drawing.title)
    assert "〓〓县" in svg.read_text("utf-8") and place not in svg.read_text("utf-8")
    assert study.documents["region"].tolist() == [place]


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_no_words_are_a_command_of_tex(words: str) -> None:
    """Whatever a cell says, TeX reads no command, comment, parameter or second line in it."""
    table = markup.Table("", "c", ("a",), ((words,),), (False,))
    line = publication.as_latex(table, "en").decode("utf-8").split("\\midrule\n")[1]
    line = line.split("\n\\bottomrule")[0].removesuffix(r" \\")
    rest = re.sub(r"\\text(backslash|asciitilde|asciicircum)\{\}|\\[{}$&#%_]", "", line)
    assert not re.search(r"[\\$&#%_~^\x00-\x1f\x7f]", rest)
    assert re.sub(r"^\{[\[*]\}", "", rest).count("{") == 0


# -- spreadsheets and exports --------------------------------------------------------------


def test_no_spreadsheet_has_a_formula_or_a_link(study: Path) -> None:
    """Workbooks hold texts and numbers: no formula, link, macro, or command."""
    for file in (study / "panel" / "panel.xlsx", study / "sheet.xlsx"):
        with zipfile.ZipFile(file) as package:
            for name in package.namelist():
                root = ET.fromstring(package.read(name))
                tags = {element.tag.rpartition("}")[2] for element in root.iter()}
                assert not tags & {"f", "hyperlink", "ddeLink", "oleObject"}, name
                assert not name.endswith(".bin") and "externalLink" not in name
        for sheet in openpyxl.load_workbook(file).worksheets:
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" for cell in row)


def test_no_csv_for_a_spreadsheet_begins_a_formula(study: Path) -> None:
    """In the files for spreadsheets every text that would be a formula has an apostrophe."""
    files = [*(study / "panel").glob("*_excel.csv"), study / "sheet.csv"]
    assert len(files) == 4
    danger = 0
    for file in files:
        for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")):
            for cell in row:
                bare = cell.lstrip()
                danger += bare.startswith("'=")
                number = re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", cell)
                assert bare[:1] not in "=+-@\t\r＝＋－＠" or not bare or number, (file, cell)
    assert danger


@pytest.mark.parametrize("text", ["=1", " =1", "\u3000=1", "＝1", "@a", "-a", "\t1", "'a"])
def test_a_formula_in_a_coding_sheet_is_text(text: str) -> None:
    """Blanks and full-width signs before a formula do not make it one."""
    assert sheets._csv("figures", [[text]]).decode("utf-8-sig").split("\r\n")[1][0] in "'\""
    assert f"'{text}" in sheets._csv("figures", [[text]]).decode("utf-8-sig")


def test_the_do_file_has_no_command_of_a_label(study: Path) -> None:
    """Each line is a command of govlaw's own; a label ends where its quotes do."""
    text = (study / "panel" / "panel.do").read_text("utf-8")
    own = {"*", "version", "args", "use", "label", "isid", "if", "preserve", "capture", "local",
           "restore", "rename", "merge", "}"}  # fmt: skip
    assert {line.split()[0] for line in text.split("\n") if line.strip()} <= own
    named = [line for line in text.split("\n") if line.startswith("label variable evil_trained")]
    assert len(named) == 4
    for line in named:
        quoted = re.fullmatch('label variable [a-z_]+ `"(.*)"\'', line)
        assert quoted
        assert not re.search(r"[`$]|\"'|/\*|\*/|//", quoted[1]), line


@given(st.text(st.sampled_from("\"'`$/*\n\r\x0b\x00 a；"), max_size=30))
def test_no_label_ends_its_quotes_in_stata(words: str) -> None:
    """Whatever a label says, it is one string of Stata: no macro, comment, end or second line."""
    quoted = stata._quoted(words)
    inside = quoted[2:-2]
    assert quoted == f'`"{inside}"\''
    assert not re.search(r"[`$\x00-\x1f]|\"'|/\*|\*/|//", inside)


def test_stata_labels_are_texts(study: Path) -> None:
    """The data set opens, and its labels are those of the codebook, shortened."""
    with pd.read_stata(study / "panel" / "panel_wide.dta", iterator=True) as reader:
        said = reader.variable_labels()["evil_trained"]
        reader.read()
    assert said.startswith("标签<script>") and len(said) <= stata.LONGEST_LABEL


def test_described_codebooks_are_texts(study: Path) -> None:
    """DDI is XML without a document type; Markdown has no tag and no link of a label."""
    for file in (study / "panel" / "codebook.xml", study / "panel" / "package" / "codebook.xml"):
        assert b"<!DOCTYPE" not in file.read_bytes() and b"<!ENTITY" not in file.read_bytes()
        words = "".join(ET.fromstring(file.read_bytes()).itertext())
        assert "<script>window.pwned=1</script>" in words
    from markdown_it import MarkdownIt

    for language in ("zh", "en"):
        text = (study / "panel" / f"codebook.{language}.md").read_text("utf-8")
        assert fragment_faults(MarkdownIt("gfm-like", {"linkify": False}).render(text)) == []
    json.loads((study / "panel" / "package" / "datapackage.json").read_text("utf-8"))


def test_words_of_a_cell_are_no_markdown() -> None:
    """Tags, links, code and the end of a cell are written as signs."""
    assert described._cell("<b>[a](x)`|\n\\") == r"\<b\>\[a\](x)\`\|" + " " + "\\\\"


def test_only_web_addresses_are_cited(study: Path) -> None:
    """An address in a reference is http or https; no other scheme stands in one."""
    bib = said(study, "bibtex")[1]
    assert re.findall(r"^ *url *= \{(.*)\},?$", bib, re.MULTILINE) == ["https://evil.example/"]
    listed = said(study, "gbt7714")[1]
    assert "javascript:window.pwned=5" not in bib + listed
    assert all(urlsplit(a).scheme in ("http", "https") for a in re.findall(r"\w+://\S+", listed))


# -- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("..", "report"), ("../../etc/passwd", "etc_passwd"), ("a\x00b", "a_b"), ("C:\\x", "C_x"),
        ("index", "index_"), ("Index", "Index_"), ("index.2024", "index_.2024"),
        ("con", "con_"), ("COM1.x", "COM1_.x"), ("lpt²", "lpt²_"), ("console", "console"),
        ("e\u0301", "é"), ("a\u202egpj", "a_gpj"), ("．．／a", "a"), ("a.", "a"), ("_", "report"),
        ("003_zhumadian_2024_report", "003_zhumadian_2024_report"), ("甲市 2024", "甲市_2024"),
    ],
)  # fmt: skip
def test_names_are_names_everywhere(stem: str, name: str) -> None:
    """Paths, devices of Windows, look-alikes of dots and lists of chapters become plain names."""
    assert names.made(stem) == name


@given(st.text(max_size=300))
def test_any_name_stays_in_its_folder(stem: str) -> None:
    """A report's name fits into every file system, leads nowhere, and is its own name."""
    name = names.made(stem)
    assert names.stays(name) and not names.reserved(name)
    assert len(name.encode("utf-8")) <= names.LONGEST + 1
    assert names.made(name) == name
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name) and name == name.rstrip(". ")


def test_long_names_stay_apart(tmp_path: Path) -> None:
    """Names that differ far behind the end of what fits are two reports."""
    for name in ("1", "2"):
        (tmp_path / "raw").mkdir(exist_ok=True)
        (tmp_path / "raw" / f"{'长' * 80}{name}.txt").write_text("培训3人次。\n", "utf-8")
    read = corpus.extract([tmp_path / "raw"], tmp_path / "out").read
    assert len(set(read)) == 2 and all(len(name.encode()) <= names.LONGEST for name in read)


def test_names_that_differ_in_case_are_one(tmp_path: Path) -> None:
    """The second of them is refused on every system, so that none is written over."""
    for folder, name in (("a", "Report"), ("b", "report"), ("c", "REPORT")):
        (tmp_path / "raw" / folder).mkdir(parents=True)
        (tmp_path / "raw" / folder / f"{name}.txt").write_text("培训3人次。\n", "utf-8")
    outcome = corpus.extract([tmp_path / "raw"], tmp_path / "out")
    assert outcome.read == ("Report",)
    assert len(outcome.refused) == 2 and all("rename one" in why for why in outcome.refused)


@pytest.mark.parametrize("name", ["../../kept", "/etc/kept", "a\\b", "C:kept", "..", "", "a\x00"])
def test_tables_from_elsewhere_lead_nowhere(name: str, tmp_path: Path) -> None:
    """A table that names a report by a path is refused, read or replaced; no file is touched."""
    out = tmp_path / "a" / "out"
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "r.txt").write_text("培训3人次。\n", "utf-8")
    corpus.extract([tmp_path / "raw"], out)
    kept = tmp_path / "a" / "kept.txt"
    kept.write_text("mine")
    if name != "a\x00":  # a CSV file that holds it is one for pandas, not for csv
        table = out / "documents.csv"
        text = table.read_text("utf-8").replace("\nr,", f"\n{name},")
        assert text != table.read_text("utf-8")
        table.write_text(text, "utf-8")
        for use in (lambda: tables.read(out), lambda: corpus.extract([tmp_path / "raw"], out)):
            with pytest.raises(TableError, match="cannot be the name of a file"):
                use()
        table.write_text(text.replace(f"\n{name},", "\nr,"), "utf-8")
    with pytest.raises(TableError, match="no such report"):
        tables.read(out).text(name)
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("code", ["index", "con", "nul", "com1"])
def test_a_code_is_no_name_of_another_page(code: str, tmp_path: Path) -> None:
    """A user's code cannot take the place of the list of codes, nor be a device of Windows."""
    with (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["code", *ROWS])
        writer.writeheader()
        writer.writerow({"code": code, **ROWS})
    with pytest.raises(TableError, match=f"line [0-9]+: the code '{code}' is kept"):
        codebook.load(tmp_path / "own.csv")


# -- the terminal --------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_what_is_shown_steers_nothing(text: str) -> None:
    """No control character is left, nor a mark that turns the direction of writing."""
    shown = screen.line(text)
    assert shown.isascii() or not re.search("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert not re.search("[\x00-\x1f\x7f]", shown)
    shown.encode("utf-8")
    if text.isprintable():
        assert shown == text


def test_an_error_shows_names_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a file in an error cannot clear the screen or set a title."""
    assert cli.main(["extract", str(tmp_path / "\x1b]0;pwned\x07\x9b2J"), "--out", "x"]) == 1
    assert "\\x1b]0;pwned\\x07\\x9b2J" in capsys.readouterr().err


# -- readers: what tests of refused files leave open ------------------------------------------


@pytest.mark.parametrize("doctype", [
    '<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY x SYSTEM "http://127.0.0.1:9/">',
    '<!ENTITY % p SYSTEM "http://127.0.0.1:9/d.dtd"> %p;',
    '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;&b;">',
])  # fmt: skip
def test_entities_of_a_document_are_refused(doctype: str, tmp_path: Path) -> None:
    """External, parameter and multiplied entities: refused, with nothing of them in the message."""
    xml = (f'<?xml version="1.0"?><!DOCTYPE w:document [{doctype}]><w:document xmlns:w="http://'
           'schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>培训3人次'
           "&x;</w:t></w:r></w:p></w:body></w:document>")  # fmt: skip
    raw = io.BytesIO(rendering.docx(["培训3人次。"]))
    made = io.BytesIO()
    with zipfile.ZipFile(raw) as package, zipfile.ZipFile(made, "w") as other:
        for name in package.namelist():
            other.writestr(name, xml if name == "word/document.xml" else package.read(name))
    path = tmp_path / "a.docx"
    path.write_bytes(made.getvalue())
    with pytest.raises(SourceError, match="entities") as caught:
        sources.read(path)
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r"\ud83d\ude00", "\U0001f600"), (r"a\ud800b", "a\ufffdb"), (r"a\0\e[2Jb", "a  [2Jb"),
        (r"a\nb", "a b"), (r"a\u009b2J", "a 2J"),
    ],
)  # fmt: skip
def test_escapes_in_front_matter(written: str, title: str, tmp_path: Path) -> None:
    """Halves of characters and control characters, written as escapes, reach no table."""
    (tmp_path / "raw").mkdir()
    text = f'---\ntitle: "{written}"\n---\n培训3人次。\n'
    (tmp_path / "raw" / "a.md").write_text(text, "utf-8")
    corpus.extract([tmp_path / "raw"], tmp_path / "out")
    assert tables.read(tmp_path / "out").documents["title"].tolist() == [title]


def test_front_matter_makes_no_object(tmp_path: Path) -> None:
    """A tag of YAML that names a function is text or refused; aliases do not multiply."""
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\ntitle: *b\n"
    for head in ("title: !!python/object/apply:os.system ['touch pwned']\n", bomb):
        path = tmp_path / "a.md"
        path.write_text(f"---\n{head}---\n培训3人次。\n", "utf-8")
        with pytest.raises(SourceError):
            sources.read(path)
    assert not Path("pwned").exists()

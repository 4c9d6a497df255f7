"""What may be handed in by others, as functions of bytes: one a reader of such files.

A target reads an input as the package does and checks what must hold of any result. Only a
:class:`~govlaw.errors.GovlawError` may come out of it. ``tools/fuzz.py`` guides inputs by coverage;
``test_fuzz.py`` replays what was found and tries some hundred mutations of the seeds.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from govlaw import (
    codebook,
    definitions,
    evaluation,
    extraction,
    overrides,
    panel,
    sheets,
    sources,
    study,
    tables,
)
from govlaw.errors import GovlawError
from govlaw.fetch import addresses, listing, network, robots, store
from govlaw.model import Document, Metadata
from govlaw.sources import docx, manifest, page

ROOT = Path(__file__).resolve().parent.parent
#: Cases that were found and mended: a folder a target.
FOUND = ROOT / "tests" / "cases" / "fuzz"
#: Parts the files of one input: the two tables of a coding sheet, the parts of a document.
BETWEEN = b"\n=====\n"
_TEXT = "2024年，全市办理行政复议案件12件，办结11件，办结率91.7%。"
_TABLES_OF_WORDS = {
    "units": "form",
    "approximators": "form",
    "fillers": "word",
    "metadata": "label",
    "self_words": "word",
    "unit_names": "name",
}
_MARKS = (
    "，。；、：“”《》（）％%‰.,;:()[]【】|-—～~至〇零一二三四五六七八九十百千万亿两半0123456789"
    "年月日第同比增长下降其中分别合计占达到不少于以上以下余多近约"
)


@dataclass(frozen=True)
class Target:
    """A reader: what it does with bytes, what it starts from, how long inputs are.

    ``seconds`` is the time that one input may take; a longer one is a finding.
    """

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    longest: int
    seconds: int = 10


def call(name: str, data: bytes) -> None:
    """Give an input to a target; only what is no GovlawError comes out."""
    try:
        TARGETS[name].run(data)
    except GovlawError as error:
        assert str(error).strip(), "an error without a word"


@cache
def words() -> tuple[str, ...]:
    """Return words of reports: units, labels, headings, marks."""
    found: dict[str, None] = dict.fromkeys(_MARKS)
    for name, column in _TABLES_OF_WORDS.items():
        for row in definitions.rows(name):
            if column in row:
                found |= dict.fromkeys(definitions.words(row[column]))
    for entry in codebook.package().indicators.values():
        found |= dict.fromkeys([entry.label_zh, *entry.phrasings])
    return tuple(word for word in found if len(word) <= 20)


# -- texts ---------------------------------------------------------------------------------


def _sentences() -> list[bytes]:
    found: dict[str, None] = {}
    for path in sorted((ROOT / "data" / "raw").glob("0*.md")):
        text = path.read_text(encoding="utf-8")
        found |= dict.fromkeys(text[i : i + 90] for i in range(0, len(text), 90))
    for name in ("quantities", "indicators", "audit", "forms", "titles", "honours", "places"):
        with (ROOT / "tests" / "cases" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                found[max(row, key=len)[:120]] = None
    return [text.encode() for text in found]


def _text(data: bytes) -> None:
    """Describe a text and read its figures; every span is that of its words, every row whole."""
    text = data.decode("utf-8", "replace")
    described = page.describe(text)
    report = Metadata(kind="annual_report", period_start="2024", period_end="2024")
    for metadata in dict.fromkeys((described, report)):
        read = extraction.extract(Document("x", text, "", metadata))
        for observation in read.observations:
            quantity = observation.quantity
            assert text[quantity.start : quantity.end] == quantity.text
        for name, listed in tables.rows(read).items():
            made = tables.lines(tables.COLUMNS[name], listed, header=True).decode("utf-8")
            assert list(csv.DictReader(io.StringIO(made, newline=""))) == listed, name


def _described(data: bytes) -> None:
    """Describe a page by its text, what it says beside it, and its address."""
    parts = [part.decode("utf-8", "replace") for part in data.split(BETWEEN)]
    text, title, address, other = (*parts, "", "", "")[:4]
    names = ("published", "publisher", "site", "document_number", "index_number", "written")
    made = page.describe(text, {"title": title} | dict.fromkeys(names, other), address)
    for day in (made.published, made.written):
        assert not day or len(day) == 10


def _pages() -> list[bytes]:
    heads = [
        "索引号：000/2024-01|发文字号：×政〔2024〕1号\n发布机构：甲市人民政府\n发布日期：2025-01-17",
        "甲省乙市人民政府\n关于2024年度法治政府建设情况的报告\n（2025年1月17日）\n市委、省政府：\n",
        "【字体：大 中 小】 时间：二〇二五年一月十七日 来源：乙县司法局\n我县2024年法治政府建设",
    ]
    beside = [
        "乙市2024年法治政府建设年度报告-乙市人民政府",
        "http://www.yi.gov.cn/202501/t20250117_1.html",
    ]
    tail = BETWEEN + BETWEEN.join(part.encode() for part in (*beside, "2025年1月17日"))
    return [head.encode() + tail for head in heads] + [text + tail for text in _sentences()[::8]]


# -- files of reports ----------------------------------------------------------------------


@cache
def _folder(process: int) -> Path:
    del process  # a folder for each
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="govlaw-fuzz-", dir=memory if memory.is_dir() else None))


_turn = [0]


def _file(name: str, data: bytes) -> Path:
    """Write an input as a file that no cache takes for an earlier one."""
    path = _folder(os.getpid()) / name
    path.write_bytes(data)
    _turn[0] += 1
    os.utime(path, ns=(_turn[0], _turn[0]))
    return path


def _read(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        document = sources.read(_file(name, data))
        assert document.text.strip()
        document.text.encode("utf-8")  # it can be written

    return read


def _html() -> list[bytes]:
    said = (
        '<!DOCTYPE html><html><head><meta charset="gb2312"><title>2024年报告</title>'
        '<meta name="PubDate" content="2025-01-17"></head><body>'
    )
    body = (
        "<table><tr><td>索引号</td><td>000/2024</td></tr></table><div class=con><h1>报告</h1>"
        f"<p style='display:none'>无</p><p>{_TEXT}</p><ol><li>{_TEXT}</ol><sup>2</sup></div>"
        "<a href=/>首页</a><!-- 注 --><script>var a=1;</script>"
    )
    pages = [said + body, f"<html>{body}", f"<p>{_TEXT}<br>{_TEXT}<p><table><tr><td rowspan=2>甲"]
    return [page.encode(encoding) for page in pages for encoding in ("utf-8", "gb18030")]


def _pdf() -> list[bytes]:
    stream = b"BT /F1 12 Tf 72 700 Td (Report 2024, 12 cases.) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj%sendobj\n" % (n, part) for n, part in enumerate(parts, 1))
    return [b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n"]


_CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    b'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/numbering.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>'
    b'<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.footnotes+xml"/></Types>'
)
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def _relations(*named: tuple[str, str]) -> str:
    return _RELATIONS.format(
        "".join(
            f'<Relationship Id="r{n}" Type="{_RELATED}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(named)
        )
    )


def _docx(data: bytes) -> None:
    """Read a package, or the parts of one: document, numbering, footnotes."""
    if not data.startswith(b"PK"):
        made = io.BytesIO()
        parts = (*data.split(BETWEEN), b"", b"")[:3]
        with zipfile.ZipFile(made, "w") as package:
            package.writestr("[Content_Types].xml", _CONTENT_TYPES)
            package.writestr("_rels/.rels", _relations(("officeDocument", "word/document.xml")))
            kinds = [
                k for k, part in zip(("numbering", "footnotes"), parts[1:], strict=True) if part
            ]
            package.writestr(
                "word/_rels/document.xml.rels", _relations(*((k, f"{k}.xml") for k in kinds))
            )
            for kind, part in zip(("document", "numbering", "footnotes"), parts, strict=True):
                if kind == "document" or part:
                    package.writestr(f"word/{kind}.xml", part)
        data = made.getvalue()
    _read("report.docx")(data)


def _packages() -> list[bytes]:
    w = f'xmlns:w="{docx._W[1:-1]}"'
    body = (
        f"<w:document {w}><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/>"
        f"</w:numPr></w:pPr><w:r><w:t>{_TEXT}</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr>"
        "<w:gridSpan w:val='2'/><w:vMerge/></w:tcPr><w:p><w:r><w:t>甲</w:t><w:tab/>"
        "<w:footnoteReference w:id='2'/></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
    )
    numbering = (
        f"<w:numbering {w}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'"
        "/><w:numFmt w:val='chineseCounting'/><w:lvlText w:val='%1、'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    )
    notes = f"<w:footnotes {w}><w:footnote w:id='2'><w:p><w:r><w:t>注</w:t></w:r></w:p></w:footnote></w:footnotes>"  # noqa: E501
    whole = BETWEEN.join(part.encode() for part in (body, numbering, notes))
    return [whole, body.encode()]


def _encoded() -> list[bytes]:
    made = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-32"):
        made.append((_TEXT.replace("复议", "訴訟")).encode(encoding, "ignore"))
    return made


def _fronted() -> list[bytes]:
    head = (
        "---\ntitle: 《报告》\nissuer: 甲市人民政府\nplace: 甲市\nadcode: 410400\n"
        "level: prefecture\nkind: annual_report\n"
        "period: 2023-2024\nwritten: 2025-01-17\nedition: original\n---\n"
    )
    yaml = ["title: &a [*a]", "title: {a: b}", "title: |\n  a\n  b", "? [a]\n: b", "'period': 2024"]
    return [(head + _TEXT).encode(), *(f"---\n{one}\n---\n{_TEXT}".encode() for one in yaml)]


# -- tables of a user ----------------------------------------------------------------------


def _table(columns: Iterable[str], *listed: dict[str, str], end: str = "\n") -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(columns), restval="", lineterminator=end)
    writer.writeheader()
    writer.writerows(listed)
    return buffer.getvalue().encode()


def _codebook(data: bytes) -> None:
    codebook.load(_file("codebook.csv", data))


def _codebooks() -> list[bytes]:
    own = {
        "code": "own_count", "dimension": "conditions", "kind": "count", "unit": "件",
        "label_zh": "甲", "label_en": "a", "definition_zh": "甲", "definition_en": "a",
        "units": "件", "name": "复议(?:案件)?#?", "context": "^.{0,9}", "exclude": "[甲乙]+?",
    }  # fmt: skip
    first = next(iter(codebook.package().indicators.values()))
    own["dimension"] = first.dimension
    known = {"code": first.code, "units": "-", "name": "(?P<a>甲)(?P=a)|(?<!乙)丙{2,3}"}
    columns = ("code", *codebook.ENTRY_COLUMNS, *codebook.RULE_COLUMNS)
    return [_table(columns, own), _table(columns, known), _table(columns, own, known, end="\r\n")]


_AT = _TEXT.index("12件")
_OBSERVED = {
    "start": str(_AT), "end": str(_AT + 3), "text": "12件", "value": "12", "value_high": "12",
    "unit": "件", "approx": "exact",
    "role": "actual", "kind": "count", "indicator": "rule_normative_reviewed",
    "sentence_start": "0", "sentence_end": "20", "value_low": "12", "also": "",
}  # fmt: skip


def _gold(data: bytes) -> None:
    gold = evaluation.read_gold(_file("gold.csv", data), codebook.indicators())
    for one in gold:
        for attribute in evaluation.ATTRIBUTES:
            evaluation.same(attribute, one, _OBSERVED)
    evaluation.check_places(gold, {"x": _TEXT})
    evaluation.evaluate(gold, [evaluation.Report("x", _TEXT, [_OBSERVED])])


def _annotations() -> list[bytes]:
    row = dict(_OBSERVED) | {"doc": "x", "note": "also: a"}
    row = {column: row.get(column, "") for column in evaluation.GOLD_COLUMNS}
    wide = row | {"value_high": "1E+5", "value": "-0.5", "role": "structural"}
    return [_table(evaluation.GOLD_COLUMNS, row), _table(evaluation.GOLD_COLUMNS, wide)]


@cache
def _cells() -> tuple[pd.DataFrame, pd.DataFrame]:
    cell: dict[str, object] = dict.fromkeys(panel.CELL, "")
    cell |= {"doc_id": "x", "indicator": "rule_normative_reviewed", "value": "12", "figures": 1}
    cell |= {"start": _AT, "end": _AT + 3, "uncertain": False}
    reports = pd.DataFrame([{"doc_id": "x", "adcode": "410400", "year": "2024"}])
    return pd.DataFrame([cell], columns=list(panel.CELL)), reports


def _overrides(data: bytes) -> None:
    listed = overrides.read(_file("overrides.csv", data))
    if listed:
        cells, reports = _cells()
        overrides.apply(cells, listed, reports, ["rule_normative_reviewed"], lambda doc_id: _TEXT)


def _corrections() -> list[bytes]:
    row = {
        "doc_id": "x", "indicator": "rule_normative_reviewed", "start": "1", "end": "9",
        "expect": "12", "value": "13.5", "value_low": "13", "value_high": "14",
        "unit": "件", "reason": "误",
        "date": "2025-03-31", "author": "甲",
    }  # fmt: skip
    other = row | {"doc_id": "", "adcode": "410400", "year": "2024", "value": "-2"}
    other |= {"value_low": "", "value_high": ""}
    return [_table(overrides.COLUMNS, row), _table(overrides.COLUMNS, other)]


def _list(data: bytes) -> None:
    listed = listing.read(_file("list.csv", data))
    column = next(name for name in listed[0] if name)
    for where in ((), (f"{column}=2020-2024",), (f"{column}=",)):
        try:
            urls = listing.select(listed, where)
        except GovlawError:
            continue
        for url in urls:
            try:
                found = addresses.parse(url)
            except GovlawError:
                continue
            assert addresses.parse(found.text) == found
            assert store._OWN_NAME.match(store.stem(found) + ".html")
            addresses.why_not(found.host)
            robots.place(found)


def _lists() -> list[bytes]:
    urls = [
        "http://www.yi.gov.cn/a/t2025_1.html?b=c#d", "https://甲.cn:8443/乙%20", "http://[::1]/",
        "http://127.1/", "http://a:b@c.cn/", "http://xn--fiq228c.cn./..//.", "ftp://a.cn/",
    ]  # fmt: skip
    return [
        _table(("url", "year", "official"), {"url": url, "year": "2024", "official": "mirror"})
        for url in urls
    ] + [_table(("year", "url"), *({"url": url, "year": "2024"} for url in urls), end="\r\n")]


def _fetched(data: bytes) -> None:
    path = _file(store.TABLE, data)
    manifest.address(path.parent / "a.html")
    for row in store.read(path.parent).values():
        assert "/" not in row["file"]


def _kept() -> list[bytes]:
    row = {"file": "a.html", "address": "http://a.cn/", "final_address": "http://a.cn/"}
    return [_table(store.COLUMNS, row | {"status": "200"}), _table(store.COLUMNS, {"error": "甲"})]


def _robots(data: bytes) -> None:
    rules = robots.read(network.Answer(200, {}, data))
    assert 0 <= rules.delay <= robots.LONGEST_DELAY
    rules.why_not(addresses.parse("http://www.yi.gov.cn/a/b.html?c=d"))


def _rules() -> list[bytes]:
    return [
        b"User-agent: *\nDisallow: /a*/b$\nAllow: /a/b.html\nCrawl-delay: 2.5\nSitemap: /s.xml\n",
        "User-agent: govlaw\nDisallow: /甲%20?c=*\nRequest-rate: 1/10 0800-1200\n".encode(),
    ]


def _sheet(data: bytes) -> None:
    first, _, second = data.partition(BETWEEN)
    path = _file("sample.sentences.csv", first)
    beside = sheets._beside(path)
    _file(beside.name, second)
    sheets.read(path, codebook.package())


def _sheets() -> list[bytes]:
    sentence = {
        "sentence": "s1", "doc_id": "x", "start": "0", "end": str(len(_TEXT)), "text": _TEXT,
        "probability": "1 of 2", "status": "figures", "sample": "a",
    }  # fmt: skip
    figure = {
        "sentence": "s1", "text": "12件", "value": "12", "unit": "件", "approx": "exact",
        "role": "actual", "indicator": "rule_normative_reviewed", "occurrence": "1",
    }  # fmt: skip
    made = []
    for value in ("12", "1.2万", "1e3", "98.7%", "-"):
        heads = [[row["column"] for row in sheets.columns(n)] for n in ("sentences", "figures")]
        rows = [sentence, figure | {"value": value}]
        whole = [
            _table(head, {c: row.get(c, "") for c in head})
            for head, row in zip(heads, rows, strict=True)
        ]
        made.append(BETWEEN.join(whole))
    return made


def _parameters(data: bytes) -> None:
    for name, value in study.read_parameters(_file("parameters.yml", data)).items():
        assert isinstance(name, str) and isinstance(value, str)


def _settings() -> list[bytes]:
    return [
        "seed: 20210811\nplaces: [甲市, '010101', 1.5, true]\n".encode(),
        b"wide: {a: [1, 2], b: None}\n",
        b"a: &x [1, 2]\nb: [*x, *x]\nc: |\n  text\n  more\nd: !!str 5\n",
        b"a: &a [*a]\n",
        b"a: ((((1))))\nb: [-1, (2), '[3]', 0x1f, 1_000, 1e400]\n",
    ]


TARGETS = {
    "text": Target(_text, _sentences, 600),
    "page": Target(_described, _pages, 800),
    "html": Target(_read("report.html"), _html, 2_000),
    "pdf": Target(_read("report.pdf"), _pdf, 4_000, 70),
    "docx": Target(_docx, _packages, 3_000),
    "encodings": Target(_read("report.txt"), _encoded, 400),
    "front_matter": Target(_read("report.md"), _fronted, 1_000),
    "codebook": Target(_codebook, _codebooks, 2_000),
    "gold": Target(_gold, _annotations, 1_000),
    "overrides": Target(_overrides, _corrections, 1_000),
    "listing": Target(_list, _lists, 1_000),
    "fetched": Target(_fetched, _kept, 1_000),
    "robots": Target(_robots, _rules, 1_000),
    "sheets": Target(_sheet, _sheets, 2_000),
    "parameters": Target(_parameters, _settings, 1_000),
}

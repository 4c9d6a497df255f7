"""The codebook of an edition: as Markdown in each language, and as DDI-Codebook 2.5.

Source of the elements, their order and attributes: DDI-Codebook 2.5 (DDI Alliance, 2012-01-17),
``codebook.xsd``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from govlaw import citations, describe, labels, measures
from govlaw.codebook import Codebook, Indicator, load
from govlaw.exports import fields
from govlaw.exports.edition import Edition

NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TABLES = ("wide", "long")
_MARKUP = re.compile(r"[\\`<>\[\]|]")
#: Characters that XML cannot hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write(edition: Edition) -> dict[str, bytes]:
    """Return ``codebook.zh.md``, ``codebook.en.md`` and ``codebook.xml`` by name."""
    made = {
        f"codebook.{language}.md": markdown(edition, language).encode("utf-8")
        for language in labels.LANGUAGES
    }
    return made | {"codebook.xml": ddi(edition)}


# -- Markdown ------------------------------------------------------------------------------


def markdown(edition: Edition, language: str) -> str:
    """Return the codebook in one language: columns, categories, and the indicators there are."""
    return "\n".join(_lines(edition, language)) + "\n"


def _lines(edition: Edition, language: str) -> Iterator[str]:
    word = labels.label
    yield f"# {word('export.title', language)}"
    yield ""
    for _, value, zh, en in edition.provenance.described():
        yield f"- {zh if language == 'zh' else en}{_colon(language)}`{value}`"
    yield ""
    for note in ("export.missing", "export.cite_data"):
        yield from (word(note, language), "")
    for table, listed in ((t, edition.fields(t)) for t in edition.tables):
        yield from (f"## {word(f'export.table.{table}', language)}", "")
        yield f"| {word('export.column', language)} | {word('export.type', language)} |  |"
        yield "|---|---|---|"
        for field in listed:
            if not field.indicator:
                yield f"| `{field.name}` | {field.type} | {_cell(field.label(language))} |"
        if any(field.indicator for field in listed):
            said = word("export.of_indicators", language, suffix=fields.STATE_SUFFIX)
            yield f"| … |  | {_cell(said)} |"
        yield ""
    yield from (f"## {word('export.categories', language)}", "")
    for name in _categories(edition):
        yield f"- `{name}`{_colon(language)}" + labels.listed(
            (f"`{c.value}` {c.zh if language == 'zh' else c.en}" for c in fields.categories(name)),
            language,
        )
    book = load()
    for dimension in measures.dimensions():
        entries = [e for e in _entries(edition, book) if e.dimension == dimension]
        if entries:
            yield from ("", f"## {labels.dimension(dimension, language)}")
        for entry in entries:
            yield from ("", f"### `{entry.code}` {_cell(_label(entry, language))}", "")
            for name, said in describe.fields(entry, language, book):
                head = word(f"describe.{name}", language)
                yield f"- {head}{_colon(language)}{_cell(said)}"


def _label(entry: Indicator, language: str) -> str:
    return entry.label_zh if language == "zh" else entry.label_en


def _colon(language: str) -> str:
    return "：" if language == "zh" else ": "


def _cell(text: str) -> str:
    """Return words on one line of Markdown in which nothing is a tag, a link or the end of a cell.

    Source of the signs: CommonMark 0.31, sections 2.4 and 6.
    """
    return _MARKUP.sub(r"\\\g<0>", " ".join(_NOT_IN_XML.sub(" ", text).split()))


def _categories(edition: Edition) -> list[str]:
    named = (f.categories for table in edition.tables for f in edition.fields(table))
    return [name for name in dict.fromkeys(named) if name]


def _entries(edition: Edition, book: Codebook) -> list[Indicator]:
    """Return the indicators of the panel, in the order of the codebook."""
    codes = {field.indicator for field in edition.fields("wide")}
    codes |= set(edition.tables["long"]["indicator"])
    return [entry for code, entry in book.indicators.items() if code in codes]


# -- DDI -----------------------------------------------------------------------------------


def ddi(edition: Edition) -> bytes:
    """Return the codebook as a DDI-Codebook 2.5 document, labels and definitions in both languages.

    Definitions are ``txt``, usual wordings of reports the literal question, dimensions concepts;
    valid ranges are those found in this edition; states and other categories are listed, with the
    kinds of missing marked.
    """
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}codeBook", {"version": "2.5"})
    _citation(_in(root, "docDscr"), edition)
    study = _in(root, "stdyDscr")
    _citation(study, edition)
    _information(_in(study, "stdyInfo"), edition)
    _once(_in(_in(study, "dataAccs"), "useStmt"), "citReq", "export.cite_data")
    for table in _TABLES:
        frame = edition.tables[table]
        text = _in(_in(root, "fileDscr", ID=f"F_{table}"), "fileTxt")
        _in(text, "fileName", f"panel_{table}")
        _once(text, "fileCont", f"export.table.{table}")
        size = _in(text, "dimensns")
        _in(size, "caseQnty", str(len(frame)))
        _in(size, "varQnty", str(len(frame.columns)))
    data = _in(root, "dataDscr")
    book = load()
    for table in _TABLES:
        for field in edition.fields(table):
            _variable(data, edition, table, field, book)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _in(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    made.text = _NOT_IN_XML.sub(" ", text) or None
    return made


def _said(parent: ET.Element, tag: str, text: str, language: str) -> None:
    if text:
        _in(parent, tag, text).set(_LANG, language)


def _both(parent: ET.Element, tag: str, name: str) -> None:
    for language in labels.LANGUAGES:
        _said(parent, tag, labels.label(name, language), language)


def _once(parent: ET.Element, tag: str, name: str) -> None:
    """Write both languages into an element that may stand there only once."""
    _in(parent, tag, " / ".join(labels.label(name, one) for one in labels.LANGUAGES))


def _citation(parent: ET.Element, edition: Edition) -> None:
    stated = edition.provenance
    citation = _in(parent, "citation")
    titles = _in(citation, "titlStmt")
    _said(titles, "titl", labels.label("export.title", "zh"), "zh")
    _said(titles, "parTitl", labels.label("export.title", "en"), "en")
    _in(titles, "IDNo", f"sha256:{stated.corpus}", agency="govlaw")
    made = _in(citation, "prodStmt")
    _in(made, "software", "govlaw", version=stated.version)
    version = _in(citation, "verStmt")
    _in(version, "version", stated.line())
    cited = citations.data("gbt7714", edition.tables["documents"])
    _said(citation, "biblCit", cited, "zh")


def _information(parent: ET.Element, edition: Edition) -> None:
    _both(parent, "abstract", "export.missing")
    summary = _in(parent, "sumDscr")
    years = edition.tables["wide"]["year"].dropna()
    if len(years):
        for event, year in (("start", years.min()), ("end", years.max())):
            _in(summary, "timePrd", str(year), event=event, date=str(year))
    _in(summary, "nation", "China", abbr="CN")
    _both(summary, "geogUnit", "export.geography")
    _both(summary, "anlyUnit", "export.unit_of_analysis")


def _variable(
    data: ET.Element, edition: Edition, table: str, field: fields.Field, book: Codebook
) -> None:
    numeric = field.type in ("number", "integer", "year")
    var = _in(data, "var", ID=f"V_{table}_{field.name}", name=field.name, files=f"F_{table}")
    var.set("intrvl", "contin" if field.type == "number" else "discrete")
    entry = book.indicators.get(field.indicator)
    value = entry is not None and field.type == "number"
    if entry and value and entry.unit:
        var.set("measUnit", entry.unit)
    if field.type == "adcode":
        var.attrib |= {"geog": "Y", "geoVocab": "GB/T 2260"}
    elif field.type == "year":
        var.set("temporal", "Y")
    for language in labels.LANGUAGES:
        _said(var, "labl", field.label(language), language)
    if entry and value and entry.phrasings:
        _said(_in(var, "qstn"), "qstnLit", "；".join(entry.phrasings), "zh")
    found = edition.tables[table][field.name].dropna().tolist() if numeric else []
    if len(found):
        low, high = (_number(v, field) for v in (min(found), max(found)))
        units = "REAL" if field.type == "number" else "INT"
        _in(_in(var, "valrng"), "range", UNITS=units, min=low, max=high)
    if entry and value:
        for language, text in (("zh", entry.definition_zh), ("en", entry.definition_en)):
            _said(var, "txt", text, language)
    if field.type == "category":
        for category in fields.categories(field.categories):
            gone = field.categories == "state" and category.value not in measures.DISCLOSED
            row = _in(var, "catgry", missing="Y" if gone else "N")
            _in(row, "catValu", category.value)
            _said(row, "labl", category.zh, "zh")
            _said(row, "labl", category.en, "en")
    if entry:
        _concept(var, entry)
    _in(var, "varFormat", type="numeric" if numeric else "character")


def _concept(var: ET.Element, entry: Indicator) -> None:
    for language in labels.LANGUAGES:
        made = _in(var, "concept", labels.dimension(entry.dimension, language), vocab="govlaw")
        made.set(_LANG, language)


def _number(value: object, field: fields.Field) -> str:
    return fields.number(float(str(value))) if field.type == "number" else str(value)

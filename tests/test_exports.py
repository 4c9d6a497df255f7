"""The panel in every format: what goes in comes out, the same bytes each time, and it validates."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from govlaw import codebook, exports
from govlaw.cli import main
from govlaw.errors import ExportError, TableError
from govlaw.exports import delimited, excel, fields, parquet, stata
from govlaw.exports.edition import Edition, Provenance

WIDE = [*fields.listed("wide"), "med_cases", "med_cases_st", "med_success_rate"]
WIDE.append("med_success_rate_st")
STATED = Provenance("9.8.7", "3+abcdef01", "0123456789abcdef" * 4, 5)
#: Texts that some format would change: formulas, escapes, breaks, signs that XML has no room for.
NASTY = (
    "=1+1", "+86", "-24.76%", "@SUM(A1)", "\t=x", "\r", "\n=x", "'", "''=x", " =x", "＝1", '"', ",",
    "a,b\r\nc", "\x00", "\x07", "\x0b", "_x000D_", "_x005F_x0041_", "ax005F_b", "\x85", "\ufffe",
    "`\"'", "$x", "{}", "10.5", "010001", "NA", "null", "true", "  两端有空格  ", "行政“复议”",
)  # fmt: skip
LONG = ("案件🀄" * 12_000, "_x0041_" * 6_000, "=" * 40_000)

words = st.one_of(
    st.just(""),
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
numbers = st.one_of(
    st.none(),
    st.floats(-1e300, 1e300, allow_nan=False),
    st.integers(-(2**53), 2**53).map(float),
    st.decimals(allow_nan=False, allow_infinity=False, places=4).map(float),
)
whole = st.one_of(st.none(), st.integers(0, 10**9))


def values(field: fields.Field) -> st.SearchStrategy[Any]:
    """Return cells that a column may have."""
    if field.type == "category":
        known = [category.value for category in fields.categories(field.categories)]
        return st.sampled_from(["", *known, "其他取值"])
    return {
        "text": words,
        "adcode": st.sampled_from(["", "010001", "411700", "130300"]),
        "year": st.one_of(st.none(), st.integers(2000, 2030)),
        "integer": whole,
        "number": numbers,
        "boolean": st.sampled_from([True, False, None]),
    }[field.type]


@st.composite
def frames(draw: Callable[..., Any], table: str) -> pd.DataFrame:
    """Return a panel of up to five rows."""
    columns = fields.listed("long") if table == "long" else WIDE
    size = draw(st.integers(0, 5))
    made = {
        field.name: draw(st.lists(values(field), min_size=size, max_size=size))
        for field in fields.of(table, columns)
    }
    return fields.conform(table, pd.DataFrame(made, columns=columns, dtype="object"))


def edition(**tables: pd.DataFrame) -> Edition:
    """Return an edition of some tables; the others are empty."""
    found = {
        name: fields.conform(
            name, pd.DataFrame(columns=WIDE if name == "wide" else fields.listed(name))
        )
        for name in fields.KEYS
    }
    return Edition(found | tables, STATED, {"references.txt": b"[1]\n"})


def row(table: str, **cells: object) -> dict[str, object]:
    """Return a row of a panel with the cells that are given, the others missing."""
    columns = WIDE if table == "wide" else fields.listed(table)
    return {column: cells.get(column) for column in columns}


def small() -> Edition:
    """Return an edition of one report with a figure, a target and a gap."""
    key = {"adcode": "010001", "year": 2023, "place": "某市", "level": "prefecture"}
    doc = {"doc_id": "某市_2023"}
    long = [
        row("long", **key, **doc, indicator="med_cases", state="value", value=27751, figures=1,
            value_low=27751, value_high=27751, text="27,751件", unit="件", uncertain=False,
            applies=True, dimension="disputes", role="actual", approx="exact",
            sentence="=受理“调解”案件\n27,751件。"),
        row("long", **key, **doc, indicator="med_success_rate", state="target", value=0.1 + 0.2,
            figures=0, uncertain=False, applies=True, dimension="disputes"),
        row("long", **(key | {"year": 2022}), indicator="med_cases", state="no_report", figures=0,
            uncertain=False, applies=True, dimension="disputes"),
    ]  # fmt: skip
    wide = [
        row("wide", **key, **doc, report=True, med_cases=27751, med_cases_st="value",
            med_success_rate_st="target"),
        row("wide", **(key | {"year": 2022}), report=False, med_cases_st="no_report",
            med_success_rate_st="no_report"),
    ]  # fmt: skip
    about = {"kind": "annual_report", "edition": "original", "adcode": "010001", "characters": 20}
    documents = [row("documents", **doc, **about, title="-报告", level="prefecture")]
    observations = [row("observations", **doc, start=9, end=16, text="27,751件", value=27751,
                        kind="count", role="actual", approx="exact", uncertain=False)]  # fmt: skip
    named = {"long": long, "wide": wide, "documents": documents, "observations": observations}
    return edition(
        **{
            name: fields.conform(name, pd.DataFrame(rows, dtype="object"))
            for name, rows in named.items()
        }
    )


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Fail unless two tables are equal to the last bit."""
    assert_frame_equal(one, other, check_exact=True)


READERS = {
    "csv": (lambda e, t: delimited.write(t, e.tables[t]), delimited.read),
    "plain": (
        lambda e, t: delimited.write(t, e.tables[t], spreadsheet=False),
        lambda t, c: delimited.read(t, c, spreadsheet=False),
    ),
    "parquet": (parquet.write, parquet.read),
    "xlsx": (lambda e, t: excel.write(e), excel.read),
    "dta": (stata.write, stata.read),
}


# -- round trips ---------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["long", "wide"])
@pytest.mark.parametrize("name", READERS)
def test_a_round_trip_loses_nothing(name: str, table: str) -> None:
    """Whatever text, number or gap is written in a format is read back as it was."""
    write, read = READERS[name]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(frames(table))
    def holds(frame: pd.DataFrame) -> None:
        made = edition(**{table: frame})
        same(read(table, write(made, table)), frame)

    holds()


@pytest.mark.parametrize("name", READERS)
def test_every_nasty_text_survives(name: str) -> None:
    """Formulas, control signs, escapes of the format and texts beyond a cell are read back."""
    write, read = READERS[name]
    texts = [*NASTY, *LONG]
    frame = fields.conform(
        "long", pd.DataFrame([row("long", sentence=text, indicator="x") for text in texts])
    )
    back = read("long", write(edition(long=frame), "long"))
    for text, found in zip(texts, back["sentence"], strict=True):
        assert found == text, repr(text[:20])


@pytest.mark.parametrize("name", READERS)
def test_numbers_are_the_nearest_doubles(name: str) -> None:
    """A decimal becomes the double nearest to it, in every format the same one."""
    from decimal import Decimal

    write, read = READERS[name]
    printed = [
        "0.1",
        "98.70",
        "123456789012345678901234567890",
        "9007199254740993",
        "1e-300",
        "-0.5",
    ]
    rows = [row("long", value=Decimal(text)) for text in printed]
    frame = fields.conform("long", pd.DataFrame(rows, dtype="object"))
    back = read("long", write(edition(long=frame), "long"))
    assert back["value"].tolist() == [float(text) for text in printed]


@pytest.mark.parametrize("name", exports.FORMATS)
def test_two_writes_are_the_same_bytes(name: str) -> None:
    """The same edition gives the same bytes in every format."""
    first, second = exports.files(small(), [name]), exports.files(small(), [name])
    assert first and first == second


@pytest.mark.parametrize("name", exports.FORMATS)
def test_every_export_names_its_versions(name: str) -> None:
    """The versions of the package and of the codebook, and the corpus, stand in each format."""
    made = exports.files(small(), [name])
    whole = b""
    for path, content in made.items():
        whole += content
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                whole += b"".join(packed.read(entry) for entry in packed.namelist())
    for word in (STATED.version, STATED.codebook, STATED.corpus[:16]):
        assert word.encode() in whole


# -- CSV and Excel -------------------------------------------------------------------------


def test_csv_is_for_spreadsheets() -> None:
    """It has the mark of its encoding, CRLF, no text that begins a formula, and bare numbers."""
    frame = fields.conform(
        "long",
        pd.DataFrame([row("long", text=text, value=-24.76) for text in NASTY], dtype="object"),
    )
    content = delimited.write("long", frame)
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [line["value"] for line in table] == ["-24.76"] * len(NASTY)
    for line in table:
        assert line["text"].lstrip()[:1] not in set("=+-@＝＋－＠")
        assert line["text"][:1] not in set("\t\r\n")
    assert delimited.defused("98.7%") == "98.7%" and delimited.defused("-") == "'-"


def test_plain_csv_leaves_texts_alone() -> None:
    """The tables of the data package hold each text as it is."""
    frame = fields.conform("long", pd.DataFrame([row("long", text="=1+1")], dtype="object"))
    assert b",=1+1," in delimited.write("long", frame, spreadsheet=False)


def test_a_workbook_has_no_formula_and_keeps_codes_as_text() -> None:
    """Its sheets are there, the header stays in view, and no cell is a formula or a link."""
    import openpyxl

    content = excel.write(small())
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[:4] == ["about", "long", "wide", "codebook"]
    assert book["long"].freeze_panes == "D2" and book["wide"].freeze_panes == "C2"
    assert book["wide"]["A2"].value == "010001" and book["wide"]["A2"].data_type == "s"
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert not any("<f>" in packed.read(n).decode("utf-8") for n in packed.namelist())
        assert not any("hyperlink" in n for n in packed.namelist())
    sentence = next(c for c in book["long"][2] if str(c.value).startswith("=受理"))
    assert sentence.data_type == "s" and sentence.quotePrefix


def test_a_panel_without_room_on_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rows or columns are one clear error, and the other formats are not begun."""
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    with pytest.raises(ExportError, match="long panel has 3 rows"):
        exports.files(small(), ["csv", "xlsx"])
    assert excel.MOST_COLUMNS == 16_384


# -- Stata ---------------------------------------------------------------------------------


def test_stata_labels_read_back_in_chinese() -> None:
    """Variables and values have labels in both languages; a state says which kind of missing."""
    with pd.read_stata(io.BytesIO(stata.write(small(), "wide")), iterator=True) as reader:
        frame = reader.read()
        said, values = reader.variable_labels(), reader.value_labels()
        assert reader.data_label == STATED.line() and len(STATED.line()) <= 80
    assert said["year"] == "报告年度 / Report year"
    entry = codebook.indicators()["med_cases"]
    assert said["med_cases"] == f"{entry.label_zh} / {entry.label_en}"
    assert max(len(label) for label in said.values()) <= stata.LONGEST_LABEL
    assert values["med_cases_st"][6] == "无报告 / No report"
    assert list(frame["med_cases_st"]) == ["有确数 / Exact figure", "无报告 / No report"]
    assert (
        frame["adcode"].tolist() == ["010001"] * 2 and frame["adcode_num"].tolist() == [10001] * 2
    )
    assert frame["med_cases"].isna().tolist() == [False, True]


def test_every_indicator_has_a_name_and_a_label_in_stata() -> None:
    """No code of the codebook is too long, and no two names or labels of a variable clash."""
    codes = list(codebook.indicators())
    columns = [*fields.listed("wide"), *(c + end for c in codes for end in ("", "_st"))]
    listed = fields.of("wide", columns)
    names = [stata.name(field) for field in listed]
    assert len(set(names)) == len(names) and max(map(len, names)) <= stata.LONGEST_NAME
    assert all(len(stata.shortened(f.zh, f.en)) <= stata.LONGEST_LABEL for f in listed)


def test_words_that_stata_keeps_get_an_ending() -> None:
    """The column end is end_ in Stata, and pandas has nothing to rename."""
    with pd.read_stata(io.BytesIO(stata.write(small(), "long")), iterator=True) as reader:
        names = list(reader.read().columns)
    assert "end_" in names and "end" not in names and "_end" not in names


def test_the_do_file_sets_both_languages_and_merges() -> None:
    """Each language labels every variable; quotes and macros of a label cannot break a line."""
    lines = stata.do_file(small()).splitlines()
    for language in ("zh", "en"):
        start = lines.index(f"label language {language}, new")
        own = lines[start + 1 : start + 1 + len(WIDE) * 3]
        for column in WIDE:
            assert any(line.startswith(f'label variable {column} `"') for line in own), column
        assert f"label values med_cases_st state_{language}" in lines
    assert lines.count('use "panel_wide.dta", clear') == 1
    assert any("merge 1:1 adcode year using" in line for line in lines)
    assert stata._quoted('a "b" `c\' $d\n') == '`"a "b" \'c\' ＄d"\''


def test_a_number_beyond_stata_is_refused() -> None:
    """What Stata would take for missing is an error that names the column."""
    frame = fields.conform("long", pd.DataFrame([row("long", value=1.7e308)], dtype="object"))
    with pytest.raises(ExportError, match="value"):
        stata.write(edition(long=frame), "long")


# -- Parquet -------------------------------------------------------------------------------


def test_parquet_has_types_and_labels() -> None:
    """Each column has its type and its label in both languages; the file names its versions."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(io.BytesIO(parquet.write(small(), "wide")))
    assert schema.metadata[b"codebook_version"] == STATED.codebook.encode()
    assert schema.metadata[b"govlaw_version"] == b"9.8.7"
    assert str(schema.field("year").type) == "int64"
    assert str(schema.field("med_cases").type) == "double"
    assert str(schema.field("report").type) == "bool"
    assert schema.field("year").metadata == {
        b"label_zh": "报告年度".encode(),
        b"label_en": b"Report year",
    }


# -- the data package ----------------------------------------------------------------------


def test_the_package_validates(tmp_path: Path) -> None:
    """Frictionless finds no fault in it: types, keys, categories, sizes and hashes."""
    frictionless = pytest.importorskip("frictionless")
    exports.write(small(), tmp_path, ["package"])
    report = frictionless.validate(str(tmp_path / "package" / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    described = json.loads((tmp_path / "package" / "datapackage.json").read_text("utf-8"))
    assert {r["name"] for r in described["resources"]} == set(fields.KEYS)
    assert (
        described["version"] == "9.8.7" and described["govlaw"]["codebook_version"] == "3+abcdef01"
    )
    assert (tmp_path / "package" / "references.txt").is_file()


@pytest.mark.parametrize(
    ("table", "old", "new", "kind"),
    [
        ("long", "010001,2023,med_cases,", "010001,2023,med_success_rate,", "primary-key"),
        ("long", ",某市_2023,", ",某市_2099,", "foreign-key"),
        ("wide", ",prefecture,", ",city,", "constraint-error"),
        ("wide", "010001,2023", "10001,2023", "constraint-error"),
        ("long", ",27751,", ",many,", "type-error"),
    ],
)
def test_the_package_would_show_a_fault(
    tmp_path: Path, table: str, old: str, new: str, kind: str
) -> None:
    """Each kind of damage is found: the schema says enough to find it."""
    frictionless = pytest.importorskip("frictionless")
    exports.write(small(), tmp_path, ["package"])
    path = tmp_path / "package" / "data" / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))
    report = frictionless.validate(str(tmp_path / "package" / "datapackage.json"))
    assert kind in {line[0] for line in report.flatten(["type"])}


# -- the codebook --------------------------------------------------------------------------

D = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: The elements that govlaw writes: for each its children in the order of codebook.xsd (DDI-Codebook
#: 2.5, 2012-01-17), with ! for required and 1 for at most one.
ORDER = {
    "codeBook": "docDscr stdyDscr! fileDscr dataDscr otherMat",
    "docDscr": "citation1 guide docStatus docSrc controlledVocabUsed notes",
    "stdyDscr": "citation! studyAuthorization stdyInfo studyDevelopment method dataAccs "
    "othrStdyMat notes",
    "citation": "titlStmt!1 rspStmt1 prodStmt1 distStmt1 serStmt verStmt biblCit1 holdings notes",
    "titlStmt": "titl!1 subTitl altTitl parTitl IDNo",
    "prodStmt": "producer copyright1 prodDate prodPlac software fundAg grantNo",
    "verStmt": "version1 verResp notes",
    "stdyInfo": "studyBudget subject abstract sumDscr qualityStatement1 notes exPostEvaluation",
    "sumDscr": "timePrd collDate nation geogCover geogUnit geoBndBox1 boundPoly1 anlyUnit "
    "universe dataKind",
    "dataAccs": "setAvail useStmt notes",
    "useStmt": "confDec1 specPerm1 restrctn1 contact citReq1 deposReq1 conditions1 disclaimer1",
    "fileDscr": "fileTxt locMap notes",
    "fileTxt": "fileName1 fileCitation1 fileCont1 fileStrc1 dimensns1 fileType1 format1 filePlac1",
    "dimensns": "caseQnty varQnty logRecL recPrCas recNumTot",
    "dataDscr": "varGrp nCubeGrp var nCube notes",
    "var": "location labl imputation1 security1 embargo1 respUnit1 anlysUnit1 qstn valrng invalrng "
    "undocCod universe TotlResp1 sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept "
    "derivation1 varFormat1 geoMap catLevel notes",
    "qstn": "preQTxt qstnLit postQTxt forward backward ivuInstr",
    "valrng": "item range key notes",
    "catgry": "catValu1 labl txt catStat mrow1",
}  # fmt: skip
#: Attributes that are required, and the values of those that have a list.
REQUIRED = {"var": ["name"]}
ENUMERATED = {
    ("var", "intrvl"): {"contin", "discrete"},
    ("var", "temporal"): {"Y", "N"},
    ("var", "geog"): {"Y", "N"},
    ("catgry", "missing"): {"Y", "N"},
    ("varFormat", "type"): {"numeric", "character"},
    ("range", "UNITS"): {"INT", "REAL"},
    ("timePrd", "event"): {"start", "end", "single"},
}


def check_ddi(element: ElementTree.Element) -> None:
    """Fail unless an element and those in it stand as codebook.xsd has them."""
    tag = element.tag.removeprefix(D)
    assert element.tag == D + tag
    below = [child.tag.removeprefix(D) for child in element]
    if tag in ORDER:
        rules = [(name.rstrip("1").rstrip("!"), name) for name in ORDER[tag].split()]
        names = [name for name, _ in rules]
        assert set(below) <= set(names), (tag, below)
        assert below == sorted(below, key=names.index), (tag, below)
        for name, rule in rules:
            assert below.count(name) >= ("!" in rule), (tag, name)
            assert "1" not in rule[len(name) :] or below.count(name) <= 1, (tag, name)
    else:
        assert not below, tag
    assert set(REQUIRED.get(tag, ())) <= set(element.attrib)
    for name, value in element.attrib.items():
        assert value in ENUMERATED.get((tag, name), {value}), (tag, name, value)
    for child in element:
        check_ddi(child)


def test_the_ddi_codebook_has_the_order_of_its_schema() -> None:
    """Elements, their order and number, and attributes are those of DDI-Codebook 2.5."""
    root = ElementTree.fromstring(exports.files(small(), ["codebook"])["codebook.xml"])
    assert root.tag == f"{D}codeBook" and root.attrib["version"] == "2.5"
    check_ddi(root)
    names = [e.attrib["ID"] for e in root.iter() if "ID" in e.attrib]
    assert len(set(names)) == len(names)
    files = {e.attrib["ID"] for e in root.iter(f"{D}fileDscr")}
    assert {e.attrib["files"] for e in root.iter(f"{D}var")} == files


def test_the_ddi_codebook_describes_each_variable() -> None:
    """An indicator has labels, definition, wordings, dimension; a state marks what is missing."""
    root = ElementTree.fromstring(exports.files(small(), ["codebook"])["codebook.xml"])
    variables = {v.attrib["ID"]: v for v in root.iter(f"{D}var")}
    assert {v.attrib["name"] for k, v in variables.items() if k.startswith("V_wide_")} == set(WIDE)
    entry = codebook.indicators()["med_cases"]
    var = variables["V_wide_med_cases"]
    said = {label.attrib[LANG]: label.text for label in var.findall(f"{D}labl")}
    assert said == {"zh": entry.label_zh, "en": entry.label_en}
    assert [t.text for t in var.findall(f"{D}txt")] == [entry.definition_zh, entry.definition_en]
    assert var.find(f"{D}valrng/{D}range").attrib["max"] == "27751"  # type: ignore[union-attr]
    state = variables["V_wide_med_cases_st"]
    missing = {c.findtext(f"{D}catValu"): c.attrib["missing"] for c in state.iter(f"{D}catgry")}
    assert missing == {
        "value": "N", "approximate": "N", "target": "Y", "mentioned": "Y", "not_mentioned": "Y",
        "no_report": "Y",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_markdown_codebook_has_every_column_and_entry(language: str) -> None:
    """Columns of every table, categories, and each indicator of the panel with its definition."""
    text = exports.files(small(), ["codebook"])[f"codebook.{language}.md"].decode("utf-8")
    for table in fields.KEYS:
        for column in fields.listed(table):
            assert f"| `{column}` |" in text
    entry = codebook.indicators()["med_success_rate"]
    definition = entry.definition_zh if language == "zh" else entry.definition_en
    assert definition in text and "### `med_success_rate`" in text
    assert "### `rec_received`" not in text  # not in this panel


# -- columns, formats, files ---------------------------------------------------------------


def test_the_columns_are_those_of_the_tables() -> None:
    """columns.csv names the columns of the study's tables, each with two labels."""
    from govlaw import tables

    for table in ("documents", "observations", "findings"):
        assert tuple(fields.listed(table)) == tables.COLUMNS[table]
    for table in fields.KEYS:
        for field in fields.of(table, fields.listed(table)):
            assert field.zh and field.en
            if field.categories:
                assert all(c.zh and c.en for c in fields.categories(field.categories))


@pytest.mark.parametrize(
    ("table", "cells", "message"),
    [
        ("long", {"value": "many"}, "value is no number"),
        ("long", {"value": float("inf")}, "infinite"),
        ("long", {"figures": 1.5}, "figures is no integer"),
        ("long", {"uncertain": "perhaps"}, "uncertain is no boolean"),
    ],
)
def test_a_cell_of_another_type_is_refused(
    table: str, cells: dict[str, object], message: str
) -> None:
    """The error names the table, the column and what is wrong."""
    with pytest.raises(ExportError, match=message):
        fields.conform(table, pd.DataFrame([row(table, **cells)], dtype="object"))


def test_an_unknown_column_or_format_is_refused() -> None:
    """Both errors say what to do."""
    with pytest.raises(TableError, match=r"columns\.csv"):
        fields.of("long", ["colour"])
    with pytest.raises(ExportError, match="spss"):
        exports.chosen("csv,spss")
    assert exports.chosen("csv, dta,csv") == ("csv", "dta")


def test_a_failed_export_leaves_the_old_files(tmp_path: Path) -> None:
    """An error in one format leaves every file as it was."""
    exports.write(small(), tmp_path, ["csv", "dta"])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    bad = fields.conform("long", pd.DataFrame([row("long", value=1.7e308)], dtype="object"))
    with pytest.raises(ExportError):
        exports.write(edition(long=bad), tmp_path, ["csv", "dta"])
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


# -- the command ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def processed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of the digests."""
    from govlaw import corpus

    out = tmp_path_factory.mktemp("exported")
    corpus.extract([raw], out)
    return out


def test_the_command_writes_every_format(
    processed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digests' panel in every format holds the same figures, and its package validates."""
    frictionless = pytest.importorskip("frictionless")
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "panel"
    words = ["panel", "--processed", str(processed), "--out", str(out)]
    assert main([*words, "--format", ",".join(exports.FORMATS)]) == 0
    assert frictionless.validate(str(out / "package" / "datapackage.json")).valid
    for table in ("long", "wide"):
        wanted = fields.conform(
            table, pd.read_csv(out / f"panel_{table}.csv", dtype="str", keep_default_na=False)
        )
        assert len(wanted) and wanted.notna().any().any()
        for reader, suffix in (
            (delimited.read, "_excel.csv"), (parquet.read, ".parquet"), (stata.read, ".dta")
        ):  # fmt: skip
            same(reader(table, (out / f"panel_{table}{suffix}").read_bytes()), wanted)
        same(excel.read(table, (out / "panel.xlsx").read_bytes()), wanted)
    text = (out / "package" / "references.txt").read_text("utf-8")
    assert "驻政文〔2025〕3号[R]" in text


def test_the_command_never_overwrites_a_users_corrections(
    processed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of corrections in the place of the outcomes is refused and stays."""
    own = tmp_path / "overrides.csv"
    own.write_text("mine", encoding="utf-8")
    words = ["panel", "--processed", str(processed), "--out", str(tmp_path)]
    assert main([*words, "--overrides", str(own)]) == 1
    assert "keep it elsewhere" in capsys.readouterr().err
    assert own.read_text("utf-8") == "mine"


def test_a_format_that_is_unknown_writes_nothing(
    processed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line lists the formats."""
    out = tmp_path / "panel"
    words = ["panel", "--processed", str(processed), "--out", str(out), "--format", "csv,sav"]
    assert main(words) == 1
    assert "'sav' is no format" in capsys.readouterr().err and not out.exists()

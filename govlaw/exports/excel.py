"""Excel: the panel, long and wide, the codebook, and where the numbers come from.

Texts are written as texts, never as formulas or links. What a sheet cannot hold exactly stands in
the sheet ``exact`` as well: texts of more than 32,767 characters, control characters, and numbers
with more than 16 significant digits. :func:`read` puts them back.
"""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from typing import Any

import pandas as pd

from govlaw import labels
from govlaw.codebook import indicators
from govlaw.errors import ExportError
from govlaw.exports import delimited, fields
from govlaw.exports.edition import Edition

#: Sizes of a sheet: rows, columns, and characters (UTF-16 units) of a cell.
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
_PIECE = 10_000  # characters; at most 6 times as many where all of them are escaped
_CREATED = datetime(2000, 1, 1)  # fixed, so that the same tables give the same bytes
_SHEETS = ("long", "wide")
_EXACT = ("sheet", "row", "column", "part", "value")
#: Characters that XML cannot hold or a reader of it changes, and Excel's own escapes.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|x005F_")
_WIDTHS = {"text": 16, "category": 14, "adcode": 10, "year": 8, "integer": 9, "number": 14}
_WIDE_TEXTS = {"sentence": 60, "place": 22, "source": 30, "indicator": 30, "definition": 50}


def check(edition: Edition) -> None:
    """Tell whether the panel has room on a sheet.

    Raises
    ------
    ExportError
        If it has too many rows or columns.
    """
    for table in _SHEETS:
        height, width = edition.tables[table].shape
        if height + 1 > MOST_ROWS or width > MOST_COLUMNS:
            raise ExportError(
                f"xlsx: the {table} panel has {height:,} rows and {width:,} columns; a sheet holds "
                f"{MOST_ROWS - 1:,} and {MOST_COLUMNS:,}; use parquet, csv or dta, or fewer "
                "indicators"
            )


def write(edition: Edition) -> bytes:
    """Return the workbook: sheets about, long, wide, codebook, and exact where it is needed.

    Raises
    ------
    ExportError
        If the panel has no room on a sheet.
    """
    import xlsxwriter

    check(edition)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {"title": edition.provenance.line(), "author": "govlaw", "created": _CREATED}
    )
    sheets = _Sheets(book)
    sheets.words("about", _about(edition), (24, 40, 30, 34))
    for table in _SHEETS:
        frozen = len(edition.keys(table))
        sheets.table(table, edition.tables[table], edition.fields(table), frozen)
    sheets.words("codebook", _codebook(edition), (30, 12, 30, 40, 14, 18, 50, 60))
    if sheets.exact:
        sheets.words("exact", [_EXACT, *sheets.exact], (10, 8, 20, 6, 60))
    book.close()
    return buffer.getvalue()


class _Sheets:
    """Writes cells and keeps what a sheet cannot hold exactly."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.text = book.add_format({"num_format": "@"})
        # a text that begins like a formula stays one even when its cell is edited
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.exact: list[tuple[str, ...]] = []

    def table(
        self, name: str, frame: pd.DataFrame, listed: list[fields.Field], frozen: int
    ) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, frozen)
        for n, field in enumerate(listed):
            sheet.write_string(0, n, field.name, self.bold)
            sheet.set_column(n, n, _WIDE_TEXTS.get(field.name, _WIDTHS.get(field.type, 10)))
            for line, cell in enumerate(frame[field.name].tolist(), start=1):
                if cell is pd.NA or cell == "" or cell != cell:
                    continue
                place = (name, str(line + 1), field.name)
                if field.type in fields.TEXTUAL:
                    self._string(sheet, line, n, cell, place)
                elif field.type == "boolean":
                    sheet.write_boolean(line, n, cell)
                else:
                    sheet.write_number(line, n, cell)
                    if float(f"{cell:.16G}") != cell:  # as precisely as the writer prints
                        self.exact.append((*place, "1", repr(float(cell))))
        if len(frame):
            sheet.autofilter(0, 0, len(frame), len(listed) - 1)

    def _string(self, sheet: Any, line: int, n: int, cell: str, place: tuple[str, ...]) -> None:
        shown = cell
        long = len(cell.encode("utf-16-le")) // 2 > MOST_CHARACTERS
        if long or _ODD.search(cell):
            pieces = [cell[i : i + _PIECE] for i in range(0, len(cell), _PIECE)]
            shown = _ODD.sub(" ", pieces[0] if long else cell)
            for part, piece in enumerate(self._pieces(pieces), start=1):
                self.exact.append((*place, str(part), piece))
        form = self.quoted if delimited.defused(shown) != shown else self.text
        sheet.write_string(line, n, shown, form)

    def _pieces(self, pieces: list[str]) -> list[str]:
        """Write pieces as JSON strings in which nothing is left that XML or Excel change."""
        return [
            re.sub(
                "[\x7f-\x9f\ufffe\uffff]",
                lambda odd: f"\\u{ord(odd[0]):04x}",
                json.dumps(piece, ensure_ascii=False)
                .replace("x", "\\u0078")
                .replace("_", "\\u005f"),
            )
            if _ODD.search(piece)
            else json.dumps(piece, ensure_ascii=False)
            for piece in pieces
        ]

    def words(self, name: str, listed: list[tuple[str, ...]], widths: tuple[int, ...]) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for n, width in enumerate(widths):
            sheet.set_column(n, n, width)
        for line, row in enumerate(listed):
            for n, cell in enumerate(row):
                if cell:
                    form = self.quoted if delimited.defused(cell) != cell else self.text
                    sheet.write_string(line, n, cell, form if line else self.bold)


def _about(edition: Edition) -> list[tuple[str, ...]]:
    listed: list[tuple[str, ...]] = [("name", "value", "名称", "what it is")]
    listed += edition.provenance.described()
    for note in ("export.missing", "export.note_exact", "export.cite_data"):
        listed.append(("note", "", labels.label(note, "zh"), labels.label(note, "en")))
    return listed


def _codebook(edition: Edition) -> list[tuple[str, ...]]:
    """List the columns of both sheets, and what each indicator of theirs is."""
    head = ("name", "table", "名称", "label", "type", "unit", "定义", "definition")
    listed: list[tuple[str, ...]] = [head]
    known = indicators()
    for table in _SHEETS:
        for field in edition.fields(table):
            entry = known.get(field.indicator)
            unit = entry.unit if entry and field.type == "number" else ""
            said = (entry.definition_zh, entry.definition_en) if entry and unit else ("", "")
            listed.append((field.name, table, field.zh, field.en, field.type, unit, *said))
    seen = [n for n in dict.fromkeys(f.categories for t in _SHEETS for f in edition.fields(t)) if n]
    for name in seen:
        for category in fields.categories(name):
            listed.append((category.value, name, category.zh, category.en, "category", "", "", ""))
    return listed


def read(table: str, content: bytes) -> pd.DataFrame:
    """Read a sheet that :func:`write` made, with what the sheet ``exact`` says of it."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    lines = book[table].iter_rows(values_only=True)
    header = [str(cell) for cell in next(lines)]
    columns: dict[str, list[Any]] = {name: [] for name in header}
    for row in lines:
        padded = [*row, *[None] * (len(header) - len(row))]
        for name, cell in zip(header, padded, strict=True):
            columns[name].append(cell)
    types = {field.name: field for field in fields.of(table, header)}
    pieces: dict[tuple[int, str], list[str]] = {}
    if "exact" in book.sheetnames:
        for sheet, line, column, _, value in list(book["exact"].iter_rows(values_only=True))[1:]:
            if sheet == table:
                pieces.setdefault((int(str(line)) - 2, str(column)), []).append(str(value))
    for (number, column), parts in pieces.items():
        if types[column].type in fields.TEXTUAL:
            columns[column][number] = "".join(json.loads(part) for part in parts)
        else:
            columns[column][number] = float(parts[0])
    return fields.conform(table, pd.DataFrame(columns, columns=header, dtype="object"))

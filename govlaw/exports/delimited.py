"""CSV: for spreadsheets, with a mark of its encoding and defused formulas; or plain, for programs.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whoever
wrote it. For spreadsheets such a text gets an apostrophe before it, as does a text that begins with
an apostrophe itself; :func:`read` takes it away. Numbers stay numbers. Source of the list of signs:
OWASP, "CSV Injection"; full-width signs and leading blanks are covered too.
"""

from __future__ import annotations

import csv
import io

import pandas as pd

from govlaw.errors import ExportError
from govlaw.exports import fields

_DANGEROUS = frozenset("=+-@＝＋－＠")
_LEADING = frozenset("\t\r\n'")


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> defused("=1+1"), defused("'s"), defused("98.7%")
    ("'=1+1", "''s", '98.7%')
    """
    return f"'{text}" if text[:1] in _LEADING or text.lstrip()[:1] in _DANGEROUS else text


def restored(text: str) -> str:
    """Return what :func:`defused` was given."""
    return text.removeprefix("'")


def write(table: str, frame: pd.DataFrame, spreadsheet: bool = True) -> bytes:
    """Return a conformed table as CSV.

    Parameters
    ----------
    spreadsheet : UTF-8 with byte order mark, formulas defused; else plain UTF-8 and every text as
        it is. Lines end with CRLF either way: only then does the writer quote a lone CR.
    """
    listed = fields.of(table, frame.columns)
    columns = fields.cells(frame, listed)
    if spreadsheet:
        columns = [
            [defused(cell) for cell in column] if field.type in fields.TEXTUAL else column
            for field, column in zip(listed, columns, strict=True)
        ]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([field.name for field in listed])
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode("utf-8-sig" if spreadsheet else "utf-8")


def read(table: str, content: bytes, spreadsheet: bool = True) -> pd.DataFrame:
    """Read a table that :func:`write` made.

    Raises
    ------
    ExportError
        If a row has more or fewer cells than the header.
    """
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    header = next(reader)
    listed = list(reader)
    for row in listed:
        if len(row) != len(header):
            raise ExportError(f"{table}: a row has {len(row)} cells, the header {len(header)}")
    types = fields.of(table, header)
    columns = {
        field.name: [
            restored(row[n]) if spreadsheet and field.type in fields.TEXTUAL else row[n]
            for row in listed
        ]
        for n, field in enumerate(types)
    }
    return fields.conform(table, pd.DataFrame(columns, columns=header, dtype="object"))

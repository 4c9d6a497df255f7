"""The panel in the formats that scholars use; a module a format.

What each format keeps, and how to read it, is in docs/from_pdfs_to_stata.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from govlaw import labels, tables
from govlaw.errors import ExportError
from govlaw.exports import codebook, delimited, excel, package, parquet, stata
from govlaw.exports.edition import Edition, made

__all__ = ["FORMATS", "Edition", "files", "made", "write"]

FORMATS = ("csv", "parquet", "xlsx", "dta", "package", "codebook")


def chosen(words: str) -> tuple[str, ...]:
    """Return the formats that a list with commas names.

    Raises
    ------
    ExportError
        If one is unknown.
    """
    named = tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))
    for word in named:
        if word not in FORMATS:
            raise ExportError(f"{word!r} is no format of the panel; use {', '.join(FORMATS)}")
    return named


def files(edition: Edition, formats: Iterable[str]) -> dict[str, bytes]:
    """Return the files of some formats by their path; the same edition gives the same bytes.

    Raises
    ------
    ExportError
        If a format is unknown, or cannot hold the panel.
    """
    formats = chosen(",".join(formats))
    found: dict[str, bytes] = {}
    if "xlsx" in formats:
        excel.check(edition)  # before the others are made
    for name in formats:
        if name == "csv":
            for table in ("long", "wide"):
                frame = edition.tables[table]
                found[f"panel_{table}_excel.csv"] = delimited.write(table, frame)
            found["panel_about_excel.csv"] = _about(edition)
        elif name == "parquet":
            for table in ("long", "wide"):
                found[f"panel_{table}.parquet"] = parquet.write(edition, table)
        elif name == "xlsx":
            found["panel.xlsx"] = excel.write(edition)
        elif name == "dta":
            for table in stata.TABLES:
                found[f"panel_{table}.dta"] = stata.write(edition, table)
            found["panel.do"] = stata.do_file(edition).encode("utf-8")
        elif name == "package":
            found |= {f"package/{path}": c for path, c in package.write(edition).items()}
        else:
            found |= codebook.write(edition)
    return found


def write(edition: Edition, out: Path, formats: Iterable[str]) -> list[Path]:
    """Write the panel in some formats, all files or none; return them.

    Raises
    ------
    ExportError
        If a format is unknown, or cannot hold the panel.
    TableError
        If the folder cannot be written to.
    """
    contents = {out / path: content for path, content in files(edition, formats).items()}
    tables.install(out, contents)
    return list(contents)


def _about(edition: Edition) -> bytes:
    """Return where the numbers come from, for the format that has no room for it."""
    import csv
    import io

    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["name", "value", "label_zh", "label_en"])
    writer.writerows(edition.provenance.described())
    name = "export.missing"
    writer.writerow(["note", "", labels.label(name, "zh"), labels.label(name, "en")])
    return buffer.getvalue().encode("utf-8-sig")

"""The list of pages: which of its rows are to be fetched."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from govlaw.errors import FetchError

Row = dict[str, str]

_YEARS = re.compile(r"(\d{4})-(\d{4})\Z")


def read(path: Path) -> list[Row]:
    """Return the rows of a list: UTF-8 CSV with the column ``url`` and any others.

    Raises
    ------
    FetchError
        If the file cannot be read, is not such a table, or lists nothing.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FetchError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise FetchError(f"{path}: not UTF-8; save the list as CSV in UTF-8") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        rows = list(reader)
    except csv.Error as error:
        raise FetchError(f"{path}: not a CSV table: {error}") from error
    if "url" not in (reader.fieldnames or ()):
        raise FetchError(f"{path}: the column 'url' is missing; it holds the addresses")
    long = next((number for number, row in enumerate(rows, 1) if None in row), 0)
    if long:
        raise FetchError(f"{path}: row {long} has more cells than the header; quote commas")
    if not rows:
        raise FetchError(f"{path}: the list is empty")
    return rows


def select(rows: list[Row], where: Iterable[str] = (), mirrors: bool = False) -> list[str]:
    """Return the addresses of the rows that meet every condition, each once, in their order.

    Parameters
    ----------
    where : conditions ``COLUMN=VALUE``; several values are joined by commas, any of them will do.
        ``2020-2024`` stands for these years; nothing after ``=`` for an empty cell
    mirrors : whether copies on other sites (``official`` is ``mirror``) are taken too

    Raises
    ------
    FetchError
        If a condition is malformed, names no column, or no row is left.
    """
    kept = rows if mirrors else [row for row in rows if row.get("official") != "mirror"]
    for condition in where:
        column, sign, values = (part.strip() for part in condition.partition("="))
        if not sign:
            raise FetchError(f"{condition!r} is no condition; write COLUMN=VALUE")
        if column not in rows[0]:
            raise FetchError(f"the list has no column {column!r}, only {', '.join(rows[0])}")
        wanted = [value.strip() for value in values.split(",")]
        kept = [row for row in kept if any(_meets(row[column].strip(), value) for value in wanted)]
    if not kept:
        raise FetchError("no row of the list meets the conditions")
    return list(dict.fromkeys(row["url"].strip() for row in kept))


def _meets(cell: str, value: str) -> bool:
    years = _YEARS.match(value)
    if years and cell != value:
        return cell.isdecimal() and int(years[1]) <= int(cell) <= int(years[2])
    return cell == value

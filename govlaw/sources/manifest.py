"""Where the files of a folder were fetched from: the table that the fetching of pages leaves."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

NAME = "fetched.csv"


def address(path: Path) -> str:
    """Return the address that a file was fetched from; empty where no table beside it says so."""
    table = path.parent / NAME
    try:
        changed = table.stat()
    except OSError:
        return ""
    return _addresses(table, changed.st_mtime_ns, changed.st_size).get(path.name, "")


@lru_cache(maxsize=64)
def _addresses(table: Path, changed: int, size: int) -> dict[str, str]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            return {
                Path(row["file"]).name: row["address"]
                for row in csv.DictReader(file)
                if row.get("file") and row.get("address")
            }
    except (OSError, UnicodeDecodeError, csv.Error):  # a report is read without its address, too
        return {}

"""The record of what a study is made of: the digest of every table and figure.

Two studies are on record. ``tests`` is the one that the tests make, of two reports and a file that
is none; ``raw`` is the one of ``data/raw``. Tables are the same on every platform. Figures are the
same wherever the locked versions draw them on the platform of the record.
"""

from __future__ import annotations

import csv
import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "tests" / "gold" / "study_sha256.csv"


class Row(NamedTuple):
    """The digest of a file; the platform is empty for a table."""

    study: str
    platform: str
    file: str
    sha256: str


def here() -> str:
    """Return the platform: system and processor."""
    return f"{sys.platform}-{platform.machine().lower()}"


def recorded(study: str) -> list[Row]:
    """Return the rows of a study; none where there is no record yet."""
    if not RECORD.is_file():
        return []
    with RECORD.open(encoding="utf-8", newline="") as file:
        return [row for row in map(Row._make, list(csv.reader(file))[1:]) if row.study == study]


def rows(study: str, tables: dict[str, str], figures: dict[str, str]) -> list[Row]:
    """Return the digests of a study as rows of the record."""
    found = [Row(study, "", file, digest) for file, digest in tables.items()]
    return found + [Row(study, here(), file, digest) for file, digest in figures.items()]


def write(listed: list[Row]) -> None:
    """Write the record anew."""
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([Row._fields, *sorted(listed)])


def differing(found: Iterable[Row], on_record: Iterable[Row]) -> list[str]:
    """Return the files that are on one side only, or that differ."""
    one, other = ({(row.file, row.sha256) for row in side} for side in (found, on_record))
    return sorted({file for file, _ in one ^ other})

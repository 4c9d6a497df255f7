"""The tables of definitions that come with the package, each read once.

Units, approximators, structural patterns, headings, labels: all are CSV files under ``data/``
that a scholar can read, cite and extend without Python.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

from govlaw.errors import TableError


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the table ``data/<name>.csv``.

    Raises
    ------
    TableError
        If the table is missing, or a row has more or fewer cells than the header.
    """
    path = files("govlaw") / "data" / f"{name}.csv"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TableError(f"{name}.csv: not found among the package's tables ({error})") from error
    return parse(text, f"{name}.csv")


def parse(text: str, name: str) -> tuple[dict[str, str], ...]:
    """Read CSV text with a header; ``name`` is used in error messages."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    header = next(reader, None)
    if not header:
        raise TableError(f"{name}: the table is empty; it needs a header line")
    found = []
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(header):
            raise TableError(
                f"{name}, line {reader.line_num}: {len(cells)} cells where the header has "
                f"{len(header)}; quote cells that hold a comma"
            )
        found.append(dict(zip(header, cells, strict=True)))
    return tuple(found)


def words(cell: str) -> tuple[str, ...]:
    """Split a cell that lists words with ``|``."""
    return tuple(word for word in cell.split("|") if word)

"""What the readers of pages, documents and PDF share: how print becomes lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Between the cells of a row, so that two cells are never read as one number.
CELL = " | "

_LONG_CELL = 120  # characters; a longer cell is not a figure with its name but a text
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BETWEEN = re.compile(r"(?<=[0-9])\n(?=[0-9])")
_EDGES = " \t\r\n\u00a0\u2002\u2003\u2009\u3000"
_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")


def tidy(line: str) -> str:
    """Return a line without characters that are not seen and without white space at its ends."""
    return _UNSEEN.sub("", line).strip(_EDGES)


def raised(text: str) -> str:
    """Return what is set above the line: 10 with a raised 4 is 10⁴, not 104."""
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """Return what is set below the line."""
    return text.translate(_LOWERED)


def table(rows: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    """Return the lines of a table, given as rows of cells of lines.

    A row of short cells is one line. A cell that holds a text (a page laid out by a table, a
    column of measures) keeps its lines, and the row is broken up round it.
    """
    found: list[str] = []
    for row in rows:
        waiting: list[str] = []
        for cell in row:
            if _is_text(cell):
                found += _joined(waiting)
                waiting = []
                found += cell
            else:
                waiting.append(_BETWEEN.sub(CELL, "\n".join(cell)).replace("\n", " "))
        found += _joined(waiting)
    return found


def _is_text(cell: Sequence[str]) -> bool:
    return sum(map(len, cell)) > _LONG_CELL or len(cell) > 3


def _joined(cells: list[str]) -> list[str]:
    line = CELL.join(cells).strip(_EDGES)
    return [line] if line.strip(" |") else []

"""Corrections of readings: a user's file of values with their reason, checked and applied.

A correction stands for one report and indicator. It names the value that was read when it was
made (``expect``), so that it survives new rules: where they read something else by then it is
still applied, and its outcome says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd

from govlaw.codebook import indicators, numbered
from govlaw.errors import TableError
from govlaw.grammar import dimension_of
from govlaw.numerals import plain
from govlaw.text import Locator, sentences

#: Columns of the file. The report is named by ``doc_id``, or by ``adcode`` and ``year``.
COLUMNS = (
    "doc_id", "adcode", "year", "indicator", "start", "end", "expect", "value", "value_low",
    "value_high", "unit", "reason", "date", "author",
)  # fmt: skip
_REPORT = ("doc_id", "adcode", "year")
_OPTIONAL = (*_REPORT, "start", "end", "value_low", "value_high", "unit")
_NEEDED = tuple(column for column in COLUMNS if column not in _OPTIONAL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
#: What became of a correction that was not applied; the others are applied, reading_changed and
#: span_gone.
UNAPPLIED = ("no_report", "not_chosen")
#: Columns of the table of outcomes.
OUTCOME_COLUMNS = ("line", *COLUMNS, "read", "outcome")


@dataclass(frozen=True, slots=True)
class Override:
    """A row of the file, as text; ``line`` is where it stands. An empty ``value`` takes a reading
    away without putting another in its place."""

    line: int
    doc_id: str
    adcode: str
    year: str
    indicator: str
    start: str
    end: str
    expect: str
    value: str
    value_low: str
    value_high: str
    unit: str
    reason: str
    date: str
    author: str


def read(path: Path) -> tuple[Override, ...]:
    """Read and check a file of corrections: CSV in UTF-8 with ``COLUMNS``.

    ``doc_id``, or ``adcode`` and ``year``, must be there; ``start``, ``end``, the bounds and the
    unit may be left out altogether.

    Raises
    ------
    TableError
        If the file cannot be read or has mistakes: a line each, with the line of the file.
    """
    _, table = numbered(path, _NEEDED)
    found: list[Override] = []
    mistakes: list[str] = []
    first: dict[tuple[str, ...], int] = {}
    for line, row in table:
        cells = {column: row.get(column, "").strip() for column in COLUMNS}
        wrong = _mistake(cells)
        key = tuple(cells[column] for column in (*_REPORT, "indicator"))
        if not wrong and key in first:
            wrong = f"corrects the same figure as line {first[key]}; keep one of them"
        if wrong:
            mistakes.append(f"{path}, line {line}: {wrong}")
            continue
        first[key] = line
        found.append(Override(line, **cells))
    if mistakes:
        raise TableError("\n".join(mistakes))
    return tuple(found)


def _mistake(cells: dict[str, str]) -> str:
    """Return what is wrong with a row and what to do, or nothing."""
    if bool(cells["doc_id"]) == bool(cells["adcode"] or cells["year"]):
        return "name the report by doc_id, or else by adcode and year"
    if not cells["doc_id"] and not (
        re.fullmatch("[0-9]{6}", cells["adcode"]) and re.fullmatch("[0-9]{4}", cells["year"])
    ):
        return f"adcode {cells['adcode']!r} needs six digits and year {cells['year']!r} four"
    if cells["indicator"] not in indicators():
        return (
            f"there is no indicator {cells['indicator']!r} in the codebook; "
            "`govlaw describe` lists them"
        )
    for column in ("expect", "value", "value_low", "value_high"):
        if cells[column] and not _NUMBER.fullmatch(cells[column]):
            return (
                f"{column} {cells[column]!r} is no plain number; write digits and a decimal "
                "point alone, in base units (810.25万元 is 8102500)"
            )
    return _unordered(cells) or _misplaced(cells) or _incomplete(cells)


def _unordered(cells: dict[str, str]) -> str:
    low, value, high = (cells[column] for column in ("value_low", "value", "value_high"))
    if not value:
        return "value_low and value_high need a value between them" if low or high else ""
    if (low and Decimal(low) > Decimal(value)) or (high and Decimal(high) < Decimal(value)):
        return f"value {value} does not lie between value_low {low} and value_high {high}"
    return ""


def _misplaced(cells: dict[str, str]) -> str:
    start, end = cells["start"], cells["end"]
    if not start and not end:
        return ""
    offsets = re.fullmatch("[0-9]{1,9}", start) and re.fullmatch("[0-9]{1,9}", end)
    if not offsets or int(start) >= int(end):
        return f"start {start!r} and end {end!r} must be two offsets, the first the smaller"
    return ""


def _incomplete(cells: dict[str, str]) -> str:
    if cells["unit"] and cells["unit"] not in dimension_of():
        return f"the unit {cells['unit']!r} is no canonical unit of units.csv"
    for column in ("reason", "author"):
        if not cells[column]:
            return f"the column {column} is empty; say why, and who says so"
    try:
        day = date.fromisoformat(cells["date"]).isoformat()
    except ValueError:
        day = ""
    return (
        ""
        if day and day == cells["date"]
        else (f"the date {cells['date']!r} is no day; write it as 2025-03-31")
    )


def apply(
    cells: pd.DataFrame,
    listed: Sequence[Override],
    reports: pd.DataFrame,
    codes: Sequence[str],
    text: Callable[[str], str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put corrections in the place of what was read.

    The corrected figure keeps the place of the one that was read, unless the correction has a
    ``start`` and ``end``. A corrected value has no verdict: the audit tested another.

    Parameters
    ----------
    cells : what is known of a report and indicator, with the columns of ``panel.CELL``
    listed : corrections
    reports : doc_id, adcode, year of the reports of the panel, one a place and year
    codes : the indicators of the panel
    text : gives the text of a report

    Returns
    -------
    the cells, corrected, and a table with a row a correction: ``OUTCOME_COLUMNS``

    Raises
    ------
    TableError
        If two corrections are of one report and indicator.
    """
    known = {
        str(doc_id): {"doc_id": str(doc_id), "adcode": str(adcode), "year": str(year)}
        for doc_id, adcode, year in reports[list(_REPORT)].itertuples(index=False)
    }
    named = {(row["adcode"], row["year"]): doc_id for doc_id, row in known.items()}
    chosen = {o.line: o.doc_id or named.get((o.adcode, o.year), "") for o in listed}
    wanted = {(chosen[o.line], o.indicator) for o in listed}
    keys = pd.Series(list(zip(cells["doc_id"], cells["indicator"], strict=True)), dtype=object)
    hit = keys.isin(wanted).to_numpy(dtype=bool)
    before = {(row["doc_id"], row["indicator"]): row for row in cells[hit].to_dict("records")}
    after, outcomes = dict(before), []
    lines: dict[tuple[str, str], int] = {}
    for override in listed:
        key = (chosen[override.line], override.indicator)
        if key[0] and lines.setdefault(key, override.line) != override.line:
            raise TableError(
                f"the corrections in lines {lines[key]} and {override.line} are both of "
                f"{override.indicator} in {key[0]}; keep one of them"
            )
        if key[0] not in known:
            outcome, value = "no_report", ""
        elif override.indicator not in codes:
            outcome, value = "not_chosen", ""
        else:
            was = after.get(key)
            value = was["value"] if was else ""
            after[key], outcome = _corrected(override, key[0], was, list(cells.columns), text)
        row = {column: getattr(override, column) for column in ("line", *COLUMNS)}
        row |= known.get(key[0], {})
        outcomes.append(row | {"read": value, "outcome": outcome})
    corrected = pd.DataFrame(list(after.values()), columns=cells.columns)
    parts = [part for part in (cells[~hit], corrected) if len(part)]
    merged = pd.concat(parts, ignore_index=True) if parts else cells
    return merged, pd.DataFrame(outcomes, columns=list(OUTCOME_COLUMNS))


def _corrected(
    override: Override,
    doc_id: str,
    was: dict[str, object] | None,
    columns: Sequence[str],
    text: Callable[[str], str],
) -> tuple[dict[str, object], str]:
    """Return a corrected cell and what became of the correction."""
    read = str(was["value"]) if was else ""
    outcome = "applied" if _same(override.expect, read) else "reading_changed"
    empty: dict[str, object] = dict.fromkeys(columns, "")
    empty |= {"doc_id": doc_id, "indicator": override.indicator, "figures": 0}
    empty |= {"start": -1, "end": -1, "uncertain": False}
    row = dict(empty)
    if was:
        row |= was if was["value"] else {"figures": was["figures"]}
    value = _plain(override.value)
    low, high = _plain(override.value_low), _plain(override.value_high)
    exact = not low and not high
    row |= {
        "value": value,
        "value_low": value if exact else low,
        "value_high": value if exact else high,
        "unit": override.unit or row["unit"],
        "approx": "" if not value else "exact" if exact or low == high else "about",
        "role": "actual" if value else "",
        "state": "not_mentioned" if not value else "value" if exact or low == high
        else "approximate",
        "verdict": row["verdict"] if _same(value, read) else "",
        "rule": row["rule"] if _same(value, read) else "",
        "uncertain": False,
        "override": override.reason,
        "override_date": override.date,
    }  # fmt: skip
    if override.start or not value:
        spot = _spot(override, text(doc_id)) if override.start else {}
        nowhere = {"text": "", "sentence": "", "scope": "", "period": "", "start": -1, "end": -1}
        row |= nowhere | spot
        if override.start and not spot and outcome == "applied":
            outcome = "span_gone"
    if not value:
        row["unit"] = ""
    return row, outcome


def _spot(override: Override, text: str) -> dict[str, object]:
    """Return the words of a span and their sentence, or nothing where the text has no such span."""
    start, end = int(override.start), int(override.end)
    if end > len(text):
        return {}
    first, last = Locator(sentences(text)).span(start)
    said = text[first : max(last, end)]
    return {"start": start, "end": end, "text": text[start:end], "sentence": said}


def _plain(number: str) -> str:
    return plain(Decimal(number)) if number else ""


def _same(first: str, second: str) -> bool:
    """Tell whether two values as text are equal, or both missing."""
    return _plain(first) == _plain(second)

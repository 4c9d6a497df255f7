"""The columns of the exported tables: type, labels and categories, the same for every format.

``columns.csv`` lists them. The wide panel has two more for each indicator: its value under its
code, and its state under the code with ``STATE_SUFFIX``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from govlaw import labels, measures
from govlaw.codebook import KINDS, indicators
from govlaw.definitions import rows
from govlaw.errors import ExportError, TableError

#: Ends the name of an indicator's state in the wide panel; a code has at most 29 characters, and
#: Stata takes 32.
STATE_SUFFIX = "_st"
TYPES = ("text", "category", "adcode", "year", "integer", "number", "boolean")
#: Types whose cells are text.
TEXTUAL = frozenset({"text", "category", "adcode"})
#: Tables of an edition, and the columns that tell their rows apart; findings have none such. The
#: panel's first one is ``harmonised`` where it was made by harmonised codes.
KEYS: dict[str, tuple[str, ...]] = {
    "long": ("adcode", "year", "indicator"),
    "wide": ("adcode", "year"),
    "documents": ("doc_id",),
    "observations": ("doc_id", "start", "end"),
    "findings": (),
    "overrides": ("line",),
    "unplaced": ("doc_id",),
}
_LEVELS = ("province", "prefecture", "county", "township", "department")
_DOCUMENTS = ("annual_report", "plan", "news", "evaluation", "other")
_EDITIONS = ("original", "digest", "simulated")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its type, one of ``TYPES``, and what it is called in both languages.

    ``categories`` names the list of :func:`categories` that a category takes its values from;
    ``indicator`` is the code whose value or state the column holds, empty for other columns.
    """

    name: str
    type: str
    zh: str
    en: str
    categories: str = ""
    indicator: str = ""

    def label(self, language: str) -> str:
        """Return what the column is called."""
        return self.zh if labels.check_language(language) == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Category:
    """A value that a category column may have, in its place among the others, and its labels."""

    value: str
    zh: str
    en: str


@cache
def _listed() -> dict[str, dict[str, Field]]:
    found: dict[str, dict[str, Field]] = {}
    for row in rows("columns"):
        if row["type"] not in TYPES:
            raise TableError(f"columns.csv: {row['type']!r} is no type; use {', '.join(TYPES)}")
        field = Field(
            row["column"], row["type"], row["label_zh"], row["label_en"], row["categories"]
        )
        found.setdefault(row["table"], {})[field.name] = field
    return found


def listed(table: str) -> list[str]:
    """Return the columns of a table that ``columns.csv`` lists, in order."""
    return list(_listed().get(table, {}))


def of(table: str, columns: Iterable[str]) -> list[Field]:
    """Return the fields of the columns of a table, in their order.

    Raises
    ------
    TableError
        If a column is neither in ``columns.csv`` nor, in the wide panel, an indicator's.
    """
    return [_field(table, str(column)) for column in columns]


def _field(table: str, column: str) -> Field:
    listed = _listed().get(table, {})
    if column in listed:
        return listed[column]
    if table == "wide":
        known = indicators()
        if column in known:
            entry = known[column]
            return Field(column, "number", entry.label_zh, entry.label_en, indicator=column)
        code = column.removesuffix(STATE_SUFFIX)
        if code != column and code in known:
            entry = known[code]
            zh, en = (
                labels.label("export.state_of", language, name=name)
                for language, name in (("zh", entry.label_zh), ("en", entry.label_en))
            )
            return Field(column, "category", zh, en, "state", code)
    raise TableError(f"columns.csv: the table {table} has no column {column!r}; add a row for it")


def categories(name: str) -> list[Category]:
    """Return the values of a list of categories, in their fixed order, with their labels."""
    listed: dict[str, tuple[str, ...]] = {
        "state": measures.STATES,
        "role": measures.ROLES,
        "approx": measures.APPROXIMATIONS,
        "level": _LEVELS,
        "kind": _DOCUMENTS,
        "edition": _EDITIONS,
        "figure_kind": (*KINDS, "change"),
    }
    if name == "dimension":
        return [
            Category(v, labels.dimension(v, "zh"), labels.dimension(v, "en"))
            for v in measures.dimensions()
        ]
    if name == "verdict":
        return [
            Category(v, labels.verdict(v, "zh"), labels.verdict(v, "en")) for v in measures.VERDICTS
        ]
    return [
        Category(
            v, labels.optional(f"{name}.{v}", "zh", v), labels.optional(f"{name}.{v}", "en", v)
        )
        for v in listed[name]
    ]


def conform(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the types of its fields: text, Int64, float64 and boolean.

    Missing text is empty, missing numbers and truth values are missing. A decimal becomes the
    nearest double: the first 15 significant digits are always kept, whole numbers up to 2**53.

    Raises
    ------
    ExportError
        If a cell is no value of its column's type, or infinite.
    """
    made = {}
    for field in of(table, frame.columns):
        try:
            made[field.name] = _typed(frame[field.name], field)
        except (TypeError, ValueError, OverflowError) as error:
            raise ExportError(
                f"{table}: a cell of {field.name} is no {field.type}: {error}"
            ) from error
    return pd.DataFrame(made, columns=list(frame.columns), index=range(len(frame)))


def _typed(column: pd.Series[Any], field: Field) -> pd.Series[Any]:
    """Return a column with the type of its field; columns of that type already are fast."""
    column = column.reset_index(drop=True)
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype) and kind.categories.dtype in ("str", "object"):
        column = column.astype("str")
        kind = column.dtype
    if field.type in TEXTUAL:
        if kind == "str":
            return column.fillna("")
        return _each(column, str, "").astype("str")
    if field.type in ("integer", "year"):
        return column.astype("Int64") if _is(kind, "i") else _each(column, _whole).astype("Int64")
    if field.type == "boolean":
        return (
            column.astype("boolean") if _is(kind, "b") else _each(column, _truth).astype("boolean")
        )
    numbers = (
        column.astype("float64") if _is(kind, "if") else _each(column, float).astype("float64")
    )
    if np.isinf(numbers).any():
        raise ValueError("it is infinite, or too large for a double")
    return numbers


def _is(kind: Any, kinds: str) -> bool:
    """Tell whether a type is one of NumPy's or pandas' own of some kinds (i, f, b)."""
    return getattr(kind, "kind", "O") in kinds and not isinstance(kind, pd.CategoricalDtype)


def _each(
    column: pd.Series[Any], made: Callable[[Any], Any], gone: object = None
) -> pd.Series[Any]:
    cells = (gone if _missing(cell) else made(cell) for cell in column.tolist())
    return pd.Series(list(cells), dtype="object")


def _missing(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell == "" or (isinstance(cell, float) and cell != cell)


def _whole(cell: object) -> int:
    whole: int = int(cell)  # type: ignore[call-overload]
    if not isinstance(cell, str) and whole != cell:
        raise ValueError(f"{cell!r} is not whole")
    return whole


def _truth(cell: object) -> bool:
    known = {True: True, False: False, "true": True, "false": False, "True": True, "False": False}
    if cell not in known:
        raise ValueError(f"{cell!r} is neither true nor false")
    return known[cell]


def number(value: float) -> str:
    """Write a double with the fewest digits that read back as the same: 55, 98.7, 1e+300.

    Whole numbers up to 2**53 have no point and no exponent; missing is empty.
    """
    if value != value:
        return ""
    if value == int(value) and abs(value) <= 2**53:
        return str(int(value)) if value or math.copysign(1, value) > 0 else "-0.0"
    return repr(float(value))


def cells(frame: pd.DataFrame, fields: Iterable[Field]) -> list[list[str]]:
    """Return the columns of a conformed table as text: true and false, numbers as in `number`."""
    made = []
    for field in fields:
        column = frame[field.name].tolist()
        if field.type in TEXTUAL:
            made.append(column)
        elif field.type == "number":
            made.append([number(value) for value in column])
        elif field.type == "boolean":
            made.append(["" if v is pd.NA else "true" if v else "false" for v in column])
        else:
            made.append(["" if v is pd.NA else str(v) for v in column])
    return made

"""Stata 14 and later (format 118): the panel with labels in both languages, and a do-file.

Labels of variables hold Chinese and English, shortened to 80 characters; the do-file sets each
language apart (``label language zh``). Categories, states among them, are numbers with labels,
since Stata's own missing values cannot say why a figure is missing. Codes of divisions stand
twice, as text and as numbers. The codebook has every label in full.
"""

from __future__ import annotations

import io
import re
import warnings
from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd

from govlaw.definitions import rows
from govlaw.errors import ExportError
from govlaw.exports import fields
from govlaw.exports.edition import Edition

LONGEST_LABEL = 80
LONGEST_NAME = 32
#: Bytes of UTF-8 up to which a column of text has a fixed width. Longer ones become strL, which
#: Stata must do beyond 2045 and which holds a text that many rows share only once.
_LONGEST_TEXT = 244
_TIME = datetime(2000, 1, 1)  # fixed, so that the same tables give the same bytes
_NUMERIC = "_num"
TABLES = ("wide", "long")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
#: Signs that mean something to Stata within quotes, and what stands for them.
_SIGNS = (("`", "'"), ("$", "＄"), ("\"'", "”'"), ("/*", "／*"), ("*/", "*／"), ("//", "／／"))


@cache
def _reserved() -> frozenset[str]:
    """Return the words that Stata or Mata keep for themselves and a code could be named."""
    return frozenset(row["word"] for row in rows("stata_words"))


def name(field: fields.Field) -> str:
    """Return the name of a column in Stata: words that Stata keeps for itself get an ending.

    Raises
    ------
    ExportError
        If the name is longer than Stata allows.
    """
    made = f"{field.name}_" if field.name in _reserved() else field.name
    if len(made) > LONGEST_NAME:
        raise ExportError(
            f"dta: the name {made} has {len(made)} characters; Stata takes {LONGEST_NAME}"
        )
    return made


def shortened(zh: str, en: str) -> str:
    """Return both labels in at most 80 characters; the English one is cut first.

    >>> shortened("报告年度", "Report year")
    '报告年度 / Report year'
    """
    both = f"{zh} / {en}" if zh != en else zh
    return both if len(both) <= LONGEST_LABEL else f"{both[: LONGEST_LABEL - 1]}…"


def write(edition: Edition, table: str) -> bytes:
    """Return a panel as a Stata data set; the versions are its label and in its notes.

    Raises
    ------
    ExportError
        If Stata cannot hold a value or a name.
    """
    frame, listed = edition.tables[table], edition.fields(table)
    columns: dict[str, Any] = {}
    said: dict[str, str] = {}
    values: dict[str, dict[Any, str]] = {}
    long: list[str] = []
    for field in listed:
        own = name(field)
        said[own] = shortened(field.zh, field.en)
        column = frame[field.name]
        if field.type == "category":
            numbers = _numbers(field, column)
            columns[own] = column.map(numbers).astype("Int16")
            values[own] = _labels(field, numbers)
        elif field.type == "boolean":
            columns[own] = column.astype("Int8")
        elif field.type in ("integer", "year"):
            columns[own] = column.astype("Int32")
        elif field.type == "number":
            columns[own] = column
        else:
            columns[own] = column.astype("object")
            if any(len(cell.encode("utf-8")) > _LONGEST_TEXT or "\0" in cell for cell in column):
                long.append(own)
        if field.type == "adcode":
            numeric = own + _NUMERIC
            columns[numeric] = pd.to_numeric(column.where(column != "", None)).astype("Int32")
            said[numeric] = shortened(f"{field.zh}，数值", f"{field.en}, as a number")
    buffer = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pd.DataFrame(columns).to_stata(
                buffer,
                write_index=False,
                version=118,
                time_stamp=_TIME,
                data_label=edition.provenance.line(),
                variable_labels=said,
                value_labels=values,
                convert_strl=long,
            )
    except (ValueError, OverflowError, Warning) as error:
        raise ExportError(f"dta: the {table} panel cannot be written: {error}") from error
    return buffer.getvalue()


def _numbers(field: fields.Field, column: pd.Series[Any]) -> dict[str, int]:
    """Number the values of a category: those of its list by their place, others after them."""
    listed = [category.value for category in fields.categories(field.categories)]
    others = sorted(set(column) - set(listed) - {""})
    return {value: number for number, value in enumerate([*listed, *others], start=1)}


def _labels(field: fields.Field, numbers: dict[str, int]) -> dict[Any, str]:
    known = {c.value: f"{c.zh} / {c.en}" for c in fields.categories(field.categories)}
    return {number: known.get(value, value) for value, number in numbers.items()}


def do_file(edition: Edition) -> str:
    """Return commands that load the wide panel, set a language for labels, and merge a yearbook.

    ``do panel.do yearbook.dta`` merges on ``adcode year``, whether the yearbook has its codes as
    text or as numbers.
    """
    lines = [
        f"* {edition.provenance.line()}",
        f"* corpus SHA-256: {edition.provenance.corpus}",
        "* 用法 / usage: do panel.do [yearbook.dta]   标签语言 / labels: label language zh|en|both",
        "version 14",
        "args yearbook",
        'use "panel_wide.dta", clear',
        "label language both, rename",
    ]
    listed = edition.fields("wide")
    for language in ("zh", "en"):
        lines.append(f"label language {language}, new")
        for categories in dict.fromkeys(f.categories for f in listed if f.categories):
            lines.append(_define(categories, language))
        for field in listed:
            lines.append(f"label variable {name(field)} {_quoted(_cut(field.label(language)))}")
            if field.type == "category":
                lines.append(f"label values {name(field)} {field.categories}_{language}")
    return "\n".join([*lines, *(line.replace("KEY", edition.key) for line in _MERGE), ""])


_MERGE = (
    "label language zh",
    "isid KEY year",
    'if `"`yearbook\'"\' != "" {',
    "    preserve",
    "    use `\"`yearbook'\"', clear",
    "    capture confirm string variable KEY",
    "    local numeric = _rc != 0",
    "    restore",
    "    if `numeric' {",
    "        rename KEY KEY_text",
    "        rename KEY_num KEY",
    "    }",
    "    merge 1:1 KEY year using `\"`yearbook'\"'",
    "}",
)


def _define(categories: str, language: str) -> str:
    words = " ".join(
        f"{number} {_quoted(c.zh if language == 'zh' else c.en)}"
        for number, c in enumerate(fields.categories(categories), start=1)
    )
    return f"label define {categories}_{language} {words}, replace"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def _quoted(text: str) -> str:
    """Quote a text for Stata: compound quotes, and no sign that would be taken for a macro, for
    their end, or for a comment, which Stata sees within quotes too."""
    plain = " ".join(_CONTROL.sub(" ", text).split())
    for sign, other in _SIGNS:
        plain = plain.replace(sign, other)
    return f'`"{plain}"\''


def read(table: str, content: bytes) -> pd.DataFrame:
    """Read a data set that :func:`write` made: names, categories and codes as they were."""
    with pd.read_stata(io.BytesIO(content), iterator=True, convert_categoricals=False) as reader:
        frame: pd.DataFrame = reader.read()  # type: ignore[attr-defined]
        named = reader.value_labels()
    known = {field.name: field for field in _fields_of(table, list(frame.columns))}
    made = {}
    for column, field in known.items():
        cells = frame[column if column in frame else f"{column}_"]
        if field.type == "category":
            listed = [category.value for category in fields.categories(field.categories)]
            values = {
                int(number): listed[int(number) - 1] if number <= len(listed) else text
                for number, text in named[str(cells.name)].items()
            }
            made[column] = [values[int(c)] if c == c else "" for c in cells.tolist()]
        else:
            made[column] = cells.tolist()
    return fields.conform(table, pd.DataFrame(made, columns=list(known)))


def _fields_of(table: str, columns: list[str]) -> list[fields.Field]:
    own = [c for c in columns if not (c.endswith(_NUMERIC) and c.removesuffix(_NUMERIC) in columns)]
    return fields.of(table, [c[:-1] if c.endswith("_") else c for c in own])

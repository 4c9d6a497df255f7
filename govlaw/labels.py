"""The words that figures, tables and notebooks show, in Chinese and in English.

All of them stand in tables: ``labels.csv`` for words of the display, ``dimensions.csv``,
``parts.csv``, ``verdicts.csv``, ``reasons.csv``, ``causes.csv`` and ``indicators.csv`` for those
that the codebook and the audit define.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from govlaw.codebook import indicators
from govlaw.definitions import rows
from govlaw.errors import TableError

LANGUAGES = ("zh", "en")
#: Tables with the columns label_zh and label_en, and the column that names their rows.
_TABLES = {
    "dimension": "dimensions",
    "part": "parts",
    "verdict": "verdicts",
    "reason": "reasons",
    "cause": "causes",
}


def check_language(language: str) -> str:
    """Return ``language`` if it is one.

    Raises
    ------
    TableError
        If it is neither zh nor en.
    """
    if language not in LANGUAGES:
        raise TableError(f"{language!r} is no language of govlaw; use {' or '.join(LANGUAGES)}")
    return language


@cache
def _labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows("labels"):
        if row["name"] in found:
            raise TableError(f"labels.csv: the name {row['name']!r} stands there twice")
        found[row["name"]] = row
    return found


@cache
def _defined(table: str) -> dict[str, dict[str, str]]:
    return {
        row[table]: {language: row[f"label_{language}"] for language in LANGUAGES}
        for row in rows(_TABLES[table])
    }


def label(name: str, language: str, /, **values: object) -> str:
    """Return the words of ``labels.csv`` under ``name``, with its {placeholders} filled in.

    >>> label("role.target", "en")
    'Target'

    Raises
    ------
    TableError
        If no such name or language exists, or a placeholder is left without a value.
    """
    check_language(language)
    try:
        text = _labels()[name][language]
    except KeyError:
        raise TableError(f"labels.csv: the name {name!r} is missing; add a row for it") from None
    try:
        return text.format(**values)
    except (KeyError, IndexError, ValueError) as error:
        raise TableError(f"labels.csv, {name!r}: {{{error}}} was given no value") from None


def optional(name: str, language: str, default: str) -> str:
    """Return the words of ``labels.csv`` under ``name``, or ``default`` if it has none."""
    check_language(language)
    return _labels()[name][language] if name in _labels() else default


def _lookup(table: str, name: str, language: str) -> str:
    check_language(language)
    try:
        return _defined(table)[name][language]
    except KeyError:
        raise TableError(f"{_TABLES[table]}.csv: there is no {table} {name!r}") from None


def dimension(name: str, language: str) -> str:
    """Return the label of a dimension of the codebook; TableError if there is none such."""
    return _lookup("dimension", name, language)


def part(name: str, language: str) -> str:
    """Return the label of a part of a report; TableError if there is none such."""
    return _lookup("part", name, language)


def verdict(name: str, language: str) -> str:
    """Return the label of a verdict of the audit; TableError if there is none such."""
    return _lookup("verdict", name, language)


def reason(name: str, language: str) -> str:
    """Return why a figure was not tested, in words; TableError if there is no such reason."""
    return _lookup("reason", name, language)


def indicator(code: str, language: str) -> str:
    """Return the label of an indicator of the codebook; TableError if there is none such."""
    check_language(language)
    try:
        entry = indicators()[code]
    except KeyError:
        raise TableError(f"indicators.csv: there is no indicator {code!r}") from None
    return entry.label_zh if language == "zh" else entry.label_en


def measured(code: str, subject: str, language: str) -> str:
    """Return what a figure measures: its indicator, else the report's own words for it."""
    if code:
        return indicator(code, language)
    return subject or label("text.no_subject", language)


def formula(text: str, language: str) -> str:
    """Return a finding's formula with the indicators' labels in place of their codes.

    Words of the report itself stay as they are, in Chinese.
    """
    named = []
    for word in text.split(" "):
        named.append(indicator(word, language) if word in indicators() else word)
    return " ".join(named)


def place(adcode: str, region: str, language: str) -> str:
    """Return the name of a place: as the report prints it, or in English where it is known."""
    return optional(f"place.{adcode}", language, region) if adcode else region


def years(start: str, end: str) -> str:
    """Return a period as it is written in a label: one year, or first–last."""
    return start if start == end or not end else f"{start}–{end}" if start else end


def documents(frame: pd.DataFrame, language: str) -> dict[str, str]:
    """Return a short label for every document: place, year, and its kind unless annual report.

    Labels are unique: where two documents would have the same, both carry their doc_id.
    """
    space = "" if language == "zh" else " "
    found: dict[str, str] = {}
    for row in frame.itertuples():
        where = place(str(row.adcode), str(row.region), language) or str(row.issuer)
        name = space.join(
            word for word in (where, years(str(row.period_start), str(row.period_end))) if word
        )
        if row.kind != "annual_report":
            name = label(
                "text.document_of_kind", language, name=name, kind=kind(str(row.kind), language)
            )
        found[str(row.doc_id)] = name or str(row.doc_id)
    return _unique(found)


def kind(name: str, language: str) -> str:
    """Return the label of a kind of document."""
    return label(f"kind.{name or 'other'}", language)


def _unique(names: dict[str, str]) -> dict[str, str]:
    seen = list(names.values())
    return {
        doc_id: name if seen.count(name) == 1 else f"{name} [{doc_id}]"
        for doc_id, name in names.items()
    }


def listed(words: Iterable[str], language: str) -> str:
    """Join words into a list: with 、 in Chinese, with commas in English."""
    return ("、" if language == "zh" else ", ").join(words)

"""Findings in words, Chinese and English: the templates of ``explanations.csv`` filled in.

Words say what the figures are and what would print otherwise, and name possible causes. They never
say who is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from govlaw.definitions import rows, words
from govlaw.errors import TableError
from govlaw.grammar import dimension_of
from govlaw.model import Quantity
from govlaw.numerals import plain


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding in words, and the possible causes (names of ``causes.csv``)."""

    zh: str
    en: str
    causes: tuple[str, ...]


@cache
def _templates() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["form"], row["verdict"]): row for row in rows("explanations")}


@cache
def _causes() -> dict[str, Words]:
    return {row["cause"]: Words(row["label_zh"], row["label_en"]) for row in rows("causes")}


def explain(form: str, verdict: str, values: Mapping[str, str | Words]) -> Explanation:
    """Return the words of a finding.

    Parameters
    ----------
    form : rate, growth, sum and so on: a row of ``explanations.csv``
    values : what stands for the names in braces; plain text serves both languages

    Raises
    ------
    TableError
        If the table has no such row.
    """
    try:
        row = _templates()[form, verdict]
    except KeyError:
        raise TableError(
            f"explanations.csv: there is no row for {form}, {verdict}; add one"
        ) from None
    zh = {name: v.zh if isinstance(v, Words) else v for name, v in values.items()}
    en = {name: v.en if isinstance(v, Words) else v for name, v in values.items()}
    causes = words(row["causes"])
    said = [_causes()[cause] for cause in causes]
    text_zh, text_en = row["text_zh"].format(**zh), row["text_en"].format(**en)
    if said:
        text_zh += f"可能的原因：{'、'.join(cause.zh for cause in said)}。"
        text_en += f" Possible causes: {either([cause.en for cause in said])}."
    return Explanation(text_zh, text_en, causes)


def either(listed: list[str]) -> str:
    """Join English words: a, b or c."""
    return " or ".join(part for part in (", ".join(listed[:-1]), listed[-1]) if part)


def number(value: Decimal) -> str:
    """Return a number with grouped digits: 1,035; 12,345.6."""
    return f"{value:,f}" if value % 1 else f"{int(value):,}"


def written(quantity: Quantity) -> Words:
    """Return a figure as an explanation says it: grouped digits, money with its unit."""
    if quantity.value is None or quantity.approx != "exact":
        return Words(quantity.text, quantity.text)
    if quantity.unit == "%":
        return Words(f"{quantity.printed}%", f"{quantity.printed}%")
    if dimension_of().get(quantity.unit) == "money":
        return Words(quantity.text, f"{number(quantity.value)} yuan")
    if quantity.value % 1 == 0 and quantity.low == quantity.high:
        return Words(number(quantity.value), number(quantity.value))
    return Words(quantity.text, number(quantity.value))


def added(value: Decimal, like: Quantity) -> Words:
    """Return a sum of figures in the words of one of them: money in 元."""
    if dimension_of().get(like.unit) == "money":
        return Words(f"{number(value)}元", f"{number(value)} yuan")
    return Words(number(value), number(value))


def span(low: int, high: int | None) -> Words:
    """Return a range of whole numbers: 813 to 822, or the one number that there is."""
    if high is None:
        return Words(f"{low:,}以上", f"{low:,} or more")
    if low == high:
        return Words(f"{low:,}", f"{low:,}")
    return Words(f"{low:,}至{high:,}", f"{low:,} to {high:,}")


def only(needed: tuple[int, int] | None) -> Words:
    """Return which counts would print so: only 813 to 822, or no whole number."""
    if needed is None:
        return Words("没有整数", "no whole number")
    said = span(*needed)
    return Words(f"只有{said.zh}", f"only {said.en}")


def listed(values: list[Words]) -> Words:
    """Join figures into a list."""
    return Words("、".join(v.zh for v in values), ", ".join(v.en for v in values))


def decimal(value: Decimal, most: int = 4) -> str:
    """Return a decimal number rounded to so many places, without trailing zeros."""
    return plain(Decimal(format(value, f".{most}f")).normalize())

"""Every figure of a text: its span, value, interval, unit, kind and role.

The cases are two tables that can be extended without Python: ``cases/quantities.csv`` holds what
is read right, ``cases/quantities_todo.csv`` what is not read right yet. A row is one figure; rows
of one text stand together in order and are all of its figures. A text without any figure has one
row with the cell ``figure`` empty. ``low`` or ``high`` is empty where the interval is open, all
three values are empty for names such as 1+3. Line breaks are written as they are, in quotes.
"""

from __future__ import annotations

import csv
import re
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_numerals import write

from govlaw import grammar, numerals
from govlaw.model import Quantity
from govlaw.quantities import find

STABLE = settings(deadline=None, derandomize=True, max_examples=200)
CASES = Path(__file__).parent / "cases"
WORDS = ("unit", "approx", "kind", "role")


def table(name: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a table of cases by text."""
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    return {text: list(rows) for text, rows in groupby(listed, key=lambda row: row["text"])}


DONE, TODO = table("quantities.csv"), table("quantities_todo.csv")


def same(value: Decimal | None, cell: str) -> bool:
    """Tell whether a value is that of a cell; 2/3 in a cell is the fraction."""
    if value is None or not cell:
        return value is None and not cell
    return abs(Fraction(value) - Fraction(cell)) < Fraction(1, 10**12)


def check(text: str, rows: list[dict[str, str]]) -> None:
    """Compare what is read in a text with its rows."""
    found = find(text)
    assert [q.text for q in found] == [row["figure"] for row in rows if row["figure"]]
    for quantity, row in zip(found, rows, strict=False):
        for name in ("value", "low", "high"):
            read = getattr(quantity, name)
            assert same(read, row[name]), f"{quantity.text}: {name} is {read}, not {row[name]}"
        words = {name: getattr(quantity, name) for name in WORDS}
        assert words == {name: row[name] for name in WORDS}
        assert quantity.uncertain == (row["uncertain"] == "true")


@pytest.mark.parametrize("text", DONE)
def test_case(text: str) -> None:
    """Every figure of the text is read as its row says, and no other."""
    check(text, DONE[text])


@pytest.mark.parametrize("text", TODO)
@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_not_read_right_yet(text: str) -> None:
    """A form that the reader gets wrong today; when it is mended its row goes to the other file."""
    check(text, TODO[text])


def test_cases_stand_together() -> None:
    """No text stands in two places of a table, nor in both tables, and there are enough of them."""
    for name in ("quantities.csv", "quantities_todo.csv"):
        with (CASES / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert sum(map(len, table(name).values())) == len(rows), name
    assert not set(DONE) & set(TODO)
    assert sum(map(len, DONE.values())) >= 200


# -- properties of any text --------------------------------------------------------------------

PIECES = [
    *"0123456789零一二三四五六七八九十百千万亿两几数多余第前",
    *"，。、；：:（）()《》“”%％‰-—~/.+·〔〕 \n\t年月日号",
    *"件次名人家个项元位成倍率占至到由从近约超上等中其后",
    *("2024", "100%", "1,000", "以上", "以内", "百分之", "分之", "左右", "同比", "增长", "提升至"),
    *("不低于", "万元", "个百分点", "翻一番", "方阵", "至少", "PM2.5", "a", "B", "１", "．"),
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=60))


def well_formed(text: str, found: list[Quantity]) -> Iterator[str]:
    """Yield what is wrong with the figures of a text."""
    for one, two in pairwise(found):
        if one.end > two.start:
            yield f"{one.text} and {two.text} overlap or are out of order"
    for quantity in found:
        if text[quantity.start : quantity.end] != quantity.text or not quantity.text:
            yield f"{quantity.text!r} is not what stands at {quantity.start}:{quantity.end}"
        low, value, high = quantity.low, quantity.value, quantity.high
        if value is None:
            if low is not None or high is not None:
                yield f"{quantity.text}: bounds without a value"
        elif (low is not None and low > value) or (high is not None and high < value):
            yield f"{quantity.text}: {low} <= {value} <= {high} does not hold"


@settings(STABLE, max_examples=1500)
@given(TEXTS)
def test_any_text(text: str) -> None:
    """No text raises; figures are in order, apart, and where they say; bounds hold the value."""
    assert list(well_formed(text, find(text))) == []


@STABLE
@given(TEXTS)
def test_every_digit_is_accounted_for(text: str) -> None:
    """Each Arabic digit of a text, of either width, lies in one of its figures."""
    inside = {offset for q in find(text) for offset in range(q.start, q.end)}
    digits = {i for i, c in enumerate(text) if c in "0123456789０１２３４５６７８９"}
    assert digits <= inside


@STABLE
@given(TEXTS)
def test_width_of_digits_changes_nothing(text: str) -> None:
    """The same text in full-width digits and signs has the same figures, in the same places."""
    narrow = "0123456789%.-/:"
    wide = text.translate(str.maketrans(narrow, "０１２３４５６７８９％．－／："))
    one, two = find(text), find(wide)
    assert [(q.start, q.end, q.value, q.low, q.high, q.unit, q.role) for q in one] == [
        (q.start, q.end, q.value, q.low, q.high, q.unit, q.role) for q in two
    ]


# -- every row of the tables of units and approximators ------------------------------------------

COUNTED = [
    unit
    for unit in grammar.units().values()
    if unit.dimension not in ("whole", "tier", "money_foreign") and unit.form not in ("日", "年")
]
NUMBERS = st.one_of(
    st.integers(1, 10**6).map(str),
    st.integers(1000, 10**8).map(lambda n: f"{n:,}"),
    st.tuples(st.integers(0, 5000), st.integers(1, 999)).map(lambda p: f"{p[0]}.{p[1]:03}"),
)


@settings(STABLE, max_examples=600)
@given(NUMBERS, st.sampled_from(["", "万", "亿"]), st.sampled_from(COUNTED))
def test_number_scale_unit(number: str, scale: str, unit: grammar.Unit) -> None:
    """A number with any scale word and any measure word comes back with its value and unit."""
    assume(not (scale and unit.form[0] in "百千万亿"))
    text = f"累计{number}{scale}{unit.form}"
    (quantity,) = find(text)
    assert quantity.text == text[2:]
    assert quantity.unit == unit.canonical
    factor = Decimal({"": 1, "万": 10**4, "亿": 10**8}[scale]) * unit.factor
    assert quantity.value == Decimal(number.replace(",", "")) * factor
    assert quantity.low is not None and quantity.high is not None
    assert quantity.low <= quantity.value <= quantity.high
    assert quantity.role == "actual"


PLACED = [
    (position, form)
    for position in ("before", "after", "inside")
    for form in grammar.approximators(position)
    if form not in ("上", "来")  # only with Chinese numerals
]


@STABLE
@given(st.integers(2, 9999), st.sampled_from(["件", "人次", "万元", "家"]), st.sampled_from(PLACED))
def test_approximators(number: int, unit: str, placed: tuple[str, str]) -> None:
    """Every approximator, where it may stand, belongs to the figure and sets its interval."""
    position, form = placed
    rule = grammar.approximators(position)[form]
    written = {
        "before": f"{form}{number}{unit}",
        "after": f"{number}{unit}{form}",
        "inside": f"{number}{form}{unit}",
    }[position]
    (quantity,) = find(f"全市{written}。")
    factor = 10**4 if unit == "万元" else 1
    assert quantity.text == written
    assert quantity.value == number * factor
    assert quantity.approx == rule.approx
    open_above = rule.interval in ("at_least", "above")
    open_below = rule.interval in ("at_most", "below")
    assert (quantity.high is None) == open_above
    assert (quantity.low is None) == open_below
    if rule.interval == "more_than":
        assert quantity.low == quantity.value and quantity.high is not None
        assert quantity.high > quantity.value
    if rule.interval == "nearly":
        assert quantity.high == quantity.value and quantity.low is not None
        assert quantity.value * Decimal("0.9") <= quantity.low < quantity.value
    if rule.interval == "about":
        assert quantity.low is not None and quantity.high is not None
        assert quantity.low + quantity.high == 2 * quantity.value
        assert quantity.low < quantity.value


@STABLE
@given(st.integers(2, 99_999), st.sampled_from(["件", "名", "人次", "场", "部", "项"]))
def test_chinese_and_arabic_agree(number: int, unit: str) -> None:
    """三百二十件 and 320件 are one figure in two writings."""
    written = write(number)
    (chinese,), (arabic,) = find(f"完成{written}{unit}工作"), find(f"完成{number}{unit}工作")
    assert (chinese.value, chinese.unit, chinese.approx, chinese.kind) == (
        arabic.value,
        arabic.unit,
        arabic.approx,
        arabic.kind,
    )
    if written[-1] != "万":  # 3万件 is a rounding, 30000件 is not
        assert (chinese.low, chinese.high) == (arabic.low, arabic.high)


@STABLE
@given(st.integers(1, 97), st.integers(1, 50), st.sampled_from(["%", "件", "名", "个工作日"]))
def test_ranges(low: int, more: int, unit: str) -> None:
    """A range is one figure from its lower to its upper end, whatever joins them."""
    high = min(low + more, 99)
    for joint in ("-", "—", "~", "至", "到"):
        (quantity,) = find(f"按{low}{joint}{high}{unit}核定")
        assert (quantity.low, quantity.high, quantity.value) == (low, high, low)
        assert quantity.unit == ("工作日" if unit == "个工作日" else unit)


def test_a_rounding_is_half_of_the_last_digit_wide() -> None:
    """Printed decimals and scale words widen a value by half of their last place."""
    for text, width in (
        ("98.7%", "0.05"),
        ("64.71万件", "50"),
        ("3亿元", "50000000"),
        ("7件", "0"),
    ):
        (quantity,) = find(text)
        assert quantity.value is not None
        assert quantity.low == quantity.value - Decimal(width)
        assert quantity.high == quantity.value + Decimal(width)


def test_printed_digits_keep_their_zeros() -> None:
    """The digits as printed go along, since 98.70 says more than 98.7."""
    assert [q.printed for q in find("分别为98.70%、5.0%、100%")] == ["98.70", "5.0", "100"]


# -- growth ------------------------------------------------------------------------------------

PARAGRAPH = (
    "2023年，全市收到复议申请1,286件，受理1102件，办结率98.6%，同比上升3.2个百分点；"
    "开展三次检查，近2.2万余人参加，第5次、6次会议研究《某规定（2021—2025年）》，"
    "百余场宣讲覆盖21批390人，由12项压减至7项。\n"
)


def calls(text: str) -> int:
    """Return how many functions were called while a text was read."""
    count = 0

    def tally(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        find(text)
    finally:
        sys.setprofile(before)
    return count


def test_twice_the_text_takes_twice_the_work() -> None:
    """Calls grow with the text and not with its square."""
    find(PARAGRAPH)  # the tables are compiled by the first reading
    one, two = calls(PARAGRAPH * 20), calls(PARAGRAPH * 40)
    assert one > 1000
    assert two < 2.2 * one


RUNS = ["1", "一", "3万", "(", "1a1a", "2021-2021-", ",", "、", "1,000,", "第", "百分之", "一分之"]
RUNS += [
    "由1至",
    "“",
    "《",
    "1.",
    "1 ",
    "第1次、",
    "零",
    "十百千万",
    "A1",
    "〔2021",
    "1/2/",
    "几十",
]


@pytest.mark.parametrize("piece", RUNS)
def test_pathological_text(piece: str) -> None:
    """A run of 20,000 characters that no report holds is read within seconds, and well formed."""
    text = (piece * 20_000)[:20_000]
    started = time.monotonic()
    found = find(text)
    assert time.monotonic() - started < 20
    assert list(well_formed(text, found)) == []


def test_tables_are_usable() -> None:
    """Every measure word has a kind, and every kind is one of those of the contract."""
    kinds = {"count", "rate", "amount", "rank", "change", "duration", "level", "other"}
    assert {unit.kind for unit in grammar.units().values()} <= kinds
    assert re.fullmatch(r"[零一二三四五六七八九〇两十百千万亿]+", numerals.CHARACTERS)

"""Written numerals come back as the exact values that they stand for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw import numerals

STABLE = settings(deadline=None, derandomize=True, max_examples=300)

_DIGIT = "零一二三四五六七八九"
_PLACE = ["", "十", "百", "千"]
_GROUP = ["", "万", "亿"]


def _group(number: int) -> str:
    """Write 1 to 9999 with every 一 in its place: 一十, not 十."""
    digits = [int(d) for d in f"{number:04}"]
    written, gap = "", False
    for place, digit in zip((3, 2, 1, 0), digits, strict=True):
        if digit == 0:
            gap = True
            continue
        if gap and written:
            written += "零"
        written, gap = written + _DIGIT[digit] + _PLACE[place], False
    return written


def write(number: int) -> str:
    """Write 0 to 10**12 the way a cheque does: 10500 is 一万零五百."""
    if number == 0:
        return "零"
    if number == 10**12:
        return "一万亿"
    groups = [number // 10**8, number // 10**4 % 10**4, number % 10**4]
    written, gap = "", False
    for group, name in zip(groups, ("亿", "万", ""), strict=True):
        if group == 0:
            gap = True
            continue
        if written and (gap or group < 1000):
            written += "零"
        written, gap = written + _group(group) + name, False
    return written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("7", "7"),
        ("1109", "1109"),
        ("1,109", "1109"),
        ("12,345,678", "12345678"),
        ("98.70", "98.70"),
        ("1,234.5", "1234.5"),
        ("007", "7"),
        ("0.5", "0.5"),
    ],
)
def test_arabic(text: str, value: str) -> None:
    """Digits, thousands commas and decimals are read, and trailing zeros are kept."""
    assert str(numerals.arabic(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,10",
        "1,1000",
        ",100",
        "1,000,",
        "1.",
        ".5",
        "1..2",
        "-3",
        "+3",
        "1e5",
        "一",
        "１２",
        "1 000",
        "12件",
        "0x10",
        "1_000",
        "²",
    ],
)
def test_arabic_malformed(text: str) -> None:
    """What is not wholly a number in digits is none."""
    assert numerals.arabic(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 1),
        ("百", 100),
        ("千", 1000),
        ("万", 10**4),
        ("十万", 10**5),
        ("百万", 10**6),
        ("千万", 10**7),
        ("亿", 10**8),
        ("百亿", 10**10),
        ("万亿", 10**12),
        ("件", None),
        ("万件", None),
        ("一万", None),
        ("十", None),
    ],
)
def test_scale(text: str, value: int | None) -> None:
    """Scale words have their factor, the empty one is 1, and any other word is none."""
    assert numerals.scale(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("两", 2),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("二十二", 22),
        ("百", 100),
        ("一百零五", 105),
        ("一百五", 150),
        ("一百一十", 110),
        ("三百二十", 320),
        ("三百二", 320),
        ("两千三", 2300),
        ("三千零五", 3005),
        ("三千零五十", 3050),
        ("一千二百三十四", 1234),
        ("万", 10**4),
        ("三万二", 32000),
        ("两万三千", 23000),
        ("十万", 10**5),
        ("一万零三", 10003),
        ("一百二十三万四千五百六十七", 1234567),
        ("百万", 10**6),
        ("千万", 10**7),
        ("一亿", 10**8),
        ("三亿五", 350_000_000),
        ("一亿二千万", 120_000_000),
        ("万亿", 10**12),
        ("二〇二四", 2024),
        ("二零二四", 2024),
        ("一九九八", 1998),
        ("一二三", 123),
    ],
)
def test_chinese(text: str, value: int) -> None:
    """Numerals as spoken, shortened, by themselves or digit by digit have their value."""
    assert numerals.chinese(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "件",
        "三件",
        "三五",
        "两三",
        "三二百",
        "十百",
        "百百",
        "三十二百",
        "一万三万",
        "零十",
        "五亿三亿",
        "1",
        "三1",
        "三.五",
        "几",
        "十余",
        "三点五",
    ],
)
def test_chinese_malformed(text: str) -> None:
    """What is not one numeral, or is a vague count such as 三五, is none."""
    assert numerals.chinese(text) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [(10, "一十"), (10500, "一万零五百"), (100_000_005, "一亿零五"), (20_0000, "二十万")],
)
def test_writer(number: int, text: str) -> None:
    """The writer that the property below rests on writes what a reader expects."""
    assert write(number) == text


@STABLE
@given(st.one_of(st.integers(0, 10**12), st.integers(0, 12_000), st.integers(0, 10**4).map(
    lambda n: n * 10**8)))  # fmt: skip
def test_every_integer_comes_back(number: int) -> None:
    """Any integer up to 10**12, written in Chinese, is read as itself."""
    assert numerals.chinese(write(number)) == number


@STABLE
@given(st.integers(10, 19), st.sampled_from(["", "万", "亿"]))
def test_ten_without_one(number: int, scale: str) -> None:
    """十五 is 一十五, also before 万 and 亿."""
    full = write(number) + scale
    assert full.startswith("一十")
    assert numerals.chinese(full[1:]) == numerals.chinese(full)


@STABLE
@given(st.integers(0, 10**15), st.integers(0, 4))
def test_thousands_commas_change_nothing(number: int, decimals: int) -> None:
    """A number with and without thousands commas has one value."""
    tail = "." + "4071"[:decimals] if decimals else ""
    assert numerals.arabic(f"{number:,}{tail}") == numerals.arabic(f"{number}{tail}")
    assert numerals.arabic(f"{number}{tail}") == Decimal(f"{number}{tail}")


@STABLE
@given(st.text(alphabet=numerals.CHARACTERS + "点余个1,. ", max_size=14) | st.text(max_size=8))
def test_never_raises(text: str) -> None:
    """Any text at all is a value or none, and a value is never below zero."""
    for read in (numerals.arabic, numerals.scale, numerals.chinese):
        value = read(text)
        assert value is None or value >= 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("0", "0"),
        ("5.0", "5"),
        ("98.70", "98.7"),
        ("0.050", "0.05"),
        ("1E+6", "1000000"),
        ("8102500", "8102500"),
        ("100", "100"),
    ],
)
def test_plain(value: str | None, text: str) -> None:
    """A value is written without exponent and without trailing zeros; none is empty."""
    assert numerals.plain(None if value is None else Decimal(value)) == text


@STABLE
@given(st.decimals(min_value=0, max_value=10**12, places=4))
def test_plain_keeps_the_value(value: Decimal) -> None:
    """Writing a value and reading it back loses nothing."""
    written = numerals.plain(value)
    assert Decimal(written) == value
    assert "E" not in written and not written.endswith(".")

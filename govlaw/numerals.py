"""Written numerals to exact values: 1,109 and 三百二十 and 二〇二四."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}

#: Every character that a Chinese numeral may hold.
CHARACTERS = "".join([*_DIGITS, *_POWERS, *_MYRIADS])

_ARABIC = re.compile(r"[0-9]+(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SIDE_BY_SIDE = re.compile(
    r"(?P<head>[一二三四五六七八九]?[十百千]?)(?P<lower>[一二两三四五六七八])(?P<upper>[二三四五六七八九])"
    r"(?P<tail>[十百千]?[万亿]?)"
)
_MYRIAD_WORD = re.compile(r"[十百千]?[万亿]亿?|[百千]")


def arabic(text: str) -> Decimal | None:
    """Return the value of digits with an optional decimal part and thousands commas.

    Full match or nothing: ``arabic("1,10")`` is None.
    """
    if not _ARABIC.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def scale(text: str) -> int | None:
    """Return the factor of a scale word that follows digits (万, 亿, 百万 …), 1 for none."""
    if not text:
        return 1
    if not _MYRIAD_WORD.fullmatch(text):
        return None
    factor = 1
    for character in text:
        factor *= _POWERS.get(character) or _MYRIADS[character]
    return factor


def chinese(text: str) -> int | None:
    """Return the value of a Chinese numeral, or None where it is not wholly one.

    Reads both the spoken form (三千零五, 两万三千, 十五, and 百 or 万 by itself) and digit by
    digit (二〇二四). 两千三 is read as 2,300, as it is spoken.
    """
    if not text or any(c not in CHARACTERS for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        if len(text) == 2 and not {"零", "〇"} & set(text):  # 三五 is a vague count
            return None
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    last_power = 10
    have_digit = False
    smallest_myriad = None
    for i, c in enumerate(text):
        if c in _DIGITS:
            if have_digit and digit:
                return None
            digit, have_digit = _DIGITS[c], True
            if digit == 0:
                last_power = 10
        elif c in _POWERS:
            power = _POWERS[c]
            if section and section % (power * 10):  # powers must fall: 三十二百 is none
                return None
            if have_digit and digit == 0:
                return None
            section += (digit if have_digit else 1) * power
            digit, have_digit, last_power = 0, False, power
        else:
            myriad = _MYRIADS[c]
            section += digit
            if smallest_myriad == myriad:  # 五亿三亿 is two numbers
                return None
            if i and text[i - 1] in _MYRIADS:
                total *= myriad
            else:
                part = section or (0 if total or have_digit else 1)
                if myriad == 100_000_000:
                    total = (total + part) * myriad
                else:
                    total += part * myriad
            smallest_myriad = myriad
            section = digit = 0
            have_digit, last_power = False, myriad
    if digit and last_power > 10 and len(text) > 1 and text[-2] not in "零〇":
        digit *= last_power // 10
    return total + section + digit


def vague(text: str) -> tuple[int, int] | None:
    """Return the two values between which 五六十 or 三五 lies, or None where it is no such count.

    Two digits side by side follow each other (五六, 两三); 三五 is the one usual exception.
    """
    match = _SIDE_BY_SIDE.fullmatch(text)
    if match is None:
        return None
    lower, upper = _DIGITS[match["lower"]], _DIGITS[match["upper"]]
    if upper != lower + 1 and (lower, upper) != (3, 5):
        return None
    low, high = (
        chinese(f"{match['head']}{match[digit]}{match['tail']}") for digit in ("lower", "upper")
    )
    return None if low is None or high is None else (low, high)


def plain(value: Decimal | None) -> str:
    """Write a value without exponent and without trailing zeros; None is empty."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(text: str) -> str:
    """Write a plain decimal with commas between thousands: 5288956000 -> 5,288,956,000."""
    whole, point, decimals = text.partition(".")
    return f"{int(whole):,}{point}{decimals}" if whole.lstrip("-").isdigit() else text

"""Authorities in titles and lines: who issued a report, and the words that name a place."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from govlaw.definitions import rows
from govlaw.sources.wording import pattern

_YEAR = r"(?:19|20)[0-9]{2}(?: ?年度?)?(?:[-—–~～〜至]*(?:19|20)[0-9]{2} ?年?度?)?"
_FIRST_YEAR = re.compile(rf"^{_YEAR}(?:以来)? *")
_PASSED_ON = re.compile("^(?:印发|转发)+《?")
_TOWN = re.compile(
    r"^((?:[^省市县区旗州盟]{1,14}?[省市县区旗州盟])*)([\u4e00-\u9fff]{1,12}(?:镇|乡|苏木|街道))$"
)
_PARTS = re.compile(
    r"[\u4e00-\u9fff]+?(?:自治区|自治州|自治县|自治旗|地区|省|市|县|区|旗|州|盟|镇|乡|街道)"
)
_SUFFIX = re.compile(r"(?:自治区|自治州|自治县|自治旗|地区|省|市|县|区|旗|州|盟|镇|乡|街道|苏木)$")
_ABOVE = re.compile(
    r"[\u4e00-\u9fff]{1,12}?(?:自治[区州县旗]|[省市县区旗州盟镇乡]|街道)"
    r"(?:[\u4e00-\u9fff]{1,6}?[县区旗](?=[\u4e00-\u9fff]{2}))?"
)
_BEHIND = re.compile(r"[（(][^（()）]*[)）]$")  # 编译局 of 藏语委办(编译局)
_NAME = re.compile(r"[\u4e00-\u9fff（）()]{3,40}")
_LONGEST = 80
_ROUND = " 《、的"


class Issuer(NamedTuple):
    """An authority as printed, its kind (party, government, department, zone …), and its place."""

    name: str
    kind: str
    place: str


@cache
def _bodies() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the kinds of authority with the words that end their names."""
    table = rows("issuer_words")
    return tuple((row["kind"], re.compile(f"(?:{row['pattern']})$")) for row in table)


def parse(text: str) -> list[Issuer]:
    """Return the authorities of which a text consists and nothing else; else an empty list.

    They may be joined by 、, /, a space, a semicolon or nothing.
    """
    text = text.strip(" 、/;|*•·")
    if not 3 <= len(text) <= _LONGEST:
        return []
    found: list[Issuer] = []
    for part in re.split(r"[ 、/;|]+", text):
        several = _split(part)
        if not several:
            return []
        found += several
    return found


def _split(part: str) -> list[Issuer]:
    """Return the authorities of a run of words without a mark between them."""
    whole = _issuer(part)
    if whole is None:
        return []
    # 中共甲市委甲市人民政府: the party's name ends where that of the government begins.
    for match in re.finditer("委员会|委", part[:-3]):
        first, second = _issuer(part[: match.end()]), _issuer(part[match.end() :])
        joint = second is not None and second.kind in ("government", "street", "zone")
        if first and first.kind == "party" and second and joint and second.place:
            return [first, second]
    return [whole]


def _issuer(name: str) -> Issuer | None:
    if not _NAME.fullmatch(name) or pattern("not_issuer").search(name):
        return None
    bare = _BEHIND.sub("", name.removeprefix("中共"))
    for kind, ending in _bodies():
        match = ending.search(bare)
        if match and match.start() > 0:
            return Issuer(name, kind, _place_of(bare, kind, match.start()))
    return None


def _place_of(bare: str, kind: str, end: int) -> str:
    """Return the place in an authority's name: 甲市 of 甲市司法局, 乙街道 of 乙街道办事处."""
    if kind == "department":
        match = _ABOVE.match(bare)
        return match[0] if match else ""
    stop = end
    if kind == "party":  # 甲区委 names 甲区, 乙镇委员会 names 乙镇
        first = bare[end : end + 2]
        stop = end + (2 if first == "街道" else 1 if first[:1] in "省市县区旗州盟镇乡" else 0)
    if kind == "street":
        street = re.match("街道?", bare[end:])
        stop = end + (street.end() if street else 0)
    return bare[:stop]


def front(title: str) -> str:
    """Return the words of a title that may name an authority or a place.

    甲市人民政府 of 甲市人民政府关于2024年…, 2024年甲市人民政府…; 甲市 of 关于甲市2024年….
    """
    own = re.sub(r"^《", "", title.strip())
    own = _FIRST_YEAR.sub("", own)
    if own.startswith("关于"):
        own = _PASSED_ON.sub("", own.removeprefix("关于"))
        own = _FIRST_YEAR.sub("", own)
    match = pattern("front_end").search(own)
    return (own[: match.start()] if match else own).strip(_ROUND)


def second(title: str) -> str:
    """Return the words behind 关于 that may name a place again: 甲市 of …关于甲市2024年…."""
    _, mark, rest = title.partition("关于")
    return front("关于" + rest) if mark else ""


def place_words(title: str) -> str:
    """Return the words of a title that name a place, as far as their form tells; else nothing."""
    own = front(title)
    named = parse(own)
    if named:
        return named[-1].place
    return own if _SUFFIX.search(own) and not pattern("not_place").search(own) else ""


def opens(line: str) -> bool:
    """Tell whether a line begins as a title does: an authority, or a place with a year."""
    return bool(parse(line) or place_words(line))


def town(name: str) -> tuple[str, str]:
    """Return what stands before the name of a town or street, and the name; empty if it is none."""
    match = _TOWN.match(name)
    return (match[1], match[2]) if match else ("", "")


def last_part(name: str) -> str:
    """Return the last division of a chain of names: 乙区 of 甲市乙区."""
    parts = _PARTS.findall(name)
    return parts[-1] if parts and "".join(parts) == name else name

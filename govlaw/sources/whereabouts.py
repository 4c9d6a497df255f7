"""Which place a page is about, from the best of what names it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from govlaw import places
from govlaw.definitions import rows, words
from govlaw.sources import issuers
from govlaw.sources.wording import pattern

_LEVELS = (
    ("province", re.compile(r"(?:省|自治区|北京市|天津市|上海市|重庆市)$")),
    ("prefecture", re.compile(r"(?:市|州|地区|盟)$")),
    ("county", re.compile(r"(?:县|区|旗)$")),
    ("township", re.compile(r"(?:镇|乡|苏木|街道)$")),
)
_TOWN = _LEVELS[-1][1]
_LONGEST_NAME = 12


class Evidence(NamedTuple):
    """Words that name a place or an authority, and where they stand."""

    words: str
    origin: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place with its level, its codes, and where each of them was found; empty if not known."""

    region: str = ""
    level: str = ""
    province: str = ""
    adcode: str = ""
    harmonised: str = ""
    region_origin: str = ""
    adcode_origin: str = ""


def find(
    named: Sequence[Evidence],
    beside: Sequence[Evidence],
    host: str,
    year: int | None,
    context: Iterable[str],
    self_word: str,
) -> Whereabouts:
    """Return the place of a page.

    Parameters
    ----------
    named : what title and text say, best first; the first that is a place decides
    beside : publisher, site: they only tell which 我市 is meant
    host : the host of the page's address
    year : the year in which names and codes are looked up; None for the newest list
    context : authorities that the page names beside, for names that several places share
    self_word : the word of 我市, 我县 that the text uses for itself; empty if none
    """
    known = ";".join(dict.fromkeys(filter(None, context)))
    for evidence in named:
        found = _read(evidence, host, year, known)
        if found.region:
            return found
    for evidence in (*beside, Evidence("", "host")):
        found = _around(evidence, host, year, known, self_word)
        if found.region or found.adcode:
            return found
    return Whereabouts()


def _read(evidence: Evidence, host: str, year: int | None, known: str) -> Whereabouts:
    """Return the place that words name."""
    text = evidence.words.strip()
    if not text:
        return Whereabouts()
    parsed = issuers.parse(text)
    if parsed and parsed[-1].kind == "person":
        return Whereabouts()
    own = parsed[-1] if parsed else None
    same = (text, own.place) if own else (text,)  # 鼓楼区 does not say which 鼓楼区 is meant
    known = ";".join(other for other in known.split(";") if other not in same)
    asked = own.name if own else text
    bare = own.place if own else text
    place = places.resolve(asked, year, issuer=known, host=host)
    if own and own.place and (place is None or (own.kind == "department" and place.exact)):
        narrower = places.resolve(own.place, year, issuer=known, host=host)
        if place is None or (narrower and not narrower.exact):  # 甲高新区生态环境局
            place = narrower
    _, town = issuers.town(bare)
    if place is None and not town:
        return _unlisted(bare, own, evidence.origin)
    if town and (place is None or not place.exact):
        region, level = town, "township"
    elif place is not None and not place.exact:
        region, level = _zone(bare or asked, place), "county"
    elif place is not None:
        region, level = place.name, place.level
    if own and own.kind == "department":
        level = "department"
    if place and _elsewhere(text, place, host, year):
        return Whereabouts(region, level, region_origin=evidence.origin)
    return _made(region, level, place, evidence.origin)


def _elsewhere(text: str, place: places.Place, host: str, year: int | None) -> bool:
    """Tell whether the government's host is that of another province than a county named alone.

    甲区 may be a county of the list and the name of a zone or town that the list does not have.
    """
    if place.level != "county" or not text.startswith(place.name):
        return False
    here = places.resolve("", year, host=host)
    return here is not None and here.province != place.province


def _made(region: str, level: str, place: places.Place | None, origin: str) -> Whereabouts:
    if place is None:
        return Whereabouts(region, level, region_origin=origin)
    return Whereabouts(
        region,
        level,
        place.province,
        place.adcode,
        place.harmonised,
        origin,
        origin if place.exact else "containing",
    )


def _zone(name: str, place: places.Place) -> str:
    """Return the name of a zone without the divisions before it: 郑东新区 of 郑州市郑东新区."""
    for above in (place.province, place.prefecture, place.name):
        if above and name.startswith(above) and len(name) > len(above) + 1:
            name = name[len(above) :]
    return name


def _unlisted(name: str, own: issuers.Issuer | None, origin: str) -> Whereabouts:
    """Return a place by the form of its name alone; its code stays empty."""
    region = issuers.last_part(name)
    level = level_of(region)
    if not level or len(region) < 2 or pattern("not_place").search(region):
        return Whereabouts()
    province = re.match(r"[\u4e00-\u9fff]{2,7}?(?:省|自治区)", name)
    if own and own.kind == "department":
        level = "department"
    return Whereabouts(region, level, province[0] if province else "", region_origin=origin)


def level_of(region: str) -> str:
    """Return the level of a place by the last word of its name."""
    return next((level for level, form in _LEVELS if form.search(region)), "")


def headline(title: str) -> str:
    """Return the place with which a headline begins, short or full; else nothing."""
    bare = title.lstrip('《“"')
    for part in [bare, *re.split(r"[ ,，:!！(（]", bare)[1:4]]:
        for size in range(min(_LONGEST_NAME, len(part)), 1, -1):
            place = places.resolve(part[:size])
            if place is not None and place.exact and places.candidates(part[:size]):
                return part[:size]
    return ""


# -- 我市 ----------------------------------------------------------------------------------------


@cache
def _self_words() -> dict[str, tuple[tuple[str, ...], str]]:
    return {row["word"]: (words(row["suffixes"]), row["level"]) for row in rows("self_words")}


def self_word(texts: Iterable[str]) -> str:
    """Return the word by which a text speaks of its own place: 市 of 我市; empty if it has none.

    我市 counts before 全市 and 市政府.
    """
    own: Counter[str] = Counter()
    around: Counter[str] = Counter()
    for text in texts:
        own.update(match["word"] for match in pattern("self").finditer(text))
        around.update(match["word"] or match["word2"] for match in pattern("around").finditer(text))
    counted = own or around
    return max(counted, key=lambda word: counted[word]) if counted else ""


def _around(evidence: Evidence, host: str, year: int | None, known: str, word: str) -> Whereabouts:
    """Return the place of a publisher or a host, if it is of the kind that the text calls 我市."""
    suffixes, level = _self_words().get(word, ((), ""))
    if evidence.origin == "host":
        place = places.resolve("", year, issuer=known, host=host) if host else None
        found = _made(place.name, place.level, place, "host") if place else Whereabouts()
    else:
        found = _read(evidence, host, year, known)
    if not word and evidence.origin != "host":
        parsed = issuers.parse(evidence.words)
        return found if parsed and parsed[-1].kind == "government" else Whereabouts()
    if not word or not found.region:
        return Whereabouts()
    if level == "department":
        return replace(found, level=level)
    if found.region.endswith(suffixes):
        bureau = found.level == "department"
        return replace(found, level=level_of(found.region)) if bureau else found
    if level == "township" and found.level == "county":  # 我镇 in a county: the town has no name
        return replace(found, region="", level=level, adcode_origin="containing")
    return Whereabouts()

"""Administrative divisions at county level and above, by their code at the year of a report.

``divisions.csv`` holds every code of GB/T 2260 with its names since 2003 and the years in which it
was in force (the list at the end of the year counts); ``divisions_changes.csv`` what became of each
code that ended. ``docs/places.md`` names the sources. A name that fits several places and comes
with nothing that decides between them gives none: empty rather than wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from govlaw.definitions import rows, words

LEVELS = ("province", "prefecture", "county")
#: What a change made of a code that ended: the same place under another name or code, a part of a
#: larger place, or the part that keeps the name, the code or all but some townships.
SAME_PLACE = ("renamed", "recoded")
FOLLOWED = (*SAME_PLACE, "merged", "main")
_OPEN = 9999
_SHORTEST = 2
_SHORTEST_SPELLING = 4
#: How much a host says for one of several places of one name.
_PARENT_SPELT, _PARENT_AND_OWN, _PARENT_INITIALS = 4, 3, 2


@dataclass(frozen=True, slots=True)
class Place:
    """A division in a year.

    ``adcode`` is the code in force in that year, ``harmonised`` the code of the same place in the
    newest list (see `harmonise`). ``level`` is province, prefecture or county; ``prefecture`` is
    empty for provinces and for counties directly below one. ``exact`` is false where the name was
    that of a street, a town or a zone inside the place.
    """

    adcode: str
    name: str
    level: str
    province: str
    prefecture: str
    harmonised: str
    exact: bool = True


class _Period(NamedTuple):
    code: str
    name: str
    first: int
    last: int

    @property
    def level(self) -> str:
        if self.code.endswith("0000"):
            return "province"
        return "prefecture" if self.code.endswith("00") else "county"

    @property
    def inside(self) -> str:
        """The digits that the codes of what lies in it begin with."""
        return self.code[: {"province": 2, "prefecture": 4, "county": 6}[self.level]]

    def within(self, year: int) -> bool:
        return self.first <= year <= self.last


class _Change(NamedTuple):
    new: str
    kind: str


class _Read(NamedTuple):
    """Places that the beginning of a name speaks of, whether in full form, and what follows."""

    hits: tuple[_Period, ...]
    full: bool
    rest: str


@cache
def _words(role: str) -> tuple[str, ...]:
    found = (row["word"] for row in rows("division_words") if row["role"] == role)
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def _endings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the word for the kind of division and of the peoples before it."""
    kinds, peoples = "|".join(_words("suffix")), "|".join(_words("people"))
    return re.compile(f"(?:{kinds})$"), re.compile(f"(?:{peoples})++$")


@cache
def stem(name: str) -> str:
    """Return the name without the word for its kind and the peoples of an autonomous place.

    恩施土家族苗族自治州 gives 恩施, 东乡族自治县 东乡, 赵县 赵.
    """
    kind, peoples = _endings()
    bare = kind.sub("", name) or name
    if not name.endswith(("自治州", "自治县", "自治旗", "自治区", "族区")):
        return bare
    short = peoples.sub("", bare)
    return short if len(short) >= _SHORTEST else bare.removesuffix("族")


def _forms(period: _Period) -> set[str]:
    """Return the forms in which reports write a name, full and short."""
    name, short = period.name, stem(period.name)
    found = {name}
    if len(short) >= _SHORTEST:
        found.add(short)
    for long, brief in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("族区", "区")):
        if name.endswith(long):
            found.add(short + brief)
    return found


class _Table(NamedTuple):
    by_code: dict[str, tuple[_Period, ...]]
    by_form: dict[str, tuple[_Period, ...]]
    changes: dict[tuple[str, int], tuple[_Change, ...]]
    origins: dict[tuple[str, int], tuple[_Change, ...]]
    newest: int
    longest: int


@cache
def _table() -> _Table:
    codes: defaultdict[str, list[_Period]] = defaultdict(list)
    forms: defaultdict[str, list[_Period]] = defaultdict(list)
    newest = 0
    for row in rows("divisions"):
        first, last = int(row["first_year"]), int(row["last_year"] or _OPEN)
        newest = max(newest, first, last + 1 if last < _OPEN else 0)
        period = _Period(row["code"], row["name"], first, last)
        codes[period.code].append(period)
        for form in _forms(period):
            forms[form].append(period)
    changes: defaultdict[tuple[str, int], list[_Change]] = defaultdict(list)
    origins: defaultdict[tuple[str, int], list[_Change]] = defaultdict(list)
    for row in rows("divisions_changes"):
        year = int(row["year"])
        changes[row["old"], year].append(_Change(row["new"], row["kind"]))
        origins[row["new"], year].append(_Change(row["old"], row["kind"]))
    return _Table(
        {code: tuple(found) for code, found in codes.items()},
        {form: tuple(found) for form, found in forms.items()},
        {key: tuple(found) for key, found in changes.items()},
        {key: tuple(found) for key, found in origins.items()},
        newest,
        max(map(len, forms)),
    )


def newest() -> int:
    """Return the year of the newest list."""
    return _table().newest


def _period(code: str, year: int) -> _Period | None:
    return next((p for p in _table().by_code.get(code, ()) if p.within(year)), None)


def at(adcode: str, year: int) -> Place | None:
    """Return the division that had a code at the end of a year; none if there was none.

    Years after the newest list are read in it.
    """
    period = _period(adcode, year)
    return _place(period, year) if period else None


@lru_cache(maxsize=16384)
def _place(period: _Period, year: int) -> Place:
    code = period.code
    province = _period(code[:2] + "0000", year)
    prefecture = _period(code[:4] + "00", year) if period.level != "province" else None
    return Place(
        code,
        period.name,
        period.level,
        province.name if province else "",
        prefecture.name if prefecture else "",
        harmonise(code, year),
    )


def harmonise(adcode: str, year: int) -> str:
    """Return the code that the place of a code in a year has in the newest list.

    A place that was renamed or got another code keeps its identity. One that was merged is
    followed into the place that it became part of. One that was divided is followed into the part
    that kept its name or its code, or that the decree describes as the former area without some
    townships; where there is no such part, the result is empty. A place that only lost or gained
    townships keeps its code. Empty, too, where no place had the code in that year.
    """
    period = _period(adcode, year)
    while period and period.last < _OPEN:
        after = period.last + 1
        changes = _table().changes.get((period.code, after), ())
        new = next((change.new for change in changes if change.kind in FOLLOWED), "")
        period = _period(new, after) if new else None
    return period.code if period else ""


def listed(year: int, level: str) -> list[Place]:
    """Return the divisions of a level at the end of a year, by code.

    Raises
    ------
    ValueError
        If ``level`` is none of `LEVELS`.
    """
    if level not in LEVELS:
        raise ValueError(f"level is {level!r}; it must be one of {', '.join(LEVELS)}")
    found = (p for periods in _table().by_code.values() for p in periods if p.within(year))
    return [_place(p, year) for p in sorted(found) if p.level == level]


def candidates(name: str, year: int | None = None) -> list[Place]:
    """Return every place that a name can mean in a year, by code, whatever else is known.

    Without a year the newest list is asked, and where no place has the name in it, the last list
    that has one.
    """
    read = _read(_clean(name), year)
    return [_dated(p, year) for p in sorted(read.hits)] if read else []


def resolve(
    name: str, year: int | None = None, *, province: str = "", issuer: str = "", host: str = ""
) -> Place | None:
    """Return the place that a name means, or none where that is not certain.

    ``name`` may be full or short (驻马店, 恩施州), carry its parents (河南省驻马店市驿城区) or the
    words for an authority (驻马店市司法局). A street, a town or a zone gives the division that
    holds it, with ``exact`` false: the one that the name, ``issuer`` or ``host`` names, or that of
    ``zones.csv``. A name of several places is decided by ``province``, by the places that
    ``issuer`` names (several joined by ``;``), and by the spelling of ``host``, in this order. An
    empty ``name`` is read from ``issuer``, then from ``host``. A name of the year before or after
    counts where none is found in ``year``; the result is then the same place in ``year``.
    """
    evidence = _Evidence(
        year, _province(province), tuple(map(_clean, re.split("[;；、]", issuer))), _labels(host)
    )
    asked = _clean(name)
    if not asked:
        named = (_resolved(part, evidence) for part in evidence.issuers if part)
        return next((place for place in named if place), None) or _spelt(evidence)
    return _resolved(asked, evidence)


class _Evidence(NamedTuple):
    year: int | None
    province: str
    issuers: tuple[str, ...]
    labels: tuple[str, ...]


def _clean(name: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    return text.removeprefix("中共").removeprefix("中国共产党").strip("\"'“”《》()·-—")


def _province(name: str) -> str:
    """Return the first two digits of the codes of a province, empty where it is none."""
    found = _table().by_form.get(_clean(name), ())
    return next((p.code[:2] for p in found if p.level == "province"), "")


def _valid(periods: Iterable[_Period], year: int | None) -> tuple[_Period, ...]:
    """Return the periods of a year, else of the years beside it; without a year the last ones."""
    periods = tuple(periods)
    if year is not None:
        own = tuple(p for p in periods if p.within(year))
        return own or tuple(p for p in periods if p.first - 1 <= year <= p.last + 1)
    last = max((p.last for p in periods), default=0)
    return tuple(p for p in periods if p.last == last)


def _dated(period: _Period, year: int | None) -> Place:
    """Return the place of a period as it was in a year that may lie beside it."""
    if year is None:
        return _place(period, min(period.last, newest()))
    if period.within(year):
        return _place(period, year)
    if year > period.last:
        beside, links = period.last, _table().changes.get((period.code, year), ())
    else:
        beside, links = period.first, _table().origins.get((period.code, period.first), ())
    for link in links:
        other = _period(link.new, year) if link.kind in SAME_PLACE else None
        if other:
            return _place(other, year)
    return _place(period, beside)


@lru_cache(maxsize=16384)
def _read(text: str, year: int | None) -> _Read | None:
    """Read the chain of divisions that a text begins with, from the largest to the smallest."""
    forms, longest = _table().by_form, _table().longest
    read: _Read | None = None
    position = 0
    while True:
        for size in range(min(longest, len(text) - position), _SHORTEST - 1, -1):
            form = text[position : position + size]
            hits = _valid(forms.get(form, ()), year)
            if read:
                hits = tuple(
                    p
                    for p in hits
                    if any(p.code.startswith(q.inside) and p != q for q in read.hits)
                )
            if hits:
                break
        else:
            return read
        position += size
        whole = tuple(p for p in hits if form == p.name or form != stem(p.name))
        read = _Read(whole or hits, bool(whole), text[position:].lstrip("-—·"))


@cache
def _followers() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of what can follow a place, in the order in which they are asked."""
    towns, zones, bodies = ("|".join(_words(role)) for role in ("town", "zone", "body"))
    end = f"(?:$|党|/|[0-9]|关于|{bodies})"
    return (
        ("town", re.compile(f"^[\u4e00-\u9fff]{{0,12}}?(?:{towns}){end}")),
        ("zone", re.compile(f"(?:{zones}){end}")),
        ("body", re.compile(f"^(?:{bodies}|[0-9]|关于|[\u4e00-\u9fff]{{1,14}}(?:{bodies})$)")),
    )


def _follows(rest: str) -> str:
    """Return what follows a place: town, zone, body (an authority), other words, or nothing."""
    if not rest:
        return ""
    return next((kind for kind, pattern in _followers() if pattern.search(rest)), "other")


def _resolved(text: str, evidence: _Evidence) -> Place | None:
    part = _zone(text, evidence) or _part(text, evidence)
    if part:
        return part
    read = _read(text, evidence.year)
    follows = _follows(read.rest) if read else ""
    if read and follows == "town" and read.full:
        return _holding(read.hits, evidence)
    if read and follows == "zone":
        return _inexact(_chosen(read.hits, evidence))
    if read and (follows in ("", "body") or (follows == "other" and read.full)):
        return _chosen(read.hits, evidence)
    kind = _follows(text)
    if kind == "town":
        return _holding((), evidence)
    return _around(evidence) if kind == "zone" else None


def _issuers(evidence: _Evidence) -> Iterator[_Read]:
    """Yield the places that issuers name; a newspaper is called after one without naming it."""
    for issuer in evidence.issuers:
        read = _read(issuer, evidence.year) if issuer else None
        if read and (read.full or _follows(read.rest) != "other"):
            yield read


def _inexact(place: Place | None) -> Place | None:
    return replace(place, exact=False) if place else None


def _part(text: str, evidence: _Evidence) -> Place | None:
    """Return the place that an issuer names before what was asked for (格尔木市西城区)."""
    for read in _issuers(evidence):
        if read.full and read.rest.startswith(text):
            return _holding(read.hits, evidence)
    return None


@cache
def _zones() -> tuple[tuple[str, str, int], ...]:
    found = ((row["name"], row["code"], int(row["last_year"] or _OPEN)) for row in rows("zones"))
    return tuple(sorted(found, key=lambda zone: (-len(zone[0]), zone[0])))


@cache
def _zone_gate() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name) for name, _, _ in _zones()))


def _zone(text: str, evidence: _Evidence) -> Place | None:
    if not _zone_gate().search(text):
        return None
    year = evidence.year if evidence.year is not None else newest()
    for name, code, last in _zones():
        if name not in text or year > last or not code.startswith(evidence.province):
            continue
        read = _read(text, evidence.year)
        periods = _valid(_table().by_code.get(code, ()), evidence.year)
        if read and not any(_related(p, q) for p in read.hits for q in periods):
            continue  # 眉山天府新区 is another zone than the one of Chengdu
        if periods:
            return _inexact(_dated(periods[-1], evidence.year))
    return None


def _related(one: _Period, other: _Period) -> bool:
    """Tell whether two places are the same or one holds the other."""
    return one.code.startswith(other.inside) or other.code.startswith(one.inside)


def _chosen(hits: Sequence[_Period], evidence: _Evidence) -> Place | None:
    """Return the one place that the evidence leaves of several."""
    left = [p for p in hits if p.code.startswith(evidence.province)]
    if len(left) > 1:
        named = [q for read in _issuers(evidence) for q in read.hits]
        left = [p for p in left if any(_related(p, q) for q in named)] or left
    if len(left) > 1:
        scores = [_score(p, evidence.labels) for p in left]
        left = [p for p, s in zip(left, scores, strict=True) if s == max(scores)]
    if len(left) > 1:
        whole = min(left, key=lambda p: len(p.inside))
        if whole.level == "province" or all(p.code.startswith(whole.inside) for p in left):
            left = [whole]
    return _dated(left[0], evidence.year) if len({p.code for p in left}) == 1 else None


@lru_cache(maxsize=4096)
def _has_counties(period: _Period, year: int) -> bool:
    return period.level == "province" or any(
        p.within(year)
        for code, periods in _table().by_code.items()
        if code.startswith(period.inside) and code != period.code
        for p in periods
    )


def _holding(hits: Sequence[_Period], evidence: _Evidence) -> Place | None:
    """Return the county that holds a town: one that its name, its issuer or its host names."""
    year = evidence.year if evidence.year is not None else newest()
    options = [hits] if hits else []
    options += [read.hits for read in _issuers(evidence) if read.full]
    inside = ""
    for option in options:
        lowest = [p for p in option if p.level == "county" or not _has_counties(p, year)]
        place = _chosen(lowest, evidence) if lowest else None
        if place:
            return _inexact(place)
        whole = _chosen(option, evidence)
        inside = _period_inside(whole, year) if whole else inside
    return _inexact(_spelt(evidence, inside=inside, lowest=True))


def _period_inside(place: Place, year: int) -> str:
    period = _period(place.adcode, year)
    return period.inside if period else ""


def _around(evidence: _Evidence) -> Place | None:
    """Return the place that holds a zone whose name carries none."""
    for read in _issuers(evidence):
        place = _chosen(read.hits, evidence)
        if place:
            return _inexact(place)
    return _inexact(_spelt(evidence))


# How hosts spell places: www.zhumadian.gov.cn, gulou.nanjing.gov.cn, www.gdhf.gov.cn.


@lru_cache(maxsize=4096)
def _labels(host: str) -> tuple[str, ...]:
    """Return the labels of a government's host, the last first; of another host, none."""
    bare = re.sub("^[a-z]+://", "", host.strip().lower())
    labels = re.split("[/:]", bare, maxsplit=1)[0].rstrip(".").split(".")
    if labels[-2:] != ["gov", "cn"]:
        return ()
    return tuple(label for label in reversed(labels[:-2]) if label != "www")


class _Spelling(NamedTuple):
    whole: tuple[str, ...]
    initials: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def long(self) -> set[str]:
        return {*self.whole, *(word + kind for word in self.whole for kind in self.kinds)}

    @property
    def short(self) -> set[str]:
        return {i + kind for i in self.initials for kind in ("", *(k[0] for k in self.kinds))}


@cache
def _spellings() -> dict[str, _Spelling]:
    kinds = {row["word"]: row["spelling"] for row in rows("division_words") if row["spelling"]}
    found = {}
    for row in rows("pinyin"):
        endings = tuple(kinds[word] for word in kinds if row["name"].endswith(word))
        whole = (row["pinyin"], *words(row["also"]))
        found[row["name"]] = _Spelling(whole, words(row["initials"]), endings)
    return found


def _fits(label: str, spelling: _Spelling) -> bool:
    return label in spelling.long or label in spelling.short


def _parents(period: _Period) -> list[_Period]:
    codes = (period.code[:2] + "0000", period.code[:4] + "00")
    found = (p for code in codes if code != period.code for p in _table().by_code.get(code, ()))
    return [p for p in found if p.first <= period.last and period.first <= p.last]


@lru_cache(maxsize=16384)
def _score(period: _Period, labels: tuple[str, ...]) -> int:
    """Return how much a host says for a place: points for each parent that it spells."""
    if not labels:
        return 0
    own = _spellings()[period.name]
    total = 0
    for parent in _parents(period):
        above = _spellings()[parent.name]
        points = 0
        for label in labels[:2]:
            if label in above.long:
                points = max(points, _PARENT_SPELT)
            elif len(label) >= _SHORTEST and label in above.short:
                points = max(points, _PARENT_INITIALS)
            else:
                starts = (p for p in (*above.whole, *above.initials) if label.startswith(p))
                if any(_fits(label[len(p) :], own) for p in starts):
                    points = max(points, _PARENT_AND_OWN)
        total += points
    return total


@cache
def _by_spelling() -> tuple[dict[str, list[_Period]], dict[str, list[_Period]]]:
    """Return the periods by pinyin, and those of prefectures and provinces by any spelling."""
    long: defaultdict[str, list[_Period]] = defaultdict(list)
    above: defaultdict[str, list[_Period]] = defaultdict(list)
    for periods in _table().by_code.values():
        for period in periods:
            spelling = _spellings()[period.name]
            for word in spelling.long:
                if len(word) >= _SHORTEST_SPELLING:
                    long[word].append(period)
            if period.level != "county":
                for word in (*spelling.whole, *spelling.initials):
                    above[word].append(period)
    return dict(long), dict(above)


def _spelt(evidence: _Evidence, inside: str = "", lowest: bool = False) -> Place | None:
    """Return the one place that a host spells; ``lowest``: only counties."""
    if not evidence.labels:
        return None
    year = evidence.year
    here = inside or evidence.province
    found = [p for p in _in_label(evidence.labels[0], year) if p.code.startswith(here)]
    for label in evidence.labels[1:]:
        lower = [
            p
            for p in _valid(_by_spelling()[0].get(label, ()), year)
            if any(p.code.startswith(q.inside) and p.code != q.code for q in found)
        ]
        found = lower or found
    if lowest and any(p.level != "county" for p in found):
        return None
    codes = {p.code for p in found}
    return _dated(found[0], year) if len(codes) == 1 else None


@lru_cache(maxsize=4096)
def _in_label(label: str, year: int | None) -> tuple[_Period, ...]:
    """Return the places that one label spells: in pinyin, or its parent and its own initials."""
    long, above = _by_spelling()
    spelt = _valid(long.get(label, ()), year)
    if spelt:  # where a city and a county in it share a spelling, the host is the city's
        return tuple(p for p in spelt if p.level != "county") or spelt
    found: dict[str, _Period] = {}
    for size in range(_SHORTEST, len(label) - 1):
        for parent in _valid(above.get(label[:size], ()), year):
            rests = {label[size:], label[size:].removeprefix("s")}
            for period in _below(parent.inside):
                own = _spellings()[period.name]
                if period in _valid((period,), year) and any(_fits(r, own) for r in rests):
                    found[period.code] = period
    return tuple(found.values())


@cache
def _below(inside: str) -> tuple[_Period, ...]:
    found = (p for periods in _table().by_code.values() for p in periods)
    return tuple(p for p in found if p.code.startswith(inside) and p.inside != inside)

"""Made-up reports from a stated process, and the truth behind every figure in them.

A simulated corpus is for methods: what a reader finds, an audit catches and a model estimates can
be held against what was planted. It says nothing of any real place. Wordings, figures and
parameters are tables: ``simulated_words.csv``, ``simulated_figures.csv`` and
``simulated_process.csv``; docs/simulation.md explains the process. Every draw comes from numpy's
PCG64, seeded by the seed, the place and the year: the same seed gives the same bytes, and the
first reports of a larger corpus are those of a smaller one.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from govlaw import corpus, locks, tables
from govlaw.arithmetic import percentage
from govlaw.codebook import indicators
from govlaw.definitions import rows
from govlaw.errors import GovlawError, SourceError, TableError

#: Every simulated report is named so. Division codes start with 99, then 98 and 97, which
#: GB/T 2260 leaves free.
PREFIX = "sim_"
MOST = 100_000
TRUTH_COLUMNS = (
    "doc_id", "edition", "adcode", "period", "figure", "indicator", "role", "disclosed", "start",
    "end", "printed", "value", "actual", "approximate", "heaped", "error",
)  # fmt: skip
PLACE_COLUMNS = ("adcode", "period", "edition", "region", "level", "treated", "place_effect")

_STAGED = Path(".parts", "new")  # where a corpus is made before it is put into its place
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_NUMBERS = "一二三四五六七八九十"
_SLOT = re.compile(r"\{(\w+)(?::([^}]+))?\}")
_CODES = 9999  # places under one pair of digits
_FEW = 100  # smaller counts are printed exactly
_LOWEST_SHARE, _HIGHEST_SHARE = 0.005, 0.995


@dataclass(frozen=True, slots=True)
class Process:
    """The parameters of the process; ``simulated_process.csv`` says what each means."""

    first_year: int
    years: int
    county_share: float
    county_scale: float
    place_spread: float
    trend: float
    share_trend: float
    treated_share: float
    treated_from: int
    disclosure: float
    selection: float
    rate_only: float
    approximate: float
    heaping: float
    error_rate: float


@cache
def default() -> Process:
    """Return the process that the package's table states."""
    stated = {row["name"]: row["value"] for row in rows("simulated_process")}
    whole = {f.name for f in fields(Process) if f.type == "int"}
    values: dict[str, Any] = {n: int(v) if n in whole else float(v) for n, v in stated.items()}
    return Process(**values)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that reports may print: a count, a part of one, a rate of both, a sum or a share.

    ``level`` is the mean of a count in a prefecture at the start; ``spread`` its standard
    deviation in logs, or that of a share between places; ``effect`` what the treatment adds (to
    the log of a count, to a share).
    """

    name: str
    indicator: str
    kind: str
    level: float
    spread: float
    base: tuple[str, ...]
    share: float
    effect: float
    loose: bool


@cache
def figures() -> dict[str, Figure]:
    """Return the figures of the process by name, each after those that it is made of."""
    return {
        row["figure"]: Figure(
            row["figure"],
            row["indicator"],
            row["kind"],
            float(row["level"] or 0),
            float(row["spread"] or 0),
            tuple(row["base"].split("/")) if row["base"] else (),
            float(row["share"] or 0),
            float(row["effect"] or 0),
            row["loose"] == "yes",
        )
        for row in rows("simulated_figures")
    }


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that a report may say: its wordings and the figures that they hold."""

    section: str
    name: str
    wordings: tuple[str, ...]
    figures: tuple[str, ...]
    rate: str


@cache
def _groups() -> dict[str, Group]:
    found: dict[str, list[str]] = {}
    section: dict[str, str] = {}
    for row in rows("simulated_words"):
        if row["kind"] == "sentence":
            found.setdefault(row["group"], []).append(row["text"])
            section[row["group"]] = row["section"]
    made = {}
    for name, wordings in found.items():
        held = [m[1] for text in wordings for m in _SLOT.finditer(text) if m[1] in figures()]
        rate = next((f for f in held if figures()[f].kind in ("rate", "share")), "")
        made[name] = Group(section[name], name, tuple(wordings), tuple(dict.fromkeys(held)), rate)
    return made


@dataclass(frozen=True, slots=True)
class Place:
    """A made-up place: its effect, how open it is, and whether it is treated."""

    number: int
    adcode: str
    name: str
    county: bool
    effect: float
    openness: float
    treated: bool
    shares: np.ndarray
    decimals: int


@dataclass(frozen=True, slots=True)
class Year:
    """What happened in one place in one year, and what of it is disclosed.

    ``actual`` holds counts as integers and shares as fractions of one; ``disclosed`` the groups
    of sentences that the report prints.
    """

    place: Place
    year: int
    treated: bool
    actual: dict[str, int | Fraction]
    disclosed: frozenset[str]

    @property
    def doc_id(self) -> str:
        """The name of the report of this place and year."""
        return f"{PREFIX}{self.place.adcode}_{self.year}"


@dataclass(frozen=True, slots=True)
class Report:
    """A simulated report as a file, and a row of truth for every figure of the process."""

    doc_id: str
    content: str
    truth: list[tables.Row]


def _place(number: int, seed: int, process: Process) -> Place:
    rng = np.random.default_rng([seed, 1, number])
    county = bool(rng.random() < process.county_share)
    treated = bool(rng.random() < process.treated_share)
    effect, openness = rng.normal(0, process.place_spread), rng.normal()
    name = _STEMS[number % 10] + _BRANCHES[number // 10 % 12]
    rest = number // 120
    while rest:
        name += _STEMS[rest % 10]
        rest //= 10
    code = f"{99 - number // _CODES}{number % _CODES + 1:04d}"
    return Place(
        number, code, f"模拟{name}{'县' if county else '市'}", county,
        float(effect), float(openness), treated, rng.normal(size=len(figures())),
        int(rng.choice(3, p=(0.2, 0.3, 0.5))),
    )  # fmt: skip


def years(
    reports: int, seed: int, process: Process | None = None, only: Collection[str] = ()
) -> Iterator[Year]:
    """Draw what happens in places and years, a place at a time.

    Counts: log of the mean = log level + place effect + trend + effect of the treatment, times a
    lognormal draw. Parts: binomial with a share that is linear in place, year and treatment.
    Disclosure: log-odds rise with the result, or with the openness of the place where a sentence
    holds no rate; what is missing is therefore not missing at random.

    Parameters
    ----------
    reports : how many, at least 1
    seed : any whole number from 0
    process : parameters; those of the package by default
    only : groups of sentences to draw; all by default (fewer are faster, and other draws)

    Raises
    ------
    GovlawError
        If the number of reports or the seed cannot be used.
    """
    process = process or default()
    check(reports, seed)
    groups = [g for g in _groups().values() if not only or g.name in only]
    for number in range(math.ceil(reports / process.years)):
        place = _place(number, seed, process)
        for t in range(min(process.years, reports - number * process.years)):
            rng = np.random.default_rng([seed, 2, number, t])
            yield _year(place, t, process, groups, rng)


def check(reports: int, seed: int) -> None:
    """Refuse a number of reports or a seed that cannot be used."""
    if not 1 <= reports <= MOST:
        raise GovlawError(f"{reports} reports cannot be simulated; ask for 1 to {MOST:,}")
    if seed < 0:
        raise GovlawError(f"the seed is {seed}; use a whole number from 0")


def _year(
    place: Place, t: int, process: Process, groups: list[Group], rng: np.random.Generator
) -> Year:
    year = process.first_year + t
    treated = place.treated and year >= process.treated_from
    needed = _needed(tuple(group.figures for group in groups))
    noise = rng.normal(size=len(figures()))
    actual: dict[str, int | Fraction] = {}
    for i, figure in enumerate(figures().values()):
        if figure.name in needed:
            actual[figure.name] = _happens(
                figure, i, place, t, treated, process, actual, noise, rng
            )
    disclosed = []
    for group in groups:
        good = place.openness
        if group.rate:
            good = _goodness(group.rate, actual[group.rate], process.share_trend * t)
        odds = process.disclosure / (1 - process.disclosure) * math.exp(process.selection * good)
        if not group.figures or rng.random() < odds / (1 + odds):
            disclosed.append(group.name)
    return Year(place, year, treated, actual, frozenset(disclosed))


@cache
def _needed(wanted: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """Return figures with all that they are made of."""
    found: set[str] = set()
    for name in (n for names in wanted for n in names):
        found |= {name} | _needed((figures()[name].base,))
    return frozenset(found)


def _happens(
    figure: Figure, i: int, place: Place, t: int, treated: bool, process: Process,
    actual: dict[str, int | Fraction], noise: np.ndarray, rng: np.random.Generator,
) -> int | Fraction:  # fmt: skip
    if figure.kind == "count":
        mean = math.log(figure.level) + place.effect + process.trend * t
        mean += figure.effect * treated + (math.log(process.county_scale) if place.county else 0)
        return max(round(math.exp(mean + figure.spread * noise[i])), 1)
    if figure.kind == "sum":
        return int(sum(actual[name] for name in figure.base))
    if figure.kind == "rate":
        part, base = (int(actual[name]) for name in figure.base)
        return Fraction(part, base) if base else Fraction(0)
    share = figure.share + figure.spread * place.shares[i] + process.share_trend * t
    share = min(max(share + figure.effect * treated, _LOWEST_SHARE), _HIGHEST_SHARE)
    if figure.kind == "part":
        return int(rng.binomial(int(actual[figure.base[0]]), share))
    drawn = share + figure.spread / 2 * noise[i]
    return Fraction(round(min(max(drawn, 0.5), _HIGHEST_SHARE) * 10_000), 10_000)


def _goodness(rate: str, share: int | Fraction, drift: float) -> float:
    """Return how much better a rate is than usual, in standard deviations between places."""
    entry = figures()[rate]
    part = figures()[entry.base[0]] if entry.base else entry
    sign = {"higher_better": 1, "lower_better": -1}.get(indicators()[rate].direction, 0)
    return sign * min(max((float(share) - part.share - drift) / part.spread, -3.0), 3.0)


# -- text ----------------------------------------------------------------------------------


class _Text:
    """A report's text as it grows, with the place of every planted figure."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, text: str) -> tuple[int, int]:
        start = self.length
        self.pieces.append(text)
        self.length += len(text)
        return start, self.length


def report(year: Year, seed: int, process: Process | None = None) -> Report:
    """Write the report of one place and year.

    Returns
    -------
    Report, whose ``truth`` has a row for every figure that happened (``disclosed`` false where
    the report does not print it) and one for every target
    """
    process = process or default()
    t = year.year - process.first_year
    rng = np.random.default_rng([seed, 3, year.place.number, t])
    writer = _Writer(year, rng, process)
    writer.write()
    return Report(
        year.doc_id, _front_matter(year, rng) + "".join(writer.text.pieces), writer.truth()
    )


def _front_matter(year: Year, rng: np.random.Generator) -> str:
    place, after = year.place, year.year + 1
    month, day = int(rng.integers(1, 5)), int(rng.integers(1, 26))
    lines = {
        "title": f"{place.name}人民政府{year.year}年度法治政府建设情况报告（模拟）",
        "issuer": f"{place.name}人民政府",
        "place": place.name,
        "adcode": f'"{place.adcode}"',
        "province": "模拟省",
        "level": "county" if place.county else "prefecture",
        "kind": "annual_report",
        "period": f'"{year.year}"',
        "written": f'"{after}-{month:02d}-{day:02d}"',
    }
    if rng.random() < 0.7:
        lines["published"] = f'"{after}-{month:02d}-{day + int(rng.integers(0, 4)):02d}"'
    lines |= {"edition": "simulated", "source": "由govlaw simulate生成，并非真实报告"}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in lines.items()) + "---\n"


class _Writer:
    """Puts one report into words and keeps what it prints."""

    def __init__(self, year: Year, rng: np.random.Generator, process: Process) -> None:
        self.year, self.rng, self.process = year, rng, process
        self.text = _Text()
        self.printed: dict[tuple[str, str], tables.Row] = {}
        self.names = {"g": "县" if year.place.county else "市", "year": str(year.year)}

    def write(self) -> None:
        """Write title, opening and every section with its sentences."""
        by_section: dict[str, dict[str, list[str]]] = {}
        for row in rows("simulated_words"):
            held = by_section.setdefault(row["section"], {})
            held.setdefault(row["group"] or row["kind"], []).append(row["text"])
        self.text.add(f"{self.year.place.name}{self.year.year}年度法治政府建设情况报告\n\n")
        self.text.add("本文由程序生成，并非真实报告。")
        listed = bool(self.rng.random() < 0.4)
        number = 0
        for section, held in by_section.items():
            if "heading" in held:
                number += 1
                self.text.add(f"\n\n{_numeral(number)}、{self._pick(held['heading'])}\n\n")
            self._sentences(section, held, listed and section not in ("opening", "next_year"))
        self.text.add("\n")

    def _sentences(self, section: str, held: dict[str, list[str]], listed: bool) -> None:
        said: list[tuple[str, str]] = []
        for name, wordings in held.items():
            if name == "filler":
                some = self.rng.permutation(len(wordings))[: int(self.rng.integers(2, 5))]
                said += [("", wordings[i]) for i in sorted(some)]
            elif name != "heading" and name in self.year.disclosed:
                said.append((name, self._wording(_groups()[name])))
        if section in ("leadership", "shortcomings", "first_person"):
            said.sort(key=lambda pair: bool(pair[0]))  # the general before the particular
        for i, (_, wording) in enumerate(said):
            self.text.add(f"{_NUMBERS[i]}是" if listed and 1 < len(said) <= 10 else "")
            self._say(wording, "target" if section == "next_year" else "actual")

    def _wording(self, group: Group) -> str:
        """Choose a wording; one with the rate alone is as likely as the process says."""
        bare = [w for w in group.wordings if self._is_bare(w, group)]
        full = [w for w in group.wordings if w not in bare]
        if bare and full:
            return self._pick(bare if self.rng.random() < self.process.rate_only else full)
        return self._pick(list(group.wordings))

    def _is_bare(self, wording: str, group: Group) -> bool:
        base = figures()[group.rate].base if group.rate else ()
        return bool(base) and not all(f"{{{name}:" in wording for name in base)

    def _pick(self, listed: list[str]) -> str:
        return listed[int(self.rng.integers(len(listed)))]

    def _say(self, wording: str, role: str) -> None:
        """Add a sentence with its figures; one that is tied to others may be made wrong."""
        tied = dict.fromkeys(m[1] for m in _SLOT.finditer(wording) if m[1] in figures())
        here, wrong = 0, ""
        for name in tied:
            kind, base = figures()[name].kind, figures()[name].base
            planted = kind in ("rate", "sum") and set(base) <= set(tied)
            if planted and role == "actual" and self.rng.random() < self.process.error_rate:
                wrong = name
        for slot in _SLOT.finditer(wording):
            self.text.add(wording[here : slot.start()])
            here = slot.end()
            if slot[1] in self.names:
                self.text.add(self.names[slot[1]])
            else:
                self._print(figures()[slot[1]], slot[2], role, slot[1] == wrong)
        self.text.add(wording[here:])

    def _print(self, figure: Figure, unit: str, role: str, wrong: bool) -> None:
        actual = self.year.actual[figure.name]
        approximate = heaped = False
        if role == "target":
            shown = value = self._target(figure, actual)
        elif figure.kind in ("rate", "share"):
            shown = value = self._rate(figure, Fraction(actual), wrong)
        else:
            count = int(actual)
            if wrong:
                count -= int(self.rng.integers(1, max(min(count // 3, 90), 2)))
            shown, value, approximate, heaped = self._count(figure, count)
        printed = f"{shown}{unit}"
        start, end = self.text.add(printed)
        self.printed[figure.name, role] = {
            "start": str(start),
            "end": str(end),
            "printed": printed,
            "value": value,
            "approximate": _flag(approximate),
            "heaped": _flag(heaped),
            "error": figure.kind if wrong else "",
        }

    def _target(self, figure: Figure, actual: int | Fraction) -> str:
        if isinstance(actual, Fraction):
            return str(min(int(actual * 100) // 5 * 5 + 5, 98))
        return str(max(actual // 50 * 10, 10))

    def _rate(self, figure: Figure, share: Fraction, wrong: bool) -> str:
        """Print a rate with the place's decimals; a planted error is two to nine points off."""
        decimals = self.year.place.decimals
        shift = int(self.rng.integers(2, 10)) if wrong else 0
        if shift and float(share) * 100 + shift > 98:
            shift = -shift
        moved = share + Fraction(shift, 100)
        return percentage(Decimal(moved.numerator), Decimal(moved.denominator), decimals)

    def _count(self, figure: Figure, count: int) -> tuple[str, str, bool, bool]:
        """Return how a count is printed, its value, whether that is loose, and whether heaped."""
        if figure.loose and count >= _FEW and self.rng.random() < self.process.approximate:
            place = 10 ** (len(str(count)) - 2)
            down, nearest = count // place * place, (count + place // 2) // place * place
            form = int(self.rng.integers(5))
            if form == 0 and down < count:
                return f"{_scaled(down)}余", str(down), True, False
            if form == 1 and down < count:
                return f"近{_scaled(down + place)}", str(down + place), True, False
            if form == 2 and down < count:
                return f"超过{_scaled(down)}", str(down), True, False
            if form == 3:
                return f"约{_scaled(nearest)}", str(nearest), True, False
            if count >= 10_000:
                hundreds = (count + 50) // 100
                return f"{_scaled(hundreds * 100)}", str(hundreds * 100), True, False
        if figure.loose and count >= 20 and self.rng.random() < self.process.heaping:
            count = (count + 2) // 5 * 5
            return str(count), str(count), False, True
        return str(count), str(count), False, False

    def truth(self) -> list[tables.Row]:
        """Return a row for every figure of the process, printed or not, and for every target."""
        about = {
            "doc_id": self.year.doc_id,
            "edition": "simulated",
            "adcode": self.year.place.adcode,
            "period": str(self.year.year),
        }
        keys = dict.fromkeys((name, "actual") for name in self.year.actual)
        found = []
        for name, role in [*keys, *(k for k in self.printed if k not in keys)]:
            actual = self.year.actual[name]
            share = isinstance(actual, Fraction)
            row = dict.fromkeys(TRUTH_COLUMNS, "") | about
            row |= {
                "figure": name,
                "indicator": figures()[name].indicator,
                "role": role,
                "disclosed": _flag((name, role) in self.printed),
                "actual": f"{float(actual) * 100:.6f}" if share else str(actual),
            }
            found.append(row | self.printed.get((name, role), {}))
        return found


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _scaled(value: int) -> str:
    """Return a round count as it is printed: from ten thousand on in 万."""
    if value < 10_000 or value % 100:
        return str(value)
    return f"{value / 10_000:.2f}".rstrip("0").rstrip(".") + "万"


def _numeral(number: int) -> str:
    return _NUMBERS[number - 1] if number <= 10 else "十" + _NUMBERS[number - 11]


# -- files ---------------------------------------------------------------------------------


def made(reports: int, seed: int, process: Process | None = None) -> Iterator[Report]:
    """Make reports one after the other; see :func:`years` and :func:`report`."""
    for year in years(reports, seed, process):
        yield report(year, seed, process)


def write(out: Path, reports: int, seed: int, process: Process | None = None) -> int:
    """Write a simulated corpus: reports as ``.md``, ``truth.csv``, ``places.csv``, ``process.csv``.

    Returns how many reports there are. They are made one after the other and put into their
    places together at the end; reports of an earlier simulation that are not made again are taken
    away.

    Raises
    ------
    SourceError
        If the folder holds a report that is not simulated: the two are never mixed.
    GovlawError
        If the number of reports or the seed cannot be used.
    TableError
        If the folder cannot be written to, or another run is at work in it.
    """
    process = process or default()
    check(reports, seed)
    before = _earlier(out)
    with locks.alone(out):
        staged = out / _STAGED
        try:
            shutil.rmtree(staged.parent, ignore_errors=True)
            staged.mkdir(parents=True)
            made = _stage(out, staged, reports, seed, process)
            gone = [file.name for file in before if file.name not in made]
            tables.exchange(out, staged, gone, ())
        except OSError as error:
            raise TableError(f"{out}: cannot be written: {error.strerror or error}") from error
        finally:
            shutil.rmtree(staged.parent, ignore_errors=True)
    return reports


def _stage(out: Path, staged: Path, reports: int, seed: int, process: Process) -> set[str]:
    """Make all files beside their places, but for reports that are there; return their names."""
    made = set()
    with ExitStack() as stack:
        listed = {}
        for name, columns in (("truth", TRUTH_COLUMNS), ("places", PLACE_COLUMNS)):
            file = stack.enter_context((staged / f"{name}.csv").open("wb"))
            file.write(tables.lines(columns, (), header=True))
            listed[name] = file
        for year in years(reports, seed, process):
            one = report(year, seed, process)
            name, content = f"{one.doc_id}.md", one.content.encode("utf-8")
            if not _holds(out / name, content):
                (staged / name).write_bytes(content)
            made.add(name)
            listed["truth"].write(tables.lines(TRUTH_COLUMNS, one.truth))
            listed["places"].write(tables.lines(PLACE_COLUMNS, [_place_row(year)]))
    stated = _stated(process, reports, seed)
    (staged / "process.csv").write_bytes(
        tables.lines(("name", "value", "note_zh", "note_en"), stated, header=True)
    )
    return made


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _earlier(out: Path) -> list[Path]:
    """Return the simulated reports in a folder; refuse one with others."""
    if not out.is_dir():
        return []
    held = corpus.reports(out)
    foreign = [file for file in held if not file.name.startswith(PREFIX)]
    if foreign:
        raise SourceError(
            f"{out}: holds {foreign[0].name}, which is no simulated report; choose another --out"
        )
    return held


def _place_row(year: Year) -> tables.Row:
    place = year.place
    return {
        "adcode": place.adcode,
        "period": str(year.year),
        "edition": "simulated",
        "region": place.name,
        "level": "county" if place.county else "prefecture",
        "treated": str(int(year.treated)),
        "place_effect": f"{place.effect:.6f}",
    }


def _stated(process: Process, reports: int, seed: int) -> list[tables.Row]:
    """Return the parameters of a corpus: those of the process, the effects, the seed."""
    found = [
        {"name": "reports", "value": str(reports), "note_zh": "报告份数", "note_en": "reports"},
        {"name": "seed", "value": str(seed), "note_zh": "随机种子", "note_en": "seed"},
    ]
    for row in rows("simulated_process"):
        found.append(row | {"value": f"{getattr(process, row['name']):g}"})
    for figure in figures().values():
        if figure.effect:
            found.append({"name": f"effect.{figure.name}", "value": f"{figure.effect:g}",
                          "note_zh": "处理效应", "note_en": "effect of the treatment"})  # fmt: skip
    return found

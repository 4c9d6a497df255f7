"""The codebook: indicators, their definitions, and the rules by which figures get their codes.

Both are tables, ``indicators.csv`` and ``rules.csv``. A code is never reused; ``since`` names the
version of the codebook that brought it in. A user's own file adds indicators and rules to them:
:func:`load` reads it, and :func:`using` makes it the codebook of this process and of the notebooks
that it starts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from govlaw import names
from govlaw.definitions import rows, words
from govlaw.errors import TableError
from govlaw.gates import Index, needed
from govlaw.grammar import dimension_of

#: Version of the package's own tables: raised whenever a definition or a code changes.
PACKAGE_VERSION = "3"
#: Kinds of figure that an indicator can have; a change from an earlier value gets no code, unless
#: the entry measures the cut itself (``takes_change``).
KINDS = ("count", "rate", "amount", "rank", "duration", "level", "other")
LONGEST_CODE = 29
_LONGEST_PHRASE = 60  # letters; longer ones do not come back
_MOST_PHRASES = 50_000
#: Columns of a user's file that describe an indicator, and those that make up a rule.
ENTRY_COLUMNS = (
    "label_zh", "label_en", "dimension", "unit", "kind", "definition_zh", "definition_en",
    "numerator_code", "denominator_code",
)  # fmt: skip
RULE_COLUMNS = ("units", "name", "context", "exclude")
_NEEDED = ("label_zh", "label_en", "dimension", "kind")
_VARIABLE = "GOVLAW_CODEBOOK"

if TYPE_CHECKING:
    #: Version of the codebook in use: the package's, with ``+`` and eight digits of a user's file.
    VERSION: str
else:

    def __getattr__(name: str) -> str:
        if name == "VERSION":
            return load().version
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the codebook.

    ``formula`` of a rate is ``numerator / denominator``, in codes; ``bases`` lists every
    admissible denominator, the codebook's own first. ``status`` is core, reserve, extended or user.
    ``takes_change`` (``takes=change`` in the notes) marks an entry that measures a cut from a fixed
    base, as 承诺时限压缩75%: only such an entry can claim a figure of the kind ``change``.
    """

    code: str
    status: str
    since: str
    dimension: str
    kind: str
    unit: str
    label_zh: str
    label_en: str
    definition_zh: str
    definition_en: str
    numerator: str
    bases: tuple[str, ...]
    outline_articles: tuple[str, ...]
    phrasings: tuple[str, ...]
    direction: str
    notes: str
    takes_change: bool

    @property
    def formula(self) -> str:
        """The formula in codes, or nothing where the entry has none."""
        return f"{self.numerator} / {self.bases[0]}" if self.numerator and self.bases else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which reports name an indicator.

    ``name`` must be found in the figure's own words, ``context`` (if any) in what stands before
    it in the sentence or in the headings above it; ``exclude`` must not be found in its own words.
    ``units`` are canonical units or dimensions of ``units.csv``; the empty unit is written ``-``.
    """

    code: str
    units: frozenset[str]
    name: re.Pattern[str]
    context: re.Pattern[str] | None
    exclude: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Codebook:
    """Indicators by code, and rules by the canonical unit of the figures that they can claim.

    ``listed`` holds every rule once, in the order of the tables; ``index`` tells which rules can
    match at all, ``memory`` what was found in phrases seen before.
    """

    version: str
    indicators: dict[str, Indicator]
    rules: dict[str, tuple[Rule, ...]]
    listed: tuple[Rule, ...]
    index: dict[str, Index]
    memory: dict[tuple[str, str], tuple[tuple[Rule, int], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def candidates(self, unit: str, words: str) -> list[Rule]:
        """Return the rules for a unit that can match in a figure's own words, in order."""
        if unit not in self.rules:
            return []
        listed = self.rules[unit]
        return [listed[number] for number in self.index[unit].candidates(words)]

    def naming(self, unit: str, words: str) -> tuple[tuple[Rule, int], ...]:
        """Return the rules whose name stands in a figure's own words, with the name's length.

        Reports repeat their phrases (、办结#), so what was asked before is remembered.
        """
        key = (unit, words)
        found = self.memory.get(key)
        if found is None:
            found = tuple(self._naming(unit, words))
            if len(words) <= _LONGEST_PHRASE:
                if len(self.memory) >= _MOST_PHRASES:
                    self.memory.clear()
                self.memory[key] = found
        return found

    def _naming(self, unit: str, words: str) -> Iterator[tuple[Rule, int]]:
        for rule in self.candidates(unit, words):
            match = rule.name.search(words)
            if match and not (rule.exclude and rule.exclude.search(words)):
                yield rule, len(match[0])


def load(path: Path | None = None) -> Codebook:
    """Return the codebook: the package's tables and what a user's file adds to them.

    Parameters
    ----------
    path : a CSV file with ``code``, ``ENTRY_COLUMNS`` and ``RULE_COLUMNS``; by default the file
        that :func:`using` names, or else none

    Raises
    ------
    TableError
        If a table or the file cannot be read or has a mistake; the message names the line.
    """
    named = os.environ.get(_VARIABLE) if path is None else str(path)
    if not named:
        return _package()
    try:
        state = os.stat(named)
    except OSError as error:
        raise TableError(f"{named}: cannot be read: {error.strerror or error}") from error
    return _extended(named, state.st_mtime_ns, state.st_size)


def package() -> Codebook:
    """Return the codebook of the package alone, without a user's file."""
    return _package()


@contextmanager
def using(path: Path | None) -> Iterator[Codebook]:
    """Make a user's file the codebook in use, here and in processes started meanwhile.

    It is handed on in the environment, since notebooks run in processes of their own.
    """
    if path is None:
        yield load()
        return
    before = os.environ.get(_VARIABLE)
    book = load(path)
    os.environ[_VARIABLE] = str(path.resolve())
    try:
        yield book
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before


def indicators() -> dict[str, Indicator]:
    """Return the entries of the codebook in use by code."""
    return load().indicators


def rules() -> dict[str, tuple[Rule, ...]]:
    """Return the rules in use by the canonical unit of the figures that they can claim.

    Raises
    ------
    TableError
        If a rule names a code or a unit that does not exist, or a pattern is malformed.
    """
    return load().rules


def until(book: Codebook, version: int) -> Codebook:
    """Return a codebook as far as its codes were there in a version.

    An annotation knows the codes of its time: a figure that it leaves without a code may have got
    one since.
    """
    entries = {
        code: entry
        for code, entry in book.indicators.items()
        if not entry.since.isdigit() or int(entry.since) <= version
    }
    listed = [rule for rule in book.listed if rule.code in entries]
    return _book(f"{book.version} (codes of {version})", entries, listed)


# -- the package's tables ------------------------------------------------------------------


@cache
def _package() -> Codebook:
    entries = _entries()
    listed = []
    for line, row in enumerate(rows("rules"), start=2):
        where = f"rules.csv, line {line}"
        if row["code"] not in entries:
            raise TableError(f"{where}: the code {row['code']!r} is not in indicators.csv")
        listed.append(_rule(row, where))
    return _book(PACKAGE_VERSION, entries, listed)


def _entries() -> dict[str, Indicator]:
    table = rows("indicators")
    codes = {row["code"] for row in table}
    found: dict[str, Indicator] = {}
    for row in table:
        if row["code"] in found:
            raise TableError(f"indicators.csv: the code {row['code']!r} stands there twice")
        alternative = re.search(r"alt_den=([a-z0-9_,-]+)", row["notes"])
        named = [row["denominator_code"], *(alternative[1].split(",") if alternative else [])]
        bases = tuple(dict.fromkeys(base for base in named if base in codes))
        found[row["code"]] = _indicator(row, row["status"], row["since"], bases)
    return found


def _indicator(
    row: Mapping[str, str], status: str, since: str, bases: tuple[str, ...]
) -> Indicator:
    """Make an entry of a row; the columns that only the package's table has may be missing."""
    return Indicator(
        code=row["code"],
        status=status,
        since=since,
        dimension=row["dimension"],
        kind=row["kind"],
        unit=row["unit"],
        label_zh=row["label_zh"],
        label_en=row["label_en"],
        definition_zh=row["definition_zh"],
        definition_en=row["definition_en"],
        numerator=row["numerator_code"],
        bases=bases,
        outline_articles=words(row.get("outline_ref", "")),
        phrasings=words(row.get("common_phrasings_zh", "")),
        direction=row.get("direction", ""),
        notes=row.get("notes", ""),
        takes_change="takes=change" in row.get("notes", ""),
    )


def _rule(row: Mapping[str, str], where: str) -> Rule:
    """Make a rule of a row; ``where`` begins the message if something is wrong with it."""
    known = dimension_of()
    named = words(row["units"])
    accepted = {u for u, d in known.items() if u in named or d in named}
    accepted |= {""} if "-" in named else set()
    missing = [n for n in named if n != "-" and n not in known and n not in known.values()]
    if missing or not accepted:
        raise TableError(f"{where}: the unit {' '.join(missing)!r} is not in units.csv")
    compiled: list[re.Pattern[str] | None] = []
    for column in ("name", "context", "exclude"):
        try:
            compiled.append(_pattern(row[column]) if row[column] else None)
        except (re.error, OverflowError, RecursionError, FutureWarning) as error:
            raise TableError(
                f"{where}: a pattern is malformed ({column}): {error}: {row[column][:200]!r}"
            ) from error
    name, context, exclude = compiled
    if name is None:
        raise TableError(f"{where}: the column name is empty; give the words that name the figure")
    return Rule(row["code"], frozenset(accepted), name, context, exclude)


def _pattern(words: str) -> re.Pattern[str]:
    """Compile a pattern; what a later Python will read in another way is malformed today."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        made = re.compile(words)
        needed(made)  # the index reads it, too, and some patterns are nested too deeply for that
    return made


def _book(version: str, entries: dict[str, Indicator], listed: Iterable[Rule]) -> Codebook:
    found: dict[str, list[Rule]] = {}
    listed = tuple(listed)
    for rule in listed:
        for unit in sorted(rule.units):
            found.setdefault(unit, []).append(rule)
    by_unit = {unit: tuple(of_unit) for unit, of_unit in found.items()}
    index = {unit: Index(rule.name for rule in of_unit) for unit, of_unit in by_unit.items()}
    return Codebook(version, entries, by_unit, listed, index)


# -- a user's file -------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _extended(name: str, changed: int, size: int) -> Codebook:
    """Return the codebook with a user's file; ``changed`` and ``size`` tell its states apart."""
    package = _package()
    raw, table = numbered(Path(name), ("code", *ENTRY_COLUMNS, *RULE_COLUMNS))
    version = f"{PACKAGE_VERSION}+{hashlib.sha256(raw).hexdigest()[:8]}"
    entries, added = dict(package.indicators), []
    first: dict[str, dict[str, str]] = {}
    for line, row in table:
        where = f"{name}, line {line}"
        code = row["code"]
        if code in package.indicators:
            _same(row, _described(package.indicators[code]), where, "the codebook")
        elif code in first:
            _same(row, first[code], where, "its first row")
        else:
            entries[code] = _entry(row, version, where)
            first[code] = row
        if any(row[column] for column in RULE_COLUMNS):
            if not row["units"]:
                raise TableError(f"{where}: the column units is empty; name the units it takes")
            added.append(_rule(row, where))
    for line, row in table:
        for column in ("numerator_code", "denominator_code"):
            if row[column] and row[column] not in entries:
                raise TableError(
                    f"{name}, line {line}: {column} is {row[column]!r}, which is no code of the "
                    "codebook or of this file"
                )
    return _book(version, entries, [*package.listed, *added])


def _entry(row: Mapping[str, str], version: str, where: str) -> Indicator:
    if not re.fullmatch(rf"[a-z][a-z0-9_]{{0,{LONGEST_CODE - 1}}}", row["code"]):
        raise TableError(
            f"{where}: the code {row['code']!r} must be small letters, digits and _, at most "
            f"{LONGEST_CODE}"
        )
    if names.reserved(row["code"]):
        raise TableError(f"{where}: the code {row['code']!r} is kept for a file; choose another")
    for column in _NEEDED:
        if not row[column]:
            raise TableError(f"{where}: the column {column} is empty; a new code needs it")
    dimensions = [known["dimension"] for known in rows("dimensions")]
    for column, known in (("dimension", dimensions), ("kind", KINDS)):
        if row[column] not in known:
            raise TableError(f"{where}: the {column} {row[column]!r} is none of {', '.join(known)}")
    bases = tuple(base for base in [row["denominator_code"]] if base)
    own = {column: row[column] for column in ("code", *ENTRY_COLUMNS)}
    return _indicator(own, "user", version, bases)


def _described(entry: Indicator) -> dict[str, str]:
    """Return what a user's row for an entry of the codebook may repeat, and must not change."""
    return {
        **{c: getattr(entry, c) for c in ENTRY_COLUMNS if hasattr(entry, c)},
        "numerator_code": entry.numerator,
        "denominator_code": next(iter(entry.bases), ""),
    }


def _same(row: Mapping[str, str], known: Mapping[str, str], where: str, whose: str) -> None:
    for column in ENTRY_COLUMNS:
        if row[column] and row[column] != known[column]:
            raise TableError(
                f"{where}: {column} of {row['code']} differs from {whose}; leave it empty there"
            )


def numbered(path: Path, columns: Iterable[str]) -> tuple[bytes, list[tuple[int, dict[str, str]]]]:
    """Read a user's CSV file: its bytes, and each row with the line that it ends on.

    Raises
    ------
    TableError
        If the file cannot be read, is not UTF-8, lacks one of the columns or has none, or a row
        has more or fewer cells than the header.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: not UTF-8; save it as CSV in UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    found: list[tuple[int, dict[str, str]]] = []
    try:
        header = next(reader, [])
        missing = [column for column in columns if column not in header]
        if missing:
            raise TableError(f"{path}: the column {', '.join(missing)} is missing in line 1")
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise TableError(
                    f"{path}, line {reader.line_num}: {len(cells)} cells where the header has "
                    f"{len(header)}; quote cells that hold a comma"
                )
            found.append((reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise TableError(f"{path}, line {reader.line_num}: {error}") from error
    return raw, found

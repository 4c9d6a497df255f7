"""An entry of the codebook in words: what it counts, how it is recognised, where it was found."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from govlaw import tables
from govlaw.codebook import Codebook, Indicator, Rule, load
from govlaw.errors import TableError
from govlaw.labels import check_language, dimension, label, listed, optional, place, years
from govlaw.tables import Study

_PROCESSED = Path("data/processed")
_MOST_EXAMPLES = 5
_LONGEST_SENTENCE = 160
_TASK = re.compile(r"\bo2015=([0-9-]+)")
_ALTERNATIVE = re.compile(r"\balt_den=([a-z0-9_,-]+)")
_MEASURE_WORDS = re.compile(r"(\w+)\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Example:
    """A figure of a study that carries the code: where it stands, as printed, in its sentence."""

    place: str
    text: str
    sentence: str


def run(code: str | None, language: str, processed: Path | None = None) -> str:
    """Return what ``govlaw describe`` prints: an entry, or the list of codes where none is named.

    Parameters
    ----------
    processed : the tables to take examples from; by default ``data/processed``, if it is there

    Raises
    ------
    TableError
        If there is no such code, or no tables in a folder that was named.
    """
    if code is None:
        return codes(language)
    find(code)
    study = None
    if processed is not None or (_PROCESSED / "observations.csv").exists():
        study = tables.read(processed or _PROCESSED)
    return entry(code, language, examples(study, code, language) if study else [])


def find(code: str, codebook: Codebook | None = None) -> Indicator:
    """Return an entry of the codebook.

    Raises
    ------
    TableError
        If there is none of that code; the message names the nearest ones.
    """
    entries = (codebook or load()).indicators
    if code not in entries:
        near = difflib.get_close_matches(code, entries, n=3, cutoff=0.5)
        advice = f"nearest: {', '.join(near)}" if near else "`govlaw describe` lists the codes"
        raise TableError(f"the codebook has no code {code!r}; {advice}")
    return entries[code]


def codes(language: str, codebook: Codebook | None = None) -> str:
    """Return every code with its label, by dimension."""
    book = codebook or load()
    by_dimension: dict[str, list[Indicator]] = {}
    for indicator in book.indicators.values():
        by_dimension.setdefault(indicator.dimension, []).append(indicator)
    lines = [label("describe.title", language, version=book.version, n=len(book.indicators))]
    for name, entries in by_dimension.items():
        lines += ["", f"{dimension(name, language)} ({name})"]
        lines += [f"  {e.code:30} {_label(e, language)}" for e in entries]
    return "\n".join(lines)


def entry(
    code: str,
    language: str,
    found: list[Example] | None = None,
    codebook: Codebook | None = None,
) -> str:
    """Return an entry of the codebook as text, a line a field; fields without content are left out.

    Raises
    ------
    TableError
        If there is no such code or language.
    """
    check_language(language)
    book = codebook or load()
    return "\n".join(_lines(find(code, book), language, found or [], book))


def examples(study: Study, code: str, language: str) -> list[Example]:
    """Return up to five figures of a study that carry a code, of as many reports as there are."""
    observed = study.observations
    chosen = observed[observed["indicator"] == code]
    turn = chosen.groupby("doc_id").cumcount()
    chosen = chosen.assign(turn=turn).sort_values("turn", kind="stable").head(_MOST_EXAMPLES)
    about = {str(row.doc_id): row for row in study.documents.itertuples()}
    found = []
    for row in chosen.itertuples():
        document = about[str(row.doc_id)]
        where = place(str(document.adcode), str(document.region), language)
        when = years(str(document.period_start), str(document.period_end))
        named = " ".join(word for word in (where, when) if word) or str(row.doc_id)
        text = study.text(str(row.doc_id))
        span = (int(str(row.sentence_start)), int(str(row.sentence_end)))
        found.append(Example(named, str(row.text), sentence(text, span, int(str(row.start)))))
    return found


def sentence(text: str, span: tuple[int, int], figure: int) -> str:
    """Return a sentence on one line, a long one only around the figure."""
    first, last = span
    start = max(first, figure - _LONGEST_SENTENCE // 2)
    end = min(last, start + _LONGEST_SENTENCE)
    words = " ".join(text[start:end].split())
    return f"{'…' if start > first else ''}{words}{'…' if end < last else ''}"


def fields(e: Indicator, language: str, book: Codebook) -> Iterator[tuple[str, str]]:
    """Yield what an entry says of itself: the name of each field and its words, none empty."""
    articles = (label("describe.article", language, n=n) for n in e.outline_articles)
    tasks = (label("describe.task", language, n=n) for n in _TASK.findall(e.notes))
    said = {
        "other_label": e.label_en if language == "zh" else e.label_zh,
        "definition": _definition(e, language),
        "dimension": dimension(e.dimension, language),
        "kind": optional(f"figure_kind.{e.kind}", language, e.kind),
        "unit": _unit(e.unit, language),
        "formula": _formula(e, language, book),
        "bases": _bases(e, language, book),
        "outline_2021": listed(articles, language),
        "outline_2015": listed(tasks, language),
        "direction": optional(f"direction.{e.direction}", language, e.direction),
        "status": optional(f"status.{e.status}", language, e.status),
        "since": e.since,
        "notes": e.notes,
        "wordings": listed(e.phrasings, language),
    }
    yield from ((name, words) for name, words in said.items() if words)


def rule_fields(rule: Rule, language: str) -> Iterator[tuple[str, str]]:
    """Yield what a rule asks of a figure: its units, then each pattern that it has."""
    units = (unit or label("describe.no_unit", language) for unit in sorted(rule.units))
    yield "rule_units", listed(units, language)
    for name, pattern in (
        ("rule_name", rule.name), ("rule_context", rule.context), ("rule_exclude", rule.exclude)
    ):  # fmt: skip
        if pattern:
            yield name, pattern.pattern


def _lines(e: Indicator, language: str, found: list[Example], book: Codebook) -> Iterator[str]:
    yield f"{e.code}  {_label(e, language)}"
    for name, words in fields(e, language, book):
        yield f"{_field(name, language)}{words}"
    patterns = [rule for rule in book.listed if rule.code == e.code]
    yield _field("rules", language) + (str(len(patterns)) if patterns else _none(language))
    for rule in patterns:
        for number, (name, words) in enumerate(rule_fields(rule, language)):
            yield f"  {' ' if number else '-'} {_field(name, language)}{words}"
    if found:
        yield _field("examples", language).rstrip()
        for example in found:
            yield f"  - {example.place}{_colon(language)}{example.text}"
            yield f"    {example.sentence}"
    else:
        yield _field("examples", language) + _none(language)


def _label(e: Indicator, language: str) -> str:
    return e.label_zh if language == "zh" else e.label_en


def _colon(language: str) -> str:
    return "：" if language == "zh" else ": "


def _field(name: str, language: str) -> str:
    return label(f"describe.{name}", language) + _colon(language)


def _none(language: str) -> str:
    return label("describe.none", language)


def _definition(e: Indicator, language: str) -> str:
    """Return the definition, in the other language (and saying so) where there is no other."""
    wanted, other = e.definition_zh, e.definition_en
    if language == "en":
        wanted, other = other, wanted
    if wanted or not other:
        return wanted
    return label("describe.other_language", language, text=other)


def _unit(unit: str, language: str) -> str:
    """Return ``case(件|起)`` as it is read: the measure words, in English with what they count."""
    parts = _MEASURE_WORDS.fullmatch(unit)
    if not parts:
        return optional(f"unit.{unit}", language, unit)
    measures = listed(parts[2].split("|"), language)
    return measures if language == "zh" else f"{parts[1].replace('_', '-')} ({measures})"


def _named(code: str, language: str, book: Codebook) -> str:
    """Return a code, or a difference of codes, in words; what has no code is said to have none."""
    if not code:
        return label("describe.no_code", language)
    parts = code.split("-")
    return " − ".join(
        _label(book.indicators[p], language) if p in book.indicators else p for p in parts
    )


def _formula(e: Indicator, language: str, book: Codebook) -> str:
    base = next(iter(e.bases), "")
    if not e.numerator and not base:
        return ""
    said = f"{_named(e.numerator, language, book)} ÷ {_named(base, language, book)}"
    return f"{said} [{e.numerator or '?'} / {base or '?'}]"


def _bases(e: Indicator, language: str, book: Codebook) -> str:
    """Return every admissible denominator, differences of two counts among them."""
    printed = _ALTERNATIVE.search(e.notes)
    further = (word for word in (printed[1].split(",") if printed else []) if "-" in word)
    bases = [*e.bases, *further]
    return listed((f"{_named(base, language, book)} [{base}]" for base in bases), language)

"""How well the figures are found: the tables held against annotations by hand.

A quantity is found if its start and end agree with an annotation's; everything else is compared
only there. An attribute is right over all figures if its quantity is found and the attribute equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from govlaw import corpus, tables
from govlaw.agreement import FEWEST_CLUSTERS
from govlaw.codebook import Codebook, load, numbered
from govlaw.errors import SourceError, TableError
from govlaw.extraction import extract_file
from govlaw.numerals import plain
from govlaw.tables import Row
from govlaw.text import Locator, sentences

if TYPE_CHECKING:
    import pandas as pd

#: Columns that a table of annotations needs.
GOLD_COLUMNS = (
    "doc", "start", "end", "text", "value", "value_high", "unit", "approx", "role", "kind",
    "indicator", "note",
)  # fmt: skip
#: What is compared, in the order of the tables; ``found`` is the span itself.
ATTRIBUTES = ("found", "value", "unit", "approx", "role", "kind", "indicator")
#: The document of a row that counts all documents together.
ALL = "all"
COLUMNS: dict[str, tuple[str, ...]] = {
    "evaluation": (
        "doc_id", "attribute", "matched", "gold", "found", "precision", "precision_low",
        "precision_high", "recall", "recall_low", "recall_high", "f1", "f1_low", "f1_high",
        "agreement",
    ),
    "evaluation_indicators": (
        "indicator", "gold", "found", "right", "precision", "precision_low", "precision_high",
        "recall", "recall_low", "recall_high",
    ),
    "confusions": (
        "doc_id", "start", "end", "text", "attribute", "gold", "found", "sentence_start",
        "sentence_end", "sentence",
    ),
}  # fmt: skip

ALSO = re.compile(r"also:\s*([A-Za-z0-9_]+)")
_LARGEST = 30  # decimal places: written out, 1E+999999999 would fill the memory
_RESAMPLES = 2000
_SEED = 20210811


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotated figure. ``codes`` are the admissible codes, the annotator's own first.

    ``where`` names file and line for messages.
    """

    doc_id: str
    start: int
    end: int
    text: str
    value: Decimal | None
    value_high: Decimal | None
    unit: str
    approx: str
    role: str
    kind: str
    codes: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was annotated: its text, and its rows of observations.csv."""

    doc_id: str
    text: str
    observations: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The three tables of an evaluation, as text."""

    scores: list[Row]
    indicators: list[Row]
    confusions: list[Row]

    def frame(self) -> pd.DataFrame:
        """Return the scores as a data frame with numbers."""
        import pandas as pd

        made = pd.DataFrame(self.scores, columns=list(COLUMNS["evaluation"]))
        for column in COLUMNS["evaluation"][2:]:
            made[column] = pd.to_numeric(made[column])
        return made


# -- annotations ---------------------------------------------------------------------------


def read_gold(path: Path, codes: Collection[str]) -> list[Gold]:
    """Read annotations.

    ``codes`` are those of the codebook. A further code that a note gives as ``also:CODE`` is
    admissible only if it is one of them; what is structural has no code.

    Raises
    ------
    TableError
        If the file cannot be read, lacks a column, or a row holds what is no number or a span
        twice; the message names the line.
    """
    found: dict[tuple[str, int, int], Gold] = {}
    for line, row in numbered(path, GOLD_COLUMNS)[1]:
        where = f"{path}, line {line} ({row['text']})"
        also = [code for code in ALSO.findall(row["note"]) if code in codes]
        named = [row["indicator"], *also] if row["role"] != "structural" else []
        gold = Gold(
            doc_id=row["doc"],
            start=_offset(row, "start", where),
            end=_offset(row, "end", where),
            text=row["text"],
            value=_decimal(row, "value", where),
            value_high=_decimal(row, "value_high", where),
            unit=row["unit"],
            approx=row["approx"],
            role=row["role"],
            kind=row["kind"],
            codes=tuple(dict.fromkeys(code for code in named if code)),
            where=where,
        )
        key = (gold.doc_id, gold.start, gold.end)
        if key in found:
            raise TableError(f"{where}: the span {gold.start}:{gold.end} stands there twice")
        found[key] = gold
    if not found:
        raise TableError(f"{path}: the table holds no annotation")
    return list(found.values())


def _offset(row: Row, column: str, where: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", row[column]):
        raise TableError(f"{where}: {column} is {row[column]!r}, which is no offset")
    return int(row[column])


def _decimal(row: Row, column: str, where: str) -> Decimal | None:
    text = row[column]
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST:
        raise TableError(f"{where}: {column} is {text!r}, which is no number")
    return value


def check_places(gold: Iterable[Gold], texts: dict[str, str]) -> None:
    """Hold every annotation against the text that it points into.

    Raises
    ------
    SourceError
        If a document is not among the texts, an offset lies outside its text, or the text at the
        offsets is another one; the message names the annotation.
    """
    for g in gold:
        if g.doc_id not in texts:
            raise SourceError(
                f"{g.doc_id}: annotated, but not among the reports ({', '.join(sorted(texts))})"
            )
        text = texts[g.doc_id]
        where = f"{g.where or g.text}: {g.doc_id}, {g.start}:{g.end}"
        if not 0 <= g.start < g.end <= len(text):
            raise SourceError(f"{where}: outside the text, which has {len(text)} characters")
        if text[g.start : g.end] != g.text:
            raise SourceError(f"{where}: the text there is {text[g.start : g.end]!r}; same file?")


# -- comparison ----------------------------------------------------------------------------


def same(attribute: str, gold: Gold, row: Row) -> bool:
    """Tell whether an observation at the annotated span agrees in one attribute."""
    if attribute == "found":
        return True
    if attribute == "value":
        high = gold.value_high is None or gold.value_high == _printed(row["value_high"])
        return high and gold.value == _printed(row["value"])
    if attribute == "indicator":
        return row["indicator"] in gold.codes if gold.codes else not row["indicator"]
    return bool(getattr(gold, attribute) == row[attribute])


def _printed(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@dataclass(frozen=True, slots=True)
class Pair:
    """An annotation and an observation of one span; one of them may be missing."""

    doc_id: str
    gold: Gold | None
    row: Row | None

    def counts(self, attribute: str) -> tuple[int, int, int, int]:
        """Return what the pair adds to matched, gold, found and to what agrees, empty or not."""
        gold, row = bool(self.gold), bool(self.row)
        agrees = bool(self.gold and self.row and same(attribute, self.gold, self.row))
        if attribute == "indicator":
            gold = bool(self.gold and self.gold.codes)
            row = bool(self.row and self.row["indicator"])
        return int(agrees and gold), int(gold), int(row), int(agrees)


def _pairs(report: Report, gold: Iterable[Gold]) -> list[Pair]:
    annotated = {(g.start, g.end): g for g in gold if g.doc_id == report.doc_id}
    observed = {(int(row["start"]), int(row["end"])): row for row in report.observations}
    return [
        Pair(report.doc_id, annotated.get(span), observed.get(span))
        for span in sorted(annotated.keys() | observed.keys())
    ]


def evaluate(gold: Sequence[Gold], reports: Sequence[Report]) -> Evaluation:
    """Compare the observations of annotated reports with their annotations.

    Raises
    ------
    SourceError
        If an annotation does not fit its text; see :func:`check_places`.
    """
    check_places(gold, {report.doc_id: report.text for report in reports})
    annotated = {g.doc_id for g in gold}
    listed = sorted((r for r in reports if r.doc_id in annotated), key=lambda r: r.doc_id)
    pairs = {report.doc_id: _pairs(report, gold) for report in listed}
    counted = {
        attribute: {
            doc_id: np.array([pair.counts(attribute) for pair in of_one]).sum(axis=0)
            for doc_id, of_one in pairs.items()
        }
        for attribute in ATTRIBUTES
    }
    found = {doc_id: counts[0] for doc_id, counts in counted["found"].items()}
    scores = []
    for attribute, by in counted.items():
        clusters = np.array(list(by.values()))
        scores.append(_score(ALL, attribute, clusters.sum(axis=0), sum(found.values()), clusters))
    for doc_id in pairs:
        for attribute, by in counted.items():
            scores.append(_score(doc_id, attribute, by[doc_id], found[doc_id]))
    every = [pair for of_one in pairs.values() for pair in of_one]
    confusions = [row for report in listed for row in _confusions(report, pairs[report.doc_id])]
    return Evaluation(scores, by_code(every), confusions)


def _score(
    doc_id: str,
    attribute: str,
    counts: np.ndarray,
    common: int,
    clusters: np.ndarray | None = None,
) -> Row:
    matched, gold, found, agreeing = (int(n) for n in counts)
    spread = bootstrap_f1(clusters[:, :3]) if clusters is not None else None
    return {
        "doc_id": doc_id,
        "attribute": attribute,
        "matched": str(matched),
        "gold": str(gold),
        "found": str(found),
        **share("precision", matched, found),
        **share("recall", matched, gold),
        "f1": rounded(2 * matched / (gold + found) if gold + found else None),
        "f1_low": rounded(spread[0] if spread else None),
        "f1_high": rounded(spread[1] if spread else None),
        "agreement": rounded(agreeing / common if common else None),
    }


def share(name: str, part: float, whole: float) -> Row:
    """Return a share and its interval as the cells ``name``, ``name_low``, ``name_high``."""
    low, high = wilson(part, whole) or (None, None)
    return {
        name: rounded(part / whole if whole else None),
        f"{name}_low": rounded(low),
        f"{name}_high": rounded(high),
    }


def wilson(part: float, whole: float) -> tuple[float, float] | None:
    """Return Wilson's 95% interval of a share, or None where there is nothing to share."""
    from statsmodels.stats.proportion import proportion_confint

    if not whole:
        return None
    low, high = proportion_confint(part, whole, alpha=0.05, method="wilson")
    return float(low), float(high)


def bootstrap_f1(clusters: np.ndarray) -> tuple[float, float] | None:
    """Return the 95% interval of F1 when whole documents are drawn anew, with a fixed seed.

    Parameters
    ----------
    clusters : a row a document: matched, gold, found

    Returns
    -------
    None for fewer than three documents, or where a draw holds nothing to compare.
    """
    if len(clusters) < FEWEST_CLUSTERS:
        return None
    draws = np.random.default_rng(_SEED).integers(len(clusters), size=(_RESAMPLES, len(clusters)))
    matched, gold, found = clusters[draws].sum(axis=1).T
    if not (gold + found).all():
        return None
    low, high = np.percentile(2 * matched / (gold + found), [2.5, 97.5])
    return float(low), float(high)


def rounded(share: float | None) -> str:
    """Write a share with four decimals; None is empty."""
    return "" if share is None else f"{share:.4f}"


def by_code(pairs: Iterable[Pair]) -> list[Row]:
    """Return a row for every code; an annotation with several counts for the one it was given."""
    gold: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for pair in pairs:
        codes = pair.gold.codes if pair.gold else ()
        code = pair.row["indicator"] if pair.row else ""
        if codes:
            gold[code if code in codes else codes[0]] += 1
        if code:
            found[code] += 1
            right[code] += code in codes
    return [
        {
            "indicator": code,
            "gold": str(gold[code]),
            "found": str(found[code]),
            "right": str(right[code]),
            **share("precision", right[code], found[code]),
            **share("recall", right[code], gold[code]),
        }
        for code in sorted(gold | found)
    ]


def _confusions(report: Report, pairs: Iterable[Pair]) -> list[Row]:
    places = Locator(sentences(report.text))
    found = []
    for pair in pairs:
        if pair.gold and pair.row:
            gold, row = pair.gold, pair.row
            differing = [
                (attribute, _shown(attribute, gold), _observed(attribute, gold, row))
                for attribute in ATTRIBUTES
                if not same(attribute, gold, row)
            ]
            start, end = gold.start, gold.end
        elif pair.gold:
            differing = [("found", pair.gold.text, "")]
            start, end = pair.gold.start, pair.gold.end
        else:
            assert pair.row is not None
            differing = [("found", "", pair.row["text"])]
            start, end = int(pair.row["start"]), int(pair.row["end"])
        first, last = places.span(start)
        for attribute, annotated, observed in differing:
            found.append(
                {
                    "doc_id": report.doc_id,
                    "start": str(start),
                    "end": str(end),
                    "text": report.text[start:end],
                    "attribute": attribute,
                    "gold": annotated,
                    "found": observed,
                    "sentence_start": str(first),
                    "sentence_end": str(last),
                    "sentence": report.text[first:last],
                }
            )
    return found


def _shown(attribute: str, gold: Gold) -> str:
    if attribute == "value":
        parts = [plain(v) for v in (gold.value, gold.value_high) if v is not None]
        return "–".join(parts)
    if attribute == "indicator":
        return "|".join(gold.codes)
    return str(getattr(gold, attribute))


def _observed(attribute: str, gold: Gold, row: Row) -> str:
    if attribute == "value" and gold.value_high is not None:
        return "–".join(word for word in (row["value"], row["value_high"]) if word)
    return row[attribute]


# -- files ---------------------------------------------------------------------------------


def run(
    paths: Iterable[Path],
    gold: Path,
    out: Path,
    progress: Callable[[str], None] = lambda line: None,
    codebook: Codebook | None = None,
) -> Evaluation:
    """Read the annotated reports among ``paths``, compare them and write three tables.

    Raises
    ------
    SourceError
        If an annotated report is not there or cannot be read, or an annotation does not fit it.
    TableError
        If the annotations have a mistake or the tables cannot be written.
    """
    book = codebook or load()
    annotations = read_gold(gold, book.indicators)
    wanted = {g.doc_id for g in annotations}
    reports = read_reports(paths, wanted, book, progress)
    if missing := sorted(wanted - {report.doc_id for report in reports}):
        raise SourceError(
            f"{gold}: {', '.join(missing)}: annotated, but no such report was given; "
            "add its file to the reports"
        )
    made = evaluate(annotations, reports)
    write(made, out)
    return made


def read_reports(
    paths: Iterable[Path],
    wanted: Collection[str],
    book: Codebook,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Report]:
    """Read the reports among ``paths`` whose names are ``wanted``; others are passed over.

    Raises
    ------
    SourceError
        If a report cannot be read, or two files have one name.
    """
    reports: dict[str, Report] = {}
    files: dict[str, Path] = {}
    for path in corpus.find(paths):
        if path.stem not in wanted:
            progress(f"passed   {path}: not annotated")
            continue
        if path.stem in files:
            raise SourceError(f"{path}: {files[path.stem]} has the same name; give only one")
        files[path.stem] = path
        extraction = extract_file(path, book)
        observed = tables.rows(extraction)["observations"]
        reports[path.stem] = Report(path.stem, extraction.document.text, observed)
        progress(f"read     {path}: {len(observed)} figures")
    return list(reports.values())


def write(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write the three tables into ``folder``; return the files.

    Raises
    ------
    TableError
        If the folder cannot be written to.
    """
    listed = (evaluation.scores, evaluation.indicators, evaluation.confusions)
    return write_tables(folder, COLUMNS, dict(zip(COLUMNS, listed, strict=True)))


def write_tables(
    folder: Path, columns: Mapping[str, Sequence[str]], listed: Mapping[str, Iterable[Row]]
) -> list[Path]:
    """Write a CSV table for each name of ``columns`` into ``folder``; return the files.

    Raises
    ------
    TableError
        If the folder cannot be written to.
    """
    contents = {
        folder / f"{name}.csv": tables.lines(heads, listed[name], header=True)
        for name, heads in columns.items()
    }
    tables.install(folder, contents)
    return list(contents)


def table(evaluation: Evaluation) -> str:
    """Return the scores over all documents as a short table to print."""
    lines = [
        f"{'':10} {'matched':>7} {'gold':>6} {'found':>6}  "
        f"{'precision (95%)':22}  {'recall (95%)':22}  F1"
    ]
    for row in evaluation.scores:
        if row["doc_id"] != ALL:
            continue
        shares = (
            f"{row[name] or '-':6} {_between(row[f'{name}_low'], row[f'{name}_high']):15}"
            for name in ("precision", "recall", "f1")
        )
        lines.append(
            f"{row['attribute']:10} {row['matched']:>7} {row['gold']:>6} {row['found']:>6}  "
            f"{'  '.join(shares)}".rstrip()
        )
    return "\n".join(lines)


def _between(low: str, high: str) -> str:
    return f"{low}–{high}" if low else ""

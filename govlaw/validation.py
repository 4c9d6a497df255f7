"""What was measured of govlaw's reading, on which sets of annotated documents.

A table of sets says where annotations and texts lie, who annotated, and what of a set had been seen
when the rules were written. The measured numbers stand in tables beside it, so that they can be
read where the texts are not at hand; where they are, a set is measured anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from govlaw import __version__, codebook, evaluation, tables
from govlaw.errors import SourceError, TableError
from govlaw.evaluation import ALL, Evaluation, Report
from govlaw.tables import Row, Study

#: What of a set was known when the rules were written, from most to least.
SEEN = ("rules", "texts", "unseen")
EDITIONS = ("original", "digest", "simulated")
#: The name of a user's own annotation among the sets.
OWN = "own"
SET_COLUMNS = (
    "set", "label_zh", "label_en", "edition", "seen", "documents", "gold", "texts", "codes_of",
    "annotated_zh", "annotated_en", "seen_zh", "seen_en",
)  # fmt: skip
#: The tables of measured numbers; a confusion has no sentence, since originals are not ours.
COLUMNS: dict[str, tuple[str, ...]] = {
    "runs": ("set", "measured", "govlaw", "codebook", "figures", "gold_sha256", "texts_sha256"),
    "scores": ("set", *evaluation.COLUMNS["evaluation"]),
    "indicators": ("set", *evaluation.COLUMNS["evaluation_indicators"]),
    "confusions": ("set", "doc_id", "start", "end", "text", "attribute", "gold", "found"),
}  # fmt: skip
_ABOUT = tuple(dict.fromkeys((*SET_COLUMNS, *COLUMNS["runs"])))
#: The rows of one or more sets in each table of :data:`COLUMNS`.
Measured = dict[str, list[Row]]
_TEXT = {
    "set", "doc_id", "attribute", "indicator", "text", "measured", "govlaw", "codebook",
    "gold_sha256", "texts_sha256",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Set:
    """A row of the table of sets.

    ``documents`` are those of the annotation that belong to the set; ``codes_of`` is the version of
    the codebook that the annotators knew, empty for the present one.
    """

    name: str
    documents: tuple[str, ...]
    gold: str
    texts: str
    codes_of: str
    row: Row


@dataclass(frozen=True, slots=True)
class Validation:
    """What a notebook shows: every set and its numbers as data frames.

    ``sets`` has the columns of the table of sets and of ``runs``, and ``live``: whether the
    numbers were measured just now. ``coverage`` has ``what``, ``coded``, ``figures``, ``codebook``.
    """

    sets: pd.DataFrame
    scores: pd.DataFrame
    indicators: pd.DataFrame
    confusions: pd.DataFrame
    coverage: pd.DataFrame


# -- sets ----------------------------------------------------------------------------------


def read_sets(path: Path) -> list[Set]:
    """Read the table of sets, in its order.

    Raises
    ------
    TableError
        If the table cannot be read, or a row names a set twice, no document, or a word of ``seen``,
        ``edition`` or ``codes_of`` that does not exist; the message names the line.
    """
    found: dict[str, Set] = {}
    for line, row in codebook.numbered(path, SET_COLUMNS)[1]:
        where = f"{path}, line {line}"
        documents = tuple(name for name in row["documents"].split(";") if name)
        if not row["set"] or row["set"] in (*found, OWN):
            raise TableError(f"{where}: {row['set']!r} is no name of a set, or is taken")
        if not documents:
            raise TableError(f"{where}: documents is empty; name them, joined by ;")
        for column, words in (("seen", SEEN), ("edition", EDITIONS)):
            if row[column] not in words:
                raise TableError(
                    f"{where}: {column} is {row[column]!r}; it must be {', '.join(words)}"
                )
        if row["codes_of"] and not row["codes_of"].isdecimal():
            raise TableError(f"{where}: codes_of is {row['codes_of']!r}, which is no version")
        found[row["set"]] = Set(
            row["set"], documents, row["gold"], row["texts"], row["codes_of"], row
        )
    if not found:
        raise TableError(f"{path}: the table holds no set")
    return list(found.values())


def at_hand(one: Set, folders: Sequence[Path]) -> tuple[Path, Path] | None:
    """Return a set's annotations and texts in the first folder that has each, or None."""
    found = []
    for name in (one.gold, one.texts):
        there = [folder / name for folder in folders if name and (folder / name).exists()]
        if not there:
            return None
        found.append(there[0])
    return found[0], found[1]


# -- measuring -----------------------------------------------------------------------------


def measure(one: Set, gold: Path, texts: Path) -> Measured:
    """Read a set's documents with the package's own codebook and compare them with ``gold``.

    Raises
    ------
    SourceError
        If a document is not among the texts, or an annotation does not fit its text.
    TableError
        If the annotations have a mistake, or hold nothing of one of the documents.
    """
    book = codebook.package()
    if one.codes_of:
        book = codebook.until(book, int(one.codes_of))
    listed = [g for g in evaluation.read_gold(gold, book.indicators) if g.doc_id in one.documents]
    if missing := sorted(set(one.documents) - {g.doc_id for g in listed}):
        raise TableError(f"{gold}: holds no annotation of {', '.join(missing)} (set {one.name})")
    reports = evaluation.read_reports([texts], one.documents, book)
    made = evaluation.evaluate(listed, reports)
    return _measured(one.name, made, gold, reports, codebook.package().version)


def _measured(
    name: str, made: Evaluation, gold: Path, reports: Sequence[Report], version: str
) -> Measured:
    texts = hashlib.sha256()
    for report in sorted(reports, key=lambda report: report.doc_id):
        texts.update(report.text.encode("utf-8"))
    about = {
        "measured": date.today().isoformat(),
        "govlaw": __version__,
        "codebook": version,
        "figures": next(row["gold"] for row in made.scores),  # of ``found``, all documents
        "gold_sha256": hashlib.sha256(gold.read_bytes()).hexdigest(),
        "texts_sha256": texts.hexdigest(),
    }
    listed = {
        "runs": [about],
        "scores": made.scores,
        "indicators": made.indicators,
        "confusions": made.confusions,
    }
    return {
        table: [{key: {"set": name, **row}[key] for key in COLUMNS[table]} for row in rows]
        for table, rows in listed.items()
    }


def refresh(
    path: Path, originals: Path | None = None, progress: Callable[[str], None] = lambda line: None
) -> Measured:
    """Measure every set of a table and write the numbers beside it.

    Annotations and texts are looked for in the folder of the table and then in ``originals``. The
    numbers of a set whose files are in neither stay as they are; those of a set that the table no
    longer names go. A set whose numbers, versions and files are as before keeps its date.

    Raises
    ------
    TableError
        If the table of sets or an annotation has a mistake, or a table cannot be written.
    SourceError
        If files of a set are there but do not fit; nothing is written then.
    """
    folders = [path.parent, *([originals] if originals else [])]
    before = read_measured(path.parent)
    found: Measured = {name: [] for name in COLUMNS}
    for one in read_sets(path):
        kept = _of(before, one.name)
        files = at_hand(one, folders)
        if files is None:
            progress(f"kept     {one.name}: its annotations or texts are not at hand")
            measured = kept
        else:
            measured = measure(one, *files)
            if kept["runs"]:
                measured = _dated(measured, kept)
            progress(f"measured {one.name}")
        for name, rows in measured.items():
            found[name] += rows
    evaluation.write_tables(path.parent, COLUMNS, found)
    return found


def _dated(measured: Measured, before: Measured) -> Measured:
    (old,) = before["runs"]
    (new,) = measured["runs"]
    dated = {**measured, "runs": [{**new, "measured": old["measured"]}]}
    return dated if dated == before else measured


def _of(listed: Measured, name: str) -> Measured:
    return {table: [row for row in rows if row["set"] == name] for table, rows in listed.items()}


# -- files ---------------------------------------------------------------------------------


def read_measured(folder: Path) -> Measured:
    """Read the tables of measured numbers; a table that is not there is empty.

    Raises
    ------
    TableError
        If a table lacks a column or cannot be read.
    """
    found: Measured = {}
    for name, columns in COLUMNS.items():
        path = folder / f"{name}.csv"
        found[name] = [r for _, r in codebook.numbered(path, columns)[1]] if path.exists() else []
    return found


# -- what a notebook shows -----------------------------------------------------------------


def read(folder: Path | None, own: Measured | None = None) -> Validation:
    """Return every set of a folder, measured anew where its files are there and fit.

    Parameters
    ----------
    folder : holds ``sets.csv`` and the tables of measured numbers; None, or a folder without
        ``sets.csv``, has no sets
    own : a user's own set (:func:`own_set`), shown before the others

    Raises
    ------
    TableError
        If a table has a mistake.
    """
    rows: Measured = {name: [] for name in COLUMNS}
    about: list[dict[str, object]] = []
    if own:
        named = dict.fromkeys(row["doc_id"] for row in own["scores"] if row["doc_id"] != ALL)
        row = {"set": OWN, "seen": OWN, "documents": ";".join(named)}
        about.append(_about(row, own, live=True))
        rows = {name: list(own[name]) for name in COLUMNS}
    path = folder / "sets.csv" if folder else None
    if folder and path and path.is_file():
        recorded = read_measured(folder)
        for one in read_sets(path):
            measured, live = _current(one, folder, _of(recorded, one.name))
            about.append(_about(one.row, measured, live))
            for name in COLUMNS:
                rows[name] += measured[name]
    return Validation(
        sets=pd.DataFrame(about, columns=[*_ABOUT, "live"]),
        coverage=_coverage(folder),
        **{name: _frame(name, rows[name]) for name in ("scores", "indicators", "confusions")},
    )


def _current(one: Set, folder: Path, recorded: Measured) -> tuple[Measured, bool]:
    files = at_hand(one, [folder])
    if files:
        try:
            return measure(one, *files), True
        except SourceError:  # another edition lies in the place of an annotated one
            pass
    return recorded, False


def _about(row: Row, measured: Measured, live: bool) -> dict[str, object]:
    run = measured["runs"][0] if measured["runs"] else {}
    return {**dict.fromkeys(_ABOUT, ""), **row, **run, "live": live}


def _frame(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS[name]), dtype="str")
    for column in frame.columns:
        if column not in _TEXT and name != "confusions":
            frame[column] = pd.to_numeric(frame[column])
        elif column in ("start", "end"):
            frame[column] = frame[column].astype("int64")
    return frame


def _coverage(folder: Path | None) -> pd.DataFrame:
    columns = ("what", "coded", "figures", "codebook")
    path = folder / "coverage.csv" if folder else None
    rows = [r for _, r in codebook.numbered(path, columns)[1]] if path and path.is_file() else []
    frame = pd.DataFrame(rows, columns=list(columns), dtype="str")
    return frame.astype({"coded": "int64", "figures": "int64"})


def own_set(study: Study, gold: Path) -> Measured:
    """Compare the figures of a study, as they stand in its tables, with a user's annotation.

    Raises
    ------
    SourceError
        If an annotated document is not in the study, or an annotation does not fit its text.
    TableError
        If the annotations have a mistake.
    """
    book = codebook.load()
    listed = evaluation.read_gold(gold, book.indicators)
    wanted = {g.doc_id for g in listed}
    path = study.folder / "observations.csv"
    observed: dict[str, list[Row]] = {}
    for _, row in codebook.numbered(path, tables.COLUMNS["observations"])[1]:
        observed.setdefault(row["doc_id"], []).append(row)
    reports = [
        Report(name, study.text(name), observed.get(name, []))
        for name in study.documents["doc_id"]
        if name in wanted
    ]
    return _measured(OWN, evaluation.evaluate(listed, reports), gold, reports, book.version)


def recall(indicators: pd.DataFrame, by: str = "dimension") -> pd.DataFrame:
    """Return the recall of codes by set and dimension, or by set and code.

    Formula: right codes over annotated codes, summed over the codes of a dimension.

    Parameters
    ----------
    indicators : of a :class:`Validation`
    by : ``dimension`` or ``indicator``

    Returns
    -------
    ``set``, ``name`` (of the dimension or the code), ``gold``, ``right``, ``recall`` and its Wilson
    interval: shares from 0 to 1, missing where nothing was annotated. Codes that the codebook
    does not have count for the dimension context.

    Raises
    ------
    TableError
        If ``by`` is another word.
    """
    if by not in ("dimension", "indicator"):
        raise TableError(f"by is {by!r}; it must be dimension or indicator")
    names = indicators["indicator"]
    if by == "dimension":
        book = codebook.load().indicators
        names = names.map(lambda code: book[code].dimension if code in book else "context")
    summed = indicators.assign(name=names).groupby(["set", "name"], sort=False)[["gold", "right"]]
    frame = summed.sum().reset_index()
    counts = zip(frame["right"], frame["gold"], strict=True)
    between = [evaluation.wilson(r, g) or (None, None) for r, g in counts]
    frame["recall"] = frame["right"] / frame["gold"].where(frame["gold"] > 0)
    for place, name in enumerate(("recall_low", "recall_high")):
        frame[name] = pd.Series([low_high[place] for low_high in between], dtype="float64")
    return frame


def overall(scores: pd.DataFrame, one: str) -> dict[str, dict[str, float]]:
    """Return the numbers of one set over all its documents by attribute and column."""
    chosen = scores[(scores["set"] == one) & (scores["doc_id"] == ALL)]
    numbers = chosen.drop(columns=["set", "doc_id"]).set_index("attribute")
    return {
        str(name): {str(column): float(number) for column, number in row.items()}
        for name, row in numbers.iterrows()
    }

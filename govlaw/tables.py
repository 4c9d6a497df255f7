"""The tables of a study: their columns, and the only code that writes and reads them.

Written whole or not at all: a table is made beside its place and moved there when complete. The
same extraction always gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from govlaw.errors import TableError
from govlaw.extraction import Extraction
from govlaw.numerals import plain

if TYPE_CHECKING:
    import pandas as pd

#: Columns of every table, in order. The first ones are a contract with users; see docs/tables.md.
COLUMNS: dict[str, tuple[str, ...]] = {
    "documents": (
        "doc_id", "title", "kind", "issuer", "region", "adcode", "level", "province",
        "period_start", "period_end", "published", "document_number", "index_number", "sha256",
        "characters", "edition", "source", "written", "addressee", "harmonised", "address_date",
        "origins",
    ),
    "sections": (
        "doc_id", "section_id", "parent_id", "level", "start", "end", "heading", "part",
        "dimension",
    ),
    "observations": (
        "doc_id", "start", "end", "text", "value", "value_low", "value_high", "unit", "approx",
        "role", "kind", "indicator", "dimension", "subject", "scope", "period", "section_id",
        "uncertain", "sentence_start", "sentence_end", "subject_start", "subject_end",
        "direction", "also",
    ),
    "findings": (
        "doc_id", "rule", "formula", "operands", "printed", "recomputed", "low", "high",
        "verdict", "explanation_zh", "explanation_en", "implied_low", "implied_high", "power",
        "causes",
    ),
    "untested": ("doc_id", "rule", "start", "end", "printed", "reason"),
    "tasks": (
        "doc_id", "number", "section_id", "start", "end", "lead_units", "supporting_units",
        "deadline", "due", "recurs", "measure",
    ),
    "targets": (
        "doc_id", "task", "start", "end", "text", "comparator", "value", "value_low",
        "value_high", "unit", "kind", "indicator", "subject", "scope", "first_year", "last_year",
        "deadline", "due", "recurs",
    ),
    "honours": ("doc_id", "start", "end", "year", "month", "honour", "level", "kind"),
    "mentions": (
        "doc_id", "indicator", "start", "end", "figures", "section_id", "sentence_start",
        "sentence_end",
    ),
}  # fmt: skip

#: Columns that hold whole numbers; value and its bounds are decimals; all else is text.
INTEGERS = frozenset({"start", "end", "characters", "sentence_start", "sentence_end"}) | {
    "subject_start",
    "subject_end",
    "figures",
}
DECIMALS = frozenset({"value", "value_low", "value_high"})
#: A larger corpus gets no report cards: each runs a notebook, some five seconds a language.
MOST_CARDS = 100
FORMATS = ("csv", "parquet")

Row = dict[str, str]


def rows(extraction: Extraction) -> dict[str, list[Row]]:
    """Return the rows of one report for every table, as text."""
    document, meta = extraction.document, extraction.document.metadata
    name = {"doc_id": document.doc_id}
    return {
        "documents": [
            {
                **name,
                **{c: getattr(meta, c) for c in COLUMNS["documents"] if hasattr(meta, c)},
                "sha256": document.sha256,
                "characters": str(len(document.text)),
            }
        ],
        "sections": [
            name | {c: str(getattr(s, c)) for c in COLUMNS["sections"][1:]}
            for s in extraction.sections
        ],
        "observations": [name | row for row in _observations(extraction)],
        "findings": [
            name
            | {c: str(getattr(f, c)) for c in COLUMNS["findings"][1:]}
            | {
                "operands": ";".join(f"{start}:{end}" for start, end in f.operands),
                "causes": ";".join(f.causes),
            }
            for f in extraction.findings
        ],
        "untested": [
            name | {c: str(getattr(u, c)) for c in COLUMNS["untested"][1:]}
            for u in extraction.untested
        ],
        "tasks": [
            name
            | {c: str(getattr(t, c)) for c in COLUMNS["tasks"][1:]}
            | {
                "lead_units": ";".join(t.lead_units),
                "supporting_units": ";".join(t.supporting_units),
            }
            for t in extraction.tasks
        ],
        "targets": [name | row for row in _targets(extraction)],
        "honours": [
            name | {c: str(getattr(h, c)) for c in COLUMNS["honours"][1:]}
            for h in extraction.honours
        ],
        "mentions": [
            name | {c: str(getattr(m, c)) for c in COLUMNS["mentions"][1:]}
            for m in extraction.mentions
        ],
    }


def _observations(extraction: Extraction) -> Iterator[Row]:
    for o in extraction.observations:
        q = o.quantity
        yield {
            "start": str(q.start),
            "end": str(q.end),
            "text": q.text,
            "value": plain(q.value),
            "value_low": plain(q.low),
            "value_high": plain(q.high),
            "unit": q.unit,
            "approx": q.approx,
            "role": q.role,
            "kind": q.kind,
            "indicator": o.indicator,
            "dimension": o.dimension,
            "subject": o.subject,
            "scope": o.scope,
            "period": o.period,
            "section_id": o.section_id,
            "uncertain": "true" if q.uncertain else "false",
            "sentence_start": str(o.sentence_start),
            "sentence_end": str(o.sentence_end),
            "subject_start": str(o.subject_start),
            "subject_end": str(o.subject_end),
            "direction": q.direction,
            "also": o.also,
        }


def _targets(extraction: Extraction) -> Iterator[Row]:
    for t in extraction.targets:
        row = {c: str(getattr(t, c)) for c in COLUMNS["targets"][1:]}
        yield row | {c: plain(getattr(t, c)) for c in ("value", "value_low", "value_high")}


def write(
    folder: Path, tables: dict[str, list[Row]], refused: list[Row], fmt: str = "csv"
) -> list[Path]:
    """Write every table into ``folder``; return the files. Each appears whole or not at all.

    ``refused`` lists the files that could not be read, with the reason, for ``refused.csv``.

    Raises
    ------
    TableError
        If the format is unknown or the folder cannot be written to.
    """
    if fmt not in FORMATS:
        raise TableError(f"{fmt!r} is no format of tables; use {' or '.join(FORMATS)}")
    contents = {
        folder / f"{name}.{fmt}": (
            _csv(columns, tables[name]) if fmt == "csv" else _parquet(name, tables[name])
        )
        for name, columns in COLUMNS.items()
    }
    written = list(contents)
    contents[folder / "refused.csv"] = _csv(("file", "reason"), refused)
    put(folder, contents)
    return written


def put(folder: Path, contents: dict[Path, bytes]) -> None:
    """Write files of a folder, all of them or none; equal files are left as they are.

    Raises
    ------
    TableError
        If the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace_all(contents)
    except OSError as error:
        raise TableError(f"{folder}: cannot be written: {error.strerror or error}") from error


def replace(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step; leave an equal file as it is."""
    _replace_all({path: content})


def _replace_all(contents: dict[Path, bytes]) -> None:
    """Write all files beside their places first, so that what fails leaves the old ones as are."""
    beside: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            try:
                if path.read_bytes() == content:
                    continue
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            beside[path] = part
            part.write_bytes(content)
        for path, part in beside.items():
            os.replace(part, path)
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)


def replace_texts(folder: Path, texts: dict[str, str], before: list[str]) -> None:
    """Write the texts of the reports; take away those of earlier reports that are gone.

    ``before`` names the reports of the tables that are being replaced: no other file is touched.

    Raises
    ------
    TableError
        If the folder cannot be written to.
    """
    try:
        for name, text in texts.items():
            replace(folder / f"{name}.txt", text.encode("utf-8"))
        for name in set(before) - set(texts):
            (folder / f"{name}.txt").unlink(missing_ok=True)
    except OSError as error:
        raise TableError(f"{folder}: cannot be written: {error.strerror or error}") from error


def refused(folder: Path) -> list[str]:
    """Return why files were left out of a folder's tables, a line each."""
    text = (folder / "refused.csv").read_text(encoding="utf-8")
    return [row["reason"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def carded(names: Iterable[str]) -> list[str]:
    """Return the reports of a corpus that get a report card: all of them, or none if too many."""
    listed = list(names)
    return listed if len(listed) <= MOST_CARDS else []


def doc_ids(folder: Path) -> list[str]:
    """Return the names of the reports in a folder's tables; none where there are no tables.

    Raises
    ------
    TableError
        If there is something in the folder's or a table's place that cannot be read.
    """
    names: dict[str, None] = {}
    try:
        if (folder / "documents.parquet").is_file():
            import pandas as pd

            names |= dict.fromkeys(pd.read_parquet(folder / "documents.parquet")["doc_id"])
        text = (folder / "documents.csv").read_text(encoding="utf-8")
        names |= dict.fromkeys(
            row["doc_id"] for row in csv.DictReader(io.StringIO(text, newline=""))
        )
    except FileNotFoundError:
        pass
    except OSError as error:
        raise TableError(f"{folder}: cannot be read: {error.strerror or error}") from error
    return list(names)


def _csv(columns: Iterable[str], listed: list[Row]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return buffer.getvalue().encode("utf-8")


def _parquet(name: str, listed: list[Row]) -> bytes:
    buffer = io.BytesIO()
    _frame(name, listed).to_parquet(buffer, index=False)
    return buffer.getvalue()


def _frame(name: str, listed: list[Row]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(listed, columns=list(COLUMNS[name]), dtype="str")
    for column in frame.columns:
        if column in INTEGERS or (name == "sections" and column == "level"):
            frame[column] = frame[column].astype("int64")
        elif column in DECIMALS:
            frame[column] = pd.to_numeric(frame[column])
        elif column == "uncertain":
            frame[column] = frame[column] == "true"
    return frame


@dataclass(frozen=True)
class Study:
    """The tables of a study as data frames, codes as text, and the texts they point into."""

    folder: Path
    documents: pd.DataFrame
    sections: pd.DataFrame
    observations: pd.DataFrame
    findings: pd.DataFrame
    untested: pd.DataFrame
    tasks: pd.DataFrame
    targets: pd.DataFrame
    honours: pd.DataFrame
    mentions: pd.DataFrame

    def texts(self, documents: pd.DataFrame) -> dict[str, str]:
        """Return the text of each of some documents, by ``doc_id``, in their order."""
        return {doc_id: self.text(doc_id) for doc_id in documents["doc_id"]}

    def text(self, doc_id: str) -> str:
        """Return the text that the offsets of a report point into.

        Raises
        ------
        TableError
            If the study holds no report of that name.
        """
        try:
            return (self.folder / "texts" / f"{doc_id}.txt").read_bytes().decode("utf-8")
        except FileNotFoundError:
            known = ", ".join(self.documents["doc_id"])
            raise TableError(
                f"{doc_id}: no such report in {self.folder}; it holds {known}"
            ) from None


def read(folder: Path) -> Study:
    """Read the tables of a study.

    Raises
    ------
    TableError
        If the folder holds no tables: run ``govlaw extract`` or ``govlaw study`` first.
    """
    frames = {}
    for name, columns in COLUMNS.items():
        path = Path(folder) / f"{name}.csv"
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise TableError(f"{path}: not found; run `govlaw study` first") from None
        listed = list(csv.DictReader(io.StringIO(text, newline="")))
        if listed and set(columns) - set(listed[0]):
            missing = ", ".join(sorted(set(columns) - set(listed[0])))
            raise TableError(f"{path}: the columns {missing} are missing; run `govlaw study` again")
        frames[name] = _frame(name, listed)
    return Study(Path(folder), **frames)

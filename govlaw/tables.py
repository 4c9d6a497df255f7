"""The tables of a study: their columns, and the only code that writes and reads them.

Written whole or not at all: a table is made beside its place and moved there when complete. The
same extraction always gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govlaw import locks, names
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
REFUSED = ("file", "reason")
_MARK = ".incomplete"  # stands in a folder while its files are being replaced
_PART = re.compile(r"\..+\.\d+\.part")  # the beginning of a file: name and process
_GROUP = 50_000  # rows of a group in Parquet

Row = dict[str, str]

# A cell can be as long as a report (the measure of a task); the module would stop at 131,072.
csv.field_size_limit(max(csv.field_size_limit(), 2**31 - 1))


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
    check_format(fmt)
    contents = {
        folder / f"{name}.{fmt}": (
            _csv(columns, tables[name]) if fmt == "csv" else _parquet(name, tables[name])
        )
        for name, columns in COLUMNS.items()
    }
    written = list(contents)
    contents[folder / "refused.csv"] = _csv(REFUSED, refused)
    put(folder, contents)
    return written


def check_format(fmt: str) -> None:
    """Refuse a format of tables that does not exist."""
    if fmt not in FORMATS:
        raise TableError(f"{fmt!r} is no format of tables; use {' or '.join(FORMATS)}")


class Writer:
    """Tables in the making: rows come in pieces, and no more than a piece is held.

    Parameters
    ----------
    folder : takes the files; it is not the place where readers look for them
    fmt : ``csv`` or ``parquet``
    """

    def __init__(self, folder: Path, fmt: str) -> None:
        self.fmt = fmt
        self._files: dict[str, Any] = {}
        self._open = ExitStack()
        self._held: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        for name, columns in COLUMNS.items():
            path = folder / f"{name}.{fmt}"
            if fmt == "csv":
                self._files[name] = self._open.enter_context(path.open("wb"))
                self._files[name].write(lines(columns, (), header=True))
            else:
                import pyarrow.parquet

                made = pyarrow.parquet.ParquetWriter(path, _schema(name))
                self._files[name] = self._open.enter_context(made)

    def add(self, name: str, piece: bytes) -> None:
        """Add rows to a table: lines of CSV without a header, as :func:`lines` makes them."""
        if self.fmt == "csv":
            self._files[name].write(piece)
        elif piece:
            import pyarrow

            text = io.StringIO(piece.decode("utf-8"), newline="")
            frame = _frame(name, list(csv.DictReader(text, COLUMNS[name])))
            schema = _schema(name)
            table = pyarrow.Table.from_pandas(frame, schema=schema, preserve_index=False)
            self._held[name].append(table)
            if sum(held.num_rows for held in self._held[name]) >= _GROUP:
                self._flush(name)

    def _flush(self, name: str) -> None:
        import pyarrow

        if self._held[name]:
            table = pyarrow.concat_tables(self._held[name]).combine_chunks()
            self._files[name].write_table(table, row_group_size=len(table))
            self._held[name] = []

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Write what is held, unless something went wrong, and close the files."""
        with self._open:
            if kind is None:
                for name in self._files:
                    self._flush(name)


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


def install(folder: Path, contents: dict[Path, bytes]) -> None:
    """Write files as :func:`put` does, with no other run at work in ``folder``.

    What a killed run left beside the places of the files is taken away.

    Raises
    ------
    TableError
        If the folder cannot be written to, or another run is writing there.
    """
    with locks.alone(folder):
        sweep({path.parent for path in contents})
        put(folder, contents)


def sweep(folders: Iterable[Path]) -> None:
    """Take away the beginnings of files that killed runs left in folders."""
    for folder in folders:
        for part in folder.glob(".*.part"):
            if _PART.fullmatch(part.name):
                with suppress(OSError):  # it is in nobody's way
                    part.unlink()


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


def exchange(folder: Path, staged: Path, gone: Iterable[str], texts: Iterable[str]) -> None:
    """Put all files below ``staged`` into their places in ``folder``, all of them or none.

    What stood there waits in ``staged``'s sibling ``old`` meanwhile and comes back if a file
    cannot be moved. While files move, the mark ``.incomplete`` stands in the folder, so that after
    a kill :func:`read` refuses the mixture until the next run has put it right.

    Parameters
    ----------
    gone : files, relative to the folder, that are taken away; files that are not there are none
    texts : names of the reports whose texts stand in the folder before or after; the mark keeps
        them for the run that puts things right

    Raises
    ------
    OSError
        If a file cannot be moved; everything is then as it was.
    """
    mark, old = folder / _MARK, staged.with_name("old")
    names = [path.relative_to(staged).as_posix() for path in _files(staged)]
    away = dict.fromkeys(name for name in gone if os.path.lexists(folder / name))
    if not names and not away:
        mark.unlink(missing_ok=True)
        return
    placed: list[str] = []
    moved: list[str] = []
    interrupted = mark.exists()
    made = staged.with_name("mark")  # a kill leaves it where the next run clears up
    made.write_bytes(json.dumps({"texts": list(texts)}).encode())
    os.replace(made, mark)
    try:
        for name in (*away, *names):
            if os.path.lexists(folder / name):
                (old / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(folder / name, old / name)
                moved.append(name)
            if name in away:
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged / name, folder / name)
            placed.append(name)
    except OSError:
        for name in placed:
            os.replace(folder / name, staged / name)
        for name in moved:
            os.replace(old / name, folder / name)
        if not interrupted:
            mark.unlink()
        raise
    mark.unlink()


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(Path(entry.path))
        else:
            yield Path(entry.path)


def interrupted(folder: Path) -> bool:
    """Tell whether a run was ended while it replaced the files of a folder."""
    return (folder / _MARK).exists()


def refused(folder: Path) -> list[str]:
    """Return why files were left out of a folder's tables, a line each."""
    text = (folder / "refused.csv").read_bytes().decode("utf-8")
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
    found: dict[str, None] = {}
    try:
        if interrupted(folder):
            found |= dict.fromkeys(json.loads((folder / _MARK).read_bytes())["texts"])
        if (folder / "documents.parquet").is_file():
            import pandas as pd

            frame = pd.read_parquet(folder / "documents.parquet", columns=["doc_id"])
            found |= dict.fromkeys(frame["doc_id"])
        with (folder / "documents.csv").open(encoding="utf-8", newline="") as file:
            found |= dict.fromkeys(row["doc_id"] for row in csv.DictReader(file))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise TableError(f"{folder}: cannot be read: {error.strerror or error}") from error
    _check_names(folder, found)
    return list(found)


def _check_names(folder: Path, doc_ids: Iterable[str]) -> None:
    """Refuse tables from elsewhere whose names would lead to files outside the folder."""
    for doc_id in doc_ids:
        if not names.stays(doc_id):
            raise TableError(
                f"{folder}: a table names the report {doc_id!r}, which cannot be the name of a "
                "file; make the tables anew in another folder"
            )


class Rows(io.StringIO):
    """Takes rows of CSV that end with CRLF and ends them with LF.

    A writer that ends rows with LF leaves a lone CR in a cell unquoted, and readers take it for
    the end of the row. One that ends them with CRLF quotes both.
    """

    def __init__(self) -> None:
        super().__init__(newline="")

    def write(self, row: str) -> int:
        """Take one row, whole, as :mod:`csv` hands it over."""
        return super().write(row.removesuffix("\r\n") + "\n")


def lines(columns: Sequence[str], listed: Iterable[Row], header: bool = False) -> bytes:
    """Return rows as lines of CSV."""
    buffer = Rows()
    writer = csv.DictWriter(buffer, columns, lineterminator="\r\n")
    if header:
        writer.writeheader()
    writer.writerows(listed)
    return buffer.getvalue().encode("utf-8")


def _csv(columns: Sequence[str], listed: Iterable[Row]) -> bytes:
    return lines(columns, listed, header=True)


@cache
def _schema(name: str) -> Any:
    """Return the types of a table's columns in Parquet, the same for any rows."""
    import pyarrow

    schema = pyarrow.Table.from_pandas(_frame(name, []), preserve_index=False).schema
    for place, column in enumerate(schema):
        if pyarrow.types.is_null(column.type):  # pandas 2 has no type for text without a row
            schema = schema.set(place, column.with_type(pyarrow.large_string()))
    return schema


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
            frame[column] = pd.to_numeric(frame[column]).astype("float64")
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
            if not names.stays(doc_id):
                raise FileNotFoundError(doc_id)
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
        If the folder holds no tables (run ``govlaw extract`` or ``govlaw study`` first), or
        those of two runs, because one was interrupted or is at work.
    """
    folder = Path(folder)
    before = _state(folder)
    frames = {}
    for name, columns in COLUMNS.items():
        path = folder / f"{name}.csv"
        try:
            text = path.read_bytes().decode("utf-8")  # a CR in a cell stays one
        except FileNotFoundError:
            raise TableError(f"{path}: not found; run `govlaw study` first") from None
        listed = list(csv.DictReader(io.StringIO(text, newline="")))
        if listed and set(columns) - set(listed[0]):
            missing = ", ".join(sorted(set(columns) - set(listed[0])))
            raise TableError(f"{path}: the columns {missing} are missing; run `govlaw study` again")
        frames[name] = _frame(name, listed)
    if _state(folder) != before:
        raise TableError(f"{folder}: the tables were replaced while they were read; read again")
    _check_names(folder, frames["documents"]["doc_id"])
    return Study(folder, **frames)


def _state(folder: Path) -> list[tuple[int, int, int]]:
    """Return what tells one set of tables from another; refuse a mixture of two.

    Raises
    ------
    TableError
        If a run is replacing the tables, or was interrupted while it did.
    """
    if interrupted(folder):
        raise TableError(
            f"{folder}: the tables are those of a run that was interrupted while it replaced them, "
            "or that is doing so now; run the same command again"
        )
    found = []
    for name in COLUMNS:
        path = folder / f"{name}.csv"
        if path.exists():
            status = path.stat()
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return found

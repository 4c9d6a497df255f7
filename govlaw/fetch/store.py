"""The folder of fetched pages: their bytes, and for each where and when they are from.

A page has its name only when it is whole, and the table names a page only when it is there. A run
that is killed between the two leaves a page that the next run fetches and writes again.
"""

from __future__ import annotations

import csv
import hashlib
import re
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from govlaw import definitions, tables
from govlaw.errors import FetchError
from govlaw.fetch.addresses import Address
from govlaw.fetch.faults import PageError

Row = dict[str, str]

#: Columns of ``fetched.csv``. A row without a file is a page that was not fetched, and ``error``
#: says why; a row with both is a page kept from before whose last attempt failed.
COLUMNS = (
    "file", "address", "final_address", "retrieved", "status", "content_type", "bytes", "sha256",
    "etag", "last_modified", "error",
)  # fmt: skip
TABLE = "fetched.csv"
_LOCK_FILE = ".fetch.lock"

_NOT_IN_NAME = re.compile(r"[^a-z0-9-]+")
_OWN_NAME = re.compile(r"[a-z0-9_-]+\.[a-z]+\Z")
#: The table of n pages is written again and again: never for more than this share of the time.
_SHARE = 0.05


def stem(address: Address) -> str:
    """Return the name of a page's file without its suffix; the same address, the same name.

    It holds the host, the last part of the path and ten digits of the address's SHA-256; of
    characters only small letters, digits, ``-`` and ``_``, so that no address leads elsewhere.
    """
    path = address.text.split("//", 1)[-1].partition("/")[2].partition("?")[0]
    last = path.rstrip("/").rpartition("/")[2].partition(".")[0]
    digest = hashlib.sha256(address.text.encode("ascii")).hexdigest()[:10]
    parts = (_plain(address.host)[:60], _plain(last)[:30], digest)
    return "_".join(part for part in parts if part)


def _plain(text: str) -> str:
    return _NOT_IN_NAME.sub("_", text.lower()).strip("_-")


def suffix(content_type: str, body: bytes) -> str:
    """Return the suffix of a page: by its first bytes, where they tell, or else by its type.

    Raises
    ------
    PageError
        If it is neither HTML, PDF, DOCX nor text (``fetch_types.csv``).
    """
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf-"):
        return ".pdf"
    if start.startswith(b"pk\x03\x04") and b"word/" in body:
        return ".docx"
    kind = content_type.partition(";")[0].strip().lower()
    found: str = _types().get(kind, "")
    if found in (".html", ".txt"):
        return found
    if kind in ("", "application/octet-stream") and start.startswith((b"<!doctype html", b"<html")):
        return ".html"
    if found:
        raise PageError(f"says that it is {kind}, and is not")
    raise PageError(f"a page of the type {kind or 'unknown'!r} is not kept")


def _types() -> Row:
    return {row["content_type"]: row["suffix"] for row in definitions.rows("fetch_types")}


class Store:
    """The folder while one run works in it; use it in a ``with`` statement.

    Raises
    ------
    FetchError
        On entering, if another run works in the folder, it cannot be written to, or its table is
        not one of ours.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, Row] = {}
        self._lock = FileLock(folder / _LOCK_FILE, timeout=0)
        self._saved = self._took = 0.0

    def __enter__(self) -> Store:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise FetchError(
                f"{self.folder}: another run is fetching into this folder; wait for it to end, "
                "or choose another --out"
            ) from None
        except (OSError, NotImplementedError) as error:
            reason = getattr(error, "strerror", None) or error
            raise FetchError(f"{self.folder}: cannot be written: {reason}") from error
        try:
            self.rows = read(self.folder)
            self._tidy()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.save()
        finally:
            self._lock.release()

    def kept(self, address: str) -> Row | None:
        """Return the row of a page that is in the folder with the bytes that its row states."""
        row = self.rows.get(address)
        return row if row and row["file"] and _intact(self.folder, row) else None

    def keep(self, row: Row, body: bytes) -> None:
        """Write a page and its row, in place of those that the address had.

        Raises
        ------
        TableError
            If the folder cannot be written to.
        """
        tables.put(self.folder, {self.folder / row["file"]: body})
        before = self.rows.get(row["address"], {}).get("file", "")
        if before and before != row["file"]:  # the page has become one of another type
            self._remove(self.folder / before)
        self.note(row)

    def note(self, row: Row) -> None:
        """Take the row of a page that is there already, or of one that was not fetched."""
        self.rows[row["address"]] = dict.fromkeys(COLUMNS, "") | row
        if time.monotonic() - self._saved >= self._took / _SHARE:
            self.save()

    def save(self) -> None:
        """Write the table.

        Raises
        ------
        TableError
            If the folder cannot be written to.
        """
        started = time.monotonic()
        tables.put(self.folder, {self.folder / TABLE: _csv(self.rows.values())})
        self._saved = time.monotonic()
        self._took = self._saved - started

    def _tidy(self) -> None:
        """Take away what a killed run left half written."""
        for part in self.folder.glob(".*.part"):
            self._remove(part)

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FetchError(f"{path}: cannot be removed: {error.strerror or error}") from error


def read(folder: Path) -> dict[str, Row]:
    """Return the rows of the table of a folder, by address; none where there is no table.

    Raises
    ------
    FetchError
        If there is something in the table's place that is not such a table.
    """
    path = folder / TABLE
    try:
        listed = definitions.parse(path.read_bytes().decode("utf-8-sig"), str(path))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, csv.Error) as error:
        raise FetchError(f"{path}: cannot be read: {error}") from error
    if any(set(COLUMNS) - set(row) for row in listed):
        raise FetchError(f"{path}: not a table of fetched pages; move it away, or choose --out")
    for row in listed:
        if row["file"] and not _OWN_NAME.match(row["file"]):
            raise FetchError(f"{path}: {row['file']!r} is no file that was fetched; take it out")
    return {row["address"]: row for row in listed}


def _intact(folder: Path, row: Row) -> bool:
    try:
        return hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    except OSError:
        return False


def _csv(rows: Iterable[Row]) -> bytes:
    listed = ({c: row[c] for c in COLUMNS} for row in sorted(rows, key=lambda r: r["address"]))
    return tables.lines(COLUMNS, listed, header=True)

"""A batch of reports and its part: rows and texts in one file, kept until all parts are there.

A part is named after the digest of all that it was made from, so that a run that was killed can
use again what it finds, and nothing else. Batches are cut where the digest of a report's name says
so: a report more or less changes its own batch only.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from govlaw import names, screen, sources, tables
from govlaw.codebook import Codebook
from govlaw.errors import GovlawError, SourceError
from govlaw.extraction import Extraction

#: Reports in a batch: on average, at most; and the most bytes that their files have together.
USUAL, MOST, HEAVIEST = 25, 100, 8_000_000
#: Libraries that turn a file into text: another version may read it otherwise.
_READERS = ("lxml", "pypdfium2", "python-docx", "pyyaml", "trafilatura")

Reader = Callable[[Path, Codebook | None], Extraction]


@dataclass(frozen=True, slots=True)
class Batch:
    """Reports that are read together: their places in the corpus as found, and their files."""

    number: int
    places: tuple[int, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What all batches of a run are read with; ``digest`` stands for the package and codebook."""

    digest: str
    book: Codebook | None
    reader: Reader


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one file: ``doc_id`` where it was read, else ``reason``; a line for people."""

    place: int
    doc_id: str
    reason: str
    line: str
    simulated: bool = False


def recipe(book: Codebook | None, reader: Reader) -> Recipe:
    """Return the recipe of a run with this package."""
    return Recipe(f"{package()} {book.version if book else ''}", book, reader)


@cache
def package() -> str:
    """Return a digest of the package's modules and tables, and of what reads files for it."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _READERS:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".csv"):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def cut(files: Iterable[Path]) -> Iterator[Batch]:
    """Cut a corpus into batches in order of the reports' names; two of one name stay together.

    Names that differ in case alone are one: some systems can hold only one such file.
    """
    named = sorted(
        (names.folded(sources.doc_id(path)), i, str(path)) for i, path in enumerate(files)
    )
    number, weight = 0, 0
    places: list[int] = []
    held: list[str] = []
    for at, (name, place, file) in enumerate(named):
        places.append(place)
        held.append(file)
        weight += size(Path(file))
        if at + 1 < len(named) and named[at + 1][0] == name:
            continue
        marked = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % USUAL == 0
        if marked or len(held) >= MOST or weight >= HEAVIEST or at + 1 == len(named):
            yield Batch(number, tuple(places), tuple(held))
            number, weight, places, held = number + 1, 0, [], []


def size(file: Path) -> int:
    """Return the bytes of a file, 0 where there is none."""
    try:
        return file.stat().st_size
    except OSError:  # the reader says what is wrong with it
        return 0


def key(batch: Batch, recipe: Recipe) -> str:
    """Return the digest of all that a part is made from: files, their addresses, the recipe."""
    digest = hashlib.sha256(recipe.digest.encode())
    for file in batch.files:
        try:
            with open(file, "rb") as opened:
                content = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            content = str(error.strerror)
        address = sources.manifest.address(Path(file))
        digest.update(json.dumps([file, content, address]).encode())
    return digest.hexdigest()


def make(
    batch: Batch,
    recipe: Recipe,
    skip: Mapping[int, str],
    started: Callable[[int], None] = lambda place: None,
    ended: Callable[[Told], None] = lambda told: None,
) -> bytes:
    """Read the reports of a batch; return its part.

    Parameters
    ----------
    batch, recipe : what to read, and with what
    skip : places in the corpus that are not read, with the reason
    started, ended : called before and after each report
    """
    merged: dict[str, list[tables.Row]] = {name: [] for name in tables.COLUMNS}
    texts: dict[str, str] = {}
    listed: list[Told] = []
    for place, file in zip(batch.places, batch.files, strict=True):
        started(place)
        try:
            if place in skip:
                raise SourceError(f"{file}: {skip[place]}")
            extraction = _extract(Path(file), texts, recipe)
        except SourceError as error:
            reason = screen.line(str(error))
            told = Told(place, "", reason, f"refused  {reason}")
        else:
            document = extraction.document
            texts[document.doc_id] = document.text
            for name, rows in tables.rows(extraction).items():
                merged[name].extend(rows)
            line = f"read     {screen.line(file)}: {len(extraction.observations)} figures"
            simulated = document.metadata.edition == "simulated"
            told = Told(place, document.doc_id, "", line, simulated)
        listed.append(told)
        ended(told)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as part:
        about = [[t.place, t.doc_id, t.reason, t.line, t.simulated] for t in listed]
        part.writestr("about.json", json.dumps(about))
        for name, rows in merged.items():
            part.writestr(f"{name}.csv", tables.lines(tables.COLUMNS[name], rows))
        for name, text in texts.items():
            part.writestr(f"texts/{name}.txt", text.encode("utf-8"))
    return buffer.getvalue()


def _extract(path: Path, texts: Mapping[str, str], recipe: Recipe) -> Extraction:
    try:
        extraction = recipe.reader(path, recipe.book)
    except GovlawError:
        raise
    except Exception as error:  # one report must never stop a corpus, whatever it holds
        raise SourceError(
            f"{path}: could not be read ({type(error).__name__}: {error}); please report this file"
        ) from error
    own = extraction.document.doc_id
    if any(names.folded(other) == names.folded(own) for other in texts):
        raise SourceError(f"{path}: another report is named {own} already; rename one")
    return extraction


def told(path: Path, batch: Batch) -> list[Told] | None:
    """Return what a part says of its reports; None where there is no part, or it is damaged.

    The places are those that the reports have now: files may have come or gone before them.
    """
    try:
        with zipfile.ZipFile(path) as part:
            if part.testzip() is not None:
                return None
            about = json.loads(part.read("about.json"))
    except Exception:  # whatever is wrong with it: it is made again
        return None
    return [Told(place, *rest) for place, (_, *rest) in zip(batch.places, about, strict=True)]


def keep(
    batch: Batch,
    recipe: Recipe,
    folder: Path,
    skip: Mapping[int, str],
    started: Callable[[int], None] = lambda place: None,
    ended: Callable[[Told], None] = lambda told: None,
) -> str:
    """Make the part of a batch and put it into ``folder`` if it is not there; return its name.

    A file that changes while it is read is read again, so that the name of a part never lies.

    Raises
    ------
    OSError
        If the part cannot be written.
    """
    while True:
        name = key(batch, recipe)
        path = folder / f"{name}.zip"
        known = told(path, batch)
        if known is not None:
            for one in known:
                ended(one)
            return name
        content = make(batch, recipe, skip, started, ended)
        if key(batch, recipe) == name:
            put(path, content)
            return name


def put(path: Path, content: bytes) -> None:
    """Put a part into its folder, which must be there: it is gone when the run is over."""
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    os.replace(beside, path)


def unpack(path: Path, writer: tables.Writer, staged: Path, place: Path) -> None:
    """Add the rows of a part to the tables, and its texts to ``staged`` where ``place`` lacks them.

    Raises
    ------
    OSError
        If something cannot be written.
    """
    with zipfile.ZipFile(path) as part:
        for name in tables.COLUMNS:
            writer.add(name, part.read(f"{name}.csv"))
        for inner in part.namelist():
            if inner.startswith("texts/"):
                name, text = inner.removeprefix("texts/"), part.read(inner)
                try:
                    known = (place / name).read_bytes()
                except FileNotFoundError:
                    known = None
                if known != text:
                    (staged / name).write_bytes(text)

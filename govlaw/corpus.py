"""A folder of reports to tables: one bad report is listed, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from govlaw import tables
from govlaw.codebook import Codebook
from govlaw.errors import GovlawError, SourceError
from govlaw.extraction import Extraction, extract_file
from govlaw.sources import SUFFIXES

_NOT_REPORTS = ("readme", "changelog", "license")
_SAVED_WITH = ("_files", ".files")  # folders that a browser makes beside a saved page


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a corpus: the reports that were read, and why the others were not."""

    read: tuple[str, ...]
    refused: tuple[str, ...]
    files: tuple[Path, ...]


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the reports among the paths: files as named, folders with all below them, sorted.

    In a folder, files of other formats, hidden files and a README are passed over.

    Raises
    ------
    SourceError
        If a path does not exist, or nothing at all was found.
    """
    found: dict[Path, None] = {}
    paths = list(paths)
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if _is_report(file, path):
                    found[file] = None
        elif path.exists():
            found[path] = None
        else:
            raise SourceError(f"{path}: no such file or folder")
    if not found:
        raise SourceError(
            f"{', '.join(map(str, paths))}: no report found; put files ending in "
            f"{' or '.join(SUFFIXES)} there"
        )
    return list(found)


def _is_report(file: Path, folder: Path) -> bool:
    inner = file.relative_to(folder).parts
    return (
        file.is_file()
        and file.suffix.lower() in SUFFIXES
        and not any(part.startswith((".", "_")) for part in inner)
        and not any(part.endswith(_SAVED_WITH) for part in inner[:-1])
        and file.stem.lower() not in _NOT_REPORTS
    )


def extract(
    paths: Iterable[Path],
    out: Path,
    fmt: str = "csv",
    progress: Callable[[str], None] = lambda line: None,
    codebook: Codebook | None = None,
    mix_simulated: bool = False,
) -> Outcome:
    """Read reports and write their tables and texts into ``out``.

    Parameters
    ----------
    paths : files and folders
    out : folder for the tables; ``out/texts`` takes the texts that the offsets point into
    fmt : ``csv`` or ``parquet``
    progress : called with one line for each report read or refused
    codebook : the one in use by default
    mix_simulated : whether simulated reports may stand in the same tables as others

    Raises
    ------
    SourceError
        If no report could be read at all, or simulated reports and others are mixed without
        leave; nothing is written then.
    TableError
        If the tables cannot be written.
    """
    paths = list(paths)
    for folder in paths:
        if folder.is_dir() and out.resolve().is_relative_to(folder.resolve()):
            raise SourceError(
                f"{out}: lies in the folder of reports {folder}; choose another --out"
            )
    merged: dict[str, list[tables.Row]] = {name: [] for name in tables.COLUMNS}
    texts: dict[str, str] = {}
    refused: list[tables.Row] = []
    for path in find(paths):
        try:
            extraction = _extract(path, texts, codebook)
        except SourceError as error:
            refused.append({"file": str(path), "reason": str(error)})
            progress(f"refused  {error}")
            continue
        document = extraction.document
        texts[document.doc_id] = document.text
        for name, listed in tables.rows(extraction).items():
            merged[name].extend(listed)
        progress(f"read     {path}: {len(extraction.observations)} figures")
    if not texts:
        raise SourceError(f"none of the {len(refused)} files could be read as a report")
    if not mix_simulated:
        _refuse_mixture(merged["documents"])
    for listed in merged.values():
        listed.sort(key=lambda row: row["doc_id"])
    before = tables.doc_ids(out)
    tables.replace_texts(out / "texts", texts, before)
    files = tables.write(out, merged, refused, fmt)
    return Outcome(tuple(sorted(texts)), tuple(row["reason"] for row in refused), tuple(files))


def _refuse_mixture(documents: list[tables.Row]) -> None:
    """Refuse tables in which made-up figures would pass for published ones."""
    simulated = [row["doc_id"] for row in documents if row["edition"] == "simulated"]
    others = [row["doc_id"] for row in documents if row["edition"] != "simulated"]
    if simulated and others:
        raise SourceError(
            f"{simulated[0]} is simulated and {others[0]} is not; read them apart, or add "
            "--mix-simulated to have both in the same tables"
        )


def _extract(path: Path, texts: dict[str, str], codebook: Codebook | None) -> Extraction:
    try:
        extraction = extract_file(path, codebook)
    except GovlawError:
        raise
    except Exception as error:  # one report must never stop a corpus, whatever it holds
        raise SourceError(
            f"{path}: could not be read ({type(error).__name__}: {error}); please report this file"
        ) from error
    if extraction.document.doc_id in texts:
        raise SourceError(
            f"{path}: another report is named {extraction.document.doc_id} already; rename one"
        )
    return extraction

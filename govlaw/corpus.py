"""A folder of reports to tables: one bad report is listed, and the rest goes on."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from govlaw import locks, parts, screen, tables, workers
from govlaw.codebook import Codebook
from govlaw.errors import SourceError, TableError
from govlaw.extraction import extract_file
from govlaw.progress import LINES, Meter
from govlaw.sources import SUFFIXES
from govlaw.workers import Crew

_PARTS = ".parts"  # in the folder of the tables: what was read so far
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
            found |= dict.fromkeys(reports(path))
        elif path.exists():
            found[path] = None
        else:
            raise SourceError(f"{path}: no such file or folder")
        if tables.interrupted(path):
            raise SourceError(
                f"{path}: a simulation was interrupted there, or is at work; run it again first"
            )
    if not found:
        raise SourceError(
            f"{', '.join(map(str, paths))}: no report found; put files ending in "
            f"{' or '.join(SUFFIXES)} there"
        )
    return list(found)


def reports(folder: Path) -> list[Path]:
    """Return the reports below a folder, sorted; there may be none."""
    return [file for file in sorted(folder.rglob("*")) if _is_report(file, folder)]


def _is_report(file: Path, folder: Path) -> bool:
    inner = file.relative_to(folder).parts
    return (
        file.is_file()
        and file.suffix.lower() in SUFFIXES
        and not any(part.startswith((".", "_")) for part in inner)
        and not any(part.endswith(_SAVED_WITH) for part in inner[:-1])
        and file.stem.lower() not in _NOT_REPORTS
    )


def crew(paths: Iterable[Path], jobs: int | None, dask: str) -> Crew:
    """Return who reads a corpus: as asked, else as many processes as are worth it.

    Raises
    ------
    SourceError
        If a path does not exist, or no report was found.
    """
    if jobs is None and not dask:
        jobs = workers.choose(find(paths), os.cpu_count() or 1)
    return Crew(jobs, dask)


def extract(
    paths: Iterable[Path],
    out: Path,
    fmt: str = "csv",
    progress: Callable[[str], None] = lambda line: None,
    codebook: Codebook | None = None,
    mix_simulated: bool = False,
    crew: Crew | None = None,
    keep_parts: bool = False,
) -> Outcome:
    """Read reports and write their tables and texts into ``out``.

    Reports are read in batches. What was read of a batch waits in ``out/.parts`` until all are
    read, so that a run that was ended goes on from there, and the tables change all at once.

    Parameters
    ----------
    paths : files and folders
    out : folder for the tables; ``out/texts`` takes the texts that the offsets point into
    fmt : ``csv`` or ``parquet``
    progress : called with one line for each report read or refused, or now and then if they are
        many
    codebook : the one in use by default
    mix_simulated : whether simulated reports may stand in the same tables as others
    crew : who reads; this process by default, where a file that ends or holds up the process is
        not guarded against. None of it changes a table.
    keep_parts : whether ``out/.parts`` stays, so that the next run reads only batches with a
        report that changed

    Raises
    ------
    SourceError
        If no report could be read at all, or simulated reports and others are mixed without
        leave; nothing is written then.
    TableError
        If the tables cannot be written, or another run is at work in ``out``.
    GovlawError
        If the crew cannot be had.
    """
    paths = list(paths)
    tables.check_format(fmt)
    for folder in paths:
        if folder.is_dir() and out.resolve().is_relative_to(folder.resolve()):
            raise SourceError(
                f"{out}: lies in the folder of reports {folder}; choose another --out"
            )
    batches = list(parts.cut(find(paths)))
    with locks.alone(out):
        try:
            return _extract_alone(
                batches, out, fmt, progress, parts.recipe(codebook, extract_file),
                mix_simulated, crew or Crew(), keep_parts,
            )  # fmt: skip
        except SourceError:
            shutil.rmtree(out / _PARTS, ignore_errors=True)
            raise
        except OSError as error:
            raise TableError(f"{out}: cannot be written: {error.strerror or error}") from error


def _extract_alone(
    batches: list[parts.Batch], out: Path, fmt: str, progress: Callable[[str], None],
    recipe: parts.Recipe, mix_simulated: bool, crew: Crew, keep_parts: bool,
) -> Outcome:  # fmt: skip
    folder = out / _PARTS
    targets = [f"{name}.{fmt}" for name in tables.COLUMNS] + ["refused.csv"]
    for name in (*targets, "texts"):
        if (out / name).exists() and (out / name).is_dir() != (name == "texts"):
            raise TableError(f"{out / name}: cannot be written: something else has its place")
    folder.mkdir(exist_ok=True)
    for name in ("new", "old"):
        shutil.rmtree(folder / name, ignore_errors=True)
    meter = Meter(sum(len(batch.files) for batch in batches), progress)
    names = [""] * len(batches)
    for number, name in workers.run(crew, batches, recipe, folder, meter.report):
        names[number] = name
    if meter.total > LINES:
        progress(f"writing  {out}")
    staged = folder / "new"
    (staged / "texts").mkdir(parents=True)
    read: list[str] = []
    refused: list[tuple[int, tables.Row]] = []
    first: dict[bool, str] = {}
    with tables.Writer(staged, fmt) as writer:
        for batch, name in zip(batches, names, strict=True):
            path = folder / f"{name}.zip"
            for file, told in zip(batch.files, parts.told(path, batch) or (), strict=True):
                if told.reason:
                    refused.append((told.place, {"file": screen.line(file), "reason": told.reason}))
                    continue
                read.append(told.doc_id)
                first.setdefault(told.simulated, told.doc_id)
            if len(first) > 1 and not mix_simulated:
                raise SourceError(
                    f"{first[True]} is simulated and {first[False]} is not; read them apart, or "
                    "add --mix-simulated to have both in the same tables"
                )
            parts.unpack(path, writer, staged / "texts", out / "texts")
    if not read:
        raise SourceError(f"none of the {len(refused)} files could be read as a report")
    refused.sort(key=lambda pair: pair[0])
    (staged / "refused.csv").write_bytes(
        tables.lines(tables.REFUSED, (row for _, row in refused), header=True)
    )
    _install(out, staged, read, fmt, targets)
    if keep_parts:
        _keep_only(folder, set(names))
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return Outcome(
        tuple(sorted(read)),
        tuple(row["reason"] for _, row in refused),
        tuple(out / name for name in targets[:-1]),
    )


def _install(out: Path, staged: Path, read: list[str], fmt: str, targets: list[str]) -> None:
    """Put new files into their places and take away what the tables no longer speak of."""
    for name in targets:
        if (out / name).is_file() and filecmp.cmp(out / name, staged / name, shallow=False):
            (staged / name).unlink()
    before = dict.fromkeys(tables.doc_ids(out))
    there = set(read)
    gone = [f"texts/{name}.txt" for name in before if name not in there]
    for other in tables.FORMATS:
        if other != fmt:  # the texts would no longer be those of the other tables
            gone += [f"{name}.{other}" for name in tables.COLUMNS]
    tables.exchange(out, staged, gone, dict.fromkeys([*before, *read]))


def _keep_only(folder: Path, names: set[str]) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix != ".zip" or path.stem not in names:
            path.unlink(missing_ok=True)

"""A new study: a folder that a user owns, with all that ``govlaw study`` needs to run at once."""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import nbformat

from govlaw import __version__, codebook, locks, simulation
from govlaw.errors import CheckError, GovlawError
from govlaw.labels import check_language

#: The reports that come with a new study, made up, so that it runs before there are any others.
EXAMPLES = 6
_SEED = 1
_OWN = "09_own.ipynb"
_NEW = "new"  # the study in the making
#: Parameters that the study sets itself: they are no choice of the user's.
_GIVEN = ("processed", "figures", "language", "doc_id")


def package_notebooks() -> list[Path]:
    """Return the notebooks that come with the package.

    An installed package holds them itself; in a checkout of the project they lie beside it.

    Raises
    ------
    GovlawError
        If there are none in either place.
    """
    package = Path(str(files("govlaw")))
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if found := sorted(folder.glob("*.ipynb")):
            return found
    raise GovlawError(f"{package}: the notebooks are missing; install govlaw again")


def make(
    folder: Path,
    language: str = "zh",
    *,
    example: bool = True,
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Make a new study in ``folder``; return its path.

    It is made beside its place and moved there when complete: a folder is whole or not there.

    Parameters
    ----------
    folder : that does not exist yet, or is empty
    language : zh or en: of the README files and of the comments
    example : whether to put made-up reports into ``data/raw/example``, so that it runs at once
    say : called with a line for each part

    Raises
    ------
    CheckError
        If the folder holds anything, is a file, or is the one that the user is in.
    GovlawError
        If it cannot be written, or the language is unknown.
    """
    check_language(language)
    folder = folder.absolute()
    _check_free(folder)
    notebooks = package_notebooks()
    part = folder.with_name(f".{folder.name}.part")
    try:
        with locks.alone(part):
            shutil.rmtree(part / _NEW, ignore_errors=True)  # of a run that was killed
            try:
                _fill(part / _NEW, notebooks, language, example)
                if folder.is_dir():
                    folder.rmdir()
                os.replace(part / _NEW, folder)
            finally:
                shutil.rmtree(part / _NEW, ignore_errors=True)
        with suppress(OSError):  # another run may have begun in it
            part.rmdir()
    except OSError as error:
        raise GovlawError(f"{folder}: cannot be made: {error.strerror or error}") from error
    for path in sorted(folder.iterdir()):
        say(f"made     {path}")
    return folder


def _check_free(folder: Path) -> None:
    try:
        if Path.cwd().is_relative_to(folder.resolve()):
            raise CheckError(
                f"{folder}: you are in it; go one folder up and name it, or name a new one"
            )
        if folder.is_dir() and any(folder.iterdir()):
            raise CheckError(f"{folder}: is not empty; give the name of a new folder")
    except OSError as error:
        raise GovlawError(f"{folder}: cannot be read: {error.strerror or error}") from error
    if folder.exists() and not folder.is_dir():
        raise CheckError(f"{folder}: is a file; give the name of a new folder")


def _fill(folder: Path, notebooks: list[Path], language: str, example: bool) -> None:
    """Write all that a study starts with."""
    template = Path(str(files("govlaw"))) / "template"
    words = template / language
    raw = folder / "data" / "raw"
    for made in (raw, folder / "data" / "processed", folder / "notebooks"):
        made.mkdir(parents=True)
    for notebook in [*notebooks, template / _OWN]:
        shutil.copyfile(notebook, folder / "notebooks" / notebook.name)
    for source, target in (
        (words / "README.md", folder / "README.md"),
        (words / "raw.md", raw / "README.md"),
        (template / "gitignore.txt", folder / ".gitignore"),
        (template / "overrides.csv", folder / "overrides.csv"),
    ):
        shutil.copyfile(source, target)
    heads = ("code", *codebook.ENTRY_COLUMNS, *codebook.RULE_COLUMNS)
    _write(folder / "codebook.csv", ",".join(heads) + "\n")
    _write(folder / "parameters.yml", _parameters(notebooks, words))
    if example:
        simulation.write(raw / "example", EXAMPLES, _SEED)
        shutil.copyfile(words / "example.md", raw / "example" / "README.md")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _parameters(notebooks: list[Path], words: Path) -> str:
    """Return a file of parameters in which every one stands as a comment with its default."""
    lines = [(words / "parameters.txt").read_text(encoding="utf-8").rstrip(), ""]
    seen = set(_GIVEN)
    for notebook in notebooks:
        fresh = [(name, line) for name, line in _stated(notebook) if name not in seen]
        seen |= {name for name, _ in fresh}
        if fresh:
            lines += [f"# {notebook.stem}", *(f"#{line}" for _, line in fresh), ""]
    return "\n".join([*lines, f"# govlaw {__version__}", ""])


def _stated(notebook: Path) -> list[tuple[str, str]]:
    """Return the parameters of a notebook as lines of YAML, with the comment behind each."""
    cells = nbformat.read(notebook, as_version=4).cells
    source = next((c.source for c in cells if "parameters" in c.metadata.get("tags", [])), "")
    lines = source.splitlines()
    found = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            name = ast.unparse(statement.target)
            _, _, comment = lines[statement.lineno - 1].partition("  # ")
            note = f"  # {comment}" if comment else ""
            found.append((name, f"{name}: {ast.unparse(statement.value)}{note}"))
    return found

"""The whole study: reports to tables, notebooks, figures and site, rerunning only what changed.

The order of work is kept by doit: every step names what it depends on (files by content, values
by digest) and what it makes. A failing notebook is listed and the rest goes on.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import importlib.metadata
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from doit.cmd_base import ModuleTaskLoader
from doit.dependency import JsonDB
from doit.doit_cmd import DoitMain
from doit.globals import Globals
from doit.tools import config_changed

from govlaw import __version__, codebook, corpus, locks, names, plain_yaml, tables
from govlaw.errors import GovlawError, NotebookError
from govlaw.sources import manifest

LANGUAGES = ("zh", "en")
#: The file of parameters that a study is run with where no other is named.
PARAMETERS = Path("parameters.yml")
_CARD = "report_card"
_STATE = "state.json"
_BEGUN = "begun"  # beside it: the steps that were begun since it was written
#: What a notebook saves, by what its output says of itself.
_SAVED = {"figure": ("svg", "png"), "table": ("html", "tex", "docx")}
_SHAPES = ("matplotlib", "seaborn", "pandas", "numpy", "scipy", "statsmodels", "sphinx", "myst-nb")


@dataclass(frozen=True)
class Options:
    """What a study is made of and where it goes.

    Parameters
    ----------
    raw : files or folders of reports
    out : the folder that takes ``data/processed``, ``figures`` and ``site``
    notebooks : the folder of the notebooks
    languages : any of zh and en
    values : parameters for the notebooks, by name, as text
    codebook : a user's own indicators and rules, added to those of the package
    mix_simulated : whether simulated reports may stand beside others
    jobs : processes that read reports; as many as are worth it by default
    dask : address of a Dask cluster that reads them instead
    """

    raw: tuple[Path, ...] = (Path("data/raw"),)
    out: Path = Path(".")
    notebooks: Path = Path("notebooks")
    languages: tuple[str, ...] = LANGUAGES
    values: dict[str, str] = field(default_factory=dict)
    codebook: Path | None = None
    mix_simulated: bool = False
    jobs: int | None = None
    dask: str = ""

    @property
    def processed(self) -> Path:
        """The folder of the tables."""
        return self.out / "data" / "processed"

    @property
    def figures(self) -> Path:
        """The folder of the figures."""
        return self.out / "figures"

    @property
    def site(self) -> Path:
        """The folder of the rendered study."""
        return self.out / "site"

    @property
    def work(self) -> Path:
        """What is made on the way, and the record of what is up to date."""
        return self.out / ".govlaw"


def read_parameters(path: Path | None = None) -> dict[str, str]:
    """Read a file of parameters: their values as text, as they would stand after ``-p``.

    A value is taken as it is written, so that a code keeps its zeros; lists and maps become
    Python literals.

    Parameters
    ----------
    path : a YAML file with a line ``name: value`` each; by default parameters.yml of the current
        folder, or none where there is no such file

    Raises
    ------
    NotebookError
        If the file cannot be read or is no list of parameters.
    """
    if path is None and not PARAMETERS.is_file():
        return {}
    path = path or PARAMETERS
    try:
        found = plain_yaml.load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotebookError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise NotebookError(f"{path}: not UTF-8; save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise NotebookError(f"{path}{where}: is not readable as YAML; write name: value") from error
    if not found:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise NotebookError(f"{path}: holds no parameters; write a line `name: value` for each")
    return {n: v if isinstance(v, str) else repr(_literal(v)) for n, v in found.items()}


def _literal(value: Any) -> Any:
    """Return what stands in a list or map of a file of parameters: numbers and truth as such."""
    if isinstance(value, dict):
        return {name: _literal(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_literal(inner) for inner in value]
    if value in ("true", "false"):
        return value == "true"
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return value  # text that begins like something else


def run(options: Options, say: Callable[[str], None] = lambda line: None) -> int:
    """Run a study; return 0, or 1 where a report was refused or a notebook failed.

    Raises
    ------
    GovlawError
        If nothing can be run: no report, no notebooks, an unknown parameter, a codebook with a
        mistake.
    """
    with codebook.using(options.codebook) as book:
        return _run(options, book, say)


def _run(options: Options, book: codebook.Codebook, say: Callable[[str], None]) -> int:
    reports = corpus.find(options.raw)
    plan = _Plan(options, reports, say, book)
    with locks.alone(options.work):
        try:
            _drop_damaged(options.work / _STATE, say)
            tables.sweep([options.figures, *options.figures.glob("*/")])
        except OSError as error:
            raise _unwritable(error, options.work) from error
        return _steps(plan, options, say)


def _drop_damaged(state: Path, say: Callable[[str], None]) -> None:
    """Take away a damaged record of what is up to date: all steps run again then."""
    try:
        found = json.loads(state.read_bytes())
        whole = isinstance(found, dict) and all(isinstance(task, dict) for task in found.values())
    except FileNotFoundError:
        return
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        state.unlink()
        say(f"damaged  {state}: taken away; every step runs again")


def _unwritable(error: OSError, folder: Path) -> GovlawError:
    """Return an error of the system as one line that names the file, or else the folder."""
    return GovlawError(f"{error.filename or folder}: cannot be written: {error.strerror or error}")


def _steps(plan: _Plan, options: Options, say: Callable[[str], None]) -> int:
    if plan.doit(plan.extraction()):
        raise GovlawError("\n".join(plan.failures))
    plan.doit(plan.notebooks())
    if not plan.doit(plan.sites()):
        say(f"site     {options.site / 'index.html'}")
    refused = tables.refused(options.processed)
    for line in (*refused, *plan.failures):
        say(f"failed   {line}")
    return 1 if refused or plan.failures else 0


def _touch(mark: Path) -> None:
    mark.parent.mkdir(exist_ok=True)
    mark.touch()


class Record(JsonDB):
    """What is up to date, on disk whole or not at all; ``error`` says why it is not there."""

    error: OSError | None = None

    def dump(self) -> None:
        """Save the record; doit would print a traceback where that fails."""
        try:
            tables.replace(Path(self.name), self.codec.encode(self._db).encode("utf-8"))
        except OSError as error:
            self.error = error


def _own(path: Path) -> bool:
    """Tell whether a file of the package shapes what a study looks like."""
    return path.is_file() and path.suffix != ".pyc"


def _versions() -> dict[str, str]:
    """Return the versions of what draws and renders: another one may change every byte."""
    found = {name: importlib.metadata.version(name) for name in _SHAPES}
    return found | {"govlaw": __version__, "python": sys.version.split()[0]}


def _figures_stand(executed: Path, figures: Path) -> bool:
    """Tell whether every figure and table that an executed notebook saved is still there."""
    try:
        notebook = json.loads(executed.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    outputs = (o for cell in notebook["cells"] for o in cell.get("outputs", []))
    about = (m for o in outputs for m in o.get("metadata", {}).values() if isinstance(m, dict))
    files = (
        figures / f"{m[kind]}.{suffix}"
        for m in about
        for kind, suffixes in _SAVED.items()
        if kind in m
        for suffix in suffixes
    )
    return all(file.exists() for file in files)


class _Plan:
    """The steps of a study as doit's tasks."""

    def __init__(
        self,
        options: Options,
        reports: list[Path],
        say: Callable[[str], None],
        book: codebook.Codebook,
    ) -> None:
        self.options, self.reports, self.say, self.book = options, reports, say, book
        self.failures: list[str] = []
        self.sources = [
            str(path) for path in sorted(Path(__file__).parent.rglob("*")) if _own(path)
        ]
        if options.codebook:
            self.sources.append(str(options.codebook))
        self.annotations = self._annotations()
        self.versions = _versions() | {"codebook": book.version}

    # -- steps -----------------------------------------------------------------------------

    def extraction(self) -> Iterator[dict[str, Any]]:
        """Reports to tables."""
        options = self.options
        targets = [options.processed / f"{name}.csv" for name in (*tables.COLUMNS, "refused")]
        yield {
            "name": "tables",
            "actions": [
                (
                    self._try,
                    [
                        corpus.extract,
                        options.raw,
                        options.processed,
                        "csv",
                        self.say,
                        self.book,
                        options.mix_simulated,
                        corpus.crew(self.reports, options.jobs, options.dask),
                    ],
                )
            ],
            "file_dep": [*map(str, self.reports), *self.sources],
            "targets": [*map(str, targets)],
            "uptodate": [
                config_changed(
                    {
                        "raw": [(str(path), manifest.address(path)) for path in self.reports],
                        "codebook": self.book.version,
                        "mix_simulated": options.mix_simulated,
                    }
                ),
                lambda task, values: not tables.interrupted(options.processed),
            ],
        }

    def notebooks(self) -> Iterator[dict[str, Any]]:
        """Every notebook once a language; the report card once a report as well."""
        digests = self._digests()
        for language in self.options.languages:
            for notebook in sorted(self.annotations):
                if notebook.stem != _CARD:
                    yield self._notebook(notebook, language, notebook.stem, {}, "")
                    continue
                for doc_id in tables.carded(digests):
                    digest = digests[doc_id]
                    extra = {"doc_id": doc_id}
                    yield self._notebook(notebook, language, f"cards/{doc_id}", extra, digest)

    def sites(self) -> Iterator[dict[str, Any]]:
        """The rendered study, once a language."""
        for language in self.options.languages:
            executed = self._executed(language)
            every = [path for name in self.options.languages for path in self._executed(name)]
            target = self.options.site / language / "index.html"
            yield {
                "name": f"site:{language}",
                "actions": [(self._try, [self._site, language])],
                "file_dep": [*map(str, executed), *self._table_files(), *self.sources],
                "targets": [str(target)],
                "uptodate": [
                    config_changed(
                        {"pages": [str(path) for path in every], "codebook": self.book.version}
                    )
                ],
            }

    def _notebook(
        self, notebook: Path, language: str, name: str, extra: dict[str, str], digest: str
    ) -> dict[str, Any]:
        from govlaw.execute import convert

        known = self.annotations[notebook]
        given = {
            "processed": str(self.options.processed),
            "figures": str(self.options.figures),
            "language": language,
            **self.options.values,
            **extra,
        }
        values = {k: convert(k, v, known[k]) for k, v in given.items() if k in known}
        target = self.options.work / "notebooks" / language / f"{name}.ipynb"
        return {
            "name": f"{language}:{name}",
            "actions": [(self._try, [self._execute, notebook, target, values])],
            "file_dep": [
                str(notebook),
                *self.sources,
                *([] if extra else self._table_files()),
                *(self._validation_files(values) if "validation" in known else []),
            ],
            "targets": [str(target)],
            "uptodate": [
                config_changed({"values": values, "rows": digest, "with": self.versions}),
                lambda task, values: _figures_stand(target, self.options.figures),
            ],
        }

    # -- actions ---------------------------------------------------------------------------

    def _try(self, action: Callable[..., object], *arguments: object) -> bool:
        """Run an action for doit; keep what went wrong as one line for the user."""
        try:
            action(*arguments)
        except GovlawError as error:
            self.failures.append(str(error))
            return False
        except OSError as error:
            self.failures.append(str(_unwritable(error, self.options.out)))
            return False
        return True

    def _execute(self, notebook: Path, target: Path, values: dict[str, Any]) -> None:
        from govlaw import execute

        started = time.monotonic()
        execute.run(notebook, target, values)
        name = target.relative_to(self.options.work / "notebooks").with_suffix("")
        self.say(f"notebook {name} ({time.monotonic() - started:.0f} s)")

    def _site(self, language: str) -> None:
        from govlaw.site import build

        pages = self._executed(language)
        cards = [path for path in pages if path.parent.name == "cards"]
        studies = [path for path in pages if path.parent.name != "cards"]
        others = [name for name in self.options.languages if name != language]
        there = {path.name for name in others for path in self._executed(name)}
        only_here = {f"cards/{path.stem}" for path in cards if path.name not in there}
        only_here |= {f"study/{path.stem}" for path in studies if path.name not in there}
        build.build(
            build.Pages(studies, cards, frozenset(only_here), alone=not others),
            self.options.processed,
            self.options.work / "site" / language,
            self.options.site,
            language,
        )

    # -- what steps depend on --------------------------------------------------------------

    def _annotations(self) -> dict[Path, dict[str, str]]:
        """Return each notebook's parameters; refuse a value that no notebook has a name for."""
        from govlaw.execute import parameters

        found = {path: parameters(path) for path in sorted(self.options.notebooks.glob("*.ipynb"))}
        if not found:
            raise NotebookError(f"{self.options.notebooks}: no notebook found there")
        for path in found:
            if names.reserved(path.stem) or not names.stays(path.stem):
                raise NotebookError(f"{path}: the name is kept for another file; rename it")
        known = set().union(*found.values())
        unknown = sorted(set(self.options.values) - known)
        if unknown:
            raise NotebookError(
                f"no notebook has a parameter {', '.join(unknown)}; known are "
                f"{', '.join(sorted(known))}"
            )
        return found

    def _table_files(self) -> list[str]:
        return [str(self.options.processed / f"{name}.csv") for name in tables.COLUMNS]

    def _validation_files(self, values: dict[str, Any]) -> list[str]:
        """Return what a notebook on validation reads besides the tables."""
        folder = Path(values.get("validation") or Path("data", "validation"))
        own = [Path(values["gold"])] if values.get("gold") else []
        return [str(path) for path in (*sorted(folder.glob("*.csv")), *own) if path.is_file()]

    def _digests(self) -> dict[str, str]:
        """Return a digest of each report's rows in every table: what its card depends on."""
        found = {doc_id: hashlib.sha256() for doc_id in tables.doc_ids(self.options.processed)}
        for file in self._table_files():
            text = Path(file).read_bytes().decode("utf-8")
            for row in csv.DictReader(io.StringIO(text, newline="")):
                found[row["doc_id"]].update(json.dumps(row, sort_keys=True).encode())
        return {doc_id: digest.hexdigest() for doc_id, digest in found.items()}

    def _executed(self, language: str) -> list[Path]:
        """Return the executed notebooks of a language, the study's before the cards."""
        folder = self.options.work / "notebooks" / language
        names = [path.stem for path in self.annotations if path.stem != _CARD]
        reports = tables.carded(tables.doc_ids(self.options.processed))
        names += [f"cards/{doc_id}" for doc_id in reports]
        return [path for name in names if (path := folder / f"{name}.ipynb").exists()]

    # -- runs that are ended ---------------------------------------------------------------

    def _begun(self, step: str) -> Path:
        """Return the mark that stands from the beginning of a step until its end is on record.

        Where a run is ended in between, what the step makes may be new already, while the record
        still speaks of what it was made from before.
        """
        return self.options.work / _BEGUN / hashlib.sha256(step.encode()).hexdigest()[:32]

    def _marked(self, step: dict[str, Any]) -> dict[str, Any]:
        """Return a step as a task of doit that runs again where a run was ended in it."""
        mark = self._begun(step["name"])

        def begin() -> bool:
            return self._try(_touch, mark)

        def ended(task: object, values: object) -> bool:
            return not mark.exists()

        return {
            **step,
            "actions": [begin, *step["actions"]],
            "uptodate": [*step["uptodate"], ended],
            "io": {"capture": False},
        }

    # -- doit ------------------------------------------------------------------------------

    def doit(self, tasks: Iterator[dict[str, Any]]) -> int:
        """Run tasks two at a time, each only if what it depends on changed."""
        listed = list(tasks)

        def task_govlaw() -> Iterator[dict[str, Any]]:
            yield from (self._marked(step) for step in listed)

        config = {
            "dep_file": str(self.options.work / _STATE),
            "backend": "govlaw",
            "continue": True,
            "num_process": 2,
            "par_type": "thread",
            "reporter": "zero",
            "verbosity": 0,
        }
        loader = ModuleTaskLoader({"task_govlaw": task_govlaw, "DOIT_CONFIG": config})
        plugins = {"BACKEND": {"govlaw": f"{__name__}:Record"}}
        done = DoitMain(loader, config_filenames=(), extra_config=plugins).run(["run"])
        if isinstance(error := Globals.dep_manager.backend.error, OSError):
            raise _unwritable(error, self.options.work)
        for step in listed:  # their ends are on record now
            self._begun(step["name"]).unlink(missing_ok=True)
        return int(done)

"""Imports within the package run one way only: a module knows those before it and no other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import govlaw

PACKAGE = Path(govlaw.__file__).parent

#: The way of the data. A module may import only from those that stand before it; a package counts
#: as one. A new module gets its place here.
ORDER = (
    "errors", "screen", "locks", "memory", "model", "definitions", "names", "plain_yaml", "places",
    "numerals", "text", "grammar", "gates", "codebook", "applicability", "outline", "quantities",
    "roles", "subjects", "lists", "indicators", "arithmetic", "explain", "pairing", "changes",
    "totals", "audit", "deadlines", "responsibility", "plans", "targets", "honours", "mentions",
    "sources", "extraction", "tables", "parts", "workers", "progress", "corpus", "fetch",
    "simulation", "agreement", "evaluation", "validation", "labels", "describe", "terminal",
    "sampling", "sheets", "coding", "measures", "overrides", "panel", "words", "keyness",
    "similarity", "lexicons", "attainment", "digits", "restatement", "minimums", "compare",
    "models", "trials", "statements", "style", "figures", "markup", "display", "points",
    "publication", "views", "citations", "exports", "notebook", "execute", "site", "study",
    "starting", "cli",
)  # fmt: skip
FREE = ("__init__", "__main__")


def layer(path: Path) -> str:
    """Return the module or package directly below govlaw that a file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(tree: ast.AST, package: tuple[str, ...]) -> set[str]:
    """Return the modules and packages directly below govlaw that a file imports, wherever."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *((node.module,) if node.module else ())))
            names |= {f"{module}.{alias.name}" for alias in node.names}
    below = {name.split(".")[1] for name in names if name.startswith("govlaw.")}
    return {name for name in below if not name.startswith("__")}


def wrong(files: dict[Path, str]) -> list[str]:
    """Return the imports that run back, as a pair of names each."""
    found = []
    for path, source in files.items():
        own = layer(path)
        package = ("govlaw", *path.relative_to(PACKAGE).parts[:-1])
        for other in sorted(imported(ast.parse(source), package) - {own}):
            known = own in ORDER and other in ORDER
            if own not in FREE and (not known or ORDER.index(other) > ORDER.index(own)):
                found.append(f"{own} imports {other}")
    return found


FILES = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def test_imports_run_one_way() -> None:
    """No module imports one that stands after it in the order."""
    assert wrong(FILES) == []


def test_every_module_has_a_place() -> None:
    """Every module stands in the order once, and the order names no other."""
    assert len(set(ORDER)) == len(ORDER)
    assert {layer(path) for path in FILES} - set(FREE) == set(ORDER)


@pytest.mark.parametrize(
    "line",
    [
        "from govlaw.cli import main",
        "import govlaw.cli",
        "import govlaw.cli as name",
        "from govlaw import cli, errors",
        "from . import cli",
        "from .cli import main",
        "def f() -> None:\n    from govlaw.site.build import run",
    ],
)
def test_a_step_back_is_named(line: str) -> None:
    """The check sees every way of writing an import, also within a function."""
    (pair,) = wrong({PACKAGE / "numerals.py": line})
    assert pair in ("numerals imports cli", "numerals imports site")


def test_steps_forward_are_free() -> None:
    """Imports of what stands before, of the own package and of other libraries are in order."""
    assert wrong({PACKAGE / "cli.py": "from govlaw import corpus, __version__\nimport re"}) == []
    assert wrong({PACKAGE / "sources" / "page.py": "from . import front_matter"}) == []
    assert wrong({PACKAGE / "__init__.py": "from govlaw import cli"}) == []

"""What govlaw stands on: every package is declared, used, and listed with its licence."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import locked
import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OWN = {"govlaw", *(path.stem for path in (ROOT / "tests").glob("*.py"))}
#: The package of a module whose name is another one.
PACKAGES = {
    "docx": "python-docx",
    "fontTools": "fonttools",
    "IPython": "ipython",
    "markdown_it": "markdown-it-py",
    "yaml": "pyyaml",
}
#: Dependencies that no module imports by name.
UNIMPORTED = {
    "jupyterlab": "`run.py lab` runs it",
    "lxml-html-clean": "trafilatura reads pages with it, and conda knows no lxml[html_clean]",
    "myst-nb": "Sphinx loads it (govlaw/site/conf.py)",
    "pydata-sphinx-theme": "Sphinx loads it (govlaw/site/conf.py)",
    "mypy": "`run.py test` runs it",
    "ruff": "`run.py test` runs it",
    "pandas-stubs": "types for mypy",
    "types-pyyaml": "types for mypy",
}
#: What a test imports only where it is installed.
OPTIONAL = {"hatchling", "psutil"}
PAGE = (ROOT / "docs" / "licences.md").read_text("utf-8")
LISTED = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (\w+) \| ([^|]+) \| ?([^|]*) \|$", PAGE, re.M)[1:]


def imported(*folders: str) -> set[str]:
    """Return the packages of others that the modules of some folders import, wherever."""
    found: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        source = path.read_text("utf-8")
        found.update(re.findall(r'importorskip\("(\w+)', source))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.split(".")[0])
    found -= {*sys.stdlib_module_names, *OWN}
    return {canonicalize_name(PACKAGES.get(name, name)) for name in found}


def declared(*extras: str) -> set[str]:
    """Return the names of the dependencies of the package and of some extras."""
    every = [*locked.declared(), *(r for extra in extras for r in locked.declared(extra))]
    return {canonicalize_name(requirement.name) for requirement in every}


def test_what_the_package_imports_is_declared() -> None:
    """No module of the package leans on what another package happens to install."""
    assert imported("govlaw") <= declared("cluster")


def test_what_the_tests_import_is_declared() -> None:
    """The same for the tests, with their extras."""
    assert imported("tests") - OPTIONAL <= declared("test", "browser", "cluster", "fuzz")


def test_what_is_declared_is_used() -> None:
    """Each dependency is imported, or it is said here what it is for."""
    needed = declared() - imported("govlaw")
    assert needed <= UNIMPORTED.keys()
    assert declared("test") - imported("govlaw", "tests", "tools") <= UNIMPORTED.keys()
    assert UNIMPORTED.keys() <= declared("test") - imported("govlaw")


def test_every_locked_package_has_its_licence_listed() -> None:
    """docs/licences.md names each package of the lock, with its versions and what it is for."""
    uses = locked.uses()
    versions: dict[str, list[str]] = {}
    for package in locked.locked():
        versions.setdefault(package.name, []).append(package.version)
    wanted = [(name, ", ".join(found), uses[name]) for name, found in versions.items()]
    assert [row[:3] for row in LISTED] == wanted, "`python tools/licences.py` writes it anew"


def test_no_licence_reaches_the_code_that_imports_the_package() -> None:
    """Nothing that the runtime needs is under the GPL or AGPL alone; where a licence is not plain
    permission, the page says what it asks."""
    for name, _, use, licence, note in LISTED:
        choices = re.split(r" OR | / ", licence)
        strict = [c for c in choices if re.search(r"(?<!L)GPL|(?<!Lesser )General Public", c)]
        assert use != "runtime" or len(strict) < len(choices), f"{name}: {licence}"
        if re.search(r"GPL|General Public|MPL|Mozilla", licence):
            assert len(note) > 40, f"{name}: {licence}"


@pytest.mark.parametrize("name", ["pandas", "matplotlib", "hypothesis", "tld"])
def test_packages_are_told_apart_by_what_they_are_for(name: str) -> None:
    """A package that the runtime needs counts as such though the tests need it too."""
    assert locked.uses()[name] == ("test" if name == "hypothesis" else "runtime")

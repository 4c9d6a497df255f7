"""The packages of requirements.lock: their versions, what each is for, and what is installed."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_ENTRY = re.compile(r"([a-z0-9._-]+)==([^ ;\n]+)(?: ; ([^\\\n]+))?")


@dataclass(frozen=True)
class Locked:
    """One version of a package: where it is installed, its hashes, and the packages it is for."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    parents: frozenset[str]

    @property
    def here(self) -> bool:
        """Whether this version is the one for this Python and platform."""
        return not self.marker or Marker(self.marker).evaluate()


def locked() -> list[Locked]:
    """Return every version of every package of the lock; a package may have one a platform."""
    found = []
    for entry in re.split(r"\n(?=[a-z])", LOCK.read_text("utf-8")):
        match = _ENTRY.match(entry)
        assert match, f"{LOCK.name}: {entry.splitlines()[0]!r} is no package with a version"
        name, version, marker = match.groups()
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry))
        via = re.findall(r"^    #(?: via)? +([a-z0-9._-]+)", entry, re.M)
        name, parents = canonicalize_name(name), frozenset(map(canonicalize_name, via))
        marker = (marker or "").strip()
        found.append(Locked(name, version, marker, hashes, parents - {name, "via"}))
    return found


def declared(extra: str = "") -> list[Requirement]:
    """Return the dependencies that pyproject.toml declares: of the package, or of an extra."""
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    return [Requirement(line) for line in lines]


def uses() -> dict[str, str]:
    """Return what each locked package is for: ``runtime``, or the first extra that needs it."""
    children: dict[str, set[str]] = {}
    for package in locked():
        for parent in package.parents:
            children.setdefault(parent, set()).add(package.name)
    found: dict[str, str] = {}
    for extra in ("", "test", "browser", "cluster", "fuzz"):
        waiting = [canonicalize_name(requirement.name) for requirement in declared(extra)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = extra or "runtime"
                waiting += children.get(name, ())
    return found


def elsewhere() -> list[str]:
    """Return the packages that are installed at another version than the locked one."""
    found = []
    for package in locked():
        try:
            version = importlib.metadata.version(package.name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if package.here and version != package.version:
            found.append(f"{package.name} {version} (locked: {package.version})")
    return found

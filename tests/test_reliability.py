"""Each command of docs/reliability.md is there to be run, and what it would choose exists."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "reliability.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| promise")
]
COMMANDS = [command for row in ROWS for command in re.findall(r"`([^`]+)`", row[-1])]


def names(path: Path) -> list[str]:
    """Return the names by which pytest chooses tests of a module: its own and theirs."""
    tree = ast.parse(path.read_text("utf-8"))
    tests = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [path.stem, *(name for name in tests if name.startswith("test_"))]


def test_each_row_is_whole() -> None:
    """Promise, what was tried, what was found, and the command."""
    assert len(ROWS) > 25
    assert all(len(row) == 4 and all(row) for row in ROWS)
    assert all(re.search("`[^`]+`", row[-1]) for row in ROWS)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_find_what_they_name(command: str) -> None:
    """Files are there, and each word that chooses tests chooses one."""
    words = [word for word in shlex.split(command) if not re.match(r"[A-Z_]+=", word)]
    files = [ROOT / word for word in words if re.match(r"(?:tests|tools|data)/", word)]
    assert all(path.exists() for path in files), command
    if "-k" in words:
        there = [name for path in files for name in names(path)]
        chosen = re.split(r"\W+(?:or|and)\W+", words[words.index("-k") + 1])
        assert all(any(word in name for name in there) for word in chosen), chosen

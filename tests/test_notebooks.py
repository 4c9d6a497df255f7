"""Notebooks are prose and calls: no outputs, no logic, both languages, literal parameters."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from govlaw.execute import parameters

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]


def _cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text("utf-8"))["cells"])


def _tags(cell: dict[str, Any]) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def test_the_notebooks_of_the_study_are_there() -> None:
    """The three studies and the report card exist."""
    assert {"01_corpus", "02_indicators", "03_audit", "report_card"} <= set(NAMES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_committed_without_outputs(path: Path) -> None:
    """A notebook holds no output, no execution count and names the kernel python3."""
    whole = json.loads(path.read_text("utf-8"))
    assert whole["metadata"]["kernelspec"]["name"] == "python3"
    for cell in whole["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None
        assert set(cell["metadata"]) <= {"tags"}
    ids = [cell["id"] for cell in whole["cells"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_parameters_are_literals(path: Path) -> None:
    """One cell holds the parameters, each an annotated literal; the common ones are in all."""
    (cell,) = [cell for cell in _cells(path) if "parameters" in _tags(cell)]
    for statement in ast.parse("".join(cell["source"])).body:
        assert isinstance(statement, ast.AnnAssign) and statement.value is not None
        ast.literal_eval(statement.value)
    assert {"processed", "figures", "language"} <= set(parameters(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_cells_hold_no_logic(path: Path) -> None:
    """A code cell is short and defines, loops over and decides nothing."""
    logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Lambda, ast.ListComp)
    for cell in _cells(path):
        if cell["cell_type"] == "code":
            assert len(cell["source"]) <= 8
            tree = ast.parse("".join(cell["source"]))
            assert not [node for node in ast.walk(tree) if isinstance(node, logic)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_prose_stands_in_both_languages(path: Path) -> None:
    """Every cell of prose is tagged zh or en, and each zh cell is followed by its en twin."""
    prose = [cell for cell in _cells(path) if cell["cell_type"] == "markdown"]
    languages = [sorted(_tags(cell) & {"zh", "en"}) for cell in prose]
    assert languages == [["zh"], ["en"]] * (len(prose) // 2)
    for chinese, english in zip(prose[::2], prose[1::2], strict=True):
        levels = [line.split(" ")[0] for c in (chinese, english) for line in c["source"][:1]]
        assert levels[0].startswith("#") == levels[1].startswith("#")

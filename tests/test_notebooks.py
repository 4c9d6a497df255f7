"""Notebooks as they are committed: no outputs, no logic, both languages."""

from __future__ import annotations

import ast
import itertools
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from govlaw import labels
from govlaw.errors import GovlawError
from govlaw.notebook import open_study, project

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: Most cells of a notebook and lines of a cell: whoever needs more needs a function in govlaw.
CELLS, LINES = 20, 8
LITERALS = {"str": str, "int": int, "float": float, "bool": bool, "list": list}
STEPS = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One committed notebook."""
    return json.loads(request.param.read_text(encoding="utf-8"))


def code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cells of code."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tags(cell: dict[str, Any]) -> list[str]:
    """Return the tags of a cell."""
    return cell["metadata"].get("tags", [])


def source(cell: dict[str, Any]) -> str:
    """Return the text of a cell."""
    return "".join(cell["source"])


def faults(text: str, parameters: bool) -> list[str]:
    """Return what the code of a cell may not hold: logic, paths, or too much of it."""
    found = []
    if len(text.splitlines()) > LINES:
        found.append("too long")
    for statement in ast.parse(text).body:
        if parameters:
            found += _parameter_faults(statement)
            continue
        if not isinstance(statement, STEPS):
            found.append(f"{type(statement).__name__} is no step")
        for node in ast.walk(statement):
            if isinstance(node, ast.Lambda | ast.comprehension | ast.BinOp | ast.IfExp):
                found.append(f"{type(node).__name__} is logic")
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += [f"{node.value!r} is a path"] * bool(
                    re.search(r"\.\w+/|^/|\\|^\.\.|^~", node.value)
                )
    return found


def _parameter_faults(statement: ast.stmt) -> list[str]:
    if not isinstance(statement, ast.AnnAssign) or statement.value is None:
        return ["a parameter is name: type = literal"]
    try:
        value = ast.literal_eval(statement.value)
    except ValueError:
        return ["a parameter is a literal"]
    kind = ast.unparse(statement.annotation).split("[")[0]
    if kind not in LITERALS or not isinstance(value, LITERALS[kind]):
        return [f"{value!r} is no {kind}"]
    return [] if ast.unparse(statement).isascii() else ["a parameter is ASCII"]


def test_all_notebooks_are_seen() -> None:
    """The notebooks of the study are there."""
    names = {path.stem for path in NOTEBOOKS}
    assert {"01_corpus", "02_indicators", "03_audit", "05_targets", "report_card"} <= names


def test_the_format_is_valid(notebook: dict[str, Any]) -> None:
    """nbformat 4.5 with ids of cells that are fixed, named and different."""
    nbformat.validate(nbformat.from_dict(notebook))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids)) <= CELLS
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_nothing_is_executed(notebook: dict[str, Any]) -> None:
    """No output, no count, and no trace of a run or of a machine."""
    for cell in code(notebook):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    assert set(notebook["metadata"].get("language_info", {})) <= {"name"}


def test_every_notebook_has_its_parameters(notebook: dict[str, Any]) -> None:
    """One cell of parameters, literals with a type, before any other code."""
    cells = code(notebook)
    assert [("parameters" in tags(cell)) for cell in cells] == [True] + [False] * (len(cells) - 1)
    assert faults(source(cells[0]), parameters=True) == []
    names = [line.split(":")[0] for line in source(cells[0]).splitlines()]
    assert names[:3] == ["processed", "figures", "language"]


def test_cells_hold_no_logic(notebook: dict[str, Any]) -> None:
    """A cell imports, assigns what a call returns, or shows it."""
    for cell in code(notebook)[1:]:
        assert faults(source(cell), parameters=False) == [], source(cell)


def test_the_last_cell_names_the_versions(notebook: dict[str, Any]) -> None:
    """Package, codebook and corpus are printed at the end."""
    assert source(notebook["cells"][-1]) == "display.versions(study, language)"


def test_prose_comes_in_both_languages(notebook: dict[str, Any]) -> None:
    """Chinese first, then English, with the same heading level; each in its own script."""
    prose = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert [tags(cell) for cell in prose] == [["zh"], ["en"]] * (len(prose) // 2)
    assert source(prose[0]).startswith("# ")
    for zh, en in zip(prose[::2], prose[1::2], strict=True):
        assert re.search("[\u4e00-\u9fff]", source(zh))
        assert re.search("[a-z]{3}", source(en))
        marks = [re.findall("^#+ ", source(cell), re.M) for cell in (zh, en)]
        assert marks[0] == marks[1]
    kinds = [(cell["cell_type"], *tags(cell)) for cell in notebook["cells"]]
    for before, after in itertools.pairwise(kinds):
        assert (before == ("markdown", "zh")) == (after == ("markdown", "en"))


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("for x in y:\n    print(x)", False),
        ("def f(): pass", False),
        ("if a: b()", False),
        ("total = a + b", False),
        ("found = [x for x in y]", False),
        ('found = read("../data/processed")', False),
        ('found = read("/tmp/x")', False),
        ("a = f()\n" * 9, False),
        ("year = 2024", True),
        ("twice: int = 2 * 2", True),
        ("year: int = '2024'", True),
        ("region: str = '平顶山'", True),
        ("import os", True),
    ],
)
def test_the_check_sees_logic(text: str, parameters: bool) -> None:
    """What may not stand in a cell is found."""
    assert faults(text, parameters)


# -- what a notebook opens -----------------------------------------------------------------


def test_the_project_is_found_from_its_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the notebooks folder, as JupyterLab starts, and from the root, as papermill does."""
    for folder in (ROOT, ROOT / "notebooks", ROOT / "govlaw" / "data"):
        monkeypatch.chdir(folder)
        assert project() == ROOT


def test_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a project and without folders there is one clear sentence."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GovlawError, match=re.escape(str(tmp_path))):
        open_study()


def test_a_folder_without_tables(tmp_path: Path) -> None:
    """An empty folder is said to hold no tables, and how to make them."""
    with pytest.raises(GovlawError, match="govlaw study"):
        open_study(str(tmp_path), str(tmp_path))


def test_an_unknown_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that does not exist is refused at once."""
    monkeypatch.chdir(ROOT)
    with pytest.raises(GovlawError, match="'de'"):
        open_study(language="de")


def test_a_figure_is_saved_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both files carry the language in their names; the description travels with the picture."""
    import govlaw.notebook
    from govlaw import figures

    monkeypatch.chdir(ROOT)
    shown: list[tuple[Any, dict[str, Any]]] = []
    monkeypatch.setattr(
        govlaw.notebook, "display", lambda data, metadata: shown.append((data, metadata))
    )
    session = open_study(figures=str(tmp_path), language=labels.LANGUAGES[1])
    documents, observations = session.study.documents, session.study.observations
    drawing = figures.rates(documents, observations, language=session.language)
    session.show(drawing, "cards/rates")
    assert {p.name for p in (tmp_path / "cards").iterdir()} == {"rates.en.svg", "rates.en.png"}
    ((_, metadata),) = shown
    assert metadata["image/svg+xml"]["alt"] == drawing.alt

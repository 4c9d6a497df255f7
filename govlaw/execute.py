"""Run one notebook with parameters, so that the same input gives the same file."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

# jsonschema imports an optional checker of addresses that builds a grammar for two seconds each
# time; notebooks validate without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
import papermill  # noqa: E402
from jupyter_client.manager import AsyncKernelManager  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402

from govlaw.errors import NotebookError  # noqa: E402

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_CELL_SECONDS = 600


def parameters(notebook: Path) -> dict[str, str]:
    """Return the names and type annotations of a notebook's parameters.

    Raises
    ------
    NotebookError
        If the file is no notebook.
    """
    try:
        found = papermill.inspect_notebook(str(notebook))
    except Exception as error:
        raise NotebookError(f"{notebook}: is not a readable notebook: {error}") from error
    return {name: str(value["inferred_type_name"]) for name, value in found.items()}


def convert(name: str, value: str, annotation: str) -> Any:
    """Return a parameter that was given as text in the type that the notebook names.

    Raises
    ------
    NotebookError
        If the text is no value of that type.
    """
    if annotation in ("str", "None", ""):
        return value
    if annotation == "bool" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    try:
        found = ast.literal_eval(value)
        if annotation == "float" and type(found) is int:
            found = float(found)
        if type(found).__name__ == annotation.split("[")[0]:
            return found
    except (ValueError, SyntaxError, TypeError, OverflowError, RecursionError, MemoryError):
        pass
    raise NotebookError(f"the parameter {name} is {value!r}; it must be of type {annotation}")


def run(notebook: Path, target: Path, values: Mapping[str, Any]) -> None:
    """Execute ``notebook`` with ``values`` and write the executed copy to ``target``.

    The copy appears only if every cell ran. What differs from run to run (times, addresses in
    memory, ids) is taken out of it.

    Raises
    ------
    NotebookError
        Names the notebook, the cell and its error; the copy up to there is kept beside the
        target as ``NAME.failed.ipynb``.
    """
    failed = target.with_suffix(".failed.ipynb")
    folder = tempfile.mkdtemp(prefix="gl")
    partial = Path(folder) / "partial.ipynb"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        papermill.execute_notebook(
            str(notebook),
            str(partial),
            parameters=dict(values),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            execution_timeout=_CELL_SECONDS,
            start_timeout=120,
            **_kernel(folder),
        )
        executed = nbformat.read(partial, as_version=4)
        nbformat.write(clean(executed), partial)
        shutil.copyfile(partial, target.with_suffix(".part"))
        os.replace(target.with_suffix(".part"), target)
        failed.unlink(missing_ok=True)
    except Exception as error:
        with suppress(OSError):  # a full disk holds no copy; the reason is told all the same
            target.unlink(missing_ok=True)
            target.with_suffix(".part").unlink(missing_ok=True)
            if partial.exists():
                shutil.copyfile(partial, failed)
        raise NotebookError(_message(notebook, error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kernel(folder: str) -> dict[str, Any]:
    """Return a kernel manager that talks over socket files where the system has them.

    Kernels that are started side by side now and then take the same TCP port. A kernel says nothing
    of its own: the errors of cells come back as messages, and that it was told to end is no news.
    """

    class Manager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            if os.name == "posix":
                self.transport, self.ip = "ipc", os.path.join(folder, "k")

        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            return super().format_kernel_cmd([*(extra_arguments or []), "--log-level=50"])

    return {"kernel_manager_class": Manager}


def _message(notebook: Path, error: Exception) -> str:
    if isinstance(error, PapermillExecutionError):
        tags = [cell.metadata.get("tags", []) for cell in nbformat.read(notebook, 4).cells]
        injected = any("parameters" in t for t in tags[: error.cell_index])
        number = error.cell_index + 1 - injected  # papermill counts the cell that it puts in
        return f"{notebook}: cell {number} failed with {error.ename}: {error.evalue}"
    return f"{notebook}: could not be run: {type(error).__name__}: {error}"


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out of an executed notebook what differs from run to run."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/plain")
            if text:
                output["data"]["text/plain"] = _ADDRESS.sub("", text)
    return notebook

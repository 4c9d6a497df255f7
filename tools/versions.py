"""Run the tests of tables, measures, models, figures and exports on other versions.

    python tools/versions.py lowest [--python 3.11] [PYTEST OPTIONS]
    python tools/versions.py newest [--python 3.13] [PYTEST OPTIONS]

``lowest`` takes the oldest version that pyproject.toml allows of everything that it names,
``newest`` the newest, whatever requirements.lock says. Both make an environment in a temporary
folder with uv, which also finds the Python; the project's own .venv stays as it is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
#: The tests that call the libraries which change most.
TESTS = (
    "agreement", "arithmetic", "attainment", "audit", "citations", "coding", "compare", "corpus",
    "digits", "display", "exports", "fetch", "figures", "measures", "models", "panel",
    "points", "publication", "quantities", "readers", "restatement", "similarity", "simulation",
    "starting", "trials", "validation",
)  # fmt: skip
SHOWN = ("pandas", "numpy", "scipy", "statsmodels", "matplotlib", "seaborn", "pyarrow", "sphinx")


def main() -> int:
    """Make the environment, say what is in it, run the tests; return what pytest returns."""
    parser = argparse.ArgumentParser(description="Tests on the oldest or newest versions allowed.")
    parser.add_argument("which", choices=RESOLUTIONS)
    parser.add_argument("--python", help="3.11 for lowest, 3.13 for newest by default")
    options, words = parser.parse_known_args()
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("tools/versions.py: uv is needed; https://docs.astral.sh/uv/ says how to get it")
    wanted = options.python or {"lowest": "3.11", "newest": "3.13"}[options.which]
    with tempfile.TemporaryDirectory(prefix="govlaw-") as folder:
        venv = Path(folder) / "venv"
        python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        resolution = ("--resolution", RESOLUTIONS[options.which])
        install = [
            uv,
            "pip",
            "install",
            "-q",
            "--python",
            str(python),
            *resolution,
            "-e",
            ".[test]",
        ]
        for command in ([uv, "venv", "-q", "--no-project", "--python", wanted, str(venv)], install):
            subprocess.run(command, cwd=ROOT, check=True)
        versions = "; ".join(f"print({n!r}, version({n!r}), end='  ')" for n in SHOWN)
        code = f"import sys; print('python', sys.version.split()[0], end='  '); {versions}; print()"
        say = f"from importlib.metadata import version; {code}"
        subprocess.run([str(python), "-c", say], check=True)
        files = [f"tests/test_{name}.py" for name in TESTS]
        pytest = [str(python), "-P", "-m", "pytest", "-p", "no:cacheprovider", *(words or files)]
        environment = {**os.environ, "PYTHONUTF8": "1"}
        return subprocess.run(pytest, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

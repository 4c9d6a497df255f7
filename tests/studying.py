"""A project in which a study is run as a user runs it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ("001_macun_2020_report", "003_zhumadian_2024_report")


def govlaw(*words: str | Path, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with an empty home folder."""
    environment = {**os.environ, "HOME": str(home), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "govlaw", *map(str, words)],
        cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def digests(*folders: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below some folders, by its path there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Project:
    """A folder with two reports and the notebooks, and the ways to run it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "project", folder / "home"
        self.home.mkdir()
        (self.folder / "data" / "raw").mkdir(parents=True)
        for name in REPORTS:
            shutil.copy(ROOT / "data" / "raw" / f"{name}.md", self.folder / "data" / "raw")
        (self.folder / "data" / "raw" / "broken.txt").write_bytes(bytes(range(256)))
        shutil.copytree(ROOT / "notebooks", self.folder / "notebooks")
        self.first: subprocess.CompletedProcess[str] | None = None
        #: What the first run made, before a test changed a report.
        self.tables: dict[str, str] = {}
        self.figures: dict[str, str] = {}

    def begin(self, *words: str | Path) -> None:
        """Run the study for the first time and note what it made."""
        self.first = self.run(*words)
        self.tables = digests(self.folder / "data" / "processed")
        self.figures = digests(self.folder / "figures")

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run ``govlaw study`` with an empty home folder."""
        return govlaw("study", *words, cwd=self.folder, home=self.home)

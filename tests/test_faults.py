"""Faults: studies that are killed, full disks, closed folders, two runs at once."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from govlaw import study

KILLS = int(os.environ.get("GOVLAW_KILLS", "5"))
MADE = ("data/processed", "figures", "site")
REPORT = """---
title: 甲县2023年法治政府建设年度报告
---
# 甲县2023年法治政府建设年度报告

一、主要成效

共办理行政复议案件{cases}件，审结10件，审结率83.3%。
"""
NOTEBOOK = {
    "parameters": 'processed: str = ""\nfigures: str = ""\nlanguage: str = "zh"\n',
    "draw": """from pathlib import Path
from govlaw import style, tables
study = tables.read(Path(processed))
for number in range(4):
    figure = style.new_figure(4, 2)
    figure.subplots().bar(["a", "b"], list(study.observations["value"].dropna())[:2])
    figure.suptitle(str(number))
    style.save(figure, Path(figures) / f"own_{number}.{language}")
print(list(study.observations["text"]))
""",
}
needs_groups = pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")


def project(folder: Path) -> Path:
    """Make a folder with one report and one notebook of four figures."""
    (folder / "notebooks").mkdir(parents=True)
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# One"},
        *(
            {"cell_type": "code", "id": name, "metadata": {"tags": [name]}, "outputs": [],
             "execution_count": None, "source": source}
            for name, source in NOTEBOOK.items()
        ),
    ]  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "notebooks" / "01_one.ipynb").write_text(json.dumps(made), "utf-8")
    write_report(folder, 12)
    return folder


def write_report(folder: Path, cases: int) -> None:
    """Put the report into a project, with another figure each time."""
    report = folder / "data" / "raw" / "report.md"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(REPORT.format(cases=cases), "utf-8")


def work(folder: Path) -> None:
    """Run the study of a folder in a process group of its own."""
    os.setsid()
    os.chdir(folder)
    with open(folder / "said.txt", "a", encoding="utf-8") as said:
        os._exit(study.run(study.Options(languages=("en",)), lambda line: print(line, file=said)))


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file that a reader of a project may open; hidden ones are none."""
    found = {}
    for name in MADE:
        for path in sorted((folder / name).rglob("*")):
            inner = path.relative_to(folder)
            if not any(part.startswith(".") for part in inner.parts):
                with contextlib.suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                    found[inner.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def left_over(folder: Path) -> list[str]:
    """Return what a run should have taken away: beginnings of files, marks, locks."""
    found = [path for path in folder.rglob(".*") if path.name != ".govlaw"]
    found += [*(folder / ".govlaw").glob("begun/*"), *(folder / ".govlaw").glob("site/*/*")]
    return [path.relative_to(folder).as_posix() for path in found]


class Watcher(threading.Thread):
    """A reader that opens every file at its place, again and again."""

    def __init__(self, folder: Path, whole: list[dict[str, str]]) -> None:
        super().__init__(daemon=True)
        self.folder, self.whole = folder, whole
        self.read, self.halves = 0, [""] * 0
        self.over = threading.Event()

    def run(self) -> None:
        """Read until told that it is over; keep what is neither old nor new."""
        while not self.over.wait(0.1):
            for name, digest in digests(self.folder).items():
                self.read += 1
                if digest not in {state.get(name) for state in self.whole}:
                    self.halves.append(name)


@needs_groups
def test_a_killed_study_goes_on(tmp_path: Path) -> None:
    """Killed at random moments, a study ends with the bytes of one that ran undisturbed.

    The whole process group is killed; the kernel of the notebook, which has a group of its own,
    must find out. A report changes between old and new, so that every file has to change; a reader
    finds each file old or new. How many kills: ``GOVLAW_KILLS``.
    """
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["govlaw.study", "govlaw.execute", "govlaw.site.build"])

    def begin(folder: Path) -> multiprocessing.process.BaseProcess:
        process = start.Process(target=work, args=(folder,))
        process.start()
        return process

    cases, whole, seconds = (12, 24), [], 0.0
    for number in cases:
        folder = project(tmp_path / f"whole{number}")
        write_report(folder, number)
        started = time.monotonic()
        process = begin(folder)
        process.join()
        assert process.exitcode == 0
        seconds = time.monotonic() - started
        whole.append(digests(folder))
    changed = {name for name in whole[0] if whole[0][name] != whole[1].get(name)}
    assert whole[0].keys() == whole[1].keys()
    assert {name.split("/")[0] for name in changed} == {"data", "figures", "site"}

    chance = random.Random(os.environ.get("GOVLAW_SEED", "1"))
    folder = project(tmp_path / "killed")
    watcher = Watcher(folder, whole)
    watcher.start()
    kills, ended, state, pending = 0, 0, 0, False
    while kills < KILLS or pending:
        process = begin(folder)
        process.join(chance.uniform(0, seconds) if kills < KILLS else None)
        if process.exitcode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()  # where it has no group yet
            process.join()
            kills, pending = kills + 1, True
            print(f"{time.strftime('%H:%M:%S')} kills {kills} ended {ended}", flush=True)
            if chance.random() < 0.2:  # the next run finds the report as it was before the last
                state = 1 - state
                write_report(folder, cases[state])
            continue
        assert process.exitcode == 0, (folder / "said.txt").read_text("utf-8")[-2000:]
        assert digests(folder) == whole[state]
        assert left_over(folder) == []
        ended, pending, state = ended + 1, False, 1 - state
        write_report(folder, cases[state])
    watcher.over.set()
    watcher.join()
    print(f"{kills} kills, {ended} runs that ended, {watcher.read} files read meanwhile")
    assert watcher.halves == [] and watcher.read > 0
    assert orphans(folder) == []


def orphans(folder: Path) -> list[str]:
    """Return the processes that still work in a folder ten seconds later."""
    psutil = pytest.importorskip("psutil")
    found: list[str] = []
    for _ in range(50):
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if Path(process.cwd()).is_relative_to(folder):
                    found.append(" ".join(process.cmdline()))
        if not found:
            break
        time.sleep(0.2)
    return found

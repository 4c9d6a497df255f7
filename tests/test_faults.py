"""Faults: studies that are killed, full disks, closed folders, two runs at once."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import itertools
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from studying import REPORTS, ROOT

from govlaw import corpus, locks, study
from govlaw.cli import main

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
#: What a process begins with, so that a run is short: all that the commands import.
PRELOADED = ("cli", "study", "execute", "site.build", "corpus", "panel", "overrides", "citations",
             "exports.excel", "exports.package", "exports.codebook", "sampling", "sheets",
             "evaluation", "simulation", "starting")  # fmt: skip
_START = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
if os.name == "posix":
    _START.set_forkserver_preload([f"govlaw.{name}" for name in PRELOADED])
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
    for place, folders, files in itertools.chain(*(os.walk(folder / name) for name in MADE)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(place) / name for name in sorted(files) if not name.startswith(".")):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # moved meanwhile
                content = path.read_bytes()
                found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
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

    def begin(folder: Path) -> multiprocessing.process.BaseProcess:
        process = _START.Process(target=work, args=(folder,))
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
    kills, ended, state, pending = 0, 0, 0, 0
    while kills < KILLS or pending:
        process = begin(folder)
        last = kills == KILLS or pending == 4  # so many kills one after the other are enough
        process.join(None if last else chance.uniform(0, seconds))
        if process.exitcode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()  # where it has no group yet
            process.join()
            kills, pending = kills + 1, pending + 1
            assert watcher.halves == [] and watcher.is_alive()
            print(f"{time.strftime('%H:%M:%S')} kills {kills} ended {ended}", flush=True)
            if chance.random() < 0.2:  # the next run finds the report as it was before the last
                state = 1 - state
                write_report(folder, cases[state])
            continue
        assert process.exitcode == 0, (folder / "said.txt").read_text("utf-8")[-2000:]
        assert digests(folder) == whole[state]
        assert left_over(folder) == []
        ended, pending, state = ended + 1, 0, 1 - state
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


# -- every other command that writes -----------------------------------------------------------

#: What is run in a folder that holds the reports ``raw``, their tables ``tables`` and annotations;
#: the first words give the old state of ``out``, if any, the second ones the new.
COMMANDS: dict[str, tuple[str, str]] = {
    "extract": ("extract raw/old --out out", "extract raw --out out"),
    "panel": ("panel --processed tables --out out --indicators rec_received",
              "panel --processed tables --out out"),
    "exports": ("panel --processed tables --out out --indicators rec_received --format csv,package",
                "panel --processed tables --out out --format csv,xlsx,package,codebook"),
    "sample": ("", "code sample --processed tables --out out/sheet.csv --sentences 9"),
    "evaluate": ("evaluate raw/old/001_macun_2020_report.md --gold gold0.csv --out out",
                 "evaluate raw/003_zhumadian_2024_report.md --gold gold1.csv --out out"),
    "simulate": ("simulate --reports 3 --seed 1 --out out",
                 "simulate --reports 5 --seed 2 --out out"),
    "init": ("", "init out --language en"),
}  # fmt: skip
posix = pytest.mark.skipif(os.name != "posix", reason="processes are ended otherwise there")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other users may enter, with reports, tables and annotations."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        raw = folder / "raw"
        (raw / "old").mkdir(parents=True)
        for number, name in enumerate(REPORTS):
            shutil.copy(ROOT / "data" / "raw" / f"{name}.md", raw / ("old", "")[number])
        corpus.extract([raw], folder / "tables")
        head, *rows = (ROOT / "data" / "validation" / "digests.csv").read_text("utf-8").split("\n")
        for number, name in enumerate(REPORTS):
            own = [row for row in rows if row.startswith(f"{name},")]
            (folder / f"gold{number}.csv").write_text("\n".join([head, *own, ""]), "utf-8")
        folder.chmod(0o777)
        yield folder


def command(words: str, folder: str, said: Path, fault: Callable[[], None] | None) -> None:
    """Run a command in a folder, in a process of its own."""
    os.chdir(folder)
    # left open: a traceback is written when all is over
    sys.stderr = sys.stdout = said.open("w", encoding="utf-8", buffering=1)
    if fault:
        fault()
    sys.exit(main(words.split()))


def run(words: str, folder: Path, fault: Callable[[], None] | None = None) -> tuple[int, str]:
    """Run a command to its end; return its code and what it said."""
    with tempfile.TemporaryDirectory() as aside:
        said = Path(aside) / "said"
        process = _START.Process(target=command, args=(words, str(folder), said, fault))
        process.start()
        process.join()
        return process.exitcode or 0, said.read_text("utf-8")


def visible(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder that are not hidden, with their bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


def states(name: str, folder: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return what ``out`` holds before and after the command, and leave it as before."""
    before, after = COMMANDS[name]
    found = []
    for words in (after, before):
        shutil.rmtree(folder / "out", ignore_errors=True)
        if words:
            assert run(words, folder)[0] == 0
        found.append(visible(folder / "out"))
    return found[1], found[0]


class Kill:
    """End the process without warning at a step: half a file is written, or a file not yet moved.

    Without a step: count the steps and say how many there were.
    """

    def __init__(self, step: int = -1) -> None:
        self.step = step

    def __call__(self) -> None:
        """Take the place of the calls that write."""
        steps = itertools.count()
        move, write = os.replace, Path.write_bytes

        def due() -> bool:
            step = next(steps)
            if self.step < 0:
                Path("steps").write_text(str(step + 1))
            return step == self.step

        def replace(*places: Path) -> None:
            if due():
                os.kill(os.getpid(), signal.SIGKILL)
            move(*places)

        def write_bytes(path: Path, content: bytes) -> int:
            if due():
                write(path, content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return write(path, content)

        os.replace = replace  # type: ignore[assignment]
        Path.write_bytes = write_bytes  # type: ignore[method-assign, assignment]


@posix
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_whole_files(name: str, place: Path) -> None:
    """Killed while it writes or moves a file, a command leaves each file old or new.

    The next run makes what a run without a kill makes, and takes away what was begun.
    """
    before, after = states(name, place)
    words = COMMANDS[name][1]
    saved = place / "before"
    if (place / "out").exists():
        shutil.copytree(place / "out", saved)
    assert run(words, place, Kill())[0] == 0
    steps = int((place / "steps").read_text())
    chosen = random.Random(1).sample(range(steps), min(steps, 1 if KILLS < 100 else 40))
    for step in sorted({0, steps - 1, *chosen}):
        shutil.rmtree(place / "out")
        if saved.exists():
            shutil.copytree(saved, place / "out")
        code, said = run(words, place, Kill(step))
        assert code == -signal.SIGKILL, said
        for file, content in visible(place / "out").items():
            assert content in (before.get(file), after.get(file)), file
        assert run(words, place)[0] == 0
        assert visible(place / "out") == after
        hidden = [path.name for path in place.rglob(".*") if path.name != ".gitignore"]
        assert hidden == []
        print(f"{name}: step {step} of {steps}")


def one_line(said: str, message: str) -> None:
    """Check that the last line says what is wrong, and that there is no traceback."""
    lines = said.strip().splitlines()
    assert lines and lines[-1].startswith("govlaw: ") and re.search(message, lines[-1]), said
    assert sum(line.startswith("govlaw: ") for line in lines) == 1, said
    assert "Traceback" not in said, said


@pytest.mark.parametrize("name", COMMANDS)
def test_a_second_run_of_a_command_stops(name: str, place: Path) -> None:
    """Where another run is at work, there is one line, and nothing changes."""
    before, after = states(name, place)
    target = place / (".out.part" if name == "init" else "out")
    with locks.alone(target):
        code, said = run(COMMANDS[name][1], place)
        assert code == 1
        one_line(said, "another run of govlaw is writing there")
        assert visible(place / "out") == before
    assert run(COMMANDS[name][1], place)[0] == 0
    assert visible(place / "out") == after


@pytest.mark.parametrize("name", COMMANDS)
def test_two_runs_begun_together(name: str, place: Path) -> None:
    """One of them at least ends well; the other one too, or it stops with one line."""
    _, after = states(name, place)
    folders = [place, place / "second"]
    folders[1].mkdir()
    for shared in ("raw", "tables", "gold0.csv", "gold1.csv", "out"):
        (folders[1] / shared).symlink_to(place / shared)
    words = COMMANDS[name][1]
    if not COMMANDS[name][0]:  # it makes the folder itself, so the path has to be the same
        words = words.replace(" out", f" {place / 'out'}")
    both = [
        _START.Process(target=command, args=(words, str(folder), folder / "said", None))
        for folder in folders
    ]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert 0 in [process.exitcode for process in both]
    for process, folder in zip(both, folders, strict=True):
        if process.exitcode:
            assert process.exitcode == 1
            one_line((folder / "said").read_text("utf-8"), "another run|not empty|is there already")
    assert visible(place / "out") == after


def bound() -> None:
    """Let permissions bind this process, even where it belongs to the administrator (Linux)."""
    if os.getuid() == 0:
        system = ctypes.CDLL(None, use_errno=True)
        for right in range(4):  # to pass over permissions and owners: of programs begun here too
            assert system.prctl(24, right, 0, 0, 0) == 0
        version, rights = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert system.capset(version, rights) == 0


@posix
@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_may_not_be_written(name: str, place: Path) -> None:
    """Without permission there is one line that names the folder, and nothing changes."""
    before, _ = states(name, place)
    closed = [path for path in (place / "out").rglob("*") if path.is_dir()]
    closed += [place / "out"] if (place / "out").exists() else [place]
    for folder in closed:
        folder.chmod(0o555)
    try:
        code, said = run(COMMANDS[name][1], place, bound)
        assert code == 1
        one_line(said, r"out.*: Permission denied")
    finally:
        for folder in closed:
            folder.chmod(0o777)
    assert visible(place / "out") == before


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_in_the_way(name: str, place: Path) -> None:
    """Where a file stands in place of a folder, there is one line, and the file stays."""
    shutil.rmtree(place / "out", ignore_errors=True)
    (place / "out").write_text("in the way")
    words = COMMANDS[name][1].replace("init out", "init out/new")
    code, said = run(words, place)
    assert code == 1
    one_line(said, r"out\b.*: (?:cannot be|File exists|Not a directory)")
    assert (place / "out").read_text() == "in the way"


class Limit:
    """Let no file grow beyond some bytes: the system refuses to write on."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self) -> None:
        """Set the limit."""
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.size))


@posix
@pytest.mark.parametrize("name", COMMANDS)
def test_a_write_that_is_refused(name: str, place: Path) -> None:
    """Where the system refuses to write on, there is one line, and nothing changes."""
    before, after = states(name, place)
    smallest = max(len(content) for content in after.values()) // 2
    code, said = run(COMMANDS[name][1], place, Limit(smallest))
    assert code == 1
    one_line(said, "out.*: File too large")
    assert visible(place / "out") == before
    assert run(COMMANDS[name][1], place)[0] == 0
    assert visible(place / "out") == after


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 24 MB in memory; only the system's administrator may make one."""
    with tempfile.TemporaryDirectory() as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=777", "none", name]
        if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("no disk can be made here")
        try:
            yield Path(name).resolve()
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def fill(disk: Path, room: int) -> None:
    """Fill a disk but for some bytes."""
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass
    with (disk / "filler").open("r+b") as file:
        file.truncate(max(0, file.seek(0, os.SEEK_END) - room))


@posix
@pytest.mark.parametrize("room", [0, 4096])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk(name: str, room: int, place: Path, small_disk: Path) -> None:
    """On a full disk there is one line, nothing is lost, and with room again all is made."""
    before, after = COMMANDS[name]
    out = small_disk / "out"
    words = [word.replace(" out", f" {out}") for word in (before, after)]
    if before:
        assert run(words[0], place)[0] == 0
    old = visible(out)
    fill(small_disk, room)
    code, said = run(words[1], place)
    assert code == 1, said
    one_line(said, "out.*: No space left on device")
    assert visible(out) == old
    (small_disk / "filler").unlink()
    assert run(words[1], place)[0] == 0
    assert [path for path in small_disk.rglob(".*") if path.name != ".gitignore"] == []


# -- the study's other faults ------------------------------------------------------------------

WHOLE_STUDY = "study --language en"


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose study has run."""
    folder = project(tmp_path_factory.mktemp("studied") / "project")
    assert run(WHOLE_STUDY, folder)[0] == 0
    return folder


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"govlaw:tables": {"a', b"\xff\xfe", b"[1]", b"{}"]
)
def test_a_damaged_record_is_taken_away(content: bytes, tmp_path: Path) -> None:
    """A record that is not whole is no record, and one line says so."""
    state = tmp_path / "state.json"
    state.write_bytes(content)
    said: list[str] = []
    study._drop_damaged(state, said.append)
    assert state.exists() == (content == b"{}")
    assert len(said) == (content != b"{}") and all(str(state) in line for line in said)


def test_a_step_that_was_begun_runs_again(studied: Path) -> None:
    """Killed after its tables changed, and the report put back as it was: the tables come back.

    The record still speaks of the report as it was before, so nothing else would tell.
    """
    before = digests(studied)
    write_report(studied, 24)
    code, _ = run(WHOLE_STUDY, studied, _kill_before_the_record)
    assert code == -signal.SIGKILL
    assert digests(studied) != before
    write_report(studied, 12)
    code, said = run(WHOLE_STUDY, studied)
    assert code == 0, said
    assert digests(studied) == before
    assert left_over(studied) == []


def _kill_before_the_record() -> None:
    study.Record.dump = lambda record: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]


def test_a_damaged_study_heals(studied: Path) -> None:
    """Half a record, half a notebook, half a site and what killed runs left: the next run heals."""
    before = digests(studied)
    work = studied / ".govlaw"
    for damaged in (work / "state.json", work / "notebooks" / "en" / "01_one.ipynb"):
        damaged.write_bytes(damaged.read_bytes()[:100])
    (studied / "site" / "en" / "index.html").unlink()
    (studied / "figures" / ".own_0.en.svg.123.part").write_text("half")
    (studied / "site" / ".en.new").mkdir()
    (work / "site" / "en" / "tmpkilled").mkdir(parents=True)
    (work / ".lock").write_text("")
    code, said = run(WHOLE_STUDY, studied)
    assert code == 0 and said.count("damaged") == 1, said
    assert digests(studied) == before
    assert left_over(studied) == []


@posix
def test_a_study_on_a_full_disk(small_disk: Path) -> None:
    """However much room there is, one line a step says what is missing; with room all is made."""
    folder = project(small_disk / "project")
    assert run(WHOLE_STUDY, folder)[0] == 0
    whole = digests(folder)
    for room in (0, 100_000, 3_000_000):
        write_report(folder, 24)
        fill(small_disk, room)
        code, said = run(WHOLE_STUDY, folder)
        assert code == 1, (room, said)
        assert "No space left on device" in said and "Traceback" not in said, said
        (small_disk / "filler").unlink()
        write_report(folder, 12)
        assert run(WHOLE_STUDY, folder)[0] == 0
        assert digests(folder) == whole
        assert left_over(folder) == []


@posix
def test_a_study_that_may_not_write(studied: Path) -> None:
    """Without permission for its folders there is one line, and all stays."""
    before = digests(studied)
    closed = [studied / name for name in (".govlaw", *MADE)]
    write_report(studied, 24)
    try:
        for folder in closed:
            folder.chmod(0o555)
            code, said = run(WHOLE_STUDY, studied, bound)
            folder.chmod(0o755)
            assert code == 1, said
            assert "Permission denied" in said and "Traceback" not in said, said
    finally:
        for folder in closed:
            folder.chmod(0o755)
        write_report(studied, 12)
    assert run(WHOLE_STUDY, studied)[0] == 0
    assert digests(studied) == before

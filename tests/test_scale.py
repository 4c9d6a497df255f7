"""Corpora of any size: the same tables whoever reads, however often the run is ended."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from govlaw import corpus, locks, parts, simulation, tables, workers
from govlaw.codebook import Codebook
from govlaw.errors import GovlawError, SourceError, TableError
from govlaw.extraction import Extraction, extract_file
from govlaw.parts import Told
from govlaw.progress import Meter
from govlaw.workers import Crew

REPORTS = 120
KILLS = int(os.environ.get("GOVLAW_KILLS", "5"))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated corpus, two files that cannot be read, and one whose name is taken."""
    folder = tmp_path_factory.mktemp("scale") / "reports"
    simulation.write(folder, REPORTS, 7)
    (folder / "sim_empty.txt").write_bytes(b"")
    (folder / "sim_binary.txt").write_bytes(b"\x00\x01" * 100)
    (folder / "more").mkdir()
    shutil.copy(folder / "sim_990003_2020.md", folder / "more")
    return folder


@pytest.fixture(scope="module")
def expected(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process makes of the corpus."""
    out = tmp_path_factory.mktemp("expected")
    corpus.extract([reports], out)
    return content(out)


def content(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def govlaw(*words: str | Path) -> list[str]:
    """Return the command line of a command."""
    return [sys.executable, "-m", "govlaw", *map(str, words)]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command; its output is read as UTF-8."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(
        govlaw(*words), env=environment, capture_output=True, text=True, encoding="utf-8",
        check=False,
    )  # fmt: skip


# -- the same tables ---------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_processes_make_the_same_tables(
    reports: Path, expected: dict[str, bytes], tmp_path: Path, jobs: int
) -> None:
    """Any number of processes gives the bytes that one process gives, and each report one line."""
    lines: list[str] = []
    outcome = corpus.extract([reports], tmp_path, progress=lines.append, crew=Crew(jobs))
    assert content(tmp_path) == expected
    assert len(outcome.read) == REPORTS and len(outcome.refused) == 3


def test_a_cluster_makes_the_same_tables(
    reports: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    """A Dask cluster gives the same bytes."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        corpus.extract([reports], tmp_path, crew=Crew(dask=cluster.scheduler_address))
    assert content(tmp_path) == expected


def test_no_cluster_there(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler that does not answer, and a missing package, are one clear line each."""
    pytest.importorskip("distributed")
    with pytest.raises(GovlawError, match="no Dask scheduler answers"):
        corpus.extract([reports], tmp_path / "out", crew=Crew(dask="tcp://127.0.0.1:9"))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(GovlawError, match="needs the package distributed"):
        corpus.extract([reports], tmp_path / "out", crew=Crew(dask="tcp://127.0.0.1:9"))


def test_parquet_does_not_depend_on_groups(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parquet tables written in pieces hold the rows of the CSV tables, with the same types."""
    corpus.extract([reports], tmp_path / "csv")
    monkeypatch.setattr(tables, "_GROUP", 50)
    corpus.extract([reports], tmp_path / "parquet", "parquet")
    study = tables.read(tmp_path / "csv")
    for name in tables.COLUMNS:
        frame = pd.read_parquet(tmp_path / "parquet" / f"{name}.parquet")
        pd.testing.assert_frame_equal(frame, getattr(study, name))


def test_another_format_takes_the_place(reports: Path, tmp_path: Path) -> None:
    """A folder holds tables of one format: old ones would not fit the new texts."""
    corpus.extract([reports], tmp_path)
    corpus.extract([reports], tmp_path, "parquet")
    assert {path.suffix for path in tmp_path.glob("*.*")} == {".parquet", ".csv"}
    assert [path.name for path in tmp_path.glob("*.csv")] == ["refused.csv"]


# -- batches -----------------------------------------------------------------------------------


def test_batches_hold_every_report_once(tmp_path: Path) -> None:
    """Every file is in one batch, in order of its report's name; one name is never split."""
    files = [tmp_path / f"{n % 997:03}" / f"r{n * 7919 % 3000}.txt" for n in range(4000)]
    batches = list(parts.cut(files))
    places = [place for batch in batches for place in batch.places]
    assert sorted(places) == list(range(4000))
    names = [[Path(file).stem for file in batch.files] for batch in batches]
    assert list(itertools.chain(*names)) == sorted(file.stem for file in files)
    assert all(len(batch.files) <= parts.MOST + 1 for batch in batches)
    for one, other in itertools.pairwise(names):
        assert one[-1] != other[0]


def test_a_report_more_changes_its_own_batch(tmp_path: Path) -> None:
    """A report that comes in leaves all other batches with the files that they had."""
    files = [tmp_path / f"r{n:05}.txt" for n in range(2000)]
    before = {batch.files for batch in parts.cut(files)}
    after = {batch.files for batch in parts.cut([*files, tmp_path / "r00777b.txt"])}
    assert len(before) > 50
    assert len(after - before) <= 2


def test_kept_parts_are_used_again(
    reports: Path, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With parts kept, only the batch of a report that changed is read again."""
    copy = tmp_path / "reports"
    shutil.copytree(reports, copy)
    out, again = tmp_path / "out", tmp_path / "again"
    corpus.extract([copy], out, keep_parts=True)
    read: list[str] = []

    def counted(path: Path, book: Codebook | None = None) -> Extraction:
        read.append(path.name)
        return extract_file(path, book)

    monkeypatch.setattr(corpus, "extract_file", counted)
    corpus.extract([copy], out, keep_parts=True)
    assert read == []
    changed = copy / "sim_990010_2022.md"
    changed.write_text(changed.read_text(encoding="utf-8") + "办理案件31件。", encoding="utf-8")
    corpus.extract([copy], out)
    assert changed.name in read and len(read) <= parts.MOST
    corpus.extract([copy], again)
    assert content(out) == content(again)


def test_a_damaged_part_is_made_again(reports: Path, tmp_path: Path) -> None:
    """A part that is not whole is not used."""
    out = tmp_path / "out"
    corpus.extract([reports], out, keep_parts=True)
    for part in (out / ".parts").glob("*.zip"):
        raw = bytearray(part.read_bytes())
        raw[len(raw) // 2] ^= 255
        part.write_bytes(raw)
    before = content(out / "texts")
    (out / "observations.csv").unlink()
    corpus.extract([reports], out)
    corpus.extract([reports], tmp_path / "fresh")
    assert content(out) == content(tmp_path / "fresh")
    assert content(out / "texts") == before


# -- readers that hang or die ------------------------------------------------------------------


def faulty(path: Path, book: Codebook | None = None) -> Extraction:
    """Hang on one report, end the process on another, run out of memory on a third."""
    if path.name == "sim_990004_2021.md":
        time.sleep(600)
    if path.name == "sim_990009_2023.md":
        os._exit(139)
    if path.name == "sim_990012_2020.md":
        raise MemoryError
    return extract_file(path, book)


def test_a_reader_that_dies_takes_no_other_report(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports that hang or end their process are listed with the reason; all others are read."""
    monkeypatch.setattr(corpus, "extract_file", faulty)
    lines: list[str] = []
    outcome = corpus.extract([reports], tmp_path, progress=lines.append, crew=Crew(2, limit=6))
    assert len(outcome.read) == REPORTS - 3
    told = {Path(reason.split(": ")[0]).name: reason for reason in outcome.refused}
    assert "longer than 6 seconds" in told["sim_990004_2021.md"]
    assert "exit code 139" in told["sim_990009_2023.md"]
    assert "MemoryError" in told["sim_990012_2020.md"]
    assert len(told) == len(outcome.refused) == 6
    assert not any("\n" in line for line in lines)


def dies(*_: object) -> None:
    """Stand for a process that cannot start."""
    os._exit(3)


def test_processes_that_cannot_start(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers that end before they read are one clear line, and no endless trying."""
    monkeypatch.setattr(workers, "_serve", dies)
    with pytest.raises(GovlawError, match="end at once"):
        corpus.extract([reports], tmp_path / "out", crew=Crew(1))


# -- runs that are ended -----------------------------------------------------------------------


def kill(command: list[str], moment: float) -> None:
    """Start a command and end it without warning after some seconds."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    process.kill()
    process.wait()


def test_a_killed_run_goes_on(reports: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    """After any number of kills the tables are those of a run without: no mixture is ever read.

    How many kills: ``GOVLAW_KILLS``; each at a moment of the time that a whole run takes.
    """
    old, out = tmp_path / "old", tmp_path / "out"
    old.mkdir()
    for path in sorted(reports.glob("*.md"))[:30]:
        shutil.copy(path, old)
    corpus.extract([old], out)
    before = content(out)
    chance = random.Random(os.environ.get("GOVLAW_SEED", "1"))
    started = time.monotonic()
    assert run("extract", reports, "--out", tmp_path / "whole", "--jobs", "2").returncode == 1
    latest = 1.2 * (time.monotonic() - started)
    seen: list[str] = []
    for trial in range(KILLS):
        command = govlaw("extract", reports, "--out", out, "--jobs", 1 + trial % 2)
        kill(command, chance.uniform(0.2, latest))
        try:
            tables.read(out)
            left = {name: raw for name, raw in content(out).items() if not name.startswith(".")}
            assert left in (before, expected)
            seen.append("old" if left == before else "new")
        except TableError as error:
            assert "interrupted" in str(error)
            seen.append("refused")
        if seen[-1] != "old" or trial == KILLS - 1:
            corpus.extract([reports], out)
            assert content(out) == expected
            shutil.rmtree(out)
            corpus.extract([old], out)
    print(seen)


@pytest.mark.parametrize("step", range(1, 300, 37))
def test_a_kill_while_files_change_places(
    reports: Path, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    step: int,
) -> None:  # fmt: skip
    """A run that ends between two moves leaves tables that are refused, and the next one heals."""
    out = tmp_path / "out"
    old = tmp_path / "old"
    old.mkdir()
    for path in sorted(reports.glob("*.md"))[:10]:
        text = path.read_text(encoding="utf-8")
        (old / path.name).write_text(text + "办理案件32件。\n", encoding="utf-8")
    (old / "sim_gone.txt").write_text("甲县2023年法治政府建设报告\n办案3件。\n", encoding="utf-8")
    corpus.extract([old], out, mix_simulated=True)
    move, moved = os.replace, itertools.count()

    def killed(source: Path, target: Path) -> None:
        change = ".parts" in f"{source}{target}" and not str(target).endswith(".zip")
        if change and next(moved) == step:
            raise KeyboardInterrupt  # ends the run as a kill does: nothing is put right
        move(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        try:
            corpus.extract([reports], out)
        except KeyboardInterrupt:
            with pytest.raises(TableError, match="interrupted"):
                tables.read(out)
    corpus.extract([reports], out)
    assert content(out) == expected


@pytest.mark.parametrize("step", [1, 30, 112])
def test_a_file_that_cannot_be_moved(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Where a table is held by another program, everything goes back to where it was."""
    out, old = tmp_path / "out", tmp_path / "old"
    old.mkdir()
    for path in sorted(reports.glob("*.md"))[:10]:
        shutil.copy(path, old)
    corpus.extract([old], out)
    before = content(out)
    move, moved = os.replace, itertools.count()

    def held(source: Path, target: Path) -> None:
        if Path(source).parent.name in ("new", "texts") and next(moved) == step:
            raise PermissionError(13, "Permission denied")
        move(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", held)
        with pytest.raises(TableError, match="Permission denied"):
            corpus.extract([reports], out)
    left = {name: raw for name, raw in content(out).items() if not name.startswith(".parts")}
    assert left == before
    assert len(tables.read(out).documents) == 10


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes there")
@pytest.mark.parametrize("size", [20_000, 200_000])
def test_a_limit_of_file_size(reports: Path, tmp_path: Path, size: int) -> None:
    """Where the system refuses to write on, there is one line, and the tables stay."""
    import resource

    out, old = tmp_path / "out", tmp_path / "old"
    old.mkdir()
    for path in sorted(reports.glob("*.md"))[:3]:
        shutil.copy(path, old)
    corpus.extract([old], out)
    before = content(out)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = subprocess.run(
        govlaw("extract", reports, "--out", out), preexec_fn=limit, capture_output=True,
        text=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    left = {name: raw for name, raw in content(out).items() if not name.startswith(".parts")}
    assert left == before


# -- two at once -------------------------------------------------------------------------------


def test_two_runs_in_one_folder(reports: Path, tmp_path: Path) -> None:
    """The second run stops with one line; a lock that nobody holds is in nobody's way."""
    out = tmp_path / "out"
    with locks.alone(out):
        with pytest.raises(TableError, match="another run"):
            corpus.extract([reports], out)
        done = run("extract", reports, "--out", out)
        assert done.returncode == 1
        assert done.stderr.strip().splitlines()[-1].startswith(f"govlaw: {out}: another run")
        with pytest.raises(TableError, match="another run"):
            simulation.write(out, 3, 1)
    assert not out.exists()
    out.mkdir()
    (out / ".lock").write_text("left by a run that was killed")
    corpus.extract([reports], out)
    assert not (out / ".lock").exists()


def test_two_studies_in_one_folder(raw: Path, tmp_path: Path) -> None:
    """A second study stops with one line too."""
    notebooks = Path(__file__).parents[1] / "notebooks"
    with locks.alone(tmp_path / ".govlaw"):
        done = run("study", "--raw", raw, "--out", tmp_path, "--notebooks", notebooks)
    assert done.returncode == 1 and "another run" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_file_in_the_way_of_the_folder(reports: Path, tmp_path: Path) -> None:
    """A folder that cannot be made is one line."""
    (tmp_path / "file").write_text("in the way")
    for out in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(TableError, match="cannot be written"):
            corpus.extract([reports], out)
        with pytest.raises(TableError, match="cannot be written"):
            simulation.write(out, 3, 1)


# -- simulation --------------------------------------------------------------------------------


def test_an_interrupted_simulation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports of an interrupted simulation are not read until it has run again."""
    folder, whole = tmp_path / "reports", tmp_path / "whole"
    simulation.write(folder, 8, 1)
    move, moved = os.replace, itertools.count()

    def killed(source: Path, target: Path) -> None:
        if next(moved) == 5:
            raise KeyboardInterrupt
        move(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            simulation.write(folder, 20, 2)
    with pytest.raises(SourceError, match="run it again"):
        corpus.extract([folder], tmp_path / "out")
    simulation.write(folder, 20, 2)
    simulation.write(whole, 20, 2)
    assert content(folder) == content(whole)


def test_many_places_have_codes_of_their_own() -> None:
    """The largest corpus still has a code and a name for each place."""
    places = [simulation._place(number, 1, simulation.default()) for number in range(0, 20_000, 7)]
    assert len({place.adcode for place in places}) == len(places)
    assert len({place.name for place in places}) == len(places)
    assert all(len(place.adcode) == 6 for place in places)
    assert {place.adcode[:2] for place in places} == {"99", "98", "97"}


# -- progress ----------------------------------------------------------------------------------


def test_progress_of_a_large_corpus() -> None:
    """Many reports get a line every ten seconds, with rate and time left; few a line each."""
    lines: list[str] = []
    seconds = itertools.count()
    meter = Meter(1000, lines.append, lambda: next(seconds) / 10)
    for place in range(1000):
        meter.report(Told(place, "a", "", "read a"))
        meter.report(Told(place, "a", "", "read a"))
    assert meter.done == 1000
    assert 8 <= len(lines) <= 10
    assert "of 1,000 reports (10%), 10 a second, about 2 min left" in lines[0]
    few: list[str] = []
    meter = Meter(3, few.append)
    for place in range(3):
        meter.report(Told(place, "a", "", f"read {place}"))
    assert few == ["read 0", "read 1", "read 2"]


def test_refusals_of_a_large_corpus_are_cut_short() -> None:
    """Thousands of refused files do not fill the terminal."""
    lines: list[str] = []
    meter = Meter(5000, lines.append, lambda: 0.0)
    for place in range(5000):
        meter.report(Told(place, "", "bad", "refused  bad"))
    assert len(lines) < 30 and "refused.csv" in lines[-1]


def test_few_plain_reports_need_no_process(reports: Path, raw: Path, tmp_path: Path) -> None:
    """Five reports are read where the command runs; many, or other formats, in processes."""
    assert workers.choose(sorted(raw.glob("*.md")), 4) is None
    page = tmp_path / "page.html"
    page.write_text("<p>x</p>")
    assert workers.choose([page], 4) == 1
    large = tmp_path / "large.txt"
    large.write_bytes(b"x" * 5_000_000)
    assert workers.choose([large], 4) == 4

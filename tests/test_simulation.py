"""Simulated reports: the same bytes for a seed, every figure known, never mixed with real ones."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from govlaw import cli, corpus, measures, simulation, tables
from govlaw.codebook import indicators
from govlaw.definitions import rows
from govlaw.errors import GovlawError, SourceError
from govlaw.extraction import Extraction, extract_file
from govlaw.tables import Row

ROOT = Path(__file__).resolve().parent.parent
REPORTS, SEED = 60, 11


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated corpus of sixty reports."""
    out = tmp_path_factory.mktemp("simulated") / "corpus"
    simulation.write(out, REPORTS, SEED)
    return out


@pytest.fixture(scope="module")
def read(folder: Path) -> dict[str, Extraction]:
    """The reports of that corpus as govlaw reads them."""
    return {path.stem: extract_file(path) for path in sorted(folder.glob("*.md"))}


@pytest.fixture(scope="module")
def truth(folder: Path) -> list[Row]:
    """What was planted."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(truth: list[Row]) -> list[Row]:
    """Return the planted figures that the reports print."""
    return [row for row in truth if row["disclosed"] == "true"]


def digest(folder: Path) -> str:
    """Return one hash of all files of a folder."""
    files = sorted(folder.iterdir())
    return hashlib.sha256(b"".join(p.name.encode() + p.read_bytes() for p in files)).hexdigest()


# -- the corpus -----------------------------------------------------------------------------


def test_a_seed_gives_its_bytes(folder: Path, tmp_path: Path) -> None:
    """Another process with other hashes of strings writes the same; another seed does not."""
    words = [
        "simulate",
        "--reports",
        str(REPORTS),
        "--seed",
        str(SEED),
        "--out",
        str(tmp_path / "a"),
    ]
    env = dict(os.environ, PYTHONHASHSEED="77", PYTHONPATH=str(ROOT))
    subprocess.run([sys.executable, "-m", "govlaw", *words], check=True, env=env)
    assert digest(tmp_path / "a") == digest(folder)
    simulation.write(tmp_path / "b", REPORTS, SEED + 1)
    assert digest(tmp_path / "b") != digest(folder)


def test_a_larger_corpus_starts_with_the_smaller() -> None:
    """The first reports do not depend on how many follow."""
    few = [one.content for one in simulation.made(7, SEED)]
    many = [one.content for one in simulation.made(12, SEED)]
    assert len(few) == 7 and many[:7] == few


def test_everything_is_marked_as_simulated(
    folder: Path, read: dict[str, Extraction], truth: list[Row]
) -> None:
    """Names, division codes, front matter, texts and tables say that no report is real."""
    assert len(read) == REPORTS
    for doc_id, extraction in read.items():
        about = extraction.document.metadata
        assert doc_id.startswith("sim_") and about.adcode.startswith("99")
        assert about.edition == "simulated" and about.region.startswith("模拟")
        assert "并非真实报告" in extraction.document.text
    assert {row["edition"] for row in truth} == {"simulated"}
    with (folder / "places.csv").open(encoding="utf-8", newline="") as file:
        assert {row["edition"] for row in csv.DictReader(file)} == {"simulated"}


def test_places_and_years_are_a_panel(read: dict[str, Extraction]) -> None:
    """Every place has each year once, and cities and counties are both there."""
    about = [extraction.document.metadata for extraction in read.values()]
    pairs = {(one.adcode, one.period_end) for one in about}
    years = simulation.default().years
    assert len(pairs) == len(about) == REPORTS
    assert len({adcode for adcode, _ in pairs}) == REPORTS // years
    assert {one.level for one in about} == {"prefecture", "county"}


def test_every_required_part_is_there(read: dict[str, Extraction]) -> None:
    """Results, shortcomings, first persons responsible and plans are found in every report."""
    for extraction in read.values():
        assert set(measures.DUE) <= {section.part for section in extraction.sections}


# -- what is read -----------------------------------------------------------------------------


def test_every_planted_figure_is_read_with_its_value(
    read: dict[str, Extraction], truth: list[Row]
) -> None:
    """At the planted place stands the planted print, and it is read with value and role."""
    for row in printed(truth):
        extraction, start, end = read[row["doc_id"]], int(row["start"]), int(row["end"])
        assert extraction.document.text[start:end] == row["printed"]
        found = [o.quantity for o in extraction.observations if o.quantity.start == start]
        assert [(q.end, q.value, q.role) for q in found] == [
            (end, Decimal(row["value"]), row["role"])
        ]


def test_every_other_figure_is_structural(read: dict[str, Extraction], truth: list[Row]) -> None:
    """The texts hold no figure that the truth does not know, but years and names."""
    known = {(row["doc_id"], int(row["start"])) for row in printed(truth)}
    for doc_id, extraction in read.items():
        for one in extraction.observations:
            if one.quantity.role != "structural":
                assert (doc_id, one.quantity.start) in known, one.quantity.text


def test_figures_get_their_codes(read: dict[str, Extraction], truth: list[Row]) -> None:
    """Every figure is claimed by its indicator; wordings that a rule misreads are listed."""
    with (ROOT / "tests/cases/simulated_todo.csv").open(encoding="utf-8", newline="") as file:
        todo = list(csv.DictReader(file))
    for row in printed(truth):
        extraction, start = read[row["doc_id"]], int(row["start"])
        (one,) = (o for o in extraction.observations if o.quantity.start == start)
        if one.indicator != row["indicator"]:
            before = extraction.document.text[one.sentence_start : one.sentence_end]
            listed = (
                entry["figure"] == row["figure"]
                and entry["words"] in before
                and entry["read_as"] == one.indicator
                for entry in todo
            )
            assert any(listed), (row["figure"], before, one.indicator)


def test_the_truth_lies_in_the_interval_that_is_read(
    read: dict[str, Extraction], truth: list[Row]
) -> None:
    """Approximators, 万 and decimals are planted so that what happened lies within their width."""
    approximate = 0
    for row in printed(truth):
        if row["error"] or row["heaped"] == "true" or row["role"] == "target":
            continue
        (one,) = (
            o.quantity
            for o in read[row["doc_id"]].observations
            if o.quantity.start == int(row["start"])
        )
        actual = Decimal(row["actual"])
        assert one.low is None or one.low <= actual + Decimal("1e-6")
        assert one.high is None or actual - Decimal("1e-6") <= one.high
        approximate += row["approximate"] == "true"
    assert approximate > 100


def test_planted_errors_are_what_the_audit_finds(
    read: dict[str, Extraction], truth: list[Row]
) -> None:
    """Every planted error is not reconcilable as printed, and nothing else is."""
    planted = {(row["doc_id"], int(row["start"])) for row in truth if row["error"]}
    alarms = {
        (doc_id, finding.operands[-1][0])
        for doc_id, extraction in read.items()
        for finding in extraction.findings
        if finding.verdict == "irreconcilable"
    }
    assert planted and alarms == planted


def test_what_is_not_disclosed_is_known_to_the_truth(truth: list[Row]) -> None:
    """A figure that happened but is not printed has a true value and no place."""
    hidden = [row for row in truth if row["disclosed"] == "false"]
    assert len(hidden) > 100
    for row in hidden:
        assert row["actual"] and not (row["start"] or row["printed"] or row["value"])


# -- the process ------------------------------------------------------------------------------


def test_parts_rates_and_sums_follow_from_each_other() -> None:
    """Parts stay below their base, rates and sums are those of their figures."""
    for year in simulation.years(40, 3):
        for figure in simulation.figures().values():
            own = year.actual[figure.name]
            below = [year.actual[name] for name in figure.base]
            if figure.kind == "part":
                assert 0 <= own <= below[0]
            elif figure.kind == "rate":
                assert own == Fraction(int(below[0]), int(below[1]))
            elif figure.kind == "sum":
                assert own == sum(below)


def test_better_results_are_disclosed_more_often() -> None:
    """What is missing is not missing at random, unless the process says so."""

    def gap(selection: float) -> float:
        process = replace(simulation.default(), selection=selection)
        years = list(simulation.years(1500, 5, process, {"appearance"}))
        parts = [
            [
                float(y.actual["lit_appearance_rate"])
                for y in years
                if ("appearance" in y.disclosed) is d
            ]
            for d in (True, False)
        ]
        return sum(parts[0]) / len(parts[0]) - sum(parts[1]) / len(parts[1])

    assert gap(1.0) > 0.03
    assert abs(gap(0.0)) < 0.02


def test_shares_of_the_process_come_out(truth: list[Row]) -> None:
    """Errors, approximations and heaped counts are about as frequent as stated."""
    process = simulation.default()
    tied = [r for r in printed(truth) if r["figure"].endswith("_rate") and r["role"] == "actual"]
    assert 0 < sum(bool(r["error"]) for r in tied) / len(tied) < 3 * process.error_rate
    none = replace(process, error_rate=0.0, approximate=0.0, heaping=0.0)
    rows_ = [row for one in simulation.made(20, 2, none) for row in one.truth]
    assert not any(row["error"] for row in rows_)
    assert (
        {row["approximate"] for row in printed(rows_)}
        == {"false"}
        == {row["heaped"] for row in printed(rows_)}
    )


def test_the_tables_of_the_process_fit_each_other() -> None:
    """Figures name codes of the codebook, slots name figures, parts come after their base."""
    seen: set[str] = set()
    for figure in simulation.figures().values():
        assert not figure.indicator or figure.indicator in indicators()
        assert set(figure.base) <= seen
        seen.add(figure.name)
    told = {name for group in simulation._groups().values() for name in group.figures}
    assert told <= seen
    assert all(row["note_zh"] and row["note_en"] for row in rows("simulated_process"))


# -- files ------------------------------------------------------------------------------------


def test_an_earlier_simulation_is_replaced(tmp_path: Path) -> None:
    """Reports that a smaller corpus does not have are taken away."""
    simulation.write(tmp_path, 8, 1)
    simulation.write(tmp_path, 3, 1)
    assert len(list(tmp_path.glob("*.md"))) == 3


def test_a_folder_of_real_reports_is_left_alone(tmp_path: Path, raw: Path) -> None:
    """Simulated reports are not written among others."""
    name = "003_zhumadian_2024_report.md"
    (tmp_path / name).write_bytes((raw / name).read_bytes())
    with pytest.raises(SourceError, match="no simulated report"):
        simulation.write(tmp_path, 2, 1)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("reports", "seed"), [(0, 1), (-3, 1), (10**6, 1), (5, -1)])
def test_numbers_that_cannot_be_used(tmp_path: Path, reports: int, seed: int) -> None:
    """One clear sentence, and nothing is written."""
    with pytest.raises(GovlawError):
        simulation.write(tmp_path / "out", reports, seed)
    assert not (tmp_path / "out").exists()


def test_simulated_and_real_reports_are_not_mixed(folder: Path, raw: Path, tmp_path: Path) -> None:
    """Extraction refuses both together and writes nothing, unless it is asked to."""
    out = tmp_path / "tables"
    words = ["extract", str(raw), str(folder), "--out", str(out)]
    with pytest.raises(SourceError, match="--mix-simulated"):
        corpus.extract([raw, folder], out)
    assert cli.main(words) == 1 and not out.exists()
    assert cli.main([*words, "--mix-simulated"]) == 0
    assert set(tables.read(out).documents["edition"]) == {"digest", "simulated"}


def test_a_study_does_not_mix_them_either(folder: Path, raw: Path, tmp_path: Path) -> None:
    """The study stops at the tables."""
    words = ["study", "--raw", str(raw), str(folder), "--out", str(tmp_path)]
    assert cli.main([*words, "--notebooks", str(ROOT / "notebooks")]) == 1
    assert not (tmp_path / "data").exists()

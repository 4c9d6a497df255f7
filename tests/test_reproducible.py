"""The same reports give the same bytes everywhere: the record of what a study is made of."""

from __future__ import annotations

from pathlib import Path

import locked
import pytest
import reproducing
from studying import ROOT, Project, digests

from govlaw import corpus

AGAIN = "; if this is meant, `python tools/hashes.py` writes the record anew"


def test_the_tables_of_a_study_are_those_on_record(project: Project) -> None:
    """On every platform the study of the tests has the recorded tables."""
    record = [row for row in reproducing.recorded("tests") if not row.platform]
    assert len(record) >= 10
    assert not reproducing.differing(reproducing.rows("tests", project.tables, {}), record), AGAIN


def test_the_figures_of_a_study_are_those_on_record(project: Project) -> None:
    """Drawn by the locked versions on the platform of the record, every figure is the recorded
    one, and so is every table for a paper."""
    record = [row for row in reproducing.recorded("tests") if row.platform]
    drawn = {row.platform for row in record}
    if drawn != {reproducing.here()}:
        pytest.skip(f"the record is of {', '.join(drawn)}, and this is {reproducing.here()}")
    if others := locked.elsewhere():
        pytest.skip(f"not the locked versions: {', '.join(others)}")
    assert not reproducing.differing(reproducing.rows("tests", {}, project.figures), record), AGAIN


def test_the_tables_that_are_kept_are_those_of_the_reports(raw: Path, tmp_path: Path) -> None:
    """What is read from data/raw is what data/processed holds, and what the record names."""
    corpus.extract([raw], tmp_path / "processed")
    made = digests(tmp_path / "processed")
    every = digests(ROOT / "data" / "processed").items()
    kept = {file: digest for file, digest in every if file.endswith(".csv")}
    assert len(kept) >= 10
    assert {file: made.get(file) for file in kept} == kept
    record = [row for row in reproducing.recorded("raw") if not row.platform]
    assert not reproducing.differing(reproducing.rows("raw", made, {}), record), AGAIN
